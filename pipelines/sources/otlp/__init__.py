"""OpenTelemetry's own protocol: traces and logs in protobuf or JSON, as bodies received and as files of a Collector.

Spans are events only where the stream file claims them (`source.spans`), log records where they carry our id.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from metrics.stream.source import Source
from pipelines.errors import SourceError
from pipelines.sources.batch import BATCH_ROWS
from pipelines.sources.otlp.collector import Record, read_records, read_whole, recognises
from pipelines.sources.otlp.decoding import Decoding, Signal, signal_of

__all__ = [
    "CAPABILITIES", "KEY", "SIGN", "SUFFIXES", "Decoding", "Record", "Signal", "parse_logs", "parse_traces", "read",
    "read_records", "recognises", "signal_of",
]  # fmt: skip

KEY = "otlp"
SUFFIXES = (
    *(".jsonl", ".ndjson", ".json", ".jsonl.gz", ".ndjson.gz", ".json.gz"),
    *(".jsonl.zst", ".ndjson.zst", ".json.zst", ".zst", ".pb", ".binpb", ".proto"),
)
# spans know no queue and no person; log records that are business events say all a CloudEvent says
CAPABILITIES = frozenset({"touch_time", "queue_time", "performer", "attempts", "failures", "costs"})
SIGN = "OTLP ('resourceSpans' or 'resourceLogs')"


def read(path: Path, settings: Source) -> Iterator[pl.DataFrame]:
    """Batches of about BATCH_ROWS rows from a file of a Collector; a record that cannot be read is a problem row.

    Raises:
        SourceError: the file cannot be read as a whole, or holds nothing that is an event of the stream.
    """
    decoding, is_empty = Decoding(settings), True
    for record in read_whole(path):
        decoding.take(record.body, record.content_type, record.place)
        if len(decoding) >= BATCH_ROWS:
            is_empty = False
            yield decoding.take_frame()
    if len(decoding):
        yield decoding.take_frame()
    elif is_empty and decoding.left_out:
        told = ", ".join(f"{count:,} {reason}" for reason, count in decoding.left_out.items())
        raise SourceError(f"{path.name} holds {told}, and no event. Claim spans under source.spans in the stream file.")


def parse_traces(
    body: bytes, content_type: str, settings: Source, place: str, left_out: Counter[str] | None = None
) -> pl.DataFrame:
    """The rows of one request to /v1/traces. `left_out` is counted up by what is no event, by reason."""
    return _parse(body, content_type, settings, place, left_out, Signal.TRACES)


def parse_logs(
    body: bytes, content_type: str, settings: Source, place: str, left_out: Counter[str] | None = None
) -> pl.DataFrame:
    """The rows of one request to /v1/logs. `left_out` is counted up by what is no event, by reason."""
    return _parse(body, content_type, settings, place, left_out, Signal.LOGS)


def _parse(
    body: bytes, content_type: str, settings: Source, place: str, left_out: Counter[str] | None, signal: Signal
) -> pl.DataFrame:
    decoding = Decoding(settings, left_out)
    decoding.take(body, content_type, place, signal)
    return decoding.take_frame()
