"""The command that sets any two periods, or any two releases, against each other."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from pipelines import console
from pipelines.options import Home, Json
from pipelines.settings import load_settings


def compare(
    before: Annotated[str, typer.Argument(help="A period (2026-Q1, 2026-07, 2026-W30, 2026), or a release's version.")],
    after: Annotated[str, typer.Argument(help="What is held against it: a period, or a release's version.")],
    stream: Annotated[str | None, typer.Option("--stream", help="Only this stream.")] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Any two periods, or any two releases: every headline metric with the range of its change and its verdict."""
    from pipelines.pairs import read_pairs

    facts = read_pairs(load_settings(home), before, after, stream)
    shown = console.table(f"{after} against {before}; ranges hold 95 times of 100", _rows(facts))
    console.facts(facts, shown if facts else "No stream to compare.", as_json)


def _rows(facts: list[dict[str, Any]]) -> list[dict[str, object]]:
    """The table for people: few columns, so that it fits a terminal."""
    streams = len({fact["stream"] for fact in facts})
    return [
        ({"stream": fact["stream"]} if streams > 1 else {})
        | {
            "metric": fact["metric"], "": fact["statistic"], "before": _number(fact["before_value"]),
            "after": _number(fact["after_value"]), "change": _change(fact), "unit": fact["unit"].replace("_", " "),
            "n": f"{fact['before_n']:,}, {fact['after_n']:,}", "verdict": fact["verdict"],
        }
        for fact in facts
    ]  # fmt: skip


def _change(fact: dict[str, Any]) -> str:
    """'-0.73 (-0.89 to -0.57)': the change and its 95 % range."""
    if fact["low"] is None:
        return _number(fact["difference"])
    return f"{_number(fact['difference'])} ({_number(fact['low'])} to {_number(fact['high'])})"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"
