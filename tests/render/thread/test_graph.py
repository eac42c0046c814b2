# SPDX-License-Identifier: BSD-3-Clause
"""The thread read back: every mail in its row and its time, every line from mail to answer."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kfuncviz.kfuncs.thread import Message, messages
from kfuncviz.render.kit.fit import width as text_width
from kfuncviz.render.kit.markup import fold as fold_
from kfuncviz.render.kit.tokens import LIGHT, SANS
from kfuncviz.render.thread import html, list_html, live, sentence, svg
from kfuncviz.render.thread.marks import Lit, mail
from tests.render.blueprints import MAILS
from tests.render.drawn import SVG, Box, boxes, page, said, texts
from tests.render.measuring import measure
from tests.render.thread.threads import KINDS, made, threads

if TYPE_CHECKING:
    from playwright.sync_api import Page

TOKEN = {colour: token for token, colour in LIGHT.items()}
BADGES = {"question": "?", "objection": "!", "agreement": "="}
TONES = ["fs", "mount", "caller", "mid"]
WIDTHS = (760, 900, 1240)
ONE_OF_EACH = tuple(made(n + 1, "Ada", n or None, kind) for n, kind in enumerate(KINDS))
Point = tuple[float, float]


def signs(kind: str) -> list[str]:
    """The badge of a kind, if it has one."""
    return [BADGES[kind]] if kind in BADGES else []


class Shape(NamedTuple):
    """An outline: what it is, its middle, half its width."""

    kind: str
    x: float
    y: float
    half: float
    look: dict[str, str]


def shape(outline: ET.Element) -> Shape:
    """A drawn outline by its corners: square, circle, diamond or octagon."""
    look = dict(outline.attrib)
    if outline.tag == f"{SVG}rect":
        (box,) = boxes_of(outline)
        assert box.width == box.height
        return Shape("square", box.x + box.width / 2, box.y + box.height / 2, box.width / 2, look)
    if outline.tag == f"{SVG}circle":
        x, y, r = (float(look[key]) for key in ("cx", "cy", "r"))
        return Shape("circle", x, y, r, look)
    corners = trace(look["d"])
    assert look["d"].endswith("z")
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    half, tall = (max(xs) - min(xs)) / 2, (max(ys) - min(ys)) / 2
    assert half == pytest.approx(tall, abs=0.1)
    name = {4: "diamond", 8: "octagon"}[len({(round(x), round(y)) for x, y in corners})]
    return Shape(name, (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2, half, look)


def boxes_of(rect: ET.Element) -> list[Box]:
    root = ET.Element("svg")
    root.append(rect)
    return boxes(root)


def trace(d: str) -> list[Point]:
    """The points of a path; curves as eight of their points."""
    out: list[Point] = []
    for command, given_ in re.findall(r"([A-Za-z])([^A-Za-z]*)", d):
        numbers = [float(n) for n in re.findall(r"-?[\d.]+", given_)]
        x, y = out[-1] if out else (0.0, 0.0)
        match command:
            case "M":
                out.append((numbers[0], numbers[1]))
            case "l":
                out += [(x := x + a, y := y + b)
                        for a, b in zip(numbers[::2], numbers[1::2], strict=True)]  # fmt: skip
            case "H":
                out.append((numbers[0], y))
            case "V":
                out.append((x, numbers[0]))
            case "h":
                out.append((x + numbers[0], y))
            case "v":
                out.append((x, y + numbers[0]))
            case "Q":
                a, b, c, e = numbers
                out += [
                    ((1 - t) ** 2 * x + 2 * (1 - t) * t * a + t * t * c,
                     (1 - t) ** 2 * y + 2 * (1 - t) * t * b + t * t * e)
                    for t in (n / 8 for n in range(1, 9))
                ]  # fmt: skip
            case _:
                assert command == "z"
    return out


def fine(points: list[Point]) -> list[Point]:
    """The same way in steps of at most three pixels."""
    out = []
    for (xa, ya), (xb, yb) in pairwise(points):
        steps = max(1, int(max(abs(xb - xa), abs(yb - ya)) / 3))
        out += [(xa + (xb - xa) * n / steps, ya + (yb - ya) * n / steps) for n in range(steps + 1)]
    return out


class Graph:
    """A drawn thread, taken apart."""

    def __init__(self, mails: Sequence[Message], width: int = 1200) -> None:
        self.root = ET.fromstring(svg(mails, width))
        self.groups = [g for g in self.root if g.get("class") == "mail"]
        self.shapes = {int(g.get("data-n", "")): shape(g[1]) for g in self.groups}
        self.texts = texts(self.root)
        drawn = list(self.root)
        self.lines = {
            (int(p.get("data-from", "")), int(p.get("data-to", ""))): (
                trace(p.get("d", "")), trace(drawn[n + 1].get("d", "")), drawn[n - 1], p,
                drawn[n + 1],
            )
            for n, p in enumerate(drawn) if p.get("class") == "reply"
        }  # fmt: skip
        self.bands = [b for b in boxes(self.root) if b.look.get("rx") == "8"]
        self.marks = [b for b in boxes(self.root) if b.width == 6]
        self.days = [p for p in drawn if p.get("stroke-dasharray") == "2 5"]


def in_utc(mail: Message) -> date:
    return datetime.fromisoformat(mail.date).astimezone(UTC).date()


@settings(max_examples=40)
@given(st.one_of(st.just(messages()), threads()), st.sampled_from(WIDTHS))
def test_each_mail_stands_in_its_row_and_its_time(mails: Sequence[Message], width: int) -> None:
    graph = Graph(mails, width)
    people = list(dict.fromkeys(m.author for m in mails))
    assert [int(g.get("data-n", "")) for g in graph.groups] == [m.n for m in mails]
    assert len(graph.bands) == len(graph.marks) == len(people)
    for name, band, mark in zip(people, graph.bands, graph.marks, strict=True):
        inside = [t.said for t in graph.texts if band.holds(t.x, t.y) and t.x < 20]
        roles = {m.role for m in mails if m.author == name}
        assert inside[0] == name
        assert inside[1] in roles
        assert (band.x, band.width) == (0, width)
        assert (mark.x, mark.y, mark.height) == (0, band.y, band.height)
        nth = people.index(name)
        line = f"{TONES[nth]}-l" if nth < len(TONES) else "line"
        assert TOKEN[mark.look["fill"]] == line
        for m in (m for m in mails if m.author == name):
            drawn = graph.shapes[m.n]
            assert drawn.y == pytest.approx(band.y + band.height / 2, abs=0.05)
            assert drawn.half * 2 < band.height
            assert TOKEN[drawn.look["stroke"]] == line
            assert TOKEN[drawn.look["fill"]] == (
                line.replace("-l", "-t") if line != "line" else "bg"
            )
    tops = [band.y for band in graph.bands]
    assert all(b - a > graph.bands[0].height for a, b in pairwise(tops))
    names = [text_width(m.author, 16, mono=False, bold=True) for m in mails]
    right = 18 + max(*names, *(text_width(m.role, 13, mono=False) for m in mails))
    xs = [graph.shapes[m.n].x for m in mails]
    fresh = [n == 0 or in_utc(m) != in_utc(mails[n - 1]) for n, m in enumerate(mails)]
    assert xs[0] - graph.shapes[mails[0].n].half > min(right, 0.3 * width - 8)
    steps = [(b - a) / (1.5 if new else 1)
             for a, b, new in zip(xs, xs[1:], fresh[1:], strict=False)]  # fmt: skip
    assert max(steps) - min(steps) < 0.05  # a mail is a step, a new day half a step more
    assert min(steps) > 0
    assert steps[0] / 2 < width - xs[-1] < steps[0] / 2 + 10
    assert max(s.half for s in graph.shapes.values()) < steps[0] / 2


@settings(max_examples=30)
@given(st.one_of(st.just(messages()), threads()), st.sampled_from(WIDTHS))
def test_a_day_begins_before_its_mails(mails: Sequence[Message], width: int) -> None:
    graph = Graph(mails, width)
    days = list(dict.fromkeys(in_utc(m) for m in mails))
    starts = [trace(p.get("d", ""))[0][0] for p in graph.days]
    feet = {trace(p.get("d", ""))[1][1] for p in graph.days}
    assert len(days) == len(starts)
    for m in mails:
        nth = days.index(in_utc(m))
        x, half = graph.shapes[m.n].x, graph.shapes[m.n].half
        assert starts[nth] < x - half
        assert nth + 1 == len(days) or x + half < starts[nth + 1]
    (foot,) = feet
    assert foot > max(b.y + b.height for b in graph.bands)
    names = [t for t in graph.texts if foot < t.y < foot + 20]
    for day, start, name in zip(days, starts, names, strict=True):
        assert start < name.x < start + 10
        assert name.said in (f"{day.day} {day:%B}", f"{day.day} {day:%b}")
    below = [t.said for t in graph.texts if t.y > foot + 20]
    assert below == [
        "One step to the right is one mail; days are in UTC, days without mail take no room.",
        "Source: public archive of the mailing list, lore.kernel.org.",
    ]
    assert float(graph.root.get("height", "0")) > max(t.y for t in graph.texts) + 4


@settings(max_examples=60)
@given(st.one_of(st.just(messages()), threads()), st.sampled_from(WIDTHS))
def test_a_line_leads_from_each_mail_to_its_answer(mails: Sequence[Message], width: int) -> None:
    graph = Graph(mails, width)
    wanted = [(m.reply_to, m.n) for m in mails if m.reply_to is not None]
    assert list(graph.lines) == wanted
    patch = graph.shapes[mails[0].n]
    edge = patch.half / 0.9 + 0.02
    for (parent, child), (way, head, free, line, _) in graph.lines.items():
        a, b = graph.shapes[parent], graph.shapes[child]
        (x, y), tip = way[0], head[0]
        assert a.x - 0.02 <= x < a.x + edge  # it leaves the mail it answers, above or below
        radius = abs(y - a.y)
        assert radius == pytest.approx(edge, abs=0.1)
        towards = (round(b.y) > round(a.y)) - (round(b.y) < round(a.y))
        assert (y > a.y) - (y < a.y) == (towards or -1)
        end = way[-1]
        if tip[0] < b.x - 1:  # it comes in from the left
            assert tip[1] == end[1] == pytest.approx(b.y, abs=0.02)
            assert 5 < b.x - radius - tip[0] < 7
            assert end[0] < tip[0] < end[0] + 6
            assert [p[0] for p in head[1:3]] == [tip[0] - 11] * 2
        else:  # or over the edge of the row
            assert tip[0] == end[0] == pytest.approx(b.x, abs=0.02)
            assert 5 < abs(tip[1] - b.y) - radius < 7
            assert radius < abs(tip[1] - b.y) < abs(end[1] - b.y)
            assert (tip[1] > b.y) == (head[1][1] > tip[1]) == (end[1] > b.y)
        assert TOKEN[line.get("stroke", "")] == "line"
        assert (free.get("d"), TOKEN[free.get("stroke", "")]) == (line.get("d"), "panel")
        assert float(free.get("stroke-width", "0")) > float(line.get("stroke-width", "0"))
        for n, other in graph.shapes.items():
            if n not in (parent, child):
                for x, y in fine(way):
                    through = abs(x - other.x) < other.half and abs(y - other.y) < other.half
                    assert not through, f"{parent} to {child} runs through {n}"


def crosses(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether two pieces of line meet between their ends."""

    def side(p: Point, q: Point, r: Point) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0


