"""The web app: hands out published bytes, nothing else. It computes nothing and opens no database.

A path is looked up in a manifest, never on the disk; bytes whose hash differs from the manifest are not served.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request, Response
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import PlainTextResponse, RedirectResponse

from dashboards.embedding.api import create_api
from dashboards.embedding.routes import Embedding, embed_routes
from dashboards.language import speaking
from dashboards.manifest import ManifestError, bundles_in, digest, is_bundle_name, read_manifest
from dashboards.pages.listing import language_of, render_listing, style_of
from dashboards.rendering import render

_DIRECTIVES = {
    "default-src": "'none'", "style-src": "'self'", "img-src": "'self' data:", "font-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'", "frame-ancestors": "'none'",
}  # fmt: skip
POLICY = "; ".join(f"{name} {sources}" for name, sources in _DIRECTIVES.items())
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_TYPES = {
    ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".csv": "text/csv; charset=utf-8",
    ".woff2": "font/woff2", ".json": "application/json", ".parquet": "application/vnd.apache.parquet",
}  # fmt: skip
_REVALIDATE = "private, no-cache"
_READ_AGAIN = 2
_WORTH_COMPRESSING = 1024


def create_app(pages_dir: Path, embedding: Embedding | None = None, *, is_open: bool = True) -> FastAPI:
    """The app over a directory that `publish_review` fills. It may be empty, and may change while the app runs.

    With `embedding` single pages can be framed by other sites, for holders of a token; unless `is_open` they alone see
    any page.
    """
    app = FastAPI(title="streamgauge", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(GZipMiddleware, minimum_size=_WORTH_COMPRESSING)

    @app.middleware("http")
    async def protect(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    if embedding is not None:
        app.include_router(embed_routes(pages_dir, embedding))
        app.mount("/api/v1", create_api(pages_dir, embedding))

    @app.api_route("/healthz", methods=["GET", "HEAD"])
    def healthz() -> Response:
        return PlainTextResponse("ok\n")

    if is_open:
        app.include_router(_open_routes(pages_dir))

    @app.exception_handler(404)
    async def not_found(request: Request, error: Exception) -> Response:
        return _missing(pages_dir)

    return app


def _open_routes(pages_dir: Path) -> APIRouter:
    """Every published page, for whoever reaches this server."""
    router = APIRouter()

    @router.api_route("/", methods=["GET", "HEAD"])
    @router.api_route("/index.html", methods=["GET", "HEAD"])
    def listing(request: Request) -> Response:
        return _send(request, render_listing(bundles_in(pages_dir)).encode(), ".html")

    @router.api_route("/{stream}/{period}", methods=["GET", "HEAD"])
    def without_slash(stream: str, period: str) -> Response:
        found = _published(pages_dir, stream, period, "index.html") is not None
        return RedirectResponse(f"/{stream}/{period}/", 308) if found else _missing(pages_dir)

    @router.api_route("/{stream}/{period}/{name:path}", methods=["GET", "HEAD"])
    def published(request: Request, stream: str, period: str, name: str) -> Response:
        content = _published(pages_dir, stream, period, name or "index.html")
        return _missing(pages_dir) if content is None else _send(request, content, Path(name or "index.html").suffix)

    return router


def _published(pages_dir: Path, stream: str, period: str, name: str) -> bytes | None:
    """Bytes the manifest of this bundle vouches for; None for anything else."""
    if not is_bundle_name(stream, period):
        return None
    bundle = pages_dir / stream / period
    for _ in range(_READ_AGAIN):  # a bundle may be swapped between reading its manifest and reading the file
        try:
            wanted = read_manifest(bundle).files.get(name)
            content = (bundle / name).read_bytes() if wanted else b""
        except (ManifestError, FileNotFoundError):
            return None
        if wanted and digest(content) == wanted:
            return content
    return None


def _send(request: Request, content: bytes, suffix: str) -> Response:
    tag = f'"{digest(content)[:32]}"'
    headers = {"ETag": tag, "Cache-Control": _REVALIDATE}
    known = [part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")]
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=_TYPES.get(suffix, "application/octet-stream"))


def _missing(pages_dir: Path) -> Response:
    bundles = bundles_in(pages_dir)
    style = style_of(bundles)
    with speaking(language_of(bundles)):
        page = render("missing.html.j2", style=f"/{style}" if style else None)
    return Response(page, 404, media_type=_TYPES[".html"])
