"""Numbers as readers see them: unit, decimals, sign, locale. A `Number` keeps its raw value and where it came from.

Rounds once, from raw, half up. Knows no sentence and no page; `wording` makes sentences of these.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, get_currency_precision

from dashboards.language import locale
from metrics.metric import DURATIONS

MINUS = "\u2212"
EN_DASH = "\u2013"
_DAYS = ((1440, 59.5, 0, "minute"), (24, 9.95, 1, "hour"), (24, 23.5, 0, "hour"), (1, 9.95, 1, "day"))
_WHOLE_MONEY_FROM = 100
_SHORT = {"hour": "h", "hours": "h", "minute": "min", "minutes": "min"}
_NAMED = ("days", "working_days", "share", "ratio", "count")


@dataclass(frozen=True, slots=True)
class Number:
    """A number on a page. `figure` and `suffix` make its text; `value` is raw; `origin` names table, key and column."""

    figure: str
    suffix: str
    value: float
    unit: str
    origin: str

    @property
    def text(self) -> str:
        """As it reads in a sentence: '4.0 days', '93%', '€11.40', '2.4 : 1'."""
        glue = "" if self.suffix in ("", "%") else " "
        return f"{self.figure}{glue}{self.suffix}"

    @property
    def short(self) -> str:
        """For narrow places: '24 h', '12 min'."""
        return f"{self.figure} {_SHORT[self.suffix]}" if self.suffix in _SHORT else self.text

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Scale:
    """How one magnitude is written: raw × factor, this many decimals, this word. A change borrows its parent's."""

    unit: str
    factor: float
    decimals: int
    word: str = ""


def scale_of(value: float, unit: str) -> Scale:
    """The scale for a magnitude. Days become hours below one day, minutes below one hour; working days stay.

    Unknown units are money.
    """
    size = abs(value)
    if unit == "days":
        for factor, below, decimals, word in _DAYS:
            if size * factor < below:
                return Scale(unit, factor, decimals, word)
        return Scale(unit, 1, 0, "day")
    if unit == "working_days":
        return Scale(unit, 1, 0 if size >= 9.95 else 1 if size >= 0.95 else 2, "working day")
    if unit == "share":
        return Scale(unit, 100, 0 if 0.05 < size < 0.95 or size in (0, 1) else 1, "%")
    if unit == "ratio":
        return Scale(unit, 1, 0 if size == 0 or size >= 9.95 else 2 if size < 0.95 else 1, ": 1")
    if unit == "count":
        return Scale(unit, 1, 0)
    return Scale(unit, 1, get_currency_precision(unit) if size < _WHOLE_MONEY_FROM else 0)


def number(value: float, unit: str, origin: str, scale: Scale | None = None) -> Number:
    """A value in its own scale, or in that of a parent. Negative values carry a true minus."""
    scale = scale or scale_of(value, unit)
    rounded = _round(abs(value) * scale.factor, scale.decimals)
    prefix = MINUS if value < 0 and rounded else ""
    if value and not rounded:
        rounded, prefix = Decimal(1).scaleb(-scale.decimals), "under "
    elif unit == "share" and rounded == 100 and abs(value) < 1:
        rounded, prefix = Decimal("99.9"), "over "
    return Number(prefix + _digits(rounded, scale), _suffix(rounded, scale), value, unit, origin)


def change(value: float, unit: str, parent: float, origin: str, *, signed: bool = False) -> Number:
    """A difference in the unit and decimals of its parent value; shares differ in points. Unsigned unless asked."""
    scale = scale_of(parent, unit)
    rounded = _round(abs(value) * scale.factor, scale.decimals)
    prefix = {True: "+", False: MINUS}[value > 0] if signed and rounded else ""
    if value and not rounded:
        rounded, prefix = Decimal(1).scaleb(-scale.decimals), "under "
    if unit == "share":
        return Number(prefix + _digits(rounded, scale), "point" if rounded == 1 else "points", value, unit, origin)
    suffix = "" if unit == "ratio" else _suffix(rounded, scale)
    return Number(prefix + _digits(rounded, scale), suffix, value, unit, origin)


def count(value: int, origin: str) -> Number:
    """A whole number with grouped thousands."""
    return number(float(value), "count", origin)


def day(on: dt.date, *, year: bool = False) -> str:
    """A day in words: '3 August', with the year when asked."""
    return format_date(on, "d MMMM y" if year else "d MMMM", locale=locale())


def short_day(on: dt.date) -> str:
    """A day for narrow places: '3 Aug'."""
    return format_date(on, "d MMM", locale=locale())


def month(on: dt.date, *, short: bool = False) -> str:
    """The month of a day."""
    return format_date(on, "LLL" if short else "LLLL", locale=locale())


def axis_text(value: float, scale: Scale) -> str:
    """A tick label: the bare figure in this scale."""
    return _digits(_round(value * scale.factor, scale.decimals), scale)


def _round(value: float, decimals: int) -> Decimal:
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _digits(rounded: Decimal, scale: Scale) -> str:
    if scale.unit not in _NAMED:
        pattern = "¤#,##0" + ("." + "0" * scale.decimals if scale.decimals else "")
        return str(format_currency(rounded, scale.unit, pattern, locale=locale(), currency_digits=False))
    pattern = "#,##0" + ("." + "0" * scale.decimals if scale.decimals else "")
    return str(format_decimal(rounded, pattern, locale=locale()))


def _suffix(rounded: Decimal, scale: Scale) -> str:
    if scale.unit not in DURATIONS:
        return scale.word
    return scale.word if rounded == 1 and scale.decimals == 0 else scale.word + "s"
