"""docs/clocks.md: what it shows is accepted, and what it says of it is so."""

from __future__ import annotations

import re
from pathlib import Path

from metrics.stream import Stream, parse_stream
from metrics.tables import CONTRACT
from pipelines.checks.laws import LAWS
from tests.metrics.working import berlin, measured

PAGE = (Path(__file__).parents[1] / "docs" / "clocks.md").read_text("utf-8")
HEAD = (
    "stream: made\nname: Made\ntime_zone: Europe/Berlin\ntrigger: {first_event: true}\n"
    "outcomes: [{name: done, last_event: true}]\nsegments: {plant: {attribute: plant}}\n"
)


def _shown() -> list[Stream]:
    return [parse_stream(HEAD + text) for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]


def test_what_it_shows_is_accepted() -> None:
    """Both pieces of a stream file can be used as they stand."""
    calendars, precise = _shown()
    assert [calendar.day_us / 3.6e9 for calendar in calendars.calendars] == [8, 7, 8]
    assert precise.source.precision_by_step == {"Payment received": "day"}


def test_its_example_is_worked_out() -> None:
    """Monday 08:00 to Thursday 17:00 is 32 hours in Ulm and 4.0 working days."""
    (row,) = measured(_shown()[0], [(berlin("2026-06-08 08:00"), berlin("2026-06-11 17:00"), "U")])
    assert (row["working_us"] / 3.6e9, row["working_days"]) == (32, 4.0)


def test_what_it_names_is_there() -> None:
    """Every check and table it names exists."""
    named = set(re.findall(r"check `(\w+)`|`(cases_\w+)` counts", PAGE))
    assert {one or other for one, other in named} <= {law.name for law in LAWS}
    assert len(named) == 3
    assert {"working_spells", "working_times"} <= {table.name for table in CONTRACT}
