"""`streamgauge …`: the command line. Says what it does, prints facts as JSON on request, and fails in one sentence.

Exit codes: 0 done, 1 something measured is not as it should be, 2 bad input. Heavy rooms are imported when used.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from metrics.errors import MetricError
from pipelines import console, feeding, framing, pricing
from pipelines.auditor import audit
from pipelines.benefits import benefits
from pipelines.closing import close
from pipelines.comparing import compare
from pipelines.delivering import deliver
from pipelines.errors import PipelineError
from pipelines.evidencing import evidence, verify
from pipelines.freezing import baseline
from pipelines.impact import impact
from pipelines.memo import memo
from pipelines.options import AsOf, Home, Json, Language, Period, StreamFile
from pipelines.promising import objectives
from pipelines.reporting import report
from pipelines.settings import Settings, load_settings

if TYPE_CHECKING:
    from pipelines.registry import Registered

app = typer.Typer(
    name="streamgauge",
    help="Measures how work flows from a customer's trigger to a completed outcome.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command()
def init(
    log: Annotated[Path, typer.Argument(help="An event log: XES, OCEL 2.0, CSV, Parquet or CloudEvents.")],
    out: Annotated[Path, typer.Option(help="Where to write the draft.")] = Path("stream.yaml"),
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
) -> None:
    """Draft a stream file from a log, with comments that say what to decide."""
    from pipelines.drafting import draft_stream

    if out.exists() and not force:
        raise PipelineError(f"{out} exists already; choose another --out, or say --force to overwrite it.")
    with console.working(f"Reading {log.name}"):
        text = draft_stream(log)
    out.write_text(text, "utf-8")
    console.say(f"Drafted [b]{out}[/b]. Read its comments, decide, then: streamgauge review {log} --stream {out}")


@app.command("import")
def import_(
    logs: Annotated[list[Path], typer.Argument(help="Event logs; all arrive, or none.")],
    stream: StreamFile,
    home: Home = None,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse the import if any row cannot be an event.")] = False,
    as_json: Json = False,
) -> None:
    """Import logs into the ledger. Importing the same file again adds nothing."""
    _import(load_settings(home), logs, stream, strict=strict, as_json=as_json)


@app.command()
def run(home: Home = None, as_json: Json = False) -> None:
    """Bring every table, metric and page up to date: the Dagster assets, in this process."""
    settings = load_settings(home)
    with console.working("Starting Dagster", quiet=as_json):
        from pipelines.running import run_assets
    with console.working("Running", quiet=as_json) as report:
        outcome = run_assets(settings, report)
    console.facts(outcome, console.run_lines(outcome), as_json)
    if not outcome["success"]:
        raise typer.Exit(1)


@app.command()
def metrics(
    home: Home = None,
    stream: Annotated[str | None, typer.Option("--stream", help="Only this stream.")] = None,
    metric: Annotated[str | None, typer.Option("--metric", help="Only this metric.")] = None,
    period: Period = None,
    grain: Annotated[str | None, typer.Option("--grain", help="week, month, quarter, year or all.")] = None,
    by: Annotated[list[str] | None, typer.Option("--by", help="Split by a dimension; may be given twice.")] = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """The values: each with its interval, its sample and its verdict. No data is null with a reason, never 0."""
    from pipelines.values import read_values

    settings = _settings(home, as_of, quiet=as_json)
    values = read_values(settings, stream, metric, period, grain, tuple(by or ()))
    console.facts([value.as_fact() for value in values], console.value_table(values), as_json)


@app.command()
def explain(
    metric: Annotated[str, typer.Argument(help="Its key, e.g. flow_time.")],
    period: Annotated[str, typer.Option("--period", help="2018-Q4, 2018-11, 2018-W45, 2018 or all.")],
    stream: Annotated[str | None, typer.Option("--stream", help="Of this stream; the only one by default.")] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """What stands behind a number: definition, SQL, what was left out, cases to look at, and what would change it."""
    from pipelines.explained import show
    from pipelines.explaining import explain_value

    found = explain_value(load_settings(home), metric, period, stream)
    console.facts(found.as_fact(), show(found), as_json)


@app.command()
def review(
    log: Annotated[Path | None, typer.Argument(help="Import this log first, then run.")] = None,
    stream: Annotated[Path | None, typer.Option("--stream", help="The stream file, with a log.")] = None,
    period: Annotated[str | None, typer.Option("--period", help="A quarter; default: the last whole one.")] = None,
    language: Language = None,
    template: Annotated[
        Path | None, typer.Option("--template", help="A PowerPoint file whose master the slides get.")
    ] = None,
    home: Home = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Publish the page and the slides of a quarter. With a log: import it, measure it and publish, in one go."""
    from pipelines.registry import load
    from pipelines.reviewing import publish_reviews, refuse_unfit_template, refuse_unknown_language

    refuse_unknown_language(language)
    refuse_unfit_template(template)
    if log is not None and as_of is not None:
        raise PipelineError("A log imported now was not known then: give --as-of without a log.")
    settings = _settings(home, as_of, quiet=as_json)
    if (log is None) != (stream is None):
        raise PipelineError("Give a log together with --stream stream.yaml, or neither to publish what is imported.")
    name = None
    if log is not None and stream is not None:
        name = _import(settings, [log], stream, strict=False, as_json=False, quiet=as_json)
        _refresh(settings, [load(settings, name)], quiet=as_json)
    published = publish_reviews(settings, name, period, language, template)
    console.facts([p.as_fact() for p in published], console.review_lines(published), as_json)


