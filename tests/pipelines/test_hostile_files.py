"""Hostile and damaged files, through the whole import: one clear sentence, and the ledger as it was."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from metrics.stream.source import Source
from pipelines.errors import SourceError, StorageError
from pipelines.ledger.append import Receipt, append
from pipelines.ledger.manifest import load_manifest
from pipelines.settings import Settings
from pipelines.sources import source_for
from pipelines.sources.xes import exact
from tests.small_disk import small_file_system

MAPPING = Source.model_validate({"columns": {"case_id": "order", "step": "step", "event_at": "at"}})
HEADER = b"order,step,at\n"
ROW = b"o1,a,2024-01-01T00:00:00Z\n"
TABLE = HEADER + b"".join(b"o%d,a,2024-01-01T00:00:00Z\n" % number for number in range(1, 4_001))
TRACE = (
    '<trace><string key="concept:name" value="c1"/><event><string key="concept:name" value="a"/>'
    '<date key="time:timestamp" value="2024-01-01T00:00:00Z"/></event></trace>\n'
)
LOG = f'<?xml version="1.0" encoding="UTF-8"?>\n<log>\n{TRACE * 50}</log>'.encode()
LAUGHS = (
    b'<?xml version="1.0"?>\n<!DOCTYPE log [<!ENTITY a "ha">' + b"".join(
        b'<!ENTITY %c "%s">' % (97 + n, b"&%c;" % (96 + n) * 10) for n in range(1, 20)
    ) + b']>\n<log><trace><string key="concept:name" value="&t;"/></trace></log>'
)  # fmt: skip


def _import(home: Settings, path: Path, mapping: Source = MAPPING) -> Receipt:
    return append(home, "orders", source_for(path).read(path, mapping))


def _state(home: Settings) -> dict[str, bytes]:
    """Every file of the ledger that counts, with its bytes; the lock is no part of it."""
    return {
        str(path.relative_to(home.home)): path.read_bytes()
        for path in sorted(home.home.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def _begin(folder: Path) -> Settings:
    """A home whose ledger already holds one order."""
    settings = Settings(home=folder / "home", threads=1)
    path = folder / "first.csv"
    path.write_bytes(HEADER + b"o0,a,2024-01-01T00:00:00Z\n")
    _import(settings, path)
    return settings


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """A ledger of its own, for tests that write to it."""
    return _begin(tmp_path)


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """One ledger for all tests after which it must be as it was."""
    return _begin(tmp_path_factory.mktemp("unchanged"))


REFUSED: dict[str, tuple[str, bytes, str]] = {
    "doctype": ("x.xes", b"<!DOCTYPE log><log/>", "line 1: a document type or entity"),
    "billion laughs": ("x.xes", LAUGHS, "line 2: a document type or entity"),
    "file entity": ("x.xes", b'<!DOCTYPE l [<!ENTITY f SYSTEM "file:///etc/passwd">]><log>&f;</log>', "document type"),
    "broken XML": ("x.xes", LOG.replace(b"</event></trace>", b"</event>", 7)[:-7], r"line \d+: broken XML"),
    "mismatched tag": ("x.xes", LOG[:-6] + b"</lag>", "line 53: broken XML \\(mismatched tag\\)"),
    "truncated XML": ("x.xes", LOG[:-6], "line 53: broken XML"),
    "text after the log": ("x.xes", LOG + b"more", "line 53: broken XML"),
    "latin-1 called UTF-8": ("x.xes", LOG.replace(b'"a"', b'"\xe4"'), "line 3: holds bytes that are not UTF-8"),
    "unknown encoding": ("x.xes", LOG.replace(b"UTF-8", b"klingon"), "encoding"),
    "no log": ("x.xes", b"<html><body/></html>", "begins with <html>"),
    "empty XES": ("x.xes", b"", "x.xes is empty"),
    "no events": ("x.xes", b"<log/>", "holds no events"),
    "event without trace": ("x.xes", b"<log>\n<event/></log>", "line 2: an event outside any trace"),
    "truncated XES gzip": ("x.xes.gz", gzip.compress(LOG)[:-30], "truncated gzip"),
    "damaged XES gzip": ("x.xes.gz", gzip.compress(LOG)[:40] + b"\xff" * 40, "damaged"),
    "no timestamps": ("x.xes", LOG.replace(b"time:timestamp", b"when"), "no timestamp"),
    "empty table": ("x.csv", b"", "x.csv is empty"),
    "blank table": ("x.csv", b"\n\n", "x.csv is empty"),
    "header only": ("x.csv", HEADER, "holds no events"),
    "unknown column": ("x.csv", b"orders,step,at\n", "no column 'order'.*Did you mean 'orders'"),
    "repeated column": ("x.csv", b"order,step,at,at\n" + ROW, "names 'at' twice"),
    "semicolons": ("x.csv", TABLE.replace(b",", b";"), "source.delimiter to ';'"),
    "latin-1 table": ("x.csv", HEADER + ROW + "o1,Prüfung,2024\n".encode("latin-1"), "line 3: the text is not utf-8"),
    "latin-1 far down": ("x.csv", TABLE + "o1,Prüfung,2024\n".encode("latin-1"), "line 4002: the text is not utf-8"),
    "utf-16 table": ("x.csv", TABLE.decode().encode("utf-16"), "not utf-8"),
    "too few cells": ("x.csv", TABLE + b"o1,a\n", "line 4002: 2 cells, but the header names 3"),
    "too many cells": ("x.csv", TABLE + ROW[:-1] + b",x\n", "line 4002: too many cells"),
    "open quote": ("x.csv", HEADER + b'o1,"a,2024\n' + ROW * 3, "line 2: a quoted value does not end"),
    "huge cell": ("x.csv", HEADER + b"o1," + b"x" * 1_200_000 + b",2024\n", "longer than 1 MiB"),
    "truncated table gzip": ("x.csv.gz", gzip.compress(TABLE)[:-30], "truncated gzip"),
    "table that is no gzip": ("x.csv.gz", TABLE, "gzip"),
    "no Parquet": ("x.parquet", b"PAR1 and no more", "Parquet"),
    "unknown ending": ("x.xlsx", b"PK", "Known endings"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "content", "sentence"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_cannot_be_read_changes_nothing(
    name: str, content: bytes, sentence: str, unchanged: Settings, tmp_path: Path
) -> None:
    """Refused with the reason, without the words of a library, and the ledger is byte for byte as it was."""
    path = tmp_path / name
    path.write_bytes(content)
    before = _state(unchanged)
    with pytest.raises(SourceError, match=sentence) as refused:
        _import(unchanged, path, Source() if ".xes" in name else MAPPING)
    assert _state(unchanged) == before
    assert not any(word in str(refused.value) for word in ("Invalid Input", "LINE 1", "sniff", "strict_mode", "\n"))


def test_a_long_value_is_cut_and_says_so(tmp_path: Path) -> None:
    """A value of more than 100,000 characters is kept to that length, with its true length beside it."""
    path = tmp_path / "x.xes"
    path.write_bytes(LOG.replace(b"<event>", b'<event><string key="note" value="' + b"x" * 150_000 + b'"/>', 1))
    told = next(source_for(path).read(path, Source()))["attributes"][0]
    assert told.endswith('x [cut: 150000 characters]"}')
    assert len(told) < 101_000


def test_an_element_without_end_is_not_held(unchanged: Settings, tmp_path: Path) -> None:
    """A value of 40 MiB is refused while it is read, not after."""
    path = tmp_path / "x.xes"
    path.write_bytes(LOG[:-6] + b'<trace><string key="a" value="' + b"x" * (40 << 20))
    with pytest.raises(SourceError, match="larger than 16 MiB"):
        _import(unchanged, path)


def test_a_trace_without_end_is_not_held(unchanged: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More events in one trace than the limit are refused with the line; up to it they are read."""
    path = tmp_path / "x.xes"
    event = TRACE[TRACE.index("<event>") : TRACE.index("</trace>")] + "\n"
    path.write_bytes(b"<log><trace>\n" + event.encode() * 1_000 + b"</trace></log>")
    monkeypatch.setattr(exact, "MAX_EVENTS_A_TRACE", 1_000)
    assert sum(batch.height for batch in source_for(path).read(path, Source())) == 1_000
    monkeypatch.setattr(exact, "MAX_EVENTS_A_TRACE", 999)
    with pytest.raises(SourceError, match="line 1001: a trace of more than"):
        _import(unchanged, path, Source())


