# SPDX-License-Identifier: BSD-3-Clause
"""
The lives in words: a sentence with numbers, the notes, and a table
===================================================================

What a reader who cannot see the picture must hear, and what every picture says about itself: how
many, over which time, what counts as a change, and where the rows are from.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from kfuncviz.render.kit.fit import width
from kfuncviz.render.lifetimes.rows import CHANGED

if TYPE_CHECKING:
    import pandas as pd

_HEADS = ("kfunc", "born", "changed", "gone", "successor")
SOURCE = "data/history/kfuncs.csv.gz, neighbouring releases compared row by row"


def title(lives: pd.DataFrame) -> str:
    """What is drawn, filters included.

    >>> from kfuncviz import evidence
    >>> from kfuncviz.render.lifetimes.picture import lives
    >>> title(lives(evidence.kfuncs(), evidence.changes(), file="fs/"))
    'Lifetimes of kfuncs defined under fs/'
    """
    kept = lives.attrs["kept"]
    return f"Lifetimes of kfuncs {kept}" if kept else "Lifetimes of all kfuncs"


def sentence(lives: pd.DataFrame) -> str:
    """How many are alive, gone, back, and changed, in one sentence.

    >>> from kfuncviz import evidence
    >>> from kfuncviz.render.lifetimes.picture import lives
    >>> print(sentence(lives(evidence.kfuncs(), evidence.changes(), file="fs/")))
    15 kfuncs, 5.13 to 7.3: 15 registered in 7.3, 0 gone; 2 changed, 2 changes in all.
    """
    first, last = lives.attrs["releases"][0], lives.attrs["releases"][-1]
    if lives.empty:
        return f"No kfunc from {first} to {last} matches."
    newest = lives.drop_duplicates("kfunc", keep="last")
    gone = newest[newest["died"] != ""]
    back = len(lives) - len(newest)
    times = int(lives["changed"].map(len).sum())
    changed = lives.loc[lives["changed"].map(bool), "kfunc"].nunique()
    renamed = int(gone["renamed"].sum())
    parts = [
        f"{_many(len(newest), 'kfunc')}, {first} to {last}: "
        f"{len(newest) - len(gone)} registered in {last}, {len(gone)} gone"
        + (f" ({renamed} left a successor under another name)" if renamed else ""),
        f"{back} gone and back again" if back else "",
        f"{changed} changed, {_many(times, 'change')} in all" if times else "none changed",
    ]
    return "; ".join(part for part in parts if part) + "."


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def notes(lives: pd.DataFrame) -> list[str]:
    """The lines under the picture: n, period, definition, source."""
    releases, counted = lives.attrs["releases"], lives.attrs["counted"]
    shown = lives["kfunc"].nunique()
    definition = (
        "born, gone: first release with and without the name (renamed: a successor under another "
        f"name came); changed: {CHANGED[counted]}"
    )
    return [
        f"n: {shown} of {lives.attrs['total']} kfuncs",
        f"period: {releases[0]} to {releases[-1]}, {len(releases)} releases",
        f"definition: {definition}",
        f"source: {SOURCE}",
    ]


def wrapped(text: str, room: float, size: float) -> list[str]:
    """``text`` broken at blanks into lines of at most ``room`` pixels.

    >>> wrapped("born, changed, gone", 100, 13)
    ['born, changed,', 'gone']
    """
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, size, mono=False) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def table(lives: pd.DataFrame) -> list[dict[str, str]]:
    """The picture's twin, one dictionary a life: kfunc, born, changed, gone, successor.

    >>> from kfuncviz import evidence
    >>> from kfuncviz.render.lifetimes.picture import lives
    >>> table(lives(evidence.kfuncs(), evidence.changes(), text="kptr_xchg"))
    []
    """
    columns = [lives[name] for name in ("kfunc", "born", "changed", "died", "renamed")]
    return [dict(zip(_HEADS, _cells(*life), strict=True)) for life in zip(*columns, strict=True)]


def _cells(
    name: str, born: str, changed: tuple[str, ...], died: str, renamed: bool
) -> tuple[str, ...]:
    return name, born, ", ".join(changed), died or "alive", "yes" if renamed else ""


def table_html(lives: pd.DataFrame) -> str:
    """The table as HTML, with a caption that says the sentence."""
    head = "".join(f'<th scope="col">{name}</th>' for name in _HEADS)
    body = "".join(_html_row(line) for line in table(lives))
    caption = f"<caption>{escape(title(lives))}. {escape(sentence(lives))}</caption>"
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _html_row(line: dict[str, str]) -> str:
    name, *cells = (escape(line[head]) for head in _HEADS)
    rest = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr><th scope="row"><code>{name}</code></th>{rest}</tr>'
