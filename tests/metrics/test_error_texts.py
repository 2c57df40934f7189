"""Errors say what was wrong, what there is instead, and what to write."""

from __future__ import annotations

import pytest

from metrics.errors import ContractError, PeriodError, StreamFileError, suggest


def test_the_nearest_name_is_offered() -> None:
    """One close name is offered, even one of which only three letters in five agree."""
    assert suggest("flow_tim", ["rework", "flow_time", "flow"]) == " Did you mean 'flow_time'?"
    assert suggest("abcde", ["abcxy", "zzzzz"]) == " Did you mean 'abcxy'?"


def test_without_a_near_name_all_are_told_in_order() -> None:
    """Each once and sorted; of nothing known, nothing is said."""
    assert suggest("zzz", ["beta", "alpha", "beta", "gamma", "delta"]) == " Known: 'alpha', 'beta', 'delta', 'gamma'."
    assert suggest("zzz", []) == ""


@pytest.mark.parametrize(("count", "end"), [(12, ", 'n11'."), (13, ", 'n11' and 1 more."), (20, ", 'n11' and 8 more.")])
def test_a_long_list_ends_with_how_many_more(count: int, end: str) -> None:
    """Twelve names are told, and how many there are beyond."""
    told = suggest("zzz", [f"n{number:02d}" for number in range(count)])
    assert told.endswith(end) and told.startswith(" Known: 'n00', 'n01'")


def test_a_grain_longer_than_its_period() -> None:
    """It says what the period is and what it does not hold."""
    error = PeriodError.from_coarser_grain("2026-07", "month", "quarter")
    assert str(error) == "2026-07 is a month and holds no quarter; ask for a finer grain, or leave the grain out."


def test_an_unknown_name() -> None:
    """It says what does not exist, and what does."""
    error = ContractError.from_unknown_name("The step", "Pakc", ["Pack", "Ship"])
    assert str(error) == "The step 'Pakc' does not exist. Did you mean 'Pack'?"


def test_an_error_of_the_stream_file_names_its_line() -> None:
    """With a line it is told and kept; without one only the file."""
    with_line, without = StreamFileError("is wrong", line=7), StreamFileError("is wrong", path="a.yaml")
    assert (str(with_line), with_line.line) == ("stream.yaml, line 7: is wrong", 7)
    assert (str(without), without.line) == ("a.yaml: is wrong", None)
