"""Which published reviews may be told of: read off the manifests of the pages, nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.manifest import NAME, Manifest, bundles_in, digest, read_manifest
from pipelines.errors import PipelineError
from pipelines.settings import Settings

_READ_AGAIN = 3


@dataclass(frozen=True, slots=True)
class Due:
    """A published bundle, and the sha256 of its manifest."""

    bundle: Manifest
    manifest_sha256: str


def due_reviews(settings: Settings, stream: str | None = None, period: str | None = None) -> list[Due]:
    """The newest review of each stream, or of one; or that of the quarter named, of each stream that has one.

    Raises:
        PipelineError: there is none.
        ManifestError: a bundle was changed at every look.
    """
    found = bundles_in(settings.pages)
    of_stream = [bundle for bundle in found if stream in (None, bundle.stream)]
    wanted = [bundle for bundle in of_stream if period is None or bundle.period == period.strip().upper()]
    if not wanted:
        raise PipelineError(_none_found(settings, found, of_stream, stream, period))
    newest: dict[str, Manifest] = {}
    for bundle in wanted:  # newest first within a stream
        newest.setdefault(bundle.stream, bundle)
    return [_due(settings, bundle) for bundle in newest.values()]


def _none_found(
    settings: Settings, found: list[Manifest], of_stream: list[Manifest], stream: str | None, period: str | None
) -> str:
    if not found:
        return f"No review is published in {settings.home}. Publish one first: streamgauge review"
    if not of_stream:
        return f"No review of {stream!r} is published. There are: {', '.join(sorted({b.stream for b in found}))}."
    known = ", ".join(sorted({bundle.period for bundle in of_stream}))
    return f"No review of {period!r} is published. There are: {known}. Publish it: streamgauge review --period {period}"


def _due(settings: Settings, bundle: Manifest) -> Due:
    """The bundle, with the hash of the very bytes that were read: it may be swapped meanwhile."""
    folder = settings.pages / bundle.stream / bundle.period
    for _ in range(_READ_AGAIN):
        before = (folder / NAME).read_bytes()
        read = read_manifest(folder)
        if (folder / NAME).read_bytes() == before:
            return Due(read, digest(before))
    raise PipelineError(f"The review {bundle.period} of {bundle.stream} is being published; try again when it is done.")
