"""What the allow-list removed: repeats, cases, and how far it moved the rate."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.reports.rework_allowance import ALL, rows
from tests.metrics.log_tables import log_of, tables_of

ALLOWED = [{"step": "A", "reason": "an instalment"}, {"step": "B", "reason": "a reminder"}]


def _rows(*paths: str, **rework: Any) -> dict[str, dict[str, Any]]:
    log = log_of(paths, rework={"rejections": ["R"], "allowed": ALLOWED, "version": 3} | rework)
    return {str(row["step"]): dict(row) for row in rows(tables_of(log), log.stream)}


def test_what_it_removed_and_how_far_it_moved_the_rate() -> None:
    """Of four cases one repeats an allowed step and is right for it: 0.75 with the list, 0.5 without."""
    found = _rows("AAABD", "ABD", "ABD", "ABRD")
    assert {name: found[ALL][name] for name in list(found[ALL])[3:]} == {
        "reason": None, "policy_version": 3, "completed_cases": 4, "removed_repeats": 2, "touched_cases": 1,
        "turned_cases": 1, "right_share": 0.75, "right_share_without": 0.5, "moved_share": 0.25,
    }  # fmt: skip
    assert found["A"] == found[ALL] | {"step": "A", "reason": "an instalment"}
    assert (found["B"]["removed_repeats"], found["B"]["moved_share"]) == (0, 0.0)


def test_a_case_that_is_not_right_anyway_is_touched_and_not_turned() -> None:
    """Where other rework remains the list changes nothing."""
    found = _rows("AARD", "AD")[ALL]
    assert (found["touched_cases"], found["turned_cases"], found["moved_share"]) == (1, 0, 0.0)


def test_a_case_with_two_allowed_steps_counts_once_in_the_whole() -> None:
    """Each entry turns it; the whole list has it once."""
    found = _rows("AABBD", "ABD")
    assert [found[step]["turned_cases"] for step in ("A", "B", ALL)] == [1, 1, 1]
    assert found[ALL]["removed_repeats"] == 2


@pytest.mark.parametrize(("counts", "removed"), [(["self_loop"], 1), (["loop"], 2), (["rejection"], 0)])
def test_only_kinds_that_count_are_removed(counts: list[str], removed: int) -> None:
    """A repeat of a kind that does not count would be no rework without the list either."""
    assert _rows("AABABD", counts=counts)[ALL]["removed_repeats"] == removed


def test_entries_of_one_step_stand_together() -> None:
    """A step whose entry changed has one row that tells both reasons in order."""
    allowed = [{"step": "A", "reason": "new rule", "since": "2026-02-01"}, {"step": "A", "reason": "old rule"}]
    assert _rows("AAD", allowed=allowed)["A"]["reason"] == "old rule; then new rule"


def test_without_a_list_or_a_case_there_is_no_row() -> None:
    """Nothing allowed, or nothing completed: nothing to disclose."""
    assert _rows("AAD", allowed=[]) == {}
    assert _rows("AAB") == {}


@settings(max_examples=12, deadline=None)
@given(paths=st.lists(st.text("ABCR", max_size=6), min_size=1, max_size=8))
def test_oracle(paths: list[str]) -> None:
    """The whole list agrees with a walk over the paths, judged with it and without."""
    found = _rows(*(f"C{path}D" for path in paths))[ALL]
    bad = ["R" in path or f"C{path}".count("C") > 1 for path in paths]
    removed = [sum(max(path.count(step) - 1, 0) for step in "AB") for path in paths]
    assert found["removed_repeats"] == sum(removed)
    assert found["touched_cases"] == sum(count > 0 for count in removed)
    assert found["right_share"] == pytest.approx(1 - sum(bad) / len(paths))
    without = [is_bad or count > 0 for is_bad, count in zip(bad, removed, strict=True)]
    assert found["right_share_without"] == pytest.approx(1 - sum(without) / len(paths))
