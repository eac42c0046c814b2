# SPDX-License-Identifier: BSD-3-Clause
"""
A page for every explorer, and the first page of all
====================================================

Each is drawn, with recorded frames that answer at once; then the library itself answers.  Behind
``#`` any of them opens any token.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from importlib.metadata import version

from kfuncviz.explorers.engine import tokens
from kfuncviz.explorers.engine.recorded import Keep, record
from kfuncviz.explorers.engine.registry import EXPLORERS
from tools.page import sheet
from tools.page.inputs import PYODIDE
from tools.site.shell import page, program, relative

#: The explorer that is a room of its own.
COURSE = "course"
_ABOUT = """<p>On Linux a file's owner is a number, and which number you see depends on where you
stand: user namespaces, filesystem idmappings and idmapped mounts each translate it. This is an
exact model of that. Press a switch, type an id, edit a map.</p>"""
#: What the first page offers besides its picture.
_OFFERS = {
    "course/index.html": (
        "Course",
        "chapters of a quarter of an hour; each begins with a question",
    ),
    "gallery/index.html": ("Gallery", "the cases people ask about, as pictures, files and text"),
    "lite/lab/index.html": ("JupyterLite", "the notebooks themselves, with Python in the browser"),
    "docs/index.html": ("Documents", "for whoever leads a room, and for whoever answers a mail"),
    "reference/index.html": ("Library", "every module of the library, from its docstrings"),
    "data/index.html": ("Data", "the history of kfuncs and of the idmap's interfaces, as files"),
}


def pages(keep: Keep = "events") -> Iterator[tuple[str, str]]:
    """The address of each page, and the page; ``keep`` is what is recorded of each explorer."""
    offers = "".join(
        f'<li><a href="{to}">{name}</a>: {told}</li>' for to, (name, told) in _OFFERS.items()
    )
    below = f"<h2>What else is here</h2><ul>{offers}</ul>"
    yield "index.html", _page("index.html", "ownership", "kfuncviz", keep, _ABOUT, below)
    for name in EXPLORERS:
        if name == COURSE:
            continue
        yield address(name), _page(address(name), name, sheet.about(name)[0], keep)


def address(name: str) -> str:
    """Where the page of an explorer is, from the site's root.

    >>> address("doctor"), address("course")
    ('explorers/doctor.html', 'course/index.html')
    """
    return "course/index.html" if name == COURSE else f"explorers/{name}.html"


def _page(at: str, name: str, title: str, keep: Keep, above: str = "", below: str = "") -> str:
    token = sheet.opening(name)
    _, state = tokens.decode(token)
    drawn = "".join(
        f'<div id="{place}" class="kfv-explorer" data-drawn>'
        f"{sheet.regions(name, state, width)}</div>"
        for place, width in sheet.WIDTHS.items()
    )
    records = "".join(
        sheet.record_block(place, token, record(name, state, width, keep))
        for place, width in sheet.WIDTHS.items()
    )
    body = f"""<h1 id="question">{escape(sheet.about(name)[1])}</h1>{above}
<nav id="links" aria-label="Explorers"><ul>{"".join(_links(at, name))}</ul></nav>
<p id="status" role="status">{sheet.STILL}</p>
<div>{drawn}</div>{below}
<p class="kfv-note">{inside()}</p>"""
    return page(at, title, body, records + program("explorer", at))


def inside() -> str:
    """A line about what makes the pictures: versions and licences."""
    return (
        f"kfuncviz {version('kfuncviz')} (BSD-3-Clause); inside: Pyodide {PYODIDE.version} "
        "(MPL-2.0), PyYAML (MIT), the standard library of Python (PSF-2.0). Nothing is sent."
    )


def _links(at: str, here: str) -> Iterator[str]:
    for name in EXPLORERS:
        title, question = sheet.about(name)
        current = " aria-current" if name == here else ""
        yield (
            f'<li><a href="{relative(address(name), at)}" data-explorer="{name}" '
            f'data-question="{escape(question)}"{current}>{escape(title)}</a></li>'
        )
