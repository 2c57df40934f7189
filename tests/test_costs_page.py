"""docs/costs.md cannot lie: its files are read, its worked example is made from them, and what it names is there."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from metrics.stream.costs import Costs
from metrics.tables.bills import PLATFORM
from pipelines.checks.laws import LAWS
from pipelines.money.exchange import Exchange
from pipelines.money.lines import ALLOCATIONS, MEASURES, read_exchange
from tests.pipelines.small_stream import Calls

TEXT = (Path(__file__).parents[1] / "docs" / "costs.md").read_text("utf-8")


def block(name: str) -> str:
    """The one block of the page that has this name."""
    (found,) = re.findall(rf"```{name}\n(.*?)```", TEXT, re.DOTALL)
    return str(found)


@pytest.fixture(scope="module")
def costs(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Decimal]:
    """What the January of the page costs by line and case, from the files of the page."""
    calls = Calls(tmp_path_factory.mktemp("page"), [" "], [" "])
    (calls.folder / "rates.csv").write_text(block("csv rates"), "utf-8")
    (calls.folder / "bills.csv").write_text(block("csv bills"), "utf-8")
    calls.call("a", "2026-01-05T09:00:00Z", used={"cpu_seconds": 10, "sms": 4})
    calls.work("a", "2026-01-05T09:00:00Z", "2026-01-05T10:30:00Z")
    calls.call("b", "2026-01-06T09:00:00Z", used={"cpu_seconds": 30})
    calls.event("b", "Note", "2026-01-06T08:30:00Z", role="clerk").event("c", "Ring", "2026-01-07T09:00:00Z")
    with calls.measured() as connection:
        value = "SELECT value FROM metric_values WHERE metric = 'cost_per_transaction' AND period = '2026-01'"
        assert connection.execute(f"{value} AND dimensions = '{{}}'").fetchall() == [(pytest.approx(140.13),)]
        rows = connection.execute(
            "SELECT rate_id, coalesce(case_id, 'idle'), sum(amount) FROM costs GROUP BY ALL"
        ).fetchall()
    return {(rate, case): amount for rate, case, amount in rows}


def test_the_worked_example_is_what_is_measured(costs: dict[tuple[str, str], Decimal]) -> None:
    """Every cell of the table, the sums, and no cost that the table does not tell."""
    lines = [line.strip("| ").split(" | ") for line in TEXT.splitlines() if re.match(r"\| [a-z]+-2026", line)]
    columns = ("a", "b", "c", "idle")
    told = {
        (name, column): Decimal(cell)
        for name, *cells in lines for column, cell in zip(columns, cells, strict=False) if cell != "–"
    }  # fmt: skip
    assert told == costs
    for name, *cells in lines:
        assert Decimal(cells[-1]) == sum(amount for (rate, _), amount in costs.items() if rate == name)
    (sums,) = re.findall(r"\| \*\*all\*\* \| (.*) \|", TEXT)
    by_column = [sum(amount for (_, case), amount in costs.items() if case == column) for column in columns]
    assert [Decimal(cell) for cell in sums.split(" | ")] == [*by_column, sum(costs.values())]


def test_its_exchange_rates_and_its_mapping_can_be_read(tmp_path: Path) -> None:
    """The file of exchange rates has no gap, and the piece of a stream file is one."""
    (tmp_path / "exchange.csv").write_text(block("csv exchange"), "utf-8")
    assert len(Exchange.of(read_exchange(tmp_path / "exchange.csv")).rates) == 2
    assert [line.driver for line in Costs.model_validate(yaml.safe_load(block("yaml"))["costs"]).cloud] == [
        "cpu_seconds", "order storage", "other cloud",
    ]  # fmt: skip


def test_what_it_names_is_there() -> None:
    """Allocations, measures, laws and the name of no stream."""
    laws = {law.name for law in LAWS}
    assert {"bills_are_allocated", "platform_bills_are_shared"} <= laws
    for name in (*ALLOCATIONS, *MEASURES, "bills_are_allocated", "platform_bills_are_shared", PLATFORM):
        assert f"`{name}`" in TEXT