@settings(max_examples=30)
@given(st.one_of(st.just(MAILS), st.just(messages()), threads()))
def test_lines_from_one_mail_never_cross(mails: Sequence[Message]) -> None:
    lines = {ends: line[0] for ends, line in Graph(mails).lines.items()}
    for (parent, child), way in lines.items():
        lowest = {max(y for _, y in way), min(y for _, y in way)}
        for (other, sibling), away in lines.items():
            if other != parent or sibling >= child:
                continue
            if lowest == {max(y for _, y in away), min(y for _, y in away)}:
                continue  # two that run along the same edge of a row share it
            pairs = ((one, two) for one in pairwise(way) for two in pairwise(away))
            assert not any(crosses(*one, *two) for one, two in pairs), (parent, child, sibling)


def test_of_lines_from_one_mail_the_farthest_leaves_leftmost() -> None:
    mails = [made(1, "Ada", None), made(2, "Brook", 1), made(3, "Chris", 1), made(4, "Dana", 1)]
    mails += [made(5, "Eli", 4), made(6, "Brook", 4), made(7, "Ada", 4)]
    graph = Graph(mails)
    for parent, children in ((1, (4, 3, 2)), (4, (7, 6))):
        starts = [graph.lines[parent, child][0][0][0] for child in children]
        assert starts == sorted(set(starts))
        assert starts[0] == pytest.approx(graph.shapes[parent].x, abs=0.02)
        assert {round(b - a, 1) for a, b in pairwise(starts)} == {
            round(min(9.0, 0.8 * graph.shapes[1].half / (len(children) - 1)), 1)
        }
    assert graph.lines[4, 5][0][0][0] == pytest.approx(graph.shapes[4].x, abs=0.02)


