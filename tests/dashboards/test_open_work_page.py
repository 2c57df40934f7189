"""What the page of open work says in each state: some, one, none, no target, doubtful ones, an older quarter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from dashboards.bundle import BundleData
from dashboards.pages.open_work import pages
from dashboards.pages.sheet import Sheet
from dashboards.publish import ReviewBundle
from dashboards.rows.open_cases import MOST
from tests.dashboards.builder import BEFORE, QUARTER, Published, orders
from tests.dashboards.page_text import read_page
from tests.dashboards.sheet_text import bars_of, card_of, cells_of, sheet_of

Read = Callable[..., BundleData]
LONG, TURNED, HEBREW = "Überlanger" * 30, "abc\u202egnp.exe", "הזמנה פתוחה"


def _page(read: Read, published: Published, period: str = QUARTER) -> Sheet:
    return sheet_of(pages, read(published, period))


def test_how_much_and_what_of_it_is_past_its_target(read: Read) -> None:
    """The heading counts what is open, on which day, and what is past a target; the lead tells age and doubt."""
    page = _page(read, orders())
    assert page.heading.text == "310 orders were open on 30 September, 261 of them past a target"
    assert [said.text for said in page.lead] == [
        "Half of them are younger than 20 days.", "2 are probably not open any more.",
    ]  # fmt: skip


def test_ages_are_counted_in_bands_that_sum_to_all(read: Read) -> None:
    """Every open case is in one band, bars are to scale, and empty bands between stay."""
    page = _page(read, orders())
    assert sum(int(cells[0]) for cells in cells_of(page, "ages").values()) == 310
    assert cells_of(page, "ages")["1 to 3 days"] == ["26", "0", "0"]
    bars = bars_of(page, "ages")
    assert max(bar.width for bar in bars.values()) == 100
    assert bars["1 to 3 days"].width == pytest.approx(26 / 111 * 100, abs=0.1)
    published = orders()
    published.rows["open_work"] = [published.rows["open_work"][0] | {"age_days": age, "case_id": str(age)}
                                   for age in (1.0, 89.9)]  # fmt: skip
    assert list(cells_of(_page(read, published), "ages")) == [
        "1 to 3 days", "3 to 7 days", "1 to 2 weeks", "2 weeks to 30 days", "30 to 90 days",
    ]  # fmt: skip


def test_a_border_of_a_band_belongs_to_the_older_one(read: Read) -> None:
    """Exactly three days old is not under three days; a negative age is under an hour."""
    published = orders()
    published.rows["open_work"] = [published.rows["open_work"][0] | {"age_days": age, "case_id": str(age)}
                                   for age in (3.0, -0.1, 400.0)]  # fmt: skip
    told = cells_of(_page(read, published), "ages")
    assert (told["3 to 7 days"][0], told["1 to 3 days"][0], told["Under 1 hour"][0]) == ("1", "0", "1")
    assert told["Over 90 days"][0] == "1"


def test_the_oldest_are_listed_and_the_rest_counted(read: Read) -> None:
    """Fifty by name, oldest first; the others are a number; all but ten fold away."""
    page = _page(read, orders())
    table = card_of(page, "oldest").table
    assert table is not None
    assert (len(table.rows), table.omitted, table.fold) == (MOST, 310 - MOST, "Show 40 more")
    assert (len(table.open_rows), len(table.folded_rows)) == (10, 40)
    assert cells_of(page, "oldest")["O-00300"] == ["58 days", "Receive", "52 days", "Past", "Probably not open"]
    assert card_of(page, "oldest").title == "The oldest open order is 61 days old"


def test_nothing_open(read: Read) -> None:
    """No open case is a sentence, and no table of zeros."""
    published = orders()
    published.rows["open_work"] = []
    for row in published.rows["phantom_audit"]:
        row.update(open_cases=0, suspects=0)
    page = _page(read, published)
    assert page.heading.text == "No order was open on 30 September"
    assert page.lead == ()
    assert [card_of(page, key).table for key in ("ages", "oldest", "phantoms")] == [None, None, None]
    assert card_of(page, "ages").empty == "No order is open."


@pytest.mark.parametrize(
    ("past", "said"),
    [
        (True, "1 order was open on 30 September, and past its target"),
        (False, "1 order was open on 30 September, and not past a target"),
        (None, "1 order was open on 30 September"),
    ],
)
def test_one_open_case(read: Read, past: bool | None, said: str) -> None:
    """One case is told in the singular; without a target nothing is said of one."""
    published = orders()
    published.rows["open_work"] = [published.rows["open_work"][0] | {"is_past_target": past}]
    page = _page(read, published)
    assert page.heading.text == said
    assert card_of(page, "oldest").title == "The only open order is 9.6 hours old"
    lead = [sentence.text for sentence in page.lead]
    assert ("The stream file sets no target for how long one may take." in lead) is (past is None)


def test_where_nobody_can_say_no_suspicion_is_shown(read: Read) -> None:
    """Below 200 finished cases the column of doubts is gone and the page says why; unknown is not 0."""
    published = orders()
    for row in published.rows["open_work"]:
        row["is_phantom_suspect"] = None
    for row in published.rows["phantom_audit"]:
        row.update(suspects=None, quiet_limit_days=None)
    page = _page(read, published)
    assert "Nobody can say which are open on paper only." in [sentence.text for sentence in page.lead]
    assert len(cells_of(page, "ages")["1 to 3 days"]) == 2
    assert cells_of(page, "phantoms")["All quarters"][2] == "nobody can say"
    assert card_of(page, "phantoms").remarks[0].text == "Nobody is suspected below 200 finished orders."
    assert cells_of(page, "oldest")["O-00309"][-1] == "nobody can say"


@pytest.mark.parametrize(
    ("limit", "gate", "reason"),
    [
        (30.0, "", "quiet for more than 30 days; a shorter silence is never suspect."),
        (41.2, "", "quiet for more than 41 days, which 199 of 200 finished orders never were."),
        (20.0, ", phantom_days: 20", "quiet for more than 20 days, as the stream file allows."),
    ],
)
def test_the_reason_for_a_suspicion_is_told(read: Read, limit: float, gate: str, reason: str) -> None:
    """From which silence on, and where that comes from."""
    published = orders()
    published.replace_in_stream_file("completeness: 0.95", f"completeness: 0.95{gate}")
    for row in published.rows["phantom_audit"]:
        row["quiet_limit_days"] = limit
    assert card_of(_page(read, published), "phantoms").remarks[0].text == f"Probably not open: {reason}"


def test_too_much_open_for_a_time_is_said(read: Read) -> None:
    """Where too much is open for a 9-in-10 the audit says so, instead of a number."""
    published = orders()
    published.rows["phantom_audit"][0].update(p90_days=None, p90_without_days=None)
    assert cells_of(_page(read, published), "phantoms")["All quarters"][-2:] == ["too many open", "too many open"]


def test_an_older_quarter_says_that_states_are_not_kept(read: Read) -> None:
    """Open work is of the newest event: for an older quarter the day has its year, and the page says so."""
    page = _page(read, orders(), BEFORE)
    assert page.heading.text.startswith("310 orders were open on 30 September 2026,")
    assert page.lead[0].text == "This is the newest state, not that of 30 June 2026: older states are not kept."
    assert card_of(page, "promises").title == "Nothing is promised to each customer"


def test_stale_data_age_to_their_newest_event(read: Read) -> None:
    """The day in the heading is that of the newest event, never of a clock."""
    published = orders()
    published.stream["last_event_at"] = dt.datetime.fromisoformat("2026-08-11T22:30")
    assert " on 12 August, " in _page(read, published).heading.text
    published.stream["last_event_at"] = None
    assert _page(read, published).heading.text == "Nothing is known of open work"


def test_the_error_budget_is_counted_in_customers(read: Read) -> None:
    """How many may miss, how many did, what is left, and how fast it goes; the bar shows what is spent."""
    page = _page(read, orders())
    told = cells_of(page, "promises")
    assert told["Order time: 9 in 10 within 3.5 days"] == ["6,214", "621", "840", "−219", "1.2", "1.4", "Overspent"]
    assert told["Right first time: 90% of all"] == ["6,101", "610", "560", "50", "0.8", "0.9", "Within budget"]
    bars = bars_of(page, "promises")
    assert bars["Right first time: 90% of all"].width == pytest.approx(560 / 610.1 / (840 / 621.4) * 100, abs=0.1)
    assert card_of(page, "promises").title == "1 of 2 promises is broken more often than allowed"


def test_a_budget_within_and_a_burn(read: Read) -> None:
    """Within all budgets is said; a burn that rings comes before it, and a burn of which nothing is said is no 0."""
    published = orders()
    published.rows["objectives"][0].update(
        misses=100, budget_left=521.4, short_burn=None, long_burn=None, is_alert=None
    )
    page = _page(read, published)
    assert card_of(page, "promises").title == "Every promise is within its error budget"
    assert cells_of(page, "promises")["Order time: 9 in 10 within 3.5 days"][-3:] == [
        "not told",
        "not told",
        "Within budget",
    ]
    published.rows["objectives"][0].update(is_alert=True)
    assert card_of(_page(read, published), "promises").title == "An error budget burns too fast"
    for row in published.rows["objectives"]:
        row.update(subjects=0, misses=0, budget=0.0, budget_left=0.0, is_alert=None)
    page = _page(read, published)
    assert card_of(page, "promises").title == "No result of this quarter is known yet"
    assert cells_of(page, "promises")["Right first time: 90% of all"][-1] == "No result yet"


def test_hostile_names_are_inert(publish: Callable[[Published], ReviewBundle]) -> None:
    """Scripts, turned text and 300 letters in ids and steps stand as text; right-to-left words stay whole."""
    published = orders()
    for row, text in zip(
        published.rows["open_work"][-4:], ("<script>alert(1)</script>", TURNED, LONG, HEBREW), strict=True
    ):
        row.update(case_id=text, last_step=text, last_label=text)
    bundle = publish(published)
    page = read_page((bundle.directory / "open-work.html").read_text("utf-8"))
    assert not [tag for tag, _ in page.tags if tag in ("script", "img")]
    assert {"<script>alert(1)</script>", "abcgnp.exe", LONG, HEBREW} <= set(page.executive)
