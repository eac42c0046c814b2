# SPDX-License-Identifier: BSD-3-Clause
"""
The drawn picture read back and compared with the answer
========================================================

Which ids stand in which block, what joins what, where the line of the id runs and what is said
beside it: worked out here from the lanes, the rows and the way alone, and looked for in the SVG.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property, lru_cache
from math import inf

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kfuncviz as kv
from kfuncviz.model.uidgid import INVALID, LAST_ID
from kfuncviz.render import sentence, svg
from kfuncviz.render.kit.fit import width
from kfuncviz.render.kit.tokens import LIGHT
from kfuncviz.render.ownership import labels
from kfuncviz.render.ownership.icons import SHAPES
from kfuncviz.render.ownership.reach import would_be
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.ownership.travel import Leg, Row
from tests.render.ownership.seen import NS, Box, Drawn, Part, Word

from .scenes import scenes
from .strategies import true_ownerships

#: From the top: the reading line, the bins' middle, and where the lanes' bodies begin and end.
READING, FOOT, TOP, BOTTOM = 190, 309, 102, 282
HEIGHT = 334
WIDTHS = (1200, 844, 800, 799, 640, 520, 340, 300)


class Seen:
    """An answer, the picture drawn of it, and how many of its steps are drawn."""

    def __init__(self, o: Ownership, width: int, step: int | None = None) -> None:
        self.o, self.width = o, width
        self.picture = Drawn(svg(o, width, step=step))
        self.step = len(o.hops) if step is None else step
        self.legs = [leg for leg in o.travel.legs if leg.step <= self.step]
        self.lanes = [k for k in range(len(o.lanes)) if o.travel.seen[k] <= self.step]

    @property
    def side_by_side(self) -> bool:
        return not self.picture.all("stop")

    @property
    def small(self) -> bool:
        return self.width < 800 or len(self.o.lanes) == 4

    @property
    def drawn_legs(self) -> list[Leg]:
        """The kernel never came to the others, so nothing is drawn of them."""
        return [leg for leg in self.legs if leg.fate != "unreached"]

    @cached_property
    def bars(self) -> list[Box]:
        """The coloured bar over each lane: where the lane stands from left to right."""
        return [self.picture.one("bar", lane=k).boxes[0] for k in range(len(self.o.lanes))]

    @cached_property
    def pills(self) -> dict[int, Box]:
        return {p.number("lane") or 0: p.boxes[0] for p in self.picture.all("pill")}

    @cached_property
    def bins(self) -> list[Part]:
        return self.picture.all("bin")

    def blocks(self, lane: int) -> list[Part]:
        return self.picture.all("block", lane=lane)

    def folds(self, lane: int) -> tuple[Part | None, Part | None]:
        """What is folded above, and below."""
        parts = self.picture.all("fold", lane=lane)
        above = [part for part in parts if part.boxes[0].y < READING]
        below = [part for part in parts if part.boxes[0].y > READING]
        assert len(above) <= 1
        assert len(below) <= 1
        return (above or [None])[0], (below or [None])[0]

    def ids(self, part: Part, lane: int) -> tuple[int, int]:
        """First and last id of a block; one that stands alone says none of its own."""
        first, last = part.number("first"), part.number("last")
        number = self.o.lanes[lane].id
        alone = -1 if number is None else number
        return (alone if first is None else first), (alone if last is None else last)

    def edge(self, lane: int, id: int, *, last: bool = False) -> float:
        """The height at which a run that begins with, or ends with, an id meets its lane."""
        for part in self.blocks(lane):
            if part.number("last" if last else "first") == id:
                box = part.boxes[0]
                return box.bottom + 1 if last else box.y - 1
        for part in self.folds(lane):
            if part and (part.number("first") or 0) <= id <= (part.number("last") or 0):
                box = part.boxes[0]
                return box.bottom if last else box.y
        raise AssertionError(f"{id} is neither drawn nor folded in lane {lane}")


def group(o: Ownership, lane: int) -> range:
    """The lanes around this one between which no map stands: their cuts are shared."""
    first = last = lane
    while first and o.hops[first - 1].nop:
        first -= 1
    while last < len(o.hops) and o.hops[last].nop:
        last += 1
    return range(first, last + 1)


def ranges(o: Ownership, lane: int) -> list[tuple[int, int, int]]:
    """(hop, first, stop) of every row that touches a lane or those it shares its numbers with."""
    lanes = group(o, lane)
    out = []
    for h in (lanes[0] - 1, lanes[-1]):
        if not 0 <= h < len(o.hops):
            continue
        at_left = h == lanes[-1]
        column = 0 if (o.hops[h].col1 == "left") == at_left else 1
        out += [(h, row[column], row[column] + row[2]) for row in o.hops[h].rows]
    return out


@lru_cache(maxsize=256)
def segments(o: Ownership, lane: int) -> list[tuple[int, int, set[int]]]:
    """(first, stop, hops with a row) of every run of ids between two cuts."""
    spans = ranges(o, lane)
    cuts = sorted({0, INVALID + 1} | {edge for _, *edges in spans for edge in edges})
    out = []
    for first, stop in itertools.pairwise(cuts):
        hops = {h for h, a, b in spans if a <= first < b}
        out.append((first, stop, hops))
    return out


def covered(o: Ownership, lane: int, hops: set[int], side: str) -> bool:
    """Whether the map at a side has a row for ids that the rows of these hops hold."""
    h = lane if side == "right" else lane - 1
    return not 0 <= h < len(o.hops) or o.hops[h].nop or h in hops


def expected_blocks(seen: Seen, lane: int) -> list[tuple[int, int]]:
    """First and last id of every block of a lane, in order, were there room for all."""
    here = seen.o.lanes[lane]
    out = []
    for first, stop, hops in segments(seen.o, lane):
        if hops:
            out.append((first, stop - 1))
        elif here.id is not None and first <= here.id < stop and lane in seen.lanes:
            out.append((here.id, here.id))
    return [*out, (-1, -1)] if here.id is None and here.twin and lane in seen.lanes else out


def size_of(part: Part | None) -> int:
    """How many blocks a fold says it holds."""
    if part is None:
        return 0
    (said,) = part.texts
    count, word = said.removeprefix("+").split()
    assert word == ("block" if count == "1" else "blocks")
    return int(count)


# ------------------------------------------------------------------ the lanes


def lanes_stand_from_left_to_right(seen: Seen) -> None:
    bars, o = seen.bars, seen.o
    assert bars[0].x == 0
    assert bars[-1].right == pytest.approx(seen.width, abs=0.1)
    assert {bar.width for bar in bars} == {112 if seen.small else 144}
    assert {(bar.y, bar.height) for bar in bars} == {(93, 6)}
    gaps = [b.x - a.right for a, b in itertools.pairwise(bars)]
    assert max(gaps) - min(gaps) < 0.1
    for bar, lane in zip(bars, o.lanes, strict=True):
        assert bar.fill == LIGHT[f"{lane.key}-l"]
    grounds = [box for box in seen.picture.boxes if box.y == TOP - 2]
    assert [(g.x, g.right, g.bottom) for g in grounds] == [
        (pytest.approx(b.x, abs=0.02), pytest.approx(b.right, abs=0.02), HEIGHT - 2) for b in bars
    ]
    assert {g.fill for g in grounds} == {LIGHT["panel"]}


def blocks_hold_the_ids_of_the_rows(seen: Seen) -> None:
    for k in range(len(seen.o.lanes)):
        expected = expected_blocks(seen, k)
        above, below = seen.folds(k)
        upper, lower = size_of(above), size_of(below)
        drawn = [seen.ids(part, k) for part in seen.blocks(k)]
        assert drawn == expected[upper : len(expected) - lower]
        for part, hidden in ((above, expected[:upper]), (below, expected[len(expected) - lower :])):
            if part:
                assert part.number("first") == hidden[0][0]
                assert part.number("last") == hidden[-1][1]


def blocks_are_stacked_in_their_lane(seen: Seen) -> None:
    for k, bar in enumerate(seen.bars):
        boxes = [part.boxes[0] for part in seen.blocks(k)]
        above, below = seen.folds(k)
        for upper, lower in itertools.pairwise(boxes):
            assert lower.y - upper.bottom >= 4.9
        for box in boxes:
            assert (box.x, box.right) == pytest.approx((bar.x + 1, bar.right - 1), abs=0.02)
            assert box.fill == LIGHT[f"{seen.o.lanes[k].key}-t"]
            assert box.stroke == LIGHT[f"{seen.o.lanes[k].key}-l"]
            assert box.y >= (TOP + 3 if above is None else above.boxes[0].bottom + 1)
            assert box.bottom <= (BOTTOM if below is None else below.boxes[0].y)
        for part, top in ((above, TOP + 1), (below, BOTTOM - 18)):
            if part:
                box = part.boxes[0]
                assert (box.x, box.right) == pytest.approx((bar.x + 1, bar.right - 1), abs=0.02)
                assert (box.y, box.height, box.dashes) == (top, 18, "2 3")
                assert part.words[0].x == pytest.approx(bar.centre, abs=0.02)
                assert box.y < part.words[0].y < box.bottom


def nothing_is_smaller_than_it_must_be(seen: Seen) -> None:
    """Outward from the reading line: as large as possible, each side for itself."""
    for k in range(len(seen.o.lanes)):
        for side, fold in zip((-1, 1), seen.folds(k), strict=True):
            boxes = [p.boxes[0] for p in seen.blocks(k)]
            beside = [
                b for b in boxes if (b.middle - READING) * side > 0 and not b.y < READING < b.bottom
            ]
            if k not in seen.pills and not boxes:
                continue
            heights = {b.height + 2 for b in beside}
            assert heights <= {25, 40}
            if fold is not None and k in seen.pills:
                assert heights <= {25}, "folded before the others were made smaller"


def edges_name_the_first_and_the_last_id(seen: Seen) -> None:
    for k, lane in enumerate(seen.o.lanes):
        starts = {first for _, first, _ in ranges(seen.o, k)}
        in_pill = lane.id if k in seen.lanes else None
        for part in seen.blocks(k):
            box, words = part.boxes[0], part.words
            first, last = seen.ids(part, k)
            if part.number("first") is None:
                assert not words
                continue
            for word in words:
                assert word.anchor == "end"
                assert word.mono
                assert box.right - word.x == pytest.approx(8, abs=0.02)
                assert box.y < word.y - 9 < word.y < box.bottom
                begins = word.full != str(last) or first == last
                assert word.bold == (begins and first in starts)
                assert word.fill == LIGHT["ink" if word.bold else "muted"]
            texts = [word.full for word in words]
            if first <= (-1 if in_pill is None else in_pill) <= last:
                beside = [str(n) for n in dict.fromkeys((first, last)) if n != in_pill]
                if not any(seen.folds(k)):
                    squeezed = [t for t in beside if t not in texts]
                    assert len(squeezed) <= 2
                assert texts == [t for t in beside if t in texts]
            elif first == last:
                assert texts == [str(first)]
                assert middle_of(words[0]) == pytest.approx(box.middle, abs=0.3)
            elif box.height >= 36:
                assert texts == [str(first), str(last)]
                assert words[0].y < box.middle < words[1].y - 9
            else:
                both = f"{first}\N{HORIZONTAL ELLIPSIS}{last}"
                fits = width(both, 13.5, mono=True) <= box.width - 14
                assert texts == [both if fits else f"{first}\N{HORIZONTAL ELLIPSIS}"]


def gaps_stand_for_ids_no_row_holds(seen: Seen) -> None:
    for k, lane in enumerate(seen.o.lanes):
        parts = seen.picture.all("gap", lane=k)
        untouched = all(hop.nop for hop in seen.o.hops[max(0, k - 1) : k + 1])
        for part in parts:
            (x, y), *_, (_, end) = part.strokes[0].strands[0]
            large = end - y == 16
            assert end - y in (16, 7)
            assert part.texts == (
                ["other ids" if untouched else "no row"] if large and len(parts) <= 3 else []
            )
            assert seen.bars[k].x < x < seen.bars[k].right
            for word in part.words:
                assert word.x == x + 12
                assert middle_of(word) == pytest.approx((y + end) / 2, abs=0.6)
        if any(seen.folds(k)):
            continue
        expected = 0
        for first, stop, hops in segments(seen.o, k):
            if hops:
                continue
            holes = [(first, stop)]
            if lane.id is not None and first <= lane.id < stop:
                holes = [(first, lane.id), (lane.id + 1, stop)]
            expected += sum(a < min(b, INVALID) for a, b in holes)
        assert expected - 2 <= len(parts) <= expected, "but for one at either end without room"


# -------------------------------------------------------------------- the id


def pills_hold_the_number_of_each_lane(seen: Seen) -> None:
    expected = {k: labels.pill_text(seen.o.lanes[k]) for k in seen.lanes}
    parts = seen.picture.all("pill")
    assert {p.number("lane"): p.texts[0] for p in parts} == {k: t for k, t in expected.items() if t}
    for part in parts:
        k = part.number("lane") or 0
        bar, box, word = seen.bars[k], part.boxes[0], part.words[0]
        value = seen.o.lanes[k].id
        assert (box.x, box.right) == pytest.approx((bar.x + 5, bar.right - 5), abs=0.02)
        assert (box.middle, box.height) == (READING, 36), "the reading line"
        assert word.text == word.full
        assert word.bold
        assert word.anchor == "end"
        assert middle_of(word) == pytest.approx(READING, abs=0.2)
        assert box.right - word.x == pytest.approx(10, abs=0.02)
        assert word.size == (14 if seen.small else 19)
        would = k == seen.o.travel.end and would_be(seen.o)
        assert box.dashes == ("2 5" if would else "2 3" if value is None else None)
        assert box.border == (4.5 if k == seen.o.travel.end else 3)


def pills_stand_in_the_block_that_holds_their_number(seen: Seen) -> None:
    for k, pill in seen.pills.items():
        number = -1 if seen.o.lanes[k].id is None else seen.o.lanes[k].id
        for part in seen.blocks(k):
            block = part.boxes[0]
            first, last = seen.ids(part, k)
            assert (block.y < pill.y < pill.bottom < block.bottom) == (
                first <= (number or 0) <= last
            )
        assert any(b.boxes[0].y < pill.middle < b.boxes[0].bottom for b in seen.blocks(k))


def notes_hang_under_the_pill(seen: Seen) -> None:
    expected = [note for k in seen.lanes if k in seen.pills for note in labels.notes(seen.o, k)]
    parts = seen.picture.all("note")
    assert [tuple(w.full for w in part.words) for part in parts] == expected
    for part in parts:
        name, value = part.words
        (k,) = [k for k, bar in enumerate(seen.bars) if bar.x < name.x < bar.right]
        (block,) = [
            b.boxes[0] for b in seen.blocks(k) if b.boxes[0].y < READING < b.boxes[0].bottom
        ]
        across = width(name.full, 13, mono=False) + 4 + width(str(LAST_ID), 13, mono=True)
        beside = across <= seen.bars[k].right - seen.bars[k].x - 18
        assert value.y - name.y == (0 if beside else 18)
        assert READING + 18 + 9 < name.y <= value.y < block.bottom
        assert (name.x - seen.bars[k].x, seen.bars[k].right - value.x) == pytest.approx((9, 9))
        assert value.anchor == "end"


# ------------------------------------------------------------------- the line


def facing(seen: Seen, leg: Leg) -> tuple[float, float]:
    """x of the edges a leg's line runs between: that of its source and that of its target."""
    left, right = seen.bars[leg.hop].right, seen.bars[leg.hop + 1].x
    return (left, right) if leg.source < leg.target else (right, left)


