"""The relation a watch writes: instants are instants, and each column is one of what it tells."""

from __future__ import annotations

from dataclasses import fields

from metrics.facts.watch.incidents import WATCHED, Watched


def test_instants_are_told_to_the_microsecond() -> None:
    """Columns that end in _at hold instants, not days; there is one for each thing a watch knows."""
    assert {kind for name, kind in WATCHED.items() if name.endswith("_at")} == {"TIMESTAMP"}
    assert list(WATCHED) == [field.name for field in fields(Watched)]
