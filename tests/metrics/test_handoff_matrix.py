"""The handoff matrix: rows by steps and kinds with their totals, tied to the ratio, and a plain loop as an oracle."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.evaluate import evaluate_period
from metrics.handoff.handoff_ratio import HANDOFF_RATIO
from metrics.periods import parse_period
from metrics.published import HANDOFF_MATRIX
from metrics.reports.handoff_matrix import rows
from tests.metrics.builder import STREAM, World
from tests.metrics.coded_events import Log, Row, made_stream
from tests.metrics.worlds import few

WHO = {"h": "human", "H": "human", "s": "system", "a": "agent", "x": "external", "u": None}
KEY = ("previous_step", "step", "previous_performer_kind", "performer_kind")
MADE = made_stream(
    steps=[{"name": "Sign", "manual_on_purpose": "four eyes"}, {"name": "Match", "performer_kind": "system"}],
    rework={"rejections": ["Return"]},
)
Chain = list[tuple[str, str]]


def _world(*chains: Chain, finished: float | None = 2.0) -> World:
    """A case for each chain of (step, letter of who did it), with steps and counts as facts make them."""
    world = World()
    told: list[Row] = [
        (f"c{number}", step, f"Mon {hour:02d}:00", {"performer": who, "performer_kind": WHO[who]})
        for number, chain in enumerate(chains)
        for hour, (step, who) in enumerate(chain)
    ]
    log = Log(MADE, told)
    for case in log.cases():
        counts = {name: value for name, value in case.items() if name.endswith(("_handoffs", "_to_human"))}
        world.case(case["case_id"], 1.0, finished, **counts)
    for step in log.steps():
        step.pop("case_key")
        world.add_step(step)
    return world


def _rows(world: World) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Rows of the first quarter of 2026 by steps and kinds."""
    found = list(rows(world.connection, STREAM))
    assert all(tuple(row) == HANDOFF_MATRIX.column_names for row in found)
    assert {row["period"] for row in found} <= {"2026-Q1"}
    by_key = {tuple(row[name] for name in KEY): row for row in found}
    assert len(by_key) == len(found)
    return by_key


ALL = (None, None, None, None)


def test_rows_stand_by_steps_then_by_kinds() -> None:
    """Names in their order, and what holds all of them behind each of them."""
    keys = list(_rows(_world([("B", "s"), ("A", "h"), ("B", "h")])))
    a, b, kinds = ("A", "B", "human", "human"), ("B", "A", "system", "human"), (None, None)
    assert keys == [a, (*a[:2], *kinds), b, (*b[:2], *kinds), (*kinds, *a[2:]), (*kinds, *b[2:]), ALL]


def test_who_stays_responsible_hands_nothing_over() -> None:
    """A person who goes on where a system of the same desk began is handed nothing."""
    world = World().case("c", 1.0, 2.0).steps("c", ("desk", "system"), ("desk", "human"), ("sale", "system"))
    row = _rows(world)[ALL]
    assert (row["pairs"], row["handoffs"], row["automated_to_human"]) == (2, 1, 0)


def test_a_matrix_by_hand() -> None:
    """An agent hands a check to a person, who signs and gives it to a system: each pair, each kind, each total."""
    found = _rows(_world([("Read", "a"), ("Check", "h"), ("Check", "h"), ("Sign", "H"), ("Match", "s")]))
    assert found["Read", "Check", "agent", "human"] == {
        "stream": "made", "period": "2026-Q1", "previous_step": "Read", "step": "Check",
        "previous_performer_kind": "agent", "performer_kind": "human", "cases": 1, "pairs": 1, "handoffs": 1,
        "automated": 0, "manual": 1, "unknown": 0, "automated_to_human": 1, "designed": 0, "fallback": 0,
        "exception": 0, "other": 1, "ping_pongs": 0, "boomerangs": 0,
    }  # fmt: skip
    assert (
        found["Check", "Check", "human", "human"]["pairs"],
        found["Check", "Check", "human", "human"]["handoffs"],
    ) == (1, 0)
    total = found[ALL]
    assert [total[name] for name in ("cases", "pairs", "handoffs", "manual", "designed", "other")] == [1, 4, 3, 3, 2, 1]
    assert len(found) == 4 + 4 + 3 + 1


def test_where_agents_take_over_from_people() -> None:
    """From human to agent and from agent to human are rows apart, over all steps and step by step."""
    found = _rows(_world([("Read", "h"), ("Check", "a")], [("Read", "h"), ("Check", "a"), ("Read", "h")]))
    assert found[None, None, "human", "agent"]["handoffs"] == 2
    assert found[None, None, "agent", "human"]["handoffs"] == 1
    assert found["Read", "Check", "human", "agent"]["cases"] == 2
    assert found["Read", "Check", None, None]["handoffs"] == 2
    assert found[None, None, "agent", "human"]["ping_pongs"] == 1


