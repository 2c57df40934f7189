"""The account of numbers: each source counts its events, so what is missing shows, and nothing else does."""

from __future__ import annotations

import itertools
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import LedgerError
from pipelines.loading.account import Account, load_account, merge
from pipelines.loading.marks import Mark
from streamgauge.disk import Disk

numbers = st.lists(st.integers(1, 40), min_size=1)


def _rows(source: str, told: list[int]) -> pl.DataFrame:
    return pl.DataFrame(
        {"source": [source] * len(told), "sequence": told}, schema={"source": pl.String, "sequence": pl.Int64}
    )


def _numberings(account: Account) -> dict[str, tuple[int, int, int]]:
    return {n.source: (n.highest, n.received, n.missing) for n in account.numberings()}


@given(parts=st.lists(numbers, min_size=1))
def test_received_is_the_set_of_numbers(parts: list[list[int]]) -> None:
    """In any order, cut anywhere, any number of times: highest, received and missing are those of the set."""
    account = Account(Path("nowhere"))
    for part in parts:
        account.note(_rows("/a", part))
    seen = {number for part in parts for number in part}
    assert _numberings(account) == {"/a": (max(seen), len(seen), max(seen) - len(seen))}


@given(first=numbers, more=numbers)
def test_ranges_are_apart(first: list[int], more: list[int]) -> None:
    """Merged ranges ascend and neither overlap nor touch."""
    ranges = merge([(number, number + 3) for number in first + more])
    assert all(last + 1 < begin for (_, last), (begin, _) in itertools.pairwise(ranges))
    assert {n for a, b in ranges for n in range(a, b + 1)} == {n + k for n in first + more for k in range(4)}


def test_a_late_number_fills_its_gap() -> None:
    """A gap is an alarm until the number arrives, and none afterwards."""
    account = Account(Path("nowhere"))
    account.note(_rows("/a", [1, 2, 4]))
    assert _numberings(account)["/a"] == (4, 3, 1)
    account.note(_rows("/a", [3]))
    assert _numberings(account)["/a"] == (4, 4, 0)


def test_sources_count_apart() -> None:
    """Each source has numbers of its own; a source that numbers nothing has no account."""
    account = Account(Path("nowhere"))
    account.note(pl.concat([_rows("/a", [1, 2]), _rows("/b", [2])]))
    account.note(
        pl.DataFrame({"source": ["/c"], "sequence": [None]}, schema={"source": pl.String, "sequence": pl.Int64})
    )
    assert _numberings(account) == {"/a": (2, 2, 0), "/b": (2, 1, 1)}


def test_the_account_is_kept(tmp_path: Path) -> None:
    """What is saved is what is loaded again."""
    account = Account(tmp_path / "account.json", {"inbox": Mark("000000000001", 77)})
    account.note(_rows("/a", [1, 5]))
    account.save(Disk())
    assert load_account(account.path) == account


@pytest.mark.parametrize(
    "content", [b"", b"[]", b'{"format": 1}', b'{"format": 9}', b'{"format":1,"marks":{"a":"x"},"sources":{}}']
)
def test_a_damaged_account_is_refused(tmp_path: Path, content: bytes) -> None:
    """An account that cannot be read is an error that says what to do, never an empty account."""
    path = tmp_path / "account.json"
    path.write_bytes(content)
    with pytest.raises(LedgerError, match=r"account\.json"):
        load_account(path)
