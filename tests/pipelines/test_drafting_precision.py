"""Drafting: logs of dates and logs without seconds are seen, said with their evidence, and written into the draft."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from metrics.stream import Stream, parse_stream
from pipelines.drafting import draft_stream

FIRST = dt.datetime(2026, 3, 20)


def _draft(path: Path, *forms: Callable[[int], str], days: int = 40, tail: str = "") -> tuple[Stream, str]:
    """A draft from cases of one step a form; a form writes the time of the n-th case."""
    rows = [f"o{n},Step {place},{form(n)}" for n in range(days) for place, form in enumerate(forms)]
    path.write_text("case,activity,timestamp\n" + "\n".join(rows) + "\n" + tail, "utf-8")
    text = draft_stream(path)
    return parse_stream(text), text


def _at(offset: str, **told: int) -> Callable[[int], str]:
    return lambda n: (FIRST + dt.timedelta(days=n, **told)).isoformat() + offset


def _with_seconds(n: int) -> str:
    return (FIRST + dt.timedelta(days=n, hours=9, minutes=n, seconds=7 * n)).isoformat() + "Z"


def test_dates(tmp_path: Path) -> None:
    """Bare dates are told to the day."""
    stream, text = _draft(tmp_path / "log.csv", lambda n: f"{FIRST + dt.timedelta(days=n):%Y-%m-%d}")
    assert (stream.source.precision, stream.source.precision_by_step) == ("day", {})
    assert "# Guessed: no time has a time of day (40 rows), so times are told to the day" in text


def test_midnights_of_a_zone_with_summer_time(tmp_path: Path) -> None:
    """Midnights written with the offsets of Berlin are dates, although in UTC they are not at midnight."""
    stream, _ = _draft(tmp_path / "log.csv", lambda n: _at("+01:00" if n < 9 else "+02:00")(n))
    assert stream.source.precision == "day"


def test_one_dated_step(tmp_path: Path) -> None:
    """A step that is always at midnight among others that are not is told to the day, alone."""
    stream, text = _draft(tmp_path / "log.csv", _at("Z"), _with_seconds)
    assert (stream.source.precision, stream.source.precision_by_step) == ("exact", {"Step 0": "day"})
    assert "# Guessed: 'Step 0' is always at midnight (40 rows on 40 days): told to the day" in text


def test_no_seconds(tmp_path: Path) -> None:
    """A hundred times without seconds are told to the minute; with a dated step beside them, that to the day."""
    minutes = _at("Z", hours=9, minutes=7)
    assert _draft(tmp_path / "log.csv", minutes, days=100)[0].source.precision == "minute"
    mixed, text = _draft(tmp_path / "log.csv", minutes, _at("Z"), days=100)
    assert (mixed.source.precision, mixed.source.precision_by_step) == ("minute", {"Step 1": "day"})
    assert "# Guessed: no time has seconds (200 rows), so times are told to the minute" in text


def test_what_may_be_chance(tmp_path: Path) -> None:
    """Few rows, few days, or one time with seconds prove nothing: times stay exact."""
    minutes = _at("Z", hours=9, minutes=7)
    assert _draft(tmp_path / "log.csv", minutes, days=99)[0].source.is_exact
    assert _draft(tmp_path / "log.csv", _at("Z"), days=9)[0].source.is_exact
    assert _draft(tmp_path / "log.csv", minutes, days=100, tail="o1,Step 0,2026-03-20T09:07:01Z\n")[0].source.is_exact
    assert _draft(tmp_path / "log.csv", _with_seconds, days=120)[0].source.is_exact
    night = "o1,Step 0,2026-03-20T00:00:00.5Z\n"
    assert _draft(tmp_path / "log.csv", _at("Z"), tail=night)[0].source.is_exact
