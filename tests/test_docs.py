"""Docs that cannot lie: generated pages are fresh, and what they show works."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
import yaml
from pydantic import Field

from docs.build import FOLDER, PAGES, build, main, stale_pages
from docs.metric_page import GLOSSARY, edge_cases_of
from docs.stream_page import MINIMAL
from docs.type_words import type_text
from metrics.catalog import CATALOG
from metrics.finance.benefit import CLASSES, Benefit
from metrics.finance.file import parse_finance
from metrics.finance.history import STATES
from metrics.metric import Metric
from metrics.published import PUBLISHED
from metrics.stream import parse_stream
from metrics.stream.finance import Finance
from metrics.stream.gates import Gates
from metrics.stream.model import Stream
from metrics.stream.section import Identifier
from metrics.stream.source import Spans
from metrics.tables import CONTRACT
from pipelines.checks.laws import LAWS
from pipelines.loading.routing import UNROUTED
from pipelines.settings import INBOX_DAYS
from tests.journeys.benefits_page import shown_yaml


def test_the_pages_are_fresh() -> None:
    """What the code says now is what the pages say; if not: make docs."""
    assert stale_pages() == []


def test_building_writes_what_is_stale(tmp_path: Path) -> None:
    """A first build writes every page, a second none, and a changed page is noticed."""
    assert build(tmp_path) == list(PAGES)
    assert build(tmp_path) == []
    (tmp_path / "tables.md").write_text("old")
    assert stale_pages(tmp_path) == ["tables.md"]


def test_an_unknown_option_is_refused() -> None:
    """Anything but --check is a mistake, told with exit code 2."""
    assert main(["--force"]) == 2


def test_the_minimal_stream_file_parses() -> None:
    """The smallest stream file in the docs is one."""
    assert parse_stream(MINIMAL).stream == "customer_orders"


@pytest.mark.parametrize("metric", CATALOG, ids=lambda metric: metric.key)
def test_every_metric_has_its_part(metric: Metric) -> None:
    """Each metric is in the contents and has its sentence and each of its edge cases on the page."""
    text = PAGES["metrics.md"]()
    assert f"](#{metric.key})" in text
    assert metric.sentence in text
    assert len(edge_cases_of(metric)) >= 2
    assert all(case.replace(" -> ", " → ") in text for case in edge_cases_of(metric))


def test_every_table_and_column_is_told() -> None:
    """No contract table, published table or column is missing."""
    text = PAGES["tables.md"]()
    for table in (*CONTRACT, *PUBLISHED):
        part = text.split(f"\n## {table.name}\n")[1].split("\n## ")[0]
        assert all(f"| `{column.name}` |" in part for column in table.columns)


def test_every_key_of_the_stream_file_is_told() -> None:
    """Each key stands with a type in words; no Python shows through."""
    text = PAGES["stream-file.md"]()
    assert all(f"| `{name}` |" in text for name in Stream.model_fields)
    assert not re.search(r"tuple\[|dict\[|NoneType|typing\.|<class", text)


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        (Annotated[int, Field(ge=1, le=12)], "whole number, 1 to 12"),
        (Annotated[float, Field(gt=0, le=8784)] | None, "number, above 0, at most 8,784"),
        (Annotated[str, Field(min_length=1)], "text, not empty"),
        (Annotated[str, Field(max_length=500)], "text, at most 500 characters"),
        (Annotated[tuple[str, ...], Field(min_length=1)], "list of text, at least 1"),
        (Annotated[str, Field(pattern="^x$")], "text like `^x$`"),
        (Annotated[int, Field(ge=0)] | Literal["all"], "whole number, at least 0, or `all`"),
        (Annotated[Decimal, Field(max_digits=9, decimal_places=2)], "exact number, up to 9 digits, 2 behind the point"),
        (Identifier, "identifier (`a-z`, `0-9`, `_`)"),
    ],
)
def test_bounds_are_told_in_words(annotation: Any, words: str) -> None:
    """What a value has to be between stands beside its type."""
    assert type_text(annotation) == words


def test_links_lead_somewhere() -> None:
    """Every link within the generated pages has its target."""
    for name in PAGES:
        text = (FOLDER / name).read_text("utf-8")
        anchors = set(re.findall(r'id="([^"]+)"', text))
        anchors |= {title.lower().replace(" ", "-") for title in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}
        assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= anchors
        assert all((FOLDER / target).is_file() for target in re.findall(r"\]\(([a-z-]+\.md)\)", text))


def test_the_glossary_has_the_words_of_the_house() -> None:
    """One word per concept, and each is explained."""
    assert list(GLOSSARY) == [
        "stream", "case", "step", "visit", "handoff", "performer", "release", "failure episode",
        "outcome", "period", "scope", "rate card", "bill", "allocation", "idle capacity", "variance", "benefit",
        "budget line", "run cost", "payback", "closed quarter", "restatement", "evidence",
    ]  # fmt: skip


def test_the_page_of_benefits_can_be_copied() -> None:
    """Its pieces of a stream file and of a benefits file can be read, and it names every key, class and state."""
    text = (FOLDER / "benefits.md").read_text("utf-8")
    stream_piece, claim_piece = shown_yaml()
    assert Finance.model_validate(yaml.safe_load(stream_piece)["finance"]).benefits == "benefits.yaml"
    (claim,) = parse_finance(claim_piece, "benefits.yaml", parse_stream(MINIMAL)).benefits
    assert claim.id == "credit_licence"
    keys = [field.alias or name for name, field in Benefit.model_fields.items()]
    assert not [key for key in keys if f"`{key}`" not in text and f"{key}:" not in text]
    assert all(f"`{word}`" in text for word in (*CLASSES, *STATES))


def test_the_page_of_arrivals_is_true() -> None:
    """Every place, table, check and variable it names is there, and its piece of a stream file can be read."""
    text = (FOLDER / "arrivals.md").read_text("utf-8")
    (piece,) = re.findall(r"```yaml\nsource:\n  spans:\n(.*?)```", text, re.DOTALL)
    assert Spans.model_validate(yaml.safe_load(piece)).steps == {"POST /orders": "Receive order", "GET /health": None}
    checks = {law.name for law in LAWS}
    assert {"every_number_arrived", "events_arrive_after_they_happen"} <= checks
    assert all(f"`{name}`" in text for name in ("every_number_arrived", "events_arrive_after_they_happen", UNROUTED))
    events = next(table for table in CONTRACT if table.name == "events").column_names
    assert {"is_late", "is_in_effect", "ingested_at"} <= set(events)
    assert f"kept for {INBOX_DAYS} days" in text
    assert f"`gates.late_hours` of the stream file ({Gates().late_hours:g})" in text
