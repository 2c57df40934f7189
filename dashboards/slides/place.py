"""A place on a slide, in inches."""

from __future__ import annotations

from dataclasses import dataclass

from pptx.util import Emu, Inches

_EMU = 914_400


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands and how large it is."""

    left: float
    top: float
    width: float
    height: float

    @classmethod
    def of(cls, shape: object) -> Place:
        """The place of a shape or placeholder."""
        found = (getattr(shape, name) / _EMU for name in ("left", "top", "width", "height"))
        return cls(*found)

    def emu(self) -> tuple[Emu, Emu, Emu, Emu]:
        """As the office counts."""
        return Inches(self.left), Inches(self.top), Inches(self.width), Inches(self.height)

    def below(self, used: float) -> Place:
        """What is left under the first `used` inches."""
        return Place(self.left, self.top + used, self.width, max(self.height - used, 0.0))

    def columns(self, how_many: int, gap: float) -> list[Place]:
        """As many places side by side."""
        width = (self.width - gap * (how_many - 1)) / how_many
        return [Place(self.left + i * (width + gap), self.top, width, self.height) for i in range(how_many)]
