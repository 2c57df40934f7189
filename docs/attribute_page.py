"""docs/attributes.md: every name an event may carry, read off the wire contract in streamgauge.attributes."""

from __future__ import annotations

import json
from collections.abc import Iterable

from docs.markdown import fenced, generated_from, page, table
from streamgauge.attributes import ATTRIBUTES, PREFIX, Attribute, Stability

EVENT = """
{"specversion": "1.0", "id": "0198c5b6-7a10-7d3e-9f64-0c1b2a3d4e5f", "source": "/credit-desk/3f9a0c2d11ab",
 "type": "step.complete", "time": "2026-07-20T06:00:00.000000Z",
 "data": {"event.sequence": 4711, "service.name": "credit-desk", "stream.name": "order_to_cash",
          "case.id": "O-0004711", "step.name": "Approve credit", "step.instance_id": "O-0004711/credit/1",
          "performer.kind": "human", "performer.role": "Credit desk", "lifecycle": "complete", "outcome": "success"}}
"""


def write_attributes() -> str:
    """The whole page."""
    ours = [attribute for attribute in ATTRIBUTES if attribute.stability is not Stability.ADOPTED]
    adopted = [attribute for attribute in ATTRIBUTES if attribute.stability is Stability.ADOPTED]
    return page(
        ["# What services tell"],
        generated_from("`instrumentation/streamgauge/attributes.py`"),
        [
            "An event is a CloudEvent 1.0 in JSON. Its `data` holds these attributes under their short names: without",
            f"`{PREFIX}`. Spans and OpenTelemetry log records carry them under their full names.",
            "A caller's own attributes stand beside them; segments of the stream file read those.",
            "A name is declared once, means one thing, and is never used again after it was retired.",
        ],
        fenced("json", EVENT),
        ["## Our names"],
        _write_table(ours),
        ["## Names adopted from OpenTelemetry"],
        _write_table(adopted),
        ["## What each is not"],
        table(("name", "is not"), ((f"`{told.short_name}`", told.is_not) for told in ATTRIBUTES)),
    )


def _write_table(attributes: Iterable[Attribute]) -> list[str]:
    return table(
        ("name", "type", "requirement", "example", "meaning", "stability"),
        (
            (f"`{told.name}`", _type_text(told), told.requirement, _example(told), told.meaning, told.stability)
            for told in attributes
        ),
    )


def _type_text(told: Attribute) -> str:
    words = " of " + ", ".join(f"`{word}`" for word in told.values) if told.values else ""
    unit = f" ({told.unit})" if told.unit else ""
    return f"{told.type}{words}{unit}"


def _example(told: Attribute) -> str:
    return f"`{told.example if isinstance(told.example, str) else json.dumps(told.example)}`"
