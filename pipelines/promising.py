"""The command that shows what was promised to customers. See `objectives` for what it reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.markup import escape

from pipelines import console
from pipelines.options import Home, Json
from pipelines.settings import load_settings


def objectives(
    home: Home = None,
    stream: Annotated[str | None, typer.Option("--stream", help="Only this stream.")] = None,
    period: Annotated[str | None, typer.Option("--period", help="A quarter; default: the newest.")] = None,
    as_json: Json = False,
) -> None:
    """What was promised to customers: error budgets in customers, burn, and open work past its target."""
    from pipelines.objectives import read_objectives

    facts = read_objectives(load_settings(home), stream, period)
    console.facts(facts, "\n".join(map(_line, facts)) or "No target here promises something to one customer.", as_json)


def _line(fact: Mapping[str, Any]) -> str:
    word = {"days": "day", "working_days": "working day"}.get(fact["unit"])
    within = f" within {fact['target']:g} {word}{'' if fact['target'] == 1 else 's'}" if word else ""
    wanted = f"{fact['wanted_share']:.0%}{within}"
    told = f"[b]{escape(fact['label'])}[/b] ({fact['stream']}, tier {fact['tier']}), {fact['period']}: {wanted}\n"
    told += f"  {fact['misses']:,} of {fact['subjects']:,} {escape(fact['counted'])} missed it, "
    told += f"{fact['budget']:,.0f} may: {_left(fact)}"
    if fact["is_alert"]:
        told += f"\n  [red]burning {fact['short_burn']:.1f} times too fast this week[/red]"
    if fact["open_past_target"]:
        told += f"\n  {fact['open_past_target']:,} open and past it already"
    return told


def _left(fact: Mapping[str, Any]) -> str:
    left = round(fact["budget_left"])
    return f"{left:,} left" if left >= 0 else f"[red]overspent by {-left:,}[/red]"
