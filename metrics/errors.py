"""The errors of this room: what was wrong, what was expected, what to do.

MetricError
├── StreamFileError   the stream file cannot be used; carries the line
├── PeriodError       a period or grain that cannot be read
└── ContractError     a table lacks what a metric needs
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class MetricError(ValueError):
    """Base of every error raised by metrics/."""


class PeriodError(MetricError):
    """A period, grain or window that cannot be read."""

    @classmethod
    def from_unknown(cls, text: str) -> PeriodError:
        """The text is no period."""
        return cls(
            f"{text!r} is not a period. Write a quarter (2026-Q3), a month (2026-07), "
            "a week (2026-W30), a year (2026) or 'all'."
        )

    @classmethod
    def from_unknown_grain(cls, text: str, known: Iterable[str]) -> PeriodError:
        """The text is no grain."""
        return cls(f"{text!r} is not a grain. Known: {', '.join(known)}.")

    @classmethod
    def from_shared_days(cls, one: str, other: str) -> PeriodError:
        """Two periods to be compared that overlap."""
        return cls(f"{one} and {other} share days, so one is no measure of the other; name two that share none.")

    @classmethod
    def from_coarser_grain(cls, period: str, own: str, grain: str) -> PeriodError:
        """The grain is longer than the period it should divide."""
        return cls(f"{period} is a {own} and holds no {grain}; ask for a finer grain, or leave the grain out.")


class ContractError(MetricError):
    """A table lacks what was asked of it."""

    @classmethod
    def from_unknown_name(cls, what: str, name: str, known: Iterable[str]) -> ContractError:
        """A name that is not there; the nearest is offered."""
        return cls(f"{what} {name!r} does not exist.{suggest(name, known)}")


class StreamFileError(MetricError):
    """The stream file cannot be used. `line` counts from 1; None when it is not known."""

    def __init__(self, message: str, *, path: str = "stream.yaml", line: int | None = None) -> None:
        place = path if line is None else f"{path}, line {line}"
        super().__init__(f"{place}: {message}")
        self.line = line


def suggest(name: str, known: Iterable[str]) -> str:
    """The end of a sentence: the nearest known name, or all of them when none is near."""
    choices = sorted(set(known))
    near = difflib.get_close_matches(name, choices, n=1, cutoff=0.6)
    if near:
        return f" Did you mean {near[0]!r}?"
    if not choices:
        return ""
    shown = ", ".join(repr(choice) for choice in choices[:12])
    more = f" and {len(choices) - 12} more" if len(choices) > 12 else ""
    return f" Known: {shown}{more}."
