"""Hand-set rows of what metric pages read beside values: segments, spreads, the baseline, a roll-out."""

from __future__ import annotations

import datetime as dt
import json

from tests.dashboards.order_rows import BEFORE, HEADLINE, QUARTER, STREAM, Row, change_row


def _shifted(metric: str, statistic: str) -> tuple[float, str, float]:
    """Value this quarter, unit and half width of the headline row."""
    row = next(row for row in HEADLINE if row[:2] == (metric, statistic))
    return row[3], row[4], row[7]


# segment value, orders this quarter, how far it is above the value of all, how far it was last quarter, verdict
_CHANNELS: tuple[tuple[str | None, int, float, float, str | None], ...] = (
    ("Web shop", 4100, -0.1, 0.3, "Faster"),
    ("Partners", 1500, 0.4, 0.1, "Slower"),
    ("Phone", 590, 0.2, 0.2, "About the same"),
    (None, 24, 3.0, 3.0, None),
)


def segment_values() -> list[Row]:
    """The flow time by channel, of this quarter and the last, and failures by severity, all but one of one kind."""
    found: list[Row] = []
    for statistic in ("p50", "p90"):
        value, unit, half = _shifted("flow_time", statistic)
        for rank, (segment, n, above, was, _) in enumerate(_CHANNELS, 1):
            for period, moved in ((BEFORE, was), (QUARTER, above)):
                found.append(
                    segment_row("flow_time", statistic, period, "channel", rank, segment, value + moved, half, n, unit)
                )
    for rank, (severity, n) in enumerate((("2", 411), ("1", 1)), 1):
        found.append(
            segment_row("failure_containment_time", "p50", QUARTER, "severity", rank, severity, 0.5, 0.1, n, "days")
        )
    return found


def segment_row(
    metric: str, statistic: str, period: str, dimension: str, rank: int, segment: str | None, value: float, half: float,
    n: int, unit: str,
) -> Row:  # fmt: skip
    """A row of segment_values."""
    return {
        "stream": STREAM, "metric": metric, "statistic": statistic, "period": period, "dimension": dimension,
        "rank": rank, "segment": segment, "value": value, "low": value - half, "high": value + half, "n": n,
        "unit": unit, "segments": 4 if dimension == "channel" else 2, "observations": 6214, "method": "as all",
    }  # fmt: skip


def segments() -> list[Row]:
    """The changes of the channels that were compared."""
    found = []
    for statistic in ("p50", "p90"):
        value, unit, half = _shifted("flow_time", statistic)
        for segment, n, above, was, verdict in _CHANNELS:
            if verdict is not None:
                change = change_row(
                    "segment", QUARTER, None, dt.date(2026, 7, 1), "flow_time", statistic, unit, value + was,
                    value + above, n, 0.1, half, verdict,
                )  # fmt: skip
                found.append(change | {"dimensions": json.dumps({"channel": segment}), "before_n": n - 20})
    return found


def distributions() -> list[Row]:
    """The flow time in spans of half a day: most within 2 to 3 days, 62 longer than 12."""
    found = []
    for period, late in ((BEFORE, 1), (QUARTER, 0)):
        sizes = [12 * place * max(0, 14 - place) + 300 * (place == 4 + late) for place in range(24)] + [62]
        for place, n in enumerate(sizes):
            found.append({
                "stream": STREAM, "metric": "flow_time", "period": period, "position": place + 1,
                "from_value": place / 2, "until_value": (place + 1) / 2 if place < 24 else None, "observations": n,
                "share": n / sum(sizes), "unit": "days",
            })  # fmt: skip
    return found


def baselines() -> list[Row]:
    """The flow time of the first quarter, frozen."""
    told = {"stream": STREAM, "baseline": "2026-Q1", "version": 1, "is_current": True, "n": 5800}
    frozen_at = dt.datetime.fromisoformat("2026-04-02T07:00")
    return [
        told | {
            "metric": metric, "statistic": statistic, "value": value, "low": value - half, "high": value + half,
            "unit": unit, "restated_by": 0.0, "frozen_at": frozen_at,
        }
        for metric, statistic, value, half, unit in (
            ("flow_time", "p90", 4.62, 0.2, "days"), ("handoff_ratio", "ratio", 1.4, 0.1, "ratio"),
        )
    ]  # fmt: skip


def since_baseline() -> list[Row]:
    """This quarter against the frozen values."""
    told = ("baseline", QUARTER, "baseline 2026-Q1", dt.date(2026, 7, 1))
    return [
        change_row(*told, "flow_time", "p90", "days", 4.62, 4.02, 6214, 0.1, 0.28, "Faster"),
        change_row(*told, "handoff_ratio", "ratio", "ratio", 1.4, 2.38, 6214, 0.1, 0.3, "Better"),
    ]


def rollouts() -> list[Row]:
    """A release that came to two sites first, and the same test before anybody had it."""
    found = []
    for kind, label, on, moved, verdict in (
        ("rollout", "2.6", dt.date(2026, 8, 24), -0.3, "Faster"),
        ("pre_trend", "2.6", dt.date(2026, 6, 29), 0.02, "No clear change"),
    ):
        row = change_row(
            kind, label, "Parcel lockers", on, "flow_time", "p90", "days", 0.05, 0.05 + moved, 800, 0.1, 0.2, verdict
        )
        found.append(row | {"dimensions": json.dumps({"site": ["Ulm", "Aalen"]})})
    return found
