"""The unit cost by class: parts that add up to the number shown, each beside the quarter before."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from dashboards.bundle import BundleData
from dashboards.language import say
from dashboards.numbers import Number, Scale, change, count, number, scale_of
from dashboards.parts.card import Bar, Card, Cell, Column, Table
from dashboards.rows.cost_classes import ROWS, CostClass
from dashboards.wording import Sentence

_PERCENT = Scale("share", 100, 0, "%")
_KNOWN = ("people", "compute", "licence", "shared")


def classes_of(data: BundleData, *, earlier: bool = False) -> list[CostClass]:
    """The classes of this quarter, or of the one before, the dearest first."""
    wanted = data.before.key if earlier else data.period.key
    return [row for row in data.rows(ROWS) if row.period == wanted]


def class_name(cost_class: str) -> str:
    """A class in readers' words."""
    names = {
        "people": say("People"), "compute": say("Computing"), "licence": say("Licences"),
        "shared": say("Shared platform"),
    }  # fmt: skip
    return names.get(cost_class, cost_class)


def unpriced(data: BundleData) -> int:
    """Rows of work or use of this quarter that no rate or bill covers."""
    return sum(row.unpriced_rows for row in classes_of(data))


def classes_card(data: BundleData) -> Card:
    """Each class for one case, and in all; the last row is all together."""
    told, case = classes_of(data), data.stream.words.case
    columns = (
        Column(say("Class")), Column(say("To scale"), is_drawn=True), Column(say("For each {case}", case=case), True),
        Column(say("Last quarter"), True), Column(say("Difference"), True), Column(say("Share"), True),
        Column(say("In all"), True), *((Column(say("Rows without a price"), True),) if unpriced(data) else ()),
    )  # fmt: skip
    rows = [*_rows(data, told), *([_together(data, told)] if len(told) > 1 else [])]
    return Card(
        "classes", _title(told), say("All cost of the quarter by class, divided by the same number."), "cost_by_class",
        table=Table.of(columns, rows) if told else None,
        empty=say("No cost by class is told for this quarter."), remarks=_remarks(told),
    )  # fmt: skip


def rounded_parts(values: Sequence[float], decimals: int) -> list[float]:
    """Parts rounded so that they sum to their rounded total: those that lose most by rounding down are rounded up."""
    unit = 10**decimals
    scaled = [value * unit for value in values]
    floors = [math.floor(value + 1e-9) for value in scaled]
    missing = math.floor(math.fsum(scaled) + 0.5 + 1e-9) - sum(floors)
    order = sorted(range(len(values)), key=lambda i: (floors[i] - scaled[i], i))
    for i in order[:missing]:
        floors[i] += 1
    return [part / unit for part in floors]


def _rows(data: BundleData, told: Sequence[CostClass]) -> list[tuple[Cell, ...]]:
    before = {row.cost_class: row for row in classes_of(data, earlier=True)}
    currency = told[0].currency if told else ""
    amounts = {row.cost_class: row.amount for row in told}
    whole, most = _sum(amounts), max((amount or 0.0 for amount in amounts.values()), default=0.0)
    units = {row.cost_class: row.unit_cost for row in told}
    earlier = {name: row.unit_cost for name, row in before.items()}
    moved = {name: _less(unit, earlier.get(name)) for name, unit in units.items()}
    unit_scale = scale_of(_sum(units), currency)
    origin = f"cost_by_class/{data.period.key}"
    columns = (
        _tied(units, unit_scale, f"{origin}/{{}}/unit_cost"),
        _tied(earlier, scale_of(_sum(earlier), currency), f"cost_by_class/{data.before.key}/{{}}/unit_cost"),
        {name: _signed(n) for name, n in _tied(moved, unit_scale, f"{origin}/{{}}/unit_cost − before").items()},
        _tied({n: _part(amount, whole) for n, amount in amounts.items()}, _PERCENT, f"{origin}/{{}}/amount ÷ all"),
        _tied(amounts, _whole(currency), f"{origin}/{{}}/amount"),
    )  # fmt: skip
    return [
        (
            class_name(row.cost_class), Bar.of(max(row.amount or 0.0, 0.0), most),
            *(column.get(row.cost_class) for column in columns), *_unpriced_cell(data, row),
        )
        for row in told
    ]  # fmt: skip


