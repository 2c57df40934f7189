"""Which source reads a file: by its ending, and by its first bytes where several share that."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pytest

from pipelines.errors import SourceError
from pipelines.sources import SniffingModule, discover, source_for
from tests.pipelines.otlp_messages import Record, Told, logs, traces

EVENT = json.dumps({"specversion": "1.0", "id": "1", "source": "/a", "type": "t"}).encode()
SPANS, RECORDS = traces(Told())[1], logs(Record())[1]


def test_every_source_is_found_and_named() -> None:
    """Each source has a key of its own, endings and what it can see; those that share an ending recognise their own."""
    sources = discover()
    assert [source.KEY for source in sources] == ["cloudevents", "ocel", "otlp", "table", "xes"]
    assert all(source.SUFFIXES and source.CAPABILITIES for source in sources)
    for source in sources:
        others = {suffix for other in sources if other is not source for suffix in other.SUFFIXES}
        if others & set(source.SUFFIXES):
            sniffing: SniffingModule = source  # type: ignore[assignment]
            assert callable(sniffing.recognises) and sniffing.SIGN


@pytest.mark.parametrize("ending", ["json", "jsonl", "ndjson"])
@pytest.mark.parametrize(
    ("content", "key"),
    [
        (EVENT, "cloudevents"),
        (b"[\n " + EVENT + b"]", "cloudevents"),
        (b"{broken\n" + EVENT, "cloudevents"),
        (b'{ "specversion" : "1.0"}', "cloudevents"),
        (SPANS, "otlp"),
        (RECORDS, "otlp"),
    ],
)
def test_the_first_bytes_tell(ending: str, content: bytes, key: str, tmp_path: Path) -> None:
    """Lines of CloudEvents and of OTLP are told apart, plain and packed."""
    path = tmp_path / f"told.{ending}"
    path.write_bytes(content)
    packed = tmp_path / f"told.{ending}.gz"
    packed.write_bytes(gzip.compress(content))
    assert source_for(path).KEY == source_for(packed).KEY == key


def test_a_packed_file_is_looked_into(tmp_path: Path) -> None:
    """Zstandard is unpacked to look at the beginning, whatever the name says."""
    path = tmp_path / "told.json"
    path.write_bytes(pa.Codec("zstd").compress(SPANS * 3, asbytes=True))
    assert source_for(path).KEY == "otlp"


@pytest.mark.parametrize("content", [b"", b"[]", b"{}\n", b"\xff\xfe{\x00", b"\x1f\x8bnone", b"\x28\xb5\x2f\xfdx"])
def test_a_file_of_neither_is_refused(content: bytes, tmp_path: Path) -> None:
    """Content that no source recognises is refused, and the sentence names what was looked for."""
    path = tmp_path / "told.jsonl"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"begins like neither of CloudEvents .* and OTLP"):
        source_for(path)


def test_a_file_of_both_is_refused(tmp_path: Path) -> None:
    """One file of two formats would be read by half; the sentence says what to do."""
    path = tmp_path / "told.jsonl"
    path.write_bytes(EVENT + b"\n" + SPANS)
    with pytest.raises(SourceError, match=r"looks like CloudEvents .* at once\. Write each into a file of its own"):
        source_for(path)


def test_an_unknown_ending_names_the_known_ones(tmp_path: Path) -> None:
    """A file nobody reads is refused with the endings that are read, each once."""
    path = tmp_path / "told.xlsx"
    path.write_bytes(b"PK")
    with pytest.raises(SourceError, match=r"Known endings: ") as refused:
        source_for(path)
    assert str(refused.value).count(".jsonl,") == 1
    with pytest.raises(SourceError, match="is not a file"):
        source_for(tmp_path / "none.json")
