"""The interface for programs: what is published comes byte for byte, in three forms, to holders of a token alone."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS, load_all_checks

from dashboards.data_names import FORMATS, KINDS
from tests.dashboards.builder import QUARTER, STREAM
from tests.dashboards.embedding.conftest import NOW, Site
from tests.dashboards.embedding.test_tokens import CASES, claims, signed

CHECKED = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance")
FEW = settings(
    max_examples=20, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck), phases=[Phase.generate],
)  # fmt: skip


def ask(site: Site, path: str, token: str | None = None, **headers: str) -> Any:
    """An answer of the interface to a request with a token."""
    told = {"Authorization": f"Bearer {token}"} if token is not None else {}
    return site.client.get(f"/api/v1/{path}", headers={**told, **headers})


@pytest.fixture
def token(site: Site) -> str:
    """A token for programs."""
    return site.token("api", kind="api")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("kind", KINDS)
def test_it_sends_what_was_published(site: Site, token: str, two_streams: Path, kind: str, form: str) -> None:
    """Each kind in each form, as it stands in the bundle, more than once while the token lives."""
    for _ in range(2):
        answer = ask(site, f"{kind}.{form}", token)
        assert answer.status_code == 200
        assert answer.content == (two_streams / STREAM / QUARTER / f"api-{kind}.{form}").read_bytes()


def test_the_three_forms_say_the_same(site: Site, token: str) -> None:
    """JSON, CSV and Parquet hold the same rows; what is not there is null or empty, never 0."""
    told = json.loads(ask(site, "values.json", token).content)
    table = pl.read_parquet(io.BytesIO(ask(site, "values.parquet", token).content))
    lines = list(csv.DictReader(io.StringIO(ask(site, "values.csv", token).content.decode("utf-8-sig"))))
    assert (told["stream"], told["period"]) == (STREAM, QUARTER)
    assert len(told["values"]) == len(table) == len(lines) > 10
    for row, other, line in zip(told["values"], table.to_dicts(), lines, strict=True):
        assert row == {
            name: value.isoformat() if isinstance(value, dt.date) else value for name, value in other.items()
        }
        assert line["value"] == ("" if row["value"] is None else repr(row["value"]))
        assert (row["least"], line["least"]) == (None, "")


def test_unchanged_bytes_are_not_sent_again(site: Site, token: str) -> None:
    """A known ETag gives 304 without a body."""
    first = ask(site, "values.json", token)
    again = ask(site, "values.json", token, **{"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", [name for name in CASES if "view" not in name and name != "of another kind"])
def test_a_wrong_token_is_refused(site: Site, name: str) -> None:
    """The same doubts as of pages, each with its reason for programs."""
    reason, other, make = CASES[name]
    answer = ask(site, "values.json", make(site, claims(**({"kind": "api", "view": "api"} | other))))
    assert answer.status_code in (401, 403, 404)
    assert answer.json()["reason"] == reason.value
    assert "canary" not in answer.text


def test_tokens_of_pages_open_no_data_and_the_other_way_round(site: Site, token: str) -> None:
    """A frame's token cannot read the interface, and a program's cannot open a page or another view."""
    assert ask(site, "values.json", site.token()).status_code == 403
    assert site.client.get("/embed", params={"token": token}).status_code == 403
    assert ask(site, "values.json", site.token("review", kind="api")).status_code == 403


@pytest.mark.parametrize(
    ("path", "status"),
    [("values.json?stream=claims", 400), ("values.xml", 422), ("secrets.json", 422), ("values", 404), ("", 404)],
)
def test_an_address_that_is_none_is_refused(site: Site, token: str, path: str, status: int) -> None:
    """Unknown words, kinds and forms open nothing."""
    assert ask(site, path, token).status_code == status


def test_without_a_token_nothing_is_told(site: Site) -> None:
    """No header, another scheme, or an empty token."""
    for headers in ({}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer "}):
        assert site.client.get("/api/v1/values.json", headers=headers).status_code in (401, 403)


def test_it_expires(site: Site, token: str) -> None:
    """After its life a program's token is refused too."""
    site.now = NOW + 301
    assert ask(site, "values.json", token).json()["reason"] == "expired"


def test_the_declared_interface_is_true(site: Site, token: str) -> None:
    """Whatever is asked, no answer is a 5xx or undeclared, and each has the declared form."""
    load_all_checks()
    schema = schemathesis.openapi.from_dict(site.client.get("/api/v1/openapi.json").json())
    statuses = set()
    for operation in (found.ok() for found in schema.get_all_operations()):

        @FEW
        @given(case=operation.as_strategy())
        def try_it(case: schemathesis.Case) -> None:
            for authorization in (f"Bearer {token}", "Bearer x", None):
                headers = {} if authorization is None else {"Authorization": authorization}
                path = case.formatted_path
                answer = site.client.get(f"/api/v1{path}", headers=headers)
                case.validate_response(schemathesis.Response.from_any(answer), checks=CHECKS.get_by_names(CHECKED))
                statuses.add(answer.status_code)

        try_it()
    assert statuses >= {200, 401, 403}


def test_signed_for_the_api_by_hand(site: Site) -> None:
    """A token another program signed by the same rules is as good as ours."""
    made = signed(site, claims(kind="api", view="api"))
    assert ask(site, "definitions.json", made).status_code == 200
