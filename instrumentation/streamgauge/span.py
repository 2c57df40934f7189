"""The OpenTelemetry span beside a step: the same attributes under their full names; nothing where no SDK is set up.

Knows spans; knows no outbox. Whatever a tracer raises stays here.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import Token

from opentelemetry import context as otel
from opentelemetry import trace
from opentelemetry.trace import Span, SpanContext, Status, StatusCode
from opentelemetry.util.types import AttributeValue

from streamgauge.attributes import ATTRIBUTES
from streamgauge.instrument import Instrument

_FULL_NAMES = {attribute.short_name: attribute.name for attribute in ATTRIBUTES}
_OF_THE_RESOURCE = frozenset(
    {"service.name", "service.version", "deployment.environment.name", "vcs.ref.head.revision", "lifecycle"}
)
"""Left out of spans: the SDK's resource says it once; and a span is a whole step, not a moment of it."""
_PLAIN = frozenset({str, int, float, bool})


class StepSpan:
    """A span from its opening to its end; `with_context` makes it the current one in between."""

    __slots__ = ("_span", "_token")

    def __init__(
        self, instrument: Instrument, name: str, facts: Mapping[str, object], at_ns: int, with_context: bool
    ) -> None:
        self._span: Span = instrument.tracer.start_span(name, attributes=full_names(facts), start_time=at_ns)
        self._token: Token[otel.Context] | None = None
        if with_context:
            self._token = otel.attach(trace.set_span_in_context(self._span))

    @property
    def context(self) -> SpanContext:
        """What identifies the span."""
        return self._span.get_span_context()

    def end(self, facts: Mapping[str, object], at_ns: int, ending: tuple[str, str] | None, is_error: bool) -> None:
        """End it with what is known now; `ending` is id and source of the event that tells the same ending."""
        span = self._span
        if span.is_recording():
            attributes = full_names(facts)
            if ending is not None:
                attributes["cloudevents.event_id"], attributes["cloudevents.event_source"] = ending
            span.set_attributes(attributes)
            if is_error:
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
        if type(value) in _PLAIN and name not in _OF_THE_RESOURCE
    }
