"""The ledger: what is in it stays, what is not sorted is never summed, and a death in the middle leaves no trace."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.errors import BusyError, LedgerError
from pipelines.ledger.append import Receipt, append
from pipelines.ledger.compact import compact
from pipelines.ledger.manifest import Manifest, load_manifest, only_writer
from pipelines.ledger.verify import verify_breaks, verify_file
from pipelines.settings import Settings
from pipelines.sources.batch import to_batch

Told = tuple[str, str, int, str]  # event id, case, minute, step
START = datetime(2026, 1, 5)
ROOT = Path(__file__).parents[2]
MANY = 3_000
IMPORT = """
import sys
from pathlib import Path
from pipelines.settings import Settings
from tests.pipelines.test_ledger import bring, many
print("begun", flush=True)
bring(Settings(home=Path(sys.argv[1]), threads=1), many())
"""


def bring(home: Settings, told: list[Told], *more: list[Told]) -> Receipt:
    """Import events; further lists are further batches of the same import."""
    return append(home, "orders", [_batch(rows) for rows in (told, *more)])


def many() -> list[Told]:
    """Events enough for an import to be caught at it."""
    return [(f"e{number}", f"c{number % 500}", number, "a") for number in range(MANY)]


def _batch(told: list[Told]) -> pl.DataFrame:
    return to_batch({
        "source": ["log"] * len(told), "event_id": [row[0] for row in told], "case_id": [row[1] for row in told],
        "event_at": [START + timedelta(minutes=row[2]) for row in told], "step": [row[3] for row in told],
        "place": [f"line {number}" for number, _ in enumerate(told, 1)],
    })  # fmt: skip


def _manifest(home: Settings) -> Manifest:
    return load_manifest(home.ledger / "orders")


def _ids(home: Settings) -> list[str]:
    with duckdb.connect() as connection:
        found = connection.execute(
            "SELECT event_id FROM read_parquet($paths) ORDER BY ALL", {"paths": _manifest(home).paths()}
        ).fetchall()
    return [row[0] for row in found]


def _counted_fingerprint(home: Settings) -> int:
    """The fingerprint counted again from the rows themselves."""
    with duckdb.connect() as connection:
        found = connection.execute(
            "SELECT sum(fingerprint::HUGEINT) % 18446744073709551616 FROM read_parquet($paths)",
            {"paths": _manifest(home).paths()},
        ).fetchall()
    return int(found[0][0])


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """An empty home."""
    return Settings(home=tmp_path / "home", threads=1)


DAMAGED = {
    "cut off": b'{"format": 2, "version"', "empty": b"", "no object": b"[]", "a word": b'"manifest"',
    "bytes": b"\xff\xfe\x00",
    "a key is missing": b'{"format": 2, "version": 3}',
    "segments are none": b'{"format": 2, "version": 1, "segments": 7}',
}  # fmt: skip


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_manifest_is_a_clear_error(home: Settings, content: bytes) -> None:
    """A manifest that cannot be understood is told by its path, with what to do; nothing is imported over it."""
    bring(home, [("e1", "c1", 0, "a")])
    path = home.ledger / "orders" / "manifest.json"
    path.write_bytes(content)
    with pytest.raises(LedgerError, match=r"manifest\.json is damaged .*restore it from a backup or import again"):
        bring(home, [("e2", "c1", 0, "a")])
    assert path.read_bytes() == content


def test_a_manifest_of_another_format_is_refused(home: Settings) -> None:
    """A ledger written by a later version is not guessed at."""
    bring(home, [("e1", "c1", 0, "a")])
    path = home.ledger / "orders" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 99}))
    with pytest.raises(LedgerError, match="has format 99; this version reads format 2"):
        _manifest(home)


def _rewrite(path: str, query: str) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE rows AS SELECT * FROM read_parquet('{path}')")
        connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")


@pytest.mark.parametrize("damage", ["row gone", "case renamed", "file gone", "file cut off", "no Parquet"])
def test_a_file_changed_from_outside_is_refused(home: Settings, damage: str) -> None:
    """Before a pass every file has the rows and case breaks counted when it was written, or the pass is refused."""
    bring(home, [(f"e{n}", "c1", n, "a") for n in range(6)])
    (file,) = _manifest(home).segments[0].files
    (path,) = _manifest(home).paths()
    match damage:
        case "row gone":
            _rewrite(path, "SELECT * FROM rows LIMIT 5")
        case "case renamed":
            _rewrite(path, "SELECT * REPLACE (case_key + (event_id = 'e3')::UBIGINT AS case_key) FROM rows")
        case "file gone":
            Path(path).unlink()
        case "file cut off":
            Path(path).write_bytes(Path(path).read_bytes()[:-20])
        case _:
            Path(path).write_bytes(b"not a table at all")
    with duckdb.connect() as connection, pytest.raises(LedgerError, match="Restore it or import again"):
        verify_breaks(connection, path, file.rows, file.cases)


@pytest.mark.parametrize(
    "order",
    [
        "event_key", "case_key, event_at DESC, event_key",
        "case_key, event_at, sequence DESC, event_key", "case_key, event_at, sequence NULLS LAST, event_key",
        "case_key, event_at, sequence NULLS FIRST, event_key DESC",
    ],
)  # fmt: skip
def test_an_unsorted_file_is_refused_and_never_summed(tmp_path: Path, order: str) -> None:
    """A partitioned, ordered copy once left a few rows out of place and lost handoffs: every departure is counted."""
    path = tmp_path / "bucket.parquet"
    events = "SELECT (n // 30)::UBIGINT AS case_key, TIMESTAMP '2026-01-05' + INTERVAL (n // 6) MINUTE AS event_at, " \
             "CASE WHEN n % 3 > 0 THEN n % 3 END::BIGINT AS sequence, (n * 7919 % 1000)::UBIGINT AS event_key " \
             "FROM range(120) t(n)"  # fmt: skip
    with duckdb.connect() as connection:
        sorted_first = "case_key, event_at, sequence NULLS FIRST, event_key"
        connection.execute(f"COPY ({events} ORDER BY {sorted_first}) TO '{path}' (FORMAT parquet)")
        assert verify_file(connection, str(path)) == (120, 4)
        connection.execute(f"COPY ({events} ORDER BY {order}) TO '{path}' (FORMAT parquet)")
        with pytest.raises(LedgerError, match=r"is not sorted: .* It is not used; import the file again"):
            verify_file(connection, str(path))


def test_merging_keeps_every_event(home: Settings) -> None:
    """Three imports merged: the same events and fingerprint in one sorted file a bucket, and the old files are gone."""
    for first in (0, 20, 40):
        bring(home, [(f"e{n}", f"c{n % 7}", 100 - n, "a") for n in range(first, first + 20)])
    before, ids = _manifest(home), _ids(home)
    after = compact(home, before)
    assert (after.is_compact, after.rows, after.fingerprint) == (True, 60, before.fingerprint)
    assert _ids(home) == ids
    assert _counted_fingerprint(home) == before.fingerprint
    with duckdb.connect() as connection:
        for file in after.segments[0].files:
            assert verify_file(connection, str(after.folder / file.path)) == (file.rows, file.cases)
    assert len(list((after.folder / "segments").iterdir())) == 1
    assert compact(home, after) == after


def test_what_a_killed_import_left_is_swept(home: Settings) -> None:
    """Files no manifest names do not count, and the next import removes them."""
    bring(home, [("e1", "c1", 0, "a")])
    folder = home.ledger / "orders"
    lefts = ("segments/000009-dead/b1.parquet", ".staging-dead/x", "codes/dead.parquet", "quarantine/dead.parquet")
    for left in lefts:
        (folder / left).parent.mkdir(parents=True, exist_ok=True)
        (folder / left).write_bytes(b"half a file")
    assert _ids(home) == ["e1"]
    bring(home, [("e2", "c1", 1, "a")])
    assert _ids(home) == ["e1", "e2"]
    assert not [path for path in folder.rglob("*") if "dead" in str(path)]


def test_a_killed_import_leaves_the_ledger_as_it_was(home: Settings) -> None:
    """Killed at five random moments, an import leaves nothing or everything; done again, every event is there once."""
    bring(home, [("first", "c0", 0, "a")])
    luck = random.Random(20260105)
    for _ in range(5):
        command = [sys.executable, "-c", IMPORT, str(home.home)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"begun\n"
            time.sleep(luck.uniform(0, 0.6))
            os.kill(process.pid, signal.SIGKILL)
        rows = _manifest(home).rows
        assert rows in (1, MANY + 1)
        assert len(_ids(home)) == rows
    receipt = bring(home, many())
    assert receipt.new + receipt.duplicate == MANY
    assert _ids(home) == sorted(["first", *(row[0] for row in many())])
    assert _counted_fingerprint(home) == _manifest(home).fingerprint


def test_two_imports_at_once_lose_nothing(home: Settings) -> None:
    """Of two imports at the same time one waits for the other; both are there, and what they share is there once."""
    parts = [[(f"e{n}", f"c{n % 9}", n, "a") for n in range(first, first + 60)] for first in (0, 30)]
    receipts: list[Receipt] = []
    threads = [threading.Thread(target=lambda told=part: receipts.append(bring(home, told))) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(receipt.new for receipt in receipts) == [30, 60]
    assert len(_ids(home)) == len(set(_ids(home))) == 90


def test_an_import_that_waits_too_long_is_refused(home: Settings) -> None:
    """A writer that does not end in time is named, and nothing is waited for without end."""
    folder = home.ledger / "orders"
    folder.mkdir(parents=True)
    with only_writer(folder), pytest.raises(BusyError, match="Another import into 'orders' is running"), \
            only_writer(folder, wait_seconds=0.1):  # fmt: skip
        pass


@pytest.mark.parametrize("turn", [1, -1])
def test_an_id_with_two_contents_is_set_aside(tmp_path: Path, turn: int) -> None:
    """The same id with other content is kept apart; within one import which one wins does not depend on the order."""
    home = Settings(home=tmp_path, threads=1)
    told: list[Told] = [("e1", "c1", 0, "a"), ("e1", "c1", 0, "b"), ("e2", "c1", 1, "a")]
    receipt = bring(home, told[::turn])
    assert (receipt.new, receipt.duplicate, receipt.quarantined) == (2, 0, 1)
    assert list(receipt.reasons) == ["id_conflict: this event id came before with other content"]
    expected = Settings(home=tmp_path / "other", threads=1)
    bring(expected, told[:2])
    bring(expected, told[2:])
    assert _manifest(home).fingerprint == _manifest(expected).fingerprint


def test_the_first_write_wins(home: Settings) -> None:
    """An event that is in the ledger is never changed by a later one of its id."""
    bring(home, [("e1", "c1", 0, "a")])
    before = _manifest(home)
    receipt = bring(home, [("e1", "c1", 0, "b")])
    assert (receipt.new, receipt.quarantined) == (0, 1)
    assert (_manifest(home).fingerprint, _manifest(home).rows) == (before.fingerprint, 1)


def test_rows_set_aside_are_counted_once(home: Settings) -> None:
    """A bad row that comes again, in the same file, a second one or all over, is one row set aside."""
    good, bad = ("e1", "c1", 0, "a"), ("e9", " ", 0, "a")
    assert bring(home, [good, bad]).quarantined == 1
    assert bring(home, [good, bad]).quarantined == 1
    assert _manifest(home).quarantined == 1
    bring(home, [good, ("e8", "", 0, "a"), ("e8", "", 0, "a")], [("e8", "", 0, "a"), bad])
    assert _manifest(home).quarantined == 2
    with duckdb.connect() as connection:
        paths = {"paths": _manifest(home).quarantine_paths()}
        assert connection.execute("SELECT count(*) FROM read_parquet($paths)", paths).fetchall() == [(2,)]
