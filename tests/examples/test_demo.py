"""The demo begins with an empty home, and empties none that is not its own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from examples.order_to_cash import demo


def test_a_home_of_others_is_refused_and_untouched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that the demo did not make stays as it is, and the message says what to do."""
    kept = tmp_path / "ledger" / "mine.parquet"
    kept.parent.mkdir()
    kept.write_text("kept")
    monkeypatch.setattr(sys, "argv", ["demo", "--home", str(tmp_path)])
    with pytest.raises(SystemExit, match="choose another --home"):
        demo.main()
    assert kept.read_text() == "kept"


def test_a_home_of_the_demo_is_begun_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What an earlier demo left goes before the services run; a step that fails ends the demo with its exit code."""
    (tmp_path / demo.MARK).touch()
    (tmp_path / "inbox").mkdir()
    monkeypatch.setattr(sys, "argv", ["demo", "--home", str(tmp_path), "--orders", "none"])
    with pytest.raises(SystemExit):
        demo.main()
    assert (tmp_path / "inbox").is_dir(), "arguments are read before anything is removed"
    monkeypatch.setattr(sys, "argv", ["demo", "--home", str(tmp_path)])
    monkeypatch.setattr(demo, "SERVICES", "examples.order_to_cash.nothing")
    with pytest.raises(SystemExit) as ended:
        demo.main()
    assert ended.value.code == 1
    assert [path.name for path in tmp_path.iterdir()] == [demo.MARK]
    assert "1/4" in capsys.readouterr().out
