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
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.ownership.travel import Leg, Row
from tests.render.ownership.seen import NS, Box, Drawn, Part, Word

from .scenes import scenes
from .strategies import true_ownerships

MOST_SLIDE = 280
FOLDED_ABOVE = 12
WIDTHS = (1200, 1090, 960, 900, 700, 520, 340, 300)


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

    @cached_property
    def bars(self) -> list[Box]:
        """The coloured bar over each lane: where the lane stands from left to right."""
        return [self.picture.one("lane-head", lane=k).boxes[0] for k in range(len(self.o.lanes))]

    @cached_property
    def pills(self) -> dict[int, Box]:
        return {p.number("lane") or 0: p.boxes[0] for p in self.picture.all("pill")}

    @cached_property
    def bins(self) -> list[Part]:
        return self.picture.all("bin")

    @cached_property
    def plates(self) -> bool:
        return any(part.boxes for part in self.picture.all("plate")) or (
            not self.picture.all("key") and not any("c1, c2" in t for t in self.picture.texts)
        )

    @cached_property
    def folded(self) -> bool:
        return any(len(hop.rows) > FOLDED_ABOVE for hop in self.o.hops)

    def blocks(self, lane: int) -> list[Part]:
        return self.picture.all("block", lane=lane)


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


# ------------------------------------------------------------------ the lanes


def lanes_stand_from_left_to_right(seen: Seen) -> None:
    bars, o = seen.bars, seen.o
    assert bars[0].x == 0
    assert bars[-1].right == pytest.approx(seen.width, abs=0.1)
    assert len({bar.width for bar in bars}) == 1
    assert len({bar.y for bar in bars}) == 1
    gaps = [b.x - a.right for a, b in itertools.pairwise(bars)]
    assert max(gaps) - min(gaps) < 0.1
    assert min(gaps) >= 26
    for bar, lane in zip(bars, o.lanes, strict=True):
        assert bar.fill == LIGHT[f"{lane.key}-l"]


def blocks_hold_the_ids_of_the_rows(seen: Seen) -> None:
    for k, lane in enumerate(seen.o.lanes):
        expected = [(first, stop - 1) for first, stop, hops in segments(seen.o, k) if hops]
        gaps = [(first, stop) for first, stop, hops in segments(seen.o, k) if not hops]
        alone = any(lane.id is not None and first <= lane.id < stop for first, stop in gaps)
        if alone and k in seen.lanes:
            expected.append((lane.id or 0, lane.id or 0))
        if lane.id is None and lane.twin and k in seen.lanes:
            expected.append((-1, -1))
        drawn = [(p.number("first"), p.number("last")) for p in seen.blocks(k)]
        if not seen.folded:
            assert sorted(drawn) == sorted(expected)
        in_order = [pair for pair in drawn if pair != (-1, -1)]
        assert in_order == sorted(in_order)


def blocks_are_stacked_in_their_lane(seen: Seen) -> None:
    for k, bar in enumerate(seen.bars):
        boxes = [part.boxes[0] for part in seen.blocks(k)]
        for above, below in itertools.pairwise(boxes):
            assert below.y - above.bottom >= 2.9
        for box in boxes:
            assert (box.x, box.right) == pytest.approx((bar.x + 1, bar.right - 1), abs=0.02)
            assert box.fill == LIGHT[f"{seen.o.lanes[k].key}-t"]
            assert box.stroke == LIGHT[f"{seen.o.lanes[k].key}-l"]


def edges_name_the_first_and_the_last_id(seen: Seen) -> None:
    for k, lane in enumerate(seen.o.lanes):
        starts = {first for _, first, _ in ranges(seen.o, k)}
        for part in seen.blocks(k):
            box, first, last = part.boxes[0], part.number("first"), part.number("last")
            in_pill = lane.id if k in seen.lanes else None
            words = [word for word in part.words if not word.text.startswith("+")]
            alone = first == -1 or (first not in starts and first == last == in_pill)
            want = [] if alone else [n for n in dict.fromkeys((first, last)) if n != in_pill]
            assert [word.text for word in words] == [str(n) for n in want]
            for word in words:
                assert word.anchor == "end"
                assert word.mono
                assert 0 < box.right - word.x < 15
                if first == last:
                    assert middle_of(word) == pytest.approx(box.middle, abs=0.3)
                elif word.text == str(first):
                    assert word.y - word.size - box.y == pytest.approx(3, abs=0.1)
                    assert word.fill == LIGHT["ink"]
                    assert word.bold == (first in starts)
                else:
                    assert box.bottom - word.y == pytest.approx(7, abs=0.1)
                    assert word.fill == LIGHT["muted"]
                    assert not word.bold


