"""The commands by which events arrive: receive, relay, load, token. See `cli` for those that measure and show."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from pipelines import console
from pipelines.errors import SettingsError
from pipelines.framing import embedding_of
from pipelines.options import Home, Json
from pipelines.settings import Settings, load_settings

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from pipelines.loading.load import LoadReport


def add_commands(app: typer.Typer) -> None:
    """Put them on the command line."""
    for command in (serve, receive, relay, load, token):
        app.command()(command)


Host = Annotated[str, typer.Option(help="Address to listen on.")]
TokenFile = Annotated[
    Path | None, typer.Option("--tokens", help="File of those who may send; make one with: streamgauge token NAME")
]
Open = Annotated[bool, typer.Option("--open", help="Let everybody send, also from other machines.")]


def serve(
    home: Home = None,
    host: Host = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8765,
    tokens: TokenFile = None,
    may_be_open: Open = False,
    receive: Annotated[bool, typer.Option(help="Take events too, under /events, /v1/traces and /v1/logs.")] = True,
    embed_only: Annotated[bool, typer.Option("--embed-only", help="Show pages to holders of a token alone.")] = False,
) -> None:
    """Show the published pages, and receive events beside them, until Ctrl-C."""
    import uvicorn

    from dashboards.app import create_app

    settings = load_settings(home)
    embedding = embedding_of(settings)
    if embed_only and embedding is None:
        raise SettingsError("No site may embed pages yet. First: streamgauge embed-key --scope STREAM --origin SITE")
    pages = create_app(settings.pages, embedding, is_open=not embed_only)
    if receive:
        _receive(settings, host, port, tokens, may_be_open, pages)
    elif not settings.pages.is_dir():
        raise SettingsError(f"Nothing is published in {settings.home}. First: streamgauge review")
    else:
        console.say(f"Pages at [b]http://{host}:{port}/[/b] (Ctrl-C ends)")
        uvicorn.run(pages, host=host, port=port, log_level="warning", server_header=False)


def receive(
    home: Home = None,
    host: Host = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 4318,
    tokens: TokenFile = None,
    may_be_open: Open = False,
) -> None:
    """Receive events and traces until Ctrl-C. What is answered 200 is on the disk; load it with: streamgauge load"""
    _receive(load_settings(home), host, port, tokens, may_be_open)


def relay(
    outbox: Annotated[Path | None, typer.Option("--outbox", help="Folder of file outboxes to empty.")] = None,
    database: Annotated[str | None, typer.Option("--database", help="Database whose outbox table to empty.")] = None,
    endpoint: Annotated[str, typer.Option("--endpoint", help="Address of the receiver.")] = "http://127.0.0.1:4318",
    token_file: Annotated[Path | None, typer.Option("--token-file", help="File that holds the token.")] = None,
    once: Annotated[bool, typer.Option("--once", help="Empty what is there, then end.")] = False,
) -> None:
    """Carry events from outboxes to the receiver: nothing is forgotten before it is on the receiver's disk."""
    from streamgauge.errors import ConfigurationError
    from streamgauge.relay.command import RelayOptions, run_relay

    options = RelayOptions(endpoint, outbox, database, token_file, is_once=once)
    try:
        raise typer.Exit(run_relay(options))
    except ConfigurationError as error:
        raise SettingsError(f"{error}.") from error


def token(
    name: Annotated[str, typer.Argument(help="Who will send with it.")],
    tokens: Annotated[Path, typer.Option("--tokens", help="File to add it to; only its hash is kept there.")],
) -> None:
    """Make a bearer token for a sender. It is shown this once."""
    from pipelines.receiver.tokens import new_token

    made = new_token(tokens, name)
    console.say(f"A token for [b]{escape(name)}[/b]; it is shown this once:")
    console.facts(made, made, as_json=False)


def load(
    places: Annotated[
        list[Path] | None, typer.Argument(help="Files, or folders of files, that a Collector's file exporter writes.")
    ] = None,
    stream: Annotated[
        list[Path] | None,
        typer.Option("--stream", help="Register this stream file first; may be given more than once."),
    ] = None,
    home: Home = None,
    follow: Annotated[bool, typer.Option("--follow", help="Go on loading what arrives, until Ctrl-C.")] = False,
    every: Annotated[float, typer.Option("--every", min=0.1, help="Seconds between loads that follow.")] = 5.0,
    as_json: Json = False,
) -> None:
    """Load what was received into the ledgers, once each. What is no event is kept aside with its reason."""
    from pipelines.registry import read_stream_file
    from pipelines.versioning import register_versioned

    settings = load_settings(home)
    for path in stream or ():
        register_versioned(settings, read_stream_file(path)[0], path)
    report = _load(settings, places or [], quiet=as_json)
    console.facts(_fact(report), _lines(report), as_json)
    while follow:
        time.sleep(every)
        report = _load(settings, places or [], quiet=True)
        if report.read:
            console.facts(_fact(report), _lines(report), as_json)


def _receive(
    settings: Settings, host: str, port: int, token_path: Path | None, may_be_open: bool, pages: ASGIApp | None = None
) -> None:
    from pipelines.receiver.log import WriteAheadLog
    from pipelines.receiver.serving import serve_receiver
    from pipelines.receiver.tokens import Tokens

    def announce(host: str, port: int) -> None:
        if pages is not None:
            console.say(f"Pages at [b]http://{host}:{port}/[/b]")
        console.say(f"Receiving at [b]http://{host}:{port}[/b]/events, /v1/traces, /v1/logs (Ctrl-C ends)")

    senders = Tokens(token_path)
    log = WriteAheadLog(settings.inbox)
    serve_receiver(log, senders, host=host, port=port, may_be_open=may_be_open, beside=pages, announce=announce)


def _load(settings: Settings, places: list[Path], *, quiet: bool) -> LoadReport:
    from pipelines.loading.load import load as load_arrivals
    from pipelines.registry import load as registered
    from pipelines.registry import registered_names

    streams = [registered(settings, name).stream for name in registered_names(settings)]
    with console.counting("Loading", quiet=quiet) as progress:
        return load_arrivals(settings, streams, places=places, progress=progress)


def _fact(report: LoadReport) -> dict[str, Any]:
    """The object `streamgauge load --json` prints."""
    return {
        "streams": [console.receipt_fact(name, receipt) for name, receipt in report.receipts.items()],
        "left_out": dict(report.left_out),
        "skipped_bytes": report.skipped_bytes,
        "gaps": [{"source": n.source, "highest": n.highest, "missing": n.missing} for n in report.gaps],
    }


def _lines(report: LoadReport) -> str:
    fact = _fact(report)
    told = [console.receipt_lines(receipt) for receipt in fact["streams"] if receipt["read"]]
    told += [f"left out: {count:,} × {escape(why)}" for why, count in fact["left_out"].items()]
    if report.skipped_bytes:
        told.append(f"[red]damaged: {report.skipped_bytes:,} bytes of the log could not be read[/red]")
    told += [_gap_line(gap) for gap in fact["gaps"]]
    return "\n".join(told) or "Nothing new has arrived."


def _gap_line(gap: Mapping[str, Any]) -> str:
    return (
        f"[red]gap: {escape(gap['source'])} told {gap['highest']:,} events, {gap['missing']:,} have not arrived[/red]"
    )
