"""Every command says what it does, prints facts as promised, and tells a user's mistake in one sentence."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
import typer
from pptx import Presentation

from metrics.catalog import CATALOG
from pipelines.cli import app
from pipelines.drafting import draft_stream
from tests.journeys.command_line import ROOT, Ended, command, facts, measured, process
from tests.journeys.orders import HEADER, STREAM, rows, write_log, write_stream

COMMANDS: dict[str, Any] = typer.main.get_command(app).commands  # type: ignore[attr-defined]  # a group has commands
KEYS = [
    "stream", "metric", "statistic", "period", "grain", "dimensions", "value", "low", "high", "n", "unit", "verdict",
    "definition_version", "matures_on", "may_still",
]  # fmt: skip
TRACE = (
    '<trace><string key="concept:name" value="c1"/><event><string key="concept:name" value="Order"/>'
    '<date key="time:timestamp" value="2025-04-01T08:00:00Z"/></event></trace>\n'
)
LOG = f'<?xml version="1.0" encoding="UTF-8"?>\n<log>\n{TRACE}</log>\n'.encode()
LAUGHS = b'<?xml version="1.0"?>\n<!DOCTYPE log [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>\n<log>&b;</log>'
TABLE = "order,step,at,who\no1,Order,2025-04-01T08:00:00Z,shop\n"


@pytest.fixture(scope="module")
def stream(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stream file of the small orders."""
    return write_stream(tmp_path_factory.mktemp("stream"))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, stream: Path) -> Path:
    """A home that measured them; read only."""
    folder = tmp_path_factory.mktemp("orders")
    measured(folder / "home", (write_log(folder / "orders.csv", rows()), stream))
    return folder / "home"


def _assert_refused(ended: Ended, *words: str) -> None:
    """Exit code 2, one sentence on standard error, nothing on standard output, and no traceback."""
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("streamgauge: ")
    assert len(ended.err.strip().splitlines()) == 1
    assert "Traceback" not in ended.err
    for word in words:
        assert word in ended.err


def _ledger(folder: Path) -> dict[str, bytes]:
    found = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != ".lock")
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


# What it says of itself


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    """--help says what the command does and names each of its options, each with a sentence."""
    ended = command(name, "--help")
    assert ended.code == 0
    assert COMMANDS[name].help.split(".")[0].split()[0] in ended.out
    for parameter in COMMANDS[name].params:
        assert parameter.help, f"{name} {parameter.name} is not explained"
        assert parameter.param_type_name == "argument" or parameter.opts[0] in ended.out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented(name: str) -> None:
    """docs/command-line.md has a part for it, with every option."""
    text = (ROOT / "docs" / "command-line.md").read_text("utf-8")
    part = text.split(f"\n## {name}\n")[1].split("\n## ")[0]
    assert COMMANDS[name].help in part
    assert all(f"`{option}" in part for p in COMMANDS[name].params for option in p.opts if option.startswith("--"))


def test_commands_that_print_facts_print_json() -> None:
    """Every command but those that write a draft or serve pages has --json and --home; of a group, each of its own."""
    silent = {"init", "serve", "receive", "relay", "token"}
    homeless = {"init", "relay", "token", "audit project"}
    groups = {name: found.commands for name, found in COMMANDS.items() if hasattr(found, "commands")}
    inner = {f"{group} {name}": found for group, told in groups.items() for name, found in told.items()}
    for name, found in {**COMMANDS, **inner}.items():
        if name in groups:
            continue
        options = {option for parameter in found.params for option in parameter.opts}
        assert ("--json" in options) == (name not in silent), name
        assert ("--home" in options) == (name not in homeless), name


def test_what_it_does_not_know_is_refused() -> None:
    """An unknown command or option ends with 2 and without a traceback, as a process too."""
    for ended in (command("mesure"), command("metrics", "--perod", "all"), process("metrics", "--perod", "all")):
        assert (ended.code, ended.out) == (2, "")
        assert "Traceback" not in ended.err
        assert "No such" in ended.err


