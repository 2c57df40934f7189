"""The words of docs/coverage.md: how was measured, what the bar is, where the border lies, what is left out.

Knows the borders as the product states them; knows no figure that was measured.
"""

from __future__ import annotations

from metrics.intervals.border import FEWEST_DAYS, FEWEST_FOR_SUMS, FEWEST_HELD_DAYS, FEWEST_OBSERVATIONS
from metrics.intervals.quantile import fewest_for_range
from metrics.verdicts import FEWEST, FIRM

FEWEST_PUBLISHED = 100
"""Intervals a cell needs to be named the lowest: of three intervals none may hold the truth by chance."""
BAR_HEAD = ("statistic", "cells with an interval", "withheld", "coverage, pooled", "lowest cell", "below 93 %",
            "surely below 93 %", "surely above 98 %", "false changes, pooled", "cells surely above 5 %")  # fmt: skip
REST_HEAD = ("axis", "value", "cells measured", "of")
METHOD = (
    "Each trial draws two periods of one unchanging world and gives them to `summarise`, `summarise_survival` and "
    "`compare` as published numbers are made. n cases fall on the days; a day shifts all its log durations by an "
    "effect with the given standard deviation, which follows the day before by AR. In a weekly world weekends hold 30 "
    "and 20 % of a weekday's cases, and Fridays to Sundays take 1.2 to 1.35 times as long. Durations are lognormal "
    "(standard deviation of the log given) or Pareto (index given). Right means no slower than the true p90, so the "
    "true share is 90 %. A ratio has a base of 1 + Poisson(1); a unit cost counts nine cases in ten as accepted. *x % "
    "open*: the cases are looked at on the period's last evening, and about x % of all have not ended; Kaplan–Meier "
    "then. Truth is exact, from the distribution. Any change is meaningful (the hardest test of Faster and Slower), "
    "and the share of false changes is of pairs that were judged at all (n ≥ 100, intervals on both sides)."
)
BAR = (
    "No published 95 % interval below 93 %; none above 98 % where n ≥ 300 and the period has 60 days or more; at most "
    "5 % false changes. ± is one Monte Carlo standard error, each interval taken as one draw; where several "
    "statistics of the same draws are pooled it is too small, by up to the square root of their number. *Surely* "
    "means by more than two of them; with so many figures about one in forty would be beyond two by chance where the "
    "bar is just met. Pooled figures weigh each interval alike and hide single cells. *Lowest cell*: of those with "
    f"{FEWEST_PUBLISHED} intervals or more."
)
AXIS_NOTE = "Coverage of all published intervals pooled over the cells measured with this value."
LOWEST_NOTE = (
    "The lowest coverage of any statistic without open work in any cell measured; – where none got "
    f"{FEWEST_PUBLISHED} intervals or none was measured. The lowest of many figures lies below the typical one by "
    "chance alone."
)
SKEW_NOTE = (
    "Pooled over the cells measured. Sums of few and skewed amounts hang on cases that have not come yet, whatever the "
    "method knows of days."
)
LENGTH_NOTE = "Pooled over the cells measured and the seven statistics without open work."
LIMITS = (
    "Not in the grid at all: volumes that vary more than by chance, volume that moves with duration, shares near 0 or "
    "1, cases that belong together beyond their day, the 80 % range."
)
BORDER = (
    f"By rule no interval is given below {FEWEST_DAYS} days from the first to the last that holds data, "
    f"{FEWEST_HELD_DAYS} of them with any; below {FEWEST_FOR_SUMS} observations for means, ratios and unit costs, "
    f"{fewest_for_range(0.5)} for p50, {fewest_for_range(0.85)} for p85, {fewest_for_range(0.9)} for p90 and "
    f"{FEWEST_OBSERVATIONS} for shares; and with open work where the curve does not fall as far as the interval's "
    f"upper end. A verdict needs {FEWEST} observations on either side, a firm one {FIRM}. Why: "
    "[decision 1](decisions/0001-where-an-interval-can-be-defended.md). How often no interval was given: *withheld*, "
    "here and in the figures. Where the misses above still get one, the border is not yet where it should be."
)
