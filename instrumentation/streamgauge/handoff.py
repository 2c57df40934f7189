"""Passing work on: the next step is told as waiting, and a ticket travels with the message to whoever does it.

Knows tickets; how one travels stands in `propagation`, how it is taken up in `step`.
"""

from __future__ import annotations

from typing import NamedTuple

from streamgauge.context import current_case
from streamgauge.facts import write
from streamgauge.instant import Instant, to_ns
from streamgauge.instrument import current
from streamgauge.performer import Performer, traits_of
from streamgauge.telling import ANYWHERE, facts_about, is_word, own_of, tell, traceparent_of


class Ticket(NamedTuple):
    """The place of one execution of a step in its queue: give it to `step(…, queued=ticket)`."""

    instance_id: str


def handoff(
    step: str,
    *,
    to: Performer,
    mode: str | None = None,
    instance: str | None = None,
    at: Instant | None = None,
    required: bool | None = None,
    **attributes: object,
) -> Ticket:
    """Tell that `step` now waits for `to`: `ticket = handoff("Check order", to=human(role="Operations"))`.

    `mode` is `automated` or `manual`, where the service knows how the work is passed on. The ticket is good even where
    nothing was told, so the step has its instance either way.

    Raises:
        OutboxError: the event is required and could not be stored.
    """
    instrument = current()
    at_ns = to_ns(at, instrument.clock)
    ticket = Ticket(instance or instrument.new_id(at_ns))
    about = facts_about(instrument, current_case())
    if not about:
        return ticket
    waiting = {"step.name": str(step), "step.instance_id": ticket.instance_id, "lifecycle": "schedule"}
    if mode is not None and is_word("handoff.mode", mode):
        waiting["handoff.mode"] = mode
    expected = traits_of(to, instrument.pseudonym_key).facts
    facts = about + write({**waiting, **own_of(attributes, ANYWHERE)}) + expected
    tell(instrument, "step.schedule", at_ns, facts, traceparent_of(), required)
    return ticket
