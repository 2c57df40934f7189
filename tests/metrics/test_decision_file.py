"""The file of decisions and risks: what is read, what becomes rows, and what is refused with its line."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from pydantic import ValidationError

from metrics.decisions.decision import STATES, Decision
from metrics.decisions.file import parse_decisions
from metrics.decisions.stored import decision_rows, risk_rows
from metrics.errors import StreamFileError
from metrics.published import DECISIONS, RISKS
from tests.metrics.builder import STREAM

FILE = """\
decisions:
  - id: check
    review: 2026-Q3
    ask: Automate the check
    owner: {role: Operations}
    by: 2026-10-31
    cost: 46000.00
    currency: EUR
    expected: {metric: flow_time, statistic: p90, least: -6 hours, most: -1.5 days}
    release: "2.5"
    history:
      - {state: asked, day: 2026-10-02, by: Anna Muster}
      - {state: deferred, day: 2026-10-09, by: Anna Muster, why: no hands}
risks:
  - {id: strike, risk: A strike, owner: {name: Bert Beispiel}, from: 2026-05-20}
"""
SECOND = """\
  - id: check
    review: 2026-Q4
    ask: Automate it again
    owner: {role: Operations}
    by: 2027-01-31
    history: [{state: asked, day: 2027-01-02, by: Anna Muster}]
