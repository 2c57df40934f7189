"""The commands that show what a published value was made of, and that derive it again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from pipelines import console
from pipelines.errors import PipelineError
from pipelines.options import Home, Json
from pipelines.settings import Settings, load_settings

if TYPE_CHECKING:
    from pipelines.evidence.deriving import Report
    from pipelines.evidence.verifying import Verdict

_MOST_SHOWN = 10


def evidence(
    ident: Annotated[str, typer.Argument(metavar="ID", help="The id beside a value, e.g. sg-a2b3c4d5e6f7g2h3.")],
    home: Home = None,
    as_json: Json = False,
) -> None:
    """All that a published value was made of: definition, SQL as run, observations, what was left out, files, run."""
    from pipelines.evidence.bundle import bundle_of
    from pipelines.evidence.finding import find

    settings = load_settings(home)
    with console.working("Reading", quiet=as_json) as report:
        found = bundle_of(settings, find(settings, ident), report)
    console.facts(found, "\n".join(_lines(found)), as_json)


def verify(
    idents: Annotated[list[str] | None, typer.Argument(metavar="ID…", help="Evidence ids; or say --all.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every published value.")] = False,
    stream: Annotated[str | None, typer.Option("--stream", help="With --all: only this stream.")] = None,
    kept: Annotated[
        bool, typer.Option("--kept", help="Hold against what was kept then, whatever is registered or published now.")
    ] = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Derive published values again, offline, from ledger and files; say equal, or where they differ and why."""
    if bool(idents) == every:
        raise PipelineError("Name evidence ids, or say --all for every published value.")
    settings = load_settings(home)
    with console.working("Verifying", quiet=as_json) as report:
        verdicts = list(_verdicts(settings, idents or [], stream, kept=kept, report=report))
    console.facts([verdict.as_fact() for verdict in verdicts], "\n".join(_shown(verdicts)), as_json)
    if not all(verdict.is_equal for verdict in verdicts):
        raise typer.Exit(1)


def _verdicts(
    settings: Settings, idents: list[str], stream: str | None, *, kept: bool, report: Report
) -> Iterator[Verdict]:
    """One derivation for each state that is asked for."""
    from pipelines.evidence.finding import current_states, find
    from pipelines.evidence.keeping import Shelf
    from pipelines.evidence.verifying import verify_state

    if not idents:
        for name, basis in current_states(settings, stream).items():
            yield verify_state(settings, Shelf(settings, name).record(basis), against_copies=kept, report=report)
        return
    found = [find(settings, ident) for ident in dict.fromkeys(idents)]
    for basis in dict.fromkeys(one.record.basis_id for one in found):
        wanted = [one for one in found if one.record.basis_id == basis]
        only = [one.ident for one in wanted]
        against = kept or not wanted[0].is_current
        yield verify_state(settings, wanted[0].record, against_copies=against, only=only, report=report)


def _shown(verdicts: list[Verdict]) -> Iterator[str]:
    for verdict in verdicts:
        name = escape(verdict.record.stream)
        mark = "[green]equal[/green]" if verdict.is_equal else "[red]not equal[/red]"
        yield f"[b]{name}[/b], run {verdict.record.run_id} of {verdict.record.made_at[:16]} (UTC): {mark}"
        yield from (f"  • {cause.kind}: {escape(cause.says)}" for cause in verdict.causes)
        for one in verdict.differences[:_MOST_SHOWN]:
            where = f"{one.table} {one.key}" + (f", {one.column}" if one.column else "")
            yield f"  {one.evidence_id or 'no id'}  {escape(where)}: {one.published} published, {one.derived} derived"
        if len(verdict.differences) > _MOST_SHOWN:
            yield f"  and {len(verdict.differences) - _MOST_SHOWN:,} more differences; see --json"
        yield from (f"  [dim]{escape(note.says)}[/dim]" for note in verdict.notes)
    equal, asked = sum(verdict.equal for verdict in verdicts), sum(verdict.asked for verdict in verdicts)
    causes = sum(len(verdict.causes) for verdict in verdicts)
    more = f"; {causes:,} {'thing is' if causes == 1 else 'things are'} not as published" if causes else ""
    yield f"{equal:,} of {asked:,} equal{more}"


def _lines(found: dict[str, Any]) -> Iterator[str]:
    """The bundle in a reader's order."""
    key = ", ".join(f"{name} {value}" for name, value in found["key"].items())
    yield f"[b]{found['evidence_id']}[/b]: {escape(found['stream'])}, {found['table']}, {escape(key)}"
    if not found["is_published_now"]:
        yield "[yellow]Of an earlier state; what is published now has other ids.[/yellow]"
    says = {name: value for name, value in found["says"].items() if name not in found["key"] and value is not None}
    yield from (f"  {name}: {escape(str(value))}" for name, value in says.items() if name != "stream")
    if inputs := found["inputs"]:
        yield f"[b]Made of[/b] {inputs['observations']:,} observations, fingerprint {inputs['fingerprint']}"
    for account in found["exclusions"]:
        yield f"  {account['total']:,} {escape(account['of'])}"
        yield from (f"    {line['count']:,} {escape(line['what'])}" for line in account["lines"])
    yield from (
        f"  {name}: {escape(json.dumps(value))}" for name, value in found["made_from"].items() if name != "rows"
    )
    passed = sum(bool(check["passed"]) for check in found["checks"])
    yield f"[b]Checks[/b] {passed} of {len(found['checks'])} passed"
    yield "[b]Kept copies[/b] (sha256)"
    yield from (f"  {escape(name)}: {digest}" for name, digest in found["kept_copies"].items())
    yield f"[b]Run[/b] {found['run_id']}, {found['made_at'][:16]} (UTC); basis {found['basis_id']}"
    if definition := found["definition"]:
        named = f"{definition['metric']} {definition['version']}"
        yield f"[b]Definition[/b] {named}: {escape(definition['definition'] or '')}"
        yield f"[b]SQL as run[/b]\n{escape(definition['sql'])}"
    yield f"To derive it again: {found['verify']}"
