"""A receiver that runs, on a port the system chose, and the plainest of clients."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipelines.receiver.app import create_receiver
from pipelines.receiver.limits import Limits
from pipelines.receiver.log import WriteAheadLog
from pipelines.receiver.segments import Frame, read_frames
from pipelines.receiver.serving import build_server
from pipelines.receiver.tokens import Tokens
from streamgauge.disk import Disk

JSON, PROTOBUF = "application/json", "application/x-protobuf"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; names of headers in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Running:
    """A receiver and where it is."""

    port: int
    log: WriteAheadLog

    @property
    def url(self) -> str:
        """Its address, without a path."""
        return f"http://127.0.0.1:{self.port}"

    def ask(self, method: str, path: str, body: bytes | Iterator[bytes] | None = None, **headers: str) -> Reply:
        """One request on a connection of its own; `content_type="x"` is the header Content-Type."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            reply = connection.getresponse()
            return Reply(reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read())
        finally:
            connection.close()

    def post(self, path: str, body: bytes | Iterator[bytes], content_type: str = JSON, **headers: str) -> Reply:
        """Send a body."""
        return self.ask("POST", path, body, content_type=content_type, **headers)

    def frames(self) -> list[Frame]:
        """All that the log holds; damages are no frames."""
        return [item for item in read_frames(self.log.folder) if isinstance(item, Frame)]

    def wait_until_ready(self) -> None:
        """Wait for the log to have found that the disk works again."""
        deadline = time.monotonic() + 10
        while self.ask("GET", "/readyz").status != 200:
            assert time.monotonic() < deadline, "the receiver never became ready again"
            time.sleep(0.005)


@contextmanager
def running(
    folder: Path, disk: Disk | None = None, *, tokens: Path | None = None, limits: Limits | None = None,
    segment_bytes: int = 1 << 22, free_floor_bytes: int = 0,
) -> Iterator[Running]:  # fmt: skip
    """A receiver in a thread; afterwards it has ended and its log is sealed."""
    chosen = limits or Limits()
    log = WriteAheadLog(
        folder, disk, segment_bytes=segment_bytes, free_floor_bytes=free_floor_bytes, pause_seconds=0.01
    )
    with log, socket.create_server(("127.0.0.1", 0)) as listening:
        server = build_server(create_receiver(log, Tokens(tokens), chosen), chosen)
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            yield Running(listening.getsockname()[1], log)
        finally:
            server.should_exit = True
            thread.join(20)
