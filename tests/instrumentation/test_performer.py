"""Performers: kinds are told, persons only as keyed pseudonyms."""

from __future__ import annotations

import hashlib
import hmac

import pytest

import streamgauge as sg
from streamgauge.performer import Performer
from streamgauge.testing import capture

KEY = b"0123456789abcdef"


def _performer(who: Performer, key: bytes | None) -> dict[str, object]:
    with capture(pseudonym_key=key) as told, sg.case("O-17"):
        sg.event("a", performer=who)
    return {name: value for name, value in told[0]["data"].items() if name.startswith("performer.")}


@pytest.mark.parametrize(
    ("made", "kind"), [(sg.human, "human"), (sg.system, "system"), (sg.agent, "agent"), (sg.external, "external")]
)
def test_every_kind_is_told(made: type[Performer], kind: str) -> None:
    """Kind, role and team are told as given."""
    told = _performer(made(role="Operations", team="Berlin"), None)
    assert told == {"performer.kind": kind, "performer.role": "Operations", "performer.team": "Berlin"}


def test_a_person_is_told_as_a_keyed_hash() -> None:
    """The pseudonym is HMAC-SHA256 of the id under the key: reproducible by who has the key, and by nobody else."""
    told = _performer(sg.human("anna@example.org"), KEY)
    assert told["performer.id"] == "p-" + hmac.new(KEY, b"anna@example.org", hashlib.sha256).hexdigest()[:16]
    assert _performer(sg.human("anna@example.org"), KEY + b"x")["performer.id"] != told["performer.id"]
    assert _performer(sg.human("bert@example.org"), KEY)["performer.id"] != told["performer.id"]


def test_without_a_key_nobody_is_named() -> None:
    """Rather no id than one in clear; that is said once and counted."""
    for _ in range(2):
        assert _performer(sg.human("anna@example.org"), None) == {"performer.kind": "human"}
    assert sg.notices() == {"no pseudonym key": 2}


@pytest.mark.parametrize("wrong", ["anna", None, Performer("robot"), Performer("human", role=[])])  # type: ignore[arg-type]
def test_what_is_no_performer_is_not_told(wrong: Performer) -> None:
    """A wrong performer costs its own attributes, never the event."""
    assert _performer(wrong, KEY) == {}
    assert sg.notices() == {"no performer": 1}
