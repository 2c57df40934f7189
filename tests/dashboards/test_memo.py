"""The decision memo in every state: numbers of the table, targets that are not set, data that hold no decision."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from dashboards.errors import LanguageError, NotPublishedError
from dashboards.language import speaking
from dashboards.memo.page import Memo, build_memo
from dashboards.memo.publish import PAGE, VALUES, publish_memo
from dashboards.memo.reading import read_memo
from dashboards.value_list import numbers_in
from metrics.watching import Spread, observations_needed, smallest_change
from tests.dashboards.builder import QUARTER, STREAM, Published
from tests.dashboards.memo_rows import FROZEN, frozen, measured, overfull
from tests.dashboards.page_text import read_page
from tests.dashboards.test_publish import BANNED

Read = Callable[..., Memo]


@pytest.fixture
def memo(tmp_path: Path) -> Read:
    """The memo of any rows."""

    def run(published: Published, period: str | None = None, language: str | None = None) -> Memo:
        data = read_memo(published.write(tmp_path / "m.duckdb"), STREAM, period, language)
        with speaking(data.bundle.language):
            return build_memo(data)

    return run


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., tuple[str, str]]:
    """Page and list of values of any rows, as written; nothing is printed, as that takes a browser a second."""

    def run(published: Published, language: str | None = None) -> tuple[str, str]:
        made = publish_memo(published.write(tmp_path / "w.duckdb"), tmp_path / "memos", STREAM, None, language)
        return made.page.read_text("utf-8"), made.values.read_text("utf-8-sig")

    return run


def test_the_headline_says_what_the_process_does(memo: Read) -> None:
    """How long 9 in 10 take, how many need rework, of which days, and since when anything is measured."""
    page = memo(measured())
    assert page.headline.text == "9 in 10 orders are delivered within 4.0 days; 13% need rework."
    assert page.since.text == "As it was in July to September 2026, not frozen; measured since October 2025."


def test_a_frozen_baseline_is_what_it_speaks_of(memo: Read) -> None:
    """Where a baseline is frozen its numbers count, and the page says so; a quarter asked for wins."""
    page = memo(frozen())
    assert page.since.text.startswith("As it was in April to June 2026, frozen on 2 July 2026;")
    assert page.lines[1].shown is not None
    assert page.lines[1].shown.origin == f"baselines/{FROZEN}/flow_time/p90/value"
    assert not any("not frozen" in warning.text for warning in page.warnings)
    assert memo(frozen(), QUARTER).lines[1].shown == memo(measured()).lines[1].shown


def test_every_number_equals_the_published_table(tmp_path: Path) -> None:
    """Each value of the list that names a row of the file is that row's; a complement is 1 less it."""
    for published in (measured(), frozen()):
        db = published.write(tmp_path / "e.duckdb")
        data = read_memo(db, STREAM)
        told = list(dict.fromkeys(number for _, number in numbers_in(build_memo(data))))
        checked = 0
        with duckdb.connect(str(db), read_only=True) as connection:
            for shown in told:
                found = _stored(connection, shown.origin)
                if found is not None:
                    assert shown.value == pytest.approx(found, abs=1e-12), shown
                    checked += 1
        assert checked > 40


def _stored(connection: duckdb.DuckDBPyConnection, origin: str) -> float | None:
    """What the table holds under an origin; None where the number is made of several or of a rule."""
    complement = origin.startswith("1 − ")
    table, *key = origin.removeprefix("1 − ").split("/")
    wheres = {
        "metric_values": ("metric", "statistic", "period"), "baselines": ("baseline", "metric", "statistic"),
        "targets": ("metric", "statistic"), "objectives": ("metric", "statistic"), "streams": (),
    }  # fmt: skip
    if table not in wheres or " " in key[-1]:
        return None
    where = " AND ".join(f"{name} = ?" for name in wheres[table]) or "TRUE"
    row = connection.execute(f"SELECT {key[-1]} FROM {table} WHERE {where}", key[:-1]).fetchall()
    return 1 - float(row[0][0]) if complement else float(row[0][0])


