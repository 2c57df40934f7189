"""The published table `objectives`: one row is
one objective in one quarter: what was promised to customers, and how much of its error budget is left.
"""

from metrics.tables.table import Column, Table

OBJECTIVES = Table(
    "objectives",
    "one objective in one quarter: what was promised to customers, and how much of its error budget is left",
    key=("stream", "metric", "statistic", "period"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("tier", "BIGINT", "1 is the most critical; decides from which burn on an alert rings"),
        Column("metric", "VARCHAR", "key in the catalogue"),
        Column("statistic", "VARCHAR", "the percentile or share the target is set for"),
        Column("period", "VARCHAR", "e.g. 2026-Q3"),
        Column("first_on", "DATE", "first local day of the period"),
        Column("until_on", "DATE", "day after the last"),
        Column("target", "DOUBLE", "limit for one subject, in the unit; of a share, the share wanted"),
        Column("unit", "VARCHAR", "days, working_days or share"),
        Column("wanted_share", "DOUBLE", "share of the subjects that must keep the target (0–1)"),
        Column("subjects", "BIGINT", "customers, or failures, whose result is known"),
        Column("misses", "BIGINT", "of these, missed the target"),
        Column("budget", "DOUBLE", "of these, may miss it"),
        Column("budget_left", "DOUBLE", "budget less misses; negative when overspent"),
        Column("short_burn", "DOUBLE", "burn over the last 7 days; 1 spends the budget exactly; NULL: nothing is said"),
        Column(
            "long_burn", "DOUBLE", "burn over the last 28 days; NULL but for the newest period, or below 30 subjects"
        ),
        Column("is_alert", "BOOLEAN", "both burns reached what the tier allows; NULL where nothing is said"),
        Column("open_past_target", "BIGINT", "open and past the target already; NULL but for the newest period"),
    ),
)
