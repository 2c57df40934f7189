"""A firm whose true numbers are known, as a log and as running services: what is published is what is true."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from examples.order_to_cash.services.run import run
from examples.order_to_cash.simulate import simulate
from metrics.metric import Verdict
from tests.journeys.benefits_page import shown_commands, shown_figures
from tests.journeys.command_line import ROOT, command, facts, measured

ORDERS = 8_000
EXAMPLE = ROOT / "examples" / "order_to_cash"
STAGES = ("onset", "detected", "triaged", "contained", "remediated", "steady")
QUARTERS = ("2026-Q1", "2026-Q2", "2026-Q3")


@pytest.fixture(scope="module", params=["a log of the simulation", "running services"])
def folder(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """The truth of the firm, and a home that measured what was told of it: as a file, or by services as they worked."""
    made = tmp_path_factory.mktemp("order_to_cash")
    simulate(made, ORDERS)
    if request.param == "running services":
        run(made / "home", ORDERS)
        facts("load", "--stream", EXAMPLE / "stream.yaml", "--home", made / "home")
        measured(made / "home")
    else:
        measured(made / "home", (made / "events.jsonl", EXAMPLE / "stream.yaml"))
    return made


@pytest.fixture(scope="module")
def truth(folder: Path) -> Any:
    """What a perfect instrument would find."""
    return json.loads((folder / "truth.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def published(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published copy, as every reader opens it."""
    with duckdb.connect(str(folder / "home" / "published" / "streamgauge.duckdb"), read_only=True) as connection:
        yield connection