@app.command()
def status(home: Home = None, as_json: Json = False) -> None:
    """What is there: events, cases, open cases, quarantined rows, last arrival and last run of each stream."""
    from pipelines.status import status_of, unrouted_of

    settings = load_settings(home)
    facts = status_of(settings)
    console.facts(facts, console.status_lines(facts, unrouted_of(settings)), as_json)


feeding.add_commands(app)
framing.add_commands(app)
pricing.add_commands(app)
app.add_typer(audit, name="audit")
for told_elsewhere in (baseline, benefits, close, compare, deliver, evidence, impact, memo, objectives, report, verify):
    app.command()(told_elsewhere)


@app.command()
def doctor(home: Home = None, as_json: Json = False) -> None:
    """Versions, disk, memory limit, browser, time zones: what is missing, and how to get it."""
    from pipelines.doctor import examine

    findings = examine(load_settings(home))
    console.facts([finding.as_fact() for finding in findings], console.doctor_table(findings), as_json)
    if not all(finding.is_well or not finding.is_needed for finding in findings):
        raise typer.Exit(1)


def main() -> None:
    """Entry point: errors a user can act on become one sentence and exit code 2."""
    from dashboards.errors import DashboardError

    try:
        app()
    except (PipelineError, MetricError, DashboardError) as error:
        console.complain(str(error))
        sys.exit(2)
    except KeyboardInterrupt:
        console.complain("Stopped; what was complete is kept.")
        sys.exit(130)


def enter() -> None:
    """What the console script runs: `main`, then out at once.

    Libraries loaded by a run report harmless leaks of their own while Python takes itself apart; no user should read
    them. Everything of ours is closed and flushed before.
    """
    code: int | str | None = 0
    try:
        main()
    except SystemExit as ended:
        code = ended.code
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


def _import(
    settings: Settings, logs: list[Path], stream: Path, *, strict: bool, as_json: bool, quiet: bool = False
) -> str:
    from pipelines.importing import import_logs

    with console.counting("Importing", quiet=as_json or quiet) as progress:
        found, receipt = import_logs(settings, logs, stream, strict=strict, progress=progress)
    if not quiet:
        fact = console.receipt_fact(found.stream, receipt)
        console.facts(fact, console.receipt_lines(fact), as_json)
    return found.stream


def _settings(home: Path | None, as_of: str | None, *, quiet: bool) -> Settings:
    """Settings of a command that reads numbers; what was known by a time is measured first, beside the rest."""
    from pipelines.refresh import forget_other_times
    from pipelines.registry import load_measurable

    settings = load_settings(home, as_of)
    if settings.as_of is not None:
        forget_other_times(settings)
        _refresh(settings, load_measurable(settings), quiet=quiet)
    return settings


def _refresh(settings: Settings, streams: list[Registered], *, quiet: bool) -> None:
    from pipelines.refresh import refresh

    with console.working("Measuring", quiet=quiet) as report:
        refresh(settings, streams, report)


if __name__ == "__main__":
    enter()
