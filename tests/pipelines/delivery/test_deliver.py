"""Telling of reviews from the command line on: once, again where it failed, as an update where numbers moved."""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import json
import logging
import re
import shutil
from pathlib import Path

import pytest

from dashboards.manifest import read_manifest
from pipelines.delivery.deliver import Outcome, Teller, deliver
from pipelines.delivery.record import State, Telling, read_tellings
from pipelines.errors import BusyError, PipelineError, SettingsError, StorageError
from pipelines.settings import Settings
from streamgauge.disk import Disk
from tests.dashboards.builder import QUARTER, STREAM
from tests.pipelines.delivery.conftest import SECRET, Publish, telling
from tests.pipelines.delivery.hook_server import hang_up, hook_server, status
from tests.pipelines.delivery.mail_servers import PASSWORD, USER, Post, mail_server

AT = dt.datetime(2026, 10, 3, 4)
ANN, BOB = "ann@b.example", "bob@b.example"


def tell(settings: Settings, disk: Disk | None = None, **wanted: object) -> list[Outcome]:
    """Deliver without waiting between tries."""
    teller = Teller(settings, disk or Disk(), wait=lambda _: None)
    return deliver(settings, teller=teller, **wanted)  # type: ignore[arg-type]  # names are checked by use


def states(outcomes: list[Outcome]) -> list[tuple[str, str]]:
    """Who, and what became of it."""
    return [(outcome.to, outcome.state) for outcome in outcomes]


def mailed(home: Settings, port: int, *to: str) -> Settings:
    """The home with a mail server on this machine."""
    return telling(home, smtp_url=f"smtp://127.0.0.1:{port}", mail_to=",".join(to or (ANN, BOB)))


def hooked(home: Settings, port: int) -> Settings:
    """The home with a webhook on this machine."""
    return telling(home, webhook_url=f"http://127.0.0.1:{port}/hidden-path")


def record(home: Settings) -> list[Telling]:
    """What was written down."""
    return read_tellings(home, STREAM, QUARTER)


def test_everybody_is_told_once(home: Settings) -> None:
    """Each address gets its own letter with sentence and link; the next time nobody gets anything."""
    post = Post()
    with mail_server(post) as port:
        settings = mailed(home, port)
        assert states(tell(settings)) == [(ANN, "delivered"), (BOB, "delivered")]
        assert states(tell(settings)) == [(ANN, "unchanged"), (BOB, "unchanged")]
    assert [address for address, _ in post.letters] == [ANN, BOB]
    manifest = read_manifest(home.pages / STREAM / QUARTER)
    text = post.letters[0][1].get_body(("plain",))
    assert text is not None
    assert manifest.sentence in text.get_content()
    assert "https://gauge.example/orders/2026-Q3/" in text.get_content()
    assert [(told.to, told.state, told.tries) for told in record(home)] == [
        (ANN, State.DELIVERED, 1), (BOB, State.DELIVERED, 1),
    ]  # fmt: skip


def test_a_webhook_is_told_of_which_manifest(home: Settings) -> None:
    """The event names the sha256 of the manifest that lies in the home, which the record keeps."""
    with hook_server() as (port, taken):
        [outcome] = tell(hooked(home, port))
    [(_, headers, body)] = taken.requests
    told = json.loads(body)
    manifest = hashlib.sha256((home.pages / STREAM / QUARTER / "manifest.json").read_bytes()).hexdigest()
    assert told["data"]["manifest_sha256"] == outcome.manifest == record(home)[0].manifest == manifest
    assert told["id"] == headers["webhook-id"] == outcome.id == record(home)[0].id


def test_published_again_with_the_same_numbers(home: Settings, publish: Publish) -> None:
    """Another run of the same numbers is another manifest, and no news."""
    post = Post()
    with mail_server(post) as port:
        settings = mailed(home, port, ANN)
        before = tell(settings)[0]
        publish("other run")
        after = tell(settings)[0]
    assert (after.state, len(post.letters)) == ("unchanged", 1)
    assert before.manifest != after.manifest


def test_other_numbers_are_an_update(home: Settings, publish: Publish) -> None:
    """A review that says something else is told as an update to those who were told, as a review to others; once."""
    post = Post()
    with mail_server(post) as port:
        tell(mailed(home, port, ANN))
        publish("other cost")
        settings = mailed(home, port)
        assert [outcome.is_update for outcome in tell(settings)] == [True, False]
        assert states(tell(settings)) == [(ANN, "unchanged"), (BOB, "unchanged")]
    subjects = [letter["Subject"].split(":")[0] for _, letter in post.letters]
    assert subjects == ["Operating review", "Updated review", "Operating review"]
    assert len({letter["Message-ID"] for _, letter in post.letters}) == 3


