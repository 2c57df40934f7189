"""A stream file that comes to mean something else needs a new version, once a quarter was closed by it.

Words may change freely. Which numbers would move is seen before: `streamgauge impact`.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from metrics.errors import StreamFileError
from metrics.stream import Stream, parse_stream
from metrics.stream.meaning import changed_sections, meaning_of
from pipelines.closings import load_closings
from pipelines.registry import STREAM_FILE, Registered, load, register, registered_names
from pipelines.settings import Settings


def refuse_unversioned(settings: Settings, stream: Stream, path: str) -> None:
    """Nothing, where the file means what it meant, has a new version, or no quarter is closed.

    Raises:
        StreamFileError: it means something else under a version that is known; the message names the sections.
        StorageError: the file of a closed quarter is not as it was written.
    """
    closings = load_closings(settings, stream.stream)
    if not closings:
        return
    until_on = max(closing.quarter.quarter.until_on for closing in closings)
    known = [(c.stream_version, c.stream_file, c.quarter.quarter.until_on) for c in closings]
    if stream.stream in registered_names(settings):
        registered = load(settings, stream.stream)
        known.append((registered.stream.version, registered.text, until_on))
    for version, text, until in known:
        changed = _changed(text, stream, until) if version == stream.version else []
        if changed:
            last = closings[-1].quarter.quarter.key
            raise StreamFileError(
                f"means something else than before ({', '.join(changed)}) and is still version {version}, by which "
                f"{last} was closed or measured since. Look at what would move (streamgauge impact --stream-file "
                f"{path}), then raise it: version: {max(v for v, _, _ in known) + 1}",
                path=path,
            )


def refuse_registered(settings: Settings, registered: Registered) -> None:
    """Nothing, where what is registered may be measured; see `refuse_unversioned`."""
    refuse_unversioned(settings, registered.stream, str(registered.folder / STREAM_FILE))


def register_versioned(settings: Settings, stream: Stream, path: Path) -> Registered:
    """Register a stream file, unless it means something else under the same version.

    Raises:
        StreamFileError: see `refuse_unversioned` and `registry.register`.
    """
    refuse_unversioned(settings, stream, str(path))
    return register(settings, path)


def _changed(before: str, stream: Stream, until_on: dt.date) -> list[str]:
    try:
        meant = meaning_of(parse_stream(before), until_on)
    except StreamFileError:
        return ["the file of then cannot be read any more"]
    return changed_sections(meant, meaning_of(stream, until_on))
