"""Publishing a memo: one folder a stream and window with page, list of values and PDF, swapped in whole.

Same published file, same page and list. The page carries its style and letters, so that it can be sent alone.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup

from dashboards.language import speaking
from dashboards.memo.page import Memo, build_memo
from dashboards.memo.reading import MemoData, read_memo
from dashboards.printing.browser import print_pdf
from dashboards.printing.printer import browser_of
from dashboards.rendering import render
from dashboards.swapping import put_files
from dashboards.value_list import values_csv

__all__ = ["PublishedMemo", "browser_of", "publish_memo"]
PAGE, VALUES, PRINTED = "memo.html", "memo.csv", "memo.pdf"
_STATIC = Path(__file__).parents[1] / "static"
_LETTERS = (("inter-latin-400-normal.woff2", "100 520"), ("inter-latin-600-normal.woff2", "521 900"))


@dataclass(frozen=True, slots=True)
class PublishedMemo:
    """Where a memo was published, and its first sentences. `printed` is None where no browser could print it."""

    stream: str
    window: str
    is_frozen: bool
    page: Path
    values: Path
    printed: Path | None
    sentences: tuple[str, ...]


def publish_memo(
    published_db: Path, out_dir: Path, stream: str, period: str | None = None, language: str | None = None,
    browser: Path | None = None,
) -> PublishedMemo:  # fmt: skip
    """Write the memo of a stream as the directory `out_dir/<stream>/<window>/`, replacing an older one at once.

    A browser makes its PDF; without one it has none.

    Raises:
        PublishedFileError: the published file is absent, unreadable or lacks a table.
        NotPublishedError: the stream is not in it, or nothing is published for the period.
        PeriodError: the period cannot be read.
        LanguageError: pages cannot be written in this language.
        PrintingError: the browser failed; what was published before stays.
    """
    data = read_memo(published_db, stream, period, language)
    with speaking(data.bundle.language):
        memo = build_memo(data)
        files = memo_files(memo)
    if browser is not None:
        files[PRINTED] = print_pdf(browser, {PAGE: files[PAGE]}, PAGE, data.bundle.state.ran_at)
    place = out_dir / data.bundle.state.stream / folder_of(data)
    place.parent.mkdir(parents=True, exist_ok=True)
    put_files(place, files)
    printed = place / PRINTED if PRINTED in files else None
    return PublishedMemo(
        data.bundle.state.stream, data.window.key, data.is_frozen, place / PAGE, place / VALUES, printed,
        (memo.headline.text, memo.since.text),
    )  # fmt: skip


def memo_files(memo: Memo) -> dict[str, bytes]:
    """Page and list of values by name, in the language spoken."""
    return {PAGE: render("memo.html.j2", page=memo, style=_style()).encode(), VALUES: values_csv(memo)}


def folder_of(data: MemoData) -> str:
    """The name of the folder of a window: '2026-Q3', or 'baseline-2026-Q1' of frozen numbers."""
    key = re.sub(r"[^A-Za-z0-9-]+", "-", data.window.key)
    return f"baseline-{key}" if data.is_frozen else key


@lru_cache(maxsize=1)
def _style() -> Markup:
    """The style sheet with its letters in it. Both are files of ours, so nothing in them needs escaping."""
    faces = [
        f'@font-face{{font-family:Inter;font-weight:{weight};src:url(data:font/woff2;base64,'
        f'{base64.b64encode((_STATIC / name).read_bytes()).decode()}) format("woff2")}}'
        for name, weight in _LETTERS
    ]  # fmt: skip
    return Markup("\n".join([*faces, (_STATIC / "memo.css").read_text("utf-8")]))  # noqa: S704
