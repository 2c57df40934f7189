"""The range a value lies in, 95 times of 100, in the words and the scale of the value."""

from __future__ import annotations

from dashboards.language import say
from dashboards.numbers import number, range_text, scale_of
from dashboards.wording import Sentence


def range_sentence(value: float | None, low: float | None, high: float | None, unit: str, origin: str) -> Sentence:
    """'3.8–4.2 days', or that there is no range; empty where there is no value."""
    if value is None:
        return Sentence("")
    if low is None or high is None:
        return Sentence(say("no range"))
    scale = scale_of(value, unit)
    ends = number(low, unit, f"{origin}/low", scale), number(high, unit, f"{origin}/high", scale)
    return Sentence(range_text(low, high, scale), ends)
