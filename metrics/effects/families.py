"""Families of comparisons: what a reader meets together is counted together (see `discovery`).

All segments of a quarter are one family, whatever the metric: whoever looks through them looks for anything that
moved. All releases of a metric are one, as a page shows them; so are placebos, roll-outs and the checks before these.
Their verdicts allow for the family. A headline number against the quarter before, or against the baseline, is asked for
one by one: its adjusted p stands beside it, its verdict is its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from metrics.discovery import Standing, adjust, temper
from metrics.effects.effect import Effect

_FAMILIES = {
    "period": "changes in {label}", "segment": "segments in {label}", "baseline": "{label} against the baseline",
    "release": "releases: {metric}", "placebo": "placebo cuts: {metric}", "rollout": "roll-outs: {metric}",
    "pre_trend": "checks before roll-outs: {metric}",
}  # fmt: skip
_ONE_BY_ONE = {"period", "baseline"}


def family_of(kind: str, label: str, metric: str) -> str:
    """The family a comparison is counted in."""
    return _FAMILIES[kind].format(label=label, metric=metric)


def count_families(effects: Iterable[Effect]) -> Iterator[Effect]:
    """The same comparisons, in order, each with its standing among its family.

    A comparison without an interval claims nothing, so it is not counted.
    """
    told = list(effects)
    families: dict[str, list[int]] = defaultdict(list)
    for place, effect in enumerate(told):
        families[family_of(effect.place.kind, effect.place.label, effect.metric.key)].append(place)
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
