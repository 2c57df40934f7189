"""A sum of benefits is of one class and one unit. What adds two classes is an error, not a number.

There is no total over classes anywhere: no function here takes benefits of several classes and returns one amount.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from metrics.errors import MetricError
from metrics.finance.benefit import BenefitClass


class MixedClassesError(MetricError):
    """Amounts were to be added that are not of one kind."""

    @classmethod
    def from_two(cls, one: BenefitSum, other: BenefitSum) -> MixedClassesError:
        """Two sums that differ in class or unit."""
        return cls(
            f"{one.benefit_class} in {one.unit} and {other.benefit_class} in {other.unit} are not added: "
            "freed time is no cash, and cost avoided is none either. Show them side by side."
        )


@dataclass(frozen=True, slots=True)
class BenefitSum:
    """An amount of one class, in its unit."""

    benefit_class: BenefitClass
    unit: str
    amount: Decimal

    def __add__(self, other: BenefitSum) -> BenefitSum:
        """More of the same.

        Raises:
            MixedClassesError: of another class or unit.
        """
        if (self.benefit_class, self.unit) != (other.benefit_class, other.unit):
            raise MixedClassesError.from_two(self, other)
        return BenefitSum(self.benefit_class, self.unit, self.amount + other.amount)


def sums_of(amounts: Iterable[BenefitSum]) -> dict[tuple[BenefitClass, str], BenefitSum]:
    """One sum for each class and unit, none over them."""
    found: dict[tuple[BenefitClass, str], BenefitSum] = {}
    for amount in amounts:
        key = (amount.benefit_class, amount.unit)
        found[key] = found[key] + amount if key in found else amount
    return found