def test_a_line_goes_round_what_stands_in_its_way() -> None:
    between = [made(1, "Ada", None), made(2, "Brook", 1), made(3, "Brook", 1), made(4, "Ada", 3)]
    graph = Graph(between)
    free, round_it = graph.lines[1, 2][1][0], graph.lines[1, 3][1][0]
    assert free[0] < graph.shapes[2].x - 10
    assert round_it[0] == pytest.approx(graph.shapes[3].x, abs=0.02)
    assert round_it[1] > graph.shapes[3].y  # by the edge that looks away from where it comes from


def test_shape_says_the_kind_and_nobody_weighs_more() -> None:
    wanted = {"patch": "square", "objection": "octagon", "alternative": "diamond"}
    for mails, width in ((messages(), 1200), (ONE_OF_EACH, 760)):
        graph = Graph(mails, width)
        radius = graph.shapes[next(m.n for m in mails if m.kind in ("reply", "agreement"))].half
        for m, group in zip(mails, graph.groups, strict=True):
            title, outline, *rest = group
            assert title.text == f"{m.n}, {m.kind}, {m.author}: {m.position}"
            drawn = shape(outline)
            assert drawn.kind == wanted.get(m.kind, "circle"), m.n
            assert drawn.look["stroke-width"] == "2.5"
            assert "stroke-dasharray" not in drawn.look
            bigger = {"patch": 0.9, "alternative": 1.2}.get(m.kind, 1)
            assert drawn.half == pytest.approx(radius * bigger, abs=0.1)
            number, *badge = texts(group)
            assert (number.said, number.look["text-anchor"]) == (str(m.n), "middle")
            assert number.x == pytest.approx(drawn.x, abs=0.02)
            assert drawn.y < number.y < drawn.y + 8
            assert [t.said for t in badge] == signs(m.kind)
            if badge:
                ring = shape(rest[1])
                assert badge[0].x == ring.x > drawn.x + radius / 2
                assert ring.y < drawn.y - radius / 2
                assert ring.y < badge[0].y < ring.y + ring.half
            assert len(rest) == (3 if badge else 1)


