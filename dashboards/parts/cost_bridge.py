"""Why one completed case costs more or less than last quarter: six steps, to scale and as an equal table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from dashboards.bundle import BundleData
from dashboards.drawing import draw_chart
from dashboards.language import say
from dashboards.numbers import Number, Scale, number, scale_of
from dashboards.parts.card import Card, Cell, Chart, Column, Table
from dashboards.reasons import reason_words
from dashboards.rows.cost_variance import ROWS, CostVariance
from dashboards.waterfall import Step, waterfall
from dashboards.wording import Sentence

TERMS = ("volume", "efficiency", "mix", "rate", "idle", "spending")
FREED = ("efficiency", "mix")
"""Terms of which a saving is freed time, not cash, where people did the work."""


def bridge_card(data: BundleData) -> Card | None:
    """The card; None where no bridge was made for this quarter."""
    told = {row.measure: row for row in data.rows(ROWS) if row.cost_class == "all"}
    if "unit_cost" not in told:
        return None
    each = told["unit_cost"]
    subtitle = say("Cost for each completed {case}, step by step from last quarter.", case=data.stream.words.case)
    if each.reason is not None or each.before_amount is None or each.after_amount is None:
        title = say("No bridge from last quarter can be told")
        return Card("bridge", title, subtitle, "cost_variance", empty=reason_words(each.reason or ""))
    scale = scale_of(each.after_amount, each.currency)
    shown = tied_terms(each, scale)
    title = _title(data, each, scale)
    chart = _chart(data, each, shown, scale, f"{title}. {subtitle}")
    table = _table(data, each, told.get("cost"), shown, scale)
    remarks = (Sentence(say("Steps are to scale; the scale does not begin at 0.")), *_freed_words(data, scale))
    return Card("bridge", title, subtitle, "cost_variance", table, chart, remarks=remarks)


def tied_terms(row: CostVariance, scale: Scale) -> dict[str, Number]:
    """The six steps, rounded so that they lead from the rounded start to the rounded end; raw values are kept."""
    unit = Decimal(1).scaleb(-scale.decimals)
    ends = [Decimal(str(end or 0.0)).quantize(unit, ROUND_HALF_UP) for end in (row.before_amount, row.after_amount)]
    raw = {term: float(getattr(row, f"{term}_amount") or 0.0) for term in TERMS}
    scaled = {term: value / float(unit) for term, value in raw.items()}
    parts = {term: math.floor(value + 1e-9) for term, value in scaled.items()}
    missing = int((ends[1] - ends[0]) / unit) - sum(parts.values())
    order = sorted(TERMS, key=lambda term: (not raw[term], parts[term] - scaled[term]))
    for term in order[: max(0, missing)]:
        parts[term] += 1
    return {term: _step_number(row, term, raw[term], float(parts[term] * unit), scale) for term in TERMS}


def _step_number(row: CostVariance, term: str, raw: float, rounded: float, scale: Scale) -> Number:
    origin = f"{row.origin}/{term}_amount"
    shown = number(rounded, row.currency, origin, scale)
    if raw and not rounded:
        return (
            number(raw, row.currency, origin, scale)
            if abs(raw) * 2 < 10**-scale.decimals
            else replace(shown, value=raw)
        )
    return replace(shown, value=raw, figure=f"+{shown.figure}" if rounded > 0 else shown.figure)


def term_words(data: BundleData) -> Mapping[str, str]:
    """The steps in readers' words."""
    words = data.stream.words
    return {
        "volume": say("Number of {cases}", cases=words.cases), "efficiency": say("Work per {case}", case=words.case),
        "mix": say("Who works"), "rate": say("Rates, prices"), "idle": say("Unused capacity"),
        "spending": say("Fixed bills"),
    }  # fmt: skip


def _meanings(data: BundleData) -> Mapping[str, str]:
    words = data.stream.words
    return {
        "volume": say("More or fewer {cases}: fixed cost is spread over another number.", cases=words.cases),
        "efficiency": say("More or less work and use for each {case}, at last quarter's rates.", case=words.case),
        "mix": say("The work falls to dearer or cheaper roles."),
        "rate": say("The same work and use at other rates and prices."),
        "idle": say("More or less that was paid for and used by nobody."),
        "spending": say("Bills that follow no use: licences, shared platforms."),
    }


