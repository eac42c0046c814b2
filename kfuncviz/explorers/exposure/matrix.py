# SPDX-License-Identifier: BSD-3-Clause
"""
Matrix: the cells, and what is open under its row
=================================================

Wide it is a table whose cells, rows and columns open by a press.  Narrow it is a list of changes,
each with its outcomes counted, of which one is open with its cells.
"""

from __future__ import annotations

from collections import Counter

from kfuncviz.explorers.element import button, element, event, words
from kfuncviz.explorers.exposure.panels import panel
from kfuncviz.explorers.exposure.state import State, covered, guesses, rows, ways
from kfuncviz.kfuncs.contracts import GLYPHS, Cell, Change, Exposure, consequence
from kfuncviz.render.exposure.cells import css_class, key, sign
from kfuncviz.render.exposure.words import COVERED, grouped

#: Narrower than this, in pixels, the table gives way to a list.
TABLE_FROM = 720
_BREAKABLE = {"tracepoint": "trace&shy;point", "statmount": "stat&shy;mount"}


def matrix(state: State, width: int) -> str:
    """The key and every cell on screen, with what is open."""
    whole = _wide(state) if width >= TABLE_FROM else _narrow(state)
    return key() + whole


def _wide(state: State) -> str:
    heads = "".join(_column(state, way) for way in ways())
    over = _under(state, len(ways()) + 1) if state.exposure and not state.change else ""
    body = "".join(
        element("tbody", _about(heading) + "".join(_row(state, found) for found in events))
        for heading, events in grouped(rows(state))
    )
    head = f'<thead><tr><th scope="col">change</th>{heads}</tr>{over}</thead>'
    return element(
        "table", head + body, class_="matrix", aria_label="changes and ways to expose what changed"
    )


def _about(heading: str) -> str:
    head = element("th", words(heading), scope="rowgroup", class_="about",
                   colspan=len(ways()) + 1)  # fmt: skip
    return element("tr", head)


def _column(state: State, way: Exposure) -> str:
    is_open = state.exposure == way.id and not state.change
    label = _BREAKABLE.get(way.short, words(way.short))
    return element("th", _opens(label, "", way.id, is_open, title=way.title), scope="col")


def _row(state: State, found: Change) -> str:
    is_open = state.change == found.id
    label = f"<b>{words(found.release)}</b> {words(found.title)}"
    head = element("th", _opens(label, found.id, "", is_open and not state.exposure), scope="row")
    cells = "".join(element("td", _cell(state, found, way)) for way in ways())
    return element("tr", head + cells) + (_under(state, len(ways()) + 1) if is_open else "")


def _under(state: State, across: int) -> str:
    """What is open, as a row under its own."""
    return element("tr", element("td", panel(state), colspan=across), class_="opened")


def _cell(state: State, found: Change, way: Exposure) -> str:
    """One cell: its sign and word, or that it waits for a guess."""
    pair = (found.id, way.id)
    is_open = (state.change, state.exposure) == pair
    if pair in covered(state):
        label = f'<span aria-hidden="true">{COVERED}</span> <span>predict</span>'
        return _opens(label, *pair, is_open, class_="cell covered")
    cell = consequence(way.id, found.id)
    label, kind = sign(cell.outcome), f"cell {css_class(cell.outcome)}"
    if state.predict:
        label += _mark(state, cell)
        kind += " guessed"
    return _opens(label, *pair, is_open, class_=kind)


def _mark(state: State, cell: Cell) -> str:
    is_right = guesses(state)[cell.change, cell.exposure] == cell.outcome
    word = "as you said" if is_right else "not as you said"
    return element("i", "=" if is_right else "≠", role="img", aria_label=word)


def _opens(label: str, event_id: str, way: str, is_open: bool, **attributes: str) -> str:
    """A button that opens a cell, a row or a column, and shuts it again."""
    return button(
        label, f"{event_id} {way}", data_event=event("select", event_id, way),
        aria_expanded="true" if is_open else "false", **attributes,
    )  # fmt: skip


def _narrow(state: State) -> str:
    groups = "".join(
        element("h4", words(heading), class_="about")
        + "".join(_item(state, found) for found in events)
        for heading, events in grouped(rows(state))
    )
    return element("div", groups, class_="list")


def _item(state: State, found: Change) -> str:
    """A change with its outcomes counted; of the open one the cells, and what is open of them."""
    is_open = state.change == found.id
    waiting = covered(state)
    counted = Counter(
        None if (found.id, way.id) in waiting else consequence(way.id, found.id).outcome
        for way in ways()
    )
    counts = [f"{GLYPHS[name]} {counted[name]} {name}" for name in GLYPHS if counted[name]]
    counts += [f"{COVERED} {counted[None]} to predict"] if counted[None] else []
    label = f"<b>{words(found.release)}</b> {words(found.title)}<small>{', '.join(counts)}</small>"
    head = _opens(label, found.id, "", is_open, class_="item")
    if not is_open:
        return head
    cells = "".join(
        element("li", _cell(state, found, way) + element("span", words(way.title)))
        for way in ways()
    )
    return head + panel(state) + element("ul", cells)
