"""Why a quarter cost more than the one before: by hand, in every state without a bridge, and against a plain loop."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.cost import reasons
from metrics.cost.cost_per_transaction import COST_PER_TRANSACTION
from metrics.periods import whole
from metrics.published import COST_VARIANCE
from metrics.reports.cost_variance import rows
from metrics.stream import Stream
from tests.metrics.builder import STREAM, World
from tests.metrics.worlds import few

SPRING = 100.0  # a day of the second quarter
TERMS = ("volume", "efficiency", "mix", "rate", "idle", "spending")
CLASSES = ("people", "compute", "licence", "shared")
Cost = tuple[str, str, str, int, int, bool]


def _rows(world: World) -> dict[tuple[str, str, str], dict[str, Any]]:
    found = list(rows(world.connection, STREAM))
    assert all(tuple(row) == COST_VARIANCE.column_names for row in found)
    return {(str(row["period"]), str(row["measure"]), str(row["cost_class"])): dict(row) for row in found}


def _terms(row: dict[str, Any]) -> dict[str, Decimal]:
    """What is not 0."""
    return {term: row[f"{term}_amount"] for term in TERMS if row[f"{term}_amount"]}


def _delivered(winter: int, spring: int) -> World:
    world = World()
    for number in range(winter):
        world.case(f"w{number}", 1.0, 2.0)
    for number in range(spring):
        world.case(f"s{number}", SPRING, SPRING + 1)
    return world


def _work(world: World, hours: float, amount: str, day: float, driver: str = "clerk") -> World:
    return world.cost(amount, day, quantity=hours, driver=driver, case_id=None)


def test_by_hand() -> None:
    """4 cases at 10 h of 50 and a licence of 40, then 5 at 11 h of 52 and a licence of 47."""
    world = _work(_work(_delivered(4, 5), 10, "500", 1.0), 11, "572", SPRING)
    for amount, day in (("40", 1.0), ("47", SPRING)):
        world.cost(amount, day, cost_class="licence", basis="started cases", driver="suite")
    found = _rows(world)
    assert found["2026-Q2", "cost", "people"] == {
        "stream": "made", "period": "2026-Q2", "before_period": "2026-Q1", "measure": "cost", "cost_class": "people",
        "before_cases": 4, "after_cases": 5, "before_amount": 500, "volume_amount": 125, "efficiency_amount": -75,
        "mix_amount": 0, "rate_amount": 22, "idle_amount": 0, "spending_amount": 0, "after_amount": 572,
        "residual_amount": 0, "currency": "EUR", "reason": None,
    }  # fmt: skip
    assert _terms(found["2026-Q2", "cost", "licence"]) == {"spending": 7}
    assert _terms(found["2026-Q2", "cost", "all"]) == {"volume": 125, "efficiency": -75, "rate": 22, "spending": 7}
    # For a case the licence is spread over 5 instead of 4: 40/5 − 40/4.
    assert _terms(found["2026-Q2", "unit_cost", "all"]) == {
        "volume": -2, "efficiency": -15, "rate": Decimal("4.4"), "spending": Decimal("1.4"),
    }  # fmt: skip


def test_a_volume_dip_shows_as_volume_and_idle() -> None:
    """Half the cases on the same machines and licences, each with the same work: nobody is called inefficient."""
    world = _delivered(8, 4)
    for day, cases in ((1.0, 8), (SPRING, 4)):
        _work(world, cases, str(50 * cases), day)
        world.cost(str(10 * cases), day, cost_class="compute", driver="cpu", basis="usage of the bill", quantity=cases)
        world.cost(str(100 - 10 * cases), day, cost_class="compute", driver="cpu", basis="idle", case_id=None)
        world.cost("60", day, cost_class="licence", basis="finished cases", driver="suite", quantity=cases)
    found = _rows(world)
    assert _terms(found["2026-Q2", "cost", "all"]) == {"volume": -240, "idle": 40}
    assert _terms(found["2026-Q2", "unit_cost", "all"]) == {"volume": 10, "idle": 10}


def test_a_cheaper_role_takes_over() -> None:
    """Roles share the hour, so their shares are mix; metered drivers do not, so each is held against itself."""
    world = _delivered(2, 2)
    for day, clerk, expert in ((1.0, 1, 3), (SPRING, 3, 1)):
        _work(world, clerk, str(30 * clerk), day)
        _work(world, expert, str(90 * expert), day, "expert")
        for driver, used in (("cpu", clerk), ("disk", expert)):
            amount = str(used * (1 if driver == "cpu" else 9))
            world.cost(amount, day, cost_class="compute", driver=driver, basis="usage of the bill", quantity=used)
    found = _rows(world)
    assert _terms(found["2026-Q2", "cost", "people"]) == {"mix": -120}
    assert _terms(found["2026-Q2", "cost", "compute"]) == {"efficiency": -16}


def test_a_new_class() -> None:
    """A licence that began is spending; a quarter's classes are those of either side."""
    world = _work(_work(_delivered(1, 1), 1, "10", 1.0), 1, "10", SPRING)
    world.cost("5", SPRING, cost_class="licence", basis="started cases")
    assert _terms(_rows(world)["2026-Q2", "cost", "licence"]) == {"spending": 5}


