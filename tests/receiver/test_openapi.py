"""The interface as it is declared, asked by schemathesis of a receiver that runs."""

from __future__ import annotations

import json
from pathlib import Path

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from tests.receiver.running import running

CHECKED = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
FEW = settings(
    max_examples=12, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck), phases=[Phase.generate],
)  # fmt: skip


def test_the_declared_interface_is_true(tmp_path: Path) -> None:
    """Whatever is sent to any path, no answer is a 5xx or undeclared, and each has the declared form."""
    load_all_checks()
    checks = CHECKS.get_by_names(CHECKED)
    with running(tmp_path) as receiver:
        schema = schemathesis.openapi.from_dict(json.loads(receiver.ask("GET", "/openapi.json").body))
        operations = [found.ok() for found in schema.get_all_operations()]
        assert len(operations) == 11
        statuses = set()
        for operation in operations:
            # nothing can be wrong with a request that carries nothing
            for mode in GenerationMode if operation.method == "post" else [GenerationMode.POSITIVE]:

                @FEW
                @given(case=operation.as_strategy(generation_mode=mode))
                def ask(case: schemathesis.Case) -> None:
                    statuses.add(case.call_and_validate(receiver.url, checks=checks).status_code)

                ask()
        assert receiver.log.refusal() is None
    assert statuses >= {200, 400, 415}
