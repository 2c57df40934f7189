"""The map of a quarter: steps in the stream file's order, then as work passes them, and means to the last digit."""

from __future__ import annotations

from itertools import permutations

from metrics.reports import transitions, value_stream
from tests.metrics.builder import STREAM, World
from tests.metrics.log_tables import log_of, tables_of


def test_steps_that_the_file_names_come_first() -> None:
    """C and A are named, in that order; the others follow as work passes them, and by name where it does so at once."""
    log = log_of(["YABCD", "XABCD"], steps=[{"name": "C"}, {"name": "A"}, {"name": "never done"}])
    found = list(value_stream.rows(tables_of(log), log.stream))
    assert [(row["position"], row["step"]) for row in found] == list(enumerate("CAXYBD", 1))


def test_means_are_the_same_in_whatever_order_hours_are_told() -> None:
    """Added up from the least on, 0.4, 0.7 and 2.6 hours are 3.7, their mean is a third; of none it is unknown."""
    for told in permutations((0.4, 0.7, 2.6)):
        world = World()
        for number, hours in enumerate(told):
            case = f"c{number}"
            world.case(case, 1.0, 2.0).visit(case, "A", 1.1, position=1, touch_hours=None if number else 0.5)
            world.visit(case, "B", 1.2, position=2, wait_hours=hours, touch_hours=hours)
        found = {row["step"]: row for row in value_stream.rows(world.connection, STREAM)}
        assert (found["B"]["wait_hours"], found["B"]["touch_hours"]) == (3.7 / 3, 3.7 / 3)
        assert (found["A"]["wait_hours"], found["A"]["touch_hours"]) == (None, 0.5)
        moves = {(row["from_step"], row["to_step"]): row for row in transitions.rows(world.connection, STREAM)}
        assert moves["A", "B"]["wait_hours_mean"] == 3.7 / 3
