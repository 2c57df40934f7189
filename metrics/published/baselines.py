"""The published table `baselines`: one row is one frozen value, and how it stands today."""

from metrics.tables.table import Column, Table

BASELINES = Table(
    "baselines",
    "one frozen value of a baseline, and how it stands today",
    key=("stream", "baseline", "version", "metric", "statistic"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("baseline", "VARCHAR", "the window: a period key, or its days"),
        Column("version", "BIGINT", "1 for the first; freezing again, with a reason, makes the next"),
        Column("is_current", "BOOLEAN", "the one that quarters are held against"),
        Column("metric", "VARCHAR", "key in the catalogue"),
        Column("statistic", "VARCHAR", "as in metric_values"),
        Column("first_on", "DATE", "first local day of the window"),
        Column("until_on", "DATE", "day after the last"),
        Column("value", "DOUBLE", "the frozen value; NULL is no data, and reason says why"),
        Column("low", "DOUBLE", "lower end of its 95 % interval; NULL where none could be defended"),
        Column("high", "DOUBLE", "upper end of its 95 % interval"),
        Column("n", "BIGINT", "observations behind it"),
        Column("unit", "VARCHAR", "as in metric_values"),
        Column(
            "value_now",
            "DOUBLE",
            "today's value of the window, where its observations are no longer the same",
        ),
        Column("restated_by", "DOUBLE", "value_now minus value: later data moved it so far; 0 where nothing moved"),
        Column("reason", "VARCHAR", "why there is no value, or why nothing is held against it; NULL otherwise"),
        Column("definition_version", "VARCHAR", "version of the metric's definition then"),
        Column("sql_hash", "VARCHAR", "sha256 of the metric's SQL then"),
        Column("observations", "BIGINT", "rows of the metric in the window"),
        Column("observations_fingerprint", "VARCHAR", "order-independent hash of them"),
        Column("cases", "BIGINT", "cases that began or ended in the window"),
        Column("cases_fingerprint", "VARCHAR", "order-independent hash of their ids"),
        Column("stream_file_hash", "VARCHAR", "sha256 of the stream file then"),
        Column("ledger_fingerprint", "VARCHAR", "order-independent hash of all events then"),
        Column("code_version", "VARCHAR", "version of streamgauge that froze it"),
        Column("frozen_at", "TIMESTAMP", "when, UTC"),
        Column("note", "VARCHAR", "what the window stands for, from the stream file"),
        Column("why_again", "VARCHAR", "why it was frozen again; NULL for the first version"),
    ),
)
