"""Telling people of published reviews: what is due, to whom, once; and the record of it.

At least once: whoever is stopped after sending and before writing that down tells again, under the same id.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from dashboards.notice import notice_of, told_digest
from pipelines.delivery.answer import Answer, persist
from pipelines.delivery.due import Due, due_reviews
from pipelines.delivery.event import event_of
from pipelines.delivery.letter import letter_of
from pipelines.delivery.mail import hand_in
from pipelines.delivery.outlets import Mailbox, MailServer, Outlet, read_outlets, site_of
from pipelines.delivery.post import post
from pipelines.delivery.record import (
    State,
    Telling,
    next_telling,
    one_teller,
    read_tellings,
    with_telling,
    write_tellings,
)
from pipelines.settings import Settings
from streamgauge.disk import Disk

UNCHANGED, WOULD_TELL = "unchanged", "would tell"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one review and one outlet; `subject` and `text` are what a letter says, or would say."""

    stream: str
    period: str
    to: str
    state: str
    is_update: bool
    manifest: str
    subject: str
    text: str
    id: str | None = None
    reason: str = ""

    def as_fact(self) -> dict[str, object]:
        """The object `streamgauge deliver --json` prints."""
        return {
            "stream": self.stream, "period": self.period, "to": self.to, "state": self.state,
            "is_update": self.is_update, "manifest": self.manifest, "subject": self.subject, "text": self.text,
            "id": self.id, "reason": self.reason or None,
        }  # fmt: skip


@dataclass(frozen=True)
class Teller:
    """What telling needs of the world; tests put a clock, a wait and a disk of their own in."""

    settings: Settings
    disk: Disk = field(default_factory=Disk)
    wait: Callable[[float], None] = time.sleep
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)
    deaf: dict[MailServer, Answer] = field(default_factory=dict)  # servers that took nothing: asked once a delivery


def deliver(
    settings: Settings, stream: str | None = None, period: str | None = None, only: Sequence[str] = (), *,
    is_dry: bool = False, again: bool = False, teller: Teller | None = None,
) -> list[Outcome]:  # fmt: skip
    """Tell of the newest review of each stream, or of those named, whoever was not told these numbers yet.

    `only` names addresses, or `webhook`, in place of those of the environment. `is_dry` sends and writes nothing;
    `again` tells also whoever knows.

    Raises:
        SettingsError: where pages are served, or whom to tell, is not told or cannot be used; nothing was sent.
        PipelineError: no such review is published.
        BusyError: another process delivers.
        StorageError: the record cannot be read or written; what was not written down is told again the next time.
    """
    site, outlets = site_of(settings.delivery), read_outlets(settings.delivery, only)
    found = due_reviews(settings, stream, period)
    teller = teller or Teller(settings)
    if is_dry:
        return [told for due in found for told in _tell(teller, due, site, outlets, is_dry=True, again=again)]
    with one_teller(settings):
        return [told for due in found for told in _tell(teller, due, site, outlets, is_dry=False, again=again)]


def _tell(
    teller: Teller, due: Due, site: str, outlets: Sequence[Outlet], *, is_dry: bool, again: bool
) -> Iterator[Outcome]:
    bundle = due.bundle
    told, known = told_digest(bundle), read_tellings(teller.settings, bundle.stream, bundle.period)
    for outlet in outlets:
        telling = next_telling(
            known, outlet.label, bundle.language, told, due.manifest_sha256, teller.now(), again=again
        )
        if telling is None:
            yield _outcome(due, site, outlet, UNCHANGED)
        elif is_dry:
            yield _outcome(due, site, outlet, WOULD_TELL, is_update=telling.is_update)
        else:
            known = _keep(teller, due, with_telling(known, telling))
            answer = _send(teller, due, site, outlet, telling)
            state = State.DELIVERED if answer.is_delivered else State.FAILED
            ended = replace(telling, state=state, reason=answer.reason, tried_at=teller.now())
            known = _keep(teller, due, with_telling(known, ended))
            yield replace(
                _outcome(due, site, outlet, state.value, is_update=ended.is_update), id=ended.id, reason=ended.reason
            )


def _keep(teller: Teller, due: Due, tellings: list[Telling]) -> list[Telling]:
    write_tellings(teller.settings, due.bundle.stream, due.bundle.period, tellings, teller.disk)
    return tellings


def _send(teller: Teller, due: Due, site: str, outlet: Outlet, telling: Telling) -> Answer:
    link = _link(site, due)
    if not isinstance(outlet, Mailbox):
        body = event_of(
            due.bundle, site, link, telling.manifest, telling.id, telling.begun_at, is_update=telling.is_update
        )
        return persist(lambda: post(outlet, telling.id, body), teller.wait)
    server = outlet.server
    if server in teller.deaf:
        return teller.deaf[server]
    notice = notice_of(due.bundle, link, is_update=telling.is_update)
    letter = letter_of(notice, server.sender, outlet.address, telling.id, telling.begun_at)
    answer = persist(lambda: hand_in(server, letter), teller.wait)
    if answer.is_of_server:
        teller.deaf[server] = answer
    return answer


def _outcome(due: Due, site: str, outlet: Outlet, state: str, *, is_update: bool = False) -> Outcome:
    notice = notice_of(due.bundle, _link(site, due), is_update=is_update)
    bundle = due.bundle
    return Outcome(
        bundle.stream, bundle.period, outlet.label, state, is_update, due.manifest_sha256, notice.subject, notice.text
    )


def _link(site: str, due: Due) -> str:
    return f"{site}/{due.bundle.stream}/{due.bundle.period}/"
