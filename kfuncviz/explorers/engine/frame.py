# SPDX-License-Identifier: BSD-3-Clause
"""
Frame: what a state looks like
==============================

HTML by region for a page, and the same in words, rows and text for everything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True)
class Frame:
    """What an explorer draws: HTML and SVG by region, in the order of the page, and their twins.

    ``sentence`` is what a screen reader is told, ``table`` holds every number, ``text`` is for a
    mail.
    """

    regions: Mapping[str, str]
    sentence: str
    table: list[dict[str, str]]
    text: str


class Run(NamedTuple):
    """Ids that share a frame, from ``first`` to ``last``.

    In an element marked ``data-slot="NAME"`` stands the id plus ``slots[NAME]``.
    """

    first: int
    last: int
    slots: Mapping[str, int]


class Shown(NamedTuple):
    """A frame as a page gets it: in ``regions`` and ``said`` the numbers that move are marked.

    ``said`` is the sentence as HTML; ``run`` is ``None`` where no id is asked about.
    """

    regions: Mapping[str, str]
    sentence: str
    said: str
    run: Run | None


class Barred(NamedTuple):
    """Ids that cannot be asked about, from ``first`` to ``last``, and why."""

    first: int
    last: int
    why: str
