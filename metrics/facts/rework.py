"""What counts as rework, as SQL conditions on coded steps. The stream file's policy, written once.

Kinds (after edeaR's self-loop and repetition, and Minit's loops): *self-loop* a step repeated at once, *loop* repeated
later, *rejection* and *correction* named by the stream file, *reopen* other work after the outcome. Technical retries
(attempt > 1) are no rework, and neither is repetition on the allow-list; both are counted apart.
"""

from __future__ import annotations

from dataclasses import dataclass

from metrics.facts.dictionary import Dictionary, is_one_of
from metrics.stream.model import Stream

_WORD_BITS = 62
_LONG_BITS = 126


@dataclass(frozen=True, slots=True)
class ReworkPolicy:
    """SQL conditions on one coded step row."""

    rejection: str
    correction: str
    repeatable: str
    allowed: str
    highest_step: int

    def repeats(self, condition: str) -> str:
        """SQL aggregate: visits beyond the first of each step, over rows where the condition holds.

        Distinct steps are counted in a bit mask, several times cheaper than count(DISTINCT) on integers this small.
        """
        if condition == "FALSE":
            return "0::BIGINT"
        if self.highest_step > _LONG_BITS:
            return f"(count(*) FILTER ({condition}) - count(DISTINCT step_code) FILTER ({condition}))"
        kind = "BIGINT" if self.highest_step <= _WORD_BITS else "HUGEINT"
        mask = f"bit_or(1::{kind} << step_code) FILTER ({condition})"
        return f"(count(*) FILTER ({condition}) - coalesce(bit_count({mask}), 0))"


def count_where(condition: str) -> str:
    """SQL aggregate: rows where the condition holds; no aggregate at all where it never can."""
    return "0::BIGINT" if condition == "FALSE" else f"count(*) FILTER ({condition})"


def rework_policy(stream: Stream, dictionary: Dictionary) -> ReworkPolicy:
    """The conditions of a stream's rework section."""
    rework = stream.rework
    steps = dictionary.known("step")
    allowed = dictionary.of("step", (item.step for item in rework.allowed))
    named = set(dictionary.of("step", (*rework.rejections, *rework.corrections)))
    if rework.repeats == "any":
        repeatable = set(steps.values()) - named
    elif rework.repeats == "none":
        repeatable = set()
    else:
        repeatable = set(dictionary.of("step", rework.repeats))

    def first_try(codes: set[int]) -> str:
        return f"({is_one_of('step_code', sorted(codes))} AND coalesce(attempt, 1) = 1)" if codes else "FALSE"

    return ReworkPolicy(
        rejection=dictionary.member("step_code", "step", rework.rejections),
        correction=dictionary.member("step_code", "step", rework.corrections),
        repeatable=first_try(repeatable - set(allowed)),
        allowed=first_try(set(allowed)),
        highest_step=max(steps.values(), default=0),
    )
