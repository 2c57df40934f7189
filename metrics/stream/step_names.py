"""The steps a stream file names, held against those its log showed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from metrics.errors import StreamFileError, suggest
from metrics.stream.model import Stream
from metrics.stream.parse import line_of


def check_steps(stream: Stream, known: Iterable[str], text: str, path: str = "stream.yaml") -> list[str]:
    """Hold the steps a stream file names against those the log showed. Returns the names not seen yet.

    A rare step may simply not have occurred so far, so only a likely slip is refused: a name close to a step that
    nothing in the file names, one missing from the file's own list of steps, or triggers none of which ever occurred.

    Raises:
        StreamFileError: names the line and the nearest known step.
    """
    seen, named = set(known), list(dict.fromkeys(_named_steps(stream)))
    listed = {step.name for step in stream.steps}
    unnamed = seen - set(named)
    unseen = [name for name in named if name not in seen]
    for name in unseen:
        slip = difflib.get_close_matches(name, unnamed, n=1, cutoff=0.8)
        if slip or (listed and name not in listed):
            hint = f" Did you mean {slip[0]!r}?" if slip else suggest(name, listed | seen)
            message = f"the step {name!r} never occurs in the log.{hint}"
            raise StreamFileError(message, path=path, line=line_of(name, text))
    triggers = stream.trigger.steps
    if triggers and not seen & set(triggers):
        hint = suggest(triggers[0], seen)
        message = f"no case can begin: the trigger {triggers[0]!r} never occurs in the log.{hint}"
        raise StreamFileError(message, path=path, line=line_of(triggers[0], text))
    return unseen


def _named_steps(stream: Stream) -> Iterable[str]:
    yield from stream.trigger.steps
    for outcome in stream.outcomes:
        yield from (*outcome.steps, *outcome.last_steps)
    yield from (step.name for step in stream.steps)
    for echo in stream.ignore:
        yield from (echo.step, *echo.after)
    yield from stream.source.precision_by_step
    rework = stream.rework
    repeats = rework.repeats if isinstance(rework.repeats, tuple) else ()
    yield from (*rework.rejections, *rework.corrections, *repeats, *(a.step for a in rework.allowed))
    for rule in stream.failures:
        yield from (*rule.onset, *rule.detected, *rule.triaged, *rule.contained, *rule.remediated, *rule.steady)
    for watch in stream.incidents.watch:
        yield from watch.steps
    yield from (segment.count_of for segment in stream.segments.values() if segment.count_of)
