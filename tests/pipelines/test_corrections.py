"""Corrections and retractions: append-only, the latest told is in effect, in whatever order they arrive."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.database import open_warehouse
from pipelines.ledger.append import append
from pipelines.ledger.corrections import Correction, members_of
from pipelines.ledger.manifest import load_manifest
from pipelines.registry import load, register
from pipelines.settings import Settings
from pipelines.sources.batch import to_batch
from pipelines.warehouse.facts import define_steps, prepare_events, refresh_cases
from pipelines.warehouse.state import ensure_tables

START = datetime(2026, 1, 5)
STREAM = """\
stream: calls
name: Calls
trigger: {steps: [Ring]}
outcomes:
  - {name: answered, steps: [Answer]}
"""


class Told(NamedTuple):
    """One event: ids count within one source; `sequence` is the source's own numbering."""

    id: str
    case: str
    hour: int
    step: str | None
    sequence: int
    corrects: str | None = None
    is_retracted: bool | None = None


RING, ANSWER = Told("e1", "c1", 0, "Ring", 1), Told("e2", "c1", 5, "Answer", 2)


@contextmanager
def _home() -> Iterator[Settings]:
    with tempfile.TemporaryDirectory() as folder:
        stream = Path(folder) / "stream.yaml"
        stream.write_text(STREAM, "utf-8")
        home = Settings(home=Path(folder) / "home", threads=1)
        register(home, stream)
        yield home


def _bring(home: Settings, *told: Told, source: str = "/calls") -> None:
    columns: dict[str, list[object]] = {
        "source": [source] * len(told), "event_id": [t.id for t in told], "case_id": [t.case for t in told],
        "event_at": [START + timedelta(hours=t.hour) for t in told], "step": [t.step for t in told],
        "sequence": [t.sequence for t in told], "corrects": [t.corrects for t in told],
        "is_retracted": [t.is_retracted for t in told],
        "attributes": [json.dumps({"corrects": t.corrects}) if t.corrects else None for t in told],
    }  # fmt: skip
    append(home, "calls", [to_batch(columns)], positions={})


def _cases(home: Settings) -> dict[str, float | None]:
    """Hours from trigger to outcome of each case; None while open."""
    registered = load(home, "calls")
    with open_warehouse(home) as connection:
        ensure_tables(connection)
        manifest = prepare_events(connection, home, registered)
        define_steps(connection, home, registered, manifest)
        refresh_cases(connection, home, registered, manifest)
        rows = connection.execute("SELECT case_id, epoch(finished_at - triggered_at) / 3600 FROM cases").fetchall()
    return dict(rows)


def test_a_correction_replaces() -> None:
    """The corrected time counts, the first one does not, and both stay in the ledger."""
    with _home() as home:
        _bring(home, RING, ANSWER)
        assert _cases(home) == {"c1": 5}
        _bring(home, Told("e3", "c1", 9, "Answer", 3, corrects="e2"))
        assert _cases(home) == {"c1": 9}
        assert load_manifest(home.ledger / "calls").rows == 3


def test_a_retraction_removes() -> None:
    """What never happened ends nothing, and a case of which nothing happened is no case."""
    with _home() as home:
        _bring(home, RING, ANSWER, Told("e9", "c2", 1, "Ring", 3))
        _bring(home, Told("e3", "c1", 6, None, 4, "e2", True), Told("e4", "c2", 6, None, 5, "e9", True))
        assert _cases(home) == {"c1": None}


def test_a_correction_may_name_another_case() -> None:
    """An event told for the wrong case leaves that case and joins the right one."""
    with _home() as home:
        _bring(home, RING, ANSWER, Told("e5", "c2", 0, "Ring", 3))
        assert _cases(home) == {"c1": 5, "c2": None}
        _bring(home, Told("e6", "c2", 5, "Answer", 4, corrects="e2"))
        assert _cases(home) == {"c1": None, "c2": 5}


