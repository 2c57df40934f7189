"""Numbers as readers see them: unit, decimals, sign, locale. A `Number` keeps its raw value and where it came from.

Rounds once, from raw, half up. Knows no sentence and no page; `wording` makes sentences of these.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, get_currency_precision

from dashboards.language import locale, say, say_of

MINUS = "\u2212"
EN_DASH = "\u2013"
_DAYS = ((1440, 59.5, 0, "minute"), (24, 9.95, 1, "hour"), (24, 23.5, 0, "hour"), (1, 9.95, 1, "day"))
_WHOLE_MONEY_FROM = 100
_SHORT = {"hour": "h", "minute": "min"}
_NAMED = ("days", "working_days", "share", "ratio", "count")
_DAY = {"en": "d MMMM", "de": "d. MMMM"}
_SHORT_DAY = {"en": "d MMM", "de": "d. MMM"}
UNITS = {
    "day": ("day", "days"), "hour": ("hour", "hours"), "minute": ("minute", "minutes"),
    "working day": ("working day", "working days"), "point": ("point", "points"),
}  # fmt: skip
"""Units that are words, one and many of them: messages."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number on a page. `figure`, `glue` and `suffix` make its text; `value` is raw.

    `origin` names table, key and column. `brief` stands for the suffix in narrow places. `is_under`: it is smaller than
    its decimals can show, so its figure is a bound.
    """

    figure: str
    suffix: str
    value: float
    unit: str
    origin: str
    glue: str = " "
    brief: str = ""
    is_under: bool = False

    @property
    def text(self) -> str:
        """As it reads in a sentence: '4.0 days', '93%', '€11.40', '2.4 : 1'."""
        return f"{self.figure}{self.glue}{self.suffix}" if self.suffix else self.figure

    @property
    def short(self) -> str:
        """For narrow places: '24 h', '12 min'."""
        return f"{self.figure} {self.brief}" if self.brief else self.text

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
    if unit == "share" and rounded == 100 and abs(value) < 1:
        figure = say("over {figure}", figure=_digits(Decimal("99.9"), scale))
        return _number(figure, scale.word, value, unit, origin)
    if value and not rounded:
        return _under(scale, scale.word, value, unit, origin)
    figure = (MINUS if value < 0 and rounded else "") + _digits(rounded, scale)
    return _number(figure, scale.word, value, unit, origin, is_one=_is_one(rounded, scale))


def change(value: float, unit: str, parent: float, origin: str, *, signed: bool = False) -> Number:
    """A difference in the unit and decimals of its parent value; shares differ in points. Unsigned unless asked."""
    scale = scale_of(parent, unit)
    word = {"share": "point", "ratio": ""}.get(unit, scale.word)
    rounded = _round(abs(value) * scale.factor, scale.decimals)
    if value and not rounded:
        return _under(scale, word, value, unit, origin)
    sign = {True: "+", False: MINUS}[value > 0] if signed and rounded else ""
    is_one = rounded == 1 if unit == "share" else _is_one(rounded, scale)
    return _number(sign + _digits(rounded, scale), word, value, unit, origin, is_one=is_one)


def count(value: int, origin: str) -> Number:
    """A whole number with grouped thousands."""
    return number(float(value), "count", origin)


def day(on: dt.date, *, year: bool = False) -> str:
    """A day in words: '3 August', with the year when asked."""
    return format_date(on, _DAY[locale()] + (" y" if year else ""), locale=locale())


def short_day(on: dt.date) -> str:
    """A day for narrow places: '3 Aug'."""
    return format_date(on, _SHORT_DAY[locale()], locale=locale())


def month(on: dt.date, *, short: bool = False) -> str:
    """The month of a day."""
    return format_date(on, "LLL" if short else "LLLL", locale=locale())


def axis_text(value: float, scale: Scale) -> str:
    """A tick label: the bare figure in this scale."""
    return _digits(_round(value * scale.factor, scale.decimals), scale)


def many_of(scale: Scale) -> str:
    """The unit of a scale as it stands behind several of it: 'days'."""
    return _word(scale.word, is_one=False)


def percent_sign() -> str:
    """The sign as it stands behind a figure: '%', in German with a no-break space before it."""
    return str(Locale.parse(locale()).percent_formats[None].pattern).partition("0")[2]


def range_text(low: float, high: float, scale: Scale) -> str:
    """A range in one scale, its unit said once: '3.9–4.8 days', '85–90%'."""
    rounded = _round(high * scale.factor, scale.decimals)
    end = _number(_digits(rounded, scale), scale.word, high, scale.unit, "", is_one=_is_one(rounded, scale))
    return f"{axis_text(low, scale)}{EN_DASH}{end.text}"


def _round(value: float, decimals: int) -> Decimal:
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _digits(rounded: Decimal, scale: Scale) -> str:
    places = "#,##0" + ("." + "0" * scale.decimals if scale.decimals else "")
    if scale.unit in _NAMED:
        return str(format_decimal(rounded, places, locale=locale()))
    pattern = Locale.parse(locale()).currency_formats["standard"].pattern.replace("#,##0.00", places)
    return str(format_currency(rounded, scale.unit, pattern, locale=locale(), currency_digits=False))


def _under(scale: Scale, word: str, value: float, unit: str, origin: str) -> Number:
    """A size that rounds to nothing is under the smallest one that can be shown."""
    least = Decimal(1).scaleb(-scale.decimals)
    figure = say("under {figure}", figure=_digits(least, scale))
    is_one = least == 1
    return replace(_number(figure, word, value, unit, origin, is_one=is_one), is_under=True)


def _number(figure: str, word: str, value: float, unit: str, origin: str, *, is_one: bool = False) -> Number:
    glue = percent_sign().rstrip("%") if word == "%" else " "
    return Number(figure, _word(word, is_one=is_one), value, unit, origin, glue, _SHORT.get(word, ""))


def _is_one(rounded: Decimal, scale: Scale) -> bool:
    return rounded == 1 and scale.decimals == 0


def _word(word: str, *, is_one: bool) -> str:
    if word not in UNITS:
        return word
    one, many = UNITS[word]
    return say_of(1 if is_one else 2, one, many)
