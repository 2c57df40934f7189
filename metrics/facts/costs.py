"""Costs ← steps, events, cases, rates and bills: what each case caused, a class and a day at a time.

People: touch time × the rate of the role on that day; standard minutes of the stream file where touch time is unknown,
and labelled so. Metered use of a driver that has a rate: quantity × that rate. Bills (compute, licence, shared):
allocated by usage of the driver, by started or by finished cases. Idle capacity is a row of its own without a case.
Allocated rows of a bill sum to it exactly: each is the difference of two rounded running totals. Work that no rate or
bill covers keeps its row with amount NULL. What several cases share costs once, in the case that counts it.
Relations: `cases`, `rates(rate_id, cost_class, driver, unit, amount, currency, valid_from, valid_to)` and
`bills(bill_id, month, cost_class, driver, amount, currency, allocation, capacity)`, both of the one stream.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from metrics.facts.dictionary import KIND_CODES, case_when
from metrics.facts.noted import counted_sql
from metrics.facts.steps import StepQuery, instances_sql
from metrics.query import literal

CASE_BASES = ("measured", "standard minutes", "measured quantity")
"""Bases of rows that follow from one case alone; the others move with every case of the month."""
OF_CASES = "basis IN (" + ", ".join(literal(basis) for basis in CASE_BASES) + ")"
"""SQL over `costs`: rows of work and metered use, which a case caused by itself; the others are parts of bills."""

NOT_ALLOCATED = "not allocated"
"""Basis of the row without amount that a bill has which is not handed out exactly."""

_COLUMNS = "case_key, case_id, cost_class, driver, rate_id, incurred_on, quantity, basis, amount"
# Who has a share of a bill: those who used what it meters, or every case started or finished in its month.
_SHARES = """
    SELECT b.bill_id, u.case_key, u.case_id, u.driver, u.incurred_on, u.quantity, b.allocation
    FROM bill b JOIN usage u ON b.allocation = 'usage' AND u.driver = b.driver
        AND date_trunc('month', u.incurred_on) = b.month
    UNION ALL
    SELECT b.bill_id, c.case_key, c.case_id, b.driver, c.triggered_on, 1, b.allocation
    FROM bill b JOIN cases c ON b.allocation = 'started_cases' AND date_trunc('month', c.triggered_on) = b.month
    UNION ALL
    SELECT b.bill_id, c.case_key, c.case_id, b.driver, c.finished_on, 1, b.allocation
    FROM bill b JOIN cases c ON b.allocation = 'finished_cases' AND date_trunc('month', c.finished_on) = b.month
        AND c.outcome_kind = 'completed'
"""
# Use that a bill should cover and none does.
_WITHOUT_BILL = """
SELECT u.case_key, u.case_id, 'compute', u.driver, 'no bill', u.incurred_on, u.quantity, 'no bill', NULL::DECIMAL(18, 6)
FROM usage u WHERE u.driver IN (SELECT driver FROM bills WHERE allocation = 'usage')
    AND NOT EXISTS (SELECT 1 FROM bills b WHERE b.allocation = 'usage' AND b.driver = u.driver
        AND b.month = date_trunc('month', u.incurred_on))"""


def people_sql(query: StepQuery) -> str:
    """SELECT of people cost: one row per case, role, rate and day. Roles are numbers until the rows are grouped."""
    stream, dictionary = query.stream, query.dictionary
    minutes = [
        (dictionary.member("step_code", "step", [step.name]), repr(step.standard_minutes / 60))
        for step in stream.steps
        if step.standard_minutes is not None
    ]
    has_minutes = dictionary.member(
        "step_code", "step", [s.name for s in stream.steps if s.standard_minutes is not None]
    )
    drivers = sorted({*dictionary.known("role"), *(step.role for step in stream.steps if step.role)})
    number = {name: str(place) for place, name in enumerate(drivers)}
    roles = [(f"role_code = {code}", number[name]) for name, code in dictionary.known("role").items()]
    by_step = [
        (dictionary.member("step_code", "step", [step.name]), number[step.role]) for step in stream.steps if step.role
    ]
    named = case_when([(f"role_number = {place}", literal(name)) for name, place in number.items()], "'unknown role'")
    return f"""
SELECT work.case_key, work.case_id, 'people' AS cost_class, work.driver, coalesce(rates.rate_id, 'no rate') AS rate_id,
    work.incurred_on, work.quantity, work.basis,
    round(work.quantity::DECIMAL(18, 9) * rates.amount, 6)::DECIMAL(18, 6) AS amount
