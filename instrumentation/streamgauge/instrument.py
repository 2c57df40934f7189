"""Who tells, of which stream, into which outbox: one record, made once by `configure` and never changed.

Knows what stands in every event of a process; knows no verb.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from opentelemetry import trace

from streamgauge.errors import ConfigurationError
from streamgauge.event import Clock, NewId, uuid7
from streamgauge.facts import Facts, write
from streamgauge.outbox import Outbox

SHORTEST_KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class Instrument:
    """What `configure` was told. `facts` is what every event carries, made from the other fields."""

    service: str
    stream: str
    outbox: Outbox | None
    """None: not configured; events are told to nobody."""
    version: str | None = None
    environment: str | None = None
    revision: str | None = None
    stream_version: str | None = None
    pseudonym_key: bytes | None = field(default=None, repr=False)
    clock: Clock = time.time_ns
    new_id: NewId = uuid7
    required: bool = True
    """Whether an event the outbox refuses raises OutboxError; else it is a counted warning."""
    tracer: trace.Tracer = field(default_factory=lambda: trace.get_tracer("streamgauge"), repr=False)
    facts: Facts = field(init=False, repr=False)

    def __post_init__(self) -> None:
        told = {
            "service.name": self.service,
            "service.version": self.version,
            "deployment.environment.name": self.environment,
            "vcs.ref.head.revision": self.revision,
            "stream.name": self.stream,
            "stream.version": self.stream_version,
        }
        object.__setattr__(self, "facts", write({name: text for name, text in told.items() if text is not None}))


def configure(
    *,
    service: str,
    stream: str,
    outbox: Outbox,
    version: str | None = None,
    environment: str | None = None,
    revision: str | None = None,
    stream_version: str | None = None,
    pseudonym_key: bytes | None = None,
    clock: Clock = time.time_ns,
    new_id: NewId = uuid7,
    required: bool = True,
    tracer_provider: trace.TracerProvider | None = None,
) -> Instrument:
    """Say once, at start-up, who tells; the verbs use it from then on, in every thread.

    `version` is the release of the service, `pseudonym_key` at least 16 secret bytes by which performer ids are hashed.

    Raises:
        ConfigurationError: an argument cannot work.
    """
    texts = {"version": version, "environment": environment, "revision": revision, "stream_version": stream_version}
    _refuse_no_text(
        {"service": service, "stream": stream, **{k: text for k, text in texts.items() if text is not None}}
    )
    if not callable(getattr(outbox, "put", None)):
        raise ConfigurationError(f"outbox is {outbox!r}; expected an outbox, e.g. FileOutbox(folder, service)")
    if pseudonym_key is not None and (not isinstance(pseudonym_key, bytes) or len(pseudonym_key) < SHORTEST_KEY_BYTES):
        raise ConfigurationError(f"pseudonym_key must be at least {SHORTEST_KEY_BYTES} secret bytes")
    if not callable(clock) or not callable(new_id):
        raise ConfigurationError("clock and new_id must be functions, e.g. time.time_ns and streamgauge.event.uuid7")
    tracer = trace.get_tracer("streamgauge", tracer_provider=tracer_provider)
    made = Instrument(
        service, stream, outbox, version, environment, revision, stream_version, pseudonym_key, clock, new_id,
        required, tracer,
    )  # fmt: skip
    use(made)
    return made


def current() -> Instrument:
    """The configured Instrument; without `configure` one that tells nobody."""
    return _current


def use(instrument: Instrument) -> Instrument:
    """Let the verbs use this Instrument; returns the one they used before."""
    global _current  # one process, one teller: that is what configure promises
    before, _current = _current, instrument
    return before


def _refuse_no_text(texts: Mapping[str, object]) -> None:
    for name, text in texts.items():
        if not isinstance(text, str) or not text.strip():
            raise ConfigurationError(f"{name} is {text!r}; expected a text that is not empty")


_current = Instrument("unknown_service", "unknown_stream", None)
