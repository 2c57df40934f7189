"""Variants: the ways cases took, the most frequent first, nothing left out, and on how few of them most came."""

from __future__ import annotations

from collections import Counter
from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.reports import variants
from metrics.reports.variants import OTHERS, concentration_rows, path_text, rows
from tests.metrics.builder import STREAM, World
from tests.metrics.coded_events import made_stream
from tests.metrics.log_tables import log_of, tables_of

STEP_HOURS = 1 / 24


def _rows(*paths: str, **stream: Any) -> list[dict[str, Any]]:
    log = log_of(paths, **stream)
    return [dict(row) for row in rows(tables_of(log), log.stream)]


def _concentration(*paths: str) -> dict[str, Any]:
    log = log_of(paths)
    (row,) = concentration_rows(tables_of(log), log.stream)
    return dict(row)


def test_the_most_frequent_way_comes_first() -> None:
    """Cases, shares, medians and customer time of each way, and shares that add up."""
    first, second = _rows("ABD", "ABD", "ABD", "ARABD")
    assert (first["rank"], first["path"], first["cases"], first["steps"]) == (1, "A → B → D", 3, 3)
    assert (first["case_share"], first["cumulative_share"], second["cumulative_share"]) == (0.75, 0.75, 1.0)
    assert first["median_days"] == pytest.approx(2 * STEP_HOURS)
    assert (first["customer_days"], second["customer_days"]) == pytest.approx((6 * STEP_HOURS, 4 * STEP_HOURS))
    assert (first["customer_share"], second["customer_share"]) == pytest.approx((0.6, 0.4))
    assert (first["rework_free_cases"], second["rework_free_cases"]) == (3, 0)


def test_a_way_ends_with_the_outcome() -> None:
    """What came after the outcome is not on the way, and open cases took none yet."""
    assert [row["path"] for row in _rows("ABD", "ABDC", "AB")] == ["A → B → D"]


def test_the_same_way_has_the_same_id_everywhere() -> None:
    """The id follows from the steps alone; another order, or one step more, is another way."""
    ids = [{row["path"]: row["variant"] for row in _rows(*paths)} for paths in (("ABD", "BAD"), ("BAD", "BAD", "ABBD"))]
    assert ids[0]["B → A → D"] == ids[1]["B → A → D"]
    assert len({*ids[0].values(), *ids[1].values()}) == 3


def test_rarer_ways_stand_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the most there is one row for all others, which holds their cases and their time."""
    monkeypatch.setattr(variants, "MOST", 2)
    found = _rows("ABD", "ABD", "ABD", "BAD", "BAD", "CD", "CCD")
    last = found[-1]
    assert (len(found), last["variant"], last["path"], last["variants"]) == (3, OTHERS, "2 rarer ones", 2)
    assert (last["cases"], last["cumulative_share"], last["steps"]) == (2, 1.0, None)
    assert last["median_days"] == pytest.approx(1.5 * STEP_HOURS)
    assert _rows("ABD", "BAD")[-1]["variant"] != OTHERS


def test_fifty_ways_have_a_row_of_their_own() -> None:
    """Of 52 ways the last two, by their ids, stand together."""
    found = _rows(*(f"{first}{second}D" for first, second in [*product("ABCEFGHI", repeat=2)][:52]))
    assert [row["variants"] for row in found] == [1] * 50 + [2]
    assert found[-1]["rank"] == 51


def test_steps_are_told_in_customer_words_and_long_ways_shortened() -> None:
    """Labels of the stream file; of a long way the ends and how many steps are left out."""
    stream = made_stream(steps=[{"name": "A", "label": "Asked"}])
    assert path_text(stream, "AB") == "Asked → B"
    assert path_text(stream, "B" * 12) == " → ".join("B" * 12)
    assert path_text(stream, "B" * 8 + "CC" + "EFG") == "B → B → B → B → B → B → B → B → (2 more) → E → F → G"


def test_a_flow_time_that_cannot_be_measured_adds_none() -> None:
    """A case that ended before it began counts as a case and adds no time."""
    (row,) = _rows("DA", trigger={"steps": ["A"]})
    assert (row["cases"], row["median_days"], row["customer_days"], row["customer_share"]) == (1, None, 0, None)


def test_customer_time_is_the_same_in_whatever_order_cases_are_told() -> None:
    """Added up from the shortest on, to the last digit."""
    expected = 5 / 1440 + 19 / 1440 + 28 / 1440
    for told in permutations((5, 19, 28)):
        world = World()
        for minutes in told:
            world.case(f"c{minutes}", 1.0, 1.0 + minutes / 1440).visit(f"c{minutes}", "A", 1.0)
        assert [row["customer_days"] for row in rows(world.connection, STREAM)] == [expected]


def test_a_case_of_which_no_step_is_known_by_its_outcome_took_a_way_too() -> None:
    """All it did began after it had ended: its way is empty, and it counts."""
    world = World().case("a", 1.0, 2.0).visit("a", "A", 3.0)
    assert [(row["path"], row["steps"], row["cases"]) for row in rows(world.connection, STREAM)] == [("", 0, 1)]


def test_few_ways_cover_most() -> None:
    """Of ten cases eight came on two ways: exactly enough for 80 %."""
    found = _concentration(*["ABD"] * 5, *["BAD"] * 3, "CD", "CCD")
    assert (found["cases"], found["variants"], found["single_variants"]) == (10, 4, 2)
    assert (found["top_share"], found["variants_for_80"]) == (0.5, 2)
    assert _concentration(*["ABD"] * 5, *["BAD"] * 2, "CD", "CD", "CCD")["variants_for_80"] == 3
    assert _concentration("AD")["variants_for_80"] == 1


def test_nothing_completed_has_no_row() -> None:
    """Without a completed case there is no way and no concentration."""
    log = log_of(["AB"])
    assert list(rows(tables_of(log), log.stream)) == list(concentration_rows(log.connection, log.stream)) == []


@settings(max_examples=12, deadline=None)
@given(paths=st.lists(st.text("AB", min_size=1, max_size=3), min_size=1, max_size=12))
def test_oracle(paths: list[str]) -> None:
    """Counts by way are those of a plain counter, in falling order, and sum to the quarter."""
    whole = [f"{path}D" for path in paths]
    found = _rows(*whole)
    assert {row["path"].replace(" → ", ""): row["cases"] for row in found} == Counter(whole)
    assert [row["cases"] for row in found] == sorted((row["cases"] for row in found), reverse=True)
    ties = [(-row["cases"], row["variant"]) for row in found]
    assert ties == sorted(ties)
    assert sum(row["customer_days"] for row in found) == pytest.approx(sum(len(p) - 1 for p in whole) * STEP_HOURS)
    assert found[-1]["cumulative_share"] == pytest.approx(1)
