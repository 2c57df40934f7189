"""What a stream file means: words are none of it, everything else is, and releases only as far as they matter."""

from __future__ import annotations

import datetime as dt

import pytest

from metrics.stream import parse_stream
from metrics.stream.meaning import changed_sections, meaning_of
from metrics.stream.model import Stream

TEXT = """\
stream: orders
version: 1
name: Orders
time_zone: Europe/Berlin
trigger: {steps: [Order]}
outcomes:
  - {name: delivered, steps: [Deliver]}
steps:
  - {name: Order, label: An order came}
  - {name: Check, standard_minutes: 30, manual_on_purpose: the law asks for it}
rework:
  allowed:
    - {step: Check, reason: two pairs of eyes}
releases:
  - {version: "2", name: New shop, at: 2025-03-31T06:00:00+02:00}
targets: {flow_time: {p90: 3 days}}
"""


def changed(old: str, new: str, until_on: dt.date | None = None) -> list[str]:
    """The sections that mean something else after a change of the text."""
    assert old in TEXT
    before, after = parse_stream(TEXT), parse_stream(TEXT.replace(old, new))
    return changed_sections(meaning_of(before, until_on), meaning_of(after, until_on))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("stream: orders", "# a comment\nstream: orders"), ("version: 1", "version: 7"),
        ("name: Orders", "name: Sales"),
        ("An order came", "Somebody ordered"), ("the law asks for it", "we want it"), ("two pairs of eyes", "habit"),
        ("name: New shop, ", ""), ("name: Orders", "name: Orders\nowner: Ann\nwords: {case: order}"),
        ("name: Orders", "name: Orders\nreview: {decisions: decisions.yaml}"),
    ],
)  # fmt: skip
def test_words_are_no_meaning(old: str, new: str) -> None:
    """Comments, names, labels, notes and reasons may change, and the version alone is none."""
    assert changed(old, new) == []


@pytest.mark.parametrize(
    ("old", "new", "section"),
    [
        ("standard_minutes: 30", "standard_minutes: 20", "steps"), ("steps: [Deliver]", "steps: [Check]", "outcomes"),
        ("Europe/Berlin", "UTC", "time_zone"), ("p90: 3 days", "p90: 4 days", "targets"),
        (", manual_on_purpose: the law asks for it", "", "steps"), ('version: "2"', 'version: "2b"', "releases"),
        ("- {step: Check, reason: two pairs", "- {step: Order, reason: two pairs", "rework"),
    ],
)  # fmt: skip
def test_all_else_is(old: str, new: str, section: str) -> None:
    """What may move a number or a verdict is meaning, and its section is named."""
    assert changed(old, new) == [section]


def test_releases_after_the_days_that_matter_are_none() -> None:
    """A release of the day after the last or later moves nothing before it; by local days."""
    later = '  - {version: "3", at: 2025-07-01T00:30:00+02:00}\ntargets'
    assert changed("targets", later, dt.date(2025, 7, 1)) == []
    assert changed("targets", later, dt.date(2025, 7, 2)) == ["releases"]
    assert changed("targets", later) == ["releases"]


def test_a_section_that_is_new_has_changed() -> None:
    """Held against a meaning written when there was no such section, or against one that has it no more."""
    assert changed_sections({"a": 1}, {"a": 1, "b": 2}) == ["b"]
    assert changed_sections({"a": 1, "b": 2}, {"a": 1}) == ["b"]


def test_a_purpose_is_meaning_without_its_words() -> None:
    """That a step is manual on purpose is told, and not why; one without a purpose is not."""
    steps = meaning_of(parse_stream(TEXT))["steps"]
    assert [(step["name"], step["is_on_purpose"]) for step in steps] == [("Order", False), ("Check", True)]
    assert not any("manual_on_purpose" in step for step in steps)


def test_no_section_is_forgotten() -> None:
    """Every key of the stream file is meaning or one of those that are known to be words."""
    told = meaning_of(parse_stream(TEXT))
    assert set(Stream.model_fields) - set(told) == {"version", "name", "owner", "words", "review"}
