"""Handoffs where one word of the stream file, or of the event, decides why a person takes part."""

from __future__ import annotations

import pytest

from metrics.facts.handoffs import _code_of
from tests.metrics.coded_events import Log, Row, made_stream, of

STREAM = made_stream(
    outcomes=[{"name": "ended", "last_event": True}],
    steps=[
        {"name": "Approve", "manual_on_purpose": "four eyes"},
        {"name": "Match", "performer_kind": "system"},
        {"name": "Sign", "performer_kind": "human"},
    ],
    rework={"rejections": ["Return"], "corrections": ["Mend"]},
)
KINDS = {"h": "human", "s": "system", "a": "agent", "x": "external", "u": "unknown"}


def reasons(*told: tuple[str, str], **attributes: str) -> list[str | None]:
    """Why a person takes part, step by step from the second on; the attributes are those of every step."""
    rows: list[Row] = [
        ("c1", step, f"Mon {hour:02d}:00",
         {"performer": f"{who}{hour}", "performer_kind": KINDS[who], "attributes": attributes or None})
        for hour, (who, step) in enumerate(told, 1)
    ]  # fmt: skip
    return of(Log(STREAM, rows).steps(), "manual_reason")[1:]


def test_a_listed_step_is_not_manual_on_purpose() -> None:
    """That the file lists a step for a human does not say why: only `manual_on_purpose` does."""
    assert reasons(("s", "Load"), ("h", "Sign")) == ["other"]
    assert reasons(("s", "Load"), ("h", "Approve")) == ["designed"]


def test_a_correction_is_an_exception_as_a_rejection_is() -> None:
    """Work that comes to a person to be mended, or to be sent back, is an exception."""
    assert reasons(("s", "Load"), ("h", "Mend")) == ["exception"]
    assert reasons(("s", "Load"), ("h", "Return")) == ["exception"]


def test_between_machines_the_receiving_end_is_judged() -> None:
    """Where an event says manual and no person is named, what the receiver does decides, not what the giver did."""
    told = {"handoff.mode": "manual"}
    assert reasons(("s", "Return"), ("s", "Load"), **told) == ["designed"]
    assert reasons(("s", "Load"), ("s", "Return"), **told) == ["exception"]


def test_a_person_who_gives_is_judged_by_what_they_gave() -> None:
    """From a person to a system the giving end decides; between two persons the receiving one."""
    assert reasons(("h", "Return"), ("s", "Load")) == ["exception"]
    assert reasons(("h", "Return"), ("h", "Load")) == ["other"]


def test_who_goes_on_hands_nothing_over() -> None:
    """In a log of shared events, too, a step by the same responsible is no handoff, and nor is the first."""
    who = {"performer": "ann", "performer_kind": "human"}
    shared = {"performer": "bob", "performer_kind": "human", "attributes": {"streamgauge.counted_in": "c9"}}
    log = Log(STREAM, [("c1", "A", "Mon 01:00", who), ("c1", "B", "Mon 02:00", who), ("c1", "C", "Mon 03:00", shared),
                       ("c1", "D", "Mon 04:00", who)])  # fmt: skip
    assert of(log.steps(), "handoff_kind", "is_handoff") == [(None, False), (None, False), (None, True), (None, True)]
    assert log.case()["manual_handoffs"] == 0


def test_a_handoff_of_unknown_kind_is_called_so() -> None:
    """Between a system and somebody of whom nothing is told it is unknown, in `steps` as in `cases`."""
    log = Log(STREAM, [("c1", "A", "Mon 01:00", {"performer": "s", "performer_kind": "system"}),
                       ("c1", "B", "Mon 02:00", {"performer": "x"})])  # fmt: skip
    assert of(log.steps(), "handoff_kind", "manual_reason") == [(None, None), ("unknown", None)]
    assert log.case()["unknown_handoffs"] == 1


@pytest.mark.parametrize(
    ("giver", "taker", "code"),
    [("system", "agent", 1), ("unknown", "system", 2), ("agent", "unknown", 2), ("unknown", "unknown", 2),
     ("human", "system", 6), ("system", "human", 6), ("external", "unknown", 6), ("unknown", "external", 6)],
)  # fmt: skip
def test_two_kinds_decide_where_nothing_else_is_told(giver: str, taker: str, code: int) -> None:
    """A person on either side makes it manual; two machines make it automated; all else is unknown."""
    codes = {"unknown": 0, "human": 1, "system": 2, "agent": 3, "external": 4}
    assert _code_of(codes[taker], codes[giver]) == code
