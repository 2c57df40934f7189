"""From a service to columns, in one run: telling, receiving, decoding, each beside the SDK's own span.

`make bench` runs it and writes docs/benchmarks-arrival.md. Machines differ in speed, so each figure also stands in bare
spans: how many of it fit into the time in which the stock SDK makes one span and drops it.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import decode, files, instrumentation, receiver
from benchmarks.report import machine

REPORT = Path(__file__).parents[1] / "docs" / "benchmarks-arrival.md"
REFERENCE_SPAN_US = 45.0  # what a bare span costs on the machine the bars were set on
Row = tuple[str, str, str, str]


def telling(found: dict[str, float]) -> list[Row]:
    """Work, microseconds, bare spans, whether its bar holds."""
    bare = found["bare span"]
    rows = []
    for name, microseconds in found.items():
        bar = instrumentation.BARS.get(name)
        verdict = "" if bar is None else f"at most {bar:.2f}: {_verdict(microseconds / bare <= bar)}"
        rows.append((name, f"{microseconds:.1f} µs", f"{microseconds / bare:.2f}", verdict))
    return rows


def taking(found: dict[str, receiver.Taken], bare_us: float) -> list[Row]:
    """Server, spans a second, spans taken in the time of one bare span, whether the bar holds."""
    rows = []
    for name, taken in found.items():
        verdict = _speed(taken.spans_a_second, receiver.BAR_SPANS_A_SECOND, bare_us) if name == receiver.SYNCED else ""
        rows.append((name, f"{taken.spans_a_second:,.0f} a second", _in_a_span(taken.spans_a_second, bare_us), verdict))
    return rows


def decoding(speeds: dict[str, float], bare_us: float) -> list[Row]:
    """What is decoded, spans a second and core, spans in the time of one bare span, whether the bar holds."""
    return [
        (
            name, f"{speed:,.0f} a second and core", _in_a_span(speed, bare_us),
            _speed(speed, decode.BAR_SPANS_A_SECOND, bare_us) if "one frame" in name else "",
        )
        for name, speed in speeds.items()
    ]  # fmt: skip


def reading(speeds: dict[str, float], bare_us: float) -> list[Row]:
    """What is read, events a second, events in the time of one bare span, whether the bar holds."""
    rows = []
    for name, speed in speeds.items():
        verdict = _speed(speed, files.BARS[name], bare_us) if name in files.BARS else ""
        rows.append((name, f"{speed:,.0f} a second", _in_a_span(speed, bare_us), verdict))
    return rows


def measure() -> dict[str, list[Row]]:
    """Everything, one after the other."""
    told = instrumentation.measure()
    bare_us = told["bare span"]
    body = receiver.request_body()
    taken = {name: receiver.measure(name, 8, 4.0, body) for name in receiver.NAMES}
    clock = decode.measure(5, is_distinct=False)
    with tempfile.TemporaryDirectory() as folder:
        read = files.measure(Path(folder))
    speeds = {name: decode.SPANS * decode.REQUESTS / clock.best(name).cpu for name in clock.rounds}
    return {
        "Telling, in a service (bar 5)": telling(told),
        f"Receiving requests of {receiver.SPANS} spans (bar 4)": taking(taken, bare_us),
        "Decoding OTLP to columns (bar 4)": decoding(speeds, bare_us),
        "Reading files to columns (bar 4)": reading(read, bare_us),
    }


def main() -> None:
    """The command line."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    tables = measure()
    for title, rows in tables.items():
        table = Table("", "found", "in bare spans", "bar", title=title, title_justify="left")
        for row in rows:
            table.add_row(*row)
        Console().print(table)
    REPORT.write_text(_page(tables), "utf-8")


def _page(tables: dict[str, list[Row]]) -> str:
    lines = [
        "# Benchmarks of what arrives", "", "Written by `make bench`; do not edit.", "", f"Machine: {machine()}.", "",
        f"A bare span is one of ten attributes, made by the stock SDK and dropped; it costs {REFERENCE_SPAN_US:.0f} µs "
        "on the machine the bars were set on. *In bare spans*: what telling costs; what receiving and decoding take in "
        "the time of one. A bar of so many a second is judged as it stands, and once more in bare spans.",
    ]  # fmt: skip
    for title, rows in tables.items():
        lines += ["", f"## {title}", "", "| | found | in bare spans | bar |", "|---|---:|---:|---|"]
        lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def _in_a_span(a_second: float, bare_us: float) -> str:
    return f"{a_second * bare_us / 1e6:.1f}"


def _speed(found: float, bar: float, bare_us: float) -> str:
    wanted = bar * REFERENCE_SPAN_US / 1e6
    told = f"{bar:,.0f} a second: {_verdict(found >= bar)}"
    return f"{told}; {wanted:.1f} bare spans: {_verdict(found * bare_us / 1e6 >= wanted)}"


def _verdict(holds: bool) -> str:
    return "holds" if holds else "missed"


if __name__ == "__main__":
    main()
