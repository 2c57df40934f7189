"""The verbs for work that takes time: a step, and a step done again because the first was not right.

Knows how a caller says it; what is told stands in `execution`.
"""

from __future__ import annotations

from streamgauge.execution import Step
from streamgauge.handoff import Ticket
from streamgauge.instant import Instant
from streamgauge.performer import SYSTEM, Performer


def step(
    name: str,
    *,
    performer: Performer = SYSTEM,
    queued: Ticket | str | None = None,
    attempt: int | None = None,
    brief: bool = False,
    at: Instant | None = None,
    required: bool | None = None,
    **attributes: object,
) -> Step:
    """A step of the current case: `with step("Check order", performer=human(role="Operations"), queued=ticket): …`.

    `queued` is the ticket (or its instance id) under which the step waited; `brief` tells one event at the end instead
    of a start and a complete; `attempt` counts technical tries; `attributes` are the caller's own. An exception that
    passes is told as an abort and passes on. As a decorator it makes an execution of every call.

    Raises, while it is used:
        OutboxError: an event is required and could not be stored.
    """
    return Step(str(name), performer, queued, attempt, brief, at, required, {}, attributes)


def rework(
    name: str,
    *,
    of: Step | Ticket | str | None = None,
    reason: str | None = None,
    performer: Performer = SYSTEM,
    queued: Ticket | str | None = None,
    attempt: int | None = None,
    brief: bool = False,
    at: Instant | None = None,
    required: bool | None = None,
    **attributes: object,
) -> Step:
    """A step that repeats or mends an earlier execution: `rework("Check order", of=instance, reason="no address")`.

    `of` is that execution, its ticket or its instance id; all else is as in `step`.
    """
    told = {"rework.of": of.instance_id if isinstance(of, Step | Ticket) else of, "rework.reason": reason}
    facts = {name: str(text) for name, text in told.items() if text}
    return Step(str(name), performer, queued, attempt, brief, at, required, facts, attributes)
