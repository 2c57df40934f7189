"""Bad input: the right status, nothing lost, memory bounded."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from pipelines.receiver.gunzip import BrokenGzipError, TooLargeError, gunzip
from tests.receiver.running import JSON, PROTOBUF, Running, running

MIB = 1 << 20


def _otlp(name: str = "span", start_ns: int = 1, **attributes: str) -> bytes:
    """A request of one span in OTLP/JSON."""
    told = [{"key": key, "value": {"stringValue": value}} for key, value in attributes.items()]
    span = {"name": name, "startTimeUnixNano": str(start_ns), "attributes": told}
    return json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}).encode()


KEPT = {
    "in 1970": _otlp(start_ns=0),
    "in 2262": _otlp(start_ns=2**63 - 1),
    "beyond what fits": _otlp(start_ns=2**70),
    "hostile names": _otlp(
        **{"'; DROP TABLE events; --": "x", "../../etc/passwd": "x", "\x00": "\x00", "": "", "💥": "x"}
    ),
    "hostile values": _otlp(name="<script>alert(1)</script>", **{"streamgauge.case.id": "${jndi:ldap://x}"}),
    "of another shape": b'{"resourceSpans":"none"}',
    "not OTLP": b'{"hello":"world"}',
}


@pytest.mark.parametrize("name", KEPT)
def test_what_can_be_decoded_is_kept_however_strange(shared: Running, name: str) -> None:
    """Whether it is an event is judged later: the bytes are in the log as they came."""
    assert shared.post("/v1/traces", KEPT[name]).status == 200
    assert shared.frames()[-1].body == KEPT[name]


def test_protobuf_with_invalid_utf8_inside_is_kept(receiver: Running) -> None:
    """One bad string among good spans costs none of them here: what is inside a message is judged later."""
    request = ExportTraceServiceRequest()
    request.resource_spans.add().scope_spans.add().spans.add(name="name")
    body = request.SerializeToString().replace(b"name", b"n\xff\xfee")
    assert receiver.post("/v1/traces", body, PROTOBUF).status == 200
    assert receiver.frames()[0].body == body


def test_a_string_of_ten_megabytes_is_kept(tmp_path: Path) -> None:
    """Within the limits size is no reason to refuse, packed or plain."""
    body = _otlp(long="x" * 10_000_000)
    with running(tmp_path, segment_bytes=64 * MIB) as receiver:
        assert receiver.post("/v1/traces", body).status == 200
        assert receiver.post("/v1/traces", gzip.compress(body + b" " * 1_000), content_encoding="gzip").status == 413
        random = json.dumps({"a": [f"{number:x}" for number in range(900_000)]}).encode()
        assert receiver.post("/v1/traces", gzip.compress(random, 1), content_encoding="gzip").status == 200
        assert [len(frame.body) for frame in receiver.frames()] == [len(body), len(random)]


def test_a_gzip_bomb_is_413(receiver: Running) -> None:
    """By its size or by its ratio, before it is unpacked whole; the receiver goes on."""
    for size in (2 * MIB, 4 * MIB, 90 * MIB):
        bomb = gzip.compress(b" " * size)
        assert receiver.post("/v1/traces", bomb, content_encoding="gzip").status == 413
    assert receiver.post("/v1/traces", b"{}").status == 200


def test_unpacking_stops_at_its_limits() -> None:
    """A limit is of the sum of all members; what is within it comes out whole."""
    text = bytes(range(256)) * 8_192
    packed = gzip.compress(text)
    assert gunzip(packed, len(text)) == text
    assert gunzip(packed * 3, 3 * len(text)) == text * 3
    with pytest.raises(TooLargeError, match=f"more than {len(text) - 1} bytes"):
        gunzip(packed, len(text) - 1)
    with pytest.raises(TooLargeError):
        gunzip(packed * 3, 3 * len(text) - 1)
    with pytest.raises(TooLargeError, match="more than 1048576 bytes"):
        gunzip(packed, len(text), most_ratio=1)
    with pytest.raises(TooLargeError, match="4096 gzip members"):
        gunzip(gzip.compress(b"") * 5_000, 10)


def test_every_torn_or_flipped_gzip_body_is_told_from_a_whole_one() -> None:
    """Cut or changed at any byte it unpacks to the same text or is broken, and never to another one."""
    text = b'{"resourceSpans":[]}' * 3
    packed = gzip.compress(text, mtime=0)
    for place in range(len(packed)):
        with pytest.raises(BrokenGzipError):
            gunzip(packed[:place], 1_000)
        changed = bytearray(packed)
        changed[place] ^= 0x10
        with suppress(BrokenGzipError):  # most are noticed; a changed time stamp changes nothing
            assert gunzip(bytes(changed), 1_000) == text


IN_LITTLE_MEMORY = """
import gzip, resource, sys, zlib
from pathlib import Path
from tests.receiver.running import JSON, PROTOBUF, running
from pipelines.receiver.limits import Limits
MIB = 1 << 20
squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
bomb = b"".join(squeeze.compress(bytes(MIB)) for _ in range(100)) + squeeze.flush()
limits = Limits(body_bytes=8 * MIB, unpacked_bytes=8 * MIB, held_bytes=16 * MIB)
many_fields = b"\\x08\\x00" * (4 * MIB)
with running(Path(sys.argv[1]), limits=limits) as receiver:
    assert receiver.post("/v1/traces", b"{}").status == 200
    def sent(): yield from (bytes(MIB) for _ in range(60))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    statuses = [
        receiver.post("/v1/traces", bomb, content_encoding="gzip").status,
        receiver.post("/v1/traces", sent()).status,
        receiver.post("/v1/traces", many_fields, PROTOBUF).status,
        receiver.post("/v1/traces", b"[" * (8 * MIB)).status,
        receiver.post("/v1/traces", gzip.compress(b"") * 300_000, content_encoding="gzip").status,
    ]
    print(statuses, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024)
"""


def test_memory_is_bounded(tmp_path: Path) -> None:
    """A bomb of 100 MB, a body without end and millions of empty fields take no more than a few bodies of memory."""
    done = subprocess.run(
        [sys.executable, "-c", IN_LITTLE_MEMORY, str(tmp_path)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout == "[413, 413, 200, 400, 413] True\n", done.stdout + done.stderr


def test_an_answer_repeats_nothing_of_the_request(receiver: Running) -> None:
    """What was sent does not come back in an error, where a log or a page could show it."""
    for content_type, body in ((JSON, b'{"secret": 12 34}'), (PROTOBUF, b"secret 1234"), ("secret/1234", b"")):
        reply = receiver.post("/v1/traces", body, content_type, content_encoding="identity")
        assert reply.status in (400, 415)
        assert b"secret" not in reply.body and b"34" not in reply.body
