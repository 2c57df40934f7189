"""The command that closes a quarter, and shows what is closed. See `closings` for how it is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from metrics.periods import Period, parse_period
from metrics.published import METRIC_VALUES
from pipelines import console
from pipelines.options import Home, Json
from pipelines.settings import Settings, load_settings

if TYPE_CHECKING:
    from pipelines.closings import Closing, Said
    from pipelines.registry import Registered


def close(
    period: Annotated[str | None, typer.Argument(help="The quarter; without it, what is closed is shown.")] = None,
    stream: Annotated[str | None, typer.Option("--stream", help="Of this stream; the only one by default.")] = None,
    by: Annotated[str | None, typer.Option("--by", help="Who closes it: a role or a name; kept with it.")] = None,
    why: Annotated[str | None, typer.Option("--why", help="Why, where there is more to say than its end.")] = None,
    anyway: Annotated[str | None, typer.Option("--anyway", help="Why, though values may still move.")] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Close a quarter: its numbers stay as published for good; what later data say otherwise is a restatement."""
    from pipelines.closings import Said
    from pipelines.registry import load, load_all, load_chosen

    settings = load_settings(home)
    if period is None:
        chosen = [load(settings, stream)] if stream else load_all(settings)
        facts = [fact for one in chosen for fact in closed_facts(settings, one.stream.stream)]
        shown = "\n".join(map(_line, facts)) or "No quarter is closed. See: streamgauge close --help"
        console.facts(facts, shown, as_json)
        return
    said = Said(by, why, anyway)
    closing, is_new = close_period(settings, load_chosen(settings, stream), period, said, dt.datetime.now(dt.UTC))
    fact = {**closed_fact(closing), "is_new": is_new}
    if is_new:
        shown = (
            f"Closed: [b]{fact['quarter']}[/b] of {fact['stream']}, {fact['numbers']:,} numbers. The next run tells it."
        )
    else:
        when = f"since {fact['closed_at'][:16]} (UTC)"
        shown = f"{fact['quarter']} of {fact['stream']} is closed already, {when}; it stays as it is."
    console.facts(fact, shown, as_json)


def close_period(
    settings: Settings, registered: Registered, period: str, said: Said, at: dt.datetime
) -> tuple[Closing, bool]:
    """Close a quarter from the warehouse as it stands; say whether it is new.

    Raises:
        PeriodError, MetricError: no such period, none that can be closed, or it has no data or has not ended.
        StorageError: see `closings.close_quarter`.
    """
    from pipelines.closings import close_quarter
    from pipelines.database import open_warehouse
    from pipelines.warehouse.state import ensure_tables

    quarter, closed_at = _quarter(registered, period), at.astimezone(dt.UTC).replace(tzinfo=None)
    with open_warehouse(settings) as connection:
        ensure_tables(connection)
        return close_quarter(connection, settings, registered, quarter, closed_at, said)


def _quarter(registered: Registered, period: str) -> Period:
    return parse_period(period, year_starts=registered.stream.fiscal_year_starts)


def closed_facts(settings: Settings, stream: str) -> list[dict[str, Any]]:
    """An object a closed quarter, oldest first."""
    from pipelines.closings import load_closings

    return [closed_fact(closing) for closing in load_closings(settings, stream)]


def closed_fact(closing: Closing) -> dict[str, Any]:
    """What `--json` prints of a closed quarter."""
    quarter, days = closing.quarter, closing.quarter.quarter
    return {
        "stream": quarter.stream, "quarter": days.key, "first_on": str(days.first_on), "until_on": str(days.until_on),
        "closed_at": closing.closed_at.isoformat(), "closed_by": closing.said.by, "why": closing.said.why,
        "anyway": closing.said.anyway, "not_final": dict(closing.not_final),
        "numbers": len(quarter.rows[METRIC_VALUES.name]), "events": closing.events,
        "stream_version": closing.stream_version, "code_version": closing.code_version, "digest": closing.digest,
    }  # fmt: skip


def _line(fact: Mapping[str, Any]) -> str:
    by = f" by {escape(fact['closed_by'])}" if fact["closed_by"] else ""
    told = "; ".join(escape(fact[name]) for name in ("why", "anyway") if fact[name])
    return (
        f"[b]{escape(fact['stream'])}[/b] {fact['quarter']}: {fact['numbers']:,} numbers, closed "
        f"{fact['closed_at'][:16]} (UTC){by}{f': {told}' if told else ''}"
    )
