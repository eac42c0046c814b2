# SPDX-License-Identifier: BSD-3-Clause
"""
The vocabulary of the contracts: exposures, changes, rules, cells
=================================================================

An :class:`Exposure` is a way to let code outside ask the kernel something, a :class:`Change` a real
event of the kernel's history made of :class:`Facet` s, a :class:`ContractRule` says how a facet
reaches an exposure, and a :class:`Cell` is what follows.  Nothing is computed here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kfuncviz.kfuncs.known import HistoryRows

Outcome = Literal["holds", "adapts", "rebuild", "edit", "partly", "breaks", "wrong", "not there"]
ExposureKind = Literal["answer", "symbol", "probe", "none"]
About = Literal["inside", "elsewhere"]

#: What a change is about, in words: the two must not be counted as one.
ABOUT: dict[About, str] = {
    "inside": "the idmap's inside: functions, structures, and what a reader of them walks",
    "elsewhere": "rules and kfuncs elsewhere",
}

#: The sign of each outcome, for pictures and text.
GLYPHS: dict[Outcome, str] = {
    "holds": "✓",
    "adapts": "≈",
    "rebuild": "↻",
    "edit": "✎",
    "partly": "◐",
    "breaks": "✗",
    "wrong": "⚠",
    "not there": "·",
}

#: What each outcome asks of the code outside.
MEANINGS: dict[Outcome, str] = {
    "holds": "nothing to do",
    "adapts": "by itself",
    "rebuild": "compile again",
    "edit": "change the source",
    "partly": "some are refused",
    "breaks": "refuses to load or to work",
    "wrong": "runs, misleads",
    "not there": "did not exist yet",
}


@dataclass(frozen=True)
class Statement:
    """What a document or a decision says, paraphrased: where, in which section and releases."""

    document: str
    section: str
    releases: str
    says: str


@dataclass(frozen=True)
class Measurement:
    """What history shows beside what was said."""

    text: str
    source: str
    rows: HistoryRows


@dataclass(frozen=True)
class Exposure:
    """A way to be asked, and its contract.

    ``who`` may change it, which ``notice`` is owed, what breaks ``in_tree``, ``out_of_tree`` and
    for ``users``, and how it ``shows``.  ``kind``: "answer" for code in the tree that stands
    between, "symbol" for a function modules link to, "probe" for looking in from outside.
    """

    id: str
    title: str
    short: str
    kind: ExposureKind
    since: str
    glue: str
    who: str
    notice: str
    in_tree: str
    out_of_tree: str
    users: str
    shows: str
    says: tuple[Statement, ...]
    measured: Measurement


@dataclass(frozen=True)
class Facet:
    """One thing a change did: to a ``surface`` (function, member, kfunc ...), of some ``kind``."""

    surface: str
    kind: str
    what: str


@dataclass(frozen=True)
class Change:
    """A change that happened: in which release, what it did, and where that can be read.

    ``about`` tells the idmap's "inside" and "elsewhere" apart, see :data:`ABOUT`.
    """

    id: str
    release: str
    about: About
    title: str
    what: str
    facets: tuple[Facet, ...]
    in_tree: str
    sources: tuple[str, ...]
    rows: HistoryRows
    note: str


@dataclass(frozen=True)
class ContractRule:
    """Facets of these kinds on this surface give this outcome for these exposures, and why."""

    id: str
    exposures: tuple[str, ...]
    surfaces: tuple[str, ...]
    kinds: tuple[str, ...]
    outcome: Outcome
    why: str


@dataclass(frozen=True)
class Payers:
    """Who has to do what: code in the tree, code outside it, users, maintainers."""

    in_tree: str
    out_of_tree: str
    users: str
    maintainers: str


@dataclass(frozen=True)
class Cell:
    """What a change means for an exposure, by which rule, and who pays.

    >>> from kfuncviz.kfuncs.contracts import consequence
    >>> cell = consequence("fentry-core", "own-maps-6.8")
    >>> cell.outcome, cell.glyph, cell.rule
    ('breaks', '✗', 'relocation-fails')
    """

    exposure: str
    change: str
    outcome: Outcome
    why: str
    rule: str
    payers: Payers

    @property
    def glyph(self) -> str:
        """The outcome's sign."""
        return GLYPHS[self.outcome]
