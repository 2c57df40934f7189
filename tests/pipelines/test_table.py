"""Tables: each cell arrives as written, each time as the instant meant, and what cannot be an event says why."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from metrics.stream.source import Source
from pipelines.errors import SourceError
from pipelines.sources import table
from pipelines.sources.batch import SCHEMA

COLUMNS = {"case_id": "order", "step": "step", "event_at": "at"}
PLAIN = Source.model_validate({"columns": COLUMNS})
ZONED = Source.model_validate({"columns": COLUMNS, "time_zone": "Europe/Berlin"})


def _write(folder: Path, text: str, name: str = "log.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def _read(path: Path, mapping: Source = PLAIN) -> pl.DataFrame:
    frames = list(table.read(path, mapping))
    return pl.concat(frames) if frames else pl.DataFrame(schema=SCHEMA)


def _times(folder: Path, times: list[str], mapping: Source) -> pl.DataFrame:
    rows = "".join(f'o1,a,"{at}"\n' for at in times)
    return _read(_write(folder, "order,step,at\n" + rows), mapping)


def test_a_row_becomes_an_event(tmp_path: Path) -> None:
    """Mapped columns fill theirs, all others are JSON with sorted keys, and an empty cell is no value."""
    path = _write(tmp_path, "order,step,at,tier,Betrag,note\no1,Prüfen,2024-07-01T12:00:00+02:00,gold,5,\n")
    row = _read(path).row(0, named=True)
    assert {name: value for name, value in row.items() if value is not None} == {
        "source": "log", "case_id": "o1", "step": "Prüfen", "event_at": datetime(2024, 7, 1, 10), "place": "row 1",
        "attributes": '{"Betrag": "5", "tier": "gold"}',
    }  # fmt: skip


@pytest.mark.parametrize("name", ["NA", "null", "NULL", "None", "nan", "007", "1e3", " x "])
def test_text_stays_text(name: str, tmp_path: Path) -> None:
    """Only the empty cell means 'missing', and nothing is made a number."""
    row = _read(_write(tmp_path, f"order,step,at,x\n{name},{name},2024-01-01T00:00:00Z,{name}\n")).row(0, named=True)
    assert (row["case_id"], row["step"], row["attributes"]) == (name, name, f'{{"x": "{name}"}}')


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_quotes_hold_newlines_delimiters_and_quotes(newline: str, tmp_path: Path) -> None:
    """A quoted cell may hold a line end, a comma and doubled quotes."""
    path = _write(tmp_path, newline.join(["order,step,at", '"o,1","a\nb ""c""",2024-01-01T00:00:00Z', ""]))
    assert _read(path).select("case_id", "step").row(0) == ("o,1", 'a\nb "c"')


def test_json_is_escaped(tmp_path: Path) -> None:
    """Quotes, backslashes and line ends in an unmapped column or its name are valid JSON."""
    path = _write(tmp_path, 'order,step,at,"a""b\\c"\no1,a,2024-01-01T00:00:00Z,"x""y\\z\n"\n')
    told = _read(path)["attributes"].str.json_decode(pl.Struct({'a"b\\c': pl.String}))
    assert told[0] == {'a"b\\c': 'x"y\\z\n'}


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    """Spreadsheet programs write one; the first column is still found."""
    assert _read(_write(tmp_path, "order,step,at\no1,a,2024-01-01T00:00:00Z\n", encoding="utf-8-sig")).height == 1


@pytest.mark.parametrize(("encoding", "text"), [("latin-1", "Prüfung"), ("utf-16", "Prüfung")])
def test_a_named_encoding_is_read(encoding: str, text: str, tmp_path: Path) -> None:
    """source.encoding says how the bytes are meant."""
    path = _write(tmp_path, f"order,step,at\no1,{text},2024-01-01T00:00:00Z\n", encoding=encoding)
    assert _read(path, Source.model_validate({"columns": COLUMNS, "encoding": encoding}))["step"].to_list() == [text]


@pytest.mark.parametrize(("name", "delimiter"), [("log.csv", ";"), ("log.tsv", ",")])
def test_other_delimiters(name: str, delimiter: str, tmp_path: Path) -> None:
    """A semicolon is named in the stream file; .tsv is divided by tabs whatever it says."""
    mark = "\t" if name.endswith("tsv") else delimiter
    path = _write(
        tmp_path, mark.join(("order", "step", "at")) + "\n" + mark.join(("o", "a,b", "2024-01-01T00:00Z")), name
    )
    assert _read(path, Source.model_validate({"columns": COLUMNS, "delimiter": delimiter}))["step"].to_list() == ["a,b"]


