"""Bills that streams share: each stream's part by its use, what is idle, and all of it to the last millionth."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.tables.bills import PLATFORM
from pipelines.errors import SourceError
from pipelines.money.lines import Bill
from pipelines.money.platform import share_bill, share_out
from pipelines.money.versions import load_versions
from pipelines.refresh import refresh
from pipelines.registry import load, load_all
from pipelines.settings import Settings
from tests.journeys.command_line import command, facts
from tests.pipelines.small_stream import Calls

COLUMNS = (
    "bill_id", "month", "cost_class", "driver", "amount", "currency", "allocation", "capacity", "unit", "shared_by",
)  # fmt: skip
JANUARY = dt.date(2026, 1, 1)

money = st.decimals(Decimal("-999999"), Decimal("999999"), places=6)
uses = st.dictionaries(st.sampled_from("abc"), st.fractions(0, 1000), max_size=3)


@given(amount=money, used=uses, capacity=st.none() | st.floats(0, 5000))
def test_parts_sum_to_the_bill(amount: Decimal, used: dict[str, Fraction], capacity: float | None) -> None:
    """Whatever the use and the capacity: parts and idle sum exactly, and each is its part by plain division."""
    found = share_out(amount, used, capacity)
    assert sum(found.values()) == amount
    total = sum(used.values(), Fraction(0))
    whole = max(total, Fraction(capacity or 0)) or Fraction(1)
    for stream, quantity in used.items():
        part = Fraction(found.get(stream, Decimal(0)))
        assert abs(part - Fraction(amount) * quantity / whole) <= Fraction(2, 1_000_000)
    assert all(name == PLATFORM or used[name] for name in found)


def test_what_is_not_used_is_idle() -> None:
    """Of a capacity of ten, one and three were used: a tenth, three tenths, and six tenths idle; low and high, too."""
    bill = Bill("p", JANUARY, "shared", "bus", Decimal(100), "EUR", "started_cases", 10.0, "call", Decimal(90), None)
    found = share_bill(bill, {"b": Fraction(3), "a": Fraction(1), "c": Fraction(0)})
    assert {name: (b.amount, b.low, b.high, b.capacity, b.allocation) for name, b in found.items()} == {
        "a": (Decimal(10), Decimal(9), None, None, "started_cases"),
        "b": (Decimal(30), Decimal(27), None, None, "started_cases"),
        PLATFORM: (Decimal(60), Decimal(54), None, 10.0, "idle"),
    }
    assert share_bill(bill, {"a": Fraction(0)})[PLATFORM].amount == Decimal(100)
    assert PLATFORM not in share_bill(bill, {"a": Fraction(11)})


def line(name: str, amount: str, shared_by: str, **told: str) -> dict[str, str]:
    """A bill of the platform for January."""
    return {
        "bill_id": name, "month": "2026-01", "cost_class": "shared", "driver": "bus", "amount": amount,
        "currency": "EUR", "allocation": "started_cases", "capacity": "", "unit": "", "shared_by": shared_by,
    } | told  # fmt: skip


def written(folder: Path, *lines: dict[str, str]) -> Path:
    """A file of bills of the platform."""
    path = folder / "platform.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(lines)
    return path


def approved(home: Path, path: Path, *more: str) -> Any:
    """Import bills of the platform."""
    return facts("bills", "import", path, "--platform", "--approved-by", "Jane Doe", *more, "--home", home)


class Firm:
    """Three streams in one home: `one` begins a call in January, `two` two with use, `three` one, in dollars."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home = folder, folder / "home"
        self.one = Calls(folder / "one", name="one", home=self.home)
        self.two = Calls(folder / "two", name="two", home=self.home)
        rates = ["EUR,USD,1.25,2026-01-01,,bank"]
        self.three = Calls(folder / "three", name="three", home=self.home, currency="USD", exchange=rates)
        self.one.call("a", "2026-01-05T09:00:00Z", used={"gb": 1.5})
        self.two.call("b", "2026-01-06T09:00:00Z", used={"gb": 0.5}).call("c", "2026-01-07T09:00:00Z")
        self.two.event("c", "Talk", "2026-01-08T09:00:00Z")
        self.three.event("d", "Ring", "2026-01-09T09:00:00Z").call("e", "2026-02-09T09:00:00Z")
        for calls in (self.one, self.two, self.three):
            calls.imported()

    def measured(self, *only: str) -> duckdb.DuckDBPyConnection:
        """Everything made; `only` names the streams a hurried run is about."""
        settings = self.one.settings
        refresh(settings, [load(settings, name) for name in only] or load_all(settings))
        return duckdb.connect(str(settings.published_database), read_only=True)


