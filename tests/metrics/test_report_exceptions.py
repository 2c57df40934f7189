"""Exceptions: which classes came with most customer time, held against the cases without them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.reports import exceptions
from metrics.reports.exceptions import FEWEST, rows
from tests.metrics.coded_events import Log, Row, made_stream
from tests.metrics.log_tables import log_of, tables_of

HOUR = 1 / 24
USUAL = ["ABD"] * FEWEST


def _found(log: Log) -> dict[tuple[str, str], dict[str, Any]]:
    found = [dict(row) for row in rows(tables_of(log), log.stream)]
    assert [row["rank"] for row in found] == list(range(1, len(found) + 1))
    return {(row["class"], row["step"]): row for row in found}


def _rows(*paths: str, **stream: Any) -> dict[tuple[str, str], dict[str, Any]]:
    return _found(log_of([*USUAL, *paths], **stream))


def test_extra_days_are_beyond_as_many_cases_without_it() -> None:
    """Two cases of four hours were rejected, the others took two: four hours more than two usual cases."""
    row = _rows("ARBBD", "ARBBD")["rejection", "R"]
    assert (row["family"], row["cases"], row["case_share"]) == ("rework", 2, 2 / 32)
    assert row["customer_days"] == pytest.approx(8 * HOUR)
    assert row["extra_days"] == pytest.approx(4 * HOUR)
    assert (row["median_days"], row["median_days_without"]) == pytest.approx((4 * HOUR, 2 * HOUR))


def test_what_came_with_less_time_is_below_nothing() -> None:
    """A way round that is quicker has negative extra days, and stands behind what took longer."""
    found = _rows("AD")
    assert found["skipped_step", "B"]["extra_days"] == pytest.approx(-1 * HOUR)
    assert found["skipped_step", "B"]["rank"] == max(row["rank"] for row in found.values())


def test_too_few_to_compare_with_say_nothing() -> None:
    """Below 30 cases without the class there is no baseline: no extra days, and a rank behind all known."""
    found = _found(log_of([*["ABD"] * (FEWEST - 1), "ARD"]))
    row = found["rejection", "R"]
    assert (row["extra_days"], row["median_days_without"], row["cases"]) == (None, None, 1)
    assert all(other["rank"] < row["rank"] for other in found.values() if other["extra_days"] is not None)


def test_every_kind_of_rework_is_a_class() -> None:
    """Kinds count by their step, once a case however often, and whether or not the stream file counts them."""
    found = _rows("AABD", "ABABABD", rework={"counts": ["correction"], "rejections": ["R"]})
    assert {key for key, row in found.items() if row["family"] == "rework"} == {
        ("self_loop", "A"), ("loop", "A"), ("loop", "B"),
    }  # fmt: skip
    assert found["loop", "A"]["cases"] == 1


ENDS = [{"name": "done", "steps": ["D"]}, {"name": "off", "kind": "cancelled", "steps": ["X"]}]


def test_reopened_and_reversed_cases_name_the_first_step_after() -> None:
    """Other work after the outcome, and an outcome of another kind, stand at the step that first showed it."""
    found = _rows("ABDBC", "ABDX", outcomes=ENDS)
    assert (found["reopen", "B"]["cases"], found["reversal", "X"]["cases"]) == (1, 1)
    assert not {("reopen", "C"), ("reopen", "X"), ("reopen", "D"), ("reversal", "D")} & set(found)


def test_the_first_outcome_of_another_kind_names_the_reversal() -> None:
    """Done, done once more and then called off: the calling off reversed it; done twice alone reverses nothing."""
    found = _rows("ABDDXY", "ABDD", outcomes=[*ENDS, {"name": "no", "kind": "rejected", "steps": ["Y"]}])
    assert {key: row["cases"] for key, row in found.items() if key[0] == "reversal"} == {("reversal", "X"): 1}


def test_what_is_no_reversal_of_the_case_is_none_of_a_step() -> None:
    """Called off at the very instant it was done, and once more later: the case counts no reversal, nor does a step."""
    told: list[Row] = [("c1", step, f"Mon {at}", {"sequence": n}) for n, (step, at) in enumerate(
        (("A", "08:00"), ("D", "09:00"), ("X", "09:00"), ("X", "10:00")))]  # fmt: skip
    log = Log(made_stream(outcomes=ENDS), told)
    assert log.case()["reversals"] == 0
    assert not {key for key in _found(log) if key[0] == "reversal"}


def test_what_reopens_no_case_is_no_exception() -> None:
    """Where the last event is the outcome, a visit that has only begun since is work under way, and reopens nothing."""
    told: list[Row] = [
        ("c1", "A", "Mon 08:00"), ("c1", "B", "Mon 09:00"), ("c1", "C", "Mon 10:00", {"lifecycle": "start"}),
    ]  # fmt: skip
    log = Log(made_stream(outcomes=[{"name": "ended", "last_event": True}]), told)
    assert log.case()["reopens"] == 0
    assert not {key for key in _found(log) if key[0] == "reopen"}


def test_a_case_is_reopened_by_work_that_has_only_begun() -> None:
    """Begun after the outcome and not ended yet it is other work all the same."""
    told: list[Row] = [
        ("c1", "A", "Mon 08:00"),
        ("c1", "D", "Mon 09:00"),
        ("c1", "C", "Mon 10:00", {"lifecycle": "start"}),
    ]
    found = _found(Log(made_stream(outcomes=ENDS), told))
    assert {key for key in found if key[0] == "reopen"} == {("reopen", "C")}


def test_ways_are_held_against_the_most_frequent() -> None:
    """A step added, a step skipped, the same steps in another order; a rejection is rework and no step added."""
    found = _rows("ABCD", "AD", "BAD", "ARBD")
    assert {key for key, row in found.items() if row["family"] == "path"} == {
        ("added_step", "C"), ("skipped_step", "B"), ("other_order", "B"),
    }  # fmt: skip


def test_waits_are_all_the_days_waited() -> None:
    """Every case waits: extra days of a wait are its days, of all visits up to the outcome."""
    row = _rows("ABBD", "ABDB")["wait", "B"]
    assert (row["cases"], row["extra_days"]) == (32, pytest.approx((FEWEST + 2 + 1) * HOUR))
    assert row["median_days_without"] is None
    assert row["label"] == "B"


def test_days_waited_are_added_up_case_by_case() -> None:
    """19, 4 and 29 minutes before one step, in the order of the cases, so that the last digit is always the same."""
    told: list[Row] = []
    for number, minutes in enumerate((19, 4, 29)):
        told += [(f"c{number}", "A", "Mon 08:00"), (f"c{number}", "D", f"Mon 08:{minutes:02d}")]
    row = _found(Log(made_stream(outcomes=ENDS), told))["wait", "D"]
    assert row["extra_days"] == 19 / 60 / 24 + 4 / 60 / 24 + 29 / 60 / 24


def test_gaps_in_the_data_are_classes() -> None:
    """Steps of an unknown performer, and starts paired with ends by guess."""
    who = {"performer": "ann", "performer_kind": "human"}
    told: list[Row] = [
        ("c1", "A", "Mon 09:00", who | {"lifecycle": "start"}),
        ("c1", "A", "Mon 10:00", who | {"lifecycle": "complete"}),
        ("c1", "Done", "Mon 11:00", {"performer": "bot"}),
    ]
    found = _found(Log(made_stream(), told))
    assert {key for key, row in found.items() if row["family"] == "data"} == {
        ("guessed_pairing", "A"), ("unknown_performer", "Done"),
    }  # fmt: skip


def test_unmeasured_flow_times_are_left_out() -> None:
    """A case that ended before it began has no customer time to compare."""
    found = _found(log_of(["DBA", *["ABD"] * 2], trigger={"steps": ["A"]}))
    assert {row["case_share"] for row in found.values() if row["family"] == "wait"} == {1.0}
    assert ("skipped_step", "A") not in found


def test_ties_are_settled_by_name() -> None:
    """Equal extra days stand in the order of family, class and step, whatever the order of rows."""
    log = log_of([*USUAL, "ABCED"])
    connection = tables_of(log)
    first = [(row["class"], row["step"]) for row in rows(connection, log.stream)]
    connection.execute("CREATE OR REPLACE TABLE steps AS SELECT * FROM steps ORDER BY hash(step)")
    assert [(row["class"], row["step"]) for row in rows(connection, log.stream)] == first
    added = [step for name, step in first if name == "added_step"]
    assert added == ["C", "E"]


@settings(max_examples=10, deadline=None)
@given(paths=st.lists(st.text("ABR", min_size=1, max_size=5), min_size=2, max_size=8))
def test_oracle(paths: list[str]) -> None:
    """Cases, customer time and extra days of rejections agree with a walk over the paths."""
    whole = [f"{path}D" for path in paths]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exceptions, "FEWEST", 1)
        found = _found(log_of(whole))
    hours = {path: len(path) - 1 for path in whole}
    hit = [hours[path] for path in whole if "R" in path]
    free = [hours[path] for path in whole if "R" not in path]
    row = found.get(("rejection", "R"))
    assert (row is None) == (not hit)
    if row is not None:
        assert (row["cases"], row["customer_days"]) == (len(hit), pytest.approx(sum(hit) * HOUR))
        expected = (sum(hit) - len(hit) * sum(free) / len(free)) * HOUR if free else None
        assert row["extra_days"] == (None if expected is None else pytest.approx(expected, abs=1e-9))
