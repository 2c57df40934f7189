"""Spells of working time: where counting begins, and where nothing is known any more."""

from __future__ import annotations

import datetime as dt

from metrics.working.spells import spells_of
from tests.metrics.working import OFFICE, stream_with


def test_counting_begins_with_nothing() -> None:
    """Before the first spell nothing was worked, in hours and in days; each later one has what came before it."""
    found = list(spells_of(stream_with(OFFICE), dt.date(2026, 6, 8), dt.date(2026, 6, 10)))
    assert (found[0].worked_us, found[0].worked_days) == (0, 0.0)
    told = [spell for spell in found if spell.worked_us is not None]
    worked = 0
    for spell in told:
        assert (spell.worked_us, spell.worked_days) == (worked, worked / spell.day_us)
        worked += spell.until_us - spell.from_us
    assert worked == 2 * told[0].day_us
    assert (found[-1].worked_us, found[-1].worked_days) == (None, None)
    assert (found[-1].from_us - found[0].from_us) == 2 * 24 * 3_600_000_000
