"""docs/metrics.md: every metric in the words of its own file, with a glossary."""

from __future__ import annotations

from collections.abc import Iterator

from docs.markdown import fenced, generated_from, page, table
from metrics.catalog import CATALOG, HEADLINE
from metrics.definition import HEADINGS, module_of, section_of
from metrics.metric import Metric

GLOSSARY = {
    "stream": "the way of one kind of work from a customer's trigger to an outcome; described by one stream file",
    "case": "one piece of that work: an order, a claim, an incident",
    "step": "something done to a case by one performer",
    "visit": "one execution of a step in a case; the second visit of a step is its first repeat",
    "handoff": "the change of the responsible (performer, role or team) between two consecutive steps of a case",
    "performer": "who or what does a step: human, system, agent, external or unknown",
    "release": "a change put into service at an instant; a case belongs to the release in force at its trigger",
    "failure episode": "the time from the first sign of a failure until work is back to its steady state",
    "outcome": "what ends a case for the customer: completed, rejected, cancelled or abandoned",
    "period": "a run of local calendar days: a week, month, quarter or year of the stream's time zone and fiscal year",
    "scope": "the cases a number speaks of: a stream, a period, and values of dimensions",
    "rate card": "what an hour of a role, or a unit of metered use, costs from which day on; approved, in versions",
    "bill": "what was charged for a month: compute, licences, shared platforms; handed out to cases to the cent",
    "allocation": "how a bill reaches cases: by metered use, or evenly on started or finished cases",
    "idle capacity": "what was paid for and used by nobody; a line of its own",
    "variance": "the change of a cost between two periods, taken apart by its causes so that they sum to it exactly",
    "benefit": "what an initiative claims to better: cashable, capacity, avoidance or quality, never summed over these",
    "budget line": "where finance books a benefit",
    "run cost": "what must be paid every month for a benefit to last; a cash claim is told net of it",
    "payback": "months until a benefit has paid back what was invested, run cost taken off",
    "closed quarter": "one whose published numbers never change any more",
    "restatement": "a number of a closed quarter that later data or definitions tell otherwise: both, and why",
    "evidence": "what a published value was made of, under an id by which it can be derived again",
}


def write_metrics() -> str:
    """The whole page."""
    return page(
        ["# What each number means"],
        generated_from("the files in `metrics/`"),
        [
            "A metric is one SQL query over the [contract tables](tables.md). It yields one row per subject: a day, an",
            "amount, a base. Statistics, intervals and verdicts are made from such rows in one way for all metrics.",
            "No data is *no data*, with the reason; it is never 0.",
        ],
        ["## Contents"],
        [f"- [{metric.label}](#{metric.key}){' *(headline)*' if metric in HEADLINE else ''}" for metric in CATALOG]
        + ["- [Glossary](#glossary)"],
        *(part for metric in CATALOG for part in _write_metric(metric)),
        ["## Glossary"],
        table(("word", "meaning"), GLOSSARY.items()),
    )


def _write_metric(metric: Metric) -> Iterator[list[str]]:
    yield [f'<a id="{metric.key}"></a>', "", f"## {metric.label}"]
    yield [f"`{metric.key}`, definition {metric.version}. {metric.sentence}"]
    rows = [(heading, section_of(metric, heading)) for heading in HEADINGS if heading != "Edge cases"]
    statistics = ", ".join(statistic.value for statistic in metric.statistics)
    dimensions = ", ".join(f"`{name}`" for name in metric.dimensions)
    segments = " and the segments of the stream file" if "segments" in metric.sql else ""
    rows += [("Statistics", statistics), ("Can be split by", dimensions + segments)]
    yield table(("", ""), ((f"**{heading}**", text) for heading, text in rows))
    yield ["Edge cases:"]
    yield [f"- {_arrow(case)}" for case in edge_cases_of(metric)]
    yield ["<details><summary>The SQL as run</summary>"]
    yield fenced("sql", metric.sql)
    yield ["</details>"]


def edge_cases_of(metric: Metric) -> list[str]:
    """The edge cases of a metric, one text each, as its docstring lists them."""
    lines = (module_of(metric).__doc__ or "").splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("Edge cases "))
    told = [lines[first].removeprefix("Edge cases").strip()]
    for line in lines[first + 1 :]:
        if line[:1].strip():
            break
        if "->" in line:
            told.append(line.strip())
        else:
            told[-1] += " " + line.strip()
    return [" ".join(text.split()) for text in told]


def _arrow(case: str) -> str:
    return case.replace(" -> ", " → ")
