"""The OpenTelemetry span beside a step: the same attributes under their full names; nothing where no SDK is set up.

Knows spans; knows no outbox.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import Token

from opentelemetry import context as otel
from opentelemetry import trace
from opentelemetry.trace import Span, SpanContext, Status, StatusCode, Tracer
from opentelemetry.util.types import AttributeValue

from streamgauge.attributes import ATTRIBUTES

_FULL_NAMES = {attribute.short_name: attribute.name for attribute in ATTRIBUTES}
_PLAIN = frozenset({str, int, float, bool})


class StepSpan:
    """A span from its opening to its end; where it `is_current`, what is opened in between is its child."""

    __slots__ = ("_span", "_token", "context")

    def __init__(
        self, tracer: Tracer, name: str, attributes: dict[str, AttributeValue], at_ns: int, is_current: bool
    ) -> None:
        self._span: Span = tracer.start_span(name, attributes=attributes, start_time=at_ns)
        self.context: SpanContext = self._span.get_span_context()
        self._token: Token[otel.Context] | None = None
        if is_current:
            self._token = otel.attach(trace.set_span_in_context(self._span))

    def end(self, at_ns: int, attributes: dict[str, AttributeValue]) -> None:
        """End it with what is known now; `error.type` among it makes it an error."""
        span = self._span
        if span.is_recording():
            span.set_attributes(attributes)
            if "error.type" in attributes:
                span.set_status(Status(StatusCode.ERROR))
        span.end(at_ns)
        if self._token is not None:
            otel.detach(self._token)
            self._token = None


def full_names(facts: Mapping[str, object]) -> dict[str, AttributeValue]:
    """Facts as a span carries them: full names, plain values; structures are for events only."""
    return {
        _FULL_NAMES.get(name, name): value  # type: ignore[misc]  # plain values are attribute values
        for name, value in facts.items()
        if type(value) in _PLAIN
    }
