"""XES: the swift reader and the exact reader give the same rows for every document, and those rows are right."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree as ET
from xml.sax.saxutils import quoteattr

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics.stream.source import Source
from pipelines.errors import SourceError
from pipelines.sources import xes
from pipelines.sources.batch import SCHEMA
from pipelines.sources.xes.columns import Columns
from pipelines.sources.xes.exact import ExactReader
from pipelines.sources.xes.swift import Unusual, read_traces

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0">\n'
TIMES = (
    "2017-03-26T01:59:59.999+01:00", "2017-03-26T03:00:00+02:00", "2012-02-29T12:00:00Z",
    "2012-01-01T00:00:00.123456+05:30",     "2012-01-01", "2012-01-01T10:00:00", "2013-02-30T10:00:00Z",
    "1948-01-01T00:00:00Z", "", "soon", "2012-01-01T24:00:00Z",
    "2012-01-01T10:00:00.1234567Z", "2012-01-01T10:00:60Z", "20120101T100000Z", "2012-01-01T10:00:00-23:59",
    "2017-03-26T02:30:00", "2017-10-29T02:30:00", "0001-01-01T00:00:00+10:00", " 2012-01-01T10:00:00Z",
)  # fmt: skip
MAPPED = Source.model_validate(
    {"columns": {"case_id": "case:concept:name", "sequence": "n", "attempt": "try", "team": "case:desk"}}
)

texts = st.text(st.sampled_from("ab \"&<>'\\\n\t\r/é√𝄞{}%0:"), max_size=8)
keys = st.sampled_from(
    ["concept:name", "org:resource", "lifecycle:transition", "n", "try", "desk", "cost", "Ä&", "a\"b", "zeit", "case:x"]
)  # fmt: skip
attributes = st.lists(st.tuples(keys, texts | st.sampled_from(["1", "NA", "null", "07"])), max_size=4)
events = st.tuples(attributes, st.none() | st.sampled_from(TIMES))
traces = st.tuples(attributes, st.lists(events, max_size=4), attributes)
oddities = st.sampled_from(
    [""] * 30 + ["<!-- </trace> -->", "<list key='l'><string key='in' value='1'/></list>", "<event/>"]
)


def _write_attribute(key: str, value: str) -> str:
    written = [quoteattr(text, {"\n": "&#10;", "\t": "&#x9;", "\r": "&#13;", '"': "&quot;"}) for text in (key, value)]
    return f"<string key={written[0]} value={written[1]}/>"


@st.composite
def logs(draw: st.DrawFn) -> str:
    """A whole document: mostly plain XES, with oddities here and there."""
    gap = draw(st.sampled_from(["\n\t", "\r\n", "", " "]))
    lines = []
    for before, told, after in draw(st.lists(traces, max_size=6)):
        lines += ["<trace>", *(_write_attribute(*pair) for pair in before)]
        for pairs, at in told:
            stamp = [] if at is None else [_write_attribute("time:timestamp", at)]
            lines += ["<event>", *(_write_attribute(*pair) for pair in pairs), *stamp, draw(oddities), "</event>"]
        lines += [*(_write_attribute(*pair) for pair in after), draw(oddities), "</trace>"]
    return HEAD + gap.join(line for line in lines if line) + gap + "</log>\n"


def _read(path: Path, mapping: Source) -> pl.DataFrame:
    frames = list(xes.read(path, mapping))
    return pl.concat(frames) if frames else pl.DataFrame(schema=SCHEMA)


def _read_exactly(path: Path, mapping: Source) -> pl.DataFrame:
    columns = Columns.from_mapping(mapping)
    reader = ExactReader(path.name, columns)
    reader.feed(path.read_bytes())
    reader.close()
    frames = [columns.to_batch(frame) for frame in reader.take()]
    return pl.concat(frames) if frames else pl.DataFrame(schema=SCHEMA)


def _outcome(reader: object, path: Path, mapping: Source) -> list[dict[str, object]] | str:
    try:
        return reader(path, mapping).to_dicts()  # type: ignore[operator, no-any-return]
    except SourceError as error:
        return str(error)


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces so small that a short document has many."""
    monkeypatch.setattr(xes, "PIECE_BYTES", 600)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(log=logs(), mapping=st.sampled_from([Source(), Source(time_zone="Europe/Berlin"), MAPPED]))
def test_swift_and_exact_agree(log: str, mapping: Source, tmp_path: Path, small_pieces: None) -> None:
    """Whatever the document, reading it in pieces gives the rows of the exact reader."""
    path = tmp_path / "log.xes"
    path.write_bytes(log.encode())
    assert _read(path, mapping).to_dicts() == _read_exactly(path, mapping).to_dicts()


