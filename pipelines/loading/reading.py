"""What a delivery says, as rows: events by the names they carry, spans once for each stream that claims them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import polars as pl

from metrics.stream import Stream
from metrics.stream.source import Source
from pipelines.loading.deliveries import Delivery
from pipelines.receiver.segments import Signal
from pipelines.sources import cloudevents, otlp
from pipelines.sources.meaning import Row, problem_row

_PLAIN = Source()  # what names itself by the wire contract needs no mapping


def read_rows(delivery: Delivery) -> list[Row]:
    """What can be read row by row: events, and the one row that says that a delivery is damaged."""
    if delivery.damage is not None:
        why = f"damaged: {delivery.damage}, {delivery.skipped_bytes:,} bytes skipped"
        return [problem_row(delivery.place, why, delivery.feed)]
    if delivery.signal is Signal.EVENTS:
        return list(cloudevents.parse_rows(delivery.body, delivery.content_type, delivery.place))
    return []


def read_spans_and_logs(delivery: Delivery, streams: list[Stream], left_out: Counter[str]) -> Iterator[pl.DataFrame]:
    """Frames of `batch.SCHEMA` of what comes by OTLP; what is no event is counted in `left_out` by its reason."""
    if delivery.damage is not None or delivery.signal is Signal.EVENTS:
        return
    told = (delivery.body, delivery.content_type)
    if (delivery.signal or otlp.signal_of(*told)) != Signal.TRACES:
        yield otlp.parse_logs(*told, _PLAIN, delivery.place, left_out)
        return
    claiming = [stream for stream in streams if stream.source.spans is not None]
    left_out["requests of spans no stream claims"] += not claiming
    for stream in claiming:
        spans = otlp.parse_traces(*told, stream.source, delivery.place, left_out)
        yield spans.with_columns(pl.col("stream").fill_null(stream.stream))
