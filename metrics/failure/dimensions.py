"""By what failures can be split, the same for every metric of the family."""

DIMENSIONS = (
    "rule", "level", "severity", "episode", "release", "is_auto_healed", "caused_by_release", "attributed_by",
)  # fmt: skip
COLUMNS = ", ".join(DIMENSIONS)