def test_money_is_told_in_its_currency() -> None:
    """The one of the costs; a quarter without any is told in the one of the stream file."""
    world = _delivered(1, 1).cost("10", 1.0, currency="CHF")
    stream = Stream.model_validate(STREAM.model_dump(exclude_unset=True) | {"costs": {"currency": "SEK"}})
    found = {row["period"]: row["currency"] for row in rows(world.connection, stream)}
    assert found == {"2026-Q1": "CHF", "2026-Q2": "SEK"}


@pytest.mark.parametrize("hours", [0.0, None])
def test_money_for_no_hours_has_no_rate(hours: float | None) -> None:
    """What was paid for no use, or for use that nobody told, has no rate: the hours that come are efficiency."""
    world = _delivered(1, 1).cost("10", 1.0, quantity=hours).cost("30", SPRING, quantity=2.0)
    assert _terms(_rows(world)["2026-Q2", "cost", "people"]) == {"efficiency": 20}


def _only_reason(world: World, period: str) -> str:
    """The one reason that both measures give, with every amount unknown."""
    found = [row for (key, _, _), row in _rows(world).items() if key == period]
    assert [row["cost_class"] for row in found] == ["all", "all"]
    amounts = [value for row in found for name, value in row.items() if name.endswith("_amount")]
    assert amounts == [None] * len(amounts)
    (reason,) = {row["reason"] for row in found}
    return str(reason)


def test_no_quarter_before() -> None:
    """The first quarter has nothing to be held against, and no 0 stands for it."""
    assert _only_reason(_work(_delivered(1, 0), 1, "10", 1.0), "2026-Q1") == reasons.NO_QUARTER_BEFORE


def test_an_empty_quarter() -> None:
    """A quarter without cost has no bridge, and neither has the one after it."""
    world = _work(_delivered(1, 1), 1, "10", 1.0).case("late", 200.0, 201.0)
    _work(world, 1, "10", 200.0)
    assert _only_reason(world, "2026-Q2") == reasons.NO_COST
    assert _only_reason(world, "2026-Q3") == reasons.NO_COST_BEFORE


@pytest.mark.parametrize(("day", "reason"), [(1.0, reasons.UNPRICED_BEFORE), (SPRING, reasons.UNPRICED)])
def test_a_blocked_quarter(day: float, reason: str) -> None:
    """Work without a price on either side: no bridge, as a part of the change would be a missing price."""
    world = _work(_work(_delivered(1, 1), 1, "10", 1.0), 1, "10", SPRING).cost(None, day)
    assert _only_reason(world, "2026-Q2") == reason


def test_only_unpriced_work_is_a_blocked_quarter() -> None:
    """A quarter whose every row lacks a price is blocked, not empty."""
    world = _work(_delivered(1, 1), 1, "10", 1.0).cost(None, SPRING)
    assert _only_reason(world, "2026-Q2") == reasons.UNPRICED


@pytest.mark.parametrize(
    ("winter", "spring", "reason"),
    [(0, 1, reasons.NOTHING_COMPLETED_BEFORE), (1, 0, reasons.NOTHING_COMPLETED)],
)
def test_nothing_completed(winter: int, spring: int, reason: str) -> None:
    """Without a completed case on either side volume cannot be told."""
    world = _work(_work(_delivered(winter, spring), 1, "10", 1.0), 1, "10", SPRING)
    world.case("open", 1.0).case("later", SPRING)
    assert _only_reason(world, "2026-Q2") == reason


