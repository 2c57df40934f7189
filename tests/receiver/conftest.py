"""What several tests of the receiver need."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.receiver.limits import Limits
from pipelines.receiver.tokens import new_token
from tests.receiver.running import Running, running

LIMITS = Limits(body_bytes=100_000, unpacked_bytes=3_000_000, head_bytes=8_192, head_seconds=5, body_seconds=0.5)


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Running]:
    """An open receiver with small limits."""
    with running(tmp_path / "inbox", limits=LIMITS) as found:
        yield found


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The same for all tests of a module that do not mind what others sent."""
    with running(tmp_path_factory.mktemp("shared") / "inbox", limits=LIMITS) as found:
        yield found


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[tuple[Running, str]]:
    """A receiver that asks for tokens, and one that it knows, of `orders`."""
    path = tmp_path / "tokens"
    token = new_token(path, "orders")
    with running(tmp_path / "inbox", tokens=path) as found:
        yield found, token
