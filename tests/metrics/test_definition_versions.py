"""A definition that comes to mean something else gets a new version: SQL and version stand in a committed list."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from metrics.baseline import sql_hash_of
from metrics.catalog import CATALOG
from metrics.metric import Metric

LIST = Path(__file__).parent / "definition_versions.txt"


def line_of(metric: Metric) -> str:
    """As the list says it: key, version, hash of the SQL."""
    return f"{metric.key} {metric.version} {sql_hash_of(metric)[:16]}"


def listed() -> dict[str, tuple[str, str]]:
    """Version and hash by key."""
    lines = (line.split() for line in LIST.read_text("utf-8").splitlines() if line)
    return {key: (version, sql) for key, version, sql in lines}


@pytest.mark.parametrize("metric", CATALOG, ids=lambda metric: metric.key)
def test_other_sql_has_another_version(metric: Metric) -> None:
    """A changed SQL under the same version fails; a new version or metric is listed by running this file."""
    version, sql = listed().get(metric.key, ("", ""))
    assert sql == sql_hash_of(metric)[:16] or version != metric.version, (
        f"The SQL of {metric.key} changed and its version is still {version}: raise it. Closed quarters would be "
        "restated by it; see how: streamgauge impact"
    )
    assert (version, sql) == (metric.version, sql_hash_of(metric)[:16]), (
        f"List version {metric.version} of {metric.key}: python -m tests.metrics.test_definition_versions"
    )


def test_nothing_else_is_listed() -> None:
    """A metric that is gone leaves the list, too."""
    assert set(listed()) == {metric.key for metric in CATALOG}


if __name__ == "__main__":
    known = listed() if LIST.exists() else {}
    told = ((m, known.get(m.key, ("", ""))) for m in CATALOG)
    unversioned = [m.key for m, (version, sql) in told if version == m.version and sql != sql_hash_of(m)[:16]]
    if unversioned:
        sys.exit(f"Raise the version of {', '.join(unversioned)} first: the SQL changed.")
    LIST.write_text("".join(f"{line_of(metric)}\n" for metric in CATALOG), "utf-8")
