"""Who is a machine and who a person: a kind for every performer of a log, with the reason in numbers."""

from __future__ import annotations

from dataclasses import dataclass

from metrics.stream.section import PerformerKind
from pipelines.drafting.profile import PerformerCount, Profile
from pipelines.drafting.text import percent
from pipelines.drafting.words import machine_word

_FEWEST_ROWS = 200  # below, hours and gaps say nothing
_EVERY_HOUR = 0.01  # uniform work would be 0.042 an hour
_EVERY_WEEKDAY = 0.07  # uniform work would be 0.143 a day
_INHUMAN_SECONDS = 1.0
_DATE_ONLY = 0.5  # times without an hour say nothing about hours and gaps
_FEW_NAMES = 3


@dataclass(frozen=True, slots=True)
class KindDraft:
    """One performer with the kind proposed, and why."""

    name: str
    kind: PerformerKind
    rows: int
    why: str


def kinds_of(profile: Profile) -> list[KindDraft]:
    """A kind for each performer (or role, or team, where the log has no performers), most active first."""
    return [_kind_of(count) for count in profile.performers]


def responsible_of(profile: Profile) -> tuple[str, str]:
    """Which column tells who is responsible, and why."""
    filled, distinct = profile.filled, profile.distinct
    if filled["performer"] and distinct["performer"] <= _FEW_NAMES < distinct["role"] and filled["role"]:
        return (
            "role",
            f"only {distinct['performer']} performers but {distinct['role']} roles: persons seem to be hidden",
        )
    for column in ("performer", "role", "team"):
        if filled[column] >= 0.5 * profile.rows:
            return (
                column,
                f"{percent(filled[column], profile.rows)} of rows name a {column}, {distinct[column]:,} different ones",
            )
    return "performer", "few rows or none tell who did it, so handoffs can hardly be counted"


def _kind_of(count: PerformerCount) -> KindDraft:
    if found := machine_word(count.name):
        kind: PerformerKind = "agent" if found[0] == "agent" else "system"
        return KindDraft(count.name, kind, count.rows, f"the name says {found[1]!r}")
    has_hours = count.rows >= _FEWEST_ROWS and count.midnight_share < _DATE_ONLY
    if has_hours and count.quietest_hour >= _EVERY_HOUR and count.quietest_weekday >= _EVERY_WEEKDAY:
        why = (
            f"active round the clock: {percent(count.quietest_hour, 1)} of its rows in its quietest hour, "
            f"{percent(count.quietest_weekday, 1)} on its quietest weekday"
        )
        return KindDraft(count.name, "system", count.rows, why)
    if has_hours and count.median_gap is not None and count.median_gap < _INHUMAN_SECONDS:
        return KindDraft(
            count.name, "system", count.rows, f"half its rows follow within {count.median_gap:.3g} seconds"
        )
    return KindDraft(count.name, "human", count.rows, "nothing speaks of a machine")
