"""Evidence worked out by hand: what is hashed, to the letter, so that an id found on an old page is found again."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace

import pytest

from metrics.evidence.identity import MadeOf, basis_id, evidence_id
from metrics.evidence.inputs import DailyInputs, daily_inputs
from metrics.evidence.rows import PublishedRow, key_of, plain, published_rows
from metrics.metric import Metric
from metrics.published import CHECK_RESULTS, METRIC_VALUES, REWORK_ALLOWANCE
from metrics.quality.first_time_right import FIRST_TIME_RIGHT
from tests.metrics.builder import STREAM, World, day_of

CHECKED = ("stream", "table_name", "check_name", "passed", "failing_rows", "detail")


def day(number: float) -> int:
    """The ordinal of a day of the made world."""
    on = day_of(number)
    assert on is not None
    return on.toordinal()


def hashed(texts: Iterable[str]) -> int:
    """The sum of the lower 64 bits of the MD5 of each text, modulo 2^64."""
    return sum(int.from_bytes(hashlib.md5(text.encode()).digest()[8:], "little") for text in texts) % 2**64


def test_an_id_is_the_hash_of_one_text() -> None:
    """sha256 over UTF-8 JSON of format, stream, table, content and makings; the first 16 characters of its base32."""
    row = PublishedRow("segment_values", "{}", {"value": "Größe", "n": 3})
    content = '{\\"n\\": 3, \\"value\\": \\"Größe\\"}'
    made = '{"basis_id": "b", "definition_version": "1.0.0", "inputs": 3, "inputs_fingerprint": "f", "sql_hash": "s"}'
    text = f'[1, "orders", "segment_values", "{content}", {made}]'
    wanted = base64.b32encode(hashlib.sha256(text.encode()).digest()).decode()[:16]
    assert evidence_id("orders", row, MadeOf("b", "1.0.0", "s", 3, "f")) == f"sg-{wanted.lower()}"


def test_a_basis_is_the_hash_of_one_text() -> None:
    """The same over format and basis, its names sorted: the first 32 hexadecimal digits."""
    text = '[1, {"events": 2, "files": {"a": "ä", "b": "x"}}]'
    told = {"files": {"b": "x", "a": "ä"}, "events": 2}
    assert basis_id(told) == hashlib.sha256(text.encode()).hexdigest()[:32]


def inputs_of(world: World, metric: Metric = FIRST_TIME_RIGHT) -> DailyInputs:
    """The observations of a metric, day by day."""
    return daily_inputs(world.connection, metric, STREAM)


def test_the_inputs_of_days_by_hand() -> None:
    """Each day is its count and the sum of its hashes; every stretch of days, empty ones too, is made of those."""
    world = World()
    for number in range(9):
        world.case(f"late{number}", 1.0, 8.5, loops=number % 2)
    world.case("before", 1.0, 4.5).case("elsewhere", 1.0, 4.5, stream="other").case("open", 1.0)
    early = hashed([f"{day(4)}|1.0|1.0|true|before"])
    late_texts = [f"{day(8)}|{float(number % 2 == 0)}|1.0|true|late{number}" for number in range(9)]
    late = hashed(late_texts)
    assert sum(hashed([text]) for text in late_texts) >= 2**64  # the sum of a day goes round, and the running one
    assert early + late >= 2**64
    found = inputs_of(world)
    assert (found.day.tolist(), found.count.tolist()) == ([day(4), day(8)], [0, 1, 10])
    assert [int(total) for total in found.total] == [0, early, (early + late) % 2**64]
    for first, until, count, total in (
        (4, 5, 1, early),
        (4, 8, 1, early),
        (5, 9, 9, late),
        (5, 8, 0, 0),
        (9, 20, 0, 0),
    ):
        part = found.within(dt.date.fromordinal(day(first)), dt.date.fromordinal(day(until)))
        assert (part.count, part.fingerprint) == (count, f"{total:016x}")


def test_the_subject_counts_among_the_inputs() -> None:
    """Another case with the same day and amount is another observation."""
    days = (dt.date(2026, 1, 1), dt.date(2026, 4, 1))
    one, other = (inputs_of(World().case(name, 1.0, 4.0)).within(*days) for name in ("one", "other"))
    assert (one.count, one.fingerprint == other.fingerprint) == (other.count, False)


def test_an_unknown_amount_is_told_as_unknown() -> None:
    """A dash stands in its place, so that no other column can be taken for it."""
    unknown = replace(FIRST_TIME_RIGHT, sql=f"SELECT * REPLACE (NULL AS amount) FROM ({FIRST_TIME_RIGHT.sql.strip()})")
    found = inputs_of(World().case("a", 1.0, 4.0), unknown)
    assert int(found.total[1]) == hashed([f"{day(4)}|-|1.0|true|a"])


def test_without_observations_both_totals_are_nothing() -> None:
    """No day, and one total of 0 each."""
    found = inputs_of(World())
    assert (found.day.tolist(), found.count.tolist(), found.total.tolist()) == ([], [0], [0])


def checks(*told: tuple[str, str, str]) -> World:
    """A world with these checks: stream, table, name."""
    world = World()
    world.connection.execute(CHECK_RESULTS.ddl())
    for stream, table, name in told:
        world.connection.execute(
            f"INSERT INTO check_results ({', '.join(CHECKED)}) VALUES (?, ?, ?, TRUE, 0, 'fine')", [stream, table, name]
        )
    return world


def test_rows_of_a_stream_in_the_order_of_their_keys() -> None:
    """Those of the stream alone, but what tells of arrival; each with its key, the stream left out of it."""
    world = checks(
        ("made", "steps", "größe"), ("made", "cases", "unique"), ("made", "cases", "every_number_arrived"),
        ("made", "cases", "known"), ("other", "cases", "known"), ("other", "cases", "every_number_arrived"),
    )  # fmt: skip
    found = list(published_rows(world.connection, "made", (CHECK_RESULTS,)))
    assert [row.key for row in found] == [
        '{"table_name": "cases", "check_name": "known"}', '{"table_name": "cases", "check_name": "unique"}',
        '{"table_name": "steps", "check_name": "größe"}',
    ]  # fmt: skip
    assert found[0].content == {
        "stream": "made", "table_name": "cases", "check_name": "known", "passed": True, "failing_rows": 0,
        "detail": "fine",
    }  # fmt: skip
    assert json.loads(found[0].text) == found[0].content
    assert '"größe"' in found[2].text


def test_tables_follow_each_other_and_lose_what_is_of_the_run() -> None:
    """Table by table as asked for; a row says nothing of its own id."""
    world = checks(("made", "cases", "known"))
    world.connection.execute(METRIC_VALUES.ddl())
    for statistic in ("p50", "mean"):
        world.connection.execute(
            "INSERT INTO metric_values (stream, metric, statistic, grain, period, dimensions, evidence_id) "
            f"VALUES ('made', 'flow_time', '{statistic}', 'quarter', '2026-Q1', '{{}}', 'sg-x')"
        )
    found = list(published_rows(world.connection, "made", (METRIC_VALUES, CHECK_RESULTS)))
    assert [row.table for row in found] == ["metric_values", "metric_values", "check_results"]
    assert [row.content.get("statistic") for row in found] == ["mean", "p50", None]
    assert "evidence_id" not in found[0].content


def test_a_key_is_told_in_the_order_of_the_table() -> None:
    """As JSON, letters as they are, whatever else the row holds and in whatever order."""
    told = {name: f"ä{place}" for place, name in enumerate(reversed(REWORK_ALLOWANCE.column_names))}
    names = [name for name in REWORK_ALLOWANCE.key if name != "stream"]
    assert key_of(REWORK_ALLOWANCE, told) == "{" + ", ".join(f'"{name}": "{told[name]}"' for name in names) + "}"


@pytest.mark.parametrize("value", ["Größe", 3, 1.5, True, False])
def test_what_json_knows_stays_as_it_is(value: str | float) -> None:
    """Text, numbers and truth are their own content."""
    assert plain(value) == value
    assert type(plain(value)) is type(value)
