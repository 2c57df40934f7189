"""Setting the review by Typst, where no browser is: the same content, by a compiler that is part of this process.

Nothing is read but our template and our fonts, and no network exists for it. The result is tagged; it is
PDF/UA-1 where each letter of it is in a font of this machine.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from types import ModuleType

from dashboards.errors import PrintingError
from dashboards.pages.full_review import FullReview
from dashboards.printing.document import document_of
from dashboards.printing.page import FONTS

_NO_LETTER = "could not be displayed"
"""What Typst says of a letter that no font here has. PDF/UA-1 forbids such; a name may have one all the same."""
TEMPLATE = Path(__file__).parent / "review.typ"


def set_pdf(review: FullReview, made_at: dt.datetime) -> bytes:
    """The review as a PDF that says it was made at `made_at` (UTC); in the language spoken.

    Raises:
        PrintingError: Typst refused it.
    """
    import typst  # 34 MB that only this needs

    told = json.dumps(document_of(review, made_at), ensure_ascii=False)
    try:
        return _compile(typst, told, made_at, ["ua-1"])
    except typst.TypstError as error:
        if _NO_LETTER not in str(error):
            raise PrintingError.from_typesetting(str(error)[:500]) from error
    try:
        return _compile(typst, told, made_at, [])
    except typst.TypstError as error:
        raise PrintingError.from_typesetting(str(error)[:500]) from error


def _compile(typst: ModuleType, told: str, made_at: dt.datetime, standards: list[str]) -> bytes:
    made: bytes = typst.compile(
        TEMPLATE.read_bytes(), font_paths=[str(FONTS)], sys_inputs={"review": told}, format="pdf",
        pdf_standards=standards, timestamp=int(made_at.replace(tzinfo=dt.UTC).timestamp()),
    )  # fmt: skip
    return made
