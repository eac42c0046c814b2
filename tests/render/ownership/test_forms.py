# SPDX-License-Identifier: BSD-3-Clause
"""At which width a picture changes its form, and from how many rows on it is folded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kfuncviz.render import sentence, svg
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.ownership.travel import travel

from .scenes import scenes
from .seen import Drawn

SCENES = scenes()
TRAIL = 0.0


def lane_width(scene: str, width: int) -> float:
    heads = Drawn(svg(SCENES[scene], width)).all("bar")
    return heads[0].boxes[0].width if heads else TRAIL


@pytest.mark.parametrize(
    ("scene", "width", "below", "from_here"),
    [
        ("one", 640, TRAIL, 112),
        ("one", 800, 112, 144),
        ("nested", 800, TRAIL, 112),
    ],
)
def test_lanes_grow_at_these_widths(scene: str, width: int, below: float, from_here: float) -> None:
    assert (lane_width(scene, width - 1), lane_width(scene, width)) == (below, from_here)


def test_two_lanes_have_a_form_and_five_are_a_trail() -> None:
    one, five = SCENES["one"], SCENES["nested"]
    two = replace(
        one, lanes=one.lanes[1:], hops=one.hops[1:], travel=travel("read", one.hops[1:], {0: 0})
    )
    assert len(Drawn(svg(two, 1200)).all("lane-head")) == 2
    hops = (five.hops[0], *five.hops)
    more = replace(five, lanes=(five.lanes[0], *five.lanes), hops=hops,
                   travel=travel("read", hops, {}))  # fmt: skip
    assert len(Drawn(svg(more, 1600)).all("stop")) == 5


def with_rows(count: int, size: int = 1) -> Ownership:
    """The scene of one row with ``count`` rows in the mount's map; the last one answers."""
    one = SCENES["one"]
    before = tuple((100 * n, 5000 + 100 * n, size) for n in range(count - 1))
    rows = (*before, (10000, 1000000, 1))
    hops = (
        replace(one.hops[0], rows=rows),
        replace(one.hops[1], rows=(), nop=True),
    )
    lanes = tuple(
        replace(lane, id=n) for lane, n in zip(one.lanes, (10000, 1000000, 1000000), strict=True)
    )
    return replace(one, lanes=lanes, hops=hops, travel=travel("read", hops, {0: count - 1}))


def beside(count: int, size: int = 1, width: int = 844) -> tuple[list[float], list[str]]:
    """How high the blocks over the first lane's pill are, from the pill up, and its folds."""
    picture = Drawn(svg(with_rows(count, size), width))
    blocks = [part.boxes[0] for part in picture.all("block", lane=0)][:-1]
    folds = [text for part in picture.all("fold", lane=0) for text in part.texts]
    return [box.height + 2 for box in reversed(blocks)], folds


def test_rows_are_made_smaller_and_then_folded() -> None:
    """66 pixels over the pill: two lines, then one line, then a fold; the nearest stay longest."""
    assert beside(2, size=50) == ([40], [])
    assert beside(3, size=50) == ([25], ["+1 block"])
    assert beside(2) == ([25], [])
    assert beside(3) == ([25], ["+1 block"])
    assert beside(90, size=50) == ([25], ["+88 blocks"])


def test_gaps_are_named_only_where_they_are_large() -> None:
    words = [Drawn(svg(with_rows(n), 844)).all("gap", lane=0)[0].texts for n in (1, 2, 3)]
    assert words == [["no row"], ["no row"], []]


def test_the_row_that_answered_is_never_folded() -> None:
    for name in ("many", "many_lost"):
        picture = Drawn(svg(SCENES[name], 844))
        for leg in SCENES[name].travel.hops:
            if leg.row is not None:
                assert picture.one("row", hop=leg.hop, row=leg.row).strokes[0].opacity == 0.95


def test_a_long_name_in_a_sentence_is_cut_at_sixty() -> None:
    o = SCENES["lost_mount"]

    def named(length: int) -> str:
        return sentence(replace(o, hops=(replace(o.hops[0], name="n" * length), o.hops[1])))

    assert f"Lost in the {'n' * 60}: " in named(60)
    assert f"Lost in the {'n' * 59}\N{HORIZONTAL ELLIPSIS}: " in named(61)