def height(seen: Seen, lane: int) -> float:
    """Where a line meets a lane: at its pill, else in its bin."""
    return READING if lane in seen.pills else FOOT


def lines_run_where_the_id_goes(seen: Seen) -> None:
    parts = seen.picture.all("line")
    assert [part.number("hop") for part in parts] == [leg.hop for leg in seen.drawn_legs]
    for part, leg in zip(parts, seen.drawn_legs, strict=True):
        x0, x1 = facing(seen, leg)
        halo, line, head = part.strokes
        (start, end), *more = line.strands
        assert not more
        assert start == pytest.approx((x0, height(seen, leg.source)), abs=0.02)
        y1 = height(seen, leg.target)
        tip, *back = head.strands[0]
        assert end[1] == pytest.approx(y1, abs=0.02)
        assert tip == pytest.approx((x1, y1), abs=0.02), "the head touches the lane"
        ahead = 1 if x1 > x0 else -1
        assert all((tip[0] - x) * ahead == pytest.approx(13) for x, _ in back[:2])
        assert sum(y for _, y in back[:2]) / 2 == pytest.approx(y1, abs=0.02)
        assert abs(back[0][0] - end[0]) < 4, "the line ends inside the head"
        arrives = leg.fate == "arrives"
        assert (line.dashes is None) == arrives
        assert line.stroke == head.fill == LIGHT["ink" if arrives else "bad-l"]
        assert (halo.thick, line.thick) == (11, 6)
        assert halo.stroke == LIGHT["bg"]