@pytest.fixture
def firm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Firm:
    """Three streams, imported; runs make their facts and money, and no metric, which takes most of the time."""
    monkeypatch.setattr("pipelines.refresh.CATALOG", ())
    monkeypatch.setattr("pipelines.refresh.REPORTS", ())
    return Firm(tmp_path)


Held = dict[tuple[str, str], tuple[Any, ...]]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published copy of three streams that share six bills."""
    firm = Firm(tmp_path_factory.mktemp("sharing"))
    approved(firm.home, written(
        firm.folder, line("s", "8", "started_cases"), line("f", "6", "finished_cases", driver="desk"),
        line("e", "16", "events", driver="log"), line("q", "4", "quantity", driver="gb"),
        line("idle", "100.01", "started_cases", driver="room", capacity="8"),
        line("credit", "-0.10", "started_cases"),
    ))  # fmt: skip
    with firm.measured() as connection:
        yield connection


@pytest.fixture(scope="module")
def bills(published: duckdb.DuckDBPyConnection) -> Held:
    """Of each bill and stream: what was told, what it is in the stream's currency, and which."""
    rows = published.execute("SELECT bill_id, stream, told_amount, amount, currency, allocation FROM bills").fetchall()
    return {(bill, stream): tuple(rest) for bill, stream, *rest in rows}


def test_streams_share_by_the_measure_a_bill_declares(bills: Held) -> None:
    """By started cases 1 : 2 : 1, by finished 1 : 2 : 0, by events 2 : 5 : 1, by quantity of a driver 3 : 1 : 0."""
    assert {key: told for key, (told, *_) in bills.items() if key[0] in "sfeq"} == {
        ("s", "one"): 2, ("s", "two"): 4, ("s", "three"): 2, ("f", "one"): 2, ("f", "two"): 4,
        ("e", "one"): 4, ("e", "two"): 10, ("e", "three"): 2, ("q", "one"): 3, ("q", "two"): 1,
    }  # fmt: skip


def test_a_stream_bears_its_part_in_its_own_currency(bills: Held) -> None:
    """Two euros of the bill are 2.50 dollars of the stream that reckons in them."""
    assert bills["s", "three"][:3] == (Decimal(2), Decimal("2.5"), "USD")


def test_idle_capacity_is_no_streams(bills: Held) -> None:
    """A bill for eight cases of which four began: half to streams, half under none, and the sum is the bill."""
    parts = {stream: told for (bill, stream), (told, *_) in bills.items() if bill == "idle"}
    assert set(parts) == {PLATFORM, "one", "two", "three"}
    assert sum(parts.values()) == Decimal("100.01")
    assert (bills["idle", PLATFORM][0], bills["idle", PLATFORM][3]) == (Decimal("50.005"), "idle")


def test_a_credit_is_shared_too(bills: Held) -> None:
    """A negative bill lowers what each stream bears."""
    assert [bills["credit", name][0] for name in ("one", "three", "two")] == [
        Decimal("-0.025"), Decimal("-0.025"), Decimal("-0.05"),
    ]  # fmt: skip


def test_each_part_is_a_bill_of_its_stream(published: duckdb.DuckDBPyConnection, bills: Held) -> None:
    """What each stream's cases bear and what idles there sums to its parts, and the laws say so."""
    costs = dict(published.execute("SELECT stream, sum(amount) FROM costs GROUP BY ALL").fetchall())
    for name in ("one", "two", "three"):
        assert costs[name] == sum(amount for (_, stream), (_, amount, *_) in bills.items() if stream == name)
    passed = "SELECT stream, bool_and(passed) FROM check_results WHERE check_name LIKE '%bills%' GROUP BY ALL"
    assert dict(published.execute(passed).fetchall()) == {"one": True, "two": True, "three": True}


def facts_of(connection: duckdb.DuckDBPyConnection) -> list[Any]:
    """Money of every stream, in order."""
    with connection:
        costs = connection.execute("SELECT * FROM costs ORDER BY ALL").fetchall()
        return costs + connection.execute("SELECT * FROM bills ORDER BY ALL").fetchall()


def test_new_events_of_one_stream_move_the_others(firm: Firm, tmp_path: Path) -> None:
    """A hurried run of one stream brings the parts of all up to date, and equals everything made anew."""
    bills = [line("s", "10", "started_cases"), line("q", "4", "quantity", driver="gb", allocation="usage")]
    approved(firm.home, written(firm.folder, *bills))
    before = facts_of(firm.measured())
    firm.one.call("z", "2026-01-20T09:00:00Z", used={"gb": 3}).imported()
    after = facts_of(firm.measured("one"))
    assert after != before
    for path in firm.home.glob("warehouse.duckdb*"):
        path.unlink()
    assert facts_of(firm.measured()) == after


