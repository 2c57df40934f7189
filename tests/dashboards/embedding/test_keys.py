"""Keys: read again when they change, written whole, refused with the reason, and never printed."""

from __future__ import annotations

import json
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from dashboards.embedding.keys import FEWEST_SECRET_BYTES, KeyFileError, KeyRing, new_key, read_keys, set_state
from dashboards.embedding.replay import ReplayStore

GOOD: dict[str, Any] = {
    "kid": "k1234", "algorithm": "HS256", "secret": "s" * FEWEST_SECRET_BYTES, "scopes": ["orders"],
    "origins": ["https://intranet.example"],
}  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the keys of a home would lie."""
    return tmp_path / "embed" / "keys.json"


def test_a_new_key_is_whole_and_its_own(path: Path) -> None:
    """It is long enough, readable by its owner only, and no text of it shows the secret."""
    key = new_key(path, ("orders",), ("https://intranet.example",))
    assert len(key.secret.encode()) >= FEWEST_SECRET_BYTES
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert key.secret not in repr(key) + str(key)
    assert read_keys(path).keys[key.kid] == key


def test_an_absent_file_holds_no_key(path: Path) -> None:
    """Nobody may sign where no key was made."""
    assert read_keys(path).keys == {}
    assert KeyRing(path).origins == ()


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"secret": "short"}, "at least 32 bytes"),
        ({"algorithm": "HS512"}, "algorithm"),
        ({"algorithm": "EdDSA"}, "public key"),
        ({"state": "lost"}, "state"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["../claims"]}, "scopes"),
        ({"origins": ["https://a.example/path"]}, "origins"),
        ({"origins": ["*"]}, "origins"),
        ({"kid": "a b"}, "kid"),
    ],
)
def test_a_key_that_cannot_be_used_is_named_without_its_secret(path: Path, wrong: dict[str, Any], named: str) -> None:
    """The error says what is wrong with which key, and holds no secret."""
    path.parent.mkdir()
    path.write_text(json.dumps({"keys": [GOOD | wrong]}))
    with pytest.raises(KeyFileError, match=named) as refused:
        read_keys(path)
    assert GOOD["secret"] not in str(refused.value)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"keys": 3}', '{"keys": [{}]}', "\x00"])
def test_what_is_no_list_of_keys_is_refused(path: Path, text: str) -> None:
    """A broken file opens nothing instead of everything."""
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(KeyFileError, match=r"keys\.json"):
        read_keys(path)


def test_a_revoked_key_is_refused_without_a_restart(path: Path) -> None:
    """The ring sees what was written since, and its sites may frame no more."""
    key = new_key(path, ("orders",), ("https://intranet.example",))
    ring = KeyRing(path)
    assert ring.origins == ("https://intranet.example",)
    set_state(path, key.kid, "revoked")
    assert ring.read().keys[key.kid].state == "revoked"
    assert ring.origins == ()
    with pytest.raises(KeyFileError, match="k000"):
        set_state(path, "k000", "revoked")


@pytest.mark.parametrize(("scopes", "scope", "opens"), [
    (("orders",), "orders", True), (("orders",), "orders~channel=web", True), (("orders",), "orders2", False),
    (("*",), "anything", True), (("orders", "claims"), "claims", True), (("orders",), "*", False),
])  # fmt: skip
def test_a_key_opens_its_scopes(path: Path, scopes: tuple[str, ...], scope: str, opens: bool) -> None:
    """A stream with its segments, or everything, and never more than that."""
    assert new_key(path, scopes, ()).opens(scope) is opens


def test_of_many_users_of_a_token_one_is_the_first(tmp_path: Path) -> None:
    """Sixteen threads over two stores of the same file: exactly one claim succeeds."""
    stores = [ReplayStore(tmp_path / "used.sqlite") for _ in range(2)]
    firsts: list[bool] = []

    def claim(store: ReplayStore) -> None:
        firsts.append(store.claim("jti", 2_000, 1_000.0))

    threads = [threading.Thread(target=claim, args=(stores[number % 2],)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(firsts) == [False] * 15 + [True]
    assert stores[0].claim("other", 2_000, 1_000.0)


def test_hundreds_at_once_wait_for_each_other(tmp_path: Path) -> None:
    """Two processes' worth of stores and 400 readers with a token each: each is let in once, none meets a lock."""
    stores = [ReplayStore(tmp_path / "used.sqlite") for _ in range(2)]
    with ThreadPoolExecutor(80) as pool:
        first = list(pool.map(lambda n: stores[n % 2].claim(f"token-{n}", 2_000, 1_000.0), range(400)))
        again = list(pool.map(lambda n: stores[n % 2].claim(f"token-{n - 1}", 2_000, 1_000.0), range(1, 401)))
    assert all(first)
    assert not any(again)
