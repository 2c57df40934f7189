"""The performer registry: what is wrong in it is told with its line, and lines may leave gaps but never overlap."""

from __future__ import annotations

import datetime as dt

import pytest

from metrics.errors import StreamFileError
from metrics.stream.performer_registry import MAX_CHARACTERS, RegistryLine, parse_registry

HEAD = "performer,kind,role,team,valid_from,valid_to\n"
GOOD = HEAD + "p1,human,Clerk,North,,2026-03-01\np1,agent,,,2026-03-01,\n\np2,system,,,,\n"

WRONG: dict[str, tuple[str, int | None, str]] = {
    "no header": ("", 1, "has no column 'performer'"),
    "no kind": ("performer,role\n", 1, "has no column 'kind'"),
    "an unknown column": ("performer,kind,valid_form\n", 1, "'valid_form' is not a known column. Did you mean"),
    "a column twice": ("performer,kind,kind\n", 1, "the header names 'kind' twice"),
    "a missing cell": (HEAD + "p1,human\n", 2, "2 cells, but the header names 6"),
    "nobody": (HEAD + " ,human,,,,\n", 2, "names no performer"),
    "an unknown kind": (HEAD + "p1,robot,,,,\n", 2, "the kind 'robot' is none of human, system, agent, external"),
    "no kind told": (HEAD + "p1,,,,,\n", 2, "the kind None is none of"),
    "no day": (HEAD + "p1,human,,,1.3.2026,\n", 2, "'1.3.2026' is no day; write e.g. 2026-07-01"),
    "a day no month has": (HEAD + "p1,human,,,2026-02-30,\n", 2, "'2026-02-30' is no day"),
    "an end before the beginning": (HEAD + "p1,human,,,2026-03-02,2026-03-01\n", 2, "not after valid_from 2026-03-02"),
    "no day at all": (HEAD + "p1,human,,,2026-03-01,2026-03-01\n", 2, "valid_to 2026-03-01 is not after"),
    "an overlap": (
        HEAD + "p1,agent,,,2026-03-01,\np2,human,,,,\np1,human,,,,2026-03-02\n", 2,
        "'p1' is agent here and human in line 4, both on 2026-03-01; let one end before the other begins",
    ),
    "two without an end": (HEAD + "p1,human,,,2026-01-01,\np1,agent,,,2026-05-01,\n", 3, "both on 2026-05-01"),
    "the same twice": (HEAD + "p1,human,,,,\np1,human,,,,\n", 3, "both on the earliest days"),
    "two from the earliest days on": (
        HEAD + "p1,human,,,,2026-03-01\np1,agent,,,,2026-02-01\n", 3, "both on the earliest days",
    ),
    "an open quote": (HEAD + 'p1,"human\n', 2, "is not a CSV table"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "line", "words"), WRONG.values(), ids=WRONG)
def test_a_mistake_is_told_with_its_line(text: str, line: int | None, words: str) -> None:
    """Whatever is wrong is one sentence with the file, the line and what was expected."""
    with pytest.raises(StreamFileError) as caught:
        parse_registry(text, "staff.csv")
    assert words in str(caught.value)
    assert str(caught.value).startswith(f"staff.csv, line {line}: ")


def test_lines_are_typed() -> None:
    """Empty cells are open ends and untold roles; blank lines are passed over; one line may begin as another ends."""
    assert parse_registry(GOOD) == (
        RegistryLine("p1", "human", "Clerk", "North", None, dt.date(2026, 3, 1), 2),
        RegistryLine("p1", "agent", None, None, dt.date(2026, 3, 1), None, 3),
        RegistryLine("p2", "system", None, None, None, None, 5),
    )


def test_only_two_columns_are_needed() -> None:
    """A registry without dates, roles and teams holds for good; a byte order mark is no part of a name."""
    assert parse_registry("\ufeffkind,performer\nagent,bot\n") == (RegistryLine("bot", "agent", line=2),)


def test_a_huge_registry_is_refused() -> None:
    """Larger than the limit is refused before it is read; at the limit it is read."""
    line = "p1,human,,,,\n"
    filled = HEAD + "\n" * (MAX_CHARACTERS - len(HEAD) - len(line)) + line
    assert len(parse_registry(filled)) == 1
    with pytest.raises(StreamFileError, match="is larger than 50,000,000 characters"):
        parse_registry(filled + "\n")


def test_a_cell_may_have_two_lines() -> None:
    """Within quotes a line ends as it is written, and lines after it keep their numbers in the file."""
    first, second = parse_registry(HEAD + 'p1,human,"Day\nNight",,,\np2,human,,,,\n')
    assert (first.role, second.line) == ("Day\nNight", 4)


def test_quotes_are_those_of_a_table() -> None:
    """What follows a closed quote within a cell is refused, not read as part of it."""
    with pytest.raises(StreamFileError, match=r"staff\.csv, line 2: is not a CSV table"):
        parse_registry(HEAD + '"p1"x,human,,,,\n', "staff.csv")


def test_a_huge_text_is_refused_by_its_size() -> None:
    """Beyond fifty million characters nothing is said of what stands there: it was not read."""
    with pytest.raises(StreamFileError, match="is larger than 50,000,000 characters"):
        parse_registry("x" * 50_000_001)
