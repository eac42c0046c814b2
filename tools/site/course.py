# SPDX-License-Identifier: BSD-3-Clause
"""
The course as pages, and as notebooks for JupyterLite
=====================================================

A chapter that needs pandas says so first, in both: what it shows is then as it was recorded.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise
from pathlib import Path

import nbformat

from kfuncviz.learn.course import numbers
from kfuncviz.learn.rail import rail
from tools.chapters import Chapter, Code, Shown, chapters, html, read, recorded
from tools.site.explorers import address
from tools.site.shell import page, program, relative

_AT = "course/index.html"
_RECORDED = (
    "**Running this chapter needs pandas, which is not here.** What its cells show is as it was "
    "recorded; a cell that needs pandas says so when it is run."
)


def recorded_course() -> list[Chapter]:
    """The chapters of the course, with what running them shows."""
    return [recorded(read(notebook)) for notebook in chapters()]


def pages(course: Sequence[Chapter]) -> Iterator[tuple[str, str]]:
    """The address of each page, and the page."""
    files = {chapter.number: _file(chapter) for chapter in course}
    lite = relative("lite/lab/index.html", _AT)
    body = f"""<h1>Course</h1>
<div class="kfv-explorer">{rail((), lambda name: files.get(name) or _exit(name))}</div>
{_unmapped(course)}{_as_recorded(course)}
<p>All of it as notebooks, with Python in the browser: <a href="{lite}">JupyterLite</a>.</p>"""
    yield _AT, page(_AT, "Course", body)
    for chapter in course:
        at = f"course/{_file(chapter)}"
        yield at, page(at, chapter.title, _body(chapter, files, at), program("chapter", at))


def _exit(name: str) -> str:
    """The way out of the course that has a name: an explorer."""
    return relative(address(name), _AT)


def _unmapped(course: Sequence[Chapter]) -> str:
    """The chapters that the map does not know."""
    listed = "".join(
        f'<li value="{int(chapter.number)}"><a href="{_file(chapter)}">{escape(chapter.title)}</a>'
        for chapter in course
        if chapter.number not in numbers()
    )
    return listed and f"<h2>More chapters</h2><ol>{listed}</ol>"


def _as_recorded(course: Sequence[Chapter]) -> str:
    needy = ", ".join(chapter.number for chapter in course if chapter.pandas)
    return needy and f"<p>As recorded, since running them needs pandas: the figures of {needy}.</p>"


def _body(chapter: Chapter, files: dict[str, str], at: str) -> str:
    lite = f"{relative('lite/notebooks/index.html', at)}?path={chapter.notebook.name}"
    but = " (where its figures stay as recorded: they need pandas)" if chapter.pandas else ""
    return f"""<p><a id="run" href="{lite}">Run this chapter in JupyterLite</a>{but}</p>
<p id="status" role="status">Explorers and questions answer when Python is up.</p>
<article id="chapter" class="kfv-text">{html(chapter, files.__getitem__)}</article>"""


def _file(chapter: Chapter) -> str:
    return f"{chapter.notebook.stem}.html"


def notebooks(course: Sequence[Chapter], out: Path) -> None:
    """Write the notebooks as JupyterLite opens them to a folder.

    One that needs pandas says so first and holds what its cells showed when they were recorded.
    """
    for chapter in course:
        notebook = nbformat.read(chapter.notebook, as_version=4)
        if chapter.pandas:
            _record(notebook, chapter)
        # nbformat would leave out that what is recorded is ours, and pictures are not shown else.
        (out / chapter.notebook.name).write_text(json.dumps(notebook), "utf-8")


def _record(notebook: nbformat.NotebookNode, chapter: Chapter) -> None:
    shown = {
        part.source: before.html
        for before, part in pairwise(chapter.parts)
        if isinstance(before, Shown) and isinstance(part, Code)
    }
    for cell in notebook.cells:
        if cell.source in shown:
            data = {"text/html": shown[cell.source]}
            cell.outputs = [nbformat.v4.new_output("display_data", data)]
            cell.metadata["trusted"] = True
    notebook.cells.insert(1, nbformat.v4.new_markdown_cell(_RECORDED, id="recorded"))
