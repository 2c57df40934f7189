"""One execution of a step: its beginning, its rests and its end, told as they happen and as a span.

Knows what is told of it; how an event reaches the outbox stands in `telling`, how a span is kept in `span`.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from functools import wraps
from types import TracebackType
from typing import Any, NamedTuple, ParamSpec, TypeVar, cast

from streamgauge.context import current_case
from streamgauge.errors import OutboxError
from streamgauge.handoff import Ticket
from streamgauge.instant import Instant, to_ns
from streamgauge.instrument import Instrument, current
from streamgauge.notices import warn_once
from streamgauge.passing import outcome_of, type_of
from streamgauge.performer import Performer, facts_of
from streamgauge.span import StepSpan
from streamgauge.telling import facts_about, is_attempt, is_word, own_facts, tell, traceparent_of

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class Plan(NamedTuple):
    """What a step was called with; a decorated function makes a Step of it on every call."""

    name: str
    performer: Performer
    queued: Ticket | str | None
    attempt: int | None
    brief: bool
    at: Instant | None
    required: bool | None
    rework: dict[str, object]
    attributes: dict[str, object]


class Step:
    """One execution of a step: use it with `with`, `async with`, as a decorator, or call `start` and `complete`.

    Where start and complete happen in different processes, keep `instance_id` and give it as `queued` to the second.
    """

    __slots__ = (
        "_attempt", "_ending", "_facts", "_instrument", "_is_ended", "_is_told", "_outcome", "_plan", "_span",
        "_traceparent", "instance_id",
    )  # fmt: skip

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        queued = plan.queued
        self._instrument: Instrument = current()
        self.instance_id = (queued.instance_id if isinstance(queued, Ticket) else queued) or self._new_id()
        self._facts: dict[str, object] | None = None
        self._is_told = False
        self._ending: dict[str, object] = {}
        self._outcome: str | None = None
        self._span: StepSpan | None = None
        self._traceparent: str | None = None
        self._is_ended = False
        self._attempt: int | None = None
        if plan.attempt is not None:
            self.attempt = plan.attempt

    @property
    def attempt(self) -> int | None:
        """Technical try of the same execution, 1 is the first; None where nobody counts."""
        return self._attempt

    @attempt.setter
    def attempt(self, attempt: int) -> None:
        if is_attempt(attempt):
            self._attempt = attempt

    @property
    def outcome(self) -> str | None:
        """Result of the step, None until it is set or the step ends."""
        return self._outcome

    @outcome.setter
    def outcome(self, outcome: str) -> None:
        if is_word("outcome", outcome):
            self._outcome = outcome

    def cost(self, driver: str, quantity: float, unit: str) -> None:
        """Add a quantity the step used up, e.g. `cost("cpu_seconds", 1.2, "s")`; its ending event tells it."""
        if isinstance(quantity, bool) or not isinstance(quantity, int | float) or not math.isfinite(quantity):
            warn_once("unknown cost", f"cost({driver!r}, {quantity!r}) is not told; expected a finite number")
            return
        costs = self._ending.setdefault("cost", [])
        cast("list[object]", costs).append({"driver": str(driver), "quantity": quantity, "unit": str(unit)})

    def note(self, **attributes: object) -> None:
        """Add attributes that are known only while working; the ending event tells them."""
        self._ending.update(own_facts(attributes))

    def start(self, at: Instant | None = None) -> Step:
        """Tell that work begins now, or began at `at`."""
        self._open(at, is_current=False)
        return self

    def assign(self, performer: Performer | None = None, at: Instant | None = None) -> None:
        """Tell that somebody took the waiting step upon themselves, and has not begun."""
        more = {} if performer is None else facts_of(performer, self._instrument.pseudonym_key)
        self._tell("assign", to_ns(at, self._instrument.clock), dict(more))

    def suspend(self, at: Instant | None = None) -> None:
        """Tell that work rests: nobody is at it until `resume`."""
        self._tell("suspend", to_ns(at, self._instrument.clock), {})

    def resume(self, at: Instant | None = None) -> None:
        """Tell that work goes on after `suspend`."""
        self._tell("resume", to_ns(at, self._instrument.clock), {})

    def complete(self, outcome: str | None = None, at: Instant | None = None) -> None:
        """Tell that work ended, with success where no outcome is set."""
        if outcome is not None:
            self.outcome = outcome
        self._end("instant" if self._plan.brief else "complete", self._outcome or "success", at)

    def abort(self, outcome: str | None = None, error_type: str | None = None, at: Instant | None = None) -> None:
        """Tell that work was given up, with outcome `error` where none is set; `error_type` has few distinct values."""
        if outcome is not None:
            self.outcome = outcome
        if error_type:
            self._ending["error.type"] = str(error_type)
        self._end("abort", self._outcome or "error", at)

    def skip(self, at: Instant | None = None) -> None:
        """Tell that the step was not needed."""
        self._end("skip", "skip", at)

    def __enter__(self) -> Step:
        self._open(self._plan.at, is_current=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._is_ended:
            return
        if error is None:
            self.complete()
        else:
            self._fail(error)

    async def __aenter__(self) -> Step:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.__exit__(kind, error, at)

    def __call__(self, function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
        """Decorate a function, plain or async: every call is one execution of the step."""
        plan = self._plan

        if inspect.iscoroutinefunction(function):

            @wraps(function)
            async def execute_async(*args: Any, **kwargs: Any) -> Any:
                with Step(plan):
                    return await function(*args, **kwargs)

            return cast("Callable[Parameters, Result]", execute_async)

        @wraps(function)
        def execute(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
            with Step(plan):
                return function(*args, **kwargs)

        return execute

    def _open(self, at: Instant | None, is_current: bool) -> None:
        at_ns = to_ns(at, self._instrument.clock)
        self._span = StepSpan(self._instrument, self._plan.name, self._prepare(), at_ns, is_current)
        self._traceparent = traceparent_of(self._span.context)
        if self._plan.brief:
            return
        try:
            self._tell("start", at_ns, {})
        except OutboxError:
            self._close_span({"error.type": "OutboxError"}, at_ns, None)
            raise

    def _prepare(self) -> dict[str, object]:
        """What every event of this execution carries, in the case it is first told in."""
        if self._facts is None:
            plan, instrument = self._plan, self._instrument
            about = facts_about(instrument, current_case())
            self._is_told = about is not None
            self._facts = {
                **own_facts(plan.attributes),
                **(instrument.facts if about is None else about),
                "step.name": plan.name,
                "step.instance_id": self.instance_id,
                **facts_of(plan.performer, instrument.pseudonym_key),
                **plan.rework,
            }
        return self._facts

    def _tell(self, lifecycle: str, at_ns: int, more: dict[str, object]) -> str | None:
        facts = {**self._prepare(), "lifecycle": lifecycle, **more}
        if not self._is_told:
            return None
        if self._attempt is not None:
            facts["attempt"] = self._attempt
        trace = self._traceparent or traceparent_of()
        return tell(self._instrument, f"step.{lifecycle}", at_ns, facts, trace, self._plan.required)

    def _fail(self, error: BaseException) -> None:
        """Tell the abort by an exception that is passing through; a refusing outbox must not take its place."""
        self._ending["error.type"] = type_of(error)
        try:
            self.abort(self._outcome or outcome_of(error))
        except OutboxError as refused:
            warn_once("not stored", f"step.abort was not stored, and is lost: {refused}")
            error.add_note(f"streamgauge: step.abort was not stored: {refused}")

    def _end(self, lifecycle: str, outcome: str, at: Instant | None) -> None:
        if self._is_ended:
            warn_once("ended twice", f"step {self._plan.name!r} has ended before; a second ending is not told")
            return
        self._is_ended, self._outcome = True, outcome
        at_ns = to_ns(at, self._instrument.clock)
        ending = {**self._ending, "outcome": outcome}
        event_id = None
        try:
            event_id = self._tell(lifecycle, at_ns, ending)
        finally:
            self._close_span(ending, at_ns, event_id)

    def _close_span(self, facts: dict[str, object], at_ns: int, event_id: str | None) -> None:
        span, self._span = self._span, None
        if span is not None:
            outbox = self._instrument.outbox
            ending = None if event_id is None or outbox is None else (event_id, outbox.source)
            span.end(facts, at_ns, ending, "error.type" in facts)

    def _new_id(self) -> str:
        return self._instrument.new_id(self._instrument.clock())
