"""Whole numbers written as text: `sequence` and `attempt`, with the same limits for every tabular source."""

from __future__ import annotations

import polars as pl

_LIMITS = {"sequence": (0, 2**63 - 1), "attempt": (1, 2**31 - 1)}


def read_whole_number(texts: pl.Series, name: str) -> tuple[pl.Series, pl.Series]:
    """The numbers of a column as Int64, and why a text is none; no text is no number and no problem."""
    if texts.null_count() == texts.len():
        return texts.cast(pl.Int64), texts.cast(pl.String)
    least, most = _LIMITS[name]
    text = pl.col("text")
    told = text.str.contains(r"^[0-9]{1,19}(?:\.0+)?$")
    number = pl.when(told).then(text.str.replace(r"\..*$", "")).cast(pl.Int64, strict=False)
    within = pl.when(number.is_between(least, most)).then(number)
    said = pl.format(f"{name} is {{}}; it must be a whole number of at least {least}", text.str.head(40))
    problem = pl.when(text.is_not_null() & within.is_null()).then(said)
    frame = pl.DataFrame({"text": texts.cast(pl.String)}).select(number=within, problem=problem)
    return frame["number"], frame["problem"]
