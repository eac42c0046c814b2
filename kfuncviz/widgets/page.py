# SPDX-License-Identifier: BSD-3-Clause
"""
Page: what a notebook shows besides explorers and questions
===========================================================

Tables, figures, what a wrapper returns, and pictures that follow the width of their page.  Each has
words for a terminal; whatever in it can have the focus keeps its keys from the notebook.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from kfuncviz import kfuncs
from kfuncviz.evidence.questions import QUESTIONS
from kfuncviz.explorers.question import fair_readings
from kfuncviz.kfuncs.known import look_up
from kfuncviz.kfuncs.verifier import kfunc
from kfuncviz.render import bench, exhibit
from kfuncviz.render.bench.words import Returned as Value
from kfuncviz.render.kit.markup import fold, keeping_keys
from kfuncviz.render.kit.tabular import Row, table_html
from kfuncviz.render.question import readings as both
from kfuncviz.widgets.companion import Companion

if TYPE_CHECKING:
    import pandas as pd

    from kfuncviz.evidence import Exhibit

#: The release a wrapper's prototype is shown for: the thread's.
_PROPOSED = "6.5"
_WIDE = 800


class Part:
    """A part of a page: HTML for a notebook, words for a terminal.

    >>> Part("<b>yes</b>", "yes")
    yes
    """

    def __init__(self, html: str, words: str) -> None:
        self.html, self.words = html, words

    def _repr_html_(self) -> str:
        return keeping_keys(self.html)

    def __repr__(self) -> str:
        return self.words


def table(
    rows: Sequence[Row] | pd.DataFrame,
    caption: str,
    *,
    columns: Sequence[str] = (),
    code: Collection[str] = (),
) -> Part:
    """Rows, or a frame without its index, as a table; ``columns`` chooses and orders.

    ``code`` are the columns that hold C.  Raises KeyError for a column that is not there.

    >>> table([{"mount": "stick", "idmapped": True}], "Which?", columns=["idmapped"])
    Which?
    idmapped: True
    """
    given: Sequence[Any] = rows if isinstance(rows, Sequence) else rows.to_dict("records")
    chosen = [{name: row[name] for name in columns or row} for row in given]
    lines = [", ".join(f"{name}: {value}" for name, value in row.items()) for row in chosen]
    return Part(table_html(chosen, caption, code=code), "\n".join([caption, *lines]))


def compare(answers: Mapping[str, Returned] | Sequence[Returned], caption: str) -> Part:
    """What wrappers returned, side by side: each under its label, or under the wrapper's name.

    >>> file = Returned("bpf_get_file_vfs_ids", 0x3e8_000003e8)
    >>> compare({"the letter": file}, "Who owns it?")
    Who owns it?
    asked: the letter, returns: uid 1000, gid 1000
    """
    named = answers if isinstance(answers, Mapping) else {each.name: each for each in answers}
    rows = [{"asked": label, "returns": answer.words} for label, answer in named.items()]
    return table(rows, caption)


def figure(answer: Exhibit | str, readings: str = "") -> Part:
    """A figure of the evidence in the colours of its page, its numbers folded under it.

    Parameters
    ----------
    answer:
        What a question of :mod:`kfuncviz.evidence` answers, or the question's name.
    readings:
        Under which name `data/questions` has what may fairly be read in it.  Where that is given,
        figure and readings are folded together, so that neither answers a question above it.

    Raises
    ------
    NotKnown
        For a name that is no question of the evidence, and for readings there are not.

    >>> figure("vfs_against_rest")
    VFS kfuncs and all others born since 6.8. 10 VFS kfuncs followed for 97 releases together (5 \
more came with 7.3); 211 others followed for 1464 releases together (11 more came with 7.3). 6.8 \
to 7.3, test kfuncs left out. The numbers are in the table.
    """
    shown = look_up("figure", answer, QUESTIONS)() if isinstance(answer, str) else answer
    html, words = figure_html(shown), exhibit.sentence(shown)
    if not readings:
        return Part(html, words)
    fair = fair_readings(readings)
    told = "\n".join(f"- {lead} {text}" for lead, text in fair.items())
    folded = fold(f"When you have answered: {shown.table.attrs['title']}", html + both(fair))
    return Part(folded, f"{words}\n{told}")


def figure_html(answer: Exhibit) -> str:
    """The same as HTML.

    >>> from kfuncviz import evidence
    >>> figure_html(evidence.vfs_against_rest())[:22]
    '<div class="kfv-fig"><'
    """
    return exhibit.html(answer)


@dataclass(frozen=True)
class Returned:
    """What a wrapper returned: shows as the bench draws it."""

    name: str
    value: Value

    @property
    def words(self) -> str:
        """The answer as a choice offers it: both ids, yes or no, or the type of a pointer.

        >>> Returned("bpf_get_file_vfs_ids", 0xffffffff_000003e8).words
        'uid 1000, gid 0xffffffff'
        """
        if isinstance(self.value, bool):
            return "yes" if self.value else "no"
        if isinstance(self.value, int):
            uid, gid = kfuncs.split_vfs_ids(self.value)
            return f"uid {_half(uid)}, gid {_half(gid)}"
        return "a struct mnt_idmap *"

    def draw(self, width: int) -> str:
        """The picture, ``width`` pixels wide, with its table folded under it."""
        return bench.html(kfunc(self.name, _PROPOSED), self.value, width=min(width, _WIDE))

    def _repr_html_(self) -> str:
        return keeping_keys(self.draw(_WIDE))

    def __repr__(self) -> str:
        return f"{self.name}: {self.words}"


def _half(id: int | None) -> str:
    return "0xffffffff" if id is None else str(id)


def returned(name: str, *args: object) -> Returned:
    """Call one of the four wrappers of :mod:`kfuncviz.kfuncs`.

    >>> from kfuncviz.api import Scenario
    >>> returned("bpf_get_file_vfs_ids", Scenario("home-on-a-stick").open("home", via="stick"))
    bpf_get_file_vfs_ids: uid 1125, gid 1125
    """
    return Returned(name, getattr(kfuncs, name)(*args))


class Drawn(w.VBox):  # type: ignore[misc]
    """A picture that is drawn anew for the width of its page.

    ``draw`` makes its HTML for a width in pixels; ``above`` are controls that stand over it.

    >>> Drawn(lambda width: f"{width} wide").picture.value
    '960 wide'
    """

    def __init__(self, draw: Callable[[int], str], *above: Any) -> None:
        self.picture, self.companion = w.HTML(), Companion()
        self.picture.add_class("kfv-fig")
        self._draw = draw
        self.companion.observe(self._paint, "width")
        self._paint()
        super().__init__([*above, self.picture, self.companion])
        self.add_class("kfv-explorer")

    def _paint(self, _: Any = None) -> None:
        self.picture.value = self._draw(self.companion.drawn_width)
