"""What an import must not depend on: the order of rows, the cut into files, and how often it is done."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.ledger.append import Receipt, append
from pipelines.ledger.manifest import Manifest, load_manifest
from pipelines.ledger.schema import CODED
from pipelines.settings import Settings
from pipelines.sources.batch import SCHEMA

Row = tuple[str, int, str, str | None]
START = datetime(2024, 1, 1)

rows = st.lists(
    st.tuples(
        st.sampled_from(["c1", "c2", "NA", "ü"]),
        st.integers(0, 5),
        st.sampled_from(["a", "b", "c d"]),
        st.none() | st.sampled_from(["ann", "bot"]),
    ),
    min_size=1,
    max_size=8,
)


@contextmanager
def _home() -> Iterator[Settings]:
    with tempfile.TemporaryDirectory() as folder:
        yield Settings(home=Path(folder), threads=1)


def _batch(told: Sequence[Row]) -> pl.DataFrame:
    frame = pl.DataFrame(
        {
            "source": ["log"] * len(told),
            "case_id": [row[0] for row in told],
            "event_at": [START + timedelta(hours=row[1]) for row in told],
            "step": [row[2] for row in told],
            "performer": [row[3] for row in told],
        },
        schema_overrides={"performer": pl.String, "event_at": pl.Datetime("us")},
    )
    missing = [pl.lit(None).alias(name) for name in SCHEMA if name not in frame.columns]
    return frame.with_columns(missing).select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())


def _import(home: Settings, *files: Sequence[Row]) -> list[Receipt]:
    return [append(home, "orders", [_batch(told)]) for told in files if told]


def _manifest(home: Settings) -> Manifest:
    return load_manifest(home.ledger / "orders")


def _content(home: Settings) -> list[tuple[object, ...]]:
    """Every event with the names its codes stand for; without the time of import."""
    manifest = _manifest(home)
    words = ", ".join(
        f"(SELECT name FROM codes WHERE kind = '{name}' AND codes.code = e.{code}) AS {name}"
        for name, code in CODED.items()
    )
    with duckdb.connect() as connection:
        path = {"path": str(manifest.codes_path())}
        connection.execute("CREATE TABLE codes AS SELECT * FROM read_parquet($path)", path)
        return connection.execute(
            f"SELECT e.* EXCLUDE (ingested_at, {', '.join(CODED.values())}), {words} FROM read_parquet($paths) e "
            "ORDER BY event_key",
            {"paths": manifest.paths()},
        ).fetchall()


@settings(max_examples=6, deadline=None)
@given(told=rows, data=st.data())
def test_order_and_cut_of_files_change_nothing(told: list[Row], data: st.DataObject) -> None:
    """Shuffled, or split in two files that share rows, in any order: the ledger holds the same events."""
    shuffled = data.draw(st.permutations(told))
    cut, overlap = data.draw(st.integers(0, len(told))), data.draw(st.integers(0, 2))
    files = data.draw(st.permutations([shuffled[: cut + overlap], shuffled[cut:]]))
    with _home() as whole, _home() as pieces:
        _import(whole, told)
        _import(pieces, *files)
        assert _content(pieces) == _content(whole)
        assert _manifest(pieces).fingerprint == _manifest(whole).fingerprint
        assert _manifest(pieces).rows == _manifest(whole).rows == len(set(told))


@settings(max_examples=6, deadline=None)
@given(told=rows, data=st.data())
def test_importing_again_adds_nothing(told: list[Row], data: st.DataObject) -> None:
    """The second import of the same rows, in another order, says 0 new and leaves the manifest as it was."""
    with _home() as home:
        first = _import(home, told)[0]
        before = _manifest(home)
        again = _import(home, data.draw(st.permutations(told)))[0]
        assert (first.new, again.new) == (len(set(told)), 0)
        assert again.duplicate == again.read == len(told)
        assert _manifest(home) == before


@settings(max_examples=5, deadline=None)
@given(told=rows, bad=st.integers(1, 3), data=st.data())
def test_quarantine_is_counted_once(told: list[Row], bad: int, data: st.DataObject) -> None:
    """A row that cannot be an event is kept aside once, and every row read is new, duplicate or quarantined."""
    broken: list[Row] = [("", hour, "a", None) for hour in range(bad)]
    mixed = data.draw(st.permutations([*told, *broken]))
    with _home() as home:
        for receipt in _import(home, mixed, mixed):
            assert receipt.read == receipt.new + receipt.duplicate + receipt.quarantined
            assert receipt.read == len(mixed)
        assert _manifest(home).quarantined == bad
