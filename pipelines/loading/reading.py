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
from pipelines.sources.batch import to_batch

_PLAIN = Source()  # what names itself by the wire contract needs no mapping


def read_delivery(delivery: Delivery, streams: list[Stream], left_out: Counter[str]) -> Iterator[pl.DataFrame]:
    """Frames of `batch.SCHEMA`; what is no event is counted in `left_out` by its reason."""
    told = (delivery.body, delivery.content_type)
    if delivery.damage is not None:
        problem = f"damaged: {delivery.damage}, {delivery.skipped_bytes:,} bytes skipped"
        yield to_batch({"source": [delivery.feed], "place": [delivery.place], "problem": [problem]})
    elif delivery.signal is Signal.EVENTS:
        yield cloudevents.parse(*told, _PLAIN, delivery.place)
    elif (delivery.signal or otlp.signal_of(*told)) != Signal.TRACES:
        yield otlp.parse_logs(*told, _PLAIN, delivery.place, left_out)
    else:
        claiming = [stream for stream in streams if stream.source.spans is not None]
        left_out["requests of spans no stream claims"] += not claiming
        for stream in claiming:
            spans = otlp.parse_traces(*told, stream.source, delivery.place, left_out)
            yield spans.with_columns(stream=pl.lit(stream.stream))
