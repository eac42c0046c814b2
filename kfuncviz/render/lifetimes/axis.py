# SPDX-License-Identifier: BSD-3-Clause
"""
The axis of releases, and where a row stands
============================================

Wide: names in a column on the left, one row every 17 pixels.  Narrow: the name stands over its
line.  Releases are equally far apart, whatever the calendar says; only as many are labelled as fit,
the newest, the oldest and the first of each series before the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kfuncviz.render.kit.fit import width
from kfuncviz.render.kit.markup import label, number, tag

_TOP = 44
_WIDE = 760
_SIZE = 13


@dataclass(frozen=True)
class Axis:
    """Releases from ``left`` to ``right``; rows ``step`` apart from ``top`` on."""

    releases: tuple[str, ...]
    width: int
    left: float
    right: float
    step: int
    top: int = _TOP

    @property
    def wide(self) -> bool:
        """Whether names have a column of their own."""
        return self.width >= _WIDE

    def x(self, release: str) -> float:
        """The place of a release; ValueError for one that is not on the axis."""
        if release not in self.releases:
            raise ValueError(f"release {release!r:.60} is not among {', '.join(self.releases)}")
        gaps = max(1, len(self.releases) - 1)
        return self.left + (self.right - self.left) * self.releases.index(release) / gaps

    def y(self, row: int) -> float:
        """The middle of a row's line."""
        return self.top + row * self.step + (self.step / 2 if self.wide else 27)


def axis_for(names: Sequence[str], releases: Sequence[str], across: int) -> Axis:
    """The axis that fits ``across`` pixels beside these names.

    >>> axis_for(["bpf_put_file"], ["6.12", "6.13"], 1000).x("6.13")
    898.0
    """
    if across < _WIDE:
        return Axis(tuple(releases), across, 8, across - 22, 40)
    longest = max([120, *(width(name, _SIZE, mono=True) for name in names)])
    column = min(longest, across * 0.34)
    return Axis(tuple(releases), across, round(column) + 16, across - 102, 17)


def grid(axis: Axis, foot: float, ink: Mapping[str, str]) -> str:
    """A hairline for each release, stronger where a series begins, and the labels that fit."""

    def parts() -> Iterator[str]:
        told = _labelled(axis)
        for release in axis.releases:
            x, first = axis.x(release), release.endswith(".0")
            yield tag(
                "path",
                d=f"M{number(x)},{axis.top - 4}V{number(foot)}",
                stroke=ink["line" if first else "hair"],
                stroke_width=1.5 if first else 1,
            )
            if release in told:
                start, box = told[release]
                yield label(start, foot + 18, release, box, _SIZE, ink["ink"], mono=True)

    return "".join(parts())


def _labelled(axis: Axis) -> dict[str, tuple[float, float]]:
    """Releases that get a label, with its left edge and width; none touches another."""
    order = axis.releases
    first = [order[-1], order[0], *(r for r in order if r.endswith(".0"))]
    placed: dict[str, tuple[float, float]] = {}
    even = [r for r in order if r[-1] in "02468"]
    for release in dict.fromkeys([*first, *even, *order]):
        box = width(release, _SIZE, mono=True)
        start = min(max(axis.x(release) - box / 2, 0), axis.width - box)
        if all(start + box + 6 <= s or s + b + 6 <= start for s, b in placed.values()):
            placed[release] = (start, box)
    return placed
