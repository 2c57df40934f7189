"""Benefits where a rule changes sides: amounts below one, the day a quarter ends, what is just measured."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from metrics.errors import StreamFileError
from metrics.finance.benefit import Benefit, Decay, Frees
from metrics.finance.conflicts import Claim, double_claims
from metrics.finance.course import amount_in, rate_at
from metrics.finance.file import parse_finance
from metrics.finance.freed import NO_CASES, Worked, freed_in, worked_in
from metrics.finance.integration import CostLine, Integration
from metrics.finance.months import months_of, read_month
from metrics.finance.ownership import Priced, price_of_failures
from metrics.finance.payback import payback_of
from metrics.finance.rewriting import rewritten
from metrics.finance.standing import Level, level_of
from metrics.finance.stored import integration_rows, read_integrations
from metrics.metric import Statistic, Summary
from metrics.stream.model import Stream
from tests.metrics.builder import STREAM, World
from tests.metrics.claims import Q1, Q2, benefit, claim, history, told_benefit

CHECK, PACK = Frees(step="check"), Frees(step="pack")


def _capacity(name: str, amount: str, step: str = "check", **told: Any) -> Claim:
    return claim(name, "capacity", frees={"step": step}, history=history("proposed", amount=amount), **told)


def _level(claims: list[Claim], measured: dict[Frees, Decimal | None]) -> Level:
    return level_of(claims, claims, "proposed", Q1, measured)


def test_cents_are_claimed_twice_like_euros() -> None:
    """Half a euro a month of one line by two initiatives is a euro and a half that both claim."""
    a, b = (claim(name, history=history("proposed", amount="0.50")) for name in "ab")
    assert [found.overlap for found in double_claims([a], [a, b], "proposed", Q1)] == [Decimal("1.5")]


def test_a_small_claim_beside_a_large_one() -> None:
    """Half a euro of 100: what both claim is the half, from either side."""
    a, b = claim("a"), claim("b", history=history("proposed", amount="0.50"))
    found = list(double_claims([a, b], [a, b], "proposed", Q1))
    assert [conflict.overlap for conflict in found] == [Decimal("1.5"), Decimal("1.5")]


def test_half_an_hour_can_be_beyond_measure() -> None:
    """0.3 hours claimed of a quarter in which none was freed: all of them are disputed."""
    assert _level([_capacity("a", "0.1")], {CHECK: Decimal(0)}).standings["a"].disputed == Decimal("0.3")


def test_what_was_just_measured_is_no_conflict() -> None:
    """30 hours claimed and 30 measured: there is nothing to tell."""
    assert _level([_capacity("a", "10")], {CHECK: Decimal(30)}).conflicts == ()


def test_a_claim_of_nothing_is_beyond_nothing() -> None:
    """It takes no part in what is too much, whether hours were measured or lost."""
    nothing, some = _capacity("a", "0"), _capacity("b", "10")
    assert [conflict.claim.benefit.id for conflict in _level([nothing, some], {CHECK: Decimal(12)}).conflicts] == ["b"]
    assert _level([nothing], {CHECK: Decimal(-7)}).conflicts == ()


def test_each_scope_has_hours_of_its_own() -> None:
    """Hours of one step that were measured excuse none of another."""
    found = _level([_capacity("a", "10"), _capacity("b", "10", "pack")], {CHECK: Decimal(99), PACK: Decimal(12)})
    assert [(conflict.claim.benefit.id, conflict.overlap) for conflict in found.conflicts] == [("b", 18)]


def test_cash_is_not_held_against_hours() -> None:
    """A cash benefit that frees hours claims euros: no measure of hours makes them too many."""
    cash = claim("a", frees={"step": "check"})
    assert _level([cash], {CHECK: Decimal(1)}).conflicts == ()


def test_what_is_claimed_twice_is_not_measured_twice() -> None:
    """30 and 12 hours of one step share 12; the 18 that are left were measured, so none is beyond."""
    claims = [_capacity("a", "10"), _capacity("b", "4")]
    found = _level(claims, {CHECK: Decimal(18)})
    assert {name: standing.disputed for name, standing in found.standings.items()} == {"a": 12, "b": 12}
    assert {conflict.kind for conflict in found.conflicts} == {"hours"}


def test_a_quarter_knows_what_was_told_before_its_end() -> None:
    """An entry of 1 April belongs to the second quarter; one of 31 March to the first."""
    late, early = (benefit(history=history("proposed", first=day)) for day in ("2026-04-01", "2026-03-31"))
    assert [rate_at(late, "proposed", period.until_on) for period in (Q1, Q2)] == [None, 100]
    assert rate_at(early, "proposed", Q1.until_on) == 100


def test_what_wears_off_in_a_month_holds_one() -> None:
    """Over one month nothing is left in the second."""
    one = benefit(decay={"linear_months": 1})
    assert [amount_in(one, Decimal(90), month) for month in months_of(Q1.first_on, Q1.until_on)] == [90, 0, 0]


def test_months_begin_with_1900() -> None:
    """A year before it is a slip of the pen."""
    assert read_month("1900-01") == dt.date(1900, 1, 1)
    with pytest.raises(ValueError, match="'1899-12' is no month"):
        read_month("1899-12")


def test_a_percentage_has_six_decimals() -> None:
    """100 and a millionth of a percent can be written; a seventh decimal is refused."""
    for told in ("100", "100.000000", "2.123456", "0.000001"):
        assert str(Decay.model_validate({"percent_per_quarter": told}).percent_per_quarter) == told
    with pytest.raises(ValidationError, match="no more than 6 decimal places"):
        Decay.model_validate({"percent_per_quarter": "2.1234567"})
    for told in ("0", "100.000001"):
        with pytest.raises(ValidationError, match=r"Input should be (less|greater) than"):
            Decay.model_validate({"percent_per_quarter": told})


def test_what_paid_before_it_was_spent_took_no_month() -> None:
    """Spent in June, what came in from January on had paid for it in January."""
    early = benefit(investment={"amount": "100", "month": "2026-06"})
    assert payback_of(early, Decimal(100)).months == 0


def test_what_finance_accepted_stays() -> None:
    """A budget line may be told later, once; another line, or an end that nobody had told, makes it another claim."""
    before = benefit(history=history("proposed", "validated"))
    for told, words in (({"budget_line": "6900"}, "budget_line"), ({"until": "2027-01"}, "until")):
        (found,) = rewritten([before], [benefit(history=history("proposed", "validated"), **told)])
        assert found.startswith(f"'b': {words} was changed after it was validated on 2026-01-06")


def test_what_was_reversed_stays_so() -> None:
    """Whatever comes after it is refused with the way out: a new benefit."""
    for state in ("proposed", "validated", "booked", "reversed"):
        with pytest.raises(ValidationError, match="what was reversed stays so; claim it as a new benefit"):
            Benefit.model_validate(told_benefit(history=history("proposed", "reversed", state)))


def test_a_step_that_is_none_is_told_at_its_line() -> None:
    """The line is that of the step, below what it belongs to."""
    listed = Stream.model_validate(STREAM.model_dump() | {"steps": [{"name": "Check"}]})
    told = told_benefit("capacity") | {"history": [], "frees": {"role": "x", "step": "Chekc"}}
    told["history"] = [{**entry, "day": str(entry["day"])} for entry in history("proposed")]
    text = yaml.safe_dump({"benefits": [told]}, sort_keys=False)
    with pytest.raises(StreamFileError, match="Did you mean 'Check'") as caught:
        parse_finance(text, "b.yaml", listed)
    assert text.splitlines()[(caught.value.line or 0) - 1].strip() == "step: Chekc"


def test_a_decay_that_is_wrong_is_told_by_its_place() -> None:
    """The key and the line are those of the file, whatever kinds of decay there are."""
    told = told_benefit() | {"decay": {"linear_months": 0}}
    told["history"] = [{**entry, "day": str(entry["day"])} for entry in history("proposed")]
    text = yaml.safe_dump({"benefits": [told]}, sort_keys=False)
    with pytest.raises(StreamFileError) as caught:
        parse_finance(text, "b.yaml", STREAM)
    assert "benefits.0.decay.linear_months: Input should be greater than or equal to 1" in str(caught.value)
    assert text.splitlines()[(caught.value.line or 0) - 1].strip() == "linear_months: 0"


def _worked(value: float | None, low: float | None, high: float | None, cases: int, reason: str = "") -> Worked:
    return Worked(Summary(Statistic.MEAN, value, low, high, cases, "t", reason=reason or None), cases, 0)


def test_freed_hours_have_the_range_of_their_difference_by_hand() -> None:
    """3 ± 0.3 h then, 1 ± 0.4 h now: 2 ± √(0.09 + 0.16) = 2 ± 0.5 a case, of 4 cases."""
    found = freed_in(_worked(3.0, 2.7, 3.3, 9), _worked(1.0, 0.6, 1.4, 4))
    assert found.hours == 8.0
    assert (found.low, found.high) == pytest.approx((6.0, 10.0), abs=1e-9)


def test_hours_that_cannot_be_told_have_the_reason_of_the_first() -> None:
    """Where either mean is missing there are no hours, and it is said why: of then, else of now."""
    told, then, now = (
        _worked(3.0, 2.0, 4.0, 9),
        _worked(None, None, None, 0, "then"),
        _worked(None, None, None, 0, "now"),
    )
    found = [freed_in(*pair) for pair in ((then, now), (then, told), (told, now))]
    assert [(one.hours, one.low, one.high, one.reason) for one in found] == [
        (None, None, None, "then"), (None, None, None, "then"), (None, None, None, "now"),
    ]  # fmt: skip


def test_where_nothing_was_completed_nothing_was_worked() -> None:
    """No case, no step without its work, and the reason; not a mean of nothing."""
    assert worked_in(World().connection, STREAM, CHECK, Q1) == Worked(None, 0, 0, NO_CASES)


def test_hours_in_failure_that_nobody_knows_have_no_price() -> None:
    """Unknown hours have no amount, whatever an hour costs; none cost nothing."""
    assert price_of_failures(None, "desk", Decimal(40)) == Priced(None)
    assert price_of_failures(0.0, None, None) == Priced(Decimal(0))
    assert price_of_failures(0.5, "desk", Decimal(40)) == Priced(Decimal(20))


def test_an_owner_by_name_does_not_accept_either() -> None:
    """Two pairs of eyes are needed, whether the owner is told by role or by name."""
    told = history("proposed", "validated")
    told[1]["by"] = "Ann Example"
    with pytest.raises(ValidationError, match=r"validated by its owner \(Ann Example\)"):
        Benefit.model_validate(told_benefit(owner={"name": "Ann Example"}, history=told))


def test_claims_are_held_against_exact_hours() -> None:
    """Freed hours as a decimal of six places; none where they were not measured."""
    assert freed_in(_worked(3.0, 2.7, 3.3, 9), _worked(1.0, 0.6, 1.4, 4)).exact == Decimal("8.000000")
    assert freed_in(None, _worked(1.0, 0.6, 1.4, 4)).exact is None


@pytest.mark.parametrize(("field", "most"), [("sentence", 2000), ("initiative", 200)])
def test_texts_have_room(field: str, most: int) -> None:
    """One letter is a text, and so are as many as there is room for; none and one more are refused."""
    for length in (1, most):
        assert len(getattr(benefit(**{field: "x" * length}), field)) == length
    for length in (0, most + 1):
        with pytest.raises(ValidationError, match=r"String should have at (least|most)"):
            benefit(**{field: "x" * length})


def test_amounts_have_twelve_digits_and_six_decimals() -> None:
    """Below nothing as well; one digit more on either side of the point is refused."""
    for told in ("999999999999.999999", "-999999999999.999999"):
        assert benefit(history=history("proposed", amount=told)).history[0].amount == Decimal(told)
    for told in ("1000000000000", "0.0000001"):
        with pytest.raises(ValidationError, match="Decimal input should have no more than"):
            benefit(history=history("proposed", amount=told))


def test_what_wears_off_does_so_within_fifty_years() -> None:
    """600 months can be told, one more cannot."""
    assert Decay(linear_months=600).linear_months == 600
    with pytest.raises(ValidationError, match="less than or equal to 600"):
        Decay(linear_months=601)


def test_a_line_of_cost_says_what_it_is_in_500_letters() -> None:
    """So many fit, one more is refused."""
    told = {"kind": "run", "amount": "1", "month": "2026-01"}
    assert len(CostLine.model_validate(told | {"what": "x" * 500}).what) == 500
    with pytest.raises(ValidationError, match="at most 500"):
        CostLine.model_validate(told | {"what": "x" * 501})


def test_two_claims_dispute_each_other_until_the_first_ends() -> None:
    """One that ends in March and one that ends in a year overlap until March."""
    a, b = claim("a", until="2026-03"), claim("b", until="2027-01")
    assert {found.until_month for found in double_claims([a, b], [a, b], "proposed", Q1)} == {dt.date(2026, 3, 1)}


def test_payback_is_looked_for_within_fifty_years() -> None:
    """At one a month 600 are paid back in the last month that is looked at; a cent more is not."""
    assert payback_of(benefit(investment={"amount": "600", "month": "2026-01"}), Decimal(1)).months == 600
    more = payback_of(benefit(investment={"amount": "600.01", "month": "2026-01"}), Decimal(1))
    assert (more.months, more.reason) == (None, "not within 50 years")


def test_integrations_stand_by_their_ids() -> None:
    """Read back in the order of ids, their lines in the order they were told, whatever order they were stored in."""
    connection = World().connection
    lines = [{"kind": kind, "month": "2026-01", "amount": "1"} for kind in ("run", "build")]
    told = [Integration.model_validate({"id": name, "name": name, "currency": "EUR", "lines": lines}) for name in "cab"]
    rows = list(integration_rows("made", told))
    for row in reversed(rows):
        names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" for _ in row)
        connection.execute(f"INSERT INTO integration_lines ({names}) VALUES ({marks})", list(row.values()))
    found = read_integrations(connection, "made")
    assert [one.id for one in found] == ["a", "b", "c"]
    assert [line.kind for line in found[0].lines] == ["run", "build"]
