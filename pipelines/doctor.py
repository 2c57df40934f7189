"""What this machine has and lacks: versions, disk, memory limit, browser, time zones, each with how to get it."""

from __future__ import annotations

import shutil
import sys
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from pipelines.errors import PipelineError
from pipelines.settings import Settings

_PACKAGES = ("streamgauge-platform", "dagster", "duckdb", "polars", "plotly", "great-expectations", "opentelemetry-sdk")
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_LOW_DISK_GIB = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `advice` is empty when all is well; `is_needed` False marks what can be done without."""

    name: str
    found: str
    is_well: bool
    is_needed: bool = True
    advice: str = ""

    def as_fact(self) -> dict[str, object]:
        """The object `streamgauge doctor --json` prints."""
        return asdict(self)


def examine(settings: Settings) -> list[Finding]:
    """Look at everything, in the order a person would ask."""
    return [
        Finding("python", sys.version.split()[0], sys.version_info >= (3, 11), advice="Install Python 3.11 or newer."),
        *(_package(name) for name in _PACKAGES),
        _disk(settings.home),
        Finding("memory limit", settings.memory_limit, True, advice="Set STREAMGAUGE_MEMORY_LIMIT, e.g. 8GB."),
        Finding("threads", str(settings.threads), True, advice="Set STREAMGAUGE_THREADS."),
        _browser(),
        _time_zones(),
        _home(settings),
    ]


def _package(name: str) -> Finding:
    try:
        return Finding(name, version(name), True)
    except PackageNotFoundError:
        return Finding(name, "missing", False, advice="Run make, or: pip install -r requirements.lock")


def _disk(home: Path) -> Finding:
    place = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(place).free / 2**30
    return Finding(
        "disk", f"{free:.1f} GiB free at {place}", free >= _LOW_DISK_GIB, advice="Make room or choose another --home."
    )


def _browser() -> Finding:
    found = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    advice = "Only page tests and PDF need one. Debian: apt-get install chromium"
    return Finding("chromium", found or "missing", found is not None, is_needed=False, advice=advice)


def _time_zones() -> Finding:
    count = len(available_timezones())
    try:
        ZoneInfo("Europe/Berlin")
    except KeyError:
        return Finding("time zones", "missing", False, advice="Install the package tzdata.")
    return Finding("time zones", f"{count} known", True)


def _home(settings: Settings) -> Finding:
    from pipelines.status import status_of

    try:
        streams = status_of(settings)
    except PipelineError as error:
        return Finding("home", str(error), False, is_needed=False, advice="Import a log, or name another --home.")
    return Finding("home", f"{settings.home}: {', '.join(str(s['stream']) for s in streams)}", True)
