"""What roll-outs brought those they reached, against those not reached yet, and whether both moved alike before."""

from __future__ import annotations

from dataclasses import replace

from dashboards.bundle import BundleData
from dashboards.language import say, say_of
from dashboards.numbers import day
from dashboards.parts.card import Card
from dashboards.parts.effects import rows_of, title_of
from dashboards.parts.measure import Measure, measure
from dashboards.rows.rollout_changes import ROWS, RolloutChange
from dashboards.wording import Voice, is_sure, lowered, read_verdict

_SHOWN = 8


def rollout_card(data: BundleData, metric: str) -> Card | None:
    """The card; None where no roll-out is compared on this metric."""
    found = measure(data, metric)
    told = [row for row in data.rows(ROWS) if _is_of(row, found)]
    staged = [row for row in told if row.kind == "rollout"]
    if not staged or found.is_gated:
        return None
    checks = {row.label: _check(row) for row in told if row.kind == "pre_trend"}
    shown = [replace(row, title=_name(row)) for row in staged[:_SHOWN]]
    omitted = len(staged) - len(shown)
    left = "" if not omitted else say_of(
        omitted, "{n} earlier stage is not shown.", "{n} earlier stages are not shown.", n=omitted
    )  # fmt: skip
    voice = Voice.of(data, say("where it had not come yet"))
    return Card(
        "rollouts", title_of(shown),
        say(
            "Change where a release came first, less the change where it had not come yet. The line is the range it "
            "lies in, 95 times of 100."
        ),
        "comparisons", changes=rows_of(shown, data, found, voice, checks, left),
    )  # fmt: skip


def _is_of(row: RolloutChange, found: Measure) -> bool:
    return (row.metric, row.statistic) == (found.metric, found.statistic)


def _name(row: RolloutChange) -> str:
    return say("{name}, in {reached}", name=row.title, reached=row.reached) if row.title else row.reached


def _check(row: RolloutChange) -> str:
    """Did those reached and those not reached move alike before?"""
    parts = {"day": day(row.at_on) if row.at_on else "", "verdict": lowered(say(read_verdict(row.verdict).value))}
    told = say("Same test on {day}, before anybody had it: {verdict}.", **parts)
    if not is_sure(read_verdict(row.verdict)):
        return told
    return f"{told} {say('The two moved apart before, so read this with care.')}"
