"""Holding what the services told against what the simulation writes: the same events under other ids.

Knows both as decoded CloudEvents. Ids, sources and sequences are of whoever tells; instances and pseudonyms may be any,
as long as what is one for the simulation is one for the services.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

Told = dict[str, Any]
SAID = (
    "case.id", "step.name", "lifecycle", "performer.kind", "performer.role", "outcome", "attempt", "service.version",
    "channel", "failure.id", "failure.stage", "severity", "stream.name",
)  # fmt: skip
RENAMED = ("step.instance_id", "performer.id")


def said(event: Told) -> tuple[str, ...]:
    """All that an event says, as texts that can be sorted; no two events of one log say the same."""
    data = event["data"]
    at = dt.datetime.fromisoformat(event["time"]).isoformat()
    words = (json.dumps(data.get(name)) for name in SAID)
    return (at, event["type"], *words, json.dumps(data.get("cost"), sort_keys=True))


def renaming(ours: Iterable[Told], theirs: Iterable[Told], name: str) -> dict[str | None, str | None]:
    """How one side's ids of this attribute are called on the other, told of the same events in the same order.

    Raises:
        AssertionError: one id has two names, or two ids have one.
    """
    there: dict[str | None, str | None] = {}
    back: dict[str | None, str | None] = {}
    for one, other in zip(ours, theirs, strict=True):
        mine, yours = one["data"].get(name), other["data"].get(name)
        assert there.setdefault(mine, yours) == yours, f"{mine} is {there[mine]} and {yours}, in {said(one)}"
        assert back.setdefault(yours, mine) == mine, f"{yours} is {back[yours]} and {mine}, in {said(one)}"
    return there