FROM (
    SELECT case_key, any_value(case_id) AS case_id, {named} AS driver, incurred_on,
        CASE WHEN is_measured THEN 'measured' ELSE 'standard minutes' END AS basis, sum(hours) AS quantity
    FROM (
        SELECT case_key, case_id, {case_when([*roles, *by_step], "-1")} AS role_number,
            {query.local_day("coalesce(ended_at, happened_at)")} AS incurred_on,
            coalesce(ended_at >= started_at, FALSE) AS is_measured,
            CASE WHEN ended_at >= started_at THEN (epoch_us(ended_at) - epoch_us(started_at)) / 3.6e9
                 ELSE {case_when(minutes, "NULL")} END AS hours
        FROM ({instances_sql(query)}) WHERE kind = {KIND_CODES["human"]} AND is_counted AND ended_at IS NOT NULL
            AND (coalesce(ended_at >= started_at, FALSE) OR {has_minutes})
    )
    GROUP BY case_key, role_number, incurred_on, is_measured
) work LEFT JOIN rates ON rates.cost_class = 'people' AND rates.driver = work.driver
    AND work.incurred_on >= rates.valid_from AND (rates.valid_to IS NULL OR work.incurred_on < rates.valid_to)"""


def metered_sql(query: StepQuery) -> str:
    """SELECT of metered use × rate: one row per case, driver, rate and day, of drivers that have a rate at all.

    A quantity too large to be multiplied has no amount, as one without a rate of its day has none.
    """
    return f"""
SELECT metered.case_key, metered.case_id, priced.cost_class, metered.driver,
    coalesce(rates.rate_id, 'no rate') AS rate_id, metered.incurred_on, metered.quantity, 'measured quantity' AS basis,
    try_cast(round(try_cast(metered.quantity AS DECIMAL(20, 9)) * rates.amount, 6) AS DECIMAL(18, 6)) AS amount
FROM ({usage_sql(query)}) metered
JOIN (SELECT DISTINCT cost_class, driver FROM rates WHERE cost_class <> 'people') priced
    ON priced.driver = metered.driver
LEFT JOIN rates ON rates.cost_class = priced.cost_class AND rates.driver = metered.driver
    AND metered.incurred_on >= rates.valid_from AND (rates.valid_to IS NULL OR metered.incurred_on < rates.valid_to)"""


def usage_sql(query: StepQuery) -> str:
    """SELECT of metered quantities told by events: case_key, stream, case_id, driver, incurred_on, quantity."""
    day = query.local_day("event_at")
    return f"""
SELECT case_key, {literal(query.stream.stream)} AS stream, any_value(case_id) AS case_id, item.driver AS driver,
    incurred_on, sum(item.quantity) AS quantity
FROM (
    SELECT case_key, case_id, {day} AS incurred_on,
        unnest(from_json(json_extract(attributes, '$.cost'), '[{{"driver":"VARCHAR","quantity":"DOUBLE"}}]')) AS item
    FROM {query.relation} WHERE attributes IS NOT NULL AND json_exists(attributes, '$.cost')
        AND {counted_sql(query.dictionary)}
) WHERE item.quantity > 0 GROUP BY case_key, item.driver, incurred_on"""


# What nobody used stands ready every day of the month, so it is spread over them; the days sum to it exactly.
_IDLE = """SELECT NULL, NULL, cost_class, driver, bill_id, month + (number - 1)::INTEGER,
        greatest(coalesce(capacity, 0) - total, 0) / days, 'idle',
        round(idle * (number / days)::DECIMAL(19, 18), 6)::DECIMAL(18, 6)
        - round(idle * ((number - 1) / days)::DECIMAL(19, 18), 6)::DECIMAL(18, 6)
    FROM (SELECT *, (amount - allocated)::DECIMAL(18, 6) AS idle, day(last_day(month)) AS days,
        unnest(range(1, day(last_day(month)) + 1)) AS number FROM used WHERE amount <> allocated)"""


def billed_sql(months: Sequence[dt.date] | None = None) -> str:
    """SELECT of billed cost, of these months only when given: each bill over the cases that used it, and its idle part.

    Reads `usage`, `cases`, `bills`.
    """
    listed = ", ".join(f"DATE '{month:%Y-%m-%d}'" for month in months or ())
    bill_due = "TRUE" if months is None else f"month IN ({listed})" if listed else "FALSE"
    use_due = bill_due.replace("month", "date_trunc('month', u.incurred_on)", 1)
    return f"""
