"""The read-only interface for programs: published values, series and definitions, for holders of a token of kind `api`.

The token says which stream and quarter; it may be used again until it expires, as programs ask more than once.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from fastapi import FastAPI, Header, Request, Response
from pydantic import BaseModel
from starlette.responses import JSONResponse

from dashboards.data_names import FORMATS, KINDS, VIEW, name_of
from dashboards.embedding.grant import Grant, read_grant
from dashboards.embedding.refusal import Reason, RefusedTokenError
from dashboards.embedding.routes import Embedding, published_file
from dashboards.packing import takes_gzip
from dashboards.shelf import Shelf

_SCHEME = "bearer "
_TYPES = {
    "json": "application/json", "csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet",
}  # fmt: skip
Kind = StrEnum("Kind", {kind: kind for kind in KINDS})  # type: ignore[misc]  # the closed list stands in data_files
Format = StrEnum("Format", {form: form for form in FORMATS})  # type: ignore[misc]  # likewise


class Refused(BaseModel):
    """Why nothing is shown: a word for programs, a sentence for people."""

    reason: Reason
    message: str


_REFUSALS = {
    400: "A word in the address that is none, or two tokens.", 401: "No token.",
    403: "The token opens nothing; the reason says why.", 404: "Nothing is published under it.",
}  # fmt: skip
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"content": {kind: {} for kind in _TYPES.values()}, "description": "The file as published, with its ETag."},
    304: {"description": "What you hold is what is published."},
    **{status: {"model": Refused, "description": words} for status, words in _REFUSALS.items()},
}


def create_api(shelf: Shelf, embedding: Embedding) -> FastAPI:
    """The interface as an app of its own, with its OpenAPI document; mounted at /api/v1."""
    app = FastAPI(
        title="streamgauge", version="1", docs_url=None, redoc_url=None,
        description="Published numbers, read-only. Bearer tokens as for embedded pages, of kind `api` and view `api`.",
    )  # fmt: skip

    @app.exception_handler(RefusedTokenError)
    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, RefusedTokenError)
        return JSONResponse(Refused(reason=error.reason, message=str(error)).model_dump(mode="json"), error.status)

    @app.get("/{kind}.{form}", responses=_ANSWERS, response_class=Response, summary="Values, series or definitions.")
    def read(
        request: Request,
        kind: Kind,
        form: Format,
        authorization: Annotated[str | None, Header(description="Bearer and the token.")] = None,
        if_none_match: Annotated[str | None, Header()] = None,
    ) -> Response:
        grant = _admit(embedding, request, authorization)
        is_asked = takes_gzip(request.headers.get("accept-encoding", ""))
        found = published_file(shelf, grant, name_of(kind, form), packed=is_asked)
        tag = found.tag
        headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Accept-Encoding"}
        if found.is_packed:
            headers["Content-Encoding"] = "gzip"
        if if_none_match is not None and tag in {part.strip().removeprefix("W/") for part in if_none_match.split(",")}:
            return Response(status_code=304, headers=headers)
        return Response(found.content, headers=headers, media_type=_TYPES[form])

    return app


def _admit(embedding: Embedding, request: Request, authorization: str | None) -> Grant:
    if request.query_params:
        raise RefusedTokenError(Reason.UNKNOWN_PARAMETER)
    if authorization is None or not authorization.lower().startswith(_SCHEME):
        raise RefusedTokenError(Reason.MISSING)
    if len(request.headers.getlist("authorization")) > 1:
        raise RefusedTokenError(Reason.TWICE)
    token = authorization[len(_SCHEME) :].strip()
    grant = read_grant(token, embedding.ring.read(), now=embedding.clock(), kind="api")
    if grant.view != VIEW:
        raise RefusedTokenError(Reason.CLAIMS)
    return grant
