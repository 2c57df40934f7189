"""The command that writes the decision memo of a process before automation starts. The page is made by dashboards."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from pipelines import console
from pipelines.options import Home, Json, Language
from pipelines.settings import load_settings


def memo(
    stream: Annotated[str | None, typer.Option("--stream", help="Of this stream; the only one by default.")] = None,
    period: Annotated[
        str | None, typer.Option("--period", help="2026-Q3, 2026-07 …; default: the frozen baseline, else a quarter.")
    ] = None,
    language: Language = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for STREAM/WINDOW/; default: memos beside the pages.")
    ] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Write the one-page decision memo: the process as it is, the outcomes being bought, and how they are measured."""
    from dashboards.memo.publish import browser_of, publish_memo
    from pipelines.registry import load_chosen

    settings = load_settings(home)
    name = load_chosen(settings, stream).stream.stream
    made = publish_memo(
        settings.published_database, out or settings.memos, name, period, language, browser_of(settings.chromium)
    )
    printed = str(made.printed) if made.printed else None
    fact = {
        "stream": made.stream, "window": made.window, "is_frozen": made.is_frozen, "page": str(made.page),
        "values": str(made.values), "pdf": printed, "sentences": list(made.sentences),
    }  # fmt: skip
    said = "\n".join(escape(sentence) for sentence in made.sentences)
    lacking = "" if printed else "\nNo PDF: there is no Chromium here. See: streamgauge doctor"
    console.facts(fact, f"{said}\n[b]{escape(printed or str(made.page))}[/b]{lacking}", as_json)
