"""Tokens: only hashes are kept, a change of the file counts at once, and nobody is let in by an unreadable one."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

import pytest

from pipelines.receiver.answers import RefusedError
from pipelines.receiver.errors import ReceiverError
from pipelines.receiver.tokens import Tokens, new_token


def _status(tokens: Tokens, authorization: str | None) -> int | str:
    """The sender's name, or the status of the refusal."""
    try:
        return tokens.sender_of(authorization)
    except RefusedError as error:
        return error.status


def test_a_new_token_is_known_at_once_and_kept_nowhere(tmp_path: Path) -> None:
    """The file holds a name and a hash, is readable by its owner alone, and the token opens the door."""
    path = tmp_path / "tokens"
    token = new_token(path, "orders")
    tokens = Tokens(path)
    assert tokens.sender_of(f"Bearer {token}") == "orders"
    assert path.read_text() == f"orders {hashlib.sha256(token.encode()).hexdigest()}\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    second = new_token(path, "billing")
    assert second != token
    assert tokens.sender_of(f"BEARER {second}") == "billing"


def test_a_removed_token_is_refused_at_once(tmp_path: Path) -> None:
    """The file is read again when it changes, also when it keeps its length."""
    path = tmp_path / "tokens"
    old, new = new_token(path, "orders"), new_token(path, "orders")
    tokens = Tokens(path)
    assert [_status(tokens, f"Bearer {token}") for token in (old, new)] == ["orders", "orders"]
    path.write_text(path.read_text().splitlines()[1] + "\n")
    assert [_status(tokens, f"Bearer {token}") for token in (old, new)] == [401, "orders"]


def test_comments_and_open_lines_are_allowed(tmp_path: Path) -> None:
    """What stands behind # is for people; a line without an end does not swallow the next token."""
    path = tmp_path / "tokens"
    path.write_text(f"# senders\n\norders {hashlib.sha256(b'a').hexdigest()} # until March")
    token = new_token(path, "billing")
    tokens = Tokens(path)
    assert [_status(tokens, told) for told in ("Bearer a", f"Bearer {token}")] == ["orders", "billing"]


@pytest.mark.parametrize("told", [None, "", "Bearer", "Bearer ", "Basic a", "a", "Bearer \xff\xfe", "Bearer a b"])
def test_anything_else_is_401(tmp_path: Path, told: str | None) -> None:
    """Without a known token nobody has a name."""
    path = tmp_path / "tokens"
    path.write_text(f"orders {hashlib.sha256(b'a').hexdigest()}\n")
    assert _status(Tokens(path), told) == 401


def test_while_the_file_cannot_be_read_all_are_told_to_come_again(tmp_path: Path) -> None:
    """A file that is gone or half written opens no door and loses no request: 503, until it is whole again."""
    path = tmp_path / "tokens"
    token = new_token(path, "orders")
    whole = path.read_text()
    tokens = Tokens(path)
    path.unlink()
    assert _status(tokens, f"Bearer {token}") == 503
    path.write_text(whole[:30])
    assert _status(tokens, f"Bearer {token}") == 503
    path.write_text(whole)
    assert _status(tokens, f"Bearer {token}") == "orders"


@pytest.mark.parametrize(
    "text", ["orders", "orders abc", f"two words {'0' * 64}", f"orders {'g' * 64}", f"ö {'0' * 64}"]
)
def test_a_line_that_is_none_stops_the_start(tmp_path: Path, text: str) -> None:
    """The error names the file and the line, and says what was expected."""
    path = tmp_path / "tokens"
    path.write_text(f"# first\n{text}\n")
    with pytest.raises(ReceiverError, match="line 2: expected `name sha256`"):
        Tokens(path)


def test_what_cannot_be_a_sender_is_refused(tmp_path: Path) -> None:
    """A name is made of few characters; a file that cannot be written is named."""
    with pytest.raises(ReceiverError, match="write 1 to 64 letters"):
        new_token(tmp_path / "tokens", "two words")
    with pytest.raises(ReceiverError, match="cannot be written"):
        new_token(tmp_path / "absent" / "tokens", "orders")
    with pytest.raises(ReceiverError, match="cannot be read"):
        Tokens(tmp_path / "absent")
    assert Tokens(None).sender_of("Bearer anything") == ""
