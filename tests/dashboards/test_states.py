"""The page in every state: nothing finished, too few, below the gate, stale, no releases, no costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from dashboards.bundle import BundleData
from dashboards.pages.review import build_review, headline_sentences
from tests.dashboards.builder import BEFORE, QUARTER, Published, orders

Read = Callable[[Published], BundleData]


def test_hero_names_value_and_change(read: Read) -> None:
    """The one sentence is the p90 in customer words with what may be said of its change."""
    said = build_review(read(orders())).hero
    assert said.sentence.text == "9 in 10 orders are delivered within 4.0 days — 0.3 days faster than last quarter."
    assert said.strong == "4.0 days"


@pytest.mark.parametrize(
    ("verdict", "end"),
    [
        ("About the same", "— about the same as last quarter (within 0.1 days)."),
        ("No clear change", "— no clear change on last quarter: anywhere from 0.1 days to 0.5 days faster."),
        ("Likely faster", "— likely 0.3 days faster than last quarter."),
        ("No earlier period", "— nothing earlier to compare with."),
        ("Too few to say", "— too few days of data to say whether it changed."),
    ],
)
def test_hero_ends_as_its_verdict_says(read: Read, verdict: str, end: str) -> None:
    """Every verdict ends the sentence in its own way."""
    published = orders()
    published.change("flow_time", "p90")["verdict"] = verdict
    assert build_review(read(published)).hero.sentence.text.endswith(end)


def test_below_the_gate_no_flow_time_is_shown(read: Read) -> None:
    """Under the gate the page says 'Not measured reliably this quarter' and why, and shows no flow time anywhere."""
    published = orders()
    published.stream["measured_cases"] = 24000
    page = build_review(read(published))
    assert page.hero.sentence.text == "Not measured reliably this quarter."
    assert page.lead[0].text == "Only 93% of the orders that ended can be measured; we show a time from 95.0%."
    assert page.tiles[0].shown is None
    assert page.run.wide is None
    assert not page.effects.rows
    assert all(row.now is None for row in page.scorecard.rows if row.label.startswith("Order time"))
    assert page.tiles[3].shown is not None


def test_nothing_finished_is_said_not_zeroed(read: Read) -> None:
    """An empty quarter says so; no tile shows a 0."""
    published = orders()
    for row in published.rows["metric_values"]:
        row.update(value=None, low=None, high=None, n=0, reason="no observations", verdict="No data")
    published.rows["comparisons"] = []
    published.rows["value_stream"] = []
    page = build_review(read(published))
    assert page.hero.sentence.text == "No orders finished in this period."
    assert all(tile.shown is None and tile.chip.word == "No data" for tile in page.tiles)
    assert page.scorecard.title == "Nothing could be measured this quarter"
    assert page.run.wide is None
    assert not page.map.stops
    assert not page.effects.rows


def test_an_empty_file_of_values_still_makes_a_page(read: Read) -> None:
    """A stream without one value, definition or check makes a page that says so."""
    published = orders()
    for table in ("metric_values", "comparisons", "value_stream", "targets", "definitions", "check_results"):
        published.rows[table] = []
    assert len(headline_sentences(read(published))) == 5


def test_one_case_is_too_few(read: Read) -> None:
    """One finished case gives no 9-in-10; the page counts it in the singular."""
    published = orders()
    for row in published.rows["metric_values"]:
        row.update(value=None, low=None, high=None, n=1, reason="p90 needs 100", verdict="No data")
    published.rows["comparisons"] = []
    text = build_review(read(published)).hero.sentence.text
    assert text == "Only 1 order with an outcome this quarter: too few to say how long one takes."


def test_the_median_steps_in_where_there_is_no_p90(read: Read) -> None:
    """With fewer than 100 cases the page speaks of half of the orders."""
    published = orders()
    for period in (QUARTER, BEFORE):
        for statistic in ("p90", "p85"):
            published.value("flow_time", statistic, period).update(
                value=None, low=None, high=None, n=64, reason="needs 100"
            )
    assert build_review(read(published)).hero.sentence.text.startswith(
        "Half of the orders are delivered within 2.3 days"
    )


def test_a_nine_in_ten_of_five_cases_is_not_said(read: Read) -> None:
    """Published or not, a 9-in-10 below 100 cases gives way to the median, and below 30 nothing is said of the time."""
    published = orders()
    for row in published.rows["metric_values"]:
        if row["metric"] == "flow_time" and row["period"] == QUARTER:
            row["n"] = 99
    assert build_review(read(published)).hero.sentence.text.startswith("Half of the orders")
    for row in published.rows["metric_values"]:
        if row["metric"] == "flow_time" and row["period"] == QUARTER:
            row["n"] = 29
    assert build_review(read(published)).hero.sentence.text.startswith("Only 29 orders with an outcome this quarter")


def test_thin_weeks_are_gaps(read: Read) -> None:
    """A week with too few cases is a gap in the chart and says so in the table."""
    published = orders()
    for row in published.rows["metric_values"]:
        if row["grain"] == "week" and row["first_on"].isoformat() == "2026-05-04":
            row["n"] = 3
    thin = next(week for week in build_review(read(published)).run.rows if week.week == "4 May")
    assert thin.shown is None
    assert thin.remark == "Too few for a value"


def test_a_ratio_without_manual_handoffs_has_words(read: Read) -> None:
    """Nothing to divide by is said in words, never shown as 0 or infinity."""
    published = orders()
    published.value("handoff_ratio", "ratio").update(value=None, low=None, high=None, n=500, reason="no base")
    tile = build_review(read(published)).tiles[2]
    assert tile.shown is None
    assert tile.sentence.text == "No handoff to a person was recorded, so there is nothing to compare with."


def test_no_costs_has_words(read: Read) -> None:
    """A stream without a rate card shows no cost and no target verdict."""
    published = orders()
    published.drop("metric_values", metric="cost_per_transaction")
    published.drop("comparisons", metric="cost_per_transaction")
    tile = build_review(read(published)).tiles[4]
    assert tile.shown is None
    assert tile.target_state == "none"
    assert tile.sentence.text == "No costs are recorded for this period."


def test_no_releases_is_a_page_without_effects(read: Read) -> None:
    """Without releases the chart has one range, and nothing is said of any."""
    published = orders()
    start = published.stream["stream_file"].index("releases:")
    end = published.stream["stream_file"].index("targets:")
    published.stream["stream_file"] = published.stream["stream_file"][:start] + published.stream["stream_file"][end:]
    published.drop("comparisons", kind="release")
    page = build_review(read(published))
    assert page.effects.rows == ()
    assert not any("release" in sentence.text for sentence in page.lead)


def test_stale_data_say_where_they_stop(read: Read) -> None:
    """Data that end before the quarter does are named with their last day, in the stream's own zone."""
    published = orders()
    published.stream["last_event_at"] = dt.datetime.fromisoformat("2026-09-23T22:30")
    fresh = build_review(read(published)).freshness
    assert not fresh.is_current
    assert fresh.sentences[0].text == "Data stops at 24 September 2026"