# What it prints


@pytest.mark.parametrize(
    "asked", [(), ("--period", "all"), ("--period", "2025-Q2", "--grain", "week"), ("--by", "channel")], ids=" ".join
)
def test_metrics_have_exactly_the_promised_keys(home: Path, asked: tuple[str, ...]) -> None:
    """Every object has the fifteen keys, in their order, whatever was asked for."""
    values = facts("metrics", "--home", home, *asked)
    assert values
    # `least` and `most` stand in it only where something is unknown, `clock` only of working time.
    assert all([key for key in value if key not in ("least", "most", "clock")] == KEYS for value in values)
    assert all(("least" in value) == ("most" in value) for value in values)


def test_no_data_is_null_with_its_reason(home: Path) -> None:
    """A period without data has null values whose verdict says why, and never 0 instead."""
    values = facts("metrics", "--home", home, "--period", "2019-Q1")
    assert {value["metric"] for value in values} == {metric.key for metric in CATALOG}
    for value in values:
        assert (value["value"], value["low"], value["high"]) == (None, None, None)
        assert value["verdict"].startswith("No data: ")
        assert len(value["verdict"]) > len("No data: ")


def test_periods_and_grains_and_splits(home: Path) -> None:
    """The weeks that begin in a quarter, by channel: each week once for each channel, gaps included."""
    asked = ("--metric", "flow_time", "--period", "2025-Q2", "--grain", "week", "--by", "channel")
    values = [value for value in facts("metrics", "--home", home, *asked) if value["statistic"] == "p50"]
    weeks = [f"2025-W{number}" for number in range(15, 28)]
    assert [value["period"] for value in values] == weeks * 2
    assert {value["dimensions"]["channel"] for value in values} == {"phone", "web"}
    assert {value["grain"] for value in values} == {"week"}


def test_all_weeks(home: Path) -> None:
    """--period all --grain week is every week there is, not one value."""
    values = facts("metrics", "--home", home, "--metric", "first_time_right", "--period", "all", "--grain", "week")
    assert [value["period"] for value in values] == ["2025-W13", "2025-W14"]


def test_two_splits_at_once(home: Path) -> None:
    """--by twice gives each combination that occurs."""
    split = ("--by", "previous_step", "--by", "step")
    values = facts("metrics", "--home", home, "--metric", "step_pairs", "--period", "all", *split)
    pairs = {(v["dimensions"]["previous_step"], v["dimensions"]["step"]): v["value"] for v in values}
    assert pairs == {
        ("Order", "Check"): 20, ("Check", "Return"): 6, ("Return", "Check"): 6, ("Check", "Deliver"): 18,
        ("Check", "Cancel"): 1,
    }  # fmt: skip


def test_status_counts_what_is_there(home: Path) -> None:
    """Events, cases, open cases and quarantine of each stream, and when it arrived and ran."""
    (status,) = facts("status", "--home", home)
    counted = {name: status[name] for name in ("stream", "events", "cases", "open_cases", "quarantined")}
    assert counted == {"stream": "orders", "events": 71, "cases": 20, "open_cases": 1, "quarantined": 0}
    assert all(status[name] for name in ("last_event", "last_arrival", "last_run", "run_id"))


def test_doctor_says_what_is_missing_and_how_to_get_it(home: Path) -> None:
    """Every finding has its name, what was found, and advice where it is not well."""
    findings = facts("doctor", "--home", home)
    names = {finding["name"] for finding in findings}
    assert {"python", "duckdb", "disk", "memory limit", "chromium", "time zones", "home"} <= names
    assert all(finding["advice"] for finding in findings if not finding["is_well"])


def test_people_get_tables(home: Path) -> None:
    """Without --json the same facts are shown for people, a missing value as a dash."""
    for name in ("status", "metrics", "doctor"):
        ended = command(name, "--home", home)
        assert (ended.code, ended.err) == (0, "")
        assert "{" not in ended.out
    assert "–" in command("metrics", "--home", home).out


