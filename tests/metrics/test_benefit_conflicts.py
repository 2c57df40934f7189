"""Double claims: by hand, against a loop over all pairs, and what they leave undisputed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.finance.benefit import Frees
from metrics.finance.conflicts import Claim, Conflict, double_claims
from metrics.finance.course import LEVELS, amount_in
from metrics.finance.history import State
from metrics.finance.months import months_of
from metrics.finance.standing import level_of
from metrics.periods import Period
from tests.metrics.claims import Q1, Q2, Q3, claim, history

CHECK = Frees(step="check")


def found_in(claims: Sequence[Claim], period: Period = Q1, level: State = "proposed") -> list[Conflict]:
    """Conflicts of all these claims with each other."""
    return list(double_claims(claims, claims, level, period))


def brief(conflicts: Sequence[Conflict]) -> list[tuple[str, str | None, str, Decimal]]:
    """Who claims what of whom, and how much."""
    return [(c.claim.benefit.id, c.rival and c.rival.benefit.id, c.kind, c.overlap) for c in conflicts]


def test_the_same_budget_line_by_hand() -> None:
    """A claims 100 from January, B 60 from March: they share March, 60 of it, from both sides."""
    a, b = claim("a"), claim("b", history=history("proposed", amount="60"), **{"from": "2026-03", "until": "2026-08"})
    found = found_in([a, b])
    assert brief(found) == [("a", "b", "budget line", Decimal(60)), ("b", "a", "budget line", Decimal(60))]
    assert {(c.first_month, c.until_month) for c in found} == {(dt.date(2026, 3, 1), dt.date(2026, 8, 1))}
    assert [c.overlap for c in found_in([a, b], Q2)] == [180, 180]
    assert [c.overlap for c in found_in([a, b], Q3)] == [60, 60]
    level = level_of([a, b], [a, b], "proposed", Q1, {})
    assert {name: s.undisputed.amount for name, s in level.standings.items()} == {"a": Decimal(240), "b": Decimal(0)}


def test_what_is_no_double_claim() -> None:
    """Another line, months that do not meet, one initiative, no line, an amount below nothing, one reversed."""
    a = claim("a")
    for other in (
        claim("b", budget_line="6900"), claim("b", **{"from": "2026-04"}), claim("b", initiative="a"),
        claim("b", budget_line=None), claim("b", history=history("proposed", amount="-100")),
        claim("b", history=history("proposed", "reversed")), claim("b", "capacity"),
    ):  # fmt: skip
        assert found_in([a, other]) == []


def test_streams_of_one_home_are_held_against_each_other() -> None:
    """One initiative may claim a line in two streams: it is claimed twice all the same."""
    a, b = claim("b", initiative="i"), claim("b", initiative="i", stream="other")
    assert brief(list(double_claims([a], [a, b], "proposed", Q1))) == [("b", "b", "budget line", Decimal(300))]


def test_cash_and_cost_avoided_of_one_line() -> None:
    """Both are money of the line: they dispute each other, and are still not added."""
    a, b = claim("a"), claim("b", "avoidance", history=history("proposed", amount="30"))
    assert brief(found_in([a, b])) == [("a", "b", "budget line", Decimal(90)), ("b", "a", "budget line", Decimal(90))]


def test_the_same_hours_by_hand() -> None:
    """Hours of one step are claimed twice by two initiatives; a whole stream holds each of its steps."""
    a = claim("a", "capacity", history=history("proposed", amount="10"))
    b = claim("b", "capacity", frees={}, history=history("proposed", amount="4"))
    assert brief(found_in([a, b])) == [("a", "b", "hours", Decimal(12)), ("b", "a", "hours", Decimal(12))]
    apart = ({"step": "pack"}, {"step": "check", "role": "x"}, {"role": "y"})
    assert found_in([claim("a", "capacity", frees=apart[1]), claim("b", "capacity", frees=apart[2])]) == []
    assert found_in([a, claim("b", "capacity", frees=apart[0])]) == []
    assert found_in([a, claim("b", "capacity", stream="other")]) == []
    assert found_in([a, claim("b", "capacity", initiative="a")]) == []


def test_time_told_as_cash_too() -> None:
    """The same hours as time and as cash are a double claim within one initiative, too: of all of each."""
    hours = claim("a", "capacity", initiative="i", history=history("proposed", amount="10"))
    cash = claim("b", initiative="i", frees={"step": "check"})
    assert brief(found_in([hours, cash])) == [("a", "b", "hours", Decimal(30)), ("b", "a", "hours", Decimal(300))]


def test_claims_are_held_against_those_that_finance_took_as_far() -> None:
    """What was only proposed disputes another claim as claimed, and not what finance validated of it."""
    a, b = claim("a", history=history("proposed", "validated")), claim("b")
    every = [a, b]
    assert level_of(every, every, "proposed", Q1, {}).standings["a"].disputed == 300
    assert level_of(every, every, "validated", Q1, {}).standings["a"].disputed == 0
    assert "b" in level_of(every, every, "validated", Q1, {}).standings


def test_beyond_measure_by_hand() -> None:
    """300 and 100 hours claimed, 100 measured: each keeps a quarter; lost hours leave nothing; unmeasured all."""
    a = claim("a", "capacity", initiative="i")
    b = claim("b", "capacity", initiative="i", **{"from": "2026-03"})
    both = [a, b]

    def disputed(measured: str | None) -> list[Decimal]:
        level = level_of(both, both, "proposed", Q1, {CHECK: None if measured is None else Decimal(measured)})
        return [level.standings[name].disputed for name in ("a", "b")]

    assert disputed("100") == [225, 75]
    assert disputed("-7") == [300, 100]
    assert disputed("400") == disputed("1000") == disputed(None) == [0, 0]
    (found, _) = level_of(both, both, "proposed", Q1, {CHECK: Decimal(100)}).conflicts
    assert (found.kind, found.rival, found.overlap) == ("beyond measure", None, 225)


claims = st.lists(
    st.builds(
        lambda kind, line, who, step, first, length, amount, decay, states, stream: (
            kind, line, who, step, first, length, amount, decay, states, stream,
        ),
        st.sampled_from(["cashable", "avoidance", "capacity", "quality"]), st.sampled_from(["x", "y", None]),
        st.sampled_from("mn"), st.sampled_from(["check", "pack", None]), st.integers(1, 9), st.integers(1, 6),
        st.integers(-10**6, 10**9), st.sampled_from([None, 1, 3, 7]),
        st.sampled_from([("proposed",), ("proposed", "validated"), ("proposed", "reversed")]),
        st.sampled_from(["made", "other"]),
    ), max_size=6,
)  # fmt: skip


def _made(told: list[tuple[object, ...]]) -> list[Claim]:
    found = []
    for number, (kind, line, who, step, first, length, amount, decay, states, stream) in enumerate(told):
        month, until = f"2026-{first:02d}", f"2026-{min(12, int(first) + int(length)):02d}"  # type: ignore[call-overload]  # drawn as numbers
        entries = history(*states, amount=str(Decimal(int(amount)) / 10**6))  # type: ignore[misc,call-overload]  # as drawn
        more = {"frees": {"step": step}} if kind == "capacity" else {}
        found.append(claim(
            f"c{number}", str(kind), stream=str(stream), initiative=str(who), budget_line=line, history=entries,
            decay={"linear_months": decay} if decay else "none", **{"from": month, "until": until}, **more,
        ))  # fmt: skip
    return found


def _naive(one: Claim, other: Claim, period: Period, level: State) -> dict[str, Decimal]:
    """Overlap of two claims by kind, month by month, from nothing but what they say."""
    a, b, found = one.benefit, other.benefit, dict[str, Decimal]()
    strange = (one.stream, a.initiative) != (other.stream, b.initiative)
    for month in months_of(period.first_on, period.until_on):
        values = []
        for each in (a, b):
            entry = next((e for e in each.history if e.state == level), None)
            stands = entry is not None and entry.day < period.until_on and each.history[-1].state != "reversed"
            values.append(amount_in(each, entry.amount, month) if entry is not None and stands else Decimal(0))
        if min(values) <= 0:
            continue
        money = {"cashable", "avoidance"}
        if strange and {a.benefit_class, b.benefit_class} <= money and a.budget_line and a.budget_line == b.budget_line:
            found["budget line"] = found.get("budget line", Decimal(0)) + min(values)
        if strange and one.stream == other.stream and a.benefit_class == b.benefit_class == "capacity":
            steps = {a.frees and a.frees.step, b.frees and b.frees.step} - {None}
            if len(steps) < 2:
                found["hours"] = found.get("hours", Decimal(0)) + min(values)
    return found


@settings(max_examples=60, deadline=None)
@given(told=claims, level=st.sampled_from(LEVELS))
def test_oracle(told: list[tuple[object, ...]], level: State) -> None:
    """Every pair a loop finds is found, with the same overlap, and no other; no claim loses more than it has."""
    made = _made(told)
    for period in (Q1, Q2, Q3):
        expected = {
            (a.key, b.key, kind): overlap
            for a, b in permutations(made, 2) for kind, overlap in _naive(a, b, period, level).items()
        }  # fmt: skip
        found = {(c.claim.key, c.rival and c.rival.key, c.kind): c.overlap for c in found_in(made, period, level)}
        assert found == expected
        for standing in level_of(made, made, level, period, {}).standings.values():
            assert 0 <= standing.disputed <= max(Decimal(0), standing.amount) or standing.amount < 0


def test_the_greatest_rival_counts_once() -> None:
    """Two rivals on the same month take no more than the greater of them: nothing is disputed twice."""
    a = claim("a")
    rivals = [claim(name, history=history("proposed", amount=amount)) for name, amount in (("b", "40"), ("c", "70"))]
    assert level_of([a], [a, *rivals], "proposed", Q1, {}).standings["a"].disputed == 210


def test_time_told_as_cash_too_while_it_is_told() -> None:
    """Cash that holds for a month alone disputes the hours of that month, not of those in which it came to nothing."""
    hours = claim("a", "capacity", history=history("proposed", amount="10"))
    cash = claim("b", frees={"step": "check"}, decay={"linear_months": 1})
    assert brief(found_in([hours, cash])) == [("a", "b", "hours", Decimal(10)), ("b", "a", "hours", Decimal(100))]
