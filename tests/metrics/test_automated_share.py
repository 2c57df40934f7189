"""Automated share: its example, its edge cases, one definition whatever the data's shape, and a plain loop."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.handoff.automated_share import AUTOMATED_SHARE
from tests.metrics.builder import World, assert_no_data
from tests.metrics.coded_events import Fact, Log, Row, made_stream
from tests.metrics.worlds import CaseRow, case_rows, few, world_of_cases

WHO = {"s": "system", "h": "human"}


def test_example() -> None:
    """System→system three times and system→human once: three in four."""
    assert World().case("a", 1.0, 2.0, automated_handoffs=3, manual_handoffs=1).value(AUTOMATED_SHARE) == 0.75


def test_unknown_kind() -> None:
    """A handoff of unknown kind is in neither sum; the value is bounded by all of them manual and all automated."""
    world = World().case("a", 1.0, 2.0, automated_handoffs=2, manual_handoffs=2, unknown_handoffs=4)
    found = world.summary(AUTOMATED_SHARE)
    assert found.value == 0.5
    assert found.least is not None
    assert found.most is not None
    assert (found.least.value, found.most.value) == (0.25, 0.75)


def test_only_unknown_handoffs() -> None:
    """Where no kind is known there is no value, and the bounds are as wide as a share can be."""
    found = World().case("a", 1.0, 2.0, unknown_handoffs=4).summary(AUTOMATED_SHARE)
    assert_no_data(found)
    assert found.least is not None
    assert found.most is not None
    assert (found.least.value, found.most.value) == (0.0, 1.0)


def test_cases_weigh_by_their_handoffs() -> None:
    """It is the ratio of sums: a case with nine handoffs weighs nine times one with a single handoff."""
    world = World().case("a", 1.0, 2.0, automated_handoffs=9).case("b", 1.0, 2.0, manual_handoffs=1)
    assert world.value(AUTOMATED_SHARE) == 0.9


def test_no_rows() -> None:
    """Nothing completed is no data, never 0."""
    world = World().case("a", 1.0, automated_handoffs=1)
    world.case("b", 1.0, 2.0, automated_handoffs=1, outcome_kind="rejected")
    assert_no_data(world.summary(AUTOMATED_SHARE))


@few
@given(rows=case_rows, unknown=st.integers(0, 3))
def test_oracle(rows: list[CaseRow], unknown: int) -> None:
    """SQL agrees with a loop over the completed cases, at either end of what is unknown too."""
    world = world_of_cases(rows)
    world.connection.execute(f"UPDATE cases SET unknown_handoffs = {unknown}")
    done = [(automated, manual) for _, _, kind, _, automated, manual in rows if kind == "completed"]
    automated, known = sum(a for a, _ in done), sum(a + m for a, m in done)
    found = world.summary(AUTOMATED_SHARE)
    assert found.value == (pytest.approx(automated / known) if known else None)
    if found.least is not None and found.most is not None:
        all_of_them = known + unknown * len(done)
        assert found.least.value == pytest.approx(automated / all_of_them)
        assert found.most.value == pytest.approx((automated + unknown * len(done)) / all_of_them)
    else:
        assert not (unknown and done)


# An invoice with one item and one with four: the header is checked once, by a person, and items are booked by systems.
ITEMS = {"small": 1, "large": 4}


def _invoices(copies: bool) -> list[Row]:
    """Each item is a case; the header's check is told in every item of its invoice, and counts in the first."""
    rows: list[Row] = []
    for invoice, items in ITEMS.items():
        for item in range(items):
            case, first = f"{invoice}-{item}", f"{invoice}-0"
            for hour, (step, who) in enumerate([("Load", "s1"), ("Check", "h"), ("Book", "s2"), ("Done", "s3")]):
                is_copy = step == "Check" and item > 0
                if not is_copy or copies:
                    attributes = {"streamgauge.counted_in": first} if is_copy else None
                    told = {"performer": who, "performer_kind": WHO[who[0]], "attributes": attributes}
                    rows.append((case, step, f"Mon {9 + hour:02d}:00", told))
    return rows


def _of_cases(cases: list[Fact]) -> float | None:
    world = World()
    for case in cases:
        told = {name: case[name] for name in ("automated_handoffs", "manual_handoffs", "unknown_handoffs")}
        world.case(case["case_id"], 1.0, 2.0, **told)
    return world.value(AUTOMATED_SHARE)


def test_one_rate_three_formulas() -> None:
    """One log gives three automation rates (elsewhere 64.07, 65.45, 65.51 %); ours is one, counted in handoffs."""
    rows = _invoices(copies=True)
    kinds = [(row[0], row[3]["performer_kind"], row[3]["attributes"]) for row in rows if len(row) == 4]
    fanned_out = sum(kind == "system" for _, kind, _ in kinds) / len(kinds)
    own = [kind for _, kind, copy in kinds if copy is None]
    by_event = own.count("system") / len(own)
    parts = [[kind for case, kind, copy in kinds if case.startswith(i) and copy is None] for i in ITEMS]
    by_case = sum(part.count("system") / len(part) for part in parts) / len(parts)
    assert [round(100 * rate, 2) for rate in (fanned_out, by_event, by_case)] == [75.0, 88.24, 83.65]
    # Load → Check → Book of the first item of each invoice by hand, Book → Done of all five without.
    assert _of_cases(Log(made_stream(), rows).cases()) == pytest.approx(5 / 9)


def test_copies_change_nothing_but_time() -> None:
    """The share of a log in which a header stands in each of its items is that of one in which it stands once."""
    alone = Log(made_stream(), [row for row in _invoices(copies=True) if row[0].endswith("-0")]).cases()
    assert [(case["automated_handoffs"], case["manual_handoffs"]) for case in alone] == [(1, 2), (1, 2)]
    told = Log(made_stream(), _invoices(copies=True)).cases()
    assert sum(case["manual_handoffs"] for case in told) == sum(case["manual_handoffs"] for case in alone)
