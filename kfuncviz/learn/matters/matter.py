# SPDX-License-Identifier: BSD-3-Clause
"""
Matter: what a question is about, where it is not the way of an id
==================================================================

A matter knows its key, and never from a file: it asks the model, the verifier, the contracts, the
recorded history or the thread.  It knows the slips that give other answers, and what is to be said
and drawn once an answer is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, Protocol


class Slip(NamedTuple):
    """A way to come to another answer: its name, that answer, what was done, and what is so."""

    name: str
    answer: str
    told: str
    instead: str


class Matter(Protocol):
    """What a question can be about; ``voice`` is who answers, as a sentence begins with it.

    Each raises ValueError where the data or the model has no answer.
    """

    voice: str

    def key(self) -> str:
        """The answer as somebody would write it."""

    def choices(self) -> tuple[str, ...]:
        """What is offered where a question names no choices, beside the key and the slips."""

    def slips(self) -> Iterator[Slip]:
        """The slips that give an answer other than the key, the likeliest first."""

    def told(self) -> Iterator[str]:
        """What is said with the answer: why, and the source."""

    def hints(self) -> Mapping[str, str]:
        """A few words under an answer that needs them."""

    def drawn(self, width: int) -> str:
        """The answer as a picture, HTML; empty where there is none."""

    def table(self) -> list[dict[str, str]]:
        """The numbers of the picture."""


class Plain:
    """A matter that is words and numbers alone: no picture, no choices of its own, no hints."""

    def choices(self) -> tuple[str, ...]:
        """None but the key and the slips."""
        return ()

    def slips(self) -> Iterator[Slip]:
        """None known."""
        return iter(())

    def hints(self) -> Mapping[str, str]:
        """None needed."""
        return {}

    def drawn(self, width: int) -> str:
        """No picture."""
        del width
        return ""

    def table(self) -> list[dict[str, str]]:
        """No picture, no numbers of one."""
        return []
