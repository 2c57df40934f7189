"""How the benefits of a stream stand in a quarter: what each comes to at each level, and how much of it is disputed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from metrics.finance.benefit import Frees
from metrics.finance.conflicts import Claim, Conflict, amounts_of, beyond_measure, disputed_months, double_claims
from metrics.finance.course import NOTHING
from metrics.finance.history import State
from metrics.finance.sums import BenefitSum
from metrics.periods import Period

Measured = Mapping[Frees, Decimal | None]


@dataclass(frozen=True, slots=True)
class Standing:
    """One claim in a period at a level: all of it, and the part that is claimed twice or was not measured."""

    claim: Claim
    amount: Decimal
    disputed: Decimal

    @property
    def undisputed(self) -> BenefitSum:
        """What counts, as an amount of its class."""
        benefit = self.claim.benefit
        return BenefitSum(benefit.benefit_class, benefit.measured_in, self.amount - self.disputed)


@dataclass(frozen=True, slots=True)
class Level:
    """All claims of a stream in a period at a level, by id, with the conflicts between them."""

    standings: Mapping[str, Standing]
    conflicts: tuple[Conflict, ...]


def level_of(own: Sequence[Claim], every: Sequence[Claim], level: State, period: Period, measured: Measured) -> Level:
    """Claims that stand at a level, at the end of a period; `every` are those of the whole home."""
    conflicts = list(double_claims(own, every, level, period))
    twice = {claim.key: (claim, *_amounts(claim, conflicts, level, period)) for claim in own}
    left = {key: (claim, amount - disputed) for key, (claim, amount, disputed) in twice.items()}
    beyond = list(beyond_measure(left, measured))
    excess = {conflict.claim.key: conflict.overlap for conflict in beyond}
    standings = {
        claim.benefit.id: Standing(claim, amount, disputed + excess.get(key, NOTHING))
        for key, (claim, amount, disputed) in twice.items()
    }  # fmt: skip
    return Level(standings, (*conflicts, *beyond))


def _amounts(claim: Claim, conflicts: Iterable[Conflict], level: State, period: Period) -> tuple[Decimal, Decimal]:
    amount = sum(amounts_of(claim, level, period).values(), NOTHING)
    return amount, sum(disputed_months(claim, conflicts, level, period).values(), NOTHING)
