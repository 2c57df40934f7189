"""Cost of poor quality: which visits are in which line, what is left out and said to be, and a plain loop."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.cost import reasons
from metrics.published import COST_OF_POOR_QUALITY
from metrics.reports.cost_of_poor_quality import rows
from metrics.stream import Stream
from tests.metrics.builder import STREAM, World
from tests.metrics.worlds import few

FAILING = {"name": "rejection", "severity": 3, "detected": ["x"], "remediated": ["y"], "steady": ["y"]}


def _stream(**told: Any) -> Stream:
    usual = STREAM.model_dump(exclude_unset=True) | {"failures": [FAILING]}
    return Stream.model_validate(usual | told)


def _rows(world: World, stream: Stream | None = None, period: str = "2026-Q1") -> dict[str, dict[str, Any]]:
    found = list(rows(world.connection, stream or _stream()))
    assert all(tuple(row) == COST_OF_POOR_QUALITY.column_names for row in found)
    return {str(row["line"]): dict(row) for row in found if row["period"] == period}


def _checked(**told: Any) -> World:
    """One case of 60 minutes' work on a day, EUR 60, of which the second visit took 20."""
    world = World().case("a", 1.0, 2.0).visit("a", "check", 1.0, 40, role="clerk")
    return world.visit("a", "check", 1.1, 20, role="clerk", **told).cost("60", case_id="a", quantity=1.0)


def test_rework_by_hand() -> None:
    """A check done again for 20 of 60 minutes at EUR 60 costs EUR 20; a bill is in the cost and in no line."""
    world = _checked(rework_kind="loop").cost("20", cost_class="licence", basis="started cases", case_id="a")
    found = _rows(world)
    assert found["rework"] == {
        "stream": "made", "period": "2026-Q1", "line": "rework", "is_in_cost": True, "amount": Decimal(20),
        "cost_share": 0.25, "quantity": pytest.approx(1 / 3), "unit": "hours", "items": 1, "uncosted_items": 0,
        "counted_before_amount": None, "cost_amount": Decimal(80), "untraced_amount": Decimal(20), "currency": "EUR",
        "reason": None,
    }  # fmt: skip
    assert found["failures"]["amount"] == 0


def test_work_of_a_microsecond_is_work() -> None:
    """However short all of a day was, its cost belongs to it; only work of no length at all can share none out."""
    world = World().case("a", 1.0, 2.0).visit("a", "check", 1.0, 1 / 60e6, role="clerk", rework_kind="loop")
    assert _rows(world.cost("60", case_id="a", quantity=1 / 3600e6))["rework"]["amount"] == 60


def test_kinds_that_do_not_count() -> None:
    """A move back that the stream does not count is no rework, and an allowed repeat is none either."""
    assert _rows(_checked(rework_kind="backward"))["rework"]["amount"] == 0
    counting = _stream(rework={"counts": ["backward"]})
    assert _rows(_checked(rework_kind="backward"), counting)["rework"]["amount"] == 20
    assert _rows(_checked(is_allowed_repeat=True))["rework"]["amount"] == 0


def test_failures_by_hand() -> None:
    """Work in an episode, from detection to steady state, both ends included; work before and after is none."""
    for detected, steady, expected in ((1.1, 1.1, 20), (1.0, 1.05, 40), (1.0, None, 60), (1.11, 9.0, 0), (0.1, 0.9, 0)):
        found = _rows(_checked().failure("f", detected, steady, case_id="a"))
        assert found["failures"]["amount"] == expected
        assert found["rework"]["amount"] == 0


def test_no_visit_is_in_both() -> None:
    """Rework within an episode is rework, and what of the episode it holds is told beside the failures."""
    found = _rows(_checked(rework_kind="rejection").failure("f", 1.0, 2.0, case_id="a").failure("g", 1.0, case_id="a"))
    assert [found[line]["amount"] for line in ("rework", "failures")] == [20, 40]
    assert found["failures"]["counted_before_amount"] == 20
    assert found["failures"]["items"] == 1


