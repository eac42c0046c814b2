# SPDX-License-Identifier: BSD-3-Clause
"""
Still there after n releases: the survival curve as a picture
=============================================================

A step line in ink.  The band as if every spell were independent is tinted, its edge dotted; the
band of whole files drawn anew is dashed.  Under the axis stands how many were watched that long.
One age is read out with its whiskers.  The axis of per cent always goes from 0 to 100, so that two
curves can be compared.  Nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from kfuncviz.evidence.history.survival import Point
from kfuncviz.render.kit.fit import width
from kfuncviz.render.kit.frame import clamp, content_id, document
from kfuncviz.render.kit.markup import label, number, tag
from kfuncviz.render.kit.tokens import Theme, colours

Band = Sequence[tuple[float, float]]
HEIGHT = 292
_LEFT, _RIGHT, _TOP, _FOOT = 52.0, 12.0, 12.0, 232.0
_SIZE = 13


class _Axes:
    """Where an age and a share stand; there are ages from 0 to ``last``."""

    def __init__(self, across: int, last: int) -> None:
        self.right, self.last = across - _RIGHT, last
        self.wide = (self.right - _LEFT) / (last + 1)

    def x(self, age: float) -> float:
        return _LEFT + self.wide * age

    def y(self, share: float) -> float:
        return _FOOT - (_FOOT - _TOP) * share

    def steps(self, shares: Sequence[float]) -> str:
        """A line that keeps each share for one age."""
        out = [f"M{number(self.x(0))},{number(self.y(shares[0]))}"]
        for age, (one, two) in enumerate(pairwise(shares), 1):
            out.append(
                f"H{number(self.x(age))}" + (f"V{number(self.y(two))}" if one != two else "")
            )
        return "".join([*out, f"H{number(self.x(len(shares)))}"])


def svg(
    points: Sequence[Point],
    files: Band,
    across: int,
    *,
    title: str,
    desc: str,
    at: int = 0,
    theme: Theme = "light",
    standalone: bool = True,
) -> str:
    """A survival curve, ``across`` pixels wide, with the band of ``files`` and age ``at`` read out.

    ``files`` is a low and a high for each point, or empty where there are too few files.

    >>> point = Point(0, 2, 0, 1.0, 1.0, 1.0)
    >>> "2" in svg([point], [], 400, title="x", desc="y")
    True
    """
    drawn, ink = clamp(across), colours(theme)
    axes = _Axes(drawn, len(points) - 1)
    uid = content_id("curve", *points, *files, drawn, at, theme, standalone)
    body = "".join(
        [
            *_grid(axes, ink), *_bands(axes, points, files, ink),
            tag("path", d=axes.steps([p.survival for p in points]), fill="none",
                stroke=ink["ink"], stroke_width=4, class_="curve"),
            *_watched(axes, points, ink), *_readout(axes, points, files, at, ink),
        ]
    )  # fmt: skip
    return document(uid, (drawn, HEIGHT), body, title=title, desc=desc, theme=theme,
                    standalone=standalone)  # fmt: skip


def _grid(axes: _Axes, ink: Mapping[str, str]) -> Iterator[str]:
    for share in (0, 25, 50, 75, 100):
        y = axes.y(share / 100)
        yield tag("path", d=f"M{number(_LEFT)},{number(y)}H{number(axes.right)}",
                  stroke=ink["hair"], stroke_width=1)  # fmt: skip
        yield label(_LEFT - 8, y + 4.5, f"{share} %", _LEFT - 8, _SIZE, ink["ink"], mono=True,
                    anchor="end")  # fmt: skip


def _bands(
    axes: _Axes, points: Sequence[Point], files: Band, ink: Mapping[str, str]
) -> Iterator[str]:
    blocks = "".join(
        f"M{number(axes.x(p.age))},{number(axes.y(p.high))}H{number(axes.x(p.age + 1))}"
        f"V{number(axes.y(p.low))}H{number(axes.x(p.age))}z"
        for p in points
    )
    yield tag("path", d=blocks, fill=ink["caller-t"], class_="band")
    for edge in ([p.low for p in points], [p.high for p in points]):
        yield tag("path", d=axes.steps(edge), fill="none", stroke=ink["caller-l"],
                  stroke_width=1.5, stroke_dasharray="2 3")  # fmt: skip
    for side in zip(*files, strict=True):
        yield tag("path", d=axes.steps(side), fill="none", stroke=ink["ink"], stroke_width=1.5,
                  stroke_dasharray="8 4", class_="files")  # fmt: skip


def _watched(axes: _Axes, points: Sequence[Point], ink: Mapping[str, str]) -> Iterator[str]:
    """The ages, and under each how many were watched that long, as many as fit."""
    widest = max(width(str(p.at_risk), _SIZE, mono=True) for p in points) + 10
    every = next(n for n in (1, 2, 4, 8, 16, 32) if axes.wide * n >= widest or n == 32)
    for point in points[::every]:
        x = axes.x(point.age)
        yield tag("path", d=f"M{number(x)},{number(_FOOT)}v6", stroke=ink["line"],
                  stroke_width=1)  # fmt: skip
        for y, said, tone in ((20, point.age, "ink"), (56, point.at_risk, "muted")):
            box = width(str(said), _SIZE, mono=True)
            left = max(0.0, x - box / 2)
            yield label(left, _FOOT + y, str(said), box, _SIZE, ink[tone], mono=True)
    told = "releases after birth (above), lives watched that long (below)"
    yield label(_LEFT, _FOOT + 38, told, axes.right - _LEFT, _SIZE, ink["muted"])


def _readout(
    axes: _Axes, points: Sequence[Point], files: Band, at: int, ink: Mapping[str, str]
) -> Iterator[str]:
    """The age that is read out: a ring on the curve, and whiskers as far as the wider band."""
    point = points[at]
    low, high = files[at] if files else (point.low, point.high)
    x = axes.x(at + 0.5)
    top, foot = axes.y(max(high, point.high)), axes.y(min(low, point.low))
    whisker = f"M{number(x - 6)},{number(top)}h12m-6,0V{number(foot)}m-6,0h12"
    yield tag("path", d=whisker, fill="none", stroke=ink["ink"], stroke_width=2, class_="whisker")
    yield tag("circle", cx=x, cy=axes.y(point.survival), r=6, fill=ink["bg"], stroke=ink["ink"],
              stroke_width=3)  # fmt: skip