def test_a_correction_may_come_first() -> None:
    """A correction that arrives before what it corrects has the same effect."""
    with _home() as home:
        _bring(home, RING, Told("e3", "c1", 9, "Answer", 3, corrects="e2"))
        assert _cases(home) == {"c1": 9}
        _bring(home, ANSWER)
        assert _cases(home) == {"c1": 9}


def test_another_source_cannot_correct() -> None:
    """An id is looked for within the correcting event's own source only."""
    with _home() as home:
        _bring(home, RING, ANSWER)
        columns: dict[str, list[object]] = {
            "source": ["/stranger"], "event_id": ["x"], "case_id": ["c1"], "event_at": [START], "corrects": ["e2"],
            "is_retracted": [True],
        }  # fmt: skip
        append(home, "calls", [to_batch(columns)], positions={})
        assert _cases(home) == {"c1": 5}


@pytest.mark.parametrize(("source", "hours"), [("/calls/2", 9), ("/other/1", 5), ("/calls", 5)])
def test_a_service_corrects_what_it_told_before_a_restart(source: str, hours: int) -> None:
    """Another outbox of the same service may correct; another service may not."""
    with _home() as home:
        _bring(home, RING, ANSWER, source="/calls/1")
        _bring(home, Told("e3", "c1", 9, "Answer", 3, corrects="e2"), source=source)
        assert _cases(home) == {"c1": hours}


def test_as_of_asks_what_was_known() -> None:
    """As of a time before the correction the old number stands, from the same ledger, beside the new one."""
    with _home() as home:
        _bring(home, RING, ANSWER)
        known_by = datetime.now(UTC).replace(tzinfo=None)
        _bring(home, Told("e3", "c1", 9, "Answer", 3, corrects="e2"))
        earlier = Settings(home=home.home, threads=1, as_of=known_by)
        assert _cases(home) == {"c1": 9}
        assert _cases(earlier) == {"c1": 5}
        assert earlier.warehouse != home.warehouse
        assert _cases(home) == {"c1": 9}


@pytest.mark.parametrize("seed", range(3))
def test_any_order_of_arrival_gives_the_same_cases(seed: int) -> None:
    """Event by event in any order, measured after each, the end is that of one import."""
    told = [
        RING, ANSWER, Told("e3", "c1", 7, "Answer", 3, "e2"), Told("e4", "c1", 8, "Answer", 4, "e3"),
        Told("e5", "c2", 1, "Ring", 5, "e1"), Told("e6", "c2", 3, "Answer", 6, "e2"), Told("e7", "c3", 0, "Ring", 7),
        Told("e8", "c3", 2, None, 8, "e7", True), Told("e9", "c3", 1, "Ring", 9, "e8"),
    ]  # fmt: skip
    with _home() as whole, _home() as pieces:
        _bring(whole, *told)
        for event in random.Random(seed).sample(told, len(told)):
            _bring(pieces, event)
            _cases(pieces)
        assert _cases(pieces) == _cases(whole) == {"c2": 2, "c3": None}


chains = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.booleans()), unique_by=lambda c: c[0], max_size=10)


@settings(deadline=None)
@given(chains=chains)
def test_in_effect_is_the_last_of_each_group(chains: list[tuple[int, int, bool]]) -> None:
    """Of all events that correct one another only the highest numbered counts, and none when it retracts."""
    told = [Correction(key, target, (key, str(key)), gone) for key, target, gone in chains if key != target]
    groups: list[set[int]] = []
    for correction in told:
        joined = [group for group in groups if {correction.event_key, correction.corrects_key} & group]
        groups = [group for group in groups if group not in joined]
        groups.append({correction.event_key, correction.corrects_key}.union(*joined))
    wanted: set[int] = set()
    for group in groups:
        last = max((c for c in told if c.event_key in group), key=lambda c: c.order)
        wanted |= group if last.is_retracted else group - {last.event_key}
    found = members_of(told)
    assert {member.event_key for member in found if not member.is_in_effect} == wanted
    assert {member.event_key for member in found} == {key for group in groups for key in group}
