"""Comparisons of values with something unknown in them: times keep their word, other values may lose it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from metrics.effects.effect import Place, effect_between
from metrics.flow.flow_time import FLOW_TIME
from metrics.metric import Statistic, Summary, Verdict
from metrics.quality.first_time_right import FIRST_TIME_RIGHT
from tests.metrics.builder import STREAM

PLACE = Place("release", "2", dt.date(2026, 4, 26))


def test_times_cut_to_the_day_keep_their_word() -> None:
    """Both sides are cut alike, so the word holds; of a share that may as well have risen nothing is clear."""
    old = Summary(Statistic.P50, 0.5, 0.45, 0.55, 200, "made", 0.47, 0.53)
    new = replace(old, value=0.2, low=0.15, high=0.25, low80=0.17, high80=0.23)
    wide = replace(new, least=replace(new, value=0.1, low=0.05, high=0.15, low80=0.07, high80=0.13),
                   most=replace(old, value=0.9, low=0.85, high=0.95, low80=0.87, high80=0.93))  # fmt: skip
    assert effect_between(STREAM, PLACE, FLOW_TIME, old, wide).difference.verdict is Verdict.FASTER
    assert effect_between(STREAM, PLACE, FIRST_TIME_RIGHT, old, new).difference.verdict is Verdict.WORSE
    assert effect_between(STREAM, PLACE, FIRST_TIME_RIGHT, old, wide).difference.verdict is Verdict.UNCLEAR
