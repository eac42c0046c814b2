# SPDX-License-Identifier: BSD-3-Clause
"""
Question and Exercise in a notebook
===================================

One line a cell: ``kv.Question("03.2")``.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from kfuncviz.learn import exercise as exercises
from kfuncviz.learn import question as questions
from kfuncviz.learn.judge import judge
from kfuncviz.learn.standing import note
from kfuncviz.widgets.explorer import Explorer


class Question(Explorer):
    """A question: commit to an answer, then see it tested by the model.

    Parameters
    ----------
    question:
        The name of one of the course's, ``"03.2"`` for the second of chapter 03, or a mapping with
        the same parts as in `data/course` (``ask``, ``scenario``, ``about``, ...).
    answer:
        An answer given right away, which is told at once; what is none of the choices is left out.

    Attributes
    ----------
    right:
        Whether the answer is right; ``None`` until it is told, and always of a decision.

    Raises
    ------
    ValueError
        Where there is no such question, or where none of its choices is what the model says.

    >>> Question("00.1", "1000").right
    False
    """

    def __init__(
        self, question: str | Mapping[str, Any], answer: Any = None, **layout: Any
    ) -> None:
        state = questions.first(question)
        with suppress(ValueError):  # what is no choice leaves the card open
            for part, value in () if answer is None else (("given", answer), ("stage", "told")):
                for event in questions.setting(state, part, value):
                    state = questions.update(state, event)
        super().__init__("question", state, **layout)
        self.observe(lambda _: self._note(), "stage")
        self._note()

    def _note(self) -> None:
        """Write down what is told; a decision counts as made."""
        if self.state.stage == "told":
            note("question", self.state.question, self.right is not False)

    @property
    def right(self) -> bool | None:
        """Whether the answer is right; ``None`` until it is told, and always of a decision."""
        told = questions.judged(self.state)
        return None if told is None or told.state == "weighed" else told.state == "right"


class Exercise(Explorer):
    """An exercise: build an answer, as often as you like, and let the model replay it.

    Parameters
    ----------
    exercise:
        The name of one of the course's, ``"03.2"`` for the second of chapter 03, or a mapping with
        the same parts as in `data/course`.
    answer:
        An answer from Python, checked at once: text, a number, rows, a map, or a scenario.  ``...``
        (not filled in yet) counts as none.

    Attributes
    ----------
    right:
        Whether the answer is right; ``None`` where it is missing or unchanged.

    >>> Exercise("00.1", "1000 1125 1").right
    True
    """

    def __init__(
        self, exercise: str | Mapping[str, Any], answer: Any = None, **layout: Any
    ) -> None:
        state = exercises.first(exercise)
        given = None if answer is ... else answer
        if answer is not None:
            for part, value in (("given", given), ("checked", True)):
                for event in exercises.setting(state, part, value):
                    state = exercises.update(state, event)
        super().__init__("exercise", state, **layout)
        self.observe(lambda _: self._note(), "checked")
        self._note()

    def _note(self) -> None:
        """Write down what is checked."""
        if self.checked and self.right is not None:
            note("exercise", self.state.exercise, self.right)

    @property
    def right(self) -> bool | None:
        """Whether the answer as it stands is right; ``None`` where it is missing or unchanged."""
        told = judge(exercises.of(self.state), self.state.given).state
        return {"right": True, "wrong": False}.get(told)
