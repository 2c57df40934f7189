"""From page data to HTML: the Jinja2 environment, escaping always on.

Knows templates; opens no published file and writes nothing.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jinja2

from dashboards.language import capital, locale, say

if TYPE_CHECKING:  # a server renders, too, and needs no numbers
    from dashboards.wording import Sentence

NO_BREAK = "\u00a0"


@lru_cache(maxsize=1)
def environment() -> jinja2.Environment:
    """Templates of this package; every value is escaped, a missing one is an error."""
    found = jinja2.Environment(
        loader=jinja2.PackageLoader("dashboards", "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        undefined=jinja2.StrictUndefined, keep_trailing_newline=True,
    )  # fmt: skip
    found.filters["capfirst"] = capital
    found.filters["tied"] = tied
    found.globals["say"] = say
    found.globals["locale"] = locale
    found.globals["has_pdf"] = found.globals["printed"] = False  # what says otherwise passes it
    return found


def tied(sentence: Sentence) -> str:
    """The text of a sentence with its numbers tied to their units, so that no line breaks between '0.3' and 'days'."""
    text = sentence.text
    for number in sentence.numbers:
        text = text.replace(number.text, number.text.replace(" ", NO_BREAK))
    return text


def render(template: str, **context: Any) -> str:
    """A page as text."""
    return environment().get_template(template).render(**context)
