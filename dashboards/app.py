"""The web app: hands out published bytes, nothing else. It computes nothing, opens no database, keeps no session."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, FastAPI, Request, Response
from starlette.responses import PlainTextResponse, RedirectResponse

from dashboards.embedding.api import create_api
from dashboards.embedding.routes import Embedding, embed_routes
from dashboards.language import speaking
from dashboards.live import POLICY as LIVE_POLICY
from dashboards.live import script
from dashboards.manifest import EXPLORE, digest
from dashboards.packing import WORTH_PACKING, pack, takes_gzip
from dashboards.pages.listing import language_of, render_listing, style_of
from dashboards.protection import Protected
from dashboards.rendering import render
from dashboards.shelf import Published, Shelf

_TYPES = {
    ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".csv": "text/csv; charset=utf-8",
    ".js": "text/javascript; charset=utf-8", ".woff2": "font/woff2", ".json": "application/json",
    ".parquet": "application/vnd.apache.parquet", ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}  # fmt: skip
_REVALIDATE = "private, no-cache"


def create_app(pages_dir: Path, embedding: Embedding | None = None, *, is_open: bool = True) -> FastAPI:
    """The app over a directory that `publish_review` fills. It may be empty, and may change while the app runs.

    With `embedding` single pages can be framed by other sites, for holders of a token; unless `is_open` they alone see
    any page.
    """
    app = FastAPI(title="streamgauge", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Protected)
    shelf = Shelf(pages_dir)
    if embedding is not None:
        app.include_router(embed_routes(shelf, embedding))
        app.mount("/api/v1", create_api(shelf, embedding))

    @app.api_route("/healthz", methods=["GET", "HEAD"])
    async def healthz() -> Response:
        return PlainTextResponse("ok\n")

    if is_open:
        app.include_router(_open_routes(shelf))

    @app.exception_handler(404)
    async def not_found(request: Request, error: Exception) -> Response:
        return _missing(shelf)

    return app


def _open_routes(shelf: Shelf) -> APIRouter:
    """Every published page, for whoever reaches this server. Nothing here waits, so nothing needs a thread."""
    router = APIRouter()

    @router.api_route("/", methods=["GET", "HEAD"])
    @router.api_route("/index.html", methods=["GET", "HEAD"])
    async def listing(request: Request) -> Response:
        content = render_listing(shelf.bundles(), shelf.portfolios()).encode()
        is_packed = _unpacks(request) and len(content) >= WORTH_PACKING
        told = pack(content, quick=True) if is_packed else content
        return _send(request, Published(told, digest(content), is_packed), ".html")

    @router.api_route("/live/{name}", methods=["GET", "HEAD"])
    async def live(request: Request, name: str) -> Response:
        is_packed = _unpacks(request)
        content = script(shelf.pages_dir, name, packed=is_packed)
        if content is None:
            return _missing(shelf)
        headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
        headers |= {"Content-Encoding": "gzip"} if is_packed else {}
        return Response(content, headers=headers, media_type=_TYPES[".js"])

    @router.api_route("/{stream}/{period}", methods=["GET", "HEAD"])
    async def without_slash(stream: str, period: str) -> Response:
        found = shelf.file(stream, period, "index.html") is not None
        return RedirectResponse(f"/{stream}/{period}/", 308) if found else _missing(shelf)

    @router.api_route("/{stream}/{period}/{name:path}", methods=["GET", "HEAD"])
    async def published(request: Request, stream: str, period: str, name: str) -> Response:
        found = shelf.file(stream, period, name or "index.html", packed=_unpacks(request))
        if found is None:
            return _missing(shelf)
        answer = _send(request, found, Path(name or "index.html").suffix)
        if name == f"{EXPLORE}.html":
            answer.headers["Content-Security-Policy"] = LIVE_POLICY
        return answer

    return router


def _unpacks(request: Request) -> bool:
    return takes_gzip(request.headers.get("accept-encoding", ""))


def _send(request: Request, found: Published, suffix: str) -> Response:
    tag = found.tag
    headers = {"ETag": tag, "Cache-Control": _REVALIDATE, "Vary": "Accept-Encoding"}
    known = [part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")]
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    if found.is_packed:
        headers["Content-Encoding"] = "gzip"
    return Response(found.content, headers=headers, media_type=_TYPES.get(suffix, "application/octet-stream"))


def _missing(shelf: Shelf) -> Response:
    bundles = shelf.bundles()
    style = style_of(bundles)
    with speaking(language_of(bundles)):
        page = render("missing.html.j2", style=f"/{style}" if style else None)
    return Response(page, 404, media_type=_TYPES[".html"])
