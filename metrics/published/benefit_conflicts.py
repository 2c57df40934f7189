"""The published table `benefit_conflicts`: one row is what one benefit claims of a quarter and another does, too."""

from metrics.tables.table import Column, Table

BENEFIT_CONFLICTS = Table(
    "benefit_conflicts",
    "what one benefit claims of a quarter that another claims too, or that was not measured",
    key=("stream", "period", "level", "benefit", "kind", "rival_stream", "rival"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("period", "VARCHAR", "quarter, e.g. 2026-Q3"),
        Column("level", "VARCHAR", "claimed, validated or booked: both stand at it"),
        Column("benefit", "VARCHAR", "the benefit it is disputed of"),
        Column("kind", "VARCHAR", "budget line, hours, or beyond measure"),
        Column("rival_stream", "VARCHAR", "stream of the other benefit; NULL: beyond measure"),
        Column("rival", "VARCHAR", "the other benefit; NULL: beyond measure"),
        Column("initiative", "VARCHAR", "initiative of the benefit"),
        Column("rival_initiative", "VARCHAR", "initiative of the other"),
        Column("benefit_class", "VARCHAR", "class of the benefit"),
        Column("shared", "VARCHAR", "the budget line, or the step and role whose hours they are"),
        Column("overlap", "DECIMAL(38,6)", "how much of the benefit, in its unit"),
        Column("unit", "VARCHAR", "unit of the benefit"),
        Column("first_month", "DATE", "first month both claim"),
        Column("until_month", "DATE", "first month one no longer claims; NULL: without end"),
    ),
)
