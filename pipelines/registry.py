"""The streams of a home: each stream file with the files it names (rates, bills, exchange, performers), copied in.

What was registered is what runs; editing the original changes nothing until it is registered again. Rates and bills are
kept as versions (`pipelines.money.versions`), and one that was approved since is what runs.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from metrics.decisions.file import DecisionFile, parse_decisions
from metrics.errors import StreamFileError
from metrics.finance.file import Finance
from metrics.stream import Stream, parse_stream
from metrics.stream.performer_registry import PerformerRegistry, parse_registry
from metrics.targets import check_wishes
from pipelines.errors import SettingsError
from pipelines.kept_benefits import PathOf, keep_benefits, read_finance, refuse_rewritten
from pipelines.ledger.manifest import load_manifest
from pipelines.money.beside import held_money, new_versions, read_beside
from pipelines.money.held import Money
from pipelines.money.versions import keep_version
from pipelines.settings import Settings

STREAM_FILE = "stream.yaml"


@dataclass(frozen=True, slots=True)
class Registered:
    """A stream with the files its numbers depend on. `basis` changes when any of them does."""

    stream: Stream
    text: str
    folder: Path
    basis: str
    performers: PerformerRegistry = ()
    money: Money = field(default_factory=Money)
    finance: Finance = field(default_factory=Finance)
    decisions: DecisionFile = field(default_factory=DecisionFile)

    @property
    def text_hash(self) -> str:
        """sha256 of the stream file."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def read_stream_file(path: Path) -> tuple[Stream, str]:
    """A stream file and its text.

    Raises:
        StreamFileError: missing, no UTF-8, or not a stream file.
    """
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError as error:
        raise StreamFileError("does not exist. Draft one with: streamgauge init LOG", path=str(path)) from error
    except (UnicodeDecodeError, IsADirectoryError) as error:
        raise StreamFileError("is not a UTF-8 text file", path=str(path)) from error
    stream = parse_stream(text, path.name)
    check_wishes(stream, text, path.name)
    return stream, text


def files_beside(stream: Stream, stream_path: Path) -> list[Path]:
    """The files a stream file names: those its numbers depend on, and what reviews decide.

    Raises:
        StreamFileError: one of them is not beside it, or registry, benefits, integrations or decisions cannot be used.
        SourceError: rates, bills or exchange rates cannot be used.
    """
    found = []
    for named in every_file(stream):
        path = stream_path.parent / named
        if not path.is_file():
            raise StreamFileError(f"names the file {named!r}, which is not beside it", path=stream_path.name)
        found.append(path)
    beside: PathOf = stream_path.parent.joinpath
    _read_performers(stream, beside)
    read_beside(stream, stream_path.parent)
    read_finance(stream, beside)
    _read_decisions(stream, beside)
    return found


def registered_files(registered: Registered) -> list[Path]:
    """Every file of the home that the numbers of a stream depend on: the stream file first, then those it names."""
    named = [registered.folder / Path(name).name for name in named_files(registered.stream)]
    return [registered.folder / STREAM_FILE, *named]


def named_files(stream: Stream) -> list[str]:
    """The names of the files that the numbers of a stream depend on, beside its stream file."""
    costs, finance = stream.costs, stream.finance
    named = (
        costs.rates, costs.bills, costs.exchange, stream.performers.registry, finance.benefits, finance.integrations,
    )  # fmt: skip
    return list(dict.fromkeys(name for name in named if name is not None))


def every_file(stream: Stream) -> list[str]:
    """The names of all files that a stream file names, also of those that move no number: decisions are only told."""
    told = [name for name in (stream.review.decisions,) if name is not None]
    return list(dict.fromkeys([*named_files(stream), *told]))


