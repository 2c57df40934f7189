"""One execution of a step: how it begins and ends, and that no exception is swallowed."""

from __future__ import annotations

import asyncio
import math

import pytest

import streamgauge as sg
from streamgauge.testing import Told, capture


class CardDeclinedError(Exception):
    """A service's own error."""


def _endings(told: list[Told]) -> list[tuple[str, str | None, str | None]]:
    return [(e["type"], e["data"].get("outcome"), e["data"].get("error.type")) for e in told]


def test_a_step_starts_and_completes() -> None:
    """With nothing said, the outcome is success, and both events tell of one execution."""
    with capture() as told, sg.case("O-17"), sg.step("Check order") as step:
        assert len(told) == 1
    assert _endings(told) == [("step.start", None, None), ("step.complete", "success", None)]
    assert {event["data"]["step.instance_id"] for event in told} == {step.instance_id}
    assert step.outcome == "success"


def test_an_outcome_can_be_set() -> None:
    """A step that ends in order may have failed all the same."""
    with capture() as told, sg.case("O-17"), sg.step("Check order") as step:
        step.outcome = "failure"
    assert _endings(told)[-1] == ("step.complete", "failure", None)


@pytest.mark.parametrize(
    ("error", "outcome", "named"),
    [
        (ValueError("O-17 of Anna"), "error", "ValueError"),
        (CardDeclinedError(), "error", f"{__name__}.CardDeclinedError"),
        (TimeoutError(), "timeout", "TimeoutError"),
        (asyncio.CancelledError(), "cancellation", "asyncio.exceptions.CancelledError"),
        (KeyboardInterrupt(), "cancellation", "KeyboardInterrupt"),
    ],
)
@pytest.mark.parametrize("brief", [False, True])
def test_an_exception_is_told_and_passes(error: BaseException, outcome: str, named: str, brief: bool) -> None:
    """The abort has the class of the error and never its message; the very exception reaches the caller."""
    with capture() as told, sg.case("O-17"), pytest.raises(type(error)) as caught, sg.step("Charge", brief=brief):
        raise error
    assert caught.value is error
    assert _endings(told)[-1] == ("step.abort", outcome, named)
    assert "Anna" not in str(told)


def test_a_set_outcome_outlives_an_exception() -> None:
    """What the service said of the outcome holds, also when an exception follows."""

    def cancel(step: sg.Step) -> None:
        step.outcome = "cancellation"
        raise ValueError

    with capture() as told, sg.case("O-17"), pytest.raises(ValueError), sg.step("Charge") as step:
        cancel(step)
    assert _endings(told)[-1][:2] == ("step.abort", "cancellation")


def test_a_brief_step_costs_one_event() -> None:
    """A quick machine step is told once, at its end."""
    with capture() as told, sg.case("O-17"), sg.step("Allocate", brief=True, channel="web") as step:
        step.cost("cpu_seconds", 1.2, "s")
        assert told == []
    [event] = told
    assert (event["type"], event["data"]["lifecycle"], event["data"]["outcome"]) == (
        "step.instant",
        "instant",
        "success",
    )
    assert event["data"]["cost"] == [{"driver": "cpu_seconds", "quantity": 1.2, "unit": "s"}]


def test_what_is_known_late_stands_in_the_ending() -> None:
    """Costs, notes and attempts told while working are on the ending; a note replaces what the step began with."""
    with capture() as told, sg.case("O-17"), sg.step("Charge", attempt=1, channel="web", card="old") as step:
        step.note(card="new", error="none")
        step.cost("calls", 2, "1")
        step.cost("calls", 3, "1")
        step.attempt = 2
    start, end = (event["data"] for event in told)
    assert (start["card"], start["attempt"], end["card"], end["attempt"]) == ("old", 1, "new", 2)
    assert [cost["quantity"] for cost in end["cost"]] == [2, 3]
    assert end["channel"] == "web"


def test_a_step_may_end_in_another_process() -> None:
    """Start and complete pair by the instance alone; what was not begun here has no start here."""
    with capture() as told, sg.case("O-17"):
        kept = sg.step("Check order", performer=sg.human()).start().instance_id
        sg.step("Check order", performer=sg.human(), queued=kept).complete("failure")
    assert [event["type"] for event in told] == ["step.start", "step.complete"]
    assert {event["data"]["step.instance_id"] for event in told} == {kept}
    assert len({event["id"] for event in told}) == 2


def test_work_may_be_assigned_rest_and_go_on() -> None:
    """Every lifecycle of a person's work can be told, and who took it performs it from then on."""
    with capture(pseudonym_key=b"0123456789abcdef") as told, sg.case("O-17"):
        step = sg.step("Check order", performer=sg.human(role="Operations"))
        step.assign(sg.human("anna", role="Operations"))
        step.start()
        step.suspend()
        step.resume()
        step.abort("timeout", error_type="nobody came")
    assert [e["data"]["lifecycle"] for e in told] == ["assign", "start", "suspend", "resume", "abort"]
    assert len({e["data"]["performer.id"] for e in told}) == 1
    assert told[-1]["data"]["error.type"] == "nobody came"


def test_a_decorated_function_is_a_step_on_every_call() -> None:
    """Each call is an execution of its own; name, signature and result of the function stay."""

    @sg.step("Check order", channel="web")
    def check(order: str, *, strict: bool = False) -> str:
        """Look at it."""
        return f"{order} {strict}"

    with capture() as told, sg.case("O-17"):
        assert check("a", strict=True) == "a True"
        assert check("b") == "b False"
    assert (check.__name__, check.__doc__) == ("check", "Look at it.")
    assert [e["data"]["lifecycle"] for e in told] == ["start", "complete"] * 2
    assert len({e["data"]["step.instance_id"] for e in told}) == 2


def test_an_async_function_is_a_step_until_it_returns() -> None:
    """The completion is told after the awaited work, and an exception in it is an abort."""

    @sg.step("Charge")
    async def charge(fails: bool) -> int:
        await asyncio.sleep(0)
        if fails:
            raise CardDeclinedError
        return 7

    async def work() -> None:
        async with sg.case("O-17"), sg.step("Outer"):
            assert await charge(False) == 7
            with pytest.raises(CardDeclinedError):
                await charge(True)

    with capture() as told:
        asyncio.run(work())
    names = [(e["data"]["step.name"], e["data"]["lifecycle"]) for e in told]
    assert names == [
        ("Outer", "start"), ("Charge", "start"), ("Charge", "complete"), ("Charge", "start"), ("Charge", "abort"),
        ("Outer", "complete"),
    ]  # fmt: skip


def test_an_ending_is_told_once() -> None:
    """A step that was completed by hand is not completed again by leaving it; a second ending is misuse."""
    with capture() as told, sg.case("O-17"), sg.step("Check") as step:
        step.complete("failure")
        step.abort()
    assert _endings(told) == [("step.start", None, None), ("step.complete", "failure", None)]
    assert sg.notices() == {"ended twice": 1}


@pytest.mark.parametrize("quantity", [math.nan, math.inf, "much", None, True])
def test_a_cost_is_a_finite_number(quantity: float) -> None:
    """What measures nothing is not told, and said once."""
    with capture() as told, sg.case("O-17"), sg.step("Check") as step:
        step.cost("cpu_seconds", quantity, "s")
    assert "cost" not in told[-1]["data"]
    assert sg.notices() == {"unknown quantity": 1}
