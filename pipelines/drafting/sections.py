"""The later sections of a draft: performers, steps, rework, failures, and the templates of what no log can tell."""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.drafting.performers import KindDraft, kinds_of, responsible_of
from pipelines.drafting.profile import Profile, StepCount
from pipelines.drafting.propose import (
    OutcomeDraft,
    corrections_of,
    echoes_of,
    mending_steps_of,
    passing_step_of,
    rejections_of,
    repeated_steps_of,
)
from pipelines.drafting.text import comment, heading, listed, named, one_line, percent, scalar

_MOST_SHOWN = 8
_LONGEST_LABEL = 80
_PLURAL = {"performer": "performers", "role": "roles", "team": "teams"}


def write_performers(profile: Profile) -> list[str]:
    """Who is responsible, and who is automated."""
    column, why = responsible_of(profile)
    lines = [*heading("Who does the work"), comment(f"Decide: whose change is a handoff? {why}."), "performers:"]
    lines.append(f"  responsible: {column}")
    if profile.told_kinds:
        told = ", ".join(f"{one_line(kind)} {rows:,}" for kind, rows in profile.told_kinds.items())
        lines.append(
            comment(f"The events tell the kind themselves ({told} rows); rules serve only where they do not.", "  ")
        )
        if sum(profile.told_kinds.values()) >= profile.usable:
            return lines
    kinds = kinds_of(profile)
    if not kinds or profile.performer_column is None:
        return [*lines, comment("No row tells who did it: every performer is of unknown kind. kinds: […]", "  ")]
    lines += [comment("Decide: who is a person, who a machine? The first rule that matches wins.", "  "), "  kinds:"]
    for kind in ("agent", "system", "human"):
        lines += _write_rule(kind, [draft for draft in kinds if draft.kind == kind], _PLURAL[profile.performer_column])
    if profile.distinct[profile.performer_column] > len(kinds):
        left = profile.distinct[profile.performer_column] - len(kinds)
        lines.append(
            comment(f"Not listed, hence of unknown kind: {left:,} more with fewer rows, or with endless names.", "  ")
        )
    return lines


def _write_rule(kind: str, drafts: list[KindDraft], plural: str) -> list[str]:
    if not drafts:
        return []
    lines = [f"    - kind: {kind}", f"      {plural}:"]
    if kind == "human":
        rows = sum(draft.rows for draft in drafts)
        lines.append(comment(f"{len(drafts):,} of them, {rows:,} rows; {drafts[0].why}", "        "))
        return lines + listed((draft.name for draft in drafts), "        ")
    for draft in drafts:
        lines += [comment(f"{draft.rows:,} rows; {draft.why}", "        "), *listed([draft.name], "        ")]
    return lines


def write_steps(profile: Profile) -> list[str]:
    """The steps on the map, in order of their mean position."""
    lines = [
        *heading("Steps, in the order they are passed on average"),
        comment("Decide: labels in customer words; standard_minutes where the log does not show how long work took;"),
        comment("manual_on_purpose: why a person does it, where that is by design."),
        "steps:",
    ]
    for step in sorted(profile.steps, key=lambda step: (step.mean_position, step.name)):
        share = f"{percent(step.cases, profile.cases)} of cases, mean position {step.mean_position:.1f}"
        label = _label_of(step.name)
        lines.append(f"  - name: {scalar(step.name)} # {share}")
        if label and label != step.name:
            lines.append(f"    label: {scalar(label)}")
    return lines if profile.steps else [*lines[:-1], comment("No step has a name short enough to be listed.")]


def _label_of(name: str) -> str:
    """The name as a person would write it: no underscores, no shouting."""
    words = one_line(name).split()
    is_shouted = [word.isupper() and (len(word) > 3 or "_" in word) for word in words]
    label = " ".join(word.lower() if shouted else word for word, shouted in zip(words, is_shouted, strict=True))
    label = " ".join(label.replace("_", " ").split())
    return (label[:1].upper() + label[1:])[:_LONGEST_LABEL].strip()