def _title(data: BundleData, row: CostVariance, scale: Scale) -> str:
    unit = Decimal(1).scaleb(-scale.decimals)
    before, after = (
        Decimal(str(end or 0.0)).quantize(unit, ROUND_HALF_UP) for end in (row.before_amount, row.after_amount)
    )
    case = data.stream.words.case
    if before == after:
        return say("One {case} costs what it cost last quarter", case=case)
    moved = number(float(abs(after - before)), row.currency, f"{row.origin}/after − before", scale)
    sign = 1 if after > before else -1
    most = max(TERMS, key=lambda term: sign * float(getattr(row, f"{term}_amount") or 0.0))
    what = term_words(data)[most]
    return (
        say("{moved} more for each {case}; the largest part: {what}", moved=moved, case=case, what=what) if sign > 0
        else say("{moved} less for each {case}; the largest part: {what}", moved=moved, case=case, what=what)
    )  # fmt: skip


def _chart(data: BundleData, row: CostVariance, shown: Mapping[str, Number], scale: Scale, label: str) -> Chart:
    steps = list(_steps(data, row, shown, scale))
    stands, lies = (waterfall(steps, scale, lies=lies) for lies in (False, True))
    return Chart(
        draw_chart(stands, 1136, 300, css="chart wide", label=label),
        draw_chart(lies, 358, 30 * len(steps) + 40, css="chart narrow", label=label),
    )


def _steps(data: BundleData, row: CostVariance, shown: Mapping[str, Number], scale: Scale) -> Sequence[Step]:
    """Both ends and the steps that are not 0."""
    words, level = term_words(data), float(row.before_amount or 0.0)
    found = [_end(say("Last quarter"), level, row, "before_amount", scale)]
    for term in TERMS:
        moved = float(getattr(row, f"{term}_amount") or 0.0)
        if moved:
            found.append(Step(words[term], level, level + moved, shown[term].text, step_tone(data, term, moved)))
            level += moved
    return [*found, _end(say("This quarter"), float(row.after_amount or 0.0), row, "after_amount", scale)]


def step_tone(data: BundleData, term: str, moved: float) -> str:
    """bad where it costs more; freed where most of what it saves is time of people, good where it is not."""
    return "bad" if moved > 0 else "freed" if _freed(data, term) * 2 > -moved else "good"


def _freed(data: BundleData, term: str) -> float:
    """How much less people cost for a case by this step: time, whatever it is called in money."""
    people = [row for row in data.rows(ROWS) if (row.measure, row.cost_class) == ("unit_cost", "people")]
    moved = math.fsum(getattr(row, f"{term}_amount") or 0.0 for row in people) if term in FREED else 0.0
    return max(0.0, -moved)


def _freed_words(data: BundleData, scale: Scale) -> tuple[Sentence, ...]:
    """What of the savings is freed time; nothing where there is none."""
    freed = math.fsum(_freed(data, term) for term in FREED)
    if not freed:
        return ()
    shown = number(freed, scale.unit, f"cost_variance/{data.period.key}/unit_cost/people/freed", scale)
    text = say("{amount} of the savings, grey, is freed time: it becomes cash only when hours or hiring fall.",
               amount=shown)  # fmt: skip
    return (Sentence(text, (shown,)),)


def _end(name: str, level: float, row: CostVariance, column: str, scale: Scale) -> Step:
    return Step(name, level, level, number(level, row.currency, f"{row.origin}/{column}", scale).text, "level")


def _table(
    data: BundleData, each: CostVariance, whole: CostVariance | None, shown: Mapping[str, Number], scale: Scale
) -> Table:
    words, meanings = term_words(data), _meanings(data)
    all_of_it = tied_terms(whole, Scale(whole.currency, 1, 0)) if whole is not None and whole.reason is None else {}
    rows: list[tuple[Cell, ...]] = [_end_row(say("Last quarter"), each, whole, "before_amount", scale)]
    rows += [(words[term], shown[term], all_of_it.get(term), meanings[term]) for term in TERMS]
    rows.append(_end_row(say("This quarter"), each, whole, "after_amount", scale))
    columns = (
        Column(say("Step")), Column(say("For each {case}", case=data.stream.words.case), True),
        Column(say("In all"), True), Column(say("What it means")),
    )  # fmt: skip
    return Table.of(columns, rows)


def _end_row(
    name: str, each: CostVariance, whole: CostVariance | None, column: str, scale: Scale
) -> tuple[Cell, ...]:  # fmt: skip
    total = None if whole is None else getattr(whole, column)
    in_all = None if whole is None or total is None else number(
        total, whole.currency, f"{whole.origin}/{column}", Scale(whole.currency, 1, 0)
    )  # fmt: skip
    return name, number(getattr(each, column), each.currency, f"{each.origin}/{column}", scale), in_all, ""
