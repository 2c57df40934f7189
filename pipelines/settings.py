"""The only reader of the environment. Everything else is given a Settings."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.errors import SettingsError

HOME_VARIABLE = "STREAMGAUGE_HOME"
DEFAULT_HOME = Path("streamgauge-home")
INBOX_DAYS = 30
DELIVERY_DAY = 3
DELIVERY_HOUR = 6
_LAST_DELIVERY_DAY = 22  # a week of mornings has to fit into every month


@dataclass(frozen=True, slots=True)
class DeliverySettings:
    """What the environment says about telling people of a review, as told; `pipelines.delivery.outlets` judges it.

    Addresses may hold passwords and secret paths, so they are in no `repr`. `day` and `hour` are the first morning of
    the schedule after a quarter's end, in the time zone of the stream.
    """

    site_url: str = ""
    smtp_url: str = field(default="", repr=False)
    smtp_password: str = field(default="", repr=False)
    smtp_password_file: Path | None = None
    mail_from: str = ""
    mail_to: str = ""
    webhook_url: str = field(default="", repr=False)
    webhook_secret: str = field(default="", repr=False)
    webhook_secret_file: Path | None = None
    day: int = DELIVERY_DAY
    hour: int = DELIVERY_HOUR


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things lie and how much of the machine may be used."""

    home: Path
    memory_limit: str = "4GB"
    threads: int = 2
    inbox_days: int = INBOX_DAYS  # how long the receiver's log is kept after everything in it was loaded
    workbook_password: str | None = field(default=None, repr=False)  # of cells of the review that are no inputs
    chromium: str | None = None  # the browser that prints reviews, or none; the one on the PATH where nothing is told
    as_of: dt.datetime | None = None  # UTC: measure what was known by then, beside the rest
    delivery: DeliverySettings = field(default_factory=DeliverySettings)

    @property
    def derived(self) -> Path:
        """Folder of all that follows from ledgers and stream files, and may be made again."""
        return self.home if self.as_of is None else self.home / "as-of" / f"{self.as_of:%Y%m%dT%H%M%S.%fZ}"

    @property
    def inbox(self) -> Path:
        """Write-ahead log of the receiver."""
        return self.home / "inbox"

    @property
    def collector(self) -> Path:
        """Folder into which an OpenTelemetry Collector's file exporter may write; read as it grows."""
        return self.home / "collector"

    @property
    def ledger(self) -> Path:
        """Folder of all ledgers, one folder a stream."""
        return self.home / "ledger"

    @property
    def streams(self) -> Path:
        """Folder of registered stream files."""
        return self.home / "streams"

    @property
    def baselines(self) -> Path:
        """Folder of frozen baselines, one folder a stream; nothing in it ever changes."""
        return self.home / "baselines"

    @property
    def money(self) -> Path:
        """Folder of rate cards and bills, one folder a stream; a version in it never changes."""
        return self.home / "money"

    @property
    def evidence(self) -> Path:
        """Folder of what published values were made of, one folder a stream; only added to."""
        return self.home / "evidence"

    @property
    def benefits(self) -> Path:
        """Every version of the benefits that was registered, one folder a stream; nothing in it ever changes."""
        return self.home / "benefits"

    @property
    def template(self) -> Path:
        """The PowerPoint file whose master all slides get; where there is none, slides have ours."""
        return self.home / "template.pptx"

    @property
    def closed(self) -> Path:
        """Folder of closed quarters, one folder a stream; nothing in it ever changes."""
        return self.home / "closed"

    @property
    def deliveries(self) -> Path:
        """Folder of what was told of reviews, to whom and when, one folder a stream."""
        return self.home / "deliveries"

    @property
    def warehouse(self) -> Path:
        """The DuckDB file only the pipeline opens."""
        return self.derived / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """What readers see."""
        return self.derived / "published"

    @property
    def published_database(self) -> Path:
        """The copy of the tables readers open."""
        return self.published / "streamgauge.duckdb"

    @property
    def pages(self) -> Path:
        """The published bundles."""
        return self.published / "pages"

    @property
    def memos(self) -> Path:
        """The published decision memos."""
        return self.published / "memos"

    @property
    def embed_keys(self) -> Path:
        """Keys of sites that may embed pages; secrets stand in it."""
        return self.home / "embed" / "keys.json"

    @property
    def used_tokens(self) -> Path:
        """Ids of tokens that were used and have not expired."""
        return self.home / "embed" / "used.sqlite"

    @property
    def dagster_home(self) -> Path:
        """Runs and schedules of Dagster."""
        return self.home / "dagster"

    @property
    def scratch(self) -> Path:
        """Spill files; may be emptied at any time."""
        return self.home / "scratch"


