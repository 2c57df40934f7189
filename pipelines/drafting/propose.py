"""Profile → proposal: a trigger, outcomes, rework and echoes, each with the numbers that speak for it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from metrics.stream.section import OutcomeKind
from pipelines.drafting.profile import Profile, StepCount
from pipelines.drafting.text import percent
from pipelines.drafting.words import is_approval, is_correction, is_rejection, outcome_kind_of, plain

_MOST_OUTCOMES = 3
_FEWEST_ENDS = 0.005  # a step that ends fewer cases is not proposed as their completed outcome
_CLEAR_START = 0.5
_ALSO_STARTS = 0.05
_CLEAR_END = 0.6
_MOSTLY_LAST = 0.5
_ENDS_FOR_GOOD = 0.9  # a step this often the last of its cases ends them wherever it stands
_ECHO = 0.5


@dataclass(frozen=True, slots=True)
class OutcomeDraft:
    """An outcome; `is_last_only` asks for the step to be the case's last. No steps: the last event, whatever it is."""

    name: str
    kind: OutcomeKind
    steps: tuple[str, ...]
    is_last_only: bool
    why: str


@dataclass(frozen=True, slots=True)
class Echo:
    """A rejecting step that mostly comes right after another one."""

    step: str
    after: tuple[str, ...]
    share: float


def triggers_of(profile: Profile) -> list[StepCount]:
    """The most frequent first step, with others that begin many cases; none when none begins half of them."""
    firsts = sorted(profile.steps, key=lambda step: (-step.first_in, step.name))
    if not firsts or firsts[0].first_in < _CLEAR_START * profile.cases:
        return []
    return [step for step in firsts if step.first_in >= _ALSO_STARTS * profile.cases]


def outcomes_of(profile: Profile) -> list[OutcomeDraft]:
    """What seems to end a case, the completed outcomes first; never empty."""
    ends = sorted((step for step in profile.steps if step.last_in), key=lambda step: -step.last_in)
    kinds = {step.name: outcome_kind_of(step.name) for step in ends}
    done = [step for step in ends if kinds[step.name] == "completed" and _is_end(step, profile)][:_MOST_OUTCOMES]
    if ends and kinds[ends[0].name] is None and ends[0].last_in >= _CLEAR_END * profile.cases:
        done.insert(0, ends[0])
    drafts = [_completed(step, profile, kinds[step.name] is not None) for step in done]
    for kind in ("rejected", "cancelled", "abandoned"):
        chosen = [step for step in ends if kinds[step.name] == kind]
        if chosen:
            cases = sum(step.last_in for step in chosen)
            why = f"{_share(cases, profile)} end with one of these, by their names {kind}"
            drafts.append(OutcomeDraft(kind, kind, tuple(step.name for step in chosen), True, why))
    if not done:
        why = "no step is clearly the end: the last event of a case stands for its outcome, so no case is ever open"
        drafts.append(OutcomeDraft("ended", "completed", (), False, why))
    return _with_own_names(drafts)


def rejections_of(profile: Profile) -> list[StepCount]:
    """Steps whose name says that work was refused or sent back."""
    return [step for step in profile.steps if is_rejection(step.name)]


def corrections_of(profile: Profile) -> list[StepCount]:
    """Steps whose name says that they mend."""
    return [step for step in profile.steps if is_correction(step.name)]


def repeated_steps_of(profile: Profile) -> list[StepCount]:
    """Steps that occur more than once in a case, most cases first."""
    return sorted((step for step in profile.steps if step.repeated_in), key=lambda step: (-step.repeated_in, step.name))


def echoes_of(profile: Profile) -> list[Echo]:
    """Rejecting steps of which most come right after another rejecting step: likely one refusal told twice."""
    rejecting = {step.name: step.rows for step in rejections_of(profile)}
    found = []
    for name, rows in rejecting.items():
        before = {a: times for (a, b), times in profile.pairs.items() if b == name and a != name and a in rejecting}
        share = sum(before.values()) / rows
        if share >= _ECHO:
            found.append(Echo(name, tuple(sorted(before)), share))
    return found


def passing_step_of(profile: Profile, outcomes: list[OutcomeDraft]) -> str | None:
    """The step that shows a refused case is back to normal: the last approval before the end, else the outcome."""
    approvals = [
        step for step in profile.steps if is_approval(step.name) and step.cases >= _CLEAR_START * profile.cases
    ]
    if approvals:
        return max(approvals, key=lambda step: step.mean_position).name
    return next((outcome.steps[0] for outcome in outcomes if outcome.kind == "completed" and outcome.steps), None)


def mending_steps_of(profile: Profile) -> list[str]:
    """Steps that start a case over right after a rejection: what was refused has been mended."""
    rejecting = {step.name for step in rejections_of(profile)}
    after = {step for (before, step), _ in profile.pairs.items() if before in rejecting}
    return [step.name for step in triggers_of(profile) if step.name in after]


def _is_end(step: StepCount, profile: Profile) -> bool:
    """Does it end a fair share of all cases, and most of those it occurs in?"""
    return step.last_in >= _FEWEST_ENDS * profile.cases and step.last_in >= _MOSTLY_LAST * step.cases


def _completed(step: StepCount, profile: Profile, is_told: bool) -> OutcomeDraft:
    is_final = step.last_in >= min(_ENDS_FOR_GOOD * step.cases, _CLEAR_END * profile.cases)
    told = "its name says so" if is_told else "a guess: it is the most frequent last step, its name says nothing"
    last = percent(step.last_in, step.cases)
    why = f"{_share(step.last_in, profile)} end with it. It is last in {last} of those it occurs in; {told}"
    return OutcomeDraft(_identifier(step.name), "completed", (step.name,), not is_final, why)


def _share(cases: int, profile: Profile) -> str:
    return f"{percent(cases, profile.cases)} of {profile.cases:,} cases"


def _identifier(name: str) -> str:
    text = re.sub(r"[^a-z0-9]+", "_", plain(name)).strip("_")[:40].strip("_")
    return text if re.match(r"[a-z]", text) else "completed"


def _with_own_names(drafts: list[OutcomeDraft]) -> list[OutcomeDraft]:
    seen: set[str] = set()
    renamed = []
    for number, draft in enumerate(drafts, 1):
        name = draft.name if draft.name not in seen else f"{draft.name}_{number}"
        seen.add(name)
        renamed.append(OutcomeDraft(name, draft.kind, draft.steps, draft.is_last_only, draft.why))
    return renamed
