"""How fast the receiver takes spans, beside what bounds it: the same server without a log, and the bare SDK.

Run with `python -m benchmarks.receiver`. Clients are processes of their own with keep-alive connections; all share the
machine's cores with the receiver. Ratios are of one run, so that they can be compared between machines.
"""

from __future__ import annotations

import argparse
import http.client
import multiprocessing
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import TracerProvider
from rich.console import Console
from rich.table import Table
from starlette.types import Receive, Scope, Send

from pipelines.receiver.app import create_receiver
from pipelines.receiver.limits import Limits
from pipelines.receiver.log import WriteAheadLog
from pipelines.receiver.serving import build_server, finishing
from pipelines.receiver.tokens import Tokens
from streamgauge.disk import Disk

CACHE = Path(__file__).parents[1] / ".cache" / "bench"
SPANS = 512
BAR_SPANS_A_SECOND = 200_000
SYNCED, UNSYNCED, BARE = "receiver, synced", "receiver, not synced", "server without a log"
NAMES = (SYNCED, UNSYNCED, BARE)


class _UnsyncedDisk(Disk):
    """Never waits for the device: what syncing costs is the difference."""

    def sync(self, descriptor: int) -> None:
        """Promise nothing."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What one kind of server took: spans a second on the clock and for each second of its processor, and latencies."""

    spans_a_second: float
    spans_a_cpu_second: float
    median_ms: float
    p99_ms: float


def request_body(spans: int = SPANS) -> bytes:
    """An export request in protobuf, each span with ten attributes."""
    request = ExportTraceServiceRequest()
    resource = request.resource_spans.add()
    resource.resource.attributes.add(key="service.name").value.string_value = "orders"
    scope = resource.scope_spans.add()
    for number in range(spans):
        begin = 1_700_000_000_000_000_000 + number * 1_000_000
        span = scope.spans.add(
            trace_id=os.urandom(16), span_id=os.urandom(8), name="Check order", kind=1,
            start_time_unix_nano=begin, end_time_unix_nano=begin + 500_000,
        )  # fmt: skip
        for place in range(10):
            span.attributes.add(key=f"streamgauge.attribute.{place}").value.string_value = f"value {number} {place}"
    body: bytes = request.SerializeToString()
    return body


async def answer_200(scope: Scope, receive: Receive, send: Send) -> None:
    """Read the body and say 200: what server and loopback cost by themselves."""
    while (await receive()).get("more_body", False):
        continue
    headers = [(b"content-type", b"application/x-protobuf"), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def serve(name: str, folder: Path) -> None:
    """What the server's process runs: tell the port, serve until SIGTERM, tell the seconds of processor."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listening:
        print(listening.getsockname()[1], flush=True)
        limits, began = Limits(), time.process_time()
        if name == BARE:
            with finishing():
                build_server(answer_200, limits).run([listening])
        else:
            disk = _UnsyncedDisk() if name == UNSYNCED else Disk()
            with WriteAheadLog(folder, disk) as log, finishing():
                build_server(create_receiver(log, Tokens(None), limits), limits).run([listening])
    print(time.process_time() - began, flush=True)


def send_for(port: int, seconds: float, body: bytes) -> list[float]:
    """Requests one after the other on one connection; the seconds each took."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    took, end = [], time.perf_counter() + seconds
    while (began := time.perf_counter()) < end:
        connection.request("POST", "/v1/traces", body, {"Content-Type": "application/x-protobuf"})
        reply = connection.getresponse()
        reply.read()
        assert reply.status == 200, reply.status
        took.append(time.perf_counter() - began)
    connection.close()
    return took


def measure(name: str, clients: int, seconds: float, body: bytes) -> Taken:
    """Start a server and its clients, and see what it takes."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:  # not in memory, where a sync costs nothing
        command = [sys.executable, "-m", "benchmarks.receiver", "--serve", name, "--folder", folder]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            port = int(server.stdout.readline())
            send_for(port, 0.3, body)
            with multiprocessing.get_context("spawn").Pool(clients) as pool:
                pool.starmap(send_for, [(port, 0.1, body)] * clients)
                began = time.perf_counter()
                parts = pool.starmap(send_for, [(port, seconds, body)] * clients, chunksize=1)
                wall = time.perf_counter() - began
            server.terminate()
            cpu = float(server.stdout.readline())
    took = sorted(chain.from_iterable(parts))
    share = seconds / (seconds + 0.4)  # of the server's processor time; the rest was warming up
    spans = len(took) * SPANS
    return Taken(spans / wall, spans / (cpu * share), statistics.median(took) * 1e3, took[int(len(took) * 0.99)] * 1e3)


def span_seconds(count: int = 20_000) -> float:
    """Seconds the bare SDK needs for one span with ten attributes, exporting nothing; the best of three rounds."""
    tracer = TracerProvider(shutdown_on_exit=False).get_tracer("bench")
    attributes = {f"streamgauge.attribute.{place}": f"value {place}" for place in range(10)}
    rounds = []
    for _ in range(3):
        began = time.perf_counter()
        for _ in range(count):
            with tracer.start_as_current_span("Check order", attributes=attributes):
                pass
        rounds.append((time.perf_counter() - began) / count)
    return min(rounds)


def show(found: dict[str, Taken], bare_span: float) -> None:
    """Print the figures and their ratios."""
    table = Table("", "spans a second", "per CPU second", "median ms", "p99 ms", title=f"Requests of {SPANS} spans")
    for name, taken in found.items():
        table.add_row(
            name, f"{taken.spans_a_second:,.0f}", f"{taken.spans_a_cpu_second:,.0f}", f"{taken.median_ms:.1f}",
            f"{taken.p99_ms:.1f}",
        )  # fmt: skip
    console = Console()
    console.print(table)
    synced = found[SYNCED].spans_a_second
    verdict = "holds" if synced >= BAR_SPANS_A_SECOND else "missed"
    console.print(f"The bare SDK makes a span with 10 attributes in {bare_span * 1e6:.1f} µs.")
    console.print(f"Receiver, synced, over server without a log: {synced / found[BARE].spans_a_second:.2f}")
    console.print(f"Receiver, synced, over one process that makes spans: {synced * bare_span:.1f}")
    console.print(f"At least {BAR_SPANS_A_SECOND:,} spans a second with sync: {synced:,.0f}, {verdict}")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=8, help="how many processes send")
    parser.add_argument("--seconds", type=float, default=4.0, help="how long each server is measured")
    parser.add_argument("--serve", choices=NAMES, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve, options.folder)
        return
    body = request_body()
    print(f"{len(body):,} bytes a request, {options.clients} clients, {os.cpu_count()} cores")
    bare_span = span_seconds()
    show({name: measure(name, options.clients, options.seconds, body) for name in NAMES}, bare_span)


if __name__ == "__main__":
    main()
