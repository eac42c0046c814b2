# SPDX-License-Identifier: BSD-3-Clause
"""
The lives in words: a title, a sentence with numbers, and the notes
===================================================================

What a reader who cannot see the picture must hear, and what every picture says about itself: how
many, over which time, what counts as a change, and where the rows are from.
"""

from __future__ import annotations

from collections.abc import Iterable

from kfuncviz.evidence.history.lives import Life, Lives

SOURCE = "data/history/kfuncs.csv.gz, neighbouring releases compared row by row"
#: What each kind of change is, in words.
KINDS = {
    "prototype": "argument count or a type that a BPF program sees differs",
    "const": "only const or a __suffix of the prototype differs",
    "stricter": "flags ask for more",
    "loosened": "flags ask for no more than before",
    "narrowed": "a program type lost it",
    "widened": "more program types may call it",
}
_ONLY = {"all": "", "changed": "that changed", "gone": "that were gone once"}


def ended(life: Life) -> str:
    """How and when a life ended; empty while it goes on.

    >>> ended(Life("scx_bpf_dispatch", "6.12", "6.17", (), True))
    'renamed 6.17'
    """
    return f"{'renamed' if life.renamed else 'gone'} {life.died}" if life.died else ""


def told(kfunc: Iterable[Life]) -> str:
    """The lives of one kfunc, in their order.

    >>> told([Life("bpf_x", "6.1", "6.3", (), False), Life("bpf_x", "6.5", "", ("6.6",), False)])
    'born 6.1, gone 6.3; back again: born 6.5, changed 6.6, alive'
    """
    return "; back again: ".join(
        f"born {life.born}, "
        + (f"changed {', '.join(life.changed)}, " if life.changed else "")
        + (ended(life) or "alive")
        for life in kfunc
    )


def title(lives: Lives) -> str:
    """What is drawn, filters included.

    >>> from kfuncviz import evidence
    >>> title(evidence.lives(file="fs/"))
    'Lifetimes of kfuncs defined under fs/'
    """
    parts = (
        f"open to {lives.program_type} programs" if lives.program_type else "",
        f"defined under {lives.file}" if lives.file else "",
        f"with {lives.flag}" if lives.flag else "",
        f"with {lives.text!r} in the name" if lives.text else "",
        _ONLY[lives.only],
    )
    kept = ", ".join(part for part in parts if part)
    return f"Lifetimes of kfuncs {kept}" if kept else "Lifetimes of all kfuncs"


def sentence(lives: Lives) -> str:
    """How many are alive, gone, back, and changed, in one sentence.

    >>> from kfuncviz import evidence
    >>> print(sentence(evidence.lives(file="fs/")))
    15 kfuncs, 5.13 to 7.3: 15 registered in 7.3, 0 gone; 2 changed, 2 changes in all.
    """
    first, last = lives.releases[0], lives.releases[-1]
    if not lives.lives:
        return f"No kfunc from {first} to {last} matches."
    newest = {life.kfunc: life for life in lives.lives}.values()
    gone = [life for life in newest if life.died]
    renamed = sum(life.renamed for life in gone)
    back = len(lives.lives) - len(newest)
    changed = len({life.kfunc for life in lives.lives if life.changed})
    times = sum(len(life.changed) for life in lives.lives)
    parts = (
        f"{_many(len(newest), 'kfunc')}, {first} to {last}: "
        f"{len(newest) - len(gone)} registered in {last}, {len(gone)} gone"
        + (f" ({renamed} left a successor under another name)" if renamed else ""),
        f"{back} gone and back again" if back else "",
        f"{changed} changed, {_many(times, 'change')} in all" if times else "none changed",
    )
    return "; ".join(part for part in parts if part) + "."


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def notes(lives: Lives) -> list[str]:
    """The lines under the picture: n, period, definition, source.

    >>> from kfuncviz import evidence
    >>> notes(evidence.lives(file="fs/"))[0]
    'n: 15 of 372 kfuncs'
    """
    releases = lives.releases
    definition = (
        "born, gone: first release with and without the name (renamed: a successor under another "
        f"name came); changed: {changes_counted(lives)}"
    )
    return [
        f"n: {len({life.kfunc for life in lives.lives})} of {lives.total} kfuncs",
        f"period: {releases[0]} to {releases[-1]}, {len(releases)} releases",
        f"definition: {definition}",
        f"source: {SOURCE}",
    ]


def changes_counted(lives: Lives) -> str:
    """What counts as a change, in words.

    >>> from kfuncviz import evidence
    >>> changes_counted(evidence.lives(kinds=()))
    'nothing counts'
    """
    if len(lives.kinds) == len(KINDS):
        return "prototype (const and __suffix included), flags or program types differ"
    return "; ".join(KINDS[kind] for kind in KINDS if kind in lives.kinds) or "nothing counts"
