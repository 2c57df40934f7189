"""What docs/receiver.md tells operators is what the receiver does."""

from __future__ import annotations

import re

import pytest

from pipelines.receiver.limits import Limits
from pipelines.receiver.openapi import DOCUMENT
from pipelines.receiver.self_metrics import HELP
from tests.house.files import ROOT

TEXT = (ROOT / "docs" / "receiver.md").read_text("utf-8")


def test_every_metric_path_and_status_is_told() -> None:
    """Operators find each of them by its name, and no metric that does not exist."""
    assert set(re.findall(r"`((?:streamgauge_receiver|http_server)_\w+)", TEXT)) == set(HELP)
    assert all(path in TEXT for path in DOCUMENT["paths"] if path != "/openapi.json")
    statuses = {status for path in DOCUMENT["paths"].values() for told in path.values() for status in told["responses"]}
    assert all(re.search(rf"^\| .*\b{status}\b", TEXT, re.MULTILINE) for status in statuses)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("body as sent | 64 MiB", Limits().body_bytes == 64 << 20),
        ("body unpacked | 64 MiB", Limits().unpacked_bytes == 64 << 20),
        ("beyond the first MiB | 200", Limits().unpacked_ratio == 200),
        ("bodies in memory together | 256 MiB", Limits().held_bytes == 256 << 20),
        ("256 · 1,024", (Limits().concurrent_requests, Limits().connections) == (256, 1_024)),
        ("64 KiB, 10 s", (Limits().head_bytes, Limits().head_seconds) == (1 << 16, 10)),
        ("body of a request | 30 s", Limits().body_seconds == 30),
        ("idle connection | 75 s", Limits().idle_seconds == 75),
    ],
)
def test_the_limits_on_the_page_are_the_limits(line: str, value: bool) -> None:
    """A default that changes changes the page."""
    assert line in TEXT
    assert value