def test_returns_stand_at_the_steps_where_work_came_back() -> None:
    """The handoff that brings work back counts: straight in one column, by a detour in the other."""
    found = _rows(_world([("Read", "h"), ("Check", "s"), ("Match", "a"), ("Sign", "h"), ("Match", "a")]))
    assert (found["Match", "Sign", None, None]["boomerangs"], found["Match", "Sign", None, None]["ping_pongs"]) == (
        1,
        0,
    )
    assert (found["Sign", "Match", None, None]["boomerangs"], found["Sign", "Match", None, None]["ping_pongs"]) == (
        0,
        1,
    )
    assert (found[ALL]["ping_pongs"], found[ALL]["boomerangs"]) == (1, 1)


def test_only_completed_cases_of_the_quarter() -> None:
    """An open case is in no row, and a quarter in which nothing was completed has none, not even a total of 0."""
    assert _rows(_world([("Read", "h"), ("Check", "s")], finished=None)) == {}
    world = _world([("Read", "h"), ("Check", "s")], finished=100.0)
    assert {row["period"] for row in rows(world.connection, STREAM)} == {"2026-Q2"}


def test_nothing_is_no_row() -> None:
    """A stream without a case has no matrix."""
    assert list(rows(World().connection, STREAM)) == []


def test_a_step_of_several_cases_counts_in_one() -> None:
    """Pairs with a copy are in no row, as they are in no count of their case."""
    world = World().case("a", 1.0, 2.0).case("b", 1.0, 2.0)
    world.steps("a", ("s", "system"), ("h", "human"))
    world.steps("b", ("s", "system"), ("h", "human"), ("s", "system"), ("t", "system"), counted=[True, False])
    found = _rows(world)
    assert (found[ALL]["pairs"], found[ALL]["manual"], found[ALL]["automated"]) == (2, 1, 1)


step_of = st.tuples(st.sampled_from(["Read", "Sign", "Match", "Return"]), st.sampled_from("hHsaxu"))
chains_of = st.lists(st.lists(step_of, min_size=1, max_size=7), min_size=1, max_size=5)


def _kind(step: str, who: str) -> str:
    """The kind of a performer; the stream file gives the match to a system where nobody tells."""
    return WHO[who] or ("system" if step == "Match" else "unknown")


@few
@given(chains=chains_of)
def test_oracle(chains: list[Chain]) -> None:
    """Pairs and handoffs of every row and total are those a loop over neighbours counts."""
    pairs: Counter[tuple[Any, ...]] = Counter()
    handoffs: Counter[tuple[Any, ...]] = Counter()
    cases: dict[tuple[Any, ...], set[int]] = {}
    for number, chain in enumerate(chains):
        for (one, giver), (other, taker) in pairwise(chain):
            steps, kinds = (one, other), (_kind(one, giver), _kind(other, taker))
            for key in ((*steps, *kinds), (*steps, None, None), (None, None, *kinds), ALL):
                pairs[key] += 1
                handoffs[key] += giver != taker
                cases.setdefault(key, set()).add(number)
    found = _rows(_world(*chains))
    assert {key: row["pairs"] for key, row in found.items()} == pairs
    assert {key: row["handoffs"] for key, row in found.items()} == {key: handoffs[key] for key in pairs}
    assert {key: row["cases"] for key, row in found.items()} == {key: len(of) for key, of in cases.items()}


@few
@given(chains=chains_of)
def test_every_row_adds_up_and_the_total_is_the_ratio(chains: list[Chain]) -> None:
    """Each handoff is of one kind, each manual one has one reason, rows sum to totals, and the total is the ratio's."""
    world = _world(*chains)
    found = _rows(world)
    for row in found.values():
        assert row["automated"] + row["manual"] + row["unknown"] == row["handoffs"] <= row["pairs"]
        assert row["designed"] + row["fallback"] + row["exception"] + row["other"] == row["manual"]
        assert row["ping_pongs"] + row["boomerangs"] <= row["handoffs"]
    for name in HANDOFF_MATRIX.column_names[7:]:
        for is_part in (
            lambda key: None not in key,
            lambda key: key[0] and not key[2],
            lambda key: key[2] and not key[0],
        ):
            parts = sum(row[name] for key, row in found.items() if is_part(key))
            assert parts == (found[ALL][name] if found else 0)
    (ratio,) = evaluate_period(world.connection, HANDOFF_RATIO, STREAM, parse_period("2026-Q1"))
    manual = found[ALL]["manual"] if found else 0
    assert ratio.summary.value == (pytest.approx(found[ALL]["automated"] / manual) if manual else None)
