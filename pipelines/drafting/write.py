"""Proposal → text of a stream file. Every section says what was counted and what a person must decide."""

from __future__ import annotations

import re
from pathlib import Path

from metrics.facts.steps import LIFECYCLE
from pipelines.drafting.columns import Reading
from pipelines.drafting.profile import Profile
from pipelines.drafting.propose import OutcomeDraft, outcomes_of, triggers_of
from pipelines.drafting.sections import (
    write_costs,
    write_failures,
    write_performers,
    write_releases,
    write_rework,
    write_segments,
    write_steps,
    write_targets,
)
from pipelines.drafting.text import comment, heading, listed, named, percent, scalar
from pipelines.drafting.words import plain

_COMPLETE = ("event_at", "step", "performer", "role", "team", "lifecycle", "activity_id", "performer_kind", "release")
_MOST_OTHERS = 8
_GENERIC = {"events", "event", "log", "data", "export"}  # file names that name no stream; the folder's may


def write_draft(path: Path, profile: Profile, reading: Reading, offsets: dict[str, int]) -> str:
    """The whole draft; `offsets` are those seen in the times of the log."""
    outcomes = outcomes_of(profile)
    lines = [
        *_write_head(path, profile),
        *_write_name(path, offsets),
        *_write_source(profile, reading),
        *_write_trigger(profile),
        *_write_outcomes(profile, outcomes),
        *write_performers(profile),
        *write_steps(profile),
        *write_rework(profile),
        *write_failures(profile, outcomes),
        *write_segments(profile),
        *write_releases(profile),
        *write_targets(),
        *write_costs(),
    ]
    return "\n".join(lines) + "\n"


def _write_head(path: Path, profile: Profile) -> list[str]:
    left = profile.rows - profile.usable
    lines = [
        comment(f"A draft from {path.name}: {profile.rows:,} rows, {profile.cases:,} cases."),
        comment(f"First event {profile.first_at:%Y-%m-%d}, last {profile.last_at:%Y-%m-%d} (UTC)."),
        comment("Everything below is a proposal with its evidence. Read the comments, decide, and delete them."),
        comment("Rows that tell …"),
    ]
    shares = {name: percent(profile.filled[name], profile.rows) for name in _COMPLETE}
    lines += [comment(f"  {name:<15}{share:>8}") for name, share in shares.items()]
    if left:
        lines.append(
            comment(f"{left:,} rows are no steps: kept aside on import with the reason, or events of a failure.")
        )
    lines += [comment(f"  {rows:,} × {reason}") for reason, rows in profile.problems]
    return lines


def _write_name(path: Path, offsets: dict[str, int]) -> list[str]:
    stem = plain(re.split(r"\.(?:xes|csv|tsv|parquet|jsonl?|ndjson)\b", path.name, maxsplit=1)[0])
    stem = plain(path.resolve().parent.name) if stem in _GENERIC else stem
    key = re.sub(r"[^a-z0-9]+", "_", stem).strip("_")[:60]
    key = key if re.match(r"[a-z]", key) else f"stream_{key}".rstrip("_")
    return [
        "",
        comment("Decide: a short key that never changes, and the name readers see."),
        f"stream: {scalar(key)}",
        "version: 1",
        f"name: {scalar(stem.capitalize() or 'Stream')}",
        comment('owner: "who answers for this stream"'),
        comment("tier: 2"),
        "",
        *_zone_comments(offsets),
        comment("Decide: days, weeks and quarters are cut in this zone, e.g. Europe/Amsterdam."),
        "time_zone: UTC",
        "",
        comment("Decide: the words of your customers, as they read in a sentence."),
        comment("words: {case: order, cases: orders, finished: delivered, started: placed}"),
    ]


def _zone_comments(offsets: dict[str, int]) -> list[str]:
    if not set(offsets) - {"Z", "+00:00", "+0000"}:
        return [comment("The times are in UTC or show no offset; nothing hints at the zone.")]
    shown = ", ".join(f"{offset} ({times:,} times)" for offset, times in list(offsets.items())[:4])
    hint = {frozenset({"+01:00", "+02:00"}): ": as in central Europe, summer time included"}
    return [comment(f"Offsets at the beginning of the log: {shown}{hint.get(frozenset(offsets), '')}.")]


