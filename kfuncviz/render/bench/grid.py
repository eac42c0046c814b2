# SPDX-License-Identifier: BSD-3-Clause
"""
Many verdicts at once
=====================

A grid whose cells name the rule that refuses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from kfuncviz.kfuncs.verifier import Answer, Verdict

_LEFT = "text-align:left;vertical-align:top"


def in_a_word(said: Verdict | Answer) -> str:
    """Accepted or not, by which rule, and whether a kernel was seen to say so.

    >>> from kfuncviz.kfuncs.verifier import answer
    >>> in_a_word(answer("walked-mount", "6.18.15")), in_a_word(answer("exe-file", "6.14"))
    ('✗ unsafe-pointer, measured', '✓')
    """
    word = "✓" if said.accept else f"✗ {said.rule}"
    return f"{word}, measured" if said.measured else word


def grid_html(caption: str, columns: Sequence[str], rows: Mapping[str, Sequence[str]]) -> str:
    """A table of words, its text on the left, with a head for each row and column.

    Raises ValueError for a row that has not one cell for each column.

    >>> grid_html("Verdicts", ["6.17"], {"the mount": ["✓"]}).count('<th scope="row"')
    1
    """
    for name, cells in rows.items():
        if len(cells) != len(columns):
            raise ValueError(f"row {name!r} has {len(cells)} cells for {len(columns)} columns")
    heads = "<td></td>" + "".join(_head("col", text) for text in columns)
    body = "".join(
        f"<tr>{_head('row', name)}{''.join(_cell(text) for text in cells)}</tr>"
        for name, cells in rows.items()
    )
    return (
        f'<div style="overflow-x:auto"><table><caption style="{_LEFT}">{escape(caption)}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _head(scope: str, text: str) -> str:
    return f'<th scope="{scope}" style="{_LEFT}">{escape(text)}</th>'


def _cell(text: str) -> str:
    return f'<td style="{_LEFT}">{escape(text)}</td>'
