"""What the page of failures says in each state: some, none, open ones only, a handful, nobody tells."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dashboards.bundle import BundleData
from dashboards.pages.failures import pages
from dashboards.pages.sheet import Sheet
from tests.dashboards.builder import BEFORE, QUARTER, Published, orders
from tests.dashboards.sheet_text import bars_of, card_of, cells_of, sheet_of

Read = Callable[[Published], BundleData]


def _page(read: Read, published: Published) -> Sheet:
    return sheet_of(pages, read(published))


def _whole(published: Published, period: str = QUARTER) -> dict[str, object]:
    """The row of all failures of a quarter, to be changed in place."""
    wanted = (period, "all", "all")
    return next(
        row for row in published.rows["failures_by_severity"]
        if (row["period"], row["level"], row["severity"]) == wanted
    )  # fmt: skip


def test_one_sentence_says_what_happened(read: Read) -> None:
    """How many, and how soon half of those that ended were over; then the change and what is open."""
    page = _page(read, orders())
    assert page.heading.text == (
        "420 failures were noticed this quarter — half of those that ended were back to normal within 12 hours"
    )
    assert [said.text for said in page.lead] == ["3 hours slower than last quarter.", "21 are still open."]


def test_counts_stand_beside_the_quarter_before(read: Read) -> None:
    """Noticed, ended, open, healed and time in failure; a quarter before that is unknown is no 0."""
    page = _page(read, orders())
    assert cells_of(page, "counts")["Still open at the end"] == ["21", "13"]
    assert cells_of(page, "counts")["Time in failure, overlaps counted once"] == ["13 days", "11 days"]
    published = orders()
    published.drop("failures_by_severity", period=BEFORE)
    assert cells_of(_page(read, published), "counts")["Noticed"] == ["420", "no data"]


def test_stages_are_to_scale_with_range_and_sample(read: Read) -> None:
    """Twice the time is twice the bar; the range stands only beside the number it belongs to."""
    page = _page(read, orders())
    assert cells_of(page, "stages")["Noticed → back to normal"] == ["12 hours", "10–15 hours", "412"]
    assert cells_of(page, "stages")["Noticed → somebody owns it"] == ["2.6 hours", "no range", "401"]
    bars = bars_of(page, "stages")
    owned, ended = bars["Noticed → somebody owns it"], bars["Noticed → back to normal"]
    assert owned.start == ended.start == bars["Began → noticed"].width
    assert owned.width / ended.width == pytest.approx(0.11 / 0.52, abs=0.01)
    assert all(bar.start + bar.width <= 100 and (bar.high or 0) <= 100 for bar in bars.values())
    assert card_of(page, "stages").title == "The longest stretch lies before the cause is repaired"


def test_a_range_of_other_failures_is_not_shown(read: Read) -> None:
    """Where the metric counted another number of failures, its range belongs to another number."""
    published = orders()
    published.value("failure_containment_time", "p50")["n"] = 411
    assert cells_of(_page(read, published), "stages")["Noticed → back to normal"] == ["12 hours", "no range", "412"]


def test_a_handful_has_no_median(read: Read) -> None:
    """Below ten failures nothing is said of half of them, and no bar is drawn."""
    published = orders()
    for row in published.rows["failure_stages"]:
        row["n"] = 9
    page = _page(read, published)
    assert page.heading.text == "420 failures were noticed this quarter"
    assert card_of(page, "stages").title == "Too few failures ended this quarter to say how long they take"
    assert cells_of(page, "stages")["Noticed → back to normal"] == ["only 9: too few", "no range", "9"]
    assert cells_of(page, "severity")["Severity 3"][-1] == "only 9: too few"
    assert [said.text for said in page.lead] == ["21 are still open."]


def test_one_failure_is_one(read: Read) -> None:
    """One failure is told in the singular."""
    published = orders()
    _whole(published).update(detected=1, closed=0, open_at_end=1, caused_by_release=0, unattributed=1)
    published.drop("failure_stages", severity="all")
    page = _page(read, published)
    assert page.heading.text == "1 failure was noticed this quarter"
    assert [said.text for said in page.lead] == ["1 is still open."]
    assert card_of(page, "causes").title == "Nobody says of most failures whether a release was the cause"


def test_none_noticed_but_some_open(read: Read) -> None:
    """A quiet quarter still names what is open from before."""
    published = orders()
    for row in published.rows["failures_by_severity"]:
        row.update(detected=0, closed=0)
    _whole(published).update(open_at_end=2, caused_by_release=0, unattributed=0)
    page = _page(read, published)
    assert page.heading.text == "No failure was noticed this quarter; 2 are open from before"
    assert card_of(page, "causes").table is None
    assert card_of(page, "severity").empty == "No failure was noticed and none ended in this quarter."


def test_no_failure_at_all(read: Read) -> None:
    """No failure is said in words, with what could have told of one; no table of zeros."""
    published = orders()
    _whole(published).update(detected=0, closed=0, open_at_end=0)
    page = _page(read, published)
    assert page.heading.text == "No failure was noticed this quarter"
    (card,) = page.cards
    assert card.empty.startswith("The stream file names no failure rule and no watch;")
    published.replace_in_stream_file(
        "releases:", "failures: [{name: refused, detected: [refuse], steady: [deliver]}]\nreleases:"
    )
    (card,) = _page(read, published).cards
    assert card.empty == "The rules of the stream file found none, and no service told of any."


def test_nothing_known_is_not_none(read: Read) -> None:
    """Without a row of the quarter nothing is known, which is not the same as no failure."""
    published = orders()
    published.rows["failures_by_severity"] = []
    assert _page(read, published).heading.text == "Nothing is known of failures in this quarter"


def test_causes_are_shares_with_a_bound(read: Read) -> None:
    """What is put down to a release, what nobody attributed, and how much it could be."""
    page = _page(read, orders())
    assert card_of(page, "causes").title == "60 of 420 failures are put down to a release"
    assert cells_of(page, "causes")["Nobody says whether a release was the cause"] == ["140", "33%", "33%"]
    assert card_of(page, "causes").remarks[0].text == "If all that nobody attributed were of releases, it would be 48%."


def test_a_published_verdict_stands_beside_its_share(read: Read) -> None:
    """Where the metric is published its verdict is shown; a column of nothing is not."""
    published = orders()
    told = {"metric": "unattributed_failures", "statistic": "share", "unit": "share", "value": 1 / 3}
    for period in (BEFORE, QUARTER):
        published.rows["metric_values"].append(published.value("first_time_right", "share", period) | told)
    page = _page(read, published)
    assert len(cells_of(page, "causes")["Put down to a release"]) == 4
    assert "MTTR" not in str(page)


def test_open_ones_are_counted_where_it_matters(read: Read) -> None:
    """Where counting the open ones moves the time by more than 5 %, it is said."""
    published = orders()
    open_counted = published.value("failure_containment_time", "p50") | {"metric": "failure_containment_time_started"}
    published.rows["metric_values"].append(open_counted | {"value": 0.6})
    assert _page(read, published).lead[-1].text == "With those still open counted, half take 14 hours."
    published.rows["metric_values"][-1]["value"] = 0.53
    assert _page(read, published).lead[-1].text == "21 are still open."


def test_severities_stand_worst_first(read: Read) -> None:
    """By number, what nobody graded last; what it hit stands below."""
    published = orders()
    row = next(r for r in published.rows["failures_by_severity"] if r["severity"] == "3")
    published.rows["failures_by_severity"] += [row | {"severity": "unknown"}, row | {"severity": "10"}]
    page = _page(read, published)
    assert list(cells_of(page, "severity")) == [
        "Severity 1", "Severity 3", "Severity 10", "Severity not told", "Of one order", "Of the whole stream",
    ]  # fmt: skip
    assert card_of(page, "severity").title == "3 failures of severity 1, the worst that occurred"
