"""A ledger is added to, never rewritten: what of an earlier version is no longer there, or is another, in sentences.

An entry may follow those that are there. Who owns a benefit, and its words, may change; what it claims may change as
long as finance has not accepted it. Knows benefits of two versions, and no file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from metrics.finance.benefit import Benefit

TERMS = (
    "initiative", "benefit_class", "currency", "unit", "first_month", "until_month", "decay", "frees", "run_cost",
    "investment", "metric", "budget_line",
)  # fmt: skip
"""What finance accepts with a benefit."""
_WRITTEN = {"benefit_class": "class", "first_month": "from", "until_month": "until"}


def rewritten(earlier: Iterable[Benefit], now: Iterable[Benefit]) -> Iterator[str]:
    """Why the benefits of now are no continuation of the earlier ones; nothing where they are."""
    known = {benefit.id: benefit for benefit in now}
    for before in earlier:
        after = known.get(before.id)
        if after is None:
            yield f"{before.id!r} is gone; what was claimed stays, to take it back add an entry: state: reversed"
        else:
            yield from _entries(before, after)
            yield from _terms(before, after)


def _entries(before: Benefit, after: Benefit) -> Iterator[str]:
    for place, entry in enumerate(before.history):
        kept = after.history[place] if place < len(after.history) else None
        told = f"{before.id!r}: the entry {entry.state} of {entry.day}"
        if kept is None:
            yield f"{told} is gone; entries are added, never removed"
        elif kept != entry:
            changed = [name for name in type(entry).model_fields if getattr(kept, name) != getattr(entry, name)]
            yield f"{told} was changed ({', '.join(changed)}); entries are added, never changed"


def _terms(before: Benefit, after: Benefit) -> Iterator[str]:
    accepted = before.entry("validated")
    if accepted is None:
        return
    for name in TERMS:
        is_first_told = getattr(before, name) is None and name == "budget_line"
        if getattr(before, name) != getattr(after, name) and not is_first_told:
            key = _WRITTEN.get(name, name)
            yield (
                f"{before.id!r}: {key} was changed after it was validated on {accepted.day}; "
                "reverse it and claim it as a new benefit"
            )
