"""The rules of the house, executed. Each message says which file breaks which rule."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

import metrics
from metrics.catalog import CATALOG
from metrics.definition import HEADINGS, module_of
from metrics.errors import ContractError
from metrics.metric import Metric
from tests.house.files import ROOMS, ROOT, Function, Module, modules, texts, tracked
from tests.house.purity import impurities, reads_environment, swallowed, wrong_imports

LONGEST_MODULE, LONGEST_TEST_MODULE, LONGEST_FUNCTION = 250, 400, 40
FORBIDDEN_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "manager",
    "service",
    "handler",
    "base",
    "data",
    "process",
    "misc",
}
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|tmp/lab|home/[a-z]+|Users/[A-Za-z]+)/")
INDEX_ADDRESS = re.compile(r"https?://|--(?:extra-)?index-url|--find-links")
THIS_FILE = "tests/test_house.py"


def _assert_none(problems: Iterable[str]) -> None:
    found = sorted(problems)
    assert not found, "\n" + "\n".join(found)


def _length(node: Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_modules_are_small() -> None:
    """A module has at most 250 lines, a test module 400."""
    limits = [(module, LONGEST_MODULE) for module in modules()] + [(m, LONGEST_TEST_MODULE) for m in modules("tests")]
    _assert_none(
        f"{module.name} has {lines} lines; {limit} are the most"
        for module, limit in limits
        if (lines := len(module.text.splitlines())) > limit
    )


def test_functions_are_small() -> None:
    """A function has at most 40 lines, its docstring included."""
    _assert_none(
        f"{module.name}:{node.lineno} {node.name} has {_length(node)} lines; {LONGEST_FUNCTION} are the most"
        for module in (*modules(), *modules("tests"))
        for node in module.functions()
        if _length(node) > LONGEST_FUNCTION
    )


def test_names_say_something() -> None:
    """No file or folder is called utils, helpers, common, manager or the like."""
    _assert_none(
        f"{path.relative_to(ROOT)} bears a name that says nothing"
        for path in tracked()
        if {Path(part).stem.lower() for part in path.relative_to(ROOT).parts} & FORBIDDEN_NAMES and path.suffix == ".py"
    )


def test_modules_open_with_a_docstring() -> None:
    """Every module says what it knows; only an empty __init__ may be silent."""
    _assert_none(
        f"{module.name} has no docstring"
        for module in (*modules(), *modules("tests"))
        if module.text.strip() and not ast.get_docstring(module.tree)
    )


def test_public_functions_have_docstrings() -> None:
    """A public function or class of the top level says what it does; a property may be told by its name."""
    public = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    _assert_none(
        f"{module.name}:{node.lineno} {node.name} has no docstring"
        for module in modules()
        for node in module.tree.body
        if isinstance(node, public) and not node.name.startswith("_") and not ast.get_docstring(node)
    )


def test_tests_state_their_rule() -> None:
    """Every test function has a docstring of one sentence."""
    for_tests = ((module, node) for module in modules("tests") for node in module.functions())
    _assert_none(
        f"{module.name}:{node.lineno} {node.name} states no rule in one sentence"
        for module, node in for_tests
        if node.name.startswith("test_") and not _is_sentence(ast.get_docstring(node))
    )


def test_only_settings_read_the_environment() -> None:
    """The environment is read in pipelines/settings.py alone, so that every other input is an argument."""
    _assert_none(
        problem
        for module in modules("metrics", "pipelines", "dashboards", "docs")
        if module.name != "pipelines/settings.py"
        for problem in reads_environment(module)
    )


def test_metrics_are_pure() -> None:
    """metrics/ reads no clock, no file, no network and no environment."""
    _assert_none(problem for module in modules("metrics") for problem in impurities(module))


def test_rooms_import_in_one_direction() -> None:
    """metrics and instrumentation import no other room, dashboards only metrics, pipelines never a page."""
    _assert_none(problem for module in modules() for problem in wrong_imports(module))


def test_no_error_is_swallowed() -> None:
    """A broad except raises again or uses the error it caught."""
    _assert_none(problem for module in modules() for problem in swallowed(module))


def test_nothing_is_left_for_later() -> None:
    """No note of unfinished work is committed."""
    _assert_none(
        f"{name}:{number} leaves something for later"
        for name, text in texts()
        if name != THIS_FILE
        for number, line in enumerate(text.splitlines(), 1)
        if UNFINISHED.search(line)
    )


def test_no_machine_paths() -> None:
    """No tracked file names a folder of somebody's machine."""
    _assert_none(
        f"{name}:{number} names a machine's path"
        for name, text in texts()
        if name != THIS_FILE
        for number, line in enumerate(text.splitlines(), 1)
        if MACHINE_PATH.search(line)
    )


