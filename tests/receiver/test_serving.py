"""The receiver as a process of its own: where it listens, and how it ends."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipelines.receiver.errors import ReceiverError
from pipelines.receiver.limits import Limits
from pipelines.receiver.log import WriteAheadLog
from pipelines.receiver.serving import check_exposure, serve_receiver
from pipelines.receiver.tokens import Tokens, new_token
from tests.receiver.frames import read

ALONE = """
import sys, time
from pathlib import Path
from pipelines.receiver.log import WriteAheadLog
from pipelines.receiver.serving import serve_receiver
from pipelines.receiver.tokens import Tokens
from streamgauge.disk import Disk
class Slow(Disk):
    def sync(self, descriptor):
        time.sleep(0.3)
        super().sync(descriptor)
log = WriteAheadLog(Path(sys.argv[1]), Slow(), free_floor_bytes=0)
serve_receiver(log, Tokens(None), port=0, announce=lambda host, port: print(port, flush=True))
print("ended", flush=True)
"""


@contextmanager
def _alone(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A receiver in a process of its own, and its port."""
    command = [sys.executable, "-c", ALONE, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield process, int(process.stdout.readline())
        finally:
            process.kill()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_receiver_finishes_what_it_began(tmp_path: Path, how: signal.Signals) -> None:
    """On SIGTERM or Ctrl-C a request under way is committed and answered, the segment sealed, and the exit clean."""
    with _alone(tmp_path) as (process, port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("POST", "/v1/traces", b'{"last":1}', {"Content-Type": "application/json"})
        time.sleep(0.15)
        process.send_signal(how)
        assert connection.getresponse().status == 200
        assert process.wait(20) == 0
        assert process.stdout is not None and process.stdout.read() == b"ended\n"
    assert [path.name for path in tmp_path.glob("*.[so]*g*")] == ["000000000001.seg"]
    assert read(tmp_path) == ([b'{"last":1}'], [])


def test_a_killed_receiver_kept_what_it_acknowledged(tmp_path: Path) -> None:
    """After kill -9 the acknowledged requests are in the open segment, and the next receiver goes on."""
    with _alone(tmp_path) as (process, port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        for number in range(3):
            connection.request("POST", "/v1/logs", b"{%s}" % (b" " * number), {"Content-Type": "application/json"})
            assert connection.getresponse().read() == b"{}"
        process.kill()
        process.wait(20)
    assert read(tmp_path)[0] == [b"{}", b"{ }", b"{  }"]
    with WriteAheadLog(tmp_path, free_floor_bytes=0) as log:
        assert log.refusal() is None
    assert read(tmp_path)[0] == [b"{}", b"{ }", b"{  }"]


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.9.9.9"])
def test_this_machine_needs_no_tokens(host: str) -> None:
    """On loopback a receiver may be open."""
    check_exposure(host, Tokens(None))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "receiver.example", ""])
def test_elsewhere_tokens_are_needed(tmp_path: Path, host: str) -> None:
    """An address that others can reach needs tokens, or somebody who says that it does not."""
    with pytest.raises(ReceiverError, match="without tokens would let anybody write"):
        check_exposure(host, Tokens(None))
    check_exposure(host, Tokens(None), may_be_open=True)
    new_token(tmp_path / "tokens", "orders")
    check_exposure(host, Tokens(tmp_path / "tokens"))


def test_an_address_in_use_is_one_sentence(tmp_path: Path) -> None:
    """Where nobody can listen the error names the address, and the log is released."""
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ReceiverError, match="Cannot listen on 127"):
        serve_receiver(WriteAheadLog(tmp_path), Tokens(None), port=taken.getsockname()[1])
    with pytest.raises(ReceiverError, match="without tokens"):
        serve_receiver(WriteAheadLog(tmp_path), Tokens(None), host="0.0.0.0", port=0)
    WriteAheadLog(tmp_path).close()


def test_limits_the_log_cannot_hold_are_refused() -> None:
    """A body must fit into a frame."""
    for wrong in ({"body_bytes": 1 << 30}, {"unpacked_bytes": 0}):
        with pytest.raises(ReceiverError, match="possible are 1 to"):
            Limits(**wrong)