def _tied(values: Mapping[str, float | None], scale: Scale, origin: str) -> dict[str, Number]:
    """Numbers of one column, rounded so that they sum to their rounded total; raw values are kept."""
    known = {name: value for name, value in values.items() if value is not None}
    parts = rounded_parts([value * scale.factor for value in known.values()], scale.decimals)
    found = {}
    for (name, value), part in zip(known.items(), parts, strict=True):
        shown = number(part / scale.factor, scale.unit, origin.replace("{}", name), scale)
        found[name] = (
            replace(shown, value=value) if part or not value else number(value, scale.unit, shown.origin, scale)
        )
    return found


def _sum(values: Mapping[str, float | None]) -> float:
    return math.fsum(value for value in values.values() if value is not None)


def _less(now: float | None, before: float | None) -> float | None:
    return None if now is None or before is None else now - before


def _part(amount: float | None, whole: float) -> float | None:
    return None if amount is None or not whole else amount / whole


def _signed(shown: Number) -> Number:
    """With a plus where it is more; a minus is there."""
    return replace(shown, figure=f"+{shown.figure}") if shown.value > 0 and not shown.is_under else shown


def _together(data: BundleData, told: Sequence[CostClass]) -> tuple[Cell, ...]:
    now, before = _sum_of(told), _sum_of(classes_of(data, earlier=True))
    currency = told[0].currency
    whole = math.fsum(row.amount or 0.0 for row in told)
    in_all = number(whole, currency, f"cost_by_class/{told[0].period}/Σ amount", _whole(currency))
    left = count(unpriced(data), f"cost_by_class/{told[0].period}/Σ unpriced_rows")
    return (
        say("Together"), None if now is None else Bar("other", 0.0, 0.0), now, before, _difference(now, before),
        number(1.0, "share", "cost_by_class/all") if whole else None, in_all, *((left,) if unpriced(data) else ()),
    )  # fmt: skip


def _sum_of(told: Sequence[CostClass]) -> Number | None:
    known = [row.unit_cost for row in told if row.unit_cost is not None]
    if not known or len(known) < len(told):
        return None
    return number(math.fsum(known), told[0].currency, f"cost_by_class/{told[0].period}/Σ unit_cost")


def _difference(now: Number | None, before: Number | None) -> Number | None:
    if now is None or before is None:
        return None
    return change(now.value - before.value, now.unit, now.value, f"{now.origin} − {before.origin}", signed=True)


def _unpriced_cell(data: BundleData, row: CostClass) -> tuple[Cell, ...]:
    return (count(row.unpriced_rows, f"{row.origin}/unpriced_rows"),) if unpriced(data) else ()


def _whole(currency: str) -> Scale:
    return Scale(currency, 1, 0)


def _title(told: Sequence[CostClass]) -> str:
    whole = math.fsum(row.amount or 0.0 for row in told)
    if not told or not whole or told[0].amount is None:
        return say("Nothing is told of what it is made of")
    share = number(told[0].amount / whole, "share", f"{told[0].origin}/amount ÷ all")
    return say("{cost_class}: {share} of it", share=share, cost_class=class_name(told[0].cost_class))


def _remarks(told: Sequence[CostClass]) -> tuple[Sentence, ...]:
    said = []
    idle, standard = (math.fsum(getattr(row, name) for row in told) for name in ("idle_amount", "standard_amount"))
    if idle > 0:
        shown = number(idle, told[0].currency, "cost_by_class/Σ idle_amount", _whole(told[0].currency))
        said.append(Sentence(say("{amount} of it was paid for and used by nobody.", amount=shown), (shown,)))
    if standard > 0:
        shown = number(standard, told[0].currency, "cost_by_class/Σ standard_amount", _whole(told[0].currency))
        text = say("{amount} of it is from standard minutes, not from measured work.", amount=shown)
        said.append(Sentence(text, (shown,)))
    return tuple(said)


def missing_classes(told: Sequence[CostClass]) -> list[str]:
    """Classes that the quarter has no row of."""
    return [name for name in _KNOWN if name not in {row.cost_class for row in told}]