PLAIN = HEAD + "".join(
    f'\t<trace>\n\t\t<string key="concept:name" value="c{case}"/>\n'
    + "".join(
        f'\t\t<event>\n\t\t\t<string key="concept:name" value="s{step}"/>\n'
        f'\t\t\t<date key="time:timestamp" value="2024-01-0{step}T0{case}:00:00+01:00"/>\n\t\t</event>\n'
        for step in range(1, 4)
    )
    + "\t</trace>\n"
    for case in range(6)
) + "</log>\n"  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    at=st.integers(0, len(PLAIN)),
    cut=st.integers(0, 12),
    put=st.sampled_from([
        "", "<", ">", '"', "'", "&", "/", " ", "\n", "\r", "\x00", "\x01", "=", "\uffff", "é", "</event>", "<trace>",
        "</trace>", "<event>", "<!--", "-->", "<![CDATA[", "]]>", "&amp;", "&#0;", "&x;", "<?x?>", '"x"',
    ]),
)  # fmt: skip
def test_a_damaged_document_fares_the_same(at: int, cut: int, put: str, tmp_path: Path, small_pieces: None) -> None:
    """One damage anywhere leads to the same rows, or the same refusal with the same line, as the exact reader."""
    path = tmp_path / "log.xes"
    path.write_bytes((PLAIN[:at] + put + PLAIN[at + cut :]).encode())
    assert _outcome(_read, path, Source()) == _outcome(_read_exactly, path, Source())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(log=logs())
def test_rows_are_what_a_naive_loop_reads(log: str, tmp_path: Path) -> None:
    """Case, step and attributes are those a loop over the parsed tree finds."""
    path = tmp_path / "log.xes"
    path.write_text(log, newline="")
    expected = []
    for trace in ET.fromstring(log.encode()).iterfind("trace"):
        case = {node.get("key", ""): node.get("value", "") for node in trace if node.get("key")}
        for event in trace.iterfind("event"):
            told = {node.get("key", ""): node.get("value", "") for node in event if node.get("key")}
            rest = {k: v for k, v in told.items() if k not in Columns.from_mapping(Source()).of.values()}
            rest |= {f"case:{k}": v for k, v in case.items() if k != "concept:name"}
            expected.append((case.get("concept:name") or None, told.get("concept:name") or None, rest))
    read = _read(path, Source())
    assert [
        (row["case_id"], row["step"], json.loads(row["attributes"] or "{}")) for row in read.iter_rows(named=True)
    ] == expected


def test_plain_xes_takes_the_swift_way() -> None:
    """The swift reader does read what real logs hold; a fallback everywhere would be correct and slow."""
    start = PLAIN.index("<trace>")
    piece = PLAIN[start : PLAIN.rindex("</trace>") + 8].encode()
    told = read_traces(piece, 3, Columns.from_mapping(Source()))
    assert told.height == 18
    assert told["place"][0] == "line 8"


@pytest.mark.parametrize("odd", ["<!-- c -->", "<list key='a'/>", "<string key='a' value='b'/>", "text", "<event/>"])
def test_anything_else_is_for_the_exact_reader(odd: str) -> None:
    """The swift reader decides nothing it was not made for."""
    with pytest.raises(Unusual):
        read_traces(
            f'<trace>{odd}<string key="concept:name" value="x"/></trace>'.encode(), 1, Columns.from_mapping(Source())
        )


def _log(inside: str) -> str:
    return HEAD + f"<trace>{inside}</trace></log>"


def _write(folder: Path, text: str, name: str = "log.xes") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def _event(*pairs: tuple[str, str]) -> str:
    return "<event>" + "".join(_write_attribute(*pair) for pair in pairs) + "</event>"


AT = ("time:timestamp", "2024-01-01T00:00:00Z")


def test_mixed_offsets_become_utc(tmp_path: Path) -> None:
    """Two offsets in one log are two instants an hour apart, and an offset in the text beats the zone."""
    told = [("time:timestamp", f"2024-03-31T04:00:00+0{hours}:00") for hours in (1, 2)]
    read = _read(_write(tmp_path, _log("".join(map(_event, told)))), Source(time_zone="Asia/Tokyo"))
    assert read["event_at"].to_list() == [datetime(2024, 3, 31, 3), datetime(2024, 3, 31, 2)]


def test_a_time_without_offset_needs_a_zone(tmp_path: Path) -> None:
    """Without source.time_zone such an event has no instant, and says what to do; with it, it has."""
    path = _write(tmp_path, _log(_event(("time:timestamp", "2024-07-01T12:00:00"))))
    assert "source.time_zone" in _read(path, Source())["problem"][0]
    assert _read(path, Source(time_zone="Europe/Berlin"))["event_at"][0] == datetime(2024, 7, 1, 10)


