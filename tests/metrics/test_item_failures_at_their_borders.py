"""Failures of an item where one step more or less decides: who healed it, and which stages were reached."""

from __future__ import annotations

import pytest

from tests.metrics.coded_events import Fact, Log, Row, made_stream

RULE = {
    "name": "returned", "severity": 2, "detected": ["Return"], "triaged": ["Read"], "contained": ["Hold"],
    "remediated": ["Mend"], "steady": ["Approve"],
}  # fmt: skip
KINDS = {"h": "human", "s": "system", "a": "agent", "x": "external", "u": "unknown"}


def episodes(*told: tuple[str, str]) -> list[Fact]:
    """The episodes of one case, of steps (who, step) an hour apart; the same in ledger order and in none."""
    rows: list[Row] = [
        ("c1", step, f"Mon {hour:02d}:00", {"performer": who, "performer_kind": KINDS[who]})
        for hour, (who, step) in enumerate(told)
    ]
    before: list[Row] = [("c0", "Order", "Mon 00:00", {"performer": "h", "performer_kind": "human"})]
    log = Log(made_stream(failures=[RULE]), [*before, *rows])
    assert log.failures(is_sorted=True) == log.failures()
    return log.failures()


@pytest.mark.parametrize(
    ("helpers", "healed"),
    [("s", True), ("a", True), ("h", False), ("x", False), ("u", None), ("uh", False), ("hu", False), ("us", None)],
)
def test_who_took_part_says_whether_it_healed_itself(helpers: str, healed: bool | None) -> None:
    """A person who took part healed it; an unknown leaves it unknown; systems and agents alone are self-healing."""
    (found,) = episodes(("h", "Order"), ("s", "Return"), *((who, "Try") for who in helpers), ("s", "Approve"))
    assert found["is_auto_healed"] is healed


def test_everybody_after_the_first_sign_took_part() -> None:
    """A person between the first and the second sign of one episode healed it, though all after it was automatic."""
    (found,) = episodes(("s", "Return"), ("h", "Mend"), ("s", "Return"), ("s", "Approve"))
    assert found["is_auto_healed"] is False
    (stranger,) = episodes(("s", "Return"), ("u", "Mend"), ("s", "Return"), ("s", "Approve"))
    assert stranger["is_auto_healed"] is None


def test_who_found_it_did_not_heal_it() -> None:
    """The step that detects a failure is no part of its repair, the one that makes it steady is."""
    assert episodes(("h", "Return"), ("s", "Approve"))[0]["is_auto_healed"] is True
    assert episodes(("s", "Return"), ("h", "Approve"))[0]["is_auto_healed"] is False


def test_an_open_episode_keeps_its_stages() -> None:
    """Where nothing is steady yet, triage, containment and repair are told all the same, and nobody has healed it."""
    (found,) = episodes(("s", "Return"), ("h", "Read"), ("h", "Hold"), ("h", "Mend"))
    assert [found[f"{stage}_at"].hour for stage in ("triaged", "contained", "remediated")] == [1, 2, 3]
    assert (found["steady_at"], found["is_auto_healed"]) == (None, None)


def test_a_stage_counts_from_the_first_sign_on() -> None:
    """What was read after the first of two signs was read then, though it was read again after the second."""
    (found,) = episodes(("s", "Return"), ("h", "Read"), ("s", "Return"), ("h", "Read"), ("s", "Approve"))
    assert (found["triaged_at"].hour, found["detected_at"].hour, found["episode"]) == (1, 0, 1)


def test_a_stage_may_be_reached_by_the_step_that_ends_it() -> None:
    """A step that is both repair and steady is the repair of the episode it ends."""
    rule = RULE | {"remediated": ["Approve"]}
    rows: list[Row] = [("c1", "Return", "Mon 01:00"), ("c1", "Approve", "Mon 02:00"), ("c1", "Read", "Mon 03:00")]
    (found,) = Log(made_stream(failures=[rule]), rows).failures()
    assert found["remediated_at"] == found["steady_at"]
    assert found["triaged_at"] is None
    assert (found["level"], found["affected_cases"], found["severity"]) == ("item", 1, 2)
