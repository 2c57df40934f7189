"""What the receiver tells about itself, as Prometheus text: counters, histograms and gauges, each declared once.

Knows names and numbers; no label ever holds a token, a sender or anything else that comes from outside.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

REQUESTS = "http_server_request_duration_seconds"
RECEIVED_BYTES = "streamgauge_receiver_received_bytes_total"
FRAMES = "streamgauge_receiver_frames_total"
REJECTIONS = "streamgauge_receiver_rejections_total"
COMMITS = "streamgauge_receiver_commit_duration_seconds"
FAILED_COMMITS = "streamgauge_receiver_failed_commits_total"
ROTATIONS = "streamgauge_receiver_rotations_total"
PENDING_BYTES = "streamgauge_receiver_pending_bytes"
HELD_BYTES = "streamgauge_receiver_held_bytes"
FREE_BYTES = "streamgauge_receiver_disk_free_bytes"
IS_READY = "streamgauge_receiver_is_ready"

HELP: dict[str, tuple[str, str]] = {
    REQUESTS: ("histogram", "Seconds from the headers of a request to its answer, by route and status."),
    RECEIVED_BYTES: ("counter", "Bytes of bodies that are safe on the disk, as they were sent, by signal."),
    FRAMES: ("counter", "Requests that are safe on the disk, by signal."),
    REJECTIONS: ("counter", "Requests that were not taken, by reason."),
    COMMITS: ("histogram", "Seconds one group of requests took to be written and synced."),
    FAILED_COMMITS: ("counter", "Groups of requests that could not be written or synced, by the name of the error."),
    ROTATIONS: ("counter", "Segments that were ended, by reason."),
    PENDING_BYTES: ("gauge", "Bytes in memory that wait for the disk."),
    HELD_BYTES: ("gauge", "Bytes of bodies in memory, from the first that is read to the answer."),
    FREE_BYTES: ("gauge", "Bytes that are free on the disk of the log."),
    IS_READY: ("gauge", "1 while the log accepts, 0 while it refuses."),
}
BOUNDS_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

_Labels = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class _Histogram:
    total_seconds: float = 0.0
    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS_SECONDS) + 1))


class SelfMetrics:
    """Counts from any thread; told as text on request."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, _Labels], float] = {}
        self._histograms: dict[tuple[str, _Labels], _Histogram] = {}

    def add(self, name: str, amount: float = 1, **labels: str) -> None:
        """Count up."""
        key = name, tuple(labels.items())
        with self._lock:
            self._counts[key] = self._counts.get(key, 0) + amount

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        """Note how long something took."""
        key = name, tuple(labels.items())
        with self._lock:
            seen = self._histograms.setdefault(key, _Histogram())
            seen.total_seconds += seconds
            seen.counts[bisect_left(BOUNDS_SECONDS, seconds)] += 1

    def count(self, name: str, **labels: str) -> float:
        """What was counted under a name and exactly these labels."""
        with self._lock:
            return self._counts.get((name, tuple(labels.items())), 0)

    def text(self, gauges: Mapping[str, float]) -> str:
        """Everything in Prometheus text format; `gauges` are the values of this moment, by name."""
        with self._lock:
            lines: dict[str, list[str]] = {name: [] for name in HELP}
            for (name, labels), amount in sorted(self._counts.items()):
                lines[name].append(_whole(name, labels, amount))
            for (name, labels), seen in sorted(self._histograms.items(), key=lambda item: item[0]):
                lines[name] += _histogram_lines(name, labels, seen)
        for name, value in gauges.items():
            lines[name].append(_whole(name, (), value))
        told = [(name, *HELP[name], rows) for name, rows in lines.items() if rows]
        return "".join(
            f"# HELP {name} {sentence}\n# TYPE {name} {kind}\n" + "\n".join(rows) + "\n"
            for name, kind, sentence, rows in told
        )


def _whole(name: str, labels: _Labels, value: float) -> str:
    return f"{name}{_shown(labels)} {value:.0f}"


def _shown(labels: _Labels) -> str:
    return "{" + ",".join(f'{name}="{value}"' for name, value in labels) + "}" if labels else ""


def _histogram_lines(name: str, labels: _Labels, seen: _Histogram) -> list[str]:
    lines, running = [], 0
    for bound, count in zip((*map(str, BOUNDS_SECONDS), "+Inf"), seen.counts, strict=True):
        running += count
        lines.append(f"{name}_bucket{_shown((*labels, ('le', bound)))} {running}")
    return [
        *lines,
        f"{name}_sum{_shown(labels)} {seen.total_seconds:.6f}",
        f"{name}_count{_shown(labels)} {running}",
    ]
