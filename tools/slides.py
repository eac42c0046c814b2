# SPDX-License-Identifier: BSD-3-Clause
"""
Slides from the notebooks' own cells
====================================

Each chapter becomes one page of slides: a heading begins a slide, and what its cells show stands
beside it as a picture.  Left and right arrow, Page Up and Page Down turn; nothing is fetched.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbconvert.filters.markdown import markdown2html

from kfuncviz.front import stylesheet

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
FOLDER = NOTEBOOKS.parent / "dist" / "slides"
HEADING = re.compile(r"^(?=##? )", re.MULTILINE)
#: To another chapter, which lies beside this one as slides.
_LINK = re.compile(r'(?<=href=")([\w-]+)\.ipynb(?=["#])')
STYLE = Path(__file__).with_name("slides.css")
SCRIPT = """
const slides = [...document.querySelectorAll("body > section")];
const turn = {ArrowRight: 1, PageDown: 1, " ": 1, ArrowLeft: -1, PageUp: -1};
addEventListener("keydown", (event) => {
  if (!(event.key in turn)) return;
  const here = slides.findIndex((slide) => slide.getBoundingClientRect().bottom > 8);
  const next = slides[here + turn[event.key]];
  if (next) { next.scrollIntoView(); event.preventDefault(); }
});
"""


def main() -> None:
    """Write the slides of the notebooks named, by default of all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    names = sys.argv[1:] or sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
    for name in names:
        notebook = nbformat.read(NOTEBOOKS / name, as_version=4)
        client = NotebookClient(notebook, kernel_name="python3", timeout=120)
        client.widget_registry = {}
        client.execute(cwd=str(NOTEBOOKS))
        file = FOLDER / f"{Path(name).stem}.html"
        file.write_text(page(notebook), encoding="utf-8")
        print(file)


def page(notebook: nbformat.NotebookNode) -> str:
    """An executed notebook as one HTML document of slides."""
    title = notebook.cells[0].source.splitlines()[0].lstrip("# ")
    slides = "".join(f"<section tabindex='-1'>{slide}</section>" for slide in split(notebook))
    style = stylesheet() + STYLE.read_text()
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{style}</style>'
        f"<body>{slides}<script>{SCRIPT}</script></body></html>"
    )


def split(notebook: nbformat.NotebookNode) -> Iterator[str]:
    """The HTML of each slide: a heading begins one, what is shown below it belongs to it."""
    slide: list[str] = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            slide += filter(None, map(_shown, cell.outputs))
            continue
        for part in filter(str.strip, HEADING.split(cell.source)):
            if part.startswith("#") and slide:
                yield "".join(slide)
                slide = []
            slide.append(_LINK.sub(r"\1.html", markdown2html(part)))
    yield "".join(slide)


def _shown(output: Mapping[str, object]) -> str:
    """What an output shows without a kernel: HTML, a drawing, or text."""
    if output["output_type"] == "stream":
        return f"<pre>{escape(str(output['text']))}</pre>"
    data = output.get("data")
    if not isinstance(data, Mapping):
        return ""
    for kind in ("text/html", "image/svg+xml"):
        if kind in data:
            return f"<div class='shown kfv-explorer'>{data[kind]}</div>"
    if "image/png" in data:
        return f"<img alt='' src='data:image/png;base64,{data['image/png']}'>"
    return f"<pre>{escape(str(data.get('text/plain', '')))}</pre>"


if __name__ == "__main__":
    main()
