"""Embedding from the command line: a key, a link, the recipes of the page as they stand, and a key revoked."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from dashboards.app import create_app
from pipelines.framing import embedding_of
from pipelines.settings import Settings
from tests.journeys.command_line import ROOT, command, facts, measured
from tests.journeys.orders import rows, write_log, write_stream

PAGE = (ROOT / "docs" / "embedding.md").read_text("utf-8")
BASE = "http://127.0.0.1:8765"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one published quarter."""
    folder = tmp_path_factory.mktemp("embedding")
    measured(folder / "home", (write_log(folder / "orders.csv", rows()), write_stream(folder)))
    facts("review", "--period", "2025-Q1", "--home", folder / "home")
    return folder / "home"


@pytest.fixture
def key(home: Path) -> Iterator[dict[str, str]]:
    """A key made as the page says."""
    made = facts("embed-key", "--scope", "orders", "--origin", "https://intranet.example", "--home", home)
    yield made
    (home / "embed" / "keys.json").unlink()


@pytest.fixture
def site(home: Path, key: dict[str, str]) -> TestClient:
    """The app as `serve --embed-only` runs it."""
    return TestClient(create_app(Settings(home).pages, embedding_of(Settings(home)), is_open=False))


def path_of(address: str) -> str:
    """What follows the base of an address."""
    assert address.startswith(BASE + "/embed?token=")
    return address.removeprefix(BASE)


def test_a_link_shows_its_page_once(home: Path, site: TestClient) -> None:
    """The printed link opens the page; nothing else of the server does."""
    link = command("embed-link", "--home", home).out.strip()
    assert site.get(path_of(link)).status_code == 200
    assert site.get(path_of(link)).status_code == 403
    for closed in ("/", "/orders/2025-Q1/", "/orders/2025-Q1/values.csv", "/orders/2025-Q1/manifest.json"):
        assert site.get(closed).status_code == 404


def recipe(language: str, heading: str) -> str:
    """The block of a language under a heading of the page."""
    found = re.search(rf"### {heading}\n\n```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return found[1]


def test_the_recipe_in_python_works_as_it_stands(site: TestClient, key: dict[str, str], tmp_path: Path) -> None:
    """The block of the page, run in a process of its own, makes an address that opens the page."""
    call = f"print(address({BASE!r}, {key['kid']!r}, {key['secret']!r}, 'orders', 'review'))"
    (tmp_path / "recipe.py").write_text(recipe("python", "In Python") + call)
    ended = subprocess.run([sys.executable, tmp_path / "recipe.py"], capture_output=True, text=True, check=True)
    assert site.get(path_of(ended.stdout.strip())).status_code == 200


@pytest.mark.skipif(shutil.which("node") is None, reason="no node: the recipe in JavaScript was not run")
def test_the_recipe_in_javascript_works_as_it_stands(site: TestClient, key: dict[str, str], tmp_path: Path) -> None:
    """The block of the page, run by Node, makes an address that opens the page."""
    told = ", ".join(json.dumps(text) for text in (BASE, key["kid"], key["secret"], "orders", "review"))
    (tmp_path / "recipe.js").write_text(recipe("javascript", "In JavaScript") + f"console.log(address({told}));")
    ended = subprocess.run(["node", tmp_path / "recipe.js"], capture_output=True, text=True, check=True)
    assert site.get(path_of(ended.stdout.strip())).status_code == 200


def test_the_recipe_for_programs_reads_what_was_published(
    home: Path, site: TestClient, key: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The block of docs/api.md as it stands; only the network between it and the app is left out."""
    block = re.search(r"```python\n(.*?)```", (ROOT / "docs" / "api.md").read_text("utf-8"), re.DOTALL)
    assert block

    def over_no_network(asked: urllib.request.Request) -> io.BytesIO:
        answer = site.get(asked.full_url.removeprefix(BASE), headers=dict(asked.header_items()))
        assert answer.status_code == 200
        return io.BytesIO(answer.content)

    monkeypatch.setattr(urllib.request, "urlopen", over_no_network)
    names: dict[str, Any] = {}
    exec(compile(block[1], "docs/api.md", "exec"), names)
    table = names["read"](BASE, key["kid"], key["secret"], "orders")
    published = {
        (v["metric"], v["statistic"]): v["value"] for v in facts("metrics", "--home", home, "--period", "2025-Q1")
    }
    read = {(row["metric"], row["statistic"]): row["value"] for row in table.to_dicts() if row["period"] == "2025-Q1"}
    assert read == published


def test_a_revoked_key_opens_nothing_from_then_on(home: Path, site: TestClient, key: dict[str, str]) -> None:
    """Without a restart; the list of keys says so and shows no secret."""
    link = path_of(facts("embed-link", "--home", home)["url"])
    shown = command("embed-keys", "--home", home, "--revoke", key["kid"])
    assert site.get(link).status_code == 403
    assert "revoked" in shown.out
    assert key["secret"] not in shown.out
    assert command("embed-link", "--home", home).code == 2


def test_what_cannot_be_is_refused_with_what_can(home: Path, key: dict[str, str]) -> None:
    """A view that is not published, a key that is not there, an origin that is none: one sentence, exit 2."""
    assert "review" in command("embed-link", "--home", home, "--view", "reveiw").err
    assert command("embed-keys", "--home", home, "--revoke", "k000000").code == 2
    assert command("embed-key", "--scope", "orders", "--origin", "everywhere", "--home", home).code == 2


def test_serving_to_nobody_is_refused(tmp_path: Path) -> None:
    """`--embed-only` without any key would show nothing to anybody."""
    refused = command("serve", "--home", tmp_path, "--embed-only")
    assert refused.code == 2
    assert "embed-key" in refused.err
