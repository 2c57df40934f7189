"""The errors of this room: what stops a receiver from starting, and what makes it refuse a request for now."""

from __future__ import annotations

from pathlib import Path

from pipelines.errors import PipelineError


class ReceiverError(PipelineError):
    """The receiver or its log cannot be used as asked; final until somebody mends it."""

    @classmethod
    def from_position_ahead(cls, folder: Path, position: str) -> ReceiverError:
        """A reader stands behind the end of the log: reading on from there would pass over what comes next."""
        return cls(
            f"The position {position} lies ahead of every segment in {folder}: the folder was emptied or replaced. "
            "Put the segments back, or read from the beginning again (events that are known are not counted twice)."
        )

    @classmethod
    def from_folder(cls, folder: Path, error: OSError) -> ReceiverError:
        """The folder of the log cannot be prepared for writing."""
        return cls(
            f"The log in {folder} cannot be written: {error}. Mend the disk or its permissions, then start again."
        )


class LogRefusedError(Exception):
    """Nothing was promised: the same bytes may be sent again after `retry_after_seconds`.

    `reason` is one of a closed list of words, for counting; the text is for a person.
    """

    def __init__(self, reason: str, text: str, retry_after_seconds: int = 1) -> None:
        super().__init__(text)
        self.reason = reason
        self.retry_after_seconds = retry_after_seconds
