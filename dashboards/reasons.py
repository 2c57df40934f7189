"""Why a value is not there, as `metrics` tells it, in the words of the page.

The reasons are a closed list; the one that counts rows has a message for one and one for many.
"""

from __future__ import annotations

import re

from dashboards.language import say, say_of
from dashboards.numbers import count

_UNPRICED = re.compile(
    r"([\d,]+) rows? of cost (?:has|have) no price: "
    "no rate or bill for the day, or a bill that was not handed out whole"
)


def reason_words(reason: str) -> str:
    """A published reason, said; one that nobody knows stays as it was published."""
    unpriced = _UNPRICED.fullmatch(reason)
    if unpriced is None:
        return say(reason)
    n = int(unpriced[1].replace(",", ""))
    one = "{n} row of cost has no price: no rate or bill for the day, or a bill that was not handed out whole"
    many = "{n} rows of cost have no price: no rate or bill for the day, or a bill that was not handed out whole"
    return say_of(n, one, many, n=count(n, ""))