def test_what_failed_is_tried_again_the_next_time(home: Settings) -> None:
    """Whoever was told is left in peace, whoever was not is tried again, under the same id and as no update."""
    post = Post(refused={BOB: "550 unknown"})
    with mail_server(post) as port:
        settings = mailed(home, port)
        first = tell(settings)
        assert states(first) == [(ANN, "delivered"), (BOB, "failed")]
        assert "550 unknown" in first[1].reason
        post.refused.clear()
        second = tell(settings)
    assert states(second) == [(ANN, "unchanged"), (BOB, "delivered")]
    assert (first[1].id, second[1].is_update) == (second[1].id, False)
    assert [told.tries for told in record(home)] == [1, 2]


def test_an_update_that_failed_and_was_taken_back(home: Settings, publish: Publish) -> None:
    """Numbers that were never told and are gone again are no news."""
    post = Post()
    with mail_server(post) as port:
        settings = mailed(home, port, ANN)
        tell(settings)
        publish("other cost")
        post.refused[ANN] = "550 unknown"
        assert states(tell(settings)) == [(ANN, "failed")]
        post.refused.clear()
        publish("as it is")
        assert states(tell(settings)) == [(ANN, "unchanged")]


def test_a_server_that_is_down_is_asked_once(home: Settings) -> None:
    """A hundred addresses do not wait a hundred times for a server that does not answer."""
    waits: list[float] = []
    with mail_server(Post()) as port:
        pass
    settings = mailed(home, port, *(f"p{number}@b.example" for number in range(100)))
    outcomes = deliver(settings, teller=Teller(settings, wait=waits.append))
    assert {outcome.state for outcome in outcomes} == {"failed"}
    assert len(waits) == 3


def test_the_webhook_is_tried_again_at_once(home: Settings) -> None:
    """A connection that was cut and a server that is busy are tried again with the same id and body."""
    with hook_server(hang_up, status(503), status(204)) as (port, taken):
        assert [outcome.state for outcome in tell(hooked(home, port))] == ["delivered"]
    assert len(taken.requests) == 3
    assert len({(headers["webhook-id"], body) for _, headers, body in taken.requests}) == 1


class Broken(Disk):
    """A disk that refuses from the given write on."""

    def __init__(self, after: int) -> None:
        self.left = after

    def write_whole(self, path: Path, content: bytes) -> None:
        """Write, so often."""
        self.left -= 1
        if self.left < 0:
            raise OSError(28, "No space left on device")
        super().write_whole(path, content)


def test_nothing_is_sent_that_cannot_be_written_down(home: Settings) -> None:
    """Where the disk refuses before sending, nobody is told."""
    post = Post()
    with mail_server(post) as port, pytest.raises(StorageError, match="could not be written"):
        tell(mailed(home, port), Broken(after=0))
    assert (post.letters, record(home)) == ([], [])


def test_a_stop_between_sending_and_writing_it_down(home: Settings) -> None:
    """Told at least once: it is told again under the same id, so that whoever has it can tell."""
    post = Post()
    with mail_server(post) as port:
        settings = mailed(home, port, ANN)
        with pytest.raises(StorageError):
            tell(settings, Broken(after=1))
        assert [told.state for told in record(home)] == [State.SENDING]
        assert states(tell(settings)) == [(ANN, "delivered")]
    first, second = (letter for _, letter in post.letters)
    assert first.as_bytes() == second.as_bytes()


def test_a_stop_and_then_other_numbers(home: Settings, publish: Publish) -> None:
    """Nobody knows whether the first was read, so the second says that numbers changed."""
    post = Post()
    with mail_server(post) as port:
        settings = mailed(home, port, ANN)
        with pytest.raises(StorageError):
            tell(settings, Broken(after=1))
        publish("other cost")
        assert [outcome.is_update for outcome in tell(settings)] == [True]


def test_again_tells_whoever_knows(home: Settings) -> None:
    """`again` tells the same numbers once more, under a new id, and not as an update."""
    post = Post()
    with mail_server(post) as port:
        settings = mailed(home, port, ANN)
        first, second = tell(settings)[0], tell(settings, again=True)[0]
    assert (second.state, second.is_update, first.id != second.id) == ("delivered", False, True)
    assert len(post.letters) == 2


def test_a_dry_run_does_nothing(home: Settings) -> None:
    """It says whom it would tell what, sends nothing and writes nothing."""
    post = Post()
    with mail_server(post) as port:
        [outcome] = tell(mailed(home, port, ANN), is_dry=True)
    assert (outcome.state, post.letters, home.deliveries.exists()) == ("would tell", [], False)
    assert outcome.text.startswith(outcome.subject)


def test_one_process_at_a_time(home: Settings) -> None:
    """While another process delivers, this one tells nobody."""
    home.deliveries.mkdir()
    with (home.deliveries / ".lock").open("w") as lock, mail_server(Post()) as port:
        fcntl.flock(lock.fileno(), fcntl.LOCK_EX)
        with pytest.raises(BusyError, match="Another process"):
            tell(mailed(home, port))


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 1, "tellings": [{"to": 1}]}', '{"format": 2}', "\xff"])
def test_a_record_that_is_none(content: str, home: Settings) -> None:
    """A record that cannot be read stops it: without one everybody would be told again."""
    path = home.deliveries / STREAM / f"{QUARTER}.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(content.encode("latin-1"))
    post = Post()
    with mail_server(post) as port, pytest.raises(StorageError, match=re.escape(path.name)):
        tell(mailed(home, port))
    assert post.letters == []


