"""The sheet of benefits: a block for each class, in its own unit. Nothing here adds one class to another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from dashboards.bundle import BundleData
from dashboards.language import say
from dashboards.numbers import many_of
from dashboards.parts.benefit_claims import claims_of
from dashboards.parts.benefit_classes import bridges_of
from dashboards.parts.benefit_words import MONEY, class_title, level_title, state_chip, unit_scale
from dashboards.parts.measure import label_of
from dashboards.rows.benefit_bridge import BridgeLevel
from dashboards.rows.benefits import BenefitClaim
from dashboards.workbook.book import Book, Cell, Formula, Sheet, Styled

_WIDTHS = (40, 16, 16, 16, 14, 14, 14, 22, 20, 24)
_LEVELS = ("claimed", "validated", "booked")
_MOVES = ("opening", "began", "ended", "decayed", "reversed", "disputed")


@dataclass(frozen=True, slots=True)
class BenefitPlace:
    """The live end of one class at one level, and the published one, as they are called."""

    name: str
    end: Formula
    published: Decimal
    shape: str


def write_benefits(book: Book, data: BundleData) -> list[BenefitPlace]:
    """The way of each class from the quarter before to this one, and its claims."""
    sheet, bridges, claims = book.sheet(say("Benefits"), _WIDTHS), bridges_of(data), claims_of(data)
    if not bridges and not claims:
        sheet.say(say("No benefit is claimed in this quarter"), "title")
        return []
    sheet.say(say("Benefits, class by class"), "title")
    sheet.say(say("Cash, freed time, cost avoided and quality are not added up: freed time is no cash until hours or "
                  "hiring fall."))  # fmt: skip
    found = []
    for name in dict.fromkeys((*(name for name, _ in bridges), *(claim.benefit_class for claim in claims))):
        mine = [claim for claim in claims if claim.benefit_class == name]
        sheet.keep(13 * sum(of == name for of, _ in bridges) + len(mine) + 3)
        for (of, unit), levels in bridges.items():
            if of == name:
                found += _write_class(sheet, data, name, unit, levels)
        _write_claims(sheet, data, name, mine)
    return found


def _write_class(
    sheet: Sheet, data: BundleData, name: str, unit: str, levels: Mapping[str, BridgeLevel]
) -> list[BenefitPlace]:  # fmt: skip
    shown, shape = [levels[level] for level in _LEVELS if level in levels], _shape(sheet, name, unit)
    heads = (say("What"), *(level_title(row.level) for row in shown))
    called = say("{name}, in {unit}", name=class_title(name), unit=_unit_words(data, unit))
    sheet.head(heads, range(1, 4), block=called)
    first, labels = sheet.row, _labels()
    for move in _MOVES:
        amounts: list[Styled] = [(_money(getattr(row, move)), "number", shape) for row in shown]
        _tell(sheet, shown, move, sheet.line([(labels[move], "text", ""), *amounts]))
    places, cells = [], []
    for column, row in enumerate(shown, 1):
        total = Formula(f"=SUM({sheet.over(first, sheet.row - 1, column)})", _sum(row))
        cells.append((total, "number", shape))
        called = f"{class_title(name)}: {level_title(row.level)}"
        there = Formula(f"={sheet.at(sheet.row, column)}", _sum(row))
        places.append(BenefitPlace(called, there, _money(row.closing), shape))
    closing = sheet.line([(say("This quarter"), "text", ""), *cells], strong=True)
    _tell(sheet, shown, "closing", closing)
    if name in MONEY:
        _write_net(sheet, shown, closing, shape)
    return places


def _tell(sheet: Sheet, shown: list[BridgeLevel], name: str, line: int) -> None:
    """What of these levels stands in a line."""
    for column, row in enumerate(shown, 1):
        if getattr(row, name) is not None:
            sheet.tell(f"{row.origin}/{name}", line, column)


def _write_net(sheet: Sheet, shown: list[BridgeLevel], closing: int, shape: str) -> None:
    """Money less what it costs to run; not told where the run cost of any claim is not."""
    untold: Cell = say("not told")
    cost = sheet.line([
        (say("New run cost"), "text", ""),
        *((untold if row.run_cost is None else _money(row.run_cost), "number", shape) for row in shown),
    ])  # fmt: skip
    _tell(sheet, shown, "run_cost", cost)
    nets: list[Styled] = []
    for column, row in enumerate(shown, 1):
        text = f"={sheet.at(closing, column)}-{sheet.at(cost, column)}"
        is_told = row.run_cost is not None
        net = Formula(text, _sum(row) - _money(row.run_cost)) if is_told else untold
        nets.append((net, "number", shape))
    _tell(sheet, shown, "net", sheet.line([(say("Net of run cost"), "text", ""), *nets], strong=True))


def _write_claims(sheet: Sheet, data: BundleData, name: str, claims: list[BenefitClaim]) -> None:
    if not claims:
        return
    heads = (
        say("Claim"), say("State"), say("Gross"), say("Disputed"), say("New run cost"), say("Net"), say("Unit"),
        say("Answers for it"), say("Budget line"), say("Evidence"),
    )  # fmt: skip
    sheet.head(heads, range(2, 6), block=say("{name}: claim by claim", name=class_title(name)))
    for claim in claims:
        shape = _shape(sheet, name, claim.unit)
        amounts: list[Styled] = [
            (None if (told := getattr(claim, part)) is None else _money(told), "number", shape)
            for part in ("gross", "disputed", "run_cost", "net")
        ]
        sheet.line([
            (claim.sentence, "text", ""), (state_chip(claim.state).word, "text", ""), *amounts,
            (_unit_words(data, claim.unit), "text", ""),
            (claim.owner_role or say("a person, named in the ledger"), "text", ""),
            (claim.budget_line or say("none told"), "text", ""), (claim.evidence_id or say("none yet"), "text", ""),
        ])  # fmt: skip


def _labels() -> Mapping[str, str]:
    return {
        "opening": say("Last quarter"), "began": say("New, or for more months"), "ended": say("Ended"),
        "decayed": say("Worn off"), "reversed": say("Taken back"), "disputed": say("Disputed or not measured"),
    }  # fmt: skip


def _unit_words(data: BundleData, unit: str) -> str:
    """Money by its code; hours; the unit of a measure with what readers call the measure."""
    _, is_of_measure, metric = unit.partition(" of ")
    word = many_of(unit_scale(1.0, unit)) or unit
    return f"{word}, {label_of(data, metric)}" if is_of_measure else word


def _shape(sheet: Sheet, name: str, unit: str) -> str:
    return sheet.book.money(2) if name in MONEY and unit == sheet.book.currency else "#,##0.0#"


def _sum(row: BridgeLevel) -> Decimal:
    return sum((_money(getattr(row, move)) for move in _MOVES), Decimal(0))


def _money(amount: float | None) -> Decimal:
    assert amount is not None
    return Decimal(repr(amount))
