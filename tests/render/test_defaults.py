# SPDX-License-Identifier: BSD-3-Clause
"""What is not asked for is drawn as the documentation says."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from kfuncviz import evidence
from kfuncviz.evidence.history.survival import Point
from kfuncviz.kfuncs.thread import argument_map, messages
from kfuncviz.kfuncs.verifier import kfunc
from kfuncviz.render import bench, exposure, lifetimes, thread
from kfuncviz.render.kit.tabular import table_html
from kfuncviz.render.lifetimes import curve

FN = kfunc("bpf_get_file_vfs_ids", "6.5")
EVENTS, ROWS = ["own-maps-6.8"], [{"a": "f(x)"}]
ONE = (Point(0, 2, 0, 1.0, 1.0, 1.0),)
lives = cache(lambda: evidence.lives(file="fs/"))

SAME: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
    "bench": (
        lambda: bench.svg(FN),
        lambda: bench.svg(FN, None, None, (), width=1200, theme="light", standalone=True),
    ),
    "bench, html": (
        lambda: bench.html(FN, 1),
        lambda: bench.html(FN, 1, None, (), width=1200, theme="lab"),
    ),
    "bench, table": (lambda: bench.table(FN), lambda: bench.table(FN, None, None, ())),
    "bench, text": (lambda: bench.text(FN), lambda: bench.text(FN, None, None, [])),
    "bench, table_html": (
        lambda: bench.table_html(FN),
        lambda: bench.table_html(FN, None, None, []),
    ),
    "grid": (
        lambda: bench.grid_html("a", ["b"], {"c": ["d"]}),
        lambda: bench.grid_html("a", ["b"], {"c": ["d"]}, of="program"),
    ),
    "exposure": (
        lambda: exposure.html(EVENTS),
        lambda: exposure.html(EVENTS, None, theme="lab", form="auto"),
    ),
    "panel": (
        lambda: exposure.panel("kfunc", "own-maps-6.8"),
        lambda: exposure.panel("kfunc", "own-maps-6.8", theme="lab"),
    ),
    "lifetimes": (
        lambda: lifetimes.html(lives()),
        lambda: lifetimes.html(lives(), 1200, theme="lab", limit=60),
    ),
    "lifetimes, text": (lambda: lifetimes.text(lives()), lambda: lifetimes.text(lives(), 72)),
    "curve": (
        lambda: curve.svg(ONE, [], 400, title="t", desc="d"),
        lambda: curve.svg(
            ONE, [], 400, title="t", desc="d", at=0, theme="light", standalone=True
        ),
    ),
    "thread": (
        lambda: thread.svg(messages()),
        lambda: thread.svg(messages(), 1200, theme="light", standalone=True),
    ),
    "argument": (
        lambda: thread.argument_html(argument_map()),
        lambda: thread.argument_html(argument_map(), theme="lab"),
    ),
    "list": (
        lambda: thread.list_html(messages()),
        lambda: thread.list_html(messages(), theme="lab", lit=None),
    ),
    "table": (
        lambda: table_html(ROWS, "Some"),
        lambda: table_html(ROWS, "Some", code=(), theme="lab"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *(("bench", "bench"), ("exposure", "exp"), ("panel", "exp"), ("curve", "curve")),
        *(("thread", "thread"), ("argument", "argument"), ("list", "mails"), ("table", "table")),
    ],
)
def test_an_id_begins_with_the_kind_of_the_picture(name: str, kind: str) -> None:
    assert f' id="{kind}-' in str(SAME[name][0]())


@pytest.mark.parametrize("name", SAME)
def test_what_is_not_said_is_as_documented(name: str) -> None:
    bare, said = SAME[name]
    assert bare() == said()
