"""Rows that pages read beside values and comparisons: one file a table or question, found by reflection."""
