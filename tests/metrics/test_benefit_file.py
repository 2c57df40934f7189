"""The file of benefits: read whole, wrong at a line, in the currency of the stream, and never rewritten."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from metrics.errors import StreamFileError
from metrics.finance.file import parse_finance
from metrics.finance.rewriting import rewritten
from metrics.stream.model import Stream
from tests.metrics.builder import STREAM
from tests.metrics.claims import benefit, history, told_benefit

ONE = """\
benefits:
  - id: postage
    initiative: No letters
    class: cashable
    sentence: Letters are no longer sent.
    owner: {role: Head of post}
    budget_line: "6800"
    metric: flow_time
    currency: EUR
    from: 2026-02
    run_cost: 10.50
    history:
      - {state: proposed, day: 2026-01-05, by: Clerk, why: mail is dear, amount: 100.10}
"""
STEPS = STREAM.model_copy(update={"steps": Stream.model_validate(
    STREAM.model_dump() | {"steps": [{"name": "Check"}]}
).steps})  # fmt: skip


def test_a_file_is_read_exactly() -> None:
    """Amounts are the decimals that were written, months are their first days."""
    (found,) = parse_finance(ONE, "benefits.yaml", STREAM).benefits
    assert (str(found.history[0].amount), str(found.run_cost)) == ("100.10", "10.50")
    assert (str(found.first_month), found.until_month, found.measured_in) == ("2026-02-01", None, "EUR")


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("currency: EUR", "currency: USD", 9, "told in USD; the stream reckons in EUR"),
        ("metric: flow_time", "metric: flow_tme", 8, "Did you mean 'flow_time'"),
        ("class: cashable", "class: savings", 4, "class"),
        ("amount: 100.10", "amount: much", 13, "amount"),
        ("amount: 100.10", "amount: .nan", 13, "amount"),
        ("amount: 100.10", "amount: 0.0000001", 13, "amount"),
        ("run_cost: 10.50", "run_costs: 10.50", 11, "Did you mean 'run_cost'"),
        ("run_cost: 10.50", "run_cost: 10.50\n    untill: 2027-01", 12, "Did you mean 'until'"),
        ("day: 2026-01-05", "on: 2026-01-05", 13, "day"),
        ("state: proposed", "state: booked", 2, "booked without having been proposed"),
        ("from: 2026-02", "from: February", 10, "is no month"),
    ],
)
def test_errors_name_the_line(old: str, new: str, line: int, words: str) -> None:
    """Each mistake is told with the line it is in, and what was expected."""
    assert old in ONE
    with pytest.raises(StreamFileError) as caught:
        parse_finance(ONE.replace(old, new), "benefits.yaml", STREAM)
    assert words in str(caught.value)
    assert caught.value.line == line, str(caught.value)


def test_an_id_is_of_one_benefit() -> None:
    """The second of two is refused, at its line."""
    doubled = ONE + ONE.removeprefix("benefits:\n")
    with pytest.raises(StreamFileError, match="'postage' is the id of two benefits") as caught:
        parse_finance(doubled, "benefits.yaml", STREAM)
    assert caught.value.line == 14


def test_an_id_is_of_one_integration() -> None:
    """The second of two is refused, at its line; a benefit may have the id of an integration."""
    line = "  - {id: postage, name: A, currency: EUR, lines: [{kind: run, from: 2026-01, amount: 1}]}\n"
    assert parse_finance(ONE + "integrations:\n" + line, "b.yaml", STREAM).integrations
    with pytest.raises(StreamFileError, match="'postage' is the id of two integrations") as caught:
        parse_finance("integrations:\n" + line + line, "b.yaml", STREAM)
    assert caught.value.line == 3


def test_steps_are_those_of_the_stream() -> None:
    """Hours are freed of a step the stream file lists; where it lists none, of any."""
    told = {"benefits": [told_benefit("capacity", frees={"step": "Chekc"}) | {"history": _plain(history("proposed"))}]}
    text = yaml.safe_dump(told)
    assert parse_finance(text, "b.yaml", STREAM).benefits
    with pytest.raises(StreamFileError, match="Did you mean 'Check'"):
        parse_finance(text, "b.yaml", STEPS)


def test_a_foreign_integration_is_refused() -> None:
    """Integrations are in the currency of the stream, too: two currencies are never added."""
    text = """\
integrations:
  - {id: a, name: A, currency: CHF, lines: [{kind: run, from: 2026-01, amount: 1}]}
"""
    with pytest.raises(StreamFileError, match="CHF"):
        parse_finance(text, "b.yaml", STREAM)


@pytest.mark.parametrize("text", ["", "[]", "benefits: &a [*a]", "benefits: " + "[" * 40, "x" * 1_000_001, "a: b: c"])
def test_hostile_files_are_refused(text: str) -> None:
    """Empty, no mapping, aliases, too deep, too large, no YAML: one clear refusal."""
    with pytest.raises(StreamFileError):
        parse_finance(text, "benefits.yaml", STREAM)


def test_entries_are_added() -> None:
    """A longer history, other words and another owner continue a ledger; so do new benefits."""
    before = benefit(history=history("proposed"))
    after = benefit(history=history("proposed", "validated"), sentence="Other words.", owner={"role": "Another"})
    assert list(rewritten([before], [after, benefit(id="more")])) == []


@pytest.mark.parametrize(
    ("after", "words"),
    [
        ([], "'b' is gone"),
        ([benefit(history=history("proposed"))], "the entry validated of 2026-01-06 is gone"),
        ([benefit(history=history("proposed=90", "validated"))], r"proposed of 2026-01-05 was changed \(amount\)"),
        ([benefit(history=history("proposed", "validated", first="2026-01-04"))], r"was changed \(day\)"),
        ([benefit(history=history("proposed", "validated"), **{"from": "2026-02"})], "from was changed after it was"),
        ([benefit(history=history("proposed", "validated"), run_cost="1")], "run_cost was changed"),
        ([benefit(history=history("proposed", "validated"), decay={"linear_months": 9})], "decay was changed"),
        ([benefit("avoidance", history=history("proposed", "validated"), run_cost="0")], "class was changed"),
    ],
)
def test_what_rewrites_the_past_is_told(after: list[Any], words: str) -> None:
    """An entry or a benefit that is gone, an entry or a validated term that is another: each in a sentence."""
    before = benefit(history=history("proposed", "validated"))
    with pytest.raises(AssertionError, match=words):
        raise AssertionError(" | ".join(rewritten([before], after)))


def test_terms_may_change_while_it_is_proposed() -> None:
    """Before finance accepted it a claim may say something else; a budget line may be told later still."""
    before = benefit(history=history("proposed"))
    assert not list(rewritten([before], [benefit(history=history("proposed"), run_cost="3", **{"from": "2026-05"})]))
    accepted = benefit(history=history("proposed", "validated"), budget_line=None)
    assert not list(rewritten([accepted], [benefit(history=history("proposed", "validated"))]))


def _plain(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**entry, "day": str(entry["day"])} for entry in entries]
