"""What a handoff is, as SQL on coded steps: automated, manual and why, or unknown. Written once, for cases and steps.

A step is a handoff when its responsible differs from that of the step before. It is automated between two of system
and agent, manual where a person or an external party gives or takes, unknown otherwise; where an event told the mode,
that is it, whoever takes part. A handoff from or to a step that is counted in another case is counted there.

Why a person takes part, judged at the end where one stands (the receiving one where one receives); the first holds:

1. designed    the stream file says of the step why a person does it (`manual_on_purpose`)
2. fallback    the stream file gives the step to a system or an agent, and a person did it all the same
3. exception   the step is a rejection or a correction, or follows a step that told failure, error or timeout
4. designed    the event told the mode manual: the service itself passes this work on by hand
5. other       none of these
"""

from __future__ import annotations

from metrics.facts.dictionary import AUTOMATED, KIND_CODES, PERSONAL, Dictionary, case_when, is_one_of
from metrics.facts.noted import COUNTED_IN, HANDOFF_MODE, KIND, MODE_CODES
from metrics.facts.rework import count_where
from metrics.stream.model import Stream

NO_HANDOFF = 0
AUTOMATED_HANDOFF, UNKNOWN_HANDOFF = 1, 2
MANUAL = {"designed": 3, "fallback": 4, "exception": 5, "other": 6}
FAILED = ("failure", "error", "timeout")
_RECEIVES, _GIVES = is_one_of("kind", PERSONAL), is_one_of("previous_kind", PERSONAL)
_UNKNOWN, _HUMAN = KIND_CODES["unknown"], KIND_CODES["human"]
TO_HUMAN = f"handoff > {NO_HANDOFF} AND kind = {_HUMAN} AND {is_one_of('previous_kind', AUTOMATED)}"
"""SQL condition: work went from a system or an agent to a human."""
MAYBE_TO_HUMAN = (
    f"handoff > {NO_HANDOFF} AND (kind = {_HUMAN} AND previous_kind = {_UNKNOWN} "
    f"OR kind = {_UNKNOWN} AND {is_one_of('previous_kind', (_UNKNOWN, *AUTOMATED))})"
)
"""SQL condition: work may have gone from a system or an agent to a human, as a kind is unknown."""


def handoff_sql(stream: Stream, dictionary: Dictionary) -> str:
    """SQL for the code of the handoff with which a coded step began; 0 where there is none, or not in this case."""
    return case_when(_branches(stream, dictionary), _BY_KINDS)


def _branches(stream: Stream, dictionary: Dictionary) -> list[tuple[str, str]]:
    """Branches (condition, code) that can hold, before the kinds alone decide."""
    noted = dictionary.known(KIND)
    counts = f"is_handoff AND {pair_counted_sql(dictionary)}" if COUNTED_IN in noted else "is_handoff"
    automated, manual = (
        f"mode_code = {MODE_CODES[word]}" if HANDOFF_MODE in noted else "FALSE" for word in ("automated", "manual")
    )
    is_manual = f"({_either(manual, f'{_RECEIVES} OR {_GIVES}')})"
    reasons = [(reason, condition) for reason, condition in _reasons(stream, dictionary) if condition != "FALSE"]
    branches = [
        (f"NOT ({counts})", str(NO_HANDOFF)),
        (automated, str(AUTOMATED_HANDOFF)),
        *((f"{is_manual} AND {condition}", str(MANUAL[reason])) for reason, condition in reasons),
        (manual, str(MANUAL["designed"])),
    ]
    return [(condition, code) for condition, code in branches if condition != "FALSE"]


def _code_of(kind: int, previous_kind: int) -> int:
    """Of two known or unknown kinds, where nothing else is told."""
    if kind in PERSONAL or previous_kind in PERSONAL:
        return MANUAL["other"]
    return AUTOMATED_HANDOFF if kind in AUTOMATED and previous_kind in AUTOMATED else UNKNOWN_HANDOFF


# Looked up by position: for millions of rows far cheaper than the comparisons it stands for.
_KINDS = sorted(KIND_CODES.values())
_BY_KINDS = (
    f"({[_code_of(kind, previous_kind) for kind in _KINDS for previous_kind in _KINDS]})"
    f"[kind * {len(_KINDS)} + previous_kind + 1]"
)


def pair_counted_sql(dictionary: Dictionary) -> str:
    """SQL condition on a coded step: are it and the step before it both counted in this case?"""
    if COUNTED_IN not in dictionary.known(KIND):
        return "has_previous"
    return "(has_previous AND is_counted AND previous_is_counted)"


def handoff_counts(stream: Stream, dictionary: Dictionary) -> dict[str, str]:
    """Columns of a case and their SQL aggregates: how many of its steps began with such a handoff."""
    reachable = {code for _, code in _branches(stream, dictionary)} | {str(MANUAL["other"])}
    reasons = {
        f"{reason}_handoffs": count_where(f"handoff = {code}" if str(code) in reachable else "FALSE")
        for reason, code in MANUAL.items()
    }
    return {
        "automated_handoffs": count_where(f"handoff = {AUTOMATED_HANDOFF}"), **reasons,
        "manual_handoffs": " + ".join(reasons), "unknown_handoffs": count_where(f"handoff = {UNKNOWN_HANDOFF}"),
        "automated_to_human": count_where(TO_HUMAN), "maybe_automated_to_human": count_where(MAYBE_TO_HUMAN),
    }  # fmt: skip


def looks_back(stream: Stream, dictionary: Dictionary) -> dict[str, tuple[str, int]]:
    """What the reasons ask of earlier steps besides the usual: column to (expression, how many steps back)."""
    columns = {}
    if COUNTED_IN in dictionary.known(KIND):
        columns["previous_is_counted"] = ("is_counted", 1)
    if dictionary.of("outcome", FAILED):
        columns |= {"previous_outcome_code": ("outcome_code", 1), "outcome_code_before": ("outcome_code", 2)}
    return columns


def _reasons(stream: Stream, dictionary: Dictionary) -> list[tuple[str, str]]:
    """Why a manual handoff is one, and when that holds, in the order in which it is asked."""
    meant = [step.name for step in stream.steps if step.manual_on_purpose]
    given = [step.name for step in stream.steps if step.performer_kind in ("system", "agent")]
    mended = sorted({*stream.rework.rejections, *stream.rework.corrections})
    before = ("previous_outcome_code", "outcome_code_before")
    failed = [dictionary.member(column, "outcome", FAILED) for column in before]

    def at_person(names: list[str], also: tuple[str, str] = ("FALSE", "FALSE")) -> str:
        receiver, giver = (
            _either(dictionary.member(column, "step", names), more)
            for column, more in zip(("step_code", "previous_step_code"), also, strict=True)
        )
        if receiver == giver == "FALSE":
            return "FALSE"
        return f"CASE WHEN {_GIVES} AND NOT {_RECEIVES} THEN {giver} ELSE {receiver} END"

    fallback = at_person(given)
    return [
        ("designed", at_person(meant)),
        ("fallback", fallback if fallback == "FALSE" else f"({_RECEIVES} OR {_GIVES}) AND {fallback}"),
        ("exception", at_person(mended, (failed[0], failed[1]))),
    ]


def _either(one: str, other: str) -> str:
    wanted = [condition for condition in (one, other) if condition != "FALSE"]
    return " OR ".join(wanted) or "FALSE"
