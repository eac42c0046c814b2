# SPDX-License-Identifier: BSD-3-Clause
"""
Errnos: the grid of operations and situations as HTML
=====================================================

``ok`` is the quietest cell.  EACCES is dashed and tinted (a door is shut), EPERM dotted (not your
right), EOVERFLOW hatched (no number to store): three borders for three words.  Where there is room
the open cell's panel stands under its row; else a fold for each operation counts its refusals.
"""

from __future__ import annotations

from kfuncviz.explorers.element import button, element, event, exact, words
from kfuncviz.explorers.operation import grid
from kfuncviz.explorers.operation.case import Case
from kfuncviz.explorers.operation.state import State
from kfuncviz.render.operation.rail import Check

_LEGEND = {"EACCES": "a door is shut", "EPERM": "not your right", "EOVERFLOW": "no number to store"}
_GRID = 640
_SIGNS = {"passed": "✓", "failed": "✗", "not reached": "·"}


def errnos(state: State, width: int) -> str:
    """The grid, and what is behind its open cell."""
    legend = "".join(
        element("span", f"{_cell_mark(err)} {err}: {said}") for err, said in _LEGEND.items()
    )
    body = _wide(state) if width >= _GRID else _narrow(state)
    about = element("p", words(f"{grid.ABOUT} Computed by the model."), class_="kfv-small")
    return about + element("p", f"{legend}<span>ok: nothing stops it</span>",
                           class_="kfv-legend") + body  # fmt: skip


def _cell_mark(err: str) -> str:
    return element("i", class_=f"kfv-cell kfv-{err.lower()}", aria_hidden="true")


def _wide(state: State) -> str:
    heads = "".join(
        element("th", f"{title}<span>{said}</span>", scope="col")
        for title, said in grid.STATES.values()
    )
    rows = ""
    for operation in grid.OPERATIONS:
        cells = "".join(element("td", _cell(state, f"{operation}/{at}")) for at in grid.STATES)
        rows += element("tr", element("th", operation, scope="row") + cells)
        if state.cell.startswith(f"{operation}/"):
            rows += element("tr", element("td", _panel(state.cell), colspan="7"))
    caption = "operations down, situations across, an errno in each cell"
    return element(
        "table", f"<caption>{caption}</caption><thead><tr><td></td>{heads}</tr></thead>{rows}",
        class_="kfv-grid",
    )  # fmt: skip


def _narrow(state: State) -> str:
    """One list for each operation, each headed by how many of its cells are refused."""
    out = ""
    for operation in grid.OPERATIONS:
        names = [f"{operation}/{at}" for at in grid.STATES]
        refused = sum(bool(grid.cell(name).err) for name in names)
        counted = f"{refused} of {len(names)} refused" if refused else "all ok"
        shown = state.cell.partition("/")[0] == operation
        out += button(f"{operation}<span>{counted}</span>", f"row-{operation}", class_="kfv-row",
                      data_event=event("cell", operation),
                      aria_expanded="true" if shown else "false")  # fmt: skip
        if not shown:
            continue
        rows = ""
        for name, (title, said) in zip(names, grid.STATES.values(), strict=True):
            panel = _panel(name) if state.cell == name else ""
            where = element("span", f"{title} {said}")
            rows += element("li", where + _cell(state, name) + panel)
        out += element("ul", rows, class_="kfv-grid-list")
    return out


def _cell(state: State, name: str) -> str:
    err, open_ = grid.cell(name).err, state.cell == name
    operation, _, at = name.partition("/")
    label = f"{operation}, {' '.join(grid.STATES[at])}: {err or 'ok'}"
    return button(
        f"<span>{err or 'ok'}</span>", f"cell-{name}", data_event=event("cell", name),
        class_=f"kfv-cell kfv-{(err or 'ok').lower()}", aria_label=label,
        aria_expanded="true" if open_ else "false",
    )  # fmt: skip


def _panel(name: str) -> str:
    """The decision behind a cell, and the way to it."""
    operation, _, at = name.partition("/")
    go = button("Open it above", f"open-{name}", data_event=event("open", name))
    return panel(f"{operation}, {' '.join(grid.STATES[at])}", grid.opened(name), go)


def panel(title: str, here: Case, go: str) -> str:
    """A decision in few words: checks, rule, smallest change, and where to ``go`` on."""
    checks = element("ol", "".join(map(_check, here.rail.checks)), class_="kfv-mini")
    said = element("p", words(here.rail.rule))
    change = next((card for card in here.cards if card.helps), None)
    card = ""
    if change is not None:
        parts = element("b", words(f"Smallest change: {change.title}"))
        parts += element("code", exact(change.typed)) + element("span", words(change.came))
        card = element("div", parts, class_="kfv-change")
    head = element("h4", words(f"{title}: {here.rail.err or 'ok'}"))
    left = element("div", head + checks + said)
    return element("div", left + element("div", card + go), class_="kfv-panel")


def _check(check: Check) -> str:
    name = check.answer.replace(" ", "-")
    head = element("span", _SIGNS[check.answer], aria_hidden="true")
    helper = element("code", exact(check.call.partition("(")[0]))
    told = f" {check.answer}" if check.answer != "passed" else ""
    return element("li", f"{head} {words(check.question)} {helper}{words(told)}",
                   class_=f"kfv-{name}")  # fmt: skip
