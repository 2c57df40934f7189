"""A tiny stream of calls and what they cost: its files, its import and its tables, for tests of money."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import duckdb

from pipelines.importing import import_logs
from pipelines.ledger.append import Receipt
from pipelines.refresh import refresh
from pipelines.registry import load_all
from pipelines.settings import Settings

STREAM = """\
stream: %s
name: Calls
trigger: {steps: [Ring]}
outcomes:
  - {name: answered, steps: [Answer]}
performers:
  kinds:
    - {kind: human, roles: [clerk, boss]}
    - {kind: system, roles: [switch]}
steps:
  - {name: Ring}
  - {name: Talk}
  - {name: Note, standard_minutes: 30}
  - {name: Answer}
costs: {currency: %s%s%s%s}
"""
RATES = "rate_id,cost_class,driver,unit,amount,currency,valid_from,valid_to\n"
EXCHANGE = "from_currency,to_currency,rate,valid_from,valid_to,source\n"
BILLS = "bill_id,month,cost_class,driver,amount,currency,allocation,capacity,unit\n"


class Calls:
    """A home with one stream; events are added by verbs, then imported and measured."""

    def __init__(
        self,
        folder: Path,
        rates: Iterable[str] = (),
        bills: Iterable[str] = (),
        *,
        name: str = "calls",
        home: Path | None = None,
        currency: str = "EUR",
        exchange: Iterable[str] = (),
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.settings = Settings(home=home or folder / "home", threads=1)
        self.folder, self.name = folder, name
        self.events: list[dict[str, object]] = []
        told_rates, told_bills = list(rates), list(bills)
        named = ", rates: rates.csv" if told_rates else "", ", bills: bills.csv" if told_bills else ""
        (folder / "rates.csv").write_text(RATES + "".join(f"{line}\n" for line in told_rates), "utf-8")
        (folder / "bills.csv").write_text(BILLS + "".join(f"{line}\n" for line in told_bills), "utf-8")
        self.stream_path = folder / "stream.yaml"
        told_exchange = list(exchange)
        (folder / "exchange.csv").write_text(EXCHANGE + "".join(f"{line}\n" for line in told_exchange), "utf-8")
        exchanged = ", exchange: exchange.csv" if told_exchange else ""
        self.stream_path.write_text(STREAM % (name, currency, *named, exchanged), "utf-8")

    def event(self, call: str, step: str, at: str, *, used: dict[str, float] | None = None, **told: str) -> Calls:
        """One event; `used` are metered quantities by driver."""
        data: dict[str, object] = {
            "case.id": call, "step.name": step, "lifecycle": told.get("phase", "complete"),
            "performer.role": told.get("role", "switch"), "step.instance_id": told.get("item"),
            "cost": [{"driver": name, "quantity": quantity} for name, quantity in (used or {}).items()] or None,
        }  # fmt: skip
        return self._add(call, at, data)

    def fail(self, failure: str, stage: str, at: str, *, case: str) -> Calls:
        """An event of a failure, told with a case."""
        return self._add(case, at, {"case.id": case, "failure.id": failure, "failure.stage": stage})

    def call(self, name: str, at: str, *, used: dict[str, float] | None = None) -> Calls:
        """A call that rings and is answered at once."""
        return self.event(name, "Ring", at, used=used).event(name, "Answer", at)

    def work(self, call: str, began: str, ended: str, role: str = "clerk") -> Calls:
        """Measured work of a person."""
        item = f"{call}-{len(self.events)}"
        self.event(call, "Talk", began, phase="start", role=role, item=item)
        return self.event(call, "Talk", ended, phase="complete", role=role, item=item)

    def _add(self, call: str, at: str, data: dict[str, object]) -> Calls:
        self.events.append({
            "specversion": "1.0", "id": f"{call}-{len(self.events)}", "source": f"/{self.name}", "type": "step",
            "time": at, "data": {name: value for name, value in data.items() if value is not None},
        })  # fmt: skip
        return self

    def imported(self) -> Receipt:
        """Bring the events into the ledger."""
        path = self.folder / "calls.jsonl"
        path.write_text("".join(json.dumps(event) + "\n" for event in self.events), "utf-8")
        return import_logs(self.settings, [path], self.stream_path)[1]

    def measured(self) -> duckdb.DuckDBPyConnection:
        """Import, make every table, and open the published copy; the caller closes it."""
        self.imported()
        refresh(self.settings, load_all(self.settings))
        return duckdb.connect(str(self.settings.published_database), read_only=True)
