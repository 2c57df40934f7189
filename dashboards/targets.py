"""How a target reads, and whether it is met: a state, a sign and words.

Knows numbers; knows no page. A target is told in the scale of the number it stands beside.
"""

from __future__ import annotations

from dashboards.language import say
from dashboards.numbers import Number, number

TARGET_SIGNS = {"hit": "✓", "miss": "○", "none": "–"}
"""The sign that stands with the state of a target, so that colour is never alone."""


def target_words(target: Number, value: Number | None, *, lower_is_better: bool) -> tuple[str, str]:
    """State ('hit', 'miss' or 'none') and words of a target."""
    if value is None:
        return "none", say("Target {target}", target=target)
    if value.value <= target.value if lower_is_better else value.value >= target.value:
        return "hit", say("Target {target} · Met", target=target)
    return "miss", say("Target {target} · Not met", target=target)


def target_number(metric: str, statistic: str, target: float, unit: str) -> Number:
    """A target in its own scale."""
    return number(target, unit, f"targets/{metric}/{statistic}/target")
