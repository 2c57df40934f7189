"""How a fact becomes an event in the outbox: the one place that decides what a service gets to feel of it.

Knows the Instrument, the case and the outbox; knows no verb. Nothing is raised but an OutboxError where a guarantee
was asked for.
"""

from __future__ import annotations

from collections.abc import Mapping

from opentelemetry import trace
from opentelemetry.trace import SpanContext

from streamgauge.attributes import BY_SHORT_NAME, PREFIX
from streamgauge.context import Case
from streamgauge.errors import OutboxError
from streamgauge.event import Event
from streamgauge.instrument import Instrument
from streamgauge.notices import warn_once

Facts = Mapping[str, object]
"""Attributes under their short names."""

CALLERS = frozenset({"objects", "severity", "cost", "error.type", "handoff.mode", "outcome", "attempt"})
"""Names of the contract a caller may give as attributes of an event; the others come from the verbs."""
_PLAIN = frozenset({str, int, float, bool})


def tell(
    instrument: Instrument,
    kind: str,
    at_ns: int,
    facts: Facts,
    traceparent: str | None = None,
    required: bool | None = None,
) -> str | None:
    """Put one event into the outbox. Returns its id, or None where it was not taken.

    Raises:
        OutboxError: the outbox refused, and the event is `required` (None: as the Instrument says).
    """
    if instrument.outbox is None:
        warn_once("not configured", "streamgauge.configure(…) has not been called; events are told to nobody")
        return None
    try:
        event = Event(instrument.new_id(instrument.clock()), kind, at_ns, facts, traceparent)
        instrument.outbox.put(event)
        return event.id
    except Exception as error:  # an outbox is anybody's code: the service sees our error or none
        if instrument.required if required is None else required:
            if isinstance(error, OutboxError):
                raise
            raise OutboxError(f"{kind} was not stored: {type(error).__name__}: {error}") from error
        warn_once("not stored", f"{kind} was not stored, and is lost: {type(error).__name__}: {error}")
        return None


def facts_about(instrument: Instrument, case: Case | None) -> dict[str, object] | None:
    """What every event of this case carries; None, said once, where there is no case to tell of."""
    if case is None:
        if instrument.outbox is not None:
            warn_once("no case", "told outside of a case, so not told: wrap the work in `with streamgauge.case(id):`")
        return None
    if case.stream is None or case.stream == instrument.stream:
        return {**instrument.facts, "case.id": case.id}
    facts = {**instrument.facts, "stream.name": case.stream, "case.id": case.id}
    facts.pop("stream.version", None)  # it is that of the configured stream
    return facts


def own_facts(attributes: Facts) -> Facts:
    """The caller's attributes without what is None, reserved, or of a closed list and not in it (each said once)."""
    if attributes.keys().isdisjoint(BY_SHORT_NAME) and _PLAIN.issuperset(map(type, attributes.values())):
        return attributes
    return {name: value for name, value in attributes.items() if value is not None and _may_say(name, value)}


def _may_say(name: str, value: object) -> bool:
    if name.startswith(PREFIX) or (name in BY_SHORT_NAME and name not in CALLERS):
        warn_once(
            f"reserved {name}", f"{name} is told by the verbs themselves; give it to the verb, not as an attribute"
        )
        return False
    if name == "attempt":
        return is_attempt(value)
    declared = BY_SHORT_NAME.get(name)
    return declared is None or not declared.values or is_word(name, value)


def is_word(name: str, value: object) -> bool:
    """Whether a value is one of the closed words of an attribute; said once where it is not."""
    words = BY_SHORT_NAME[name].values
    if value in words:
        return True
    warn_once(f"unknown {name}", f"{name}={value!r} is not told; expected one of {', '.join(words)}")
    return False


def is_attempt(value: object) -> bool:
    """Whether a value counts tries: a whole number of at least 1; said once where it does not."""
    if type(value) is int and 1 <= value < 2**31:
        return True
    warn_once("unknown attempt", f"attempt={value!r} is not told; expected a whole number of at least 1")
    return False


def traceparent_of(context: SpanContext | None = None) -> str | None:
    """W3C traceparent of a span, of the current one when none is given; None where there is no valid one."""
    found = trace.get_current_span().get_span_context() if context is None else context
    if not found.is_valid:
        return None
    return f"00-{found.trace_id:032x}-{found.span_id:016x}-{found.trace_flags:02x}"
