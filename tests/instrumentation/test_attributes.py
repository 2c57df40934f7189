"""The wire contract holds its own rules, and what reads and writes events keeps to it."""

from __future__ import annotations

import json
import re

import pytest

import streamgauge
from examples.order_to_cash.demand import draw_orders
from examples.order_to_cash.telling import write_lines
from examples.order_to_cash.world import World
from pipelines.sources import meaning
from streamgauge.attributes import ATTRIBUTES, BY_SHORT_NAME, PREFIX, Attribute, Stability
from tests.instrumentation.contract import broken_rules

IDS = [attribute.name for attribute in ATTRIBUTES]


def test_names_are_unique() -> None:
    """A name means one thing, with and without our prefix."""
    assert len(set(IDS)) == len(IDS)
    assert len(BY_SHORT_NAME) == len(ATTRIBUTES)


@pytest.mark.parametrize("attribute", ATTRIBUTES, ids=IDS)
def test_every_attribute_is_documented(attribute: Attribute) -> None:
    """A name without meaning, example and the neighbour it is confused with is no contract."""
    assert re.fullmatch(r"[a-z_]+(\.[a-z_]+)*", attribute.name)
    assert len(attribute.meaning) > 10
    assert attribute.is_not.startswith(("not ", "never "))
    assert attribute.example not in (None, "")
    assert not attribute.name.startswith("process."), "process.* is the operating system's"


@pytest.mark.parametrize("attribute", ATTRIBUTES, ids=IDS)
def test_prefix_says_whose_name_it_is(attribute: Attribute) -> None:
    """Our names carry our prefix, adopted ones never do."""
    assert attribute.name.startswith(PREFIX) == (attribute.stability is not Stability.ADOPTED)


@pytest.mark.parametrize("attribute", ATTRIBUTES, ids=IDS)
def test_example_is_of_the_type(attribute: Attribute) -> None:
    """The example obeys the type, and a closed list holds it."""
    kinds = {"string": str, "enum": str, "UUIDv7": str, "int": int, "boolean": bool}
    assert isinstance(attribute.example, kinds.get(attribute.type, list))
    assert (attribute.type == "enum") == bool(attribute.values)
    assert not attribute.values or attribute.example in attribute.values


def test_source_reads_declared_names_only() -> None:
    """What the sources look for is declared, and their closed words are the contract's."""
    read = (*meaning.TEXTS, *meaning.KEPT_TEXTS, *meaning.NUMBERS, *meaning.CLOSED, "case.id", "cloudevents.event_type")
    assert [name for name in read if name not in BY_SHORT_NAME] == []
    for name, words in meaning.CLOSED.items():
        assert words == set(BY_SHORT_NAME[name].values)


def test_example_log_keeps_the_contract() -> None:
    """Every simulated event carries what is required of it, in the words of the contract."""
    orders = draw_orders(40, 7)
    for line in write_lines(orders, World(orders).run(), 7):
        event = json.loads(line)
        event["data"].setdefault("service.name", event["source"])  # this log lets the source say it
        assert broken_rules(event, {"channel"}) == [], line


def test_version_is_told() -> None:
    """The distribution knows its version."""
    assert re.fullmatch(r"\d+\.\d+\.\d+", streamgauge.__version__)
