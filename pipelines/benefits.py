"""The command that shows what is claimed and how finance judged it, and the check that nobody claims it twice.

Each class stands for itself: nothing here adds two of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.markup import escape

from metrics.errors import ContractError
from metrics.finance.benefit import CLASSES
from metrics.published import BENEFIT_CONFLICTS, BENEFITS
from pipelines import console
from pipelines.options import Home, Json
from pipelines.settings import load_settings

CHECK = "check"
Fact = Mapping[str, Any]


def benefits(
    action: Annotated[str | None, typer.Argument(help="check; without it, what is claimed is listed.")] = None,
    stream: Annotated[str | None, typer.Option("--stream", help="Only this stream.")] = None,
    period: Annotated[str | None, typer.Option("--period", help="A quarter; default: the newest with claims.")] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """What is claimed, validated and booked, each class for itself. `check` ends with 1 on double claims."""
    from pipelines.published_reports import read_report

    if action not in (None, CHECK):
        raise ContractError.from_unknown_name("The action", str(action), [CHECK])
    settings = load_settings(home)
    conflicts = read_report(settings, BENEFIT_CONFLICTS, stream, period)
    claims = read_report(settings, BENEFITS, stream, period)
    newest = {(claim["stream"], claim["period"]) for claim in claims}
    found = [conflict for conflict in conflicts if (conflict["stream"], conflict["period"]) in newest]
    if action is None:
        shown = "\n".join(_list_lines(claims)) or "Nothing is claimed. docs/benefits.md says how to begin."
        console.facts(claims, shown, as_json)
        return
    shown = "\n".join(map(conflict_line, found)) or "Nothing is claimed twice, and no hours that were not measured."
    console.facts(found, shown, as_json)
    if found:
        raise typer.Exit(1)


def conflict_line(conflict: Fact) -> str:
    """What is claimed twice, who claims it too, how much of it, and since when."""
    until = f" until {conflict['until_month']:%Y-%m}" if conflict["until_month"] else " on"
    rival = f"{conflict['rival']} of {conflict['rival_stream']}" if conflict["rival"] else "nothing that was measured"
    told = (
        f"[b]{escape(conflict['benefit'])}[/b] of {conflict['stream']}, {conflict['period']}, as {conflict['level']}: "
        f"{conflict['overlap']:,.2f} {escape(conflict['unit'])} ({conflict['kind']}: {escape(conflict['shared'])}) "
    )
    verb = "stands against" if conflict["rival"] is None else "is claimed by"
    return f"{told}{verb} {escape(rival)}, from {conflict['first_month']:%Y-%m}{until}"


def _list_lines(claims: Sequence[Fact]) -> list[str]:
    """Class by class; a line a benefit."""
    lines = []
    for name in CLASSES:
        held = [claim for claim in claims if claim["benefit_class"] == name]
        lines += [f"[b]{name}[/b]"] if held else []
        lines += [f"  {_line(claim)}" for claim in held]
    return lines


def _line(claim: Fact) -> str:
    unit, levels = claim["unit"], ("claimed", "validated", "booked")
    told = " → ".join(f"{name} {claim[name]:,.2f}" for name in levels if claim[name] is not None)
    line = f"{escape(claim['benefit'])} ({claim['stream']}, {claim['period']}), {claim['state']}: {told} {escape(unit)}"
    if claim["net"] is not None:
        line += f"; gross {claim['gross']:,.2f}, run cost {claim['run_cost']:,.2f}, net {claim['net']:,.2f}"
    if claim["disputed"]:
        line += f"; [red]{claim['disputed']:,.2f} disputed[/red]"
    return line
