"""What the page of a metric says: in a plain quarter, and in every state that is not."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from dashboards.bundle import BundleData
from dashboards.pages.sheet import Sheet
from dashboards.pages.view import pages_of
from dashboards.parts.card import Card
from dashboards.parts.measure import HEADLINES, page_stem
from dashboards.publish import ReviewBundle
from tests.dashboards.builder import BEFORE, QUARTER, Published, orders
from tests.dashboards.metric_page_rows import segment_row
from tests.dashboards.page_text import read_page
from tests.dashboards.test_every_page import static_bytes
from tests.dashboards.test_publish import FIRST_VIEW_BYTES

Read = Callable[[Published], BundleData]
LONG = "Überlanger" * 30


def page_of(data: BundleData, metric: str = "flow_time") -> Sheet:
    """The page of a metric."""
    (content,) = (page.content for page in pages_of(data)["metric"] if page.stem == page_stem(metric))
    assert isinstance(content, Sheet)
    return content


def cards_of(data: BundleData, metric: str = "flow_time") -> dict[str, Card]:
    """Its cards by key."""
    return {card.key: card for card in page_of(data, metric).cards}


def column(card: Card, place: int) -> list[str]:
    """The texts of a column."""
    assert card.table is not None
    return [str(getattr(row[place], "word", row[place])) for row in card.table.rows]


@pytest.mark.parametrize(
    ("metric", "said"),
    [
        ("flow_time", "9 in 10 orders are delivered within 4.0 days — 0.3 days faster than last quarter."),
        (
            "failure_containment_time",
            "Half of all failures are back to normal within 12 hours — 3 hours slower than last quarter.",
        ),
        (
            "handoff_ratio",
            "For each handoff that a person takes part in, 2.4 are automated — 0.8 higher than last quarter.",
        ),
        (
            "first_time_right",
            "87% of orders need no rework — no clear change on last quarter: anywhere from 1 point lower to "
            "2 points higher.",
        ),
        ("cost_per_transaction", "The average order costs €11.40 — likely €0.90 cheaper than last quarter."),
    ],
)
def test_the_finding_stands_at_the_head(read: Read, metric: str, said: str) -> None:
    """Each headline metric says its value and its change in customer words."""
    assert page_of(read(orders()), metric).heading.text == said


def test_every_headline_metric_has_a_page_in_every_state(read: Read) -> None:
    """Five pages, in a full quarter and in one without a single value."""
    published = orders()
    wanted = [page_stem(metric) for metric in HEADLINES]
    assert [page.stem for page in pages_of(read(published))["metric"]] == wanted
    for table in ("metric_values", "comparisons", "targets", "definitions", "segment_values", "distributions"):
        published.rows[table] = []
    assert [page.stem for page in pages_of(read(published))["metric"]] == wanted


def test_where_it_stands_names_quarters_baseline_and_target(read: Read) -> None:
    """Four rows with range and verdict each; the title says what became of the target."""
    card = cards_of(read(orders()))["standing"]
    assert card.title == "The target of 3.5 days has not been reached"
    assert column(card, 0) == [
        "This quarter, 2026-Q3", "Last quarter, 2026-Q2", "Baseline 2026-Q1, frozen 2 April 2026", "Target",
    ]  # fmt: skip
    assert column(card, 1) == ["4.0 days", "4.3 days", "4.6 days", "3.5 days"]
    assert column(card, 2) == ["3.8–4.2 days", "4.1–4.5 days", "4.4–4.8 days", ""]
    assert column(card, 4) == ["", "Faster", "Faster", "Not met"]
    assert [r.text for r in card.remarks] == [
        "0.3 days faster than last quarter.", "0.6 days faster than the baseline 2026-Q1.",
    ]  # fmt: skip


def test_a_target_of_another_statistic_is_not_lost(read: Read) -> None:
    """A target for half of the failures is judged by that statistic though the page speaks of another."""
    published = orders()
    for row in published.rows["targets"]:
        if row["metric"] == "flow_time":
            row.update(statistic="p50", target=2.5)
    card = cards_of(read(published))["standing"]
    assert card.title == "The target of 2.5 days (half) is met"
    assert column(card, 0)[-2:] == ["This quarter, 2026-Q3 (half)", "Target (half)"]


@pytest.mark.parametrize(
    ("metric", "unit"), [("first_time_right", "%"), ("handoff_ratio", ": 1"), ("cost_per_transaction", "€")]
)
def test_the_course_is_in_the_unit_of_its_metric(read: Read, metric: str, unit: str) -> None:
    """Weeks and usual ranges of shares, ratios and money are written as such."""
    card = cards_of(read(orders()), metric)["course"]
    assert card.chart is not None
    assert all(unit in text for text in column(card, 1) + column(card, 2))


def test_a_signal_is_good_where_more_is_better(read: Read) -> None:
    """A ratio above its usual range is drawn as a gain, a time above it as a loss."""
    published = orders()
    for row in published.rows["metric_values"]:
        if row["grain"] == "week" and row["metric"] in ("handoff_ratio", "flow_time"):
            row["value"] = 9.0 if row["first_on"] == dt.date(2026, 9, 7) else 2.0 + row["first_on"].day % 2 / 10
    data = read(published)
    for metric, tone in (("handoff_ratio", "good"), ("flow_time", "bad")):
        chart = cards_of(data, metric)["course"].chart
        assert chart is not None
        assert re.findall(r'<g fill="var\(--(\w+)\)"><circle', chart.narrow) == [tone]


def test_both_readings_stand_side_by_side(read: Read) -> None:
    """Finished and started, open work counted; where they differ by more than 5 % a sentence says so."""
    card = cards_of(read(orders()))["readings"]
    assert card.title == "Counting open work, it takes longer"
    assert column(card, 0)[-1] == "Started this quarter, open ones counted (9 in 10)"
    assert [remark.text for remark in card.remarks] == [
        "Of all orders started this quarter, with those still open or ended otherwise counted, 9 in 10 take 4.6 days."
    ]
    published = orders()
    published.value("flow_time_started", "p90")["value"] = 4.05
    alike = cards_of(read(published))["readings"]
    assert (alike.title, alike.remarks) == ("Counting open work changes little", ())


def test_the_spread_is_drawn_and_told(read: Read) -> None:
    """Half and 9 in 10 in the title; the table holds every span, the last open; a share has no spread."""
    data = read(orders())
    card = cards_of(data)["spread"]
    assert card.title == "Half of the orders took less than 2.3 days, and 1 in 10 took longer than 4.0 days"
    assert card.chart is not None
    assert column(card, 0)[0] == "0.00–0.50 days"
    assert column(card, 0)[-1] == "12 days or longer"
    assert column(card, 1)[-1] == "62"
    assert "spread" not in cards_of(data, "first_time_right")


def test_without_spans_the_ranges_are_told(read: Read) -> None:
    """A file that holds no spans of a metric still tells its half and its average with their ranges."""
    card = cards_of(read(orders()), "failure_containment_time")["spread"]
    assert card.chart is None
    assert column(card, 0) == ["Half of the failures within", "Average"]
    assert column(card, 2) == ["10–15 hours", "1.0–1.8 days"]


def test_segments_stand_worst_first(read: Read) -> None:
    """Largest values side by side, the slowest first; one too small for a number is last and shows none."""
    card = cards_of(read(orders()))["by-channel"]
    assert [panel.label for panel in card.panels] == ["Partners", "Phone", "Web shop", "not told"]
    assert [str(panel.shown) for panel in card.panels] == ["4.4 days", "4.2 days", "3.9 days", "None"]
    assert card.title == "By channel: Partners got worse, Web shop got better"
    assert [panel.chip.word if panel.chip else None for panel in card.panels] == [
        "Slower", "About the same", "Faster", None,
    ]  # fmt: skip
    assert card.panels[0].sentence.text == "0.3 days slower than last quarter."
    assert card.panels[0].sample.text == "1,500 orders"
    assert card.panels[-1].drawing is None
    assert card.remarks == ()


def test_best_is_last_where_more_is_better(read: Read) -> None:
    """Of a share the smallest value is the worst."""
    published = orders()
    for rank, (name, value) in enumerate((("North", 0.91), ("South", 0.74)), 1):
        published.rows["segment_values"].append(
            segment_row("first_time_right", "share", QUARTER, "region", rank, name, value, 0.02, 900, "share")
        )
    card = cards_of(read(published), "first_time_right")["by-region"]
    assert [panel.label for panel in card.panels] == ["South", "North"]
    assert card.panels[0].sentence.text == "Too few last quarter to compare with."


def test_a_segment_with_one_large_value_is_not_set_side_by_side(read: Read) -> None:
    """411 failures of one severity and one of another make no comparison, and the page says so."""
    card = cards_of(read(orders()), "failure_containment_time")["by-others"]
    assert card.title == "Too few failures to set side by side by severity"
    assert not card.panels


def test_ten_thousand_segment_values_stay_a_small_page(publish: Callable[[Published], ReviewBundle]) -> None:
    """The 24 largest are shown, the others counted; names are cut; what travels at first view stays below its bound."""
    published = orders()
    published.rows["segment_values"] = [
        segment_row("flow_time", statistic, period, "site", rank, f"{rank:05}{LONG}", 3 + rank / 1e4, 0.2, 200, "days")
        | {"segments": 10_000, "observations": 2_000_000}
        for statistic in ("p50", "p90") for period in (BEFORE, QUARTER) for rank in range(1, 2_501)
    ]  # fmt: skip
    bundle = publish(published)
    html = (bundle.directory / "metric-flow-time.html").read_text("utf-8")
    static = static_bytes(bundle.directory)
    assert html.count('<svg class="small-chart"') == 24
    assert len(gzip.compress(html.encode())) + static <= FIRST_VIEW_BYTES
    text = " ".join(read_page(html).executive).replace("\u00a0", " ")
    assert "Shown are the 24 with the most orders; 9,976 more with 1,995,200 orders are not." in text


def test_many_segments_share_the_room(read: Read) -> None:
    """Ten segments: six are shown with four values each, the other four are named."""
    published = orders()
    published.rows["segment_values"] = [
        segment_row("flow_time", "p50", QUARTER, f"s{place}", rank, f"v{rank}", 3.0, 0.2, 200, "days")
        for place in range(10) for rank in range(1, 6)
    ]  # fmt: skip
    cards = cards_of(read(published))
    assert [len(cards[f"by-s{place}"].panels) for place in range(6)] == [4] * 6
    assert cards["by-others"].empty == "Not shown here, and published: s6, s7, s8, s9."


def test_releases_and_rollouts_of_the_metric(read: Read) -> None:
    """Releases as on the review; a roll-out names whom it reached and its check; cost is not compared at releases."""
    data = read(orders())
    cards = cards_of(data)
    assert cards["releases"].title == "Release 2.4 came with a gain"
    assert cards["releases"].changes is not None
    assert [row.version for row in cards["releases"].changes.rows] == ["2.5", "2.4", "2.3", "2.2"]
    assert cards["rollouts"].changes is not None
    (row,) = cards["rollouts"].changes.rows
    assert row.name == "Parcel lockers, in Aalen, Ulm"
    assert row.sentence.text == "7.2 hours faster than where it had not come yet."
    assert row.check == "Same test on 29 June, before anybody had it: no clear change."
    assert cards_of(data, "cost_per_transaction")["releases"].title == "Cost is not compared at a release"


def test_below_the_gate_no_flow_time_is_shown(read: Read) -> None:
    """Under the gate the page withholds value, course, spread, segments and releases, and says why."""
    published = orders()
    published.stream["measured_cases"] = 24000
    data = read(published)
    page, cards = page_of(data), cards_of(data)
    assert page.heading.text == "Not measured reliably this quarter."
    assert page.lead[0].text.startswith("Only 93% of the orders that ended can be measured")
    assert {cards[key].title for key in ("standing", "course", "readings", "spread", "releases")} == {
        "Not measured reliably this quarter"
    }
    assert set(column(cards["standing"], 1)) == {"None", "3.5 days"}
    assert "by-channel" not in cards
    assert cards["spread"].table is None
    assert page_of(data, "first_time_right").heading.text.startswith("87% of orders")


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "No orders finished in this period."),
        (1, "Only 1 order with an outcome this quarter: too few to say how long one takes."),
    ],
)
def test_no_case_and_one_case(read: Read, n: int, said: str) -> None:
    """Nothing and one finished case have no value, no chart and no verdict, and say so."""
    published = orders()
    for row in published.rows["metric_values"]:
        row.update(value=None, low=None, high=None, n=n, reason="too few", verdict="No data")
    for table in ("comparisons", "segment_values", "distributions", "baselines"):
        published.rows[table] = []
    page, cards = page_of(read(published)), cards_of(read(published))
    assert page.heading.text == said
    assert cards["standing"].title == "There is no value this quarter"
    assert cards["course"].chart is None
    assert cards["spread"].title == "Too few orders to say how their times are spread"
    assert cards["releases"].title == "No release to compare in this quarter"
    assert column(cards["standing"], 3)[:2] == [str(n), str(n)]


def test_stale_data_say_where_they_stop(read: Read) -> None:
    """Every metric's page says on which day its data stop."""
    published = orders()
    published.stream["last_event_at"] = dt.datetime.fromisoformat("2026-09-23T10:00")
    data = read(published)
    for metric in HEADLINES:
        assert page_of(data, metric).freshness.sentences[0].text == "Data stops at 23 September 2026"


