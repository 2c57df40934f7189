"""How long the receiver's log is kept: segments that every reader has passed, for some days more.

They are the raw reference of every row, and where a stream that is registered later finds what came before it.
"""

from __future__ import annotations

import time

from pipelines.ledger.manifest import load_manifest
from pipelines.loading.account import load_account
from pipelines.loading.deliveries import INBOX
from pipelines.loading.marks import Mark
from pipelines.loading.routing import UNROUTED
from pipelines.receiver.segments import list_segments
from pipelines.registry import registered_names
from pipelines.settings import Settings
from streamgauge.disk import Disk

_DAY_SECONDS = 86_400


def forget_old_segments(settings: Settings) -> int:
    """Remove segments that all have read and that are older than `settings.inbox_days`. Returns how many."""
    read_to = _read_by_all(settings)
    if read_to is None:
        return 0
    kept_since = time.time() - settings.inbox_days * _DAY_SECONDS
    old = [
        path
        for segment in list_segments(settings.inbox)
        if not segment.is_open and segment.name < read_to.segment
        if (path := segment.path(settings.inbox)).stat().st_mtime < kept_since
    ]
    disk = Disk()
    for path in old:
        disk.remove(path)
    if old:
        disk.sync_folder(settings.inbox)
    return len(old)


def _read_by_all(settings: Settings) -> Mark | None:
    """How far every reader has come; None where one has not begun."""
    texts = [
        load_manifest(settings.ledger / name).positions.get(INBOX) for name in (*registered_names(settings), UNROUTED)
    ]
    told = [load_account(settings.inbox / "account.json").marks.get(INBOX)]
    marks = [*(Mark.from_text(text) if text else None for text in texts), *told]
    return None if None in marks else min(mark for mark in marks if mark is not None)
