"""Labels in a drawing: cut to the width there is, and put where they touch nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

CHARACTER = 6.4
"""Width of an average letter of 12 pixels."""
_LINE = 15.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle."""

    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: Box) -> bool:
        """Do they overlap?"""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


@dataclass(frozen=True, slots=True)
class Spot:
    """A point of a line beside which a label may stand: at its right (`side` 1) or at its left (-1)."""

    x: float
    y: float
    side: int


@dataclass(slots=True)
class Room:
    """What is taken of a drawing: boxes and labels, which none may touch, and points of lines, which none should."""

    left: float
    right: float
    taken: list[Box] = field(default_factory=list)
    lines: dict[str, Sequence[tuple[float, float]]] = field(default_factory=dict)

    def place(self, text: str, own_line: str, spots: Sequence[Spot], away: float) -> tuple[float, float] | None:
        """The middle of the base line beside the first spot where a text touches nothing; None: there is no room.

        It rather stands farther along its line than on another one.
        """
        half = len(text) * CHARACTER / 2 + 2
        found = [(spot.x + spot.side * (half + away), spot.y) for spot in spots]
        boxes = [Box(x - half, y - _LINE + 3, x + half, y + 3) for x, y in found]
        free = [index for index, box in enumerate(boxes) if self._is_free(box)]
        if not free:
            return None
        best = next((index for index in free if not self._is_on_line(boxes[index], own_line)), free[0])
        self.taken.append(boxes[best])
        return found[best]

    def _is_free(self, box: Box) -> bool:
        return self.left <= box.left and box.right <= self.right and not any(map(box.touches, self.taken))

    def _is_on_line(self, box: Box, own: str) -> bool:
        return any(
            box.left < x < box.right and box.top < y < box.bottom
            for line, points in self.lines.items() if line != own for x, y in points
        )  # fmt: skip


def wrapped(text: str, width: float, lines: int = 2) -> list[str]:
    """At most so many lines of a text; what does not fit is cut with an ellipsis."""
    most = max(int(width / CHARACTER), 4)
    found: list[str] = [""]
    for word in text.split():
        if not found[-1] or len(found[-1]) + 1 + len(word) <= most:
            found[-1] = f"{found[-1]} {word}".strip()
        else:
            found.append(word)
    kept = found[:lines]
    if len(found) > lines:
        kept[-1] = f"{kept[-1]} …"
    return [line if len(line) <= most else line[: most - 1].rstrip(" …") + "…" for line in kept]
