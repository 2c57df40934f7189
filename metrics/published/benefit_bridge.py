"""The published table `benefit_bridge`: one row is the way of one class, at one level, from one quarter to the next."""

from metrics.tables.table import Column, Table

BENEFIT_BRIDGE = Table(
    "benefit_bridge",
    "the way of one class of benefits, at one level, through one quarter; the moves sum to the closing exactly",
    key=("stream", "period", "benefit_class", "unit", "level"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("period", "VARCHAR", "quarter, e.g. 2026-Q3"),
        Column("benefit_class", "VARCHAR", "cashable, capacity, avoidance or quality: each for itself"),
        Column("unit", "VARCHAR", "currency, hours, or unit and metric of quality"),
        Column("level", "VARCHAR", "claimed, validated (or further) or booked"),
        Column("opening", "DECIMAL(38,6)", "undisputed amount of the quarter before"),
        Column("began", "DECIMAL(38,6)", "benefits that are new at the level, and months more of others"),
        Column("ended", "DECIMAL(38,6)", "months fewer"),
        Column("decayed", "DECIMAL(38,6)", "worn off"),
        Column("reversed", "DECIMAL(38,6)", "taken back in this quarter"),
        Column("disputed", "DECIMAL(38,6)", "change of what others claim too, or was not measured"),
        Column("closing", "DECIMAL(38,6)", "undisputed amount of this quarter"),
        Column("run_cost", "DECIMAL(38,6)", "money classes: new cost of the quarter; NULL where one is not told"),
        Column("net", "DECIMAL(38,6)", "money classes: closing less run cost"),
        Column("benefits", "BIGINT", "how many stand at the level"),
    ),
)
