"""How a fact becomes an event in the outbox: the one place that decides what a service gets to feel of it.

Knows the Instrument, the case and the outbox; knows no verb. Nothing is raised but an OutboxError where a guarantee
was asked for.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from opentelemetry import trace
from opentelemetry.trace import SpanContext

from streamgauge.attributes import BY_SHORT_NAME, PREFIX
from streamgauge.context import Case
from streamgauge.errors import OutboxError
from streamgauge.event import Event
from streamgauge.facts import Facts, Written, quote, write
from streamgauge.instrument import Instrument
from streamgauge.notices import warn_once

ANYWHERE = frozenset({"objects", "severity"})
"""Names of the contract a caller may give wherever attributes are taken. All others come from the verbs themselves,"""
OF_AN_ENDING = ANYWHERE | {"error.type"}
"""but for that of an ending,"""
OF_A_MOMENT = OF_AN_ENDING | {"cost", "outcome", "attempt", "handoff.mode"}
"""and those of an event that is told in one go;"""
OF_A_FAILURE = OF_A_MOMENT | {"caused_by_release", "auto_healed"}
"""a stage of a failure may say what is known of the whole episode."""


def tell(
    instrument: Instrument,
    kind: str,
    at_ns: int,
    facts: Facts,
    traceparent: str | None = None,
    required: bool | None = None,
    event_id: str | None = None,
) -> str | None:
    """Put one event into the outbox. Returns its id, or None where it was not taken.

    `event_id` is given where the id has been made already: the first event of an execution gives it its id.

    Raises:
        OutboxError: the outbox refused, and the event is `required` (None: as the Instrument says).
    """
    if instrument.outbox is None:
        warn_once("not configured", "streamgauge.configure(…) has not been called; events are told to nobody")
        return None
    try:
        event_id = event_id or instrument.new_id(instrument.clock())
        instrument.outbox.put(Event(event_id, kind, at_ns, Written(facts), traceparent))
        return event_id
    except Exception as error:  # an outbox is anybody's code: the service sees our error or none
        if instrument.required if required is None else required:
            if isinstance(error, OutboxError):
                raise
            raise OutboxError(f"{kind} was not stored: {type(error).__name__}: {error}") from error
        warn_once("not stored", f"{kind} was not stored, and is lost: {type(error).__name__}: {error}")
        return None


def facts_about(instrument: Instrument, case: Case | None) -> Facts:
    """What every event of this case carries; empty, and said once, where there is no case to tell of."""
    if case is None:
        if instrument.outbox is not None:
            warn_once("no case", "told outside of a case, so not told: wrap the work in `with streamgauge.case(id):`")
        return ""
    facts = instrument.facts
    if case.stream is not None and case.stream != instrument.stream:  # the version is that of the configured stream
        told = {name: text for name, text in Written(facts).items() if name != "stream.version"}
        facts = write({**told, "stream.name": case.stream})
    return f'{facts},"case.id":{quote(case.id)}'


def own_of(attributes: Mapping[str, object], allowed: frozenset[str] = OF_A_MOMENT) -> Mapping[str, object]:
    """The caller's attributes without what is None, reserved, or of a closed list and not in it (each said once)."""
    if not attributes or (attributes.keys().isdisjoint(BY_SHORT_NAME) and None not in attributes.values()):
        return attributes
    return {n: value for n, value in attributes.items() if value is not None and _may_say(n, value, allowed)}


def _may_say(name: str, value: object, allowed: frozenset[str]) -> bool:
    declared = BY_SHORT_NAME.get(name.removeprefix(PREFIX))
    if declared is None:
        return True
    if name not in allowed:
        warn_once(f"reserved {name}", f"{name} is not told as an attribute: the verbs say it themselves")
        return False
    if name == "attempt":
        return is_attempt(value)
    return not declared.values or is_word(name, value)


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


def is_quantity(value: object) -> bool:
    """Whether a value measures something: a finite number; said once where it does not."""
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return True
    warn_once("unknown quantity", f"a cost of {value!r} is not told; expected a finite number")
    return False


def traceparent_of(context: SpanContext | None = None) -> str | None:
    """W3C traceparent of a span, of the current one when none is given; None where there is no valid one."""
    found = trace.get_current_span().get_span_context() if context is None else context
    if not found.is_valid:
        return None
    return "00-%032x-%016x-%02x" % (found.trace_id, found.span_id, found.trace_flags)  # noqa: UP031  # quicker