@pytest.mark.parametrize(("started", "said"), [(4.02 * 1.049, False), (4.02 * 1.051, True), (4.02 * 0.94, True)])
def test_open_work_is_counted_where_it_matters(read: Read, started: float, said: bool) -> None:
    """The second reading is named when it differs by more than 5 %."""
    published = orders()
    published.value("flow_time_started", "p90")["value"] = started
    texts = [s.text for s in build_review(read(published)).lead]
    assert any(t.startswith("Of all ") and "9 in 10 take" in t for t in texts) is said


def test_what_got_worse_is_named(read: Read) -> None:
    """The scorecard title counts sure changes both ways; the subtitle names what got worse."""
    card = build_review(read(orders())).scorecard
    assert card.title == "3 of 7 measures got better, 1 got worse"
    assert "Worse than last quarter: Back to normal after a failure (half)." in card.subtitle


def test_the_range_is_rebased_only_at_documented_changes(read: Read) -> None:
    """Of four releases the stream file re-bases at one: two ranges, and the title says what came with it."""
    run = build_review(read(orders())).run
    assert len({row.usual for row in run.rows}) == 2
    assert run.title == "Orders got faster with release 2.4, and stayed faster"
    assert [row.remark for row in run.rows if row.week == "4 May"] == ["Above the usual range"]


def test_a_sure_effect_alone_does_not_move_the_range(read: Read) -> None:
    """A release is Faster, and no change is documented: one range, and the weeks after it are signals."""
    published = orders()
    published.replace_in_stream_file(", rebase: true", "")
    run = build_review(read(published)).run
    assert len({row.usual for row in run.rows}) == 1
    assert run.title == "Orders got faster with release 2.4"
    assert sum("below the usual" in row.remark.lower() for row in run.rows) >= 5


def test_steps_few_pass_are_other_paths(read: Read) -> None:
    """A step under 5 % of cases is not on the map but is counted in the words below it."""
    card = build_review(read(orders())).map
    assert [s.name for s in card.stops] == ["Receive", "Check", "Decide", "Fulfil", "Deliver"]
    assert card.others is not None
    assert card.others.text.startswith("Other paths: 1 more step")
    assert [s.name for s in card.stops if s.is_worst] == ["Check"]
    assert card.title == "Most of the time is waiting — and most of the waiting is before Check"


