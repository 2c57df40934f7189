"""Why a token is refused: a closed list of reasons, and the sentence a reader sees. No reason tells a secret."""

from __future__ import annotations

from enum import StrEnum

from dashboards.errors import DashboardError
from dashboards.language import say


class Reason(StrEnum):
    """Why. Operators see the word in the log; the reader sees `sentence_of`."""

    MISSING = "missing"
    TWICE = "told_twice"
    UNKNOWN_PARAMETER = "unknown_parameter"
    MALFORMED = "malformed"
    ALGORITHM = "algorithm"
    UNKNOWN_KEY = "unknown_key"
    REVOKED_KEY = "revoked_key"
    SIGNATURE = "signature"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    LIFE_TOO_LONG = "life_too_long"
    AUDIENCE = "audience"
    CLAIMS = "claims"
    SCOPE = "scope"
    REVOKED = "revoked"
    REPLAYED = "replayed"
    NOT_PUBLISHED = "not_published"


_STATUS = {Reason.UNKNOWN_PARAMETER: 400, Reason.TWICE: 400, Reason.MISSING: 401, Reason.NOT_PUBLISHED: 404}
_USED_UP = (Reason.EXPIRED, Reason.REPLAYED)


class RefusedTokenError(DashboardError):
    """A request that shows nothing. `status` is its answer in HTTP."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(sentence_of(reason))
        self.reason = reason
        self.status = _STATUS.get(reason, 403)


def sentence_of(reason: Reason) -> str:
    """What a reader is told: enough to act on, nothing an attacker could learn from."""
    if reason in _USED_UP:
        return say("This link has been used or has expired. Load the page that shows it again.")
    if reason is Reason.NOT_PUBLISHED:
        return say("Nothing is published here yet.")
    if reason in (Reason.UNKNOWN_PARAMETER, Reason.TWICE):
        return say("This address has been changed. Load the page that shows it again.")
    return say("This link does not open anything here. Ask whoever embedded it.")