def gaps_stand_for_ids_no_row_holds(seen: Seen) -> None:
    for k, lane in enumerate(seen.o.lanes):
        parts = seen.picture.all("gap", lane=k)
        named = [word.text for part in parts for word in part.words]
        untouched = all(hop.nop for hop in seen.o.hops[max(0, k - 1) : k + 1])
        assert set(named) <= {"other ids" if untouched else "no row"}
        assert len(named) == (len(parts) if len(parts) <= 3 else 1)
        if seen.folded:
            continue
        expected = 0
        for first, stop, hops in segments(seen.o, k):
            if hops:
                continue
            holes = [(first, stop)]
            if lane.id is not None and first <= lane.id < stop:
                holes = [(first, lane.id), (lane.id + 1, stop)]
            expected += sum(a < min(b, INVALID) for a, b in holes)
        assert len(parts) == expected


# -------------------------------------------------------------------- the id


def pills_hold_the_number_of_each_lane(seen: Seen) -> None:
    expected = {k: labels.pill_text(seen.o.lanes[k]) for k in seen.lanes}
    parts = seen.picture.all("pill")
    assert {p.number("lane"): p.texts[0] for p in parts} == {k: t for k, t in expected.items() if t}
    for part in parts:
        k = part.number("lane") or 0
        bar, box, word = seen.bars[k], part.boxes[0], part.words[0]
        assert part.number("id") == seen.o.lanes[k].id
        assert bar.x < box.x < box.right < bar.right
        assert box.centre == pytest.approx(bar.centre, abs=0.02)
        assert word.text == word.full
        assert word.bold
        assert word.anchor == "end"
        assert middle_of(word) == pytest.approx(box.middle, abs=0.2)
        assert box.right - word.x == pytest.approx(10 if box.height == 40 else 5, abs=0.02)
        assert (box.dashes is None) == (seen.o.lanes[k].id is not None)
        assert box.border == (3 if k != seen.o.travel.end else 3.5 if seen.width < 520 else 4.5)


def pills_stand_in_the_block_that_holds_their_number(seen: Seen) -> None:
    for k, pill in seen.pills.items():
        number = -1 if seen.o.lanes[k].id is None else seen.o.lanes[k].id
        for part in seen.blocks(k):
            block = part.boxes[0]
            holds = (part.number("first") or 0) <= (number or 0) <= (part.number("last") or 0)
            assert (block.y < pill.y < pill.bottom < block.bottom) == holds
        assert any(b.boxes[0].y < pill.middle < b.boxes[0].bottom for b in seen.blocks(k))


def pills_stand_level(seen: Seen) -> None:
    """Level with the lowest, unless that would slide a lane by more than it may be slid."""
    top = seen.bars[0].y + 16
    if not seen.pills or len(seen.lanes) < len(seen.o.lanes):
        return
    lowest = max(pill.middle for pill in seen.pills.values())
    for k, pill in seen.pills.items():
        slide = lane_top(seen, k) - top
        assert 0 <= slide <= MOST_SLIDE + 0.1
        assert pill.middle == pytest.approx(lowest, abs=0.1) or slide == pytest.approx(
            MOST_SLIDE, abs=0.1
        )
    assert min(lane_top(seen, k) for k in seen.pills) == pytest.approx(top, abs=0.1)
    for k in set(seen.lanes) - set(seen.pills):
        slide = min((lowest - top) * 0.25, 30)
        assert lane_top(seen, k) - top == pytest.approx(slide, abs=0.1)


def lane_top(seen: Seen, lane: int) -> float:
    """The upper edge of a lane's first block or gap."""
    tops = [part.boxes[0].y for part in seen.blocks(lane)]
    tops += [part.strokes[0].strands[0][0][1] - 2 for part in seen.picture.all("gap", lane=lane)]
    return min(tops)


def notes_hang_under_the_pill(seen: Seen) -> None:
    expected = [note for k in seen.lanes if k in seen.pills for note in labels.notes(seen.o, k)]
    parts = seen.picture.all("note")
    assert [tuple(part.texts) for part in parts] == expected
    below: dict[int, float] = {}
    for part in parts:
        box = part.boxes[0]
        (k,) = [k for k, bar in enumerate(seen.bars) if bar.x < box.centre < bar.right]
        upper = below.setdefault(k, seen.pills[k].bottom)
        assert box.y == pytest.approx(upper - 8, abs=0.1)
        below[k] = box.bottom - 4
        assert box.bottom < max(b.boxes[0].bottom for b in seen.blocks(k))
        assert all(box.y < word.y < box.bottom for word in part.words)
        assert part.words[0].x - box.x == pytest.approx(5, abs=0.1)
        assert box.right - part.words[1].x == pytest.approx(5, abs=0.1)


