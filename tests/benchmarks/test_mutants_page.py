"""docs/mutants.md tells how many faults there are, how many were tried, and what that says of the others."""

from __future__ import annotations

from pathlib import Path

import pytest
from scipy.stats import binomtest

from benchmarks.mutants.covering import state_of
from benchmarks.mutants.exchange import exchange
from benchmarks.mutants.fork import Tell, in_child
from benchmarks.mutants.mutant import Mutant, mutants_of
from benchmarks.mutants.page import Tried, likely_share, write_page
from benchmarks.mutants.trial import KILLED, SURVIVED, Outcome
from metrics.reports import exceptions

LINES = "def half(n):\n    return n / 2\n\n\ndef over(n):\n    return n > 3\n"
ENDS = (Outcome(KILLED, "t::a"), Outcome(SURVIVED), Outcome(KILLED, "t::a"))


@pytest.fixture
def faults(tmp_path: Path) -> list[Mutant]:
    """The six faults of two small functions."""
    (tmp_path / "metrics").mkdir()
    (tmp_path / "metrics" / "small.py").write_text(LINES)
    return mutants_of("metrics/small.py", tmp_path)


def page_of(
    tried: Tried, folder: Path, reasons: dict[tuple[str, str, str, str], str] | None = None, first: Tried | None = None
) -> str:
    write_page(tried, first or tried, reasons or {}, folder / "page.md", "code a and tests b")
    return (folder / "page.md").read_text()


def test_a_sample_says_what_it_does_not_know(faults: list[Mutant], tmp_path: Path) -> None:
    """Three of six tried, two noticed: the page counts the rest and gives Wilson's interval, and its condition."""
    page = page_of([*zip(faults[:3], ENDS, strict=True), *((fault, None) for fault in faults[3:])], tmp_path)
    assert "**2 of 3 faults are noticed: 66.7 %.** 1 are not" in page
    assert "3 more were not tried. At first, with few seconds of tests each and before" in page
    assert "what survived, 2 of 3 were noticed." in page
    assert "20.8 % to 93.9 % of the rest would be, too (95 %), and so 43.7 % to 80.3 % of all." in page


def test_tests_for_survivors_say_nothing_of_the_rest(faults: list[Mutant], tmp_path: Path) -> None:
    """A survivor that a new test notices raises the share of those tried; the rest is told by the first try."""
    rest: Tried = [(fault, None) for fault in faults[3:]]
    now = [*((fault, ENDS[0]) for fault in faults[:3]), *rest]
    page = page_of(now, tmp_path, first=[*zip(faults[:3], ENDS, strict=True), *rest])
    assert "**3 of 3 faults are noticed: 100.0 %.**" in page
    assert "2 of 3 were noticed. If these" in page
    assert "and so 60.4 % to 96.9 % of all." in page


def test_the_whole_needs_no_interval(faults: list[Mutant], tmp_path: Path) -> None:
    """Where every fault was tried the share is counted, not inferred."""
    page = page_of([(fault, ENDS[0]) for fault in faults], tmp_path)
    assert "**6 of 6 faults are noticed: 100.0 %.** 0 are not" in page
    assert "Every fault that can be made was tried." in page
    assert "(95 %)" not in page


def test_the_page_says_what_it_measured(faults: list[Mutant], tmp_path: Path) -> None:
    """Code and tests are named by hashes: a changed module or test has another name, a changed document has not."""
    before = state_of(tmp_path)
    (tmp_path / "page.md").write_text("changed")
    assert state_of(tmp_path) == before
    (tmp_path / "metrics" / "small.py").write_text(LINES.replace("3", "4"))
    assert state_of(tmp_path).split(" and ")[0] != before.split(" and ")[0]
    assert state_of(tmp_path).split(" and ")[1] == before.split(" and ")[1]
    assert "Measured with code a and tests b;" in page_of([(faults[0], ENDS[0])], tmp_path)


def test_a_survivor_is_listed_with_its_reason(faults: list[Mutant], tmp_path: Path) -> None:
    """A survivor stands in the list with the reason given for it, and is counted as one without where none is."""
    tried = [(faults[0], ENDS[1]), (faults[1], ENDS[1])]
    page = page_of(tried, tmp_path, {faults[0].key: "It is the same."})
    assert "2 are not; each is listed below, 1 of them with the reason" in page
    assert page.count("It is the same.") == page.count("**no reason yet**") == 1
    whole = page_of(tried[:1], tmp_path, {faults[0].key: "It is the same."})
    assert "1 are not; each is listed below with the reason why it may live." in whole


@pytest.mark.parametrize(("noticed", "tried"), [(0, 1), (2, 3), (1800, 2000), (2000, 2000)])
def test_the_interval_is_wilsons(noticed: int, tried: int) -> None:
    """The interval of a sample agrees with scipy's."""
    other = binomtest(noticed, tried).proportion_ci(method="wilson")
    assert likely_share(noticed, tried) == pytest.approx((other.low, other.high), abs=1e-6)


def test_nothing_tried_says_nothing() -> None:
    """Without a trial the share may be anything."""
    assert likely_share(0, 0) == (0.0, 1.0)


def test_what_others_made_of_a_text_is_exchanged_too() -> None:
    """A condition lost in the SQL of one module is lost in that which another had made of it when it was imported."""
    lost = "finished_on < $until_on"
    root = Path(__file__).parents[2]
    mutant = next(one for one in mutants_of("metrics/reports/quarters.py", root) if one.change == f"drop AND {lost}")

    def work(tell: Tell) -> None:
        assert lost in exceptions._CLASSES  # the name of what is made of it matters to nobody else
        tell({"is_done": exchange(mutant, {}, root), "is_there": lost in exceptions._CLASSES})

    assert in_child(work, lambda _: 60.0) == [{"is_done": True, "is_there": False}]
    assert lost in exceptions._CLASSES
