"""The published table `variant_concentration`: one row is one quarter: on how few ways its cases came."""

from metrics.tables.table import Column, Table

VARIANT_CONCENTRATION = Table(
    "variant_concentration",
    "one quarter: on how many ways its completed cases came, and how few of them most took",
    key=("stream", "period"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("period", "VARCHAR", "quarter, e.g. 2026-Q3"),
        Column("cases", "BIGINT", "cases completed in the period"),
        Column("variants", "BIGINT", "distinct sequences of steps"),
        Column("single_variants", "BIGINT", "sequences that one case only took"),
        Column("top_share", "DOUBLE", "share of cases on the most frequent one, 0–1"),
        Column("variants_for_80", "BIGINT", "the most frequent sequences that together cover 80 % of the cases"),
    ),
)
