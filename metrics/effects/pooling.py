"""Groups of observations taken together again, cut by days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

import numpy as np

from metrics.metric import Bounds, Observations
from metrics.observe import ObservedGroup
from metrics.periods import Period


def pool(groups: Iterable[ObservedGroup], period: Period) -> Observations:
    """The observations of all these groups in a period, as if they had never been apart.

    By day, then by value, so that the order of groups cannot show in any sum.
    """
    parts = [group.within(period) for group in groups]
    if len(parts) == 1:
        return parts[0]
    first, until = period.first_on.toordinal(), period.until_on.toordinal()
    if not parts:
        return Observations(np.empty(0, np.int64), np.empty(0), np.empty(0), np.empty(0, np.bool_), first, until)
    day, amount, base, complete = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("day", "amount", "base", "complete")
    )
    order = np.lexsort((base, amount, day))
    bounds = _bounds([part.bounds for part in parts])
    return Observations(
        day[order], amount[order], base[order], complete[order], first, until, bounds and bounds.cut(order)
    )


def _bounds(parts: list[Bounds | None]) -> Bounds | None:
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return Bounds(*(np.concatenate([getattr(part, field.name) for part in known]) for field in fields(Bounds)))
