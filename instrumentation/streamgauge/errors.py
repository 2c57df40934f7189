"""The errors of the library. A service sees one only where it asked for a promise that cannot be kept."""

from __future__ import annotations


class StreamgaugeError(Exception):
    """Base of every error this library raises."""


class OutboxError(StreamgaugeError):
    """An event could not be stored as promised: it is not in the outbox. The disk is full, or the database refused."""


class ConfigurationError(StreamgaugeError):
    """`configure` was called with something that cannot work; raised at start-up, never while serving."""
