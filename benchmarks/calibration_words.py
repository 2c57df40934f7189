"""The words of docs/coverage.md: how was measured, what the bar is, where the border lies, what is left out.

Knows the borders as the product states them; knows no figure that was measured.
"""

from __future__ import annotations

from benchmarks.calibration_bar import RAREST
from metrics.intervals.border import FEWEST_DAYS, FEWEST_FOR_SUMS, FEWEST_HELD_DAYS, FEWEST_OBSERVATIONS
from metrics.intervals.curve_range import FEWEST_AT_RISK, FEWEST_WATCHED_DAYS, LEAST_ROOM, LEAST_WATCHED
from metrics.intervals.quantile import fewest_for_range
from metrics.intervals.unseen import ENOUGH, MORE, MORE_OF_FEW
from metrics.survival import FEWEST_DAYS_OF_TAIL
from metrics.verdicts import FEWEST, FIRM

FEWEST_PUBLISHED = 100
"""Intervals a cell needs to be named the lowest: of three intervals none may hold the truth by chance."""
BAR_HEAD = ("statistic", "cells with an interval", "withheld", "coverage, pooled", "lowest cell", "surely below 93 %",
            "surely above 98 %", "false changes, pooled", "cells surely above 5 %", "80 % range, pooled")  # fmt: skip
REST_HEAD = ("axis", "value", "cells measured")
METHOD = (
    "The axes have 1,764 combinations. The design measures the middle (n = 1,000, 90 days, day effect 0.15, AR 0.4, "
    "weekly, lognormal 0.8), every departure from it in one axis, and two orthogonal arrays of 49 cells in each "
    "of which every level of an axis meets every level of every other. `make calibrate ALL=1` goes on to the rest; "
    "what it has measured so far is in this page, too. "
    "Each trial draws two periods of one unchanging world and gives them to `summarise`, `summarise_survivals` and "
    "`compare` as published numbers are made. n cases fall on the days; a day shifts all its log durations by an "
    "effect with the given standard deviation, which follows the day before by AR. In a weekly world weekends "
    "hold 30 "
    "and 20 % of a weekday's cases, and Fridays to Sundays take 1.2 to 1.35 times as long. Durations are lognormal "
    "(standard deviation of the log given) or Pareto (index given). Right means no slower than the true p90, so the "
    "true share is 90 %; *share 99 %* likewise with p99, so that few cases fail; *share of time* is the part of all "
    "time in which somebody worked, Beta(1, 3) of each duration. A ratio has a base of 1 + Poisson(1); a unit "
    "cost counts nine cases in ten as accepted. *x % "
    "open*: the cases are looked at on the period's last evening, and about x % of all have not ended; Kaplan–Meier "
    "then. Truth is exact, from the distribution. Any change is meaningful (the hardest test of Faster and Slower), "
    "and the share of false changes is of pairs that were judged at all (n ≥ 100, intervals on both sides)."
)
BAR = (
    "No published 95 % interval below 93 %; none above 98 % where n ≥ 300 and the period has 60 days or more; at "
    "most "
    "5 % false changes. ± is one Monte Carlo standard error, each interval taken as one draw; where several "
    "statistics of the same draws are pooled it is too small, by up to the square root of their number. *Surely* "
    "means by more than two of them; with so many figures about one in forty would be beyond two by chance where the "
    "bar is just met. Pooled figures weigh each interval alike and hide single cells. *Lowest cell*: of those with "
    f"{FEWEST_PUBLISHED} intervals or more. The 80 % range serves *Likely …* only and has no bar."
)
AXIS_NOTE = "Coverage of all published intervals pooled over the cells measured with this value."
LOWEST_NOTE = (
    "The lowest coverage of any statistic without open work in any cell measured; – where none got "
    f"{FEWEST_PUBLISHED} intervals or none was measured. The lowest of many figures lies below the typical one by "
    "chance alone."
)
SKEW_NOTE = (
    "Pooled over the cells measured. Sums of few and skewed amounts hang on cases that have not come yet, "
    "whatever the "
    "method knows of days."
)
LENGTH_NOTE = "Pooled over the cells measured and the seven statistics without open work."
RARE_NOTE = (
    f"Where fewer than {RAREST:.0%} of a cell's periods get an interval, those that do are the quick draws, and "
    f"no rule "
    "that looks at the data can make their interval hold: the truth lies at the end of what was watched, or beyond. "
    "Such figures are not judged one by one: {figures} of them, {given:,} intervals in {of:,} periods, {covered} of "
    "which held the truth."
)
LIMITS = (
    "Not in the grid at all: volumes that vary more than by chance, volume that moves with duration, cases that "
    "belong "
    "together beyond their day, days that follow each other by more than 0.6."
)
BORDER = (
    f"By rule no interval is given below {FEWEST_DAYS} days from the first to the last that holds data, "
    f"{FEWEST_HELD_DAYS} of them with any; below {FEWEST_FOR_SUMS} observations for means, ratios, unit costs and "
    f"shares of unequal weights, {fewest_for_range(0.5)} for p50, {fewest_for_range(0.85)} for p85, "
    f"{fewest_for_range(0.9)} for p90 and {FEWEST_OBSERVATIONS} for shares of cases. With open work, sight ends "
    f"where fewer than {FEWEST_AT_RISK} cases are in hand, or fewer than {LEAST_WATCHED:.0%} of all or cases of fewer "
    f"than {FEWEST_WATCHED_DAYS} days have been watched as long; there is no interval unless the curve falls "
    f"{LEAST_ROOM} half widths below 1 − p within sight, nor where what is known of the quantile stems from fewer than "
    f"{FEWEST_DAYS} days, or {FEWEST_DAYS_OF_TAIL} for p85 "
    f"and p90. Below {ENOUGH} observations sums allow for {MORE_OF_FEW:.0f} unseen cases like the most telling one, "
    f"then for {MORE:.0f}. A verdict needs {FEWEST} observations on either side, a firm one {FIRM}. Why: [decision "
    "11](decisions/0011-intervals-that-hold.md). How often no interval was given: *withheld*, here and in the figures."
)
