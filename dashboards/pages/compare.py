"""Compare: this quarter against every earlier one that the file holds, and releases side by side."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards.bundle import BundleData
from dashboards.language import say
from dashboards.numbers import number
from dashboards.pages.sheet import sheet
from dashboards.pages.view import Page, View
from dashboards.parts.earlier import courses_card, history, is_shown, quarter_cards
from dashboards.parts.freshness import gate_reason
from dashboards.parts.measure import FLOW_TIME, measure, not_reliable
from dashboards.parts.release_table import release_table_card
from dashboards.rows.frozen_values import ROWS as FROZEN
from dashboards.wording import Sentence


def pages(data: BundleData) -> Iterator[Page]:
    """One page, always."""
    reason = gate_reason(data)
    lead = [reason] if reason else [Sentence(_how(data))]
    cards = [courses_card(data), *quarter_cards(data), release_table_card(data)]
    yield sheet(data, "compare", say("Compare"), _heading(data), cards, lead)


def _how(data: BundleData) -> str:
    """Between which quarters there are verdicts, and how to get one for any other two."""
    rows = history(data, measure(data, FLOW_TIME))
    command = f"streamgauge compare {rows[0].period if rows else data.before.key} {data.period.key}"
    if data.rows(FROZEN):
        return say(
            "Verdicts stand against the quarter before and the frozen baseline. For any other two, see the ranges, "
            "or ask: {command}.", command=command,
        )  # fmt: skip
    return say(
        "Verdicts stand against the quarter before. For any other two, see the ranges, or ask: {command}.",
        command=command,
    )


def _heading(data: BundleData) -> Sentence:
    """The flow time of the oldest quarter beside this one's."""
    found = measure(data, FLOW_TIME)
    known = [row for row in history(data, found) if is_shown(row)]
    if found.is_gated:
        return Sentence(not_reliable())
    if found.shown is None or len(known) < 2 or known[0].value is None:
        return Sentence(say("There is nothing to compare this quarter with"))
    first = known[0]
    was = number(known[0].value, first.unit, f"{first.origin}/value")
    text = say(
        "{label}: {was} in {first}, {now} in {last}", label=found.full_label, was=was, first=first.period,
        now=found.shown, last=data.period.key,
    )  # fmt: skip
    return Sentence(text, (was, found.shown))


VIEW = View("compare", 60, pages)