# ------------------------------------------------------------------- the line


def facing(seen: Seen, leg: Leg) -> tuple[float, float]:
    """x of the edges a leg's line runs between: that of its source and that of its target."""
    left, right = seen.bars[leg.hop].right, seen.bars[leg.hop + 1].x
    return (left, right) if leg.source < leg.target else (right, left)


def foot(seen: Seen) -> float:
    """The height of the bins' middles."""
    return seen.bins[0].boxes[0].middle if seen.bins else -1


def height(seen: Seen, lane: int) -> float:
    """Where a line meets a lane: at its pill, else in its bin."""
    return seen.pills[lane].middle if seen.o.lanes[lane].id is not None or (
        lane == seen.o.travel.start
    ) else foot(seen)  # fmt: skip


def lines_run_where_the_id_goes(seen: Seen) -> None:
    parts = seen.picture.all("line")
    assert [part.number("hop") for part in parts] == [leg.hop for leg in seen.legs]
    for part, leg in zip(parts, seen.legs, strict=True):
        x0, x1 = facing(seen, leg)
        y0 = height(seen, leg.source)
        (start, end), *more = part.strokes[0].strands
        assert not more
        assert start == pytest.approx((x0, y0), abs=0.02)
        line = part.strokes[-2 if leg.fate != "unreached" else 0]
        assert end[0] == pytest.approx(x1, abs=13)
        if leg.fate == "unreached":
            ends_at = height(seen, leg.target)
            assert end == pytest.approx((x1, ends_at), abs=0.02), "it runs where nothing is"
            assert len(part.strokes) == 1, "and has no head"
            assert line.stroke == LIGHT["line"]
            continue
        y1 = height(seen, leg.target)
        tip, *back = part.strokes[-1].strands[0]
        assert end[1] == pytest.approx(y1, abs=0.02)
        assert tip == pytest.approx((x1, y1), abs=0.02), "the head touches the lane"
        ahead = 1 if x1 > x0 else -1
        assert all((tip[0] - x) * ahead > 8 for x, _ in back[:2])
        assert sum(y for _, y in back[:2]) / 2 == pytest.approx(y1, abs=0.02)
        assert abs(back[0][0] - end[0]) < 4, "the line ends inside the head"
        arrives = leg.fate == "arrives"
        assert (line.dashes is None) == arrives
        assert line.stroke == part.strokes[-1].fill == LIGHT["ink" if arrives else "bad-l"]
        assert part.strokes[0].thick == line.thick + 5


def plates_say_what_each_hop_answered(seen: Seen) -> None:
    parts = seen.picture.all("plate")
    assert [part.number("hop") for part in parts] == [leg.hop for leg in seen.legs]
    for part, leg in zip(parts, seen.legs, strict=True):
        x0, x1 = facing(seen, leg)
        y0 = height(seen, leg.source)
        y1 = height(seen, leg.target)
        box = (part.boxes or part.circles)[0]
        assert box.middle == pytest.approx((y0 + y1) / 2, abs=0.1)
        assert min(x0, x1) < box.x + 3 < box.right - 3 < max(x0, x1)
        head = min(x0, x1) + 14 if x1 < x0 else max(x0, x1) - 14
        if part.boxes and leg.fate != "unreached":
            assert box.right <= head + 12 if x1 > x0 else box.x >= head - 12
        border = {"arrives": f"{seen.o.hops[leg.hop].key}-l", "unreached": "line"}
        assert box.stroke == LIGHT[border.get(leg.fate, "bad-l")]
        assert (box.dashes is None) == (leg.fate == "arrives")
        mark_of_hop(seen, part, leg) if part.circles else words_of_plate(seen, part, leg)


def mark_of_hop(seen: Seen, part: Part, leg: Leg) -> None:
    """A circle with the hop's place in the order of travel, or a cross."""
    order = [leg.hop for leg in seen.o.travel.legs]
    assert part.texts == [labels.CROSS if leg.fate == "lost" else str(order.index(leg.hop) + 1)]
    assert part.words[0].x == pytest.approx(part.circles[0].centre, abs=0.02)
    assert middle_of(part.words[0]) == pytest.approx(part.circles[0].middle, abs=0.3)
    assert part.words[0].fill == LIGHT["bad-l" if leg.fate == "lost" else "ink"]


