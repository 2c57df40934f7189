"""The performer registry and shared events, through import and warehouse: copied in, held against, counted once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from metrics.errors import StreamFileError
from pipelines.importing import import_logs
from pipelines.refresh import refresh
from pipelines.registry import load_all, register
from pipelines.settings import Settings

STREAM = """\
stream: desk
name: Desk
time_zone: Europe/Berlin
trigger: {first_event: true}
outcomes:
  - {name: done, steps: [Done]}
performers: {registry: staff.csv, responsible: performer}
costs: {currency: EUR, rates: rates.csv, bills: bills.csv}
source: {case_object: order, columns: {performer: who, lifecycle: phase, activity_id: item}}
"""
RATES = (
    "rate_id,cost_class,driver,unit,amount,currency,valid_from,valid_to\nr1,people,clerk,hour,40.00,EUR,2026-01-01,\n"
)
BILLS = (
    "bill_id,month,cost_class,driver,amount,currency,allocation,capacity,unit\n"
    "b1,2026-03,compute,cpu,10.00,EUR,usage,,s\n"
)
STAFF = "performer,kind,role,valid_from,valid_to\n"
ACCOUNT = "desk,human,clerk,,2026-03-01\ndesk,agent,,2026-03-01,\n"
QUERY = "SELECT case_id, step, performer_kind, role FROM steps ORDER BY case_id, position"


class Desk:
    """A home with one stream whose log is object-centric."""

    def __init__(self, folder: Path, staff: str) -> None:
        self.settings = Settings(home=folder / "home", threads=1)
        self.folder, self.events = folder, list[dict[str, Any]]()
        self.stream = folder / "stream.yaml"
        for name, text in (
            ("stream.yaml", STREAM),
            ("rates.csv", RATES),
            ("bills.csv", BILLS),
        ):
            (folder / name).write_text(text, "utf-8")
        self.staff(staff)

    def staff(self, lines: str) -> Desk:
        """Write the registry beside the stream file."""
        (self.folder / "staff.csv").write_text(STAFF + lines, "utf-8")
        return self

    def event(self, step: str, at: str, who: str, *orders: str, **told: Any) -> Desk:
        """One event that touches these orders."""
        self.events.append({
            "id": f"e{len(self.events)}", "type": step, "time": at,
            "attributes": [{"name": name, "value": value} for name, value in {"who": who, **told}.items()],
            "relationships": [{"objectId": order, "qualifier": ""} for order in orders],
        })  # fmt: skip
        return self

    def measured(self) -> duckdb.DuckDBPyConnection:
        """Import, make every table and open the published copy; the caller closes it."""
        orders = sorted({one["objectId"] for event in self.events for one in event["relationships"]})
        path = self.folder / "log.jsonocel"
        objects = [{"id": order, "type": "order"} for order in orders]
        path.write_text(json.dumps({"objects": objects, "events": self.events}), "utf-8")
        import_logs(self.settings, [path], self.stream)
        return self.published()

    def published(self) -> duckdb.DuckDBPyConnection:
        """Make every table and open the published copy."""
        refresh(self.settings, load_all(self.settings))
        return duckdb.connect(str(self.settings.published_database), read_only=True)


def test_kinds_and_roles_follow_the_registry_and_its_changes(tmp_path: Path) -> None:
    """The account is a clerk until March and an agent from then on; another registry, registered, makes all anew."""
    desk = Desk(tmp_path, ACCOUNT)
    desk.event("Load", "2026-02-28T22:59:00Z", "desk", "o1").event("Done", "2026-02-28T23:00:00Z", "desk", "o1")
    with desk.measured() as published:
        assert published.execute(QUERY).fetchall() == [
            ("o1", "Load", "human", "clerk"), ("o1", "Done", "agent", None),
        ]  # fmt: skip
    register(desk.settings, desk.staff("desk,system,robot,,\n").stream)
    with desk.published() as published:
        assert published.execute(QUERY).fetchall() == [
            ("o1", "Load", "system", "robot"), ("o1", "Done", "system", "robot"),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("desk,human,,,\ndesk,agent,,2026-03-01,\n", r"staff\.csv, line 3: 'desk' is agent here and human in line 2"),
        ("desk,robot,,,\n", r"staff\.csv, line 2: the kind 'robot'"),
    ],
)
def test_a_registry_that_cannot_be_used_refuses_the_import(lines: str, why: str, tmp_path: Path) -> None:
    """It names the line, and nothing was written, as for a registry that is not there."""
    desk = Desk(tmp_path, lines).event("Done", "2026-03-01T09:00:00Z", "desk", "o1")
    with pytest.raises(StreamFileError, match=why):
        desk.measured()
    (tmp_path / "staff.csv").unlink()
    with pytest.raises(StreamFileError, match=r"names the file 'staff\.csv', which is not beside it"):
        desk.measured()
    (tmp_path / "staff.csv").write_bytes(STAFF.encode() + b"\xfc,human,,,\n")
    with pytest.raises(StreamFileError, match=r"staff\.csv: is not a UTF-8 text file"):
        desk.measured()
    assert not (desk.settings.home / "ledger").exists()


def test_what_three_orders_share_is_counted_once(tmp_path: Path) -> None:
    """A clerk packs three orders in one hour: one step, two handoffs, one hour paid, its use metered once; each order's
    own way has the hour in it."""
    desk = Desk(tmp_path, "ann,human,clerk,,\nbot,system,,,\nrobot,system,,,\n")
    orders = ("o1", "o2", "o3")
    for order in orders:
        desk.event("Load", "2026-03-02T08:00:00Z", "bot", order, phase="complete", item=f"l-{order}")
    desk.event("Pack", "2026-03-02T09:00:00Z", "ann", *orders, phase="start", item="p")
    used = [{"driver": "cpu", "quantity": 3, "unit": "s"}]
    desk.event("Pack", "2026-03-02T10:00:00Z", "ann", *orders, phase="complete", item="p", cost=used)
    for order in orders:
        desk.event("Done", "2026-03-02T11:00:00Z", "robot", order, phase="complete", item=f"d-{order}")
    with desk.measured() as published:

        def asked(sql: str) -> list[tuple[Any, ...]]:
            return published.execute(sql).fetchall()

        assert asked("SELECT sum(steps), sum(manual_handoffs), sum(automated_handoffs), sum(automated_to_human) "
                     "FROM cases") == [(7, 2, 0, 1)]  # fmt: skip
        assert asked("SELECT DISTINCT touch_hours, date_diff('hour', triggered_at, finished_at) FROM cases") == [
            (1.0, 3)
        ]
        costs = asked("SELECT case_id, cost_class, quantity, amount FROM costs WHERE case_id IS NOT NULL ORDER BY ALL")
        assert costs == [
            ("o1", "compute", 3.0, 10), ("o1", "people", 1.0, 40),
        ]  # fmt: skip
        assert asked("SELECT visits, cases FROM value_stream WHERE step = 'Pack'") == [(1, 3)]
        total = "SELECT pairs, manual, cases FROM handoff_matrix WHERE step IS NULL AND performer_kind IS NULL"
        assert asked(total) == [(2, 2, 1)]
        value = asked("SELECT value FROM metric_values WHERE metric = 'transfers_to_human' AND grain = 'all'")
        assert value == [(pytest.approx(1 / 3),)]
        assert not asked("SELECT * FROM check_results WHERE NOT passed AND check_name LIKE '%handoff%'")
