# SPDX-License-Identifier: BSD-3-Clause
"""
Element: writing the HTML of an explorer
========================================

One writer for elements, and the few controls every explorer has.  What a control carries is what
the front end knows: a key that stays, an event to send.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from kfuncviz.render.kit.fit import clean

_VOID = ("input",)
Event = Mapping[str, Any]


def element(name: str, body: str = "", /, **attributes: Any) -> str:
    """One HTML element; ``body`` is HTML.

    ``_`` in an attribute's name is written ``-``.  ``None`` and false are left out, true stands
    alone, and an event is written as JSON.

    >>> element("button", "on", data_event={"type": "set"}, hidden=True, title=None)
    '<button data-event="{&quot;type&quot;:&quot;set&quot;}" hidden>on</button>'
    """
    parts = [name]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        spelled = key.rstrip("_").replace("_", "-")
        if value is True:
            parts.append(spelled)
            continue
        parts.append(f'{spelled}="{exact(value if isinstance(value, str) else _json(value))}"')
    head = f"<{' '.join(parts)}>"
    return head if name in _VOID else f"{head}{body}</{name}>"


def words(text: str) -> str:
    r"""A text for the eye, as HTML: nothing in it turns the writing or rings a bell.

    >>> words("a<b\u202e")
    'a&lt;b'
    """
    return escape(clean(text))


def exact(text: str) -> str:
    r"""A text that is read back as it is, as HTML; what cannot be printed is written as a number.

    >>> exact("a\u202e")
    'a&#8238;'
    """
    escaped = escape(text)
    if escaped.isprintable():
        return escaped
    return "".join(c if c.isprintable() else f"&#{ord(c)};" for c in escaped)


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def event(kind: str, target: str, value: Any = None) -> dict[str, Any]:
    """An event as a control sends it; ``"$value"`` stands for what the control holds."""
    return {"type": kind, "target": target, "value": value}


def button(label: str, key: str, **attributes: Any) -> str:
    """A button; ``label`` is HTML."""
    return element("button", label, type="button", data_key=key, **attributes)


def pressed(label: str, key: str, sends: Event, *, on: bool) -> str:
    """One button of a group of which one is on; it is as wide in bold as without."""
    said = element("span", words(label), data_text=label)
    state = "true" if on else "false"
    return button(said, key, data_event=sends, aria_pressed=state)


def group(label: str, buttons: Iterable[str]) -> str:
    """Buttons of which one is on."""
    return element("div", "".join(buttons), class_="kfv-seg", role="group", aria_label=label)


def switch(label: str, name: str, sends: Event | None, *, on: bool, idle: bool, key: str) -> str:
    """A switch with its name beside it; an ``idle`` one could do nothing."""
    return button(
        f"<i></i>{element('b', words(label))}", key, class_="kfv-switch", role="switch",
        aria_checked="true" if on else "false", aria_label=name, data_event=sends,
        aria_disabled="true" if idle else None,
    )  # fmt: skip


def options(offered: Mapping[str, str], chosen: str) -> str:
    """The options of a chooser: what each sends, in words."""
    return "".join(
        element("option", words(label), value=value, selected=value == chosen)
        for value, label in offered.items()
    )


def chooser(label: str, key: str, sends: Event, body: str) -> str:
    """A chooser over the options in ``body``."""
    return element("select", body, data_key=key, data_event=sends, aria_label=label)
