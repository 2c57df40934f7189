"""Drafting: the draft parses as it is, names what the log shows with its numbers, and no name can break out of it."""

from __future__ import annotations

import gzip
import os
import re
from pathlib import Path

import polars as pl
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics.stream import Stream, check_steps, parse_stream
from metrics.stream.source import Source
from pipelines.drafting import draft_stream
from pipelines.drafting.text import comment, scalar
from pipelines.drafting.words import is_correction, is_rejection, machine_word, outcome_kind_of
from pipelines.errors import SourceError
from pipelines.ledger.append import append
from pipelines.settings import Settings
from pipelines.sources import source_for

ROOT = Path(__file__).parents[2]
DATASETS = Path(os.environ.get("STREAMGAUGE_DATASETS", ROOT.parent / "shared" / "data"))
HEADER = "Case ID,Activity,Timestamp,Resource\n"
HOSTILE = (
    "a\nstream: stolen", "0{", "x: y # z", "- [", "*alias", "&anchor", "'", '"', "{}", "null", "yes", "1e3",
    "2020-01-01", "=",
    "\x85next", "\u2028line", "%TAG", "@at", "`", "<<", "!!python/object", "it's: \"so\"", "é𝄞", "\\",
    "?", "|", ">", "~",
)  # fmt: skip


