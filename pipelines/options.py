"""Options that several commands share, declared once so that they read the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Home = Annotated[
    Path | None,
    typer.Option(
        "--home", help="Folder of ledger, warehouse and pages. Default: $STREAMGAUGE_HOME, else ./streamgauge-home"
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print facts as JSON.")]
StreamFile = Annotated[Path, typer.Option("--stream", help="The stream file.")]
Period = Annotated[str | None, typer.Option("--period", help="2018-Q4, 2018-11, 2018-W45, 2018 or all.")]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", help="Only what was known by then: 2026-10-01T06:00:00+02:00, or a day (its end, UTC)."),
]
Language = Annotated[
    str | None,
    typer.Option("--language", help="Pages in en or de, this time; by default words.language of the stream file."),
]
