"""Whose output was not usable as received, and whether failures of the steps come together."""

from __future__ import annotations

from dashboards.bundle import BundleData, MapStep
from dashboards.language import say, say_of
from dashboards.numbers import EN_DASH, Number, Scale, count, number
from dashboards.parts.card import Bar, Card, Cell, Column, Table
from dashboards.rows.accuracy import ROWS, Accuracy
from dashboards.wording import Sentence, brief

_SHOWN = 8
_MEANINGFUL = 0.01
_POINT = Scale("share", 100, 1, "%")


def accuracy_card(data: BundleData) -> Card:
    """The steps by how often their output was sent back, mended or done again."""
    judged = [step for step in data.steps if step.accurate_share is not None]
    ordered = sorted(judged, key=lambda step: (-_refused(step), step.position, step.step))
    failing = [step for step in ordered if _refused(step) > 0]
    columns = (
        Column(say("Step")), Column(say("To scale"), is_drawn=True), Column(say("Not usable as received"), True),
        Column(say("Share of visits"), True), Column(say("Visits"), True),
    )  # fmt: skip
    rows = tuple(_row(data, step, _refused(failing[0])) for step in failing[:_SHOWN])
    return Card(
        "accuracy", _title(data, failing),
        say("Visits whose output was sent back, mended or done again, by the step that gave it."), "value_stream",
        table=Table(columns, rows, max(0, len(failing) - _SHOWN)) if rows else None,
        empty=say("Every output was used as it came.") if judged else say("Nothing finished in it."),
        remarks=_together(data),
    )  # fmt: skip


def _refused(step: MapStep) -> float:
    return (1 - (step.accurate_share if step.accurate_share is not None else 1.0)) * step.visits


def _row(data: BundleData, step: MapStep, most: float) -> tuple[Cell, ...]:
    origin = f"value_stream/{data.period.key}/{step.step}"
    refused = round(_refused(step))
    return (
        brief(step.label or step.step), Bar.of(_refused(step), most, "bad"),
        count(refused, f"{origin}/(1 − accurate_share) × visits"),
        number(1 - (step.accurate_share or 0.0), "share", f"{origin}/1 − accurate_share"),
        count(step.visits, f"{origin}/visits"),
    )  # fmt: skip


def _title(data: BundleData, failing: list[MapStep]) -> str:
    if not failing:
        return say("No output of a step was refused") if data.steps else say("Nothing is known of outputs")
    return say("The output of “{step}” is refused most often", step=brief(failing[0].label or failing[0].step))


def _together(data: BundleData) -> tuple[Sentence, ...]:
    told = data.rows(ROWS)
    if not told:
        return ()
    return (_correlated(data, told[0]), *_nowhere(data, told[0]))


def _correlated(data: BundleData, found: Accuracy) -> Sentence:
    cases = data.stream.words.cases
    observed = number(found.observed_share, "share", "accuracy/observed_share", _POINT)
    rolled = number(found.rolled_share, "share", "accuracy/rolled_share", _POINT)
    seen = _with_range(found, observed)
    parts = {"cases": cases, "observed": seen.text, "rolled": rolled}
    if found.correlated_failure > _MEANINGFUL:
        text = say("{observed} of the {cases} were right first time; it would be {rolled} if steps failed "
                   "independently. Failures come together in the same {cases}.", **parts)  # fmt: skip
    elif found.correlated_failure < -_MEANINGFUL:
        text = say("{observed} of the {cases} were right first time; it would be {rolled} if steps failed "
                   "independently. Failures spread over more {cases} than that.", **parts)  # fmt: skip
    else:
        text = say("{observed} of the {cases} were right first time, about what it would be if steps failed "
                   "independently ({rolled}).", **parts)  # fmt: skip
    return Sentence(text, (*seen.numbers, rolled))


def _with_range(found: Accuracy, observed: Number) -> Sentence:
    if found.low is None or found.high is None:
        return Sentence(observed.text, (observed,))
    low = number(found.low, "share", "accuracy/low", _POINT)
    high = number(found.high, "share", "accuracy/high", _POINT)
    return Sentence(f"{observed} ({low.figure}{EN_DASH}{high})", (observed, low, high))


def _nowhere(data: BundleData, found: Accuracy) -> tuple[Sentence, ...]:
    if not found.refused_nowhere:
        return ()
    shown, words = count(found.refused_nowhere, "accuracy/refused_nowhere"), data.stream.words
    text = say_of(
        found.refused_nowhere, "{n} {case} was not right, and no step of it was refused.",
        "{n} {cases} were not right, and no step of them was refused.", n=shown, case=words.case, cases=words.cases,
    )  # fmt: skip
    return (Sentence(text, (shown,)),)
