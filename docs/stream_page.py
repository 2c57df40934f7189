"""docs/stream-file.md: every key of the stream file, read off the models that check it."""

from __future__ import annotations

from collections.abc import Iterable

from docs.markdown import fenced, generated_from, page
from docs.section_words import write_sections
from metrics.stream.model import Stream
from metrics.stream.performer_registry import COLUMNS, REQUIRED

MINIMAL = """
stream: customer_orders
name: Customer orders
time_zone: Europe/Berlin
trigger:
  steps: [Receive order]
outcomes:
  - name: delivered
    kind: completed
    steps: [Deliver]
"""
REGISTRY = """
performer,kind,role,valid_from,valid_to
p-2f9c0d1e5a7b3c44,human,clerk,,2026-03-01
p-2f9c0d1e5a7b3c44,agent,,2026-03-01,
scanner-7,system,,,
"""


def write_stream_file() -> str:
    """The whole page."""
    return page(
        ["# The stream file"],
        generated_from("the sections in `metrics/stream/`"),
        [
            "One `stream.yaml` per value stream says what the log cannot: what starts the clock and what stops it,",
            "who is automated, what counts as rework and as a failure, and what to reach.",
            "Draft one with `streamgauge init LOG`.",
            "Unknown keys are refused, and every error names the line.",
        ],
        ["## The smallest one"],
        fenced("yaml", MINIMAL),
        ["## Keys"],
        *write_sections(Stream),
        ["## The performer registry"],
        [
            f"The CSV that `performers.registry` names has the columns {_listed(COLUMNS)};",
            f"all but {_listed(REQUIRED)} may be left out or empty.",
            "A line holds from the local day `valid_from` to the day before `valid_to`. Lines of one performer never",
            "overlap. On a day that none of them covers the kind is unknown: an account used outside its dates is",
            "nobody's guess. A role or team stands where the event told none.",
            "Here an AI agent took over a clerk's account:",
        ],
        fenced("csv", REGISTRY),
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