def test_a_handful_of_cases_makes_no_map(read: Read) -> None:
    """Below 30 finished cases the map would show single cases; the card says so instead."""
    published = orders()
    for row in published.rows["value_stream"]:
        row.update(cases=5, visits=6, case_share=1.0)
    card = build_review(read(published)).map
    assert card.stops == ()
    assert card.title == "Too few finished this quarter to show where the time goes"


def test_unknown_work_is_not_recorded_not_zero(read: Read) -> None:
    """Logs with instants only have no work time; the map says so and claims nothing about most of the time."""
    published = orders()
    for row in published.rows["value_stream"]:
        row["touch_hours"] = None
    card = build_review(read(published)).map
    assert all(stop.work is None for stop in card.stops)
    assert card.title == "Most of the waiting is before Check"


def test_an_unknown_metric_appears_on_its_own(read: Read) -> None:
    """A metric this room never heard of gets a scorecard row and a note from its rows alone."""
    published = orders()
    row = published.value("handoff_ratio", "ratio") | {
        "metric": "rework_loops",
        "statistic": "share",
        "unit": "share",
        "value": 0.31,
    }
    published.rows["metric_values"].append(row)
    page = build_review(read(published))
    assert "Rework loops" in [r.label for r in page.scorecard.rows]
    assert "Rework loops" in [n.label for n in page.notes]


def test_a_week_that_has_not_ended_is_not_drawn(read: Read) -> None:
    """Three days of a week are no week: fewer outcomes, the same fixed cost, and so a spike that is none."""
    published = orders()
    published.stream["last_event_at"] = dt.datetime.fromisoformat("2026-09-23T10:00")
    weeks = read(published).weekly("flow_time", "p90")
    assert weeks
    assert max(week.until_on for week in weeks) <= dt.date(2026, 9, 24)


def test_each_stream_has_its_own_definitions(read: Read) -> None:
    """With two streams in one file, the notes of one never show the SQL of the other."""
    published = orders()
    own = next(row for row in published.rows["definitions"] if row["metric"] == "flow_time")
    published.rows["definitions"].append(own | {"stream": "another", "sql": "SELECT 'another'"})
    assert read(published).definitions["flow_time"].sql == own["sql"]


def test_what_is_unknown_bounds_the_number_in_its_note(read: Read) -> None:
    """The technical note says what a value could be at least and at most; where all is known it says nothing of it."""
    published = orders()
    published.value("handoff_ratio", "ratio").update(value=2.4, least=1.1, most=3.2)
    notes = {note.label: note for note in build_review(read(published)).notes}
    (said,) = notes["Automated handoffs"].intervals
    assert said.text.endswith("; at least 1.10 : 1, at most 3.20 : 1, whatever is unknown")
    assert {number.value for number in said.numbers} >= {1.1, 3.2}
    assert all("unknown" not in found.text for found in notes["Right first time"].intervals)


def test_working_time_is_named_with_its_calendar(read: Read) -> None:
    """The second clock stands in working days, beside the name of its calendar, with the verdict of a time."""
    published = orders()
    published.replace_in_stream_file(
        "releases:", 'calendars: [{name: Ulm, hours: {mon-fri: ["08:00-16:00"]}}]\nreleases:'
    )
    told = {"metric": "working_time", "unit": "working_days"}
    for period in (BEFORE, QUARTER):
        published.rows["metric_values"].append(published.value("flow_time", "p90", period) | told | {"value": 4.0})
    change = published.change("flow_time", "p90") | told
    published.rows["comparisons"].append(change | {"after_value": 4.0, "difference": -0.5, "verdict": "Faster"})
    definition = next(row for row in published.rows["definitions"] if row["metric"] == "flow_time")
    published.rows["definitions"].append(definition | told | {"label": "Working time"})
    page = build_review(read(published))
    (row,) = (row for row in page.scorecard.rows if row.label.startswith("Working time"))
    assert row.label == "Working time, calendar Ulm (9 in 10)"
    assert (str(row.now), str(row.moved), row.chip.word, row.tier) == (
        "4.0 working days", "\u22120.5 working days", "Faster", "Customer",
    )  # fmt: skip
    (note,) = (note for note in page.notes if note.label == "Working time, calendar Ulm")
    assert "4.00 working days" in note.intervals[0].text


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        ("Faster", "The gain came with release"),
        ("Likely faster", "The gain likely came with release"),
        ("No clear change", "The gain did not come with a release of this quarter."),
        ("Slower", "The gain did not come with a release of this quarter."),
    ],
)
def test_a_gain_is_put_beside_a_release_as_surely_as_it_is_known(read: Read, verdict: str, said: str) -> None:
    """A likely effect of a release is called likely, and one that went the other way is no cause."""
    published = orders()
    for row in published.rows["comparisons"]:
        if row["kind"] == "release" and row["metric"] == "flow_time":
            row["verdict"] = verdict
    assert build_review(read(published)).lead[0].text.startswith(said)