# Importing


def test_the_second_import_says_0_new(tmp_path: Path, stream: Path) -> None:
    """Read, new, duplicate and quarantined of both imports; the ledger stays as it was."""
    log = write_log(tmp_path / "orders.csv", rows())
    first = facts("import", log, "--stream", stream, "--home", tmp_path / "home")
    before = _ledger(tmp_path / "home" / "ledger")
    again = facts("import", log, "--stream", stream, "--home", tmp_path / "home")
    counted = [tuple(r[name] for name in ("read", "new", "duplicate", "quarantined")) for r in (first, again)]
    assert counted == [(71, 71, 0, 0), (71, 0, 71, 0)]
    assert "0 new" in command("import", log, "--stream", stream, "--home", tmp_path / "home").out
    assert _ledger(tmp_path / "home" / "ledger") == before


def test_a_row_of_another_time_is_kept_aside(tmp_path: Path, stream: Path) -> None:
    """One row of 1948 is quarantined with its reason while the rest arrives; --strict refuses it all."""
    log = write_log(tmp_path / "orders.csv", [*rows(), ("old", "Order", "1948-05-05T08:00:00Z", "shop", "web")])
    target = ("--stream", stream, "--home", tmp_path / "home")
    _assert_refused(command("import", log, *target, "--strict"), "1948", "Nothing was imported")
    assert _ledger(tmp_path / "home" / "ledger") == {}
    receipt = facts("import", log, *target)
    assert (receipt["new"], receipt["quarantined"]) == (71, 1)
    assert receipt["reasons"] == {"time before 1990: 1948-05-05": 1}
    assert "time before 1990" in command("import", log, "--stream", stream, "--home", tmp_path / "other").out


def test_offsets_and_odd_names(tmp_path: Path, stream: Path) -> None:
    """Mixed offsets within one log are one instant each, and an order called NA is an order."""
    times = {
        "NA": ("2025-03-30T01:30:00+01:00", "2025-03-30T03:30:00+02:00"),  # across the change to summer time
        "null": ("2025-03-30T08:00:00Z", "2025-03-30T08:00:00-04:00"),
    }
    told = [
        (order, step, at, "shop", "web")
        for order, ats in times.items()
        for step, at in zip(("Order", "Deliver"), ats, strict=True)
    ]
    measured(tmp_path / "home", (write_log(tmp_path / "odd.csv", told), stream))
    values = facts("metrics", "--home", tmp_path / "home", "--metric", "flow_time", "--period", "all")
    (mean,) = [value for value in values if value["statistic"] == "mean"]
    assert (mean["n"], mean["value"]) == (2, pytest.approx((1 + 4) / 2 / 24))


# A log of one's own


def test_from_a_log_to_its_page(tmp_path: Path) -> None:
    """`init` drafts a stream file that `review LOG --stream` takes as it is, imports, measures and publishes."""
    log = tmp_path / "orders.csv"
    write_log(log, rows(40), ("Case ID", "Activity", "Timestamp", "Resource", "Channel"))
    drafted = tmp_path / "stream.yaml"
    assert command("init", log, "--out", drafted).code == 0
    assert drafted.read_text("utf-8") == draft_stream(log)
    _assert_refused(command("init", log, "--out", drafted), "exists already", "--force")
    (page,) = facts("review", log, "--stream", drafted, "--home", tmp_path / "home")
    assert len(page["sentences"]) >= 4
    assert Path(page["page"]).read_text("utf-8").lstrip().lower().startswith("<!doctype html>")


def test_a_review_of_a_quarter(home: Path) -> None:
    """`review --period P` publishes that quarter of what was imported and measured."""
    (page,) = facts("review", "--period", "2025-Q1", "--home", home)
    assert (page["stream"], page["period"]) == ("orders", "2025-Q1")
    assert Path(page["page"]).is_file()


