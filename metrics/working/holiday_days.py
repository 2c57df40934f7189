"""Public holidays of a country or a part of it, from the package `holidays`: the only place that knows it.

A later version of the package may tell other holidays, for years gone by too; so its version is part of what is told.
The package takes half a second to import, so it is imported when a calendar first names a country.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import version

from metrics.errors import suggest

PACKAGE = f"holidays {version('holidays')}"


def check_region(region: str) -> str:
    """A country (DE) or a part of it (DE-BW), as it is.

    Raises:
        ValueError: the package knows no such country or part; names the nearest.
    """
    import holidays

    country, _, part = region.partition("-")
    known = holidays.list_supported_countries(include_aliases=False)
    if country not in known:
        near = [code for code in sorted(known) if code[:1] == country[:1].upper()] or ["DE", "FR", "US"]
        raise ValueError(f"{region!r}: no country {country!r} is known; write its ISO 3166 code: {', '.join(near)}")
    if part and part not in known[country]:
        raise ValueError(f"{region!r}: {country} has no part {part!r}.{suggest(part, known[country])}")
    return region


@lru_cache
def holidays_of(region: str, year: int) -> Mapping[dt.date, str]:
    """Each holiday of a year with its name."""
    import holidays

    country, _, part = region.partition("-")
    return dict(holidays.country_holidays(country, subdiv=part or None, years=year, observed=True))


@lru_cache
def known_years(region: str) -> range:
    """The years whose holidays are known; of another year nothing can be said, not that it had none."""
    import holidays

    found = holidays.country_holidays(region.partition("-")[0])  # of each part they are those of the country
    return range(found.start_year, found.end_year + 1)
