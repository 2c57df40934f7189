"""The published table `mix_effects`: one row is one change taken apart by a segment, or a value's part of it."""

from metrics.tables.table import Column, Table

MIX_EFFECTS = Table(
    "mix_effects",
    "one change taken apart by a segment, whole or one value's part: within + mix + interaction = difference",
    key=("stream", "kind", "label", "metric", "statistic", "dimension", "part", "segment"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("kind", "VARCHAR", "period, baseline or release, as in comparisons"),
        Column("label", "VARCHAR", "as in comparisons"),
        Column("metric", "VARCHAR", "key in the catalogue"),
        Column("statistic", "VARCHAR", "as in metric_values"),
        Column("dimension", "VARCHAR", "the segment it is taken apart by"),
        Column("part", "VARCHAR", "total, value (of the segment), or others (all but the 20 largest values together)"),
        Column("segment", "VARCHAR", "the value; NULL where it was never told, and in totals and others"),
        Column("unit", "VARCHAR", "as in metric_values"),
        Column("before_share", "DOUBLE", "share of the base (cases, handoffs …) before"),
        Column("after_share", "DOUBLE", "share of the base after"),
        Column("before_value", "DOUBLE", "value before; NULL where the segment had none"),
        Column("after_value", "DOUBLE", "value after"),
        Column("difference", "DOUBLE", "what it adds to the change; of the total, the change"),
        Column("within", "DOUBLE", "through change within segments, at the mix before"),
        Column("mix", "DOUBLE", "through larger or smaller shares; a segment that came or went is all mix"),
        Column("interaction", "DOUBLE", "through both at once; NULL for percentiles: there it is in mix"),
        Column("largest", "VARCHAR", "of the total: the value that adds most, whichever way; NULL where none was told"),
        Column("method", "VARCHAR", "how it was taken apart"),
    ),
)
