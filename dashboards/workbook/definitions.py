"""The sheet of definitions: what each measure is, its version, its SQL as it was run, and the ids of its evidence."""

from __future__ import annotations

from dashboards.bundle import BundleData
from dashboards.language import say
from dashboards.parts.evidence_ids import ids_of_values
from dashboards.parts.measure import label_of, metrics_of
from dashboards.workbook.book import Book

_WIDTHS = (24, 27, 9, 52, 76, 30)


def write_definitions(book: Book, data: BundleData) -> None:
    """One row a measure, the five of the review first."""
    sheet = book.sheet(say("Definitions"), _WIDTHS)
    sheet.say(say("What each measure is, and the SQL that gave its numbers"), "title")
    sheet.say(say("Definitions are in English, as the code is held to them. An evidence id opens all that a number was "
                  "made of: streamgauge evidence."))  # fmt: skip
    sheet.head((
        say("Name"), say("Measure"), say("Version"), say("Definition"), say("SQL"),
        say("Evidence ids of this quarter"),
    ))  # fmt: skip
    sheet.made.freeze_panes(sheet.row, 1)
    sheet.made.repeat_rows(sheet.row - 1)
    for metric in metrics_of(data):
        known = data.definitions.get(metric)
        if known is None:
            continue
        rows = [v for (m, _, p), v in sorted(data.values.items()) if m == metric and p == data.period.key]
        sheet.line([
            (label_of(data, metric), "text", ""), (metric, "text", ""), (known.version, "text", ""),
             (f"{say(known.sentence)}\n{known.definition}", "text", ""), (known.sql.strip(), "sql", ""),
            ("\n".join(ids_of_values(data, rows)) or say("none yet"), "text", ""),
        ])  # fmt: skip