"""


def test_a_decision_becomes_a_row_as_it_stands() -> None:
    """The newest state, the expected change from its lower to its higher end in the unit of the metric, money exact."""
    found = parse_decisions(FILE, "decisions.yaml", STREAM)
    (row,) = decision_rows(STREAM, found.decisions)
    assert set(row) == set(DECISIONS.column_names)
    assert (row["state"], row["state_on"], row["state_why"]) == ("deferred", dt.date(2026, 10, 9), "no hands")
    assert (row["metric"], row["statistic"], row["unit"]) == ("flow_time", "p90", "days")
    assert (row["expected_low"], row["expected_high"], row["cost"]) == (-1.5, -0.25, Decimal("46000.00"))


def test_no_name_of_a_person_becomes_a_row() -> None:
    """Who said it stays in the file, and so does an owner who is told by name."""
    found = parse_decisions(FILE, "decisions.yaml", STREAM)
    rows = [*decision_rows(STREAM, found.decisions), *risk_rows(STREAM, found.risks)]
    assert "Anna" not in str(rows)
    assert "Bert" not in str(rows)
    assert set(rows[1]) == set(RISKS.column_names)
    assert rows[1]["owner_role"] is None


def test_points_are_shares() -> None:
    """2 points of a share are 0.02; without a statistic it is the one of the review."""
    told = "{metric: first_time_right, least: 2 points, most: 4 points}"
    text = FILE.replace("{metric: flow_time, statistic: p90, least: -6 hours, most: -1.5 days}", told)
    (row,) = decision_rows(STREAM, parse_decisions(text, "decisions.yaml", STREAM).decisions)
    assert (row["statistic"], row["expected_low"], row["expected_high"]) == ("share", 0.02, 0.04)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("state: asked", "state: agreed", "without having been asked"),
        ("state: deferred, day: 2026-10-09", "state: deferred, day: 2026-09-09", "dates do not go back"),
        ("state: deferred", "state: done", "done after asked: what may follow is agreed, deferred, declined"),
        ("currency: EUR", "currency: USD", "the stream reckons in EUR"),
        ("    currency: EUR\n", "", "give cost and currency together"),
        ("metric: flow_time", "metric: flowtime", "does not exist"),
        ("statistic: p90", "statistic: share", "share"),
        ("-6 hours", "6 parsecs", "is not a quantity in days"),
        ("2026-Q3", "2026-09", "review"),
        ("owner: {role: Operations}", "owner: {role: a, name: b}", "give either role, or name"),
        ("from: 2026-05-20", "from: 2026-05-20, until: 2026-05-20", "later than from"),
        ("risks:\n", "risks:\n  - {id: strike, risk: B, owner: {role: c}, from: 2026-05-20}\n", "the id of two risks"),
        ("decisions:\n", "decisions:\n" + SECOND, "the id of two decisions"),
        ("ask: Automate", "aks: Automate", "decisions.0.ask"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(old: str, new: str, words: str) -> None:
    """One sentence that says what is wrong; none of it becomes a row."""
    assert old in FILE
    with pytest.raises(StreamFileError) as caught:
        parse_decisions(FILE.replace(old, new, 1), "decisions.yaml", STREAM)
    assert words in str(caught.value)
    assert "decisions.yaml" in str(caught.value)


def test_the_last_entry_is_the_state_it_is_in() -> None:
    """Of one entry it is that one, of three the third."""
    told = "      - {state: deferred, day: 2026-10-09, by: Anna Muster, why: no hands}\n"
    for text, state in (
        (FILE.replace(told, ""), "asked"),
        (FILE.replace(told, told + "      - {state: agreed, day: 2026-11-02, by: Anna Muster}\n"), "agreed"),
    ):
        (row,) = decision_rows(STREAM, parse_decisions(text, "decisions.yaml", STREAM).decisions)
        assert row["state"] == state


def test_a_history_that_begins_otherwise_is_told_by_its_beginning() -> None:
    """The state that is named is the one that stands first."""
    with pytest.raises(StreamFileError, match="agreed without having been asked; a history begins with it"):
        parse_decisions(FILE.replace("state: asked", "state: agreed"), "decisions.yaml", STREAM)


def test_a_decision_that_expects_nothing() -> None:
    """What it is to change is unknown in every column that would tell it."""
    text = "\n".join(line for line in FILE.splitlines() if "expected:" not in line)
    (row,) = decision_rows(STREAM, parse_decisions(text, "decisions.yaml", STREAM).decisions)
    assert set(row) == set(DECISIONS.column_names)
    assert {row[name] for name in ("metric", "statistic", "unit", "expected_low", "expected_high")} == {None}


def test_a_risk_may_end() -> None:
    """It is none from a later day on."""
    text = FILE.replace("from: 2026-05-20", "from: 2026-05-20, until: 2026-05-21")
    (row,) = risk_rows(STREAM, parse_decisions(text, "decisions.yaml", STREAM).risks)
    assert (row["first_on"], row["until_on"]) == (dt.date(2026, 5, 20), dt.date(2026, 5, 21))


def test_an_expectation_that_cannot_be_is_told_at_its_line() -> None:
    """The line is that of what is expected, within the decision."""
    with pytest.raises(StreamFileError) as caught:
        parse_decisions(FILE.replace("-6 hours", "6 parsecs"), "decisions.yaml", STREAM)
    assert FILE.splitlines()[(caught.value.line or 0) - 1].strip().startswith("expected:")


def test_what_was_settled_stays_so() -> None:
    """After declined or done nothing follows; it is asked anew under another id."""
    settled = FILE.replace("state: deferred", "state: declined").replace(
        "why: no hands}", "why: no hands}\n      - {state: agreed, day: 2026-10-10, by: a}"
    )
    with pytest.raises(StreamFileError, match="ask for it anew under another id"):
        parse_decisions(settled, "decisions.yaml", STREAM)


def test_an_id_that_stands_twice_is_told_at_its_own_line() -> None:
    """At the line of the id, not at that on which its entry begins."""
    again = "  - risk: Another strike\n    id: strike\n    owner: {name: Cora}\n    from: 2026-05-21\n"
    with pytest.raises(StreamFileError, match="'strike' is the id of two risks") as caught:
        parse_decisions(FILE + again, "decisions.yaml", STREAM)
    assert caught.value.line == 17


BEFORE = {
    "asked": (),
    "deferred": ("asked",),
    "agreed": ("asked",),
    "declined": ("asked",),
    "done": ("asked", "agreed"),
}
OPEN = ("agreed", "deferred", "declined")
AFTER = {"asked": OPEN, "deferred": OPEN, "agreed": ("done", "declined"), "declined": (), "done": ()}


@pytest.mark.parametrize("state", STATES)
def test_what_may_follow_a_state(state: str) -> None:
    """What is asked or deferred is decided; what is agreed is done, or declined after all; what is settled stays so."""
    for after in STATES:
        told = [{"state": one, "day": "2026-10-02", "by": "a"} for one in (*BEFORE[state], state, after)]
        decision = {
            "id": "a", "review": "2026-Q3", "ask": "A", "owner": {"role": "b"}, "by": "2026-10-31", "history": told,
        }  # fmt: skip
        if after in AFTER[state]:
            assert Decision.model_validate(decision).now.state == after
        else:
            with pytest.raises(ValidationError, match=f"{after} after {state}"):
                Decision.model_validate(decision)


@pytest.mark.parametrize(
    ("cost", "is_one"),
    [("0", True), ("0.000001", True), ("999999999999.999999", True), ("-0.000001", False), ("1000000000000", False),
     ("0.0000001", False)],
)  # fmt: skip
def test_a_cost_is_nothing_or_more(cost: str, is_one: bool) -> None:
    """It has up to twelve digits before the point and six behind it, and is not below 0."""
    text = FILE.replace("46000.00", cost)
    if is_one:
        assert parse_decisions(text, "d.yaml", STREAM).decisions[0].cost == Decimal(cost)
    else:
        with pytest.raises(StreamFileError, match=r"decisions\.0\.cost"):
            parse_decisions(text, "d.yaml", STREAM)


def test_a_metric_that_is_none_is_told_at_its_line() -> None:
    """The line is that of the metric, below what is expected of it."""
    told = "{metric: flow_time, statistic: p90, least: -6 hours, most: -1.5 days}"
    block = "\n      least: -6 hours\n      most: -1.5 days\n      metric: flow_tme"
    text = FILE.replace(told, block)
    with pytest.raises(StreamFileError, match="'flow_tme' does not exist") as caught:
        parse_decisions(text, "decisions.yaml", STREAM)
    assert text.splitlines()[(caught.value.line or 0) - 1].strip() == "metric: flow_tme"
