"""The evidence id of a published row: a hash over what it says and what it was made of, and over nothing else."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from metrics.evidence.rows import PublishedRow

FORMAT = 1
_PREFIX = "sg-"
_CHARACTERS = 16  # of base32, 80 bits: two rows alike in a billion come about once in a million such sets
SHAPE = re.compile(rf"{_PREFIX}[a-z2-7]{{{_CHARACTERS}}}")


@dataclass(frozen=True, slots=True)
class MadeOf:
    """What a row rests on: the basis of all rows of its stream, and of a metric's row its definition and inputs."""

    basis_id: str
    definition_version: str | None = None
    sql_hash: str | None = None
    inputs: int | None = None
    inputs_fingerprint: str | None = None


def evidence_id(stream: str, row: PublishedRow, made_of: MadeOf) -> str:
    """`sg-` and 16 characters of base32: equal rows made of equal things have the same, and no others."""
    told = [FORMAT, stream, row.table, row.text, asdict(made_of)]
    return _PREFIX + base64.b32encode(_digest(told)).decode().lower()[:_CHARACTERS]


def basis_id(basis: Mapping[str, object]) -> str:
    """A hash over events, files, code and libraries: 32 hexadecimal digits."""
    return _digest([FORMAT, basis]).hex()[:32]


def _digest(told: object) -> bytes:
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).digest()
