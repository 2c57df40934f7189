"""The command that tells people of a published review, by mail and webhook. See `delivery` for what it does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from pipelines import console
from pipelines.options import Home, Json
from pipelines.settings import load_settings

if TYPE_CHECKING:
    from pipelines.delivery.deliver import Outcome


def deliver(
    home: Home = None,
    stream: Annotated[str | None, typer.Option("--stream", help="Only this stream.")] = None,
    period: Annotated[str | None, typer.Option("--period", help="A quarter; default: the newest published.")] = None,
    to: Annotated[
        list[str] | None, typer.Option("--to", help="An address, or webhook, in place of those of the environment.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Send nothing; show what would be said to whom.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Tell also whoever was told these numbers already.")] = False,
    as_json: Json = False,
) -> None:
    """Tell people of a published review by mail and webhook, once. Other numbers since then are told as an update."""
    from pipelines.delivery.deliver import deliver as tell
    from pipelines.delivery.record import State

    settings = load_settings(home)
    with console.working("Delivering", quiet=as_json):
        outcomes = tell(settings, stream, period, tuple(to or ()), is_dry=dry_run, again=again)
    console.facts([outcome.as_fact() for outcome in outcomes], _lines(outcomes), as_json)
    if any(outcome.state == State.FAILED.value for outcome in outcomes):
        raise typer.Exit(1)


def _lines(outcomes: Sequence[Outcome]) -> str:
    """A line an outlet; and each text that would be sent, once."""
    lines = []
    for outcome in outcomes:
        kind = " (update)" if outcome.is_update else ""
        why = f": {escape(outcome.reason)}; the next time it is tried again" if outcome.reason else ""
        lines.append(f"{outcome.stream} {outcome.period} → {escape(outcome.to)}: [b]{outcome.state}[/b]{kind}{why}")
    texts = dict.fromkeys(outcome.text for outcome in outcomes if outcome.state == "would tell")
    return "\n\n".join(["\n".join(lines), *(escape(text.rstrip()) for text in texts)])
