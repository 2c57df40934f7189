"""Which way the PDF is made: by the browser of this machine, or without one by Typst."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from pathlib import Path

from dashboards.pages.full_review import FullReview
from dashboards.printing.browser import find_browser, print_pdf
from dashboards.printing.page import START, printed_files
from dashboards.printing.typesetting import set_pdf

NAME = "review.pdf"
"""The PDF of a bundle."""
NO_BROWSER = "none"
Printer = Callable[[FullReview, dt.datetime], bytes]
"""Makes the PDF of a review that says it was made at an instant (UTC), in the language spoken; raises PrintingError."""


def find_printer(told: str | None = None) -> Printer:
    """By the browser at the path told, without one where `none` is told, else by the first browser on the PATH.

    Raises:
        PrintingError: nothing that runs lies at the path told.
    """
    browser = browser_of(told)
    return set_pdf if browser is None else partial(print_by, browser)


def browser_of(told: str | None = None) -> Path | None:
    """The browser at the path told, none where `none` is told, else the first one on the PATH, if there is any.

    Raises:
        PrintingError: nothing that runs lies at the path told.
    """
    return None if told == NO_BROWSER else find_browser(Path(told) if told else None)


def print_by(browser: Path, review: FullReview, made_at: dt.datetime) -> bytes:
    """The PDF, printed by this browser."""
    return print_pdf(browser, printed_files(review), START, made_at)
