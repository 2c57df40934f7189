"""Any two periods or releases from the command line: one table, one object a metric and statistic."""

from __future__ import annotations

from pathlib import Path

import pytest

from metrics.catalog import HEADLINE
from tests.journeys.command_line import command, facts, measured
from tests.journeys.orders import rows, write_log, write_stream


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one published stream."""
    folder = tmp_path_factory.mktemp("compare")
    measured(folder / "home", (write_log(folder / "orders.csv", rows()), write_stream(folder)))
    return folder / "home"


@pytest.fixture(scope="module")
def weeks(home: Path) -> list[str]:
    """The weeks with data, oldest first."""
    return sorted({fact["period"] for fact in facts("metrics", "--home", home, "--grain", "week") if fact["n"]})


def test_two_periods_are_told_metric_by_metric(home: Path, weeks: list[str]) -> None:
    """Every headline metric and statistic, with the values that the metrics command gives for either period."""
    before, after = weeks[0], weeks[-1]
    told = facts("compare", before, after, "--home", home)
    assert {(fact["metric"], fact["statistic"]) for fact in told} == {
        (metric.key, statistic.value) for metric in HEADLINE for statistic in metric.statistics
    }
    values = {
        (fact["metric"], fact["statistic"], fact["period"]): fact["value"]
        for fact in facts("metrics", "--home", home, "--grain", "week")
    }
    for fact in told:
        key = fact["metric"], fact["statistic"]
        assert (fact["before_value"], fact["after_value"]) == (values[*key, before], values[*key, after])
        assert (fact["before"], fact["after"]) == (before, after)
    shown = command("compare", before, after, "--home", home)
    assert shown.code == 0
    assert f"{after} against {before}" in shown.out


def test_what_cannot_be_compared_is_refused(home: Path, weeks: list[str]) -> None:
    """The same period twice, no period and no release, and a release against a period exit with 2 and say why."""
    twice = command("compare", weeks[0], weeks[0], "--home", home)
    assert (twice.code, "share days" in twice.err) == (2, True)
    unknown = command("compare", "soon", weeks[0], "--home", home)
    assert (unknown.code, "is not a period" in unknown.err, "release" in unknown.err) == (2, True, True)


def test_releases_are_named_by_their_version(tmp_path: Path) -> None:
    """Two of a stream's releases are compared; one that reached only some is not, nor one with a period."""
    stream = write_stream(tmp_path)
    text = stream.read_text("utf-8").split("\nreleases:")[0]
    stream.write_text(
        text + "\nreleases:\n"
        '  - {version: "1", at: "2026-01-02T06:00:00+01:00"}\n  - {version: "2", at: "2026-02-02T06:00:00+01:00"}\n'
        '  - {version: "3", at: "2026-03-02T06:00:00+01:00", reached: {segment: channel, values: [web]}}\n',
        "utf-8",
    )
    measured(tmp_path / "home", (write_log(tmp_path / "orders.csv", rows()), stream))
    told = facts("compare", "1", "2", "--home", tmp_path / "home")
    assert {fact["metric"] for fact in told} == {metric.key for metric in HEADLINE} - {"cost_per_transaction"}
    mixed = command("compare", "1", "2026-Q1", "--home", tmp_path / "home")
    assert (mixed.code, "cannot be compared" in mixed.err) == (2, True)
    some = command("compare", "1", "3", "--home", tmp_path / "home")
    assert (some.code, "reached only some" in some.err) == (2, True)
