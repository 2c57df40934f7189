"""The whole flow, left to right: sources → events → steps → cases, failures, costs → metrics → comparisons → page.

`workspace.yaml` loads `defs`; `streamgauge run` builds the same definitions for its --home.
"""

from __future__ import annotations

import dagster as dg

from pipelines.assets.checks import law_checks, suite_checks
from pipelines.assets.closing import closing_assets
from pipelines.assets.delivery import ASSET as DELIVERED
from pipelines.assets.delivery import DELIVERY, delivery_assets, delivery_schedules
from pipelines.assets.facts import fact_assets, inbox_asset, money_assets, source_specs
from pipelines.assets.measures import metric_assets, report_assets
from pipelines.settings import Settings, load_settings

JOB = "refresh_everything"
EVERYTHING = dg.AssetSelection.all() - dg.AssetSelection.assets(DELIVERED)


def build_definitions(settings: Settings, loggers: dict[str, dg.LoggerDefinition] | None = None) -> dg.Definitions:
    """Every asset, check and job over one home."""
    return dg.Definitions(
        assets=[
            *source_specs(),  # files of every kind a source reads
            inbox_asset(settings),  # what the receiver took
            *fact_assets(settings),  # events, steps, cases, failures
            *money_assets(settings),  # rates, bills, costs
            *metric_assets(settings),  # one a metric
            *closing_assets(settings),  # closed quarters, and what is restated of them
            *report_assets(settings),  # comparisons, value stream, published page
            *delivery_assets(settings),  # who was told of it
        ],
        asset_checks=[
            *suite_checks(settings),  # Great Expectations on events, steps, cases
            *law_checks(settings),  # conservation laws
        ],
        jobs=[
            dg.define_asset_job(JOB, EVERYTHING, description="Everything, from ledger to page; nobody is told."),
            DELIVERY,
        ],
        schedules=delivery_schedules(settings),  # a stream's quarters, some mornings after each
        loggers=loggers,
    )


defs = build_definitions(load_settings())
