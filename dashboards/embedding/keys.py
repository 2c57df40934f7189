"""Who may sign tokens: a small file of keys, read again whenever it changes, so that a key is revoked at once.

A key is *active* (signs and is accepted), *retiring* (accepted only, while another takes its place) or *revoked*.
Secrets stand in this file alone; nothing here ever prints one.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Literal

from dashboards.errors import DashboardError
from dashboards.manifest import is_scope
from dashboards.swapping import put_file

Algorithm = Literal["HS256", "EdDSA"]
State = Literal["active", "retiring", "revoked"]
FEWEST_SECRET_BYTES = 32
_KID = re.compile(r"[A-Za-z0-9_-]{4,64}")
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?")


class KeyFileError(DashboardError):
    """The file of keys cannot be used; names the file and the key, never a secret."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key. `scopes` are the streams it may open (`*` all), `origins` the sites that may frame its pages.

    `secret` is text of at least 32 bytes for HS256, and the public key in PEM for EdDSA: the private one stays with
    whoever signs.
    """

    kid: str
    algorithm: Algorithm
    secret: str = field(repr=False)
    scopes: tuple[str, ...]
    origins: tuple[str, ...]
    state: State = "active"

    def opens(self, scope: str) -> bool:
        """May this key open a scope? A segment of a stream belongs to the stream."""
        return "*" in self.scopes or scope in self.scopes or scope.partition("~")[0] in self.scopes


@dataclass(frozen=True, slots=True)
class KeyFile:
    """All keys by their id, and the ids of single tokens that were revoked before they expired."""

    keys: Mapping[str, Key]
    revoked_tokens: frozenset[str] = frozenset()


class KeyRing:
    """The keys of one file as it stands now. A file that is absent holds none.

    Raises:
        KeyFileError: the file is no list of keys.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._signature: tuple[int, int, int] | None = None
        self._known = KeyFile({})
        self.read()

    def read(self) -> KeyFile:
        """The keys, read again where the file changed."""
        signature = _signature(self.path)
        if signature != self._signature:
            self._known, self._signature = read_keys(self.path), signature
        return self._known

    @property
    def origins(self) -> tuple[str, ...]:
        """Every site that a living key allows to frame pages."""
        living = (key for key in self.read().keys.values() if key.state != "revoked")
        return tuple(sorted({origin for key in living for origin in key.origins}))


def read_keys(path: Path) -> KeyFile:
    """The keys of a file; none where it is absent.

    Raises:
        KeyFileError: it is no JSON, or a key in it cannot be used.
    """
    try:
        told = json.loads(path.read_text("utf-8"))
        keys = [_key(path, one) for one in told["keys"]]
        revoked = frozenset(str(one) for one in told.get("revoked_tokens", ()))
    except FileNotFoundError:
        return KeyFile({})
    except (OSError, ValueError, TypeError, KeyError) as error:
        if isinstance(error, KeyFileError):
            raise
        raise KeyFileError(f"{path} holds no keys that can be read: {type(error).__name__}.") from error
    return KeyFile({key.kid: key for key in keys}, revoked)


def write_keys(path: Path, known: KeyFile) -> None:
    """Put the keys in place of the file, whole, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {"keys": [asdict(key) for key in known.keys.values()], "revoked_tokens": sorted(known.revoked_tokens)}
    put_file(path, (json.dumps(told, indent=1) + "\n").encode(), mode=0o600)


def new_key(path: Path, scopes: tuple[str, ...], origins: tuple[str, ...]) -> Key:
    """Make an HS256 key, add it to the file and let older active ones of the same scopes retire.

    Raises:
        KeyFileError: a scope or an origin is none.
    """
    kid = "k" + secrets.token_hex(6)
    fresh = {
        "kid": kid,
        "algorithm": "HS256",
        "secret": secrets.token_urlsafe(48),
        "scopes": scopes,
        "origins": origins,
    }
    made = _key(path, fresh)
    known = read_keys(path)
    older = {
        key.kid: replace(key, state="retiring") if (key.state, set(key.scopes)) == ("active", set(scopes)) else key
        for key in known.keys.values()
    }
    write_keys(path, replace(known, keys={**older, made.kid: made}))
    return made


def set_state(path: Path, kid: str, state: State) -> None:
    """Retire or revoke a key.

    Raises:
        KeyFileError: there is no such key.
    """
    known = read_keys(path)
    if kid not in known.keys:
        raise KeyFileError(f"{path} holds no key {kid!r}. Known: {', '.join(known.keys) or 'none'}.")
    write_keys(path, replace(known, keys={**known.keys, kid: replace(known.keys[kid], state=state)}))


def revoke_token(path: Path, jti: str) -> None:
    """Refuse one token from now on, though it has not expired."""
    known = read_keys(path)
    write_keys(path, replace(known, revoked_tokens=known.revoked_tokens | {jti}))


def _key(path: Path, told: Mapping[str, object]) -> Key:
    kid = str(told["kid"])
    scopes, origins = (tuple(map(str, told[name])) for name in ("scopes", "origins"))  # type: ignore[call-overload]  # checked by what follows
    key = Key(kid, told["algorithm"], str(told["secret"]), scopes, origins, told.get("state", "active"))  # type: ignore[arg-type]  # likewise
    wrong = {
        "kid": not _KID.fullmatch(kid),
        "algorithm": key.algorithm not in ("HS256", "EdDSA"),
        "state": key.state not in ("active", "retiring", "revoked"),
        "secret (at least 32 bytes)": key.algorithm == "HS256" and len(key.secret.encode()) < FEWEST_SECRET_BYTES,
        "secret (a public key in PEM)": key.algorithm == "EdDSA" and "BEGIN PUBLIC KEY" not in key.secret,
        "scopes": not scopes or not all(scope == "*" or is_scope(scope) for scope in scopes),
        "origins": not all(_ORIGIN.fullmatch(origin) for origin in origins),
    }
    if found := [name for name, is_wrong in wrong.items() if is_wrong]:
        raise KeyFileError(f"{path}: the key {kid!r} cannot be used: {', '.join(found)}.")
    return key


def _signature(path: Path) -> tuple[int, int, int] | None:
    try:
        told = path.stat()
    except FileNotFoundError:
        return None
    return told.st_mtime_ns, told.st_ino, told.st_size
