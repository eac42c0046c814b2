# SPDX-License-Identifier: BSD-3-Clause
"""The overview of all lives and the curve, read back from what they are given."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from kfuncviz.evidence.history.lives import Life
from kfuncviz.evidence.history.survival import Point, Spell, estimate
from kfuncviz.render.kit.tokens import LIGHT, colours
from kfuncviz.render.lifetimes import curve
from kfuncviz.render.lifetimes.axis import axis_for
from kfuncviz.render.lifetimes.window import OVERVIEW, overview, window
from tests.render.drawn import SVG, texts

RELEASES = ["6.1", "6.2", "6.3"]
ONE = (Life("bpf_a", "6.1", "", ("6.2",), False),)
TWO = (Life("bpf_b", "6.1", "6.2", (), False), Life("bpf_b", "6.3", "", (), False))


def parts(view: range, kfuncs: list[tuple[Life, ...]], height: float = 100) -> list[ET.Element]:
    drawn = overview(kfuncs, view, RELEASES, height, colours("light"))
    return list(ET.fromstring(f"<svg>{drawn}</svg>"))


def test_the_overview_draws_each_life_where_it_was() -> None:
    alive, gone, changed, frame = parts(range(2), [ONE, TWO])
    assert OVERVIEW == 64
    assert [e.tag for e in (alive, gone, changed, frame)] == ["path", "path", "path", "rect"]
    assert alive.get("d") == "M4,25H60M60,75H60"
    assert gone.get("d") == "M4,75H32"
    assert changed.get("d") == "M31,25h2"
    strokes = [
        (p.get("stroke"), p.get("stroke-width"), p.get("fill")) for p in (alive, gone, changed)
    ]
    assert strokes == [(LIGHT["line"], "1", "none"), (LIGHT["bad-l"], "1.5", "none"),
                       (LIGHT["mount-l"], "2", "none")]  # fmt: skip
    assert dict(frame.attrib) == {
        "x": "1", "y": "1", "width": "62", "height": "98", "fill": "none", "rx": "3",
        "stroke": LIGHT["ink"], "stroke-width": "2",
    }  # fmt: skip


def test_a_frame_can_be_seen_however_little_it_holds_and_of_nothing_there_is_none() -> None:
    *_, frame = parts(range(360, 361), [ONE] * 361)
    assert frame.get("height") == "4"
    assert float(frame.get("y", "")) == pytest.approx(1 + 360 * 100 / 361, abs=0.01)
    assert parts(range(0), []) == []


def test_a_window_has_room_for_its_rows_and_wraps_each() -> None:
    axis = axis_for(["bpf_a"], RELEASES, 900)
    body, height = window([ONE, TWO], 5, axis, colours("light"),
                          lambda lives, row: f"<g id='{lives[0].kfunc}'>{row}</g>")  # fmt: skip
    assert height == axis.top + 5 * axis.step + 26
    assert re.findall(r"<g id='(\w+)'><g class=\"life\">", body) == ["bpf_a", "bpf_b"]
    empty, tall = window([], 5, axis, colours("light"))
    assert tall == height
    assert "No kfunc matches these filters." in empty
    plain, _ = window([ONE], 5, axis, colours("light"))
    assert plain.count('class="life"') == 1


POINTS = estimate([Spell(0, 2, True), Spell(0, 3, False), Spell(0, 3, True), Spell(0, 1, False)])


def drawn(points: tuple[Point, ...] = POINTS, across: int = 464, **more: object) -> ET.Element:
    svg = curve.svg(points, [(0.5, 1.0)] * len(points), across, title="t", desc="d", **more)  # type: ignore[arg-type]
    return ET.fromstring(svg)


def test_an_age_stands_in_the_middle_of_its_words_and_at_its_tick() -> None:
    picture = drawn()
    wide = (464 - 12 - 52) / 4
    ticks = [p.get("d") for p in picture if (p.get("d") or "").endswith("v6")]
    assert ticks == [f"M{52 + wide * age:g},232v6" for age in range(4)]
    ages = [t for t in texts(picture) if t.y == 252]
    assert [t.said for t in ages] == ["0", "1", "2", "3"]
    for age, text in enumerate(ages):
        assert text.x + 13 * 0.602 / 2 == pytest.approx(52 + wide * age, abs=0.01)
    risk = [t for t in texts(picture) if t.y == 288]
    assert [t.said for t in risk] == [str(p.at_risk) for p in POINTS] == ["4", "4", "3", "2"]
    assert [t.look["fill"] for t in (ages[0], risk[0])] == [LIGHT["ink"], LIGHT["muted"]]
    (under,) = [t for t in texts(picture) if t.y == 270]
    assert under.said == "releases after birth (above), lives watched that long (below)"


def test_the_grid_says_per_cent() -> None:
    picture = drawn()
    lines = [p.get("d") for p in picture if p.get("stroke") == LIGHT["hair"]]
    assert lines == [f"M52,{232 - 220 * share / 100:g}H452" for share in (0, 25, 50, 75, 100)]
    for text in texts(picture):
        if text.said.endswith("%"):
            assert text.y == pytest.approx(232 - 220 * int(text.said[:-2]) / 100 + 4.5)
            assert (text.x, text.look["text-anchor"]) == (44, "end")


def test_lines_and_bands_can_be_told_apart() -> None:
    picture = drawn()
    (line,) = [p for p in picture if p.get("class") == "curve"]
    assert (line.get("stroke"), line.get("stroke-width")) == (LIGHT["ink"], "4")
    (band,) = [p for p in picture if p.get("class") == "band"]
    assert band.get("fill") == LIGHT["caller-t"]

    def at(share: float) -> str:
        return f"{round(232 - 220 * share, 2):g}"

    def steps(shares: list[float]) -> str:
        out = f"M52,{at(shares[0])}"
        for age, share in enumerate(shares):
            out += (
                f"V{at(share)}" if age and share != shares[age - 1] else ""
            ) + f"H{152 + 100 * age}"
        return out

    assert line.get("d") == steps([p.survival for p in POINTS])
    assert band.get("d") == "".join(
        f"M{52 + 100 * n},{at(p.high)}H{152 + 100 * n}V{at(p.low)}H{52 + 100 * n}z"
        for n, p in enumerate(POINTS)
    )
    edges = [p.get("d") for p in picture if p.get("stroke-dasharray") == "2 3"]
    assert edges == [steps([p.low for p in POINTS]), steps([p.high for p in POINTS])]
    sides = [p.get("d") for p in picture if p.get("class") == "files"]
    assert sides == [steps([0.5] * 4), steps([1.0] * 4)]
    assert {p.get("stroke-width") for p in picture if p.get("stroke-dasharray")} == {"1.5"}
    assert {p.get("fill") for p in picture if p.get("class") in ("curve", "files")} == {"none"}
    dotted = [p for p in picture if p.get("stroke-dasharray") == "2 3"]
    assert [p.get("stroke") for p in dotted] == [LIGHT["caller-l"]] * 2
    files = [p for p in picture if p.get("class") == "files"]
    assert [p.get("stroke-dasharray") for p in files] == ["8 4"] * 2


@pytest.mark.parametrize(("at", "files"), [(0, True), (2, True), (2, False), (3, False)])
def test_one_age_is_read_out_with_the_wider_band(at: int, files: bool) -> None:
    band = [(0.4, 0.9)] * 4 if files else []
    svg = curve.svg(POINTS, band, 464, title="t", desc="d", at=at)
    picture = ET.fromstring(svg)
    point = POINTS[at]
    high, low = max(point.high, 0.9 * files), min(point.low, 0.4 if files else 1)
    top, foot, y = (round(232 - 220 * share, 2) for share in (high, low, point.survival))
    x = 52 + 100 * (at + 0.5)
    (whisker,) = [p for p in picture if p.get("class") == "whisker"]
    assert whisker.get("d") == f"M{x - 6:g},{top:g}h12m-6,0V{foot:g}m-6,0h12"
    look = [whisker.get(key) for key in ("fill", "stroke", "stroke-width")]
    assert look == ["none", LIGHT["ink"], "2"]
    (ring,) = picture.iter(f"{SVG}circle")
    assert dict(ring.attrib) == {
        "cx": f"{x:g}", "cy": f"{y:g}", "r": "6", "fill": LIGHT["bg"], "stroke": LIGHT["ink"],
        "stroke-width": "3",
    }  # fmt: skip


def test_the_ages_thin_out_where_they_do_not_fit() -> None:
    many = tuple(Point(age, 300, 0, 1.0, 1.0, 1.0) for age in range(31))
    for across, every in ((1200, 1), (600, 2), (240, 8)):
        ages = [int(t.said) for t in texts(drawn(many, across)) if t.y == 252]
        assert ages == list(range(0, 31, every))


def test_a_picture_says_what_it_is_and_has_an_id_of_its_own() -> None:
    one, other = drawn(), drawn(at=1)
    assert [one.find(f"{SVG}{name}").text for name in ("title", "desc")] == ["t", "d"]  # type: ignore[union-attr]
    assert one.get("id") != other.get("id")
    assert one.get("viewBox") == "-2 0 468 292"
    plain = curve.svg(POINTS, [], 464, title="t", desc="d")
    assert plain.count('class="files"') == 0
    assert plain == curve.svg(
        POINTS, [], 464, title="t", desc="d", at=0, theme="light", standalone=True
    )
    assert [drawn(across=wide).get("width") for wide in (100, 9999)] == ["244", "1604"]
