"""The files of benefits and integrations, and every version of the benefits that was ever registered.

A version is written once into the home; the next one is held against the last, so that what was claimed and accepted
is added to and never rewritten, even where a stream file stops naming it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from metrics.errors import StreamFileError
from metrics.finance.benefit import Benefit
from metrics.finance.file import Finance, FinanceFile, parse_finance
from metrics.finance.rewriting import rewritten
from metrics.stream import Stream
from metrics.stream.yaml_text import read_model
from pipelines.errors import StorageError
from pipelines.settings import Settings
from streamgauge.disk import Disk

PathOf = Callable[[str], Path]


def read_finance(stream: Stream, path_of: PathOf) -> Finance:
    """What the files of benefits and integrations say; they may be one. `path_of` says where a named file lies.

    Raises:
        StreamFileError: one of them cannot be used.
    """
    told = stream.finance
    benefits, integrations = (_read_file(stream, path_of, name) for name in (told.benefits, told.integrations))
    return Finance(benefits.benefits, integrations.integrations)


def versions_of(settings: Settings, stream: str) -> list[Path]:
    """Every version of the benefits that was registered, oldest first."""
    return sorted((settings.benefits / stream).glob("*.yaml"))


def refuse_rewritten(settings: Settings, stream: Stream, stream_path: Path) -> None:
    """Refuse a benefits file that is no continuation of the one registered before.

    Raises:
        StreamFileError: something of the past was changed or removed; says what.
    """
    name = stream.finance.benefits
    now = read_finance(stream, lambda named: stream_path.parent / named).benefits
    for problem in rewritten(_last(settings, stream), now):
        raise StreamFileError(f"rewrites the past: {problem}.", path=name or stream_path.name)


def keep_benefits(settings: Settings, stream: Stream, stream_path: Path) -> None:
    """Keep this version of the benefits, unless it is the one kept last.

    Raises:
        StorageError: the disk refuses.
    """
    if stream.finance.benefits is None:
        return
    content = (stream_path.parent / stream.finance.benefits).read_bytes()
    kept = versions_of(settings, stream.stream)
    if kept and kept[-1].read_bytes() == content:
        return
    folder, disk = settings.benefits / stream.stream, Disk()
    try:
        disk.make_folder(folder)
        disk.write_whole(folder / f"{len(kept) + 1:06d}.yaml", content)
    except OSError as error:
        raise StorageError(f"This version of the benefits could not be kept in {folder}: {error}") from error


def _last(settings: Settings, stream: Stream) -> tuple[Benefit, ...]:
    kept = versions_of(settings, stream.stream)
    if not kept:
        return ()
    return read_model(kept[-1].read_text("utf-8"), str(kept[-1]), FinanceFile, "benefits:")[0].benefits


def _read_file(stream: Stream, path_of: PathOf, name: str | None) -> FinanceFile:
    if name is None:
        return FinanceFile()
    path = path_of(name)
    try:
        return parse_finance(path.read_text("utf-8"), path.name, stream)
    except UnicodeDecodeError as error:
        raise StreamFileError("is not a UTF-8 text file", path=path.name) from error