def _write_csv(path: Path, rows: list[tuple[str, ...]], header: str = HEADER) -> Path:
    quoted = (",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    path.write_text(header + "\n".join(quoted) + "\n", "utf-8", newline="")
    return path


def _orders(count: int = 10, *, minute: str = "2026-01-{day:02d}T0{hour}:00:00+01:00") -> list[tuple[str, ...]]:
    steps = (("Place order", "shop_bot"), ("Check", "Mia"), ("Order delivered", "shop_bot"))
    return [
        (f"o{case}", step, minute.format(day=case + 1, hour=hour), who)
        for case in range(count)
        for hour, (step, who) in enumerate(steps, 1)
    ]


def _draft(path: Path) -> tuple[Stream, str]:
    text = draft_stream(path)
    return parse_stream(text), text


@pytest.fixture
def domestic() -> Path:
    """The real log of travel declarations."""
    path = DATASETS / "bpic20" / "DomesticDeclarations.xes.gz"
    if not path.is_file():
        pytest.skip(f"{path.name} is not there; set STREAMGAUGE_DATASETS to the folder of real logs")
    return path


def test_trigger_outcome_and_kinds_of_a_small_table(tmp_path: Path) -> None:
    """First step, last step and machines are named, each with its numbers in a comment."""
    stream, text = _draft(_write_csv(tmp_path / "orders.csv", _orders()))
    assert stream.trigger.steps == ("Place order",)
    assert "# 100.0 % of 10 cases begin with this step" in text
    assert [(o.kind, o.steps) for o in stream.outcomes] == [("completed", ("Order delivered",))]
    assert {rule.kind: rule.performers for rule in stream.performers.kinds} == {
        "system": ("shop_bot",),
        "human": ("Mia",),
    }
    assert "the name says 'bot'" in text
    assert [step.name for step in stream.steps] == ["Place order", "Check", "Order delivered"]


def test_columns_of_a_table_are_guessed_and_told(tmp_path: Path) -> None:
    """Each guessed column is written into the mapping and said in a comment."""
    stream, text = _draft(_write_csv(tmp_path / "orders.csv", _orders()))
    assert stream.source.columns == {
        "case_id": "Case ID", "step": "Activity", "event_at": "Timestamp", "performer": "Resource",
    }  # fmt: skip
    assert "# Guessed: case_id is read from 'Case ID'" in text


def test_local_times_in_a_local_form_are_guessed(tmp_path: Path) -> None:
    """Times that are not ISO 8601 get a format, times without an offset a zone to be decided."""
    rows = _orders(20, minute="{day:02d}.01.2026 0{hour}:00")
    stream, text = _draft(_write_csv(tmp_path / "orders.csv", rows))
    assert (stream.source.time_format, stream.source.time_zone) == ("%d.%m.%Y %H:%M", "UTC")
    assert "UTC is a placeholder" in text


def test_semicolons_and_latin_1(tmp_path: Path) -> None:
    """Delimiter and encoding are guessed from the beginning of the file."""
    path = tmp_path / "orders.csv"
    lines = ["Vorgang;case;activity;timestamp"]
    lines += [f"x;o{case};Größe prüfen;2026-01-0{case}T01:00:00Z" for case in range(1, 4)]
    path.write_bytes("\n".join(lines).encode("latin-1"))
    stream, _ = _draft(path)
    assert (stream.source.delimiter, stream.source.encoding) == (";", "latin-1")
    assert stream.steps[0].name == "Größe prüfen"


def test_parquet_is_drafted_as_well(tmp_path: Path) -> None:
    """A Parquet file gives the trigger of the same rows as CSV."""
    path = tmp_path / "orders.parquet"
    pl.DataFrame(_orders(), schema=["case", "activity", "timestamp", "resource"], orient="row").write_parquet(path)
    assert _draft(path)[0].trigger.steps == ("Place order",)


def test_a_table_without_a_case_column_is_refused(tmp_path: Path) -> None:
    """Where no column looks like a case the error names the columns there are."""
    path = tmp_path / "odd.csv"
    path.write_text("alpha,beta\n1,2\n")
    with pytest.raises(SourceError, match=r"no column looks like 'case_id'.*'alpha', 'beta'"):
        draft_stream(path)


def test_a_mapping_that_is_given_is_kept(tmp_path: Path) -> None:
    """Columns told by the caller are used and written down as they are."""
    rows = [("u1", "Begin", "2026-01-01T00:00:00Z", "x")]
    path = _write_csv(tmp_path / "odd.csv", rows, "who,what,when,extra\n")
    told = Source.model_validate({"columns": {"case_id": "who", "step": "what", "event_at": "when"}})
    assert parse_stream(draft_stream(path, told)).source == told


def test_rework_echoes_and_failures(tmp_path: Path) -> None:
    """Refusing and mending steps are proposed, an echo is a commented hint, repeats come with their numbers."""
    steps = ("Submit", "Rejected by desk", "Rejected by applicant", "Adjust form", "Submit", "Approved", "Paid")
    rows = [
        (f"c{case}", step, f"2026-02-{case + 1:02d}T{hour:02d}:00:00Z", "Mia")
        for case in range(5)
        for hour, step in enumerate(steps)
    ]
    stream, text = _draft(_write_csv(tmp_path / "claims.csv", rows))
    assert set(stream.rework.rejections) == {"Rejected by desk", "Rejected by applicant"}
    assert stream.rework.corrections == ("Adjust form",)
    assert "# Echo? 100.0 % of 'Rejected by applicant'" in text
    assert "repeated in 5 cases (100.0 %), 5 times, 1.000 a case: 'Submit'" in text
    assert stream.failures[0].steady == ("Approved",)


def test_round_the_clock_is_a_system(tmp_path: Path) -> None:
    """Who works every hour of all seven days is a machine, and the draft says why."""
    rows = [(f"c{n}", "Sync", f"2026-03-{1 + n // 24:02d}T{n % 24:02d}:{n % 60:02d}:00Z", "R7") for n in range(24 * 28)]
    rows += [(f"d{n}", "Check", f"2026-03-{1 + n % 28:02d}T09:{n % 60:02d}:{n % 59:02d}Z", "Mia") for n in range(300)]
    stream, text = _draft(_write_csv(tmp_path / "sync.csv", rows))
    assert {rule.kind: rule.performers for rule in stream.performers.kinds} == {"system": ("R7",), "human": ("Mia",)}
    assert "active round the clock" in text


def test_unknown_lifecycle_words_are_shown(tmp_path: Path) -> None:
    """Words no standard knows are listed for a decision, and each such row stays a step."""
    rows = [(f"c{case}", "Call", f"2026-01-0{case}T00:00:00Z", "In Call") for case in range(1, 4)]
    path = _write_csv(tmp_path / "calls.csv", rows, "case,activity,timestamp,lifecycle\n")
    stream, text = _draft(path)
    assert stream.source.lifecycle_default == "instant"
    assert "# Lifecycle word 'In Call': 3 rows" in text


def test_without_a_clear_end_the_last_event_ends_a_case(tmp_path: Path) -> None:
    """Where last steps differ and no name speaks of an end, no step is made up."""
    rows = [
        (f"c{n}", step, f"2026-01-0{n}T0{h}:00:00Z", "") for n in range(1, 6) for h, step in enumerate(("A", f"B{n}"))
    ]
    stream, _ = _draft(_write_csv(tmp_path / "loose.csv", rows))
    assert stream.outcomes[0].last_event


def test_a_step_that_rarely_ends_a_case_is_no_outcome(tmp_path: Path) -> None:
    """What most cases end with is proposed, not what sounds like an end yet mostly comes before it."""
    rows = []
    for case in range(20):
        steps = ("Order", "Deliver", "Receive payment") if case < 3 else ("Order", "Receive payment", "Deliver")
        rows += [(f"c{case}", step, f"2026-01-{case + 1:02d}T0{hour}:00:00Z", "") for hour, step in enumerate(steps)]
    stream, _ = _draft(_write_csv(tmp_path / "orders.csv", rows))
    assert [outcome.steps for outcome in stream.outcomes] == [("Deliver",)]


def test_no_usable_row_is_an_error(tmp_path: Path) -> None:
    """A log of which no row can be an event is refused with the reason."""
    path = _write_csv(tmp_path / "old.csv", [("c1", "A", "1948-01-01T00:00:00Z", "x")])
    with pytest.raises(SourceError, match="time before 1990"):
        draft_stream(path)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(st.sampled_from(HOSTILE) | st.text(max_size=20), min_size=2, max_size=5, unique=True))
