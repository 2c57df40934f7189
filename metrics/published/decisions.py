"""The published table `decisions`: one row is one decision that a review asked for, as it stands now."""

from metrics.tables.table import Column, Table

DECISIONS = Table(
    "decisions",
    "one decision that a review asked for, as it stands now; told by people, not measured",
    key=("stream", "decision"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("decision", "VARCHAR", "id in the decisions file"),
        Column("review", "VARCHAR", "quarter whose review asked for it, e.g. 2026-Q3"),
        Column("ask", "VARCHAR", "what to decide"),
        Column("why", "VARCHAR", "why it is asked for; NULL where nobody said"),
        Column("owner_role", "VARCHAR", "role that answers for it; NULL where the file names a person"),
        Column("due_on", "DATE", "by when it has to be decided"),
        Column("cost", "DECIMAL(18,6)", "what it costs, once, in `currency`; NULL where nobody said"),
        Column("currency", "VARCHAR", "ISO 4217; NULL without a cost"),
        Column("metric", "VARCHAR", "key of the metric it is expected to change; NULL where nothing is expected"),
        Column("statistic", "VARCHAR", "as in metric_values"),
        Column("unit", "VARCHAR", "as in metric_values"),
        Column("expected_low", "DOUBLE", "the lower end of the expected change, signed, in `unit`"),
        Column("expected_high", "DOUBLE", "the higher end of the expected change"),
        Column("release", "VARCHAR", "version of the release that carries it out; NULL where none is named"),
        Column("state", "VARCHAR", "asked, agreed, deferred, declined or done"),
        Column("state_on", "DATE", "day it came into that state"),
        Column("state_why", "VARCHAR", "why; NULL where nobody said"),
    ),
)
