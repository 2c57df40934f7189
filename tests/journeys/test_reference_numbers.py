"""The reference numbers of four public logs, found by importing each log, measuring it and asking for the metric."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.journeys.command_line import ROOT, facts, measured, process
from tests.journeys.datasets import dataset, stream_file


class Asked:
    """Values of one measured home over its whole time, as `streamgauge metrics --json` prints them."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def values(self, stream: str, metric: str, *by: str) -> list[dict[str, Any]]:
        """All values of a metric over the whole time."""
        split = [part for name in by for part in ("--by", name)]
        asked = ("metrics", "--home", self.home, "--stream", stream, "--metric", metric, "--period", "all", *split)
        found: list[dict[str, Any]] = facts(*asked)
        return found

    def one(self, stream: str, metric: str, statistic: str, **dimensions: str) -> dict[str, Any]:
        """The one value of these dimension values."""
        found = [
            value
            for value in self.values(stream, metric, *dimensions)
            if value["statistic"] == statistic and value["dimensions"] == dimensions
        ]
        assert len(found) == 1
        return found[0]

    def counts(self, stream: str, metric: str, *by: str) -> dict[tuple[str | None, ...], float]:
        """Value by dimension values, for metrics with one statistic."""
        return {tuple(v["dimensions"][name] for name in by): v["value"] for v in self.values(stream, metric, *by)}

    def cases(self, stream: str, metric: str, statistic: str, **dimensions: str) -> float:
        """How many cases a share stands for."""
        value = self.one(stream, metric, statistic, **dimensions)
        return float(value["value"] * value["n"])


