"""What an exception that passes through a step says of it: its class, and never its message, which may name people."""

from __future__ import annotations


def outcome_of(error: BaseException) -> str:
    """`timeout`, `error`, or `cancellation` where the work was stopped from outside (a cancelled task, Ctrl-C)."""
    if isinstance(error, TimeoutError):
        return "timeout"
    return "error" if isinstance(error, Exception) else "cancellation"


def type_of(error: BaseException) -> str:
    """The class of the error, with its module unless it is built in: `error.type` as OpenTelemetry writes it."""
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