def test_each_number_that_is_read_is_in_the_list(write: Callable[..., tuple[str, str]]) -> None:
    """No figure stands on the page that memo.csv does not hold, days, versions and ids aside."""
    html, values = write(frozen())
    lines = list(csv.DictReader(io.StringIO(values)))
    shown = {part for line in lines for part in re.findall(r"\d[\d,.]*\d|\d", line["shown"])}
    strange = set()
    for text in read_page(html).executive:
        plain = text.replace("\u00a0", " ")
        for pattern in (r"\d{1,2} [A-Z][a-z]+ \d{4}", r"[A-Z][a-z]+ (?:to [A-Z][a-z]+ )?\d{4}", r"\d{4}-Q\d", r"sg-\w+",
                        r"Definition \S+", r"9 in 10", r"4 times of 5", r"95 times of 100", r"Footnote \d",
                        r"run \w+, ledger \w+, streamgauge [\d.]+", r"and \d more", r"[2-5]\.\d–\d\.\d",
                        r"[€\d.]+–[€\d.]+"):  # fmt: skip
            plain = re.sub(pattern, " ", plain)
        if not re.fullmatch(r"[1-9]", plain.strip()):
            strange |= {n for n in re.findall(r"\d[\d,.]*\d|\d", plain) if n not in shown}
    assert strange == set()


def test_an_outcome_tells_its_distance_and_its_plan(memo: Read) -> None:
    """Target, today, how many cases and weeks, and from which day on; by the formula, at today's rate."""
    lead = memo(measured()).outcomes[0]
    today = Spread(4.02, 3.83, 4.21, 6214)
    needed = observations_needed(today, 3.5 - 4.02)
    least = smallest_change(today, 6214 / 92 * 56, falls=True)
    assert needed is not None
    assert least is not None
    assert lead.wanted.text == "9 in 10 orders within 3.5 days"
    assert lead.today.text == "As it is: 4.0 days; 0.5 days to go."
    assert lead.plan[1].text == (
        f"Shows in {needed:,} orders, 5 weeks at today's rate: "
        "not before 5 November 2026 if it starts on 1 October 2026."
    )
    assert lead.plan[2].text == f"8 weeks would show a change of {least:.1f} days or more, 4 times of 5."


def test_errors_are_told_as_errors(memo: Read) -> None:
    """A share right first time is bought as a ceiling of those that were not."""
    ceiling = memo(measured()).outcomes[1]
    assert ceiling.wanted.text == "at most 10% of the orders need rework"
    assert ceiling.today.text == "As it is: 13%; 3 points to go."


def test_a_target_that_is_met_is_not_bought_again(memo: Read) -> None:
    """Where today keeps the target, what is bought is that it stays so."""
    published = measured()
    published.rows["targets"][0]["target"] = 4.5
    lead = memo(published).outcomes[0]
    assert (lead.state, lead.today.text) == ("hit", "As it is: 4.0 days; 0.5 days inside it.")
    assert lead.plan[1].text == "Met as it is; what is bought is that it stays so."


def test_what_nobody_set_is_not_made_up(memo: Read) -> None:
    """Without targets the memo names the line to add, and no figure."""
    published = measured()
    published.rows["targets"], published.rows["objectives"] = [], []
    bought = memo(published).outcomes
    assert [one.wanted.text for one in bought] == ["Not set"] * 3
    assert [one.add for one in bought] == [
        "targets: {flow_time: {p90: … days}}", "targets: {first_time_right: {share: … %}}",
        "targets: {flow_time: {p90: … days}}",
    ]  # fmt: skip
    assert not any(re.search(r"\d", one.add.replace("p90", "")) for one in bought)


def test_a_change_within_chance_has_no_plan(memo: Read) -> None:
    """Where today is too uncertain no number of weeks is told, nor where no range is."""
    published = measured()
    published.rows["targets"][3]["target"] = 0.885
    assert memo(published).outcomes[1].plan[1].text.startswith("What is known of today is too uncertain")
    published.value("first_time_right", "share").update(low=None, high=None)
    assert memo(published).outcomes[1].plan[1].text.startswith("No range is known of today")


