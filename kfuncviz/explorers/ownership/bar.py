# SPDX-License-Identifier: BSD-3-Clause
"""
Bar: what stands above the picture
==================================

The question, which is also where another case is chosen; which way is asked, about which ids, on
which kernel; and the verbs that belong to no place in the picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from kfuncviz.explorers.around import icon, tools
from kfuncviz.explorers.element import button, element, event, group, pressed, words
from kfuncviz.explorers.ownership import kernels
from kfuncviz.explorers.ownership.state import Kind, State, document
from kfuncviz.model.releases import NEWEST
from kfuncviz.scenario.load import WORKED, gallery
from kfuncviz.scenario.ownership.travel import Direction


def ask(state: State) -> str:
    """The question, and under it, while it is open, what is known of it and the other cases."""
    found, shown = document(state.scenario), "cases" in state.folds
    title = found.get("title") or "Who owns this file, seen from here?"
    head = element(
        "summary", f"<b>{words(title)}</b>{icon('down')}", data_key="cases", title=title,
        data_event=event("fold", "cases", "$checked"),
    )  # fmt: skip
    body = _notes(found) + _cases(state) if shown else ""
    return element("details", head + body, class_="kfv-ask", data_key="cases-fold", open=shown)


def _notes(found: Mapping[str, Any]) -> str:
    lines = [words(line) for line in (found.get("notes") or "").splitlines()]
    if found.get("source"):
        lines.append(f"Source: {words(found['source'])}")
    return element("p", "<br>".join(lines), class_="kfv-about") if lines else ""


def _cases(state: State) -> str:
    """The gallery the case is of: each by its question."""
    rows = [
        element(
            "li",
            button(
                words(document(name).get("title") or name), f"case-{name}",
                data_event=event("set", "scenario", name),
                aria_current="true" if name == state.scenario else None,
            ),
        )
        for name in gallery(WORKED if state.scenario in gallery(WORKED) else "")
    ]  # fmt: skip
    return element("ul", "".join(rows), class_="kfv-cases", aria_label="cases")


def bar(state: State) -> str:
    """Direction, kind, kernel and tools."""
    directions = group(
        "direction",
        [
            pressed(d, f"direction-{d}", event("set", "direction", d), on=d == state.direction)
            for d in get_args(Direction)
        ],
    )
    of_ids = group(
        "which id",
        [
            pressed(k, f"kind-{k}", event("set", "kind", k), on=k == state.kind)
            for k in get_args(Kind)
        ],
    )
    return directions + of_ids + _kernel(state) + _tools(state)


def _kernel(state: State) -> str:
    """The slider of the kernel: its stops are where something on the screen changes."""
    stops, at = kernels.stops(state), kernels.at(state)
    own = (document(state.scenario).get("settings") or {}).get("kernel")
    shown = state.kernel or str(own or f"{NEWEST.major}.{NEWEST.minor}")
    change = stops[at].change
    said = f"{shown}, as since {stops[at].kernel}"
    if change is not None:
        said += f": {change.text}"
    alone = len(stops) == 1
    slider = element(
        "input", type="range", min="0", max="1" if alone else str(len(stops) - 1), step="1",
        value="1" if alone else str(at),
        data_key="kernel", data_event=event("stop", "kernel", "$value"), aria_label="kernel",
        aria_valuetext=said, title=f"{said}{f' ({change.source})' if change else ''}",
        aria_disabled="true" if alone else None,
    )  # fmt: skip
    return element("span", f"kernel {slider}{element('output', words(shown))}", class_="kfv-kernel")


def _tools(state: State) -> str:
    kept = state.kept is not None
    return tools(pressed("Compare", "compare", event("compare", "keep", not kept), on=kept))
