"""Lines of a spool: whatever is torn or flipped is skipped and said, and what is intact is found again."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streamgauge.outbox.lines import Damage, Line, frame, read_lines

CONTENTS = [b'{"a":1}', b"{}", b'{"text":"%s"}' % (b"x" * 300), '{"b":"é"}'.encode()]
SPOOL = b"".join(map(frame, CONTENTS))


def _read(path: Path, content: bytes, offset: int = 0, is_final: bool = False) -> list[Line | Damage]:
    path.write_bytes(content)
    return list(read_lines(path, offset, is_final))


def _contents(found: list[Line | Damage]) -> list[bytes]:
    return [part.content for part in found if isinstance(part, Line)]


def test_what_is_framed_is_read(tmp_path: Path) -> None:
    """Lines come back in order, with offsets at which reading can go on."""
    found = _read(tmp_path / "s", SPOOL)
    assert _contents(found) == CONTENTS
    assert [part.end for part in found[:-1]] == [part.start for part in found[1:]]
    assert found[-1].end == len(SPOOL)
    for position, part in enumerate(found):
        assert _contents(list(read_lines(tmp_path / "s", part.start))) == CONTENTS[position:]


def test_the_frame_is_the_contract() -> None:
    """Eight hex digits of the CRC-32, a space, the JSON, a line end."""
    assert frame(b"123456789") == b"cbf43926 123456789\n"  # the check value of CRC-32


def test_a_torn_spool_yields_a_prefix(tmp_path: Path) -> None:
    """Cut at any byte, the whole lines before are read; the rest is an unfinished tail, damage only if it is final."""
    for cut in range(len(SPOOL)):
        whole = SPOOL[:cut].count(b"\n")
        found = _read(tmp_path / "s", SPOOL[:cut])
        assert (_contents(found), len(found)) == (CONTENTS[:whole], whole)
        final = list(read_lines(tmp_path / "s", is_final=True))
        assert _contents(final) == CONTENTS[:whole]
        assert sum(part.end - part.start for part in final) == cut


@given(st.integers(0, len(SPOOL) - 1), st.integers(0, 7))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_flipped_bit_costs_its_own_line(tmp_path: Path, place: int, bit: int) -> None:
    """Whatever bit is flipped: nothing false is believed, at most two lines are lost, all bytes are told of."""
    flipped = bytearray(SPOOL)
    flipped[place] ^= 1 << bit
    found = _read(tmp_path / "s", bytes(flipped), is_final=True)
    assert set(_contents(found)) <= set(CONTENTS)
    assert len(_contents(found)) >= len(CONTENTS) - 2
    damages = [part for part in found if isinstance(part, Damage)]
    assert damages
    assert sum(part.end - part.start for part in found) == len(SPOOL)
    assert all(damage.skipped_bytes > 0 and damage.reason for damage in damages)


def test_a_flipped_bit_may_case_fold_the_checksum(tmp_path: Path) -> None:
    """Upper-case hex digits are not the frame: what was not written so is not believed."""
    line = frame(CONTENTS[0])
    assert isinstance(_read(tmp_path / "s", line[:8].upper() + line[8:])[0], Damage)


def test_an_unreadable_segment_is_an_error(tmp_path: Path) -> None:
    """A missing file is not an empty one."""
    with pytest.raises(FileNotFoundError):
        list(read_lines(tmp_path / "missing"))
