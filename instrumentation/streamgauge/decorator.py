"""A step as a decorator: every call of the function is one execution.

Knows functions, plain and async; knows nothing of what is told.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def decorate(
    function: Callable[Parameters, Result], begin: Callable[[], AbstractContextManager[object, None]]
) -> Callable[Parameters, Result]:
    """The function within what `begin` makes, anew for every call. Of a generator that is its making, not its run."""
    if inspect.iscoroutinefunction(function):

        @wraps(function)
        async def execute_async(*args: Any, **kwargs: Any) -> Any:
            with begin():
                return await function(*args, **kwargs)

        return cast("Callable[Parameters, Result]", execute_async)

    @wraps(function)
    def execute(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        with begin():
            return function(*args, **kwargs)

    return execute