def _values(folder: Path, metric: str, *more: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = facts("metrics", "--home", folder / "home", "--metric", metric, *more)
    return found


def _by_quarter(folder: Path, metric: str, statistic: str, *more: str) -> dict[str, dict[str, Any]]:
    return {v["period"]: v for v in _values(folder, metric, *more) if v["statistic"] == statistic}


def _effects(published: duckdb.DuckDBPyConnection, release: str) -> dict[str, tuple[float, float, float, str]]:
    rows = published.execute(
        "SELECT statistic, difference, low, high, verdict FROM comparisons "
        "WHERE kind = 'release' AND label = $release AND metric = 'flow_time'",
        {"release": release},
    ).fetchall()
    return {statistic: (value, low, high, verdict) for statistic, value, low, high, verdict in rows}


@pytest.mark.parametrize(
    ("statistic", "true_name"), [("p50", "median_counting_cancelled"), ("p90", "p90_counting_cancelled")]
)
def test_the_release_with_an_effect_is_found(
    published: duckdb.DuckDBPyConnection, truth: Any, statistic: str, true_name: str
) -> None:
    """The true effect of 2.4 lies in its published interval, which excludes none; it is called Faster, or likely so."""
    _, low, high, verdict = _effects(published, "2.4")[statistic]
    assert low <= truth["releases"]["2.4"]["effect_days"][true_name] <= high < 0
    # Of half of the orders surely; of 9 in 10 at least likely, as all comparisons of the releases are counted together.
    assert verdict in ((Verdict.FASTER,) if statistic == "p50" else (Verdict.FASTER, Verdict.LIKELY_FASTER))


def test_the_release_without_an_effect_is_not_praised(published: duckdb.DuckDBPyConnection, truth: Any) -> None:
    """Release 2.3 changed nothing: no effect lies in each interval, and no verdict says faster or slower."""
    assert set(truth["releases"]["2.3"]["effect_days"].values()) == {0.0}
    effects = _effects(published, "2.3")
    assert set(effects) == {"p50", "p85", "p90"}
    for _, low, high, verdict in effects.values():
        assert low <= 0 <= high
        assert verdict in (Verdict.UNCLEAR, Verdict.SAME)


def test_the_release_moved_what_it_should_and_nothing_else(published: duckdb.DuckDBPyConnection) -> None:
    """Credit approved by a system: better handoffs with 2.4, found though all are counted, and nothing else."""
    found = published.execute(
        "SELECT label, metric, bool_or(is_discovery) FROM comparisons WHERE kind = 'release' AND metric <> 'flow_time' "
        "GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    assert {(label, metric) for label, metric, is_found in found if is_found} == {("2.4", "handoff_ratio")}
    assert {metric for _, metric, _ in found} == {"failure_containment_time", "first_time_right", "handoff_ratio"}


def test_straddlers_are_told_apart(published: duckdb.DuckDBPyConnection) -> None:
    """Of each release: some cases straddle it, they are the slow ones, and the three strata are all cases around it."""
    rows = published.execute(
        "SELECT release, stratum, cases, value, case_share FROM release_strata WHERE statistic = 'p50'"
    ).fetchall()
    for release in ("2.3", "2.4"):
        found = {stratum: (cases, value, share) for name, stratum, cases, value, share in rows if name == release}
        assert found["straddling"][0] > 30
        assert found["straddling"][1] > found["before"][1]
        assert sum(share for _, _, share in found.values()) == pytest.approx(1)


def test_changes_are_taken_apart_exactly(published: duckdb.DuckDBPyConnection) -> None:
    """Within + mix + interaction is the published difference, of every quarter, metric, statistic and segment."""
    residuals = published.execute(
        "SELECT abs(m.within + m.mix + coalesce(m.interaction, 0) - c.difference) "
        "FROM mix_effects m JOIN comparisons c USING (stream, kind, label, metric, statistic) WHERE m.part = 'total'"
    ).fetchall()
    assert len(residuals) > 40
    assert max(residual for (residual,) in residuals) < 1e-9


def test_placebo_cuts_are_published_and_find_nothing(published: duckdb.DuckDBPyConnection) -> None:
    """Where nothing happened nothing is called Faster or Slower."""
    verdicts = [
        row[0] for row in published.execute("SELECT verdict FROM comparisons WHERE kind = 'placebo'").fetchall()
    ]
    assert verdicts
    assert not {Verdict.FASTER, Verdict.SLOWER} & set(verdicts)


def test_the_incident_is_known_to_the_second(published: duckdb.DuckDBPyConnection, truth: Any) -> None:
    """Each stage of the outage stands in `failures` at the instant it happened."""
    columns = ", ".join(f"{stage}_at" for stage in STAGES)
    sql = f"SELECT severity, {columns} FROM failures WHERE rule = 'event' AND failure_id = $id"
    ((severity, *stages),) = published.execute(sql, {"id": truth["incident"]["failure_id"]}).fetchall()
    assert severity == truth["incident"]["severity"]
    assert stages == [_utc(truth["incident"][f"{stage}_at"]) for stage in STAGES]


def test_the_incident_knows_whom_it_hit(published: duckdb.DuckDBPyConnection, truth: Any) -> None:
    """What monitoring told is one incident with what the watch saw: as many orders as were delayed, and no other."""
    rows = published.execute(
        "SELECT failure_id, affected_cases, is_auto_healed, attributed_by FROM failures WHERE level = 'stream'"
    ).fetchall()
    assert rows == [(truth["incident"]["failure_id"], truth["incident"]["orders_delayed"], False, None)]


def test_an_outage_that_nobody_told_is_found(tmp_path: Path) -> None:
    """Without a word of monitoring the watch finds this outage and no other in nine months, to the hour."""
    simulate(tmp_path, ORDERS)
    silent = tmp_path / "silent.jsonl"
    with (tmp_path / "events.jsonl").open() as told, silent.open("w") as kept:
        kept.writelines(line for line in told if '"failure.id"' not in line)
    measured(tmp_path / "home", (silent, EXAMPLE / "stream.yaml"))
    database = tmp_path / "home" / "published" / "streamgauge.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        sql = (
            "SELECT onset_at, detected_at, contained_at, steady_at, affected_cases FROM failures WHERE level = 'stream'"
        )
        ((*found, affected),) = connection.execute(sql).fetchall()
    stages = ("onset", "detected", "contained", "steady")
    incident = json.loads((tmp_path / "truth.json").read_text("utf-8"))["incident"]
    true = [_utc(incident[f"{stage}_at"]) for stage in stages]
    assert all(abs(seen - at) < dt.timedelta(hours=1) for seen, at in zip(found, true, strict=True))
    assert affected == incident["orders_delayed"]


def test_failures_of_the_quarter_are_reported(folder: Path, truth: Any) -> None:
    """The incident's hours from onset to steady, and every stage, in the report's line of its severity."""
    found = facts("report", "failures_by_severity", "--home", folder / "home", "--period", "2026-Q3")
    (row,) = [row for row in found if (row["level"], row["severity"]) == ("stream", "1")]
    true = {stage: _utc(truth["incident"][f"{stage}_at"]) for stage in STAGES}
    assert (row["detected"], row["closed"], row["open_at_end"], row["unattributed"]) == (1, 1, 0, 1)
    assert row["failing_hours"] == pytest.approx((true["steady"] - true["onset"]) / dt.timedelta(hours=1))
    for stage in facts("report", "failure_stages", "--home", folder / "home", "--period", "2026-Q3"):
        if (stage["level"], stage["severity"]) == ("stream", "1"):
            length = (true[stage["ends"]] - true[stage["begins"]]) / dt.timedelta(days=1)
            assert (stage["median_days"], stage["n"]) == (pytest.approx(length), 1), stage["stage"]
    (every,) = [row for row in found if (row["level"], row["severity"]) == ("item", "all")]
    assert every["summed_hours"] > every["failing_hours"] > 0


def test_the_incident_is_a_value(folder: Path, truth: Any) -> None:
    """Detected to steady, asked for by rule."""
    values = _values(folder, "failure_containment_time", "--period", "2026-Q3", "--by", "rule")
    (mean,) = [v for v in values if v["dimensions"] == {"rule": "event"} and v["statistic"] == "mean"]
    assert mean["value"] == pytest.approx(truth["incident"]["detected_to_steady_days"], abs=1e-6)
    assert (mean["n"], mean["verdict"]) == (1, Verdict.NO_BASELINE)


def test_orders_are_counted(folder: Path, truth: Any) -> None:
    """Triggered, open, delivered and cancelled orders are those of the truth."""
    (status,) = facts("status", "--home", folder / "home")
    assert (status["cases"], status["open_cases"]) == (truth["orders"]["triggered"], truth["orders"]["open"])
    ended = _values(folder, "completion_rate", "--period", "all", "--by", "outcome")
    by_outcome = {value["dimensions"]["outcome"]: value["n"] for value in ended}
    assert by_outcome == {name: truth["orders"][name] for name in ("delivered", "cancelled")}


@pytest.mark.parametrize("quarter", QUARTERS)
def test_quarters_are_counted(folder: Path, truth: Any, quarter: str) -> None:
    """Of each quarter, cut in local time: received, delivered, cancelled and right first time."""
    true = truth["quarters"][quarter]
    right = _by_quarter(folder, "first_time_right", "share")[quarter]
    ended = _values(folder, "completion_rate", "--period", quarter, "--by", "outcome")
    assert _by_quarter(folder, "rework_rate", "share")[quarter]["n"] == true["triggered"]
    assert {v["dimensions"]["outcome"]: v["n"] for v in ended} == {n: true[n] for n in ("delivered", "cancelled")}
    assert right["n"] == true["delivered"]
    assert right["value"] * right["n"] == pytest.approx(true["right_first_time"], abs=1e-6)


@pytest.mark.parametrize("quarter", QUARTERS)
def test_flow_time_of_delivered_orders(folder: Path, truth: Any, quarter: str) -> None:
    """Mean, median and p90 of each quarter, and n."""
    true = truth["quarters"][quarter]["flow_days_of_delivered"]
    for statistic, name in (("mean", "mean"), ("p50", "median"), ("p90", "p90")):
        value = _by_quarter(folder, "flow_time", statistic)[quarter]
        assert (value["n"], value["value"]) == (true["n"], pytest.approx(true[name], abs=1e-6)), statistic


def test_first_time_right(folder: Path, truth: Any) -> None:
    """A second parcel and a technical retry are right; a question, a second check and a second pick are not."""
    (share,) = _values(folder, "first_time_right", "--period", "all")
    assert share["n"] == truth["orders"]["delivered"]
    assert share["value"] * share["n"] == pytest.approx(truth["right_first_time"], abs=1e-6)


def test_handoffs_of_each_kind(folder: Path, published: duckdb.DuckDBPyConnection, truth: Any) -> None:
    """Handoffs of delivered orders by the kinds of their performers, and the ratio that follows from them."""
    by_kind = truth["handoffs"]["by_kind"]
    rows = published.execute(
        "SELECT previous_performer_kind || ' to ' || performer_kind, count(*) "
        "FROM steps JOIN cases USING (stream, case_id) "
        "WHERE is_handoff AND cases.outcome = 'delivered' GROUP BY ALL"
    ).fetchall()
    assert dict(rows) == by_kind
    automated = sum(n for name, n in by_kind.items() if set(name.split(" to ")) <= {"system", "agent"})
    (ratio,) = _values(folder, "handoff_ratio", "--period", "all")
    assert ratio["value"] == pytest.approx(automated / (sum(by_kind.values()) - automated), abs=1e-12)


def test_rejections_and_retries(folder: Path, published: duckdb.DuckDBPyConnection, truth: Any) -> None:
    """Every question to a customer is a rejection, every second try of a machine is a retry and no rework."""
    counted = "SELECT count(*) FILTER (rework_kind = 'rejection'), count(*) FILTER (attempt > 1) FROM steps"
    assert published.execute(counted).fetchone() == (truth["item_failures"], truth["technical_retries"])


def test_hours_and_seconds_tie_out(published: duckdb.DuckDBPyConnection, truth: Any) -> None:
    """Hours of people by role and month, and CPU seconds by month, are those of the truth."""
    rows = published.execute(
        "SELECT cost_class, driver, strftime(incurred_on, '%Y-%m'), sum(quantity) FROM costs "
        "WHERE basis IN ('measured', 'usage of the bill') GROUP BY ALL"
    ).fetchall()
    people: dict[str, dict[str, float]] = {}
    for cost_class, driver, month, quantity in rows:
        if cost_class == "people":
            people.setdefault(driver, {})[month] = quantity
    assert set(people) == set(truth["people_hours_by_role_and_month"])
    for role, months in truth["people_hours_by_role_and_month"].items():
        assert people[role] == pytest.approx(months, abs=1e-5)
    seconds = {month: quantity for cost_class, _, month, quantity in rows if cost_class == "compute"}
    assert seconds == pytest.approx(truth["cpu_seconds_by_month"], abs=1e-6)


def test_bills_tie_out_to_the_cent(published: duckdb.DuckDBPyConnection) -> None:
    """Of each class and month, what is allocated to orders plus what idles is the bill, exactly."""
    rows = published.execute(
        "SELECT cost_class, strftime(incurred_on, '%Y-%m'), sum(amount) FROM costs "
        "WHERE cost_class <> 'people' GROUP BY ALL"
    ).fetchall()
    with (EXAMPLE / "bills.csv").open(encoding="utf-8", newline="") as file:
        bills = {(b["cost_class"], b["month"][:7]): Decimal(b["amount"]) for b in csv.DictReader(file)}
    assert {(cost_class, month): amount for cost_class, month, amount in rows} == bills


@pytest.mark.parametrize("quarter", QUARTERS)
def test_the_unit_cost_is_all_cost_by_delivered_orders(
    folder: Path, published: duckdb.DuckDBPyConnection, truth: Any, quarter: str
) -> None:
    """Every cent of the quarter over its delivered orders: nothing is left out of the number."""
    value = _by_quarter(folder, "cost_per_transaction", "unit_cost")[quarter]
    first = dt.date(2026, 3 * int(quarter[-1]) - 2, 1)
    row = published.execute(
        "SELECT sum(amount) FROM costs WHERE date_trunc('quarter', incurred_on) = $first", {"first": first}
    ).fetchone()
    assert row is not None
    delivered = truth["quarters"][quarter]["delivered"]
    assert (value["unit"], value["n"]) == ("EUR", delivered)
    assert value["value"] == pytest.approx(float(row[0]) / delivered, rel=1e-12)


def test_verdicts_are_computed(folder: Path, published: duckdb.DuckDBPyConnection) -> None:
    """The quarter of the release is Faster than the one before; the first has none before it; all are known words."""
    found = {quarter: value["verdict"] for quarter, value in _by_quarter(folder, "flow_time", "p50").items()}
    assert (found["2026-Q1"], found["2026-Q3"]) == (Verdict.NO_BASELINE, Verdict.FASTER)
    told = {row[0] for row in published.execute("SELECT DISTINCT verdict FROM metric_values").fetchall()}
    assert told <= {verdict.value for verdict in Verdict}


def test_all_laws_hold(published: duckdb.DuckDBPyConnection) -> None:
    """No conservation law is broken by a log that is whole."""
    assert published.execute("SELECT check_name, failing_rows FROM check_results WHERE NOT passed").fetchall() == []


def test_the_page_of_benefits_is_true(folder: Path) -> None:
    """Every command of docs/benefits.md prints what stands there, and every figure is the published one."""
    for arguments, told in shown_commands():
        assert command(*arguments, "--home", folder / "home").out.strip() == told
    figures = shown_figures()
    assert len(figures) > 10
    for report, row, column, value in figures:
        told_rows = facts("report", report, "--home", folder / "home")
        (found,) = (fact for fact in told_rows if row.items() <= fact.items())
        places = len(value.partition(".")[2])
        assert round(Decimal(str(found[column])), places) == Decimal(value), (report, row, column)


def _utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=None)
