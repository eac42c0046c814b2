# SPDX-License-Identifier: BSD-3-Clause
"""
Many verdicts at once
=====================

A grid whose cells name the rule that refuses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kfuncviz.kfuncs.verifier import Answer, Verdict
from kfuncviz.render.kit.tabular import table_html


def in_a_word(said: Verdict | Answer) -> str:
    """Accepted or not, by which rule, and whether a kernel was seen to say so.

    >>> from kfuncviz.kfuncs.verifier import answer
    >>> in_a_word(answer("walked-mount", "6.18.15")), in_a_word(answer("exe-file", "6.14"))
    ('✗ unsafe-pointer, measured', '✓')
    """
    word = "✓" if said.accept else f"✗ {said.rule}"
    return f"{word}, measured" if said.measured else word


def grid_html(
    caption: str, columns: Sequence[str], rows: Mapping[str, Sequence[str]], *, of: str = "program"
) -> str:
    """A table of words: a row for each name, which ``of`` heads, and a cell for each column.

    Raises ValueError for a row that has not one cell for each column.

    >>> grid_html("Verdicts", ["6.17"], {"the mount": ["✓"]}).count('<th scope="row"')
    1
    """
    for name, cells in rows.items():
        if len(cells) != len(columns):
            raise ValueError(f"row {name!r} has {len(cells)} cells for {len(columns)} columns")
    table = [{of: name} | dict(zip(columns, cells, strict=True)) for name, cells in rows.items()]
    return table_html(table, caption)
