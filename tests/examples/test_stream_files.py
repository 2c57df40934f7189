"""The stream files of the examples can be used as they are, and so can what they point at."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
from decimal import Decimal
from pathlib import Path

import pytest

from examples.order_to_cash.demand import draw_orders
from examples.order_to_cash.firm import RELEASES
from examples.order_to_cash.telling import STEPS
from examples.order_to_cash.world import World
from metrics.catalog import metric_by_key
from metrics.stream import check_steps, parse_stream, read_quantity
from metrics.stream.model import Stream

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = ("order_to_cash", "travel_expenses")


@pytest.mark.parametrize("name", NAMES)
def test_stream_file_is_read(name: str) -> None:
    """The file stands in a folder of its stream's name and is valid."""
    assert _stream(name).stream == name


@pytest.mark.parametrize("name", NAMES)
def test_targets_are_quantities_of_known_metrics(name: str) -> None:
    """Every metric named exists, has the statistic, and its target and meaningful change can be read."""
    stream = _stream(name)
    for key, told in stream.targets.items():
        metric = metric_by_key(key)
        for statistic, text in told.items():
            assert statistic in metric.statistics
            assert read_quantity(text, metric.unit) > 0
    for key, text in stream.meaningful.items():
        assert read_quantity(text, metric_by_key(key).unit) > 0
    for key in stream.words.metrics:
        metric_by_key(key)


@pytest.mark.parametrize("name", NAMES)
def test_every_priced_role_has_one_rate_a_day(name: str) -> None:
    """Rates of one role follow each other without gap or overlap, in the stream's currency."""
    stream = _stream(name)
    by_role: dict[str, list[tuple[str, str]]] = {}
    for row in _table(name, str(stream.costs.rates)):
        assert Decimal(row["amount"]) > 0 and row["currency"] == stream.costs.currency and row["unit"] == "hour"
        by_role.setdefault(row["driver"], []).append((row["valid_from"], row["valid_to"]))
    for spans in by_role.values():
        spans.sort()
        assert all(before[1] == after[0] for before, after in itertools.pairwise(spans))
        assert spans[-1][1] == ""
    assert {step.role for step in stream.steps if step.role} <= set(by_role)


def test_orders_steps_and_releases_are_those_simulated() -> None:
    """The stream file names the steps, roles and releases that the simulation tells."""
    stream = _stream("order_to_cash")
    text = (EXAMPLES / "order_to_cash/stream.yaml").read_text(encoding="utf-8")
    orders = draw_orders(2_000, 7)
    check_steps(stream, {STEPS[done.step].name for done in World(orders).run()}, text)
    assert {step.name for step in stream.steps} == {step.name for step in STEPS.values()}
    assert [(r.version, int(r.at.timestamp())) for r in stream.releases] == [(r.version, r.at) for r in RELEASES]
    rates = {row["driver"] for row in _table("order_to_cash", "rates.csv")}
    assert {step.role for step in STEPS.values() if step.kind == "human"} == rates


def test_bills_cover_every_month() -> None:
    """Each month of the log has one bill of each class, by a known rule, with room for what was used."""
    rows = _table("order_to_cash", "bills.csv")
    months = {dt.date.fromisoformat(row["month"]) for row in rows}
    assert months == {dt.date(2026, month, 1) for month in range(1, 10)}
    assert len(rows) == 3 * len(months) == len({row["bill_id"] for row in rows})
    assert {row["allocation"] for row in rows} == {"usage", "started_cases", "finished_cases"}
    assert all(Decimal(row["amount"]) > 0 for row in rows)


def _stream(name: str) -> Stream:
    path = EXAMPLES / name / "stream.yaml"
    return parse_stream(path.read_text(encoding="utf-8"), str(path))


def _table(name: str, file: str) -> list[dict[str, str]]:
    with (EXAMPLES / name / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
