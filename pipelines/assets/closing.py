"""Assets of closed quarters: what is closed, and what of it would be another number now."""

import datetime as dt

import dagster as dg

from metrics.catalog import CATALOG
from metrics.published import CLOSED_QUARTERS, RESTATEMENTS
from pipelines.assets.policy import asset_options, one_row
from pipelines.database import open_warehouse
from pipelines.registry import load_measurable
from pipelines.settings import Settings
from pipelines.warehouse.closed import write_closed, write_restatements


def closing_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """Restatements, once every metric was measured, then the closed quarters with how many each has."""
    metrics = [metric.key for metric in CATALOG]

    @dg.asset(deps=[*metrics, "costs"], **asset_options("reports", one_row(RESTATEMENTS), RESTATEMENTS))
    def restatements() -> dg.MaterializeResult[None]:
        at = dt.datetime.now(dt.UTC).replace(tzinfo=None)
        with open_warehouse(settings) as connection:
            rows = sum(write_restatements(connection, settings, stream, at) for stream in load_measurable(settings))
        return dg.MaterializeResult(metadata={"dagster/row_count": rows})

    @dg.asset(deps=["restatements"], **asset_options("reports", one_row(CLOSED_QUARTERS), CLOSED_QUARTERS))
    def closed_quarters() -> dg.MaterializeResult[None]:
        with open_warehouse(settings) as connection:
            rows = sum(write_closed(connection, settings, r.stream.stream) for r in load_measurable(settings))
        return dg.MaterializeResult(metadata={"dagster/row_count": rows})

    return [restatements, closed_quarters]