def _read_decisions(stream: Stream, path_of: PathOf) -> DecisionFile:
    """None are told where the file is not: numbers are derived again from the files that they depend on alone."""
    name = stream.review.decisions
    if name is None or not path_of(name).is_file():
        return DecisionFile()
    return parse_decisions(_text_of(path_of(name)), name, stream)


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise StreamFileError("is not a UTF-8 text file", path=path.name) from error


def _read_performers(stream: Stream, path_of: PathOf) -> PerformerRegistry:
    if stream.performers.registry is None:
        return ()
    path = path_of(stream.performers.registry)
    return parse_registry(_text_of(path), path.name)


def register(settings: Settings, stream_path: Path) -> Registered:
    """Copy a stream file and the files it names into the home; returns what is registered now.

    Raises:
        StreamFileError: the stream file is wrong, or a file it names is missing or wrong, or rewrites a benefit's past.
        SourceError: rates, bills or exchange rates cannot be used, or differ from what was approved since.
    """
    stream, text = read_stream_file(stream_path)
    folder = settings.streams / stream.stream
    beside = files_beside(stream, stream_path)
    told = read_beside(stream, stream_path.parent)
    fresh = new_versions(settings, stream, told, dt.datetime.now(dt.UTC).replace(tzinfo=None))
    refuse_rewritten(settings, stream, stream_path)
    keep_benefits(settings, stream, stream_path)
    folder.mkdir(parents=True, exist_ok=True)
    for source in beside:
        _replace(folder / source.name, source.read_bytes())
    _replace(folder / STREAM_FILE, text.encode())
    for version in fresh:
        keep_version(settings, version)
    return load(settings, stream.stream)


def load(settings: Settings, name: str) -> Registered:
    """A registered stream.

    Raises:
        SettingsError: it was never registered here.
    """
    path = settings.streams / name / STREAM_FILE
    if not path.is_file():
        known = ", ".join(registered_names(settings)) or "none yet"
        raise SettingsError(f"There is no stream {name!r} in {settings.home}. Streams: {known}.")
    stream, text = read_stream_file(path)
    digest = hashlib.sha256(text.encode())
    for named in named_files(stream):
        digest.update((path.parent / Path(named).name).read_bytes())
    money = held_money(settings, stream, path.parent)
    digest.update(money.digest.encode())

    def kept(named: str) -> Path:
        return path.parent / Path(named).name

    performers, finance = _read_performers(stream, kept), read_finance(stream, kept)
    decisions = _read_decisions(stream, kept)
    return Registered(stream, text, path.parent, digest.hexdigest(), performers, money, finance, decisions)


def registered_names(settings: Settings) -> list[str]:
    """Names of the streams of this home, sorted."""
    return sorted(path.parent.name for path in settings.streams.glob(f"*/{STREAM_FILE}"))


def load_all(settings: Settings) -> list[Registered]:
    """Every registered stream.

    Raises:
        SettingsError: there is none.
    """
    names = registered_names(settings)
    if not names:
        raise SettingsError(
            f"Nothing was imported into {settings.home} yet. Begin with: streamgauge import LOG --stream stream.yaml"
        )
    return [load(settings, name) for name in names]


def load_measurable(settings: Settings) -> list[Registered]:
    """Every registered stream of which at least one event has arrived.

    Raises:
        SettingsError: there is none.
    """
    streams = [r for r in load_all(settings) if load_manifest(settings.ledger / r.stream.stream).rows]
    if not streams:
        raise SettingsError(f"No event of any stream in {settings.home} has arrived yet. See: streamgauge status")
    return streams


def load_chosen(settings: Settings, name: str | None) -> Registered:
    """The stream that is named, or the only one of which anything has arrived.

    Raises:
        SettingsError: there is none of that name, none at all, or several and none was named.
    """
    if name is not None:
        return load(settings, name)
    found = load_measurable(settings)
    if len(found) > 1:
        raise SettingsError(f"Say of which stream: --stream {found[0].stream.stream}")
    return found[0]


def _replace(path: Path, content: bytes) -> None:
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(content)
    os.replace(fresh, path)
