# SPDX-License-Identifier: BSD-3-Clause
"""
The site, put together
======================
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from kfuncviz import front
from kfuncviz.explorers.engine.recorded import Keep
from tools.chapters import Chapter
from tools.page import sheet
from tools.page.prepare import Python
from tools.site import course, documents, explorers, gallery

_HERE = Path(__file__).parent
_PAGE = _HERE.parent / "page"


def pages(out: Path, python: Python, read: Sequence[Chapter], keep: Keep = "events") -> None:
    """Write all but JupyterLite to a folder.

    ``read`` are the chapters of the course, ``keep`` what is recorded of each explorer.
    """
    rooms = (explorers.pages(keep), course.pages(read), gallery.files(), documents.files())
    for at, written in chain(assets(python), *rooms):
        path = out / at
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written if isinstance(written, bytes) else written.encode())


def assets(python: Python) -> Iterator[tuple[str, str | bytes]]:
    """What pages share, by its address: rules, programs, and Python."""
    yield "assets/python.bin", base64.b64decode(sheet.packed(python.parts))
    texts = f"const WORKER = {json.dumps(front.worker())}, SETUP = {json.dumps(sheet.SETUP)};"
    for name in ("explorer", "chapter"):
        own = "\n".join(_text(_HERE / f"{part}.js") for part in ("python", name))
        yield f"assets/{name}.js", f"{front.module('pyodide')}\n{texts}\n{{\n{own}}}\n"
    rules = (front.stylesheet(), _text(_PAGE / "page.css"), _text(_HERE / "site.css"))
    yield "assets/site.css", "\n".join(rules)
    yield "assets/theme.js", _text(_PAGE / "theme.js")


def _text(path: Path) -> str:
    return path.read_text("utf-8")
