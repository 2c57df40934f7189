"""Publishing a portfolio: its page, its list of values and their manifest, swapped in whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dashboards.language import ENGLISH, speaking
from dashboards.manifest import NAME, PORTFOLIO, Manifest, bundles_in, digest, portfolios_in
from dashboards.pages.listing import render_listing
from dashboards.portfolio.page import Portfolio, build_portfolio
from dashboards.reading import read_bundle
from dashboards.rendering import render
from dashboards.statics import static_files
from dashboards.swapping import put_file, put_files
from dashboards.value_list import values_csv


@dataclass(frozen=True, slots=True)
class PortfolioBundle:
    """Where a portfolio was published, and its finding."""

    page: Path
    heading: str


def publish_portfolio(
    published_db: Path, out_dir: Path, streams: Sequence[str], period: str, language: str | None = None
) -> PortfolioBundle:
    """Build the portfolio of these streams and one quarter as `out_dir/all~streams~portfolio/<period>/`.

    It speaks the language that all of them speak, else English, or the one asked for.

    Raises:
        as `publish_review`.
    """
    told = [read_bundle(published_db, stream, period, language) for stream in streams]
    if len({data.language for data in told}) > 1:
        told = [read_bundle(published_db, stream, period, ENGLISH) for stream in streams]
    spoken = told[0].language
    with speaking(spoken):
        page = build_portfolio(told, PORTFOLIO)
        files = _files(page, spoken, told[0].state.run_id, told[0].state.code_version)
    directory = out_dir / PORTFOLIO / page.key
    directory.parent.mkdir(parents=True, exist_ok=True)
    put_files(directory, files)
    put_file(out_dir / "index.html", render_listing(bundles_in(out_dir), portfolios_in(out_dir)).encode())
    return PortfolioBundle(directory / "index.html", page.heading)


def _files(page: Portfolio, language: str, run_id: str, code_version: str) -> dict[str, bytes]:
    html = render("portfolio.html.j2", page=page, links=(), values="values.csv", embedded=False, exploring=True)
    files = {"index.html": html.encode(), "values.csv": values_csv(page.cards)}
    files |= static_files()
    manifest = Manifest(
        stream=PORTFOLIO, name=page.name, period=page.key, period_words=page.period, sentence=page.heading,
        run_id=run_id, ledger_fingerprint="", code_version=code_version, language=language,
        files={name: digest(content) for name, content in sorted(files.items())},
        views={"portfolio": ["index.html", "values.csv"]},
    )  # fmt: skip
    return {**files, NAME: manifest.to_bytes()}
