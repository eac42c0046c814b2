# SPDX-License-Identifier: BSD-3-Clause
"""
Fragments of the explorer's page
================================

The parts of an explorer that are neither control nor picture: column heads and echo of a map, the
refusal under it, the list of calls.  Pure functions from values to HTML.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from kfuncviz.model.errors import KernelError
from kfuncviz.scenario.ownership.answer import Call, Ownership
from kfuncviz.scenario.variation import Place

_WIDTH = 10
TITLES: dict[Place, str] = {
    "fs": "filesystem's user ns",
    "mount": "mount idmap",
    "caller": "caller's user ns",
}
_COLUMNS: dict[Place, tuple[str, str]] = {
    "fs": ("disk", "kernel"),
    "mount": ("disk", "mount"),
    "caller": ("caller", "kernel"),
}


def columns(place: Place, *, nested: bool) -> tuple[str, str]:
    """What the first two columns of a map hold; a nested namespace's rows are in its parent's ids.

    >>> columns("caller", nested=True)
    ('caller', 'parent')
    """
    first, second = _COLUMNS[place]
    return first, "parent" if nested and place == "caller" else second


def map_title(place: Place, *, nested: bool = False) -> str:
    """The heading over a map's text: its name, and which column is what."""
    first, second = columns(place, nested=nested)
    heads = " ".join(f"{head:>{_WIDTH}}" for head in (f"1:{first}", f"2:{second}", "3:count"))
    return f'<b>{TITLES[place]}</b><div class="kfv-heads" aria-hidden="true">{heads}</div>'


def map_text(rows: list[list[int]]) -> str:
    """Rows as the kernel prints them."""
    return "\n".join(" ".join(f"{number:>{_WIDTH}}" for number in row) for row in rows)


def map_echo(place: Place, rows: list[list[int]] | None, *, nested: bool = False) -> str:
    """What the first rows say, with inclusive ranges on both sides."""
    if rows is None:
        return '<span class="kfv-note">none: every number passes unchanged</span>'
    first, second = columns(place, nested=nested)
    said = [
        f"{first} {_code(_range(a, count))} is {second} {_code(_range(b, count))}"
        for a, b, count in rows[:3]
    ]
    more = f" and {len(rows) - 3} more rows" if len(rows) > 3 else ""
    return f'<span class="kfv-note">reads: {"; ".join(said)}{more}</span>'


def map_refusal(error: KernelError) -> str:
    """The kernel's errno and the rule broken."""
    rule = escape(error.rule)
    return f'<div class="kfv-bad-box" role="alert"><b>✗ {error.name}</b> {rule}</div>'


def kept_notice() -> str:
    """Says that the picture is older than the last edit."""
    return (
        '<div class="kfv-bad-box"><b>✗ The last edit was refused.</b> The picture still shows '
        "the last state the kernel would accept.</div>"
    )


def about(document: Mapping[str, Any]) -> str:
    """A scenario's title, with its notes and source folded away."""
    title = f"<b>{escape(str(document.get('title') or 'A scenario of your own'))}</b>"
    notes = "".join(f"<br>{escape(line)}" for line in str(document.get("notes", "")).splitlines())
    source = document.get("source")
    if source:
        notes += f"<br>Source: {escape(str(source))}"
    if not notes:
        return title
    body = f'<div class="kfv-note">{notes.removeprefix("<br>")}</div>'
    return f"<details><summary>{title}</summary>{body}</details>"


def say(html: str, *, bad: bool) -> str:
    """The sentence under the picture, announced to screen readers."""
    kind = "kfv-say bad" if bad else "kfv-say"
    return f'<p class="{kind}" role="status" aria-live="polite">{html}</p>'


def trace(o: Ownership, at: int) -> str:
    """Every helper called, in kernel order; call number ``at`` (from 1) is the current one."""
    items = []
    for number, call in enumerate(o.calls, 1):
        current = ' class="now" aria-current="step"' if number == at else ""
        style = f"margin-left:{call.depth * 1.4:.1f}em"
        items.append(f'<li{current} style="{style}">{_linked(call)}</li>')
    return f'<div class="kfv-trace"><ol class="kfv-code">{"".join(items)}</ol></div>'


def _linked(call: Call) -> str:
    """A call whose helper's name leads to its definition in the kernel."""
    rest = call.line.removeprefix(call.function)
    link = f'<a href="{escape(call.url)}" target="_blank" rel="noopener">{call.function}</a>'
    return f"{link}{escape(rest)}"


def _range(first: int, count: int) -> str:
    return str(first) if count == 1 else f"{first}…{first + count - 1}"


def _code(text: str) -> str:
    return f'<span class="kfv-code">{text}</span>'
