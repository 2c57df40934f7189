"""Why a published value cannot be derived again, in one sentence each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What is not as it was."""

    EVENT = "event"
    RATE = "rate"
    BILL = "bill"
    BENEFIT = "benefit"
    PERFORMERS = "performer registry"
    STREAM_FILE = "stream file"
    DEFINITION = "definition"
    PUBLISHED = "published value"
    KEPT = "kept copy"
    CODE = "code"
    DERIVED = "derivation"


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that is not as it was when the values were published."""

    kind: Kind
    says: str

    def as_fact(self) -> dict[str, str]:
        """The object `--json` prints."""
        return {"kind": self.kind.value, "says": self.says}