def test_mixed_offsets_become_utc(tmp_path: Path) -> None:
    """An offset in the text always wins over source.time_zone."""
    times = [
        "2024-03-31T04:00:00+01:00",
        "2024-03-31 04:00:00+02",
        "2024-03-31T04:00:00Z",
        "2024-03-31T04:00:00.5+0530",
    ]
    expected = [datetime(2024, 3, 31, hour) for hour in (3, 2, 4)] + [datetime(2024, 3, 30, 22, 30, 0, 500_000)]
    for mapping in (PLAIN, ZONED):
        assert _times(tmp_path, times, mapping)["event_at"].to_list() == expected


def test_a_time_without_offset_needs_a_zone(tmp_path: Path) -> None:
    """Without source.time_zone the instant is unknown and the row says what to do; with it, it is known."""
    times = ["2024-07-01 12:00:00", "2024-07-01"]
    assert _times(tmp_path, times, PLAIN)["problem"].str.contains("source.time_zone").all()
    assert _times(tmp_path, times, ZONED)["event_at"].to_list() == [datetime(2024, 7, 1, 10), datetime(2024, 6, 30, 22)]


def test_a_repeated_hour_is_its_first_and_a_skipped_one_is_refused(tmp_path: Path) -> None:
    """At the end of summer time 02:30 is read as the earlier instant; in spring 02:30 never was."""
    told = _times(tmp_path, ["2024-10-27 02:30:00", "2024-03-31 02:30:00"], ZONED)
    assert told["event_at"].to_list() == [datetime(2024, 10, 27, 0, 30), None]
    assert told["problem"].to_list() == [None, "a time that the clocks of Europe/Berlin skipped: '2024-03-31 02:30:00'"]


def test_what_is_no_time_says_so(tmp_path: Path) -> None:
    """A broken or missing time is a problem of its row, not of the file."""
    told = _times(tmp_path, ["soon", "", "2024-02-30T00:00:00Z", "2024-01-01T00:00:00Z"], PLAIN)["problem"].to_list()
    assert told == ["not a timestamp: 'soon'", "no timestamp", "not a timestamp: '2024-02-30T00:00:00Z'", None]


@pytest.mark.parametrize(
    ("time_format", "text", "zone"),
    [("%d.%m.%Y %H:%M", "01.07.2024 12:00", "Europe/Berlin"), ("%d.%m.%Y %H:%M %z", "01.07.2024 12:00 +0200", None)],
)
def test_a_time_format_is_used(time_format: str, text: str, zone: str | None, tmp_path: Path) -> None:
    """source.time_format reads other spellings, with or without an offset."""
    mapping = Source.model_validate({"columns": COLUMNS, "time_format": time_format, "time_zone": zone})
    assert _times(tmp_path, [text], mapping)["event_at"].to_list() == [datetime(2024, 7, 1, 10)]


def test_a_time_format_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    """A mistake in the stream file is told as one."""
    with pytest.raises(SourceError, match=r"source\.time_format '%Q'"):
        _times(tmp_path, ["x"], Source.model_validate({"columns": COLUMNS, "time_format": "%Q"}))


def test_whole_numbers(tmp_path: Path) -> None:
    """A sequence or attempt that is no whole number is a problem of its row; 2.0 is one."""
    mapping = Source.model_validate({"columns": {**COLUMNS, "attempt": "n"}})
    rows = "".join(f"o,a,2024-01-01T00:00:00Z,{n}\n" for n in ("2", "2.0", "", "two", "0"))
    told = _read(_write(tmp_path, "order,step,at,n\n" + rows), mapping)
    assert told["attempt"].to_list() == [2, 2, None, None, None]
    assert [problem is not None for problem in told["problem"]] == [False, False, False, True, True]


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    """Times with zone, times without, and numbers of a Parquet file read as if they were written out."""
    path = tmp_path / "log.parquet"
    duckdb.execute(
        "COPY (SELECT 7 AS \"order\", 'a' AS step, TIMESTAMPTZ '2024-07-01 12:00:00.25+02' AS at, 1.5 AS cost) "
        f"TO '{path}' (FORMAT parquet)"
    )
    row = _read(path).row(0, named=True)
    assert (row["case_id"], row["event_at"]) == ("7", datetime(2024, 7, 1, 10, 0, 0, 250_000))
    assert row["attributes"] == '{"cost": "1.5"}'


def test_rows_keep_their_order_and_number(tmp_path: Path) -> None:
    """`place` is the number of the row in the file, across batches."""
    path = _write(tmp_path, "order,step,at\n" + "".join(f"o{i},a,2024-01-01T00:00:00Z\n" for i in range(120_000)))
    told = _read(path)
    numbers = told.select(case=pl.col("case_id").str.slice(1).cast(int) + 1, row=pl.col("place").str.slice(4).cast(int))
    assert told.height == 120_000
    assert numbers["case"].equals(numbers["row"], check_names=False)
    assert numbers["row"].equals(pl.Series(range(1, 120_001)), check_names=False)
