"""The files of a review that are taken away: workbook, slides, PDF, and the numbers that they share with the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from pathlib import Path

from dashboards.bundle import BundleData
from dashboards.manifest import ToldNumber
from dashboards.pages.full_review import STEM, FullReview
from dashboards.pages.review import Review
from dashboards.pages.view import Page
from dashboards.printing.printer import NAME as PDF
from dashboards.printing.printer import Printer
from dashboards.slides.deck import deck_of
from dashboards.slides.writing import write_deck
from dashboards.told_numbers import told_numbers
from dashboards.workbook.build import NAME as WORKBOOK
from dashboards.workbook.build import review_workbook

SLIDES = "review.pptx"
"""The slides of the bundle."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How they are made: a password for cells that are no inputs, a master for slides, what prints; each may lack."""

    workbook_password: str | None = None
    template: Path | None = None
    printer: Printer | None = None


@dataclass(frozen=True, slots=True)
class Documents:
    """The files by name, and every number that page, slides and workbook hold."""

    files: dict[str, bytes]
    numbers: tuple[ToldNumber, ...]


def documents_of(
    data: BundleData, pages: Mapping[str, tuple[Page, ...]], review: Review, wishes: Wishes
) -> Documents:  # fmt: skip
    """In the language spoken. A browser is another process, and prints while workbook and slides are made."""
    (full,) = (page.content for found in pages.values() for page in found if page.stem == STEM)
    with ThreadPoolExecutor(1) as beside:
        printing = _begin(beside, data, full, wishes.printer)
        workbook, deck = review_workbook(data, review, wishes.workbook_password), deck_of(data, pages)
        files = {WORKBOOK: workbook.content, SLIDES: write_deck(deck, wishes.template)}
        numbers = told_numbers(data, full, deck, workbook.places)
        return Documents(files if printing is None else {**files, PDF: printing()}, numbers)


def _begin(
    beside: ThreadPoolExecutor, data: BundleData, full: FullReview, printer: Printer | None
) -> Callable[[], bytes] | None:
    if printer is None:
        return None
    return beside.submit(copy_context().run, printer, full, data.state.ran_at).result
