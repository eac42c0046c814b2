# SPDX-License-Identifier: BSD-3-Clause
"""
The answer told otherwise, read back: text for a mail, table, strip of the id space
===================================================================================

Boxes, columns, marks and cells are looked for where they belong and compared with the lanes, the
rows and the way.
"""

from __future__ import annotations

import itertools
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from functools import lru_cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kfuncviz as kv
from kfuncviz.model.uidgid import INVALID, LAST_ID
from kfuncviz.render import html, sentence, sentence_html, strip, svg, table, table_html, text
from kfuncviz.render.kit.plain import plain
from kfuncviz.render.kit.tokens import LIGHT
from kfuncviz.render.ownership import labels, reach
from kfuncviz.render.ownership.tabular import CAPTION, COLUMNS, NOTHING
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.ownership.travel import Leg

from .scenes import scenes
from .seen import Box, Drawn
from .strategies import true_ownerships
from .test_drawn import group, ranges

BOX = 12


@lru_cache(maxsize=1)
def answers() -> dict[str, Ownership]:
    opened = {name: kv.Scenario.load(name).who_owns() for name in kv.gallery()}
    return scenes() | dict(opened)


def each() -> list[object]:
    return [pytest.param(o, id=name) for name, o in answers().items()]


# ------------------------------------------------------------------------ mail


def paragraphs(o: Ownership, width: int = 72) -> list[list[str]]:
    return [part.split("\n") for part in text(o, width).rstrip("\n").split("\n\n")]


def inside(o: Ownership, k: int) -> str:
    """What stands in the box of a lane."""
    return labels.bin_words(o, k)[0] if o.travel.fallen[k] else labels.pill_text(o.lanes[k])


def remarks(o: Ownership, k: int) -> list[str]:
    way = o.travel
    chip = labels.START if k == way.start else labels.ANSWER if k == way.answer else ""
    chip = chip or (labels.NOT_REACHED if k == way.end else "")
    notes = [f"{name} {value}" for name, value in labels.notes(o, k)]
    fallen = [labels.bin_words(o, k)[1]] if way.fallen[k] else []
    return [*([chip] if chip else []), *notes, *fallen]


def outcome(o: Ownership, leg: Leg) -> list[str]:
    return [plain(said).removeprefix("X ") for said in labels.result(o, leg)]


@pytest.mark.parametrize("o", each())
def test_mail_opens_with_title_and_sentence(o: Ownership) -> None:
    (title, line, *said), *_ = paragraphs(o)
    assert plain(o.title).startswith(title.removesuffix(".."))
    assert line == "=" * len(title)
    assert " ".join(said) == " ".join(plain(sentence(o)).split())


@pytest.mark.parametrize("o", [o for o in answers().values() if len(o.lanes) == 3])
def test_boxes_beside_each_other(o: Ownership) -> None:
    _, picture, *_ = paragraphs(o)
    at = next(n for n, line in enumerate(picture) if re.search(r"\+-{10}\+|:{12}", line))
    upper, middle, lower = picture[at : at + 3]
    gap = (72 - 3 * BOX) // 2
    for k in range(3):
        x = k * (BOX + gap)
        edge = "::::::::::::" if o.travel.fallen[k] else "+----------+"
        assert upper[x : x + BOX] == lower.ljust(72)[x : x + BOX] == edge
        side = edge[0] if o.travel.fallen[k] else "|"
        cell = middle[x : x + BOX]
        assert cell[0] == cell[-1] == side
        assert cell[1:-1].strip() == inside(o, k)[:10]
        if not o.travel.fallen[k] and len(inside(o, k)) < 10:
            assert cell[-2] == " ", "numbers end before the edge"
            assert not inside(o, k) or cell[-3] != " "
    for leg in o.travel.hops:
        x = leg.hop * (BOX + gap) + BOX
        assert upper[x : x + gap].strip() == labels.hop_label(o.hops[leg.hop])
        assert lower.ljust(72)[x : x + gap].strip() in outcome(o, leg)
        shaft_shows(middle[x : x + gap], leg)
    heads = picture[0]
    assert heads.startswith(plain(o.lanes[0].name)[: BOX + gap - 3])
    assert heads[BOX + gap :].startswith(plain(o.lanes[1].name)[:14])
    assert heads.endswith((plain(o.lanes[2].name)[-2:], ".."))
    assert len(picture[at - 1]) <= 72
    for k in range(3):
        for nth, remark in enumerate(remarks(o, k)):
            line = picture[at + 3 + nth]
            x = k * (BOX + gap)
            assert plain(remark) in (line[x:] if k < 2 else line)
            assert k < 2 or line.endswith(plain(remark))
            assert k == 2 or line[x:].startswith(plain(remark))


