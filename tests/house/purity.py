"""What a module reaches for: other rooms, the environment, clocks, files, the network. Read off its syntax."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.house.files import Module

# Rooms a room may import; itself is always allowed.
MAY_IMPORT = {
    "metrics": set(),
    "instrumentation": {"streamgauge"},
    "dashboards": {"metrics"},
    "pipelines": {"metrics", "streamgauge", "dashboards"},
}
ALL_ROOMS = {"metrics", "pipelines", "dashboards", "streamgauge", "examples", "tests", "benchmarks", "docs"}
_PUBLIC = ("app", "embedding", "errors", "manifest", "memo", "notice", "portfolio", "publish")
OF_DASHBOARDS = {f"dashboards.{name}" for name in _PUBLIC}
"""What pipelines may import of dashboards: to publish, serve, embed and announce, and to tell its errors."""

_UNCLEAN_MODULES = {
    "os", "sys", "time", "io", "socket", "http", "urllib", "requests", "httpx", "subprocess", "shutil", "tempfile",
    "pathlib", "random", "secrets", "logging", "threading", "glob", "gzip",
}  # fmt: skip
_CLOCKS = {"now", "today", "utcnow", "fromtimestamp"}
_UNCLEAN_CALLS = {"open", "print", "input", "exec", "eval", "__import__"}
_READING_SQL = (
    "read_parquet(",
    "read_csv(",
    "read_json(",
    "attach ",
    "now()",
    "current_timestamp",
    "getenv(",
    "today()",
)


def imported(module: Module) -> Iterator[tuple[str, int]]:
    """Dotted names a module imports, with the line."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def wrong_imports(module: Module) -> Iterator[str]:
    """Imports against the directions of the house."""
    allowed = MAY_IMPORT.get(module.room)
    if allowed is None:
        return
    for name, line in imported(module):
        room = name.split(".")[0]
        if room in ALL_ROOMS - allowed - {module.room}:
            yield f"{module.name}:{line} imports {name}; {module.room} may import {sorted(allowed) or 'no other room'}"
        if module.room == "pipelines" and room == "dashboards" and ".".join(name.split(".")[:2]) not in OF_DASHBOARDS:
            yield f"{module.name}:{line} imports {name}; of dashboards only {sorted(OF_DASHBOARDS)}"


def reads_environment(module: Module) -> Iterator[str]:
    """Places that read or write the environment."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "putenv", "environb"):
            yield f"{module.name}:{node.lineno} touches the environment; only pipelines/settings.py may"
        is_os = isinstance(node, ast.ImportFrom) and node.module == "os"
        if is_os and {alias.name for alias in node.names} & {"environ", "getenv"}:
            yield f"{module.name}:{node.lineno} imports the environment; only pipelines/settings.py may"


def impurities(module: Module) -> Iterator[str]:
    """Ways by which a module could see more than it is given: clocks, files, network, environment."""
    for name, line in imported(module):
        if name.split(".")[0] in _UNCLEAN_MODULES:
            yield f"{module.name}:{line} imports {name}; metrics see only what they are given"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Name) and called.id in _UNCLEAN_CALLS:
                yield f"{module.name}:{node.lineno} calls {called.id}()"
            if isinstance(called, ast.Attribute) and called.attr in _CLOCKS:
                yield f"{module.name}:{node.lineno} reads a clock: .{called.attr}()"
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "select" in node.value.lower():
            for word in _READING_SQL:
                if word in node.value.lower():
                    yield f"{module.name}:{node.lineno} has SQL that reaches outside: {word.strip()}"


def swallowed(module: Module) -> Iterator[str]:
    """Handlers that make an error disappear: bare, or broad, or doing nothing with a broad error."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ExceptHandler):
            is_broad = node.type is None or (
                isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")
            )
            raises = any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
            does_nothing = all(isinstance(inner, ast.Pass) for inner in node.body)
            if (is_broad and not raises and not _keeps(node)) or (is_broad and does_nothing):
                yield f"{module.name}:{node.lineno} swallows an error"


def _keeps(handler: ast.ExceptHandler) -> bool:
    """Does the handler use the error it caught?"""
    return handler.name is not None and any(
        isinstance(node, ast.Name) and node.id == handler.name for part in handler.body for node in ast.walk(part)
    )
