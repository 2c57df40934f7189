"""Contrasts of early against late days: the weights whose weighted sums show how uncertain a total is.

Knows how much is known of each calendar day; knows neither cases nor metrics.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

FEWEST_COSINES = 4
FOLLOWS = 0.6
"""The strongest likeness of a day to the day before (AR) up to which intervals are promised to hold."""
WEEK = 7
_LAGS = 24  # 0.6 ** 25 is below 3e-6


def cosines_for(days: int) -> int:
    """B, the number of cosines and degrees of freedom: max(4, ⌈0.41·G^(2/3)⌉), always below G."""
    return min(max(FEWEST_COSINES, math.ceil(0.41 * math.pow(days, 2 / 3))), days - 1)


@lru_cache(maxsize=64)
def even_contrasts(days: int) -> NDArray[np.float64]:
    """Those of a period that knows as much of each of its days, shape (B, days); kept, for periods come again."""
    table = contrasts_of(np.ones(days), cosines_for(days))
    table.flags.writeable = False
    return table


def contrasts_of(information: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Weights of days, shape (count, G), such that the mean of (weights · daily sums)² estimates a total's variance.

    Row j is √2·cos(πj·u), u from 0 to 1 being the share of `information`, shape (G,), gathered up to the middle of a
    day; less its own mean of every weekday, for weekdays differ by plan and not by chance; times one factor.

    Cosines look a little above frequency zero and so see too little where days follow days: of AR 0.6 over 21 days
    not two thirds, over 90 days 87 %. The factor makes up for what they would miss at AR 0.6; days that follow each
    other less get a slightly wider interval than they need.

    Source: Lazarus, Lewis, Stock & Watson (2018), "HAR Inference: Recommendations for Practice", for equal-weighted
    cosines. Ours runs them in information and not in calendar time, takes weekdays out, and corrects the known
    shortfall at one stated dependence instead of choosing the bandwidth by the data.
    """
    place = (np.cumsum(information) - information / 2) / information.sum()
    waves: NDArray[np.float64] = math.sqrt(2) * np.cos(np.pi * np.outer(np.arange(1, count + 1), place))
    if np.count_nonzero(information) >= 3 * WEEK:  # below, weekday and chance cannot be told apart
        _take_weekdays_out(waves, information)
    told = np.sqrt(information)
    missed = float(_variance_if_followed(told[np.newaxis])[0] / _variance_if_followed(waves * told).mean())
    return waves * math.sqrt(missed)


def _take_weekdays_out(waves: NDArray[np.float64], information: NDArray[np.float64]) -> None:
    for weekday in range(WEEK):
        own = information[weekday::WEEK]
        if own.any():
            waves[:, weekday::WEEK] -= (waves[:, weekday::WEEK] @ own / own.sum())[:, np.newaxis]


def _variance_if_followed(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Variance of each row's weighted sum of days that have variance 1 and follow each other by FOLLOWS."""
    likeness = FOLLOWS ** np.abs(np.arange(-_LAGS, _LAGS + 1))
    days = slice(_LAGS, _LAGS + weights.shape[1])
    return np.array([row @ np.convolve(row, likeness)[days] for row in weights])
