"""Groups of observations taken together again, cut by days."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from metrics.metric import Observations
from metrics.observe import ObservedGroup
from metrics.periods import Period


def pool(groups: Iterable[ObservedGroup], period: Period) -> Observations:
    """The observations of all these groups in a period, as if they had never been apart.

    By day, then by value, so that the order of groups cannot show in any sum.
    """
    parts = [group.within(period) for group in groups]
    if len(parts) == 1:
        return parts[0]
    nothing = Observations(
        np.empty(0, np.int64), np.empty(0), np.empty(0), np.empty(0, np.bool_),
        period.first_on.toordinal(), period.until_on.toordinal(),
    )  # fmt: skip
    if not parts:
        return nothing
    day, amount, base, complete = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("day", "amount", "base", "complete")
    )
    order = np.lexsort((base, amount, day))
    return Observations(day[order], amount[order], base[order], complete[order], nothing.first_day, nothing.until_day)
