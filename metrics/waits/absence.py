"""Absence: which working calendar a case keeps, and when nobody works by it. Only people keep calendars.

A calendar is what somebody declared. When people happen to work in a log is no calendar: a night without work may be
an absence, or an evening on which nothing came.
"""

from __future__ import annotations

NO_CALENDAR = """
kept AS (SELECT NULL::VARCHAR AS case_id, NULL::INTEGER AS calendar_no WHERE FALSE),
away AS (SELECT NULL::INTEGER AS calendar_no, NULL::BIGINT AS from_us, NULL::BIGINT AS until_us WHERE FALSE)"""
"""CTEs where no working calendar is known: `kept`, which case keeps which, and `away`, the spells in between."""
