# SPDX-License-Identifier: BSD-3-Clause
"""Whatever in a picture's HTML can have the focus keeps its keys from the notebook."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from kfuncviz import evidence
from kfuncviz.kfuncs.contracts import changes
from kfuncviz.kfuncs.thread import argument_map, messages
from kfuncviz.kfuncs.verifier import kfunc
from kfuncviz.render import bench, exhibit, exposure, lifetimes, thread
from kfuncviz.render.kit.markup import keeping_keys

#: What Jupyter asks an object for, to show it.
SHOWN = ("_repr_html_", "_repr_mimebundle_")
FOCUSABLE = re.compile(
    r"<(?:a|button|summary|input|select|textarea)\b[^>]*>|<[^>]* tabindex=[^>]*>"
)
PAGES: dict[str, Callable[[], str]] = {
    "argument": lambda: thread.argument_html(argument_map()),
    "bench": lambda: bench.html(kfunc("bpf_get_file_vfs_ids", "6.5"), 1),
    "exhibit": lambda: exhibit.html(evidence.idmap_churn()),
    "exposure": lambda: exposure.html(list(changes())[:2]),
    "lifetimes": lambda: lifetimes.html(evidence.lives(file="fs/")),
    "thread": lambda: thread.html(messages()),
}


@functools.cache
def page(name: str) -> str:
    return PAGES[name]()


@pytest.mark.parametrize("name", PAGES)
def test_it_keeps_its_keys(name: str) -> None:
    found = FOCUSABLE.findall(page(name))
    assert found
    assert [tag for tag in found if 'data-lm-suppress-shortcuts="true"' not in tag] == []


@pytest.mark.parametrize(
    "html",
    [
        *("<a href='x'>", "<button>", "<summary class='c'>", "<input type='text'>", "<select>"),
        *("<textarea>", "<g tabindex='0'>", '<div style="width:9px;overflow-x:auto">'),
        *("<p contenteditable>", "<iframe src='x'>", "<svg><g class='a' tabindex='-1'>"),
    ],
)
def test_what_can_have_the_focus_is_given_its_keys(html: str) -> None:
    mark = ' data-lm-suppress-shortcuts="true"'
    kept = keeping_keys(html)
    assert kept.count(mark) == 1
    assert kept.replace(mark, "") == html
    assert keeping_keys(kept) == kept


@pytest.mark.parametrize(
    "html",
    ["<abbr title='a'>", "<b>tabindex</b>", "<details open>", "&lt;a href>", "<article>", ""],
)
def test_what_cannot_is_left_alone(html: str) -> None:
    assert keeping_keys(html) == html


def test_every_output_of_plain_html_passes_the_one_wrapper(root: Path) -> None:
    found = []
    for path in (root / "kfuncviz").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name in SHOWN:
                body = ast.unparse(node)
                found.append((path.name, "keeping_keys(" in body or "._repr_html_()" in body))
    assert len(found) >= 4
    assert [name for name, kept in found if not kept] == []
