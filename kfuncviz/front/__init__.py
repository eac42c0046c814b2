# SPDX-License-Identifier: BSD-3-Clause
"""
Front: the browser's side of every explorer
===========================================

One ES module and one stylesheet, made of the small files of this folder.  The module draws regions,
sends the events that controls carry and remembers frames; it knows no explorer by name and holds no
rule of the kernel.  A page differs from another in its transport alone: the comm of a widget, a
table of recorded frames, or Python in a worker.

What the HTML of a region may say:

``data-key="…"``
    who an element is, for as long as its explorer lives: it keeps focus, caret and scroll.
``data-event='{"type": …, "target": …, "value": …}'``
    what a control sends: a button, a summary or a part of a picture when it is pressed, a select or
    another input when it has changed, a textarea (and an input with ``data-when="input"``) at every
    key.  In it ``"$value"`` and ``"$checked"`` stand for what the control holds.
``aria-disabled="true"``
    it could do nothing: not sent, not asked ahead.  (``disabled`` would lose the focus.)
``data-do="undo | redo | reset | present | copy | save | open"``
    the front end's own verbs.  ``data-from`` is the key of what is copied or saved, ``data-as``
    (``svg``, ``png``, ``html``) and ``data-name`` the file, ``data-note`` a line under the picture;
    ``data-token`` what is opened under the explorer.
``data-enter="KEY"``
    of a field of one line: Enter presses the button of that key.
``data-hotkey="["``, ``data-forward``, ``data-back``
    a key that presses it; the steps that one key takes while presenting.
``data-id``, ``min``, ``max``, ``data-edges="[0, 999]"``, ``data-drag='{"per", "first", "last"}'``
    the field of a number that arrows, page keys and dragging move.
``data-near='[event, …]'``, ``data-escape='event'``
    what to ask ahead while the focus is inside; what Escape sends instead of leaving.
``data-slot="+1000"``, ``data-moving='{"value": ["uid ", "+0", ""]}'``
    numbers that move with the typed id (:mod:`kfuncviz.explorers.engine.moving` writes them).
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent
#: The files a module can be made of whole pages from, each with its transport.
TRANSPORTS = ("comm", "recorded", "pyodide")

_IMPORT = re.compile(r'^import (?:\* as (\w+)|\{[^}]*\}) from "\./(\w+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=async |function|const|class)", re.MULTILINE)
_LICENCE = "// SPDX-License-Identifier: BSD-3-Clause\n"


@cache
def module(transport: str) -> str:
    """One ES module: a transport and all it imports, in one scope.

    Raises ValueError for a transport there is not.

    >>> module("comm").count("class Explorer")
    1
    >>> module("telegraph")
    Traceback (most recent call last):
        ...
    ValueError: 'telegraph' is no transport; there is: comm, recorded, pyodide
    """
    if transport not in TRANSPORTS:
        raise ValueError(f"{transport!r} is no transport; there is: {', '.join(TRANSPORTS)}")
    order: dict[str, str] = {}
    _collect(transport, order)
    return _LICENCE + "".join(order.values())


#: The names of files from here on are those of explorers, each of which looks only at its own.
_OWN = "40"


@cache
def stylesheet(*rooms: str) -> str:
    """The rules for every explorer, and whatever else the kit shows, as one stylesheet.

    With ``rooms`` the rules of all and of these alone: a page of one explorer needs no others.

    >>> ".kfv-explorer" in stylesheet()
    True
    >>> [".kfv-bench" in stylesheet(*rooms) for rooms in ((), ("bench",), ("ownership",))]
    [True, True, False]
    """
    parts = sorted((_HERE / "style").glob("*.css"))
    if rooms:
        parts = [p for p in parts if p.name < _OWN or p.stem.partition("-")[2] in rooms]
    return "\n".join(part.read_text(encoding="utf-8") for part in parts)


def worker() -> str:
    """The program of the worker that the pyodide transport starts."""
    return (_HERE / "worker.js").read_text(encoding="utf-8")


def _collect(name: str, order: dict[str, str]) -> None:
    """Add a file behind everything it imports, as a part of one scope."""
    text = (_HERE / f"{name}.js").read_text(encoding="utf-8")
    for found in _IMPORT.finditer(text):
        _collect(found[2], order)
    bound = _IMPORT.sub(lambda found: _namespace(found[1], found[2]) if found[1] else "", text)
    order[name] = _EXPORT.sub("", bound).replace(_LICENCE, "")


def _namespace(alias: str, name: str) -> str:
    text = (_HERE / f"{name}.js").read_text(encoding="utf-8")
    exported = re.findall(r"^export (?:async )?(?:function|const|class) (\w+)", text, re.MULTILINE)
    return f"const {alias} = {{ {', '.join(exported)} }};\n"
