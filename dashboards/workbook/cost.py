"""What the workbook divides: the cost of the quarter by class, as use at rates and as bills, and the counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from dashboards.bundle import BundleData
from dashboards.language import capital, say
from dashboards.parts.closing import closed_here
from dashboards.parts.cost_classes import classes_of, unpriced
from dashboards.parts.measure import Measure, measure
from dashboards.parts.unit_cost import COST
from dashboards.parts.unit_costs import RIGHT, STARTED
from dashboards.rows.billed_cost import ROWS as BILLS
from dashboards.rows.billed_cost import BilledCost
from dashboards.rows.priced_use import ROWS as USE
from dashboards.rows.priced_use import PricedUse
from dashboards.rows.rate_card import ROWS as RATES
from dashboards.rows.rate_card import RateLine

_ORDER = ("people", "compute", "licence", "shared")
_MILLIONTH = Decimal("0.000001")
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class ClassCost:
    """One class of cost. `published` is None where no amount was published of it.

    `restated`: what was published less what is known now; 0 unless the quarter is closed.
    """

    cost_class: str
    use: tuple[PricedUse, ...]
    bills: tuple[BilledCost, ...]
    published: Decimal | None
    restated: Decimal

    @property
    def used(self) -> Decimal:
        """What use cost at the rates of the card."""
        return sum((row.amount or NOTHING for row in self.use), NOTHING)

    @property
    def billed(self) -> Decimal:
        """What of bills cases used."""
        return sum((row.used for row in self.bills), NOTHING)

    @property
    def idle(self) -> Decimal:
        """What was paid for and used by nobody."""
        return sum((row.idle for row in self.bills), NOTHING)

    @property
    def amount(self) -> Decimal:
        """All of it."""
        return self.used + self.billed + self.idle + self.restated


@dataclass(frozen=True, slots=True)
class Divided:
    """A unit cost and the count that it divides by, as published."""

    label: str
    counted: str
    found: Measure

    @property
    def n(self) -> int:
        """What is divided by; 0 where nothing was counted."""
        return self.found.now.n if self.found.now is not None else 0

    @property
    def value(self) -> float | None:
        """The unit cost; None where none was published."""
        return self.found.now.value if self.found.now is not None else None


@dataclass(frozen=True, slots=True)
class QuarterCost:
    """All of it. `unpriced` rows of work or use have no price: then no unit cost is told."""

    rates: tuple[RateLine, ...]
    classes: tuple[ClassCost, ...]
    divided: tuple[Divided, ...]
    unpriced: int

    @property
    def amount(self) -> Decimal:
        """The cost of the quarter."""
        return sum((each.amount for each in self.classes), NOTHING)

    @property
    def restated(self) -> Decimal:
        """What was published less what is known now."""
        return sum((each.restated for each in self.classes), NOTHING)


def cost_of(data: BundleData) -> QuarterCost:
    """The cost of this quarter; without classes where none is told."""
    use, bills, told = data.rows(USE), data.rows(BILLS), {row.cost_class: row for row in classes_of(data)}
    names = {row.cost_class for row in use} | {bill.cost_class for bill in bills} | told.keys()
    ordered = sorted(names, key=lambda name: (_ORDER.index(name) if name in _ORDER else len(_ORDER), name))
    amounts = {name: _money(row.amount) for name, row in told.items()}
    classes = tuple(_class(data, name, use, bills, amounts.get(name)) for name in ordered)
    return QuarterCost(data.rows(RATES), classes, _divided(data), unpriced(data) or sum(row.unpriced for row in use))


def _class(
    data: BundleData, name: str, use: Sequence[PricedUse], bills: Sequence[BilledCost], published: Decimal | None
) -> ClassCost:
    mine = ClassCost(
        name, tuple(row for row in use if row.cost_class == name), tuple(b for b in bills if b.cost_class == name),
        published, NOTHING,
    )  # fmt: skip
    if published is None or closed_here(data) is None:
        return mine
    return ClassCost(name, mine.use, mine.bills, published, published - mine.amount)


def _divided(data: BundleData) -> tuple[Divided, ...]:
    """The unit costs that the file knows, told or not."""
    words = data.stream.words
    told = (
        (COST, say("One completed {case}", case=words.case), say("{cases} completed", cases=words.cases)),
        (STARTED, say("One started {case}", case=words.case), say("{cases} started", cases=words.cases)),
        (RIGHT, say("One {case} right first time", case=words.case),
         say("{cases} right first time", cases=words.cases)),
    )  # fmt: skip
    found = (Divided(label, capital(counted), measure(data, metric)) for metric, label, counted in told)
    return tuple(each for each in found if each.found.now is not None)


def _money(amount: float | None) -> Decimal | None:
    return None if amount is None else Decimal(repr(amount)).quantize(_MILLIONTH)
