"""The commands of money: rate cards and bills, listed and approved. See docs/costs.md."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from metrics.stream.costs import CloudLine
from metrics.tables.bills import PLATFORM
from pipelines import console
from pipelines.errors import SourceError
from pipelines.options import Home, Json
from pipelines.settings import Settings, load_settings

if TYPE_CHECKING:
    from pipelines.money.approving import Approval, Change
    from pipelines.money.lines import Bill
    from pipelines.money.versions import Kind, Version

_MOST_MAPPING = 100_000

Action = Annotated[str | None, typer.Argument(help="import; without it, what is held is listed.")]
File = Annotated[Path | None, typer.Argument(help="With import: a CSV or XLSX file; first worksheet.")]
Stream = Annotated[str | None, typer.Option("--stream", help="Of this stream; listed, of all.")]
By = Annotated[str | None, typer.Option("--approved-by", help="Who approved it.")]
On = Annotated[str | None, typer.Option("--approved-on", help="When: 2026-10-01. Default: today.")]
Why = Annotated[str | None, typer.Option("--why", help="What changed, and why.")]


def add_commands(app: typer.Typer) -> None:
    """Put them on the command line."""
    for command in (rates, bills):
        app.command()(command)


def rates(
    action: Action = None,
    file: File = None,
    stream: Stream = None,
    approved_by: By = None,
    approved_on: On = None,
    why: Why = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Rate cards: every version held, or with import FILE the next one, which runs from then on. Older ones stay."""
    settings = load_settings(home)
    if action is None:
        _list(settings, "rates", stream, as_json)
        return
    from pipelines.database import warehouse_lock
    from pipelines.money.approving import approve_rates
    from pipelines.money.lines import read_rates
    from pipelines.registry import load

    path, approval = _given(action, file, approved_by, approved_on, why)
    lines = read_rates(path)
    with warehouse_lock(settings):  # one writer
        change = approve_rates(settings, load(settings, _named(settings, stream)), path, lines, approval)
    _tell(change, as_json)