def test_dates_of_another_time_are_kept_aside(home: Settings, tmp_path: Path) -> None:
    """An event in 1948 is quarantined with its reason; the others come in."""
    path = tmp_path / "x.csv"
    path.write_bytes(HEADER + ROW + b"o2,a,1948-01-01T00:00:00Z\n")
    receipt = _import(home, path)
    assert (receipt.read, receipt.new, receipt.quarantined) == (2, 1, 1)
    assert receipt.reasons == {"time before 1990: 1948-01-01": 1}


@pytest.mark.parametrize("name", ["NA", "null", "None", "NaN"])
def test_a_case_named_like_nothing_is_a_case(name: str, home: Settings, tmp_path: Path) -> None:
    """Through the whole import the case keeps its name, from a table and from XES alike."""
    table, log = tmp_path / "x.csv", tmp_path / "x.xes"
    table.write_bytes(HEADER + f"{name},a,2024-01-01T00:00:00Z\n".encode())
    log.write_bytes(LOG.replace(b'"c1"', f'"{name}"'.encode()))
    assert (_import(home, table).new, _import(home, log, Source()).new) == (1, 0)  # one event, told twice
    paths = load_manifest(home.ledger / "orders").paths()
    cases = duckdb.execute("SELECT DISTINCT case_id FROM read_parquet($p)", {"p": paths}).fetchall()
    assert sorted(cases) == sorted([("o0",), (name,)])


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MiB of its own; only root can make one."""
    with small_file_system(tmp_path / "disk", 8, "the limit on file size below tests the same") as folder:
        yield folder


def test_a_full_disk_leaves_the_ledger_as_it_was(small_disk: Path, tmp_path: Path) -> None:
    """No space left: refused, unchanged, and the same import works once there is room."""
    path = tmp_path / "x.csv"
    path.write_bytes(TABLE)
    home = Settings(home=small_disk / "home", threads=1)
    home.home.mkdir()
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * (7 << 20))
    with pytest.raises(StorageError, match="Nothing was imported, the ledger is unchanged"):
        _import(home, path)
    assert _state(home) == {}
    ballast.unlink()
    assert _import(home, path).new == 4_000


LIMITED = """
import resource, sys
from pathlib import Path
from tests.pipelines.test_hostile_files import Settings, StorageError, _import, _state
home, path = Settings(home=Path(sys.argv[1]), threads=1), Path(sys.argv[2])
before = _state(home)
for limit in (0, 20_000, 100_000, 1_000_000):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        _import(home, path)
    except StorageError:
        assert _state(home) == before, limit
    else:
        raise SystemExit(f"imported within {limit}")
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(_import(home, path).new)
"""


def test_a_file_that_may_not_grow_leaves_the_ledger_as_it_was(home: Settings, tmp_path: Path) -> None:
    """Wherever in the import the writing stops, nothing is imported, and with room the same import works."""
    path = tmp_path / "x.csv"
    path.write_bytes(TABLE)
    arguments = [sys.executable, "-c", LIMITED, str(home.home), str(path)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("4000", "")
