"""Versions of rate cards and bills: kept for ever beside each other, approved by somebody, never changed by hand."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import SourceError, StorageError
from pipelines.money.versions import keep_version, load_versions
from pipelines.registry import load, register
from pipelines.settings import Settings
from tests.journeys.command_line import command, facts
from tests.pipelines.small_stream import BILLS, RATES, Calls

CARD = "r1,people,clerk,hour,40.00,EUR,2026-01-01,"
BILL = "b1,2026-01,compute,cpu,10.00,EUR,started_cases,,s"
BY = ("--approved-by", "Jane Doe, controlling")


@pytest.fixture
def calls(tmp_path: Path) -> Calls:
    """A stream with a rate card and a bill, and one call that was worked on."""
    calls = Calls(tmp_path, [CARD], [BILL]).call("a", "2026-01-05T09:00:00Z")
    calls.work("a", "2026-01-05T09:00:00Z", "2026-01-05T10:00:00Z").imported()
    return calls


def written(calls: Calls, name: str, *lines: str) -> Path:
    """A file of rates or bills somewhere else."""
    path = calls.folder / "new" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text((RATES if "rates" in name else BILLS) + "".join(f"{line}\n" for line in lines), "utf-8")
    return path


def listed(calls: Calls, kind: str) -> list[tuple[Any, ...]]:
    """What is held: version, whether it runs, who approved it, and how many lines it has."""
    found = facts(kind, "--home", calls.settings.home)
    return [(f["version"], f["runs"], f["approved_by"], f["lines"]) for f in found]


def amounts(calls: Calls) -> dict[str, Decimal]:
    """What each line cost in the end."""
    with calls.measured() as connection:
        return dict(connection.execute("SELECT rate_id, sum(amount) FROM costs GROUP BY ALL").fetchall())


def test_what_stands_beside_the_stream_file_is_the_first_version(calls: Calls) -> None:
    """Nobody was told to have approved it, and it says so; it is in the table with its version."""
    assert listed(calls, "rates") == listed(calls, "bills") == [(1, True, None, 1)]
    with calls.measured() as connection:
        rows = connection.execute("SELECT version, approved_by, approved_on, valid_from FROM rates").fetchall()
    assert rows == [(1, None, None, dt.date(2026, 1, 1))]


def test_an_approved_rate_card_runs_and_the_older_stays(calls: Calls) -> None:
    """Version 2 runs from the next run on, with who approved it and when; version 1 is there as it was."""
    assert amounts(calls) == {"r1": Decimal(40), "b1": Decimal(10)}
    first = (calls.settings.money / "calls" / "rates.v1.json").read_bytes()
    path = written(calls, "rates.csv", CARD.replace("40", "44"))
    told = facts("rates", "import", path, *BY, "--approved-on", "2026-02-01", "--why", "raise", "--home",
                 calls.settings.home)  # fmt: skip
    assert (told["version"], told["is_new"], told["changed"], told["why"]) == (2, True, 1, "raise")
    assert listed(calls, "rates") == [(1, False, None, 1), (2, True, "Jane Doe, controlling", 1)]
    assert (calls.settings.money / "calls" / "rates.v1.json").read_bytes() == first
    assert amounts(calls) == {"r1": Decimal(44), "b1": Decimal(10)}
    with calls.measured() as connection:
        rows = connection.execute("SELECT version, approved_by, approved_on FROM rates").fetchall()
    assert rows == [(2, "Jane Doe, controlling", dt.date(2026, 2, 1))]


def test_importing_the_log_again_changes_no_approved_card(calls: Calls) -> None:
    """What stands beside the stream file as before is nothing new; the approved card goes on running."""
    command(
        "rates", "import", written(calls, "rates.csv", CARD.replace("40", "44")), *BY, "--home", calls.settings.home
    )
    calls.imported()
    assert [version for version, runs, *_ in listed(calls, "rates") if runs] == [2]


def test_a_changed_file_does_not_replace_what_was_approved(calls: Calls) -> None:
    """A file beside the stream file that says something new is refused, with how it is approved."""
    home = calls.settings.home
    command("rates", "import", written(calls, "rates.csv", CARD.replace("40", "44")), *BY, "--home", home)
    (calls.folder / "rates.csv").write_text(RATES + CARD.replace("40", "45") + "\n", "utf-8")
    with pytest.raises(SourceError, match=r"version 2 was approved by Jane Doe.*streamgauge rates import rates\.csv"):
        register(calls.settings, calls.stream_path)
    assert len(listed(calls, "rates")) == 2


def test_an_unapproved_file_may_be_changed_and_changed_back(calls: Calls) -> None:
    """As long as nobody approved anything, what was imported last runs; every version is kept."""
    for amount, version in (("45", 2), ("40", 3), ("40", 3)):
        (calls.folder / "rates.csv").write_text(RATES + CARD.replace("40", amount) + "\n", "utf-8")
        registered = register(calls.settings, calls.stream_path)
        assert registered.money.rates is not None
        assert (registered.money.rates.number, registered.money.rates.rates()[0].amount) == (version, Decimal(amount))


def test_bills_of_a_month_are_added(calls: Calls) -> None:
    """A file of one month keeps the others, replaces what has the same id, and with --whole is all there is."""
    home = calls.settings.home
    path = written(calls, "bills.csv", BILL.replace("b1,2026-01", "b2,2026-02"))
    told = facts("bills", "import", path, *BY, "--home", home)
    assert (told["added"], told["kept"], told["lines"], told["totals"]) == (1, 1, 2, {"EUR": "20.000000"})
    path = written(calls, "bills.csv", BILL.replace("10.00", "12.00"))
    told = facts("bills", "import", path, *BY, "--home", home)
    assert (told["added"], told["changed"], told["kept"], told["totals"]) == (0, 1, 1, {"EUR": "22.000000"})
    assert (told["first_month"], told["last_month"]) == ("2026-01-01", "2026-02-01")
    told = facts("bills", "import", path, *BY, "--whole", "--home", home)
    assert (told["gone"], told["lines"]) == (1, 1)
    assert len(listed(calls, "bills")) == 4


def test_a_gap_that_an_import_leaves_is_refused(calls: Calls) -> None:
    """January held and March imported: February is named, and nothing is kept."""
    ended = command(
        "bills", "import", written(calls, "bills.csv", BILL.replace("b1,2026-01", "b3,2026-03")), *BY, "--home",
        calls.settings.home,
    )  # fmt: skip
    assert ended.code == 2
    assert "lack 2026-02, between 2026-01 and 2026-03" in " ".join(ended.err.split())
    assert len(listed(calls, "bills")) == 1


def test_the_same_again_is_no_version(calls: Calls) -> None:
    """An approval of what runs unapproved is a version; a second one of the same is not."""
    path = written(calls, "rates.csv", CARD)
    assert facts("rates", "import", path, *BY, "--home", calls.settings.home)["is_new"] is True
    told = facts("rates", "import", path, *BY, "--home", calls.settings.home)
    assert (told["is_new"], told["version"]) == (False, 2)


def test_a_card_that_no_stream_file_names(tmp_path: Path) -> None:
    """Rates and bills may be approved for a stream whose file names none."""
    calls = Calls(tmp_path).call("a", "2026-01-05T09:00:00Z")
    calls.work("a", "2026-01-05T09:00:00Z", "2026-01-05T10:00:00Z").imported()
    assert amounts(calls) == {}
    command("rates", "import", written(calls, "rates.csv", CARD), *BY, "--home", calls.settings.home)
    command("bills", "import", written(calls, "bills.csv", BILL), *BY, "--home", calls.settings.home)
    assert amounts(calls) == {"r1": Decimal(40), "b1": Decimal(10)}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("import",), "Name the file and who approved it"),
        (("import", "FILE"), "Name the file and who approved it"),
        (("import", "FILE", "--approved-by", " "), "is no name or reason"),
        (("import", "FILE", "--approved-by", "a\nb"), "is no name or reason"),
        (("import", "FILE", "--approved-by", "x", "--approved-on", "2999-01-01"), "lies ahead"),
        (("import", "FILE", "--approved-by", "x", "--approved-on", "soon"), "is no day; write 2026-10-01"),
        (("import", "FILE", "--approved-by", "x", "--stream", "no_such"), "There is no stream 'no_such'"),
        (("approve", "FILE"), "'approve' is no action; write import"),
    ],
)
def test_an_approval_is_complete(calls: Calls, arguments: tuple[str, ...], words: str) -> None:
    """Without a file, a name or a day that can be, nothing is kept and one sentence says what to do."""
    path = str(written(calls, "rates.csv", CARD.replace("40", "44")))
    ended = command("rates", *(path if told == "FILE" else told for told in arguments), "--home", calls.settings.home)
    assert ended.code == 2
    assert words in " ".join(ended.err.split())
    assert len(listed(calls, "rates")) == 1


def test_a_version_changed_by_hand_stops_everything(calls: Calls) -> None:
    """An amount, or a name, that somebody edits is noticed; so is a version that is gone or is no version."""
    path = calls.settings.money / "calls" / "rates.v1.json"
    told = path.read_text("utf-8")
    for changed in (told.replace("40.000000", "39.000000"), told.replace('"approved_by": null', '"approved_by": "me"')):
        assert changed != told
        path.write_text(changed, "utf-8")
        with pytest.raises(StorageError, match="was changed after it was approved"):
            load(calls.settings, "calls")
    path.write_text("{}", "utf-8")
    with pytest.raises(StorageError, match="is no version of rates or bills"):
        load(calls.settings, "calls")
    path.write_text(told.replace('"format": 1', '"format": 9'), "utf-8")
    with pytest.raises(StorageError, match="is of format 9"):
        load(calls.settings, "calls")
    path.write_text(told, "utf-8")
    command(
        "rates", "import", written(calls, "rates.csv", CARD.replace("40", "44")), *BY, "--home", calls.settings.home
    )
    path.unlink()
    with pytest.raises(StorageError, match=r"A version of the rates in .* is gone"):
        load(calls.settings, "calls")


def test_a_version_is_never_written_over(calls: Calls) -> None:
    """The same number twice is refused by the disk's own name."""
    (version,) = load_versions(calls.settings, "calls", "rates")
    with pytest.raises(StorageError, match=r"rates\.v1\.json exists already"):
        keep_version(calls.settings, version)


