"""Reading a stream file where a rule changes sides: places that are not written, names like keys, lines of a cloud."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from pydantic import Field, ValidationError

from metrics.errors import StreamFileError
from metrics.stream import check_steps, parse_stream, yaml_text
from metrics.stream.costs import CloudLine
from metrics.stream.section import Section
from metrics.stream.steps import Step
from metrics.stream.yaml_text import line_at, read_model
from metrics.working.holiday_days import check_region

GOOD = """\
stream: orders
name: Orders
trigger:
  steps: [Order]
outcomes:
  - {name: delivered, steps: [Deliver]}
"""


class Inner(Section):
    """A section below another."""

    colour: str = ""


class Outer(Section):
    """A section whose key in the file is another word than its name."""

    inside: Inner = Field(Inner(), alias="within")


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (["outcomes", 0, "name"], 6), (["outcomes", 1], 5), (["outcomes", 1, "name"], 5), (["outcomes", 7], 5),
        (["stream", 0], 1), (["name", 2, 0], 2),
        (["trigger", "absent", "steps"], 3), (["absent"], 1), (["absent", "trigger"], 1), ([], 1),
    ],
)  # fmt: skip
def test_a_place_that_is_not_written_has_the_line_around_it(place: list[str | int], line: int) -> None:
    """The innermost part that is there decides; what follows a part that is not is looked for nowhere else."""
    assert line_at(yaml.compose(GOOD), place) == line


def test_of_two_mistakes_the_first_is_told() -> None:
    """A mistake further down, deeper within another section, does not take its place."""
    with pytest.raises(StreamFileError, match="line 7: tier: Input should be 1, 2 or 3"):
        parse_stream(GOOD + "tier: 9\nsteps:\n  - {name: A, rol: x}\n")


def test_keys_are_suggested_as_the_file_writes_them() -> None:
    """A section is found by its key in the file, and so are the keys within it."""
    with pytest.raises(StreamFileError, match=r"line 2: 'color' is not a known key\. Did you mean 'colour'\?"):
        read_model("within:\n  color: x\n", "own.yaml", Outer, "within:")
    with pytest.raises(StreamFileError, match=r"line 1: 'withn' is not a known key\. Did you mean 'within'\?"):
        read_model("withn: {}\n", "own.yaml", Outer, "within:")


def test_a_name_may_be_that_of_a_key() -> None:
    """A segment called `attribute` is a segment like any other: what is wrong in it is told as elsewhere."""
    with pytest.raises(StreamFileError, match=r"line 8: 'atribute' is not a known key\. Did you mean 'attribute'\?"):
        parse_stream(GOOD + "segments:\n  attribute: {atribute: size}\n")


def test_a_value_of_two_kinds_is_told_by_its_key() -> None:
    """A capacity is a number or a word; what is neither is told without the kinds that were tried."""
    with pytest.raises(StreamFileError, match=r"line 11: costs\.cloud\.0\.capacity: Input should be greater than"):
        parse_stream(GOOD + "costs:\n  cloud:\n    - driver: disk\n      rest: true\n      capacity: -1\n")


def test_a_roll_out_by_an_unknown_segment_lists_those_there_are() -> None:
    """In the order of the file."""
    released = "releases:\n  - {version: 1, at: 2026-08-03T06:00Z, reached: {segment: size, values: [a]}}\n"
    with pytest.raises(StreamFileError, match="which is no segment; segments: site, plant"):
        parse_stream(GOOD + "segments:\n  site: {attribute: s}\n  plant: {attribute: p}\n" + released)


def test_a_segment_of_an_attribute_names_no_step() -> None:
    """Nothing of it is looked for in the log."""
    text = GOOD + "segments:\n  site: {attribute: s}\n"
    assert check_steps(parse_stream(text), ["Order", "Deliver"], text) == []


@pytest.mark.parametrize("told", [{"standard_minutes_high": 9}, {"standard_minutes_low": 1}])
def test_a_range_is_that_of_a_number(told: dict[str, int]) -> None:
    """What standard minutes could be at least, or at most, says nothing without them."""
    with pytest.raises(ValidationError, match="has a range but no standard_minutes; write these, too"):
        Step.model_validate({"name": "x"} | told)


@pytest.mark.parametrize(
    "told", [{"services": ["a"]}, {"tags": {"a": "b"}}, {"services": ["a"], "tags": {"a": "b"}}, {"rest": True}]
)
def test_a_line_of_a_cloud_takes_something(told: dict[str, Any]) -> None:
    """Services, tags or both, or else all the rest; never rest beside them, and never nothing."""
    assert CloudLine.model_validate({"driver": "d"} | told).rest is ("rest" in told)
    for wrong in ({"rest": False}, told | {"rest": "rest" not in told}):
        with pytest.raises(ValidationError, match="give services, tags or both, or else rest: true"):
            CloudLine.model_validate({"driver": "d"} | wrong)


def test_an_unknown_country_is_told_with_codes_there_are() -> None:
    """Those of its letter, or three well-known ones where no code begins like it."""
    with pytest.raises(ValueError, match=r"no country 'GR1' is known; .* GR,"):
        check_region("GR1-A")
    with pytest.raises(ValueError, match=r"no country '49' is known; write its ISO 3166 code: DE, FR, US$"):
        check_region("49")


def test_a_key_deep_within_is_held_against_those_around_it() -> None:
    """The keys that are suggested are those of the innermost section."""
    with pytest.raises(StreamFileError, match=r"line 9: 'drivr' is not a known key\. Did you mean 'driver'\?"):
        parse_stream(GOOD + "costs:\n  cloud:\n    - drivr: disk\n      driver: disk\n      rest: true\n")


def test_a_value_of_a_kind_of_its_own_is_refused() -> None:
    """A tag that YAML does not know is told, not passed over."""
    with pytest.raises(StreamFileError, match=r"could not determine a constructor for the tag '!own'$"):
        parse_stream(GOOD + "owner: !own Ann\n")


def test_a_key_twice_in_an_entry_of_a_list() -> None:
    """It is refused there as it is anywhere else."""
    with pytest.raises(StreamFileError, match="line 8: 'name' is given twice"):
        parse_stream(GOOD + "steps:\n  - {name: A, name: B}\n")


@pytest.mark.parametrize("zone", ["Europe", "Europe/" + 300 * "x"])
def test_a_part_of_the_world_is_no_zone(zone: str) -> None:
    """Neither a folder of zones nor a name longer than any file's ends in another way than every other wrong name."""
    with pytest.raises(StreamFileError, match=r"line 7: time_zone: 'Europe.* is not an IANA time zone such as Europe/"):
        parse_stream(GOOD + f"time_zone: {zone}\n")


def test_a_name_like_a_day_is_kept_as_written() -> None:
    """A release that is called by the day it was made on is that text."""
    released = parse_stream(GOOD + "releases:\n  - {version: 2026-08-03, at: 2026-08-03 06:00:00+02:00}\n").releases[0]
    assert (released.version, released.at.isoformat()) == ("2026-08-03", "2026-08-03T06:00:00+02:00")


def test_a_file_may_be_as_large_as_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    """To the character: one more is refused."""
    monkeypatch.setattr(yaml_text, "MAX_CHARACTERS", len(GOOD))
    assert parse_stream(GOOD).stream == "orders"
    with pytest.raises(StreamFileError, match="is larger than"):
        parse_stream(GOOD + "\n")
