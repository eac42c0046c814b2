# SPDX-License-Identifier: BSD-3-Clause
"""
Predict an owner, then see the way of its id
============================================
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from kfuncviz import render
from kfuncviz.explorers.question import Question
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.widgets.quiz import Quiz


def verdict(answer: Ownership) -> str:
    """What an ownership comes out as, in one word: an errno or the number at its end.

    The errno is that of the caller's own call: where it does not get there, it sees no number.

    >>> from kfuncviz.api import who_owns
    >>> verdict(who_owns("home-on-a-stick"))
    '1125'
    """
    if answer.access and answer.access.err:
        return answer.access.err
    if answer.err:
        return answer.err
    last = answer.lanes[-1] if answer.direction == "read" else answer.lanes[0]
    return str(last.id if last.id is not None else last.shown)


class Predict(Quiz):
    """A question that the model answers; the picture appears with the answer.

    Parameters
    ----------
    question:
        What to predict, as plain text.
    choices:
        The answers offered; one of them must be what the model says.
    answer:
        The answer the model computed, e.g. ``kv.who_owns("home-on-a-stick")``.
    why:
        A sentence shown with the picture.

    Raises
    ------
    ValueError
        Where none of the choices is right, or one is offered twice.

    >>> from kfuncviz.api import who_owns
    >>> p = Predict("Which uid?", ["1000", "1125"], who_owns("home-on-a-stick"))
    >>> p.choice.value = "1000"; p.check.click()
    >>> p.right
    False
    """

    def __init__(
        self, question: str, choices: Sequence[str], answer: Ownership, why: str = ""
    ) -> None:
        super().__init__(
            Question(question, tuple(choices), verdict(answer), why),
            lambda: f"{render.sentence_html(answer)} {escape(why)}",
            lambda width: render.svg(answer, width, theme="lab"),
        )