def words_of_plate(seen: Seen, part: Part, leg: Leg) -> None:
    helper, said = part.words
    assert helper.text == labels.hop_label(seen.o.hops[leg.hop])
    assert said.text in outcome(seen.o, leg)
    assert helper.y < said.y
    assert {helper.anchor, said.anchor} == {"middle"}
    assert helper.x == said.x == pytest.approx(part.boxes[0].centre, abs=0.02)
    assert helper.bold == (leg.fate != "unreached")
    quiet = leg.fate in ("arrives", "unreached")
    assert said.fill == LIGHT["muted" if quiet else "bad-l"]


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
        x0, x1 = seen.bars[h].right, seen.bars[h + 1].x
        by_first = [{p.number("first"): p.boxes[0] for p in seen.blocks(k)} for k in (h, h + 1)]
        by_last = [{p.number("last"): p.boxes[0] for p in seen.blocks(k)} for k in (h, h + 1)]
        parts = seen.picture.all("row", hop=h)
        drawn = {part.number("row"): part for part in parts if part.data("row")}
        if not seen.folded:
            assert sorted(drawn) == ([] if hop.nop else list(range(len(hop.rows))))
        leg = seen.o.travel.hops[h]
        if leg.row is not None:
            assert leg.row in drawn
            assert parts[-1].number("row") == leg.row, "the active row is painted over the others"
        for nth, part in drawn.items():
            row = hop.rows[nth or 0]
            left, right = ends(row, col1_left=hop.col1 == "left")
            (a, b), _ = strands = part.strokes[1].strands
            assert a == pytest.approx((x0, by_first[0][left].y), abs=0.02)
            assert b == pytest.approx((x1, by_first[1][right].y), abs=0.02)
            c, d = strands[1]
            assert c == pytest.approx((x0, by_last[0][left + row[2] - 1].bottom), abs=0.02)
            assert d == pytest.approx((x1, by_last[1][right + row[2] - 1].bottom), abs=0.02)
            band = part.strokes[0].strands[0]
            assert [band[0], band[1], band[2], band[3]] == [
                pytest.approx(p, abs=0.02) for p in (a, b, d, c)
            ]
            active = nth == leg.row
            assert part.strokes[0].opacity == (0.95 if active else 0.6)
            thin = 0.75 if seen.width < 520 else 1.25
            assert part.strokes[1].thick == (2.5 if active else thin)
            assert part.strokes[1].stroke == LIGHT[f"{hop.key}-l"]
            threads = {True: 0, False: 2 if part_mid(seen) else 3}[seen.width < 520]
            inside = part.strokes[2].strands if len(part.strokes) > 2 else []
            assert len(inside) == (threads if row[2] > 1 else 0)
            for t, (p, q) in enumerate(inside, 1):
                share = t / (threads + 1)
                assert p == pytest.approx((x0, a[1] + (c[1] - a[1]) * share), abs=0.02)
                assert q == pytest.approx((x1, b[1] + (d[1] - b[1]) * share), abs=0.02)


def part_mid(seen: Seen) -> bool:
    return seen.width < (1080 if len(seen.o.lanes) == 4 else 900)


def bands_without_a_map_join_the_same_ids(seen: Seen) -> None:
    for h, hop in enumerate(seen.o.hops):
        parts = [part for part in seen.picture.all("row", hop=h) if not part.data("row")]
        if not hop.nop:
            assert seen.folded or not parts
            continue
        here = {(p.number("first"), p.number("last")): p.boxes[0] for p in seen.blocks(h)}
        there = {(p.number("first"), p.number("last")): p.boxes[0] for p in seen.blocks(h + 1)}
        alone = {(lane.id, lane.id) for lane in seen.o.lanes[h : h + 2]} | {(-1, -1)}
        whole = {pair for pair in here if pair in there and pair not in alone}
        bands = {
            (part.strokes[1].strands[0][0][1], part.strokes[1].strands[0][1][1]) for part in parts
        }
        for pair in whole:
            want = here[pair].y, there[pair].y
            assert any(band == pytest.approx(want, abs=0.02) for band in bands)
        assert len(whole) <= len(parts) <= len(whole) + 1


