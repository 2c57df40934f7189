"""How old open work is, and the oldest of it by name, with what is doubtful about each."""

from __future__ import annotations

from dashboards.bundle import BundleData
from dashboards.language import capital, say, say_of
from dashboards.numbers import EN_DASH, Number, count, number
from dashboards.parts.card import ROWS_OPEN, Bar, Card, Cell, Column, Table
from dashboards.rows import open_ages, open_cases
from dashboards.rows.open_ages import BORDERS, OpenAge
from dashboards.rows.open_cases import OpenCase
from dashboards.wording import Chip


def total_of(data: BundleData, column: str) -> Number:
    """All bands together: `cases`, `judged`, `past`, `doubted` or `suspects`."""
    whole = sum(getattr(band, column) for band in data.rows(open_ages.ROWS))
    return count(whole, f"open_work/{column}")


def median_age(data: BundleData) -> Number | None:
    """Half of the open cases are younger than this; None while none is open."""
    bands = data.rows(open_ages.ROWS)
    return number(bands[0].median_days, "days", "open_work/median of age_days") if bands else None


def ages_card(data: BundleData) -> Card:
    """The open cases by age, a bar a band; bands before the first and after the last case are left out."""
    bands = {band.band: band for band in data.rows(open_ages.ROWS)}
    most = max((band.cases for band in bands.values()), default=0)
    has_target, has_doubt = total_of(data, "judged").value > 0, total_of(data, "doubted").value > 0
    columns = (
        Column(say("Age")), Column(say("To scale"), is_drawn=True), Column(capital(data.stream.words.cases), True),
        *((Column(say("Past a target"), True),) if has_target else ()),
        *((Column(say("Probably not open"), True),) if has_doubt else ()),
    )  # fmt: skip
    rows = [
        _band(index, bands.get(index), most, has_target=has_target, has_doubt=has_doubt)
        for index in range(min(bands, default=0), max(bands, default=-1) + 1)
    ]
    half = median_age(data)
    return Card(
        "ages", say("Half of them are younger than {time}", time=half) if half is not None else say("Nothing is open"),
        say("Age of the open {cases}, from their start to the newest event.", cases=data.stream.words.cases),
        "open_work", table=Table.of(columns, rows) if rows else None,
        empty=say("No {case} is open.", case=data.stream.words.case),
    )  # fmt: skip


def oldest_card(data: BundleData) -> Card:
    """The oldest by name; the others are counted."""
    cases, words = data.rows(open_cases.ROWS), data.stream.words
    columns = (
        Column(capital(words.case)), Column(say("Age"), True), Column(say("Last step")), Column(say("Quiet for"), True),
        Column(say("Target")), Column(say("Doubt")),
    )  # fmt: skip
    rows = tuple(_case(case) for case in cases)
    left = int(total_of(data, "cases").value) - len(rows)
    folded = len(rows) - ROWS_OPEN
    fold = say("Show {n} more", n=count(folded, "open_work/folded")) if folded > 0 else ""
    return Card(
        "oldest", _oldest_title(data), say("The oldest first. Quiet is the time since the last event of each."),
        "open_work", table=Table(columns, rows, max(0, left), fold) if rows else None,
        empty=say("No {case} is open.", case=words.case),
    )  # fmt: skip


def _band(index: int, band: OpenAge | None, most: int, *, has_target: bool, has_doubt: bool) -> tuple[Cell, ...]:
    origin = f"open_work/age band {index}"
    held = {name: getattr(band, name) if band else 0 for name in ("cases", "past", "suspects")}
    shown = {name: count(value, f"{origin}/{name}") for name, value in held.items()}
    return (
        _band_name(index), Bar.of(held["cases"], most, "wait" if held["past"] * 2 > held["cases"] else "work"),
        shown["cases"], *((shown["past"],) if has_target else ()), *((shown["suspects"],) if has_doubt else ()),
    )  # fmt: skip


def _band_name(index: int) -> str:
    names = (
        say("Under 1 hour"), say("1 to 6 hours"), say("6 to 24 hours"), say("1 to 3 days"), say("3 to 7 days"),
        say("1 to 2 weeks"), say("2 weeks to 30 days"), say("30 to 90 days"), say("Over 90 days"),
    )  # fmt: skip
    assert len(names) == len(BORDERS)
    return names[index]


def _case(case: OpenCase) -> tuple[Cell, ...]:
    origin = f"open_work/{case.case_id}"
    targets: dict[bool | None, Cell] = {
        True: Chip(say("Past"), "!", "bad"), False: Chip(say("Within"), "=", "flat"), None: say("none set"),
    }  # fmt: skip
    doubts: dict[bool | None, Cell] = {
        True: Chip(say("Probably not open"), "?", "bad"),
        False: EN_DASH,
        None: say("nobody can say"),
    }
    return (
        case.case_id, number(case.age_days, "days", f"{origin}/age_days"), case.last_label or say("not told"),
        number(case.quiet_days, "days", f"{origin}/quiet_days"), targets[case.is_past_target],
        doubts[case.is_phantom_suspect],
    )  # fmt: skip


def _oldest_title(data: BundleData) -> str:
    cases = data.rows(open_cases.ROWS)
    if not cases:
        return say("Nothing is open")
    age = number(cases[0].age_days, "days", f"open_work/{cases[0].case_id}/age_days")
    return say_of(
        total_of(data, "cases").value, "The only open {case} is {age} old", "The oldest open {case} is {age} old",
        case=data.stream.words.case, age=age,
    )  # fmt: skip
