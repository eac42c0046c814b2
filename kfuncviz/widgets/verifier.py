# SPDX-License-Identifier: BSD-3-Clause
"""
The verifier's verdict: guess it
================================

The answer is the bench of :mod:`kfuncviz.render.bench`; what it says is the verifier model's.
"""

from __future__ import annotations

from kfuncviz.kfuncs.verifier import Asked
from kfuncviz.render import bench
from kfuncviz.render.bench import Returned
from kfuncviz.widgets.guess import Guess


def draw(asked: Asked, width: int, value: Returned = None) -> str:
    """The bench of a call as HTML, ``width`` pixels wide.

    >>> from kfuncviz.kfuncs.verifier import ask
    >>> hook = "file, handed to an LSM hook"
    >>> "accepted" in draw(ask("bpf_get_file_vfs_ids", "LSM", hook, "7.0"), 400)
    True
    """
    return bench.html(asked.fn, value, asked.verdict, asked.args, width=width)


class GuessCall(Guess):
    """Accepted or rejected?  The bench opens with the answer.

    >>> from kfuncviz.kfuncs.verifier import ask
    >>> hook = "file, handed to an LSM hook"
    >>> guess = GuessCall("Accepted?", ask("bpf_get_file_vfs_ids", "LSM", hook, "7.0"))
    >>> guess.choice.value = "accepted"; guess.check.click()
    >>> guess.right
    True
    """

    def __init__(self, question: str, asked: Asked) -> None:
        right = "accepted" if asked.verdict.accept else "rejected"
        super().__init__(
            question, ["accepted", "rejected"], right, answer=lambda width: draw(asked, width)
        )
