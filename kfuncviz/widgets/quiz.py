# SPDX-License-Identifier: BSD-3-Clause
"""
Quiz: choose, then reveal
=========================

One question on screen.  Nothing of the answer is there, not even unseen, before the reader has
chosen and asked for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as w

from kfuncviz.explorers.question import Question
from kfuncviz.render import question as words
from kfuncviz.widgets.companion import Companion, bar


class Quiz(w.VBox):  # type: ignore[misc]
    """One question.

    Parameters
    ----------
    question:
        What is asked.
    reason:
        Says, as HTML, why the right answer is right.
    draw:
        Makes the HTML of what is shown with the answer, for a width in pixels.

    Attributes
    ----------
    right:
        Whether the last guess was right; ``None`` before the first.

    >>> quiz = Quiz(Question("How many bits has an id?", ("16", "32"), "32"))
    >>> quiz.choice.value = "16"; quiz.check.click()
    >>> quiz.right
    False
    """

    def __init__(
        self,
        question: Question,
        reason: Callable[[], str] = lambda: "",
        draw: Callable[[int], str] | None = None,
    ) -> None:
        self.question, self._reason, self._draw = question, reason, draw
        self.right: bool | None = None
        self.choice = w.ToggleButtons(options=list(question.choices), value=None)
        self.check = w.Button(description="Reveal", disabled=True)
        self.feedback, self.picture = w.HTML(), w.HTML()
        self.picture.add_class("kfv-fig")
        self.companion = Companion()
        self.companion.observe(lambda _: self._paint(), "width")
        self.choice.observe(self._choose, "value")
        self.check.on_click(lambda _: self._reveal())
        asked = w.HTML(words.asked(question.text))
        controls = bar(self.choice, self.check)
        super().__init__([asked, controls, self.feedback, self.picture, self.companion])
        self.add_class("kfv-explorer")

    def _choose(self, _: Any) -> None:
        self.check.disabled = self.choice.value is None

    def _reveal(self) -> None:
        guess = self.choice.value
        self.right = self.question.right(guess)
        self.feedback.value = words.told(guess, self.question.correct, self._reason())
        self._paint()

    def _paint(self) -> None:
        if self.right is not None and self._draw is not None:
            self.picture.value = self._draw(self.companion.drawn_width)
