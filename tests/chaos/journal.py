"""What a producer told and what was promised to it, kept beside the outbox and independent of it.

A journal is a file of one process; a line is one write, so a kill tears at most the last one.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from streamgauge.event import Event
from streamgauge.outbox import Outbox

Key = tuple[str, str]
"""Source and id."""


class Journal:
    """Writes what happens to each event, in a new file whose name begins with `name`."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = f"{name}-{os.urandom(4).hex()}"
        self._file = os.open(folder / f"{self.name}.jsonl", os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND)

    def note(self, word: str, source: str, content: object) -> None:
        """One line: told (with the event), acknowledged or withdrawn (with the id)."""
        os.write(self._file, json.dumps([word, source, content]).encode() + b"\n")


class JournalingOutbox:
    """An outbox around another one: told before it is asked, acknowledged when it returned and `is_promised`."""

    def __init__(self, inner: Outbox, journal: Journal, *, is_promised: bool, rest_seconds: float = 0.0) -> None:
        self._inner, self._journal, self._is_promised, self._rest_seconds = inner, journal, is_promised, rest_seconds
        self.waiting: list[str] = []

    @property
    def source(self) -> str:
        """Of the outbox within."""
        return self._inner.source

    def put(self, event: Event) -> None:
        """Put, between two lines of the journal."""
        self._journal.note("told", self.source, json.loads(event.encode(self.source, 0)))
        self._inner.put(event)
        time.sleep(self._rest_seconds)  # room for a kill between the write and its acknowledgement
        self.waiting.append(event.id)
        if self._is_promised:
            self.settle("acknowledged")

    def settle(self, word: str) -> None:
        """Say what became of all that wait: their transaction was committed or rolled back."""
        for event_id in self.waiting:
            self._journal.note(word, self.source, event_id)
        self.waiting.clear()

    def close(self) -> None:
        """Close the outbox within."""
        self._inner.close()


@dataclass(slots=True)
class Told:
    """All journals together: every event by source and id, and which were acknowledged or withdrawn."""

    events: dict[Key, dict[str, Any]] = field(default_factory=dict)
    acknowledged: set[Key] = field(default_factory=set)
    withdrawn: set[Key] = field(default_factory=set)


def read_journals(folder: Path) -> Told:
    """What all producers told; a line torn by a kill was followed by nothing."""
    told = Told()
    for path in sorted(folder.glob("*.jsonl")):
        lines = path.read_bytes().split(b"\n")
        for line in lines[:-1]:
            word, source, content = json.loads(line)
            if word == "told":
                told.events[source, content["id"]] = content
            else:
                getattr(told, word).add((source, content))
    return told