def test_the_lock_names_no_index() -> None:
    """requirements.lock holds versions and hashes, and no address of an index."""
    text = (ROOT / "requirements.lock").read_text("utf-8")
    _assert_none(
        f"requirements.lock:{number} holds an address"
        for number, line in enumerate(text.splitlines(), 1)
        if INDEX_ADDRESS.search(line)
    )
    assert "--hash=sha256:" in text


def test_catalogue_keys_are_unique_and_name_their_files() -> None:
    """A metric is found by its key: one catalogue line, one file of that name."""
    keys = [metric.key for metric in CATALOG]
    assert len(set(keys)) == len(keys)
    assert all(module_of(metric).__name__.rpartition(".")[2] == metric.key for metric in CATALOG)


@pytest.mark.parametrize("metric", CATALOG, ids=lambda metric: metric.key)
def test_every_metric_has_its_docstring_and_its_tests(metric: Metric) -> None:
    """Every heading stands in the docstring in order, and its test file has the example and edge cases."""
    text = module_of(metric).__doc__ or ""
    places = [text.find(f"\n{heading} ") for heading in HEADINGS]
    assert -1 not in places, f"{metric.key} lacks {HEADINGS[places.index(-1)]!r}"
    assert places == sorted(places), f"{metric.key} has its headings out of order"
    tests = ROOT / "tests" / "metrics" / f"test_{metric.key}.py"
    assert tests.is_file(), f"{metric.key} has no {tests.name}"
    functions = [node.name for node in ast.parse(tests.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)]
    edge_cases = text.partition("\nEdge cases ")[2].partition("\nNot ")[0].count("->")
    assert "test_example" in functions
    assert "test_oracle" in functions
    assert len(functions) >= edge_cases + 2, f"{tests.name} has fewer tests than {metric.key} has edge cases"


def test_stream_files_of_examples_are_found() -> None:
    """Every folder of examples that has a stream file has a README beside it."""
    for path in sorted((ROOT / "examples").glob("*/stream.yaml")):
        assert yaml.safe_load(path.read_text("utf-8"))["stream"] == path.parent.name
        assert (path.parent / "README.md").is_file()


def test_every_module_of_metrics_can_be_imported_alone() -> None:
    """No module of metrics/ depends on another having been imported before."""
    for entry in pkgutil.walk_packages(metrics.__path__, "metrics."):
        assert importlib.import_module(entry.name)


def test_the_laws_bite(tmp_path: Path) -> None:
    """A module that breaks the laws is caught by each of them."""
    text = (
        "import os, time\nfrom pipelines import cli\nimport datetime\n"
        "HOME = os.environ['HOME']\nNOW = datetime.datetime.now()\n"
        "SQL = 'SELECT * FROM read_csv(1)'\n"
        "try:\n    open('x')\nexcept Exception:\n    pass\n"
    )
    bad = Module(ROOT / "metrics" / "bad.py", text, ast.parse(text))
    assert len(list(wrong_imports(bad))) == 1
    assert len(list(reads_environment(bad))) == 1
    assert len(list(impurities(bad))) == 5
    assert len(list(swallowed(bad))) == 1
    assert set(ROOMS) >= {"metrics", "pipelines", "dashboards"}


def test_an_unknown_metric_has_no_file() -> None:
    """Asking for the file of a metric that has none is an error that names it."""
    with pytest.raises(ContractError, match="flow_time_of_nobody"):
        module_of(replace(CATALOG[0], key="flow_time_of_nobody"))


def _is_sentence(docstring: str | None) -> bool:
    """One sentence: it ends with a full stop and has no other paragraph."""
    return docstring is not None and "\n\n" not in docstring and docstring.rstrip().endswith((".", "!", "?", ":"))
