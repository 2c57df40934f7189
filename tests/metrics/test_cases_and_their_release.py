"""The release a case began under: of the stream file's list, or told by the event that triggered it."""

from __future__ import annotations

import pytest

from tests.metrics.coded_events import Log, Row, made_stream

LISTED = [{"version": "1", "at": "2026-01-05T09:00:00+00:00"}, {"version": "2", "at": "2026-01-05T12:00:00+00:00"}]


@pytest.mark.parametrize(
    ("began", "release"), [("08:59", None), ("09:00", "1"), ("11:59", "1"), ("12:00", "2"), ("23:00", "2")]
)
def test_a_list_says_what_was_in_force(began: str, release: str | None) -> None:
    """From its instant on; what events told beside the list is not asked."""
    rows: list[Row] = [("c1", "A", f"Mon {began}", {"release": "7"}), ("c1", "Done", "Mon 23:30")]
    case = Log(made_stream(releases=LISTED), rows).case()
    assert (case["release_at_trigger"], case["release_at_finish"]) == (release, "2")


def test_without_a_list_events_tell_it() -> None:
    """The first event of the trigger counts; where none told one it is unknown, and the finish always is."""
    rows: list[Row] = [
        ("c1", "A", "Mon 08:00", {"release": "7"}), ("c1", "A", "Mon 09:00", {"release": "8"}),
        ("c2", "A", "Mon 08:00"), ("c2", "B", "Mon 09:00", {"release": "8"}),
    ]  # fmt: skip
    cases = Log(made_stream(trigger={"steps": ["A"]}), rows).cases()
    assert [(case["release_at_trigger"], case["release_at_finish"]) for case in cases] == [("7", None), (None, None)]
