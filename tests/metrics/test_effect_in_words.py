"""What a comparison says beside its number: how it was cut, why it has none, and whether it is judged at all."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from metrics.baseline import FrozenMetric, Population
from metrics.effects.comparable import why_not_comparable
from metrics.effects.effect import Effect, Place, effect_between
from metrics.effects.frozen import Kept
from metrics.failure.open_failures import OPEN_FAILURES
from metrics.flow.flow_time import FLOW_TIME
from metrics.metric import Metric, Statistic, Summary, Verdict
from tests.metrics.builder import STREAM

PLACE = Place("release", "2", dt.date(2026, 4, 26))
OLD = Summary(Statistic.P50, 10.0, 9.0, 11.0, 200, "as made", 9.5, 10.5)
NEW = replace(OLD, value=5.0, low=4.0, high=6.0, low80=4.5, high80=5.5)
NOTHING = replace(OLD, value=None, low=None, high=None, low80=None, high80=None, reason="nobody came")


def between(before: Summary, after: Summary, note: str = "", metric: Metric = FLOW_TIME) -> Effect:
    return effect_between(STREAM, PLACE, metric, before, after, note=note)


def test_the_note_follows_the_method() -> None:
    """How the two sides were cut is told behind the method; without a note nothing is added."""
    plain = between(OLD, NEW)
    assert plain.method == plain.difference.method
    assert between(OLD, NEW, "cut in two").method == f"{plain.method}; cut in two"


def test_the_reason_is_of_the_side_without_a_value() -> None:
    """The later side's reason comes first."""
    other = replace(NOTHING, reason="nobody was there")
    assert (between(OLD, NEW).reason, between(NOTHING, NEW).reason) == (None, "nobody came")
    assert (between(OLD, other).reason, between(NOTHING, other).reason) == ("nobody was there", "nobody was there")


def test_what_is_not_judged_gets_no_praise() -> None:
    """A metric that is not judged has its difference and no word; without a value the verdict says that."""
    assert between(OLD, NEW).difference.verdict is Verdict.FASTER
    assert between(OLD, NEW, metric=OPEN_FAILURES).difference.verdict is Verdict.NOT_JUDGED
    assert between(OLD, NOTHING, metric=OPEN_FAILURES).difference.verdict is Verdict.NO_DATA


def test_a_frozen_value_is_restated_by_what_moved() -> None:
    """Nothing moved is 0; without a value on a side, or by another definition, there is nothing to compare."""
    assert Kept("flow_time", OLD, None, None).restated_by == 0.0
    assert Kept("flow_time", OLD, None, NEW).restated_by == -5.0
    assert Kept("flow_time", OLD, None, NOTHING).restated_by is None
    assert Kept("flow_time", NOTHING, None, None).restated_by is None
    assert Kept("flow_time", NOTHING, None, NEW).restated_by is None
    assert Kept("flow_time", OLD, "another SQL", None).restated_by is None


def test_a_metric_that_is_gone_is_not_compared() -> None:
    """What was frozen of a metric that no longer exists says so."""
    gone = FrozenMetric("old_metric", "1.0.0", "0", "days", Population(0, "0"), ())
    assert why_not_comparable(gone, None, STREAM) == "old_metric is no longer in the catalogue"
