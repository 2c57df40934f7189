"""The transactional outbox on real SQLite files: an event lives and dies with the caller's transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, scoped_session, sessionmaker

import streamgauge as sg
from streamgauge.errors import ConfigurationError, OutboxError
from streamgauge.event import Event
from streamgauge.instrument import current, use
from streamgauge.outbox.transactional import TransactionalOutbox, create_table


def make_event(name: str = "1", **data: object) -> Event:
    """An event whose id is its name."""
    return Event(name, "order.created", 1_784_527_200_000_000_000, data)


def ids_in(path: Path) -> list[str]:
    """The ids of the rows that are committed."""
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT event FROM streamgauge_outbox ORDER BY row_id").fetchall()
    connection.close()
    return [json.loads(text)["id"] for (text,) in rows]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with the outbox's tables and one of the service."""
    connection = sqlite3.connect(tmp_path / "orders.db")
    create_table(connection)
    connection.execute("CREATE TABLE orders (id TEXT PRIMARY KEY)")
    connection.commit()
    connection.close()
    return tmp_path / "orders.db"


def test_commit_keeps_exactly_the_event(path: Path) -> None:
    """The event is there when the caller commits, and not before."""
    connection = sqlite3.connect(path)
    connection.execute("INSERT INTO orders VALUES ('O-1')")
    TransactionalOutbox(connection, "orders").put(make_event("1"))
    assert ids_in(path) == []
    connection.commit()
    assert ids_in(path) == ["1"]


def test_rollback_leaves_nothing(path: Path) -> None:
    """An event of work that never happened is never told."""
    connection = sqlite3.connect(path)
    connection.execute("INSERT INTO orders VALUES ('O-1')")
    TransactionalOutbox(connection, "orders").put(make_event("1"))
    connection.rollback()
    assert ids_in(path) == []


def test_outbox_never_commits(path: Path) -> None:
    """Closing the outbox, or losing it, commits nothing."""
    connection = sqlite3.connect(path)
    outbox = TransactionalOutbox(connection, "orders")
    outbox.put(make_event("1"))
    outbox.close()
    assert connection.in_transaction
    connection.close()
    assert ids_in(path) == []


def test_autocommit_without_a_transaction_is_refused(path: Path) -> None:
    """Where the event would be committed alone the promise cannot be kept, so it is not taken."""
    connection = sqlite3.connect(path, isolation_level=None)
    outbox = TransactionalOutbox(connection, "orders")
    with pytest.raises(OutboxError, match="committed alone"):
        outbox.put(make_event("1"))
    connection.execute("BEGIN")
    outbox.put(make_event("2"))
    connection.execute("COMMIT")
    assert ids_in(path) == ["2"]


def test_missing_table_is_an_outbox_error(tmp_path: Path) -> None:
    """What the database refuses is told as an OutboxError, without the customer's values."""
    outbox = TransactionalOutbox(sqlite3.connect(tmp_path / "empty.db"), "orders")
    with pytest.raises(OutboxError, match="no such table: streamgauge_outbox") as caught:
        outbox.put(make_event("1", channel="secret"))
    assert "secret" not in str(caught.value)
    with pytest.raises(OutboxError, match="no such table"):
        outbox.source  # noqa: B018  # asking is what fails


def test_locked_database_is_an_outbox_error(path: Path) -> None:
    """A database that another writer holds refuses the event; the caller learns it."""
    other = sqlite3.connect(path)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OutboxError, match="locked"):
        TransactionalOutbox(sqlite3.connect(path, timeout=0.01), "orders").put(make_event())


def test_emptied_authority_loses_nothing(path: Path) -> None:
    """Without the name of the database there is no source, and the event is refused, never dropped."""
    connection = sqlite3.connect(path)
    connection.execute("DELETE FROM streamgauge_outbox_authority")
    outbox = TransactionalOutbox(connection, "orders")
    with pytest.raises(OutboxError, match="NOT NULL"):
        outbox.put(make_event())
    with pytest.raises(OutboxError, match="run create_table"):
        outbox.source  # noqa: B018  # asking is what fails


def test_source_names_service_and_database(path: Path, tmp_path: Path) -> None:
    """Two databases never number under one source; two connections to one database do."""
    other = sqlite3.connect(tmp_path / "other.db")
    create_table(other)
    sources = [TransactionalOutbox(c, "ord/ers").source for c in (sqlite3.connect(path), sqlite3.connect(path), other)]
    assert sources[0] == sources[1] != sources[2]
    assert sources[0].startswith("/ord%2Fers/")


