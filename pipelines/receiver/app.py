"""The receiver's routes, to be mounted or served alone.

Knows which path leads where; knows nothing of bodies or files. State is what the caller gives: a log, tokens, limits.
"""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from pipelines.receiver.answers import RefusedError
from pipelines.receiver.frame import Signal
from pipelines.receiver.intake import Held, Intake
from pipelines.receiver.limits import Limits
from pipelines.receiver.log import WriteAheadLog
from pipelines.receiver.openapi import DOCUMENT
from pipelines.receiver.self_metrics import CONTENT_TYPE, FREE_BYTES, HELD_BYTES, IS_READY, PENDING_BYTES
from pipelines.receiver.tokens import Tokens

PATHS = {"/v1/traces": Signal.TRACES, "/v1/logs": Signal.LOGS, "/events": Signal.EVENTS}


def create_receiver(
    log: WriteAheadLog, tokens: Tokens, limits: Limits | None = None, beside: ASGIApp | None = None
) -> ASGIApp:
    """The receiver as an application, with another one `beside` it for all other paths.

    Who made the log closes it, after the server has ended.
    """
    routes = receiver_routes(log, tokens, limits)
    receiver = Starlette(routes=routes)
    if beside is None:
        return receiver
    paths, other = {route.path for route in routes}, beside

    async def choose(scope: Scope, receive: Receive, send: Send) -> None:
        """By path alone: a method that a path of ours does not know is ours to refuse."""
        await (receiver if scope.get("path") in paths else other)(scope, receive, send)

    return choose


def receiver_routes(log: WriteAheadLog, tokens: Tokens, limits: Limits | None = None) -> list[Route]:
    """The paths that take, and the ones that tell about the receiver itself."""
    held, chosen = Held(), limits or Limits()
    told = _Told(log, tokens, held)
    return [
        *(
            Route(path, Intake(signal, path, log, tokens, chosen, held), methods=["POST"])
            for path, signal in PATHS.items()
        ),
        Route("/healthz", told.health),
        Route("/readyz", told.readiness),
        Route("/metrics", told.metrics),
        Route("/openapi.json", told.document),
    ]


class _Told:
    """What the receiver says about itself, to anybody who asks: nothing of it is secret."""

    def __init__(self, log: WriteAheadLog, tokens: Tokens, held: Held) -> None:
        self._log, self._tokens, self._held = log, tokens, held

    async def health(self, _: Request) -> Response:
        """The process lives."""
        return JSONResponse({"is_alive": True})

    async def readiness(self, _: Request) -> Response:
        """Would a request be taken now?"""
        problem = self._problem()
        if problem is None:
            return JSONResponse({"is_ready": True})
        reason, text, seconds = problem
        told = {"is_ready": False, "reason": reason, "message": text}
        return JSONResponse(told, 503, headers={"retry-after": str(seconds)})

    async def metrics(self, _: Request) -> Response:
        """Counters and gauges in Prometheus text."""
        gauges = {
            PENDING_BYTES: self._log.pending_bytes,
            HELD_BYTES: self._held.body_bytes,
            IS_READY: int(self._problem() is None),
        }
        free = self._log.free_bytes
        if free is not None:
            gauges[FREE_BYTES] = free
        return Response(self._log.self_metrics.text(gauges), media_type=CONTENT_TYPE)

    async def document(self, _: Request) -> Response:
        """The interface in OpenAPI 3.1."""
        return JSONResponse(DOCUMENT)

    def _problem(self) -> tuple[str, str, int] | None:
        """Reason, text and when to ask again; None while requests are taken."""
        refusal = self._log.refusal()
        if refusal is not None:
            return refusal.reason, str(refusal), refusal.retry_after_seconds
        try:
            self._tokens.check()
        except RefusedError as error:
            return error.reason, error.text, error.retry_after_seconds or 1
        return None
