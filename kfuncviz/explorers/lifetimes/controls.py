# SPDX-License-Identifier: BSD-3-Clause
"""
Controls: the filters, and what counts
======================================
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from kfuncviz.evidence.history.families import subsystems
from kfuncviz.evidence.history.lives import Only, every_flag, every_program_type
from kfuncviz.explorers.element import (
    button,
    chooser,
    element,
    event,
    group,
    options,
    pressed,
    switch,
)
from kfuncviz.explorers.lifetimes.estimate import ENDS
from kfuncviz.explorers.lifetimes.state import PRESETS, TEXT_MAX, State, pages, view

_SHORT = {
    "gone": "gone", "renamed": "renamed", "prototype": "prototype", "const": "const, suffix",
    "stricter": "flags stricter", "loosened": "flags looser", "narrowed": "types fewer",
    "widened": "types more",
}  # fmt: skip


def controls(state: State) -> str:
    """Which kfuncs, and which of them."""
    return (
        _choice("open to", "program_type", state.program_type, every_program_type())
        + _choice("under", "subsystem", state.subsystem, subsystems())
        + _choice("with", "flag", state.flag, every_flag())
        + _text(state)
        + group("show", [
            pressed(only, f"only-{only}", event("set", "only", only), on=only == state.only)
            for only in get_args(Only)
        ])
    )  # fmt: skip


def _choice(label: str, field: str, chosen: str, offered: Iterable[str]) -> str:
    whole = {"": "any"} | {name: name for name in offered}
    select = chooser(label, field, event("set", field, "$value"), options(whole, chosen))
    return element("label", f"{label} {select}", class_="kfv-choice")


def _text(state: State) -> str:
    field = element(
        "input", type="text", value=state.text, data_key="text", data_when="input",
        data_event=event("set", "text", "$value"), maxlength=TEXT_MAX, size="14",
        aria_label="name has", spellcheck="false",
    )  # fmt: skip
    return element("label", f"name has {field}", class_="kfv-choice")


def definition(state: State) -> str:
    """What ends a kfunc's time: one by one, or some at once."""
    some = [
        pressed(name, f"preset-{name}", event("preset", name), on=ends == state.counts)
        for name, ends in PRESETS.items()
    ]  # fmt: skip
    each = "".join(
        switch(_SHORT[end], ENDS[end], event("count", end, end not in state.counts),
               on=end in state.counts, idle=False, key=f"count-{end}")
        for end in ENDS
    )  # fmt: skip
    label = element("span", "what counts as a change", class_="kfv-label")
    return element("div", label + group("what counts, by a name", some) + each,
                   class_="kfv-counts")  # fmt: skip


def pager(state: State) -> str:
    """Which rows are in view, and the way to the others."""
    last, seen = pages(state) - 1, view(state)
    many = f"{seen.start + 1} to {seen.stop}" if seen else "none"
    slider = element(
        "input", type="range", min="0", max=max(last, 1), step="1", value=state.page,
        data_key="page", data_event=event("set", "page", "$value"), aria_label="rows in view",
        aria_valuetext=many, aria_disabled=None if last else "true",
    )  # fmt: skip
    return element(
        "div",
        _turn("Earlier [", "[", state.page - 1, last, "earlier")
        + element("span", slider, class_="kfv-kernel")
        + _turn("Later ]", "]", state.page + 1, last, "later")
        + element("span", f"rows {many}"),
        class_="kfv-pager",
    )  # fmt: skip


def _turn(label: str, hotkey: str, page: int, last: int, key: str) -> str:
    there = 0 <= page <= last
    return button(
        label, key, data_event=event("set", "page", str(page)) if there else None,
        data_hotkey=hotkey, aria_disabled=None if there else "true",
        data_back=key == "earlier", data_forward=key == "later",
    )  # fmt: skip
