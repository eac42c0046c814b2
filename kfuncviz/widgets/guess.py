# SPDX-License-Identifier: BSD-3-Clause
"""
Guess, then see the evidence
============================

For answers about ownership there is :class:`kfuncviz.widgets.predict.Predict`.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from functools import cache
from html import escape
from typing import TYPE_CHECKING

from kfuncviz.explorers.question import Question
from kfuncviz.widgets.quiz import Quiz

if TYPE_CHECKING:
    from kfuncviz.evidence import Exhibit


def figure_html(answer: Exhibit) -> str:
    """A figure of the evidence as an image with its title as alternative text, table folded under.

    >>> from kfuncviz import evidence
    >>> figure_html(evidence.vfs_against_rest())[:55]
    '<div class="kfv-fig"><img alt="VFS kfuncs and all other'
    """
    from kfuncviz.evidence.figures.style import to_svg

    notes = answer.table.attrs
    told = escape(f"{notes['title']}. {notes['n']}. The numbers are in the table below.")
    data = base64.b64encode(to_svg(answer.figure).encode()).decode()
    inches = answer.figure.get_size_inches()[0]
    table = answer.table.to_html(index=False, na_rep="", border=0)
    return (
        f'<div class="kfv-fig"><img alt="{told}" src="data:image/svg+xml;base64,{data}" '
        f'style="width:{inches * 96:.0f}px;max-width:100%;height:auto"></div>'
        f'<details><summary>The numbers</summary><div style="overflow-x:auto">{table}</div>'
        "</details>"
    )


class Guess(Quiz):
    """A question about the evidence, or about anything that can be drawn.

    Parameters
    ----------
    question, choices:
        What is asked, and the answers offered, as plain text.
    correct:
        The right one of ``choices``; compute it from the data rather than typing it.
    why:
        A sentence shown with the answer.
    answer:
        What is shown with it: evidence (figure and table), or what makes HTML for a width in
        pixels.

    Raises
    ------
    ValueError
        Where none of the choices is right, or one is offered twice.

    >>> g = Guess("How many bits has an id?", ["16", "32"], "32", "It is a u32.")
    >>> g.choice.value = "16"; g.check.click()
    >>> g.right
    False
    """

    def __init__(
        self,
        question: str,
        choices: Sequence[str],
        correct: str,
        why: str = "",
        answer: Exhibit | Callable[[int], str] | None = None,
    ) -> None:
        draw = answer if answer is None or callable(answer) else _evidence(answer)
        super().__init__(
            Question(question, tuple(choices), correct, why), lambda: escape(why), draw
        )


def _evidence(answer: Exhibit) -> Callable[[int], str]:
    """What draws a figure, once: it keeps to the page's width by itself."""
    html = cache(lambda: figure_html(answer))
    return lambda _: html()
