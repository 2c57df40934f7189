"""Why a value is not there, as `metrics` tells it, in the words of the page.

The reasons are a closed list; the one that counts rows has a message for one and one for many.
"""

from __future__ import annotations

import re

from dashboards.language import say, say_of
from dashboards.numbers import count

_UNPRICED = re.compile(r"([\d,]+) rows? of work or usage (?:has|have) no rate or bill for the day")


def reason_words(reason: str) -> str:
    """A published reason, said; one that nobody knows stays as it was published."""
    unpriced = _UNPRICED.fullmatch(reason)
    if unpriced is None:
        return say(reason)
    n = int(unpriced[1].replace(",", ""))
    one = "{n} row of work or usage has no rate or bill for the day"
    many = "{n} rows of work or usage have no rate or bill for the day"
    return say_of(n, one, many, n=count(n, ""))