def _write_source(profile: Profile, reading: Reading) -> list[str]:
    told = reading.source.model_dump(exclude_defaults=True, exclude={"lifecycle", "lifecycle_default"})
    lines = [*heading("How the log is read"), *(comment(f"Guessed: {guess}") for guess in reading.guesses)]
    lines += [comment(f"Lifecycle word {named(word)}: {rows:,} rows") for word, rows in profile.lifecycles]
    unknown = [word for word, _ in profile.lifecycles if not _is_known(word) and word not in reading.source.lifecycle]
    if not told and not profile.lifecycles and not reading.source.lifecycle:
        return [*lines, comment("The names of the format are known; nothing is mapped.")]
    lines.append("source:" if told or unknown or reading.source.lifecycle else "source: {}")
    for key, value in told.items():
        if isinstance(value, dict):
            lines += [f"  {key}:", *(f"    {scalar(ours)}: {scalar(theirs)}" for ours, theirs in value.items())]
        else:
            lines.append(f"  {key}: {scalar(str(value))}")
    if reading.source.lifecycle:
        lines += ["  lifecycle:", *(f"    {scalar(word)}: {to}" for word, to in reading.source.lifecycle.items())]
    if unknown:
        lines.append(
            comment("Decide: what do these words mean? schedule, assign, start, suspend, resume, complete, …", "  ")
        )
        lines += [comment(f"  lifecycle: {{{scalar(word)}: complete}}", "  ") for word in unknown[:_MOST_OTHERS]]
        lines.append(
            f"  lifecycle_default: {reading.source.lifecycle_default or 'instant'} # every row is a step of its own"
        )
    return lines


def _is_known(word: str) -> bool:
    return word.lower() in LIFECYCLE


def _write_trigger(profile: Profile) -> list[str]:
    chosen = triggers_of(profile)
    firsts = sorted((step for step in profile.steps if step.first_in), key=lambda step: (-step.first_in, step.name))
    lines = [*heading("What starts the customer's clock"), comment("Decide: is this what the customer does first?")]
    shares = {
        step.name: f"{percent(step.first_in, profile.cases)} of {profile.cases:,} cases begin with" for step in firsts
    }
    others = [step for step in firsts if step not in chosen]
    if not chosen:
        lines += [
            comment("No step begins half of the cases, so the first event of a case starts the clock."),
            "trigger:",
        ]
        lines.append("  first_event: true")
    else:
        lines += ["trigger:", "  steps:"]
        for step in chosen:
            lines += [comment(f"{shares[step.name]} this step", "    "), *listed([step.name], "    ")]
        if others:
            lines.append(comment("A case that shows none of these steps is in no number. Other first steps:"))
    lines += [comment(f"{shares[step.name]} {named(step.name)}", "    ") for step in others[:_MOST_OTHERS]]
    return lines


def _write_outcomes(profile: Profile, outcomes: list[OutcomeDraft]) -> list[str]:
    lines = [
        *heading("What stops the clock"),
        comment("Decide: which of these does the customer call done? The earliest match of `steps` ends a case;"),
        comment(
            "`last_steps` only where it is the case's last event. kind: completed, rejected, cancelled, abandoned."
        ),
        "outcomes:",
    ]
    for outcome in outcomes:
        lines += [f"  - name: {scalar(outcome.name)}", f"    kind: {outcome.kind}", comment(outcome.why, "    ")]
        if outcome.steps:
            lines += ["    last_steps:" if outcome.is_last_only else "    steps:", *listed(outcome.steps, "      ")]
        else:
            lines.append("    last_event: true")
    taken = {name for outcome in outcomes for name in outcome.steps}
    others = sorted((s for s in profile.steps if s.last_in and s.name not in taken), key=lambda s: (-s.last_in, s.name))
    if others:
        lines.append(comment("Other last steps: still open, or outcomes of their own?"))
    lines += [
        comment(f"{percent(step.last_in, profile.cases)} of {profile.cases:,} cases end with {named(step.name)}", "  ")
        for step in others[:_MOST_OTHERS]
    ]
    return lines