def shaft_shows(shaft: str, leg: Leg) -> None:
    """An arrow that arrives, is crossed or broken, or is not there."""
    if leg.fate == "unreached":
        assert shaft.strip() == ""
        return
    right = leg.target > leg.source
    assert shaft[0] == shaft[-1] == " "
    body = shaft[1:-1]
    head, rest = (body[-1], body[:-1]) if right else (body[0], body[1:])
    assert head == (">" if right else "<")
    if leg.fate == "arrives":
        assert set(rest) == {"-"}
    else:
        assert set(rest) == {"-", " ", "X"} if leg.fate == "lost" else {"-", " "} >= set(rest)
        if leg.fate == "lost":
            assert abs(rest.index("X") - len(rest) / 2) < 2
            assert rest.count("X") == 1


@pytest.mark.parametrize("o", each())
def test_boxes_under_each_other(o: Ownership) -> None:
    lines = next(p for p in paragraphs(o, 48)[1:] if re.match(r"[+:]", p[0]))
    way = o.travel
    for nth, leg in enumerate([*way.legs, None]):
        k = leg.source if leg else way.end
        rows = [line.ljust(48) for line in lines[6 * nth : 6 * nth + 6]]
        edge = "::::::::::::" if way.fallen[k] else "+----------+"
        assert rows[0][:BOX] == rows[2][:BOX] == edge
        assert rows[1][1 : BOX - 1].strip() == inside(o, k)[:10]
        words = [row[BOX + 2 :].rstrip() for row in rows]
        beside = (o.lanes[k].name, o.lanes[k].sub, ", ".join(remarks(o, k)))
        assert words[:3] == [cut(plain(want), 34).rstrip() for want in beside]
        if leg:
            shaft = [row[BOX // 2] for row in rows[3:]]
            line = {"arrives": "|", "unreached": "."}.get(leg.fate, ":")
            assert shaft == [line, "X" if leg.fate == "lost" else line, "v"]
            hop = o.hops[leg.hop]
            used = "" if leg.row is None else " ({} {} {})".format(*hop.rows[leg.row])
            told = f"{labels.hop_label(hop)}: {outcome(o, leg)[0]}"
            told += used if len(plain(told + used)) <= 34 else ""
            assert words[3:] == [cut(plain(hop.name), 34), cut(plain(told), 34), ""]


def cut(said: str, room: int) -> str:
    return said if len(said) <= room else said[: room - 2] + ".."


@pytest.mark.parametrize("o", each())
def test_maps_in_a_mail_name_their_columns_and_mark_the_row(o: Ownership) -> None:
    parts = paragraphs(o)[2 if o.access is None else 3 :]
    for leg, part in zip(o.travel.legs, parts, strict=False):
        hop = o.hops[leg.hop]
        name = hop.name + (f" ({hop.note})" if hop.note else "")
        assert part[0] == cut(plain(name), 72)
        if hop.nop:
            assert part[1:] == ["  no map: every number stays the same"]
            continue
        one, two = ("disk", "mount") if hop.key == "mount" else ("inside", "outside")
        assert part[1] == f"  {f'col 1: {one}':>18} {f'col 2: {two}':>18} {'count':>10}"
        rows = [line for line in part[2:] if re.match(r"  +\d+ +\d+ +\d+", line)]
        shown = [tuple(map(int, line.split()[:3])) for line in rows]
        if len(hop.rows) <= 12:
            assert shown == list(hop.rows)
        else:
            at = leg.row or 0
            near = {0, 1, 2, *range(at - 2, at + 3), len(hop.rows) - 2, len(hop.rows) - 1}
            assert shown == [hop.rows[n] for n in sorted(near) if 0 <= n < len(hop.rows)]
            assert f"  ({len(hop.rows) - len(shown)} more rows)" in part
            breaks = [n for n, line in enumerate(part) if line == f"  {'...':>18}"]
            kept = sorted(n for n in near if 0 <= n < len(hop.rows))
            assert len(breaks) == sum(b - a > 1 for a, b in itertools.pairwise(kept))
        for line in rows:
            assert (line[20], line[39], line[50:51]) == (" ", " ", "") or line[50:].startswith(
                "  <"
            )
        marks = [line for line in rows if "<--" in line]
        if leg.row is None:
            assert not marks
        else:
            (mark,) = marks
            assert mark.endswith(f"  <-- row {leg.row + 1}")
            assert tuple(map(int, mark.split()[:3])) == hop.rows[leg.row]
        says_how_it_ends(o, leg, part)


def says_how_it_ends(o: Ownership, leg: Leg, part: list[str]) -> None:
    crossed = [line for line in part if line.startswith("  X ")]
    assert bool(crossed) == (leg.fate == "lost")
    assert (f"  {labels.NOT_REACHED}" in part) == (leg.fate == "unreached")
    if crossed:
        said = f"no row holds {o.lanes[leg.source].id} in col {leg.column}: "
        assert (said if o.hops[leg.hop].rows else "this map was never written: ") in crossed[0]


@pytest.mark.parametrize("o", [o for o in answers().values() if o.calls])
def test_calls_in_a_mail_are_numbered_indented_and_crossed_where_lost(o: Ownership) -> None:
    head, *lines = paragraphs(o)[-1]
    assert head == "calls"
    pad = len(str(len(o.calls)))
    starts = [line for line in lines if re.match(rf"[X ] [ \d]{{{pad}}}\. ", line)]
    assert len(starts) == len(o.calls)
    for number, (line, call) in enumerate(zip(starts, o.calls, strict=True), 1):
        lost = o.travel.lost is not None and call.hop == o.travel.lost.hop
        first = f"{'X' if lost else ' '} {number:>{pad}}. " + "  " * call.depth
        assert line.startswith(first + call.function)
        assert not line.startswith(first + " ")
    told = " ".join(" ".join(lines).split())
    assert all(" ".join(plain(call.line).split()) in told for call in o.calls)


def test_a_long_call_hangs_under_its_beginning() -> None:
    o = scenes()["one"]
    long = replace(o.calls[0], depth=1, arguments=" ".join(["argument"] * 20))
    lines = paragraphs(replace(o, calls=(long,)))[-1]
    assert lines[2].startswith("  1.   make_vfsuid(")
    assert len(lines) > 4
    for line in lines[3:]:
        assert re.match(r" {9}\S", line)
    deep = replace(long, depth=40)
    assert max(map(len, paragraphs(replace(o, calls=(deep,)), 48)[-1])) <= 48


# ----------------------------------------------------------------------- table


@pytest.mark.parametrize("o", each())
def test_table_has_a_line_for_each_stop(o: Ownership) -> None:
    stops = [o.travel.start, *(leg.target for leg in o.travel.legs)]
    lines = table(o)
    if o.access is not None:
        *lines, last = lines
        says_whether_the_caller_gets_there(o, last)
    assert len(lines) == len(stops)
    for line, k, leg in zip(lines, stops, [*o.travel.legs, None], strict=True):
        assert tuple(line) == COLUMNS
        stop, number, called, used = line.values()
        assert stop == o.lanes[k].name
        cell_of_lane(o, k, number)
        if leg is None:
            answered = o.travel.answer == o.travel.end
            assert (called, used) == (
                NOTHING, labels.ANSWER if answered else labels.NOT_REACHED,
            )  # fmt: skip
            continue
        hop = o.hops[leg.hop]
        unreached = leg.fate == "unreached"
        assert called == (NOTHING if unreached else labels.hop_label(hop))
        said = labels.result(o, leg)[0]
        if leg.fate == "arrives" and hop.nop:
            assert used == labels.NO_MAP
        elif leg.fate == "lost":
            assert used == f"{said} in col {leg.column}"
        elif leg.row is not None:
            assert used == f"{said}: " + "{} {} {}".format(*hop.rows[leg.row])
        else:
            assert used == said


def says_whether_the_caller_gets_there(o: Ownership, line: dict[str, str]) -> None:
    who, outcome, call, reason = line.values()
    assert o.access is not None
    assert who == "This caller"
    assert call == reach.call(o.access)
    assert outcome.split(" at ")[0] == (o.access.err or "succeeds")
    assert (
        (o.access.rule in reason)
        if o.access.err
        else (o.direction == "create") == ("mode" in reason)
    )


def cell_of_lane(o: Ownership, k: int, cell: str) -> None:
    lane = o.lanes[k]
    if o.travel.fallen[k]:
        assert cell == "{} ({})".format(*labels.bin_words(o, k))
        return
    want = NOTHING if lane.id is None else str(lane.id)
    want += f" ({lane.twin[0]} {lane.twin[1]})" if lane.twin else ""
    really = o.reading and k == len(o.lanes) - 1 and lane.id == o.overflow
    assert cell == want + (f" ({labels.REALLY})" if really else "")


@pytest.mark.parametrize("o", each())
def test_table_as_html_says_the_same(o: Ownership) -> None:
    root = ET.fromstring(table_html(o))
    assert [("".join(c.itertext())) for c in root.iter("caption")] == [CAPTION]
    head, *body = list(root.iter("tr"))
    assert [(th.text, th.get("scope")) for th in head] == [(c, "col") for c in COLUMNS]
    assert [["".join(cell.itertext()) for cell in row] for row in body] == [
        list(line.values()) for line in table(o)
    ]
    for row in body:
        stop, number, call, _ = row
        assert (stop.tag, stop.get("scope")) == ("th", "row")
        assert (number.get("class"), number[0].tag) == ("n", "b")
        assert [child.tag for child in call] == ([] if call.text == NOTHING else ["code"])


def test_html_is_the_picture_with_its_sentence() -> None:
    o = scenes()["one"]
    assert html(o, 700) == svg(o, 700, theme="lab") + f"<p>{sentence_html(o)}</p>"
    assert html(o) == html(o, 1200)


def test_marked_numbers_of_a_sentence_are_those_of_the_way() -> None:
    for o in answers().values():
        marked = re.findall(r"<b>(.*?)</b>", sentence_html(o))
        numbers = {str(lane.id) for lane in o.lanes} | {str(t[1]) for t in twins(o)}
        numbers |= {labels.seen_instead(o), o.err or ""}
        if o.access:
            numbers |= {o.access.err or "", o.access.made.mode if o.access.made else ""}
        assert set(marked) <= numbers
        if not o.travel.lost:
            stops = [o.travel.start, *(leg.target for leg in o.travel.legs)]
            assert str(o.lanes[stops[0]].id) in marked or o.lanes[stops[0]].twin
            assert o.unmade or str(o.lanes[stops[-1]].id) in marked


def twins(o: Ownership) -> list[tuple[str, int]]:
    return [lane.twin for lane in o.lanes if lane.twin]


# ----------------------------------------------------------------------- strip


def share(o: Ownership, k: int) -> list[tuple[int, int]] | None:
    """The ids the maps beside a lane hold, joined; ``None`` where no map is."""
    lanes = group(o, k)
    if lanes[0] == 0 and lanes[-1] == len(o.hops):
        return None
    joined: list[tuple[int, int]] = []
    for first, stop in sorted((a, b) for _, a, b in ranges(o, k)):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((first, stop))
    return joined


def check_strip(o: Ownership, width: int) -> None:
    picture = Drawn(strip(o, width))
    beside = width >= 860
    left, right = (215, width - 215) if beside else (2, width - 2)
    scale = (right - left) / INVALID
    high = 32 if beside else 50
    told = []
    for k, lane in enumerate(o.lanes):
        bar, held = picture.one("bar", lane=k), share(o, k)
        ground, *marks = bar.boxes
        assert (ground.x, ground.right) == pytest.approx((left, right), abs=0.02)
        assert ground.y == k * high + (6 if beside else 24)
        assert ground.height == 14
        assert ground.fill == LIGHT["panel" if held is not None else f"{lane.key}-t"]
        assert ground.stroke == LIGHT["line" if held is not None else f"{lane.key}-l"]
        assert len(marks) == len(held or ())
        for mark, (first, stop) in zip(marks, held or (), strict=True):
            mark_is_to_scale(mark, ground, first * scale, (stop - first) * scale)
            assert mark.fill == LIGHT[f"{lane.key}-l"]
        assert len(bar.strokes) == (lane.id is not None)
        for pointer in bar.strokes:
            tip = pointer.strands[0][0]
            x = min(max(left + (lane.id or 0) * scale, left + 5), right - 5)
            assert tip == pytest.approx((x, ground.bottom + 2), abs=0.02)
            assert pointer.strands[0][1:] == [
                (pytest.approx(x - 5, abs=0.02), ground.bottom + 9),
                (pytest.approx(x + 5, abs=0.02), ground.bottom + 9),
            ]
        name, said = bar.words
        assert name.full == lane.name
        assert (name.x, said.x, said.anchor) == (0, width, "end")
        assert name.y == said.y == (ground.y + 12 if beside else ground.y - 6)
        total = sum(stop - first for first, stop in held or ())
        if held is None:
            assert said.full == "all ids, no map"
        else:
            number, unit, percent = re.fullmatch(r"(\d+) (ids?) \(([\d.]+) %\)", said.full).groups()  # type: ignore[union-attr]
            assert int(number) == total
            assert unit == ("id" if total == 1 else "ids")
            assert float(percent) == pytest.approx(total / INVALID * 100, rel=0.06, abs=1e-10)
        told.append(f"{lane.name}: {said.full}.")
    assert picture.named["d"] == " ".join(told)
    axis = picture.words[-3:]
    assert [(word.text, word.anchor) for word in axis] == [
        ("0", "start"), ("2147483648", "middle"), (str(LAST_ID), "end"),
    ]  # fmt: skip
    assert [word.x for word in axis] == pytest.approx([left, (left + right) / 2, right], abs=0.02)
    assert {word.y for word in axis} == {picture.height - 8}
    assert picture.height == len(o.lanes) * high + 28


def mark_is_to_scale(mark: Box, ground: Box, first: float, wide: float) -> None:
    assert mark.width == pytest.approx(min(max(wide, 3), ground.width), abs=0.02)
    assert mark.x == pytest.approx(min(ground.x + first, ground.right - mark.width), abs=0.02)
    assert (mark.y, mark.bottom) == (ground.y - 2, ground.bottom + 2)


@pytest.mark.parametrize("width", [286, 400, 860, 1200])
def test_strip_marks_the_ids_to_scale(width: int) -> None:
    for name in ("one", "shift", "nothing", "five", "ten_digits", "nested", "nine", "create"):
        check_strip(scenes()[name], width)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(true_ownerships(), st.sampled_from((300, 1000)))
def test_strip_of_any_answer(o: Ownership, width: int) -> None:
    check_strip(o, width)


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "1 id (0.000000023 %)"),
        (65536, "65536 ids (0.0015 %)"),
        (4252017622, "4252017622 ids (99 %)"),
        (4294967294, "4294967294 ids (100 %)"),
    ],
)
def test_shares_as_percentages_are_read(count: int, said: str) -> None:
    o = scenes()["shift"]
    hops = (replace(o.hops[0], rows=((0, 0, count),)), o.hops[1])
    assert said in Drawn(strip(replace(o, hops=hops), 1200)).texts
