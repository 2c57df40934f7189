"""Steps that a stream file names, held against a log: what is unseen, what is a slip, and what is suggested."""

from __future__ import annotations

from typing import Any

import pytest

from metrics.errors import StreamFileError
from metrics.stream.step_names import check_steps
from tests.metrics.coded_events import made_stream

RULE = {"name": "f", "severity": 1, "detected": ["Pay"], "steady": ["Pay"]}


def unseen(*known: str, **told: Any) -> list[str]:
    return check_steps(made_stream(**{"outcomes": [{"name": "ended", "last_event": True}], **told}), known, "")


@pytest.mark.parametrize(
    "told",
    [
        {"steps": [{"name": "Zebra"}]}, {"trigger": {"steps": ["Pay", "Zebra"]}},
        {"outcomes": [{"name": "done", "steps": ["Zebra"]}]}, {"outcomes": [{"name": "done", "last_steps": ["Zebra"]}]},
        {"ignore": [{"step": "Zebra", "reason": "noise"}]},
        {"ignore": [{"step": "Pay", "after": ["Zebra"], "reason": "an echo"}]},
        {"source": {"precision_by_step": {"Zebra": "day"}}}, {"rework": {"rejections": ["Zebra"]}},
        {"rework": {"corrections": ["Zebra"]}}, {"rework": {"repeats": ["Zebra"]}},
        {"rework": {"allowed": [{"step": "Zebra", "reason": "a reminder"}]}},
        {"segments": {"size": {"count_of": "Zebra"}}},
        *({"failures": [RULE | {stage: ["Pay", "Zebra"]}]}
          for stage in ("onset", "detected", "triaged", "contained", "remediated", "steady")),
    ],
)  # fmt: skip
def test_every_place_that_names_a_step_is_looked_at(told: dict[str, Any]) -> None:
    """A step that has not occurred yet is told, wherever it is named; one that has is not."""
    assert unseen("Pay", **told) == ["Zebra"]
    assert unseen("Pay", "Zebra", **told) == []


def test_a_name_that_is_missing_from_the_list_is_a_slip() -> None:
    """Where the file lists its steps, another name needs to occur; the nearest of list and log is suggested."""
    told = {"steps": [{"name": "Inspect goods"}], "rework": {"rejections": ["Inspect"]}}
    with pytest.raises(StreamFileError, match=r"'Inspect' never occurs in the log\. Did you mean 'Inspect goods'\?"):
        unseen("Inspect goods", **told)
    with pytest.raises(StreamFileError, match=r"Did you mean 'Inspect goods'\?"):
        unseen("Pay", **told)


def test_a_trigger_that_never_occurs_begins_no_case() -> None:
    """One of several triggers is enough."""
    assert unseen("Pay", trigger={"steps": ["Pay", "Zebra"]}) == ["Zebra"]
    with pytest.raises(StreamFileError, match="no case can begin: the trigger 'Zebra'"):
        unseen("Pay", trigger={"steps": ["Zebra"]})