def plates_over_the_count(seen: Seen, hop: int, nth: int) -> list[Box]:
    """The plates that would cover how many ids a quiet row holds."""
    upper, lower = seen.picture.one("row", hop=hop, row=nth).strokes[1].strands
    at_left = seen.o.hops[hop].col1 == "left"
    end = 0 if at_left else 1
    middle = (upper[end][1] + lower[end][1]) / 2
    wide = width(f"\N{MULTIPLICATION SIGN}{seen.o.hops[hop].rows[nth][2]}", 14, mono=True)
    edge = seen.bars[hop].right + 10 if at_left else seen.bars[hop + 1].x - 10
    span = (edge, edge + wide) if at_left else (edge - wide, edge)
    return [
        plate
        for part in seen.picture.all("plate", hop=hop)
        for plate in part.boxes
        if plate.y - 10 < middle < plate.bottom + 10
        and plate.x < span[1] and span[0] < plate.right
    ]  # fmt: skip


def counts_stand_at_the_column_1_end(seen: Seen) -> None:
    parts = seen.picture.all("count")
    if not seen.plates:
        assert not parts
    for part in parts:
        h, nth = part.number("hop") or 0, part.number("row") or 0
        hop, word = seen.o.hops[h], part.words[0]
        assert word.full == f"\N{MULTIPLICATION SIGN}{hop.rows[nth][2]}"
        x0, x1 = seen.bars[h].right, seen.bars[h + 1].x
        at_left = hop.col1 == "left"
        place = (x0 + 10, "start") if at_left else (x1 - 10, "end")
        assert (word.x, word.anchor) == (pytest.approx(place[0], abs=0.02), place[1])
        (upper, lower) = seen.picture.one("row", hop=h, row=nth).strokes[1].strands
        end = 0 if at_left else 1
        if nth == seen.o.travel.hops[h].row:
            assert lower[end][1] - word.y == pytest.approx(8, abs=0.1)
        else:
            assert word.y - 5 == pytest.approx((upper[end][1] + lower[end][1]) / 2, abs=0.1)
    if seen.plates and not seen.folded:
        told = {(part.number("hop"), part.number("row")) for part in parts}
        for h, hop in enumerate(seen.o.hops):
            quiet = {n for n in range(len(hop.rows)) if n != seen.o.travel.hops[h].row}
            for n in quiet:
                covered = plates_over_the_count(seen, h, n)
                all_plates_are_drawn = seen.step >= len(seen.o.hops)
                assert bool(covered) != ((h, n) in told) or not (covered or all_plates_are_drawn)
            used = seen.o.travel.hops[h].row
            if used is not None and hop.rows[used][2] == 1:
                assert (h, used) not in told


def notches_stand_where_no_row_goes_on(seen: Seen) -> None:
    for k, bar in enumerate(seen.bars):
        rows = {(first, stop - 1): hops for first, stop, hops in segments(seen.o, k)}
        parts = seen.picture.all("notch", lane=k)
        blocks = {(p.number("first"), p.number("last")): p.boxes[0] for p in seen.blocks(k)}
        expected = []
        for pair, box in blocks.items():
            if pair == (-1, -1) or (seen.folded and pair not in rows):
                continue
            hops = rows.get(pair, set())  # type: ignore[call-overload]
            sides = [side for side in ("right", "left") if not covered(seen.o, k, hops, side)]
            expected += [(side, round(box.middle, 1)) for side in sides]
        drawn = [(part.data("side"), round(part.boxes[0].middle, 1)) for part in parts]
        if seen.folded:
            assert set(expected) <= set(drawn)
        else:
            assert sorted(drawn) == sorted(expected)
        for part in parts:
            box = part.boxes[0]
            assert box.width == (12 if not part_mid(seen) else 6)
            edge = box.x + 1 if part.data("side") == "right" else box.right - 1
            assert edge == pytest.approx(
                bar.right if part.data("side") == "right" else bar.x, abs=0.02
            )
            assert seen.picture.hatch(part.boxes[1]) == "bad"
            no_row_is_said_beside_its_notch(seen, k, part, blocks)


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


def no_row_is_said_beside_its_notch(seen: Seen, lane: int, part: Part, blocks: object) -> None:
    box, right = part.boxes[0], part.data("side") == "right"
    h = lane if right else lane - 1
    pill = seen.pills.get(lane)
    beside_pill = pill is not None and box.y < pill.middle < box.bottom
    leg = seen.o.travel.hops[h]
    y0 = height_or(seen, leg.source)
    y1 = y0 if leg.fate == "unreached" else height_or(seen, leg.target)
    under_plate = seen.step >= len(seen.o.hops) and abs((y0 + y1) / 2 - box.middle) < 35
    if seen.step < len(seen.o.hops):
        assert not (beside_pill and part.words)
        return
    near = nearest_of_the_line(seen, h, box, right=right)
    if part.words or not (seen.plates and not beside_pill and not under_plate):
        assert not part.words or (seen.plates and not beside_pill and not under_plate and near > 7)
    else:
        assert near < 25
    for word in part.words:
        assert word.text == labels.NO_ROW
        assert word.y - 5 == pytest.approx(box.middle, abs=0.1)
        assert word.anchor == ("start" if right else "end")
        assert word.x == pytest.approx(box.right + 6 if right else box.x - 6, abs=0.1)
        assert word.fill == LIGHT["bad-l"]


