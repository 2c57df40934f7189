"""Decisions and risks as rows of their published tables: names of people are left out, quantities are numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from metrics.decisions.decision import Decision, Risk
from metrics.decisions.file import expected_change
from metrics.evaluate import unit_of
from metrics.stream.model import Stream

Row = dict[str, Any]


def decision_rows(stream: Stream, decisions: Iterable[Decision]) -> Iterator[Row]:
    """Rows of the published table `decisions`, as they stand now."""
    for decision in decisions:
        yield {
            "stream": stream.stream, "decision": decision.id, "review": decision.review, "ask": decision.ask,
            "why": decision.why, "owner_role": decision.owner.role, "due_on": decision.due_on, "cost": decision.cost,
            "currency": decision.currency, **_expected(stream, decision), "release": decision.release,
            "state": decision.now.state, "state_on": decision.now.day, "state_why": decision.now.why,
        }  # fmt: skip


def risk_rows(stream: Stream, risks: Iterable[Risk]) -> Iterator[Row]:
    """Rows of the published table `risks`."""
    for risk in risks:
        yield {
            "stream": stream.stream, "risk": risk.id, "sentence": risk.risk, "means": risk.means, "answer": risk.answer,
            "owner_role": risk.owner.role, "first_on": risk.first_on, "until_on": risk.until_on,
        }  # fmt: skip


def _expected(stream: Stream, decision: Decision) -> Row:
    if decision.expected is None:
        return dict.fromkeys(("metric", "statistic", "unit", "expected_low", "expected_high"))
    metric, statistic, low, high = expected_change(decision.expected)
    return {
        "metric": metric.key, "statistic": statistic, "unit": unit_of(metric, stream), "expected_low": low,
        "expected_high": high,
    }  # fmt: skip
