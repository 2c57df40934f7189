"""The benchmark of the library measures what it says it does."""

from __future__ import annotations

from benchmarks.instrumentation import BARS, KNOWN_AT_END, KNOWN_AT_START, _works, measure
from streamgauge.instrument import current


def test_every_bar_is_measured() -> None:
    """Each bar has its figure, beside the bare span they are ratios of, and nothing stays configured."""
    before = current()
    found = measure(rounds=3)
    assert set(BARS) | {"bare span"} <= set(found)
    assert all(microseconds > 0 for microseconds in found.values())
    assert current() is before


def test_bare_span_and_step_carry_the_same_ten_attributes() -> None:
    """The ratio compares spans of the same names, given at the same moments."""
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    exporter = InMemorySpanExporter()
    with _works(SimpleSpanProcessor(exporter)) as works:
        works["bare span"]()
        works["step, start and end told"]()
    bare, step = (span.attributes or {} for span in exporter.get_finished_spans())
    assert set(bare) == set(step) == set(KNOWN_AT_START) | set(KNOWN_AT_END)
    assert len(step) == 10
