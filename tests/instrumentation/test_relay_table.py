"""Draining a transactional outbox on real SQLite files: exactly what was committed, numbered without a gap."""

from __future__ import annotations

import sqlite3
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamgauge.event import Event
from streamgauge.outbox.transactional import TransactionalOutbox, create_table
from streamgauge.relay import Relay, TableBacklog, Tempo, connector, table
from streamgauge.relay.backoff import Backoff
from streamgauge.relay.delivery import Verdict
from streamgauge.relay.report import Report
from tests.instrumentation.memory_receiver import Killed, MemoryReceiver, killing_runner


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with the outbox's tables."""
    return make_database(tmp_path / "orders.db")


def make_database(path: Path) -> Path:
    """Make the outbox's tables there, in one transaction, in the mode services use."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN")
    create_table(connection)
    connection.commit()
    connection.close()
    return path


def put(path: Path, *names: str, service: str = "orders") -> None:
    """Commit events of these names."""
    connection = sqlite3.connect(path)
    for name in names:
        TransactionalOutbox(connection, service).put(Event(name, "order.created", 1_784_527_200_000_000_000, {}))
    connection.commit()
    connection.close()


def relay_for(path: Path, receiver: MemoryReceiver, most_events: int = 500, most_bytes: int = 1_000_000) -> Relay:
    """A new relay, as after a start."""
    tempo = Tempo(most_events=most_events, most_bytes=most_bytes, new_backoff=lambda: Backoff(0.0, 0.0))
    return Relay(receiver, table=TableBacklog(connector(str(path))), tempo=tempo)  # type: ignore[arg-type]


def rows_in(path: Path) -> list[Any]:
    """What is left in the table."""
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT sequence, refused FROM streamgauge_outbox ORDER BY row_id").fetchall()
    connection.close()
    return rows


def test_committed_rows_are_numbered_sent_and_deleted(path: Path) -> None:
    """Each event arrives once, with its source and the next number, and leaves the table."""
    put(path, "a", "b", "c")
    receiver = MemoryReceiver()
    report = relay_for(path, receiver).run_once()
    assert [(e["id"], e["data"]["event.sequence"]) for e in receiver.events] == [("a", 1), ("b", 2), ("c", 3)]
    assert {e["source"] for e in receiver.events} == {TransactionalOutbox(sqlite3.connect(path), "orders").source}
    assert rows_in(path) == []
    assert report == Report(delivered=3)


def test_numbers_go_on(path: Path) -> None:
    """A table that was emptied does not make the numbers start again, and each service has its own."""
    receiver = MemoryReceiver()
    for service in ("orders", "billing", "orders"):
        put(path, f"{service}-{len(receiver.taken)}", f"{service}-{len(receiver.taken)}-b", service=service)
        relay_for(path, receiver).run_once()
    assert sorted(receiver.sequences().values()) == [[1, 2], [1, 2, 3, 4]]


def test_nothing_leaves_before_the_receiver_has_it(path: Path) -> None:
    """Without a 200 every row stays, and keeps the number it was first sent with."""
    put(path, "a", "b")
    receiver = MemoryReceiver()
    receiver.usually = receiver.say(Verdict.LATER)
    report = relay_for(path, receiver).run_once()
    assert rows_in(path) == [(1, None), (2, None)]
    assert (report.delivered, report.retried, report.backlog_events) == (0, 1, 2)
    assert report.trouble == "streamgauge_outbox: the receiver cannot take them now"
    assert report.oldest_at is not None


@pytest.mark.parametrize("fate", ["die", "take_and_die", "cut"])
def test_killed_relay_sends_the_same_bytes_again(path: Path, fate: str) -> None:
    """Whenever the relay dies around a request, the next one sends the same id, source, sequence and bytes."""
    put(path, "a", "b")
    receiver = MemoryReceiver()
    receiver.script.append(getattr(receiver, fate))
    with suppress(Killed):
        relay_for(path, receiver).run_once()
    put(path, "c")
    relay_for(path, receiver).run_once()
    assert set(receiver.distinct) == {"a", "b", "c"}
    assert list(receiver.sequences().values()) == [[1, 2, 3]]


def test_refused_event_stays_with_its_reason(path: Path) -> None:
    """What the receiver will never take is kept in the table, all around it arrives, and it can be sent again."""
    names = [f"e{number}" for number in range(100)]
    put(path, *names)
    receiver = MemoryReceiver()
    receiver.usually = lambda events: (
        receiver.say(Verdict.REFUSED)(events) if any(b'"e57"' in event for event in events) else receiver.take(events)
    )
    report = relay_for(path, receiver).run_once()
    assert set(receiver.distinct) == set(names) - {"e57"}
    assert rows_in(path) == [(58, "the receiver will never take at least one of them")]
    assert (report.delivered, report.refused, report.backlog_events) == (99, 1, 0)
    assert len(receiver.batches) < 30
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE streamgauge_outbox SET refused = NULL")
    receiver.usually = receiver.take
    relay_for(path, receiver).run_once()
    assert list(receiver.sequences().values()) == [list(range(1, 101))]


def test_row_that_is_no_event_does_not_stop_the_others(path: Path) -> None:
    """Text that somebody else wrote into the table is set aside with a reason."""
    put(path, "a")
    with sqlite3.connect(path) as connection:
        connection.executemany(
            "INSERT INTO streamgauge_outbox (source, event) VALUES ('/x', ?)", [("{",), ("[]",), ('{"data":1e999}',)]
        )
    put(path, "b")
    receiver = MemoryReceiver()
    relay_for(path, receiver).run_once()
    assert set(receiver.distinct) == {"a", "b"}
    assert [refused for _, refused in rows_in(path)] == ["the row holds no event"] * 3


def test_batches_are_bounded_by_bytes(path: Path) -> None:
    """A batch is cut where it grows too large; an event larger than the limit goes alone."""
    connection = sqlite3.connect(path)
    for name, size in (("a", 10), ("b", 10), ("large", 5000), ("c", 10)):
        TransactionalOutbox(connection, "orders").put(Event(name, "t", 0, {"note": "x" * size}))
    connection.commit()
    receiver = MemoryReceiver()
    relay_for(path, receiver, most_bytes=1000).run_once()
    assert receiver.batches == [2, 1, 1]


def test_missing_database_is_waited_for(tmp_path: Path) -> None:
    """A database that is not there yet is trouble, not the end, and none is made."""
    receiver, path = MemoryReceiver(), tmp_path / "later.db"
    relay = relay_for(path, receiver)
    assert "unable to open database file" in (relay.run_once().trouble or "")
    assert not path.exists()
    make_database(path)
    put(path, "a")
    assert relay.run_once().delivered == 1


def test_second_relay_stands_by(path: Path) -> None:
    """While one relay has its turn at an SQLite table, another does not send the same rows."""
    put(path, "a")
    receiver, other = MemoryReceiver(), MemoryReceiver()
    reports = []

    def meanwhile(events: Any) -> Any:
        reports.append(relay_for(path, other).run_once())
        return receiver.take(events)

    receiver.script.append(meanwhile)
    relay_for(path, receiver).run_once()
    assert reports == [Report()]
    assert (len(receiver.taken), other.taken) == (1, [])


@pytest.mark.parametrize("before", [True, False])
def test_killed_between_any_two_statements(
    path: Path, monkeypatch: pytest.MonkeyPatch, before: bool, tmp_path: Path
) -> None:
    """Killed before or after any of its statements, a relay leaves a table that the next one drains without a gap."""
    kills = 0
    for fatal in range(1, 100):
        path = make_database(tmp_path / f"{fatal}.db")
        put(path, "a", "b", "c")
        receiver = MemoryReceiver()
        with monkeypatch.context() as patched:
            patched.setattr(table, "runner", killing_runner(fatal, before=before))
            try:
                relay_for(path, receiver, most_events=2).run_once()
            except Killed:
                kills += 1
            else:
                break
        put(path, "d")
        assert relay_for(path, receiver).run_once().is_drained
        assert set(receiver.distinct) == {"a", "b", "c", "d"}
        assert list(receiver.sequences().values()) == [[1, 2, 3, 4]]
    assert kills > 20


STEPS = st.one_of(
    st.tuples(st.sampled_from(["commit", "rollback"]), st.integers(0, 3)),
    st.tuples(st.sampled_from(["take", "cut", "die", "take_and_die", "later", "too_large"]), st.integers(1, 3)),
)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(STEPS, max_size=14))
def test_any_history_delivers_exactly_the_committed(tmp_path_factory: pytest.TempPathFactory, steps: Any) -> None:
    """Whatever is committed, rolled back, sent, cut or killed: the committed events arrive, numbered from 1 on."""
    path, receiver = make_database(tmp_path_factory.mktemp("db") / "orders.db"), MemoryReceiver()
    committed: set[str] = set()
    for number, (what, size) in enumerate(steps):
        names = [f"{number}-{each}" for each in range(size)]
        if what == "commit":
            put(path, *names)
            committed.update(names)
        elif what == "rollback":
            _roll_back(path, names)
        else:
            receiver.script = deque([_answer(receiver, what)])
            with suppress(Killed):
                relay_for(path, receiver, most_events=size).run_once()
    receiver.script.clear()
    assert relay_for(path, receiver).run_once().is_drained
    assert set(receiver.distinct) == committed
    assert receiver.sequences() == ({_source(path): list(range(1, len(committed) + 1))} if committed else {})


def _answer(receiver: MemoryReceiver, what: str) -> Any:
    if what == "later":
        return receiver.say(Verdict.LATER)
    if what == "too_large":
        return lambda events: receiver.say(Verdict.TOO_LARGE)(events) if len(events) > 1 else receiver.take(events)
    return getattr(receiver, what)


def _roll_back(path: Path, names: list[str]) -> None:
    connection = sqlite3.connect(path)
    for name in names:
        TransactionalOutbox(connection, "orders").put(Event(name, "t", 0, {}))
    connection.rollback()
    connection.close()


def _source(path: Path) -> str:
    connection = sqlite3.connect(path)
    source = TransactionalOutbox(connection, "orders").source
    connection.close()
    return source
