"""What a check cell says: as published, or changed from it; live, in the language of the review."""

from __future__ import annotations

from decimal import Decimal

from dashboards.language import say
from dashboards.workbook.book import Formula, Sheet, Styled, quoted


def as_published() -> str:
    """Nothing was changed, and all of it ties."""
    return say("as published")


def changed() -> str:
    """Something was changed, or does not tie."""
    return say("changed from published")


def state(difference: str, published: str, *, is_as_published: bool = True) -> Formula:
    """Whether a difference is none: less than a millionth, or than what a spreadsheet can tell apart."""
    text = (
        f"=IF(ABS({difference})<=MAX(0.000001,ABS({published})*0.000000000001),"
        f"{quoted(as_published())},{quoted(changed())})"
    )
    return Formula(text, as_published() if is_as_published else changed())


def is_same(now: Decimal | float, published: Decimal | float) -> bool:
    """What the formula of `state` finds."""
    return abs(float(now) - float(published)) <= max(1e-6, abs(float(published)) * 1e-12)


def colour(sheet: Sheet, first: int, last: int, column: int) -> None:
    """Green where it says as published, orange elsewhere; the words say it, too."""
    same = sheet.book.plain_style(font_color="#1F7A49")
    other = sheet.book.plain_style(font_color="#B0470A", bg_color="#FDEEE3")
    for criteria, look in (("==", same), ("!=", other)):
        told = {"type": "cell", "criteria": criteria, "value": quoted(as_published()), "format": look}
        sheet.made.conditional_format(first, column, last, column, told)


def compared(sheet: Sheet, label: str, live: Formula, published: Decimal | float, shape: str) -> list[Styled]:
    """A row to be written next: what it is, now, as published, the difference, and what that means."""
    row = sheet.row
    now, then, moved = (sheet.at(row, column) for column in (1, 2, 3))
    assert not isinstance(live.value, str)
    difference = Formula(f"={now}-{then}", float(live.value) - float(published))
    return [
        (label, "text", ""), (live, "number", shape), (published, "number", shape), (difference, "number", shape),
        (state(moved, then, is_as_published=is_same(live.value, published)), "state", ""),
    ]  # fmt: skip
