"""Approving money: a rate card, or bills, become the next version of a stream or of the platform all streams share."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from metrics.tables.bills import PLATFORM
from pipelines.errors import SourceError
from pipelines.money.beside import check_money, read_exchanges
from pipelines.money.held import check_bills
from pipelines.money.lines import Bill, Rate
from pipelines.money.versions import Kind, Version, keep_version, load_versions
from pipelines.registry import Registered
from pipelines.settings import Settings

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approved what on which day, and why it changed."""

    approved_by: str
    approved_on: dt.date
    why: str | None
    at: dt.datetime

    def __post_init__(self) -> None:
        """Refuse a name that is none."""
        for text in (self.approved_by, self.why or "-"):
            if not text.strip() or len(text) > _LONGEST_NAME or not text.isprintable():
                raise SourceError(f"{text[:40]!r} is no name or reason; write one line of at most {_LONGEST_NAME}.")
        if self.approved_on > self.at.date() + dt.timedelta(days=1):
            raise SourceError(f"Approved on {self.approved_on} lies ahead; write the day on which it was approved.")


@dataclass(frozen=True, slots=True)
class Change:
    """What a version brought: how many lines are new, say something else, stayed, or are gone."""

    version: Version
    is_new: bool
    added: int
    changed: int
    kept: int
    gone: int


def approve_rates(
    settings: Settings, registered: Registered, path: Path, lines: tuple[Rate, ...], approval: Approval
) -> Change:
    """A rate card, whole: it takes the place of the one before.

    Raises:
        SourceError: it cannot be used.
        StorageError: it could not be written.
    """
    stream, bills = registered.stream, registered.money.bills
    check_money(stream, lines, bills.bills() if bills else None, read_exchanges(stream, registered.folder))
    return _keep(settings, stream.stream, "rates", registered.money.rates, lines, path, approval)


def approve_bills(
    settings: Settings, registered: Registered, path: Path, bills: tuple[Bill, ...], approval: Approval, *, whole: bool
) -> Change:
    """Bills of a stream: those of the same id are replaced, others stay; with `whole` the file is all there is.

    Raises:
        SourceError, StorageError: as for rates.
    """
    stream, rates, before = registered.stream, registered.money.rates, registered.money.bills
    merged = bills if whole or before is None else _merged(before.bills(), bills)
    exchange = read_exchanges(stream, registered.folder)
    check_money(stream, rates.rates() if rates else None, merged, exchange)
    return _keep(settings, stream.stream, "bills", before, merged, path, approval)


def approve_platform(
    settings: Settings, path: Path, bills: tuple[Bill, ...], approval: Approval, *, whole: bool
) -> Change:
    """Bills that all streams share; likewise.

    Raises:
        SourceError, StorageError: as for rates.
    """
    versions = load_versions(settings, PLATFORM, "bills")
    before = versions[-1] if versions else None
    merged = bills if whole or before is None else _merged(before.bills(), bills)
    check_bills(merged)
    return _keep(settings, PLATFORM, "bills", before, merged, path, approval)


def _merged(before: Iterable[Bill], fresh: tuple[Bill, ...]) -> tuple[Bill, ...]:
    ids = {bill.bill_id for bill in fresh}
    return (*(bill for bill in before if bill.bill_id not in ids), *fresh)


def _keep(
    settings: Settings, stream: str, kind: Kind, before: Version | None,
    lines: tuple[Rate | Bill, ...], path: Path, approval: Approval,
) -> Change:  # fmt: skip
    held = load_versions(replace(settings, as_of=None), stream, kind)
    if before is not None and not held:  # the file of a home from before there were versions
        held = [keep_version(settings, before)]
    version = Version(
        stream, kind, len(held) + 1, lines, approval.approved_by, approval.approved_on, approval.why, approval.at,
        path.name, hashlib.sha256(path.read_bytes()).hexdigest(),
    )  # fmt: skip
    is_new = before is None or before.approved_by is None or before.content_hash != version.content_hash
    kept = keep_version(settings, version) if is_new else before
    return _change(kept or version, before, lines, is_new=is_new)


def _change(version: Version, before: Version | None, lines: tuple[Rate | Bill, ...], *, is_new: bool) -> Change:
    then = {_id(line): line for line in before.lines} if before else {}
    now = {_id(line): line for line in lines}
    same = sum(now[name] == then.get(name) for name in now)
    added, gone = len(now.keys() - then.keys()), len(then.keys() - now.keys())
    return Change(version, is_new, added, len(now) - added - same, same, gone)


def _id(line: Rate | Bill) -> str:
    return line.rate_id if isinstance(line, Rate) else line.bill_id
