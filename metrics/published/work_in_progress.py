"""The published table `work_in_progress`: one row is
one week, month or quarter: what came, what left, how much was in hand, and whether Little's law holds of it.
"""

from metrics.tables.table import Column, Table

WORK_IN_PROGRESS = Table(
    "work_in_progress",
    "one week, month or quarter: what came, what left, how much was in hand, and whether Little's law holds of it",
    key=("stream", "grain", "period"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("grain", "VARCHAR", "week, month or quarter"),
        Column("period", "VARCHAR", "e.g. 2026-Q3"),
        Column("first_on", "DATE", "first local day of the period"),
        Column("until_on", "DATE", "day after the last"),
        Column("known_from_at", "TIMESTAMP", "start of the period, or the first trigger if that is later; UTC"),
        Column("known_until_at", "TIMESTAMP", "end of the period, or the newest event if that is earlier; UTC"),
        Column("known_days", "DOUBLE", "days between the two: averages and rates are over these"),
        Column("is_partial", "BOOLEAN", "the data lack a day or more of it, at its start or its end"),
        Column("arrivals", "BIGINT", "cases triggered in the period"),
        Column("endings", "BIGINT", "cases that ended in it, whatever their outcome"),
        Column("completed", "BIGINT", "of these: completed"),
        Column("rejected", "BIGINT", "of these: rejected"),
        Column("cancelled", "BIGINT", "of these: cancelled"),
        Column("abandoned", "BIGINT", "of these: abandoned"),
        Column("in_hand_start", "BIGINT", "cases triggered before the period and not ended then"),
        Column("in_hand_end", "BIGINT", "start + arrivals − endings"),
        Column("average_in_hand", "DOUBLE", "time-average of the cases in hand; NULL where the data cover no time"),
        Column("arrivals_per_day", "DOUBLE", "arrivals ÷ known_days"),
        Column("throughput_per_day", "DOUBLE", "endings ÷ known_days"),
        Column("flow_days", "DOUBLE", "mean flow time of the cases that ended; NULL where none did"),
        Column("little_in_hand", "DOUBLE", "throughput_per_day × flow_days: what Little's law says is in hand"),
        Column("little_gap", "DOUBLE", "little_in_hand ÷ average_in_hand − 1"),
        Column("residence_days", "DOUBLE", "mean time within the period of the cases that were in hand in it"),
        Column("verdict", "VARCHAR", "may Little's law be used here, and if not, why"),
        Column("open_age_p50_days", "DOUBLE", "age of the work in hand at the end, median; NULL where there is none"),
        Column("open_age_p85_days", "DOUBLE", "85 of 100 are younger"),
        Column("open_age_p90_days", "DOUBLE", "90 of 100 are younger"),
        Column("open_age_max_days", "DOUBLE", "the oldest"),
    ),
)
