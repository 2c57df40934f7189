"""Frozen baselines on the disk: written once, kept whole, told again, and never changed by a run, a crash or a hand."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from metrics.errors import MetricError
from pipelines import baselines
from pipelines.baselines import current_of, freeze_named, load_frozen
from pipelines.database import open_warehouse
from pipelines.errors import StorageError
from pipelines.freezing import freeze_window, frozen_facts
from pipelines.refresh import refresh
from pipelines.registry import Registered, load
from pipelines.settings import Settings
from tests.journeys.command_line import facts, measured
from tests.journeys.orders import rows, write_log, write_stream

WINDOW = "\nbaseline: {first_on: 2025-03-29, until_on: 2025-04-01, note: the first days}\n"
AT = dt.datetime(2025, 5, 1, 12, tzinfo=dt.UTC)
LATE = ("o99", "2025-03-29T09:00:00+00:00", "2025-03-31T11:00:00+00:00")


def late_log(folder: Path) -> Path:
    """A case of the window that arrives after it was frozen."""
    name, begun, ended = LATE
    told = [
        (name, "Order", begun, "shop", "web"),
        (name, "Check", begun, "Ann", "web"),
        (name, "Deliver", ended, "shop", "web"),
    ]
    return write_log(folder / "late.csv", told)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a log, a stream file that names a baseline, and a home that ran once; copied for each test."""
    folder = tmp_path_factory.mktemp("baselines")
    stream = write_stream(folder)
    stream.write_text(stream.read_text("utf-8") + WINDOW, "utf-8")
    measured(folder / "home", (write_log(folder / "orders.csv", rows()), stream))
    return folder


@pytest.fixture
def home(kept: Path, tmp_path: Path) -> Settings:
    """A home whose stream file names a baseline, run once."""
    shutil.copytree(kept, tmp_path, dirs_exist_ok=True)
    return Settings(home=tmp_path / "home")


def registered(settings: Settings) -> Registered:
    """The stream as it is registered."""
    return load(settings, "orders")


def files(settings: Settings) -> dict[str, bytes]:
    """Every file of the baselines, byte for byte."""
    return {path.name: path.read_bytes() for path in settings.baselines.rglob("*") if path.is_file()}


