"""The transactional outbox and its relay on a real PostgreSQL: transactions that commit out of order, two relays."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import sqlalchemy
from psycopg.rows import dict_row
from sqlalchemy.orm import Session

from streamgauge.errors import OutboxError
from streamgauge.event import Event
from streamgauge.outbox.dialects import runner
from streamgauge.outbox.transactional import TransactionalOutbox, create_table
from streamgauge.relay import Relay, TableBacklog, Tempo, connector, table
from streamgauge.relay.backoff import Backoff
from streamgauge.relay.report import Report
from tests.instrumentation.memory_receiver import Killed, MemoryReceiver, killing_runner
from tests.instrumentation.postgres_server import postgres

TABLES = ("streamgauge_outbox", "streamgauge_outbox_source", "streamgauge_outbox_authority")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Address of a PostgreSQL for this module; nothing here asks what a power cut leaves."""
    with postgres() as url:
        yield url


@pytest.fixture
def url(server: str) -> str:
    """The same server with fresh tables."""
    make_tables(server)
    return server


def make_tables(url: str) -> None:
    """Drop and make the outbox's tables."""
    with psycopg.connect(url) as connection:
        connection.execute(f"DROP TABLE IF EXISTS {', '.join(TABLES)}")
        create_table(connection)


def make_event(name: str) -> Event:
    """An event whose id is its name."""
    return Event(name, "order.created", 1_784_527_200_000_000_000, {"case.id": "O-1 · Größe"})


def put(url: str, *names: str) -> None:
    """Commit events of these names."""
    with psycopg.connect(url) as connection:
        for name in names:
            TransactionalOutbox(connection, "orders").put(make_event(name))


def relay_for(url: str, receiver: MemoryReceiver, most_events: int = 500) -> tuple[Relay, TableBacklog]:
    """A new relay, as after a start, and its table, to be closed."""
    backlog = TableBacklog(connector(url))
    tempo = Tempo(most_events=most_events, new_backoff=lambda: Backoff(0.0, 0.0))
    return Relay(receiver, table=backlog, tempo=tempo), backlog  # type: ignore[arg-type]


def drain(url: str, receiver: MemoryReceiver, most_events: int = 500) -> Report:
    """One pass of a new relay."""
    relay, backlog = relay_for(url, receiver, most_events)
    try:
        return relay.run_once()
    finally:
        backlog.close()


def test_commit_and_rollback(url: str) -> None:
    """The caller's transaction decides, through psycopg, its dictionaries and SQLAlchemy's session alike."""
    with psycopg.connect(url, row_factory=dict_row) as connection:
        outbox = TransactionalOutbox(connection, "orders")
        outbox.put(make_event("rolled back"))
        connection.rollback()
        outbox.put(make_event("a"))
        source = outbox.source
    engine = sqlalchemy.create_engine(url.replace("postgresql", "postgresql+psycopg"))
    with Session(engine) as session:
        TransactionalOutbox(session, "orders").put(make_event("b"))
        session.commit()
        TransactionalOutbox(session, "orders").put(make_event("rolled back too"))
    engine.dispose()
    receiver = MemoryReceiver()
    assert drain(url, receiver) == Report(delivered=2)
    assert receiver.sequences() == {source: [1, 2]}
    assert [event["id"] for event in receiver.events] == ["a", "b"]


def test_autocommit_needs_a_transaction(url: str) -> None:
    """A connection in autocommit mode carries an event only inside a transaction block."""
    with psycopg.connect(url, autocommit=True) as connection:
        outbox = TransactionalOutbox(connection, "orders")
        with pytest.raises(OutboxError, match="committed alone"):
            outbox.put(make_event("a"))
        with connection.transaction():
            outbox.put(make_event("b"))
    receiver = MemoryReceiver()
    drain(url, receiver)
    assert set(receiver.distinct) == {"b"}


def test_refusal_is_an_outbox_error(url: str) -> None:
    """In a transaction that already failed the event is refused, and the caller learns it."""
    with psycopg.connect(url) as connection:
        outbox = TransactionalOutbox(connection, "orders")
        with pytest.raises(psycopg.errors.UndefinedTable):
            connection.execute("SELECT * FROM nowhere")
        with pytest.raises(OutboxError, match="InFailedSqlTransaction"):
            outbox.put(make_event("a"))
        connection.rollback()


def test_late_commit_is_not_passed_over(url: str) -> None:
    """A transaction that inserted first and commits last gets the next number; nothing waits, no gap is left."""
    receiver = MemoryReceiver()
    with psycopg.connect(url) as slow:
        TransactionalOutbox(slow, "orders").put(make_event("slow"))
        put(url, "quick", "quicker")
        drain(url, receiver)
        assert [event["id"] for event in receiver.events] == ["quick", "quicker"]
        slow.commit()
    assert drain(url, receiver).is_drained
    assert [(e["id"], e["data"]["event.sequence"]) for e in receiver.events][2:] == [("slow", 3)]


def test_open_writers_do_not_wait_for_each_other(url: str) -> None:
    """Two transactions may both hold events: nothing is counted at insert, so neither blocks the other or the relay."""
    with psycopg.connect(url) as one, psycopg.connect(url) as two:
        for connection in (one, two):
            connection.execute("SET lock_timeout = '500ms'")
        TransactionalOutbox(one, "orders").put(make_event("one"))
        TransactionalOutbox(two, "orders").put(make_event("two"))
        assert drain(url, MemoryReceiver()).trouble is None
        two.commit()
        one.commit()
    receiver = MemoryReceiver()
    drain(url, receiver)
    assert set(receiver.distinct) == {"one", "two"}


