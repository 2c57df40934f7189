"""The commands for embedding pages in other sites: make and revoke keys, and sign a link by hand."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from metrics.errors import ContractError
from pipelines import console
from pipelines.errors import SettingsError
from pipelines.options import Home, Json
from pipelines.settings import Settings, load_settings

if TYPE_CHECKING:
    from dashboards.embedding.routes import Embedding

_LONGEST = 600


def add_commands(app: typer.Typer) -> None:
    """Put them on the command line."""
    for command in (embed_key, embed_keys, embed_link):
        app.command()(command)


def embed_key(
    scope: Annotated[list[str], typer.Option("--scope", help="A stream its tokens may open; * opens all.")],
    origin: Annotated[
        list[str], typer.Option("--origin", help="A site that may frame pages: https://intranet.example")
    ],
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Make a key for a site that embeds pages. Its secret is shown once; an older key of the same scopes retires."""
    from dashboards.embedding.keys import new_key

    made = new_key(load_settings(home).embed_keys, tuple(scope), tuple(origin))
    fact = {"kid": made.kid, "algorithm": made.algorithm, "secret": made.secret, "scopes": list(made.scopes),
            "origins": list(made.origins)}  # fmt: skip
    console.facts(fact, f"Key [b]{made.kid}[/b], shown this once:\n{made.secret}", as_json)


def embed_keys(
    home: Home = None,
    retire: Annotated[str | None, typer.Option("--retire", help="Sign no more with this key; accept it still.")] = None,
    revoke: Annotated[str | None, typer.Option("--revoke", help="Refuse this key from now on.")] = None,
    revoke_token: Annotated[str | None, typer.Option("--revoke-token", help="Refuse one token by its jti.")] = None,
    as_json: Json = False,
) -> None:
    """The keys of sites that embed pages, without their secrets; retires or revokes one where asked. At once."""
    from dashboards.embedding import keys

    path = load_settings(home).embed_keys
    if retire is not None:
        keys.set_state(path, retire, "retiring")
    if revoke is not None:
        keys.set_state(path, revoke, "revoked")
    if revoke_token is not None:
        keys.revoke_token(path, revoke_token)
    facts = [
        {"kid": key.kid, "algorithm": key.algorithm, "state": key.state, "scopes": list(key.scopes),
         "origins": list(key.origins)}
        for key in keys.read_keys(path).keys.values()
    ]  # fmt: skip
    console.facts(
        facts, console.table("Keys", facts) if facts else "No key was made yet: streamgauge embed-key", as_json
    )


def embed_link(
    home: Home = None,
    stream: Annotated[
        str | None, typer.Option("--stream", help="The stream; may be left out where there is one.")
    ] = None,
    segment: Annotated[
        str | None, typer.Option("--segment", help="One part of it alone, as region=north; its view is segment.")
    ] = None,
    view: Annotated[str | None, typer.Option("--view", help="The page: review, data-quality … Default: review")] = None,
    period: Annotated[str, typer.Option("--period", help="A quarter, or latest.")] = "latest",
    life: Annotated[int, typer.Option("--life", min=1, max=_LONGEST, help="Seconds until it expires.")] = 300,
    base: Annotated[str, typer.Option("--base", help="Where the pages are served.")] = "http://127.0.0.1:8765",
    as_json: Json = False,
) -> None:
    """A link that shows one page once, until it expires. Sites sign their own: see docs/embedding.md."""
    from dashboards.embedding.grant import mint
    from dashboards.embedding.keys import read_keys

    settings = load_settings(home)
    scope = _scope(stream or _only_stream(settings), segment)
    view = view or ("review" if segment is None else "segment")
    known = read_keys(settings.embed_keys).keys.values()
    key = next((k for k in known if (k.state, k.algorithm) == ("active", "HS256") and k.opens(scope)), None)
    if key is None:
        raise SettingsError(f"No active key opens {scope}. Make one: streamgauge embed-key --scope {scope} --origin …")
    _check_view(settings, scope, view)
    address = f"{base.rstrip('/')}/embed?token={mint(key, view, scope, period, now=time.time(), life=life)}"
    fact = {"url": address, "view": view, "scope": scope, "period": period, "life": life, "kid": key.kid}
    console.facts(fact, address, as_json)


def _scope(stream: str, segment: str | None) -> str:
    from dashboards.manifest import scope_of

    if segment is None:
        return stream
    dimension, equals, value = segment.partition("=")
    if not equals or not dimension or not value:
        raise SettingsError(f"--segment {segment!r} is no segment with its value; write region=north.")
    return scope_of(stream, dimension, value)


def _only_stream(settings: Settings) -> str:
    from dashboards.manifest import bundles_in

    found = sorted({bundle.stream for bundle in bundles_in(settings.pages)})
    if len(found) != 1:
        known = ", ".join(found) or "none"
        raise SettingsError(f"Name the stream with --stream. Published: {known}.")
    return found[0]


def _check_view(settings: Settings, scope: str, view: str) -> None:
    """Refuse a view no bundle of the scope holds: its link would open nothing."""
    from dashboards.manifest import views_of

    known = views_of(settings.pages, scope)
    if view not in known:
        raise ContractError.from_unknown_name("The view", view, known)


def embedding_of(settings: Settings) -> Embedding | None:
    """What the app needs to be embedded; None where no key was ever made."""
    from dashboards.embedding.keys import KeyRing
    from dashboards.embedding.replay import ReplayStore
    from dashboards.embedding.routes import Embedding

    path: Path = settings.embed_keys
    if not path.exists():
        return None
    return Embedding(KeyRing(path), ReplayStore(settings.used_tokens), time.time)
