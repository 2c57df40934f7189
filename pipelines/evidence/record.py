"""The record of one state of a stream: the basis its published rows share, and all that proves it later.

Knows the shape of the record and its JSON; opens nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pipelines.errors import StorageError
from pipelines.ledger.sums import BucketSums

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Record:
    """What the values of a stream were made of, and by which run first.

    `basis` is hashed into every id. Copies are named by hash: registered `files`, baselines (`frozen`), the SQL as run
    (`definitions`), published rows (`values`). `known_by` is the newest arrival (UTC), `codes` how many names of each
    kind the ledger's dictionary held.
    """

    stream: str
    basis_id: str
    basis: Mapping[str, Any]
    run_id: str
    made_at: str
    known_by: str
    sums: tuple[BucketSums, ...]
    segments: tuple[str, ...]
    codes: Mapping[str, int]
    quarantined: int
    corrections: int
    files: Mapping[str, str]
    frozen: Mapping[str, str]
    definitions: str
    values: str
    rows: int
    libraries: Mapping[str, str]
    checks: tuple[Mapping[str, Any], ...]
    state: Mapping[str, Any]

    def as_fact(self) -> dict[str, Any]:
        """What its file says."""
        told = {**asdict(self), "sums": [one.as_fact() for one in self.sums]}
        return {"format": FORMAT, "digest": _digest(told), **told}

    @property
    def kept(self) -> dict[str, str]:
        """Every kept copy it rests on, by what it is: hash."""
        return {**self.files, **self.frozen, "SQL as run": self.definitions, "published rows": self.values}


def read_record(text: str, place: str) -> Record:
    """The record that `as_fact` told, from JSON.

    Raises:
        StorageError: it is no record, or was changed after it was written.
    """
    try:
        told: dict[str, Any] = json.loads(text)
        if told.pop("format") != FORMAT:
            raise StorageError(f"{place} is of another format than this version reads ({FORMAT}).")
        digest = told.pop("digest")
        sums = tuple(BucketSums(*one) for one in told["sums"])
        listed = {name: tuple(told[name]) for name in ("segments", "checks")}
        record = Record(**{**told, "sums": sums, **listed})
    except (KeyError, TypeError, ValueError) as error:
        raise StorageError(f"{place} is no record of evidence ({error!r}). Put the file back as it was.") from error
    if _digest(told) != digest:
        raise StorageError(f"{place} was changed after it was written. Put the file back as it was.")
    return record


def _digest(told: Mapping[str, Any]) -> str:
    plain = json.loads(json.dumps(told, ensure_ascii=False))
    return hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
