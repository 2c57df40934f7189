"""The ways cases took: how few cover most, what each takes, and the long tail counted."""

from __future__ import annotations

from dashboards.bundle import BundleData
from dashboards.language import capital, say, say_of
from dashboards.numbers import Number, count, number
from dashboards.parts.card import Bar, Card, Cell, Column, Table
from dashboards.parts.measure import MEDIAN_NEEDS
from dashboards.rows import concentration, ways
from dashboards.rows.concentration import Concentration
from dashboards.rows.ways import MOST, Way
from dashboards.wording import Sentence, brief

_PATH = 220


def whole_days(data: BundleData) -> float:
    """Flow time of all completed cases of the quarter together, in days."""
    told = data.rows(ways.ROWS)
    return told[0].whole_customer_days if told else 0.0


def concentrated(data: BundleData) -> Concentration | None:
    """On how many ways the cases of this quarter came; None where none was completed."""
    return next((row for row in data.rows(concentration.ROWS) if row.period == data.period.key), None)


def ways_card(data: BundleData, *, with_times: bool) -> Card:
    """The ways, most frequent first; without times where those cannot be relied on."""
    told, words = data.rows(ways.ROWS), data.stream.words
    most = max((way.case_share for way in told), default=0.0)
    columns = (
        Column(say("Way"), is_wide=True), Column(say("Share, to scale"), is_drawn=True),
        Column(capital(words.cases), True), Column(say("Share"), True), Column(say("Right first time"), True),
        *((Column(say("Half take"), True), Column(say("Share of all time"), True)) if with_times else ()),
    )  # fmt: skip
    rows = tuple(_row(way, most, with_times=with_times) for way in told)
    return Card(
        "ways", _title(data), say("A way is the sequence of steps of one {case}, repeats included.", case=words.case),
        "variants", table=Table(columns, rows) if rows else None,
        empty=say("No {cases} finished in this period.", cases=words.cases), remarks=_tail(data),
    )  # fmt: skip


def _row(way: Way, most: float, *, with_times: bool) -> tuple[Cell, ...]:
    right = number(way.rework_free_cases / way.cases, "share", f"{way.origin}/rework_free_cases ÷ cases")
    return (
        _name(way), Bar.of(way.case_share, most, "work" if way.rework_free_cases == way.cases else "wait"),
        count(way.cases, f"{way.origin}/cases"), number(way.case_share, "share", f"{way.origin}/case_share"),
        right,
        *((_half(way), _customer_share(way)) if with_times else ()),
    )  # fmt: skip


def _name(way: Way) -> str | Sentence:
    if way.place <= MOST or way.variants == 1:
        return brief(way.path, _PATH)
    shown = count(way.variants, f"{way.origin}/variants")
    return Sentence(say("{n} rarer ways together", n=shown), (shown,))


def _half(way: Way) -> Number | str:
    if way.median_days is None or way.cases < MEDIAN_NEEDS:
        return say("too few") if way.median_days is not None else "–"
    return number(way.median_days, "days", f"{way.origin}/median_days")


def _customer_share(way: Way) -> Number | None:
    return None if way.customer_share is None else number(way.customer_share, "share", f"{way.origin}/customer_share")


def _title(data: BundleData) -> str:
    found = concentrated(data)
    if found is None:
        return say("No way to show")
    few, all_of = (count(getattr(found, c), f"{found.origin}/{c}") for c in ("variants_for_80", "variants"))
    if found.variants == 1:
        return say("All {cases} took one way", cases=data.stream.words.cases)
    return say_of(
        found.variants_for_80, "One way of {all} covers 8 in 10 {cases}", "{n} of {all} ways cover 8 in 10 {cases}",
        n=few, all=all_of, cases=data.stream.words.cases,
    )  # fmt: skip


def _tail(data: BundleData) -> tuple[Sentence, ...]:
    found = concentrated(data)
    if found is None or not found.single_variants:
        return ()
    shown = count(found.single_variants, f"{found.origin}/single_variants")
    text = say_of(found.single_variants, "{n} way was taken by one {case} only.",
                  "{n} ways were taken by one {case} only.", n=shown, case=data.stream.words.case)  # fmt: skip
    return (Sentence(text, (shown,)),)