def load_settings(home: Path | None = None, as_of: str | None = None) -> Settings:
    """Settings from the environment; `home` given on the command line wins. `as_of` is an instant, or a day's end.

    Raises:
        SettingsError: a variable holds something that cannot be used.
    """
    chosen = home or Path(os.environ.get(HOME_VARIABLE, DEFAULT_HOME))
    if chosen.exists() and not chosen.is_dir():
        raise SettingsError(f"--home {chosen} is a file; name a folder, or one that does not exist yet.")
    return Settings(
        home=chosen.resolve(),
        memory_limit=os.environ.get("STREAMGAUGE_MEMORY_LIMIT", "4GB"),
        threads=_read_number("STREAMGAUGE_THREADS", os.cpu_count() or 1),
        inbox_days=_read_number("STREAMGAUGE_INBOX_DAYS", INBOX_DAYS),
        workbook_password=os.environ.get("STREAMGAUGE_WORKBOOK_PASSWORD") or None,
        chromium=os.environ.get("STREAMGAUGE_CHROMIUM") or None,
        as_of=None if as_of is None else _read_instant(as_of),
        delivery=_read_delivery(),
    )


def _read_delivery() -> DeliverySettings:
    """Words only: what cannot be used is refused where somebody is to be told, and stops no run."""

    def told(name: str) -> str:
        return os.environ.get(f"STREAMGAUGE_{name}", "").strip()

    def file(name: str) -> Path | None:
        return Path(path) if (path := told(name)) else None

    return DeliverySettings(
        site_url=told("SITE_URL"), smtp_url=told("SMTP_URL"), smtp_password=told("SMTP_PASSWORD"),
        smtp_password_file=file("SMTP_PASSWORD_FILE"), mail_from=told("MAIL_FROM"), mail_to=told("MAIL_TO"),
        webhook_url=told("WEBHOOK_URL"), webhook_secret=told("WEBHOOK_SECRET"),
        webhook_secret_file=file("WEBHOOK_SECRET_FILE"),
        day=_read_number("STREAMGAUGE_DELIVERY_DAY", DELIVERY_DAY, 1, _LAST_DELIVERY_DAY),
        hour=_read_number("STREAMGAUGE_DELIVERY_HOUR", DELIVERY_HOUR, 0, 23),
    )  # fmt: skip


def _read_number(name: str, default: int, least: int = 1, most: int | None = None) -> int:
    told = os.environ.get(name, str(default))
    if not (told.isascii() and told.isdigit()) or int(told[:9]) < least or (most is not None and int(told[:9]) > most):
        span = f"of at least {least}" if most is None else f"from {least} to {most}"
        raise SettingsError(f"{name} is {told!r}; write a whole number {span}.")
    return int(told)


def _read_instant(text: str) -> dt.datetime:
    """UTC, without zone. A day without a time is meant to its end, in UTC."""
    try:
        if len(text) == len("2026-10-01"):
            return dt.datetime.combine(dt.date.fromisoformat(text), dt.time.max)
        told = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise SettingsError(
            f"--as-of {text!r} is no instant; write 2026-10-01 or 2026-10-01T06:00:00+02:00."
        ) from error
    if told.tzinfo is None:
        raise SettingsError(f"--as-of {text!r} has no offset, so its instant is unknown; end it with Z or +02:00.")
    return told.astimezone(dt.UTC).replace(tzinfo=None)


def quiet_libraries() -> None:
    """Keep libraries from reporting home: nothing this product measures leaves the machine."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
