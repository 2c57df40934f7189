"""The published table `risks`: one row is one risk that people see."""

from metrics.tables.table import Column, Table

RISKS = Table(
    "risks",
    "one risk that people see, and what is done about it; told, not measured",
    key=("stream", "risk"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("risk", "VARCHAR", "id in the decisions file"),
        Column("sentence", "VARCHAR", "what may go wrong"),
        Column("means", "VARCHAR", "what that would mean; NULL where nobody said"),
        Column("answer", "VARCHAR", "what is done about it; NULL where nobody said"),
        Column("owner_role", "VARCHAR", "role that answers for it; NULL where the file names a person"),
        Column("first_on", "DATE", "since when it is seen"),
        Column("until_on", "DATE", "first day it is none any more; NULL: it still is"),
    ),
)
