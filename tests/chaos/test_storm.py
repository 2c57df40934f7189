"""Kill -9 of everything, all the time: what was acknowledged is in the ledger, once."""

from __future__ import annotations

from pathlib import Path

from tests.chaos.plan import Plan
from tests.chaos.replay import replay
from tests.chaos.storm import blow
from tests.chaos.verdict import judge

KILLS = 210


def test_nothing_is_lost_and_nothing_is_doubled(tmp_path: Path) -> None:
    """After 200 kills of producers, relay, receiver and loader, every promise is kept and every event counts once."""
    plan = Plan(tmp_path / "storm", seed=1, kills=KILLS)
    blow(plan)
    figures = judge(plan)
    print(f"\n{figures}")
    assert sum(figures.kills.values()) >= 200
    assert min(figures.kills.values()) >= 20
    assert figures.duplicates_on_the_wire > 0
    assert 0 < figures.in_flight_kept < figures.in_flight, "no kill hit between telling, writing and acknowledging"
    assert figures.torn_lines > 0
    assert figures.loads >= 5, "hardly a load came to its end"
    again = replay(plan)
    print(again)
    assert (again.new, again.is_same_ledger, again.is_same_account) == (0, True, True), again
    assert again.sent > 0
    assert again.read >= figures.on_the_wire + again.sent
