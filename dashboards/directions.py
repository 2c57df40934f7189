"""Which way a number went, in messages: faster, slower, lower, higher, cheaper, dearer.

Closed lists of messages for `wording`, one sentence each, so that other languages may order their words otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

from metrics.metric import DURATIONS


@dataclass(frozen=True, slots=True)
class Direction:
    """One way to go: the change, a likely one, and ranges that lie on this side."""

    moved: str
    likely: str
    about: str
    range: str


@dataclass(frozen=True, slots=True)
class Ways:
    """What falling and rising are called for a kind of number; `either` is a range with both in it."""

    down: Direction
    up: Direction
    either: str


_TIME = Ways(
    Direction(
        "{moved} faster than {since}",
        "likely {moved} faster than {since}",
        "no clear change on {since}: about {moved} faster",
        "no clear change on {since}: anywhere from {near} to {far} faster",
    ),
    Direction(
        "{moved} slower than {since}",
        "likely {moved} slower than {since}",
        "no clear change on {since}: about {moved} slower",
        "no clear change on {since}: anywhere from {near} to {far} slower",
    ),
    "no clear change on {since}: anywhere from {low} faster to {high} slower",
)
_LEVEL = Ways(
    Direction(
        "{moved} lower than {since}",
        "likely {moved} lower than {since}",
        "no clear change on {since}: about {moved} lower",
        "no clear change on {since}: anywhere from {near} to {far} lower",
    ),
    Direction(
        "{moved} higher than {since}",
        "likely {moved} higher than {since}",
        "no clear change on {since}: about {moved} higher",
        "no clear change on {since}: anywhere from {near} to {far} higher",
    ),
    "no clear change on {since}: anywhere from {low} lower to {high} higher",
)
_MONEY = Ways(
    Direction(
        "{moved} cheaper than {since}",
        "likely {moved} cheaper than {since}",
        "no clear change on {since}: about {moved} cheaper",
        "no clear change on {since}: anywhere from {near} to {far} cheaper",
    ),
    Direction(
        "{moved} dearer than {since}",
        "likely {moved} dearer than {since}",
        "no clear change on {since}: about {moved} dearer",
        "no clear change on {since}: anywhere from {near} to {far} dearer",
    ),
    "no clear change on {since}: anywhere from {low} cheaper to {high} dearer",
)
WAYS = (_TIME, _LEVEL, _MONEY)


def ways_of(unit: str) -> Ways:
    """How changes of a unit are told. Unknown units are money."""
    if unit in DURATIONS:
        return _TIME
    return _LEVEL if unit in ("share", "ratio", "count") else _MONEY


def direction_of(unit: str, raw: float) -> Direction:
    """The way a raw change went."""
    ways = ways_of(unit)
    return ways.down if raw < 0 else ways.up
