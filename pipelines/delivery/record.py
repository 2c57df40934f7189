"""What was told of a review, to whom, when, and of which manifest: a file a stream and quarter, in the home.

Written before anything is sent and again after it: whoever is stopped in between finds the telling open, and tells it
again under the same id. Nothing is half-written, and two processes never tell at once.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from enum import Enum
from pathlib import Path

from dashboards.manifest import is_bundle_name
from pipelines.errors import BusyError, SettingsError, StorageError
from pipelines.settings import Settings
from streamgauge.disk import Disk

FORMAT = 1


class State(Enum):
    """How far a telling came."""

    SENDING = "sending"  # nobody knows whether it arrived
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Telling:
    """One message to one outlet. `told` is the digest of the numbers it tells, `manifest` the sha256 of the bundle's.

    `begun_at` and `tried_at` are UTC: when it was first meant, and last tried.
    """

    to: str
    language: str
    is_update: bool
    told: str
    manifest: str
    id: str
    begun_at: dt.datetime
    tried_at: dt.datetime
    state: State = State.SENDING
    tries: int = 1
    reason: str = ""


def next_telling(
    known: Sequence[Telling], to: str, language: str, told: str, manifest: str, at: dt.datetime, *, again: bool = False
) -> Telling | None:
    """What is to be told to an outlet now; None where it was told these numbers last.

    One that is open and tells the same numbers is taken up under its id: whoever got it already can tell.
    """
    of_outlet = [each for each in known if (each.to, each.language) == (to, language)]
    last = of_outlet[-1] if of_outlet else None
    if last is not None and last.state is not State.DELIVERED and last.told == told:
        return replace(last, manifest=manifest, tried_at=at, state=State.SENDING, tries=last.tries + 1, reason="")
    reached = next((each for each in reversed(of_outlet) if each.state is not State.FAILED), None)
    if reached is not None and reached.told == told and not again:
        return None
    is_update = reached is not None and reached.told != told
    return Telling(to, language, is_update, told, manifest, f"msg_{secrets.token_hex(16)}", at, at)


def is_told(known: Sequence[Telling], to: str) -> bool:
    """Was the outlet ever told of this review?"""
    return any(each.to == to and each.state is State.DELIVERED for each in known)


def with_telling(known: Sequence[Telling], telling: Telling) -> list[Telling]:
    """The record with this telling as the newest; older ones to the same outlet that never arrived are overtaken."""
    kept = [
        each for each in known
        if each.state is State.DELIVERED or (each.to, each.language) != (telling.to, telling.language)
    ]  # fmt: skip
    return [*kept, telling]


def read_tellings(settings: Settings, stream: str, period: str) -> list[Telling]:
    """What was told of a review, oldest first.

    Raises:
        StorageError: the file is not as it was written.
    """
    path = _path(settings, stream, period)
    try:
        fact = json.loads(path.read_text("utf-8"))
        if fact["format"] != FORMAT:
            raise StorageError(f"{path} is of format {fact['format']}; this version reads {FORMAT}.")
        return [_telling(each) for each in fact["tellings"]]
    except FileNotFoundError:
        return []
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise StorageError(
            f"{path} is no record of deliveries: {error!r}. Put the file back as it was; without it everybody is told "
            "again."
        ) from error


def write_tellings(
    settings: Settings, stream: str, period: str, tellings: Sequence[Telling], disk: Disk | None = None
) -> None:
    """Replace the record of a review, in one go.

    Raises:
        StorageError: the disk refuses; the record is as it was.
    """
    path, kept = _path(settings, stream, period), disk or Disk()
    fact = {"format": FORMAT, "tellings": [_fact(each) for each in tellings]}
    try:
        kept.make_folder(path.parent)
        kept.write_whole(path, (json.dumps(fact, indent=1, ensure_ascii=False) + "\n").encode())
    except OSError as error:
        raise StorageError(f"What was delivered could not be written to {path.parent}: {error}") from error


@contextmanager
def one_teller(settings: Settings) -> Iterator[None]:
    """Keep other processes from telling while this one does.

    Raises:
        BusyError: another process tells.
        StorageError: the disk refuses.
    """
    try:
        settings.deliveries.mkdir(parents=True, exist_ok=True)
        lock = (settings.deliveries / ".lock").open("w")
    except OSError as error:
        raise StorageError(f"{settings.deliveries} cannot be written: {error}") from error
    with lock:
        try:
            fcntl.flock(lock.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BusyError("Another process delivers reviews; try again when it is done.") from error
        yield


def _path(settings: Settings, stream: str, period: str) -> Path:
    if not is_bundle_name(stream, period):
        raise SettingsError(f"{stream!r} and {period!r} are no names of a review; write e.g. --period 2026-Q3.")
    return settings.deliveries / stream / f"{period}.json"


def _fact(telling: Telling) -> dict[str, object]:
    instants = {name: getattr(telling, name).isoformat() for name in ("begun_at", "tried_at")}
    return {**asdict(telling), **instants, "state": telling.state.value}


def _telling(fact: dict[str, object]) -> Telling:
    instants = {name: dt.datetime.fromisoformat(str(fact[name])) for name in ("begun_at", "tried_at")}
    return Telling(**{**fact, **instants, "state": State(fact["state"])})  # type: ignore[arg-type]  # checked by use
