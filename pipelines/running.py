"""Running the Dagster assets in this process, with the same instance the Dagster UI shows."""

from __future__ import annotations

import logging
from collections.abc import Callable

import dagster as dg

from pipelines.definitions import JOB, build_definitions
from pipelines.registry import load_all
from pipelines.settings import Settings

_INSTANCE = "telemetry:\n  enabled: false\nnux:\n  enabled: false\n"
_CONSOLE = "console"


def run_assets(settings: Settings, report: Callable[[str], None] = lambda _: None) -> dict[str, object]:
    """Materialise every asset and run every check. Returns success, run id, and what failed with its reason.

    Raises:
        SettingsError: nothing was imported into this home.
    """
    load_all(settings)
    settings.dagster_home.mkdir(parents=True, exist_ok=True)
    config = settings.dagster_home / "dagster.yaml"
    if not config.exists():
        config.write_text(_INSTANCE, "utf-8")
    job = build_definitions(settings, {_CONSOLE: _reporter(report)}).resolve_job_def(JOB)
    with dg.DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        result = job.execute_in_process(instance=instance, raise_on_error=False, run_config={"loggers": {_CONSOLE: {}}})
    checks = result.get_asset_check_evaluations()
    failed = [f"check {c.asset_key.to_user_string()}: {c.check_name} {_values(c)}" for c in checks if not c.passed]
    failed += [_reason(event) for event in result.all_events if event.is_step_failure]
    return {
        "success": result.success, "run_id": result.run_id, "assets": len(result.get_asset_materialization_events()),
        "checks_passed": sum(check.passed for check in checks), "failed": failed,
    }  # fmt: skip


def _reporter(report: Callable[[str], None]) -> dg.LoggerDefinition:
    """A Dagster logger that tells a person which asset or check is under way, and nothing else."""

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            event = getattr(record, "dagster_meta", {}).get("dagster_event")
            if event is not None and event.is_step_start and event.step_key is not None:
                report(event.step_key.replace("_", " "))

    @dg.logger
    def console(_: dg.InitLoggerContext) -> logging.Logger:
        logger = logging.getLogger("streamgauge.run")
        logger.handlers = [Handler()]
        logger.propagate = False
        logger.setLevel(logging.DEBUG)
        return logger

    return console


def _values(check: dg.AssetCheckEvaluation) -> str:
    return ", ".join(f"{name} {value.value}" for name, value in check.metadata.items())


def _reason(event: dg.DagsterEvent) -> str:
    """The first sentence of what went wrong in a step."""
    error = event.step_failure_data.error
    cause = error.cause or error if error else None
    said = cause.message.strip().splitlines()[0] if cause else "unknown"
    return f"{event.step_key}: {said}"
