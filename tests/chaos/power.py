"""One machine that loses its power: outbox, cursor and the receiver's log lie on the same shadow disk.

What is left is what was synced, and by luck more. The ledger is not on it: it writes through DuckDB and syncs itself.
"""

from __future__ import annotations

import json
import random
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.receiver.errors import ReceiverError
from pipelines.receiver.log import WriteAheadLog
from pipelines.receiver.segments import Frame, read_frames
from streamgauge import FileOutbox, StreamgaugeError
from streamgauge.disk import Disk
from streamgauge.outbox.spool import LOCK
from streamgauge.relay import Relay
from tests.chaos.direct import DirectDelivery
from tests.chaos.world import tell, telling
from tests.receiver.disks import ShadowDisk

EVENTS = 5
SPOOL_BYTES, SEGMENT_BYTES = 1_000, 1_500  # a few events each, so that names are made and removed all the time


class ForgetfulDisk(ShadowDisk):
    """A mutant: what is written counts as kept, as if nobody needed to sync content."""

    def sync(self, descriptor: int) -> None:
        """Sync nothing."""
        self._tick()


@dataclass(slots=True)
class Machine:
    """Outbox and inbox in `folder`; `acknowledged` is what was promised to the service."""

    folder: Path
    disk: Disk
    fsync: bool = True
    acknowledged: list[str] = field(default_factory=list)

    @property
    def outbox(self) -> Path:
        """Folder of the spools."""
        return self.folder / "outbox"

    @property
    def inbox(self) -> Path:
        """Folder of the receiver's log."""
        return self.folder / "home" / "inbox"

    def work(self, rounds: int = 2) -> None:
        """Tell and carry, in turns, until it is done or the power goes."""
        for _ in range(rounds):
            self.tell()
            with suppress(ReceiverError):
                self.carry()

    def tell(self) -> None:
        """A process of the service tells its events, as far as the outbox takes them."""
        with suppress(StreamgaugeError), telling(self._open()):
            for _ in range(EVENTS):
                self.acknowledged += tell(1, first=len(self.acknowledged))

    def carry(self) -> None:
        """The relay's turn at all spools, into the log."""
        with WriteAheadLog(
            self.inbox, self.disk, segment_bytes=SEGMENT_BYTES, free_floor_bytes=0, pause_seconds=0.01
        ) as log:
            Relay(DirectDelivery(log), folder=self.outbox, disk=self.disk).run_once()  # type: ignore[arg-type]

    def arrived(self) -> dict[str, tuple[str, int]]:
        """Source and number of each event in the log, by id."""
        frames = (item for item in read_frames(self.inbox) if isinstance(item, Frame))
        events = [event for frame in frames for event in json.loads(frame.body)]
        return {event["id"]: (event["source"], event["data"]["event.sequence"]) for event in events}

    def _open(self) -> FileOutbox:
        return FileOutbox(self.outbox, "orders", fsync=self.fsync, segment_bytes=SPOOL_BYTES, disk=self.disk)


def restart(machine: Machine, shadow: ShadowDisk, fresh: Path, luck: random.Random | None) -> Machine:
    """The machine after the cut, on a disk that works: with what was synced, and by luck a part of the rest."""
    shadow.after_power_cut(machine.inbox, fresh / "home" / "inbox", luck)
    spools = [path for path in machine.outbox.iterdir() if path.is_dir()] if machine.outbox.is_dir() else []
    for spool in spools:
        shadow.after_power_cut(spool, fresh / "outbox" / spool.name, luck)
        (fresh / "outbox" / spool.name / LOCK).write_bytes((spool / LOCK).read_bytes())  # synced when it was made
    return Machine(fresh, QuickDisk(), acknowledged=list(machine.acknowledged))


class QuickDisk(Disk):
    """The system's files without waiting for the device: the tests are about what was promised before."""

    def sync(self, descriptor: int) -> None:
        """Done at once."""

    def sync_folder(self, folder: Path) -> None:
        """Done at once."""
