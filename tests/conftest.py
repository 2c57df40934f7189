"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

# A slow machine is no fault: how long an example takes says nothing about what it shows.
settings.register_profile("streamgauge", deadline=None)
settings.load_profile("streamgauge")
