# SPDX-License-Identifier: BSD-3-Clause
"""
Imports point one way
=====================

A room knows only the rooms below it, a picture only itself and the kit, and no file is in a circle.
Every import counts: inside functions, for the type checker, relative ones.  Only circles and
libraries are looked for among the imports that run.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

#: From the bottom to the top; CONTRIBUTING.md explains them.  ``site`` and ``live`` have their
#: place before they have files.
LAYERS = (
    *("printable", "nearest", "resources", "extras"),
    *("model", "kfuncs", "scenario", "dialects", "diagnosis", "evidence"),
    *("front", "render", "explorers", "learn", "api", "widgets", "site", "live", "cli"),
)
COMING = {"site", "live"}
#: Within a room, too, some folders stand on others.
FLOORS = {
    "kfuncs": ("verifier", "contracts"),
    "scenario": ("reading", "checking", "ownership"),
    "evidence": ("data", "history", "idmap", "figures"),
}
#: These work where nothing but PyYAML is installed, in a browser for one.
CORE = (
    *("model", "kfuncs", "scenario", "dialects", "diagnosis"),
    *("front", "render", "explorers", "learn"),
)


def imports(
    tree: ast.Module, module: str, *, package: bool = False, types: bool = True
) -> Iterator[str]:
    """The names a module imports, wherever in it, as if every import were absolute.

    Without ``types`` those are left out that only the type checker reads.
    """
    for node in statements(tree, types=types):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = module.split(".") if package else module.split(".")[:-1]
            base = parts[: len(parts) - node.level + 1] if node.level else []
            whole = ".".join([*base, *filter(None, [node.module])])
            yield from (f"{whole}.{name.name}" for name in node.names)


def statements(node: ast.AST, *, types: bool = True) -> Iterator[ast.AST]:
    """The statements of a file, however deep; without ``types`` not what is for the type checker.

    An import or a definition is a statement, so that no expression has to be looked at.
    """
    for field in ("body", "handlers", "orelse", "finalbody", "cases"):
        match node:
            case ast.If(test=ast.Name(id="TYPE_CHECKING")) if field == "body" and not types:
                continue
        for child in getattr(node, field, ()):
            if not isinstance(child, ast.Expr):
                yield child
                yield from statements(child, types=types)


@pytest.fixture(scope="module")
def both(root: Path) -> dict[str, tuple[set[str], set[str]]]:
    """Every module, all it imports, and what it imports when it runs."""
    found = {}
    for path in sorted((root / "kfuncviz").rglob("*.py")):
        package = path.name == "__init__.py"
        parts = path.relative_to(root).with_suffix("").parts
        name = ".".join(parts[:-1] if package else parts)
        tree = ast.parse(path.read_text("utf-8"))
        whole, running = (
            set(imports(tree, name, package=package, types=types)) for types in (True, False)
        )
        found[name] = whole, running
    return found


@pytest.fixture(scope="module")
def modules(both: dict[str, tuple[set[str], set[str]]]) -> dict[str, set[str]]:
    """Every module, and all it imports."""
    return {name: whole for name, (whole, _) in both.items()}


@pytest.fixture(scope="module")
def running(both: dict[str, tuple[set[str], set[str]]]) -> dict[str, set[str]]:
    """Every module, and what it imports when it runs."""
    return {name: running for name, (_, running) in both.items()}


def part(name: str, place: int) -> str | None:
    """The room (place 1) or the folder in it (place 2) of a name, None for what is not ours."""
    parts = name.split(".")
    return parts[place] if parts[0] == "kfuncviz" and len(parts) > place else None


def climbs(modules: dict[str, set[str]], order: tuple[str, ...], place: int) -> list[str]:
    """The imports that point up in an order of rooms or folders."""
    wrong = []
    for module, names in modules.items():
        own = part(module, place)
        for name in sorted(names):
            other = part(name, place)
            same = module.split(".")[1:place] == name.split(".")[1:place]
            known = own in order and other in order
            if same and known and order.index(str(other)) > order.index(str(own)):
                wrong.append(f"{module} imports {name}")
    return wrong


def test_an_import_points_down(modules: dict[str, set[str]]) -> None:
    assert climbs(modules, LAYERS, 1) == []


@pytest.mark.parametrize("room", FLOORS)
def test_an_import_points_down_within_a_room(modules: dict[str, set[str]], room: str) -> None:
    inside = {m: names for m, names in modules.items() if part(m, 1) == room}
    assert {part(module, 2) for module in inside} >= set(FLOORS[room])
    assert climbs(inside, FLOORS[room], 2) == []


def test_a_picture_knows_itself_and_the_kit(modules: dict[str, set[str]]) -> None:
    pictures = {m: names for m, names in modules.items() if m.startswith("kfuncviz.render.")}
    assert {"kit", "ownership", "lifetimes"} <= {part(module, 2) for module in pictures}
    wrong = [
        f"{module} imports {name}"
        for module, names in pictures.items()
        for name in sorted(names)
        if name.startswith("kfuncviz.render") and part(name, 2) not in {part(module, 2), "kit"}
    ]
    assert wrong == []


def test_no_files_import_in_a_circle(running: dict[str, set[str]]) -> None:
    def files(name: str) -> Iterator[str]:
        # ``from kfuncviz.model import idmap`` names a file, ``… import IdMap`` what is in one.
        name = name if name in running else name.rpartition(".")[0]
        if name in running:
            yield name

    graph = {m: {f for name in names for f in files(name)} - {m} for m, names in running.items()}
    # The package's own face imports when it is asked, and is asked by examples.
    graph["kfuncviz"] = set()
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" <- ".join(error.args[1]))


def test_every_part_of_the_package_has_its_layer(root: Path) -> None:
    parts = {path.name.removesuffix(".py") for path in (root / "kfuncviz").iterdir()}
    parts -= {"__init__", "__main__", "__pycache__", "data", "py.typed"}
    assert parts <= set(LAYERS)
    assert parts >= set(LAYERS) - COMING


def test_the_model_knows_nothing_but_itself(modules: dict[str, set[str]]) -> None:
    for module, names in modules.items():
        if part(module, 1) == "model":
            ours = {part(name, 1) for name in names} - {None}
            assert ours <= {"model", "printable"}, module
            assert foreign(names) == set(), module


def test_the_core_needs_yaml_alone(running: dict[str, set[str]]) -> None:
    core = {m: names for m, names in running.items() if part(m, 1) in CORE}
    assert [m for m, names in core.items() if foreign(names) - {"yaml"}] == []


def foreign(names: set[str]) -> set[str]:
    """The libraries among names."""
    return {name.split(".")[0] for name in names} - set(sys.stdlib_module_names) - {"kfuncviz"}


def test_relative_imports_are_read() -> None:
    code = (
        "from . import a\nfrom .b import c\ndef f():\n    from ..render import svg\nimport os.path"
    )
    names = {"kfuncviz.model.a", "kfuncviz.model.b.c", "kfuncviz.render.svg", "os.path"}
    assert set(imports(ast.parse(code), "kfuncviz.model.idmap")) == names
    assert set(imports(ast.parse("from . import a"), "kfuncviz.model", package=True)) == {
        "kfuncviz.model.a"
    }


def test_imports_for_the_type_checker_can_be_left_out() -> None:
    code = "if TYPE_CHECKING:\n    import pandas\nimport json"
    assert set(imports(ast.parse(code), "kfuncviz.x")) == {"pandas", "json"}
    assert set(imports(ast.parse(code), "kfuncviz.x", types=False)) == {"json"}


def test_an_import_that_points_up_is_seen() -> None:
    modules = {
        "kfuncviz.model.idmap": {"kfuncviz.render.svg"},
        "kfuncviz.render": {"kfuncviz.model"},
    }
    assert climbs(modules, LAYERS, 1) == ["kfuncviz.model.idmap imports kfuncviz.render.svg"]