def test_hostile_words_stay_text(publish: Callable[[Published], ReviewBundle]) -> None:
    """Labels, segments and roll-outs that look like markup are shown as written; a long label is cut in the list."""
    evil = "</svg><script>alert(1)</script>"
    published = orders()
    published.replace_in_stream_file("flow_time: Order time", f'flow_time: "{evil}{LONG}"')
    for row in published.rows["segment_values"]:
        row["segment"] = row["segment"] and evil + row["segment"]
    for row in published.rows["comparisons"]:
        if row["kind"] in ("segment", "rollout"):
            row.update(dimensions=json.dumps({evil: [evil]}) if row["kind"] == "rollout" else row["dimensions"])
            row.update(title=evil)
    html = (publish(published).directory / "metric-flow-time.html").read_text("utf-8")
    page = read_page(html)
    assert not [tag for tag, _ in page.tags if tag in ("script", "img")]
    assert any(evil in text for text in page.executive)
    assert f"{(evil + LONG)[:31]}…" in page.executive


def test_a_partial_first_week_is_not_drawn(read: Read) -> None:
    """A week before the first whole one, a month's bills over two days of orders, is left out of the course."""
    data = read(orders())
    late = tuple(point for point in data.points if point.first_on > dt.date(2026, 7, 6))
    assert column(cards_of(data, "cost_per_transaction")["course"], 0)[0] == "29 Dec"
    assert column(cards_of(replace(data, points=late), "cost_per_transaction")["course"], 0)[0] == "13 Jul"
