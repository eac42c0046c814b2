# SPDX-License-Identifier: BSD-3-Clause
"""
Around: what stands around the picture of every explorer
========================================================

The verbs of the history, the folds under the answers, a text that can be copied, and what can be
saved.  Nothing here knows an explorer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from kfuncviz.explorers import outside
from kfuncviz.explorers.element import button, element, event, exact, words
from kfuncviz.explorers.engine.tokens import encode

_ICONS: Mapping[str, str] = {
    "undo": "M4,8h9a4.5,4.5 0 0 1 0,9h-5M8,4l-4,4l4,4",
    "redo": "M16,8h-9a4.5,4.5 0 0 0 0,9h5M12,4l4,4l-4,4",
    "down": "M5,8l5,5l5,-5",
}


def icon(name: str) -> str:
    """A small drawing in the colour of its text."""
    return (
        f'<svg class="kfv-icon" viewBox="0 0 20 20" aria-hidden="true">'
        f'<path d="{_ICONS[name]}"/></svg>'
    )


def tools(*between: str) -> str:
    """Undo, redo, reset, what an explorer puts ``between``, and share, as a toolbar."""
    parts = (
        button(icon("undo"), "undo", data_do="undo", data_hotkey="u", aria_label="Undo",
               title="Undo (u)"),
        button(icon("redo"), "redo", data_do="redo", data_hotkey="r", aria_label="Redo",
               title="Redo (r)"),
        button("Reset", "reset", data_do="reset"),
        *between,
        button("Share", "share", data_do="copy", data_from="token",
               title="Copy what is shown as a line of text"),
    )  # fmt: skip
    return element("div", "".join(parts), class_="kfv-tools", role="toolbar",
                   aria_label="history and sharing")  # fmt: skip


def asked(question: str, how: str) -> str:
    """The question of an explorer with the tools beside it, and how its picture is read."""
    head = element("div", element("h3", words(question)) + tools(), class_="kfv-title-row")
    return head + element("p", words(how), class_="kfv-small")


def dressed(
    name: str, state: Any, regions: Mapping[str, str], width: int, room: str = ""
) -> dict[str, str]:
    """Every region with the classes its rules are written for, and the token that Share copies.

    The classes say the base rules, the region, the size of the screen, and the explorer's own
    ``room``.  The token opens what is shown with every fold shut.
    """
    size = "wide" if width >= 800 else "mid" if width >= 640 else "small"
    shared = element("span", words(encode(name, replace(state, folds=()))), data_key="token")
    whole = {**regions, "token": element("div", shared, hidden=True)}
    return {
        region: element("div", html, class_=f"kfv-own kfv-{region} kfv-{size} {room}".rstrip())
        for region, html in whole.items()
    }


def folds(bodies: Mapping[str, tuple[str, Callable[[], str]]], shown: Collection[str]) -> str:
    """Folds by name: each a title and what makes its body, which is empty while it is shut.

    >>> folds({"table": ("Table", lambda: "<table/>")}, ()).count("<table/>")
    0
    """
    out = []
    for name, (title, body) in bodies.items():
        head = element("summary", title, data_key=f"fold-{name}",
                       data_event=event("fold", name, "$checked"))  # fmt: skip
        inside = ""
        if name in shown:
            inside = element("div", body(), class_="kfv-fold-body", tabindex="0", role="group",
                             aria_label=title)  # fmt: skip
        out.append(element("details", head + inside, data_key=f"fold-{name}-body",
                           data_fold=name, open=name in shown))  # fmt: skip
    return element("div", "".join(out), class_="kfv-folds")


def folded(
    names: Collection[str], shown: tuple[str, ...], name: Any, value: Any
) -> tuple[str, ...]:
    """The open ones of some folds, after one was opened or shut; ValueError for one there is not.

    >>> folded(("table", "save"), ("save",), "table", True)
    ('table', 'save')
    """
    outside.known("fold", name, names)
    is_open = outside.flag(name, value)
    return tuple(one for one in names if (is_open if one == name else one in shown))


def copied(text: str, key: str) -> str:
    """A text with a button that copies it."""
    copy = button("Copy", f"copy-{key}", data_do="copy", data_from=key)
    return copy + element("pre", exact(text), data_key=key)


def saving(name: str, note: str, picture: str) -> str:
    """What can be taken away: a page by itself, and of the ``picture``, where there is one, a file.

    ``note`` is the line under a saved picture.
    """
    kinds = {"html": "Page that works by itself (HTML)"}
    if picture:
        kinds = {"svg": "Picture (SVG)", "png": "Picture (PNG)"} | kinds
    buttons = [
        button(label, f"save-{kind}", data_do="save", data_as=kind, data_name=f"{name}.{kind}",
               data_from="picture", data_note=note)
        for kind, label in kinds.items()
    ]  # fmt: skip
    present = button("Present", "present", data_do="present")
    saved = element("div", picture, data_key="picture", class_="kfv-saved") if picture else ""
    return element("div", "".join([*buttons, present]), class_="kfv-walk") + saved
