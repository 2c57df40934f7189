"""The published table `definitions`: one row is one metric of the catalogue, with the SQL as run for one stream."""

from metrics.tables.table import Column, Table

DEFINITIONS = Table(
    "definitions",
    "one metric of the catalogue, with the SQL as run for one stream",
    key=("stream", "metric"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("metric", "VARCHAR", "key in the catalogue"),
        Column("version", "VARCHAR", "version of the definition"),
        Column("label", "VARCHAR", "default name for readers"),
        Column("sentence", "VARCHAR", "what it says, in one sentence"),
        Column("unit", "VARCHAR", "days, working_days, share, ratio, currency or count"),
        Column("better", "VARCHAR", "lower or higher"),
        Column("reading", "VARCHAR", "which day dates an observation"),
        Column("definition", "VARCHAR", "the Definition section of its docstring"),
        Column("sql", "VARCHAR", "observations query; runs on the published file as it stands"),
    ),
)
