"""Files of a Collector's file exporter: every framing, growing files, cut off and hostile ones."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from metrics.stream.source import Source
from pipelines.errors import SourceError
from pipelines.sources import otlp, source_for
from pipelines.sources.otlp import collector, read_records
from tests.pipelines.otlp_messages import CLAIMED, JSON, Told, traces

REQUESTS = [
    traces(*(replace(Told(), span_id=bytes([number, item, *range(6)])) for item in range(1, 4)))
    for number in range(1, 6)
]
PROTOBUF, TEXT = ([request[encoding] for request in REQUESTS] for encoding in (0, 1))


def _zstd(content: bytes) -> bytes:
    return bytes(pa.Codec("zstd").compress(content, asbytes=True))


def _framed(records: list[bytes]) -> bytes:
    return b"".join(len(record).to_bytes(4, "big") + record for record in records)


LINES = b"".join(text + b"\n" for text in TEXT)
FILES: dict[str, tuple[str, bytes]] = {
    "JSON lines": ("traces.json", LINES),
    "JSON lines, native zstd": ("traces.json", _zstd(LINES)),
    "JSON lines, gzip": ("traces.jsonl.gz", gzip.compress(LINES)),
    "framed protobuf": ("traces.pb", _framed(PROTOBUF)),
    "framed protobuf, native zstd": ("traces.json", _zstd(_framed(PROTOBUF))),
    "framed protobuf, each packed": ("traces.json", _framed([_zstd(body) for body in PROTOBUF])),
    "framed JSON, each packed": ("traces.json", _framed([_zstd(body) for body in TEXT])),
}
PLAIN = [name for name in FILES if "native" not in name and "gzip" not in name]


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    """Writes one of FILES by its name."""

    def make(name: str) -> Path:
        path = tmp_path / FILES[name][0]
        path.write_bytes(FILES[name][1])
        return path

    return make


@pytest.mark.parametrize("name", FILES)
def test_every_framing_is_recognised_and_read(name: str, write: Callable[[str], Path]) -> None:
    """Whatever the file is called, its first bytes say how it is framed, and all give the same rows."""
    path = write(name)
    assert source_for(path).KEY == "otlp"
    rows = pl.concat(list(otlp.read(path, CLAIMED)))
    wanted = pl.concat(otlp.parse_traces(text, JSON, CLAIMED, "x") for text in TEXT)
    assert rows.drop("place").sort("event_id").equals(wanted.drop("place").sort("event_id"))
    assert rows["place"][0] == ("byte 0 span 1" if "framed" in name else "line 1 span 1")


@pytest.mark.parametrize("name", PLAIN)
def test_a_growing_file_is_followed(name: str, write: Callable[[str], Path]) -> None:
    """However a file grows, byte by byte, every record is read once, whole, from where the last one ended."""
    path = write(name)
    content, offset, bodies = path.read_bytes(), 0, []
    for size in [*range(12), *range(12, len(content) + 1, 61)]:
        path.write_bytes(content[:size])
        for record in read_records(path, offset):
            offset, bodies = record.end, [*bodies, record.body]
    path.write_bytes(content)
    bodies += [record.body for record in read_records(path, offset)]
    assert bodies == (PROTOBUF if "protobuf" in name else [text + b"\n" * ("lines" in name) for text in TEXT])
    assert list(read_records(path, len(content))) == []


def test_a_length_that_looks_like_a_line_is_waited_out(tmp_path: Path) -> None:
    """While only the length of the first frame is there, its bytes are no line, even where one of them ends lines."""
    path = tmp_path / "traces.pb"
    path.write_bytes((0x0A0A).to_bytes(4, "big"))
    assert list(read_records(path)) == []


@pytest.mark.parametrize("name", [name for name in FILES if name not in PLAIN])
def test_a_packed_stream_begins_again_until_it_ends(name: str, write: Callable[[str], Path]) -> None:
    """A packed stream cannot be entered in its midst: an unfinished one says 0, a finished one its size."""
    path = write(name)
    content = path.read_bytes()
    ends = [record.end for record in read_records(path)]
    assert ends == [0, 0, 0, 0, len(content)]
    assert list(read_records(path, len(content))) == []
    path.write_bytes(content[:-3])
    assert all(record.end == 0 for record in read_records(path))


def test_a_packed_stream_of_many_blocks_is_read_while_it_grows(tmp_path: Path) -> None:
    """What a growing packed stream holds so far is read, up to a little before its end."""
    path = tmp_path / "traces.json"
    path.write_bytes(gzip.compress(LINES * 100)[:-20])
    assert len(list(read_records(path))) >= 480


def test_lines_read_on_name_the_byte(write: Callable[[str], Path]) -> None:
    """From the beginning a place is a line; further on nobody counted the lines, so it is a byte."""
    path = write("JSON lines")
    first, second, *_ = read_records(path)
    assert (first.place, second.place) == ("line 1", "line 2")
    assert next(read_records(path, first.end)).place == f"byte {len(TEXT[0]) + 1}"


@pytest.mark.parametrize("name", FILES)
def test_a_file_cut_off_says_so(name: str, write: Callable[[str], Path]) -> None:
    """An imported file that breaks off is a problem of its last record, or refused where it is one packed stream."""
    path = write(name)
    path.write_bytes(path.read_bytes()[:-9])
    if name not in PLAIN:
        with pytest.raises(SourceError, match="cannot be read"):
            list(otlp.read(path, CLAIMED))
        return
    rows = pl.concat(list(otlp.read(path, CLAIMED)))
    assert rows["problem"].drop_nulls().len() == 1
    assert rows.filter(pl.col("problem").is_null()).height == 4 * 6


def test_a_line_beyond_the_limit_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record larger than the limit is a problem and is not held; the next one is read."""
    monkeypatch.setattr(collector, "MAX_RECORD_BYTES", 2_000)
    path = tmp_path / "traces.json"
    path.write_bytes(TEXT[0] + b"\n" + b"x" * 50_000 + b"\n" + TEXT[1] + b"\n")
    rows = pl.concat(list(otlp.read(path, CLAIMED)))
    assert rows.filter(pl.col("problem").is_not_null()).select("place", "problem").rows() == [
        ("line 2", "is larger than 64 MiB")
    ]
    assert rows.filter(pl.col("problem").is_null()).height == 2 * 6