costs = st.lists(
    st.tuples(
        st.sampled_from(CLASSES), st.sampled_from(("a", "b")),
        st.sampled_from(("measured", "standard minutes", "usage of the bill", "idle", "started cases")),
        st.integers(1, 10**6), st.integers(-(10**7), 10**9), st.booleans(),
    ),
    min_size=1, max_size=25,
)  # fmt: skip


@few
@given(told=costs, delivered=st.tuples(st.integers(1, 6), st.integers(1, 6)))
def test_oracle(told: list[Cost], delivered: tuple[int, int]) -> None:
    """The terms are those of a loop over the rows in floating point; the residual is 0.000000, and the ends are the
    published unit costs."""
    world = _work(_work(_delivered(*delivered), 1, "10", 1.0), 1, "10", SPRING)
    rows_told: list[Cost] = [("people", "clerk", "measured", 1000, 10**7, late) for late in (False, True)]
    for cost_class, driver, basis, thousandths, millionths, is_late in told:
        world.cost(
            str(Decimal(millionths) / 10**6), SPRING if is_late else 1.0, cost_class=cost_class, driver=driver,
            basis=basis, quantity=thousandths / 1000,
        )  # fmt: skip
        rows_told.append((cost_class, driver, basis, thousandths, millionths, is_late))
    found = _rows(world)
    for measure in ("cost", "unit_cost"):
        parts = [row for (period, m, c), row in found.items() if (period, m) == ("2026-Q2", measure) and c != "all"]
        together = found["2026-Q2", measure, "all"]
        assert together["residual_amount"] == 0
        assert all(row["residual_amount"] == 0 for row in parts)
        for name in ("before_amount", *(f"{term}_amount" for term in TERMS), "after_amount"):
            assert sum(row[name] for row in parts) == together[name]
    for row in (row for (period, m, _), row in found.items() if (period, m) == ("2026-Q2", "cost")):
        expected = _naive([r for r in rows_told if row["cost_class"] in (r[0], "all")], delivered)
        assert [float(row[f"{term}_amount"]) for term in TERMS] == pytest.approx(expected, rel=1e-6, abs=1e-3)
    spring = whole(dt.date(2026, 4, 1), dt.date(2026, 6, 30))
    unit = world.value(COST_PER_TRANSACTION, period=spring)
    assert float(found["2026-Q2", "unit_cost", "all"]["after_amount"]) == pytest.approx(unit, abs=1e-6)


def _naive(told: Sequence[Cost], delivered: tuple[int, int]) -> list[float]:
    """The six terms by the book, term by term and class by class."""
    terms = [0.0] * 6
    growth = delivered[1] / delivered[0]
    for cost_class in CLASSES:
        mine = [r for r in told if r[0] == cost_class]
        for place, bases in ((4, ("idle",)), (5, ("started cases",))):
            terms[place] += sum((1 if r[5] else -1) * r[4] / 1e6 for r in mine if r[2] in bases)
        used = [r for r in mine if r[2] not in ("idle", "started cases")]
        names = sorted({r[1] for r in used})
        for group in [names] if cost_class == "people" else [[name] for name in names]:
            q = {
                (n, late): sum(r[3] / 1e3 for r in used if r[1] == n and r[5] == late) for n in group for late in (0, 1)
            }
            a = {
                (n, late): sum(r[4] / 1e6 for r in used if r[1] == n and r[5] == late) for n in group for late in (0, 1)
            }
            hours = [sum(q[n, late] for n in group) for late in (0, 1)]
            spent = [sum(a[n, late] for n in group) for late in (0, 1)]
            old_rates = sum(q[n, 1] * a[n, 0] / q[n, 0] if q[n, 0] else a[n, 1] for n in group)
            mean_rate = hours[1] * spent[0] / hours[0] if hours[0] else old_rates
            terms[0] += spent[0] * (growth - 1)
            terms[1] += mean_rate - spent[0] * growth
            terms[2] += old_rates - mean_rate
            terms[3] += spent[1] - old_rates
    return terms
