"""A network that cuts, delays and repeats: the relay sends again what it heard nothing of, and it counts once."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from streamgauge import FileOutbox
from tests.chaos import proxy
from tests.chaos.proxy import Act
from tests.chaos.verdict import sent
from tests.chaos.world import World, hurried_relay, tell, telling
from tests.receiver.running import running

AFTER_THE_COMMIT = [
    proxy.cut_after_commit, proxy.cut_within_the_answer, proxy.half_close, proxy.answer_late, proxy.send_twice,
]  # fmt: skip
BEFORE_THE_COMMIT = [proxy.cut_before, proxy.cut_within_the_request]


def _deliver(world: World, script: list[Act], passes: int) -> None:
    """Relay all spools through a network that does what the script says."""
    with running(world.home.inbox) as receiver, proxy.proxy(receiver.port) as network:
        network.script.extend(script)
        relay = hurried_relay(network.url, world.outbox)
        for _ in range(passes):
            if relay.run_once().is_drained:
                break
        assert not network.script, "the network never did all it was to do"


def _tell(world: World, count: int) -> list[str]:
    with telling(FileOutbox(world.outbox, "orders")):
        return tell(count)


@pytest.mark.parametrize("act", [*AFTER_THE_COMMIT, *BEFORE_THE_COMMIT], ids=lambda act: act.__name__)
def test_an_event_counts_once(tmp_path: Path, act: Act) -> None:
    """What the receiver committed and the relay did not hear of comes twice, and stands in the ledger once."""
    world = World(tmp_path)
    told = _tell(world, 10)
    _deliver(world, [act], passes=10)
    times = 2 if act in AFTER_THE_COMMIT else 1
    assert Counter(event_id for _, event_id in sent(world.home)) == dict.fromkeys(told, times)
    report = world.load()
    assert [row.key[1] for row in world.rows()] == told
    assert report.gaps == ()


@pytest.mark.parametrize("seed", range(3))
def test_bad_weather(tmp_path: Path, seed: int) -> None:
    """Whatever happens to the requests, and in whatever order: each event is there, once."""
    world, chance = World(tmp_path), random.Random(seed)
    told = _tell(world, 100)
    quick = [act for act in (*AFTER_THE_COMMIT, *BEFORE_THE_COMMIT, proxy.pass_on) if act is not proxy.answer_late]
    _deliver(world, chance.choices(quick, k=25), passes=60)
    report = world.load()
    assert [row.key[1] for row in world.rows()] == told
    assert report.gaps == ()
    assert report.receipts["calls"].duplicate > 0
