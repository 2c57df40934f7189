"""Who may send: bearer tokens, of which only the SHA-256 is kept.

Knows a small file of `name sha256` lines, read again whenever it changes; of HTTP only the Authorization header.
A token appears in no log, error or metric.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from pathlib import Path

from pipelines.receiver.answers import RefusedError
from pipelines.receiver.errors import ReceiverError

_LINE = re.compile(r"([A-Za-z0-9._-]{1,64})\s+([0-9a-fA-F]{64})")
_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SCHEME = "bearer "
_Signature = tuple[int, int, int, int]


class Tokens:
    """The tokens of one file; without a file everybody may send, and has no name.

    Raises:
        ReceiverError: the file cannot be read, or a line of it is none.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._known: tuple[tuple[str, bytes], ...] = ()
        self._signature: _Signature | None = None
        if path is not None:
            self._signature = _signature(path)
            self._known = _read(path)

    @property
    def is_required(self) -> bool:
        """Must a request carry a token?"""
        return self.path is not None

    def sender_of(self, authorization: str | None) -> str:
        """The name that goes with an Authorization header; empty where no token is required.

        Raises:
            RefusedError: 401 without a known token; 503 while the file cannot be read, for nobody can be told apart.
        """
        if self.path is None:
            return ""
        self.check()
        if authorization is None or not authorization.lower().startswith(_SCHEME):
            raise RefusedError(401, "no_token", "Send a token: Authorization: Bearer <token>.")
        digest = hashlib.sha256(authorization[len(_SCHEME) :].strip().encode("utf-8", "replace")).digest()
        found = None
        for name, known in self._known:  # all of them, so that time tells nothing about which
            if hmac.compare_digest(known, digest):
                found = name
        if found is None:
            raise RefusedError(401, "unknown_token", "The token is not known here, or no longer.")
        return found

    def check(self) -> None:
        """Read the file again where it changed.

        Raises:
            RefusedError: 503, the file is gone or a line of it is none.
        """
        if self.path is None:
            return
        try:
            now = _signature(self.path)
            if now != self._signature:
                self._known, self._signature = _read(self.path), now
        except ReceiverError as error:
            raise RefusedError(503, "tokens_unreadable", "The tokens cannot be read at the moment.", 5) from error


def new_token(path: Path, name: str) -> str:
    """Make a token for a sender and add it to the file. The token is returned once and kept nowhere.

    Two tokens may have one name, so that one can be replaced without a gap.

    Raises:
        ReceiverError: the name cannot be used, or the file cannot be written.
    """
    if not _NAME.fullmatch(name):
        raise ReceiverError(f"The sender's name is {name!r}; write 1 to 64 letters, digits, dots, dashes, underscores.")
    token = "sg_" + secrets.token_urlsafe(32)
    line = f"{name} {hashlib.sha256(token.encode()).hexdigest()}\n"
    try:
        path.touch(mode=0o600)
        with path.open("r+b") as file:
            before = file.read()
            file.write(b"\n" * (before != b"" and not before.endswith(b"\n")) + line.encode())
    except OSError as error:
        raise ReceiverError(f"The tokens file {path} cannot be written: {error.strerror}.") from error
    return token


def _signature(path: Path) -> _Signature:
    try:
        told = path.stat()
    except OSError as error:
        raise ReceiverError(f"The tokens file {path} cannot be read: {error.strerror}.") from error
    return told.st_mtime_ns, told.st_ctime_ns, told.st_size, told.st_ino


def _read(path: Path) -> tuple[tuple[str, bytes], ...]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ReceiverError(f"The tokens file {path} cannot be read: {error}.") from error
    found = []
    for number, line in enumerate(lines, 1):
        text = line.partition("#")[0].strip()
        if text:
            match = _LINE.fullmatch(text)
            if match is None:
                raise ReceiverError(f"{path}, line {number}: expected `name sha256`, the hash in 64 hex digits.")
            found.append((match[1], bytes.fromhex(match[2])))
    return tuple(found)
