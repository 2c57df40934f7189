"""How fast files of events are read to columns, beside the bare reading of the same file without a meaning.

The files are made, so they can be made anywhere: a million rows as CSV and Parquet, two hundred thousand events as XES.
"""

from __future__ import annotations

import xml.parsers.expat
from collections.abc import Callable
from pathlib import Path

import duckdb

from benchmarks.timing import Clock
from metrics.query import literal
from metrics.stream.source import Source
from pipelines.sources import table, xes

ROWS = {"CSV": 1_000_000, "Parquet": 1_000_000, "XES": 200_000}
BARS = {"CSV": 1_000_000, "Parquet": 1_000_000, "XES": 90_000}
MAPPED = Source.model_validate(
    {"columns": {"case_id": "case_id", "step": "step", "event_at": "at", "performer": "who", "role": "role"}}
)
_STEPS = ("Receive", "Check", "Approve", "Pick", "Ship", "Invoice", "Deliver", "Pay")
_ROWS = f"""
SELECT 'C-' || (i // 10) AS case_id, list_extract({list(_STEPS)}, (i % 8 + 1)::INTEGER) AS step,
    strftime(TIMESTAMP '2026-01-01' + INTERVAL 1 SECOND * (i * 37), '%Y-%m-%dT%H:%M:%SZ') AS at,
    'p-' || (i % 40) AS who, 'role ' || (i % 6) AS role
FROM range({{rows}}) t(i)
"""


def make(folder: Path) -> dict[str, Path]:
    """The files, by the name of their format."""
    paths = {"CSV": folder / "events.csv", "Parquet": folder / "events.parquet", "XES": folder / "events.xes"}
    with duckdb.connect() as connection:
        for name in ("CSV", "Parquet"):
            connection.execute(f"COPY ({_ROWS.format(rows=ROWS[name])}) TO {literal(str(paths[name]))} (FORMAT {name})")
        rows = connection.execute(_ROWS.format(rows=ROWS["XES"])).fetchall()
    with paths["XES"].open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0">\n')
        for start in range(0, len(rows), 10):
            file.write(f'<trace><string key="concept:name" value="{rows[start][0]}"/>\n')
            file.writelines(_event(row) for row in rows[start : start + 10])
            file.write("</trace>\n")
        file.write("</log>\n")
    return paths


def measure(folder: Path, rounds: int = 3) -> dict[str, float]:
    """Events a second by what reads them: ours, and the bare reading."""
    clock, paths = Clock(), make(folder)
    works: dict[str, Callable[[], object]] = {
        "CSV": lambda: _count(table.read(paths["CSV"], MAPPED)),
        "CSV, bare": lambda: _scan(f"read_csv({literal(str(paths['CSV']))}, all_varchar = true)"),
        "Parquet": lambda: _count(table.read(paths["Parquet"], MAPPED)),
        "Parquet, bare": lambda: _scan(f"read_parquet({literal(str(paths['Parquet']))})"),
        "XES": lambda: _count(xes.read(paths["XES"], Source())),
        "XES, bare": lambda: xml.parsers.expat.ParserCreate().Parse(paths["XES"].read_bytes(), True),
    }
    for _ in range(rounds):
        for name, work in works.items():
            clock.time(name, work)
    return {name: ROWS[name.partition(",")[0]] / clock.best(name).wall for name in works}


def _event(row: tuple[str, ...]) -> str:
    _, step, at, who, role = row
    return (
        f'<event><string key="concept:name" value="{step}"/><date key="time:timestamp" value="{at}"/>'
        f'<string key="org:resource" value="{who}"/><string key="org:role" value="{role}"/></event>\n'
    )


def _count(batches: object) -> int:
    return sum(batch.height for batch in batches)  # type: ignore[attr-defined]


def _scan(relation: str) -> None:
    with duckdb.connect() as connection:
        for _ in connection.sql(f"SELECT * FROM {relation}").to_arrow_reader(50_000):
            continue
