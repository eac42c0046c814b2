# SPDX-License-Identifier: BSD-3-Clause
"""The names of ``import kfuncviz as kv``: each is there, from where it lives, and no other."""

from __future__ import annotations

import ast
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import pytest

import kfuncviz as kv
from kfuncviz.extras import MissingLibrary


def test_the_package_offers_every_name_and_every_room(root: Path) -> None:
    tree = ast.parse((root / "kfuncviz/__init__.py").read_text("utf-8"))
    (block,) = (node for node in tree.body if isinstance(node, ast.If))  # for the type checker
    told = {
        name.name: line.module
        for line in block.body
        if isinstance(line, ast.ImportFrom) and line.module
        for name in line.names
    }
    assert sorted(kv.__all__) == sorted(told)
    for name, module in told.items():
        assert kv.__getattr__(name) is getattr(import_module(module), name)
    rooms = {path.parent.name for path in (root / "kfuncviz").glob("*/__init__.py")} - {"cli"}
    for name in rooms:
        assert kv.__getattr__(name) is import_module(f"kfuncviz.{name}")
    assert dir(kv) == sorted({*kv.__all__, *rooms, "__version__"})
    assert kv.__version__ == version("kfuncviz")
    with pytest.raises(AttributeError, match=r"^module 'kfuncviz' has no attribute 'who_own'$"):
        kv.who_own  # noqa: B018


@pytest.mark.parametrize(("name", "told"), [("Drill", "Drill"), ("widgets", r"kfuncviz\.widgets")])
def test_what_needs_an_extra_says_so_by_the_name_that_was_asked_for(
    monkeypatch: pytest.MonkeyPatch, name: str, told: str
) -> None:
    monkeypatch.setitem(sys.modules, "anywidget", None)
    for module in [module for module in sys.modules if module.startswith("kfuncviz.widgets")]:
        monkeypatch.delitem(sys.modules, module)
    with pytest.raises(MissingLibrary, match=rf"^{told} needs anywidget: pip install"):
        kv.__getattr__(name)
