# SPDX-License-Identifier: BSD-3-Clause
"""At which width a picture changes its form, and from how many rows on it is folded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kfuncviz.render import sentence, svg
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.ownership.travel import travel

from .scenes import scenes
from .seen import Drawn, Word

SCENES = scenes()
TRAIL = 0.0


def lane_width(scene: str, width: int) -> float:
    heads = Drawn(svg(SCENES[scene], width)).all("lane-head")
    return heads[0].boxes[0].width if heads else TRAIL


@pytest.mark.parametrize(
    ("scene", "width", "below", "from_here"),
    [
        ("one", 316, TRAIL, 88),
        ("one", 334, 88, 94),
        ("one", 520, 94, 130),
        ("one", 900, 130, 172),
        ("one", 1000, 172, 184),
        ("nested", 700, TRAIL, 130),
        ("nested", 1080, 130, 150),
        ("nested", 1180, 150, 164),
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


def head(scene: str, width: int, hop: int = 0) -> list[Word]:
    return Drawn(svg(SCENES[scene], width)).one("hop-head", hop=hop).words


def test_words_of_a_hop_grow_with_the_gap() -> None:
    assert [head("one", width)[0].size for width in (1012, 1014)] == [14, 16]
    assert [head("nested", w)[1].text for w in (1181, 1182)] == ["none", "none: same number"]
    tags = [Drawn(svg(SCENES["one"], w)).one("hop-head", hop=0).boxes[0].x for w in (1012, 1014)]
    assert tags == [184 + 8, 184 + 14]


def test_tags_and_circles_make_room_in_a_narrow_gap() -> None:
    """Tags reach over the lanes below 60 px; a circle stands before the arrowhead above 40."""

    def tag(width: int) -> float:
        return Drawn(svg(SCENES["one"], width)).one("hop-head", hop=0).boxes[0].x

    def circle(width: int) -> float:
        return Drawn(svg(SCENES["one"], width)).one("plate", hop=0).circles[0].centre

    assert (tag(401), tag(402)) == (94 - 25, 94 + 2)
    assert (circle(362), circle(364)) == pytest.approx((94 + 20, 94 + 20.5 - 3.6))


def legend(width: int) -> Word:
    return next(w for w in Drawn(svg(SCENES["one"], width)).words if w.full.startswith("c1, c2"))


def test_the_legend_shrinks_on_a_telephone() -> None:
    assert [legend(width).size for width in (400, 401)] == [12.5, 13]


def with_rows(count: int) -> Ownership:
    """The scene of one row with ``count`` rows in the mount's map; the last one answers."""
    one = SCENES["one"]
    rows = (*tuple((10 * n, 5000 + 10 * n, 5) for n in range(count - 1)), (1000, 101000, 1))
    hops = (replace(one.hops[0], rows=rows), one.hops[1])
    return replace(one, hops=hops, travel=travel("read", hops, {0: count - 1, 1: 0}))


def test_thirteen_rows_are_folded_and_twelve_are_not() -> None:
    def folds(o: Ownership) -> int:
        return sum(t.startswith("+") for t in Drawn(svg(o, 1200)).texts)

    assert folds(with_rows(12)) == 0
    assert folds(with_rows(13)) > 0


def test_around_a_number_without_a_row_two_rows_on_each_side_are_drawn() -> None:
    picture = Drawn(svg(SCENES["many_lost"], 1200))
    drawn = [p.number("row") for p in picture.all("row", hop=1) if p.data("row")]
    assert sorted(n for n in drawn if n is not None) == [169, 170, 171, 172]


def test_around_the_row_that_answered_one_on_each_side_is_drawn() -> None:
    picture = Drawn(svg(SCENES["many"], 1200))
    for hop in (0, 1):
        drawn = {p.number("row") for p in picture.all("row", hop=hop)} - {None}
        assert {169, 170, 171} <= drawn
        assert len(drawn) <= 12


def test_a_long_name_in_a_sentence_is_cut_at_sixty() -> None:
    o = SCENES["lost_mount"]

    def named(length: int) -> str:
        return sentence(replace(o, hops=(replace(o.hops[0], name="n" * length), o.hops[1])))

    assert f"Lost in the {'n' * 60}: " in named(60)
    assert f"Lost in the {'n' * 59}\N{HORIZONTAL ELLIPSIS}: " in named(61)
