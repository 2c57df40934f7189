"""Errors of a stream file where a value may be a word or a list: they name the place as it is written."""

from __future__ import annotations

import pytest

from metrics.errors import StreamFileError
from metrics.stream import parse_stream

HEAD = """stream: made
name: Made
trigger: {first_event: true}
outcomes:
  - {name: ended, last_event: true}
rework:
"""


@pytest.mark.parametrize(
    ("told", "line", "said"),
    [
        ("  repeats:\n    - Check\n    - {step: Pay}\n", 9, "rework.repeats.1: Input should be a valid string"),
        ("  repeats: [{}]\n", 7, "rework.repeats.0: Input should be a valid string"),
        ("  repeats: twice\n", 7, "rework.repeats: Input should be 'any' or 'none'"),
        ("  counts: [loops]\n", 7, "rework.counts.0: Input should be 'self_loop'"),
    ],
)
def test_the_kind_that_came_furthest_is_meant(told: str, line: int, said: str) -> None:
    """A list with one bad entry is a list: the entry is named, with its line; a wrong word is a word."""
    with pytest.raises(StreamFileError) as caught:
        parse_stream(HEAD + told)
    assert f"line {line}: {said}" in str(caught.value)


@pytest.mark.parametrize(("told", "repeats"), [("any", "any"), ("none", "none"), ("[A, B]", ("A", "B")), ("[]", ())])
def test_either_kind_is_taken(told: str, repeats: str | tuple[str, ...]) -> None:
    """A word that stands for steps, or the steps themselves."""
    assert parse_stream(f"{HEAD}  repeats: {told}\n").rework.repeats == repeats


@pytest.mark.parametrize("text", ["stream: \x00", "stream: \x07 made"])
def test_what_is_no_text_is_no_yaml(text: str) -> None:
    """Characters that no YAML may hold are told as that, on one line, not as a failure of ours."""
    with pytest.raises(StreamFileError, match="is not valid YAML: unacceptable character") as caught:
        parse_stream(text)
    assert "\n" not in str(caught.value)


def test_a_wrong_name_is_told_by_its_place() -> None:
    """A column that no event has is named with the section it stands in, without words of the machinery."""
    with pytest.raises(StreamFileError) as caught:
        parse_stream(HEAD.removesuffix("rework:\n") + "source:\n  columns: {colour: shade}\n")
    assert "line 7: source.columns.colour: Input should be 'case_id'" in str(caught.value)


def test_a_slip_below_a_free_name_is_seen() -> None:
    """A segment may have any name; what stands in it may not, and the nearest key is suggested."""
    text = HEAD.removesuffix("rework:\n") + "segments:\n  size: {atribute: size}\n"
    with pytest.raises(StreamFileError, match=r"line 7: 'atribute' is not a known key\. Did you mean 'attribute'\?"):
        parse_stream(text)
