"""The command that shows what a changed definition would do to numbers that are closed, before it does anything."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Group, RenderableType
from rich.markup import escape

from pipelines import console
from pipelines.options import Home, Json
from pipelines.settings import load_settings

if TYPE_CHECKING:
    from pipelines.foreseeing import Impact

_MOST_SHOWN = 40


def impact(
    stream_file: Annotated[Path | None, typer.Option("--stream-file", help="The changed stream file.")] = None,
    rates: Annotated[Path | None, typer.Option("--rates", help="In place of the rates the stream file names.")] = None,
    bills: Annotated[Path | None, typer.Option("--bills", help="In place of the bills it names.")] = None,
    stream: Annotated[str | None, typer.Option("--stream", help="Of this stream; else that of the file.")] = None,
    period: Annotated[str | None, typer.Option("--period", help="Only this quarter.")] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """What a changed definition would move in closed quarters and the newest one. The home stays as it is."""
    from pipelines.foreseeing import foresee

    settings = load_settings(home)
    with console.working("Measuring a trial", quiet=as_json) as report:
        found = foresee(settings, stream, stream_file, rates, bills, period, report)
    console.facts(found.as_fact(), _shown(found), as_json)


def _shown(found: Impact) -> RenderableType:
    """What moved, largest grain first; all of it stands in --json."""
    changed = f": {escape(', '.join(found.changed))}" if found.changed else ""
    lines = [
        f"[b]{escape(found.stream)}[/b], stream file version {found.version_before} → {found.version_after}{changed}",
        f"{', '.join(found.quarters)}: {len(found.moved):,} of {found.numbers:,} numbers move, {found.unmoved:,} stay.",
    ]
    if found.moved:
        lines.append("Closed numbers stay published; these would stand beside them as restatements.")
    order = ("quarter", "month", "week")
    moved = sorted(found.moved, key=lambda m: (order.index(m.grain), m.period, m.metric, m.statistic))
    rows = [
        {
            "period": m.period + (" (closed)" if m.is_closed else ""), "metric": m.metric, "": m.statistic,
            "before": _number(m.now), "after": _number(m.after), "difference": _number(m.difference),
            "unit": m.unit.replace("_", " "), "verdict": " → ".join(dict.fromkeys((m.verdict_before, m.verdict_after))),
        }
        for m in moved[:_MOST_SHOWN]
    ]  # fmt: skip
    left = len(moved) - len(rows)
    parts: list[RenderableType] = ["\n".join(lines)]
    parts += [console.table("", rows)] if rows else []
    parts += [f"{left:,} more: see --json"] if left else []
    return Group(*parts)


def _number(value: float | Decimal | None) -> str:
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    return "no data" if value is None else f"{value:.4g}"
