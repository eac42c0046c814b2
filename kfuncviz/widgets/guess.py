# SPDX-License-Identifier: BSD-3-Clause
"""
Guess a number, then see where it comes from
============================================

A question with a few answers and, once the reader has chosen, the right one with its reason and,
if there is one, the figure and the table it was read from.  For answers about ownership there is
:class:`kfuncviz.widgets.predict.Predict`.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from kfuncviz.widgets import fragments
from kfuncviz.widgets.companion import Companion

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


class Guess(w.VBox):  # type: ignore[misc]
    """One question.

    Parameters
    ----------
    question, choices:
        What is asked, and the answers offered, as plain text.
    correct:
        The right one of ``choices``; compute it from the data rather than typing it.
    why:
        A sentence shown with the answer.
    answer:
        The evidence shown with it: figure and table.

    Raises
    ------
    ValueError
        Where none of the choices is right.

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
        answer: Exhibit | None = None,
    ) -> None:
        if correct not in choices:
            raise ValueError(f"the answer {correct!r} is not among the choices {choices!r}")
        self.correct, self.why, self.answer = correct, why, answer
        self.right: bool | None = None
        self.choice = w.ToggleButtons(options=list(choices), value=None)
        self.check = w.Button(description="Reveal", disabled=True)
        self.feedback = w.HTML()
        self.figure = w.HTML()
        self.choice.observe(self._choose, "value")
        self.check.on_click(lambda _: self._reveal())
        bar = w.Box([self.choice, self.check])
        bar.add_class("kfv-bar")
        ask = w.HTML(f"<b>{escape(question)}</b>")
        super().__init__([ask, bar, self.feedback, self.figure, Companion()])
        self.add_class("kfv-explorer")

    def _choose(self, _: Any) -> None:
        self.check.disabled = self.choice.value is None

    def _reveal(self) -> None:
        self.right = self.choice.value == self.correct
        wrong = f"Not {self.choice.value}: it is {self.correct}."
        said = f"Right: {self.correct}." if self.right else wrong
        html = f"<b>{escape(said)}</b> {escape(self.why)}"
        self.feedback.value = fragments.say(html, bad=False)
        if self.answer is not None and not self.figure.value:
            self.figure.value = figure_html(self.answer)
