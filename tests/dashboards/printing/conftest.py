"""Reviews as PDF for the tests of this folder: of any rows, in both ways, each made once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from dashboards.bundle import BundleData
from dashboards.language import speaking
from dashboards.pages.full_review import FullReview, build_full_review
from dashboards.printing.page import printed_files
from dashboards.printing.printer import NO_BROWSER, find_printer
from dashboards.reading import read_bundle
from tests.dashboards.builder import QUARTER, STREAM, Published, orders
from tests.dashboards.hostile_rows import hostile_orders
from tests.dashboards.printing.pdf_file import POPPLER, WHY
from tests.dashboards.serving import CHROMIUM
from tests.dashboards.slides.test_legible import below_gate, few, forty_releases, negative, nothing, only_open
from tests.dashboards.test_german_pages import german

WAYS = ("chromium", "typst")
STATES: dict[str, Callable[[], Published]] = {
    "plain": orders, "german": lambda: german(orders()), "nothing": nothing, "one case": lambda: few(1),
    "below the gate": below_gate, "only open": only_open, "forty releases": forty_releases,
    "negative benefits": negative, "hostile": hostile_orders,
}  # fmt: skip


@dataclass(frozen=True)
class Printed:
    """A review, the page it is printed from, and its PDF."""

    data: BundleData
    review: FullReview
    html: str
    content: bytes


Print = Callable[[str, str], Printed]


def read_state(folder: Path, published: Published) -> BundleData:
    """The rows as a bundle's data."""
    return read_bundle(published.write(folder / "paper.duckdb"), STREAM, QUARTER)


def made(data: BundleData, way: str) -> Printed:
    """The PDF of a bundle, made in one of the ways."""
    with speaking(data.language):
        review = build_full_review(data)
        html = printed_files(review)["review.html"].decode()
        content = find_printer(NO_BROWSER if way == "typst" else CHROMIUM)(review, data.state.ran_at)
    return Printed(data, review, html, content)


@pytest.fixture(scope="package")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Print:
    """The PDF of a state in one of the ways; skips where a tool that it needs is not here, and says which."""

    @cache
    def make(state: str, way: str) -> Printed:
        return made(read_state(tmp_path_factory.mktemp("paper"), STATES[state]()), way)

    def run(state: str, way: str) -> Printed:
        skip_without(way)
        return make(state, way)

    return run


def skip_without(way: str) -> None:
    """Skip, loudly, where the browser or poppler is not here."""
    if way == "chromium" and CHROMIUM is None:
        pytest.skip("no chromium, chromium-browser or google-chrome: nothing was printed by a browser")
    if not POPPLER:
        pytest.skip(WHY)