@pytest.mark.parametrize(("radius", "size"), [(14, "14"), (16, "14"), (17, "16"), (19, "16")])
def test_a_number_fits_its_shape(radius: float, size: str) -> None:
    ink = {"ink": "#000", "bg": "#fff"}
    drawn = mail(made(12, "Ada", None), 30, 30, radius, ("#000", "#fff"), ink)
    (number,) = texts(ET.fromstring(f'<svg xmlns="{SVG[1:-1]}">{drawn}</svg>'))
    assert (number.said, number.look["font-size"]) == ("12", size)
    assert 'stroke-width="2.5"' in drawn
    assert float(number.look["data-box"]) == 2 * radius
    assert text_width("12", float(size), mono=True, bold=True) < 2 * radius


def test_the_key_shows_each_kind_beside_its_word() -> None:
    graph = Graph(messages())
    drawn = [e for e in graph.root if e.tag != f"{SVG}text" and not e.get("class")]
    outlines = [shape(e) for e in drawn if e.get("stroke-width") == "2.5"]
    words = [t for t in graph.texts if t.y == 29]
    assert [t.said for t in words] == list(KINDS)
    names = ["square", "circle", "octagon", "diamond", "circle", "circle"]
    assert [o.kind for o in outlines] == names
    for outline, word, following in zip(outlines, words, [*outlines[1:], None], strict=True):
        assert outline.x + outline.half < word.x < outline.x + 40
        if following is not None:
            end = word.x + text_width(word.said, 14, mono=False)
            assert end < following.x - following.half
        badge = [t.said for t in graph.texts if t.y < 20 and abs(t.x - outline.x - 13) < 1]
        assert badge == signs(word.said)


