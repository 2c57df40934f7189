"""Open work: how much, how old, what of it is past its target or doubtful, and what is left of what may go wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from dashboards.bundle import BundleData
from dashboards.language import say, say_of
from dashboards.numbers import day
from dashboards.pages.sheet import sheet
from dashboards.pages.view import Page, View
from dashboards.parts.open_ages import ages_card, median_age, oldest_card, total_of
from dashboards.parts.phantoms import phantoms_card
from dashboards.parts.promises import promises_card
from dashboards.wording import Sentence


def pages(data: BundleData) -> Iterator[Page]:
    """One page, always: that nothing is open is worth saying."""
    cards = [ages_card(data), promises_card(data), phantoms_card(data), oldest_card(data)]
    yield sheet(data, "open-work", say("Open work"), _heading(data), cards, _lead(data))


def _heading(data: BundleData) -> Sentence:
    words, newest = data.stream.words, data.newest_on
    if newest is None:
        return Sentence(say("Nothing is known of open work"))
    still, judged, past = (total_of(data, column) for column in ("cases", "judged", "past"))
    parts = {
        "n": still,
        "past": past,
        "case": words.case,
        "cases": words.cases,
        "day": day(newest, year=_is_other(data)),
    }
    if not still.value:
        return Sentence(say("No {case} was open on {day}", **parts))
    if not judged.value:
        text = say_of(still.value, "{n} {case} was open on {day}", "{n} {cases} were open on {day}", **parts)
        return Sentence(text, (still,))
    if not past.value:
        text = say_of(still.value, "{n} {case} was open on {day}, and not past a target",
                      "{n} {cases} were open on {day}, none of them past a target", **parts)  # fmt: skip
        return Sentence(text, (still,))
    text = say_of(still.value, "{n} {case} was open on {day}, and past its target",
                  "{n} {cases} were open on {day}, {past} of them past a target", **parts)  # fmt: skip
    return Sentence(text, (still, past))


def _is_other(data: BundleData) -> bool:
    """Is the newest event of a later day than this quarter's last?"""
    return data.newest_on is not None and data.newest_on >= data.period.until_on


def _lead(data: BundleData) -> list[Sentence]:
    said, half = [], median_age(data)
    if half is None:
        return []
    if _is_other(data):
        last = day(data.period.until_on - dt.timedelta(days=1), year=True)
        said.append(Sentence(say("This is the newest state, not that of {day}: older states are not kept.", day=last)))
    said.append(Sentence(say("Half of them are younger than {time}.", time=half), (half,)))
    judged, suspects = total_of(data, "doubted"), total_of(data, "suspects")
    if suspects.value:
        text = say_of(suspects.value, "{n} is probably not open any more.", "{n} are probably not open any more.",
                      n=suspects)  # fmt: skip
        said.append(Sentence(text, (suspects,)))
    elif not judged.value:
        said.append(Sentence(say("Nobody can say which are open on paper only.")))
    if not total_of(data, "judged").value:
        said.append(Sentence(say("The stream file sets no target for how long one may take.")))
    return said


VIEW = View("open_work", 40, pages)
