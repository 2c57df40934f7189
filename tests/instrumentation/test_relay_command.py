"""The relay as a process of its own: arguments, one line of progress, signals, exit codes."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from streamgauge.errors import ConfigurationError
from streamgauge.event import Event
from streamgauge.outbox.file import FileOutbox
from streamgauge.outbox.transactional import TransactionalOutbox, create_table
from streamgauge.relay.command import RelayOptions, run_relay
from streamgauge.relay.database import connector
from tests.instrumentation.wild_receiver import Receiver, Request, receiver, refuse, take

COMMAND = [sys.executable, "-m", "streamgauge.relay"]


@pytest.fixture
def wild() -> Iterator[Receiver]:
    """A receiver that does as told."""
    with receiver() as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An outbox folder with three events of a service that has ended."""
    outbox = FileOutbox(tmp_path / "outbox", "orders")
    for number in range(3):
        outbox.put(Event(f"e{number}", "order.created", 0, {}))
    outbox.close()
    return tmp_path / "outbox"


def run(*arguments: Any) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, text=True, timeout=30, check=False)


def test_help_says_everything() -> None:
    """--help names every option and the exit codes."""
    told = run("--help")
    assert told.returncode == 0
    for word in ("--outbox", "--database", "--endpoint", "--token-file", "--once", "--batch", "--timeout", "75"):
        assert word in told.stdout


def test_once_delivers_and_leaves(wild: Receiver, folder: Path, tmp_path: Path) -> None:
    """One pass delivers what is there, says so in one line on stderr, and ends with 0."""
    (tmp_path / "token").write_text("s3cret\n")
    told = run("--outbox", folder, "--endpoint", wild.url, "--token-file", tmp_path / "token", "--once", "--batch", 2)
    assert (told.returncode, told.stdout) == (0, "")
    assert told.stderr == "3 delivered, 0 requests retried, 0 refused; 0 events left (0 bytes)\n"
    assert len(wild.requests) == 2
    assert {headers["Authorization"] for _, headers in wild.requests} == {"Bearer s3cret"}


def test_once_that_leaves_something_says_so(wild: Receiver, folder: Path) -> None:
    """Where the receiver does not take everything, the exit code tells a caller to come again."""
    wild.usually = refuse(503)
    told = run("--outbox", folder, "--endpoint", wild.url, "--once")
    assert told.returncode == 75
    assert "3 events left" in told.stderr
    assert "answered 503" in told.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--endpoint", "http://gauge"], "nothing to relay; give --outbox, --database or both"),
        (["--endpoint", "gauge", "--outbox", "x"], "the endpoint is no address"),
        (["--endpoint", "http://gauge", "--outbox", "x", "--batch", "0"], "expected at least 1"),
        (["--endpoint", "http://gauge", "--database", "mysql://x"], "expected postgresql://, sqlite:/// or a path"),
        (["--outbox", "x"], "--endpoint"),
    ],
)
def test_wrong_use_is_named(arguments: list[str], said: str) -> None:
    """What cannot work is said with what was expected, and ends with 2."""
    told = run(*arguments)
    assert told.returncode == 2
    assert said in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_signal_lets_the_request_under_way_finish(wild: Receiver, folder: Path, name: str) -> None:
    """Told to stop while it sends, it waits for the answer, settles, and leaves with 0; nothing is sent twice."""
    is_sending = threading.Event()

    def slowly(request: Request) -> None:
        is_sending.set()
        time.sleep(0.3)
        take(request)

    wild.usually = slowly
    command = [*COMMAND, "--outbox", str(folder), "--endpoint", wild.url]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert is_sending.wait(20)
        process.send_signal(getattr(signal, name))
        _, stderr = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "3 delivered" in stderr
    run("--outbox", folder, "--endpoint", wild.url, "--once")
    assert dict(wild.ids) == {"e0": 1, "e1": 1, "e2": 1}


def test_killed_process_loses_nothing(wild: Receiver, folder: Path) -> None:
    """Killed after the receiver took the events, the next process sends the same ones again."""
    is_sending = threading.Event()

    def keep_and_hang(request: Request) -> None:
        request.keep()
        is_sending.set()
        time.sleep(0.5)
        request.close_connection = True

    wild.script.append(keep_and_hang)
    with subprocess.Popen([*COMMAND, "--outbox", str(folder), "--endpoint", wild.url]) as process:
        assert is_sending.wait(20)
        process.kill()
    run("--outbox", folder, "--endpoint", wild.url, "--once")
    assert dict(wild.ids) == {"e0": 2, "e1": 2, "e2": 2}
    assert len(wild.kept) == 3


@pytest.mark.parametrize("form", ["{path}", "sqlite:///{path}"])
def test_database_is_drained(wild: Receiver, tmp_path: Path, form: str) -> None:
    """A transactional outbox is drained by the address of its database."""
    path = tmp_path / "orders.db"
    connection = sqlite3.connect(path)
    create_table(connection)
    TransactionalOutbox(connection, "orders").put(Event("a", "order.created", 0, {}))
    connection.commit()
    options = RelayOptions(endpoint=wild.url, database=form.format(path=path), is_once=True)
    assert run_relay(options) == 0
    assert dict(wild.ids) == {"a": 1}


def test_sqlite_address_may_be_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """sqlite:///name is a file of the working folder, as SQLAlchemy has it."""
    sqlite3.connect(tmp_path / "orders.db").execute("CREATE TABLE here (x)").connection.close()
    monkeypatch.chdir(tmp_path)
    (rows,) = connector("sqlite:///orders.db")().execute("SELECT count(*) FROM here").fetchall()
    assert rows == (0,)


def test_missing_psycopg_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PostgreSQL outbox without its library is refused at start-up, with what to install."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigurationError, match=r"install psycopg\[binary\]"):
        connector("postgresql://db/orders")


def test_options_are_judged_by_the_function_too() -> None:
    """A command that carries the relay gets the same sentence as an error."""
    with pytest.raises(ConfigurationError, match="nothing to relay"):
        run_relay(RelayOptions(endpoint="http://gauge"))
