"""The states of a benefit: which step may follow which, who may take it, and how each that may not is named."""

from __future__ import annotations

import datetime as dt
from itertools import product
from typing import Any

import pytest
from pydantic import ValidationError

from metrics.finance.benefit import Benefit
from metrics.finance.history import STATES
from tests.metrics.claims import FINANCE, OWNER, PROPOSER, benefit, history, told_benefit

LAWFUL = {
    ("proposed",), ("proposed", "validated"), ("proposed", "reversed"), ("proposed", "validated", "booked"),
    ("proposed", "validated", "reversed"), ("proposed", "validated", "booked", "reversed"),
}  # fmt: skip


def refusal(**told: Any) -> str:
    """Why a benefit is refused."""
    with pytest.raises(ValidationError) as caught:
        Benefit.model_validate(told_benefit(**told))
    return str(caught.value.errors()[0]["msg"])


def changed(*states: str, at: int = -1, **changes: Any) -> list[dict[str, Any]]:
    """A history with one entry changed."""
    told = history(*states)
    told[at] |= changes
    return told


def test_every_history_of_up_to_four_entries_is_lawful_or_refused() -> None:
    """Of all sequences of states, exactly six are lawful; each other one is refused with a sentence."""
    for length in range(1, 5):
        for states in product(STATES, repeat=length):
            if states in LAWFUL:
                assert [entry.state for entry in benefit(history=history(*states)).history] == list(states)
            else:
                assert any(state in refusal(history=history(*states)) for state in states)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (history("validated"), "validated without having been proposed"),
        (history("proposed", "booked"), "booked without validated"),
        (history("proposed", "validated", "validated"), "validated twice"),
        (history("proposed", "validated", "proposed"), "a state does not go back"),
        (history("proposed", "reversed", "validated"), "validated after reversed"),
        (changed("proposed", "validated", day="2025-12-31"), "dates do not go back"),
        (changed("proposed", "validated", by=f" {OWNER.upper()} "), "validated by its owner"),
        (changed("proposed", "validated", by=PROPOSER), f"validated by who proposed it ({PROPOSER}): another has to"),
        (changed("proposed", "validated", "booked", by=OWNER), "booked by its owner"),
        (changed("proposed", "validated", evidence=None), "validated without an evidence id"),
        (changed("proposed", "validated", "booked", at=1, evidence=None), "validated without an evidence id"),
    ],
)
def test_each_illegal_step_is_named(told: list[dict[str, Any]], words: str) -> None:
    """The sentence says which step it was and what is expected."""
    assert words in refusal(history=told)


def test_a_budget_line_is_needed_to_book() -> None:
    """Without one a benefit may be validated and not booked."""
    assert benefit(budget_line=None, history=history("proposed", "validated")).budget_line is None
    assert "booked without a budget line" in refusal(
        budget_line=None, history=history("proposed", "validated", "booked")
    )


def test_evidence_told_before_serves_later() -> None:
    """An entry rests on its own evidence, or on what an earlier one named."""
    assert benefit(history=changed("proposed", "validated", "booked", evidence=None)).entry("booked") is not None


def test_two_entries_of_one_day_follow_each_other() -> None:
    """A day may hold two entries; only a day before is a step back."""
    told = history("proposed", "validated")
    told[1]["day"] = told[0]["day"]
    found = benefit(history=told)
    assert found.state_by(told[0]["day"]) is None
    assert found.state_by(told[0]["day"] + dt.timedelta(days=1)) == "validated"


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"kind": "cashable", "run_cost": None}, "tells its new run cost"),
        ({"kind": "cashable", "currency": None}, "is money: give its currency"),
        ({"kind": "avoidance", "currency": None}, "is money: give its currency"),
        ({"kind": "capacity", "currency": "EUR"}, "is no money"),
        ({"kind": "capacity", "frees": None}, "says whose hours it frees"),
        ({"kind": "quality", "unit": None}, "needs the unit of its metric"),
        ({"kind": "capacity", "unit": "points"}, "unit is for class quality"),
        ({"kind": "cashable", "until": "2026-01"}, "later than from"),
        ({"kind": "cashable", "from": "2026-13"}, "is no month"),
        ({"kind": "cashable", "owner": {"role": "a", "name": "b"}}, "either role, or name"),
        ({"kind": "cashable", "decay": {"linear_months": 3, "percent_per_quarter": 5}}, "either linear_months"),
        ({"kind": "cashable", "run_cost": "-1"}, "greater than or equal to 0"),
        ({"kind": "cashable", "history": []}, "at least 1"),
    ],
)
def test_what_a_class_asks_for(told: dict[str, Any], words: str) -> None:
    """Each class needs its unit, cash its run cost, capacity its hours; what cannot be is named."""
    assert words in refusal(**told)


def test_no_run_cost_is_not_a_run_cost_of_nothing() -> None:
    """Only cash has to tell it; 0 is told, and no other class is taken to have none."""
    assert benefit("cashable", run_cost="0").run_cost == 0
    assert benefit("avoidance").run_cost is None
    assert benefit(history=history("proposed", "validated")).history[1].by == FINANCE
