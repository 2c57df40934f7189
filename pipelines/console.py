"""What a person sees in a terminal: progress on stderr, facts on stdout, one sentence for an error.

Knows how things look; decides nothing. Text from outside is escaped, so a step name cannot style or hide anything.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

from rich.console import Console, RenderableType
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

if TYPE_CHECKING:
    from metrics.evaluate import Value
    from pipelines.doctor import Finding
    from pipelines.ledger.append import Receipt
    from pipelines.reviewing import PublishedReview

_MOST_REASONS = 10
_LEAST_COLUMN = 9
"""Characters that a column of a table needs to be read, its line included."""

_out = Console(soft_wrap=True)
_err = Console(stderr=True, soft_wrap=True)


def say(text: str) -> None:
    """A line for a person, beside the facts."""
    _err.print(text)


def step(text: str) -> None:
    """A line of progress that stays."""
    _err.print(f"  [dim]{escape(text)}[/dim]")


def complain(text: str) -> None:
    """The one sentence of an error."""
    _err.print(f"[red]streamgauge:[/red] {escape(text)}")


def facts(told: Any, shown: RenderableType, as_json: bool) -> None:
    """Facts, as JSON for programs or as shown for people."""
    if as_json:
        print(json.dumps(told, ensure_ascii=False, indent=1, default=str))  # noqa: T201  # stdout is the product here
    else:
        _out.print(shown)


@contextmanager
def working(what: str, *, quiet: bool = False) -> Iterator[Callable[[str], None]]:
    """A spinner with the elapsed time; yields a function that says what is being done."""
    with _progress(quiet) as progress:
        task = progress.add_task(what, total=None)
        yield lambda text: progress.update(task, description=f"{what}: {escape(text)}")


@contextmanager
def counting(what: str, *, quiet: bool = False) -> Iterator[Callable[[int], None]]:
    """A spinner that counts events and says how many a second."""
    begun, seen = time.monotonic(), 0
    with _progress(quiet) as progress:
        task = progress.add_task(what, total=None)

        def more(count: int) -> None:
            nonlocal seen
            seen += count
            rate = seen / max(time.monotonic() - begun, 1e-9)
            progress.update(task, description=f"{what}: {seen:,} events, {rate:,.0f} a second")

        yield more


def rows_shown(rows: Sequence[Mapping[str, object]]) -> RenderableType:
    """Objects as a table; where the terminal is too narrow for so many columns, each as a block of lines."""
    if rows and _LEAST_COLUMN * len(rows[0]) > _out.width:
        return "\n\n".join(_block(row) for row in rows)
    return table("", rows)


def table(title: str, rows: Sequence[Mapping[str, object]]) -> Table:
    """Objects as a table, a column for each key; what is unknown shows as a dash."""
    shown = Table(title=title, title_justify="left", header_style="bold")
    for name in rows[0] if rows else ():
        shown.add_column(name.replace("_", " "))
    for row in rows:
        shown.add_row(*(_cell(value) for value in row.values()))
    return shown


def _block(row: Mapping[str, object]) -> str:
    """An object as lines, a name and a value each."""
    widest = max(len(name) for name in row)
    return "\n".join(f"[b]{name.replace('_', ' '):{widest}}[/b]  {_cell(value)}" for name, value in row.items())


def receipt_fact(stream: str, receipt: Receipt) -> dict[str, object]:
    """The object `streamgauge import --json` prints."""
    return {
        "stream": stream, "read": receipt.read, "new": receipt.new, "duplicate": receipt.duplicate,
        "quarantined": receipt.quarantined, "cases": receipt.cases, "reasons": receipt.reasons,
    }  # fmt: skip


def receipt_lines(fact: Mapping[str, Any]) -> str:
    """What an import did, in a line, and why rows were kept aside."""
    counts = ", ".join(f"[b]{fact[name]:,}[/b] {name}" for name in ("read", "new", "duplicate", "quarantined"))
    return "\n".join([f"{escape(str(fact['stream']))}: {counts}", *_aside_lines(fact["reasons"])])


def run_lines(outcome: Mapping[str, Any]) -> str:
    """What a run did."""
    state = "[green]done[/green]" if outcome["success"] else "[red]failed[/red]"
    failed = "".join(f"\n  failed: {escape(name)}" for name in outcome["failed"])
    counts = f"{outcome['assets']} assets, {outcome['checks_passed']} checks passed"
    return f"Run {outcome['run_id']}: {state}, {counts}{failed}"


def value_table(values: Sequence[Value]) -> Table:
    """Values as a table, intervals beside them; what is the same in every row is left out."""
    facts = [value.as_fact() for value in values]
    rows: list[dict[str, object]] = []
    for fact in facts:
        dimensions: Any = fact["dimensions"]
        row: dict[str, object] = {"stream": fact["stream"]} if len({f["stream"] for f in facts}) > 1 else {}
        row |= {"metric": fact["metric"], "": fact["statistic"], "period": fact["period"]}
        if dimensions:
            row["split"] = ", ".join(f"{name}={value}" for name, value in dimensions.items())
        row |= {
            "value": _number(fact["value"]),
            "95 % range": _range(fact),
            "n": fact["n"],
            "unit": str(fact["unit"]).replace("_", " "),
        }
        if any("least" in other for other in facts):
            row["whatever is unknown"] = _ends(fact.get("least"), fact.get("most"))
        row |= {"verdict": fact["verdict"]}
        if any(other["may_still"] for other in facts):
            row["not final"] = fact["may_still"] and f"may still {fact['may_still']} until {fact['matures_on']}"
        rows.append(row)
    shown = table("Metrics", rows)
    clocks = {f"{fact['metric']} of {fact['stream']}: {fact['clock']}": None for fact in facts if "clock" in fact}
    shown.caption, shown.caption_justify = escape("\n".join(clocks)) or None, "left"
    return shown


def status_lines(facts: Sequence[Mapping[str, Any]], unrouted: Mapping[str, int]) -> str:
    """A paragraph a stream, and what arrived for none."""
    lines = []
    for fact in facts:
        cases = "not measured yet" if fact["cases"] is None else f"{fact['cases']:,} cases, {fact['open_cases']:,} open"
        lines += [
            f"[b]{escape(fact['name'])}[/b] ({fact['stream']})",
            f"  {fact['events']:,} events, {cases}, {fact['quarantined']:,} rows quarantined",
            f"  newest event {_minute(fact['last_event'])}, last arrival {_minute(fact['last_arrival'])}, "
            f"last run {_minute(fact['last_run'])} (UTC)",
            *(f"  {told['quarter']} closed since {_minute(told['closed_at'])} (UTC)" for told in fact["closed"]),
            *_arrival_lines(fact),
            *_aside_lines(fact["quarantine_reasons"]),
        ]
    if unrouted:
        lines += ["Arrived for no stream of this home", *_aside_lines(unrouted)]
    return "\n".join(lines)


def _arrival_lines(fact: Mapping[str, Any]) -> list[str]:
    """How events came through the receiver, where any did."""
    if not fact["received"]:
        return []
    lines = [f"  {fact['received']:,} events received, {fact['late']:,} of them late"]
    if fact["ahead_of_clock"]:
        lines.append(f"  [red]{fact['ahead_of_clock']:,} told a time after their arrival: some clock is wrong[/red]")
    if fact["missing_numbers"]:
        lines.append(f"  [red]{fact['missing_numbers']:,} events were told and have not arrived[/red]")
    return lines


def _aside_lines(reasons: Mapping[str, int]) -> list[str]:
    """The most frequent reasons; whoever sends nonsense may send much of it."""
    shown = [f"  kept aside: {count:,} × {escape(reason)}" for reason, count in islice(reasons.items(), _MOST_REASONS)]
    more = len(reasons) - len(shown)
    return [*shown, f"  kept aside: {more:,} further reasons, see --json"] if more else shown


def review_lines(published: Sequence[PublishedReview]) -> str:
    """The headline sentences of each page, and where it lies."""
    lines = []
    for page in published:
        lines += [f"[b]{escape(page.stream)}[/b], {page.period}", *(f"  • {escape(text)}" for text in page.sentences)]
        lines.append(f"  Page: [b]{escape(str(page.page))}[/b]")
    return "\n".join(lines)


def doctor_table(findings: Sequence[Finding]) -> Table:
    """Findings with a mark and, where something is missing, what to do."""
    rows = []
    for finding in findings:
        mark = "ok" if finding.is_well else ("missing" if finding.is_needed else "optional")
        rows.append({"": mark, "what": finding.name, "found": finding.found,
                     "what to do": None if finding.is_well else finding.advice})  # fmt: skip
    return table("Doctor", rows)


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else escape(str(value))


def _number(value: object) -> str | None:
    if not isinstance(value, float):
        return None
    return f"{value:,.0f}" if value == int(value) and abs(value) >= 1000 else f"{value:.4g}"


def _range(fact: Mapping[str, object]) -> str | None:
    low, high = _number(fact["low"]), _number(fact["high"])
    return None if low is None or high is None else f"{low} to {high}"


def _ends(least: object, most: object) -> str | None:
    """From the least to the most; an end that is none is told as such."""
    ends = [_number(end) or "no end" for end in (least, most)]
    return None if least is None and most is None else " to ".join(ends)


def _minute(instant: str | None) -> str:
    return "never" if instant is None else instant[:16]


def _progress(quiet: bool) -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    return Progress(*columns, console=_err, transient=True, disable=quiet or not _err.is_terminal)
