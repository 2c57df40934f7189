"""Data quality: what the checks of the run said, what was left out, and how events arrived."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards.bundle import BundleData
from dashboards.numbers import count, number
from dashboards.pages.sheet import sheet
from dashboards.pages.view import Page, View
from dashboards.parts.card import Card, Cell, Column, Table
from dashboards.parts.freshness import gate_reason
from dashboards.parts.measure import measured_share
from dashboards.wording import Chip, Sentence, capital

_CHECK_COLUMNS = (Column("Check"), Column("What must hold"), Column("Result"), Column("Rows against it", True))
_COUNT_COLUMNS = (Column("What"), Column("How many", True), Column("What it means"))
_ARRIVALS = {
    "received": ("Events received", "by the receiver, over the network"),
    "late": ("Late events", "arrived long after they happened; numbers may still move"),
    "ahead": ("Events ahead of the clock", "told a time after their arrival: some clock is wrong"),
    "missing_numbers": ("Numbers missing", "told by a source and never arrived"),
}
_PASSED, _FAILED = Chip("Holds", "✓", "flat"), Chip("Does not hold", "!", "bad")


def pages(data: BundleData) -> Iterator[Page]:
    """One page, always."""
    failed = sum(not check.passed for check in data.checks)
    reason = gate_reason(data)
    yield sheet(data, "data-quality", "Data quality", _heading(data, failed), [_counts(data), _checks(data)],
                [reason] if reason else [])  # fmt: skip


def _heading(data: BundleData, failed: int) -> Sentence:
    if not data.checks:
        return Sentence("No check has run on these data")
    if not failed:
        return Sentence("Every check of the data holds")
    told, all_of = count(failed, "check_results/failed"), count(len(data.checks), "check_results/all")
    return Sentence(f"{told} of {all_of} checks of the data {'does' if failed == 1 else 'do'} not hold", (told, all_of))


def _counts(data: BundleData) -> Card:
    state, cases = data.state, data.stream.words.cases
    told: list[tuple[str, str, int | None, str]] = [
        ("Events", "events", state.events, "told by services or logs, each counted once"),
        (capital(f"{cases} with a start"), "cases", state.cases, "what every number is made from"),
        (capital(f"{cases} still open"), "open_cases", state.open_cases, "counted as open, never left out"),
        (capital(f"{cases} without a start"), "untriggered_cases", state.untriggered_cases, "in no number"),
        ("Rows kept aside", "quarantined", state.quarantined, "could be no events; kept with a reason each"),
    ]
    if state.received:
        told += [(words[0], name, getattr(state, name), words[1]) for name, words in _ARRIVALS.items()]
    rows: list[tuple[Cell, ...]] = [
        (what, count(value, f"streams/{name}"), meaning) for what, name, value, meaning in told if value is not None
    ]
    share = measured_share(data)
    if share is not None:
        shown = number(share, "share", "streams/measured_cases ÷ ended_cases")
        rows.append((f"Ended {cases} measured", shown, "below the gate of the stream file no time is shown"))
    return Card(
        "counted", "What was counted, and what was left out", "Over all time, not only this quarter.", "streams",
        table=Table(_COUNT_COLUMNS, tuple(rows)),
    )  # fmt: skip


def _checks(data: BundleData) -> Card:
    ordered = sorted(data.checks, key=lambda check: (check.passed, check.table_name, check.check_name))
    rows: list[tuple[Cell, ...]] = [
        (
            check.check_name.replace("_", " "), check.detail or "", _PASSED if check.passed else _FAILED,
            None if check.failing_rows is None
            else count(check.failing_rows, f"check_results/{check.table_name}/{check.check_name}/failing_rows"),
        )
        for check in ordered
    ]  # fmt: skip
    return Card(
        "checks", "What must hold of the data", "Each is one query that counts the rows against it.", "check_results",
        table=Table.of(_CHECK_COLUMNS, rows, most=len(rows)) if rows else None, empty="No check has run yet.",
    )  # fmt: skip


VIEW = View("data_quality", 80, pages)
