# SPDX-License-Identifier: BSD-3-Clause
"""
The picture's twin: the lives as a table
========================================
"""

from __future__ import annotations

from html import escape

from kfuncviz.evidence.history.lives import Life, Lives
from kfuncviz.render.lifetimes.words import sentence, title

_HEADS = ("kfunc", "born", "changed", "gone", "successor")


def table(lives: Lives) -> list[dict[str, str]]:
    """One dictionary a life: kfunc, born, changed, gone, successor.

    >>> from kfuncviz import evidence
    >>> table(evidence.lives(text="kptr_xchg"))
    []
    """
    return [dict(zip(_HEADS, _cells(life), strict=True)) for life in lives.lives]


def _cells(life: Life) -> tuple[str, ...]:
    gone, successor = life.died or "alive", "yes" if life.renamed else ""
    return life.kfunc, life.born, ", ".join(life.changed), gone, successor


def table_html(lives: Lives) -> str:
    """The table as HTML, with a caption that says the sentence."""
    head = "".join(f'<th scope="col">{name}</th>' for name in _HEADS)
    body = "".join(_row(line) for line in table(lives))
    caption = f"<caption>{escape(title(lives))}. {escape(sentence(lives))}</caption>"
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _row(line: dict[str, str]) -> str:
    name, *cells = (escape(line[head]) for head in _HEADS)
    rest = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr><th scope="row"><code>{name}</code></th>{rest}</tr>'
