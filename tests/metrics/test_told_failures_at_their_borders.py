"""Failures that events told: to which case they belong, and what is known of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.metrics.coded_events import Fact, Log, Row, made_stream


def told(stage: str, at: str, case: str = "c1", failure: str = "f1", **attributes: Any) -> Row:
    return (case, None, at, {"failure_id": failure, "failure_stage": stage, "attributes": attributes or None})


def only(*rows: Row) -> Fact:
    """The one failure of a log."""
    (found,) = Log(made_stream(), rows).failures()
    return found


@pytest.mark.parametrize(
    ("first", "second", "case"),
    [("c1", "c1", "c1"), ("c1", "c2", None), ("c2", "c1", None), ("failure:f1", "failure:f1", None),
     ("failure:f1", "c1", None), ("failure:f2", "failure:f2", "failure:f2")],
)  # fmt: skip
def test_it_belongs_to_a_case_that_all_its_events_name(first: str, second: str, case: str | None) -> None:
    """One case named by all is its own; several, or only the failure itself, mean the whole stream."""
    found = only(told("detected", "Mon 09:00", first), told("steady", "Mon 10:00", second))
    assert (found["case_id"], found["level"]) == (case, "stream" if case is None else "item")
    assert found["affected_cases"] == (None if case is None else 1)


@pytest.mark.parametrize(
    ("rows", "healed"),
    [
        ([("detected", "Mon 09:00", {})], None),
        ([("detected", "Mon 09:00", {"auto_healed": "false"})], None),
        ([("detected", "Mon 09:00", {}), ("steady", "Mon 11:00", {})], True),
        ([("detected", "Mon 09:00", {}), ("triaged", "Mon 10:00", {}), ("steady", "Mon 11:00", {})], False),
        ([("detected", "Mon 09:00", {}), ("remediated", "Mon 10:00", {}), ("steady", "Mon 11:00", {})], False),
        ([("detected", "Mon 09:00", {"auto_healed": "false"}), ("steady", "Mon 11:00", {})], False),
        ([("detected", "Mon 09:00", {"auto_healed": "true"}), ("triaged", "Mon 10:00", {"auto_healed": "false"}),
          ("steady", "Mon 11:00", {})], True),
        ([("detected", "Mon 09:00", {"auto_healed": "so so"}), ("steady", "Mon 11:00", {})], True),
    ],
)  # fmt: skip
def test_who_healed_it(rows: list[tuple[str, str, dict[str, str]]], healed: bool | None) -> None:
    """Without triage and repair it healed itself, unless the first event that says so says otherwise."""
    assert only(*(told(stage, at, **said) for stage, at, said in rows))["is_auto_healed"] is healed


def test_the_first_release_told_is_the_cause() -> None:
    """Of several causes told the earliest counts, and one that is not told is passed over."""
    found = only(
        told("detected", "Mon 09:00"), told("triaged", "Mon 11:00", caused_by_release="3"),
        told("contained", "Mon 10:00", caused_by_release="2"),
    )  # fmt: skip
    assert found["caused_by_release"] == "2"