def bills(
    action: Action = None,
    file: File = None,
    stream: Stream = None,
    platform: Annotated[bool, typer.Option("--platform", help="Bills that all streams of the home share.")] = False,
    focus: Annotated[bool, typer.Option("--focus", help="The file is a cloud's export in FOCUS 1.x.")] = False,
    mapping: Annotated[
        Path | None, typer.Option("--mapping", help="With --focus: lines as under costs.cloud, instead of those.")
    ] = None,
    whole: Annotated[bool, typer.Option("--whole", help="The file is all bills: others are dropped.")] = False,
    approved_by: By = None,
    approved_on: On = None,
    why: Why = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Bills: every version held, or with import FILE those of the file added; one of the same id is replaced."""
    settings = load_settings(home)
    if action is None:
        _list(settings, "bills", PLATFORM if platform else stream, as_json)
        return
    from pipelines.database import warehouse_lock
    from pipelines.money.approving import approve_bills, approve_platform
    from pipelines.money.lines import read_bills
    from pipelines.registry import load

    path, approval = _given(action, file, approved_by, approved_on, why)
    if platform and stream:
        raise SourceError("Bills are of one stream or of the platform; give --stream or --platform.")
    name = None if platform else _named(settings, stream)
    told = _read_focus(settings, path, name, mapping) if focus else read_bills(path, is_platform=platform)
    with warehouse_lock(settings):  # one writer
        if name is None:
            change = approve_platform(settings, path, told, approval, whole=whole)
        else:
            change = approve_bills(settings, load(settings, name), path, told, approval, whole=whole)
    _tell(change, as_json)


def _read_focus(settings: Settings, path: Path, name: str | None, mapping: Path | None) -> tuple[Bill, ...]:
    """The bills of a cloud's export, by the mapping file or the stream file; of the platform where there is no name."""
    from pipelines.money.focus import read_focus
    from pipelines.registry import load

    lines = _read_mapping(mapping) if mapping else load(settings, name).stream.costs.cloud if name else ()
    return read_focus(path, lines, is_platform=name is None).bills


def _given(
    action: str, file: Path | None, approved_by: str | None, approved_on: str | None, why: str | None
) -> tuple[Path, Approval]:
    from pipelines.money.approving import Approval

    if action != "import":
        raise SourceError(f"{action!r} is no action; write import, or nothing to list what is held.")
    if file is None or approved_by is None:
        raise SourceError("Name the file and who approved it: import FILE --approved-by 'Jane Doe, controlling'")
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    try:
        on = dt.date.fromisoformat(approved_on) if approved_on else now.date()
    except ValueError as error:
        raise SourceError(f"--approved-on {approved_on!r} is no day; write 2026-10-01.") from error
    return file, Approval(approved_by, on, why, now)


def _named(settings: Settings, stream: str | None) -> str:
    from pipelines.registry import load_all

    if stream is not None:
        return stream
    names = [registered.stream.stream for registered in load_all(settings)]
    if len(names) > 1:
        raise SourceError(f"Say of which stream: --stream {names[0]}")
    return names[0]


def _read_mapping(path: Path) -> tuple[CloudLine, ...]:
    import yaml
    from pydantic import TypeAdapter, ValidationError

    try:
        text = path.read_text("utf-8")
        if len(text) > _MOST_MAPPING:
            raise SourceError(f"{path.name} is larger than {_MOST_MAPPING:,} characters.")
        return TypeAdapter(tuple[CloudLine, ...]).validate_python(yaml.safe_load(text))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise SourceError(f"{path.name}, {place}: {first['msg'].removeprefix('Value error, ')}.") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SourceError(f"{path} is no list of lines in YAML ({type(error).__name__}).") from error


def _list(settings: Settings, kind: Kind, stream: str | None, as_json: bool) -> None:
    from pipelines.money.versions import load_versions
    from pipelines.registry import load, load_all

    if stream == PLATFORM:
        names = [PLATFORM]
    elif stream is not None:
        names = [load(settings, stream).stream.stream]
    else:
        names = [*(r.stream.stream for r in load_all(settings)), *([PLATFORM] if kind == "bills" else [])]
    facts = []
    for name in names:
        versions = load_versions(settings, name, kind)
        facts += [version_fact(version, runs=version is versions[-1]) for version in versions]
    console.facts(facts, "\n".join(map(_line, facts)) or f"No {kind} are held. See: docs/costs.md", as_json)


def version_fact(version: Version, *, runs: bool) -> dict[str, Any]:
    """The object `--json` prints of a version."""
    return {
        "stream": version.stream, "version": version.number, "runs": runs, "approved_by": version.approved_by,
        "approved_on": version.approved_on, "why": version.why, "imported_at": version.imported_at.isoformat(),
        "source": version.source, "source_hash": version.source_hash, "hash": version.content_hash,
        "lines": len(version.lines), **_reach(version),
    }  # fmt: skip


def _reach(version: Version) -> dict[str, Any]:
    """From when until when its lines hold; of bills also what they sum to, by currency."""
    if version.kind == "rates":
        lines = version.rates()
        ends = [line.valid_to for line in lines]
        last = None if None in ends else max(end for end in ends if end is not None)
        return {"valid_from": min(line.valid_from for line in lines), "valid_to": last}
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for bill in version.bills():
        sums[bill.currency] += bill.amount
    months = [bill.month for bill in version.bills()]
    first, last = min(months, default=None), max(months, default=None)
    return {"first_month": first, "last_month": last, "totals": {name: str(money) for name, money in sums.items()}}


def _line(fact: Mapping[str, Any]) -> str:
    runs = ", runs" if fact["runs"] else ""
    who = f"approved by {escape(fact['approved_by'])} on {fact['approved_on']}" if fact["approved_by"] else (
        "not approved by anybody"
    )  # fmt: skip
    why = f": {escape(fact['why'])}" if fact["why"] else ""
    return (
        f"[b]{escape(fact['stream'])}[/b] version {fact['version']}{runs}: {fact['lines']} lines, {_when(fact)}, "
        f"{who}{why} ({escape(fact['source'])}, {fact['hash'][:12]})"
    )


def _when(fact: Mapping[str, Any]) -> str:
    if "totals" in fact:
        sums = ", ".join(_money(fact["totals"].items()))
        return f"{fact['first_month']} to {fact['last_month']}, {sums}" if fact["lines"] else "no bill"
    return f"from {fact['valid_from']} " + (f"to {fact['valid_to']}" if fact["valid_to"] else "on")


def _money(totals: Iterable[tuple[str, str]]) -> Iterable[str]:
    return (f"{Decimal(money):,.2f} {currency}" for currency, money in totals)


def _tell(change: Change, as_json: bool) -> None:
    fact = version_fact(change.version, runs=True) | {
        "is_new": change.is_new, "added": change.added, "changed": change.changed, "kept": change.kept,
        "gone": change.gone,
    }  # fmt: skip
    said = (
        f"{change.added} lines added, {change.changed} changed, {change.kept} kept, {change.gone} gone; the next run "
        "uses it." if change.is_new else "It was approved before, and says the same: nothing was added."
    )  # fmt: skip
    console.facts(fact, f"{_line(fact)}\n{said}", as_json)
