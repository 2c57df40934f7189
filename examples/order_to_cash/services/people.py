"""People at desks: work that waits for them, and how it is told when they do it.

Knows the library and the simulated clock; what comes after the work stands in the services.
"""

from __future__ import annotations

import streamgauge as sg
from examples.order_to_cash.firm import Work
from examples.order_to_cash.services import clock
from examples.order_to_cash.services.queues import Message
from examples.order_to_cash.telling import case_id

STEPS = {  # that people do: name, and role in which
    "check": ("Check order", "Operations"),
    "return": ("Return to customer", "Customer service"),
    "credit": ("Approve credit", "Credit desk"),
    "pick": ("Pick and pack", "Warehouse"),
}
REASONS = {"check": "order was incomplete", "pick": "wrong goods"}  # for which work is done again


def hand_over(step: str) -> sg.Ticket:
    """Tell, within the case, that the step waits for somebody from now on."""
    name, role = STEPS[step]
    return sg.handoff(name, to=sg.human(role=role))


class Desk:
    """Tells what people do. A ticket is drawn by whoever hands work over: another service, or the desk itself."""

    def __init__(self) -> None:
        self._tickets: dict[tuple[int, str], sg.Ticket] = {}
        self._failed: dict[tuple[int, str], str] = {}

    def take_in(self, message: Message, step: str) -> None:
        """Work came in; if it brought a ticket, it has begun to wait already."""
        ticket = sg.extract(message.headers).ticket
        if ticket is not None:
            self._tickets[message.order, step] = ticket

    def wait(self, order: int, step: str, visit: int, at: int) -> None:
        """Work begins to wait: say so, unless it came in with a ticket."""
        if (order, step) not in self._tickets:
            with sg.case(case_id(order)), clock.at(at):
                self._tickets[order, step] = hand_over(step)

    def do(self, work: Work) -> None:
        """A person works on the order: tell the beginning, let time pass, tell the end."""
        with sg.case(case_id(work.order)), clock.at(work.started), self._execution(work) as step:
            clock.pass_to(work.ended)
            if not work.is_success:
                step.outcome = "failure"
                self._failed[work.order, work.step] = step.instance_id

    def _execution(self, work: Work) -> sg.Step:
        """The step, or the rework of the one that failed before."""
        name, role = STEPS[work.step]
        key = (work.order, work.step)
        person, ticket = sg.human(f"{work.step} {work.person}", role=role), self._tickets.pop(key)
        if key in self._failed:
            return sg.rework(
                name, of=self._failed.pop(key), reason=REASONS[work.step], performer=person, queued=ticket
            )  # fmt: skip
        return sg.step(name, performer=person, queued=ticket)