def test_failures_of_others() -> None:
    """An episode of another case, or of the whole stream, tells nothing of whose work repaired it."""
    world = _checked().failure("f", 1.0, 2.0, case_id="b").failure("g", 1.0, 2.0, level="stream", case_id=None)
    assert _rows(world)["failures"]["amount"] == 0


def test_standard_minutes() -> None:
    """An instant counts with the standard minutes of its step, on the row of that basis; without any it is counted
    as a visit whose work is not known."""
    stream = _stream(steps=[{"name": "check", "standard_minutes": 30, "role": "clerk"}, {"name": "note"}])
    world = World().case("a", 1.0, 2.0).visit("a", "check", 1.0).visit("a", "check", 1.1, rework_kind="loop")
    world.visit("a", "note", 1.2, rework_kind="self_loop").visit("a", "check", 1.3, 10, rework_kind="loop")
    world.cost("50", case_id="a", basis="standard minutes").cost("7", case_id="a", basis="measured")
    found = _rows(world, stream)["rework"]
    assert (found["amount"], found["items"], found["uncosted_items"]) == (Decimal(32), 2, 1)


def test_work_of_others_is_not_costed() -> None:
    """Systems, visits that another case counts and work in progress are in no row of people cost, so in no line."""
    world = _checked().visit("a", "check", 1.0, 20, role="clerk", rework_kind="loop", performer_kind="system")
    world.visit("a", "check", 1.0, 20, role="clerk", rework_kind="loop", is_counted=False)
    world.visit("a", "check", 1.0, 20, role="clerk", rework_kind="loop", ended_at=None)
    stream = _stream(steps=[{"name": "check", "standard_minutes": 30}])
    found = _rows(world, stream)["rework"]
    assert (found["amount"], found["items"], found["uncosted_items"]) == (0, 0, 0)


def test_only_people_of_the_stream_are_in_the_lines() -> None:
    """What was metered for the case on the day is not of its visits; nor is what another stream pays or fails at."""
    world = _checked(rework_kind="loop").cost("30", cost_class="compute", case_id="a")
    world.cost("60", case_id="a", stream="other").failure("f", 0.5, 3.0, case_id="a", stream="other")
    found = _rows(world)
    assert [found[line]["amount"] for line in ("rework", "failures")] == [20, 0]


def test_no_work_costs_nothing_however_dear_it_is() -> None:
    """At EUR 600 a minute not a millionth is put down to rework or failures where there are none."""
    found = _rows(World().case("a", 1.0, 2.0).visit("a", "check", 1.0, 1, role="clerk").cost("600", case_id="a"))
    assert [found[line]["amount"] for line in ("rework", "failures")] == [0, 0]
    assert found["failures"]["counted_before_amount"] == 0


def test_work_of_no_time_has_no_part() -> None:
    """Where the only visit took no time there is no work that an amount can be traced to, and the reason says so."""
    world = World().case("a", 1.0, 2.0).visit("a", "check", 1.0, 0, role="clerk", rework_kind="loop")
    found = _rows(world.cost("0", case_id="a", quantity=0.0))["rework"]
    assert (found["amount"], found["reason"], found["items"]) == (None, reasons.NO_TRACED_WORK, 1)


def test_a_visit_of_no_length_is_measured() -> None:
    """Started and ended at one instant it took no time; the standard minutes of its step are not asked for."""
    stream = _stream(steps=[{"name": "check", "standard_minutes": 30, "role": "clerk"}])
    world = World().case("a", 1.0, 2.0).visit("a", "check", 1.0, 40, role="clerk")
    world.visit("a", "check", 1.1, 0, role="clerk", rework_kind="loop").cost("60", case_id="a")
    found = _rows(world, stream)["rework"]
    assert (found["amount"], found["quantity"], found["items"], found["uncosted_items"]) == (0, 0, 1, 0)


