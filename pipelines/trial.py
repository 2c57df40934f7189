"""A trial home: the events of a stream measured under another stream file, rates or code, without touching the home.

It holds links to the ledger's files, which are never written to, and copies of all else, and is gone afterwards.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pipelines.database import warehouse_lock
from pipelines.errors import PipelineError, StorageError
from pipelines.refresh import refresh
from pipelines.registry import STREAM_FILE, every_file, load, read_stream_file, register
from pipelines.settings import Settings


@contextmanager
def trial_of(
    settings: Settings, stream: str, stream_file: Path, beside: Mapping[str, Path], report: Callable[[str], None]
) -> Iterator[Settings]:
    """A home in which the stream was measured by this file; `beside` replaces files by the names the file gives them.

    Raises:
        PipelineError: the file is of another stream.
        StreamFileError: it is wrong, or a file it names is missing or wrong.
        StorageError: the scratch folder cannot be written.
    """
    told, _ = read_stream_file(stream_file)
    if told.stream != stream:
        raise PipelineError(f"{stream_file.name} is the file of {told.stream!r}, not of {stream!r}.")
    settings.scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="impact-", dir=settings.scratch) as folder:
        trial = replace(settings, home=Path(folder) / "home", as_of=None)
        try:
            with warehouse_lock(settings):
                _link(settings.ledger / stream, trial.ledger / stream)
            if (settings.closed / stream).is_dir():
                _link(settings.closed / stream, trial.closed / stream)
            files = _bring(stream_file, Path(folder) / "files", beside, settings.streams / stream)
        except OSError as error:
            raise StorageError(f"A trial home could not be made in {settings.scratch}: {error}") from error
        register(trial, files)
        refresh(trial, [load(trial, stream)], report, is_trial=True)
        yield trial


def _link(source: Path, target: Path) -> None:
    """The same tree; what is large and never changes is linked, all else copied."""
    shutil.copytree(source, target, copy_function=_link_or_copy)


def _link_or_copy(source: str, target: str) -> str:
    if source.endswith(".parquet"):
        try:
            os.link(source, target)
        except OSError:  # another file system, or one that knows no links
            shutil.copy2(source, target)
        return target
    return str(shutil.copy2(source, target))


def _bring(stream_file: Path, folder: Path, beside: Mapping[str, Path], registered: Path) -> Path:
    """The stream file with the files it names: those given, those beside it, else those that are registered."""
    told, _ = read_stream_file(stream_file)
    folder.mkdir()
    shutil.copy2(stream_file, folder / STREAM_FILE)
    for name in every_file(told):
        there = (beside.get(name), stream_file.parent / name, registered / Path(name).name)
        found = next((path for path in there if path is not None and path.is_file()), None)
        if found is not None:  # what is missing is told when the file is registered
            shutil.copy2(found, folder / name)
    return folder / STREAM_FILE
