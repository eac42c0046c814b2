# SPDX-License-Identifier: BSD-3-Clause
"""
The marks of a life: disc, diamond, cross, arrow
================================================

Four shapes that no one can take for each other in grey.  A life that ended is dashed and its
release is named beside the cross; "renamed" means that a successor under another name came.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from kfuncviz.evidence.history.lives import Life
from kfuncviz.render.kit.fit import width
from kfuncviz.render.kit.markup import label, number, tag
from kfuncviz.render.lifetimes.axis import Axis
from kfuncviz.render.lifetimes.words import ended, told

_SIZE = 13


def born(x: float, y: float, ink: Mapping[str, str]) -> str:
    """A disc."""
    return tag("circle", cx=x, cy=y, r=5, fill=ink["ink"])


def changed(x: float, y: float, half: float, ink: Mapping[str, str]) -> str:
    """A diamond."""
    h = number(half)
    return tag(
        "path",
        d=f"M{number(x - half)},{number(y)}l{h},-{h}l{h},{h}l-{h},{h}z",
        fill=ink["mount-t"],
        stroke=ink["mount-l"],
        stroke_width=2.5,
    )


def gone(x: float, y: float, ink: Mapping[str, str]) -> str:
    """A cross, cut free from what it crosses."""
    d = f"M{number(x - 6)},{number(y - 6)}l12,12m0,-12l-12,12"
    free = tag("path", d=d, stroke=ink["bg"], stroke_width=7)
    return free + tag("path", d=d, stroke=ink["bad-l"], stroke_width=3.5)


def alive(x: float, y: float, ink: Mapping[str, str]) -> str:
    """The head of an arrow."""
    d = f"M{number(x - 7)},{number(y - 5)}l7,5l-7,5"
    return tag("path", d=d, fill="none", stroke=ink["ink"], stroke_width=2)


def key(across: float, ink: Mapping[str, str]) -> str:
    """What the four marks mean, in one line above."""
    y, x, out = 14, 8.0, []
    size = 14 if across > 330 else 12.5
    gap = 28 if across > 420 else max(4, min(20, (across - 232) / 3))
    for word in ("born", "changed", "gone", "alive"):
        out.append(_sample(word, x, y, ink))
        box = width(word, size, mono=False)
        out.append(label(x + 15, y + 5, word, box, size, ink["ink"]))
        x += 15 + box + gap
    return "".join(out)


def _sample(word: str, x: float, y: float, ink: Mapping[str, str]) -> str:
    if word == "born":
        return born(x, y, ink)
    if word == "changed":
        return changed(x, y, 7, ink)
    if word == "gone":
        return gone(x, y, ink)
    return _line(x - 8, x + 8, y, ink, dashed=False) + alive(x + 9, y, ink)


def _line(a: float, b: float, y: float, ink: Mapping[str, str], *, dashed: bool) -> str:
    return tag(
        "path",
        d=f"M{number(a)},{number(y)}H{number(b)}",
        stroke=ink["bad-l" if dashed else "ink"],
        stroke_width=2.5 if dashed else 2,
        stroke_dasharray="6 4" if dashed else None,
    )


def row(axis: Axis, y: float, lives: list[Life], ink: Mapping[str, str]) -> str:
    """One kfunc: its name, its lives, and all of it in words on hover."""
    hover = tag(
        "rect",
        x=0,
        y=y - (axis.step / 2 if axis.wide else 24),
        width=axis.width,
        height=axis.step,
        fill="none",
        pointer_events="all",
    )
    words = tag("title", escape(f"{lives[0].kfunc}: {told(lives)}"))
    drawn = [_life(axis, y, life, ink) for life in lives]
    named = (_names_wide if axis.wide else _names_narrow)(axis, y, lives, ink)
    return tag("g", words + hover + "".join(drawn) + "".join(named), class_="life")


def _life(axis: Axis, y: float, life: Life, ink: Mapping[str, str]) -> str:
    start, last = axis.x(life.born), axis.x(axis.releases[-1])
    end = axis.x(life.died) if life.died else last + (20 if axis.wide else 16)
    half = 7 if axis.wide else 5
    parts = [_line(start, end, y, ink, dashed=bool(life.died)), born(start, y, ink)]
    parts += [changed(axis.x(release), y, half, ink) for release in life.changed]
    parts.append(gone(end, y, ink) if life.died else alive(end, y, ink))
    return "".join(parts)


def _names_wide(axis: Axis, y: float, lives: list[Life], ink: Mapping[str, str]) -> Iterator[str]:
    """The name in its column; how a life ended after it, or before it where there is no room."""
    room = axis.left - 14
    yield label(room, y + 4.5, lives[0].kfunc, room, _SIZE, ink["ink"], mono=True, anchor="end")
    starts = [*(axis.x(life.born) for life in lives[1:]), axis.width + 8.0]
    for life, following in zip(lives, starts, strict=True):
        if life.died:
            box = width(ended(life), _SIZE, mono=True)
            x = axis.x(life.died) + 12
            if x + box > following - 8:
                x = axis.x(life.born) - 12 - box
            tone, ground = ink["bad-l"], ink["bg"]
            yield label(x, y + 4.5, ended(life), box, _SIZE, tone, mono=True, halo=ground)


def _names_narrow(axis: Axis, y: float, lives: list[Life], ink: Mapping[str, str]) -> Iterator[str]:
    """The name over the line, and how its lives ended at the right edge."""
    over = ", ".join(ended(life) for life in lives if life.died)
    taken = width(over, _SIZE, mono=True) + 12 if over else 0
    room, ground = axis.width - taken, ink["bg"]
    yield label(0, y - 11, lives[0].kfunc, room, _SIZE, ink["ink"], mono=True, halo=ground)
    if over:
        yield label(
            axis.width,
            y - 11,
            over,
            taken,
            _SIZE,
            ink["bad-l"],
            mono=True,
            anchor="end",
            halo=ground,
        )
