"""The page of evidence: every value of the quarter with its id as published, and how to check it."""

from __future__ import annotations

import re
from collections.abc import Callable

from dashboards.bundle import BundleData
from dashboards.pages.evidence import pages
from dashboards.parts.evidence_ids import ids_of_table
from dashboards.parts.notes import notes, notes_of
from metrics.published import EXCEPTIONS
from tests.dashboards.builder import QUARTER, Published, orders

Read = Callable[[Published], BundleData]
ID = re.compile(r"sg-[a-z2-7]{16}")


def _cards(data: BundleData) -> dict[str, object]:
    (page,) = pages(data)
    return {card.key: card for card in page.content.cards}


def test_every_value_stands_with_its_own_id(read: Read) -> None:
    """Each value of this quarter has a row, with the id and the fingerprint that were published for it."""
    published = orders()
    rows = _cards(read(published))["values"].table.rows  # type: ignore[attr-defined]
    shown = {row[3].original for row in rows}
    told = {r["evidence_id"]: r for r in published.rows["metric_values"] if r["period"] == QUARTER}
    assert shown == set(told)
    made = {r["evidence_id"]: r for r in published.rows["evidence"]}
    assert all(row[5].original == made[row[3].original]["inputs_fingerprint"] for row in rows)
    assert all(row[2].value == told[row[3].original]["n"] for row in rows)


def test_the_commands_name_a_real_id(read: Read) -> None:
    """What the page says to type has an id of this page in it."""
    cards = _cards(read(orders()))
    typed = [row[1].original for row in cards["verify"].table.rows]  # type: ignore[attr-defined]
    ids = {row[3].original for row in cards["values"].table.rows}  # type: ignore[attr-defined]
    assert {found for line in typed for found in ID.findall(line)} <= ids
    assert "streamgauge verify --all" in typed


def test_files_stand_with_their_hashes(read: Read) -> None:
    """Stream file, rates and bills stand with the beginning of their hash."""
    rows = _cards(read(orders()))["basis"].table.rows  # type: ignore[attr-defined]
    told = {row[0].original: row[2].original for row in rows if hasattr(row[0], "original")}
    assert told == {"stream.yaml": "3f" * 8, "rates.csv": "a0" * 8, "bills.csv": "77" * 8}


def test_notes_of_every_page_show_the_ids_of_their_numbers(read: Read) -> None:
    """A note of a metric has a line for each statistic of the quarter; one of a report, for each of its rows."""
    published = orders()
    data = read(published)
    flow = next(note for note in notes(data) if "p90: " in " ".join(note.evidence))
    assert f"p90: {published.value('flow_time', 'p90')['evidence_id']}" in flow.evidence
    (note,) = notes_of(data, ["exceptions"])
    told = [r["evidence_id"] for r in published.rows["evidence"] if r["table_name"] == "exceptions"]
    assert ID.findall(" ".join(note.evidence)) == told == ID.findall(" ".join(ids_of_table(data, EXCEPTIONS)))


def test_without_ids_there_is_no_page(read: Read) -> None:
    """A file published before there were ids has no such page, and notes without ids."""
    published = orders()
    published.rows["evidence"] = []
    for row in published.rows["metric_values"]:
        row["evidence_id"] = None
    data = read(published)
    assert list(pages(data)) == []
    assert not any(note.evidence for note in notes(data))
