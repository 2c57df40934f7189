"""The case across a border: which ids travel in the headers of a request or a message, and what is believed of them.

W3C traceparent goes by OpenTelemetry's own propagator; baggage carries three opaque ids and nothing else. What comes
in is a stranger's: it is read only if short and of harmless characters, and is otherwise ignored. Nothing raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, MutableMapping
from contextvars import Token
from types import TracebackType
from typing import Any
from urllib.parse import quote, unquote

from opentelemetry import context as otel
from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from streamgauge.attributes import PREFIX
from streamgauge.context import Case, current_case
from streamgauge.handoff import Ticket
from streamgauge.instrument import current
from streamgauge.notices import warn_once

CASE, STREAM, INSTANCE = PREFIX + "case.id", PREFIX + "stream.name", PREFIX + "step.instance_id"
OURS = frozenset({CASE, STREAM, INSTANCE})
"""The members of baggage that are sent and read."""
LONGEST_HEADER = 8192  # characters of a baggage header: W3C's limit
_MOST_MEMBERS = 180  # of a baggage header: W3C's limit
_OPAQUE = re.compile(r"[A-Za-z0-9._:/@+=#~$()!*-]{1,128}")
_READ = frozenset({"traceparent", "tracestate", "baggage"})
_TRACE = TraceContextTextMapPropagator()

Carrier = Mapping[str, Any] | Iterable[tuple[Any, Any]]
"""Headers: a mapping, or pairs of name and value; names in any case, values text, bytes or a list of them."""


class Arrived:
    """What a carrier brought. Entered with `with` or `async with`, its case and its trace are the current ones."""

    __slots__ = ("_context", "_entered", "case", "ticket")

    def __init__(self, case: Case | None, ticket: Ticket | None, context: otel.Context | None) -> None:
        self.case = case
        """The case; None where none came, or none that can be believed."""
        self.ticket = ticket
        """The ticket under which the step waits: for `step(…, queued=arrived.ticket)`."""
        self._context = context
        self._entered: list[Token[otel.Context] | None] = []

    def __enter__(self) -> Arrived:
        if self.case is not None:
            self.case.__enter__()
        # a server span of the framework's own instrumentation continues the trace already: it stays the parent
        has_span = trace.get_current_span().get_span_context().is_valid
        self._entered.append(None if self._context is None or has_span else otel.attach(self._context))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        token = self._entered.pop() if self._entered else None
        if token is not None:
            otel.detach(token)
        if self.case is not None:
            self.case.__exit__(kind, error, at)

    async def __aenter__(self) -> Arrived:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.__exit__(kind, error, at)


def inject(carrier: MutableMapping[str, Any], ticket: Ticket | None = None) -> None:
    """Write traceparent and the ids of the current case, its stream and `ticket` into the headers of a message.

    Members of baggage that others wrote stay as they are. An id that is not opaque (too long, or of other characters
    than letters, digits and a few signs) is not sent, and said once.
    """
    case = current_case()
    told = {
        CASE: None if case is None else case.id,
        STREAM: None if case is None else case.stream or current().stream,
        INSTANCE: None if ticket is None else ticket.instance_id,
    }
    try:
        headers: dict[str, str] = {}
        _TRACE.inject(headers)
        carrier.update(headers)
        ours = [f"{name}={quote(text, safe='')}" for name, text in told.items() if text and _may_travel(name, text)]
        _write_baggage(carrier, ours)
    except Exception as error:  # a carrier is anybody's object; a message without our headers is still a message
        warn_once("not injected", f"a carrier of type {type(carrier).__name__} took no headers: {error!r}")


def extract(carrier: Carrier) -> Arrived:
    """What the headers of a request or a message bring; nothing where they are strange.

    `with extract(request.headers) as arrived: …` makes its case and trace current. Use it only behind the trust edge.
    """
    try:
        headers = _headers(carrier)
        context = _TRACE.extract(headers, otel.Context())
        has_trace = trace.get_current_span(context).get_span_context().is_valid
        told = _read_baggage(headers.get("baggage", ""))
    except Exception as error:  # a stranger's headers in anybody's object: whatever they are, the service goes on
        warn_once("not extracted", f"headers of type {type(carrier).__name__} could not be read: {error!r}")
        return Arrived(None, None, None)
    case = Case(told[CASE], told.get(STREAM)) if CASE in told else None
    ticket = Ticket(told[INSTANCE]) if INSTANCE in told else None
    return Arrived(case, ticket, context if has_trace else None)


def strip(carrier: MutableMapping[str, Any]) -> None:
    """Take our ids out of headers, in place: at the trust edge, for what comes from outside and what goes there."""
    try:
        _write_baggage(carrier, [])
    except Exception as error:  # as in inject; here it must be heard, so it is counted like the others and logged
        warn_once("not stripped", f"a carrier of type {type(carrier).__name__} could not be changed: {error!r}")


def _headers(carrier: Carrier) -> dict[str, str]:
    """The headers that are read, by lower-case name; several of one name are joined, as HTTP says."""
    pairs = carrier.items() if isinstance(carrier, Mapping) else carrier
    found: dict[str, str] = {}
    for name, value in pairs:
        key = _text(name).lower()
        if key in _READ:
            text = ",".join(map(_text, value)) if isinstance(value, list | tuple) else _text(value)
            found[key] = f"{found[key]},{text}" if key in found else text
    return found


def _text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _read_baggage(header: str) -> dict[str, str]:
    """Our members, the first of each name, as far as they are opaque."""
    told: dict[str, str] = {}
    if len(header) > LONGEST_HEADER:
        return told
    for member in header.split(",", _MOST_MEMBERS)[:_MOST_MEMBERS]:
        name, _, value = member.partition(";")[0].partition("=")
        text = unquote(value.strip())
        if name.strip() in OURS and _OPAQUE.fullmatch(text):
            told.setdefault(name.strip(), text)
    return told


def _write_baggage(carrier: MutableMapping[str, Any], ours: list[str]) -> None:
    """Put our members in place of those that were there; the header goes where nothing is left of it."""
    names = [name for name in carrier if _text(name).lower() == "baggage"]
    before = _headers([("baggage", carrier[name]) for name in names]).get("baggage", "")
    others = [member.strip() for member in before.split(",") if member.partition("=")[0].strip() not in OURS | {""}]
    for name in names:
        del carrier[name]
    if others or ours:
        carrier["baggage"] = ",".join([*others, *ours])


def _may_travel(name: str, text: str) -> bool:
    if _OPAQUE.fullmatch(text):
        return True
    warn_once(
        f"not opaque {name}", f"{name} is not sent: expected at most 128 letters, digits and signs of ._:/@+=#~$()!*-"
    )
    return False
