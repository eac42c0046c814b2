# SPDX-License-Identifier: BSD-3-Clause
"""
A chapter as HTML
=================

Headings have anchors (``chapter-01``, ``chapter-01-exercises``), links within a notebook lead to
them, links between notebooks become links between pages, and code is folded.  A place is a
``fieldset`` with ``data-token``: its frame is drawn, and disabled until a page's Python takes it
over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape
from typing import Any
from urllib.parse import unquote

import mistune

from kfuncviz.explorers.engine import tokens
from kfuncviz.explorers.engine.shared import shown
from tools.chapters.parts import Chapter, Code, Part, Place, Shown, Text

#: How wide a frame is drawn that nobody has taken over yet, in pixels.
WIDTH = 820
#: A page without pandas says so first.
RECORDED = (
    "Running this chapter needs pandas. Its figures and tables are shown as they were recorded; "
    "explorers and questions are live."
)
_NOTEBOOK = re.compile(r"(\d\d)-[\w-]+\.ipynb(#.*)?")


def html(chapter: Chapter, link: Callable[[str], str], width: int = WIDTH) -> str:
    """The body of a page: everything from the chapter's heading on.

    ``link`` says where another chapter is, by its number.

    >>> from tools.chapters import chapters, read
    >>> body = html(read(chapters()[1]), link="#{}".format)
    >>> body[:21], 'href="#02"' in body
    ('<h1 id="chapter-01">O', True)
    """
    write = mistune.create_markdown(
        escape=False, renderer=_Written(chapter.number, link), plugins=["table"]
    )
    head, end, rest = "\n".join(_part(part, write, width) for part in chapter.parts).partition(
        "</h1>"
    )
    said = f'\n<p class="kfv-recorded">{RECORDED}</p>' if chapter.pandas else ""
    return head + end + said + rest


def headings(body: str) -> Iterator[tuple[str, str]]:
    """The anchors and the words of a body's headings under the first.

    >>> [*headings('<h1 id="a">A</h1><h2 id="a-b-c">B <code>c</code></h2>')]
    [('a-b-c', 'B c')]
    """
    for found in re.finditer(r'<h2 id="([^"]+)">(.*?)</h2>', body):
        yield found[1], re.sub("<[^>]+>", "", found[2])


class _Written(mistune.HTMLRenderer):
    """Markdown of a notebook: anchors, tables that scroll, links to other chapters."""

    def __init__(self, number: str, link: Callable[[str], str]) -> None:
        super().__init__(escape=False)
        self._number, self._link, self._known = number, link, set[str]()

    def heading(self, text: str, level: int, **_: Any) -> str:
        stem = self._anchor(text if level > 1 else "")
        anchor, nth = stem, 1
        while anchor in self._known:
            nth += 1
            anchor = f"{stem}-{nth}"
        self._known.add(anchor)
        return f'<h{level} id="{anchor}">{text}</h{level}>\n'

    def _anchor(self, text: str) -> str:
        words = re.findall(r"[a-z0-9]+", re.sub(r"<[^>]+>|&\w+;", "", text).lower())
        return "-".join(["chapter", self._number, *words])

    def link(self, text: str, url: str, title: str | None = None) -> str:
        other = _NOTEBOOK.fullmatch(url)
        if other:
            return f'<a href="{escape(self._link(other[1]))}">{text}</a>'
        if url.startswith("#"):  # JupyterLab calls a heading by its text
            return f'<a href="#{self._anchor(unquote(url))}">{text}</a>'
        return super().link(text, url, title)


def _part(part: Part, write: Callable[[str], Any], width: int) -> str:
    match part:
        case Text(markdown):
            table = '<div class="kfv-table" tabindex="0" role="group" aria-label="table"><table>'
            told = str(write(markdown))
            told = told.replace("<th></th>", "<td></td>")  # the corner of a table heads nothing
            return told.replace("<table>", table).replace("</table>", "</table></div>")
        case Code(source):
            code = f'<pre tabindex="0"><code>{escape(source)}</code></pre>'
            return f'<details class="kfv-code"><summary>the code</summary>{code}</details>'
        case Shown(drawn):
            return f'<div class="kfv-explorer kfv-shown">{drawn}</div>'
        case Place():
            return _place(part, width)


def _place(place: Place, width: int) -> str:
    """An explorer's first frame, which says what it is: ``data-explorer``, ``data-token``."""
    name, state = tokens.decode(place.token)
    regions = "".join(
        f'<div data-region="{region}">{drawn}</div>'
        for region, drawn in shown(name, state, width).regions.items()
    )
    label = " ".join(filter(None, [name, getattr(state, name, None)]))
    return (
        f'<fieldset class="kfv-place" disabled aria-label="{escape(label)}" '
        f'data-explorer="{name}" data-token="{place.token}">'
        f'<div class="kfv-explorer">{regions}</div></fieldset>'
    )
