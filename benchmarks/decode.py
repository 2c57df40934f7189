"""How fast OTLP becomes columns, beside what bounds it: the bare decoding of the same bytes, and the SDK's own span.

Run with `python -m benchmarks.decode`. Seconds are of the processor, so they are of one core whatever Polars uses.
Spans have nine attributes: case, route and method and the like with few values, an address and an amount with many.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable
from functools import partial

import msgspec
from google.protobuf.json_format import MessageToDict  # type: ignore[import-untyped]  # ships no types
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.sdk.trace import TracerProvider
from rich.console import Console
from rich.table import Table

from benchmarks.timing import Clock
from metrics.stream.source import Source, Spans
from pipelines.sources.otlp import Decoding, Signal, parse_traces
from pipelines.sources.otlp.decoding import JSON, PROTOBUF

BAR_SPANS_A_SECOND = 80_000
REQUESTS, SPANS = 40, 512
CLAIMED = Source(spans=Spans())
LABELS = {PROTOBUF: "protobuf", JSON: "JSON"}
SDK = "made by the bare SDK"


class _Value(msgspec.Struct, gc=False, rename="camel"):
    string_value: str | None = None
    int_value: str | None = None
    double_value: float | None = None
    bool_value: bool | None = None


class _Pair(msgspec.Struct, gc=False):
    key: str
    value: _Value


class _Span(msgspec.Struct, gc=False, rename="camel"):
    trace_id: str
    span_id: str
    name: str
    start_time_unix_nano: str
    end_time_unix_nano: str
    attributes: list[_Pair]


class _Scope(msgspec.Struct):
    spans: list[_Span]


class _Resource(msgspec.Struct, rename="camel"):
    scope_spans: list[_Scope]


class _Request(msgspec.Struct, rename="camel"):
    resource_spans: list[_Resource]


def make_request(rng: random.Random, first: int, is_distinct: bool) -> ExportTraceServiceRequest:
    """A request of SPANS spans; with `is_distinct` no attribute value is ever said twice."""
    request = ExportTraceServiceRequest()
    resource = request.resource_spans.add()
    for name, text in (("service.name", "orders"), ("service.version", "2.4"), ("k8s.pod.name", "orders-7f9")):
        resource.resource.attributes.add(key=name).value.string_value = text
    scope = resource.scope_spans.add()
    scope.scope.name = "orders.web"
    for number in range(first, first + SPANS):
        start = 1_753_000_000_000_000_000 + number * 1_000_003
        span = scope.spans.add(
            trace_id=rng.randbytes(16), span_id=rng.randbytes(8), parent_span_id=rng.randbytes(8),
            name=f"step {number % 9}", kind=2, start_time_unix_nano=start, end_time_unix_nano=start + 5_000_000,
        )  # fmt: skip
        tail = f" {number}" if is_distinct else ""
        _say(span.attributes, "streamgauge.case.id", f"O-{number // 5:07d}{tail}")
        _say(span.attributes, "http.request.method", rng.choice(["GET", "POST"]) + tail)
        _say(span.attributes, "http.route", rng.choice(["/orders", "/orders/{id}", "/parcels"]) + tail)
        _say(span.attributes, "url.path", f"/orders/{number}")
        _say(span.attributes, "server.address", f"orders-{number % 7}{tail}")
        _say(span.attributes, "http.response.status_code", number if is_distinct else rng.choice([200, 201, 404]))
        _say(span.attributes, "thread.id", number if is_distinct else number % 40)
        _say(span.attributes, "order.value", round(rng.random() * 500, 2))
        _say(span.attributes, "user_agent.original", rng.choice(["Mozilla/5.0 (X11; Linux x86_64)", "curl/8.5"]) + tail)
    return request


def _say(attributes: object, name: str, value: str | int | float) -> None:
    pair: KeyValue = attributes.add(key=name)  # type: ignore[attr-defined]
    if isinstance(value, str):
        pair.value.string_value = value
    elif isinstance(value, int):
        pair.value.int_value = value
    else:
        pair.value.double_value = value


def to_json(request: ExportTraceServiceRequest) -> bytes:
    """The request as OTLP writes it in JSON: ids in hexadecimal, enumerations as numbers."""
    told = MessageToDict(request, use_integers_for_enums=True)
    for message, written in zip(
        request.resource_spans[0].scope_spans[0].spans, told["resourceSpans"][0]["scopeSpans"][0]["spans"], strict=True
    ):
        for name, value in (("traceId", message.trace_id), ("spanId", message.span_id)):
            written[name] = value.hex()
        written["parentSpanId"] = message.parent_span_id.hex()
    return msgspec.json.encode(told)


def measure(rounds: int, is_distinct: bool) -> Clock:
    """Time everything on the same requests, one after the other in each round."""
    rng = random.Random(7)
    requests = [make_request(rng, number * SPANS, is_distinct) for number in range(REQUESTS)]
    bodies = {PROTOBUF: [r.SerializeToString() for r in requests], JSON: [to_json(r) for r in requests]}
    decode_typed = msgspec.json.Decoder(_Request).decode
    bare: dict[str, Callable[[bytes], object]] = {PROTOBUF: ExportTraceServiceRequest.FromString, JSON: decode_typed}
    clock = Clock()
    for _ in range(rounds):
        for kind, said in bodies.items():
            clock.time(f"{LABELS[kind]}, bare", partial(_decode_bare, said, bare[kind]))
            clock.time(f"{LABELS[kind]}, one frame of all", partial(_decode_all, said, kind))
            clock.time(f"{LABELS[kind]}, a frame each", partial(_decode_each, said, kind))
        clock.time(SDK, _make_spans)
    return clock


def _decode_bare(bodies: list[bytes], decode: Callable[[bytes], object]) -> None:
    for body in bodies:
        decode(body)


def _decode_all(bodies: list[bytes], kind: str) -> None:
    decoding = Decoding(CLAIMED)
    for body in bodies:
        decoding.take(body, kind, "inbox", Signal.TRACES)
    assert decoding.take_frame().height == 2 * SPANS * len(bodies)


def _decode_each(bodies: list[bytes], kind: str) -> None:
    for body in bodies:
        assert parse_traces(body, kind, CLAIMED, "inbox").height == 2 * SPANS


def _make_spans() -> None:
    """As many spans of nine attributes as are decoded, made by the SDK and exported nowhere."""
    tracer = TracerProvider(shutdown_on_exit=False).get_tracer("bench")
    attributes = {f"attribute.{place}": f"value {place}" for place in range(9)}
    for _ in range(SPANS * REQUESTS):
        with tracer.start_as_current_span("step", attributes=attributes):
            pass


def show(clock: Clock, title: str) -> None:
    """Print spans a second and core, each beside the bare decoding of its encoding and beside the SDK."""
    table = Table("", "spans/s/core", "µs a span", "of bare", "of SDK", "spread", title=title)
    speeds = {name: SPANS * REQUESTS / clock.best(name).cpu for name in clock.rounds}
    for name, speed in speeds.items():
        bare = speeds.get(f"{name.partition(',')[0]}, bare")
        table.add_row(
            name, f"{speed:,.0f}", f"{1e6 / speed:.1f}", f"{speed / bare:.2f}" if bare else "",
            f"{speed / speeds[SDK]:.2f}", f"{clock.spread(name):.2f}",
        )  # fmt: skip
    console = Console()
    console.print(table)
    for kind in LABELS.values():
        speed = speeds[f"{kind}, one frame of all"]
        verdict = "holds" if speed >= BAR_SPANS_A_SECOND else "missed on this machine"
        console.print(f"{kind}: at least {BAR_SPANS_A_SECOND:,} spans a second and core: {speed:,.0f}, {verdict}")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured")
    options = parser.parse_args()
    show(measure(options.rounds, is_distinct=False), f"{REQUESTS} requests of {SPANS} spans of 9 attributes")
    show(measure(options.rounds, is_distinct=True), "The same, no attribute value said twice")


if __name__ == "__main__":
    main()
