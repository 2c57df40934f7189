"""Tables as text that is kept: what `python -m tests.metrics.reference` wrote, and how rows of today differ from it.

A file begins with the number of rows and a hash of each column over all of them; rows follow, all of a small table and
evenly spread ones of a large one. So a change anywhere is seen, and mostly shown.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

KEPT = Path(__file__).parent / "kept"
MOST_ROWS = 36
_COLUMN = "# "
Row = Mapping[str, object]


def text_of(rows: Iterable[Row], key: Sequence[str]) -> str:
    """The text of a table: the same for the same rows in any order."""
    told = [{name: _cell(value) for name, value in row.items()} for row in rows]
    told.sort(key=lambda row: (*(row[name] for name in key), *row.values()))
    if not told:
        return "# 0 rows\n"
    names = [name for name in told[0] if name != "stream"]
    hashes = [f"{_COLUMN}{name} {_hash(row[name] for row in told)}\n" for name in names]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    shown = [name for name in told[0] if name in key or len({row[name] for row in told}) > 1]
    writer.writerow(shown)
    step = -(-len(told) // MOST_ROWS)
    writer.writerows([row[name] for name in shown] for row in told[::step])
    return f"# {len(told)} rows, each {step}th is shown\n" + "".join(hashes) + out.getvalue()


def write(name: str, text: str) -> None:
    """Keep a table."""
    KEPT.mkdir(exist_ok=True)
    (KEPT / f"{name}.csv").write_text(text, "utf-8")


def differences(name: str, text: str) -> list[str]:
    """What is otherwise than what is kept: at most a dozen lines, those kept with -, those of today with +."""
    path = KEPT / f"{name}.csv"
    kept = path.read_text("utf-8").splitlines() if path.is_file() else []
    today = text.splitlines()
    if kept == today:
        return []
    old, new = set(kept), set(today)
    gone = [f"- {line}" for line in kept if line not in new]
    come = [f"+ {line}" for line in today if line not in old]
    return [*gone[:6], *come[:6]] or ["the same lines in another order"]


def _hash(cells: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(cells).encode()).hexdigest()[:12]


def _cell(value: object) -> str:
    """A number to nine digits; what is nearer to 0 than the rounding of the machine is 0; nothing for unknown."""
    if isinstance(value, float):
        return "0" if abs(value) < 1e-11 else f"{value:.9g}"
    if isinstance(value, list | tuple):
        return "[" + "; ".join(_cell(one) for one in value) + "]"
    return "" if value is None else str(value)
