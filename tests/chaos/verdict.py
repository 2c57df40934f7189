"""What a storm came to: what was told, promised, carried and kept, held against each other."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines.ledger.manifest import load_manifest
from pipelines.loading.account import load_account
from pipelines.loading.routing import UNROUTED
from pipelines.receiver.segments import Frame, read_frames
from pipelines.settings import Settings
from streamgauge.outbox.lines import Line, read_lines
from streamgauge.outbox.spool import REFUSED
from tests.chaos.journal import Key, Told, read_journals
from tests.chaos.plan import PRODUCERS, STREAM, TABLE_PRODUCER, Plan
from tests.pipelines.arrivals import kept_aside

_LEDGER = """
SELECT source.name, e.event_id, e.sequence, e.case_id, e.event_at, step.name, coalesce(lifecycle.name, 'instant'),
    e.activity_id
FROM read_parquet($paths) e
JOIN read_parquet($codes) source ON source.kind = 'source' AND source.code = e.source_code
LEFT JOIN read_parquet($codes) step ON step.kind = 'step' AND step.code = e.step_code
LEFT JOIN read_parquet($codes) lifecycle ON lifecycle.kind = 'lifecycle' AND lifecycle.code = e.lifecycle_code
"""


@dataclass(frozen=True, slots=True)
class Row:
    """An event as the ledger has it."""

    key: Key
    sequence: int
    content: tuple[str, str, str, str, str | None]
    """Case, instant, step, lifecycle, instance."""


@dataclass(frozen=True, slots=True)
class Figures:
    """A storm in numbers. `in_flight` was told and not acknowledged: it may have arrived or not, and `_kept` did."""

    seed: int
    seconds: float
    kills: dict[str, int]
    told: int
    acknowledged: int
    in_flight: int
    in_flight_kept: int
    rolled_back: int
    on_the_wire: int
    duplicates_on_the_wire: int
    requests: int
    torn_requests: int
    torn_lines: int
    refused: int
    loads: int
    sources: int
    in_the_ledger: int
    lost: int
    doubled: int

    def __str__(self) -> str:
        """One fact a line."""
        return "\n".join(f"{name:>24}: {value}" for name, value in asdict(self).items())


def judge(plan: Plan) -> Figures:
    """The figures of a storm that kept its promise; they are also written beside it.

    Raises:
        AssertionError: it did not.
    """
    outcome = json.loads(plan.outcome.read_text())
    told, rows = read_journals(plan.journals), read_ledger(plan.settings)
    figures = _count(plan, outcome, told, rows)
    (plan.folder / "figures.txt").write_text(f"{figures}\n")
    assert not outcome["fallen"], f"ended by themselves: {outcome['fallen']}{_words(plan, outcome['fallen'])}"
    assert outcome["is_drained"], f"it did not drain in time{_words(plan, ['relay', 'receiver', 'loader'])}"
    _hold(figures, told, rows)
    _hold_numbers(plan.settings, rows)
    _hold_transactions(plan, rows)
    assert _strange(plan.settings) == [], "events were kept aside though all were well told"
    return figures


def read_ledger(settings: Settings) -> list[Row]:
    """Every row of the stream's ledger, each as often as it stands there."""
    manifest = load_manifest(settings.ledger / STREAM)
    if not manifest.paths():
        return []
    told = {"paths": manifest.paths(), "codes": str(manifest.codes_path())}
    with duckdb.connect() as connection:
        found = connection.execute(_LEDGER, told).fetchall()
    return [
        Row((source, event_id), sequence, (case, at.isoformat(timespec="microseconds"), step, lifecycle, instance))
        for source, event_id, sequence, case, at, step, lifecycle, instance in found
    ]


def sent(settings: Settings) -> Iterator[Key]:
    """Source and id of every event the receiver wrote down, each as often as it came."""
    for item in read_frames(settings.inbox):
        if isinstance(item, Frame):
            yield from ((event["source"], event["id"]) for event in json.loads(item.body))


def kept_beside(outbox: Path) -> Iterator[dict[str, Any]]:
    """What the relay set aside: damage has `content`, an event the receiver refused has `event`."""
    for path in sorted(outbox.glob(f"*/{REFUSED}")):
        yield from (json.loads(line.content) for line in read_lines(path) if isinstance(line, Line))


