"""What a changed definition would do is seen before; once a quarter is closed, it needs a new version."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from metrics.errors import StreamFileError
from pipelines.refresh import refresh
from pipelines.registry import STREAM_FILE, load_all
from pipelines.settings import Settings
from tests.journeys.command_line import command, facts
from tests.journeys.orders import RATES
from tests.pipelines.closed_home import NEXT, QUARTER, closed, closed_rows, home_of, orders, published

UNIT_COSTS = {"cost_per_transaction", "cost_per_started_case", "cost_per_first_time_right_case"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a log, a stream file, and a home with a closed quarter; copied where it is changed."""
    folder = tmp_path_factory.mktemp("impact")
    closed(home_of(folder, orders()))
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """Such a folder of its own."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


def changed(folder: Path, old: str, new: str, version: int = 1) -> Path:
    """A stream file beside the others that says something else."""
    text = (folder / "stream.yaml").read_text("utf-8")
    assert old in text
    path = folder / "changed.yaml"
    path.write_text(text.replace(old, new).replace("stream: orders", f"stream: orders\nversion: {version}"), "utf-8")
    return path


def everything(home: Path) -> dict[str, bytes]:
    """Every file of a home but the lock, whose time tells that somebody waited."""
    return {str(p): p.read_bytes() for p in home.rglob("*") if p.is_file() and p.suffix != ".lock"}


def by_number(told: dict[str, Any], grain: str = "quarter") -> dict[tuple[str, str, str], dict[str, Any]]:
    """What moved, by metric, statistic and period."""
    found = [one for one in told["moved_numbers"] if one["grain"] == grain]
    return {(one["metric"], one["statistic"], one["period"]): one for one in found}


def test_what_moves_is_told_and_nothing_is_touched(made: Path) -> None:
    """Twenty instead of thirty standard minutes: a third less for people, in both quarters, and nothing else moves."""
    before = everything(made / "home")
    path = changed(made, "standard_minutes: 30", "standard_minutes: 20")
    told = facts("impact", "--stream-file", path, "--home", made / "home")
    assert everything(made / "home") == before
    assert (told["version_before"], told["version_after"], told["changed"]) == (1, 1, ["steps"])
    assert told["quarters"] == [QUARTER, NEXT]
    assert told["moved"] + told["unmoved"] == told["numbers"]
    moved = by_number(told)
    assert {metric for metric, _, _ in moved} == {*UNIT_COSTS, "costs"}
    people = moved["costs", "sum", QUARTER]
    assert people["is_closed"]
    assert Decimal(people["after"]) == pytest.approx(Decimal(people["before"]) * 2 / 3, abs=Decimal("0.0001"))
    assert Decimal(people["difference"]) == Decimal(people["after"]) - Decimal(people["before"])
    unit = moved["cost_per_transaction", "unit_cost", NEXT]
    assert not unit["is_closed"]
    assert unit["difference"] == unit["after"] - unit["now"] < 0
    shown = command("impact", "--stream-file", path, "--home", made / "home", "--period", QUARTER).out
    assert f"{QUARTER} (closed)" in shown.replace("\n", " ") or "(close" in shown
    assert "stay" in shown


def test_what_is_foreseen_is_what_is_restated(folder: Path) -> None:
    """Registered under a new version, the change restates exactly the numbers foreseen, and the closed ones stay."""
    home = Settings(home=folder / "home")
    before = closed_rows(home)
    path = changed(folder, "standard_minutes: 30", "standard_minutes: 20", version=2)
    foreseen = facts("impact", "--stream-file", path, "--home", home.home, "--period", QUARTER)
    path.replace(folder / "stream.yaml")
    facts("import", folder / "orders.csv", "--stream", folder / "stream.yaml", "--home", home.home)
    refresh(home, load_all(home))
    assert closed_rows(home) == before
    told = published(home, "SELECT metric, statistic, period, value_now FROM restatements WHERE statistic <> 'sum'")
    wanted = {
        (one["metric"], one["statistic"], one["period"], one["after"])
        for one in foreseen["moved_numbers"] if one["metric"] != "costs"
    }  # fmt: skip
    assert set(told) == wanted
    assert published(home, "SELECT DISTINCT causes, why, late_events FROM restatements") == [
        ("stream file", "stream file version 1 → 2: steps", 0)
    ]
    ((verdict, reason),) = published(
        home,
        "SELECT verdict, reason FROM comparisons WHERE kind = 'period' AND metric = 'cost_per_transaction' "
        f"AND label = '{NEXT}'",
    )
    assert verdict == "Not judged"
    assert "stream file version 1 → 2" in str(reason)


def test_other_rates(made: Path, tmp_path: Path) -> None:
    """Rates in place of those the stream file names: people cost a tenth more; nothing but cost moves."""
    rates = tmp_path / "new.csv"
    rates.write_text(RATES.replace("40.00", "44.00"), "utf-8")
    told = facts("impact", "--rates", rates, "--home", made / "home", "--period", QUARTER)
    assert told["changed"] == ["rates.csv"]
    moved = by_number(told)
    assert {metric for metric, _, _ in moved} == {*UNIT_COSTS, "costs"}
    people = moved["costs", "sum", QUARTER]
    assert Decimal(people["after"]) * 10 == Decimal(people["before"]) * 11


def test_nothing_changed_moves_nothing(made: Path) -> None:
    """The registered file and the code as it is move no number."""
    told = facts("impact", "--home", made / "home")
    assert (told["moved"], told["changed"]) == (0, [])
    assert told["unmoved"] > 100


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--period", "2019-Q1"), "neither closed nor the newest"),
        (("--stream-file", "nowhere.yaml"), "does not exist"),
        (("--rates", "nowhere.csv"), "is no file"), (("--stream", "nope"), "nope"),
    ],
)  # fmt: skip
def test_mistakes_are_told(made: Path, arguments: tuple[str, str], words: str) -> None:
    """A quarter, file or stream that is not there exits with 2 and one sentence."""
    ended = command("impact", *arguments, "--home", made / "home")
    assert (ended.code, words in ended.err) == (2, True), ended.err


def test_another_meaning_needs_another_version(folder: Path) -> None:
    """Import refuses it before anything is written, and says how to see what would move."""
    before = everything(folder / "home")
    path = changed(folder, "rejections: [Return]", "rejections: []")
    ended = command("import", folder / "orders.csv", "--stream", path, "--home", folder / "home")
    assert ended.code == 2
    said = " ".join(ended.err.split())
    assert "(rework) and is still version 1" in said
    assert "streamgauge impact --stream-file" in said
    assert "version: 2" in said
    assert everything(folder / "home") == before


def test_a_run_refuses_what_was_edited_in_the_home(folder: Path) -> None:
    """A registered file edited by hand to mean something else under the same version stops the run."""
    home = Settings(home=folder / "home")
    path = home.streams / "orders" / STREAM_FILE
    path.write_text(path.read_text("utf-8").replace("standard_minutes: 30", "standard_minutes: 20"), "utf-8")
    with pytest.raises(StreamFileError, match=r"\(steps\) and is still version 1"):
        refresh(home, load_all(home))


def test_words_need_no_version(folder: Path) -> None:
    """A comment, a name and a label may change under the same version."""
    path = changed(folder, "name: Orders", "name: Sales  # as the board calls them")
    assert command("import", folder / "orders.csv", "--stream", path, "--home", folder / "home").code == 0


def test_decisions_need_no_version_and_go_with_the_stream_file(folder: Path, tmp_path_factory: Any) -> None:
    """What reviews decide moves no number; what would move is seen from a stream file that lies elsewhere, too."""
    path = changed(folder, "name: Orders", "name: Orders\nreview: {decisions: decisions.yaml}")
    (folder / "decisions.yaml").write_text(
        "decisions:\n  - {id: a, review: 2025-Q1, ask: A, owner: {role: r}, by: 2025-05-01,\n"
        "     history: [{state: asked, day: 2025-04-02, by: r}]}\n"
    )
    assert command("import", folder / "orders.csv", "--stream", path, "--home", folder / "home").code == 0
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "stream.yaml"
    shutil.copy2(path, elsewhere)
    told = facts("impact", "--stream-file", elsewhere, "--home", folder / "home")
    assert (told["moved"], told["changed"]) == (0, [])


def test_without_a_closed_quarter_nothing_is_asked(folder: Path) -> None:
    """As long as nothing is closed, a stream file may come to mean anything."""
    shutil.rmtree(folder / "home" / "closed")
    path = changed(folder, "rejections: [Return]", "rejections: []")
    assert command("import", folder / "orders.csv", "--stream", path, "--home", folder / "home").code == 0
