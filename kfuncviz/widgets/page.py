# SPDX-License-Identifier: BSD-3-Clause
"""
Page: what a notebook shows besides explorers and questions
===========================================================

Tables and figures.  Each has words for a terminal; whatever in it can have the focus keeps its keys
from the notebook.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from kfuncviz.evidence.questions import QUESTIONS
from kfuncviz.kfuncs.known import look_up
from kfuncviz.render import exhibit
from kfuncviz.render.kit.markup import fold, keeping_keys
from kfuncviz.render.kit.tabular import Row, table_html
from kfuncviz.render.readings import fair_readings
from kfuncviz.render.readings import readings as both

if TYPE_CHECKING:
    import pandas as pd

    from kfuncviz.evidence import Exhibit


class Part:
    """A part of a page: HTML for a notebook, words for a terminal.

    >>> Part("<b>yes</b>", "yes")
    yes
    """

    def __init__(self, html: str, words: str) -> None:
        self.html, self.words = html, words

    def _repr_html_(self) -> str:
        return keeping_keys(self.html)

    def __repr__(self) -> str:
        return self.words


def table(
    rows: Sequence[Row] | pd.DataFrame,
    caption: str,
    *,
    columns: Sequence[str] = (),
    code: Collection[str] = (),
) -> Part:
    """Rows, or a frame without its index, as a table; ``columns`` chooses and orders.

    ``code`` are the columns that hold C.  Raises KeyError for a column that is not there.

    >>> table([{"mount": "stick", "idmapped": True}], "Which?", columns=["idmapped"])
    Which?
    idmapped: True
    """
    given: Sequence[Any] = rows if isinstance(rows, Sequence) else rows.to_dict("records")
    chosen = [{name: row[name] for name in columns or row} for row in given]
    lines = [", ".join(f"{name}: {value}" for name, value in row.items()) for row in chosen]
    return Part(table_html(chosen, caption, code=code), "\n".join([caption, *lines]))


def figure(answer: Exhibit | str, readings: str = "", *, folded: bool = False) -> Part:
    """A figure of the evidence in the colours of its page, its numbers folded under it.

    Parameters
    ----------
    answer:
        What a question of :mod:`kfuncviz.evidence` answers, or the question's name.
    readings:
        Under which name `data/questions` has what may fairly be read in it.  Where that is given,
        figure and readings are folded together, so that neither answers a question above it.
    folded:
        Whether a figure without readings is folded as well.

    Raises
    ------
    NotKnown
        For a name that is no question of the evidence, and for readings there are not.

    >>> figure("vfs_against_rest")
    VFS kfuncs and all others born since 6.8. 10 VFS kfuncs followed for 97 releases together (5 \
more came with 7.3); 211 others followed for 1464 releases together (11 more came with 7.3). 6.8 \
to 7.3, test kfuncs left out. The numbers are in the table.
    """
    shown = look_up("figure", answer, QUESTIONS)() if isinstance(answer, str) else answer
    html, words = figure_html(shown), exhibit.sentence(shown)
    title = f"When you have answered: {shown.table.attrs['title']}"
    if not readings:
        return Part(fold(title, html) if folded else html, words)
    fair = fair_readings(readings)
    told = "\n".join(f"- {lead} {text}" for lead, text in fair.items())
    return Part(fold(title, html + both(fair)), f"{words}\n{told}")


def figure_html(answer: Exhibit) -> str:
    """The same as HTML.

    >>> from kfuncviz import evidence
    >>> figure_html(evidence.vfs_against_rest())[:22]
    '<div class="kfv-fig"><'
    """
    return exhibit.html(answer)
