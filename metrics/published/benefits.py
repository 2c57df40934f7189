"""The published table `benefits`: one row is one benefit in one quarter, in the state it had at its end."""

from metrics.tables.table import Column, Table

BENEFITS = Table(
    "benefits",
    "one benefit in one quarter, in the state it had at its end; amounts of two classes are never added",
    key=("stream", "period", "benefit"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("period", "VARCHAR", "quarter, e.g. 2026-Q3"),
        Column("benefit", "VARCHAR", "id in the benefits file"),
        Column("initiative", "VARCHAR", "what brings it about"),
        Column("benefit_class", "VARCHAR", "cashable, capacity, avoidance or quality"),
        Column("sentence", "VARCHAR", "what it is, in a sentence"),
        Column("owner_role", "VARCHAR", "role that answers for it; NULL where the file names a person"),
        Column("budget_line", "VARCHAR", "where it is missing from a budget"),
        Column("metric", "VARCHAR", "key of the metric it rests on"),
        Column("evidence_id", "VARCHAR", "evidence of the last judgement that told one; NULL while proposed"),
        Column("state", "VARCHAR", "proposed, validated, booked or reversed"),
        Column("state_on", "DATE", "day it came into that state"),
        Column("unit", "VARCHAR", "currency, hours, or unit and metric of quality"),
        Column("claimed", "DECIMAL(38,6)", "of the quarter as proposed, worn off; 0 once reversed"),
        Column("validated", "DECIMAL(38,6)", "of the quarter as validated; NULL where it was not by its end"),
        Column("booked", "DECIMAL(38,6)", "of the quarter as booked; NULL where it was not by its end"),
        Column("gross", "DECIMAL(38,6)", "of the quarter at the state it is in"),
        Column("disputed", "DECIMAL(38,6)", "of gross, claimed by another too, or beyond what was measured"),
        Column("run_cost", "DECIMAL(38,6)", "its new cost in the quarter, in money; NULL where not told, or reversed"),
        Column("net", "DECIMAL(38,6)", "money: gross less disputed less run cost; NULL where that is not known"),
        Column("first_month", "DATE", "first month it holds"),
        Column("until_month", "DATE", "first month it no longer holds; NULL: without end"),
        Column("investment", "DECIMAL(38,6)", "what was spent on it once, in money"),
        Column("payback_months", "BIGINT", "cashable: months from the investment until its net has paid for it"),
        Column("payback_reason", "VARCHAR", "why there is no payback; NULL where there is one"),
    ),
)