def test_in_an_explorer_every_mail_is_a_button_and_what_is_chosen_stands_out() -> None:
    still = ET.fromstring(f'<svg xmlns="{SVG[1:-1]}">{live(messages(), 844, Lit())}</svg>')[0]
    lit = Lit(3, frozenset({3, 6}))
    root = ET.fromstring(f'<svg xmlns="{SVG[1:-1]}">{live(messages(), 844, lit)}</svg>')[0]
    assert (root.get("role"), root.get("aria-label")) == ("group", "Who answered whom")
    assert (root.get("width"), root.get("viewBox")) == ("848", f"-2 0 848 {root.get('height')}")
    groups, quiet = (
        {int(g.get("data-n", "")): g for g in of if g.get("class") == "mail"}
        for of in (root, still)
    )
    for m in messages():
        group = groups[m.n]
        on = m.n == 3
        assert (group.get("role"), group.get("tabindex")) == ("button", "0")
        assert group.get("data-key") == f"mail-{m.n}"
        target = "" if on else f"message {m.n}"
        event = f'{{"type":"select","target":"{target}","value":null}}'
        assert group.get("data-event") == event
        assert group.get("aria-pressed") == str(on).lower()
        linked = ", linked with what is chosen" if m.n == 6 else ""
        assert group.get("aria-label") == f"message {m.n}, {m.kind}, {m.author}{linked}"
        look, plain = shape(group[1]).look, shape(quiet[m.n][1]).look
        if m.n in lit.mails:
            assert (look["stroke"], look["stroke-width"]) == ("var(--kfv-ink)", "5")
        else:
            assert look == plain
            assert look["stroke-width"] == "2.5"
        assert look["fill"] == plain["fill"]
    heads = [root[n + 1] for n, e in enumerate(root) if e.get("class") == "reply"]
    for way, head in zip((e for e in root if e.get("class") == "reply"), heads, strict=True):
        touches = "3" in (way.get("data-from"), way.get("data-to"))
        name = "ink" if touches else "line"
        assert way.get("stroke") == head.get("fill") == f"var(--kfv-{name})"
        assert way.get("stroke-width") == ("4.5" if touches else "2")
    assert not [e for e in still if e.get("stroke-width") == "4.5"]


