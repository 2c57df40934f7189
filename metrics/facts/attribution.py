"""Which release caused a failure: what events told of it, else the stream file's window, else nobody knows.

Reads the episode itself and the calendar of releases, never what else was loaded: the same incident stays with the
same release whatever window of data is at hand.
"""

from __future__ import annotations

from metrics.facts.dictionary import case_when
from metrics.query import literal
from metrics.stream.model import Stream

NO_RELEASE = "none"
"""What an event tells as cause where it is known that no release was."""
_SECOND = 1_000_000


def release_within(stream: Stream, hours: float | None) -> str:
    """SQL for the latest release that was made at most so many hours before `detected_at`; NULL where there is none."""
    if hours is None:
        return "NULL::VARCHAR"
    length = round(hours * 3600 * _SECOND)
    latest_first = sorted(stream.releases, key=lambda release: release.at, reverse=True)
    instants = [(round(release.at.timestamp() * _SECOND), literal(release.version)) for release in latest_first]
    return case_when(
        [(f"epoch_us(detected_at) BETWEEN {at} AND {at + length}", version) for at, version in instants],
        "NULL::VARCHAR",
    )


def attribution_columns() -> str:
    """SQL for `caused_by_release` and `attributed_by` from `linked_release` (told) and `window_release` (ruled)."""
    return f"""CASE WHEN linked_release IS NULL THEN window_release
        WHEN linked_release <> {literal(NO_RELEASE)} THEN linked_release END AS caused_by_release,
    CASE WHEN linked_release IS NOT NULL THEN 'link' WHEN window_release IS NOT NULL THEN 'window' END
        AS attributed_by"""
