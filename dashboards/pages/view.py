"""What a page is, and which there are: every module of this folder with a VIEW gives pages of its kind."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from dashboards.bundle import BundleData


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a bundle. `stem` names its files, `title` stands in the list of pages; `content` is for `template`.

    The first page of a bundle has the stem `index`.
    """

    stem: str
    title: str
    template: str
    content: Any


@dataclass(frozen=True, slots=True)
class Link:
    """A page of the bundle, in the list that stands on every page of it."""

    title: str
    href: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class View:
    """A kind of page: none, one or many for a bundle. Views stand in readers' order, by `place`.

    `name` is what a link to this kind of page alone allows to see.
    """

    name: str
    place: int
    pages: Callable[[BundleData], Iterable[Page]]


@lru_cache(maxsize=1)
def views() -> tuple[View, ...]:
    """Every view, in readers' order."""
    package = importlib.import_module("dashboards.pages")
    modules = (
        importlib.import_module(entry.name) for entry in pkgutil.iter_modules(package.__path__, "dashboards.pages.")
    )
    found = [module.VIEW for module in modules if hasattr(module, "VIEW")]
    return tuple(sorted(found, key=lambda view: (view.place, view.name)))


def pages_of(data: BundleData) -> dict[str, tuple[Page, ...]]:
    """All pages of a bundle, by the name of their view; views without a page here are left out."""
    found = {view.name: tuple(view.pages(data)) for view in views()}
    return {name: pages for name, pages in found.items() if pages}
