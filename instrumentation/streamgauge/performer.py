"""Who works: a person, a program by rule, a program by judgement, or another company.

Knows kinds and pseudonyms. An id given in clear leaves this process only as a keyed hash, and without a key not at all.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from streamgauge.notices import warn_once


@dataclass(frozen=True, slots=True)
class Performer:
    """One who performs a step. `id` is in clear and stays in this process."""

    kind: str
    id: str | None = None
    role: str | None = None
    team: str | None = None


def human(id: str | None = None, *, role: str | None = None, team: str | None = None) -> Performer:  # noqa: A002  # the word
    """A person."""
    return Performer("human", id, role, team)


def system(id: str | None = None, *, role: str | None = None, team: str | None = None) -> Performer:  # noqa: A002
    """A program that follows rules."""
    return Performer("system", id, role, team)


def agent(id: str | None = None, *, role: str | None = None, team: str | None = None) -> Performer:  # noqa: A002
    """A program that judges."""
    return Performer("agent", id, role, team)


def external(id: str | None = None, *, role: str | None = None, team: str | None = None) -> Performer:  # noqa: A002
    """Another company."""
    return Performer("external", id, role, team)


SYSTEM = system()


@lru_cache(maxsize=1024)
def pseudonym(id: str, key: bytes) -> str:  # noqa: A002
    """`p-` and 16 hex digits of HMAC-SHA256: under one key the same person is the same, without it nobody."""
    return "p-" + hmac.digest(key, id.encode("utf-8", "replace"), "sha256").hex()[:16]


def facts_of(performer: Performer, key: bytes | None) -> Mapping[str, object]:
    """The attributes that tell of a performer; none, said once, where it is not one."""
    try:
        return _facts_of(performer, key)
    except (AttributeError, TypeError) as error:
        warn_once("no performer", f"performer={performer!r} is not told; give e.g. human(role=…): {error}")
        return {}


@lru_cache(maxsize=1024)
def _facts_of(performer: Performer, key: bytes | None) -> dict[str, object]:
    facts: dict[str, object] = {"performer.kind": performer.kind}
    if performer.id and key is not None:
        facts["performer.id"] = pseudonym(str(performer.id), key)
    elif performer.id:
        warn_once("no pseudonym key", "a performer's id is not told: configure(pseudonym_key=…) has not been given")
    if performer.role:
        facts["performer.role"] = str(performer.role)
    if performer.team:
        facts["performer.team"] = str(performer.team)
    return facts
