"""Families of comparisons: what a reader meets together is counted together (see `discovery`).

Segments of a quarter, releases, placebos, roll-outs and their checks are families, and their verdicts allow for it. A
headline number against the quarter before, or against the baseline, is asked for one by one: its adjusted p stands
beside it, its verdict is its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from metrics.discovery import Standing, adjust, temper
from metrics.effects.effect import Effect

_BY_LABEL = {"period": "changes of {}", "segment": "segments in {}", "baseline": "{} against the baseline"}
_WHOLE = {
    "release": "releases", "placebo": "placebo cuts", "rollout": "roll-outs", "pre_trend": "checks before roll-outs",
}  # fmt: skip
_ONE_BY_ONE = {"period", "baseline"}


def family_of(kind: str, label: str) -> str:
    """The family a comparison is counted in."""
    return _WHOLE[kind] if kind in _WHOLE else _BY_LABEL[kind].format(label)


def count_families(effects: Iterable[Effect]) -> Iterator[Effect]:
    """The same comparisons, in order, each with its standing among its family.

    A comparison without an interval claims nothing, so it is not counted.
    """
    told = list(effects)
    families: dict[str, list[int]] = defaultdict(list)
    for place, effect in enumerate(told):
        families[family_of(effect.place.kind, effect.place.label)].append(place)
    standings = {
        place: standing
        for family, members in families.items()
        for place, standing in zip(members, stand(family, [told[member].p for member in members]), strict=True)
    }
    return (_standing(effect, standings[place]) for place, effect in enumerate(told))


def stand(family: str, p_values: list[float | None]) -> list[Standing]:
    """The standing of each, in order."""
    tested = [p for p in p_values if p is not None]
    adjusted = iter(adjust(tested))
    return [Standing(family, len(tested), None if p is None else next(adjusted)) for p in p_values]


def _standing(effect: Effect, standing: Standing) -> Effect:
    found = effect.difference
    if effect.place.kind not in _ONE_BY_ONE:
        found = replace(found, verdict=temper(found.verdict, standing.adjusted_p))
    return replace(effect, difference=found, standing=standing)
