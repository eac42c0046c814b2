# SPDX-License-Identifier: BSD-3-Clause
"""
Guess, then see the evidence
============================

For answers about ownership there is :class:`kfuncviz.widgets.predict.Predict`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from html import escape
from typing import TYPE_CHECKING

from kfuncviz.explorers.question import Question
from kfuncviz.render.question import readings as both
from kfuncviz.widgets.page import figure_html
from kfuncviz.widgets.quiz import Quiz

if TYPE_CHECKING:
    from kfuncviz.evidence import Exhibit


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
    readings:
        What may fairly be read in the answer, each under the few words it comes down to; shown
        with the answer and never before.

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
        readings: Mapping[str, str] | None = None,
    ) -> None:
        draw = answer if answer is None or callable(answer) else _evidence(answer)
        super().__init__(
            Question(question, tuple(choices), correct, why),
            lambda: escape(why),
            lambda width: (draw(width) if draw else "") + both(readings or {}),
        )


def _evidence(answer: Exhibit) -> Callable[[int], str]:
    """What draws a figure, once: it keeps to the page's width by itself."""
    html = cache(lambda: figure_html(answer))
    return lambda _: html()
