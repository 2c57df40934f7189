"""What the verbs tell is what the pipeline reads: every event becomes a row, and none a problem."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

import streamgauge as sg
from metrics.stream.source import Source
from pipelines.sources import cloudevents
from streamgauge.outbox.lines import Line, read_lines
from streamgauge.outbox.spool import segments_of
from streamgauge.testing import FixedClock
from tests.instrumentation.test_verbs import VERBS


def _read(outbox: Path, lines: Path) -> pl.DataFrame:
    """The spools of an outbox, as a source reads their events from a file."""
    spools = [path.parent for path in outbox.glob("*/writer.lock")]
    told = [line for spool in spools for path in segments_of(spool) for line in read_lines(path)]
    lines.write_bytes(b"".join(line.content + b"\n" for line in told if isinstance(line, Line)))
    return pl.concat(cloudevents.read(lines, Source()))


def test_every_verb_is_accepted(tmp_path: Path) -> None:
    """Whatever the verbs tell through a file outbox is read without a single problem."""
    sg.configure(service="orders", stream="s", outbox=sg.FileOutbox(tmp_path / "o", "orders"), pseudonym_key=b"k" * 16)
    with sg.case("O-17"):
        for verb in VERBS.values():
            verb()
    sg.failure.detected("INC-9")
    rows = _read(tmp_path / "o", tmp_path / "told.jsonl")
    assert rows["problem"].drop_nulls().to_list() == []
    assert len(rows) > len(VERBS)
    assert rows["sequence"].to_list() == list(range(1, len(rows) + 1))


def test_the_columns_say_what_was_told(tmp_path: Path) -> None:
    """A handoff and its step arrive with case, times, performer, release and outcome in their columns."""
    clock = FixedClock()
    outbox = sg.FileOutbox(tmp_path / "o", "orders")
    sg.configure(service="orders", stream="s", outbox=outbox, version="2.4", clock=clock)
    with sg.case("O-17"):
        ticket = sg.handoff("Check order", to=sg.human(role="Operations"))
        clock.advance(60)
        step = sg.step("Check order", queued=ticket, attempt=2).start()
        clock.advance(30)
        step.abort("timeout")
    rows = _read(tmp_path / "o", tmp_path / "told.jsonl")
    first = datetime(2026, 7, 20, 6)  # rows are UTC without zone
    assert rows["event_at"].to_list() == [first, first + timedelta(seconds=60), first + timedelta(seconds=90)]
    assert rows["lifecycle"].to_list() == ["schedule", "start", "abort"]
    assert set(rows["activity_id"]) == {ticket.instance_id}
    assert set(rows["case_id"]) == {"O-17"}
    assert set(rows["release"]) == {"2.4"}
    assert rows["performer_kind"].to_list() == ["human", "system", "system"]
    assert rows["outcome"].to_list() == [None, None, "timeout"]
    assert rows["attempt"].to_list() == [None, 2, 2]
    assert set(rows["source"]) == {outbox.source}


def test_hostile_attributes_stay_rows(tmp_path: Path) -> None:
    """Odd names and values of a caller's attributes cost no event."""
    sg.configure(service="orders", stream="s", outbox=sg.FileOutbox(tmp_path / "o", "orders"))
    odd = {"": 1, "a\nb": "\x00", "q\"'": "\ud800", "big": 10**400, "nan": float("nan"), "long": "x" * 1_000_000}
    with sg.case("O-17\n\"'"):
        sg.event("a b\n", **odd)
        with sg.step("\x7f ü", **odd):
            pass
    rows = _read(tmp_path / "o", tmp_path / "told.jsonl")
    assert rows["problem"].to_list() == [None, None, None]
