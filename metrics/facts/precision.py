"""How precisely times are told, as SQL: a time told to a precision lies somewhere from it until that much later.

A day is one of the stream's zone: from the time told until the wall clock shows the same time on the next day, so the
day on which summer time begins has 23 hours. NULL is exact to the microsecond.
"""

from __future__ import annotations

from collections.abc import Callable

from metrics.facts.dictionary import Dictionary, case_when
from metrics.query import literal
from metrics.stream.model import Stream
from metrics.stream.source import Precision

EXACT = "NULL::BIGINT"
_LENGTHS: dict[Precision, int] = {"second": 1_000_000, "minute": 60_000_000, "hour": 3_600_000_000}
_CODES: dict[Precision, int] = {"exact": 0, "second": 1, "minute": 2, "hour": 3, "day": 4}


def precision_of_step(stream: Stream, dictionary: Dictionary) -> str:
    """SQL for the code of the precision to which a step's times are told, of coded steps."""
    told = stream.source.precision_by_step
    branches = [
        (
            dictionary.member("step_code", "step", [step for step, named in told.items() if named == precision]),
            str(code),
        )
        for precision, code in _CODES.items()
    ]
    return case_when(branches, str(_CODES[stream.source.precision]))


def within_us(stream: Stream) -> Callable[[str, str], str]:
    """A function from an instant and the code of its precision (SQL) to how far it may lie after what was told."""
    source = stream.source

    def after(instant: str, code: str) -> str:
        lengths = {**{name: str(length) for name, length in _LENGTHS.items()}, "day": _day(instant, stream.time_zone)}
        if not source.precision_by_step:
            length = lengths.get(source.precision)
            return EXACT if length is None else f"CASE WHEN {instant} IS NOT NULL THEN {length} END"
        return case_when([(f"{code} = {_CODES[name]}", length) for name, length in lengths.items()], EXACT)

    return after


def _day(instant: str, zone: str) -> str:
    """Microseconds from an instant until its wall clock shows the same on the next day."""
    local = f"(({instant} AT TIME ZONE 'UTC') AT TIME ZONE {literal(zone)})"
    return f"(epoch_us(({local} + INTERVAL 1 DAY) AT TIME ZONE {literal(zone)}) - epoch_us({instant}))"
