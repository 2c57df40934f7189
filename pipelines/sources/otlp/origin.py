"""Who told it: what a resource says that all its spans and log records share, worked out once a resource.

Knows the names of OpenTelemetry's resources and of the wire contract; knows no encoding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipelines.sources.meaning import RefusedError, shown
from streamgauge.attributes import ATTRIBUTES, PREFIX

SHORT_NAMES = {a.name: a.short_name for a in ATTRIBUTES if a.name.startswith(PREFIX)}
LOOKALIKES = frozenset(SHORT_NAMES.values())
"""Names that are ours only with the prefix: a stranger's `outcome` must not become the outcome."""

_CONTRACT = frozenset(a.name for a in ATTRIBUTES)
_UNKNOWN = "unknown_service"  # OpenTelemetry's own word for a service that does not say its name


@dataclass(frozen=True, slots=True)
class Origin:
    """A resource. `shared` holds its attributes of the wire contract, under their full names."""

    service: str | None
    namespace: str | None
    release: str | None
    environment: str | None
    told: Mapping[str, Any] = field(repr=False)
    shared: Mapping[str, Any] = field(repr=False)

    @property
    def source(self) -> str:
        """The source of its events where they name none themselves."""
        return f"otlp:{self.service or _UNKNOWN}"

    @classmethod
    def from_attributes(cls, told: Mapping[str, Any]) -> Origin:
        """An origin from a resource's attributes.

        Raises:
            RefusedError: a name, a version or an environment that is no text.
        """
        names = ("service.name", "service.namespace", "service.version", "deployment.environment.name")
        service, namespace, release, environment = (_read_text(told, name) for name in names)
        shared = {name: value for name, value in told.items() if name in _CONTRACT}
        return cls(service, namespace, release, environment, told, shared)


def to_short(told: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes under the names a CloudEvent has them: ours without prefix, a stranger's lookalike after `otlp.`."""
    return {
        SHORT_NAMES.get(name) or (f"otlp.{name}" if name in LOOKALIKES else name): value
        for name, value in told.items()
    }  # fmt: skip


def _read_text(told: Mapping[str, Any], name: str) -> str | None:
    value = told.get(name)
    if value is None or value == "":
        return None
    if type(value) is not str:
        raise RefusedError(f"{name} is {shown(value)}; it must be a text")
    return value
