"""What names hint at: steps that end, refuse or mend, performers that are machines.

English words only; a hint is a proposal with a reason, never a fact.
"""

from __future__ import annotations

import re

from metrics.stream.section import OutcomeKind

_COMPLETED = re.compile(
    r"\b(?:paid|payment (?:handled|received|made|done|completed?)|receive payment|handled|closed?|deliver(?:ed|y)?|"
    r"completed?|finish(?:ed)?|fulfill?(?:ed)?|settled?|resolved?|done|concluded|granted)\b"
)
_ENDED: tuple[tuple[OutcomeKind, re.Pattern[str]], ...] = (
    ("rejected", re.compile(r"\b(?:reject|refus|den(?:y|ied)|declin|disapprov)")),
    ("cancelled", re.compile(r"\b(?:cancel|withdr[ae]w|revok|annul|void(?:ed)?\b|terminat)")),
    ("abandoned", re.compile(r"\b(?:abandon|expire|lapsed?\b|timed out|no show|gave up)")),
    ("completed", _COMPLETED),
)
_REJECTION = re.compile(r"\b(?:reject|refus|den(?:y|ied)\b|declin|disapprov|return|sen[dt] back)")
_CORRECTION = re.compile(r"\b(?:correct|adjust|redo\b|rework|amend|revis(?:e|ion)|repair|re ?submi)")
_APPROVAL = re.compile(r"\b(?:approv|accept|grant|releas)")
_MACHINE = re.compile(
    r"\b(?:system|sys|bot|robot|rpa|batch|service|svc|daemon|cron|scheduler|job|engine|api|server|interface|"
    r"automat\w*|auto|workflow|integration)\b"
)
# A system administrator and customer service are people.
_PERSON = re.compile(
    r"\b(?:admin\w*|engineer|analyst|operator|desk|customer|manager|owner|specialist|staff|team|clerk)\b"
)
_AGENT = re.compile(r"\b(?:ai|llm|gpt|copilot)\b")


def plain(name: str) -> str:
    """A name as lower-case words: 'orderCancelled' and 'ORDER_CANCELLED' read alike."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return " ".join(re.findall(r"[a-zà-ÿ0-9]+", parted.lower()))


def outcome_kind_of(step: str) -> OutcomeKind | None:
    """The kind of outcome a step's name speaks of; None when it speaks of none."""
    words = plain(step)
    return next((kind for kind, pattern in _ENDED if pattern.search(words)), None)


def is_rejection(step: str) -> bool:
    """Does the name say that work was refused or sent back?"""
    return _REJECTION.search(plain(step)) is not None


def is_correction(step: str) -> bool:
    """Does the name say that something is mended?"""
    return not is_rejection(step) and _CORRECTION.search(plain(step)) is not None


def is_approval(step: str) -> bool:
    """Does the name say that something passed?"""
    return not is_rejection(step) and _APPROVAL.search(plain(step)) is not None


def machine_word(name: str) -> tuple[str, str] | None:
    """The kind and the word of a performer's name that gives a machine away; None when nothing does."""
    words = plain(name)
    if _PERSON.search(words):
        return None
    for kind, pattern in (("agent", _AGENT), ("system", _MACHINE)):
        if found := pattern.search(words):
            return kind, found[0]
    return None
