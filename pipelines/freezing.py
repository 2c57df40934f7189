"""The command that freezes a baseline, and shows what is frozen. See `baselines` for how it is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from metrics.errors import ContractError
from pipelines import console
from pipelines.errors import PipelineError
from pipelines.options import Home, Json
from pipelines.settings import Settings, load_settings

if TYPE_CHECKING:
    from pipelines.baselines import Frozen
    from pipelines.registry import Registered

FREEZE = "freeze"


def baseline(
    action: Annotated[str | None, typer.Argument(help="freeze; without it, what is frozen is shown.")] = None,
    stream: Annotated[str | None, typer.Option("--stream", help="Of this stream; the only one by default.")] = None,
    period: Annotated[str | None, typer.Option("--period", help="To freeze; default: as the stream file says.")] = None,
    again: Annotated[str | None, typer.Option("--again", help="Why it is frozen again, as a new version.")] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Freeze the numbers of a window, so that later ones are held against them; they never change afterwards."""
    from pipelines.registry import load, load_chosen, load_measurable

    settings = load_settings(home)
    if action is None:
        chosen = [load(settings, stream)] if stream else load_measurable(settings)
        facts = [fact for registered in chosen for fact in frozen_facts(settings, registered)]
        shown = "\n".join(map(_line, facts)) or "Nothing is frozen. See: streamgauge baseline freeze"
        console.facts(facts, shown, as_json)
        return
    if action != FREEZE:
        raise ContractError.from_unknown_name("The action", action, [FREEZE])
    frozen, is_new = freeze_window(settings, load_chosen(settings, stream), period, again, dt.datetime.now(dt.UTC))
    said = "Frozen; the next run holds later quarters against it" if is_new else "Frozen before, and unchanged"
    fact = {**_fact(frozen, is_current=True), "is_new": is_new}
    shown = f"{said}: [b]{fact['baseline']}[/b], version {fact['version']}, {fact['cases']:,} cases."
    console.facts(fact, shown, as_json)


def freeze_window(
    settings: Settings, registered: Registered, period: str | None, again: str | None, at: dt.datetime
) -> tuple[Frozen, bool]:
    """Freeze a period, or the window the stream file names, from the warehouse as it stands; say whether it is new.

    Raises:
        PipelineError: no window is named, or another is frozen for it and no reason is given.
        MetricError: the window has no data, or has not ended.
    """
    from metrics.baseline import window_of
    from pipelines.baselines import freeze
    from pipelines.database import open_warehouse
    from pipelines.warehouse.state import ensure_tables

    window = window_of(registered.stream, period)
    if window is None:
        raise PipelineError("The stream file names no baseline; write one, or say which: --period 2026-Q1")
    with open_warehouse(settings) as connection:
        ensure_tables(connection)
        return freeze(connection, settings, registered, window, at.astimezone(dt.UTC).replace(tzinfo=None), again)


def frozen_facts(settings: Settings, registered: Registered) -> list[dict[str, Any]]:
    """An object a frozen version, oldest window first."""
    from metrics.baseline import window_of
    from pipelines.baselines import current_of, load_frozen

    found = load_frozen(settings, registered.stream.stream)
    current = current_of(found, window_of(registered.stream))
    return [_fact(frozen, is_current=frozen is current) for frozen in found]


def _line(fact: Mapping[str, Any]) -> str:
    held = ", held against" if fact["is_current"] else ""
    why = fact["why_again"] or fact["note"]
    return (
        f"[b]{escape(fact['stream'])}[/b] {fact['baseline']}, version {fact['version']}{held}: "
        f"{fact['cases']:,} cases, frozen {fact['frozen_at'][:16]} (UTC){f': {escape(why)}' if why else ''}"
    )


def _fact(frozen: Frozen, *, is_current: bool) -> dict[str, Any]:
    baseline_, window = frozen.baseline, frozen.baseline.window
    return {
        "stream": baseline_.stream, "baseline": window.key, "version": frozen.version, "is_current": is_current,
        "first_on": str(window.first_on), "until_on": str(window.until_on), "cases": baseline_.cases.count,
        "frozen_at": frozen.frozen_at.isoformat(), "code_version": frozen.code_version,
        "note": baseline_.note or None, "why_again": frozen.why_again, "digest": baseline_.digest,
    }  # fmt: skip
