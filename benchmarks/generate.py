"""A log of any size, the same every time, written straight as a ledger: sorting is its cost, not parsing.

About ten events a case: twelve steps, forty performers, five roles, nine months of days; one case in eight is sent back
once or more, one in thirty is cancelled. Nothing is random: every choice is a hash of the case number and a name.
Knows the ledger's layout through `pipelines.ledger`; is never imported by the product.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from pipelines.database import open_scratch
from pipelines.ledger.append import copy_parquet
from pipelines.ledger.manifest import BucketFile, Manifest, Segment, save_manifest
from pipelines.ledger.schema import BUCKETS, CODED, COLUMNS, ORDER
from pipelines.ledger.verify import verify_file
from pipelines.registry import register
from pipelines.settings import Settings

STREAM = "bench"
HERE = Path(__file__).parent
FIRST_DAY, DAYS = "2026-01-01", 270
EVENTS_A_CASE = 9.67  # as the paths below come out

# Step, kind of who does it, role, and the performers who may: first code, how many.
STEPS = (
    ("Receive order", "system", None, 0, 2),
    ("Check order", "human", "Operations", 10, 8),
    ("Return to customer", "human", "Customer service", 18, 6),
    ("Approve credit", "human", "Credit desk", 24, 4),
    ("Allocate stock", "system", None, 2, 2),
    ("Pick", "human", "Warehouse", 28, 12),
    ("Pack", "human", "Warehouse", 28, 12),
    ("Ship", "external", None, 4, 2),
    ("Invoice", "system", None, 6, 1),
    ("Deliver", "external", None, 4, 2),
    ("Receive payment", "agent", None, 7, 2),
    ("Cancel order", "human", "Customer service", 18, 6),
)
KINDS = ("agent", "external", "human", "system")
ROLES = ("Credit desk", "Customer service", "Operations", "Warehouse")
PERFORMERS = tuple(f"P{number:02d}" for number in range(40))
# Which steps a case goes through, by a number from 0 to 99.
PATHS = (
    (3, (0, 1, 11)),
    (13, (0, 1, 2, 1, 3, 4, 5, 6, 7, 8, 9, 10)),
    (15, (0, 1, 2, 1, 2, 1, 3, 4, 5, 6, 7, 8, 9, 10)),
    (20, (0, 1, 3, 4, 5, 5, 6, 7, 8, 9, 10)),
    (60, (0, 1, 3, 4, 5, 6, 7, 8, 9, 10)),
    (100, (0, 1, 4, 5, 6, 7, 8, 9, 10)),
)


def settings_for(home: Path, memory_limit: str = "4GB") -> Settings:
    """Settings as a user of this machine would have them, with a home of its own."""
    return Settings(home=home, memory_limit=memory_limit)


def generate(settings: Settings, events: int) -> Manifest:
    """Write the ledger of about `events` events and register its stream file. Replaces what lies there."""
    folder = settings.ledger / STREAM
    shutil.rmtree(settings.home, ignore_errors=True)
    scratch = settings.home / "scratch"
    scratch.mkdir(parents=True)
    register(settings, HERE / "stream.yaml")
    connection = open_scratch(scratch / "generate.duckdb", settings)
    connection.execute(f"CREATE TABLE told AS {_cases_sql(max(1, round(events / EVENTS_A_CASE)))}")
    files = tuple(_write(connection, folder, "000001-generated"))
    last_event_at, fingerprint = _totals(connection, folder, files)
    codes = folder / "codes" / "000001-generated.parquet"
    codes.parent.mkdir(parents=True)
    copy_parquet(connection, _codes_sql(), codes)
    connection.close()
    shutil.rmtree(scratch)
    segment = Segment("000001-generated", files, last_event_at, last_event_at)
    return save_manifest(Manifest(folder, 0, (segment,), f"codes/{codes.name}", fingerprint))


def _write(connection: duckdb.DuckDBPyConnection, folder: Path, name: str) -> list[BucketFile]:
    (folder / "segments" / name).mkdir(parents=True)
    files = []
    for bucket in range(BUCKETS):
        path = f"segments/{name}/b{bucket:02d}.parquet"
        copy_parquet(connection, f"{_events_sql(f'case_key % {BUCKETS} = {bucket}')} ORDER BY {ORDER}", folder / path)
        rows, cases = verify_file(connection, str(folder / path))
        files.append(BucketFile(bucket, path, rows, cases))
    return files


def _cases_sql(cases: int) -> str:
    """One row a case: when it began, how fast it goes (a broad distribution), which path it takes."""
    paths = " ".join(f"WHEN chance < {below} THEN {list(steps)}" for below, steps in PATHS)
    return f"""
