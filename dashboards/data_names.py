"""What programs may ask for, and the file of a bundle that answers: names only, so that a server needs no more."""

from __future__ import annotations

VIEW = "api"
KINDS = ("values", "series", "definitions")
"""What there is: values of the quarter and the one before, the same by week, and what each means."""
FORMATS = ("json", "csv", "parquet")


def name_of(kind: str, form: str) -> str:
    """The file of a kind in a format."""
    return f"api-{kind}.{form}"
