"""Who works: a person, a program by rule, a program by judgement, or another company.

Knows kinds and pseudonyms. An id given in clear leaves this process only as a keyed hash, and without a key not at all.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from streamgauge.attributes import BY_SHORT_NAME, PREFIX
from streamgauge.facts import Facts, write
from streamgauge.notices import warn_once


class Performer(NamedTuple):
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


class Traits(NamedTuple):
    """What is told of a performer: for events, and under full names for spans."""

    facts: Facts
    attributes: Mapping[str, str]


def traits_of(performer: Performer, key: bytes | None) -> Traits:
    """What is told of a performer; nothing, said once, where it is not one."""
    try:
        if performer.id and key is None:
            warn_once("no pseudonym key", "a performer's id is not told: configure(pseudonym_key=…) has not been given")
        return _traits_of(performer, key)
    except (AttributeError, TypeError, ValueError) as error:
        warn_once("no performer", f"performer={performer!r} is not told; give e.g. human(role='Operations'): {error}")
        return NOBODY


@lru_cache(maxsize=1024)
def _traits_of(performer: Performer, key: bytes | None) -> Traits:
    if performer.kind not in KINDS:
        raise ValueError(f"kind is {performer.kind!r}, expected one of {', '.join(KINDS)}")
    told = {
        "performer.kind": performer.kind,
        "performer.id": pseudonym(str(performer.id), key) if performer.id and key is not None else None,
        "performer.role": performer.role,
        "performer.team": performer.team,
    }
    data = {name: str(text) for name, text in told.items() if text}
    return Traits(write(data), {PREFIX + name: text for name, text in data.items()})


KINDS = BY_SHORT_NAME["performer.kind"].values
NOBODY = Traits("", {})