WITH bill AS (SELECT * FROM bills WHERE {bill_due}),
share AS ({_SHARES}),
running AS (
    SELECT *, lag(reached, 1, 0) OVER shares AS before, lead(reached) OVER shares IS NULL AS is_last
    FROM (
        SELECT *, sum(quantity) OVER (PARTITION BY bill_id ORDER BY case_key, incurred_on, driver) AS reached FROM share
    )
    WINDOW shares AS (PARTITION BY bill_id ORDER BY case_key, incurred_on, driver)
),
used AS (
    SELECT b.*, coalesce(t.total, 0) AS total,
        CASE WHEN t.total IS NULL THEN 0::DECIMAL(18, 6)
             WHEN b.capacity > t.total THEN round(b.amount * (t.total / b.capacity)::DECIMAL(19, 18), 6)::DECIMAL(18, 6)
             ELSE b.amount END AS allocated
    FROM bill b LEFT JOIN (SELECT bill_id, max(reached) AS total FROM running GROUP BY bill_id) t USING (bill_id)
)
SELECT {_COLUMNS} FROM (
    SELECT r.case_key, r.case_id, b.cost_class, r.driver, bill_id AS rate_id, r.incurred_on, r.quantity,
        CASE r.allocation WHEN 'usage' THEN 'usage of the bill' ELSE replace(r.allocation, '_', ' ') END AS basis,
        CASE WHEN is_last THEN b.allocated ELSE {_rounded("reached")} END - {_rounded("before")} AS amount
    FROM running r JOIN used b USING (bill_id)
    UNION ALL
    {_IDLE}
)
UNION ALL
{_WITHOUT_BILL} AND {use_due}"""


def _rounded(reached: str) -> str:
    """The bill's running total once this much of it is used; differences of these sum to the bill.

    Only the share of it is a float, never the money.
    """
    return f"round(b.allocated * ({reached} / b.total)::DECIMAL(19, 18), 6)::DECIMAL(18, 6)"


def unallocated_sql() -> str:
    """SELECT of a row without amount a day for every bill that `costs` do not sum to exactly, as rows of `costs`.

    It blocks the numbers of every period that has a day of its month. Reads `costs` and `bills` of the one stream.
    By construction there is none: this is the lock, not the key.
    """
    return f"""
SELECT NULL::UBIGINT AS case_key, b.stream, NULL::VARCHAR AS case_id, b.cost_class, b.driver, b.bill_id AS rate_id,
    b.month + unnest(range(0, day(last_day(b.month))))::INTEGER AS incurred_on, NULL::DOUBLE AS quantity,
    {literal(NOT_ALLOCATED)} AS basis, NULL::DECIMAL(18, 6) AS amount, b.currency
FROM bills b LEFT JOIN (
    SELECT rate_id, sum(amount) AS handed_out FROM costs WHERE NOT {OF_CASES} GROUP BY rate_id
) c ON c.rate_id = b.bill_id
WHERE coalesce(c.handed_out, 0) <> b.amount"""


def people_costs_sql(query: StepQuery) -> str:
    """SELECT of rows of `costs` that people caused, with `case_key` in front; none without a rate of people."""
    has_rates = "EXISTS (SELECT 1 FROM rates WHERE cost_class = 'people')"
    return _as_costs(query, f"{people_sql(query)} WHERE {has_rates}")


def metered_costs_sql(query: StepQuery) -> str:
    """SELECT of rows of `costs` that use with a rate tells, with `case_key` in front; see `metered_sql`."""
    return _as_costs(query, metered_sql(query))


def billed_costs_sql(query: StepQuery, months: Sequence[dt.date] | None = None) -> str:
    """SELECT of rows of `costs` that bills tell, with `case_key` in front; see `billed_sql`."""
    return _as_costs(query, billed_sql(months))


def _as_costs(query: StepQuery, part: str) -> str:
    return f"""
SELECT case_key, {literal(query.stream.stream)} AS stream, case_id, cost_class, driver, rate_id, incurred_on, quantity,
    basis, amount, {literal(query.stream.costs.currency)} AS currency
FROM ({part})"""