def test_what_was_known_by_then(calls: Calls) -> None:
    """As of a time the version of then runs; before any was known, the first."""
    before = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    command(
        "rates", "import", written(calls, "rates.csv", CARD.replace("40", "44")), *BY, "--home", calls.settings.home
    )
    for as_of, number in ((before, 1), (before - dt.timedelta(days=9), 1), (before + dt.timedelta(days=1), 2)):
        money = load(Settings(home=calls.settings.home, as_of=as_of), "calls").money
        assert money.rates is not None
        assert money.rates.number == number


def test_a_home_from_before_there_were_versions(calls: Calls) -> None:
    """The registered file is the first version in force, with the same basis, and is kept when the next is approved."""
    basis = load(calls.settings, "calls").basis
    for path in (calls.settings.money / "calls").iterdir():
        path.unlink()
    assert load(calls.settings, "calls").basis == basis
    told = facts("rates", "import", written(calls, "rates.csv", CARD.replace("40", "44")), *BY, "--home",
                 calls.settings.home)  # fmt: skip
    assert told["version"] == 2
    assert load_versions(calls.settings, "calls", "rates")[0].rates()[0].amount == Decimal(40)


def test_a_version_says_all_its_file_says(calls: Calls) -> None:
    """One JSON file a version: lines as text, hashes of the file it came from and of itself."""
    fact = json.loads((calls.settings.money / "calls" / "bills.v1.json").read_text("utf-8"))
    assert fact["lines"][0]["amount"] == "10.000000"
    assert (fact["kind"], fact["version"], fact["source"], len(fact["source_hash"])) == ("bills", 1, "bills.csv", 64)


def test_a_list_is_of_streams_that_are_there(calls: Calls) -> None:
    """An unknown stream is no empty list."""
    ended = command("rates", "--stream", "cals", "--home", calls.settings.home)
    assert (ended.code, "There is no stream 'cals'" in " ".join(ended.err.split())) == (2, True)


def test_the_list_is_for_people_too(calls: Calls) -> None:
    """A line a version: which runs, from when until when, who approved it, and where it came from."""
    said = command("rates", "--home", calls.settings.home).out
    assert "calls version 1, runs: 1 lines, from 2026-01-01 on, not approved by anybody" in said
    assert "2026-01-01 to 2026-01-01, 10.00 EUR" in command("bills", "--home", calls.settings.home).out