def plates_say_what_each_hop_answered(seen: Seen) -> None:
    parts = seen.picture.all("plate")
    assert [part.number("hop") for part in parts] == [leg.hop for leg in seen.drawn_legs]
    for part, leg in zip(parts, seen.drawn_legs, strict=True):
        x0, x1 = facing(seen, leg)
        box = part.boxes[0]
        middle = (height(seen, leg.source) + height(seen, leg.target)) / 2
        assert (box.middle, box.height) == (middle, 26 if seen.small else 42)
        assert min(x0, x1) < box.x < box.right < max(x0, x1)
        arrives = leg.fate == "arrives"
        assert box.stroke == LIGHT[f"{seen.o.hops[leg.hop].key}-l" if arrives else "bad-l"]
        assert (box.dashes is None) == arrives
        if seen.small:
            (said,) = part.words
            assert said.fill == LIGHT["ink" if arrives else "bad-l"]
        else:
            helper, said = part.words
            assert helper.text == labels.hop_label(seen.o.hops[leg.hop])
            assert helper.y < said.y
            assert helper.bold
            assert helper.x == said.x
            assert said.fill == LIGHT["muted" if arrives else "bad-l"]
        assert said.text in outcome(seen.o, leg)
        assert said.anchor == "middle"
        assert said.x == pytest.approx(box.centre, abs=0.02)


