"""The published table `restatements`: one row is
one number of a closed period that today's data or definitions tell otherwise; the closed one stays published.
"""

from metrics.tables.table import Column, Table

RESTATEMENTS = Table(
    "restatements",
    "one number of a closed period that today's data or definitions tell otherwise; the closed one stays published",
    key=("stream", "quarter", "grain", "period", "metric", "statistic", "dimensions"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("quarter", "VARCHAR", "the closed quarter, e.g. 2026-Q3"),
        Column("grain", "VARCHAR", "week, month or quarter"),
        Column("period", "VARCHAR", "as in metric_values"),
        Column("metric", "VARCHAR", "key in the catalogue, or costs: a sum of money"),
        Column("statistic", "VARCHAR", "as in metric_values, or sum"),
        Column("dimensions", "VARCHAR", "as in metric_values; of a sum its cost class"),
        Column("unit", "VARCHAR", "of the closed number, as in metric_values"),
        Column("closed_value", "DOUBLE", "as it was closed and is published; NULL: no data, or a sum"),
        Column("value_now", "DOUBLE", "what today's data and definitions give; NULL: no data, or no longer measured"),
        Column("difference", "DOUBLE", "value_now minus closed_value; NULL where one is missing or the units differ"),
        Column("closed_amount", "DECIMAL(38,6)", "the sum as it was closed; NULL but for sums"),
        Column("amount_now", "DECIMAL(38,6)", "the sum as today's data and rates give it"),
        Column("amount_difference", "DECIMAL(38,6)", "amount_now minus closed_amount"),
        Column("closed_n", "BIGINT", "observations behind the closed value; of a sum its rows"),
        Column("n_now", "BIGINT", "observations behind today's"),
        Column(
            "causes",
            "VARCHAR",
            "what has changed since, of what the number depends on: late events (which happened by the quarter's last "
            "day and arrived after it was closed), later events (of cases that went on), definition, stream file, "
            "files beside it (rates, bills, performers), code",
        ),
        Column("why", "VARCHAR", "the same with what exactly"),
        Column("late_events", "BIGINT", "late events of the quarter, all of them"),
        Column("late_cases", "BIGINT", "cases they belong to"),
        Column("first_arrived_at", "TIMESTAMP", "when the first of them arrived, UTC"),
        Column("last_arrived_at", "TIMESTAMP", "when the last of them arrived, UTC"),
        Column("seen_at", "TIMESTAMP", "the run that first told this, UTC; the warehouse made anew begins anew"),
        Column("closed_digest", "VARCHAR", "hash of the closed quarter's file"),
        Column("digest", "VARCHAR", "hash of this row but seen_at, chained to that of the file"),
    ),
)