def published(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    """Rows of the published copy."""
    with duckdb.connect(str(settings.published_database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def import_late(settings: Settings, tmp_path: Path) -> None:
    """Import the late case, and measure."""
    facts("import", late_log(tmp_path), "--stream", tmp_path / "stream.yaml", "--home", settings.home)
    refresh(settings, [registered(settings)])


def test_the_first_run_freezes_what_the_stream_file_names(home: Settings) -> None:
    """One file, with the window, the hash of the stream file and a value for every statistic published of it."""
    (frozen,) = load_frozen(home, "orders")
    assert list(files(home)) == ["2025-03-29_2025-04-01.v1.json"]
    assert frozen.version == 1
    assert frozen.stream_file_hash == registered(home).text_hash
    assert frozen.baseline.note == "the first days"
    told = published(home, "SELECT count(*), count(DISTINCT cases), bool_and(is_current) FROM baselines")
    assert told == [(sum(len(m.summaries) for m in frozen.baseline.metrics), 1, True)]


def test_a_run_changes_no_byte_of_it(home: Settings) -> None:
    """Running again, and from an empty warehouse, leaves the file as it is and the table the same."""
    before, rows_before = files(home), published(home, "SELECT * FROM baselines ORDER BY ALL")
    refresh(home, [registered(home)])
    home.warehouse.unlink()
    refresh(home, [registered(home)])
    assert files(home) == before
    assert published(home, "SELECT * FROM baselines ORDER BY ALL") == rows_before


def test_late_events_are_told_as_a_restatement(home: Settings, tmp_path: Path) -> None:
    """The frozen value stays, today's value and the difference stand beside it."""
    before = files(home)
    import_late(home, tmp_path)
    assert files(home) == before
    ((value, now, moved),) = published(
        home, "SELECT value, value_now, restated_by FROM baselines WHERE metric = 'flow_time' AND statistic = 'mean'"
    )
    assert isinstance(value, float)
    assert isinstance(now, float)
    assert moved == pytest.approx(now - value)
    assert moved != 0


def test_quarters_are_held_against_the_file(home: Settings) -> None:
    """The quarter after the window stands beside the frozen value, and its family is counted."""
    found = published(
        home,
        "SELECT c.label, c.title, c.before_value IS NOT DISTINCT FROM b.value, c.before_n = b.n, c.family "
        "FROM comparisons c JOIN baselines b USING (stream, metric, statistic) WHERE c.kind = 'baseline'",
    )
    name = "baseline 2025-03-29 to 2025-04-01"
    assert set(found) == {("2025-Q2", name, True, True, "2025-Q2 against the baseline")}
    assert len(found) == len(published(home, "SELECT metric FROM baselines"))


def test_freezing_the_same_again_adds_nothing(home: Settings) -> None:
    """What says the same is left as it is, also when a reason is given."""
    before = files(home)
    for again in (None, "just to be sure"):
        frozen, is_new = freeze_window(home, registered(home), None, again, AT)
        assert (frozen.version, is_new) == (1, False)
    assert files(home) == before


def test_freezing_otherwise_needs_a_reason(home: Settings, tmp_path: Path) -> None:
    """Later data are refused; with a reason they become a version of their own, and the first stays beside it."""
    before = files(home)
    import_late(home, tmp_path)
    with pytest.raises(StorageError, match="give the reason: --again"):
        freeze_window(home, registered(home), None, None, AT)
    assert files(home) == before
    frozen, is_new = freeze_window(home, registered(home), None, "a day of orders came late", AT)
    assert (frozen.version, is_new, frozen.why_again) == (2, True, "a day of orders came late")
    assert {name: content for name, content in files(home).items() if "v1" in name} == before
    refresh(home, [registered(home)])
    told = published(home, "SELECT DISTINCT version, is_current, why_again FROM baselines ORDER BY version")
    assert told == [(1, False, None), (2, True, "a day of orders came late")]
    assert [fact["version"] for fact in frozen_facts(home, registered(home))] == [1, 2]


def test_a_note_is_no_other_content(home: Settings, tmp_path: Path) -> None:
    """Changing the words beside the window does not make its numbers others."""
    stream = tmp_path / "stream.yaml"
    stream.write_text(stream.read_text("utf-8").replace("the first days", "calm days"), "utf-8")
    facts("import", tmp_path / "orders.csv", "--stream", stream, "--home", home.home)
    assert freeze_window(home, registered(home), None, None, AT)[1] is False


def _cut_off(settings: Settings, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    """Fail at one call to the disk, as a full disk or a killed process would leave it."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, call, refuse)
        with pytest.raises(StorageError, match="could not be written"):
            freeze_window(settings, registered(settings), None, None, AT)


@pytest.mark.parametrize("call", ["write", "fdatasync", "replace"])
def test_a_crash_in_the_middle_leaves_no_half_baseline(
    home: Settings, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """Whichever call to the disk fails, nothing is frozen afterwards, and freezing again succeeds."""
    shutil.rmtree(home.baselines)
    _cut_off(home, monkeypatch, call)
    assert load_frozen(home, "orders") == []
    frozen, is_new = freeze_window(home, registered(home), None, None, AT)
    assert is_new
    assert load_frozen(home, "orders") == [frozen]


def _edit(change: Callable[[dict[str, object]], None]) -> Callable[[Path], None]:
    def edit(path: Path) -> None:
        fact = json.loads(path.read_text("utf-8"))
        change(fact)
        path.write_text(json.dumps(fact), "utf-8")

    return edit


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (_edit(lambda fact: fact["baseline"].update(note="other")), "changed after it was frozen"),  # type: ignore[attr-defined]
        (_edit(lambda fact: fact.update(format=9)), "is of format 9"),
        (_edit(lambda fact: fact.pop("baseline")), "no frozen baseline"),
        (_edit(lambda fact: fact["baseline"].pop("cases")), "changed by hand"),  # type: ignore[attr-defined]
        (lambda path: path.write_text("{", "utf-8"), "no frozen baseline"),
    ],
)
def test_a_file_changed_by_hand_is_refused(home: Settings, edit: Callable[[Path], None], words: str) -> None:
    """A run stops and says which file; what is published stays as it was."""
    (path,) = home.baselines.rglob("*.json")
    before = published(home, "SELECT * FROM baselines ORDER BY ALL")
    edit(path)
    with pytest.raises(StorageError, match=words):
        refresh(home, [registered(home)])
    assert published(home, "SELECT * FROM baselines ORDER BY ALL") == before


def test_a_window_that_has_not_ended_waits(tmp_path: Path) -> None:
    """The run freezes nothing half made; asked for by hand it says why."""
    stream = write_stream(tmp_path)
    stream.write_text(stream.read_text("utf-8") + "\nbaseline: {period: 2025-Q2}\n", "utf-8")
    settings = measured(tmp_path / "home", (write_log(tmp_path / "orders.csv", rows()), stream))
    assert load_frozen(settings, "orders") == []
    with pytest.raises(MetricError, match="ends after the newest data"):
        freeze_window(settings, registered(settings), None, None, AT)


def test_as_of_knows_only_what_was_frozen_by_then(home: Settings) -> None:
    """Numbers as of a time are held against baselines known then, and freeze none."""
    before = Settings(home=home.home, as_of=dt.datetime(2025, 1, 1))
    assert load_frozen(before, "orders") == []
    assert len(load_frozen(Settings(home=home.home, as_of=dt.datetime(2999, 1, 1)), "orders")) == 1


def test_the_last_of_the_named_window_is_current(home: Settings) -> None:
    """Without a named window the one frozen last is; of a named one its last version, whatever the clock said."""
    (first,) = load_frozen(home, "orders")
    other, _ = freeze_window(home, registered(home), "2025-03", None, dt.datetime(2999, 1, 1, tzinfo=dt.UTC))
    both = load_frozen(home, "orders")
    assert current_of(both, first.baseline.window) == first
    assert current_of(both, None) == other
    assert current_of([], None) is None


def test_broken_facts_are_not_frozen(home: Settings) -> None:
    """A case counted twice breaks a law: no run freezes it, and by hand it is refused with the law's name."""
    shutil.rmtree(home.baselines)
    with open_warehouse(home) as connection:
        connection.execute("INSERT INTO cases SELECT * FROM cases LIMIT 1")
        assert freeze_named(connection, home, registered(home), AT.replace(tzinfo=None)) is None
    with pytest.raises(StorageError, match="cases_are_unique"):
        freeze_window(home, registered(home), None, None, AT)
    assert load_frozen(home, "orders") == []


def test_nothing_is_written_over(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even when the versions that are there were not seen, a file of that name stops the writing."""
    before = files(home)
    monkeypatch.setattr(baselines, "load_frozen", lambda *_: [])
    with pytest.raises(StorageError, match="never written over"):
        freeze_window(home, registered(home), None, None, AT)
    assert files(home) == before
