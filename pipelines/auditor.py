"""The commands of the auditor's kit: draw a sample into a workbook, and project what was found in it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from metrics.audit.allocation import Allocation
from pipelines import console
from pipelines.errors import PipelineError
from pipelines.options import Home, Json
from pipelines.settings import Settings, load_settings

audit = typer.Typer(help="Draw a sample for an auditor, and project what was found in it.", no_args_is_help=True)


@audit.command()
def sample(
    metric: Annotated[str, typer.Argument(help="A metric, e.g. cost_per_transaction.")],
    period: Annotated[str, typer.Option("--period", help="2018-Q4, 2018-11, 2018-W45, 2018 or all.")],
    method: Annotated[str, typer.Option("--method", help="stratified or monetary-unit.")],
    size: Annotated[int, typer.Option("--size", min=1, help="How many items.")],
    seed: Annotated[str, typer.Option("--seed", help="Any text; the same seed draws the same sample.")],
    out: Annotated[Path, typer.Option("--out", help="The workbook to write.")] = Path("sample.xlsx"),
    by: Annotated[str, typer.Option("--by", help="Strata: size, a segment, or a column of cost.")] = "size",
    allocation: Annotated[
        Allocation, typer.Option("--allocation", help="How strata share the sample.")
    ] = Allocation.NEYMAN,
    stream: Annotated[str | None, typer.Option("--stream", help="Of this stream; the only one by default.")] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Draw a seeded sample of the cases, or rows of cost, behind a value, with links to their sources."""
    if out.exists():
        raise PipelineError(f"{out} exists already; choose another --out, so that no filled sample is lost.")
    with console.working("Sampling", quiet=as_json):
        content, fact = _draw(load_settings(home), stream, metric, period, (method, size, seed, by, allocation))
    out.write_bytes(content)
    told = {**fact, "out": str(out)}
    shown = (
        f"[b]{out}[/b]: {fact['items']:,} of {fact['population_items']:,} items. Fill in the auditor's value, then: "
    )
    console.facts(told, f"{shown}streamgauge audit project {out}", as_json)


@audit.command()
def project(
    workbook: Annotated[Path, typer.Argument(help="The filled workbook.")],
    as_json: Json = False,
) -> None:
    """What the exceptions found in a filled sample say of the whole, with limits at 95 %."""
    from pipelines.auditing.filled import project_file

    fact = project_file(workbook)
    console.facts(
        fact, console.table("", [{"what": name, "value": str(value)} for name, value in fact.items()]), as_json
    )


def _draw(
    settings: Settings, stream: str | None, metric: str, period: str, how: tuple[str, int, str, str, Allocation]
) -> tuple[bytes, dict[str, Any]]:
    from metrics.catalog import metric_by_key
    from pipelines.auditing.population import read_population, with_segment
    from pipelines.auditing.sample import draw_sample
    from pipelines.auditing.sources import sources_of
    from pipelines.auditing.workbook import workbook_of
    from pipelines.explaining import published_period, published_stream
    from pipelines.ledger.manifest import load_manifest
    from pipelines.warehouse.publication import open_published

    method, size, seed, by, allocation = how
    connection = open_published(settings)
    try:
        chosen = published_stream(connection, stream)
        population = read_population(
            connection, chosen, metric, published_period(connection, chosen, metric_by_key(metric), period)
        )
        items = None if by == "size" else with_segment(connection, population, by)
        drawn = draw_sample(population, method, size, seed, items, allocation)
        cases = [case for line in drawn.lines if (case := population.cases[line.key])]
        sources = sources_of(connection, load_manifest(settings.ledger / chosen.stream), cases)
    finally:
        connection.close()
    fact = {**drawn.facts, "items": len(drawn.lines), "population_items": len(population.items), "digest": drawn.digest}
    return workbook_of(drawn, sources), fact