def height_or(seen: Seen, lane: int) -> float:
    """Where a line would meet a lane."""
    return seen.pills[lane].middle if lane in seen.pills else foot(seen)


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
        assert (box.x, box.right) == pytest.approx((bar.x + 4, bar.right - 4), abs=0.02)
        assert (
            box.y
            > max(b.boxes[0].bottom for lane in range(len(o.lanes)) for b in seen.blocks(lane))
            if any(seen.blocks(lane) for lane in range(len(o.lanes)))
            else True
        )
        used = way.fallen[k] and k in seen.lanes
        thin = way.loss == "no name"
        assert seen.picture.hatch(box) == (("thin" if thin else "bad") if used else "idle")
        assert box.border == ((3 if thin else 4.5) if used else 1.25)
        assert box.stroke == LIGHT["bad-l" if used else "line"]
        title, meaning = part.words
        words = labels.bin_words(o, k)
        assert title.text == words[0]
        want = words[1]
        if not used and o.reading and k == way.end:
            want = labels.OVERFLOW
        assert meaning.full in (want, labels.SHORTER.get(want))
        plate = part.boxes[1]
        assert title.x == meaning.x == pytest.approx(plate.centre, abs=0.02)
        assert plate.centre == pytest.approx(box.centre, abs=0.02)
        assert box.y < plate.y < title.y < meaning.y < plate.bottom < box.bottom
        assert title.bold == meaning.bold == used


# ------------------------------------------------------------------- headers


def headers_name_lanes_and_maps(seen: Seen) -> None:
    o, way = seen.o, seen.o.travel
    for k, lane in enumerate(o.lanes):
        part, bar = seen.picture.one("lane-head", lane=k), seen.bars[k]
        said = " ".join(word.full for word in part.words)
        assert lane.name in said or not lane.name
        wide = not part_mid(seen)
        assert part.icons == (
            [(SHAPES[lane.key], bar.x, 8, LIGHT[f"{lane.key}-l"])] if wide else []
        )
        chip = labels.START if k == way.start else labels.ANSWER if k == way.answer else None
        if chip is None and k == way.end:
            chip = labels.NOT_REACHED
        assert [
            t for t in part.texts if t in (labels.START, labels.ANSWER, labels.NOT_REACHED)
        ] == ([chip] if chip else [])
        if chip:
            frame, word = part.boxes[-1], part.words[-1]
            assert word.x == pytest.approx(frame.centre, abs=0.02)
            assert middle_of(word) == pytest.approx(frame.middle, abs=0.3)
            assert bar.x <= frame.x < frame.right <= bar.right + 0.02
            assert frame.bottom < bar.y
            assert (frame.dashes is None) == (chip != labels.NOT_REACHED)
            assert frame.border == (2.5 if chip == labels.ANSWER else 1.5)
    for h, hop in enumerate(o.hops):
        tags_stand_where_the_columns_live(seen, h)
        words = seen.picture.one("hop-head", hop=h).words
        if seen.plates:
            assert words[0].full == hop.name
            assert words[0].x == pytest.approx(
                (seen.bars[h].right + seen.bars[h + 1].x) / 2, abs=0.02
            )
            about = [word.text for word in words[1:] if word.y == 47]
            if hop.nop:
                assert about[0] in ("none: same number", "none")
            elif len(hop.rows) == 1:
                row = "{} {} {}".format(*hop.rows[0])
                assert about == [] or about[0] in (f"row: {row}", row, "1 row")
            else:
                assert about == [] or about == [f"{len(hop.rows)} rows"]


def tags_stand_where_the_columns_live(seen: Seen, h: int) -> None:
    """Column 1 at the end whose lane it speaks of, and column 2 at the other."""
    part, hop = seen.picture.one("hop-head", hop=h), seen.o.hops[h]
    tags = [
        (box, word)
        for box in part.boxes
        for word in part.words
        if box.x < word.x < box.right and box.y < word.y < box.bottom + 1
    ]
    if hop.nop and seen.plates:
        assert not tags
        return
    (left_box, left), (right_box, right) = tags
    assert left_box.centre < right_box.centre
    one, two = ("=", "=") if hop.nop else ("col 1", "col 2") if seen.plates else ("c1", "c2")
    want = (one, two) if hop.col1 == "left" else (two, one)
    assert (left.text, right.text) == want
    for box, word in tags:
        assert word.x == pytest.approx(box.centre, abs=0.02)
        assert middle_of(word) == pytest.approx(box.middle, abs=0.1)
        assert box.stroke == LIGHT[f"{hop.key}-l"]
    x0, x1 = seen.bars[h].right, seen.bars[h + 1].x
    assert left_box.x - x0 == pytest.approx(x1 - right_box.right, abs=0.1)


