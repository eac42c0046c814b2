# SPDX-License-Identifier: BSD-3-Clause
"""
Cells of the exposure matrix: table, folds, key and the opened cell
===================================================================

A cell of the table is a button that opens its panel by the platform's own means (``popover``), so
it works without a script, by mouse and by keyboard, and closes with Escape.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape

from kfuncviz.kfuncs.contracts import (
    GLYPHS,
    MEANINGS,
    Cell,
    Change,
    Exposure,
    Outcome,
    change,
    consequence,
    exposure,
)
from kfuncviz.render.exposure.words import grouped, payers

_BREAKABLE = {"tracepoint": "trace&shy;point", "statmount": "stat&shy;mount"}
_CAPTION = (
    "Each row is a change that happened, each column a way to expose the thing that changed: "
    "had it been exposed this way, what would have followed?"
)


def key() -> str:
    """The eight signs, each with its word and what it asks of the code outside."""
    items = "".join(
        f'<li><span class="cell {css_class(name)}">{sign(name)}</span>'
        f"<small>{MEANINGS[name]}</small></li>"
        for name in GLYPHS
    )
    return f'<ul class="key" aria-label="key">{items}</ul>'


def wide(rows: Sequence[Change], ways: Sequence[Exposure], uid: str) -> str:
    """The table."""
    head = "".join(
        f'<th scope="col" title="{escape(way.title)}">{_BREAKABLE.get(way.short, way.short)}</th>'
        for way in ways
    )
    body = "".join(_group(heading, found, ways, uid) for heading, found in grouped(rows))
    return (
        f'<div class="wide-form"><table><caption>{_CAPTION} A cell opens when pressed.</caption>'
        f'<thead><tr><th scope="col">change</th>{head}</tr></thead>{body}</table></div>'
    )


def _group(heading: str, rows: Sequence[Change], ways: Sequence[Exposure], uid: str) -> str:
    head = f'<tr><th scope="rowgroup" class="about" colspan="{len(ways) + 1}">{heading}</th></tr>'
    return f"<tbody>{head}{''.join(_row(row, ways, uid) for row in rows)}</tbody>"


def _row(row: Change, ways: Sequence[Exposure], uid: str) -> str:
    found = [consequence(way.id, row.id) for way in ways]
    head = f"<b>{escape(row.release)}</b> {escape(row.title)}"
    body = "".join(_button(cell, f"{uid}-{row.id}-{cell.exposure}") for cell in found)
    return f'<tr><th scope="row" title="{escape(row.what)}">{head}</th>{body}</tr>'


def _button(cell: Cell, ident: str) -> str:
    ident = ident.replace(".", "_")
    return (
        f'<td><button type="button" class="cell {css_class(cell.outcome)}" popovertarget="{ident}" '
        'data-lm-suppress-shortcuts="true" '
        f'title="{escape(cell.why)}">{sign(cell.outcome)}</button>'
        f'<div popover id="{ident}" class="panel" role="dialog" '
        f'aria-label="{escape(heading(cell))}">{opened(cell)}</div></td>'
    )


def narrow(rows: Sequence[Change], ways: Sequence[Exposure]) -> str:
    """One fold a change, under what it is about; its summary counts the outcomes."""
    groups = "".join(
        f'<h4 class="about">{heading}</h4>' + "".join(_fold(row, ways) for row in found)
        for heading, found in grouped(rows)
    )
    return f'<div class="narrow-form"><p>{_CAPTION}</p>{groups}</div>'


def _fold(row: Change, ways: Sequence[Exposure]) -> str:
    found = [consequence(way.id, row.id) for way in ways]
    counted = Counter(cell.outcome for cell in found)
    counts = ", ".join(
        f"{GLYPHS[name]}&nbsp;{counted[name]}&nbsp;{name}" for name in GLYPHS if counted[name]
    )
    items = "".join(
        f'<li><span class="cell {css_class(cell.outcome)}">{sign(cell.outcome)}</span>'
        f"<span><b>{escape(way.title)}</b><br>{escape(cell.why)}</span></li>"
        for cell, way in zip(found, ways, strict=True)
    )
    return (
        '<details><summary data-lm-suppress-shortcuts="true">'
        f"<b>{escape(row.release)}</b> {escape(row.title)}<br>"
        f"<small>{counts}</small></summary><p>{escape(row.what)}</p><ul>{items}</ul></details>"
    )


def opened(cell: Cell) -> str:
    """What an opened cell says."""
    event = change(cell.change)
    paid = "".join(
        f"<div><dt>{name}</dt><dd>{escape(text)}</dd></div>" for name, text in payers(cell)
    )
    return (
        f"<h4>{escape(heading(cell))}</h4><p>{escape(event.what)}</p>"
        f"<p><b>{cell.glyph} {cell.outcome}</b>: {escape(cell.why)} "
        f"<small>(rule {escape(cell.rule)})</small></p><dl>{paid}</dl>"
        f"<small>{escape('; '.join(event.sources))}</small>"
    )


def heading(cell: Cell) -> str:
    """Which cell this is, in words: a release may have had several changes."""
    event = change(cell.change)
    return f"{event.release}, {event.title} × {exposure(cell.exposure).title}"


def sign(outcome: Outcome) -> str:
    """The sign and the word of an outcome; a reader hears the word alone."""
    return f'<span aria-hidden="true">{GLYPHS[outcome]}</span> <span>{outcome}</span>'


def css_class(outcome: Outcome) -> str:
    """The class whose border tells an outcome without colour."""
    return outcome.replace(" ", "-")
