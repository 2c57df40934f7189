"""Handoffs of cases: between whom, of which kind, and never more than the steps allow."""

from __future__ import annotations

import pytest

from tests.metrics.coded_events import Log, Row, made_stream, of

WHO = {"h": "human", "H": "human", "s": "system", "S": "system", "a": "agent", "x": "external", "u": None, "U": None}
COUNTS = ("automated_handoffs", "manual_handoffs", "unknown_handoffs", "automated_to_human")


def _counts(chain: str) -> tuple[int, ...]:
    """Handoffs of a chain of performers, one letter a step; a dash is a step nobody is named for."""
    rows: list[Row] = [
        ("c1", "Check", f"Mon {hour:02d}:00", {"performer": who.strip("-") or None, "performer_kind": WHO.get(who)})
        for hour, who in enumerate(chain, 1)
    ]
    for is_sorted in (True, False):
        (case,) = Log(made_stream(), rows).cases(is_sorted=is_sorted)
        found = tuple(case[name] for name in COUNTS)
    return found


@pytest.mark.parametrize(
    ("chain", "counts"),
    [
        ("sS", (1, 0, 0, 0)), ("sa", (1, 0, 0, 0)), ("aS", (1, 0, 0, 0)),
        ("hH", (0, 1, 0, 0)), ("hs", (0, 1, 0, 0)), ("sh", (0, 1, 0, 1)), ("ah", (0, 1, 0, 1)),
        ("xs", (0, 1, 0, 0)), ("sx", (0, 1, 0, 0)), ("xh", (0, 1, 0, 0)),
        ("uU", (0, 0, 1, 0)), ("us", (0, 0, 1, 0)), ("su", (0, 0, 1, 0)), ("uh", (0, 1, 0, 0)), ("hu", (0, 1, 0, 0)),
        ("hhh", (0, 0, 0, 0)), ("sss", (0, 0, 0, 0)), ("s", (0, 0, 0, 0)),
        ("sShHs", (1, 3, 0, 1)), ("s-s", (0, 0, 2, 0)), ("--", (0, 0, 0, 0)),
    ],
)  # fmt: skip
def test_handoffs_by_kind(chain: str, counts: tuple[int, ...]) -> None:
    """Between systems and agents is automated, what touches a person or another firm manual, the rest unknown."""
    assert _counts(chain) == counts


def test_the_first_step_of_a_case_is_no_handoff() -> None:
    """Cases that follow each other in the ledger hand nothing over to each other."""
    rows: list[Row] = [(f"c{n}", "Check", "Mon 09:00", {"performer": f"p{n}"}) for n in range(20)]
    for is_sorted in (True, False):
        cases = Log(made_stream(), rows).cases(is_sorted=is_sorted)
        assert of(cases, "automated_handoffs", "manual_handoffs", "unknown_handoffs") == [(0, 0, 0)] * 20


def test_speed_is_no_automation() -> None:
    """A person who answers within a second is a person."""
    rows: list[Row] = [
        ("c1", "Check", "2026-01-05T09:00:00", {"performer": "Ann", "performer_kind": "human"}),
        ("c1", "Sign", "2026-01-05T09:00:01", {"performer": "Bob", "performer_kind": "human"}),
    ]
    assert Log(made_stream(), rows).case()["manual_handoffs"] == 1