def test_a_review_in_german(home: Path) -> None:
    """`review --language de` publishes in German this time; a language without pages is refused before any work."""
    (page,) = facts("review", "--period", "2025-Q1", "--language", "de", "--home", home)
    assert '<html lang="de">' in Path(page["page"]).read_text("utf-8")
    assert page["sentences"][0].endswith("Noch kein früherer Wert zum Vergleich.")
    _assert_refused(command("review", "--language", "fr", "--home", home), "'fr'", "de")


def test_slides_get_the_master_asked_for(home: Path, tmp_path: Path) -> None:
    """A published review is a template; a deck of another house is refused before any work, with what it lacks."""
    (page,) = facts("review", "--period", "2025-Q1", "--home", home)
    slides = Path(page["page"]).with_name("review.pptx")
    template = tmp_path / "company.pptx"
    template.write_bytes(slides.read_bytes())
    facts("review", "--period", "2025-Q1", "--template", template, "--home", home)
    assert len(Presentation(str(slides)).slides) == len(Presentation(str(template)).slides)
    Presentation().save(str(tmp_path / "other.pptx"))
    refused = command("review", "--template", tmp_path / "other.pptx", "--home", home)
    _assert_refused(refused, "lacks the layout 'Opening'")


# Bad input


def _bad_files() -> dict[str, tuple[str, bytes, tuple[str, ...]]]:
    return {
        "unknown format": ("log.xlsx", b"PK", ("Known endings", ".csv")),
        "truncated gzip": ("log.xes.gz", gzip.compress(LOG * 99)[:-20], ("log.xes.gz", "truncated gzip")),
        "broken XML": ("log.xes", LOG.replace(b"</event>", b""), ("line 3", "broken XML")),
        "billion laughs": ("log.xes", LAUGHS, ("line 2", "entity")),
        "no timestamps": ("log.xes", LOG.replace(b"time:timestamp", b"when"), ("no timestamp",)),
        "unknown column": ("log.csv", TABLE.replace("order,", "orders,").encode(), ("Did you mean 'orders'",)),
        "wrong encoding": ("log.csv", TABLE.replace("shop", "Käthe").encode("latin-1"), ("line 2", "utf-8")),
        "empty file": ("log.csv", b"", ("log.csv is empty",)),
        "header only": ("log.csv", (",".join(HEADER) + "\n").encode(), ("holds no events",)),
    }  # fmt: skip


@pytest.mark.parametrize("bad", _bad_files())
def test_a_bad_file_is_refused(bad: str, tmp_path: Path, stream: Path, home: Path) -> None:
    """The sentence names the file's fault, and the ledger is byte for byte as it was."""
    name, content, words = _bad_files()[bad]
    path = tmp_path / name
    path.write_bytes(content)
    before = _ledger(home / "ledger")
    _assert_refused(command("import", path, "--stream", stream, "--home", home), *words)
    assert _ledger(home / "ledger") == before


def test_a_missing_file_is_refused(tmp_path: Path, stream: Path, home: Path) -> None:
    """Whichever file is missing is named, in every command that reads one."""
    log = write_log(tmp_path / "orders.csv", rows(2))
    _assert_refused(command("import", tmp_path / "none.xes", "--stream", stream, "--home", home), "none.xes")
    _assert_refused(command("import", log, "--stream", tmp_path / "none.yaml", "--home", home), "none.yaml", "init")
    _assert_refused(command("init", tmp_path / "none.xes", "--out", tmp_path / "s.yaml"), "none.xes")
    _assert_refused(command("review", tmp_path / "none.xes", "--stream", stream, "--home", home), "none.xes")
    _assert_refused(command("review", log, "--home", home), "--stream")


