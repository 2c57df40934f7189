"""Instants: a business moment, and the mending of what was told wrongly before.

Knows how to tell what has no duration; steps stand in `step`.
"""

from __future__ import annotations

from streamgauge.context import current_case
from streamgauge.facts import write
from streamgauge.instant import Instant, to_ns
from streamgauge.instrument import current
from streamgauge.performer import SYSTEM, Performer, traits_of
from streamgauge.telling import facts_about, own_of, tell, traceparent_of


def event(
    type: str,  # noqa: A002  # CloudEvents' word
    *,
    step: str | None = None,
    instance: str | None = None,
    performer: Performer = SYSTEM,
    at: Instant | None = None,
    required: bool | None = None,
    **attributes: object,
) -> str | None:
    """Tell that something happened: `event("order.created", channel="web")`. Returns the event's id, None when untold.

    `step` names the activity where it has another name than the type; `instance` its execution, where several events
    tell of one. Attributes are the caller's own, or of the contract `outcome`, `attempt`, `cost`, `objects` …

    Raises:
        OutboxError: the event is required and could not be stored.
    """
    return _tell_moment(type, step, instance, performer, at, required, attributes, {})


def correct(
    event_id: str,
    type: str,  # noqa: A002
    *,
    step: str | None = None,
    instance: str | None = None,
    performer: Performer = SYSTEM,
    at: Instant | None = None,
    lifecycle: str = "instant",
    required: bool | None = None,
    **attributes: object,
) -> str | None:
    """Tell an event anew, whole, in place of the one with this id and of the same source; both are kept.

    Raises:
        OutboxError: the event is required and could not be stored.
    """
    more: dict[str, object] = {"corrects": str(event_id), "lifecycle": lifecycle}
    return _tell_moment(type, step, instance, performer, at, required, attributes, more)


def retract(event_id: str, *, at: Instant | None = None, required: bool | None = None) -> str | None:
    """Tell that the event with this id, of the same source, never happened.

    Raises:
        OutboxError: the event is required and could not be stored.
    """
    more: dict[str, object] = {"corrects": str(event_id), "retracted": True}
    return _tell_moment("event.retracted", None, None, SYSTEM, at, required, {}, more)


def _tell_moment(
    kind: str,
    step: str | None,
    instance: str | None,
    performer: Performer,
    at: Instant | None,
    required: bool | None,
    attributes: dict[str, object],
    more: dict[str, object],
) -> str | None:
    instrument = current()
    about = facts_about(instrument, current_case())
    if not about:
        return None
    at_ns = to_ns(at, instrument.clock)
    event_id = instrument.new_id(instrument.clock())  # and, where no other is given, of the execution it tells of
    about_step = {"step.name": step or kind, "step.instance_id": instance or event_id}
    performed = traits_of(performer, instrument.pseudonym_key).facts
    facts = about + write({"lifecycle": "instant", **about_step, **more, **own_of(attributes)}) + performed
    return tell(instrument, kind, at_ns, facts, traceparent_of(), required, event_id)