def test_create_table_twice_changes_nothing(path: Path) -> None:
    """A migration that runs again keeps the rows and the database's name."""
    connection = sqlite3.connect(path)
    outbox = TransactionalOutbox(connection, "orders")
    outbox.put(make_event("1"))
    create_table(connection)
    connection.commit()
    assert ids_in(path) == ["1"]
    assert TransactionalOutbox(connection, "orders").source == outbox.source


@pytest.mark.parametrize("factory", [sqlite3.Row, lambda cursor, row: dict(zip("a", row, strict=True))])
def test_callers_row_factory_is_left_alone(path: Path, factory: Callable[..., Any]) -> None:
    """A service that reads rows as it likes can have an outbox all the same."""
    connection = sqlite3.connect(path)
    connection.row_factory = factory
    assert TransactionalOutbox(connection, "orders").source.startswith("/orders/")
    assert connection.row_factory is factory


def test_any_text_is_kept(path: Path) -> None:
    """NUL, emoji, quotes and lone surrogates in an event do not break the insert."""
    connection = sqlite3.connect(path)
    TransactionalOutbox(connection, "orders").put(make_event("1", note="\0 'quoted' :x %s 🚚 \ud800"))
    connection.commit()
    assert ids_in(path) == ["1"]


def test_sqlalchemy_session_and_connection(path: Path) -> None:
    """Through SQLAlchemy the session's or connection's own transaction decides."""
    engine = sqlalchemy.create_engine(f"sqlite:///{path}")
    with Session(engine) as session:
        TransactionalOutbox(session, "orders").put(make_event("kept by a session"))
        session.commit()
        TransactionalOutbox(session, "orders").put(make_event("rolled back"))
        session.rollback()
    with engine.begin() as connection:
        TransactionalOutbox(connection, "orders").put(make_event("kept by a connection"))
    engine.dispose()
    assert ids_in(path) == ["kept by a session", "kept by a connection"]


def test_sqlalchemy_error_hides_the_parameters(tmp_path: Path) -> None:
    """SQLAlchemy's message carries the parameters; ours does not."""
    engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    with Session(engine) as session, pytest.raises(OutboxError, match="no such table") as caught:
        TransactionalOutbox(session, "orders").put(make_event("1", channel="secret"))
    assert "secret" not in str(caught.value)


def test_one_outbox_serves_every_request(path: Path) -> None:
    """A function that returns the running request's connection, or a scoped_session, is configured once."""
    first, second = sqlite3.connect(path), sqlite3.connect(path)
    running = iter([first, second])
    outbox = TransactionalOutbox(lambda: next(running), "orders")
    outbox.put(make_event("1"))
    first.commit()
    outbox.put(make_event("2"))
    second.commit()
    engine = sqlalchemy.create_engine(f"sqlite:///{path}")
    registry = scoped_session(sessionmaker(engine))
    TransactionalOutbox(registry, "orders").put(make_event("3"))
    registry.commit()
    registry.remove()
    assert ids_in(path) == ["1", "2", "3"]


def test_verbs_tell_through_it(path: Path) -> None:
    """What a service tells with the verbs inside its transaction is told when that commits, and only then."""
    connection = sqlite3.connect(path)
    before = use(current())
    try:
        sg.configure(service="orders", stream="order_to_cash", outbox=TransactionalOutbox(connection, "orders"))
        with sg.case("O-1"):
            sg.event("order.created")
            connection.rollback()
            kept = sg.event("order.paid")
            connection.commit()
    finally:
        use(before)
    assert ids_in(path) == [kept]


@pytest.mark.parametrize("wrong", [None, "orders.db", object(), AsyncSession()])
def test_wrong_connection_is_named(wrong: object) -> None:
    """What cannot carry an outbox is refused at start-up, with what was expected."""
    with pytest.raises(ConfigurationError, match="expected a connection of sqlite3 or psycopg"):
        TransactionalOutbox(wrong, "orders")


def test_service_needs_a_name(path: Path) -> None:
    """Without a service there is no source."""
    with pytest.raises(ConfigurationError, match="service is empty"):
        TransactionalOutbox(sqlite3.connect(path), "")


def test_other_databases_are_refused() -> None:
    """An outbox lives where its SQL is known to be right."""
    engine = sqlalchemy.create_mock_engine("mysql://", lambda *_: None)
    with pytest.raises(ConfigurationError, match=r"cannot live in 'mysql'; expected sqlite, postgresql"):
        create_table(engine)
