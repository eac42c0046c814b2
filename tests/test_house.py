# SPDX-License-Identifier: BSD-3-Clause
"""
The house: what is promised about files that are not code
=========================================================

One list of dependencies told three times must agree; the lock must be complete, hashed and free
of addresses; notebooks must be committed clean; no file may speak of the machine it was written on.
"""

from __future__ import annotations

import ast
import gzip
import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import requires
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.test_layers import statements

if TYPE_CHECKING:
    from collections.abc import Iterator

WRITTEN_BY_TOOLS = {
    *(".git", ".venv", ".venvs", ".hypothesis", ".ipynb_checkpoints", "__pycache__"),
    *("artifacts", "dist", "node_modules", "site"),
}
#: One of these words, and nothing else, may begin what is forbidden; they are quickly looked for.
SUSPECT = (*(f"/{top}/" for top in ("root", "home")), "index-url", "file:///")
FORBIDDEN = re.compile(r"(?<![\w.-])/(?:root|home/\w+)/\.?\w|--(?:extra-)?index-url|file:///")


@pytest.fixture(scope="module")
def project(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "pyproject.toml").read_text())["project"]


def course(project: dict[str, Any]) -> list[str]:
    """What the notebooks need, without the tools of whoever works on the project."""
    extras = project["optional-dependencies"]
    assert extras["all"] == ["kfuncviz[evidence,lab]"]
    return [*project["dependencies"], *extras["evidence"], *extras["lab"]]


@pytest.fixture(scope="module")
def lock(root: Path) -> str:
    return (root / "requirements.lock").read_text()


def files(root: Path) -> Iterator[Path]:
    """Every file of the checkout that a person wrote."""
    for folder, folders, names in os.walk(root):
        folders[:] = [f for f in folders if f not in WRITTEN_BY_TOOLS and not f.endswith("_cache")]
        yield from (Path(folder, name) for name in names)


def text(path: Path) -> str:
    """What a reader of the file sees, unpacked where it is packed."""
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode(errors="replace")


def specifiers(requirements: list[str]) -> dict[str, str]:
    """Normalised name to normalised version range."""
    parsed = map(Requirement, requirements)
    return {canonicalize_name(r.name): str(r.specifier) for r in parsed}


def test_environment_repeats_the_dependencies(root: Path, project: dict[str, Any]) -> None:
    conda = yaml.safe_load((root / "environment.yml").read_text())["dependencies"]
    assert {"pip": ["-e ."]} in conda
    (python,) = (d for d in conda if isinstance(d, str) and d.startswith("python="))
    assert re.fullmatch(r"python=3\.\d+", python), "Binder understands no range"
    assert SpecifierSet(project["requires-python"]).contains(python.removeprefix("python="))
    found = specifiers([d for d in conda if isinstance(d, str) and d != python])
    assert found.pop("pip") == ""
    assert found == specifiers(course(project))


def test_lock_pins_and_hashes_every_entry(lock: str) -> None:
    entries = re.split(r"\n(?=\S)", lock.strip())
    assert len(entries) > 100
    for entry in entries:
        first, *hashes = entry.replace("\\", "").splitlines()
        assert re.fullmatch(r"[a-z0-9-]+==[\w.!+]+( ; .+)?", first.strip()), first
        assert hashes, first
        for line in hashes:
            assert re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", line.strip()), entry


def test_lock_names_no_address(lock: str) -> None:
    assert "://" not in lock
    assert not re.search(r"^\s*(#|-i\b|--(index|extra|find|trusted))", lock, re.MULTILINE)


def test_lock_covers_every_dependency_within_its_range(lock: str, project: dict[str, Any]) -> None:
    pinned = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", lock, re.MULTILINE))
    for line in course(project) + project["optional-dependencies"]["dev"]:
        wanted = Requirement(line)
        version = pinned.get(canonicalize_name(wanted.name))
        assert version is not None, f"{line} is not in requirements.lock: run make lock"
        assert wanted.specifier.contains(version), f"{line} but {version}: run make lock"


def test_lock_needs_nothing_that_it_does_not_hold(lock: str) -> None:
    """Its entries are installed each for itself, so that nothing else would fetch the rest."""
    pinned = {"kfuncviz", *re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE)}
    seen: set[tuple[str, str]] = set()
    wanted = [("kfuncviz", "all"), ("kfuncviz", "dev")]
    while wanted:
        name, extra = asked = wanted.pop()
        if asked in seen:
            continue
        seen.add(asked)
        assert name in pinned, f"{name} is not in requirements.lock: run make lock"
        for needed in map(Requirement, requires(name) or ()):
            if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                wanted += [(canonicalize_name(needed.name), e) for e in ("", *needed.extras)]
    assert len(seen) > 100


def test_citation_names_the_version_and_the_authors(root: Path, project: dict[str, Any]) -> None:
    citation = yaml.safe_load((root / "CITATION.cff").read_text())
    assert citation["version"] == project["version"]
    assert citation["license"] == project["license"]
    assert citation["authors"] == project["authors"] == [{"name": "the kfuncviz contributors"}]


