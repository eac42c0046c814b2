# SPDX-License-Identifier: BSD-3-Clause
"""
A window on the lives: some rows drawn, all of them in an overview beside
=========================================================================

However many kfuncs there are, the window has room for the same number of rows, so that nothing
moves when a filter changes.  In the overview each kfunc is a line as thin as it must be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from kfuncviz.evidence.history.lives import Life
from kfuncviz.render.kit.markup import label, number, tag
from kfuncviz.render.lifetimes import marks
from kfuncviz.render.lifetimes.axis import Axis, grid

Kfunc = Sequence[Life]
#: What the overview is wide.
OVERVIEW = 64


def window(
    kfuncs: Sequence[Kfunc],
    rows: int,
    axis: Axis,
    ink: Mapping[str, str],
    made: Callable[[Kfunc, str], str] = lambda _, row: row,
) -> tuple[str, float]:
    """The drawing of some kfuncs, with room for so many ``rows``, and its height.

    ``made`` makes of a kfunc and its drawn row what stands in the picture.
    """
    foot = axis.top + rows * axis.step
    parts = [marks.key(axis.width, ink), grid(axis, foot, ink)]
    for nth, lives in enumerate(kfuncs):
        parts.append(made(lives, marks.row(axis, axis.y(nth), [*lives], ink)))
    if not kfuncs:
        said, room = "No kfunc matches these filters.", axis.width - 2.0
        parts.append(label(0, axis.top + 24, said, room, 15, ink["ink"], bold=True,
                           halo=ink["bg"]))  # fmt: skip
    return "".join(parts), foot + 26


def overview(
    kfuncs: Sequence[Kfunc],
    view: range,
    releases: Sequence[str],
    height: float,
    ink: Mapping[str, str],
) -> str:
    """Every kfunc as a thin line, the ones in ``view`` in a frame: one path a kind of mark."""
    at = {release: nth * (OVERVIEW - 8) / (len(releases) - 1) + 4
          for nth, release in enumerate(releases)}  # fmt: skip
    step = height / max(1, len(kfuncs))
    alive: list[str] = []
    gone: list[str] = []
    changed: list[str] = []
    for nth, lives in enumerate(kfuncs):
        y = number((nth + 0.5) * step)
        for life in lives:
            line = gone if life.died else alive
            line.append(f"M{number(at[life.born])},{y}H{number(at[life.died or releases[-1]])}")
            changed += [f"M{number(at[when] - 1)},{y}h2" for when in life.changed]
    frame = tag("rect", x=1, y=1 + view.start * step, width=OVERVIEW - 2,
                height=max(4.0, len(view) * step - 2), fill="none", stroke=ink["ink"],
                stroke_width=2, rx=3)  # fmt: skip
    paths = (
        tag("path", d="".join(d), stroke=ink[tone], stroke_width=thick, fill="none")
        for d, tone, thick in ((alive, "line", 1), (gone, "bad-l", 1.5), (changed, "mount-l", 2))
        if d
    )  # fmt: skip
    return "".join([*paths, frame if view else ""])
