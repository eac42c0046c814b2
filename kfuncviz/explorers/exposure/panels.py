# SPDX-License-Identifier: BSD-3-Clause
"""
Panels: what an opened cell, row or column says
===============================================

A cell tells what changed, what follows and why, by which rule, who pays, and where it is from;
while it is covered it asks instead.  A row is its change, a column its contract.
"""

from __future__ import annotations

import re

from kfuncviz.explorers.element import button, element, event, words
from kfuncviz.explorers.exposure.state import State, covered, guesses
from kfuncviz.kfuncs.contracts import (
    GLYPHS,
    MEANINGS,
    Change,
    Exposure,
    change,
    consequence,
    exposure,
)
from kfuncviz.render.exposure.cells import css_class, heading, sign
from kfuncviz.render.exposure.words import payers

_ADDRESS = re.compile(r"https://[^\s),;]+")


def panel(state: State) -> str:
    """What is open, in its frame."""
    if not state.exposure:
        title, body = _row(change(state.change))
    elif not state.change:
        title, body = _column(exposure(state.exposure))
    else:
        title, body = _cell(state)
    shut = button("Close", "shut", data_event=event("select", state.change, state.exposure))
    head = element("div", element("h4", words(title)) + shut, class_="panel-head")
    return element("div", head + body, class_="panel", data_key="panel", role="group",
                   aria_label=title)  # fmt: skip


def _cell(state: State) -> tuple[str, str]:
    cell = consequence(state.exposure, state.change)
    found, title = change(cell.change), heading(cell)
    if (cell.change, cell.exposure) in covered(state):
        return title, element("p", words(found.what)) + _question(exposure(cell.exposure))
    said = f"<b>{cell.glyph} {cell.outcome}</b>: {words(cell.why)}"
    return title, (
        element("p", words(found.what))
        + _guessed(state)
        + element("p", f"{said} <small>(rule {words(cell.rule)})</small>")
        + _list(payers(cell))
        + _from(found)
    )


def _question(way: Exposure) -> str:
    """What is asked of a covered cell, and the eight answers."""
    ask = f"Had it been exposed as “{way.title}”, what would have followed for a program outside?"
    answers = "".join(
        button(
            sign(name) + element("small", words(MEANINGS[name])), f"guess-{css_class(name)}",
            data_event=event("guess", name), class_="guess",
        )
        for name in GLYPHS
    )  # fmt: skip
    return element("p", f"<b>{words(ask)}</b>") + element(
        "div", answers, class_="guesses", role="group", aria_label="your guess"
    )


def _guessed(state: State) -> str:
    """What the guess was beside what follows; nothing where there was none."""
    if not state.predict:
        return ""
    guess = guesses(state)[state.change, state.exposure]
    is_right = guess == consequence(state.exposure, state.change).outcome
    said = f"You said {GLYPHS[guess]} {guess}"
    told = f"= {said}, and so it is." if is_right else f"≠ {said}. It is otherwise:"
    return element("p", words(told), class_="right" if is_right else "otherwise")


def _row(found: Change) -> tuple[str, str]:
    title = f"{found.release}: {found.title}"
    facets = [(facet.surface, facet.what) for facet in found.facets]
    said = element("p", words(found.what))
    return title, said + _list([*facets, ("code in the tree", found.in_tree)]) + _from(found)


def _column(way: Exposure) -> tuple[str, str]:
    said = [(f"said in {one.document}, {one.section}, {one.releases}", one.says)
            for one in way.says]  # fmt: skip
    return way.title, _list(
        [
            ("who may change it", way.who), ("notice owed", way.notice),
            ("callers in the tree", way.in_tree), ("programs outside", way.out_of_tree),
            ("users", way.users), ("how it shows", way.shows),
            (f"measured ({way.measured.source})", way.measured.text), *said,
        ]
    )  # fmt: skip


def _list(pairs: list[tuple[str, str]]) -> str:
    items = "".join(
        f"<div><dt>{_linked(name)}</dt><dd>{_linked(text)}</dd></div>" for name, text in pairs
    )
    return element("dl", items)


def _from(found: Change) -> str:
    """What else is to be said of a change, and where it can be read."""
    note = element("p", f"<small>Note: {words(found.note)}</small>") if found.note else ""
    sources = "<br>".join(_linked(source) for source in found.sources)
    return note + element("p", f"<small>{sources}</small>")


def _linked(text: str) -> str:
    """A text as HTML in which addresses can be followed."""
    out, at = "", 0
    for found in _ADDRESS.finditer(text):
        link = element("a", words(found[0]), href=found[0], target="_blank", rel="noopener")
        out, at = out + words(text[at : found.start()]) + link, found.end()
    return out + words(text[at:])