# ------------------------------------------------------------------- the list


def list_tells_each_hop_under_the_picture(seen: Seen) -> None:
    keys = seen.picture.all("key")
    if seen.plates:
        assert not keys
        return
    assert [key.number("hop") for key in keys] == [leg.hop for leg in seen.legs]
    floor = max([b.boxes[0].bottom for b in seen.bins] + [bar.bottom for bar in seen.bars])
    loose = [w for w in seen.picture.words if w.y > floor and w.anchor == "start"]
    for key, leg in zip(keys, seen.legs, strict=True):
        mark_of_hop(seen, key, leg)
        entry_says(seen.o, leg, entry_at(loose, key))


def entry_at(words: list[Word], key: Part) -> list[str]:
    """The lines beside a numbered circle."""
    at = key.circles[0]
    x = min(w.x for w in words if w.x > at.right)
    lines = sorted((w for w in words if w.x == x and w.y > at.y), key=lambda w: w.y)
    out = lines[:1]
    for line in lines[1:]:
        if line.y - out[-1].y > 19.1 or line.bold:
            break
        out.append(line)
    return [line.full for line in out]


def entry_says(o: Ownership, leg: Leg, lines: list[str]) -> None:
    hop = o.hops[leg.hop]
    helper, *rest = lines
    assert helper == labels.hop_label(hop)
    told = " ".join(rest)
    assert told.startswith(labels.map_name(hop)[:20])
    assert outcome(o, leg)[0] in told
    if leg.row is not None:
        assert "{} {} {}".format(*hop.rows[leg.row]) in told


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
        assert word.size >= 12.5


def it_is_named(seen: Seen) -> None:
    loose = [e for e in seen.picture.element.iter() if e.tag in (f"{NS}svg", f"{NS}g")]
    assert not any(e.text or any(child.tail for child in e) for e in loose), "words of no element"
    assert seen.picture.named == {"t": seen.o.title or labels.QUESTION, "d": sentence(seen.o)}


CHECKS: tuple[Callable[[Seen], None], ...] = (
    it_is_named,
    nothing_leaves_the_picture,
    lanes_stand_from_left_to_right,
    blocks_hold_the_ids_of_the_rows,
    blocks_are_stacked_in_their_lane,
    edges_name_the_first_and_the_last_id,
    gaps_stand_for_ids_no_row_holds,
    pills_hold_the_number_of_each_lane,
    pills_stand_in_the_block_that_holds_their_number,
    pills_stand_level,
    notes_hang_under_the_pill,
    lines_run_where_the_id_goes,
    plates_say_what_each_hop_answered,
    ribbons_join_what_their_row_maps,
    bands_without_a_map_join_the_same_ids,
    counts_stand_at_the_column_1_end,
    notches_stand_where_no_row_goes_on,
    bins_stand_where_this_direction_can_lose_an_id,
    headers_name_lanes_and_maps,
    list_tells_each_hop_under_the_picture,
)


@lru_cache(maxsize=1)
def everything() -> list[Seen]:
    """Each scene at each width and at each step, and what each gallery scenario opens with."""
    seen = [Seen(o, width) for o in scenes().values() for width in WIDTHS]
    seen += [Seen(o, width, step) for o in scenes().values() for width in (1200, 330)
             for step in (0, 1, 2)]  # fmt: skip
    opened = [kv.Scenario.load(name).who_owns() for name in kv.gallery()]
    return seen + [Seen(o, width) for o in opened for width in (1200, 360)]


def pictures() -> list[Seen]:
    """Those with lanes side by side."""
    return [seen for seen in everything() if seen.side_by_side]


def trails() -> list[Seen]:
    """Those with stops under each other."""
    return [seen for seen in everything() if not seen.side_by_side]


# ----------------------------------------------------------------- the trail