def test_in_an_explorer_every_mail_of_the_list_is_a_button_too() -> None:
    (root,) = page(list_html(messages(), theme="light", lit=Lit(12, frozenset({12, 3}))))
    buttons = {b.get("data-key"): b for b in root.iter("button")}
    assert [*buttons] == [f"mail-{m}" for m in (1, 2, 3, 4, 10, 11, 13, 12, 5, 6, 7, 8, 9)]
    assert {k for k, b in buttons.items() if b.get("aria-pressed") == "true"} == {"mail-12"}
    assert buttons["mail-12"].get("type") == "button"
    bars = [d for d in root.iter("div") if d.get("class") == "lit"]
    assert [d[0].get("data-key") for d in bars] == ["mail-3", "mail-12"]
    css = root[0].text or ""
    assert f".lit{{border-left:6px solid {LIGHT['ink']};padding-left:6px}}" in css
    assert ".lit{" not in list_html(messages(), theme="light")


def test_the_graph_is_named_and_described() -> None:
    for theme in ("light", "dark", "lab"):
        root = ET.fromstring(svg(messages(), theme=theme))
        assert root.get("role") == "img"
        parts = {child.get("id"): child.text for child in root if child.get("id")}
        named = [parts[ref] for ref in (root.get("aria-labelledby") or "").split()]
        assert named == ["Who answered whom", sentence(messages())]


def test_every_variant_has_an_id_of_its_own() -> None:
    drawn = [svg(messages(), w, theme=t, standalone=s)
             for w in (760, 900) for t in ("light", "lab") for s in (True, False)]  # fmt: skip
    drawn += [list_html(messages(), theme=t) for t in ("light", "lab")] + [svg(messages()[:3])]
    ids = [re.findall(r' id="([^"]+)"', picture)[0] for picture in drawn]
    assert len(set(ids)) == len(drawn)
    assert Graph(messages(), 10).root.get("width") == "764"
    assert Graph(messages(), 9999).root.get("width") == "1604"
    living = [ET.fromstring(live(messages(), wide, Lit())) for wide in (10, 900, 9999)]
    assert [root.get("width") for root in living] == ["764", "904", "1604"]
    for root, wide in zip(living, (764, 904, 1604), strict=True):
        assert root.get("viewBox") == f"-2 0 {wide} {root.get('height')}"
        assert (root.get("role"), root.get("aria-label")) == ("group", "Who answered whom")


def test_a_mail_that_answers_none_before_it_is_refused() -> None:
    with pytest.raises(ValueError, match="mail 1 answers 2, which is not among those before it"):
        svg((made(1, "Ada", 2), made(2, "Ada", None)))
    with pytest.raises(ValueError, match="theme is 'pink'"):
        svg(messages(), theme="pink")  # type: ignore[arg-type]


def test_no_mail_at_all() -> None:
    assert ET.fromstring(svg(())).get("role") == "img"
    assert page(list_html(())).find(".//ul") is None


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_text_leaves_its_box(render_page: Page, theme: Any) -> None:
    long = tuple(replace(m, author=m.author * 5, role=m.role * 5) for m in messages())
    pictures = {
        f"{name} {width}": svg(some, width, theme=theme)
        for name, some in (("real", messages()), ("long", long))
        for width in WIDTHS
    }
    assert measure(render_page, pictures, theme == "dark") == []


def items(branch: ET.Element | None) -> list[tuple[ET.Element, list[Any]]]:
    """The items of a list, each with those under it."""
    if branch is None:
        return []
    assert {child.tag for child in branch} == {"li"}
    return [(item, items(item.find("./ul"))) for item in branch]


