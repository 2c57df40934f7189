"""The calendar: on which mornings a quarter may be told, what is asked for then, and what comes of it."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._utils.schedules import schedule_execution_time_iterator

from metrics.stream import parse_stream
from pipelines.assets.delivery import ASSET, MORNINGS, delivery_assets, ended_quarter, mornings_of
from pipelines.assets.delivery import JOB as DELIVERS
from pipelines.definitions import JOB, build_definitions
from pipelines.delivery.record import read_tellings
from pipelines.reviewing import publish_reviews
from pipelines.settings import DeliverySettings, Settings
from tests.journeys.command_line import measured
from tests.journeys.orders import STREAM, rows, write_log, write_stream
from tests.pipelines.delivery.mail_servers import Post, mail_server

BERLIN = ZoneInfo("Europe/Berlin")
LAST = "2025-Q1"
DUE = dt.datetime(2025, 4, 3, 6, tzinfo=BERLIN)
ANN = "ann@b.example"


def ticks(cron: str, zone: str, first: dt.datetime, last: dt.datetime) -> list[dt.datetime]:
    """Every tick that Dagster gives such a schedule between two instants."""
    found: Iterator[dt.datetime] = schedule_execution_time_iterator(first.timestamp(), cron, zone)
    return list(itertools.takewhile(lambda at: at < last, found))


@pytest.mark.parametrize(
    ("zone", "year_starts", "day", "hour"),
    [
        ("Europe/Berlin", 1, 3, 6),
        ("Europe/Berlin", 2, 3, 6),
        ("America/New_York", 3, 3, 2),  # the clock goes on at 2 on 8 March 2026, one of the mornings
        ("America/New_York", 2, 1, 1),  # and is turned back at 2 on 1 November 2026, the first one
        ("Asia/Kathmandu", 4, 22, 23),
        ("Australia/Lord_Howe", 10, 1, 2),  # half an hour, on the first Sundays of April and October
        ("UTC", 12, 3, 0),
    ],
)
def test_the_ticks_of_two_years(zone: str, year_starts: int, day: int, hour: int) -> None:
    """Seven local mornings in a row after each fiscal quarter, each once whatever the clocks do."""
    text = STREAM.replace("Europe/Berlin", zone) + f"fiscal_year_starts: {year_starts}\n"
    stream = parse_stream(text)
    settings = Settings(home=Path("nowhere"), delivery=DeliverySettings(day=day, hour=hour))
    here = ZoneInfo(zone)
    first, last = dt.datetime(2025, 12, 1, tzinfo=here), dt.datetime(2027, 12, 1, tzinfo=here)
    of_quarters: dict[str, list[dt.datetime]] = {}
    for at in ticks(mornings_of(settings, stream), zone, first, last):
        of_quarters.setdefault(ended_quarter(stream, at).key, []).append(at.astimezone(here))
    whole = list(of_quarters.values())
    assert len(whole) == 8
    for quarter, mornings in of_quarters.items():
        begins = mornings[0].date().replace(day=1)
        assert (begins.month - year_starts) % 3 == 0
        assert [at.date() for at in mornings] == [begins + dt.timedelta(days=day - 1 + n) for n in range(MORNINGS)]
        assert {at.hour for at in mornings} <= {hour, hour + 1}  # an hour that a morning lacks is its next one
        assert sum(at.hour == hour for at in mornings) >= MORNINGS - 1
        assert quarter == ended_quarter(stream, dt.datetime.combine(begins, dt.time(0, 1), here)).key
    assert len(set(of_quarters)) == 8


def test_the_quarter_is_that_of_the_place() -> None:
    """At the same instant a quarter has ended in one place and not in another."""
    at = dt.datetime(2026, 9, 30, 23, 30, tzinfo=dt.UTC)
    assert ended_quarter(parse_stream(STREAM), at).key == "2026-Q3"
    assert ended_quarter(parse_stream(STREAM.replace("Europe/Berlin", "America/Lima")), at).key == "2026-Q2"


@pytest.fixture(scope="module")
def measured_home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with the small orders over the end of a quarter, measured, no page published."""
    folder = tmp_path_factory.mktemp("calendar")
    log, stream = write_log(folder / "orders.csv", rows()), write_stream(folder)
    return measured(folder / "home", (log, stream))


@pytest.fixture
def post() -> Post:
    """What the mail server took."""
    return Post()


@pytest.fixture
def told(measured_home: Settings, post: Post) -> Iterator[Settings]:
    """That home with somebody to tell and a mail server; what was told is forgotten afterwards."""
    with mail_server(post) as port:
        delivery = DeliverySettings(
            site_url="https://gauge.example",
            mail_from="g@example.org",
            mail_to=ANN,
            smtp_url=f"smtp://127.0.0.1:{port}",
        )
        yield replace(measured_home, delivery=delivery)
    for path in measured_home.deliveries.rglob("*.json"):
        path.unlink()


def asked(settings: Settings, at: dt.datetime) -> dg.RunRequest | str:
    """What the schedule of the orders asks for at an instant, or why it asks for nothing."""
    schedule = build_definitions(settings).get_schedule_def("review_of_orders")
    with dg.DagsterInstance.ephemeral() as instance:
        data = schedule.evaluate_tick(dg.build_schedule_context(instance, scheduled_execution_time=at))
    requests: Sequence[dg.RunRequest] = data.run_requests or []
    return requests[0] if requests else str(data.skip_message)