def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A frame that unpacks to more than the limit is a problem, and its neighbours are read."""
    monkeypatch.setattr(collector, "MAX_RECORD_BYTES", 100_000)
    path = tmp_path / "traces.json"
    path.write_bytes(_framed([_zstd(TEXT[0]), _zstd(b"\0" * 10_000_000), b"\x28\xb5\x2f\xfdnone", _zstd(TEXT[1])]))
    rows = pl.concat(list(otlp.read(path, CLAIMED)))
    problems = rows["problem"].drop_nulls().to_list()
    assert problems[0] == "is larger than 64 MiB when unpacked" and problems[1].startswith("cannot be unpacked")
    assert rows.filter(pl.col("problem").is_null()).height == 2 * 6


def test_a_length_that_cannot_be_true_ends_the_reading(tmp_path: Path) -> None:
    """Where a frame's length is nonsense nothing after it can be found, and the problem says so."""
    path = tmp_path / "traces.pb"
    path.write_bytes(_framed(PROTOBUF[:2]) + b"\xff\xff\xff\xff" + _framed(PROTOBUF[2:]))
    *_, last = read_records(path)
    rows = pl.concat(list(otlp.read(path, CLAIMED)))
    assert "nothing after it could be read" in rows["problem"].drop_nulls().to_list()[0]
    assert rows.filter(pl.col("problem").is_null()).height == 2 * 6 and last.end == path.stat().st_size


def test_spans_nobody_claims_are_no_import(write: Callable[[str], Path]) -> None:
    """A file of spans for a stream that claims none is refused with what to write."""
    with pytest.raises(SourceError, match=r"15 spans outside the stream, and no event\. Claim spans"):
        list(otlp.read(write("JSON lines"), Source()))


def test_batches_are_bounded(write: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch ends with the record that fills it."""
    monkeypatch.setattr(otlp, "BATCH_ROWS", 10)
    assert [batch.height for batch in otlp.read(write("JSON lines"), CLAIMED)] == [12, 12, 6]


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """A file that is not there is a SourceError, for the import and for the follower."""
    for read in (read_records, lambda path: otlp.read(path, CLAIMED)):
        with pytest.raises(SourceError, match="cannot be read"):
            list(read(tmp_path / "traces.json"))
