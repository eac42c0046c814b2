# SPDX-License-Identifier: BSD-3-Clause
"""The mutation tool sees what is noticed and what is not, and the tests of the project notice."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

LAST = re.compile(r"mutants: (\d+) killed: (\d+) survived: (\d+)")
#: One function that is tested to the edge, one whose edge nobody looks at, one nobody calls.
CODE = """
def is_adult(age):
    return age >= 18


def is_old(age):
    return age >= 80


def nobody(age):
    return age + 3


def endless(number):
    while number > 5:
        number -= 1
    return number
"""
TESTS = """
from lab.ages import endless, is_adult, is_old

def test_adult():
    assert [is_adult(age) for age in (17, 18, 19)] == [False, True, True]

def test_old():
    assert is_old(99)

def test_endless():
    assert endless(9) == 5
"""


def run(*arguments: object) -> str:
    command = [sys.executable, "tools/mutants.py", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def survivors(out: str) -> set[tuple[str, str]]:
    """What stood there and what took its place."""
    return set(re.findall(r"^  - (.*)\n  \+ (.*)$", out, re.MULTILINE))


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of one file and one test file."""
    folder = tmp_path_factory.mktemp("project")
    files = {"lab/__init__.py": "", "lab/ages.py": CODE, "tests/test_ages.py": TESTS,
             "pyproject.toml": "[tool.pytest]\naddopts = ['--import-mode=importlib']"}  # fmt: skip
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    return folder


def test_a_change_is_noticed_where_a_test_looks(lab: Path) -> None:
    out = run(99, "--root", lab, "--package", "lab", "--seed", 3)
    found = LAST.fullmatch(out.splitlines()[-1])
    assert found is not None
    tried, killed, survived = map(int, found.groups())
    assert tried == killed + survived == 6  # a line each that can be changed
    lost = survivors(out)
    assert len(lost) == survived
    assert {before for before, _ in lost} <= {"80", "age >= 80", "3", "age + 3", "return age + 3"}
    assert any(before in {"3", "age + 3", "return age + 3"} for before, _ in lost)


def test_the_same_seed_tries_the_same(lab: Path) -> None:
    one, same, other = (
        run(3, "--dry", "--root", lab, "--package", "lab", "--seed", seed) for seed in (1, 1, 2)
    )
    assert one == same != other
    assert len(survivors(one)) == 3


def test_what_only_guards_or_names_a_type_is_left_alone(lab: Path) -> None:
    code = """
from kfuncviz.model.uidgid import kuid_t


def pairs(a, b):
    both = zip(a, b, strict=True)
    number = kuid_t(a)
    return [x + y for x, y in both]
"""
    (lab / "lab/guards.py").write_text(code)
    found = set[tuple[str, str]]()
    for seed in range(5):
        found |= survivors(
            run(9, "--dry", "--root", lab, "--only", lab / "lab/guards.py", "--seed", seed)
        )
    (lab / "lab/guards.py").unlink()
    assert found
    assert all(before in "return [x + y for x, y in both]" for before, _ in found)


def test_a_few_lines_of_the_project(root: Path) -> None:
    rooms = [root / "kfuncviz" / name for name in ("dialects", "nearest.py", "printable.py")]
    out = run(6, "--only", *rooms, "--tests", *rooms, root / "tests/dialects")
    found = LAST.fullmatch(out.splitlines()[-1])
    assert found is not None, out
    assert int(found[1]) == 6
    assert int(found[2]) >= 5, out
