"""How much one request, one connection and all of them together may take."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.receiver.errors import ReceiverError
from pipelines.receiver.frame import LARGEST_BODY_BYTES

_MIB = 1_048_576
_MOST_BYTES = LARGEST_BODY_BYTES // 2  # an event in binary mode grows by its headers


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a receiver; what passes one is refused with a status that says whether to try again.

    `body_bytes` as sent and `unpacked_bytes` after gzip are of one request, `unpacked_ratio` is bytes out for each byte
    in, beyond the first MiB. `held_bytes` is all bodies in memory, `concurrent_requests` those being taken at a time.
    """

    body_bytes: int = 64 * _MIB
    unpacked_bytes: int = 64 * _MIB
    unpacked_ratio: float = 200.0
    held_bytes: int = 256 * _MIB
    concurrent_requests: int = 256
    connections: int = 1_024
    head_bytes: int = 65_536
    head_seconds: float = 10.0
    body_seconds: float = 30.0
    idle_seconds: int = 75
    shutdown_seconds: int = 20

    def __post_init__(self) -> None:
        for name in ("body_bytes", "unpacked_bytes"):
            if not 0 < getattr(self, name) <= _MOST_BYTES:
                raise ReceiverError(
                    f"The limit {name} is {getattr(self, name)}; possible are 1 to {_MOST_BYTES} bytes."
                )