def test_hostile_names_stay_names(names: list[str], tmp_path: Path) -> None:
    """Whatever steps and performers are called, the draft parses and names exactly those that occur."""
    names = [name.replace("\x00", "").replace("\r", "") for name in names]
    names = [name for name in names if name.strip() and name.isascii() | name.isprintable() | (name in HOSTILE)]
    rows = [
        (f"c{case}", step, f"2026-01-0{case}T{hour:02d}:00:00Z", step)
        for case in range(1, 4)
        for hour, step in enumerate(names)
    ]
    if not rows:
        return
    path = tmp_path / "log.parquet"
    pl.DataFrame(rows, schema=["case", "activity", "timestamp", "resource"], orient="row").write_parquet(path)
    stream, text = _draft(path)
    check_steps(stream, names, text)
    assert "stolen" not in stream.stream
    assert {step.name for step in stream.steps} == set(names)


@given(st.text())
def test_a_scalar_reads_back_as_the_same_text(text: str) -> None:
    """One line of YAML, and the same text again."""
    line = scalar(text)
    assert "\n" not in line
    assert yaml.safe_load(f"- {line} # comment") == [text]


@given(st.text())
def test_a_comment_is_one_line(text: str) -> None:
    """Nothing in a name ends the comment it stands in."""
    assert len(comment(text).splitlines()) == 1
    assert yaml.safe_load(comment(text)) is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Payment Handled", "completed"), ("order_delivered", "completed"), ("orderCancelled", "cancelled"),
        ("O_WITHDRAWN", "cancelled"), ("Request REJECTED", "rejected"), ("Cart abandoned", "abandoned"),
        ("Deliver", "completed"), ("Request Payment", None), ("Incomplete form", None),
    ],
)  # fmt: skip
def test_words_of_outcomes(name: str, kind: str | None) -> None:
    """Words in any spelling tell the kind of an outcome; words within words do not."""
    assert outcome_kind_of(name) == kind


def test_words_of_rework_and_machines() -> None:
    """Rejecting, mending and machines are told by words; people with technical titles are no machines."""
    assert is_rejection("Return to customer")
    assert is_correction("T03 Adjust confirmation")
    assert machine_word("BATCH_01") == ("system", "batch")
    assert machine_word("Customer service") is None
    assert machine_word("system administrator") is None


def test_the_real_log_is_drafted_right(domestic: Path) -> None:
    """Domestic declarations: submitted starts, paid ends, SYSTEM is a machine, roles are responsible."""
    stream, text = _draft(domestic)
    assert stream.trigger.steps == ("Declaration SUBMITTED by EMPLOYEE",)
    assert "# 98.7 % of 10,500 cases begin with this step" in text
    assert (stream.outcomes[0].kind, stream.outcomes[0].steps) == ("completed", ("Payment Handled",))
    assert "SYSTEM" in next(rule for rule in stream.performers.kinds if rule.kind == "system").performers
    assert stream.performers.responsible == "role"
    known = pl.concat(source_for(domestic).read(domestic, stream.source))["step"].unique().to_list()
    check_steps(stream, known, text)
    assert re.search(r"Echo\? 99\.\d % of 'Declaration REJECTED by EMPLOYEE'", text)
    assert "as in central Europe" in text


def test_a_draft_imports_unchanged(domestic: Path, tmp_path: Path) -> None:
    """Drafting, then importing with the draft's own mapping, keeps every row (of the first of each batch)."""
    stream, _ = _draft(domestic)
    batches = [batch.head(5_000) for batch in source_for(domestic).read(domestic, stream.source)]
    receipt = append(Settings(home=tmp_path / "home"), stream.stream, batches)
    rows = sum(batch.height for batch in batches)
    assert (receipt.read, receipt.new, receipt.quarantined) == (rows, rows, 0)


def test_a_damaged_file_says_so(tmp_path: Path) -> None:
    """A truncated gzip is refused with the source's own sentence."""
    path = tmp_path / "log.xes.gz"
    whole = gzip.compress(b"<log>" + os.urandom(5000).hex().encode() + b"</log>")
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SourceError, match="gzip"):
        draft_stream(path)
