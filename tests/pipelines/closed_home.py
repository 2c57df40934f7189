"""A home with two quarters of orders, the first of which can be closed; and what is published of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import duckdb

from pipelines.closing import close_period
from pipelines.closings import Closing, Said
from pipelines.refresh import refresh
from pipelines.registry import load, load_all
from pipelines.settings import Settings
from tests.journeys.command_line import facts, measured
from tests.journeys.orders import FIRST, Row, write_log, write_stream

QUARTER, NEXT = "2025-Q1", "2025-Q2"
AT = dt.datetime(2025, 6, 20, 8, tzinfo=dt.UTC)
FINANCE = Said("head of finance", "end of the quarter")
DAYS = (dt.date(2025, 1, 1), dt.date(2025, 4, 1))


def orders(count: int = 60, hours: int = 36, first: dt.datetime = FIRST - dt.timedelta(days=45)) -> list[Row]:
    """So many orders over about three months around the end of March; some are returned once, some are cancelled."""
    told: list[Row] = []
    for number in range(1, count + 1):
        steps = [("Order", "shop"), ("Check", "Ann")]
        steps += [("Return", "Bob"), ("Check", "Bob")] if number % 3 == 0 else []
        steps += [("Cancel", "Ann")] if number % 10 == 0 else [("Deliver", "shop")]
        begun = first + dt.timedelta(hours=hours * number)
        for place, (step, who) in enumerate(steps):
            at = begun + dt.timedelta(hours=place * (2 + number % 7))
            told.append((f"o{number}", step, at.isoformat(), who, "web" if number % 2 else "phone"))
    return told


def home_of(folder: Path, told: Iterable[Row]) -> Settings:
    """A home into which these rows were imported, measured."""
    return measured(folder / "home", (write_log(folder / "orders.csv", told), write_stream(folder)))


def arrive(settings: Settings, folder: Path, told: Iterable[Row]) -> None:
    """Import more rows, and measure."""
    log = write_log(folder / "late.csv", told)
    facts("import", log, "--stream", folder / "stream.yaml", "--home", settings.home)
    refresh(settings, load_all(settings))


def closed(settings: Settings, quarter: str = QUARTER, said: Said = FINANCE) -> Closing:
    """The quarter, closed; and published as such."""
    closing, is_new = close_period(settings, load(settings, "orders"), quarter, said, AT)
    assert is_new
    refresh(settings, load_all(settings))
    return closing


def published(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    """Rows of the published copy."""
    with duckdb.connect(str(settings.published_database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def closed_rows(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    """Everything published of the closed quarter, by table."""
    within = f"first_on >= '{DAYS[0]}' AND until_on <= '{DAYS[1]}' AND grain <> 'all'"
    of_quarter = ("cost_by_class", "value_stream", "segment_values", "wait_causes", "objectives", "variants")
    return {
        "metric_values": published(settings, f"SELECT * FROM metric_values WHERE {within} ORDER BY ALL"),
        "comparisons": published(
            settings, f"SELECT * FROM comparisons WHERE label = '{QUARTER}' AND kind IN ('period', 'segment')"
            " ORDER BY ALL",
        ),
        **{
            table: published(settings, f"SELECT * FROM {table} WHERE period = '{QUARTER}' ORDER BY ALL")
            for table in of_quarter
        },
    }  # fmt: skip
