"""What a storm is made of, and where everything lies: one record that travels to every process of it."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.settings import Settings

STREAM = "calls"
FILE_PRODUCERS = ("orders-0", "orders-1")
TABLE_PRODUCER = "billing"
PRODUCERS = (*FILE_PRODUCERS, TABLE_PRODUCER)
RELAY, RECEIVER, LOADER = "relay", "receiver", "loader"
ACTORS = (*PRODUCERS, RELAY, RECEIVER, LOADER)
LIKINGS = {"orders-0": 2.0, "orders-1": 2.0, "billing": 2.0, "relay": 4.0, "receiver": 4.0, "loader": 2.0}
"""Whom the killer likes how much: a load takes long, and is to come to an end now and then."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A storm. `weights` says whom the killer picks, `fault` names what was put into one of them on purpose.

    `pause_seconds` is the mean time between kills; `sync_seconds` what the receiver's disk needs for a sync;
    `case_seconds` is the pause of a producer after each case of six events.
    """

    folder: Path
    seed: int
    kills: int
    pause_seconds: float = 0.12
    most_seconds: float = 180.0
    sync_seconds: float = 0.02
    case_seconds: float = 0.1
    weights: Mapping[str, float] = field(default_factory=lambda: dict(LIKINGS))
    fault: str | None = None

    @property
    def settings(self) -> Settings:
        """The home of receiver and loader."""
        return Settings(self.folder / "home", threads=1)

    @property
    def outbox(self) -> Path:
        """Folder of the file outboxes."""
        return self.folder / "outbox"

    @property
    def database(self) -> Path:
        """The database of the service with the transactional outbox."""
        return self.folder / "billing.sqlite"

    @property
    def journals(self) -> Path:
        """What each incarnation of a producer told, and what of it was acknowledged."""
        return self.folder / "journals"

    @property
    def outcome(self) -> Path:
        """What the storm says of itself."""
        return self.folder / "storm.json"

    def said(self, actor: str) -> Path:
        """What an actor wrote to stderr."""
        return self.folder / f"{actor}.err"


def reserve_port() -> socket.socket:
    """A socket that holds a port without listening, so that nobody else gets it while the receiver is dead."""
    holding = socket.socket()
    holding.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holding.bind(("127.0.0.1", 0))
    return holding
