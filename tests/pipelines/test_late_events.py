"""A quarter is closed, then late events arrive: closed numbers stay, restatements tell it, the next quarter is right.

The oracle is a home that knew everything from the start and closed nothing; one number is counted by plain loops, too.
"""

from __future__ import annotations

import datetime as dt
import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dashboards.publish import publish_review
from metrics.catalog import CATALOG
from metrics.closing.restate import Restatement
from metrics.evaluate import evaluate
from pipelines.database import open_warehouse
from pipelines.ledger.append import append
from pipelines.refresh import refresh
from pipelines.registry import load, load_all
from pipelines.settings import Settings
from pipelines.sources.batch import to_batch
from tests.journeys.command_line import facts
from tests.journeys.orders import Row
from tests.pipelines.closed_home import DAYS, NEXT, QUARTER, arrive, closed, closed_rows, home_of, orders, published

ALL = orders()
BERLIN = ZoneInfo("Europe/Berlin")
# 1 % of the events of the log, at least one in each quarter: with orders() that is three of 236.
DRAWN = random.Random(6)
QUICK = {  # an example takes seconds, so there are few, and a failure is not made smaller
    "phases": (Phase.explicit, Phase.generate), "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}  # fmt: skip


def day_of(row: Row) -> dt.date:
    """The local day of an event."""
    return dt.datetime.fromisoformat(row[2]).astimezone(BERLIN).date()


def is_of_quarter(row: Row) -> bool:
    """Did it happen by the closed quarter's last day?"""
    return day_of(row) < DAYS[1]


def late_rows(share: float = 0.01) -> list[Row]:
    """Late events drawn at random, of the closed quarter and of the next; the first order's trigger is there early."""
    told = [row for row in ALL if row[1] != "Order"]
    early, after = ([row for row in told if is_of_quarter(row) is wanted] for wanted in (True, False))
    wanted = max(1, round(share * len(ALL) / 2))
    return [*DRAWN.sample(early, wanted), *DRAWN.sample(after[:-12], wanted)]


LATE = late_rows()


@pytest.fixture(scope="module")
def early(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home without the late events, its quarter closed; copied where it is changed."""
    folder = tmp_path_factory.mktemp("early")
    closed(home_of(folder, [row for row in ALL if row not in LATE]))
    return folder


@pytest.fixture(scope="module")
def late(early: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same after the late events came."""
    folder = tmp_path_factory.mktemp("late") / "home"
    shutil.copytree(early, folder)
    arrive(home_in(folder), folder, LATE)
    return folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that knew everything from the start, with nothing closed."""
    folder = tmp_path_factory.mktemp("whole")
    home_of(folder, ALL)
    return folder


def home_in(folder: Path) -> Settings:
    """The home of such a folder."""
    return Settings(home=folder / "home")


def test_late_events_are_of_both_quarters() -> None:
    """What is drawn is about 1 % of the events, some of the closed quarter and some of the next."""
    assert 0.005 <= len(LATE) / len(ALL) <= 0.015
    assert {is_of_quarter(row) for row in LATE} == {True, False}


def test_closed_numbers_stay_to_the_last_digit(early: Path, late: Path) -> None:
    """Values, comparisons and reports of the closed quarter are the same rows, bit by bit, as before."""
    assert closed_rows(home_in(late)) == closed_rows(home_in(early))


def test_the_commands_tell_the_closed_numbers(early: Path, late: Path) -> None:
    """`streamgauge metrics` of the quarter, a month and a week of it says the same before and after."""
    for period in (QUARTER, "2025-02", "2025-W09"):
        before, after = (facts("metrics", "--period", period, "--home", f / "home") for f in (early, late))
        assert before == after
        assert all(fact["is_closed"] for fact in after)


def test_the_page_tells_the_closed_numbers(early: Path, late: Path, tmp_path: Path) -> None:
    """The list of values of the review holds the same figures; new are only the freshness and what is restated."""

    def told(folder: Path, name: str) -> dict[str, str]:
        bundle = publish_review(home_in(folder).published_database, tmp_path / name, "orders", QUARTER)
        lines = bundle.values.read_text("utf-8").splitlines()
        return {line: line for line in lines if "metric_values/" in line or "comparisons/" in line}

    before, after = told(early, "before"), told(late, "after")
    assert before == after
    assert len(before) > 10


def oracle(early: Path, whole: Path) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Closed value and today's, of every closed number that a home which knew everything tells otherwise."""
    within = f"grain <> 'all' AND first_on >= '{DAYS[0]}' AND until_on <= '{DAYS[1]}'"
    sql = f"SELECT metric, statistic, grain, period, value, n FROM metric_values WHERE {within}"
    before = {row[:4]: row[4:] for row in published(home_in(early), sql)}
    now = {row[:4]: row[4:] for row in published(home_in(whole), sql)}
    now |= {key: told for key, told in _aged(early, whole) if key in now}
    nothing = (None, None)
    pairs = {key: (before.get(key, nothing), now.get(key, nothing)) for key in {*before, *now}}
    return {
        key: (was[0], is_now[0], was[1], is_now[1])
        for key, (was, is_now) in pairs.items() if not _is_same(was[0], is_now[0])
    }  # fmt: skip


def _aged(early: Path, whole: Path) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    """Metrics of open work, aged to the newest event of when the quarter was closed."""
    ((as_of,),) = published(home_in(early), "SELECT last_event_at FROM streams")
    home = home_in(whole)
    with open_warehouse(home) as connection:
        for metric in CATALOG:
            if "$as_of" in metric.sql:
                stream = load(home, "orders").stream
                for v in evaluate(connection, metric, stream, ("week", "month", "quarter"), as_of=as_of):  # type: ignore[arg-type]  # a column of instants
                    yield (metric.key, v.summary.statistic.value, v.period.grain, v.period.key), (
                        v.summary.value, v.summary.n,
                    )  # fmt: skip


def _is_same(before: float | None, after: float | None) -> bool:
    if before is None or after is None:
        return before is after
    return abs(before - after) <= 1e-12 * max(abs(before), abs(after), 1)


def test_restatements_are_the_naive_recomputation(early: Path, late: Path, whole: Path) -> None:
    """Each closed number that full knowledge tells otherwise is a restatement with both values, and nothing else is."""
    wanted = oracle(early, whole)
    told = {
        row[:4]: row[4:]
        for row in published(
            home_in(late),
            "SELECT metric, statistic, grain, period, closed_value, value_now, closed_n, n_now FROM restatements "
            "WHERE statistic <> 'sum'",
        )
    }
    assert told == wanted
    assert len(wanted) > 5
    moved = published(home_in(late), "SELECT closed_value, value_now, difference FROM restatements")
    assert all(d is None or d == now - was for was, now, d in moved)  # type: ignore[operator]  # numbers, all of them


def test_restatements_say_why_and_how_many(late: Path) -> None:
    """The reason is late events; their number, their cases and their arrival are those of the late file."""
    of_quarter = [row for row in LATE if is_of_quarter(row)]
    told = published(
        home_in(late),
        "SELECT DISTINCT causes, late_events, late_cases, first_arrived_at = last_arrived_at, "
        "first_arrived_at > (SELECT known_until FROM closed_quarters) FROM restatements",
    )
    assert told == [("late events", len(of_quarter), len({row[0] for row in of_quarter}), True, True)]
    ((why,),) = published(home_in(late), "SELECT DISTINCT why FROM restatements")
    assert str(why).startswith(f"{len(of_quarter)} late event")


def test_a_number_by_plain_loops(early: Path, late: Path) -> None:
    """Pairs of consecutive steps: counted by hand before and after, they are what is closed and what is restated."""

    def pairs(told: list[Row]) -> int:
        cases: dict[str, list[Row]] = {}
        for row in sorted(told, key=lambda row: row[2]):
            cases.setdefault(row[0], []).append(row)
        return sum(is_of_quarter(row) for rows in cases.values() for row in rows[1:])

    before, after = pairs([row for row in ALL if row not in LATE]), pairs(ALL)
    sql = "SELECT closed_value, value_now FROM restatements WHERE metric = 'step_pairs' AND grain = 'quarter'"
    assert published(home_in(late), sql) == [(before, after)]
    ((kept,),) = published(
        home_in(late), f"SELECT value FROM metric_values WHERE metric = 'step_pairs' AND period = '{QUARTER}'"
    )
    assert kept == before


def test_the_next_quarter_is_right(late: Path, whole: Path) -> None:
    """Every value of an open period is that of a home that knew everything; only verdicts look back at closed ones."""
    columns = "metric, statistic, period, value, low, high, least, most, n, unit, reason, method, matures_on"
    sql = f"SELECT {columns} FROM metric_values WHERE grain = 'all' OR until_on > '{DAYS[1]}' ORDER BY ALL"
    assert published(home_in(late), sql) == published(home_in(whole), sql)


def test_the_next_quarter_is_held_against_the_closed_one(early: Path, late: Path) -> None:
    """Before stands the closed value in every comparison of the next quarter, and `compare` says the same."""
    before = dict(_values(early, QUARTER))
    sql = f"SELECT metric, statistic, before_value FROM comparisons WHERE kind = 'period' AND label = '{NEXT}'"
    told = published(home_in(late), sql)
    assert len(told) > 10
    assert all(before[metric, statistic] == value for metric, statistic, value in told)
    pairs = facts("compare", QUARTER, NEXT, "--home", late / "home")
    assert all(before[fact["metric"], fact["statistic"]] == fact["before_value"] for fact in pairs)


def _values(folder: Path, period: str) -> Iterator[tuple[tuple[Any, Any], Any]]:
    found = published(home_in(folder), f"SELECT metric, statistic, value FROM metric_values WHERE period = '{period}'")
    return (((metric, statistic), value) for metric, statistic, value in found)


def test_the_signature_is_of_row_and_file(late: Path) -> None:
    """The digest of a row follows from the row and the digest of the closed file, and from nothing else."""
    names = list(Restatement.__dataclass_fields__)
    home = home_in(late)
    rows = published(home, f"SELECT {', '.join(names)}, closed_digest, digest FROM restatements")
    ((of_file,),) = published(home, "SELECT digest FROM closed_quarters")
    for *told, closed_digest, digest in rows:
        again = Restatement(**dict(zip(names, told, strict=True)))  # type: ignore[arg-type]  # as the columns are
        assert closed_digest == of_file
        assert again.signed(str(of_file))["digest"] == digest
        assert again.signed("another file")["digest"] != digest


def test_running_again_keeps_restatements(late: Path, tmp_path: Path) -> None:
    """Another run tells the same rows, first seen when they were first told."""
    shutil.copytree(late, tmp_path, dirs_exist_ok=True)
    before = published(home_in(tmp_path), "SELECT * FROM restatements ORDER BY ALL")
    arrive(home_in(tmp_path), tmp_path, LATE)
    assert published(home_in(tmp_path), "SELECT * FROM restatements ORDER BY ALL") == before


@contextmanager
def _copy(early: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(early, folder, dirs_exist_ok=True)
        yield Path(folder)


@settings(max_examples=3, **QUICK)
@given(
    late=st.lists(
        st.tuples(
            st.sampled_from([*sorted({row[0] for row in ALL}), "x1", "x2"]),
            st.sampled_from(["Order", "Check", "Return", "Deliver", "Cancel"]), st.integers(0, 100 * 24),
        ),
        min_size=1, max_size=12,
    )
)  # fmt: skip
def test_whatever_arrives_closed_rows_are_byte_equal(early: Path, late: list[tuple[str, str, int]]) -> None:
    """Random late events, of known orders and new ones, on any day: each closed row stays as it is, byte for byte."""
    begun = dt.datetime(2025, 2, 1, tzinfo=dt.UTC)
    rows = [(case, step, (begun + dt.timedelta(hours=h)).isoformat(), "Ann", "web") for case, step, h in late]
    with _copy(early) as folder:
        arrive(home_in(folder), folder, rows)
        assert repr(closed_rows(home_in(folder))) == repr(closed_rows(home_in(early)))
        law = "SELECT passed FROM check_results WHERE check_name = 'closed_numbers_stay'"
        assert published(home_in(folder), law) == [(True,)]


def _bring(settings: Settings, event_id: str, corrects: str | None = None) -> None:
    """One more check of an order of the closed quarter; or what retracts it."""
    columns: dict[str, list[object]] = {
        "source": ["/late"], "event_id": [event_id], "case_id": ["o12"], "event_at": [dt.datetime(2025, 3, 9, 9)],
        "step": ["Check"], "sequence": [1 if corrects is None else 2], "corrects": [corrects],
        "is_retracted": [None if corrects is None else True],
        "attributes": [None if corrects is None else f'{{"corrects": "{corrects}"}}'],
    }  # fmt: skip
    append(settings, "orders", [to_batch(columns)], positions={})
    refresh(settings, load_all(settings))


def test_late_data_that_restore_the_old_value_leave_none(early: Path, tmp_path: Path) -> None:
    """An event told late and then retracted leaves no restatement behind, as if it had never been told."""
    shutil.copytree(early, tmp_path, dirs_exist_ok=True)
    home = home_in(tmp_path)
    _bring(home, "e1")
    assert published(home, "SELECT DISTINCT causes, late_events FROM restatements") == [("late events", 1)]
    _bring(home, "e2", corrects="e1")
    assert published(home, "SELECT * FROM restatements") == []
    assert published(home, "SELECT restated FROM closed_quarters") == [(0,)]
    assert closed_rows(home) == closed_rows(home_in(early))
