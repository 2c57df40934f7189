"""A drawn sample with everything its workbook says, and the digest that shows whether it is still as it was drawn."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from metrics.audit import monetary_unit, stratified
from metrics.audit.allocation import Allocation
from metrics.audit.item import Drawn, Item
from metrics.errors import ContractError
from pipelines.auditing.population import MICRO, Population

STRATIFIED, MONETARY = "stratified", "monetary-unit"
METHODS = (STRATIFIED, MONETARY)


@dataclass(frozen=True, slots=True)
class Line:
    """One item of the sample as it stands in the workbook. `part`: sample, or apart (amounts of zero or less)."""

    number: int
    part: str
    stratum: str
    is_certain: bool
    key: str
    amount: Decimal
    words: Mapping[str, str]

    @property
    def told(self) -> list[str]:
        """Every cell that must stay as it is, as text."""
        certain = "yes" if self.is_certain else "no"
        return [str(self.number), self.part, self.stratum, certain, self.key, _text(self.amount), *self.words.values()]


@dataclass(frozen=True, slots=True)
class Sample:
    """What the sheets say: `facts` of population and method in order, strata, lines."""

    facts: Mapping[str, str]
    strata: tuple[stratified.Stratum, ...]
    lines: tuple[Line, ...]

    @property
    def digest(self) -> str:
        """sha256 over all of it; the auditor's columns are no part."""
        strata = [[s.name, s.items, repr(s.total), s.size] for s in self.strata]
        told = [list(self.facts.items()), strata, [line.told for line in self.lines]]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def draw_sample(
    population: Population, method: str, size: int, seed: str, items: list[Item] | None, allocation: Allocation
) -> Sample:
    """Draw; `items` are those of the population with their strata, or None for bands of size.

    Raises:
        ContractError: an unknown method, or monetary units of what is no money.
    """
    if method == MONETARY:
        if population.metric.unit != "currency":
            raise ContractError(f"{population.metric.key} is no money; sample it by --method {STRATIFIED}.")
        plan = monetary_unit.draw(population.items, size, seed)
        facts = {
            "interval": str(plan.interval), "interval_in_words": _text(_decimal(plan.interval)),
            "population_total": _text(plan.total), "apart": str(len(plan.apart)),
        }  # fmt: skip
        lines = [*_lines(population, "sample", plan.drawn), *_lines(population, "apart", map(Drawn, plan.apart))]
        return Sample(_facts(population, method, size, seed) | facts, (), _numbered(lines))
    if method != STRATIFIED:
        raise ContractError.from_unknown_name("The method", method, METHODS)
    strata, drawn = stratified.draw(items or stratified.by_size(population.items), size, seed, allocation)
    facts = _facts(population, method, size, seed) | {"allocation": allocation.value}
    return Sample(facts, strata, _numbered(_lines(population, "sample", drawn)))


def _facts(population: Population, method: str, size: int, seed: str) -> dict[str, str]:
    period = population.period
    return {
        "stream": population.stream.stream, "metric": population.metric.key,
        "definition_version": population.metric.version, "period": period.key, "first_on": str(period.first_on),
        "until_on": str(period.until_on), "unit": population.unit, "method": method, "size_asked": str(size),
        "seed": seed, "population_items": str(len(population.items)),
        "population_sum": _text(sum((item.amount for item in population.items), Decimal(0))),
        "population_fingerprint": population.fingerprint, "without_amount": str(population.unpriced),
        "evidence_ids": " ".join(population.ids),
    }  # fmt: skip


def _lines(population: Population, part: str, drawn: Iterable[Drawn]) -> list[Line]:
    return [
        Line(0, part, one.item.stratum, one.is_certain, one.item.key, one.item.amount, population.told[one.item.key])
        for one in drawn
    ]


def _numbered(lines: list[Line]) -> tuple[Line, ...]:
    return tuple(
        Line(number, line.part, line.stratum, line.is_certain, line.key, line.amount, line.words)
        for number, line in enumerate(lines, 1)
    )


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _text(amount: Decimal) -> str:
    return str(amount.quantize(MICRO))
