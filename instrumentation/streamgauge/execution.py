"""One execution of a step: its beginning, its rests and its end, told as they happen and as a span.

Knows what is told of it; how an event reaches the outbox stands in `telling`, how a span is kept in `span`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import cast

from opentelemetry.util.types import AttributeValue

from streamgauge.attributes import PREFIX
from streamgauge.context import Case, current_case
from streamgauge.decorator import Parameters, Result, decorate
from streamgauge.errors import OutboxError
from streamgauge.facts import Facts, quote, write
from streamgauge.handoff import Ticket
from streamgauge.instant import Instant, to_ns
from streamgauge.instrument import current
from streamgauge.notices import warn_once
from streamgauge.passing import outcome_of, type_of
from streamgauge.performer import NOBODY, Performer, traits_of
from streamgauge.span import StepSpan, full_names
from streamgauge.telling import (
    ANYWHERE,
    OF_AN_ENDING,
    facts_about,
    is_attempt,
    is_quantity,
    is_word,
    own_of,
    tell,
    traceparent_of,
)

CASE, STREAM = PREFIX + "case.id", PREFIX + "stream.name"
STEP, INSTANCE, OUTCOME = PREFIX + "step.name", PREFIX + "step.instance_id", PREFIX + "outcome"


class Step:
    """One execution of a step; where another process completes it, give that `instance_id` as `queued`."""

    _case: Case | None = None
    _about: Facts | None = None  # what all events of the case say; empty where there is no case
    _base: Facts | None = None  # what all events of this execution say
    _traits = NOBODY
    _attempt: int | None = None
    _outcome: str | None = None
    _span: StepSpan | None = None
    _traceparent: str | None = None
    _is_ended = False

    def __init__(
        self, name: str, performer: Performer, queued: Ticket | str | None, attempt: int | None, brief: bool,
        at: Instant | None, required: bool | None, rework: Mapping[str, str], attributes: Mapping[str, object],
    ) -> None:  # fmt: skip
        self._instrument = instrument = current()
        ticket = queued.instance_id if isinstance(queued, Ticket) else queued
        self.name = name
        self.instance_id = ticket or instrument.new_id(instrument.clock())
        self._first_id = None if ticket else self.instance_id  # the event that begins an execution gives it its id
        self._performer, self._brief, self._at, self._required = performer, brief, at, required
        self._rework, self._attributes = rework, own_of(attributes, ANYWHERE)
        self._ending: dict[str, object] = {}
        if attempt is not None:
            self.attempt = attempt

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
        if is_quantity(quantity):
            told = {"driver": str(driver), "quantity": quantity, "unit": str(unit)}
            cast("list[object]", self._ending.setdefault("cost", [])).append(told)

    def note(self, **attributes: object) -> None:
        """Add attributes that are known only while working; the ending event tells them."""
        self._ending.update(own_of(attributes, OF_AN_ENDING))

    def start(self, at: Instant | None = None) -> Step:
        """Tell that work begins now, or began at `at`."""
        self._open(at, is_current=False)
        return self

    def assign(self, performer: Performer | None = None, at: Instant | None = None) -> None:
        """Tell that somebody took the waiting step upon themselves, and has not begun; they perform it from now on."""
        if performer is not None:
            self._performer, self._base = performer, None
        self._tell("assign", to_ns(at, self._instrument.clock))

    def suspend(self, at: Instant | None = None) -> None:
        """Tell that work rests: nobody is at it until `resume`."""
        self._tell("suspend", to_ns(at, self._instrument.clock))

    def resume(self, at: Instant | None = None) -> None:
        """Tell that work goes on after `suspend`."""
        self._tell("resume", to_ns(at, self._instrument.clock))

    def complete(self, outcome: str | None = None, at: Instant | None = None) -> None:
        """Tell that work ended, with success where no outcome is set."""
        if outcome is not None:
            self.outcome = outcome
        self._end("instant" if self._brief else "complete", self._outcome or "success", at)

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
        self._open(self._at, is_current=True)
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
        return decorate(function, self._again)

    def _again(self) -> Step:
        return Step(
            self.name, self._performer, None, self._attempt, self._brief, None, self._required, self._rework,
            self._attributes,
        )  # fmt: skip

    def _open(self, at: Instant | None, is_current: bool) -> None:
        instrument = self._instrument
        at_ns = instrument.clock() if at is None else to_ns(at, instrument.clock)
        self._prepare()
        self._span = span = StepSpan(instrument.tracer, self.name, self._span_attributes(), at_ns, is_current)
        self._traceparent = traceparent_of(span.context)
        if self._brief:
            return
        try:
            self._tell("start", at_ns)
        except OutboxError as refused:
            self._close_span(at_ns, None, {"error.type": type_of(refused)})
            raise

    def _prepare(self) -> Facts:
        """Write what all events of this execution say, in the case in which it is first told of."""
        instrument = self._instrument
        if self._about is None:
            self._case = current_case()
            self._about = facts_about(instrument, self._case)
        self._traits = traits_of(self._performer, instrument.pseudonym_key)
        rework = write(self._rework) if self._rework else ""
        names = f',"step.name":{quote(self.name)},"step.instance_id":{quote(self.instance_id)}'
        self._base = self._about + names + self._traits.facts + rework + write(self._attributes)
        return self._base

    def _span_attributes(self) -> dict[str, AttributeValue]:
        case, stream = self._case, self._instrument.stream
        names = {STEP: self.name, INSTANCE: self.instance_id, STREAM: stream}
        if case is not None:
            names[CASE], names[STREAM] = case.id, case.stream or stream
        rework = full_names(self._rework) if self._rework else {}
        return {**full_names(self._attributes), **names, **self._traits.attributes, **rework}

    def _tell(self, lifecycle: str, at_ns: int, ending: Facts = "") -> str | None:
        base = self._base or self._prepare()
        if not self._about:
            return None
        tries = "" if self._attempt is None else f',"attempt":{self._attempt}'
        facts = f'{base},"lifecycle":"{lifecycle}"{tries}{ending}'
        event_id, self._first_id = self._first_id, None
        trace = self._traceparent
        return tell(self._instrument, f"step.{lifecycle}", at_ns, facts, trace, self._required, event_id)

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
            warn_once("ended twice", f"step {self.name!r} has ended before; a second ending is not told")
            return
        self._is_ended, self._outcome = True, outcome
        at = self._at if at is None and self._brief else at
        at_ns = self._instrument.clock() if at is None else to_ns(at, self._instrument.clock)
        ending = f',"outcome":"{outcome}"'
        if self._ending:
            self._attributes = {n: v for n, v in self._attributes.items() if n not in self._ending}
            self._base, ending = None, ending + write(self._ending)
        event_id = None
        try:
            event_id = self._tell(lifecycle, at_ns, ending)
        finally:
            self._close_span(at_ns, event_id, self._ending)

    def _close_span(self, at_ns: int, event_id: str | None, facts: Mapping[str, object]) -> None:
        span, self._span = self._span, None
        if span is None:
            return
        attributes = full_names(facts) if facts else {}
        if self._outcome is not None:
            attributes[OUTCOME] = self._outcome
        outbox = self._instrument.outbox
        if event_id is not None and outbox is not None:
            attributes["cloudevents.event_id"], attributes["cloudevents.event_source"] = event_id, outbox.source
        span.end(at_ns, attributes)
