"""Publishing a review: one immutable directory per stream and quarter, swapped in whole.

Same published file, same bytes: no clock, no random name and no machine path enters a bundle.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dashboards.bundle import BundleData
from dashboards.data_files import data_files
from dashboards.data_names import VIEW as PROGRAMS
from dashboards.documents import SLIDES, Wishes, documents_of
from dashboards.embedding.routes import FILE_TOKEN
from dashboards.exploring import explore_page
from dashboards.language import speaking
from dashboards.live import put_scripts
from dashboards.manifest import EXPLORE, NAME, Manifest, ToldNumber, bundles_in, digest, packed_name, portfolios_in
from dashboards.packing import WORTH_PACKING, pack
from dashboards.pages.full_review import STEM as FULL
from dashboards.pages.listing import render_listing
from dashboards.pages.review import VIEW as REVIEW_VIEW
from dashboards.pages.review import Review, headline_sentences
from dashboards.pages.view import Link, Page, pages_of
from dashboards.parts.measure import is_below_gate
from dashboards.parts.tiles import results_of
from dashboards.printing.printer import NAME as PDF
from dashboards.printing.printer import Printer, find_printer
from dashboards.reading import read_bundle
from dashboards.rendering import render
from dashboards.segment_pages import VIEW as SEGMENT
from dashboards.segment_pages import SegmentPage, segment_pages
from dashboards.slides.template import refuse_template
from dashboards.statics import static_files
from dashboards.swapping import put_file, put_files
from dashboards.value_list import values_csv
from dashboards.workbook.build import NAME as WORKBOOK

__all__ = [
    "Printer", "ReviewBundle", "find_printer", "headline_sentences", "publish_review", "refuse_language",
    "refuse_template",
]  # fmt: skip
_TEXTS = (".html", ".css", ".csv", ".json")


@dataclass(frozen=True, slots=True)
class ReviewBundle:
    """Where a review was published, and its five results in sentences."""

    directory: Path
    page: Path
    values: Path
    manifest: Path
    listing: Path
    sentences: list[str]


def publish_review(
    published_db: Path, out_dir: Path, stream: str, period: str, language: str | None = None,
    workbook_password: str | None = None,
    template: Path | None = None,
    printer: Printer | None = None,
) -> ReviewBundle:  # fmt: skip
    """Build the review of one quarter as the directory `out_dir/<stream>/<period>/`, replacing an older one at once.

    It speaks the language of the stream file, or the one asked for. A password protects the cells of its workbook that
    are no inputs. Its slides have our master, or that of a template. A printer makes its PDF; without one it has none.

    Raises:
        PublishedFileError: the published file is absent, unreadable or lacks a table.
        NotPublishedError: the stream is not in it, or the period is no quarter.
        PeriodError: the period cannot be read at all.
        StreamFileError: the stream file in the published file is broken.
        LanguageError: pages cannot be written in this language.
        TemplateError: slides cannot be written in this template.
        PrintingError: the printer failed; what was published before stays.
    """
    data = read_bundle(published_db, stream, period, language)
    with speaking(data.language):
        files, sentences = review_files(data, Wishes(workbook_password, template, printer)), headline_sentences(data)
    directory = out_dir / data.state.stream / data.period.key
    directory.parent.mkdir(parents=True, exist_ok=True)
    put_files(directory, files)
    _put_segments(out_dir, data)
    put_scripts(out_dir)
    put_file(out_dir / "index.html", render_listing(bundles_in(out_dir), portfolios_in(out_dir)).encode())
    return ReviewBundle(
        directory=directory, page=directory / "index.html", values=directory / "values.csv", manifest=directory / NAME,
        listing=out_dir / "index.html", sentences=sentences,
    )  # fmt: skip


def _put_segments(out_dir: Path, data: BundleData) -> None:
    """A bundle of its own for each part of the stream that may be shown alone; those that are no more are removed."""
    with speaking(data.language):
        bundles = {page.scope: _segment_files(data, page) for page in segment_pages(data)}
    for scope, files in bundles.items():
        (out_dir / scope).mkdir(exist_ok=True)
        put_files(out_dir / scope / data.period.key, files)
    for older in out_dir.glob(f"{data.state.stream}~*/{data.period.key}"):
        if older.parent.name not in bundles:
            shutil.rmtree(older)


def _segment_files(data: BundleData, page: SegmentPage) -> dict[str, bytes]:
    """The page to be framed, its list of values, and their manifest: not a byte of any other part."""
    html = render(
        "segment.html.j2", page=page, links=(), values=f"embed/values?token={FILE_TOKEN}", embedded=True,
        exploring=False,
    )  # fmt: skip
    files = {f"{SEGMENT}.embed.html": html.encode(), f"{SEGMENT}.csv": values_csv(page.cards)}
    state = data.state
    manifest = Manifest(
        stream=page.scope, name=page.name, period=page.key, period_words=page.period, sentence=page.heading.text,
        run_id=state.run_id, ledger_fingerprint=state.ledger_fingerprint, code_version=state.code_version,
        language=data.language, files={name: digest(content) for name, content in sorted(files.items())},
        views={SEGMENT: sorted(files)}, until_on=data.period.until_on.isoformat(),
    )  # fmt: skip
    return {**files, NAME: manifest.to_bytes()}


def refuse_language(language: str) -> None:
    """Nothing, for a language that pages can be written in.

    Raises:
        LanguageError: there is no catalogue for it.
    """
    with speaking(language):
        pass


def review_files(
    data: BundleData, wishes: Wishes
) -> dict[str, bytes]:  # fmt: skip
    """Every file of a bundle by its path in it, the manifest last; in the language spoken."""
    found = pages_of(data)
    (review,) = (page.content for page in found[REVIEW_VIEW.name])
    files: dict[str, bytes] = {}
    owners: dict[str, list[str]] = {}
    for view, pages in found.items():
        for page in pages:
            made = _page_files(page, found, has_pdf=wishes.printer is not None)
            files |= made
            owners[view if page.stem == "index" else page.stem] = sorted(made)
    files[f"{EXPLORE}.html"] = explore_page(data, _links(found))
    owners[EXPLORE] = [f"{EXPLORE}.html"]
    for_programs = data_files(data)
    files |= for_programs
    owners[PROGRAMS] = sorted(for_programs)
    documents = documents_of(data, found, review, wishes)
    files |= documents.files
    owners[REVIEW_VIEW.name] = [*owners[REVIEW_VIEW.name], WORKBOOK]
    owners[FULL] = [*owners[FULL], *([PDF] if wishes.printer else [])]
    owners["slides"] = [SLIDES]
    files |= static_files()
    packed = {name: pack(content) for name, content in files.items() if _is_packed(name, content)}
    manifest = _manifest_of(data, review, files, packed, owners, documents.numbers)
    files |= {packed_name(name): content for name, content in packed.items()}
    return {**files, NAME: manifest.to_bytes()}


def _manifest_of(
    data: BundleData, review: Review, files: Mapping[str, bytes], packed: Mapping[str, bytes],
    owners: dict[str, list[str]], numbers: tuple[ToldNumber, ...],
) -> Manifest:  # fmt: skip
    state = data.state
    return Manifest(
        stream=state.stream, name=state.name, period=data.period.key, period_words=review.period,
        sentence=review.hero.sentence.text, run_id=state.run_id, ledger_fingerprint=state.ledger_fingerprint,
        code_version=state.code_version, language=data.language,
        files={name: digest(content) for name, content in sorted(files.items())},
        views=owners, packed={name: digest(content) for name, content in sorted(packed.items())},
        results=results_of(review.tiles), freshness=review.freshness.sentences[0].text,
        until_on=data.period.until_on.isoformat(), is_current=review.freshness.is_current,
        is_reliable=not is_below_gate(data), numbers=numbers,
    )  # fmt: skip


def _is_packed(name: str, content: bytes) -> bool:
    """Is a gzip twin worth its place? Framed pages have none: each reader's holds a token of its own."""
    return name.endswith(_TEXTS) and not name.endswith(".embed.html") and len(content) >= WORTH_PACKING


def _page_files(page: Page, found: Mapping[str, tuple[Page, ...]], *, has_pdf: bool) -> dict[str, bytes]:
    """A page and the list of its values, as files of the bundle."""
    values = "values.csv" if page.stem == "index" else f"{page.stem}.csv"
    html = render(
        page.template, page=page.content, links=_links(found, page.stem), values=values, embedded=False,
        exploring=False, has_pdf=has_pdf,
    )  # fmt: skip
    address = f"embed/values?token={FILE_TOKEN}"
    framed = render(page.template, page=page.content, links=(), values=address, embedded=True, exploring=False)
    return {
        f"{page.stem}.html": html.encode(), f"{page.stem}.embed.html": framed.encode(),
        values: values_csv(page.content),
    }  # fmt: skip


def _links(found: Mapping[str, tuple[Page, ...]], here: str | None = None) -> list[Link]:
    return [
        Link(page.title, f"{page.stem}.html", is_here=page.stem == here) for pages in found.values() for page in pages
    ]
