"""Reading a page as a reader does: its visible text by part, and the tags in it."""

from __future__ import annotations

from html.parser import HTMLParser

_SILENT = {"style", "script", "title"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.executive: list[str] = []
        self.technical: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._silent = 0
        self._in_notes = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.tags.append((tag, named))
        self._silent += tag in _SILENT
        if tag == "section" and named.get("class") == "notes":
            self._in_notes = True
        if named.get("aria-label") and not self._in_notes:
            self.executive.append(str(named["aria-label"]))

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            (self.technical if self._in_notes else self.executive).append(data.strip())


def read_page(html: str) -> _Reader:
    """Text of the executive part and of the technical notes, and all tags with their attributes."""
    reader = _Reader()
    reader.feed(html)
    return reader
