"""Where the public logs lie; without them a test says what is missing and is skipped."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.journeys.command_line import ROOT

FOLDER = Path(os.environ.get("STREAMGAUGE_DATASETS", ROOT.parent / "shared" / "data"))
STREAMS = Path(__file__).parent / "streams"


def dataset(name: str) -> Path:
    """The path of a public log, or a skip with the reason."""
    path = FOLDER / name
    if not path.is_file():
        pytest.skip(f"the public log {name} is not in {FOLDER}; set STREAMGAUGE_DATASETS to the folder that holds it")
    return path


def stream_file(name: str) -> Path:
    """A stream file of these tests."""
    return STREAMS / f"{name}.yaml"
