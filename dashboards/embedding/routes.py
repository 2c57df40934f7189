"""The answers to whoever holds a token: the page, its list of values, and the assets that are no secret.

The token alone says which bundle is opened: no path, name or query of the request reaches the file system. Every file
goes through the same check, and a token is used once.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request, Response

from dashboards.embedding.grant import Grant, mint, read_grant
from dashboards.embedding.keys import Key, KeyRing
from dashboards.embedding.refusal import Reason, RefusedTokenError, sentence_of
from dashboards.embedding.replay import ReplayStore
from dashboards.language import preferred, speaking
from dashboards.manifest import is_bundle_name
from dashboards.packing import WORTH_PACKING, pack, takes_gzip
from dashboards.rendering import render
from dashboards.shelf import Published, Shelf

FILE_TOKEN = "token-of-the-list-of-values"  # noqa: S105  # a place in a page, no secret
"""Stands in a published page where its link to the list of values gets a token of its own when the page is served."""
_FILE_LIFE = 600
_ASSETS = Path(__file__).parents[1] / "static"
_ASSET = re.compile(r"[a-z0-9][a-z0-9-]*\.(?:css|woff2|js)")
_TYPES = {
    ".html": "text/html; charset=utf-8", ".csv": "text/csv; charset=utf-8", ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8", ".woff2": "font/woff2",
}  # fmt: skip
_DIRECTIVES = {
    "default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "img-src": "'self' data:",
    "font-src": "'self'", "base-uri": "'none'", "object-src": "'none'", "form-action": "'none'",
}  # fmt: skip
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Embedding:
    """What embedding needs: the keys, the tokens that were used, and a clock in Unix seconds."""

    ring: KeyRing
    used: ReplayStore
    clock: Callable[[], float]

    def admit(self, request: Request, kind: str) -> Grant:
        """What the token of a request allows; it is used up by this.

        Raises:
            RefusedTokenError: with the reason.
        """
        if set(request.query_params) - {"token"}:
            raise RefusedTokenError(Reason.UNKNOWN_PARAMETER)
        told = request.query_params.getlist("token")
        if len(told) > 1 or (told and "authorization" in request.headers):
            raise RefusedTokenError(Reason.TWICE)
        if not told or not told[0]:
            raise RefusedTokenError(Reason.MISSING)
        now = self.clock()
        grant = read_grant(told[0], self.ring.read(), now=now, kind=kind)
        if not self.used.claim(grant.jti, grant.expires_at, now):
            raise RefusedTokenError(Reason.REPLAYED)
        return grant

    def key_of(self, grant: Grant) -> Key:
        """The key that signed it."""
        return self.ring.read().keys[grant.kid]


def embed_routes(shelf: Shelf, embedding: Embedding) -> APIRouter:
    """`/embed` and `/embed/values` for holders of a token; `/static/…` for all."""
    router = APIRouter()

    @router.get("/embed")
    def page(request: Request) -> Response:
        try:
            grant = embedding.admit(request, "page")
            content = published_file(shelf, grant, ".embed.html").content
        except RefusedTokenError as error:
            return _refused(request, error, embedding.ring.origins)
        key = embedding.key_of(grant)
        return _packed(request, _answer(_with_file_token(content, grant, embedding), ".html", key.origins))

    @router.get("/embed/values")
    def values(request: Request) -> Response:
        try:
            grant = embedding.admit(request, "file")
            content = published_file(shelf, grant, ".csv").content
        except RefusedTokenError as error:
            return _refused(request, error, embedding.ring.origins)
        answer = _answer(content, ".csv", ())
        answer.headers["Content-Disposition"] = f'attachment; filename="{grant.scope}-{grant.view}.csv"'
        return _packed(request, answer)

    @router.get("/static/{name}")
    async def asset(request: Request, name: str) -> Response:
        path = _ASSETS / name
        if not _ASSET.fullmatch(name) or not path.is_file():
            return Response("There is nothing here.\n", 404, media_type="text/plain; charset=utf-8")
        headers = {
            "Access-Control-Allow-Origin": "*",  # a sandboxed frame has no origin, so its fonts come from elsewhere
            "Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": "public, max-age=300",
        }  # fmt: skip
        return _packed(request, Response(path.read_bytes(), headers=headers, media_type=_TYPES[path.suffix]))

    return router


def published_file(shelf: Shelf, grant: Grant, ending: str, *, packed: bool = False) -> Published:
    """The file of a grant's view that ends so, as its manifest vouches for it; as gzip where asked for and there.

    Raises:
        RefusedTokenError: nothing of that name is published.
    """
    period = _newest(shelf.pages_dir, grant.scope) if grant.period == "latest" else grant.period
    manifest = None if period is None else shelf.manifest(grant.scope, period)
    if manifest is None:
        raise RefusedTokenError(Reason.NOT_PUBLISHED)
    name = next((name for name in manifest.views.get(grant.view, ()) if name.endswith(ending)), None)
    found = None if name is None else shelf.file(grant.scope, manifest.period, name, packed=packed)
    if found is None:
        raise RefusedTokenError(Reason.NOT_PUBLISHED)
    return found


def _newest(pages_dir: Path, scope: str) -> str | None:
    if not is_bundle_name(scope, "2000-Q1"):
        return None
    found = (path.name for path in (pages_dir / scope).glob("*") if is_bundle_name(scope, path.name))
    return max(found, default=None)


def _with_file_token(content: bytes, grant: Grant, embedding: Embedding) -> bytes:
    """The page, its link to the list of values signed for this reader; the link is dead where no key of ours may."""
    known = embedding.ring.read().keys.values()
    signing = next((k for k in known if (k.state, k.algorithm) == ("active", "HS256") and k.opens(grant.scope)), None)
    if signing is None:
        return content
    now = embedding.clock()
    token = mint(signing, grant.view, grant.scope, grant.period, now=now, life=_FILE_LIFE, kind="file")
    return content.replace(FILE_TOKEN.encode(), token.encode())


def _answer(content: bytes, suffix: str, origins: tuple[str, ...], status: int = 200) -> Response:
    ancestors = " ".join(origins) or "'none'"
    policy = "; ".join([*(f"{name} {value}" for name, value in _DIRECTIVES.items()), f"frame-ancestors {ancestors}"])
    headers = {
        "Content-Security-Policy": policy, "Cache-Control": "private, no-store",
        "Strict-Transport-Security": "max-age=31536000", "Cross-Origin-Resource-Policy": "cross-origin",
        "Cross-Origin-Opener-Policy": "unsafe-none",
    }  # fmt: skip
    return Response(content, status, headers=headers, media_type=_TYPES[suffix])


def _packed(request: Request, answer: Response) -> Response:
    """The answer as gzip, for a reader who takes it, where it is a text and worth it."""
    body, kind = bytes(answer.body), answer.headers.get("content-type", "")
    if len(body) < WORTH_PACKING or not kind.startswith("text/"):
        return answer
    answer.headers["Vary"] = "Accept-Encoding"
    if takes_gzip(request.headers.get("accept-encoding", "")):
        answer.body = pack(body, quick=True)
        answer.headers["Content-Encoding"] = "gzip"
        answer.headers["Content-Length"] = str(len(answer.body))
    return answer


def _refused(request: Request, error: RefusedTokenError, origins: tuple[str, ...]) -> Response:
    """A sentence in the language of the reader's browser: no page is opened whose language it could have."""
    _LOG.info("embedding refused: %s", error.reason.value)  # the reason only: a token belongs in no log
    with speaking(preferred(request.headers.get("accept-language", ""))):
        page = render("refused.html.j2", sentence=sentence_of(error.reason))
    return _answer(page.encode(), ".html", origins, error.status)
