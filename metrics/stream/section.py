"""What every section of the stream file shares: closed words, kinds of text, and a base that refuses unknown keys."""

from __future__ import annotations

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

PerformerKind = Literal["human", "system", "agent", "external", "unknown"]
OutcomeKind = Literal["completed", "rejected", "cancelled", "abandoned"]
Lifecycle = Literal["schedule", "assign", "start", "suspend", "resume", "complete", "abort", "skip", "instant"]


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is not an IANA time zone such as Europe/Berlin") from error
    return name


TimeZone = Annotated[str, AfterValidator(_known_zone)]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Names = Annotated[tuple[str, ...], Field(min_length=1)]


class Section(BaseModel):
    """Base of every section: immutable, no unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)
