"""Rejections and corrections on the allow-list: they are named as rework, and no list makes them repeats."""

from __future__ import annotations

import pytest

from tests.metrics.coded_events import Log, Row, made_stream


@pytest.mark.parametrize(("section", "column"), [("rejections", "rejections"), ("corrections", "corrections")])
def test_what_is_named_rework_is_no_allowed_repeat(section: str, column: str) -> None:
    """Done twice it counts twice, by its name; the allow-list lets other steps repeat."""
    rows: list[Row] = [("c1", step, f"Mon {n:02d}:00") for n, step in enumerate("AMAM")]
    allowed = [{"step": "M", "reason": "a habit"}]
    case = Log(made_stream(rework={section: ["M"], "allowed": allowed}), rows).case()
    assert (case[column], case["allowed_repeats"], case["loops"]) == (2, 0, 1)
