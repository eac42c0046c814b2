# SPDX-License-Identifier: BSD-3-Clause
"""
The screen measured in a browser: no word on another, nothing cut, nothing small, one height
============================================================================================

A few states of every kind at four widths, laid out in one page each and measured by one script.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kfuncviz.explorers.ownership import State, first, frame, idle, update
from kfuncviz.explorers.ownership.cases import case
from kfuncviz.front import stylesheet
from kfuncviz.render.ownership.form import choose

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

SCREEN = (Path(__file__).parent / "screen.js").read_text("utf-8")
CASES = (
    "home-on-a-stick", "three-kinds-of-nobody", "group-without-a-row", "root-gets-eoverflow",
    "nested-pod", "acl-with-a-strange-number", "mount-with-its-own-namespace",
)  # fmt: skip


def event(kind: str, target: str, value: Any = None) -> dict[str, Any]:
    return {"type": kind, "target": target, "value": value}


def states() -> dict[str, State]:
    """Cases by direction and kind, with their switches turned, ten digits, refused and compared."""
    out = {}
    for name in CASES:
        opened = first(name)
        for direction in ("read", "create", "chown"):
            turned = update(opened, event("set", "direction", direction))
            for kind in ("uid", "gid", "both"):
                out[f"{name} {direction} {kind}"] = update(turned, event("set", "kind", kind))
        for switch in {"mount_idmapped", "in_container"} - idle(opened):
            moved = event("set", switch, not getattr(opened, switch))
            out[f"{name} {switch}"] = update(opened, moved)
            out[f"{name} {switch} compared"] = update(
                update(opened, event("compare", "keep", True)), moved
            )
        out[f"{name} ten digits"] = update(opened, event("typed", "id", "4294967294"))
    bad = {"M": {"uid_map": [[n, n, 1] for n in range(1000)]}}
    out["no mount"] = first({"userns": bad, "mounts": {"m": {"userns": "M"}}})
    out["no caller"] = first(
        {"userns": bad, "callers": {"c": {"kuid": 1, "kgid": 1, "userns": "M"}}}
    )
    home = first("home-on-a-stick")
    out["refused"] = update(home, event("typed", "mount.uid", "0 100000 65536\n60000 200000 10000"))
    out["no id"] = update(home, event("typed", "id", "x"))
    out["kernel"] = update(home, event("set", "kernel", "6.1"))
    out["user ns"] = update(home, event("set", "file", "disk userns"))
    return out


def page_of(width: int) -> str:
    screens = "".join(
        f'<div class="kfv-explorer" data-name="{name}" style="width:{width}px;padding:0">'
        + "".join(f"<div>{html}</div>" for html in frame(state, width).regions.values())
        + "</div>"
        for name, state in states().items()
    )
    return f"<!doctype html><meta charset=utf-8><style>{stylesheet()}</style><body>{screens}"


@pytest.fixture(scope="module")
def screens(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("width", [844, 700, 360, 300])
def test_no_word_meets_another_and_nothing_is_cut(screens: Page, width: int) -> None:
    screens.set_viewport_size({"width": width + 40, "height": 900})
    screens.set_content(page_of(width))
    measured = screens.evaluate(SCREEN)
    assert len(measured) == len(states())
    assert {m["name"]: m["faults"] for m in measured if m["faults"]} == {}
    side_by_side = {name for name, state in states().items() if not under_each_other(state, width)}
    heights = {m["height"] for m in measured if m["name"] in side_by_side}
    assert heights == ({574} if width == 844 else {682} if width == 700 else set())


def under_each_other(state: State, width: int) -> bool:
    """Whether lanes stand under each other: four where there is less room, all on a telephone."""
    ways = [case(s).ownership for s in (state, state.kept) if s is not None]
    return any(choose(o, width) is None for o in ways)


def test_a_screen_follows_forced_colours(chromium: Browser) -> None:
    context = chromium.new_context(forced_colors="active", color_scheme="dark")
    page = context.new_page()
    html = "".join(frame(first("three-kinds-of-nobody"), 844).regions.values())
    page.set_content(f"<style>{stylesheet()}</style><div class=kfv-explorer>{html}</div>")
    fills = page.evaluate(
        "['.pill rect', '.line path:nth-child(2)', '.bar rect'].map(s => {"
        "const c = getComputedStyle(document.querySelector(s)); return [c.fill, c.stroke];})"
    )
    (ground, ink), (_, line), (bar, _) = fills
    assert ground == "rgb(0, 0, 0)", "no white box"
    assert ink == bar == "rgb(255, 255, 255)"
    assert line not in (ground, ink), "what is lost has a colour of its own"
    chosen = page.evaluate(
        "[...document.querySelectorAll('.kfv-seg [aria-pressed=true]')].map(e => {"
        "const c = getComputedStyle(e); return [c.color, c.backgroundColor];})"
    )
    assert all(text != under for text, under in chosen), "what is chosen can be read"
    context.close()
