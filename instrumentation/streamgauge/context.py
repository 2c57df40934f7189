"""Which case is being worked on, carried by a context variable: through calls, tasks, and copied contexts.

Knows cases; knows neither events nor transports.
"""

from __future__ import annotations

from contextvars import ContextVar
from types import TracebackType
from typing import NamedTuple

from streamgauge.notices import warn_once


class Case:
    """One case, entered with `with` or `async with`; it may be entered again, also from several threads."""

    __slots__ = ("id", "stream")

    def __init__(self, case_id: str, stream: str | None = None) -> None:
        self.id = case_id
        self.stream = stream
        """Value stream of the case where it is not that of the Instrument."""

    def __enter__(self) -> Case:
        _ENTERED.set(_Entry(self, _ENTERED.get()))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        entry = _ENTERED.get()
        if entry is not None and entry.case is self:
            _ENTERED.set(entry.outer)
        else:  # generators and callbacks may be ended elsewhere than they began
            warn_once("case left elsewhere", f"{self!r} was left in a context in which it was not the innermost case")

    async def __aenter__(self) -> Case:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.__exit__(kind, error, at)

    def __repr__(self) -> str:
        return f"Case({self.id!r})" if self.stream is None else f"Case({self.id!r}, stream={self.stream!r})"


class _Entry(NamedTuple):
    case: Case
    outer: _Entry | None


_ENTERED: ContextVar[_Entry | None] = ContextVar("streamgauge_case", default=None)


def case(case_id: str, *, stream: str | None = None) -> Case:
    """The case that what is told inside belongs to: `with case("O-17"): …`.

    `stream` is its value stream where that is not the configured one.
    """
    text = "" if case_id is None else str(case_id)
    if not text:
        warn_once("empty case", f"case({case_id!r}) names no case; what is told inside belongs to none")
    return Case(text, stream)


def current_case() -> Case | None:
    """The case that is being worked on here; None outside of one."""
    entry = _ENTERED.get()
    return entry.case if entry is not None and entry.case.id else None
