# SPDX-License-Identifier: BSD-3-Clause
"""The plate under a picture, read back: whether this caller gets there, and why not."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pytest

import kfuncviz as kv
from kfuncviz.render import svg
from kfuncviz.render.kit.tokens import LIGHT
from kfuncviz.scenario.ownership.answer import Ownership

from .scenes import scenes

SVG = "{http://www.w3.org/2000/svg}"
DEEP = {
    "userns": {"c": {"uid_map": [[0, 1000, 1], [1, 100000, 65536]]}},
    "setup": [
        {"type": "dir", "path": "p", "mode": "0700"},
        {"type": "dir", "path": "p/child", "mode": "0755"},
    ],
    "callers": {"podman": {"kuid": 1000, "kgid": 1000, "userns": "c", "caps": "all"}},
}


def plates(o: Ownership, width: int) -> tuple[ET.Element, list[Any]]:
    root = ET.fromstring(svg(o, width))
    return root, [g for g in root.iter(f"{SVG}g") if g.get("class") == "gate"]


def words(plate: ET.Element) -> str:
    return " ".join("".join(text.itertext()) for text in plate.iter(f"{SVG}text"))


@pytest.mark.parametrize("width", [300, 360, 700, 960, 1200])
@pytest.mark.parametrize(("path", "err"), [("p/child", "EACCES"), ("p", None)])
def test_the_plate_says_whether_the_caller_gets_there(width: int, path: str, err: Any) -> None:
    o = kv.who_owns(DEEP, path)
    root, (plate,) = plates(o, width)
    assert plate.get("data-err") == (err or "none")
    box = plate.find(f"{SVG}rect")
    assert box is not None
    told = words(plate)
    if err:
        assert told.startswith("\N{BALLOT X} This caller's stat of p/child: EACCES at p ")
        assert "CAP_DAC_OVERRIDE does not count" in told
        assert (box.get("stroke"), box.get("stroke-dasharray")) == (LIGHT["bad-l"], "7 4")
    else:
        assert told == "\N{CHECK MARK} This caller's stat of p: succeeds"
        assert (box.get("stroke"), box.get("stroke-dasharray")) == (LIGHT["line"], None)
    left, top = float(box.get("x", "")), float(box.get("y", ""))
    right, bottom = left + float(box.get("width", "")), top + float(box.get("height", ""))
    assert bottom <= float(root.get("height", ""))
    assert right <= float(root.get("width", ""))
    for text in plate.iter(f"{SVG}text"):
        assert left < float(text.get("x", "")) < right
        assert top + 12 < float(text.get("y", "")) < bottom - 4
    others = [g for g in root if g.tag == f"{SVG}g" and g is not plate]
    for rect in (rect for g in others for rect in g.iter(f"{SVG}rect")):
        assert float(rect.get("y", "")) + float(rect.get("height", "")) <= top


def test_where_nobody_asked_there_is_no_plate() -> None:
    assert plates(scenes()["one"], 960)[1] == []