def stops_follow_the_way(seen: Seen) -> None:
    o, way = seen.o, seen.o.travel
    stops, lines = seen.picture.all("stop"), seen.picture.all("line")
    lanes = [way.start, *(leg.target for leg in way.legs)]
    assert [stop.number("lane") for stop in stops] == lanes
    assert [line.number("hop") for line in lines] == [leg.hop for leg in seen.legs]
    boxes = [stop.boxes[0] for stop in stops]
    for above, below, leg in zip(boxes, boxes[1:], way.legs, strict=False):
        assert below.y > above.bottom + 40
        for line in lines:
            if line.number("hop") == leg.hop:
                hop_between(seen, line, leg, above, below)
    for k, stop in zip(lanes, stops, strict=True):
        lane, box = o.lanes[k], stop.boxes[0]
        assert box.x == 1
        assert box.right == min(seen.width, 720) - 1
        assert box.fill == LIGHT[f"{lane.key}-t"]
        assert stop.icons == [(SHAPES[lane.key], 17, box.y + 19, LIGHT[f"{lane.key}-l"])]
        assert box.stroke == stop.boxes[1].fill == LIGHT[f"{lane.key}-l"]
        assert (stop.boxes[1].y, stop.boxes[1].bottom) == (box.y + 4, box.bottom - 4)
        name, sub = stop.words[:2]
        assert name.full == lane.name
        chip = labels.START if k == way.start else labels.ANSWER if k == way.answer else ""
        chip = chip or (labels.NOT_REACHED if k == way.end else "")
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
        assert frames[0].border == (3 if thin else 4.5)
        assert frames[0].x < frames[1].x < frames[1].right < frames[0].right
        first, second = stop.words[2:]
        assert frames[1].y < first.y - 12 < first.y < second.y - 12 < second.y < frames[1].bottom
    else:
        assert said == [*(word for note in notes for word in note), text]
        for frame, word in zip(frames[-1:], stop.words[-1:], strict=True):
            assert middle_of(word) == pytest.approx(frame.middle, abs=0.2)
            assert frame.right - word.x == pytest.approx(10, abs=0.02)
            assert frame.border == (4.5 if k == o.travel.end else 3)
            assert (frame.dashes is None) == (o.lanes[k].id is not None)
            assert word.text == word.full
        for frame, (upper, lower) in zip(
            stop.boxes[2:-1], zip(stop.words[2:-1:2], stop.words[3:-1:2], strict=True), strict=True
        ):
            assert upper.y == lower.y
            assert frame.y < upper.y - 10 < upper.y < frame.bottom
    for frame in frames[:1]:
        assert box.y < frame.y < frame.bottom < box.bottom
        assert box.right - frame.right == pytest.approx(8, abs=0.02)
        words = stop.words[:2]
        assert seen.width < 330 or all(w.x + w.box <= frame.x for w in words)
        assert seen.width >= 330 or frame.y > max(w.y for w in words)


def hop_between(seen: Seen, line: Part, leg: Leg, above: Box, below: Box) -> None:
    shaft, *head = line.strokes
    (x, y), (_, end) = shaft.strands[0]
    if leg.fate == "unreached":
        assert (y, end) == pytest.approx((above.bottom, below.y), abs=0.02)
        assert not head
        assert shaft.stroke == LIGHT["line"]
    else:
        colour = LIGHT["ink" if leg.fate == "arrives" else "bad-l"]
        tip, *back = head[0].strands[0]
        assert tip == pytest.approx((x, below.y), abs=0.02)
        assert y == pytest.approx(above.bottom + 1, abs=0.02)
        assert back[0][1] == back[1][1] == pytest.approx(tip[1] - 13, abs=0.02)
        assert (back[0][0] + back[1][0]) / 2 == pytest.approx(x, abs=0.02)
        assert back[0][1] < end < tip[1]
        assert shaft.stroke == head[0].fill == colour
        assert (shaft.dashes is None) == (leg.fate == "arrives")
    assert x > seen.picture.width - 40
    key = [part for part in seen.picture.all("key") if part.number("hop") == leg.hop]
    mark_of_hop(seen, key[0], leg)
    circle, words = key[0].circles[0], line.words[1:]
    assert circle.right < words[0].x == 46
    assert words[0].y - circle.middle == pytest.approx(5, abs=0.02)
    assert above.bottom < words[0].y - words[0].size < words[-1].y < below.y
    for upper, lower in itertools.pairwise(words):
        assert lower.y - upper.y == pytest.approx(19, abs=0.02)
        assert lower.fill == LIGHT["muted" if leg.fate in ("arrives", "unreached") else "bad-l"]
    entry_says(seen.o, leg, [word.full for word in words])


TRAIL_CHECKS = (it_is_named, nothing_leaves_the_picture, stops_follow_the_way)


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
            assert part.texts == [str(part.number("id"))]
