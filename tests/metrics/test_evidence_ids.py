"""Evidence ids: the same content of the same makings has the same id, and any change of either has another."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import asdict, replace
from decimal import Decimal

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from metrics.baseline import population_of
from metrics.catalog import CATALOG
from metrics.evidence.identity import SHAPE, MadeOf, basis_id, evidence_id
from metrics.evidence.inputs import daily_inputs
from metrics.evidence.rows import EVIDENCED, LEFT_OUT, PublishedRow, plain, published_rows
from metrics.flow.flow_time import FLOW_TIME
from metrics.periods import parse_period
from metrics.published import DECISIONS, DEFINITIONS, EVIDENCE, PUBLISHED, RESTATEMENTS, RISKS
from tests.metrics.builder import STREAM, World

ROW = PublishedRow(
    "metric_values", '{"metric": "flow_time"}', {"metric": "flow_time", "value": 1.5, "n": 3, "reason": None}
)
MADE = MadeOf("b", "1.0.0", "s", 3, "f")
plains = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=5))


def test_an_id_has_one_shape() -> None:
    """`sg-` and sixteen letters and digits that no eye mixes up."""
    assert SHAPE.fullmatch(evidence_id("orders", ROW, MADE))


@given(content=st.dictionaries(st.text(max_size=5), plains, min_size=1), seed=st.randoms())
def test_the_order_of_columns_is_no_content(content: dict[str, object], seed: random.Random) -> None:
    """The same columns in another order give the same id."""
    shuffled = dict(seed.sample(list(content.items()), len(content)))
    one, other = (PublishedRow("t", "{}", told) for told in (content, shuffled))  # type: ignore[arg-type]
    assert evidence_id("s", one, MADE) == evidence_id("s", other, MADE)


@given(name=st.sampled_from(sorted(ROW.content)), value=plains)
def test_every_column_counts(name: str, value: object) -> None:
    """Any other content of any column gives another id."""
    changed = PublishedRow(ROW.table, ROW.key, {**ROW.content, name: value})  # type: ignore[dict-item]
    same = changed.text == ROW.text
    assert (evidence_id("orders", changed, MADE) == evidence_id("orders", ROW, MADE)) is same


@given(name=st.sampled_from(sorted(asdict(MADE))))
def test_every_making_counts(name: str) -> None:
    """Another basis, definition, SQL or other observations give another id, and so do another table and stream."""
    kept = evidence_id("orders", ROW, MADE)
    assert evidence_id("orders", ROW, replace(MADE, **{name: "other" if name != "inputs" else 4})) != kept
    assert evidence_id("claims", ROW, MADE) != kept
    assert evidence_id("orders", replace(ROW, table="objectives"), MADE) != kept


def test_every_part_of_the_basis_counts() -> None:
    """Another event, file, code or library is another basis, whatever the order in which they are told."""
    basis = {
        "events": 1,
        "ledger_fingerprint": "a",
        "files": {"rates.csv": "x", "stream.yaml": "y"},
        "source_hash": "h",
    }
    kept = basis_id(basis)
    assert basis_id(dict(reversed(basis.items()))) == kept
    for name in basis:
        assert basis_id({**basis, name: "other"}) != kept


def test_no_clock_is_content() -> None:
    """Columns that tell of a run are left out of every table; what is left out is of runs, or told by the basis."""
    assert set(EVIDENCED) == set(PUBLISHED) - {EVIDENCE, DEFINITIONS, DECISIONS, RISKS}  # people tell the last two
    runs = {"run_id", "ran_at", "frozen_at", "last_arrival_at"}
    assert runs <= set(LEFT_OUT)
    known = {name for table in PUBLISHED for name in table.column_names}
    assert set(LEFT_OUT) <= known


def test_values_are_plain_and_exact() -> None:
    """Days and instants become ISO 8601, and money its digits."""
    assert plain(dt.date(2026, 7, 1)) == "2026-07-01"
    assert plain(dt.datetime(2026, 7, 1, 6, 30)) == "2026-07-01T06:30:00"
    assert plain(Decimal("1.100000")) == "1.100000"
    assert plain(None) is None


lengths = st.lists(st.tuples(st.integers(0, 100), st.integers(1, 40)), min_size=1, max_size=12)


def _world(cases: list[tuple[int, tuple[int, int]]]) -> World:
    world = World()
    for number, (begun, lasted) in cases:
        world.case(f"c{number}", float(begun), float(begun + lasted))
    return world


@given(told=lengths, seed=st.randoms())
def test_inputs_do_not_depend_on_order(told: list[tuple[int, int]], seed: random.Random) -> None:
    """Rows in another order give the same fingerprint for each quarter; one case longer gives another."""
    cases = list(enumerate(told))
    period = parse_period("2026-Q1")
    days = (period.first_on, period.until_on)
    kept = daily_inputs(_world(cases).connection, FLOW_TIME, STREAM).within(*days)
    shuffled = daily_inputs(_world(seed.sample(cases, len(cases))).connection, FLOW_TIME, STREAM).within(*days)
    assert shuffled == kept
    assert kept.count == population_of(_world(cases).connection, STREAM, FLOW_TIME, period, None).count
    if kept.count:
        renamed = [(number + 1000, length) for number, length in cases]
        assert daily_inputs(_world(renamed).connection, FLOW_TIME, STREAM).within(*days).fingerprint != kept.fingerprint


def test_every_metric_has_inputs() -> None:
    """Each metric of the catalogue yields its observations with their subject, and whole = sum of its quarters."""
    connection = _world([(n, (n * 9, 5)) for n in range(30)]).connection
    for metric in CATALOG:
        found = daily_inputs(connection, metric, STREAM)
        whole = found.within(dt.date(1900, 1, 1), dt.date(2999, 1, 1))
        quarters = [
            found.within(dt.date(year, month, 1), _after(year, month))
            for year in range(2025, 2029)
            for month in (1, 4, 7, 10)
        ]
        assert sum(one.count for one in quarters) == whole.count
        assert sum(int(one.fingerprint, 16) for one in quarters) % 2**64 == int(whole.fingerprint, 16)


def _after(year: int, month: int) -> dt.date:
    return dt.date(year + (month == 10), month + 3 if month < 10 else 1, 1)


def test_when_a_number_was_first_told_otherwise_is_no_content() -> None:
    """A restatement that two runs tell at two instants is one row with one id."""
    told = []
    for day in (1, 2):
        connection = duckdb.connect()
        connection.execute(RESTATEMENTS.ddl())
        connection.execute(
            "INSERT INTO restatements BY NAME SELECT 'made' AS stream, '2026-Q1' AS quarter, 'flow_time' AS metric, "
            "make_timestamp(2026, 7, $day, 6, 30, 0) AS seen_at", {"day": day},
        )  # fmt: skip
        (row,) = published_rows(connection, "made", (RESTATEMENTS,))
        told.append(row)
    assert told[0] == told[1]
    assert "metric" in told[0].content
