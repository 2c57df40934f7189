"""An event and its bytes: the same as a plain JSON writer would make, whatever the attributes hold."""

from __future__ import annotations

import json
import os
import time
import uuid
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from streamgauge.event import Event, to_rfc3339, uuid7
from streamgauge.facts import Written, write

VALUES = st.recursive(
    st.one_of(st.text(max_size=20), st.integers(), st.booleans(), st.floats(allow_nan=False, allow_infinity=False)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=3,
)


@given(st.dictionaries(st.text(max_size=12), VALUES, max_size=8), st.text(max_size=20), st.text(max_size=20))
@settings(max_examples=50, deadline=None)
def test_the_bytes_are_the_json_of_the_event(data: dict[str, object], kind: str, source: str) -> None:
    """Decoded by any JSON reader, an event says what it was given, on one line."""
    data.pop("event.sequence", None)
    encoded = Event("id-1", kind, 0, data, "00-a-b-01").encode(source, 7)
    assert b"\n" not in encoded
    assert json.loads(encoded) == {
        "specversion": "1.0", "id": "id-1", "source": source, "type": kind, "time": "1970-01-01T00:00:00.000000Z",
        "traceparent": "00-a-b-01", "data": {"event.sequence": 7, **data},
    }  # fmt: skip


@given(st.dictionaries(st.text(max_size=12), VALUES, max_size=8))
@settings(max_examples=40, deadline=None)
def test_written_facts_read_as_they_were_given(data: dict[str, object]) -> None:
    """Facts joined as text are a mapping again when somebody asks."""
    written = Written(write(data) + write({"\x00own": 1}))
    assert dict(written) == {**data, "\x00own": 1}
    assert len(written) == len({**data, "\x00own": 1})
    assert Event("i", "t", 0, written).encode("/s", 1) == Event("i", "t", 0, dict(written)).encode("/s", 1)


def test_a_truth_is_not_a_one() -> None:
    """1 and true are equal in Python and different on the wire."""
    assert write({"a": 1, "b": True, "c": 1.0}) == ',"a":1,"b":true,"c":1.0'


@given(st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59, 999999)))
@settings(max_examples=100, deadline=None)
def test_an_instant_is_written_as_it_is(at: datetime) -> None:
    """RFC 3339 in UTC with six digits, from the first year to the last; a datetime reads it back exactly."""
    elapsed = at.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    text = to_rfc3339(elapsed // timedelta(microseconds=1) * 1000)
    assert datetime.fromisoformat(text) == at.replace(tzinfo=UTC)
    assert len(text) == 27


@given(st.integers(min_value=0, max_value=(2**48 - 1) * 10**6))
@settings(max_examples=100, deadline=None)
def test_an_id_is_a_uuid_of_version_7(at_ns: int) -> None:
    """Version, variant and the millisecond stand where RFC 9562 puts them."""
    made = uuid.UUID(uuid7(at_ns))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == at_ns // 1_000_000


def test_ids_are_unique_and_ascend() -> None:
    """Thousands made within a millisecond differ; a later millisecond sorts later."""
    at_ns = time.time_ns()
    assert len({uuid7(at_ns) for _ in range(20_000)}) == 20_000
    assert uuid7(at_ns) < uuid7(at_ns + 1_000_000)
    assert uuid7(-1)[14] == "7"


def test_a_fork_draws_its_own_ids() -> None:
    """Randomness drawn ahead is not shared: parent and child make different ids of the same instant."""
    at_ns = time.time_ns()
    uuid7(at_ns)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, "".join(uuid7(at_ns) for _ in range(100)).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    assert len(told) == 3600
    assert not {told[place : place + 36] for place in range(0, 3600, 36)} & {uuid7(at_ns) for _ in range(200)}
