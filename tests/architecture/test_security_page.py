"""docs/security.md names every attack, and only tests that are there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (A\d+) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
ROWS = ROW.findall((ROOT / "docs" / "security.md").read_text(encoding="utf8"))
NUMBERS = [f"A{n}" for n in range(1, 41)]


def functions_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_attack_is_named_once_and_in_order() -> None:
    assert [number for number, _attack, _tests in ROWS] == NUMBERS


@pytest.mark.parametrize(("number", "_attack", "against"), ROWS, ids=[row[0] for row in ROWS])
def test_an_attack_has_tests_that_exist_or_a_time(number: str, _attack: str, against: str) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", against)
    missing = [f"{file}::{test}" for file, test in named if test not in functions_in(ROOT / file)]
    assert missing == []
    assert named or "later, with" in against
    found = {
        test
        for path in (ROOT / "tests").rglob("test_*.py")
        for test in functions_in(path)
        if re.match(rf"test_(a\d+_)*{number.lower()}_", test)
    }
    assert bool(found) <= bool(named), f"{number} has tests: {sorted(found)}"
