"""The threats of docs/security.md are held to their tests: each test that is named exists, each threat names one."""

from __future__ import annotations

import ast
import re
from pathlib import Path

HOUSE = Path(__file__).parents[2]
PAGE = (HOUSE / "docs" / "security.md").read_text("utf-8")
_NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def _tests_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_test_that_is_named_exists() -> None:
    """In the file that is named; so that no defence loses its test by a new name."""
    named = set(_NAMED.findall(PAGE))
    assert len(named) > 40
    missing = [f"{file}::{name}" for file, name in sorted(named) if name not in _tests_of(HOUSE / file)]
    assert missing == []


def test_every_threat_has_a_defence_and_a_test() -> None:
    """Three columns, none of them empty, the last a test."""
    lines = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| threat")]
    assert len(lines) > 40
    for line in lines:
        threat, defence, tests = (cell.strip() for cell in line.strip("|").split(" | "))
        assert threat and defence and _NAMED.search(tests), line


def test_every_test_of_security_defends_against_something() -> None:
    """Nothing in this folder is without its threat, but what guards the page itself."""
    named = {name for _, name in _NAMED.findall(PAGE)}
    beside = {"test_wrong_tries_of_one_hour_do_not_add_up_with_those_of_the_next"}
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        if path.name != Path(__file__).name:
            tests = {name for name in _tests_of(path) if name.startswith("test_")}
            assert tests - named - beside == set(), path.name
