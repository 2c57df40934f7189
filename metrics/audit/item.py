"""One item of a population that is sampled, and chance by a seed: the same for all, whatever the order of rows."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

_CHANCES = 1 << 64


@dataclass(frozen=True, slots=True)
class Item:
    """An item by its key, with its book amount in the unit of the metric and the stratum it belongs to."""

    key: str
    amount: Decimal
    stratum: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """An item of the sample. `is_certain`: it was taken whatever the seed, as it alone is as much as an interval."""

    item: Item
    is_certain: bool = False


def chance(seed: str, key: str) -> Fraction:
    """A number from 0 to below 1 that seed and key decide."""
    drawn = int.from_bytes(hashlib.sha256(f"{len(seed)}:{seed}\n{key}".encode()).digest()[:8])
    return Fraction(drawn, _CHANCES)
