# SPDX-License-Identifier: BSD-3-Clause
"""
Question: one thing to predict
==============================

What is asked, the answers offered, and the right one.  The answer is computed by whoever asks, from
the model or the data; here it is only compared.
"""

from __future__ import annotations

from dataclasses import dataclass

from kfuncviz.kfuncs.known import document, look_up


@dataclass(frozen=True)
class Question:
    """A question with a few answers, one of them right.

    Parameters
    ----------
    text, choices:
        What is asked, and the answers offered, as plain text.
    correct:
        The right one of ``choices``.
    why:
        A sentence that goes with the answer.

    Raises
    ------
    ValueError
        Where none of the choices is right, or one is offered twice.

    >>> bits = Question("How many bits has an id?", ("16", "32"), "32", "It is a u32.")
    >>> bits.right("16"), bits.right("32")
    (False, True)
    """

    text: str
    choices: tuple[str, ...]
    correct: str
    why: str = ""

    def __post_init__(self) -> None:
        if self.correct not in self.choices:
            offered = ", ".join(map(repr, self.choices)) or "none"
            raise ValueError(
                f"the answer {self.correct!r} is not among the choices; offered: {offered}"
            )
        if len(set(self.choices)) < len(self.choices):
            raise ValueError(f"a choice is offered twice: {', '.join(map(repr, self.choices))}")

    def right(self, choice: str) -> bool:
        """Whether a guess is the right one; ValueError if it was not offered."""
        if choice not in self.choices:
            raise ValueError(f"{choice!r} is not among the choices: {', '.join(self.choices)}")
        return choice == self.correct


def fair_readings(name: str) -> dict[str, str]:
    """What may be read in an answer about the evidence: texts under the words they come down to.

    Raises NotKnown for a name that data/questions/readings.json does not have.

    >>> list(fair_readings("names-gone"))
    ['Names rarely go.', 'They do go.']
    """
    return look_up("readings", name, document("questions", "readings")["readings"])
