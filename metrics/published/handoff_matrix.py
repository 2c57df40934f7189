"""The published table `handoff_matrix`: one row is
what went from one step and kind of performer to another in the cases completed in one quarter; a total where a name is
NULL.
"""

from metrics.tables.table import Column, Table

HANDOFF_MATRIX = Table(
    "handoff_matrix",
    "what went from one step and kind of performer to another in the cases completed in one quarter, and its totals",
    key=("stream", "period", "previous_step", "step", "previous_performer_kind", "performer_kind"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("period", "VARCHAR", "quarter in which the cases were completed, e.g. 2026-Q3"),
        Column("previous_step", "VARCHAR", "step that gave; NULL with `step`: all pairs of steps"),
        Column("step", "VARCHAR", "step that received"),
        Column("previous_performer_kind", "VARCHAR", "kind that gave; NULL with `performer_kind`: all kinds"),
        Column("performer_kind", "VARCHAR", "kind that received: human, system, agent, external or unknown"),
        Column("cases", "BIGINT", "cases in which it happened"),
        Column("pairs", "BIGINT", "two consecutive steps, whoever did them"),
        Column("handoffs", "BIGINT", "of these, the responsible changed"),
        Column("automated", "BIGINT", "handoffs no person took part in, or told so"),
        Column("manual", "BIGINT", "handoffs a person or an external party took part in, or told so"),
        Column("unknown", "BIGINT", "handoffs of which neither can be said"),
        Column("automated_to_human", "BIGINT", "handoffs from a system or an agent to a human"),
        Column("designed", "BIGINT", "manual ones in which a person takes part by design"),
        Column("fallback", "BIGINT", "manual ones: a person did what a system or an agent should"),
        Column("exception", "BIGINT", "manual ones after a rejection, a correction or a failure"),
        Column("other", "BIGINT", "manual ones for none of these reasons"),
        Column("ping_pongs", "BIGINT", "handoffs with which work came straight back: A → B → A"),
        Column("boomerangs", "BIGINT", "handoffs with which work came back after at least two others had it"),
    ),
)
