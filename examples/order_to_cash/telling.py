"""How the world is told: what happened, as CloudEvents in the order of time, up to the cut-off.

Knows the wire contract and which service tells which step; decides nothing. Everything is deterministic for a seed.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from examples.order_to_cash.demand import CHANNELS, Orders
from examples.order_to_cash.firm import OUTAGE, OUTAGE_ID, Work, version_at
from examples.order_to_cash.office import DAYS, MIDNIGHTS

STREAM = "order_to_cash"
CUT = MIDNIGHTS[DAYS] - 1
"""The last second that is told; what happens later stays open."""


@dataclass(frozen=True)
class Step:
    """How a step of the world is named on the wire, by which service, and in which role it is done."""

    name: str
    kind: str
    role: str
    source: str
    moment: str | None = None


STEPS = {
    "create": Step("Receive order", "system", "Shop system", "/shop", "order.created"),
    "check": Step("Check order", "human", "Operations", "/operations"),
    "return": Step("Return to customer", "human", "Customer service", "/operations"),
    "cancel": Step("Cancel order", "system", "Shop system", "/shop", "order.cancelled"),
    "credit": Step("Approve credit", "human", "Credit desk", "/credit"),
    "approve": Step("Approve credit", "agent", "Credit engine", "/credit", "credit.approved"),
    "allocate": Step("Allocate stock", "system", "Stock system", "/stock"),
    "pick": Step("Pick and pack", "human", "Warehouse", "/warehouse"),
    "ship": Step("Ship", "external", "Carrier", "/carrier", "order.shipped"),
    "invoice": Step("Invoice", "system", "Billing system", "/billing", "invoice.issued"),
    "deliver": Step("Deliver", "external", "Carrier", "/carrier", "order.delivered"),
    "pay": Step("Receive payment", "system", "Payment system", "/payments", "invoice.paid"),
}
_FOREIGN = "/carrier"  # another company's service: it has no release of ours
_MONITORING = "/monitoring"


def write_lines(orders: Orders, work: list[Work], seed: int) -> Iterator[str]:
    """One CloudEvent a line, ascending in time; the sequence of each source counts up by one."""
    told = sorted(_moments(orders, work))
    randoms = np.random.default_rng((seed, 0xE7)).bytes(9 * len(told)).hex()
    texts = np.datetime_as_string(np.array([second for second, *_ in told], dtype="datetime64[s]"))
    sequences: Counter[str] = Counter()
    for position, ((second, source, moment, data), text) in enumerate(zip(told, texts, strict=True)):
        sequences[source] += 1
        digits, instant = randoms[18 * position : 18 * position + 18], f"{1000 * second:012x}"
        event_id = f"{instant[:8]}-{instant[8:]}-7{digits[:3]}-8{digits[3:6]}-{digits[6:]}"
        release = "" if source == _FOREIGN else f',"service.version":"{version_at(second)}"'
        yield (
            f'{{"specversion":"1.0","id":"{event_id}","source":"{source}","type":"{moment}","time":"{text}Z","data":'
            f'{{"stream.name":"{STREAM}","event.sequence":{sequences[source]}{release},{data}}}}}\n'
        )


def cpu_seconds(orders: Orders, work: Work) -> float | None:
    """What the step used of the computers; None where a person or another company did it."""
    used = orders.cpu.get(work.step)
    return None if used is None else used[work.order]


def _moments(orders: Orders, work: list[Work]) -> Iterator[tuple[int, str, str, str]]:
    """Every event as second, source, type and the inside of its data, up to the cut-off."""
    for done in work:
        for second, lifecycle, more in _lifecycle(orders, done):
            if second <= CUT:
                step = STEPS[done.step]
                moment = step.moment if step.moment and lifecycle == "instant" else f"step.{lifecycle}"
                yield second, step.source, moment, _inside(done, step, lifecycle) + more
    for stage, second in OUTAGE.items():
        inside = f'"lifecycle":"instant","failure.id":"{OUTAGE_ID}","failure.stage":"{stage}","severity":1'
        yield second, _MONITORING, f"failure.{stage}", inside


def _lifecycle(orders: Orders, done: Work) -> Iterator[tuple[int, str, str]]:
    """The events of one execution, with what only some of them say."""
    outcome = f',"outcome":"{"success" if done.is_success else "failure"}"'
    if done.person is not None:
        name = f',"performer.id":"{_pseudonym(done.step, done.person)}"'
        yield done.scheduled, "schedule", ""
        yield done.started, "start", name
        yield done.ended, "complete", name + outcome
        return
    used = cpu_seconds(orders, done)
    more = "" if used is None else f',"cost":[{{"driver":"cpu_seconds","quantity":{used},"unit":"s"}}]'
    if done.step == "allocate":
        more += f',"attempt":{done.attempt},"outcome":"{"success" if done.is_success else "error"}"'
    if done.step == "create":
        more += f',"channel":"{CHANNELS[orders.channel[done.order]]}"'
    yield done.ended, "instant" if done.is_success else "abort", more


def _inside(done: Work, step: Step, lifecycle: str) -> str:
    case = case_id(done.order)
    return (
        f'"case.id":"{case}","step.name":"{step.name}","step.instance_id":"{case}/{done.step}/{done.visit}.{done.attempt}",'
        f'"lifecycle":"{lifecycle}","performer.kind":"{step.kind}","performer.role":"{step.role}"'
    )


def case_id(order: int) -> str:
    """The order's number as customers see it."""
    return f"O-{order + 1:06d}"


@cache
def _pseudonym(step: str, person: int) -> str:
    return "p-" + hashlib.sha256(f"{STREAM}/{step}/{person}".encode()).hexdigest()[:6]
