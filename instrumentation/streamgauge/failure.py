"""Failure episodes, stage by stage: from the first sign until work is back to its steady state.

Inside a case a stage belongs to the case; outside, or with `stream_wide=True`, it hits the whole stream.
"""

from __future__ import annotations

from dataclasses import dataclass

from streamgauge.context import current_case
from streamgauge.facts import write
from streamgauge.instant import Instant, to_ns
from streamgauge.instrument import current
from streamgauge.notices import warn_once
from streamgauge.telling import OF_A_FAILURE, facts_about, own_of, tell, traceparent_of


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of an episode; calling it tells that the stage is reached."""

    name: str

    def __call__(
        self,
        failure_id: str,
        *,
        at: Instant | None = None,
        stream_wide: bool = False,
        required: bool | None = None,
        **attributes: object,
    ) -> str | None:
        """Tell it: `failure.detected("INC-7", severity=2)`. Returns the event's id, None when untold.

        `caused_by_release="2.4"` (or `"none"`) and `auto_healed=True` may come with any stage, once they are known.

        Raises:
            OutboxError: the event is required and could not be stored.
        """
        if not failure_id:
            warn_once("no failure id", f"failure.{self.name} names no episode and is not told; give the episode's id")
            return None
        instrument, case = current(), None if stream_wide else current_case()
        about = instrument.facts if case is None else facts_about(instrument, case)
        stage = {"lifecycle": "instant", "failure.id": str(failure_id), "failure.stage": self.name}
        facts = about + write({**stage, **own_of(attributes, OF_A_FAILURE)})
        return tell(instrument, f"failure.{self.name}", to_ns(at, instrument.clock), facts, traceparent_of(), required)


onset = Stage("onset")
"""It began: told once that is known, with `at` the instant it began."""
detected = Stage("detected")
"""Somebody or something noticed."""
triaged = Stage("triaged")
"""It is known what it is and who cares for it."""
contained = Stage("contained")
"""No further case is harmed."""
remediated = Stage("remediated")
"""The cause is gone, and what was harmed is mended."""
steady = Stage("steady")
"""Work flows as before."""