@pytest.fixture(scope="module")
def domestic(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """The raw log twice in one home: as it is, and with the bundled stream file."""
    log, home = dataset("bpic20/DomesticDeclarations.xes.gz"), tmp_path_factory.mktemp("domestic")
    bundled = ROOT / "examples" / "travel_expenses" / "stream.yaml"
    measured(home, (log, stream_file("domestic_raw")), (log, bundled))
    return Asked(home)


@pytest.fixture(scope="module")
def cleaned(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """The cleaned log twice: up to approval, and up to payment."""
    log, home = dataset("bpic20/DomesticDeclarations_cleaned.xes.gz"), tmp_path_factory.mktemp("cleaned")
    measured(home, (log, stream_file("domestic_cleaned")), (log, stream_file("domestic_cleaned_paid")))
    return Asked(home)


@pytest.fixture(scope="module")
def incidents(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """BPI Challenge 2013 twice: persons responsible, and groups responsible."""
    log, home = dataset("bpic13/BPIC13_incidents.xes.gz"), tmp_path_factory.mktemp("bpic13")
    measured(home, (log, stream_file("bpic13_by_performer")), (log, stream_file("bpic13_by_team")))
    return Asked(home)


@pytest.fixture(scope="module")
def receipt(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """The receipt phase of building permits."""
    home = tmp_path_factory.mktemp("receipt")
    measured(home, (dataset("receipt/receipt.xes.gz"), stream_file("receipt")))
    return Asked(home)


def _sizes(asked: Asked) -> dict[str, tuple[int, int]]:
    return {s["stream"]: (s["cases"], s["events"]) for s in facts("status", "--home", asked.home)}


def test_domestic_is_as_large_as_published(domestic: Asked) -> None:
    """10,500 cases of 56,437 events, under either stream file."""
    assert _sizes(domestic) == {"domestic_raw": (10_500, 56_437), "travel_expenses": (10_500, 56_437)}


def test_domestic_flow_time(domestic: Asked) -> None:
    """First to last event: median 7.330 days, mean 11.526 days, over all cases."""
    median, mean = (domestic.one("domestic_raw", "flow_time", name) for name in ("p50", "mean"))
    assert median["value"] == pytest.approx(7.330, abs=5e-4)
    assert mean["value"] == pytest.approx(11.526, abs=5e-4)
    assert median["n"] == mean["n"] == 10_500


def test_domestic_pairs_of_performers(domestic: Asked) -> None:
    """Consecutive events by the kinds of their performers; equal times stand in the order of the trace."""
    assert domestic.counts("domestic_raw", "step_pairs", "previous_performer_kind", "performer_kind") == {
        ("human", "human"): 25_849, ("human", "system"): 10_047, ("system", "system"): 10_037, ("system", "human"): 4,
    }  # fmt: skip


def test_domestic_rejections(domestic: Asked) -> None:
    """1,301 of 10,500 cases were rejected: 12.39 %."""
    share = domestic.one("domestic_raw", "rework_rate", "share", rework_kind="rejection")
    assert share["value"] == pytest.approx(1_301 / 10_500, abs=1e-12)
    assert round(100 * share["value"], 2) == 12.39
    assert share["n"] == 10_500


def test_domestic_resubmission(domestic: Asked) -> None:
    """1,019 rejected cases were submitted again, the median one after 2.090 days."""
    median = domestic.one("domestic_raw", "failure_remediation_time", "p50", episode="1")
    assert (median["n"], round(median["value"], 3)) == (1_019, 2.090)


def test_domestic_containment(domestic: Asked) -> None:
    """First rejection to final approval: 980 cases, median 5.888 days, mean 10.454 days."""
    found = [domestic.one("domestic_raw", "failure_containment_time", name, episode="1") for name in ("p50", "mean")]
    assert [(value["n"], round(value["value"], 3)) for value in found] == [(980, 5.888), (980, 10.454)]


def test_domestic_first_time_right_with_the_bundled_stream_file(domestic: Asked) -> None:
    """Paid after one submission and no rejection: 9,064 of 10,044, 90.243 %."""
    share = domestic.one("travel_expenses", "first_time_right", "share")
    assert share["n"] == 10_044
    assert share["value"] * share["n"] == pytest.approx(9_064, abs=1e-6)
    assert round(100 * share["value"], 3) == 90.243


def test_cleaned_is_as_large_as_published(cleaned: Asked) -> None:
    """10,357 cases of 55,628 events."""
    assert _sizes(cleaned)["domestic_cleaned"] == (10_357, 55_628)


def test_cleaned_never_approved(cleaned: Asked) -> None:
    """419 declarations, 4.05 %, ended without approval."""
    share = cleaned.one("domestic_cleaned", "completion_rate", "share")
    assert round(share["n"] * (1 - share["value"])) == 419
    assert round(100 * (1 - share["value"]), 2) == 4.05
    assert cleaned.one("domestic_cleaned", "completion_rate", "share", outcome="never_approved")["n"] == 419


def test_cleaned_rejections_without_their_echo(cleaned: Asked) -> None:
    """1,461 rejections once the employee's echo of each is no step of its own; one echo came after the payment."""
    pairs = cleaned.counts("domestic_cleaned", "step_pairs", "step")
    assert sum(count for (step,), count in pairs.items() if step is not None and " REJECTED by " in step) == 1_461


def test_cleaned_submissions_among_paid(cleaned: Asked) -> None:
    """Paid declarations by how often they were submitted: 8,945 once, 845 twice, 109 thrice, 12 more often."""
    found = cleaned.values("domestic_cleaned_paid", "first_time_right", "submissions")
    by_number = {int(value["dimensions"]["submissions"]): value["n"] for value in found}
    assert [by_number[number] for number in (1, 2, 3)] == [8_945, 845, 109]
    assert sum(n for number, n in by_number.items() if number > 3) == 12


def test_cleaned_first_time_right(cleaned: Asked) -> None:
    """90.25 % of the paid declarations were right first time."""
    share = cleaned.one("domestic_cleaned_paid", "first_time_right", "share")
    assert (share["n"], round(100 * share["value"], 2)) == (9_911, 90.25)


def test_incidents_are_as_many_as_published(incidents: Asked) -> None:
    """7,554 cases of 65,533 events."""
    assert set(_sizes(incidents).values()) == {(7_554, 65_533)}


def test_incidents_flow_time(incidents: Asked) -> None:
    """First to last event: median 7.549 days, mean 12.079 days."""
    found = [incidents.one("bpic13_by_performer", "flow_time", name)["value"] for name in ("p50", "mean")]
    assert [round(value, 3) for value in found] == [7.549, 12.079]


@pytest.mark.parametrize(
    ("responsible", "handovers", "ping_pongs"), [("performer", 20_649, 1_186), ("team", 9_454, 1_177)]
)
def test_incidents_handovers(incidents: Asked, responsible: str, handovers: int, ping_pongs: int) -> None:
    """Handovers, and cases that went A to B and straight back, by person and by group."""
    stream = f"bpic13_by_{responsible}"
    assert incidents.counts(stream, "step_pairs", "is_handoff")[("true",)] == handovers
    assert incidents.cases(stream, "ping_pong_rate", "share") == pytest.approx(ping_pongs, abs=1e-6)


def test_incidents_until_completed(incidents: Asked) -> None:
    """First event to first Completed: median 0.2511 days, mean 7.3518 days."""
    found = [incidents.one("bpic13_by_team", "flow_time", name)["value"] for name in ("p50", "mean")]
    assert [round(value, 4) for value in found] == [0.2511, 7.3518]


def test_incidents_reopened(incidents: Asked) -> None:
    """514 incidents saw other work after they had been completed."""
    reopened = incidents.cases("bpic13_by_team", "rework_rate", "share", rework_kind="reopen")
    assert reopened == pytest.approx(514, abs=1e-6)


def test_receipt(receipt: Asked) -> None:
    """1,434 cases of 8,577 events; median 0.0332 days, mean 5.408 days; T03 mends in 37 cases."""
    assert _sizes(receipt) == {"receipt": (1_434, 8_577)}
    median, mean = (receipt.one("receipt", "flow_time", name)["value"] for name in ("p50", "mean"))
    assert (round(median, 4), round(mean, 3)) == (0.0332, 5.408)
    mended = receipt.cases("receipt", "rework_rate", "share", rework_kind="correction")
    assert mended == pytest.approx(37, abs=1e-6)


def test_a_process_prints_the_same(receipt: Asked) -> None:
    """The command as a process of its own prints what it prints here."""
    told = process("metrics", "--home", receipt.home, "--metric", "flow_time", "--period", "all", "--json")
    assert (told.code, told.err) == (0, "")
    assert told.facts == receipt.values("receipt", "flow_time")
