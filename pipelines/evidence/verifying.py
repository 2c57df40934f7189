"""Verification: what was published, held against what is derived again; equal, or where it differs, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from metrics.errors import MetricError
from metrics.evidence.rows import Plain
from pipelines.database import open_scratch
from pipelines.errors import PipelineError
from pipelines.evidence.cause import Cause, Kind
from pipelines.evidence.changes import code_notes
from pipelines.evidence.deriving import Report, derived, known_then, scratch_folder
from pipelines.evidence.events import event_causes
from pipelines.evidence.record import Record
from pipelines.evidence.reference import Held, Place, Reference, as_kept, as_published, read_held
from pipelines.settings import Settings


@dataclass(frozen=True, slots=True)
class Difference:
    """One column of one row that was derived otherwise; `column` None: the row is on one side only."""

    evidence_id: str | None
    table: str
    key: str
    column: str | None
    published: Plain
    derived: Plain


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verification of one state of one stream found: so many of so many rows equal, and what is not as it was.

    `notes` are no fault while all is equal: that another version of the code derived the same.
    """

    record: Record
    asked: int
    equal: int
    differences: tuple[Difference, ...]
    causes: tuple[Cause, ...]
    notes: tuple[Cause, ...]

    @property
    def is_equal(self) -> bool:
        """Is every value equal, and all it rests on as it was?"""
        return self.equal == self.asked and not self.causes and not self.differences

    def as_fact(self) -> dict[str, Any]:
        """The object `--json` prints."""
        record = self.record
        return {
            "stream": record.stream, "basis_id": record.basis_id, "run_id": record.run_id, "made_at": record.made_at,
            "asked": self.asked, "equal": self.equal, "is_equal": self.is_equal,
            "causes": [cause.as_fact() for cause in self.causes], "notes": [note.as_fact() for note in self.notes],
            "differences": [asdict(difference) for difference in self.differences],
        }  # fmt: skip


def verify_state(
    settings: Settings, record: Record, *, against_copies: bool, only: Iterable[str] | None = None, report: Report
) -> Verdict:
    """Derive one state again, and compare all its rows, or those with the ids in `only`.

    The published state is held against what is registered now; an earlier one, or any on request, `against_copies`.

    Raises:
        PipelineError: nothing is published, or the stream is not registered any more.
    """
    report(f"{record.stream}: what was kept")
    held = as_kept(settings, record) if against_copies else as_published(settings, record)
    report(f"{record.stream}: every event")
    causes = [*held.causes, *_events(settings, record)]
    found, failure = _derive(settings, record, held, report)
    wanted = None if only is None else set(only)
    places = [place for place, row in held.rows.items() if wanted is None or row.ident in wanted]
    strange = [place for place in found if place not in held.rows] if wanted is None else []
    differences = tuple(
        difference for place in (*places, *strange) for difference in _compare(place, held.rows.get(place), found)
    )
    unequal = {(difference.table, difference.key) for difference in differences}
    return Verdict(
        record, len(places), sum(place not in unequal for place in places), differences,
        tuple(dict.fromkeys([*causes, *failure])), tuple(code_notes(record)),
    )  # fmt: skip


def _events(settings: Settings, record: Record) -> list[Cause]:
    with scratch_folder(settings) as folder:
        connection = open_scratch(folder / "events.duckdb", settings)
        try:
            return event_causes(connection, known_then(settings, record), record)
        finally:
            connection.close()


def _derive(
    settings: Settings, record: Record, held: Reference, report: Report
) -> tuple[Mapping[Place, Held], list[Cause]]:
    """The rows derived; none, and why, where they cannot be."""
    try:
        with derived(settings, record, held.files, report) as connection:
            return read_held(connection, record.stream), []
    except (PipelineError, MetricError) as error:
        return {}, [Cause(Kind.DERIVED, f"Nothing could be derived: {error}")]


def _compare(place: Place, held: Held | None, found: Mapping[Place, Held]) -> Iterator[Difference]:
    other = found.get(place)
    if held is None or other is None:
        yield Difference(
            held.ident if held else None, *place, None, "there" if held else None, "there" if other else None
        )
        return
    ours, theirs = held.columns, other.columns
    for name in dict.fromkeys((*ours, *theirs)):
        if ours.get(name) != theirs.get(name):
            yield Difference(held.ident, *place, name, ours.get(name), theirs.get(name))
