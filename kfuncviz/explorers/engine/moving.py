# SPDX-License-Identifier: BSD-3-Clause
"""
Moving numbers: what differs between two drawings of one picture
================================================================

Two ids of a run are drawn, and whatever differs must be a number that moved by exactly as much as
the id.  Each such number becomes a *slot* whose name is what to add to an id:
``<span data-slot="+100000">101000</span>``.  Where the number is part of an attribute, the texts
and slots the attribute is made of stand beside it: ``data-moving='{"title": ["uid ", "+0", ""]}'``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from html import escape, unescape

_TAGS = re.compile(r"(<[^>]*>)")
_NUMBERS = re.compile(r"([0-9]+)")
_ATTRIBUTE = re.compile(r' ([\w-]+)="([^"]*)"')
_MAY_MOVE = re.compile(r"value|title|(?:aria|data)-[\w-]+")
#: Names of a picture's own parts, which end in a hash of what it shows.
_MADE_NAME = re.compile(r"\b([a-z]+)-[0-9a-f]{12}\b")
_SLOT = re.compile(r'(<(?:span|tspan) data-slot="([+-][0-9]+)">)[0-9]+')
_MOVING = re.compile(r'<[^>]* data-moving="([^"]*)"[^>]*>')
#: In these there are no elements, only text.
_NO_ELEMENTS = re.compile(r"<(?:textarea|option|style|script)\b")


def marked(one: str, two: str, first: int, last: int) -> str | None:
    """The HTML of the first of two ids, with a slot for every number that moves with the id.

    ``None`` where anything else differs.

    >>> marked("<b>uid 5 of 9</b>", "<b>uid 7 of 9</b>", 5, 7)
    '<b>uid <span data-slot="+0">5</span> of 9</b>'
    >>> marked("5 or 6", "7 or 5", 5, 7) is None
    True
    """
    left, right = _TAGS.split(one), _TAGS.split(two)
    if len(left) != len(right):
        return None
    out, tag, in_svg = [], "", False
    for nth, (a, b) in enumerate(zip(left, right, strict=True)):
        is_tag = nth % 2 == 1
        piece: str | None = a
        if is_tag:
            tag = a
            in_svg = (in_svg or a.startswith("<svg")) and a != "</svg>"
        if a != b:
            piece = _tag(a, b, first, last) if is_tag else _text(a, b, first, last, tag, in_svg)
        if piece is None:
            return None
        out.append(piece)
    return "".join(out)


def filled(html: str, id: int) -> str:
    """Marked HTML with its slots filled for another id of the run.

    >>> filled('<span data-slot="+1000">1005</span>', 7)
    '<span data-slot="+1000">1007</span>'
    """
    return _with(html, lambda plus: id + plus)


def blank(html: str) -> str:
    """Marked HTML with 0 in every slot, so that frames of equal form are equal.

    >>> blank('<span data-slot="+1000">1005</span>')
    '<span data-slot="+1000">0</span>'
    """
    return _with(html, lambda _: 0)


def _with(html: str, number: Callable[[int], int]) -> str:
    """Marked HTML with a number in each slot, told by what the slot adds."""
    html = _MOVING.sub(lambda found: _moved(found[0], found[1], number), html)
    return _SLOT.sub(lambda found: f"{found[1]}{number(int(found[2]))}", html)


def slots(html: str) -> dict[str, int]:
    """The slots of marked HTML: their names, and what each adds to an id.

    >>> slots('<b><span data-slot="+1000">1005</span></b>')
    {'+1000': 1000}
    """
    names = [found[2] for found in _SLOT.finditer(html)]
    for found in _MOVING.finditer(html):
        names += [part for parts in json.loads(unescape(found[1])).values() for part in parts[1::2]]
    return {name: int(name) for name in names}


def words(html: str) -> str:
    """The text of marked HTML.

    >>> words('uid <span data-slot="+0">5</span> &amp; more')
    'uid 5 & more'
    """
    return unescape(_TAGS.sub("", html))


def steady(html: str) -> str:
    """HTML whose pictures name their own parts alike whatever they show: for a page of one.

    >>> steady('<svg id="own-0123456789ab"><style>#own-0123456789ab{}</style>')
    '<svg id="own"><style>#own{}</style>'
    """
    parts = _TAGS.split(html)
    for nth, part in enumerate(parts):
        if nth % 2 or parts[nth - 1].startswith("<style"):
            parts[nth] = _MADE_NAME.sub(r"\1", part)
    return "".join(parts)


def _text(a: str, b: str, first: int, last: int, tag: str, in_svg: bool) -> str | None:
    if _NO_ELEMENTS.match(tag):
        return a if tag.startswith("<style") and _alike(a, b) else None
    parts = _parts(a, b, first, last)
    if parts is None:
        return None
    name = "tspan" if in_svg else "span"
    return "".join(
        f'<{name} data-slot="{part}">{first + int(part)}</{name}>' if nth % 2 else part
        for nth, part in enumerate(parts)
    )


def _tag(a: str, b: str, first: int, last: int) -> str | None:
    if _alike(a, b):
        return a
    one, two = _ATTRIBUTE.findall(a), _ATTRIBUTE.findall(b)
    if _ATTRIBUTE.sub(r" \1", a) != _ATTRIBUTE.sub(r" \1", b):
        return None
    moving = {}
    for (name, x), (_, y) in zip(one, two, strict=True):
        if not _alike(x, y):
            parts = _parts(unescape(x), unescape(y), first, last)
            if parts is None or not _MAY_MOVE.fullmatch(name):
                return None
            moving[name] = parts
    said = escape(json.dumps(moving, separators=(",", ":"), ensure_ascii=False))
    end = "/>" if a.endswith("/>") else ">"
    return f'{a.removesuffix(end)} data-moving="{said}"{end}'


def _alike(a: str, b: str) -> bool:
    """Whether two texts are the same but for names made of what a picture shows."""
    return _MADE_NAME.sub(r"\1", a) == _MADE_NAME.sub(r"\1", b)


def _parts(a: str, b: str, first: int, last: int) -> list[str] | None:
    """A text cut at its moving numbers: text, slot, text, ...; ``None`` where more differs."""
    one, two = _NUMBERS.split(a), _NUMBERS.split(b)
    if one[::2] != two[::2]:
        return None
    parts = one[:1]
    for (x, y), text in zip(zip(one[1::2], two[1::2], strict=True), one[2::2], strict=True):
        if x == y:
            parts[-1] += x + text
        elif _is_moved(x, y, last - first):
            parts += [f"{int(x) - first:+d}", text]
        else:
            return None
    return parts


def _is_moved(x: str, y: str, by: int) -> bool:
    """Whether two numbers, written as people do, lie exactly so far apart."""
    plain = all(len(n) <= 10 and (n[0] != "0" or n == "0") for n in (x, y))
    return plain and int(y) - int(x) == by


def _moved(tag: str, moving: str, number: Callable[[int], int]) -> str:
    """A tag with its moving attributes as they are with such numbers."""
    for name, parts in json.loads(unescape(moving)).items():
        value = escape("".join(_filled_parts(parts, number)))
        start = tag.index(f' {name}="') + len(name) + 3
        tag = tag[:start] + value + tag[tag.index('"', start) :]
    return tag


def _filled_parts(parts: list[str], number: Callable[[int], int]) -> Iterator[str]:
    for nth, part in enumerate(parts):
        yield str(number(int(part))) if nth % 2 else part
