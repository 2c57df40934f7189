"""Everything once more: a copy of a world, with all its cursors and positions forgotten."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass

from pipelines.ledger.manifest import load_manifest
from pipelines.loading.account import Account, load_account
from pipelines.receiver.log import WriteAheadLog
from pipelines.settings import Settings
from streamgauge.relay.relay import Relay
from tests.chaos.direct import DirectDelivery
from tests.chaos.plan import STREAM, Plan
from tests.pipelines.arrivals import loaded


@dataclass(frozen=True, slots=True)
class Replay:
    """What reading all of it again came to: `sent` events out of spools, `read` by the loader, `new` in the ledger."""

    sent: int
    read: int
    new: int
    is_same_ledger: bool
    is_same_account: bool


def replay(plan: Plan) -> Replay:
    """Send all spools and load all segments from their beginning, beside the world of `plan`."""
    home, outbox = Settings(plan.folder / "again" / "home", threads=1), plan.folder / "again" / "outbox"
    shutil.copytree(plan.settings.home, home.home)
    shutil.copytree(plan.outbox, outbox)
    _forget(home)
    for cursor in outbox.glob("*/cursor"):
        cursor.unlink()
    with WriteAheadLog(home.inbox, free_floor_bytes=0) as log:
        sent = Relay(DirectDelivery(log), folder=outbox).run_once().delivered  # type: ignore[arg-type]
    receipts = loaded(home).receipts.values()
    return Replay(
        sent, sum(r.read for r in receipts), sum(r.new for r in receipts),
        _fingerprint(plan.settings) == _fingerprint(home), _account(plan.settings) == _account(home),
    )  # fmt: skip


def _forget(home: Settings) -> None:
    (home.inbox / "account.json").unlink()
    for path in home.ledger.glob("*/manifest.json"):
        told = json.loads(path.read_text())
        path.write_text(json.dumps({**told, "positions": {}}))


def _fingerprint(home: Settings) -> tuple[int, int]:
    manifest = load_manifest(home.ledger / STREAM)
    return manifest.rows, manifest.fingerprint


def _account(home: Settings) -> dict[str, object]:
    account: Account = load_account(home.inbox / "account.json")
    return dict(account.sources)
