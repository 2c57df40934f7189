"""What counts as rework, as SQL conditions on coded steps. The stream file's policy, written once.

A visit is of one kind, the first that applies (after edeaR's self-loops and repetitions, and Minit's loops):

1. *rejection*, 2. *correction*: steps the stream file names
3. *self-loop*: a step done again at once, 4. *loop*: done again later. Either is a *repeat* when the same responsible
   did it the time before, a *redo* when another did, neither where that is not known
5. *backward*: a step done for the first time right after one that comes later on the stream file's list; rejections and
   corrections have no place on the way. Looked for only where it counts: else the list is the order of the map, and
   steps that may run side by side would look like moves back

Of a case besides: *reopen* other work after the outcome, *reversal* an outcome of another kind after the first.
Technical retries (attempt > 1) are no rework, and neither is repetition on the allow-list; both are counted apart.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from metrics.facts.dictionary import Dictionary, case_when, is_one_of
from metrics.stream.model import Stream
from metrics.stream.rework import Allowed

_WORD_BITS = 62
_LONG_BITS = 126
FIRST_TRY = "coalesce(attempt, 1) = 1"


@dataclass(frozen=True, slots=True)
class ReworkPolicy:
    """SQL conditions on one coded step row. `may_repeat` and `watched` hold for first tries only.

    Those that need it read `tries`, the number of the visit among the first tries of its step, and `is_at_once`, that
    nothing came between it and the visit before. A second visit that is `watched` makes a case worth a closer look.
    """

    rejection: str
    correction: str
    may_repeat: str
    allowed: str
    backward: str
    watched: str
    highest_step: int

    @property
    def repeated(self) -> str:
        """The visit does again what was done before, and should not have to."""
        return _both(self.may_repeat, f"tries > 1 AND NOT {self.allowed}")

    @property
    def allowed_repeat(self) -> str:
        """The visit would be rework but for the allow-list."""
        return "FALSE" if self.allowed == "FALSE" else _both(self.may_repeat, f"tries > 1 AND {self.allowed}")

    @property
    def kind(self) -> str:
        """SQL for the kind of rework of a visit; NULL when it is none."""
        return case_when(
            [
                (self.rejection, "'rejection'"), (self.correction, "'correction'"),
                (_both(self.repeated, "is_at_once"), "'self_loop'"), (self.repeated, "'loop'"),
                (_both(self.backward, "tries = 1"), "'backward'"),
            ],
            "NULL::VARCHAR",
        )  # fmt: skip

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


def any_of(conditions: Iterable[str]) -> str:
    """SQL condition: one of these holds; FALSE where none ever can."""
    possible = [condition for condition in conditions if condition != "FALSE"]
    return "(" + " OR ".join(possible) + ")" if possible else "FALSE"


def rework_policy(stream: Stream, dictionary: Dictionary) -> ReworkPolicy:
    """The conditions of a stream's rework section."""
    rework = stream.rework
    steps = dictionary.known("step")
    named = set(dictionary.of("step", (*rework.rejections, *rework.corrections)))
    if rework.repeats == "any":
        repeatable = set(steps.values()) - named
    elif rework.repeats == "none":
        repeatable = set()
    else:
        repeatable = set(dictionary.of("step", rework.repeats))
    ranks = _ranks(stream, dictionary)
    return ReworkPolicy(
        rejection=dictionary.member("step_code", "step", rework.rejections),
        correction=dictionary.member("step_code", "step", rework.corrections),
        may_repeat=_first_try(repeatable),
        allowed=_allowed(stream, dictionary),
        backward=_moves_back(ranks),
        watched=_first_try(repeatable | set(ranks)),
        highest_step=max(steps.values(), default=0),
    )


def _first_try(codes: set[int]) -> str:
    return f"({is_one_of('step_code', sorted(codes))} AND {FIRST_TRY})" if codes else "FALSE"


def _both(one: str, other: str) -> str:
    return "FALSE" if one == "FALSE" else f"({one} AND {other})"


def _ranks(stream: Stream, dictionary: Dictionary) -> dict[int, int]:
    """Step code → place on the way, where moves back count and at least two listed steps occur."""
    if "backward" not in stream.rework.counted:
        return {}
    off_the_way = {*stream.rework.rejections, *stream.rework.corrections}
    known = dictionary.known("step")
    places = [known[step.name] for step in stream.steps if step.name in known and step.name not in off_the_way]
    return {code: place for place, code in enumerate(places)} if len(places) > 1 else {}


def _moves_back(ranks: dict[int, int]) -> str:
    if not ranks:
        return "FALSE"

    def place_of(column: str) -> str:
        return case_when([(f"{column} = {code}", str(place)) for code, place in ranks.items()], "NULL")

    later = f"({place_of('previous_step_code')}) > ({place_of('step_code')})"
    return f"({later} AND {FIRST_TRY})"


def _allowed(stream: Stream, dictionary: Dictionary) -> str:
    """SQL condition: the entry of the allow-list in force when the visit began lets it repeat."""
    by_step: dict[str, list[Allowed]] = {}
    for entry in stream.rework.allowed:
        by_step.setdefault(entry.step, []).append(entry)
    since = _first_instant(stream.time_zone)
    conditions = []
    for step, entries in by_step.items():
        newest_first = sorted(entries, key=lambda entry: entry.since or dt.date.min, reverse=True)
        branches = [(since(entry.since), _within(entry.at_most)) for entry in newest_first]
        in_force = case_when(branches, "FALSE")
        member = dictionary.member("step_code", "step", [step])
        conditions.append(_both(member, f"({in_force})"))
    return any_of(conditions)


def _within(at_most: int | None) -> str:
    return "TRUE" if at_most is None else f"tries <= {at_most + 1}"


def _first_instant(time_zone: str) -> Callable[[dt.date | None], str]:
    """A function from a local day to the SQL condition that a visit began on it or later."""

    def since(day: dt.date | None) -> str:
        if day is None:
            return "TRUE"
        begins = dt.datetime.combine(day, dt.time(), ZoneInfo(time_zone)).timestamp()
        return f"epoch_us(happened_at) >= {round(begins * 1_000_000)}"

    return since
