"""What functions of metrics/ remember of earlier calls: forgotten, so that each test runs what it needs itself."""

from __future__ import annotations

import sys
from functools import _lru_cache_wrapper


def forget_calls() -> None:
    """Every function that was called before is run again when it is called."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "metrics":
            for thing in list(vars(module).values()):
                if isinstance(thing, _lru_cache_wrapper):
                    thing.cache_clear()
