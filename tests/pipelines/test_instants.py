"""Instants: reading whole columns gives what reading each text with the standard library gives."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.sources.instants import read_instant, read_instants

clocks = st.datetimes().map(lambda at: at.isoformat(timespec="milliseconds"))
written = st.builds(
    lambda clock, mark, cut, offset: clock.replace("T", mark)[:cut] + offset,
    clocks,
    st.sampled_from("T "),
    st.sampled_from([19, 21, 22, 23, 10, 16]),
    st.sampled_from(["", "Z", "z", "+00:00", "-23:59", "+0100", "+05", "+24:00", " UTC"]),
)
changes = st.sampled_from(
    ["2024-03-31T02:30:00", "2024-10-27T02:30:00", "2024-10-27T02:59:59.999", "2011-12-30T12:00:00"]
)


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(written | changes | st.none() | st.text(max_size=5), max_size=8),
    zone=st.sampled_from([None, "Europe/Berlin", "Pacific/Apia", "Australia/Lord_Howe"]),
)
def test_columns_and_single_texts_agree(texts: list[str | None], zone: str | None) -> None:
    """The fast way is only fast: every text gives the instant, or the problem, that it gives alone."""
    at, problem = read_instants(pl.Series(texts, dtype=pl.String), zone)
    alone = [read_instant(text, ZoneInfo(zone) if zone else None) for text in texts]
    assert list(zip(at, problem, strict=True)) == alone


@pytest.mark.parametrize("text", ["2024-01-01T10:00:00.123456789Z", "2024-01-01T10:00:00.123456Z"])
def test_microseconds_are_kept_and_finer_ones_cut(text: str) -> None:
    """The ledger counts microseconds; nanoseconds are cut off, never rounded up into the next instant."""
    at, problem = read_instants(pl.Series([text]), None)
    assert str(at[0]) == "2024-01-01 10:00:00.123456"
    assert problem[0] is None
