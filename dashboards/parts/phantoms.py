"""Open cases that are probably not open: how many, by which rule, and how far they move the time."""

from __future__ import annotations

from dashboards.bundle import BundleData
from dashboards.language import capital, say, say_of
from dashboards.numbers import Number, count, number
from dashboards.parts.card import Card, Cell, Column, Table
from dashboards.rows.phantom_counts import ROWS, PhantomCount
from dashboards.wording import Sentence
from metrics.phantoms import FEWEST, FLOOR_DAYS

_ALL = "all"


def phantoms_card(data: BundleData) -> Card:
    """Suspects by the quarter in which they were started; the numbers keep them, and stand beside those without."""
    told = sorted(data.rows(ROWS), key=lambda row: row.grain != _ALL)
    columns = (
        Column(say("Started in")), Column(capital(data.stream.words.cases), True), Column(say("Open"), True),
        Column(say("Probably not open"), True), Column(say("Half take"), True),
        Column(say("Without the doubtful"), True), Column(say("9 in 10 take"), True),
        Column(say("Without the doubtful"), True),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            say("All quarters") if row.grain == _ALL else row.period,
            count(row.started_cases, f"{row.origin}/started_cases"),
            count(row.open_cases, f"{row.origin}/open_cases"),
            say("nobody can say") if row.suspects is None else count(row.suspects, f"{row.origin}/suspects"),
            *(_time(row, name) for name in ("p50_days", "p50_without_days", "p90_days", "p90_without_days")),
        )
        for row in told
    ]  # fmt: skip
    whole = told[0] if told and told[0].grain == _ALL else None
    rule = None if whole is None else rule_of(data, whole)
    return Card(
        "phantoms", _title(whole),
        say("Nothing is left out of any number; only the source can say which are really gone."),
        "phantom_audit", table=Table.of(columns, rows) if whole is not None and whole.open_cases else None,
        empty=say("No open case to doubt."), remarks=(rule,) if rule is not None else (),
    )  # fmt: skip


def rule_of(data: BundleData, whole: PhantomCount) -> Sentence | None:
    """From which silence on a case is suspect, and why; or why nobody can say."""
    cases = data.stream.words.cases
    if whole.quiet_limit_days is None:
        least = count(FEWEST, "metrics.phantoms/FEWEST")
        return Sentence(say("Nobody is suspected below {n} finished {cases}.", n=least, cases=cases), (least,))
    limit = number(whole.quiet_limit_days, "days", f"{whole.origin}/quiet_limit_days")
    if data.stream.gates.phantom_days is not None:
        text = say("Probably not open: quiet for more than {limit}, as the stream file allows.", limit=limit)
    elif whole.quiet_limit_days == FLOOR_DAYS:
        text = say("Probably not open: quiet for more than {limit}; a shorter silence is never suspect.", limit=limit)
    else:
        text = say(
            "Probably not open: quiet for more than {limit}, which 199 of 200 finished {cases} never were.",
            limit=limit, cases=cases,
        )  # fmt: skip
    return Sentence(text, (limit,))


def _title(whole: PhantomCount | None) -> str:
    if whole is None or not whole.open_cases:
        return say("Nothing is open, so nothing is doubtful")
    if whole.suspects is None:
        return say("Nobody can say which are open on paper only")
    if not whole.suspects:
        return say("None of them has been quiet for too long")
    suspects, still = (
        count(n, f"{whole.origin}/{c}") for c, n in (("suspects", whole.suspects), ("open", whole.open_cases))
    )
    return say_of(whole.suspects, "{n} of {all} open is probably not open", "{n} of {all} open are probably not open",
                  n=suspects, all=still)  # fmt: skip


def _time(row: PhantomCount, column: str) -> Number | str:
    value: float | None = getattr(row, column)
    return say("too many open") if value is None else number(value, "days", f"{row.origin}/{column}")
