# SPDX-License-Identifier: BSD-3-Clause
"""
Everything the operation explorer shows, unfolded
=================================================

The outlines in ``read/`` (see :mod:`tests.explorers.outline`) were read beside the screen;
``python -m tests.explorers.test_operation_screens`` writes them anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kfuncviz.explorers import operation as o
from kfuncviz.explorers.engine.frame import Frame
from kfuncviz.explorers.operation.frame import _ask
from kfuncviz.scenario.load import gallery, load
from tests.explorers.outline import outlines
from tests.explorers.test_operation_told import SHELF
from tests.render.drawn import of_class, page, said

FOLDER = Path(__file__).with_name("read")
OPEN = ("grid", "table", "mail", "save")


def state_of(document: Mapping[str, Any], by: str, via: str, op: str, path: str) -> o.State:
    return replace(o.first(document), by=by, via=via, op=op, path=path, given=())


def changed() -> o.State:
    """A change is made and the call still refused; everything but the list of cases is open."""
    tried = [["mode", "dir/old", "0600"], ["group", 7]]
    sent = {"type": "try", "target": "changes", "value": tried}
    begun = o.first("root-gets-eoverflow")
    asked = replace(begun, by="container_root", via="plain", path="dir/old", op="chmod", given=())
    return replace(o.update(asked, sent), cell="chmod/uid", folds=OPEN)


SCREENS: Mapping[str, Callable[[], Frame]] = {
    "operation-open": lambda: o.frame(changed(), 844),
    "operation-small": lambda: o.frame(
        replace(state_of(SHELF, "me", "m", "exec", "d/f"), cell="create/you", folds=("grid",)), 360
    ),
    "operation-allowed": lambda: o.frame(
        replace(state_of(SHELF, "in", "sub", "fchownat", "lost"), given=(("uid", "50"),)), 500
    ),
}


@pytest.mark.parametrize("name", SCREENS)
def test_the_outline_is_the_one_read(name: str) -> None:
    assert outlines(SCREENS[name]()) == (FOLDER / f"{name}.txt").read_text("utf-8").splitlines()


def test_under_the_question_stands_what_is_known_of_it_and_every_case() -> None:
    known = {**SHELF, "title": "Why <so>?", "notes": "One\nand two."}
    drawn = page(_ask(replace(o.first(known), folds=("cases",))))
    (notes,) = of_class(drawn, "kfv-about")
    assert ["".join(notes.itertext()), len(notes.findall("br"))] == ["Oneand two.", 1]
    (cases,) = of_class(drawn, "kfv-cases")
    assert (cases.tag, cases.get("aria-label")) == ("ul", "cases")
    told = [(json.loads(b.get("data-event", "")), b.get("data-key"), said(b))
            for b in cases.iter("button")]  # fmt: skip
    assert told == [
        ({"type": "set", "target": "scenario", "value": name}, f"case-{name}", load(name)["title"])
        for name in gallery()
    ]
    (summary,) = drawn.iter("summary")
    assert (said(summary), summary.get("title")) == ("Why <so>?", "Why <so>?")
    bare = page(_ask(replace(o.first({}), folds=("cases",))))
    assert of_class(bare, "kfv-about") == []
    assert said(next(bare.iter("summary"))) == "What happens if I do this?"
    shut = page(_ask(o.first({})))
    assert [e.get("open") for tree in (bare, shut) for e in tree.iter("details")] == ["", None]
    assert of_class(shut, "kfv-cases") == []


if __name__ == "__main__":
    for screen in SCREENS:
        (FOLDER / f"{screen}.txt").write_text(
            "\n".join(outlines(SCREENS[screen]())) + "\n", "utf-8"
        )
