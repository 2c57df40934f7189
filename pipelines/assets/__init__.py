"""Dagster assets: factories over sources, contract tables, metrics and reports. Thin: the work is in the warehouse."""
