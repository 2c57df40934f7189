"""Writes the reference anew: `python -m tests.metrics.reference`.

A change of what is kept must be meant, and its reason is told in the commit: look at `git diff` before it.
"""

from tests.metrics.reference.closings import close, published_text, readiness_text, record_text, restated_text
from tests.metrics.reference.kept import KEPT, write
from tests.metrics.reference.made import add_values, make_facts
from tests.metrics.reference.tables import OF_EFFECTS, OF_FACTS, OF_PUBLISHED, OF_REPORTS, OF_VALUES, OF_WORDS


def main() -> None:
    """Make everything, and keep it."""
    for old in KEPT.glob("*.csv"):
        old.unlink()
    made = make_facts()
    for tables in (OF_FACTS, OF_VALUES, OF_EFFECTS, OF_REPORTS, OF_WORDS):
        for name, text in tables.items():
            write(name, text(made))
    add_values(made)
    for name, text in OF_PUBLISHED.items():
        write(name, text(made))
    quarter = close(made)
    write("closed_record", record_text(quarter))
    write("closed_published", published_text(made, quarter))
    write("closed_restated", restated_text(made, quarter))
    write("closed_readiness", readiness_text(made))


if __name__ == "__main__":
    main()
