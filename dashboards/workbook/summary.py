"""The first sheet: the sentence of the review, its five results, whether anything was changed, and where it is from."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards.bundle import BundleData
from dashboards.language import say
from dashboards.numbers import many_of, scale_of
from dashboards.pages.review import Review
from dashboards.parts.measure import HEADLINES, Measure, measure
from dashboards.workbook.book import Book, Cell, Formula, Sheet, Styled
from dashboards.workbook.states import colour

WIDTHS = (32, 19, 19, 20, 12, 12, 12, 16, 12, 22)
"""Of its columns, in letters."""
_BEFORE, _RAW = 2, 4
"""The columns of last quarter, as the page says it, and of this one, raw."""


def write_summary(sheet: Sheet, data: BundleData, review: Review, unit: Formula | None, checks: Formula | None) -> None:
    """Everything of the review's head; `unit` and `checks` are the live unit cost and finding, where there are any."""
    sheet.say(say("{name}: operating review, {period}", name=review.name, period=review.period), "title")
    sheet.say(review.hero.sentence.text, "lead")
    for told in review.lead:
        sheet.say(told.text)
    sheet.say(" · ".join(told.text for told in review.freshness.sentences))
    _results(sheet, [measure(data, metric) for metric in HEADLINES], data)
    _live(sheet, unit, checks)
    sheet.row += 1
    for text in (review.quality.checks.text, *review.quality.failing, review.quality.left_out.text, review.lineage):
        sheet.say(text)


def _results(sheet: Sheet, found: Sequence[Measure], data: BundleData) -> None:
    heads = (
        say("Result"), say("As the page says it"), say("Last quarter"), say("Verdict"), say("Value"), say("From"),
        say("Until"), say("Unit"), say("How many"), say("Evidence id"),
    )  # fmt: skip
    sheet.head(heads, (4, 5, 6, 8), block=say("Five results; from and until: the range it lies in, 95 times of 100"))
    for each, tile in zip(found, _shown(found), strict=True):
        now = None if each.is_gated else each.now
        shape = _shape(sheet.book, each)
        numbers: list[Styled] = [
            (getattr(now, name) if now is not None else None, "number", shape) for name in ("value", "low", "high")
        ]
        row = sheet.line([
            (each.label, "text", ""), (tile, "text", ""), (each.before.text if each.before else "", "text", ""),
            (each.chip.word, "state", ""), *numbers, (_unit_words(each, data), "text", ""),
            (now.n if now is not None else None, "number", "#,##0"),
            ((now.evidence_id if now is not None else None) or say("none yet"), "text", ""),
        ])  # fmt: skip
        for shown, column in ((each.shown, _RAW), (each.before, _BEFORE)):
            if shown is not None:
                sheet.tell(shown.origin, row, column)


def _shown(found: Sequence[Measure]) -> list[str]:
    return [each.shown.text if each.shown is not None else each.chip.word for each in found]


def _shape(book: Book, found: Measure) -> str:
    known = {"share": "0.0%", "count": "#,##0", "ratio": "0.00", "days": "0.000", "working_days": "0.000"}
    return known.get(found.unit, book.money(2))


def _unit_words(found: Measure, data: BundleData) -> str:
    """The unit of the raw value; the text beside it may tell the same in hours."""
    if found.unit in ("days", "working_days"):
        return many_of(scale_of(10.0, found.unit))
    words = {"share": "%", "ratio": ": 1", "count": ""}
    return words.get(found.unit, found.unit)


def _live(sheet: Sheet, unit: Formula | None, checks: Formula | None) -> None:
    if checks is None:
        sheet.row += 1
        sheet.say(say("No costs, bridges or benefits were published of this quarter, so nothing here is live."))
        return
    sheet.head(
        (say("Live in this workbook"), say("Now")), (1,), block=say("What follows from the rates as they stand here")
    )
    now: Cell = unit if unit is not None else say("cannot be told")
    sheet.line([(say("Unit cost"), "text", ""), (now, "number", sheet.book.money())])
    row = sheet.line([(say("All checks together"), "text", ""), (checks, "state", "")])
    colour(sheet, row, row, 1)
