"""What the wire contract asks of an event, as a check for tests: every name declared, every required one there."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from streamgauge.attributes import ATTRIBUTES, BY_SHORT_NAME, Requirement


def broken_rules(event: dict[str, Any], own: Set[str] = frozenset()) -> list[str]:
    """What is wrong with one wire event; `own` are the caller's names that may stand beside the contract's."""
    told = event["data"] | {"event.id": event["id"]}
    missing = [f"{name} is missing" for name in required_of(event) - told.keys()]
    unknown = [f"{name} is not declared" for name in told.keys() - BY_SHORT_NAME.keys() - own]
    words = [
        f"{name} is {value!r}"
        for name, value in told.items()
        if (declared := BY_SHORT_NAME.get(name)) and declared.values and value not in declared.values
    ]
    return sorted(missing + unknown + words)


def required_of(event: dict[str, Any]) -> set[str]:
    """The short names that an event of its kind must carry."""
    is_failure, lifecycle = "failure.id" in event["data"], event["data"]["lifecycle"]
    wanted = {Requirement.REQUIRED, Requirement.FAILURE_EVENTS if is_failure else Requirement.STEP_EVENTS}
    if lifecycle in ("complete", "abort"):
        wanted.add(Requirement.ENDING_EVENTS)
    names = {attribute.short_name for attribute in ATTRIBUTES if attribute.requirement in wanted}
    return names - {"case.id"} if is_failure else names
