"""`streamgauge deliver` as a person or a program calls it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.settings import Settings
from tests.journeys.command_line import Ended, command, process
from tests.pipelines.delivery.conftest import SECRET
from tests.pipelines.delivery.hook_server import hook_server, status
from tests.pipelines.delivery.mail_servers import Post, mail_server

ANN = "ann@b.example"


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that says where pages are served and who writes."""
    monkeypatch.setenv("STREAMGAUGE_SITE_URL", "https://gauge.example")
    monkeypatch.setenv("STREAMGAUGE_MAIL_FROM", "gauge@example.org")
    return monkeypatch


def run(home: Settings, *arguments: str) -> Ended:
    """The command over a home."""
    return command("deliver", "--home", home.home, *arguments)


def test_it_tells_and_says_so(home: Settings, environment: pytest.MonkeyPatch) -> None:
    """Told: exit code 0 and a line each; told already: 0 and a line; `--again` tells once more."""
    post = Post()
    with mail_server(post) as port:
        environment.setenv("STREAMGAUGE_SMTP_URL", f"smtp://127.0.0.1:{port}")
        environment.setenv("STREAMGAUGE_MAIL_TO", ANN)
        for arguments, state in (((), "delivered"), ((), "unchanged"), (("--again",), "delivered")):
            ended = run(home, *arguments)
            assert (ended.code, ended.err) == (0, "")
            assert ended.out == f"orders 2026-Q3 → {ANN}: {state}\n"
    assert len(post.letters) == 2


def test_a_dry_run_shows_the_letter(home: Settings, environment: pytest.MonkeyPatch) -> None:
    """Whom, and the text that would be sent, link included; nobody is told."""
    environment.setenv("STREAMGAUGE_SMTP_URL", "smtp://127.0.0.1:9")
    ended = run(home, "--to", ANN, "--dry-run")
    assert ended.code == 0
    assert f"{ANN}: would tell" in ended.out
    assert "Open the review: https://gauge.example/orders/2026-Q3/" in ended.out
    assert not home.deliveries.exists()


def test_what_failed_ends_with_1(home: Settings, environment: pytest.MonkeyPatch) -> None:
    """A refusal is a fact with its reason, and the exit code says that something is not as it should be."""
    with hook_server(status(404)) as (port, _):
        environment.setenv("STREAMGAUGE_WEBHOOK_URL", f"http://127.0.0.1:{port}/hidden-path")
        environment.setenv("STREAMGAUGE_WEBHOOK_SECRET", SECRET)
        ended = run(home, "--json")
        shown = run(home)
    assert (ended.code, shown.code) == (1, 1)
    [fact] = ended.facts
    assert (fact["state"], fact["reason"]) == ("failed", "127.0.0.1 answered 404 Not Found")
    assert fact["to"].startswith("webhook 127.0.0.1 ")
    assert "the next time it is tried again" in shown.out
    assert "hidden-path" not in ended.out + ended.err + shown.out + shown.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Nobody is to be told"),
        (("--to", "Ann <ann@b.example>"), "one plain address"),
        (("--to", ANN), "STREAMGAUGE_SMTP_URL is not set"),
        (("--to", "webhook"), "STREAMGAUGE_WEBHOOK_URL is not set"),
    ],
)
def test_bad_input_ends_with_2(
    arguments: tuple[str, ...], words: str, home: Settings, environment: pytest.MonkeyPatch
) -> None:
    """One sentence says what is wrong and what to do."""
    ended = run(home, *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert words in " ".join(ended.err.split())


def test_an_empty_home_is_told_in_a_sentence(tmp_path: Path, environment: pytest.MonkeyPatch) -> None:
    """As a process: nothing published, exit code 2, no traceback."""
    environment.setenv("STREAMGAUGE_SMTP_URL", "smtp://127.0.0.1:9")
    ended = process("deliver", "--home", tmp_path / "empty", "--to", ANN)
    assert (ended.code, "Traceback" in ended.err) == (2, False)
    assert "Publish one first: streamgauge review" in " ".join(ended.err.split())
