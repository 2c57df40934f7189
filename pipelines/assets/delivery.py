"""The asset that tells people of reviews, its job, and a schedule a stream: some mornings after each fiscal quarter.

It is in no run of everything: nobody wants mail at each. Schedules stand still until somebody switches them on.
"""

import datetime as dt
import logging
from zoneinfo import ZoneInfo

import dagster as dg

from metrics.errors import MetricError
from metrics.periods import Period, period_on, previous
from metrics.stream import Stream
from pipelines.assets.policy import asset_options
from pipelines.delivery.deliver import Outcome, deliver
from pipelines.delivery.outlets import read_outlets, site_of
from pipelines.delivery.record import State, is_told, read_tellings
from pipelines.errors import PipelineError
from pipelines.registry import STREAM_FILE, read_stream_file, registered_names
from pipelines.reviewing import publish_reviews
from pipelines.settings import Settings

ASSET = "delivered_reviews"
JOB = "deliver_reviews"
MORNINGS = 7
"""So many mornings in a row it is tried until everybody was told: a server may be down, data may come late."""
_LOG = logging.getLogger(__name__)


class Delivery(dg.Config):
    """What a run delivers: the newest review of each stream, or that of one stream and quarter, published anew before.

    Unless `send` it only says what it would tell, so that materialising everything by hand writes to nobody.
    """

    stream: str | None = None
    period: str | None = None
    send: bool = False


def delivery_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """The one asset: who was told of which review."""

    @dg.asset(
        deps=["published_page"],
        **asset_options("reports", "One page a stream and quarter, told by mail and webhook to whoever shall know it."),
    )
    def delivered_reviews(config: Delivery) -> dg.MaterializeResult[None]:
        if not config.send:
            return dg.MaterializeResult(metadata={"would tell": _would_tell(settings, config)})
        if config.stream is not None and config.period is not None:
            publish_reviews(settings, config.stream, config.period)
        outcomes = deliver(settings, config.stream, config.period)
        failed = [each for each in outcomes if each.state == State.FAILED.value]
        if failed:
            raise dg.Failure("; ".join(f"{each.to}: {each.reason}" for each in failed), allow_retries=False)
        return dg.MaterializeResult(metadata={"told": [_line(outcome) for outcome in outcomes]})

    return [delivered_reviews]


def run_config(stream: str | None = None, period: str | None = None) -> dict[str, object]:
    """What the job is given: deliver, and what."""
    told = {name: value for name, value in (("stream", stream), ("period", period)) if value is not None}
    return {"ops": {ASSET: {"config": {"send": True, **told}}}}


DELIVERY = dg.define_asset_job(
    JOB,
    dg.AssetSelection.assets(ASSET),
    description="Tells people of the newest review of each stream who were not told its numbers yet.",
    config=run_config(),
)
"""The job that delivers, by hand or by schedule: the one that sends."""


def delivery_schedules(settings: Settings) -> list[dg.ScheduleDefinition]:
    """A schedule for each stream that is registered when definitions are loaded; a broken stream file has none."""
    found = []
    for name in registered_names(settings):
        try:
            stream, _ = read_stream_file(settings.streams / name / STREAM_FILE)
        except MetricError as error:
            _LOG.warning("no schedule for %s: %s", name, error)  # the run says so, too; other streams keep theirs
            continue
        found.append(_schedule(settings, stream))
    return found


def mornings_of(settings: Settings, stream: Stream) -> str:
    """When it is looked whether a quarter is to be told, as cron: a week of mornings after each quarter's end."""
    first = (stream.fiscal_year_starts - 1) % 3 + 1
    months = ",".join(str(month) for month in range(first, 13, 3))
    day = settings.delivery.day
    return f"0 {settings.delivery.hour} {day}-{day + MORNINGS - 1} {months} *"


def ended_quarter(stream: Stream, at: dt.datetime) -> Period:
    """The quarter that ended before the local day of an instant that knows its zone."""
    local_day = at.astimezone(ZoneInfo(stream.time_zone)).date()
    ended = previous(period_on(local_day, "quarter", stream.fiscal_year_starts), stream.fiscal_year_starts)
    assert ended is not None  # a quarter has one before it
    return ended


def _schedule(settings: Settings, stream: Stream) -> dg.ScheduleDefinition:
    def decide(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        quarter = ended_quarter(stream, context.scheduled_execution_time).key
        if reason := _why_not(settings, stream.stream, quarter):
            return dg.SkipReason(reason)
        tags = {"streamgauge/stream": stream.stream, "streamgauge/quarter": quarter}
        return dg.RunRequest(run_config=run_config(stream.stream, quarter), tags=tags)

    return dg.ScheduleDefinition(
        name=f"review_of_{stream.stream}",
        job_name=JOB,
        cron_schedule=mornings_of(settings, stream),
        execution_timezone=stream.time_zone,
        execution_fn=decide,
        default_status=dg.DefaultScheduleStatus.STOPPED,
        description="Publishes the review of the quarter that ended and tells people of it, once.",
    )


def _why_not(settings: Settings, stream: str, quarter: str) -> str | None:
    """Why nobody is told on this morning: everybody knows, or nobody is named; None where somebody is to be told."""
    try:
        site_of(settings.delivery)
        outlets = read_outlets(settings.delivery)
        known = read_tellings(settings, stream, quarter)
    except PipelineError as error:
        return str(error)
    if all(is_told(known, outlet.label) for outlet in outlets):
        return f"Everybody was told of {quarter} of {stream}."
    return None


def _would_tell(settings: Settings, config: Delivery) -> list[str]:
    """Whom a job that sends would tell of what; or why nobody: materialising everything by hand does not fail of it."""
    try:
        return [_line(outcome) for outcome in deliver(settings, config.stream, config.period, is_dry=True)]
    except PipelineError as error:
        return [str(error)]


def _line(outcome: Outcome) -> str:
    return f"{outcome.stream} {outcome.period} → {outcome.to}: {outcome.state}"
