"""The stream file: one per value stream, typed, with errors that name the line."""

from metrics.stream.model import Stream
from metrics.stream.parse import parse_stream, read_quantity
from metrics.stream.step_names import check_steps

__all__ = ["Stream", "check_steps", "parse_stream", "read_quantity"]
