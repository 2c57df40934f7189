"""Drafting a stream file from a log: what the log shows, with the evidence, and what a person must decide.

profile (count) → propose (choose, and say why) → write (YAML with comments). Writes no file.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from metrics.stream.source import Source
from pipelines.drafting.columns import Reading, read_table_columns
from pipelines.drafting.offsets import offsets_in
from pipelines.drafting.precision import with_precision
from pipelines.drafting.profile import take_profile
from pipelines.drafting.write import write_draft
from pipelines.settings import load_settings
from pipelines.sources import source_for

__all__ = ["draft_stream"]


def draft_stream(path: Path, source: Source | None = None) -> str:
    """The text of a stream file drafted from a log; `parse_stream` accepts it as it is.

    `source` maps the columns where they are known; otherwise those of a table are guessed, and the draft says so.

    Raises:
        SourceError: the file cannot be read, holds no event, or its case, step and time columns cannot be guessed.
    """
    module = source_for(path)
    reading = Reading(source or Source())
    if source is None and module.KEY == "table":
        reading = read_table_columns(path)
    with tempfile.TemporaryDirectory(prefix="streamgauge-draft-") as folder:
        settings = replace(load_settings(), home=Path(folder))
        profile = take_profile(settings, module.read(path, reading.source), reading.source)
    return write_draft(path, profile, with_precision(reading, profile.times, path), offsets_in(path))
