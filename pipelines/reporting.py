"""The command that shows any report as it was published: a table for people, objects for programs."""

from __future__ import annotations

from typing import Annotated

import typer

from metrics.errors import ContractError
from pipelines import console
from pipelines.options import Home, Json
from pipelines.settings import load_settings


def report(
    name: Annotated[str | None, typer.Argument(help="A report; without one, all are listed.")] = None,
    stream: Annotated[str | None, typer.Option("--stream", help="Only this stream.")] = None,
    period: Annotated[str | None, typer.Option("--period", help="As the report tells it; default: its newest.")] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """A report beside the values: where time goes, what was promised, what changed. See docs/tables.md for columns."""
    from pipelines.published_reports import TABLES, read_report

    if name is None:
        listed = [{"report": table.name, "one_row_is": table.one_row} for table in TABLES.values()]
        console.facts(listed, console.table("", listed), as_json)
        return
    if name not in TABLES:
        raise ContractError.from_unknown_name("The report", name, TABLES)
    facts = read_report(load_settings(home), TABLES[name], stream, period)
    console.facts(facts, console.rows_shown(facts) if facts else "No data: this report has no row here.", as_json)
