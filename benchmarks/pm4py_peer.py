"""PM4Py on the same log, in an environment of its own: installed for the benchmark only, never a dependency."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.generate import STREAM
from pipelines.ledger.manifest import load_manifest
from pipelines.settings import Settings

MOST_EVENTS = 1_000_000  # ten times as many take it longer than anyone waits
_UV = Path(sys.executable).with_name("uv")


@dataclass(frozen=True, slots=True)
class Peer:
    """What PM4Py took on some events of the log."""

    version: str
    events: int
    seconds: dict[str, float]

    def total_for(self, events: int) -> float:
        """Seconds for that many events, by its seconds per event."""
        return sum(self.seconds.values()) * events / self.events


def measure_pm4py(settings: Settings, environment: Path) -> Peer | str:
    """Run PM4Py on at most `MOST_EVENTS` events. Returns why not, when it cannot be installed or fails."""
    python = environment / "bin" / "python"
    try:
        if not python.exists():
            _run(str(_UV), "venv", "-q", "-p", sys.executable, str(environment))
            _run(str(_UV), "pip", "install", "-q", "-p", str(python), "pm4py", "pyarrow")
        version = _run(str(python), "-c", "import importlib.metadata as m; print(m.version('pm4py'))").strip()
        path, events = _export(settings)
        said = _run(str(python), str(Path(__file__).with_name("pm4py_work.py")), str(path))
    except (OSError, subprocess.CalledProcessError) as error:
        return f"PM4Py could not be measured: {error}"
    return Peer(version, events, json.loads(said.strip().splitlines()[-1]))


def _export(settings: Settings) -> tuple[Path, int]:
    """Whole buckets of the log with names instead of codes."""
    manifest = load_manifest(settings.ledger / STREAM)
    files = manifest.segments[0].files
    chosen = [file for place, file in enumerate(files) if sum(f.rows for f in files[: place + 1]) <= MOST_EVENTS]
    paths = [str(manifest.folder / file.path) for file in chosen or files[:1]]
    target = settings.home / "for-pm4py.parquet"
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE codes AS SELECT * FROM read_parquet($p)", {"p": str(manifest.codes_path())})
        connection.read_parquet(paths).create_view("told")
        names = "(SELECT code, name FROM codes WHERE kind = '{}')"
        connection.execute(
            f"""COPY (SELECT case_id, event_at, s.name AS step, p.name AS performer FROM told
            JOIN {names.format("step")} s ON s.code = step_code
            JOIN {names.format("performer")} p ON p.code = performer_code
            ORDER BY case_id, event_at) TO '{target}' (FORMAT parquet)"""
        )
        events = connection.execute(f"SELECT count(*) FROM '{target}'").fetchall()[0][0]
    return target, events


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
