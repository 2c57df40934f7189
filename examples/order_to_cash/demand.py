"""What each order brings along: when it comes, what will go wrong with it, how long each piece of work takes.

Every draw is made before the work begins and belongs to an order, so two worlds can treat the same orders differently.
Knows chances and lengths; knows no queue and no release.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from examples.order_to_cash.office import DAYS, FIRST_ON, HORIZON_DAYS, MIDNIGHTS

Floats = NDArray[np.float64]
CHANNELS = ("web", "shop", "partner")
VISITS = 3  # of one step, at most
_WEEKDAY_VOLUME = (1.20, 1.12, 1.06, 1.02, 1.00, 0.70, 0.58)
_DELAYS = {"check": (2.6, 0.75), "credit": (5.4, 0.65), "return": (1.8, 0.70), "pick": (3.0, 0.60)}  # hours, sigma
_MINUTES = {"check": (5.0, 0.45), "credit": (7.5, 0.50), "return": (6.0, 0.50), "pick": (11.0, 0.40)}
_CPU = {"create": 0.9, "approve": 5.5, "allocate": 2.4, "invoice": 1.3, "pay": 0.8, "cancel": 0.5}  # median seconds


@dataclass(frozen=True)
class Orders:
    """Parallel arrays, one entry per order; `delay` and `length` are by step, then order, then visit, in seconds."""

    placed: list[int]
    channel: list[int]
    rejections: list[int]
    is_mispicked: list[bool]
    cancelled_at: list[str]
    has_second_parcel: list[bool]
    can_be_automatic: list[bool]
    fails_once: list[bool]
    delay: dict[str, list[list[float]]]
    length: dict[str, list[list[int]]]
    mood: dict[str, list[float]]
    answer: list[list[float]]
    transit_days: list[int]
    door_hour: list[float]
    second_days: list[int]
    credit_days: list[float]
    small: list[list[int]]
    cpu: dict[str, list[float]]

    def __len__(self) -> int:
        return len(self.placed)


def draw_orders(count: int, seed: int) -> Orders:
    """The orders of the nine months; the same seed and count give the same orders."""
    placed = _draw_times(count, seed)
    u = {name: _stream(seed, name).random(count) for name in ("reject", "pick", "cancel", "parcel", "auto", "fail")}
    rejections = (u["reject"] < 0.08).astype(int) + (u["reject"] < 0.005)
    cancel = np.where(u["cancel"] < 0.01, "check", np.where(u["cancel"] < 0.02, "credit", ""))
    rng = _stream(seed, "carrier")
    return Orders(
        placed=placed.tolist(),
        channel=_stream(seed, "channel").choice(3, count, p=(0.62, 0.23, 0.15)).tolist(),
        rejections=rejections.tolist(),
        is_mispicked=(u["pick"] < 0.02).tolist(),
        cancelled_at=cancel.tolist(),
        has_second_parcel=(u["parcel"] < 0.03).tolist(),
        can_be_automatic=(u["auto"] < 0.60).tolist(),
        fails_once=(u["fail"] < 0.015).tolist(),
        delay={s: (3600 * _lognormal(seed, s + " delay", m, g, count)).tolist() for s, (m, g) in _DELAYS.items()},
        length={s: _lengths(seed, s, m, g, count) for s, (m, g) in _MINUTES.items()},
        mood={step: np.exp(_day_effect(seed, step, HORIZON_DAYS, 0.15)).tolist() for step in _DELAYS},
        answer=(3600 * _lognormal(seed, "answer", 14.0, 0.8, count)).tolist(),
        transit_days=rng.choice((1, 2, 3), count, p=(0.70, 0.25, 0.05)).tolist(),
        door_hour=rng.uniform(8.0, 20.5, count).tolist(),
        second_days=rng.integers(1, 5, count).tolist(),
        credit_days=rng.normal(14, 3, count).clip(2, 30).tolist(),
        small=_stream(seed, "small").integers(5, 90, (count, 8)).tolist(),
        cpu={s: _lognormal(seed, s + " cpu", m, 0.35, count, 1)[:, 0].round(3).tolist() for s, m in _CPU.items()},
    )


def _draw_times(count: int, seed: int) -> NDArray[np.int64]:
    """Seconds at which orders are placed, ascending: weekday × day effect, most of them in the daytime."""
    weekday = (FIRST_ON.weekday() + np.arange(DAYS)) % 7
    weight = np.array(_WEEKDAY_VOLUME)[weekday] * np.exp(_day_effect(seed, "volume", DAYS, 0.12))
    rng = _stream(seed, "placed")
    day = rng.choice(DAYS, count, p=weight / weight.sum())
    midnights = np.array(MIDNIGHTS)
    second = midnights[day] + (3600 * (rng.normal(14.5, 5.0, count) % 24)).astype(np.int64)
    return np.sort(np.minimum(second, midnights[day + 1] - 1))


def _day_effect(seed: int, name: str, days: int, spread: float, carry: float = 0.45) -> Floats:
    """AR(1) noise a day on the log scale, with mean 0 and standard deviation `spread`."""
    shocks = _stream(seed, name + " day").normal(0, spread * (1 - carry**2) ** 0.5, days)
    effect = np.empty(days)
    effect[0] = shocks[0]
    for day in range(1, days):
        effect[day] = carry * effect[day - 1] + shocks[day]
    return effect


def _lengths(seed: int, step: str, median: float, spread: float, count: int) -> list[list[int]]:
    minutes = _lognormal(seed, step + " length", median, spread, count)
    return np.asarray((60 * minutes).clip(30, 7200), dtype=np.int64).tolist()  # type: ignore[no-any-return]


def _lognormal(seed: int, name: str, median: float, spread: float, count: int, columns: int = VISITS) -> Floats:
    return median * np.exp(_stream(seed, name).normal(0, spread, (count, columns)))


def _stream(seed: int, name: str) -> np.random.Generator:
    """Random numbers of their own for each purpose: a new draw leaves all others as they were."""
    return np.random.default_rng((seed, zlib.crc32(name.encode())))
