"""Publishing reviews: which quarter, and where the page lies. The page itself is made by dashboards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from metrics.evaluate import known_days
from metrics.periods import parse_period, period_on, previous, spine
from metrics.stream import Stream
from pipelines.errors import PipelineError
from pipelines.registry import load, load_measurable, registered_names
from pipelines.settings import Settings
from pipelines.warehouse.publication import open_published


@dataclass(frozen=True, slots=True)
class PublishedReview:
    """A published page and its headline sentences."""

    stream: str
    period: str
    page: Path
    sentences: tuple[str, ...]

    def as_fact(self) -> dict[str, object]:
        """The object `streamgauge review --json` prints."""
        return {"stream": self.stream, "period": self.period, "page": str(self.page), "sentences": list(self.sentences)}


def refuse_unknown_language(language: str | None) -> None:
    """Before a long run, not after it: can pages be written in this language? None is that of the stream file.

    Raises:
        LanguageError: there is no catalogue for it.
    """
    from dashboards.publish import refuse_language

    if language is not None:
        refuse_language(language)


def refuse_unfit_template(template: Path | None) -> None:
    """Before a long run, too: can slides be written in this PowerPoint template? None is our own.

    Raises:
        TemplateError: it cannot be read, or lacks a layout or a placeholder that slides are written into.
    """
    if template is not None:
        from dashboards.publish import refuse_template

        refuse_template(template)


def publish_reviews(
    settings: Settings, stream: str | None = None, period: str | None = None, language: str | None = None,
    template: Path | None = None,
) -> list[PublishedReview]:  # fmt: skip
    """Publish one quarter of one stream, or of every stream that has data in it; several stand on one page, too.

    Pages speak the language of the stream file, or the one asked for. Slides have the master of the template given, of
    `template.pptx` in the home, or ours.

    Raises:
        StorageError: nothing was published yet; run first.
        PipelineError: no stream has data in the quarter.
        PeriodError, DashboardError: the period is no quarter, or cannot be shown; no page speaks the language.
    """
    published = _publish_each(settings, stream, period, language, template)
    return [*published, *publish_portfolios(settings, [review.period for review in published], language)]


def _publish_each(
    settings: Settings, stream: str | None, period: str | None, language: str | None = None,
    template: Path | None = None,
) -> list[PublishedReview]:  # fmt: skip
    from dashboards.publish import find_printer, publish_review

    printer = find_printer(settings.chromium)
    chosen = [load(settings, stream)] if stream else load_measurable(settings)
    published, outside = [], []
    master = template or (settings.template if settings.template.is_file() else None)
    for registered in chosen:
        quarter = period or last_whole_quarter(settings, registered.stream)
        if reason := _outside(settings, registered.stream, quarter):
            outside.append(reason)
            continue
        name = registered.stream.stream
        bundle = publish_review(
            settings.published_database, settings.pages, name, quarter, language, settings.workbook_password, master,
            printer,
        )  # fmt: skip
        published.append(PublishedReview(name, quarter, bundle.page, tuple(bundle.sentences)))
    if not published:
        raise PipelineError(" ".join(outside))
    return published


def publish_portfolios(
    settings: Settings, periods: Iterable[str], language: str | None = None
) -> list[PublishedReview]:  # fmt: skip
    """Publish one page of all streams for each of these quarters of which several streams have a review."""
    from dashboards.portfolio.publish import publish_portfolio

    names, published = registered_names(settings), []
    for period in sorted(set(periods)):
        told = [name for name in names if (settings.pages / name / period).is_dir()]
        if len(told) > 1:
            found = publish_portfolio(settings.published_database, settings.pages, told, period, language)
            published.append(PublishedReview("all streams", period, found.page, (found.heading,)))
    return published


def publish_standing_reviews(settings: Settings) -> list[PublishedReview]:
    """Publish the last whole quarter of every stream, and anew every quarter that stands published already."""
    published = []
    for registered in load_measurable(settings):
        name = registered.stream.stream
        standing = {folder.name for folder in (settings.pages / name).glob("[0-9]*-Q[1-4]") if folder.is_dir()}
        for period in sorted(standing | {last_whole_quarter(settings, registered.stream)}):
            published += _publish_each(settings, name, period)
    return [*published, *publish_portfolios(settings, [review.period for review in published])]


def last_whole_quarter(settings: Settings, stream: Stream) -> str:
    """The last quarter whose last day has data; the only one when none is whole."""
    first_on, last_on = _days_with_data(settings, stream)
    quarter = period_on(last_on, "quarter", stream.fiscal_year_starts)
    if (quarter.until_on - last_on).days <= 1:
        return quarter.key
    before = previous(quarter, stream.fiscal_year_starts)
    return before.key if before is not None and before.until_on > first_on else quarter.key


def _outside(settings: Settings, stream: Stream, quarter: str) -> str | None:
    """Why a quarter has no page: without a day of data it would say nothing, and stay among the others."""
    first_on, last_on = _days_with_data(settings, stream)
    known = spine(first_on, last_on, "quarter", stream.fiscal_year_starts)
    wanted = parse_period(quarter, year_starts=stream.fiscal_year_starts)
    if wanted.grain == "quarter" and wanted.key not in {period.key for period in known}:
        return f"{stream.name} has data from {known[0].key} to {known[-1].key}, none in {wanted.key}."
    return None


def _days_with_data(settings: Settings, stream: Stream) -> tuple[dt.date, dt.date]:
    connection = open_published(settings)
    try:
        first_on, last_on = known_days(connection, stream)
    finally:
        connection.close()
    if first_on is None or last_on is None:
        raise PipelineError(f"No case of {stream.stream!r} has begun yet; is the trigger right?")
    return first_on, last_on
