"""Transfers to people: its example, its edge cases, and a plain loop over random chains of performers."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.handoff.transfers_to_human import TRANSFERS_TO_HUMAN
from tests.metrics.builder import World, assert_no_data
from tests.metrics.coded_events import Log, Row, made_stream
from tests.metrics.worlds import few

WHO = {"h": "human", "H": "human", "s": "system", "a": "agent", "x": "external", "u": None}


def _world(*chains: str, mode: str | None = None) -> World:
    """A completed case for each chain of performers, with the handoffs the facts count in it."""
    attributes = {"handoff.mode": mode} if mode else None
    rows: list[Row] = [
        (f"c{n}", "Check", f"Mon {hour:02d}:00", {"performer": w, "performer_kind": WHO[w], "attributes": attributes})
        for n, chain in enumerate(chains)
        for hour, w in enumerate(chain)
    ]
    world = World()
    for case in Log(made_stream(), rows).cases():
        counts = {name: value for name, value in case.items() if name.endswith(("_handoffs", "_to_human"))}
        world.case(case["case_id"], 1.0, 2.0, **counts)
    return world


def test_example() -> None:
    """Two cases, one of them handed over three times: 1.5 per case."""
    assert _world("shahsh", "sa").value(TRANSFERS_TO_HUMAN) == 1.5


def test_unknown_kind() -> None:
    """What may be a transfer is not in the value; the bounds go from none of those to all."""
    found = _world("sh", "su").summary(TRANSFERS_TO_HUMAN)
    assert found.value == 0.5
    assert found.least is not None
    assert found.most is not None
    assert (found.least.value, found.most.value) == (0.5, 1.0)


def test_no_kind_known_at_all() -> None:
    """Where every handoff is unknown there is no value, never 0, and the bounds still say what it may be."""
    world = World().case("c", 1.0, 2.0, unknown_handoffs=2, maybe_automated_to_human=2).case("d", 1.0, 2.0)
    found = world.summary(TRANSFERS_TO_HUMAN)
    assert_no_data(found)
    assert found.least is not None
    assert found.most is not None
    assert (found.least.value, found.most.value) == (0.0, 1.0)


def test_no_handoff() -> None:
    """A case nobody was handed counts as 0, also where no case has a handoff."""
    assert _world("sh", "ss").value(TRANSFERS_TO_HUMAN) == 0.5
    assert _world("ss", "hh").value(TRANSFERS_TO_HUMAN) == 0.0


def test_an_external_party_is_no_human_of_ours() -> None:
    """Work given to a supplier is a manual handoff but no transfer, and neither is what they give to us."""
    assert _world("sx", "xh").value(TRANSFERS_TO_HUMAN) == 0.0


def test_a_told_mode_changes_no_transfer() -> None:
    """A transfer that was routed automatically still ends with a person who has the work."""
    assert _world("sh", mode="automated").value(TRANSFERS_TO_HUMAN) == 1.0


def test_no_rows() -> None:
    """Nothing completed is no data, never 0."""
    world = World().case("a", 1.0, automated_to_human=1)
    world.case("b", 1.0, 2.0, automated_to_human=1, outcome_kind="rejected")
    assert_no_data(world.summary(TRANSFERS_TO_HUMAN))


@few
@given(chains=st.lists(st.text("hHsax", min_size=1, max_size=8), min_size=1, max_size=6))
def test_oracle(chains: list[str]) -> None:
    """SQL agrees with a loop over neighbours."""
    transfers = sum(one in "sa" and other in "hH" for chain in chains for one, other in pairwise(chain))
    assert _world(*chains).value(TRANSFERS_TO_HUMAN) == pytest.approx(transfers / len(chains))