def test_two_relays_share_the_rows(url: str) -> None:
    """While one relay sends its rows another takes different ones: nothing is doubled, nothing is numbered twice."""
    names = [f"e{number}" for number in range(40)]
    put(url, *names)
    receiver, other = MemoryReceiver(), MemoryReceiver()

    def meanwhile(events: Any) -> Any:
        drain(url, other, most_events=7)
        return receiver.take(events)

    receiver.script.append(meanwhile)
    drain(url, receiver, most_events=10)
    assert len(receiver.taken) == 10
    assert len(other.taken) == 30
    receiver.taken += other.taken
    assert set(receiver.distinct) == set(names)
    assert list(receiver.sequences().values()) == [list(range(1, 41))]


def test_one_relay_numbers_at_a_time(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relay that would number while another is at it waits, so neither fails and no row changes its number."""
    receiver, reports = MemoryReceiver(), []
    other = threading.Thread(target=lambda: reports.append(drain(url, receiver)))

    def pausing_runner(connection: Any) -> Any:
        run = runner(connection)

        def pause(sql: str, told: Any) -> Any:
            if sql == "COMMIT" and not other.ident:  # the numbering of the first relay, about to be committed
                early.commit()
                other.start()
                _wait_until_blocked(url)
            return run(sql, told)

        return pause

    put(url, "first")
    drain(url, receiver)
    with psycopg.connect(url) as early:
        TransactionalOutbox(early, "orders").put(make_event("early"))
        put(url, "a", "b")
        monkeypatch.setattr(table, "runner", pausing_runner)
        reports.append(drain(url, receiver))
    other.join(20)
    assert [report.trouble for report in reports] == [None, None]
    assert set(receiver.distinct) == {"first", "early", "a", "b"}
    assert list(receiver.sequences().values()) == [[1, 2, 3, 4]]


@pytest.mark.parametrize("before", [True, False])
def test_killed_between_any_two_statements(url: str, monkeypatch: pytest.MonkeyPatch, before: bool) -> None:
    """Killed before or after any of its statements, a relay leaves a table that the next one drains without a gap."""
    kills = 0
    for fatal in range(1, 100):
        make_tables(url)
        put(url, "a", "b", "c")
        receiver = MemoryReceiver()
        with monkeypatch.context() as patched:
            patched.setattr(table, "runner", killing_runner(fatal, before=before))
            try:
                drain(url, receiver, most_events=2)
            except Killed:
                kills += 1
            else:
                break
        put(url, "d")
        assert drain(url, receiver).is_drained
        assert set(receiver.distinct) == {"a", "b", "c", "d"}
        assert list(receiver.sequences().values()) == [[1, 2, 3, 4]]
    assert kills > 20


def test_writers_and_relays_at_once(url: str) -> None:
    """Writers that commit out of order or roll back, and two relays that are killed: exactly the committed arrive."""
    chance = random.Random(20260720)
    committed: set[str] = set()
    receivers = MemoryReceiver(), MemoryReceiver()
    for receiver in receivers:
        for _ in range(12):
            receiver.script.append(chance.choice([receiver.take, receiver.cut, receiver.die, receiver.take_and_die]))
    seeds = [chance.random() for _ in range(3)]
    writers = [threading.Thread(target=_write, args=(url, f"w{n}", seed, committed)) for n, seed in enumerate(seeds)]
    relays = [threading.Thread(target=_relay_on, args=(url, receiver, writers)) for receiver in receivers]
    for thread in (*writers, *relays):
        thread.start()
    for thread in (*writers, *relays):
        thread.join(30)
        assert not thread.is_alive()
    both = MemoryReceiver()
    assert drain(url, both).is_drained
    both.taken += receivers[0].taken + receivers[1].taken
    assert set(both.distinct) == committed
    assert list(both.sequences().values()) == [list(range(1, len(committed) + 1))]


def _wait_until_blocked(url: str) -> None:
    """Wait until somebody waits for a lock."""
    until = time.monotonic() + 10
    with psycopg.connect(url, autocommit=True) as connection:
        while not connection.execute("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'").fetchall():
            assert time.monotonic() < until, "nobody waited"
            time.sleep(0.02)


def _write(url: str, name: str, seed: float, committed: set[str]) -> None:
    """Two connections whose transactions overlap, each ending in a commit or a rollback."""
    chance = random.Random(seed)
    with psycopg.connect(url) as one, psycopg.connect(url) as two:
        held: dict[Any, list[str]] = {one: [], two: []}
        for number in range(60):
            connection = chance.choice([one, two])
            event = make_event(f"{name}-{number}")
            TransactionalOutbox(connection, "orders").put(event)
            held[connection].append(event.id)
            if chance.random() < 0.4:
                is_kept = chance.random() < 0.7
                committed.update(held[connection] if is_kept else ())
                (connection.commit if is_kept else connection.rollback)()
                held[connection] = []
        one.rollback()
        two.rollback()


def _relay_on(url: str, receiver: MemoryReceiver, writers: list[threading.Thread]) -> None:
    while any(writer.is_alive() for writer in writers):
        try:
            drain(url, receiver, most_events=5)
        except Killed:
            continue
