"""A sample of the cases behind a number: the same ones every time, whatever order the rows came in.

Knows subjects with amounts; knows no SQL and draws no lots: chance is a hash of the seed and the subject.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from metrics.explain.subjects import Subject
from metrics.metric import DURATIONS

OF_EACH = 3
AT_RANDOM = 5


@dataclass(frozen=True, slots=True)
class Sampled:
    """A subject and why it was picked."""

    why: str
    subject: Subject


def sample(subjects: Iterable[Subject], unit: str, value: float | None, seed: str) -> list[Sampled]:
    """Some subjects to look at, none twice: extremes, those nearest the reported `value`, and some at random.

    Durations and costs: the least, the most, the nearest to the value. Shares: some that count as 1 and some as 0, at
    random. Ratios: the largest amounts and the largest bases. `seed` names the number, so another period draws
    other cases and the same period the same.
    """
    known = [subject for subject in subjects if subject.amount is not None]
    drawn = sorted(known, key=lambda subject: _lot(seed, subject))
    picked: list[Sampled] = []
    taken: set[Subject] = set()
    for why, candidates, most in (*_choices(known, drawn, unit, value), ("at random", drawn, AT_RANDOM)):
        fresh = [subject for subject in candidates if subject not in taken][:most]
        taken.update(fresh)
        picked += [Sampled(why, subject) for subject in fresh]
    return picked


def _choices(
    known: Sequence[Subject], drawn: Sequence[Subject], unit: str, value: float | None
) -> list[tuple[str, Sequence[Subject], int]]:
    if unit in (*DURATIONS, "currency"):
        least, most = ("shortest", "longest") if unit in DURATIONS else ("cheapest", "dearest")
        near = [] if value is None else _by(known, lambda subject: abs(_amount(subject) - value))
        return [
            (least, _by(known, _amount), OF_EACH),
            (most, _by(known, lambda subject: -_amount(subject)), OF_EACH),
            ("nearest the value", near, OF_EACH),
        ]
    if unit == "share":
        return [
            ("counts as 1", [subject for subject in drawn if subject.amount == 1], OF_EACH),
            ("counts as 0", [subject for subject in drawn if subject.amount == 0], OF_EACH),
        ]
    if unit == "count":
        return []
    return [
        ("largest amount", _by(known, lambda subject: -_amount(subject)), OF_EACH),
        ("largest base", _by(known, lambda subject: -subject.base), OF_EACH),
    ]


def _by(subjects: Sequence[Subject], measure: Callable[[Subject], float]) -> list[Subject]:
    """By a measure; equals by subject and day, so that the order of rows decides nothing."""
    return sorted(subjects, key=lambda subject: (measure(subject), subject.subject, subject.observed_on))


def _amount(subject: Subject) -> float:
    assert subject.amount is not None  # the unknown were left out above
    return subject.amount


def _lot(seed: str, subject: Subject) -> bytes:
    return hashlib.sha256(f"{seed}\n{subject.subject}\n{subject.observed_on}".encode()).digest()