def ran(settings: Settings, request: dg.RunRequest) -> dg.ExecuteInProcessResult:
    """The run that a schedule asked for, as the daemon would start it."""
    job = build_definitions(settings).resolve_job_def(DELIVERS)
    return job.execute_in_process(run_config=request.run_config, raise_on_error=False)


def test_schedules_stand_still_until_somebody_switches_them_on(told: Settings) -> None:
    """Each registered stream has a schedule of its zone, for the job that delivers, stopped."""
    [schedule] = build_definitions(told).schedules or []
    assert isinstance(schedule, dg.ScheduleDefinition)
    assert (schedule.name, schedule.job_name) == ("review_of_orders", DELIVERS)
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 6 3-9 1,4,7,10 *", "Europe/Berlin")
    assert schedule.default_status is dg.DefaultScheduleStatus.STOPPED


def test_a_run_of_everything_tells_nobody(told: Settings) -> None:
    """The job that refreshes everything does not deliver; the one that delivers does nothing else."""
    definitions = build_definitions(told)
    of = {name: definitions.resolve_job_def(name).asset_layer.selected_asset_keys for name in (JOB, DELIVERS)}
    assert of[DELIVERS] == {dg.AssetKey(ASSET)}
    assert dg.AssetKey(ASSET) not in of[JOB]
    assert dg.AssetKey("published_page") in of[JOB]


def test_a_quarter_is_published_and_told_once(told: Settings, post: Post) -> None:
    """The first morning publishes and tells; the following ones, and a later look at the same one, ask for nothing."""
    request = asked(told, DUE)
    assert isinstance(request, dg.RunRequest)
    assert request.tags["streamgauge/quarter"] == LAST
    assert ran(told, request).success
    assert (told.pages / "orders" / LAST / "index.html").is_file()
    assert [letter["Subject"] for _, letter in post.letters] == ["Operating review: Orders, January to March 2025"]
    for day in (0, 1, MORNINGS - 1):
        assert asked(told, DUE + dt.timedelta(days=day)) == f"Everybody was told of {LAST} of orders."


def test_a_morning_that_was_missed(told: Settings, post: Post) -> None:
    """Nobody looked on the first two mornings: the third asks for the same quarter, and once."""
    request = asked(told, DUE + dt.timedelta(days=2))
    assert isinstance(request, dg.RunRequest)
    assert ran(told, request).success
    assert "Everybody was told" in str(asked(told, DUE + dt.timedelta(days=3)))
    assert len(post.letters) == 1


def test_a_morning_on_which_it_failed(told: Settings, post: Post) -> None:
    """A server that refuses fails the run with its reason, and the next morning asks again."""
    post.refused[ANN] = "550 unknown"
    request = asked(told, DUE)
    assert isinstance(request, dg.RunRequest)
    failed = ran(told, request)
    [event] = [event for event in failed.all_events if event.is_step_failure]
    assert (failed.success, "550 unknown" in str(event.step_failure_data.error)) == (False, True)
    post.refused.clear()
    again = asked(told, DUE + dt.timedelta(days=1))
    assert isinstance(again, dg.RunRequest)
    assert ran(told, again).success
    [telling] = read_tellings(told, "orders", LAST)
    assert (telling.tries, len(post.letters)) == (2, 1)


def test_a_quarter_without_data_is_told_to_nobody(told: Settings, post: Post) -> None:
    """Where nothing has arrived of the quarter that ended, the run fails in a sentence and nobody is written to."""
    request = asked(told, dt.datetime(2026, 1, 3, 6, tzinfo=BERLIN))
    assert isinstance(request, dg.RunRequest)
    failed = ran(told, request)
    [event] = [event for event in failed.all_events if event.is_step_failure]
    assert "none in 2025-Q4" in str(event.step_failure_data.error)
    assert post.letters == []


def test_nobody_is_named(told: Settings) -> None:
    """Without an address the schedule asks for nothing and says what to set."""
    nobody = replace(told, delivery=replace(told.delivery, mail_to=""))
    assert "STREAMGAUGE_MAIL_TO" in str(asked(nobody, DUE))


def test_making_everything_by_hand_tells_nobody(told: Settings, post: Post) -> None:
    """The asset alone, without the job's `send`, says whom it would tell; or why nobody; and does not fail of it."""
    publish_reviews(told, "orders", LAST)
    nobody = replace(told, delivery=DeliverySettings())
    for settings, words in ((told, "orders 2025-Q1 → ann@b.example"), (nobody, "SITE_URL")):
        made = dg.materialize(delivery_assets(settings))
        [event] = made.get_asset_materialization_events()
        assert words in str(event.materialization.metadata["would tell"].value)
    assert post.letters == []


def test_a_stream_file_that_is_broken_has_no_schedule(told: Settings, caplog: pytest.LogCaptureFixture) -> None:
    """Other streams keep theirs, definitions load, and the log says why one is missing."""
    broken = told.streams / "broken" / "stream.yaml"
    broken.parent.mkdir()
    broken.write_text("stream: [", "utf-8")
    try:
        schedules = build_definitions(told).schedules or []
    finally:
        broken.unlink()
        broken.parent.rmdir()
    assert [schedule.name for schedule in schedules if isinstance(schedule, dg.ScheduleDefinition)] == [
        "review_of_orders"
    ]
    assert "no schedule for broken" in caplog.text