def test_work_of_nobody_told_is_that_of_an_unknown_role() -> None:
    """Neither the event nor the stream file says who: the row of cost that holds it is of an unknown role."""
    world = World().case("a", 1.0, 2.0).visit("a", "check", 1.0, 40).visit("a", "check", 1.1, 20, rework_kind="loop")
    assert _rows(world.cost("60", case_id="a", driver="unknown role"))["rework"]["amount"] == 20


def test_waiting_by_hand() -> None:
    """Days that cases were open in the quarter: 1.5, and 10 of an open one to the newest event, at EUR 4 a day."""
    stream = _stream(costs={"delay_cost_per_day": "4"})
    world = World().case("a", 1.0, 2.5).case("b", 1.0, last_event=11.0).case("flagged", 5.0, 4.0)
    found = _rows(world, stream)["waiting_open"]
    assert (found["amount"], found["quantity"], found["unit"], found["items"]) == (Decimal(46), 11.5, "case days", 2)
    assert (found["is_in_cost"], found["cost_share"]) == (False, None)


def test_waiting_is_cut_at_local_midnight() -> None:
    """A case open across the end of a quarter counts in each for its part, by the stream's days, not by UTC."""
    stream = _stream(time_zone="America/New_York", costs={"delay_cost_per_day": 24})
    world = World().case("a", 86.0, 88.0)  # from 31 March 0:00 UTC; the quarter ends on 1 April 4:00 UTC
    assert _rows(world, stream)["waiting_open"]["amount"] == 28
    assert _rows(world, stream, "2026-Q2")["waiting_open"]["amount"] == 20


def test_a_quarter_in_which_nothing_was_open() -> None:
    """Between two quarters with cases, one without: nobody waited for anything, and that costs nothing."""
    stream = _stream(costs={"delay_cost_per_day": "4"})
    found = _rows(World().case("a", 1.0, 2.0).case("b", 200.0, 201.0), stream, "2026-Q2")["waiting_open"]
    assert (found["items"], found["quantity"], found["amount"]) == (0, 0, 0)


def test_money_is_told_in_its_currency() -> None:
    """The one of the costs; a quarter without any is told in the one of the stream file."""
    stream = _stream(costs={"currency": "SEK", "delay_cost_per_day": "4"})
    world = World().case("a", 1.0, 2.0).case("b", 100.0, 101.0).cost("10", case_id="a", currency="CHF")
    told = {
        quarter: {row["currency"] for row in _rows(world, stream, quarter).values()}
        for quarter in ("2026-Q1", "2026-Q2")
    }
    assert told == {"2026-Q1": {"CHF"}, "2026-Q2": {"SEK"}}


def test_no_cost_of_delay() -> None:
    """Without a cost of delay in the stream file waiting has no amount, never 0, and the reason names the entry."""
    found = _rows(_checked())["waiting_open"]
    assert found["amount"] is None
    assert found["reason"] == reasons.NO_COST_OF_DELAY
    assert found["quantity"] == 1.0


def test_blocked_by_work_without_a_rate() -> None:
    """Work without a rate blocks both lines; a bill without one leaves the amount and takes the share."""
    found = _rows(_checked(rework_kind="loop").cost(None, case_id="a", driver="expert"))
    assert [found[line]["amount"] for line in ("rework", "failures")] == [None, None]
    assert found["rework"]["reason"] == reasons.UNPRICED_WORK
    found = _rows(_checked(rework_kind="loop").cost(None, cost_class="compute", basis="no bill"))
    assert (found["rework"]["amount"], found["rework"]["cost_share"]) == (20, None)
    assert found["rework"]["untraced_amount"] is None


