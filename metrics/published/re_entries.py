"""The published table `re_entries`: one row is
one step in one quarter: how often work came back to it, how long it was inside, and from first entry to last exit.
"""

from metrics.tables.table import Column, Table

RE_ENTRIES = Table(
    "re_entries",
    "one step in one quarter: how often work came back to it, how long it was inside then, and how long from first "
    "entry to last exit",
    key=("stream", "period", "step"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("period", "VARCHAR", "quarter in which the cases ended, e.g. 2026-Q3"),
        Column("step", "VARCHAR", "step name in the log"),
        Column("label", "VARCHAR", "step name in customer words"),
        Column("cases", "BIGINT", "cases that passed the step up to their outcome"),
        Column("visits", "BIGINT", "executions of the step in them"),
        Column("entries", "BIGINT", "times a case entered it: visits that follow at once, or overlap, are one entry"),
        Column("entries_per_case", "DOUBLE", "entries ÷ cases"),
        Column("re_entered_cases", "BIGINT", "cases that left the step and came back"),
        Column("re_entered_share", "DOUBLE", "re_entered_cases ÷ cases, 0–1"),
        Column("measured_cases", "BIGINT", "re-entered cases of which every visit told its start and its end"),
        Column("inside_hours_p50", "DOUBLE", "re-entered cases: hours inside, all visits together; NULL: not told"),
        Column("inside_hours_mean", "DOUBLE", "likewise, mean"),
        Column("spanned_cases", "BIGINT", "re-entered cases of which every visit told its end"),
        Column("span_hours_p50", "DOUBLE", "re-entered cases: hours from first entry to last exit"),
        Column("span_hours_mean", "DOUBLE", "likewise, mean"),
    ),
)
