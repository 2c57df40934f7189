"""The bridge: opening and moves are the closing, to the last digit, by hand and for whatever is claimed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.finance.benefit import CLASSES
from metrics.finance.bridge import Bridge, bridge_of, total
from metrics.finance.conflicts import Claim
from metrics.finance.course import LEVELS
from metrics.finance.history import State
from metrics.finance.standing import level_of
from metrics.finance.sums import BenefitSum, MixedClassesError, sums_of
from metrics.periods import Period, previous
from tests.metrics.claims import Q1, Q2, Q3, Q4, claim, history

_MOVES = ("opening", "began", "ended", "decayed", "reversed", "disputed", "closing")


def bridge(one: Claim, period: Period, level: State = "proposed", every: list[Claim] | None = None) -> Bridge:
    """The bridge of one claim into a quarter."""
    before = previous(period)
    assert before is not None
    claims = every or [one]
    then, now = (level_of([one], claims, level, quarter, {}).standings[one.benefit.id] for quarter in (before, period))
    return bridge_of(one.benefit, level, before, period, then.disputed, now.disputed)


def told(found: Bridge) -> dict[str, Decimal]:
    """The moves that are not nothing."""
    return {name: getattr(found, name) for name in _MOVES if getattr(found, name)}


def test_a_year_by_hand() -> None:
    """It begins in February with 100 a month, runs, ends in August."""
    one = claim(**{"from": "2026-02", "until": "2026-09"})
    assert told(bridge(one, Q1)) == {"began": 200, "closing": 200}
    assert told(bridge(one, Q2)) == {"opening": 200, "began": 100, "closing": 300}
    assert told(bridge(one, Q3)) == {"opening": 300, "ended": -100, "closing": 200}
    assert told(bridge(one, Q4)) == {"opening": 200, "ended": -200}


def test_decay_by_hand() -> None:
    """90, 80, 70 | 60, 50, 40: 240, then the same three months came to 90 less."""
    one = claim(decay={"linear_months": 9}, history=history("proposed", amount="90"))
    assert told(bridge(one, Q1)) == {"began": 270, "decayed": -30, "closing": 240}
    assert told(bridge(one, Q2)) == {"opening": 240, "decayed": -90, "closing": 150}
    assert told(bridge(one, Q4)) == {"opening": 60, "decayed": -60}


def test_taken_back_by_hand() -> None:
    """What was taken back in a quarter is a move of its own; what began in it, too; later there is nothing."""
    one = claim(history=history("proposed", first="2026-01-05") + history("reversed", first="2026-05-05"))
    assert told(bridge(one, Q2)) == {"opening": 300, "reversed": -300}
    assert told(bridge(one, Q3)) == {}
    at_once = claim(history=history("proposed", "reversed"))
    assert told(bridge(at_once, Q1)) == {"began": 300, "reversed": -300}


def test_levels_by_hand() -> None:
    """What is validated later began then, at the amount finance gave it; the claim stays what it was."""
    entries = history("proposed") + history("validated=70", first="2026-05-10")
    one = claim(history=entries)
    assert told(bridge(one, Q2)) == {"opening": 300, "closing": 300}
    assert told(bridge(one, Q2, "validated")) == {"began": 210, "closing": 210}
    assert told(bridge(one, Q2, "booked")) == {}


def test_disputed_by_hand() -> None:
    """A rival that comes in April takes its part out of what counts, and what it took is a move."""
    one, rival = claim("a"), claim("b", history=history("proposed", amount="30"), **{"from": "2026-04"})
    every = [one, rival]
    assert told(bridge(one, Q2, every=every)) == {"opening": 300, "disputed": -90, "closing": 210}
    assert told(bridge(rival, Q2, every=every)) == {"began": 90, "disputed": -90}
    assert told(bridge(one, Q3, every=every)) == {"opening": 210, "closing": 210}


def test_a_loss_has_a_bridge() -> None:
    """An amount below nothing begins, wears off and ends like any other."""
    one = claim(history=history("proposed", amount="-90"), decay={"linear_months": 9}, until="2026-04")
    assert told(bridge(one, Q1)) == {"began": -270, "decayed": 30, "closing": -240}
    assert told(bridge(one, Q2)) == {"opening": -240, "ended": 240}


def test_quality_is_not_added_over_months() -> None:
    """A level of 2 points is 2 points of each quarter."""
    one = claim(kind="quality", history=history("proposed", amount="2"))
    assert told(bridge(one, Q1)) == {"began": 2, "closing": 2}
    assert told(bridge(one, Q2)) == {"opening": 2, "closing": 2}


claims = st.lists(
    st.fixed_dictionaries({
        "kind": st.sampled_from(["cashable", "avoidance", "capacity", "quality"]), "first": st.integers(1, 12),
        "length": st.integers(1, 12) | st.none(), "amount": st.integers(-(10**9), 10**12),
        "decay": st.sampled_from([None, {"linear_months": 7}, {"percent_per_quarter": "3.333333"}]),
        "line": st.sampled_from(["x", None]), "days": st.lists(st.integers(0, 300), min_size=4, max_size=4),
        "states": st.sampled_from([
            ("proposed",), ("proposed", "validated"), ("proposed", "validated", "reversed"), ("proposed", "reversed"),
        ]),
        "accepted": st.integers(-(10**9), 10**12),
    }), min_size=1, max_size=5,
)  # fmt: skip


def _made(told: list[dict[str, Any]]) -> list[Claim]:
    found = []
    for number, row in enumerate(told):
        rates = {"proposed": row["amount"], "validated": row["accepted"], "reversed": 0}
        entries = history(*(f"{state}={Decimal(rates[state]) / 10**6}" for state in row["states"]))
        for entry, day in zip(entries, sorted(row["days"]), strict=False):
            entry["day"] = dt.date(2026, 1, 1) + dt.timedelta(days=day)
        last = row["first"] + (row["length"] or 0)
        until = {} if row["length"] is None else {"until": f"{2026 + (last - 1) // 12}-{(last - 1) % 12 + 1:02d}"}
        found.append(claim(
            f"c{number}", row["kind"], budget_line=row["line"], history=entries, decay=row["decay"] or "none",
            **{"from": f"2026-{row['first']:02d}"}, **until,
        ))  # fmt: skip
    return found


@settings(max_examples=80, deadline=None)
@given(told=claims, measured=st.none() | st.integers(-100, 10**6))
def test_it_closes(told: list[dict[str, Any]], measured: int | None) -> None:
    """Whatever is claimed, worn off, disputed, taken back: each bridge closes to 0, and is the next one's opening."""
    made = _made(told)
    hours = {c.benefit.frees: None if measured is None else Decimal(measured) for c in made if c.benefit.frees}
    for level in LEVELS:
        before: dict[str, Decimal] = {}
        then = level_of(made, made, level, Q1, hours)
        for earlier, period in ((Q1, Q2), (Q2, Q3), (Q3, Q4)):
            now = level_of(made, made, level, period, hours)
            for one in made:
                name = one.benefit.id
                old, new = then.standings[name], now.standings[name]
                found = bridge_of(one.benefit, level, earlier, period, old.disputed, new.disputed)
                assert found.residual == 0
                assert found.closing == new.undisputed.amount
                assert found.opening == old.undisputed.amount
                assert before.get(name, found.opening) == found.opening
                before[name] = found.closing
            whole = sums_of(s.undisputed for s in now.standings.values())
            for kind in CLASSES:
                of_class = [c for c in made if c.benefit.benefit_class == kind]
                parts = [
                    bridge_of(c.benefit, level, earlier, period, *(
                        side.standings[c.benefit.id].disputed for side in (then, now)
                    )) for c in of_class
                ]  # fmt: skip
                sums = [s.amount for key, s in whole.items() if key[0] == kind]
                assert total(parts).closing == sum(sums)
                assert total(parts).residual == 0
            then = now


def test_classes_are_not_added() -> None:
    """Two sums of one class and unit make one; any two others are refused, by name."""
    cash, more = BenefitSum("cashable", "EUR", Decimal(1)), BenefitSum("cashable", "EUR", Decimal("0.5"))
    assert cash + more == BenefitSum("cashable", "EUR", Decimal("1.5"))
    for other in (
        BenefitSum("avoidance", "EUR", Decimal(1)), BenefitSum("capacity", "hours", Decimal(1)),
        BenefitSum("cashable", "USD", Decimal(1)),
    ):  # fmt: skip
        with pytest.raises(MixedClassesError, match="are not added"):
            cash + other
    assert len(sums_of([cash, more, BenefitSum("avoidance", "EUR", Decimal(2))])) == 2
