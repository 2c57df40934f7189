"""Benefits from the file to every output: registered once and added to, checked, and never added over classes."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import duckdb
import pytest

from examples.order_to_cash.simulate import simulate
from metrics.published import PUBLISHED
from metrics.reports.catalog import REPORTS
from pipelines.refresh import refresh
from pipelines.registry import load
from pipelines.reviewing import publish_reviews
from pipelines.settings import Settings
from tests.dashboards.page_text import read_page
from tests.journeys.command_line import ROOT, command, facts, measured
from tests.journeys.orders import rows, write_log, write_stream

EXAMPLES = ROOT / "examples"
AMOUNTS = {"cashable": 300_003, "capacity": 50_000_700, "avoidance": 7_000_000_200, "quality": 911_000_000_000}
"""Of a quarter: no sum of any of them is like any other number that is told."""
OF_CLASS = {
    "cashable": "currency: EUR, run_cost: 0", "capacity": "frees: {}", "avoidance": "currency: EUR, run_cost: 0",
    "quality": "unit: points",
}  # fmt: skip
ENTRIES = (
    "{state: proposed, day: DAY, by: Clerk, why: so, amount: AMOUNT}",
    "{state: validated, day: DAY, by: Controller, why: so, amount: AMOUNT, evidence: ev-1}",
    "{state: booked, day: DAY, by: Controller, why: so, amount: AMOUNT, evidence: ev-2}",
)
XES = """<log><trace><string key="concept:name" value="t{n}"/>
<event><string key="id" value="a{n}"/><string key="concept:name" value="Declaration SUBMITTED by EMPLOYEE"/>
<string key="org:role" value="EMPLOYEE"/><date key="time:timestamp" value="2018-10-{d:02d}T08:00:00+02:00"/></event>
<event><string key="id" value="b{n}"/><string key="concept:name" value="Payment Handled"/>
<string key="org:role" value="UNDEFINED"/><date key="time:timestamp" value="2018-12-{d:02d}T09:30:00+01:00"/></event>
</trace></log>"""


def ledger(quarter: str, day: str, entries: int = 3) -> str:
    """A file with one benefit of each class, of the recognisable amounts."""
    told = ["benefits:"]
    for kind, amount in AMOUNTS.items():
        monthly = amount if kind == "quality" else amount // 3
        history = ", ".join(ENTRIES[:entries]).replace("DAY", day).replace("AMOUNT", str(monthly))
        told.append(
            f"  - {{id: {kind}_claim, initiative: {kind}, class: {kind}, sentence: S, owner: {{role: Head}}, "
            f"metric: flow_time, budget_line: line {kind}, from: {quarter}, {OF_CLASS[kind]}, history: [{history}]}}"
        )
    return "\n".join(told) + "\n"


@pytest.fixture(scope="module", params=["order_to_cash", "travel_expenses"])
def settings(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Settings:
    """A home of each example in which every class is claimed, its pages published."""
    made = tmp_path_factory.mktemp("classes")
    stream = made / request.param / "stream.yaml"
    shutil.copytree(EXAMPLES / request.param, stream.parent, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    text = re.sub(r"(?ms)^finance:\n(  .*\n)+", "", stream.read_text("utf-8"))
    stream.write_text(f"{text}\nfinance: {{benefits: benefits.yaml, hours_per_fte_year: 1640}}\n", "utf-8")
    if request.param == "order_to_cash":
        simulate(made, 240, 3)
        (stream.parent / "benefits.yaml").write_text(ledger("2026-07", "2026-06-30"), "utf-8")
        log = made / "events.jsonl"
    else:
        traces = "".join(XES.format(n=n, d=n).removeprefix("<log>").removesuffix("</log>") for n in range(1, 28))
        log = made / "claims.xes"
        log.write_text(f"<log>{traces}</log>", "utf-8")
        (stream.parent / "benefits.yaml").write_text(ledger("2018-10", "2018-09-30"), "utf-8")
    found = measured(made / "home", (log, stream))
    publish_reviews(found, None, "2026-Q3" if request.param == "order_to_cash" else "2018-Q4", None)
    return found


def numbers_in(text: str) -> Iterator[Decimal]:
    """Every number in a text, however its thousands are grouped."""
    for found in re.findall(r"\d[\d,.\u202f\u00a0]*", text):
        plain = re.sub(r"[,\u202f\u00a0](?=\d{3})", "", found).rstrip(".,\u202f\u00a0")
        if re.fullmatch(r"\d+(\.\d+)?", plain):
            yield Decimal(plain)


def outputs_of(settings: Settings) -> Iterator[tuple[str, str]]:
    """Everything that is told: cells of published tables, files of the pages, and what commands print."""
    with duckdb.connect(str(settings.published_database), read_only=True) as connection:
        for table in PUBLISHED:
            for row in connection.execute(f"SELECT * FROM {table.name}").fetchall():
                yield table.name, "\n".join(map(str, row))
    for path in settings.pages.rglob("*"):
        if path.suffix == ".html":
            page = read_page(path.read_text("utf-8"))
            yield path.name, "\n".join([*page.executive, *page.technical])
        elif path.suffix in (".csv", ".json", ".svg"):
            yield path.name, path.read_text("utf-8")
    for name in (report.table.name for report in REPORTS):
        yield f"report {name}", json.dumps(facts("report", name, "--home", settings.home))
    for arguments in (("benefits",), ("benefits", "check"), ("benefits", "--json")):
        yield " ".join(arguments), command(*arguments, "--home", settings.home).out


def test_no_output_adds_two_classes(settings: Settings) -> None:
    """Each class is told, and no number anywhere is a sum of two classes' amounts, or of more."""
    sums = [sum(chosen) for size in (2, 3, 4) for chosen in combinations(AMOUNTS.values(), size)]
    seen = set()
    for place, text in outputs_of(settings):
        for value in numbers_in(text):
            seen |= {kind for kind, amount in AMOUNTS.items() if value == amount}
            assert not [total for total in sums if abs(value - total) < 1], (place, value)
    assert seen == set(AMOUNTS)


