# SPDX-License-Identifier: BSD-3-Clause
"""
Predict, then reveal
====================

A question with a few answers; the right one is computed by the model, and the picture appears only
after the reader has committed to a guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import ipywidgets as w

from kfuncviz import render
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.widgets import fragments
from kfuncviz.widgets.companion import Companion


def verdict(answer: Ownership) -> str:
    """What an ownership comes out as, in one word: an errno or the number at its end.

    >>> from kfuncviz.api import who_owns
    >>> verdict(who_owns("home-on-a-stick"))
    '1125'
    """
    if answer.err:
        return answer.err
    last = answer.lanes[-1] if answer.direction == "read" else answer.lanes[0]
    return str(last.id if last.id is not None else last.shown)


class Predict(w.VBox):  # type: ignore[misc]
    """One question.

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
        Where none of the choices is right.

    >>> from kfuncviz.api import who_owns
    >>> p = Predict("Which uid?", ["1000", "1125"], who_owns("home-on-a-stick"))
    >>> p.choice.value = "1000"; p.check.click()
    >>> p.right
    False
    """

    def __init__(
        self, question: str, choices: Sequence[str], answer: Ownership, why: str = ""
    ) -> None:
        self.answer = answer
        self.correct = verdict(answer)
        if self.correct not in choices:
            raise ValueError(f"the answer {self.correct!r} is not among the choices {choices!r}")
        self.why = why
        self.right: bool | None = None
        self.choice = w.ToggleButtons(options=list(choices), value=None)
        self.check = w.Button(description="Reveal", disabled=True)
        self.feedback = w.HTML()
        self.picture = w.HTML()
        self.picture.add_class("kfv-fig")
        self.companion = Companion()
        self.companion.observe(lambda _: self._draw(), "width")
        self.choice.observe(self._choose, "value")
        self.check.on_click(lambda _: self._reveal())
        bar = w.Box([self.choice, self.check])
        bar.add_class("kfv-bar")
        ask = w.HTML(f"<b>{escape(question)}</b>")
        super().__init__([ask, bar, self.feedback, self.picture, self.companion])
        self.add_class("kfv-explorer")

    def _choose(self, _: Any) -> None:
        self.check.disabled = self.choice.value is None

    def _reveal(self) -> None:
        self.right = self.choice.value == self.correct
        said = "Right." if self.right else f"Not {self.choice.value}: it is {self.correct}."
        html = f"<b>{said}</b> {render.sentence_html(self.answer)} {escape(self.why)}"
        self.feedback.value = fragments.say(html, bad=not self.right)
        self._draw()

    def _draw(self) -> None:
        if self.right is None:
            return
        width = max(self.companion.width, 286)
        self.picture.value = render.svg(self.answer, width, theme="lab")
