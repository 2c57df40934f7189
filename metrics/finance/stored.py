"""Benefits and integrations as rows of contract tables, and back: what a report reads is what the file said."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import duckdb

from metrics.finance.benefit import Benefit, Decay
from metrics.finance.conflicts import Claim
from metrics.finance.course import rounded
from metrics.finance.integration import Integration

Row = dict[str, Any]


def benefit_rows(stream: str, benefits: Iterable[Benefit]) -> Iterator[Row]:
    """Rows of the contract table `benefit_entries`."""
    for benefit in benefits:
        for number, entry in enumerate(benefit.history, 1):
            yield {
                "stream": stream, "benefit": benefit.id, "entry": number, **_claim_row(benefit), "state": entry.state,
                "entered_on": entry.day, "entered_by": entry.by, "why": entry.why, "amount": rounded(entry.amount),
                "evidence_id": entry.evidence,
            }  # fmt: skip


def read_claims(connection: duckdb.DuckDBPyConnection) -> list[Claim]:
    """Every benefit of every stream, by stream and id; reads `benefit_entries`."""
    found = _rows(connection, "SELECT * FROM benefit_entries ORDER BY stream, benefit, entry")
    grouped = itertools.groupby(found, key=lambda row: (row["stream"], row["benefit"]))
    return [Claim(stream, _benefit(list(rows))) for (stream, _), rows in grouped]


def integration_rows(stream: str, integrations: Iterable[Integration]) -> Iterator[Row]:
    """Rows of the contract table `integration_lines`."""
    for one in integrations:
        for number, line in enumerate(one.lines, 1):
            yield {
                "stream": stream, "integration": one.id, "line": number, "name": one.name, "currency": one.currency,
                "steps": list(one.steps), "performer_kinds": list(one.performer_kinds), "failures": list(one.failures),
                "failure_role": one.failure_role, "kind": line.kind, "what": line.what, "amount": rounded(line.amount),
                "month": line.month, "first_month": line.first_month, "until_month": line.until_month,
            }  # fmt: skip


def read_integrations(connection: duckdb.DuckDBPyConnection, stream: str) -> list[Integration]:
    """Every integration of a stream, by id; reads `integration_lines`."""
    sql = "SELECT * FROM integration_lines WHERE stream = $stream ORDER BY integration, line"
    found = _rows(connection, sql, {"stream": stream})
    grouped = itertools.groupby(found, key=lambda row: row["integration"])
    return [_integration(list(rows)) for _, rows in grouped]


def _claim_row(benefit: Benefit) -> Row:
    decay = benefit.decay if isinstance(benefit.decay, Decay) else None
    frees, spent = benefit.frees, benefit.investment
    return {
        "initiative": benefit.initiative, "benefit_class": benefit.benefit_class, "sentence": benefit.sentence,
        "owner_role": benefit.owner.role, "owner_name": benefit.owner.name, "budget_line": benefit.budget_line,
        "metric": benefit.metric, "currency": benefit.currency, "unit": benefit.unit,
        "first_month": benefit.first_month, "until_month": benefit.until_month,
        "linear_months": decay and decay.linear_months,
        "percent_per_quarter": _told(decay.percent_per_quarter if decay else None),
        "is_of_hours": frees is not None, "frees_step": frees and frees.step, "frees_role": frees and frees.role,
        "frees_against": frees and frees.against, "run_cost": _told(benefit.run_cost),
        "investment": _told(spent.amount if spent else None), "invested_month": spent and spent.month,
    }  # fmt: skip


def _told(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else rounded(amount)


def _benefit(rows: list[Row]) -> Benefit:
    told = rows[0]
    worn = {name: told[name] for name in ("linear_months", "percent_per_quarter") if told[name] is not None}
    frees = {"step": told["frees_step"], "role": told["frees_role"], "against": told["frees_against"]}
    spent = {"amount": told["investment"], "month": told["invested_month"]}
    history = [
        {
            "state": row["state"], "day": row["entered_on"], "by": row["entered_by"], "why": row["why"],
            "amount": row["amount"], "evidence": row["evidence_id"],
        }
        for row in rows
    ]  # fmt: skip
    kept = ("initiative", "sentence", "budget_line", "metric", "currency", "unit", "run_cost")
    return Benefit.model_validate({
        "id": told["benefit"], "class": told["benefit_class"], **{name: told[name] for name in kept},
        "owner": {"role": told["owner_role"], "name": told["owner_name"]}, "from": told["first_month"],
        "until": told["until_month"], "decay": worn or "none", "frees": frees if told["is_of_hours"] else None,
        "investment": None if told["investment"] is None else spent, "history": history,
    })  # fmt: skip


def _integration(rows: list[Row]) -> Integration:
    told = rows[0]
    lines = [
        {"kind": row["kind"], "what": row["what"], "amount": row["amount"], "month": row["month"],
         "from": row["first_month"], "until": row["until_month"]}
        for row in rows
    ]  # fmt: skip
    kept = ("name", "currency", "steps", "performer_kinds", "failures", "failure_role")
    return Integration.model_validate(
        {"id": told["integration"], **{name: told[name] for name in kept}, "lines": lines}
    )


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, parameters: dict[str, object] | None = None) -> list[Row]:
    found: list[Row] = connection.sql(sql, params=parameters).to_arrow_table().to_pylist()
    return found