def test_the_sums_would_be_found() -> None:
    """The check above sees a sum in a cell, in a sentence and in grouped digits."""
    total = AMOUNTS["cashable"] + AMOUNTS["capacity"]
    for text in (f"{total}", f"€{total:,} in all.", f"{total:,}.00".replace(",", "\u202f"), f'"x": "{total}.000000"'):
        assert Decimal(total) in set(numbers_in(text))


def test_a_ledger_is_added_to_and_never_rewritten(tmp_path: Path) -> None:
    """More entries are registered, versions are kept; one that changes or removes what was told is refused whole."""
    stream, home = write_stream(tmp_path), tmp_path / "home"
    stream.write_text(stream.read_text("utf-8") + "finance: {benefits: benefits.yaml}\n", "utf-8")
    told, log = tmp_path / "benefits.yaml", write_log(tmp_path / "orders.csv", rows())

    def register() -> tuple[int, str]:
        ended = command("load", "--stream", stream, "--home", home)
        return ended.code, ended.err

    told.write_text(ledger("2025-04", "2025-03-01", 1), "utf-8")
    assert command("import", log, "--stream", stream, "--home", home).code == 0
    first = told.read_text("utf-8")
    told.write_text(ledger("2025-04", "2025-03-01", 2), "utf-8")
    assert register()[0] == 0
    assert len(list((home / "benefits" / "orders").glob("*.yaml"))) == 2
    assert register()[0] == 0
    assert len(list((home / "benefits" / "orders").glob("*.yaml"))) == 2
    kept = (home / "streams" / "orders" / "benefits.yaml").read_text("utf-8")
    for changed, words in (
        (first, "is gone; entries are added"),
        (kept.replace("by: Clerk", "by: Nobody", 1), "was changed (by)"),
        (kept.replace("from: 2025-04", "from: 2025-05", 1), "from was changed after it was validated"),
        ("benefits: []\n", "'cashable_claim' is gone"),
        (kept.replace("currency: EUR", "currency: USD", 1), "two currencies are never added"),
    ):
        told.write_text(changed, "utf-8")
        code, said = register()
        assert (code, words in said) == (2, True), said
        assert command("import", log, "--stream", stream, "--home", home).code == 2
    stream.write_text(stream.read_text("utf-8").replace("finance: {benefits: benefits.yaml}\n", ""), "utf-8")
    assert "is gone" in register()[1]
    assert (home / "streams" / "orders" / "benefits.yaml").read_text("utf-8") == kept


def test_commands_of_a_home_without_claims(tmp_path: Path) -> None:
    """Nothing is claimed, nothing is in conflict, and an unknown action is told."""
    home = tmp_path / "home"
    measured(home, (write_log(tmp_path / "orders.csv", rows()), write_stream(tmp_path)))
    assert facts("benefits", "--home", home) == []
    assert "docs/benefits.md" in command("benefits", "--home", home).out
    assert command("benefits", "check", "--home", home).code == 0
    for mistake in (("chek",), ("--stream", "x")):
        assert command("benefits", *mistake, "--home", home).code == 2


def test_two_streams_of_one_home(tmp_path: Path) -> None:
    """A budget line that two streams claim is told in both, and the check ends with 1."""
    imports = []
    for name in ("orders", "returns"):
        stream = write_stream(tmp_path / name)
        text = stream.read_text("utf-8").replace("stream: orders", f"stream: {name}")
        stream.write_text(f"{text}finance: {{benefits: benefits.yaml}}\n", "utf-8")
        (stream.parent / "benefits.yaml").write_text(ledger("2025-04", "2025-03-01", 1), "utf-8")
        imports.append((write_log(stream.parent / "orders.csv", rows()), stream))
    home = measured(tmp_path / "home", *imports).home
    ended = command("benefits", "check", "--home", home, "--json")
    assert ended.code == 1
    found = {(row["stream"], row["rival_stream"], row["benefit_class"]) for row in ended.facts}
    pairs = {("orders", "returns"), ("returns", "orders")}
    assert found == {(*pair, kind) for pair in pairs for kind in ("cashable", "avoidance")}


def test_a_stream_that_is_measured_alone_disputes_the_others(tmp_path: Path) -> None:
    """Where a new claim of one stream meets that of another, both say so, though only one was measured anew."""
    home = tmp_path / "home"
    for name in ("orders", "returns"):
        stream = write_stream(tmp_path / name)
        text = stream.read_text("utf-8").replace("stream: orders", f"stream: {name}")
        stream.write_text(f"{text}finance: {{benefits: benefits.yaml}}\n", "utf-8")
        (stream.parent / "benefits.yaml").write_text(ledger("2025-04", "2025-03-01", 1), "utf-8")
        log = write_log(stream.parent / "o.csv", rows())
        assert command("import", log, "--stream", stream, "--home", home).code == 0
        settings = Settings(home=home)
        refresh(settings, [load(settings, name)])
    told = command("benefits", "check", "--home", home, "--json").facts
    assert {row["stream"] for row in told} == {"orders", "returns"}