def outcome(o: Ownership, leg: Leg) -> tuple[str, ...]:
    """What may be said of a hop: the row, by its number among all; that there is none; ..."""
    hop, arriving = o.hops[leg.hop], o.lanes[leg.source].id
    if leg.fate == "arrives" and not hop.nop:
        if leg.row is None:
            return ("kernel id as it is", "as it is")
        return f"row {leg.row + 1} of {len(hop.rows)}", f"row {leg.row + 1}"
    if leg.fate == "lost":
        return f"{labels.NO_ROW} for {arriving}", labels.NO_ROW
    return labels.result(o, leg)


# ---------------------------------------------------------------------- rows


def ends(row: Row, *, col1_left: bool) -> tuple[int, int]:
    """First id at the left and at the right end of a row."""
    return (row[0], row[1]) if col1_left else (row[1], row[0])


def ribbons_join_what_their_row_maps(seen: Seen) -> None:
    for h, hop in enumerate(seen.o.hops):
        if hop.nop:
            continue
        x0, x1 = seen.bars[h].right, seen.bars[h + 1].x
        parts = seen.picture.all("row", hop=h)
        leg = seen.o.travel.hops[h]
        places: dict[tuple[float, ...], list[int]] = {}
        for nth, row in enumerate(hop.rows):
            left, right = ends(row, col1_left=hop.col1 == "left")
            place = (
                seen.edge(h, left), seen.edge(h, left + row[2] - 1, last=True),
                seen.edge(h + 1, right), seen.edge(h + 1, right + row[2] - 1, last=True),
            )  # fmt: skip
            places.setdefault(tuple(round(y, 1) for y in place), []).append(nth)
        assert len(parts) == len(places)
        if leg.row is not None:
            assert parts[-1].strokes[0].opacity == 0.95, "the active row is painted last"
        for part in parts:
            upper, lower = part.strokes[1].strands
            (a, b), (c, d) = upper, lower
            place = tuple(round(y, 1) for y in (a[1], c[1], b[1], d[1]))
            rows = places[place]
            assert part.number("rows") == len(rows)
            assert part.number("row") == (rows[0] if len(rows) == 1 else None)
            assert (a[0], b[0], c[0], d[0]) == pytest.approx((x0, x1, x0, x1), abs=0.02)
            band = part.strokes[0].strands[0]
            assert [band[0], band[1], band[2], band[3]] == [
                pytest.approx(p, abs=0.02) for p in (a, b, d, c)
            ]
            active = leg.row in rows
            assert part.strokes[0].opacity == (0.95 if active else 0.6)
            assert part.strokes[1].thick == (2.5 if active else 1.25)
            assert part.strokes[1].stroke == LIGHT[f"{hop.key}-l"]
            many = any(hop.rows[nth][2] > 1 for nth in rows)
            high = min(c[1] - a[1], d[1] - b[1]) > 20
            inside = part.strokes[2].strands if len(part.strokes) > 2 else []
            assert len(inside) == (3 if many and high else 0)
            for t, (p, q) in enumerate(inside, 1):
                assert p == pytest.approx((x0, a[1] + (c[1] - a[1]) * t / 4), abs=0.02)
                assert q == pytest.approx((x1, b[1] + (d[1] - b[1]) * t / 4), abs=0.02)


