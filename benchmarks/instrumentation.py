"""What telling costs a service, in bare OpenTelemetry spans of the same run: `python -m benchmarks.instrumentation`.

Every round does each piece of work once, as a service does: nothing is measured on caches it alone has warmed. Medians
of many rounds, so neighbours on the machine weigh on all alike. Knows the library and the SDK; writes to a folder that
is gone afterwards.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Tracer

sys.path.insert(0, str(Path(__file__).parents[1] / "instrumentation"))  # installed or not

import streamgauge as sg
from streamgauge.event import Event, uuid7
from streamgauge.instrument import current, use

ROUNDS = 3000
BARS = {"step, start and end told": 1.5, "step, told once (brief)": 1.5, "event into the file outbox": 1 / 3}
"""The most each may cost, in bare spans; 15 µs an event where the bare span costs 45 µs."""
OWN = {"channel": "web", "country": "DE"}
KNOWN_AT_START = {
    "streamgauge.stream.name": "order_to_cash",
    "streamgauge.case.id": "O-0004711",
    "streamgauge.step.name": "Check order",
    "streamgauge.step.instance_id": "0198c5b6-7a10-7d3e-9f64-0c1b2a3d4e5f",
    "streamgauge.performer.kind": "system",
    **OWN,
}
KNOWN_AT_END = {
    "streamgauge.outcome": "success",
    "cloudevents.event_id": "0198c5b6-7a10-7d3e-9f64-0c1b2a3d4e5f",
    "cloudevents.event_source": "/orders/3f9a0c2d11ab",
}
"""Together the ten attributes of the measured step's span; the bare span is given them when the step's is."""


class _Nowhere(SpanExporter):
    def export(self, spans: object) -> SpanExportResult:
        return SpanExportResult.SUCCESS

    def shutdown(self) -> None:
        """Nothing to give back."""


def measure(rounds: int = ROUNDS) -> dict[str, float]:
    """Median microseconds of each piece of work, by its name."""
    with _works(BatchSpanProcessor(_Nowhere())) as works:
        taken: dict[str, list[int]] = {name: [] for name in works}
        for _ in range(rounds):
            for name, work in works.items():
                began = time.perf_counter_ns()
                work()
                taken[name].append(time.perf_counter_ns() - began)
        return {name: statistics.median(found) / 1000 for name, found in taken.items()}


@contextmanager
def _works(processor: SpanProcessor) -> Iterator[dict[str, Callable[[], object]]]:
    provider, before = TracerProvider(), current()
    provider.add_span_processor(processor)
    with tempfile.TemporaryDirectory() as folder:
        outbox = sg.FileOutbox(folder, "orders")
        try:
            sg.configure(
                service="orders", stream="order_to_cash", outbox=outbox, version="2.4", environment="production",
                tracer_provider=provider,
            )  # fmt: skip
            data = {name.removeprefix("streamgauge."): value for name, value in KNOWN_AT_START.items()}
            event = Event(uuid7(), "order.created", time.time_ns(), data)
            with sg.case("O-0004711"):
                yield {
                    "bare span": partial(_open_span, provider.get_tracer("bench")),
                    "step, start and end told": partial(_do_step, is_brief=False),
                    "step, told once (brief)": partial(_do_step, is_brief=True),
                    "event, told by its verb": partial(sg.event, "order.created", **OWN),
                    "event into the file outbox": partial(outbox.put, event),
                }
        finally:
            outbox.close()
            provider.shutdown()
            use(before)


def _open_span(tracer: Tracer) -> None:
    with tracer.start_as_current_span("Check order", attributes=KNOWN_AT_START) as span:
        span.set_attributes(KNOWN_AT_END)


def _do_step(is_brief: bool) -> None:
    with sg.step("Check order", brief=is_brief, **OWN):
        pass


def main() -> int:
    """Print the figures; 1 when one is beyond its bar."""
    found = measure()
    bare = found["bare span"]
    for name, microseconds in found.items():
        bar = BARS.get(name)
        at_most = "" if bar is None else f"  at most {bar:.2f}"
        print(f"{name:28} {microseconds:7.1f} µs  {microseconds / bare:5.2f} bare spans{at_most}")
    return int(any(found[name] / bare > bar for name, bar in BARS.items()))


if __name__ == "__main__":
    sys.exit(main())