def test_make_help_lists_every_target(root: Path) -> None:
    run = subprocess.run(["make", "-s"], cwd=root, capture_output=True, text=True, check=True)
    listed = {line.split()[1] for line in run.stdout.splitlines()}
    makefile = (root / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    assert {"lab", "test", "quick", "mutants", "fuzz"} <= targets
    assert listed == targets
    (phony,) = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert set(phony.split()) == targets | {"moved"}


@pytest.mark.parametrize("target", ["test", "quick", "mutants", "fuzz"])
def test_make_can_say_what_it_would_do_without_doing_it(root: Path, target: str) -> None:
    # A recipe line that names $(MAKE) runs even then.
    run = subprocess.run(
        ["make", "-n", target], cwd=root, capture_output=True, text=True, check=True
    )
    assert "pytest" in run.stdout or "tools/" in run.stdout
    assert " passed" not in run.stdout


def test_lab_refuses_a_port_that_is_none(root: Path) -> None:
    command = [sys.executable, "tools/lab.py", "--port", "65536"]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stderr == "kfuncviz: PORT=65536 is not a port; use a number from 1 to 65535.\n"


def test_no_file_speaks_of_a_machine(root: Path) -> None:
    this = root / "tests/test_house.py"
    found = [
        f"{path.relative_to(root)}: {match[0]}"
        for path in files(root)
        if path != this and (match := of_a_machine(text(path)))
    ]
    assert found == []


def of_a_machine(words: str) -> re.Match[str] | None:
    return FORBIDDEN.search(words) if any(word in words for word in SUSPECT) else None


def test_the_words_of_no_machine_are_recognised() -> None:
    for folder in ("root", "home/me"):
        assert of_a_machine(f"see /{folder}/x"), folder
        assert not of_a_machine(f"mnt/{folder}/x"), folder
    for told in ("--index-url there", "--extra-index-url there", "file:///there"):
        assert of_a_machine(told), told
    assert not of_a_machine("make --index")


def test_every_source_file_names_its_licence(root: Path) -> None:
    sources = [p for p in files(root) if p.suffix in {".py", ".sh", ".js", ".css", ".toml"}]
    without = [
        str(path.relative_to(root))
        for path in sources
        if "SPDX-License-Identifier: BSD-3-Clause" not in text(path)[:120]
    ]
    assert without == []


def test_nothing_is_defined_that_nobody_uses(root: Path) -> None:
    sources = {p: text(p) for p in files(root) if p.suffix in {".py", ".ipynb", ".md", ".js"}}
    python = [p for p in sources if p.suffix == ".py" and root / "tests" not in p.parents]
    trees = {path: ast.parse(sources[path]) for path in python}
    used = CALLED_BY_OTHERS | {name for tree in trees.values() for name in names(tree)}
    for path, source in sources.items():
        if path.suffix != ".py":
            used.update(re.findall(r"\w+", source))
    dead = [
        f"{path.relative_to(root)}:{node.lineno} {node.name}"
        for path, tree in trees.items()
        if root / "kfuncviz" in path.parents
        for node in statements(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        if node.name not in used and not node.name.startswith("__")
        if not set(map(decorator, node.decorator_list)) - DESCRIBING
    ]
    assert dead == []


#: Methods that Jupyter, argparse and users call.
CALLED_BY_OTHERS = {"_repr_pretty_", "_repr_html_", "_repr_mimebundle_", "print_help", "to_png"}
#: Decorators that describe a function; any other hands it to somebody who calls it.
DESCRIBING = {"property", "cached_property", "staticmethod", "classmethod", "cache", "lru_cache",
              "dataclass", "traced", "contextmanager"}  # fmt: skip


def decorator(node: ast.expr) -> str:
    return ast.unparse(node).partition("(")[0].rpartition(".")[2]


def names(tree: ast.Module) -> Iterator[str]:
    """Every name that is used, also in a table of names, but for those that are defined.

    A text that stands alone, as a docstring does, uses no name.
    """
    told: set[ast.expr] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant() as alone):
                told.add(alone)
            case ast.Constant() if node in told:
                pass
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.keyword(arg=str(name)):
                yield name
            case ast.alias(name=name):
                yield name.rpartition(".")[2]
            case ast.Constant(value=str(words)) if len(words) < 60:
                yield from re.findall(r"\w+", words)


def test_a_name_that_nobody_uses_is_seen() -> None:
    tree = ast.parse('def a():\n    """Calls b."""\n    return c(d=1).e\nx = "f"')
    assert set(names(tree)) == {"c", "d", "e", "f", "x"}


def test_notebooks_are_committed_clean(root: Path) -> None:
    notebooks = sorted((root / "notebooks").rglob("*.ipynb"))
    assert root / "notebooks/00-start-here.ipynb" in notebooks
    for path in notebooks:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for number, cell in enumerate(notebook["cells"]):
            where = f"{path.name}, cell {number}"
            assert not cell.get("outputs"), f"{where} has outputs"
            assert cell.get("execution_count") is None, f"{where} has an execution count"
