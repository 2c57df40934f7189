"""What a change is made of, by segment and as a whole."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """One segment's part of a change, in the unit of the value; None where it cannot be told.

    `before_share` and `after_share` are of the base; values are None on the side where the segment had none.
    """

    before_share: float
    after_share: float
    before_value: float | None
    after_value: float | None
    within: float | None
    mix: float | None
    interaction: float | None = None

    @property
    def difference(self) -> float | None:
        """What the segment adds to the change."""
        if self.within is None or self.mix is None:
            return None
        return math.fsum((self.within, self.mix, self.interaction or 0.0))


@dataclass(frozen=True, slots=True)
class Whole:
    """A change taken apart: within + mix + interaction = after − before. `parts` in the order of the segments given."""

    before: float
    after: float
    within: float
    mix: float
    interaction: float | None
    parts: Sequence[Part]

    @property
    def largest(self) -> int | None:
        """The place of the segment that adds most, whichever way; None where no part is told."""
        sizes = [(abs(part.difference), -place) for place, part in enumerate(self.parts) if part.difference is not None]
        return -max(sizes)[1] if sizes else None