def compare(found: list[tuple[ET.Element, list[Any]]], parent: int | None) -> int:
    """Each mail under the one it answers, in order; returns how many."""
    wanted = [m for m in messages() if m.reply_to == parent]
    assert len(found) == len(wanted)
    count = 0
    for m, (item, below) in zip(wanted, found, strict=True):
        entry, position = item[0], item[1]
        when = datetime.fromisoformat(m.date).astimezone(UTC)
        answers = "" if m.reply_to is None else f", answers {m.reply_to}"
        about = f"{m.n}, {m.kind}{answers} · {when.day} {when:%B %H:%M} UTC"
        assert said(entry.findall("./span")[0]) == f"{m.author}, {m.role}{about}"
        (link,) = entry.iter("a")
        assert (link.get("href"), said(link)) == (m.url, about)
        assert (link.get("target"), link.get("rel")) == ("_blank", "noopener")
        (mark,) = entry.iter("svg")
        assert mark.get("aria-hidden") == "true"
        words = [said(text) for text in mark.iter("text")]
        assert words == [str(m.n), *signs(m.kind)]
        corners = {"patch": "rect", "objection": "path", "alternative": "path"}
        assert mark[0].tag == corners.get(m.kind, "circle")
        assert said(position) == " ".join(m.position.split())
        count += 1 + compare(below, m.n)
    return count


def test_the_list_is_the_tree() -> None:
    (root,) = page(list_html(messages()))
    assert compare(items(root.find("./ul")), None) == 13


def test_the_measures_of_the_list_are_those_read() -> None:
    (root,) = page(list_html(messages(), theme="light"))
    sheet = (root[0].text or "").replace(f"#{root.get('id')}", "")
    assert dict(re.findall(r"([^{}]*){([^}]*)}", sheet)) == {
        "": f"font:15px/1.45 {SANS};color:{LIGHT['ink']};background:{LIGHT['bg']}",
        " ul": "list-style:none;margin:0;padding:0",
        " ul ul": f"margin-left:6px;padding-left:8px;border-left:2px solid {LIGHT['line']}",
        " li>div": "display:flex;gap:8px;align-items:center;padding-top:10px",
        " svg": "flex:none;display:block",
        " p": "margin:2px 0 4px;max-width:78ch;overflow-wrap:anywhere",
        " a": f"color:{LIGHT['muted']};font-size:14px",
    }
    for mark in root.iter("svg"):
        assert dict(mark.attrib) == {"width": "42", "height": "40", "aria-hidden": "true"}
        one = mark[0].get("x") or mark[0].get("cx") or (mark[0].get("d") or "")[1:].split(",")[0]
        middles = {"rect": 18 - 0.9 * 15, "circle": 18}
        wanted = middles.get(mark[0].tag)
        assert wanted is None or float(one) == pytest.approx(wanted)


def test_below_760_pixels_the_list_stands_alone() -> None:
    (alone,) = page(html(messages(), 759))
    assert (alone.tag, len(list(alone.iter("li")))) == ("div", 13)
    graph, fold = page(html(messages(), 760, theme="light"))
    assert (graph.tag, fold.tag) == ("svg", "details")
    assert svg(messages(), 760, theme="light", standalone=False) in html(
        messages(), 760, theme="light"
    )
    assert said(fold[0]) == "The same thread as a list"
    for theme in ("lab", "dark"):
        alone_, folded = (html(messages(), w, theme=theme) for w in (759, 760))  # type: ignore[arg-type]
        the_list = list_html(messages(), theme=theme)  # type: ignore[arg-type]
        drawn = svg(messages(), 760, theme=theme, standalone=False)  # type: ignore[arg-type]
        assert (alone_, folded) == (the_list, drawn + fold_("The same thread as a list", the_list))
    assert html(messages()) == html(messages(), 1200, theme="lab")
    assert svg(messages()) == svg(messages(), 1200, theme="light", standalone=True)
    assert len(list(fold.iter("li"))) == 13


def test_what_people_wrote_is_escaped() -> None:
    evil = replace(made(1, '<b>"&', None), position="<script>", role="<i>", url='x"<')
    assert "<script>" not in html((evil,))
    (root,) = page(list_html((evil,)))
    assert said(root.findall(".//p")[0]) == "<script>"
    assert [a.get("href") for a in root.iter("a")] == ['x"<']
    ET.fromstring(svg((evil,)))
