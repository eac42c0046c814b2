# SPDX-License-Identifier: BSD-3-Clause
"""
What stands around the picture, as HTML
=======================================

The parts of an explorer's page that are neither control nor picture: the heads of a map's columns,
what its rows say, a refusal, the calls of the kernel, the folds.  From values to text; everything
that somebody typed is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from kfuncviz.model.trace import READ_AT
from kfuncviz.render.kit.fit import clean
from kfuncviz.render.ownership.labels import PREFIXES, columns
from kfuncviz.scenario.ownership.answer import Call
from kfuncviz.scenario.variation import Place

#: How wide a column of a map is, in characters: ten digits are the most.
_COLUMN = 10
#: How many rows of a map are told in words.
_TOLD = 3
#: Each level of a nested call is moved to the right by this many em.
_INDENT = 1.4

TITLES: dict[Place, str] = {
    "fs": "filesystem's user ns",
    "mount": "mount idmap",
    "caller": "caller's user ns",
}


def map_name(place: Place) -> str:
    """A map's name with the columns of its rows, for those who do not see the heads.

    >>> map_name("mount")
    'mount idmap, rows: col 1 disk, col 2 mount, count'
    """
    first, second = columns(place)
    return f"{TITLES[place]}, rows: col 1 {first}, col 2 {second}, count"


def map_heads(place: Place) -> str:
    """The heading over a map's text: its name, spoken and written, and which column is what."""
    lines = ("col 1", "col 2", "count"), columns(place)
    heads = "\n".join(" ".join(f"{head:>{_COLUMN}}" for head in line) for line in lines)
    name = f'<b data-name="{map_name(place)}">{TITLES[place]}</b>'
    return f'{name}<div class="kfv-heads" aria-hidden="true">{heads}</div>'


def map_text(rows: Iterable[Sequence[int]]) -> str:
    """Rows as the kernel prints them.

    >>> map_text([(0, 100000, 65536)])
    '         0     100000      65536'
    """
    return "\n".join(" ".join(f"{number:>{_COLUMN}}" for number in row) for row in rows)


def map_echo(place: Place, rows: Sequence[Sequence[int]] | None) -> str:
    """What the first rows say, with inclusive ranges on both sides; ``None`` means no map."""
    if rows is None:
        return note("none: every number passes unchanged")
    if not rows:
        return note("never written: no number passes")
    first, second = columns(place)
    said = [
        f"{first} {_code(_range(a, count))} is {second} {_code(_range(b, count))}"
        for a, b, count in rows[:_TOLD]
    ]
    more = f" and {len(rows) - _TOLD} more rows" if len(rows) > _TOLD else ""
    return note(f"reads: {'; '.join(said)}{more}")


def note(html: str) -> str:
    """A remark, smaller and quieter than the text around it."""
    return f'<span class="kfv-note">{html}</span>'


def refusal(errno: str | None, rule: str) -> str:
    """Why something typed is not in force: the kernel's errno, if it is the kernel's, and the rule.

    >>> refusal("EINVAL", "line 1: no count")
    '<div class="kfv-bad-box" role="alert"><b>✗ EINVAL</b> line 1: no count</div>'
    """
    head = f"<b>✗ {escape(errno)}</b>" if errno else "✗"
    return f'<div class="kfv-bad-box" role="alert">{head} {escape(rule)}</div>'


def kept() -> str:
    """Says that the picture is older than the last edit."""
    return (
        '<div class="kfv-bad-box"><b>✗ The last edit was refused.</b> The picture still shows '
        "the last state the kernel would accept.</div>"
    )


def about(document: Mapping[str, Any], *, shown: bool) -> str:
    """A scenario's title, with its notes and source in a fold."""
    title = f"<b>{escape(clean(str(document.get('title') or 'A scenario of your own')))}</b>"
    lines = [escape(clean(line)) for line in str(document.get("notes") or "").splitlines()]
    if document.get("source"):
        lines.append(f"Source: {escape(clean(str(document['source'])))}")
    if not lines:
        return title
    return fold("about", title, f'<div class="kfv-note">{"<br>".join(lines)}</div>', shown=shown)


def fold(name: str, title: str, body: str, *, shown: bool) -> str:
    """A part that can be opened; ``name`` is how the browser reports that it was."""
    state = " open" if shown else ""
    return f'<details data-fold="{name}"{state}><summary>{title}</summary>{body}</details>'


def say(html: str, *, lost: bool) -> str:
    """The sentence under the picture, announced to screen readers; dashed where the id is lost."""
    kind = "kfv-say bad" if lost else "kfv-say"
    return f'<p class="{kind}" role="status" aria-live="polite">{html}</p>'


def now(calls: Sequence[Call], at: int) -> str:
    """Which call is on screen: number ``at`` (from 1), or the start."""
    line = calls[at - 1].line if at else "start"
    count = note(f"call {at} of {len(calls)}")
    return f'{count} <span class="kfv-now">{escape(line)}</span>'


_READ = f"Names lead to where they were read: Linux {READ_AT}, whichever kernel is asked."


def call_list(calls: Sequence[Call], at: int) -> str:
    """Every call in kernel order, with its source file and the section of the semantics.

    Number ``at`` (from 1) is marked as the current one.  The function's name leads to its
    definition, the file to its text.
    """
    items = (_call(call, current=number == at) for number, call in enumerate(calls, 1))
    return (
        f'<div class="kfv-trace">{note(PREFIXES)} {note(_READ)}'
        f'<ol class="kfv-code">{"".join(items)}</ol></div>'
    )


def _call(call: Call, *, current: bool) -> str:
    mark = ' class="now" aria-current="step"' if current else ""
    answer = escape(call.line.removeprefix(f"{call.function}({call.arguments})"))
    name = _link(call.url, call.function)
    where = f"{escape(call.file)}, semantics {escape(call.section)}"
    return (
        f'<li{mark} style="margin-left:{call.depth * _INDENT:.1f}em">'
        f"{name}({escape(call.arguments)}){answer} {note(where)}</li>"
    )


def _link(url: str, text: str) -> str:
    return f'<a href="{escape(url)}" target="_blank" rel="noopener">{escape(text)}</a>'


def _range(first: int, count: int) -> str:
    return str(first) if count == 1 else f"{first}…{first + count - 1}"


def _code(text: str) -> str:
    return f'<span class="kfv-code">{text}</span>'
