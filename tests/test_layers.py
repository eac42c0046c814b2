# SPDX-License-Identifier: BSD-3-Clause
"""Imports point one way: a layer knows only the layers below it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

#: From the bottom to the top; CONTRIBUTING.md explains them.
LAYERS = ("printable", "nearest", "resources", "extras", "model", "kfuncs", "scenario", "dialects",
          "evidence", "render", "explorers", "api", "widgets", "cli")  # fmt: skip


def imports(path: Path) -> Iterator[str]:
    """The modules a file imports, wherever in it; relative ones belong to its own layer."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            module = node.module or ""
            yield from (f"{module}.{name.name}" for name in node.names)


def layer(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if parts[0] == "kfuncviz" and len(parts) > 1 and parts[1] in LAYERS else None


def test_an_import_points_down(root: Path) -> None:
    package = root / "kfuncviz"
    wrong = []
    for path in sorted(package.rglob("*.py")):
        own = path.relative_to(package).parts[0].removesuffix(".py")
        if own not in LAYERS:
            continue
        for module in imports(path):
            other = layer(module)
            if other is not None and LAYERS.index(other) > LAYERS.index(own):
                wrong.append(f"{path.relative_to(root)} imports {module}")
    assert wrong == []


def test_every_part_of_the_package_has_its_layer(root: Path) -> None:
    parts = {path.name.removesuffix(".py") for path in (root / "kfuncviz").iterdir()}
    assert parts - {"__init__", "__pycache__", "data"} == set(LAYERS)


def test_the_model_needs_the_standard_library_only(root: Path) -> None:
    for path in (root / "kfuncviz" / "model").glob("*.py"):
        for module in imports(path):
            first = module.split(".")[0]
            assert first in sys.stdlib_module_names or module.startswith(
                ("kfuncviz.model", "kfuncviz.printable")
            ), module
