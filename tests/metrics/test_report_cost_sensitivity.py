"""What the unit cost depends on: each assumption at its ends by hand, ranked, and priced again by a plain loop."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.cost import reasons
from metrics.cost.cost_per_transaction import COST_PER_TRANSACTION
from metrics.published import COST_SENSITIVITY
from metrics.reports.cost_sensitivity import rows
from metrics.reports.people_work import told_of_steps
from metrics.stream import Stream
from tests.metrics.builder import STREAM, World
from tests.metrics.worlds import few

MICRO = Decimal("0.000001")


def _stream(*steps: dict[str, Any]) -> Stream:
    return Stream.model_validate(STREAM.model_dump(exclude_unset=True) | {"steps": list(steps)})


def _rows(world: World, stream: Stream = STREAM, period: str = "2026-Q1") -> dict[tuple[str, str], dict[str, Any]]:
    found = [dict(row) for row in rows(world.connection, stream) if row["period"] == period]
    assert all(tuple(row) == COST_SENSITIVITY.column_names for row in found)
    ranks = [row["rank"] for row in found]
    assert ranks in (list(range(1, len(found) + 1)), [None] * len(found))
    return {(str(row["kind"]), str(row["name"])): row for row in found}


def _delivered(count: int) -> World:
    world = World()
    for number in range(count):
        world.case(f"c{number}", 1.0, 2.0)
    return world


def test_a_rate_by_hand() -> None:
    """2.5 hours at EUR 40, which could be 36 or 50, and EUR 20 of licences; 4 delivered: 27.50 to 36.25, now 30."""
    world = _delivered(4).rate("r1", "40", low=Decimal(36), high=Decimal(50)).bill("b1", "20")
    world.cost("100", quantity=2.5).cost("20", cost_class="licence", rate_id="b1", driver="seats", basis="idle")
    assert _rows(world)["rate", "r1"] == {
        "stream": "made", "period": "2026-Q1", "rank": 1, "kind": "rate", "cost_class": "people", "name": "r1",
        "driver": "clerk", "unit": "hour", "assumed": Decimal(40), "low": Decimal(36), "high": Decimal(50),
        "basis": "told", "cost_low": Decimal(110), "cost_high": Decimal(145), "unit_cost": Decimal(30),
        "unit_low": Decimal("27.5"), "unit_high": Decimal("36.25"), "swing": Decimal("8.75"), "currency": "EUR",
        "reason": None,
    }  # fmt: skip


def test_money_is_rounded_once() -> None:
    """1.000000499 hours at EUR 1 are EUR 1.000000, as `costs` has it: the seventh digit is no 5 that rounds up."""
    world = _delivered(1).rate("r1", "2", low=Decimal(1), high=Decimal(2))
    world.cost("2.000001", quantity=1.000000499)
    found = _rows(world)["rate", "r1"]
    assert (found["cost_low"], found["cost_high"]) == (Decimal("1.000000"), Decimal("2.000001"))


def test_bills_of_one_driver_together() -> None:
    """The bills of a driver in the quarter share their doubt: all at the low end, all at the high end; the bills of
    another quarter are not in it."""
    world = _delivered(2).bill("b1", "20", low=Decimal(10), high=Decimal(21)).case("late", 100.0)
    world.bill("b2", "30", dt.date(2026, 2, 1), low=Decimal(30), high=Decimal(40))
    world.bill("b3", "90", dt.date(2026, 4, 1))
    for bill, amount, day in (("b1", "15", 1.0), ("b1", "5", 2.0), ("b2", "30", 40.0), ("b3", "90", 100.0)):
        world.cost(amount, day, cost_class="licence", rate_id=bill, driver="seats", basis="started cases")
    found = _rows(world)["bill", "seats"]
    assert [found[name] for name in ("assumed", "low", "high", "unit_low", "unit_high")] == [50, 40, 61, 20, 30.5]
    assert found["basis"] == "told"


def test_what_is_not_told_is_a_tenth_and_says_so() -> None:
    """Without a range a tenth less and more, labelled; one end told is partly told; a credit has its low end below."""
    world = _delivered(1).rate("r1", "40").rate("r2", "10", driver="expert", high=Decimal(30)).bill("b1", "-20")
    world.cost("40").cost("10", rate_id="r2", driver="expert")
    world.cost("-20", cost_class="licence", rate_id="b1", driver="seats", basis="started cases")
    found = _rows(world)
    assert [found["rate", "r1"][name] for name in ("low", "high", "basis")] == [36, 44, "assumed for this table"]
    assert [found["rate", "r2"][name] for name in ("low", "high", "basis")] == [9, 30, "partly told"]
    assert [found["bill", "seats"][name] for name in ("low", "high")] == [-22, -18]
    assert [found["rate", "r2"]["rank"], found["rate", "r1"]["rank"], found["bill", "seats"]["rank"]] == [1, 2, 3]


def test_standard_minutes_by_hand() -> None:
    """Two checks of 30 minutes and a note of 12, at EUR 60 an hour: checks of 15 make EUR 42 of 72, of 45 EUR 102."""
    check = {"name": "check", "standard_minutes": 30, "standard_minutes_low": 15, "standard_minutes_high": 45}
    stream = _stream(check, {"name": "note", "standard_minutes": 12})
    world = _delivered(1).rate("r1", "60")
    for step in ("check", "check", "note"):
        world.visit("c0", step, 1.0, role="clerk")
    world.visit("c0", "check", 1.0, 90, role="clerk")  # measured: not an assumption
    world.cost("72", quantity=1.2, case_id="c0", basis="standard minutes").cost("90", quantity=1.5, case_id="c0")
    found = _rows(world, stream)
    told = found["standard_minutes", "check"]
    names = ("assumed", "low", "high", "cost_low", "cost_high", "basis")
    assert [told[name] for name in names] == [30, 15, 45, 132, 192, "told"]
    note = found["standard_minutes", "note"]
    assert [note[name] for name in ("low", "cost_low", "basis")] == [
        Decimal("10.8"), Decimal("160.8"), "assumed for this table",
    ]  # fmt: skip


def test_minutes_move_only_what_people_of_the_stream_cost() -> None:
    """A check of 30 minutes at EUR 60 an hour: EUR 30, and 15 at its low end; what is metered, or of others, stays."""
    stream = _stream({"name": "check", "standard_minutes": 30, "standard_minutes_low": 15})
    world = _delivered(1).rate("r1", "60").rate("r1", "60", stream="other")
    told: dict[str, Any] = {"quantity": 0.5, "case_id": "c0", "basis": "standard minutes"}
    world.visit("c0", "check", 1.0, role="clerk").cost("30", **told)
    world.cost("7", cost_class="compute", **told).cost("90", stream="other", **told)
    world.visit("c0", "check", 1.0, 0, role="clerk")  # measured, though it took no time
    row = _rows(world, stream)["standard_minutes", "check"]
    assert [row[name] for name in ("cost_low", "unit_cost", "basis")] == [22, 37, "partly told"]


def test_a_bill_of_the_same_id_is_no_rate() -> None:
    """EUR 40 of work at rate r1 and EUR 20 of a bill r1: a tenth less of the rate is EUR 4 less, of the bill EUR 2."""
    world = _delivered(1).rate("r1", "40").bill("r1", "20").cost("40")
    found = _rows(world.cost("20", cost_class="licence", rate_id="r1", driver="seats", basis="started cases"))
    assert {key: row["cost_low"] for key, row in found.items()} == {("rate", "r1"): 56, ("bill", "seats"): 58}


def test_what_weighs_the_same_stands_by_name() -> None:
    """Six assumptions with one swing: by kind, then by class of cost, then by name; what moves nothing is last."""
    world = _delivered(4).bill("b1", "10", driver="seats").bill("b2", "10", driver="desks")
    for name, cost_class in (("r3", "people"), ("r2", "people"), ("r1", "people"), ("r4", "compute")):
        world.rate(name, "10", cost_class=cost_class, driver=name)
        world.cost("10", rate_id=name, driver=name, cost_class=cost_class)
    for bill, driver in (("b1", "seats"), ("b2", "desks")):
        world.cost("10", cost_class="licence", rate_id=bill, driver=driver, basis="started cases")
    world.rate("r0", "10", driver="r0", low=Decimal(10), high=Decimal(10)).cost("10", rate_id="r0", driver="r0")
    assert list(_rows(world)) == [
        ("bill", "desks"), ("bill", "seats"), ("rate", "r4"), ("rate", "r1"), ("rate", "r2"), ("rate", "r3"),
        ("rate", "r0"),
    ]  # fmt: skip


def test_the_first_entry_of_a_step_that_tells_is_taken() -> None:
    """Entries of one name tell role and minutes together: of each the first that is told, with its own range."""
    stream = _stream(
        {"name": "check", "label": "Check"}, {"name": "check", "role": "clerk"},
        {"name": "check", "role": "expert", "standard_minutes": 5, "standard_minutes_high": 6.5},
        {"name": "check", "standard_minutes": 9, "standard_minutes_low": 8}, {"name": "note"},
    )  # fmt: skip
    assert told_of_steps(stream) == [
        {"step": "check", "role": "clerk", "minutes": Decimal(5), "low": None, "high": Decimal("6.5")},
        {"step": "note", "role": None, "minutes": None, "low": None, "high": None},
    ]


def test_only_what_the_cost_rests_on() -> None:
    """A rate nobody worked at and a bill of no row have no row; neither has a step that is always measured."""
    world = _delivered(1).rate("r1", "40").rate("r2", "90").bill("b1", "5").cost("40")
    world.visit("c0", "check", 1.0, 60, role="clerk")
    world.cost(
        None, cost_class="licence", rate_id="b1", driver="seats", basis="started cases"
    )  # no money of it is told
    assert list(_rows(world, _stream({"name": "check", "standard_minutes": 30}))) == [("rate", "r1")]


@pytest.mark.parametrize(
    ("delivered", "reason"),
    [(1, reasons.UNPRICED), (0, reasons.NOTHING_COMPLETED)],
)
def test_without_a_unit_cost(delivered: int, reason: str) -> None:
    """A blocked quarter, or one in which nothing was completed, has assumptions but no rank, and the reason."""
    world = _delivered(delivered).case("open", 1.0).rate("r1", "40").cost("40")
    if delivered:
        world.cost(None)
    (found,) = _rows(world).values()
    unknown = ("rank", "unit_cost", "unit_low", "unit_high", "swing")
    assert [found[name] for name in unknown] == [None] * 5
    assert found["reason"] == reason


def test_an_empty_quarter() -> None:
    """A quarter without cost rests on no assumption."""
    world = _delivered(1).rate("r1", "40").cost("40").case("late", 200.0, 201.0)
    assert _rows(world, period="2026-Q2") == {}


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"standard_minutes_low": 5}, "has a range but no standard_minutes"),
        ({"standard_minutes": 6, "standard_minutes_low": 7}, "6 must lie between .* not outside 7 to …"),
        ({"standard_minutes": 6, "standard_minutes_high": 5}, "6 must lie between .* not outside … to 5"),
    ],
)
def test_a_range_holds_what_it_is_of(told: dict[str, float], message: str) -> None:
    """Standard minutes outside their own range are refused, and so is a range of nothing."""
    with pytest.raises(ValueError, match=message):
        _stream({"name": "check", **told})


minutes = st.integers(1, 900).map(lambda tenths: tenths / 10)
work = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(("x", "y")), st.booleans()), min_size=1, max_size=12)


@few
@given(work=work, told=st.tuples(minutes, minutes), cents=st.tuples(st.integers(1, 20000), st.integers(1, 20000)))
def test_oracle(work: list[tuple[str, str, bool]], told: tuple[float, float], cents: tuple[int, int]) -> None:
    """Each end is what a loop finds that makes all costs anew with that one assumption changed, to the last digit."""
    steps = dict(zip("xy", (Decimal(str(each)) for each in told), strict=True))
    rates = dict(zip("ab", (Decimal(each) / 100 for each in cents), strict=True))
    world = World().case("a", 1.0, 2.0).case("b", 1.0, 2.0)
    for case, rate in rates.items():
        world.rate(f"r-{case}", str(rate), driver=case, low=rate / 2, high=rate * 3)
    for case, step, is_measured in work:
        world.visit(case, step, 1.0, 7 if is_measured else None, role=case)
    for (case, is_measured), (hours, amount) in _costs(work, steps, rates).items():
        basis = "measured" if is_measured else "standard minutes"
        world.cost(
            str(amount), case_id=case, driver=case, rate_id=f"r-{case}", basis=basis, quantity=float(hours)
        )  # fmt: skip
    stream = _stream(*({"name": name, "standard_minutes": float(each)} for name, each in steps.items()))
    found = _rows(world, stream)
    for (kind, name), row in found.items():
        for end in ("low", "high"):
            changed = {"steps": dict(steps), "rates": dict(rates)}
            target = changed["rates" if kind == "rate" else "steps"]
            target[name.removeprefix("r-")] = row[end]
            made = sum(amount for _, amount in _costs(work, changed["steps"], changed["rates"]).values())
            assert row[f"cost_{end}"] == made
        assert float(row["unit_cost"]) == pytest.approx(world.value(COST_PER_TRANSACTION), abs=1e-6)
    assert {name for kind, name in found if kind == "standard_minutes"} == {s for _, s, known in work if not known}
    assert {name for kind, name in found if kind == "rate"} == {f"r-{case}" for case, _, _ in work}


def _costs(
    work: list[tuple[str, str, bool]], steps: dict[str, Decimal], rates: dict[str, Decimal]
) -> dict[tuple[str, bool], tuple[Decimal, Decimal]]:
    """Hours and money by case and basis, as the definition of people cost says."""
    spent: dict[tuple[str, bool], Decimal] = defaultdict(Decimal)
    for case, step, is_measured in work:
        spent[case, is_measured] += Decimal(7) if is_measured else steps[step]
    found = {}
    for key, all_minutes in spent.items():
        hours = (all_minutes / 60).quantize(Decimal("1e-9"), ROUND_HALF_UP)
        found[key] = (hours, (hours * rates[key[0]]).quantize(MICRO, ROUND_HALF_UP))
    return found
