"""Who is responsible, and who is automated."""

from __future__ import annotations

from typing import Literal

from metrics.stream.section import PerformerKind, Section


class PerformerRule(Section):
    """Performers, roles or teams that are of one kind."""

    kind: PerformerKind
    performers: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()


class Performers(Section):
    """Who is responsible, and who is automated. An event's own kind beats a rule; the first rule that matches wins."""

    responsible: Literal["performer", "role", "team"] = "performer"
    kinds: tuple[PerformerRule, ...] = ()
