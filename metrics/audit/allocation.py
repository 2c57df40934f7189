"""How strata share a sample."""

from enum import StrEnum


class Allocation(StrEnum):
    """How the sample is shared out: by numbers, or by numbers × spread of the book amounts."""

    PROPORTIONAL = "proportional"
    NEYMAN = "neyman"
