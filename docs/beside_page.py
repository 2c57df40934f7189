"""docs/benefits-file.md and docs/decisions-file.md: every key of the files that lie beside the stream file."""

from __future__ import annotations

from docs.markdown import generated_from, page
from docs.section_words import write_sections
from metrics.decisions.decision import Decision, Risk
from metrics.finance.benefit import Benefit
from metrics.finance.integration import Integration


def write_benefits_file() -> str:
    """The whole page."""
    return page(
        ["# The files of benefits and of integrations"],
        generated_from("`metrics/finance/`"),
        [
            "Lists under `benefits:` and `integrations:`, in the files that `finance` of the",
            "[stream file](stream-file.md) names; both may be one file.",
            "What the keys are for: [benefits.md](benefits.md).",
        ],
        ["## Keys"],
        *write_sections(Benefit, Integration),
    )


def write_decisions_file() -> str:
    """The whole page."""
    return page(
        ["# The file of decisions and risks"],
        generated_from("`metrics/decisions/`"),
        [
            "Lists under `decisions:` and `risks:`, in the file that `review` of the",
            "[stream file](stream-file.md) names.",
            "What the keys are for: [review.md](review.md).",
        ],
        ["## Keys"],
        *write_sections(Decision, Risk),
    )
