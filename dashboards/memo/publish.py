"""Publishing a memo: one folder a stream and window with page, list of values and PDF, swapped in whole.

Same published file, same page and list. The page carries its style and letters, so that it can be sent alone.
"""

from __future__ import annotations

import base64
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup

from dashboards.language import speaking
from dashboards.memo.page import Memo, build_memo
from dashboards.memo.printing import print_pdf
from dashboards.memo.reading import MemoData, read_memo
from dashboards.rendering import render
from dashboards.swapping import put_directory
from dashboards.value_list import values_csv

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
    published_db: Path, out_dir: Path, stream: str, period: str | None = None, language: str | None = None
) -> PublishedMemo:
    """Write the memo of a stream as the directory `out_dir/<stream>/<window>/`, replacing an older one at once.

    Raises:
        PublishedFileError: the published file is absent, unreadable or lacks a table.
        NotPublishedError: the stream is not in it, or nothing is published for the period.
        PeriodError: the period cannot be read.
        LanguageError: pages cannot be written in this language.
    """
    data = read_memo(published_db, stream, period, language)
    with speaking(data.bundle.language):
        memo = build_memo(data)
        files = memo_files(memo)
    place = out_dir / data.bundle.state.stream / folder_of(data)
    place.parent.mkdir(parents=True, exist_ok=True)
    _write_whole(place, files)
    printed = place / PRINTED if PRINTED in files else None
    return PublishedMemo(
        data.bundle.state.stream, data.window.key, data.is_frozen, place / PAGE, place / VALUES, printed,
        (memo.headline.text, memo.since.text),
    )  # fmt: skip


def memo_files(memo: Memo) -> dict[str, bytes]:
    """The files of a memo by name, in the language spoken; without the PDF where no browser can print."""
    files = {PAGE: render("memo.html.j2", page=memo, style=_style()).encode(), VALUES: values_csv(memo)}
    printed = print_pdf({PAGE: files[PAGE]}, PAGE)
    return files if printed is None else {**files, PRINTED: printed}


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


def _write_whole(place: Path, files: Mapping[str, bytes]) -> None:
    building = Path(tempfile.mkdtemp(dir=place.parent, prefix=".building-"))
    try:
        for name, content in files.items():
            (building / name).write_bytes(content)
        building.chmod(0o755)  # mkdtemp makes it private; who reads pages may be somebody else
        put_directory(building, place)
    finally:
        shutil.rmtree(building, ignore_errors=True)
