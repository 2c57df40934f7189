"""The kind of a performer where only the stream file's list of steps knows it."""

from __future__ import annotations

from tests.metrics.coded_events import Log, Row, made_stream, of


def test_the_list_of_steps_says_who_usually_does_it() -> None:
    """A listed step with a kind gives it to whoever did it; one without, or one not listed, leaves it unknown."""
    stream = made_stream(steps=[{"name": "Sign", "performer_kind": "human"}, {"name": "Load"},
                                {"name": "Match", "performer_kind": "agent"}])  # fmt: skip
    rows: list[Row] = [
        ("c1", "Sign", "Mon 01:00"), ("c1", "Load", "Mon 02:00"), ("c1", "Match", "Mon 03:00"),
        ("c1", "Done", "Mon 04:00"), ("c1", "Sign", "Mon 05:00", {"performer_kind": "system"}),
    ]  # fmt: skip
    assert of(Log(stream, rows).steps(), "performer_kind") == ["human", "unknown", "agent", "unknown", "system"]
