"""The manifest of a bundle: which bytes belong to it, and what they were made from.

The publisher writes it, the app serves nothing that it does not list.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from dashboards.errors import DashboardError
from dashboards.language import ENGLISH

NAME = "manifest.json"
PART = "~"
"""Stands in the scope of a part of a stream: `orders~region~north-4f0e1c2d`."""
PORTFOLIO = "all~streams~portfolio"
"""The scope of all streams together; no stream and no part of one can have this name."""
EXPLORE = "explore"
"""The stem of the one page with scripts."""
_LOG = logging.getLogger(__name__)
_SCOPE = re.compile(r"[a-z][a-z0-9_]{0,62}(?:~[a-z][a-z0-9_]{0,62}~[a-z0-9-]{8,64})?")
_SLUG_LETTERS = 30
_PERIOD = re.compile(r"\d{4}-Q[1-4]")
_FILE = re.compile(r"(?:static/)?[a-z0-9][a-z0-9._-]*")


class ManifestError(DashboardError):
    """A manifest that cannot be believed."""

    @classmethod
    def from_unreadable(cls, path: Path, error: Exception) -> ManifestError:
        """Absent, no JSON, or other keys than a manifest has."""
        return cls(f"{path} is no manifest: {error}. Publish this review again.")


@dataclass(frozen=True, slots=True)
class Result:
    """A result as its tile tells it, in the words of the review. `value` is empty where there is none.

    `sign`, `word` and `tone` are the verdict; `is_sure`: it is a change beyond the range of chance.
    """

    label: str
    value: str
    word: str
    sign: str
    tone: str
    is_sure: bool = False


@dataclass(frozen=True, slots=True)
class ToldNumber:
    """A number that pages, slides and workbook all hold. `origin` names table, key and column of the published file.

    `shown` is its text on pages and slides, `workbook` its cell, which holds it raw, or a text as it is shown.
    `evidence` is empty where its row has no evidence.
    """

    origin: str
    value: float
    unit: str
    shown: str
    workbook: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """One published bundle. `files` maps a path inside the bundle to the sha256 of its bytes.

    `views` names the files that belong to each kind of page; what belongs to none serves them all. `packed` maps those
    files that have a gzip twin (see `packed_name`) to the sha256 of its bytes. `results`, `freshness`, `until_on`,
    `is_current` and `is_reliable` are for the overview of all streams. Bundles of older versions lack what follows
    `packed`.
    """

    stream: str
    name: str
    period: str
    period_words: str
    sentence: str
    run_id: str
    ledger_fingerprint: str
    code_version: str
    language: str = ENGLISH
    files: Mapping[str, str] = field(default_factory=dict)
    views: Mapping[str, Sequence[str]] = field(default_factory=dict)
    packed: Mapping[str, str] = field(default_factory=dict)
    results: Sequence[Result] = ()
    freshness: str = ""
    until_on: str = ""
    is_current: bool = True
    is_reliable: bool = True
    numbers: Sequence[ToldNumber] = ()

    def to_bytes(self) -> bytes:
        """The manifest as it is written; equal manifests are equal bytes."""
        return (json.dumps(asdict(self), indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


def packed_name(name: str) -> str:
    """The file of a bundle that holds another one as gzip."""
    return f"{name}.gz"


def digest(content: bytes) -> str:
    """sha256 in hex."""
    return hashlib.sha256(content).hexdigest()


def scope_of(stream: str, dimension: str, segment: str) -> str:
    """`orders~region~north-4f0e1c2d`: a name for files and tokens; the hash tells values apart that look alike."""
    plain = unicodedata.normalize("NFKD", segment).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain)[:_SLUG_LETTERS].strip("-")
    mark = hashlib.sha256(segment.encode()).hexdigest()[:8]
    return PART.join((stream, dimension, f"{slug}-{mark}" if slug else mark))


def is_scope(text: str) -> bool:
    """Can this be the name of a stream, or of a part of one?"""
    return bool(_SCOPE.fullmatch(text))


def is_bundle_name(stream: str, period: str) -> bool:
    """Can these be the names of a bundle? Nothing that fails this ever reaches a path."""
    return bool(is_scope(stream) and _PERIOD.fullmatch(period))


def read_manifest(bundle: Path) -> Manifest:
    """The manifest of one bundle directory.

    Raises:
        ManifestError: absent, no JSON, wrong keys, or a file name outside the bundle.
    """
    try:
        told = json.loads((bundle / NAME).read_text("utf-8"))
        listed = {
            "results": tuple(Result(**each) for each in told.get("results", ())),
            "numbers": tuple(ToldNumber(**each) for each in told.get("numbers", ())),
        }
        found = Manifest(**told | listed)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise ManifestError.from_unreadable(bundle / NAME, error) from error
    odd = [name for name in found.files if not _FILE.fullmatch(name)]
    if odd or not is_bundle_name(found.stream, found.period):
        raise ManifestError(
            f"{bundle / NAME} names {odd or found.stream!r}, which no bundle holds. Publish this review again."
        )
    return found


def bundles_in(pages_dir: Path, read: Callable[[Path], Manifest] = read_manifest) -> list[Manifest]:
    """Every readable bundle: streams by name, newest period first. Unreadable ones are left out, never half shown.

    Parts of a stream that may be shown alone are in no list: see `views_of`.
    """
    found = []
    for path in sorted(pages_dir.glob(f"*/*/{NAME}")):
        stream, period = path.parent.parent.name, path.parent.name
        if PART in stream or not is_bundle_name(stream, period):
            continue
        try:
            manifest = read(path.parent)
        except ManifestError as error:
            _LOG.warning("left out of the list: %s", error)  # its page answers 404; the list must not fall with it
            continue
        if (manifest.stream, manifest.period) == (stream, period):
            found.append(manifest)
    newest_first = sorted(found, key=lambda m: m.period, reverse=True)
    return sorted(newest_first, key=lambda m: (m.name, m.stream))


def portfolios_in(pages_dir: Path) -> list[str]:
    """The quarters that have a portfolio, newest first."""
    return sorted((path.parent.name for path in (pages_dir / PORTFOLIO).glob(f"*/{NAME}")), reverse=True)


def views_of(pages_dir: Path, scope: str) -> set[str]:
    """The views that any period of a stream, or of a part of it, was published with; empty where there is none."""
    if not is_scope(scope):
        return set()
    manifests = (read_manifest(path.parent) for path in sorted((pages_dir / scope).glob(f"*/{NAME}")))
    return {view for found in manifests for view in found.views}