BAD_STREAMS = {
    "unknown step": (STREAM.replace("[Deliver]}", "[Delivr]}", 1), ("'Delivr'", "'Deliver'", "line 9")),
    "unknown key": (STREAM.replace("rework:", "rewrok:"), ("'rewrok'", "Did you mean 'rework'", "line ")),
    "missing key": (STREAM.replace("stream: orders\n", ""), ("'stream' is missing",)),
    "unknown zone": (STREAM.replace("Europe/Berlin", "Europe/Berlim"), ("Europe/Berlim", "line 3")),
    "unknown metric": (STREAM + "targets: {flow_tim: {p50: 1 day}}\n", ("'flow_tim'", "'flow_time'")),
    "rates not there": (STREAM.replace("rates.csv", "prices.csv"), ("prices.csv",)),
    "no YAML": ("stream: [", ("not valid YAML", "line 1")),
    "empty": ("", ("stream",)),
}  # fmt: skip


@pytest.mark.parametrize("bad", BAD_STREAMS)
def test_a_bad_stream_file_is_refused(bad: str, tmp_path: Path) -> None:
    """The sentence names the line and the nearest thing that exists; nothing is imported."""
    text, words = BAD_STREAMS[bad]
    stream = write_stream(tmp_path)
    stream.write_text(text, "utf-8")
    log, home = write_log(tmp_path / "orders.csv", rows()), tmp_path / "home"
    _assert_refused(command("import", log, "--stream", stream, "--home", home), *words)
    assert _ledger(home / "ledger") == {}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (("metrics", "--metric", "flow_tim"), ("'flow_tim'", "Did you mean 'flow_time'")),
        (("metrics", "--period", "2025-Q5"), ("'2025-Q5'", "2026-Q3")),
        (("metrics", "--grain", "fortnight"), ("'fortnight'", "week, month, quarter")),
        (("metrics", "--period", "2025-04", "--grain", "quarter"), ("2025-04 is a month", "finer grain")),
        (("metrics", "--metric", "flow_time", "--by", "chanel"), ("'chanel'", "'channel'")),
        (("metrics", "--metric", "flow_time", "--by", "rule"), ("flow_time", "'rule'")),
        (("metrics", "--stream", "order"), ("'order'", "orders")),
        (("review", "--period", "2025-04"), ("'2025-04'", "quarter")),
    ],
    ids=lambda told: " ".join(told[-1:]),
)
def test_what_does_not_exist_is_refused(home: Path, asked: tuple[str, ...], words: tuple[str, ...]) -> None:
    """An unknown metric, period, grain, dimension or stream is named beside what exists."""
    _assert_refused(command(*asked, "--home", home), *words)


@pytest.mark.parametrize("line", ["run", "metrics", "review", "status", "serve --no-receive"])
def test_nothing_imported_yet(line: str, tmp_path: Path) -> None:
    """Every command that needs an import says so, and leaves no home behind."""
    _assert_refused(command(*line.split(), "--home", tmp_path / "home"), "streamgauge")
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("name", ["run", "metrics", "review", "status", "serve", "receive", "load", "doctor"])
def test_a_home_that_is_a_file(name: str, tmp_path: Path) -> None:
    """A file is no home."""
    path = tmp_path / "home"
    path.write_text("x")
    _assert_refused(command(name, "--home", path), "is a file")


def test_imported_but_not_run(tmp_path: Path, stream: Path) -> None:
    """Before the first run there are events and no values: status says unknown, metrics says what to do."""
    facts("import", write_log(tmp_path / "orders.csv", rows(3)), "--stream", stream, "--home", tmp_path / "home")
    (status,) = facts("status", "--home", tmp_path / "home")
    assert (status["cases"], status["last_run"]) == (None, None)
    _assert_refused(command("metrics", "--home", tmp_path / "home"), "streamgauge run")


def test_a_process_refuses_the_same_way(tmp_path: Path, stream: Path) -> None:
    """As a process: the code the shell sees is 2, and the sentence stands alone on standard error."""
    path = tmp_path / "log.xes"
    path.write_bytes(LOG.replace(b"</event>", b""))
    _assert_refused(process("import", path, "--stream", stream, "--home", tmp_path / "home"), "line 3", "broken XML")