def test_nothing_to_tell() -> None:
    """No cost, no work that can be traced to visits, no failure that anything tells: each with its reason."""
    assert _rows(World().case("a", 1.0, 2.0))["rework"]["reason"] == reasons.NO_COST
    billed = World().case("a", 1.0, 2.0).cost("5", cost_class="licence", basis="started cases")
    assert _rows(billed)["rework"]["reason"] == reasons.NO_TRACED_WORK
    untold = _rows(_checked(), STREAM)["failures"]
    assert untold["reason"] == reasons.NO_FAILURES_TOLD
    assert untold["amount"] is None
    assert _rows(_checked(), STREAM)["rework"]["reason"] is None  # rework is told by steps
    watched = {"watch": [{"name": "rejects", "steps": ["check", "x"], "failing_steps": ["x"]}]}
    assert _rows(_checked(), _stream(failures=[], incidents=watched))["failures"]["amount"] == 0
    told_by_events = _rows(_checked().failure("f", 1.0, 2.0, case_id="a"), STREAM)["failures"]
    assert told_by_events["amount"] == 60


def test_cost_of_delay_must_be_money() -> None:
    """A cost of delay of nothing, or finer than a millionth, is refused."""
    for wrong in (0, -1, "0.0000001", "much"):
        with pytest.raises(ValueError, match="delay_cost_per_day"):
            _stream(costs={"delay_cost_per_day": wrong})


# case, day, role, minutes (None: an instant), kind of rework
visits = st.lists(
    st.tuples(
        st.sampled_from("ab"), st.integers(0, 3 * 96), st.sampled_from(("clerk", "expert")),
        st.none() | st.integers(1, 90), st.sampled_from((None, None, "loop", "rejection", "backward")),
    ),
    min_size=1, max_size=20,
)  # fmt: skip
episodes = st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 300), st.none() | st.integers(0, 300)), max_size=4)


@few
@given(visits=visits, episodes=episodes, cents=st.lists(st.integers(1, 10**7), min_size=16, max_size=16))
def test_oracle(
    visits: list[tuple[str, int, str, int | None, str | None]], episodes: list[tuple[str, int, int | None]],
    cents: list[int],
) -> None:  # fmt: skip
    """Both lines are those of a loop over visits; together they never exceed what people cost."""
    stream = _stream(steps=[{"name": "check", "standard_minutes": 15}])
    world = World().case("a", 0.0, 5.0).case("b", 0.0, 5.0)
    cells: dict[tuple[str, str, int, bool], list[tuple[int, bool, bool]]] = defaultdict(list)
    for case, quarter_hours, role, minutes, kind in visits:
        day = quarter_hours / 96
        world.visit(case, "check", day, minutes, role=role, rework_kind=kind)
        in_episode = any(
            case == whose and begun <= quarter_hours and (until is None or quarter_hours <= until)
            for whose, begun, until in episodes
        )
        ended_on = int((quarter_hours * 15 + (minutes or 0)) // 1440)
        cells[case, role, ended_on, minutes is not None].append(
            (15 if minutes is None else minutes, kind in ("loop", "rejection"), in_episode)
        )
    for number, (whose, begun, until) in enumerate(episodes):
        world.failure(f"f{number}", begun / 96, None if until is None else until / 96, case_id=whose)
    rework = failures = people = Decimal(0)
    for amount, ((case, role, day, is_measured), work) in zip(cents, cells.items(), strict=False):
        money = Decimal(amount) / 100
        basis = "measured" if is_measured else "standard minutes"
        world.cost(str(money), float(day), case_id=case, driver=role, basis=basis)
        all_of = sum(minutes for minutes, *_ in work)
        again = _rounded(money, sum(m for m, is_rework, _ in work if is_rework), all_of)
        either = _rounded(money, sum(m for m, is_rework, failing in work if is_rework or failing), all_of)
        rework, failures, people = rework + again, failures + either - again, people + money
    found = _rows(world, stream)
    assert [found["rework"]["amount"], found["failures"]["amount"]] == [rework, failures]
    assert found["rework"]["amount"] + found["failures"]["amount"] <= people


def _rounded(money: Decimal, part: int, whole: int) -> Decimal:
    exact = Fraction(money) * part / whole
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.000001"), ROUND_HALF_UP)