def test_no_fall_is_larger_than_the_value(memo: Read) -> None:
    """Where eight weeks could show only a change that cannot be, the memo says that they show none."""
    published = measured()
    published.value("flow_time", "p90").update(low=0.2, high=30.0)
    assert memo(published).outcomes[0].plan[2].text == "8 weeks would show no change, however large."


def test_too_small_a_way_gets_no_verdict(memo: Read) -> None:
    """A target nearer than a change that matters will never be spoken of."""
    published = measured()
    published.rows["targets"][3]["target"] = 0.875
    assert memo(published).outcomes[1].plan[1].text.startswith("The way to go is smaller than a change that matters")


def test_below_the_gate_no_time_is_told(memo: Read) -> None:
    """Too few measured: not measured reliably, why, and no lead time as it is; other measures stay."""
    published = measured()
    published.stream["measured_cases"] = 24000
    page = memo(published)
    assert page.headline.text == "Not measured reliably; 13% need rework."
    assert [line.why.text for line in page.lines[:2]] == ["Not measured reliably"] * 2
    assert page.warnings[0].text.startswith("Only 93% of the orders that ended can be measured")
    assert page.outcomes[0].today.text == "Not measured reliably today."
    assert page.lines[2].shown is not None


def test_no_data_is_said_not_zeroed(memo: Read) -> None:
    """Nothing finished: the page says so everywhere, and shows no 0 as a value."""
    published = measured()
    for row in published.rows["metric_values"]:
        row.update(value=None, low=None, high=None, n=0, reason="no observations", verdict="No data")
    published.rows["objectives"] = []
    page = memo(published)
    assert page.headline.text == "No orders finished in this period."
    assert all(line.shown is None for line in page.lines)
    assert page.outcomes[0].today.text == "Today: no data."


def test_one_case_is_too_few(memo: Read) -> None:
    """One case gives no time, and the page counts it in the singular."""
    published = measured()
    for row in published.rows["metric_values"]:
        row.update(n=1, low=None, high=None)
    page = memo(published)
    assert page.headline.text.startswith("Only 1 order finished: too few to say how long one takes")
    assert page.lines[1].why.text == "too few for a number; it needs 100"
    assert any(warning.text.startswith("Rests on fewer than 100:") for warning in page.warnings)


def test_an_empty_file_still_makes_a_memo(memo: Read) -> None:
    """A stream of which nothing was ever measured has a memo that says so."""
    published = measured()
    for table in ("metric_values", "comparisons", "targets", "objectives", "definitions", "check_results", "evidence"):
        published.rows[table] = []
    published.stream.update(last_event_at=None, cases=0, ended_cases=0, measured_cases=0, open_cases=0)
    page = memo(published)
    assert page.headline.text == "No orders finished in this period."
    assert [fact.said.text for fact in page.facts][2] == "no order has ended yet"


def test_warnings_are_cut_with_their_number(memo: Read) -> None:
    """Four warnings stand on the page; how many more there are is said."""
    published = measured()
    published.stream.update(measured_cases=24000, received=100, late=1, missing_numbers=3)
    published.value("handoff_ratio", "ratio").update(low=None, high=None, n=50)
    page = memo(published)
    assert len(page.warnings) == 4
    assert page.warnings_left >= 2


def test_a_warning_names_the_very_line(memo: Read) -> None:
    """Where half is known and 9 in 10 is not, only 9 in 10 is called without a number."""
    published = measured()
    assert "Without a number: Back to normal after a failure (9 in 10)." in [w.text for w in memo(published).warnings]


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    """A period without a value and a language without words are refused with what there is."""
    db = measured().write(tmp_path / "r.duckdb")
    with pytest.raises(NotPublishedError, match="Quarters that are: 2026-Q2, 2026-Q3"):
        read_memo(db, STREAM, "2019-Q1")
    with pytest.raises(LanguageError):
        read_memo(db, STREAM, None, "fr")