def test_a_changed_bill_of_the_platform_changes_every_stream(firm: Firm) -> None:
    """The next version runs for all; what it no longer holds is gone."""
    approved(firm.home, written(firm.folder, line("s", "10", "started_cases")))
    facts_of(firm.measured())
    told = approved(firm.home, written(firm.folder, line("t", "8", "started_cases", driver="x")), "--whole")
    assert (told["stream"], told["version"], told["gone"]) == (PLATFORM, 2, 1)
    with firm.measured() as connection:
        rows = connection.execute("SELECT bill_id, sum(told_amount) FROM bills GROUP BY ALL").fetchall()
        orphans = connection.execute("SELECT count(*) FROM costs WHERE rate_id = 's'").fetchall()
    assert (rows, orphans) == ([("t", Decimal(8))], [(0,)])
    assert [f["version"] for f in facts("bills", "--platform", "--home", firm.home)] == [1, 2]


def test_an_id_is_of_one_bill_alone(firm: Firm) -> None:
    """A bill of a stream and one of the platform may not have one id; a sum would mix them."""
    path = firm.one.folder / "bills.csv"
    path.write_text("bill_id,month,cost_class,driver,amount,currency,allocation,capacity,unit\n"
                    "s,2026-01,compute,cpu,1,EUR,started_cases,,\n", "utf-8")  # fmt: skip
    command("bills", "import", path, "--stream", "one", "--approved-by", "x", "--home", firm.home)
    approved(firm.home, written(firm.folder, line("s", "10", "started_cases")))
    with pytest.raises(SourceError, match="'s' is one of the stream and one of the platform"):
        firm.measured()


@pytest.mark.parametrize(
    ("told", "words"),
    [({"shared_by": "weather"}, "'weather' is not known there"), ({"shared_by": ""}, "the cell is empty")],
)
def test_a_bill_of_the_platform_says_how_it_is_shared(tmp_path: Path, told: dict[str, str], words: str) -> None:
    """Without a measure nobody knows whose it is."""
    path = written(tmp_path, line("s", "10", "started_cases") | told)
    ended = command("bills", "import", path, "--platform", "--approved-by", "x", "--home", tmp_path)
    assert ended.code == 2
    assert words in " ".join(ended.err.split())
    ended = command("bills", "import", path, "--platform", "--stream", "one", "--approved-by", "x", "--home", tmp_path)
    assert "of one stream or of the platform" in " ".join(ended.err.split())


def test_a_cloud_export_for_the_platform(tmp_path: Path) -> None:
    """A FOCUS export with a mapping file becomes bills that streams share."""
    (tmp_path / "map.yaml").write_text(
        "- {services: [Compute], driver: bus, allocation: started_cases, shared_by: started_cases}\n"
        "- {rest: true, driver: other, cost_class: shared, allocation: started_cases, shared_by: events}\n", "utf-8",
    )  # fmt: skip
    (tmp_path / "focus.csv").write_text(
        "BilledCost,BillingCurrency,BillingPeriodStart,ChargeCategory,ServiceName\n"
        "10.5,EUR,2026-01-01T00:00:00Z,Usage,Compute\n-0.5,EUR,2026-01-01T00:00:00Z,Credit,Compute\n"
        "8,EUR,2026-01-01T00:00:00Z,Tax,\n", "utf-8",
    )  # fmt: skip
    told = approved(tmp_path, tmp_path / "focus.csv", "--focus", "--mapping", str(tmp_path / "map.yaml"))
    assert told["totals"] == {"EUR": "18.000000"}
    (version,) = load_versions(Settings(home=tmp_path), PLATFORM, "bills")
    assert [(bill.driver, bill.amount, bill.shared_by) for bill in version.bills()] == [
        ("bus", Decimal(10), "started_cases"), ("other", Decimal(8), "events"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [("- {driver: x}", "map.yaml, 0: give services, tags or both"), ("[", "is no list of lines in YAML"),
     ("- {rest: true, driver: x, colour: red}", "map.yaml, 0.colour")],
)  # fmt: skip
def test_a_mapping_that_is_none(tmp_path: Path, text: str, words: str) -> None:
    """A mapping file is refused with the place of what is wrong."""
    (tmp_path / "map.yaml").write_text(text, "utf-8")
    ended = command("bills", "import", tmp_path / "map.yaml", "--focus", "--mapping", tmp_path / "map.yaml",
                    "--platform", "--approved-by", "x", "--home", tmp_path)  # fmt: skip
    assert ended.code == 2
    assert words in " ".join(ended.err.split())
