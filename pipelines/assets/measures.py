"""Assets of the numbers: one a metric, one a report, comparisons, then the published page."""

import datetime as dt

import dagster as dg

from metrics.catalog import CATALOG
from metrics.metric import Metric
from metrics.published import BASELINES, COMPARISONS, METRIC_VALUES
from metrics.reports.catalog import REPORTS
from metrics.reports.report import Report
from pipelines.assets.policy import asset_options, one_row
from pipelines.checks.laws import run_laws, store
from pipelines.database import open_warehouse
from pipelines.ledger.manifest import known_manifest
from pipelines.registry import load_measurable
from pipelines.reviewing import publish_standing_reviews
from pipelines.settings import Settings
from pipelines.warehouse import measures
from pipelines.warehouse.baselines import write_baselines
from pipelines.warehouse.closed import keep_closed
from pipelines.warehouse.comparisons import write_comparisons
from pipelines.warehouse.evidence import write_evidence
from pipelines.warehouse.publication import publish_database
from pipelines.warehouse.reports import write_reports


def metric_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """One asset a metric of the catalogue, reading the contract tables it needs."""
    return [_metric_asset(settings, metric) for metric in CATALOG]


def report_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """What stands beside the values: comparisons, one asset a report, and the published page of all."""
    reports = [_report_asset(settings, report) for report in REPORTS]

    metrics = [metric.key for metric in CATALOG]

    @dg.asset(deps=[*metrics, "restatements"], **asset_options("reports", one_row(BASELINES), BASELINES))
    def baselines() -> dg.MaterializeResult[None]:
        at = dt.datetime.now(dt.UTC).replace(tzinfo=None)
        with open_warehouse(settings) as connection:
            rows = sum(write_baselines(connection, settings, stream, at) for stream in load_measurable(settings))
        return dg.MaterializeResult(metadata={"dagster/row_count": rows})

    @dg.asset(deps=[*metrics, "restatements"], **asset_options("reports", one_row(COMPARISONS), COMPARISONS))
    def comparisons() -> dg.MaterializeResult[None]:
        with open_warehouse(settings) as connection:
            rows = sum(write_comparisons(connection, settings, registered) for registered in load_measurable(settings))
        return dg.MaterializeResult(metadata={"dagster/row_count": rows})

    @dg.asset(
        deps=[*metrics, "closed_quarters", "baselines", "comparisons", *(report.table.name for report in REPORTS)],
        **asset_options("reports", "One page a stream and quarter, with the copy of the tables it was made from."),
    )
    def published_page(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        ran_at = dt.datetime.now(dt.UTC).replace(tzinfo=None)
        with open_warehouse(settings) as connection:
            for registered in load_measurable(settings):
                name = registered.stream.stream
                keep_closed(connection, settings, name)
                manifest = known_manifest(settings, name)
                measures.describe(connection, registered, manifest, context.run_id[:12], ran_at)
                store(connection, name, list(run_laws(connection, name)))
                write_evidence(connection, settings, registered, manifest, context.run_id[:12], ran_at)
            size = publish_database(connection, settings)
        pages = publish_standing_reviews(settings)
        return dg.MaterializeResult(metadata={"bytes": size, "pages": [str(page.page) for page in pages]})

    return [baselines, comparisons, *reports, published_page]


def _report_asset(settings: Settings, report: Report) -> dg.AssetsDefinition:
    table = report.table

    @dg.asset(name=table.name, deps=list(report.needs), **asset_options("reports", one_row(table), table))
    def build() -> dg.MaterializeResult[None]:
        with open_warehouse(settings) as connection:
            rows = sum(write_reports(connection, registered, [report]) for registered in load_measurable(settings))
        return dg.MaterializeResult(metadata={"dagster/row_count": rows})

    return build


def _metric_asset(settings: Settings, metric: Metric) -> dg.AssetsDefinition:
    description = f"{metric.sentence} {one_row(METRIC_VALUES)}"

    @dg.asset(name=metric.key, deps=list(metric.needs), **asset_options("metrics", description, METRIC_VALUES))
    def build() -> dg.MaterializeResult[None]:
        with open_warehouse(settings) as connection:
            rows = sum(
                measures.measure_metric(connection, settings, registered, metric)
                for registered in load_measurable(settings)
            )
        return dg.MaterializeResult(metadata={"dagster/row_count": rows, "definition_version": metric.version})

    return build
