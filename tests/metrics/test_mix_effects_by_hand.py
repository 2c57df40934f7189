"""Changes taken apart by hand: two sizes, two quarters, and what each statistic makes of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest

from metrics.cost.cost_per_transaction import COST_PER_TRANSACTION
from metrics.flow.flow_time import FLOW_TIME
from metrics.flow.flow_time_started import FLOW_TIME_STARTED
from metrics.handoff.handoff_ratio import HANDOFF_RATIO
from metrics.metric import Statistic
from metrics.published import BASELINES
from metrics.reports.mix_effects import rows, take_apart
from tests.metrics.builder import STREAM, World
from tests.metrics.effect_worlds import stream_with

Row = dict[str, object]


def world(frozen_until: str | None = None) -> World:
    """A big and a small case in the first quarter of 4 and 2 days, in the second one of 3 days and three of 1 day.

    With a day, the first quarter until then is a frozen baseline of the flow time.
    """
    made = World().case("a", 1.0, 5.0, segments={"size": "big"}).case("b", 2.0, 4.0, segments={"size": "small"})
    made.case("c", 100.0, 103.0, segments={"size": "big"})
    for number in range(3):
        made.case(f"d{number}", 101.0, 102.0, segments={"size": "small"})
    made.connection.execute(BASELINES.ddl())
    if frozen_until:
        made.connection.execute(
            "INSERT INTO baselines (stream, is_current, metric, value, restated_by, first_on, until_on) "
            "VALUES ('made', TRUE, 'flow_time', 3, 0, '2026-01-01', ?)",
            [frozen_until],
        )
    return made


def told(found: list[Row], **wanted: str) -> list[Row]:
    """The rows of flow time by size with these values."""
    wanted = {"metric": "flow_time", "dimension": "size", "statistic": "mean"} | wanted
    return [row for row in found if all(row[name] == value for name, value in wanted.items())]


def test_a_mean_is_taken_apart_by_hand() -> None:
    """From 3 to 1.5 days: within (4 → 3 and 2 → 1, half each) −1, mix (a quarter less of 4, more of 2) −0.5."""
    found = [dict(row) for row in rows(world().connection, STREAM)]
    total, *parts = told(found, kind="period", label="2026-Q2")
    assert [total[name] for name in ("before_value", "after_value", "within", "mix", "interaction")] == pytest.approx(
        [3.0, 1.5, -1.0, -0.5, 0.0]
    )
    assert (total["largest"], total["before_share"], total["segment"]) == ("small", 1.0, None)
    assert [(row["segment"], row["before_share"], row["after_share"]) for row in parts] == [
        ("small", 0.5, 0.75), ("big", 0.5, 0.25),
    ]  # fmt: skip
    assert [row["difference"] for row in parts] == pytest.approx([-1.0, -0.5])


def test_how_it_was_taken_apart_is_told() -> None:
    """A mean by its sums, a percentile by other weights."""
    found = [dict(row) for row in rows(world().connection, STREAM)]
    methods = {
        statistic: {str(row["method"]).split(" ")[0] for row in told(found, kind="period", statistic=statistic)}
        for statistic in ("mean", "p50")
    }
    assert methods == {"mean": {"shares"}, "p50": {"reweighted"}}


def test_a_segment_of_another_quarter_has_no_part() -> None:
    """A size that first came in the third quarter is no part of the change to the second."""
    made = world().case("late", 190.0, 191.0, segments={"size": "huge"})
    found = [dict(row) for row in rows(made.connection, STREAM)]
    by_label = {label: {row["segment"] for row in told(found, kind="period", label=label) if row["part"] == "value"}
                for label in ("2026-Q2", "2026-Q3")}  # fmt: skip
    assert by_label == {"2026-Q2": {"small", "big"}, "2026-Q3": {"small", "big", "huge"}}


@pytest.mark.parametrize(("until", "labels"), [("2026-04-01", {"2026-Q2"}), ("2026-04-02", set()), (None, set())])
def test_a_quarter_after_the_window_is_held_against_it(until: str | None, labels: set[str]) -> None:
    """A quarter that begins on the day after the window is, one that overlaps it by a day is not."""
    found = [dict(row) for row in rows(world(until).connection, STREAM)]
    assert {row["label"] for row in told(found, kind="baseline")} == labels


def test_a_release_is_taken_apart_too() -> None:
    """A release that reached everybody has its rows, one that reached only some has none."""
    at = "2026-04-01T00:00:00+00:00"
    everybody, some = {"version": "2", "at": at}, {"version": "3", "reached": {"segment": "size", "values": ["big"]}}
    made = world()
    found = [dict(row) for row in rows(made.connection, stream_with(everybody))]
    assert {row["label"] for row in found if row["kind"] == "release"} <= {"2"}
    found = [dict(row) for row in rows(made.connection, stream_with(some | {"at": at}))]
    assert not [row for row in found if row["kind"] == "release"]


def test_segments_of_a_size_stand_by_name() -> None:
    """The larger first, of as many cases by name, those of no known segment last; whichever side they come from."""
    made = World()
    for number in range(12):
        for size, day in (("b", 80.0), ("a", 90.0), (None, 80.0), ("c", 80.0), ("c", 90.0)):
            told = {} if size is None else {"size": size}
            made.case(f"{size}{day}{number}", day + number / 4, day + number / 4 + 1, segments=told)
    made.connection.execute(BASELINES.ddl())
    stream = stream_with({"version": "2", "at": "2026-04-01T00:00:00+00:00"})
    found = [
        dict(row) for row in rows(made.connection, stream) if row["part"] == "value" and row["dimension"] == "size"
    ]
    orders = defaultdict(list)
    for row in found:
        orders[row["kind"], row["metric"], row["statistic"]].append(row["segment"])
    assert ("release", "flow_time", "p50") in orders
    assert {tuple(order) for order in orders.values()} == {("c", "a", "b", None)}


def test_only_money_is_blocked_by_what_is_not_known() -> None:
    """A mean leaves out what has no length yet; a cost without a price leaves no mean at all."""
    seen = World().case("a", 1.0, 5.0).case("b", 1.0, 9.0).observations(FLOW_TIME)
    part = replace(seen, complete=np.array([True, False]))
    whole = take_apart(FLOW_TIME, [part], [seen], Statistic.MEAN)
    assert whole is not None
    assert (whole.before, whole.after) == (4.0, 6.0)
    assert take_apart(COST_PER_TRANSACTION, [part], [seen], Statistic.MEAN) is None
    assert take_apart(COST_PER_TRANSACTION, [seen], [part], Statistic.MEAN) is None


def test_each_statistic_is_taken_apart_in_its_way() -> None:
    """Means by sums over the complete, ratios by both sums, percentiles by reweighting, open work on the curve."""
    made = World().case("a", 1.0, 5.0, automated_handoffs=3, manual_handoffs=1)
    other = World().case("a", 1.0, 3.0, automated_handoffs=1, manual_handoffs=1)
    for metric, statistic, ends in (
        (FLOW_TIME, Statistic.MEAN, (4.0, 2.0)), (FLOW_TIME, Statistic.P50, (4.0, 2.0)),
        (FLOW_TIME_STARTED, Statistic.P50, (4.0, 2.0)), (HANDOFF_RATIO, Statistic.RATIO, (3.0, 1.0)),
    ):  # fmt: skip
        whole = take_apart(metric, [made.observations(metric)], [other.observations(metric)], statistic)
        assert whole is not None
        assert (whole.before, whole.after, whole.within, whole.mix) == pytest.approx((*ends, ends[1] - ends[0], 0.0))
