"""The current case follows the work: through calls, threads that copy it, and tasks; and never into another's."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from concurrent.futures import ThreadPoolExecutor

import streamgauge as sg
from streamgauge.testing import capture


def _case_id() -> str | None:
    case = sg.current_case()
    return None if case is None else case.id


def test_cases_nest() -> None:
    """Inside is the innermost; leaving it, also by an exception, gives the outer one back."""
    assert _case_id() is None
    with sg.case("outer"):
        try:
            with sg.case("inner"):
                assert _case_id() == "inner"
                raise ValueError
        except ValueError:
            assert _case_id() == "outer"
    assert _case_id() is None


def test_a_case_may_be_entered_again() -> None:
    """One Case object can be entered anew, nested in itself too."""
    case = sg.case("O-17")
    with case, case:
        assert _case_id() == "O-17"
    assert _case_id() is None
    with case:
        assert _case_id() == "O-17"


def test_ids_become_text() -> None:
    """A number is a fine case id; nothing and the empty text name no case, which is said once."""
    with sg.case(17):  # type: ignore[arg-type]
        assert _case_id() == "17"
    for empty in ("", None):
        with sg.case(empty):  # type: ignore[arg-type]
            assert _case_id() is None
    assert sg.notices() == {"empty case": 2}


def test_threads_do_not_share_a_case() -> None:
    """A new thread has no case; one that runs in a copy of the context has the copied one."""
    seen: list[str | None] = []
    with sg.case("O-17"):
        copied = contextvars.copy_context()
        for target in (lambda: seen.append(_case_id()), lambda: copied.run(lambda: seen.append(_case_id()))):
            thread = threading.Thread(target=target)
            thread.start()
            thread.join()
    assert seen == [None, "O-17"]


def test_tasks_keep_their_own_case() -> None:
    """Tasks that take turns never see each other's case, in no order of turns."""

    async def work(case_id: str) -> None:
        async with sg.case(case_id):
            for _ in range(5):
                await asyncio.sleep(0)
                with sg.step("Check", brief=True, of=case_id):
                    await asyncio.sleep(0)

    async def together() -> None:
        await asyncio.gather(*(work(f"O-{number}") for number in range(20)))

    with capture() as told:
        asyncio.run(together())
    assert len(told) == 100
    assert all(event["data"]["case.id"] == event["data"]["of"] for event in told)


def test_many_threads_tell_at_once() -> None:
    """Verbs are used from any thread, also with one Case object among them."""
    case = sg.case("O-17")

    def work(number: int) -> None:
        with case, sg.step("Check", number=number):
            pass

    with capture() as told, ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(200)))
    assert len(told) == 400
    assert sg.notices() == {}


def test_leaving_in_another_context_is_forgiven() -> None:
    """A generator closed elsewhere leaves a case that is not the innermost there: that is said, and changes nothing."""
    case = sg.case("O-17")
    contextvars.copy_context().run(case.__enter__)
    with sg.case("O-18"):
        case.__exit__(None, None, None)
        assert _case_id() == "O-18"
    case.__exit__(None, None, None)
    assert sg.notices() == {"case left elsewhere": 2}
