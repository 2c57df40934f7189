"""Which case is being worked on, carried by a context variable: through calls, tasks, and copied contexts.

Knows cases; knows neither events nor transports.
"""

from __future__ import annotations

from contextvars import ContextVar, Token
from types import TracebackType

from streamgauge.notices import warn_once

_CASE: ContextVar[Case | None] = ContextVar("streamgauge_case", default=None)


class Case:
    """One case, entered with `with` or `async with`; it may be entered again, also from several threads."""

    __slots__ = ("_tokens", "id", "stream")

    def __init__(self, case_id: str, stream: str | None = None) -> None:
        self.id = case_id
        self.stream = stream
        """Value stream of the case where it is not that of the Instrument."""
        self._tokens: list[Token[Case | None]] = []

    def __enter__(self) -> Case:
        self._tokens.append(_CASE.set(self))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        leave(self._tokens)

    async def __aenter__(self) -> Case:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        leave(self._tokens)

    def __repr__(self) -> str:
        return f"Case({self.id!r})" if self.stream is None else f"Case({self.id!r}, stream={self.stream!r})"


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
    found = _CASE.get()
    return found if found is not None and found.id else None


def leave(tokens: list[Token[Case | None]]) -> None:
    """Undo the innermost entering, also where the context is not the one that was entered (generators, callbacks)."""
    if not tokens:
        return
    try:
        _CASE.reset(tokens.pop())
    except ValueError as error:
        warn_once("case left elsewhere", f"a case was left in another context than it was entered in: {error}")
