"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

# A slow machine is no fault: how long an example takes says nothing about what it shows.
settings.register_profile("streamgauge", deadline=None)
# `make test` says the same of the same code each time; pytest alone looks for new examples.
settings.register_profile("repeatable", settings.get_profile("streamgauge"), derandomize=True)
settings.load_profile("streamgauge")
