# SPDX-License-Identifier: BSD-3-Clause
"""
The page itself
===============

A case drawn and recorded, links to every explorer and every case, the course as chapters to read,
and Python as one packed text at the very end: it is read when everything else is on screen.
"""

from __future__ import annotations

import base64
import gzip
import json
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

from kfuncviz import front
from kfuncviz.explorers.engine.exports import made
from kfuncviz.explorers.engine.moving import steady
from kfuncviz.explorers.engine.recorded import Keep, record
from kfuncviz.explorers.engine.registry import EXPLORERS, explorer
from kfuncviz.explorers.engine.shared import shown
from kfuncviz.explorers.engine.tokens import encode
from kfuncviz.scenario.load import gallery, load
from tools.chapters import Chapter
from tools.page import texts

#: What is on screen first.
CASE = "home-on-a-stick"
#: How wide it is drawn, in pixels: for a window that is wide enough, and for any other.
WIDTHS = {"wide": 860, "narrow": 320}
#: The most bytes of the page.
PAGE_MAX = 10_000_000
#: The page may load nothing; Python comes out of its own text.
_ASKS_NOBODY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:; worker-src data:; "
    "script-src 'unsafe-inline' 'wasm-unsafe-eval' 'unsafe-eval' blob: data:; connect-src blob:"
)
_HERE = Path(__file__).parent
#: What is said until the page's program says something else.
STILL = "In a browser without JavaScript modules this is one picture that stands still."
SETUP = (_HERE / "answers.py").read_text("utf-8")
_STYLE = (_HERE / "page.css").read_text("utf-8")
_THEME = (_HERE / "theme.js").read_text("utf-8")


def page(
    payload: str, says: str, keep: Keep = "ids", chapters: Sequence[Chapter] | None = None
) -> str:
    """The whole kit as one HTML file.

    ``payload`` is what :func:`packed` makes, ``says`` a line about what is inside; ``chapters`` are
    those of the course, by default all of them, recorded now.
    """
    read = texts.course() if chapters is None else chapters
    state = explorer("ownership").first(CASE)
    return sheet("ownership", state, payload, f"{made(load(CASE))}; {says}", keep, SETUP, read)


def sheet(
    name: str,
    state: Any,
    payload: str,
    says: str,
    keep: Keep,
    setup: str,
    chapters: Sequence[Chapter] = (),
) -> str:
    """A page that opens with a state of an explorer; ``setup`` is the program that answers."""
    drawn = {place: regions(name, state, width) for place, width in WIDTHS.items()}
    records = {place: record(name, state, width, keep) for place, width in WIDTHS.items()}
    token = encode(name, state)
    _, question = about(name)
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="{_ASKS_NOBODY}">
<title>kfuncviz</title>
<style>{front.stylesheet()}
{_STYLE}</style>
<body>
<script>{_THEME}</script>
<header class="kfv-page">
<nav id="links" aria-label="Contents">{"".join(_links(name, chapters))}</nav>
<p id="status" role="status">{STILL}</p>
</header>
<main id="explorers">
<div class="kfv-page kfv-title"><h1>kfuncviz</h1> <h2 id="question">{escape(question)}</h2></div>
{"".join(_explorer(place, html) for place, html in drawn.items())}</main>
<main id="chapter" class="kfv-page kfv-text" hidden></main>
<footer class="kfv-page kfv-note"><p>{escape(says)}</p></footer>
{"".join(record_block(place, token, record) for place, record in records.items())}
<script type="text/plain" id="chapters">{_packed(texts.pages(chapters))}</script>
<script type="text/plain" id="worker">{front.worker()}</script>
<script type="text/plain" id="setup">{setup}</script>
<script type="module" async>
{front.module("pyodide")}
const block = (id) => document.getElementById(id);
await openPyodide([block("wide"), block("narrow")], block);
</script>
<script type="text/plain" id="payload">{payload}</script>
</html>
"""


def packed(parts: Mapping[str, bytes]) -> str:
    """Parts as one text: how they are laid out says kfuncviz/front/worker.js."""
    sizes = json.dumps([[name, len(data)] for name, data in parts.items()]).encode()
    return _zipped(struct.pack("<I", len(sizes)) + sizes + b"".join(parts.values()))


def about(name: str) -> tuple[str, str]:
    """What an explorer is called, and the question it answers: the title of its module."""
    lines = (explorer(name).__doc__ or f"\n{name}").strip().splitlines()
    title, _, question = lines[0].partition(": ")
    question = question or title
    return title, question[0].upper() + question[1:]


def _links(here: str, chapters: Sequence[Chapter]) -> Iterator[str]:
    yield from _computed(here)
    yield from _course(chapters)


def _computed(here: str) -> Iterator[str]:
    """Links to what Python has to draw."""
    yield '<div id="computed"><ul aria-label="Explorers">'
    for name in EXPLORERS:
        title, question = about(name)
        current = " aria-current" if name == here else ""
        current += ' id="map"' if name == "course" else ""
        yield (
            f'<li><a href="#{opening(name)}" data-explorer="{name}" '
            f'data-question="{escape(question)}"{current}>{escape(title)}</a></li>'
        )
    yield "</ul><details><summary>Cases</summary><ul>"
    for case in gallery():
        title = str(load(case).get("title") or case)
        yield f'<li><a href="#{opening("ownership", case)}">{escape(title)}</a></li>'
    yield "</ul></details></div>"


def _course(chapters: Sequence[Chapter]) -> Iterator[str]:
    yield "<details><summary>Chapters</summary><ol>"
    for chapter in chapters:
        address = texts.address(chapter.number)
        yield (
            f'<li value="{int(chapter.number)}"><a href="{address}" '
            f'data-chapter="{chapter.number}">{escape(chapter.title)}</a></li>'
        )
    yield "</ol></details>"


def opening(name: str, case: str = CASE) -> str:
    """The token of the state an explorer opens with in a page that holds the chapters."""
    module = explorer(name)
    shows_a_case = "scenario" in module.to_json(module.State())
    state = module.first(case if shows_a_case else None)
    return encode(name, replace(state, links="page") if name == "course" else state)


def _explorer(place: str, drawn: str) -> str:
    return f'<div id="{place}" class="kfv-explorer">{drawn}</div>'


def regions(name: str, state: Any, width: int) -> str:
    """The first frame of a state, drawn for a width in pixels: HTML."""
    return "".join(
        f'<div data-region="{region}">{steady(html)}</div>'
        for region, html in shown(name, state, width).regions.items()
    )


def record_block(place: str, token: str, recorded: Mapping[str, Any]) -> str:
    """The element that holds a record, of the root of that id."""
    text = _packed(recorded)
    return f'<script type="text/plain" id="record-{place}" data-token="{token}">{text}</script>\n'


def _packed(data: Mapping[str, Any]) -> str:
    return _zipped(json.dumps(data, separators=(",", ":")).encode())


def _zipped(data: bytes) -> str:
    return base64.b64encode(gzip.compress(data, 9, mtime=0)).decode()