def bands_without_a_map_join_the_same_ids(seen: Seen) -> None:
    for h, hop in enumerate(seen.o.hops):
        if not hop.nop:
            continue
        parts = seen.picture.all("row", hop=h)
        here = [seen.ids(p, h) for p in seen.blocks(h) if p.number("first") is not None]
        held = {first for first, _ in expected_blocks(seen, h + 1)}
        want = []
        for first, last in here:
            if first in held:
                left = seen.edge(h, first), seen.edge(h, last, last=True)
                right = seen.edge(h + 1, first), seen.edge(h + 1, last, last=True)
                want.append((*left, *right))
        drawn = []
        for part in parts:
            (a, b), (c, d) = part.strokes[1].strands
            drawn.append((a[1], c[1], b[1], d[1]))
            assert part.number("rows") == 0
        assert sorted(drawn) == [pytest.approx(each, abs=0.02) for each in sorted(want)]


def counts_stand_at_the_column_1_end(seen: Seen) -> None:
    parts = seen.picture.all("count")
    if seen.small:
        assert not parts
        return
    told = {}
    for part in parts:
        h, nth = part.number("hop") or 0, part.number("row") or 0
        hop, word = seen.o.hops[h], part.words[0]
        told[h, nth] = word
        assert word.full == f"\N{MULTIPLICATION SIGN}{hop.rows[nth][2]}"
        x0, x1 = seen.bars[h].right, seen.bars[h + 1].x
        at_left = hop.col1 == "left"
        place = (x0 + 9, "start") if at_left else (x1 - 9, "end")
        assert (word.x, word.anchor) == (pytest.approx(place[0], abs=0.02), place[1])
    for h, hop in enumerate(seen.o.hops):
        for part in seen.picture.all("row", hop=h):
            nth = part.number("row")
            if nth is None:
                continue
            upper, lower = part.strokes[1].strands
            end = 0 if hop.col1 == "left" else 1
            middle = (upper[end][1] + lower[end][1]) / 2
            roomy = lower[end][1] - upper[end][1] >= 24
            used = nth == seen.o.travel.hops[h].row
            if (h, nth) in told:
                assert roomy
                assert not used
                assert told[h, nth].y - 5 == pytest.approx(middle, abs=0.1)
                assert not plates_over_the_count(seen, h, nth, middle)
            elif roomy and not used and seen.step >= len(seen.o.hops):
                assert crossed(seen, h, nth, middle), "there was room for it"


def plates_over_the_count(seen: Seen, hop: int, nth: int, middle: float) -> list[Box]:
    """The plates that would cover how many ids a quiet row holds."""
    at_left = seen.o.hops[hop].col1 == "left"
    wide = width(f"\N{MULTIPLICATION SIGN}{seen.o.hops[hop].rows[nth][2]}", 13, mono=True)
    edge = seen.bars[hop].right + 9 if at_left else seen.bars[hop + 1].x - 9
    span = (edge, edge + wide) if at_left else (edge - wide, edge)
    return [
        plate
        for part in seen.picture.all("plate", hop=hop)
        for plate in part.boxes
        if plate.y - 10 < middle < plate.bottom + 10
        and plate.x < span[1] and span[0] < plate.right
    ]  # fmt: skip


def crossed(seen: Seen, hop: int, nth: int, middle: float) -> bool:
    """Whether the plate or the line would meet the size of a row."""
    if plates_over_the_count(seen, hop, nth, middle):
        return True
    at_left = seen.o.hops[hop].col1 == "left"
    wide = 9 + width(f"\N{MULTIPLICATION SIGN}{seen.o.hops[hop].rows[nth][2]}", 13, mono=True)
    edge = seen.bars[hop].right if at_left else seen.bars[hop + 1].x
    word = Box(edge if at_left else edge - wide, middle, wide, 0, "", None, 0, None)
    return nearest_of_the_line(seen, hop, word, right=at_left) < 25


def notches_stand_where_no_row_goes_on(seen: Seen) -> None:
    for k, bar in enumerate(seen.bars):
        rows = {(first, stop - 1): hops for first, stop, hops in segments(seen.o, k)}
        parts = seen.picture.all("notch", lane=k)
        expected = []
        for part in seen.blocks(k):
            pair = seen.ids(part, k)
            hops = rows.get(pair, set())  # type: ignore[call-overload]
            sides = [side for side in ("right", "left") if not covered(seen.o, k, hops, side)]
            if pair != (-1, -1):
                expected += [(side, round(part.boxes[0].middle, 1)) for side in sides]
        drawn = [(part.data("side"), round(part.boxes[0].middle, 1)) for part in parts]
        assert sorted(drawn) == sorted(expected)
        for part in parts:
            box = part.boxes[0]
            assert box.width == 9
            right = part.data("side") == "right"
            edge = box.x + 1 if right else box.right - 1
            assert edge == pytest.approx(bar.right if right else bar.x, abs=0.02)
            assert seen.picture.hatch(part.boxes[1]) == "bad"
            no_row_is_said_beside_its_notch(seen, k, part)


def nearest_of_the_line(seen: Seen, hop: int, notch: Box, *, right: bool) -> float:
    """How near the line of a hop comes, up or down, to the words beside a notch."""
    reach = notch.width + 12 + width(labels.NO_ROW, 13, mono=False)
    span = (notch.x, notch.x + reach) if right else (notch.right - reach, notch.right)
    near = [inf]
    for line in seen.picture.all("line", hop=hop):
        (x0, y0), (x1, y1) = line.strokes[0].strands[0]
        for sample in range(601):
            t = sample / 600
            x = x0 + (x1 - x0) * t * (3 - 3 * t + 2 * t * t) / 2
            if span[0] <= x <= span[1]:
                near.append(abs(y0 + (y1 - y0) * t * t * (3 - 2 * t) - notch.middle))
    return min(near)