def test_a_repeated_hour_is_its_first_and_a_skipped_one_is_refused(tmp_path: Path) -> None:
    """At the end of summer time 02:30 is read as the earlier instant; in spring 02:30 never was."""
    times = [("time:timestamp", f"{day}T02:30:00") for day in ("2024-10-27", "2024-03-31")]
    read = _read(_write(tmp_path, _log("".join(map(_event, times)))), Source(time_zone="Europe/Berlin"))
    assert read["event_at"].to_list() == [datetime(2024, 10, 27, 0, 30), None]
    assert "skipped" in read["problem"][1]


@pytest.mark.parametrize("name", ["NA", "null", "None", "nan", "007", "1e3"])
def test_a_case_id_stays_text(name: str, tmp_path: Path) -> None:
    """No name of a case means 'missing', and none is a number."""
    path = _write(tmp_path, _log(_write_attribute("concept:name", name) + _event(AT)))
    assert _read(path, Source())["case_id"].to_list() == [name]


def test_a_trace_without_name_has_no_case(tmp_path: Path) -> None:
    """The event's concept:name is its step; it never stands in for a case id."""
    read = _read(_write(tmp_path, _log(_event(("concept:name", "Approve"), AT))), Source())
    assert read["case_id"].to_list() == [None]
    assert read["step"].to_list() == ["Approve"]


def test_trace_attributes_count_wherever_they_stand(tmp_path: Path) -> None:
    """A trace's attribute after its events belongs to them as well."""
    told = _event(("concept:name", "a"), ("cost", "5"), AT) + _write_attribute("tier", "gold")
    read = _read(_write(tmp_path, _log(told)), Source())
    assert read["attributes"].to_list() == ['{"case:tier": "gold", "cost": "5"}']


def test_numbers_are_read_and_refused_by_row(tmp_path: Path) -> None:
    """A mapped sequence or attempt is a whole number, or its row says why not."""
    told = [_event(("n", "7"), ("try", "2"), AT), _event(("n", "x"), AT), _event(("try", "0"), AT)]
    read = _read(_write(tmp_path, _log("".join(told))), MAPPED)
    assert read.select("sequence", "attempt").rows() == [(7, 2), (None, None), (None, None)]
    assert read["problem"][1:].to_list() == [
        "sequence is x; it must be a whole number of at least 0",
        "attempt is 0; it must be a whole number of at least 1",
    ]


def test_nested_attributes_are_not_the_events_own(tmp_path: Path) -> None:
    """An attribute of an attribute is left out; what follows it is the event's again."""
    inside = "<list key='l'><values><string key='x' value='1'/></values><string key='y' value='2'/></list>"
    told = f"<event>{inside}{_write_attribute('z', '3')}{_write_attribute(*AT)}</event>"
    assert _read(_write(tmp_path, _log(told)), Source())["attributes"].to_list() == ['{"l": "", "z": "3"}']


def test_lines_go_on_across_pieces(tmp_path: Path, small_pieces: None) -> None:
    """`place` is the line of the event's end in the file, whichever reader read it."""
    path = _write(tmp_path, PLAIN.replace("\t<trace>", "\t<!-- -->\n\t<trace>", 3))
    lines = path.read_text().splitlines()
    read = _read(path, Source())
    assert all(lines[int(place.removeprefix("line ")) - 1].strip() == "</event>" for place in read["place"])
    assert read.height == 18


def test_gzip_is_read_whatever_the_name_says(tmp_path: Path) -> None:
    """Content decides: a gzipped log called .xes is read as well."""
    path = tmp_path / "log.xes"
    path.write_bytes(gzip.compress(PLAIN.encode()))
    assert _read(path, Source()).height == 18


def test_latin1_is_read_when_the_header_says_so(tmp_path: Path) -> None:
    """The document's own header names its encoding."""
    path = tmp_path / "log.xes"
    text = PLAIN.replace("UTF-8", "ISO-8859-1").replace('"s1"', '"Prüfung"')
    path.write_bytes(text.encode("latin-1"))
    assert _read(path, Source())["step"][0] == "Prüfung"


def test_a_log_in_utf16_is_read(tmp_path: Path) -> None:
    """UTF-16 with its mark is XML like any other."""
    path = tmp_path / "log.xes"
    path.write_bytes(PLAIN.replace("UTF-8", "UTF-16").encode("utf-16"))
    assert _read(path, Source()).height == 18
