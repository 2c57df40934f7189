"""The value a chart holds for a number: the figure that a page shows, no digit more."""

from __future__ import annotations

import re

from babel import Locale
from babel.numbers import get_decimal_symbol, get_group_symbol

from dashboards.language import locale
from dashboards.numbers import MINUS, Number

_PER_DAY = {"": 1, "h": 24, "min": 1440}


def plotted(shown: Number) -> float:
    """The figure as a float: '€11.40' is 11.4, '93%' is 93, '−0.3' is −0.3; what is under its decimals is 0."""
    if shown.is_under:
        return 0.0
    point, group = get_decimal_symbol(Locale.parse(locale())), get_group_symbol(Locale.parse(locale()))
    found = re.search(rf"\d(?:[\d{re.escape(group)}]*\d)?(?:{re.escape(point)}\d+)?", shown.figure)
    assert found is not None  # every number shows a digit
    size = float(found.group().replace(group, "").replace(point, "."))
    return -size if MINUS in shown.figure else size


def plotted_in(shown: Number, brief: str) -> float:
    """A duration in another unit ('h', 'min' or days), from the figure shown: 12 minutes are 0.2 h."""
    if shown.brief == brief:
        return plotted(shown)
    return round(plotted(shown) * _PER_DAY[brief] / _PER_DAY[shown.brief], 6)


def decimals_of(shown: Number) -> int:
    """How many decimals its figure has."""
    point = get_decimal_symbol(Locale.parse(locale()))
    found = re.search(rf"\d{re.escape(point)}(\d+)", shown.figure)
    return len(found.group(1)) if found else 0