def no_row_is_said_beside_its_notch(seen: Seen, lane: int, part: Part) -> None:
    box, right = part.boxes[0], part.data("side") == "right"
    leg = seen.o.travel.hops[lane if right else lane - 1]
    beside_pill = lane in seen.pills and box.y < READING < box.bottom
    if seen.small or beside_pill or leg.fate == "lost":
        assert not part.words, "the plate says it, or there is no room"
        return
    if seen.step < len(seen.o.hops):
        return
    near = nearest_of_the_line(seen, leg.hop, box, right=right)
    plates = [b for p in seen.picture.all("plate", hop=leg.hop) for b in p.boxes]
    free = near > 25 and all(abs(p.middle - box.middle) > p.height / 2 + 10 for p in plates)
    assert part.words or not free
    for word in part.words:
        assert near > 7
        assert word.text == labels.NO_ROW
        assert word.y - 5 == pytest.approx(box.middle, abs=0.1)
        assert word.anchor == ("start" if right else "end")
        assert word.x == pytest.approx(box.right + 5 if right else box.x - 5, abs=0.1)
        assert word.fill == LIGHT["bad-l"]


# ---------------------------------------------------------------------- bins


def bins_stand_where_this_direction_can_lose_an_id(seen: Seen) -> None:
    o, way = seen.o, seen.o.travel
    expected = []
    for k in range(len(o.lanes)):
        maps = [hop for hop in o.hops[:k] if not hop.nop]
        if not o.reading:
            maps = [hop for hop in o.hops if not hop.nop and hop.key in ("fs", "mount")]
            if k:
                maps = [o.hops[k]] if k < len(o.hops) and o.direction == "chown" else []
                maps = [hop for hop in maps if not hop.nop]
        if k != way.start and (way.fallen[k] or maps):
            expected.append(k)
    assert len(seen.bins) == len(expected)
    for k, part in zip(expected, seen.bins, strict=True):
        box, bar = part.boxes[0], seen.bars[k]
        assert (box.x, box.right) == pytest.approx((bar.x + 3, bar.right - 3), abs=0.02)
        assert (box.middle, box.height) == (FOOT, 40)
        used = way.fallen[k] and k in seen.lanes
        thin = way.loss == "no name"
        assert seen.picture.hatch(box) == (("thin" if thin else "bad") if used else "idle")
        assert box.border == ((2.5 if thin else 4) if used else 1.25)
        assert box.stroke == LIGHT["bad-l" if used else "line"]
        words = labels.bin_words(o, k)
        plate = part.boxes[1]
        assert [word.full for word in part.words] == list(words if used else words[:1])
        assert all(word.text == word.full for word in part.words)
        assert plate.centre == pytest.approx(box.centre, abs=0.02)
        assert box.y < plate.y < part.words[0].y < plate.bottom < box.bottom
        for word in part.words:
            assert word.x == pytest.approx(plate.centre, abs=0.02)
            assert word.bold == used


# ------------------------------------------------------------------- headers


def chip_of(o: Ownership, lane: int) -> str | None:
    """What is said of a lane's part in the way."""
    if lane == o.travel.start:
        return labels.START
    if lane == o.travel.answer:
        return "would be" if would_be(o) else labels.ANSWER
    return labels.NOT_REACHED if lane == o.travel.end else None


def headers_name_lanes_and_maps(seen: Seen) -> None:
    o = seen.o
    for k, lane in enumerate(o.lanes):
        part, bar = seen.picture.one("lane-head", lane=k), seen.bars[k]
        name, sub, *rest = part.words
        assert name.full == labels.lane_name(lane, small=seen.small)
        assert sub.full in lane.sub
        assert part.icons == [(SHAPES[lane.key], bar.x, 2, LIGHT[f"{lane.key}-l"])]
        chip = chip_of(o, k)
        assert [word.text for word in rest] == ([chip] if chip else [])
        assert name.y < sub.y < 60
        if chip:
            (frame,), (word,) = part.boxes, rest
            assert word.x == pytest.approx(frame.centre, abs=0.02)
            assert middle_of(word) == pytest.approx(frame.middle, abs=0.3)
            assert bar.x <= frame.x < frame.right <= bar.right + 1
            assert sub.y < frame.y < frame.bottom < bar.y
            assert (frame.dashes is None) == (chip in (labels.START, labels.ANSWER))
            assert frame.border == (2.5 if chip == labels.ANSWER else 1.5)
    for h, hop in enumerate(o.hops):
        part = seen.picture.one("hop-head", hop=h)
        left, right = seen.bars[h].right + 6, seen.bars[h + 1].x - 6
        name, *words = part.words
        assert name.full == labels.hop_name(hop, small=seen.small)
        assert name.x == pytest.approx((left + right) / 2, abs=0.02)
        assert name.fill == LIGHT[f"{hop.key}-l"]
        box = part.boxes[-1]
        assert (box.x, box.right) == pytest.approx((left, right), abs=0.02)
        assert (box.y, box.height) == (48, 42)
        if hop.nop:
            assert [w.text for w in words] == ["no map" if seen.small else "no map: same number"]
            continue
        tags_stand_where_the_columns_live(seen, h, words)
        if not seen.small:
            count = f"{len(hop.rows)} row" + ("s" if len(hop.rows) != 1 else "")
            assert words.pop(2).text == count
        told = ["{} {} {}".format(*row) for row in hop.rows[:2]]
        if len(hop.rows) > 2:
            told[1] = f"+{len(hop.rows) - 1} rows"
        assert [word.full for word in words[2:]] == told
        assert all(box.y < word.y < box.bottom for word in words[2:])