def content_of(event: dict[str, Any]) -> tuple[str, str, str, str, str | None]:
    """What a told event says, as a row says it."""
    data = event["data"]
    step = data.get("step.name", event["type"])
    return data["case.id"], event["time"].rstrip("Z"), step, data["lifecycle"], data.get("step.instance_id")


def _count(plan: Plan, outcome: dict[str, Any], told: Told, rows: list[Row]) -> Figures:
    kept = {row.key for row in rows}
    wire = Counter(sent(plan.settings))
    items = [isinstance(item, Frame) for item in read_frames(plan.settings.inbox)]
    aside = list(kept_beside(plan.outbox))
    refused = sum("event" in entry for entry in aside)
    in_flight = told.events.keys() - told.acknowledged - told.withdrawn
    kills = {kind: sum(outcome["kills"].get(name, 0) for name in names) for kind, names in _KINDS.items()}
    return Figures(
        seed=outcome["seed"], seconds=outcome["seconds"], kills=kills,
        told=len(told.events), acknowledged=len(told.acknowledged), rolled_back=len(told.withdrawn),
        in_flight=len(in_flight), in_flight_kept=len(in_flight & kept),
        on_the_wire=wire.total(), duplicates_on_the_wire=wire.total() - len(wire),
        requests=sum(items), torn_requests=len(items) - sum(items),
        torn_lines=len(aside) - refused, refused=refused,
        loads=load_manifest(plan.settings.ledger / STREAM).version,
        sources=len({source for source, _ in kept}), in_the_ledger=len(rows),
        lost=len(told.acknowledged - kept), doubled=len(rows) - len(kept),
    )  # fmt: skip


_KINDS = {"producer": PRODUCERS, "relay": ("relay",), "receiver": ("receiver",), "loader": ("loader",)}


def _hold(figures: Figures, told: Told, rows: list[Row]) -> None:
    """Every promise is kept, every event counts once, and nothing is there that nobody told."""
    kept = {row.key: row for row in rows}
    assert not figures.lost, f"{figures.lost} acknowledged events are lost\n{figures}"
    assert not figures.refused, f"{figures.refused} events were refused though all were well told\n{figures}"
    assert not figures.doubled, f"{figures.doubled} events stand in the ledger more than once\n{figures}"
    unheard = kept.keys() - (told.events.keys() - told.withdrawn)
    assert not unheard, f"{len(unheard)} events were never told, or were rolled back: {sorted(unheard)[:3]}\n{figures}"
    changed = [row for row in rows if row.content != content_of(told.events[row.key])]
    assert not changed, f"{len(changed)} events say something else than was told: {changed[:3]}\n{figures}"


def _hold_numbers(settings: Settings, rows: list[Row]) -> None:
    """Each source has used every number from 1 to its highest once, and the account says the same."""
    numbers: dict[str, list[int]] = {}
    for row in rows:
        numbers.setdefault(row.key[0], []).append(row.sequence)
    for source, used in numbers.items():
        assert sorted(used) == list(range(1, len(used) + 1)), f"{source} has gaps or doubles in its numbers"
    account = {n.source: (n.highest, n.received) for n in load_account(settings.inbox / "account.json").numberings()}
    assert account == {source: (len(used), len(used)) for source, used in numbers.items()}, "the account's numbers"


def _hold_transactions(plan: Plan, rows: list[Row]) -> None:
    """What the database committed and what was told of it are the same: neither lost nor phantom, in flight or not."""
    with closing(sqlite3.connect(plan.database)) as connection:
        committed = {case for (case,) in connection.execute("SELECT case_id FROM work")}
    told = Counter(row.content[0] for row in rows if row.content[0].startswith(TABLE_PRODUCER))
    assert told == dict.fromkeys(committed, 6), "the transactions and their events differ"


def _strange(settings: Settings) -> list[str]:
    """Why rows were kept aside, other than requests torn by a kill, which nobody was told 200 for."""
    reasons = [reason for stream in (STREAM, UNROUTED) for reason, _ in kept_aside(settings, stream)]
    return [reason for reason in reasons if not reason.startswith("damaged: ")]


def _words(plan: Plan, actors: list[str]) -> str:
    """The end of what these actors said."""
    paths = [path for name in dict.fromkeys(actors) if (path := plan.said(name)).exists()]
    return "".join(f"\n--- {path.name}\n{path.read_text()[-3000:]}" for path in paths)