def test_the_rate_is_that_of_today(memo: Read) -> None:
    """Of whatever window the memo speaks, weeks are told at the rate of the newest whole quarter."""
    needed = observations_needed(Spread(4.31, 4.12, 4.5, 5987), 3.5 - 4.31)
    assert needed is not None
    lead = memo(frozen(), "2026-Q2").outcomes[0]
    assert f"Shows in {needed:,} orders, {math.ceil(needed / (6214 / 92 * 7))} weeks" in lead.plan[1].text
    assert memo(frozen(), "2026-Q2").outcomes[2].today.text.startswith("2026-Q3: kept for 86%")


def test_days_are_local(memo: Read) -> None:
    """A quarter whose last event was on its last day in the stream's own zone is whole, whatever the day in UTC."""
    published = measured()
    published.stream["last_event_at"] = dt.datetime.fromisoformat("2026-09-29T23:00")
    assert memo(published).period == "July to September 2026"
    published.stream["last_event_at"] = dt.datetime.fromisoformat("2026-09-29T21:00")
    assert memo(published).period == "April to June 2026"


def test_a_week_can_be_asked_for(memo: Read) -> None:
    """Any period with values is a window; its days stand in words."""
    assert memo(measured(), "2026-W30").since.text.startswith("As it was in 20 July 2026 to 26 July 2026, not frozen")


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_page_is_one_whole_document(write: Callable[..., tuple[str, str]], language: str) -> None:
    """Headings in order, headers on rows and columns, no script, nothing fetched, and the same bytes again."""
    html, values = write(frozen(), language)
    tags = read_page(html).tags
    levels = [int(tag[1]) for tag, _ in tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(named.get("scope") in ("col", "row") for tag, named in tags if tag == "th")
    assert not [tag for tag, named in tags if tag in ("script", "iframe", "img") or "style" in named]
    assert not [link for tag, named in tags if (link := named.get("src") or "") and not link.startswith("data:")]
    assert not re.search(r"url\((?!data:)", html)
    assert (html, values) == write(frozen(), language)
    targets = {named["id"] for _, named in tags if named.get("id")}
    assert {str(named["href"])[1:] for tag, named in tags if tag == "a"} <= targets


def test_it_speaks_plainly(write: Callable[..., tuple[str, str]]) -> None:
    """None of the banned words stands on the page."""
    text = " ".join(read_page(write(frozen())[0]).executive)
    assert not [word for word in BANNED if re.search(rf"\b{re.escape(word)}\b", text)]


@pytest.mark.parametrize("language", ["en", "de"])
def test_hostile_texts_stay_texts(write: Callable[..., tuple[str, str]], language: str) -> None:
    """Whatever a stream file says, no tag, no formula and no turned letter comes of it."""
    html, values = write(overfull(language))
    assert not [tag for tag, named in read_page(html).tags if tag in ("script", "img", "svg") or "onerror" in named]
    assert "\u202e" not in html + values
    cells = [cell for row in csv.reader(io.StringIO(values)) for cell in row[:3]]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))]


def test_publishing_leaves_other_memos_alone(tmp_path: Path) -> None:
    """Each window has a folder of its own, replaced whole."""
    db = frozen().write(tmp_path / "p.duckdb")
    first, second = publish_memo(db, tmp_path / "m", STREAM), publish_memo(db, tmp_path / "m", STREAM, QUARTER)
    (first.page.parent / "stray").write_text("x")
    again = publish_memo(db, tmp_path / "m", STREAM)
    assert sorted(path.name for path in again.page.parent.iterdir()) == ["memo.csv", "memo.html"]
    assert {path.name for path in (tmp_path / "m" / STREAM).iterdir()} == {f"baseline-{FROZEN}", QUARTER}
    assert second.page.is_file()
    assert (second.page.name, second.values.name) == (PAGE, VALUES)


def test_without_a_browser_there_is_no_pdf(tmp_path: Path) -> None:
    """Nothing is printed, and nothing fails."""
    assert publish_memo(frozen().write(tmp_path / "p.duckdb"), tmp_path / "m", STREAM).printed is None
