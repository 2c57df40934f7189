"""A small log of orders, made by hand: a week of work with a return, an open order and a price for it."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable
from pathlib import Path

Row = tuple[str, str, str, str, str]
HEADER = ("order", "step", "at", "who", "channel")
FIRST = dt.datetime(2025, 3, 28, 8, tzinfo=dt.UTC)  # over the end of a quarter and the change to summer time
STREAM = """\
stream: orders
name: Orders
time_zone: Europe/Berlin
source:
  columns: {case_id: order, step: step, event_at: at, performer: who}
trigger:
  steps: [Order]
outcomes:
  - {name: delivered, steps: [Deliver]}
  - {name: cancelled, kind: cancelled, steps: [Cancel]}
performers:
  kinds:
    - {kind: system, performers: [shop]}
    - {kind: human, performers: [Ann, Bob]}
steps:
  - {name: Order}
  - {name: Check, standard_minutes: 30, role: clerk}
  - {name: Return}
  - {name: Deliver}
  - {name: Cancel}
rework:
  rejections: [Return]
failures:
  - {name: returned, detected: [Return], remediated: [Check], steady: [Deliver]}
segments:
  channel: {attribute: channel}
  checks: {count_of: Check}
calendars:
  - {name: Ulm, hours: {mon-fri: ["08:00-12:00", "13:00-17:00"]}, holidays: DE-BW}
  - {name: web, hours: {mon-sun: ["00:00-24:00"]}, day_hours: 24}
sites: {segment: channel, calendars: {web: web}}
releases:
  - {version: "2", name: New shop, at: 2025-03-31T06:00:00+02:00}
costs: {rates: rates.csv, bills: bills.csv}
"""
RATES = """\
rate_id,cost_class,driver,unit,amount,currency,valid_from,valid_to
r1,people,clerk,hour,40.00,EUR,2025-01-01,
"""
BILLS = """\
bill_id,month,cost_class,driver,amount,currency,allocation,capacity,unit
b1,2025-03-01,licence,shop,100.00,EUR,started_cases,,order
b2,2025-04-01,licence,shop,100.01,EUR,started_cases,,order
"""


def rows(count: int = 20) -> list[Row]:
    """So many orders, one every eight hours; each third is returned once, each tenth cancelled, the last is open."""
    told: list[Row] = []
    for number in range(1, count + 1):
        steps = [("Order", "shop"), ("Check", "Ann")]
        steps += [("Return", "Bob"), ("Check", "Bob")] if number % 3 == 0 else []
        if number < count:
            steps += [("Cancel", "Ann")] if number % 10 == 0 else [("Deliver", "shop")]
        begun = FIRST + dt.timedelta(hours=8 * number)
        for place, (step, who) in enumerate(steps):
            at = begun + dt.timedelta(hours=place * (1 + number % 4))
            told.append((f"o{number}", step, at.isoformat(), who, "web" if number % 2 else "phone"))
    return told


def write_log(path: Path, told: Iterable[Row], header: tuple[str, ...] = HEADER) -> Path:
    """A CSV file of these rows."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([header, *told])
    path.write_text(text.getvalue(), "utf-8")
    return path


def write_stream(folder: Path) -> Path:
    """The stream file with its rates and bills; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rates.csv").write_text(RATES, "utf-8")
    (folder / "bills.csv").write_text(BILLS, "utf-8")
    path = folder / "stream.yaml"
    path.write_text(STREAM, "utf-8")
    return path