def tags_stand_where_the_columns_live(seen: Seen, h: int, words: list[Word]) -> None:
    """Column 1 at the end whose lane it speaks of, and column 2 at the other."""
    part, hop = seen.picture.one("hop-head", hop=h), seen.o.hops[h]
    left_box, right_box = part.boxes[:2]
    left, right = words[:2]
    assert (left.text, right.text) == (
        ("col 1", "col 2") if hop.col1 == "left" else ("col 2", "col 1")
    )
    for box, word in ((left_box, left), (right_box, right)):
        assert word.x == pytest.approx(box.centre, abs=0.02)
        assert middle_of(word) == pytest.approx(box.middle, abs=0.2)
        assert box.stroke == LIGHT[f"{hop.key}-l"]
        assert box.fill == LIGHT[f"{hop.key}-t"]
    x0, x1 = seen.bars[h].right, seen.bars[h + 1].x
    assert left_box.x - x0 == pytest.approx(x1 - right_box.right, abs=0.1)


# ------------------------------------------------------------------ together


def middle_of(word: Word) -> float:
    """Half the height of its capitals over the baseline of a word."""
    return word.y - word.size * 0.36


def nothing_leaves_the_picture(seen: Seen) -> None:
    for box in seen.picture.boxes[1:] + seen.picture.circles:
        assert box.x >= -2.01
        assert box.right <= seen.picture.width - 1.9
        assert box.y >= 0
        assert box.bottom <= seen.picture.height
    for word in seen.picture.words:
        assert 0 < word.y < seen.picture.height
        assert word.size >= 13


def its_height_is_always_the_same(seen: Seen) -> None:
    gate = seen.picture.all("gate")
    below = gate[0].boxes[0].height + 14 if gate else 0
    assert seen.picture.height - below == pytest.approx(HEIGHT, abs=0.1)


def it_is_named(seen: Seen) -> None:
    loose = [e for e in seen.picture.element.iter() if e.tag in (f"{NS}svg", f"{NS}g")]
    assert not any(e.text or any(child.tail for child in e) for e in loose), "words of no element"
    assert seen.picture.named == {"t": seen.o.title or labels.QUESTION, "d": sentence(seen.o)}


CHECKS: tuple[Callable[[Seen], None], ...] = (
    it_is_named,
    nothing_leaves_the_picture,
    its_height_is_always_the_same,
    lanes_stand_from_left_to_right,
    blocks_hold_the_ids_of_the_rows,
    blocks_are_stacked_in_their_lane,
    nothing_is_smaller_than_it_must_be,
    edges_name_the_first_and_the_last_id,
    gaps_stand_for_ids_no_row_holds,
    pills_hold_the_number_of_each_lane,
    pills_stand_in_the_block_that_holds_their_number,
    notes_hang_under_the_pill,
    lines_run_where_the_id_goes,
    plates_say_what_each_hop_answered,
    ribbons_join_what_their_row_maps,
    bands_without_a_map_join_the_same_ids,
    counts_stand_at_the_column_1_end,
    notches_stand_where_no_row_goes_on,
    bins_stand_where_this_direction_can_lose_an_id,
    headers_name_lanes_and_maps,
)


@lru_cache(maxsize=1)
def everything() -> list[Seen]:
    """Each scene at each width and at each step, and what each gallery scenario opens with."""
    seen = [Seen(o, width) for o in scenes().values() for width in WIDTHS]
    seen += [Seen(o, width, step) for o in scenes().values() for width in (844, 330)
             for step in (0, 1, 2)]  # fmt: skip
    opened = [kv.Scenario.load(name).who_owns() for name in kv.gallery()]
    return seen + [Seen(o, width) for o in opened for width in (844, 360)]


def pictures() -> list[Seen]:
    """Those with lanes side by side."""
    return [seen for seen in everything() if seen.side_by_side]


def trails() -> list[Seen]:
    """Those with stops under each other."""
    return [seen for seen in everything() if not seen.side_by_side]


# ----------------------------------------------------------------- the trail


def stops_stand_like_lanes(seen: Seen) -> None:
    """The disk on top and the caller below, whichever way the question runs."""
    o = seen.o
    stops, lines = seen.picture.all("stop"), seen.picture.all("line")
    assert [stop.number("lane") for stop in stops] == list(range(len(o.lanes)))
    drawn = sorted(leg.hop for leg in seen.legs)
    assert [line.number("hop") for line in lines] == drawn
    boxes = [stop.boxes[0] for stop in stops]
    for line in lines:
        h = line.number("hop") or 0
        assert boxes[h + 1].y == pytest.approx(boxes[h].bottom + 72, abs=0.02)
        hop_between(seen, line, o.travel.hops[h], boxes[h], boxes[h + 1])
    for k, stop in enumerate(stops):
        lane, box = o.lanes[k], stop.boxes[0]
        assert box.x == 1
        assert box.right == min(seen.width, 720) - 1
        assert box.fill == LIGHT[f"{lane.key}-t"]
        assert stop.icons == [(SHAPES[lane.key], 17, box.y + 19, LIGHT[f"{lane.key}-l"])]
        assert box.stroke == stop.boxes[1].fill == LIGHT[f"{lane.key}-l"]
        assert (stop.boxes[1].y, stop.boxes[1].bottom) == (box.y + 4, box.bottom - 4)
        name, sub = stop.words[:2]
        assert name.full == labels.lane_name(lane, small=False)
        chip = labels.chip(o, k)
        assert sub.full == " \N{MIDDLE DOT} ".join(text for text in (chip, lane.sub) if text)
        assert name.x == sub.x == 46
        assert box.y < name.y - 16 < name.y < sub.y - 13 < sub.y < box.bottom
        number_at_a_stop(seen, stop, k)


