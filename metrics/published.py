"""The tables that reports read: what the pipeline publishes for dashboards, beside the contract tables.

One DuckDB file holds them; readers open a copy that is swapped in whole. Every value in a report comes from here.
"""

from __future__ import annotations

from metrics.tables import Column, Table

METRIC_VALUES = Table(
    "metric_values",
    "one value of one metric: a statistic in one period for one combination of dimension values",
    key=("stream", "metric", "statistic", "grain", "period", "dimensions"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("metric", "VARCHAR", "key in the catalogue, e.g. flow_time"),
        Column("statistic", "VARCHAR", "p50, p85, p90, mean, share, ratio, unit_cost or count"),
        Column("grain", "VARCHAR", "week, month, quarter, year or all"),
        Column("period", "VARCHAR", "e.g. 2026-Q3, 2026-07, 2026-W30, all"),
        Column("first_on", "DATE", "first local day of the period"),
        Column("until_on", "DATE", "day after the last"),
        Column("dimensions", "VARCHAR", "JSON object of dimension values with sorted keys; {} is everything"),
        Column("value", "DOUBLE", "NULL is no data, and reason says why"),
        Column("low", "DOUBLE", "lower end of the 95 % interval; NULL where none can be defended"),
        Column("high", "DOUBLE", "upper end of the 95 % interval"),
        Column("n", "BIGINT", "observations behind the value"),
        Column("unit", "VARCHAR", "days, share (0–1), ratio, count, or an ISO 4217 currency code"),
        Column("verdict", "VARCHAR", "against the period before: a word of metrics.metric.Verdict"),
        Column("reason", "VARCHAR", "why there is no value; NULL otherwise"),
        Column("method", "VARCHAR", "how the interval was made"),
        Column("definition_version", "VARCHAR", "version of the metric's definition"),
    ),
)
COMPARISONS = Table(
    "comparisons",
    "one change of one metric: a period against the one before, or a release against the weeks before it",
    key=("stream", "kind", "label", "metric", "statistic"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("kind", "VARCHAR", "period, release, or placebo (a release date shifted back, where nothing happened)"),
        Column("label", "VARCHAR", "the later period (2026-Q3), or the release version"),
        Column("title", "VARCHAR", "release name in customer words; NULL for periods"),
        Column("at_on", "DATE", "local day of the cut"),
        Column("metric", "VARCHAR", "key in the catalogue"),
        Column("statistic", "VARCHAR", "as in metric_values"),
        Column("unit", "VARCHAR", "as in metric_values"),
        Column("before_value", "DOUBLE", "value before"),
        Column("after_value", "DOUBLE", "value after"),
        Column("before_n", "BIGINT", "observations before"),
        Column("after_n", "BIGINT", "observations after"),
        Column("difference", "DOUBLE", "after minus before"),
        Column("low", "DOUBLE", "95 % interval of the difference"),
        Column("high", "DOUBLE", "95 % interval of the difference"),
        Column("low80", "DOUBLE", "80 % interval of the difference"),
        Column("high80", "DOUBLE", "80 % interval of the difference"),
        Column("meaningful", "DOUBLE", "smallest change worth acting on, from the stream file"),
        Column("verdict", "VARCHAR", "a word of metrics.metric.Verdict"),
        Column("method", "VARCHAR", "how the interval was made"),
    ),
)
VALUE_STREAM = Table(
    "value_stream",
    "one step of the value stream in one quarter, in the order customers' work passes it",
    key=("stream", "period", "step"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("period", "VARCHAR", "quarter, e.g. 2026-Q3"),
        Column("position", "INTEGER", "1 is the first step on the way"),
        Column("step", "VARCHAR", "step name in the log"),
        Column("label", "VARCHAR", "step name in customer words"),
        Column("performer_kind", "VARCHAR", "most frequent kind: human, system, agent, external or unknown"),
        Column("role", "VARCHAR", "most frequent role; NULL when unknown"),
        Column("visits", "BIGINT", "executions of the step in cases finished in the period"),
        Column("cases", "BIGINT", "cases that passed the step"),
        Column("case_share", "DOUBLE", "cases that passed it ÷ cases finished in the period, 0–1"),
        Column("wait_hours", "DOUBLE", "mean hours between the step before ending and this one starting, per visit"),
        Column("touch_hours", "DOUBLE", "mean hours of work per visit; NULL when the log has only instants"),
        Column("accurate_share", "DOUBLE", "visits whose input was complete and accurate: not sent back, not repeated"),
    ),
)
TARGETS = Table(
    "targets",
    "one target from the stream file, in the unit of the metric",
    key=("stream", "metric", "statistic"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("metric", "VARCHAR", "key in the catalogue"),
        Column("statistic", "VARCHAR", "as in metric_values"),
        Column("target", "DOUBLE", "value to reach"),
        Column("unit", "VARCHAR", "as in metric_values"),
    ),
)
STREAMS = Table(
    "streams",
    "one value stream and the state its numbers were made from",
    key=("stream",),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("name", "VARCHAR", "customer words, e.g. Customer orders"),
        Column("stream_file", "VARCHAR", "the whole stream file, as text (YAML)"),
        Column("stream_file_hash", "VARCHAR", "sha256 of it"),
        Column("time_zone", "VARCHAR", "IANA name; periods are cut in it"),
        Column("events", "BIGINT", "events in the ledger"),
        Column("cases", "BIGINT", "cases with a trigger"),
        Column("open_cases", "BIGINT", "cases without an outcome"),
        Column("measured_cases", "BIGINT", "ended cases whose flow time could be measured"),
        Column("ended_cases", "BIGINT", "cases with an outcome"),
        Column("untriggered_cases", "BIGINT", "case ids in the ledger that never showed a trigger; in no number"),
        Column("quarantined", "BIGINT", "rows kept aside with a reason"),
        Column("received", "BIGINT", "events that came through the receiver; the others were imported from files"),
        Column("late", "BIGINT", "of these, arrived longer after they happened than the stream file allows"),
        Column("ahead", "BIGINT", "of these, told a time later than their arrival: some clock is wrong"),
        Column("missing_numbers", "BIGINT", "numbers its sources skipped: events told that never arrived"),
        Column("last_event_at", "TIMESTAMP", "newest event, UTC; open work is aged to it"),
        Column("last_arrival_at", "TIMESTAMP", "newest arrival, UTC"),
        Column("ran_at", "TIMESTAMP", "when the numbers were made, UTC"),
        Column("run_id", "VARCHAR", "run that made them"),
        Column("ledger_fingerprint", "VARCHAR", "order-independent hash over all event keys"),
        Column("code_version", "VARCHAR", "version of streamgauge"),
    ),
)
OBJECTIVES = Table(
    "objectives",
    "one objective in one quarter: what was promised to customers, and how much of its error budget is left",
    key=("stream", "metric", "statistic", "period"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("tier", "BIGINT", "1 is the most critical; decides from which burn on an alert rings"),
        Column("metric", "VARCHAR", "key in the catalogue"),
        Column("statistic", "VARCHAR", "the percentile or share the target is set for"),
        Column("period", "VARCHAR", "e.g. 2026-Q3"),
        Column("first_on", "DATE", "first local day of the period"),
        Column("until_on", "DATE", "day after the last"),
        Column("target", "DOUBLE", "limit for one subject in days; of a share, the share wanted"),
        Column("unit", "VARCHAR", "days or share"),
        Column("wanted_share", "DOUBLE", "share of the subjects that must keep the target (0–1)"),
        Column("subjects", "BIGINT", "customers, or failures, whose result is known"),
        Column("misses", "BIGINT", "of these, missed the target"),
        Column("budget", "DOUBLE", "of these, may miss it"),
        Column("budget_left", "DOUBLE", "budget less misses; negative when overspent"),
        Column("short_burn", "DOUBLE", "burn over the last 7 days; 1 spends the budget exactly; NULL: nothing is said"),
        Column(
            "long_burn", "DOUBLE", "burn over the last 28 days; NULL but for the newest period, or below 30 subjects"
        ),
        Column("is_alert", "BOOLEAN", "both burns reached what the tier allows; NULL where nothing is said"),
        Column("open_past_target", "BIGINT", "open and past the target already; NULL but for the newest period"),
    ),
)
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
        Column("unit", "VARCHAR", "days, share, ratio, currency or count"),
        Column("better", "VARCHAR", "lower or higher"),
        Column("reading", "VARCHAR", "which day dates an observation"),
        Column("definition", "VARCHAR", "the Definition section of its docstring"),
        Column("sql", "VARCHAR", "observations query; runs on the published file as it stands"),
    ),
)
CHECK_RESULTS = Table(
    "check_results",
    "one data check of one run",
    key=("stream", "table_name", "check_name"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("table_name", "VARCHAR", "contract table"),
        Column("check_name", "VARCHAR", "what must hold"),
        Column("passed", "BOOLEAN", "did it"),
        Column("failing_rows", "BIGINT", "rows against it"),
        Column("detail", "VARCHAR", "in words"),
    ),
)
PUBLISHED = (METRIC_VALUES, COMPARISONS, VALUE_STREAM, TARGETS, OBJECTIVES, STREAMS, DEFINITIONS, CHECK_RESULTS)
