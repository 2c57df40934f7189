"""Durable queues between the services: a table of messages in SQLite, first in, first out.

A message brings an order with the case in its headers, or only the time: no later message will bring an order from
before it. So a reader knows how far it may work on without missing one. Knows nothing of what is told.
"""

from __future__ import annotations

import json
import math
import sqlite3
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import streamgauge as sg
from examples.order_to_cash.services import clock

_TABLE = "CREATE TABLE IF NOT EXISTS messages (number INTEGER PRIMARY KEY, at, order_number INTEGER, headers TEXT)"
_BATCH = 500
_POLL_SECONDS = 0.05  # on the wall: how soon an idle reader looks again
Connection = sqlite3.Connection


class Message(NamedTuple):
    """An order handed on at a simulated second; its headers carry the case, and the ticket under which it waits."""

    at: int
    order: int
    headers: Mapping[str, str]


class Tick(NamedTuple):
    """Only the time; infinite when the queue is closed."""

    at: float


def connect(path: Path) -> Connection:
    """A database that one writes while others read, with the table of messages."""
    connection = sqlite3.connect(path, timeout=30)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(_TABLE)
    connection.commit()
    return connection


def put(connection: Connection, order: int, ticket: sg.Ticket | None = None) -> None:
    """Hand an order on, now and within its case: the message is there when the caller's transaction commits."""
    headers: dict[str, str] = {}
    sg.inject(headers, ticket)
    _insert(connection, clock.now(), order, json.dumps(headers))


def tick(connection: Connection, at: float) -> None:
    """Say what time it is."""
    _insert(connection, at, None, None)


def close(connection: Connection) -> None:
    """Say that no more orders will come, ever."""
    with connection:
        tick(connection, math.inf)


def read(path: Path) -> Iterator[list[Message | Tick]]:
    """Batches as they come, until the queue is closed; waits where there is none."""
    connection, last, at = connect(path), 0, 0.0
    sql = "SELECT number, at, order_number, headers FROM messages WHERE number > ? ORDER BY number LIMIT ?"
    while at != math.inf:
        rows = connection.execute(sql, (last, _BATCH)).fetchall()
        if rows:
            last, at = rows[-1][:2]
            yield [Tick(at) if order is None else Message(at, order, json.loads(told)) for _, at, order, told in rows]
        else:
            time.sleep(_POLL_SECONDS)
    connection.close()


def _insert(connection: Connection, at: float, order: int | None, headers: str | None) -> None:
    row = (at, order, headers)
    connection.execute("INSERT INTO messages (at, order_number, headers) VALUES (?, ?, ?)", row)