def test_the_newest_of_each_stream(home: Settings) -> None:
    """Without a quarter the newest published one is told, with one that one; parts of a stream are told to nobody."""
    for scope, period in ((STREAM, "2026-Q2"), ("orders~region~north-4f0e1c2d", "2026-Q3")):
        place = home.pages / scope / period
        shutil.copytree(home.pages / STREAM / QUARTER, place)
        told = json.loads((place / "manifest.json").read_text("utf-8"))
        (place / "manifest.json").write_text(json.dumps({**told, "stream": scope, "period": period}), "utf-8")
    settings = mailed(home, 9, ANN)
    assert [(o.stream, o.period) for o in tell(settings, is_dry=True)] == [(STREAM, QUARTER)]
    assert [(o.stream, o.period) for o in tell(settings, period="2026-q2", is_dry=True)] == [(STREAM, "2026-Q2")]


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"stream": "claims"}, "There are: orders"),
        ({"period": "2025-Q1"}, "There are: 2026-Q3"),
        ({"stream": "../..", "period": "x"}, "There are: orders"),
    ],
)
def test_what_is_not_published_is_not_told(wanted: dict[str, str], words: str, home: Settings) -> None:
    """A stream or quarter without a review is refused with those that have one."""
    with pytest.raises(PipelineError, match=words):
        tell(mailed(home, 9), **wanted)


def test_a_home_without_reviews(tmp_path: Path, home: Settings) -> None:
    """An empty home says how to publish one."""
    empty = Settings(home=tmp_path / "empty", delivery=mailed(home, 9).delivery)
    with pytest.raises(PipelineError, match="streamgauge review"):
        tell(empty)


def test_no_secret_is_written_anywhere(home: Settings, caplog: pytest.LogCaptureFixture) -> None:
    """Whether it arrives or fails: no password, secret or secret path in logs, outcomes, errors and the record."""
    caplog.set_level(logging.DEBUG)
    post, said = Post(), ""
    with mail_server(post, wants_login=True) as port, hook_server(status(500), hang_up, status(204)) as (web, _):
        for password in (PASSWORD, "wrong-horse"):
            settings = telling(
                hooked(home, web), smtp_url=f"smtp://{USER}@127.0.0.1:{port}", smtp_password=password,
                mail_to=f"{ANN},{password[:5].replace('%', '')}@b.example",
            )  # fmt: skip
            said += repr([outcome.as_fact() for outcome in tell(settings, again=True)])
    assert (len(post.letters), "refused user or password" in said) == (2, True)
    kept = "".join(path.read_text("utf-8") for path in home.deliveries.rglob("*") if path.is_file())
    for place in (said, kept, caplog.text, *(letter.as_string() for _, letter in post.letters)):
        for secret in (PASSWORD, "wrong-horse", "hidden-path", SECRET, SECRET.removeprefix("whsec_")):
            assert secret not in place


def test_a_hostile_name_adds_no_header(home: Settings) -> None:
    """A stream whose name holds line breaks, headers and tags is told to whom it was to be told, and to nobody else."""
    path = home.pages / STREAM / QUARTER / "manifest.json"
    told = json.loads(path.read_text("utf-8"))
    name = "Orders\r\nBcc: eve@evil.example\r\n\r\n<script>x</script>\x00" + "long " * 100
    path.write_text(json.dumps({**told, "name": name, "sentence": f"It is {name}."}), "utf-8")
    post = Post()
    with mail_server(post) as port:
        assert states(tell(mailed(home, port, ANN))) == [(ANN, "delivered")]
    [(address, letter)] = post.letters
    assert (address, letter["Bcc"], letter["To"]) == (ANN, None, ANN)
    assert letter["Subject"].startswith("Operating review: Orders Bcc: eve@evil.example <script>")
    assert len(letter["Subject"]) <= 200
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]


def test_the_record_is_for_its_owner(home: Settings) -> None:
    """Who was told is nobody's business but the home's: the file is not for everybody to read."""
    with mail_server(Post()) as port:
        tell(mailed(home, port, ANN))
    assert (home.deliveries / STREAM / f"{QUARTER}.json").stat().st_mode & 0o007 == 0


def test_where_pages_are_served_is_needed(home: Settings) -> None:
    """Without the address of the pages there is no link, so nobody is told."""
    with pytest.raises(SettingsError, match="STREAMGAUGE_SITE_URL"):
        tell(telling(home, site_url=""))


def test_when_it_was_told_is_written_down(home: Settings) -> None:
    """The record names the instant, in UTC."""
    with mail_server(Post()) as port:
        settings = mailed(home, port, ANN)
        deliver(settings, teller=Teller(settings, now=lambda: AT))
    assert [(told.begun_at, told.tried_at) for told in record(home)] == [(AT, AT)]
