# SPDX-License-Identifier: BSD-3-Clause
"""
What a figure of the evidence shows, in words and in numbers
============================================================
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kfuncviz.evidence import Exhibit


def sentence(answer: Exhibit) -> str:
    """What is asked, of how many, over which period, and where the numbers are.

    >>> from kfuncviz import evidence
    >>> sentence(evidence.vfs_against_rest())[:41]
    'VFS kfuncs and all others born since 6.8.'
    """
    notes = answer.table.attrs
    title = notes["title"].rstrip(".")
    stop = "" if title.endswith("?") else "."
    return f"{title}{stop} {notes['n']}. {notes['period']}. The numbers are in the table."


def numbers(answer: Exhibit) -> list[dict[str, object]]:
    """The table behind the figure: at most three decimals, and nothing where nothing was measured.

    >>> from kfuncviz import evidence
    >>> numbers(evidence.vfs_against_rest())[0]["high"]
    '27.8'
    """
    return [
        {str(column): _written(value) for column, value in line.items()}
        for line in answer.table.astype(object).where(answer.table.notna(), None).to_dict("records")
    ]


def _written(value: object) -> object:
    return f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else value
