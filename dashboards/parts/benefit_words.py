"""Classes, states and amounts of benefits, in readers' words: money as money, hours as hours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from dashboards.language import say
from dashboards.numbers import Number, Scale, month, number, scale_of
from dashboards.parts.cost_classes import rounded_parts
from dashboards.wording import Chip

MONEY = ("cashable", "avoidance")


def class_title(benefit_class: str) -> str:
    """A class as a heading."""
    titles = {
        "cashable": say("Cash"), "capacity": say("Freed time"), "avoidance": say("Cost avoided"),
        "quality": say("Quality"),
    }  # fmt: skip
    return titles.get(benefit_class, benefit_class)


def level_title(level: str) -> str:
    """How far finance went, as a heading."""
    titles = {"claimed": say("Claimed"), "validated": say("Validated"), "booked": say("Booked")}
    return titles.get(level, level)


def state_chip(state: str) -> Chip:
    """The state a benefit is in."""
    chips = {
        "proposed": Chip(say("Proposed"), "…", "flat"), "validated": Chip(say("Validated"), "✓", "flat"),
        "booked": Chip(say("Booked"), "✓", "good"), "reversed": Chip(say("Taken back"), "✕", "bad"),
    }  # fmt: skip
    return chips.get(state, Chip(state, "?", "flat"))


def unit_scale(size: float, unit: str) -> Scale:
    """How an amount of a benefit is written: money, hours, or the unit of a measure."""
    if unit == "hours":
        return Scale("count", 1, 0 if size >= 9.95 or size == 0 else 1, "hour")
    word, is_of_measure, _ = unit.partition(" of ")
    if is_of_measure:
        return Scale("count", 1, 0 if size >= 9.95 or size == int(size) else 1, "point" if word == "points" else word)
    return scale_of(size, unit) if size else Scale(unit, 1, 0)


def amount(value: float, unit: str, origin: str, scale: Scale | None = None) -> Number:
    """An amount of a benefit, in its own scale or in one given."""
    scale = scale or unit_scale(abs(value), unit)
    return number(value, scale.unit, origin, scale)


def signed(shown: Number) -> Number:
    """With a plus where it is more; a minus is there."""
    return replace(shown, figure=f"+{shown.figure}") if shown.value > 0 and not shown.is_under else shown


def tied(parts: Sequence[tuple[float, str]], scale: Scale) -> list[Number]:
    """Parts of a sum with their origins, rounded so that they sum to their rounded total; raw values are kept."""
    shown = rounded_parts([value * scale.factor for value, _ in parts], scale.decimals)
    return [
        replace(number(part / scale.factor, scale.unit, origin, scale), value=value)
        for (value, origin), part in zip(parts, shown, strict=True)
    ]  # fmt: skip


def month_words(first: dt.date) -> str:
    """A month with its year: 'September 2026'."""
    return f"{month(first)} {first.year}"