def number_at_a_stop(seen: Seen, stop: Part, k: int) -> None:
    o, box = seen.o, stop.boxes[0]
    frames = [each for each in stop.boxes[2:] if each.height >= 36]
    text, notes = labels.pill_text(o.lanes[k]), labels.notes(o, k)
    said = stop.texts[2:]
    if k not in seen.lanes or not (text or o.travel.fallen[k]):
        assert not frames
        assert not said
    elif o.travel.fallen[k]:
        assert tuple(said) == labels.bin_words(o, k)
        thin = o.travel.loss == "no name"
        assert seen.picture.hatch(frames[0]) == ("thin" if thin else "bad")
        assert frames[0].border == (2.5 if thin else 4)
        plate = stop.boxes[3]
        assert frames[0].x < plate.x < plate.right < frames[0].right
        first, second = stop.words[2:]
        assert plate.y < first.y - 12 < first.y < second.y - 12 < second.y < plate.bottom
    else:
        assert said == [*(word for note in notes for word in note), text]
        frame, word = frames[-1], stop.words[-1]
        assert middle_of(word) == pytest.approx(frame.middle, abs=0.2)
        assert frame.right - word.x == pytest.approx(10, abs=0.02)
        assert frame.border == (4.5 if k == o.travel.end else 3)
        assert word.text == word.full
        for upper, lower in zip(stop.words[2:-1:2], stop.words[3:-1:2], strict=True):
            assert upper.y == lower.y
            assert frame.bottom < upper.y - 9 < upper.y < box.bottom
    for frame in frames[:1]:
        assert box.y < frame.y < frame.bottom < box.bottom
        assert box.right - frame.right == pytest.approx(8, abs=0.02)
        words = stop.words[:2]
        assert seen.width < 330 or all(w.x + w.box <= frame.x for w in words)
        assert seen.width >= 330 or frame.y > max(w.y for w in words)


def hop_between(seen: Seen, line: Part, leg: Leg, above: Box, below: Box) -> None:
    shaft, *head = line.strokes
    (x, y), (_, end) = shaft.strands[0]
    down = leg.target > leg.source
    if leg.fate == "unreached":
        assert (y, end) == pytest.approx((above.bottom, below.y), abs=0.02)
        assert not head
        assert shaft.stroke == LIGHT["line"]
    else:
        colour = LIGHT["ink" if leg.fate == "arrives" else "bad-l"]
        tip, *back = head[0].strands[0]
        ahead = 1 if down else -1
        assert tip == pytest.approx((x, below.y if down else above.bottom), abs=0.02)
        assert y == pytest.approx(above.bottom + 1 if down else below.y - 1, abs=0.02)
        assert back[0][1] == back[1][1] == pytest.approx(tip[1] - 13 * ahead, abs=0.02)
        assert (back[0][0] + back[1][0]) / 2 == pytest.approx(x, abs=0.02)
        assert min(back[0][1], tip[1]) <= end <= max(back[0][1], tip[1])
        assert shaft.stroke == head[0].fill == colour
        assert (shaft.dashes is None) == (leg.fate == "arrives")
    assert x > seen.picture.width - 40
    hop, (name, helper, said) = seen.o.hops[leg.hop], line.words
    assert name.full == hop.name
    assert name.fill == LIGHT[f"{hop.key}-l"]
    assert helper.full == labels.hop_label(hop)
    told, _, row = said.full.partition(": ")
    assert told == outcome(seen.o, leg)[0]
    assert row == ("" if leg.row is None else "{} {} {}".format(*hop.rows[leg.row]))
    assert {name.x, helper.x, said.x} == {46}
    assert above.bottom < name.y - 12 < name.y < helper.y - 12 < helper.y < said.y - 12
    assert said.y < below.y
    assert said.fill == LIGHT["muted" if leg.fate in ("arrives", "unreached") else "bad-l"]


TRAIL_CHECKS = (it_is_named, nothing_leaves_the_picture, stops_stand_like_lanes)


def pass_all(check: Callable[[Seen], None], some: list[Seen]) -> None:
    for seen in some:
        try:
            check(seen)
        except AssertionError as error:
            where = f"{seen.o.title!r}, {seen.width} px, step {seen.step}"
            raise AssertionError(f"{where}: {error}") from error


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_lanes_side_by_side(check: Callable[[Seen], None]) -> None:
    pass_all(check, pictures())


@pytest.mark.parametrize("check", TRAIL_CHECKS, ids=lambda check: check.__name__)
def test_trails(check: Callable[[Seen], None]) -> None:
    assert len(trails()) > 20
    pass_all(check, trails())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(true_ownerships(), st.sampled_from(WIDTHS), st.sampled_from((0, 1, None, None)))
def test_any_true_answer(o: Ownership, width: int, step: int | None) -> None:
    seen = Seen(o, width, step)
    for check in CHECKS if seen.side_by_side else TRAIL_CHECKS:
        check(seen)


@pytest.mark.parametrize("width", range(240, 1300, 20))
def test_ten_digits_are_never_cut(width: int) -> None:
    for name in ("ten_digits", "twin", "nested"):
        o = scenes()[name]
        lanes = tuple(
            replace(lane, id=None if lane.id is None else LAST_ID - k)
            for k, lane in enumerate(o.lanes)
        )
        for part in Drawn(svg(replace(o, lanes=lanes), width)).all("pill"):
            assert part.texts == [str(lanes[part.number("lane") or 0].id)]
