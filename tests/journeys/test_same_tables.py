"""The same events give the same tables, however they arrive: whole, twice, shuffled, in pieces, by and by."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from metrics.published import METRIC_VALUES, PUBLISHED, STREAMS
from metrics.tables import CASES, COSTS, FAILURES, STEPS, TIME_PARTS, WORKING_SPELLS, WORKING_TIMES
from pipelines.refresh import refresh
from pipelines.registry import load_all
from pipelines.settings import Settings
from pipelines.warehouse import state
from tests.journeys.command_line import facts
from tests.journeys.orders import Row, rows, write_log, write_stream

TABLES = (
    CASES, STEPS, TIME_PARTS, WORKING_SPELLS, WORKING_TIMES, FAILURES, COSTS,
    *(table for table in PUBLISHED if table is not STREAMS),
)  # fmt: skip
TOLD = rows(12)
TRIGGER = TOLD[0]  # in every piece: a log in which no case can begin is refused
QUICK = {  # an example takes seconds, so there are few, and a failure is not made smaller
    "phases": (Phase.explicit, Phase.generate), "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}  # fmt: skip
orders_of_arrival = st.randoms(use_true_random=False).map(lambda random: random.sample(TOLD, len(TOLD)))
Tables = dict[str, list[tuple[object, ...]]]


@contextmanager
def _workshop() -> Iterator[Path]:
    """A folder with the stream file of the orders, for one world."""
    with tempfile.TemporaryDirectory() as made:
        write_stream(Path(made))
        yield Path(made)


def _arrive(folder: Path, told: Sequence[Row]) -> int:
    """Import rows as one file; returns how many were new."""
    log = write_log(folder / "orders.csv", told)
    receipt = facts("import", log, "--stream", folder / "stream.yaml", "--home", folder / "home")
    assert receipt["read"] == receipt["new"] + receipt["duplicate"] == len(told)
    return int(receipt["new"])


def _measure(folder: Path) -> Tables:
    """Refresh, and every row of every published table in its published order."""
    home = Settings(home=folder / "home", threads=2)
    refresh(home, load_all(home))
    with duckdb.connect(str(home.published_database), read_only=True) as connection:
        return {table.name: connection.execute(f"SELECT * FROM {table.name}").fetchall() for table in TABLES}


@pytest.fixture(scope="module")
def whole() -> Iterator[Tables]:
    """The tables of all orders imported at once."""
    with _workshop() as folder:
        assert _arrive(folder, TOLD) == len(TOLD)
        yield _measure(folder)


def test_the_tables_are_not_empty(whole: Tables) -> None:
    """What is compared below is there: nothing equals nothing too easily."""
    filled = {name for name, found in whole.items() if found}
    unasked = {"targets", "objectives", "baselines", "rework_allowance"}  # the stream file names none
    unasked |= {"closed_quarters", "restatements"}  # nor is a quarter closed
    unasked |= {"decisions", "risks"}  # or anything to be decided
    unasked |= {"benefits", "benefit_bridge", "benefit_conflicts", "freed_capacity", "cost_of_ownership"}  # or claimed
    assert filled == {table.name for table in TABLES} - unasked


@settings(max_examples=3, **QUICK)
@given(shuffled=orders_of_arrival, cut=st.integers(1, len(TOLD) - 2), first=st.booleans())
def test_shuffled_and_split_in_any_order(whole: Tables, shuffled: list[Row], cut: int, first: bool) -> None:
    """Two shuffled halves in either order, then all of it again: the same tables, and nothing new."""
    halves = [[TRIGGER, *shuffled[:cut]], [*shuffled[cut:], TRIGGER]]
    with _workshop() as folder:
        assert sum(_arrive(folder, half) for half in (halves if first else halves[::-1])) == len(TOLD)
        assert _arrive(folder, shuffled) == 0
        assert _measure(folder) == whole


@settings(max_examples=2, **QUICK)
@given(shuffled=orders_of_arrival, cut=st.integers(1, len(TOLD) - 2))
def test_measured_between_the_pieces(whole: Tables, shuffled: list[Row], cut: int) -> None:
    """Measured after each piece, so that the second run touches only the cases it must: the same tables as at once."""
    with _workshop() as folder:
        _arrive(folder, [TRIGGER, *shuffled[:cut]])
        _measure(folder)
        _arrive(folder, [*shuffled[cut:], TRIGGER])
        assert _measure(folder) == whole


def test_a_second_run_changes_nothing(whole: Tables) -> None:
    """Running again without new events gives the same tables."""
    with _workshop() as folder:
        _arrive(folder, TOLD)
        assert _measure(folder) == _measure(folder) == whole


def test_touched_cases_only_equal_everything_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """After late events of old cases, new cases and a duplicate: touched cases only = all cases made again."""
    early, late = [row for row in TOLD if row[1] != "Deliver"], TOLD[-20:]
    with _workshop() as folder:
        _arrive(folder, early)
        _measure(folder)
        _arrive(folder, late)
        touched = _measure(folder)
        monkeypatch.setattr(state, "FACTS_VERSION", "everything anew")
        assert _measure(folder) == touched


def test_intervals_do_not_depend_on_arrival() -> None:
    """Forty days of orders, so that values have intervals: shuffled, in three pieces that overlap, the same."""
    told = rows(120)
    shuffled = random.Random(7).sample(told, len(told))
    with _workshop() as folder:
        assert _arrive(folder, told) == len(told)
        at_once = _measure(folder)
    with _workshop() as folder:
        for piece in (shuffled[:200], shuffled[100:300], [TRIGGER, *shuffled[250:]]):
            _arrive(folder, piece)
        assert _measure(folder) == at_once
    metric, low, high = (METRIC_VALUES.column_names.index(name) for name in ("metric", "low", "high"))
    with_interval = {row[metric] for row in at_once["metric_values"] if row[low] is not None and row[high] is not None}
    assert {"flow_time", "failure_containment_time", "first_time_right", "cost_per_transaction"} <= with_interval
