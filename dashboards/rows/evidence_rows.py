"""The evidence of this quarter's rows: their ids, and the observations they were made of."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.rows.rows import Rows


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A row of evidence, of this quarter; rows that are of no period, too. `row_key` is JSON."""

    table_name: str
    row_key: str
    evidence_id: str
    inputs: int | None
    inputs_fingerprint: str | None


ROWS = Rows(
    EvidenceRow,
    """
SELECT table_name, row_key, evidence_id, inputs, inputs_fingerprint FROM evidence
WHERE stream = $stream AND coalesce(json_extract_string(row_key, '$.period'),
    CASE WHEN table_name = 'comparisons' THEN json_extract_string(row_key, '$.label') END, $period) = $period
ORDER BY table_name, row_key""",
)