SELECT case_id, md5_number_lower(case_id) AS case_key, number, CASE {paths} END AS path,
    TIMESTAMP '{FIRST_DAY}' + to_microseconds((hash(number, 'start') % ({DAYS}::UBIGINT * 86400000000))::BIGINT)
        AS begun_at,
    (3600e6 * exp(hash(number, 'pace') % 1000 / 333.0))::BIGINT AS pace
FROM (SELECT range AS number, format('O-{{:09d}}', range) AS case_id, hash(range, 'path') % 100 AS chance
      FROM range({cases}))"""


def _events_sql(condition: str) -> str:
    """One row an event; a case's times rise, by an uneven pace. Open cases are cut off at the end of the log."""
    kinds = [KINDS.index(kind) for _, kind, _, _, _ in STEPS]
    roles = [str(ROLES.index(role)) if role else "NULL" for _, _, role, _, _ in STEPS]
    first, count = [step[3] for step in STEPS], [step[4] for step in STEPS]
    known = {
        "step_code": "step", "performer_code": f"{first}[step + 1] + (luck % {count}[step + 1])::INTEGER",
        "role_code": f"[{', '.join(roles)}][step + 1]", "kind_code": f"{kinds}[step + 1]", "source_code": "0",
        "event_key": f"md5_number_lower(concat('5:{STREAM}', event_id))",
        "fingerprint": "md5_number_lower(concat(event_id, ';', event_at, ';', step))",
        "ingested_at": "event_at", "case_key": "case_key", "event_at": "event_at", "event_id": "event_id",
        "case_id": "case_id",
    }  # fmt: skip
    columns = ", ".join(f"({known.get(name, 'NULL')})::{kind} AS {name}" for name, kind in COLUMNS.items())
    return f"""
SELECT {columns} FROM (
    SELECT *, begun_at + to_microseconds(
        (pace * (place - 1 + CASE place WHEN 1 THEN 0 ELSE luck % 900 / 1000.0 END))::BIGINT) AS event_at
    FROM (
        SELECT *, path[place] AS step, hash(number, place) AS luck, concat(case_id, ':', place) AS event_id
        FROM (SELECT *, unnest(range(1, len(path) + 1)) AS place FROM told WHERE {condition})
    )
) WHERE event_at < TIMESTAMP '{FIRST_DAY}' + INTERVAL {DAYS} DAY"""


def _codes_sql() -> str:
    names = {
        "step": [step[0] for step in STEPS], "performer": PERFORMERS, "role": ROLES, "performer_kind": KINDS,
        "source": [STREAM],
    }  # fmt: skip
    rows = [(kind, code, name) for kind in CODED for code, name in enumerate(names.get(kind, ()))]
    values = ", ".join(f"('{kind}', {code}, '{name}')" for kind, code, name in rows)
    return f"SELECT * FROM (VALUES {values}) codes(kind, code, name) ORDER BY kind, code"


def _totals(connection: duckdb.DuckDBPyConnection, folder: Path, files: tuple[BucketFile, ...]) -> tuple[str, int]:
    paths = [str(folder / file.path) for file in files]
    rows = connection.execute(
        "SELECT max(event_at)::VARCHAR, (sum(fingerprint::HUGEINT) % 18446744073709551616)::UBIGINT "
        "FROM read_parquet($paths)",
        {"paths": paths},
    ).fetchall()
    return rows[0][0], int(rows[0][1])