def write_rework(profile: Profile) -> list[str]:
    """What counts as rework, and what looks like an echo."""
    lines = heading("What counts as rework")
    for echo in echoes_of(profile):
        lines += [
            comment(
                f"Echo? {percent(echo.share, 1)} of {named(echo.step)} come right after another refusal. To ignore it:"
            ),
            comment("ignore:"),
            comment(f"  - step: {scalar(echo.step)}"),
            comment(f"    after: [{', '.join(scalar(name) for name in echo.after)}]"),
            comment("    reason: an echo of the rejection before it, not a second one"),
        ]
    lines.append("rework:")
    for key, steps in (("rejections", rejections_of(profile)), ("corrections", corrections_of(profile))):
        if steps:
            lines += [comment(f"By their names; {_told(steps)}", "  "), f"  {key}:"]
            lines += listed((step.name for step in steps), "    ")
    lines.append(comment("Decide: any repeated step is rework, or only those you list ('none' for none)?", "  "))
    lines.append("  repeats: any")
    for step in repeated_steps_of(profile)[:_MOST_SHOWN]:
        repeats = f"{step.repeated_in:,} cases ({percent(step.repeated_in, profile.cases)}), {step.repeats:,} times"
        per_case = f"{step.repeats / profile.cases:.3f} a case"
        lines.append(comment(f"  repeated in {repeats}, {per_case}: {named(step.name)}", "  "))
    lines.append(comment("allowed: [{step: …, reason: why it is no rework, since: 2026-01-01, at_most: 2}]", "  "))
    return lines


def _told(steps: Iterable[StepCount]) -> str:
    return "; ".join(f"{named(step.name)} in {step.cases:,} cases" for step in list(steps)[:_MOST_SHOWN])


def write_failures(profile: Profile, outcomes: list[OutcomeDraft]) -> list[str]:
    """A failure rule where the log rejects; a template otherwise."""
    lines = heading("Failures: from noticing one until work is back to normal")
    rejections = [step.name for step in rejections_of(profile)]
    mended, passed = mending_steps_of(profile), passing_step_of(profile, outcomes)
    if rejections and passed:
        lines.append(comment("Decide: which step shows that a rejected case is right again? `remediated` is optional."))
        return [
            *lines, "failures:", "  - name: rejection", "    severity: 3",
            "    detected:", *listed(rejections, "      "),
            *(["    remediated:", *listed(mended, "      ")] if mended else []),
            "    steady:", *listed([passed], "      "),
        ]  # fmt: skip
    return [
        *lines,
        comment("No step speaks of a rejection. Where one does, or where events tell of failures:"),
        comment(
            "failures: [{name: rejection, severity: 3, detected: [a step], remediated: [a step], steady: [a step]}]"
        ),
    ]


def write_segments(profile: Profile) -> list[str]:
    """Attributes with few values, as candidates for dimensions."""
    lines = [
        *heading("Segments: by what may cases be split?"),
        comment("From the first rows; an attribute of the trigger event:"),
    ]
    for key, values in list(profile.attributes.items())[:_MOST_SHOWN]:
        shown = ", ".join(named(value) for value in values[:4]) + (", …" if len(values) > 4 else "")
        lines.append(comment(f"segments: {{my_name: {{attribute: {scalar(key)}}}}} # {len(values)} values: {shown}"))
    return (
        lines
        if profile.attributes
        else [*lines[:-1], comment("No attribute with few values was seen in the first rows.")]
    )


def write_releases(profile: Profile) -> list[str]:
    """Releases the events told of, or a template."""
    lines = [*heading("Releases: what changed, and when"), comment("releases:")]
    for version, first_at, rows in profile.releases:
        at = f"{first_at:%Y-%m-%dT%H:%M:%S}+00:00"
        lines.append(comment(f'  - {{version: {scalar(version)}, name: "…", at: {at}}} # {rows:,} events'))
    return (
        lines
        if profile.releases
        else [*lines, comment('  - {version: "2.4", name: "what customers notice", at: 2026-08-03T06:00:00+02:00}')]
    )


def write_targets() -> list[str]:
    """Templates: what to reach, and which change matters."""
    return [
        *heading("Targets, and the smallest change worth acting on"),
        comment("targets:"),
        comment("  flow_time: {p90: 15 days}"),
        comment("  first_time_right: {share: 92 %}"),
        comment("meaningful:"),
        comment("  flow_time: 12 hours"),
        comment("  first_time_right: 1 point"),
    ]


def write_costs() -> list[str]:
    """Template: where the rate card and the bills lie."""
    return [
        *heading("Costs: without rates and bills, cost per transaction is no data"),
        comment("costs: {currency: EUR, rates: rates.csv, bills: bills.csv}"),
    ]
