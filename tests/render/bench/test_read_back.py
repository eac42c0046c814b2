# SPDX-License-Identifier: BSD-3-Clause
"""The bench read back: every word, place and line against the call it shows."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kfuncviz.kfuncs.known import span
from kfuncviz.kfuncs.verifier import Arg, Kfunc, Param, Program, Verdict, check_call, kfunc
from kfuncviz.kfuncs.verifier.types import UNTYPED
from kfuncviz.render import bench
from kfuncviz.render.kit.tokens import LIGHT
from tests.render.bench.test_picture import SCENES, Scene
from tests.render.drawn import SVG, Box, Text, boxes, paths, texts

TOKEN = {colour: token for token, colour in LIGHT.items()}
#: Provenance: word, colour, thickness, lines, dashes.
LINES = {
    "trusted": ("trusted", "ink", 2, 2, False),
    "acquired": ("owned", "ink", 2, 2, False),
    "rcu": ("RCU", "ink", 3, 1, False),
    "plain": ("no mark", "line", 2, 1, False),
    "untrusted": ("untrusted", "bad-l", 3, 1, True),
    "scalar": ("a number", "line", 2, 1, False),
    "null": ("NULL", "line", 2, 1, False),
    "memory": ("its memory", "line", 2, 1, False),
    "fitting": ("as wanted", "line", 2, 1, False),
    "unset": ("not set", "line", 2, 1, False),
}
NONE = 0xFFFFFFFF
half = st.sampled_from([0, 1, 1000, 65534, 101000, NONE - 1, NONE])
EVERY = Kfunc("every", tuple(Param(f"p{n}", "struct file *") for n in range(10)), "int")


def every() -> Scene:
    """A call with one argument of each provenance."""
    args = [
        Arg(provenance, "" if provenance in UNTYPED else "struct file", origin="from afar " * n)  # type: ignore[arg-type]
        for n, provenance in enumerate(LINES)
    ]
    verdict = Verdict(False, "pointer", "R6 is a number", "p5 is a number", "6.12", arg=5,
                      since="6.2", notes=("One note.", "Another one."))  # fmt: skip
    return replace(EVERY, flags=frozenset({"KF_RCU", "KF_ACQUIRE"})), None, verdict, args


def unread() -> Scene:
    """A call that is refused with a line that was not read."""
    fn, value, verdict, args = SCENES["untrusted"]
    assert verdict is not None
    return fn, value, replace(verdict, message=""), args


READ = {**SCENES, "every": every(), "unread": unread()}


def draw(scene: Scene, width: int = 1200) -> ET.Element:
    fn, value, verdict, args = scene
    return ET.fromstring(bench.svg(fn, value, verdict, args, width=width))  # type: ignore[arg-type]


def said(found: list[Text]) -> str:
    return " ".join(text.said for text in found)


def token(look: dict[str, str], key: str = "stroke") -> str:
    return TOKEN.get(look[key], look[key])


def groups(picture: ET.Element, name: str) -> list[ET.Element]:
    return [g for g in picture.iter(f"{SVG}g") if g.get("class") == name]


def within(box: Box, found: list[Text]) -> list[Text]:
    return [text for text in found if box.holds(text.x, text.y)]


def halves(picture: ET.Element) -> list[Box]:
    """The two frames of a 64-bit result, left to right."""
    found = [b for b in boxes(picture) if b.look.get("stroke-width") == "3" and (
        token(b.look, "fill") == "mount-t" or b.look["fill"].endswith("-bad)"))]  # fmt: skip
    return sorted(found)


@pytest.mark.parametrize("width", [240, 400, 530, 1200])
@settings(max_examples=25)
@given(gid=half, uid=half)
def test_the_high_half_is_the_gid_on_the_left(width: int, gid: int, uid: int) -> None:
    value = gid << 32 | uid
    picture = draw((kfunc("bpf_get_file_vfs_ids", "6.5"), value, None, []), width)
    found = texts(picture)
    frames = halves(picture)
    assert len(frames) == 2
    assert frames[0].x + frames[0].width < frames[1].x
    assert frames[0].y == frames[1].y
    for name, bits, number, frame in (
        ("gid", "63…32", gid, frames[0]), ("uid", "31…0", uid, frames[1]),
    ):  # fmt: skip
        lost = number == NONE
        words = [text.said for text in within(frame, found)]
        assert words[:2] == [name, f"bits {bits}"]
        assert "".join(words[2:10]) == f"{number:08x}"
        assert words[10] == str(number)
        meaning = words[11]
        assert ("no mapping" in meaning) == lost
        assert meaning.startswith("vfs" + name) != lost
        assert len(words) == 12
        assert frame.look["fill"].endswith("-bad)") == lost
        assert ("stroke-dasharray" in frame.look) == lost
        assert token(frame.look) == ("bad-l" if lost else "mount-l")
        digits = within(frame, found)[2:10]
        cells = sorted(b for b in boxes(picture) if b.look.get("rx") == "4"
                       and frame.holds(b.x, b.y))  # fmt: skip
        middles = [b.x + b.width / 2 for b in cells]
        assert [text.x for text in digits] == pytest.approx(middles, abs=0.02)
        plates = [b for b in boxes(picture) if b.look.get("rx") == "3" and frame.holds(b.x, b.y)]
        assert len(plates) == (3 if lost else 0)  # on a hatch every word stands on a plate
        for plate, text in zip(plates, [words[0], words[10], words[11]], strict=False):
            assert text in [t.said for t in within(plate, found)]
    assert [said(texts(g)) for g in groups(picture, "block")] == [*f"{value:016x}"]
    assert f"{value:#018x} = {value}" in [text.said for text in found] or width == 240
    assert f"{value:#018x} = {value}" in said(found)


@pytest.mark.parametrize(
    ("width", "name", "bits", "cell", "number", "meaning"),
    [
        (518, (7, 17), 12.5, (28.88, 30), 24, 12.5),
        (520, (14, 17), 14, (27.25, 40), 28, 16),
        (556, (14, 17), 14, (29.5, 40), 28, 16),
        (560, (14, 17), 14, (27.12, 40), 28, 16),
        (1000, (14, 17), 14, (45.62, 40), 28, 16),
    ],
)
def test_a_half_grows_where_it_has_room(
    width: int, name: tuple[float, float], bits: float, cell: tuple[float, float],
    number: float, meaning: float,
) -> None:  # fmt: skip
    """Its measures on either side of each step, as they were read against the picture."""
    picture = draw((kfunc("bpf_get_file_vfs_ids", "6.5"), 1000 << 32 | NONE, None, []), width)
    frame, _ = halves(picture)
    first, second, *_, third, fourth = within(frame, texts(picture))
    sizes = [float(t.look["font-size"]) for t in (first, second, third, fourth)]
    assert (first.x, sizes[0]) == name
    assert sizes[1:] == [bits, number, meaning]
    assert first.look["font-weight"] == third.look["font-weight"] == "700"
    assert {t.look.get("font-weight") for t in (second, fourth)} == {None}
    assert [t.look["font-family"][:7] for t in (second, third)] == ["system-", "ui-mono"]
    one, *_ = (b for b in boxes(picture) if b.look.get("rx") == "4")
    assert (one.width, one.height) == cell


def test_the_stripes_of_a_closed_box() -> None:
    picture = draw(SCENES["plain"])
    (closed,) = (p for p in picture.iter(f"{SVG}pattern") if p.get("id", "").endswith("-closed"))
    assert dict(closed.attrib) == {
        "id": f"{picture.get('id')}-closed", "width": "16", "height": "16",
        "patternUnits": "userSpaceOnUse",
    }  # fmt: skip
    assert dict(closed[0].attrib) == {
        "width": "8", "height": "16", "fill": LIGHT["hair"], "opacity": "0.55",
    }  # fmt: skip


def test_yes_no_and_a_closed_box() -> None:
    for value, word in ((True, "true"), (False, "false")):
        fn = kfunc("bpf_is_idmapped_mnt", "6.5")
        found = texts(draw((fn, value, None, [])))
        assert [text.said for text in found] == [
            fn.prototype(),
            "It would return",
            word,
            f"the mount is {'' if value else 'not '}idmapped",
        ]
    fn, pointer, *_ = SCENES["plain"]
    second = []
    for width in (240, 1200):
        picture = draw((fn, pointer, None, []), width)
        (closed,) = (b for b in boxes(picture) if b.look["fill"].endswith("-closed)"))
        inside = within(closed, texts(picture))
        assert inside[0].said == "struct mnt_idmap *"
        second.append(inside[1].said)
        plate = boxes(picture)[-1]
        assert len(within(plate, texts(picture))) == 2
        assert plate.x + plate.width < closed.x + closed.width
    assert second[0] == "closed to C code, not to BTF"
    assert second[1] == "closed to C code, not to a program with BTF"


@pytest.mark.parametrize("width", [300, 759, 760, 1200])
@pytest.mark.parametrize("name", [name for name in READ if READ[name][2]])
def test_each_argument_is_drawn_as_what_it_is(name: str, width: int) -> None:
    fn, _, verdict, args = READ[name]
    assert verdict is not None
    picture = draw(READ[name], width)
    nodes, links = groups(picture, "node"), groups(picture, "link")
    wrapper = next(g for g in groups(picture, "block") if texts(g)[0].said == fn.name)
    assert len(nodes) == len(links) == len(args) == len(fn.params)
    for n, (param, arg, node, link) in enumerate(zip(fn.params, args, nodes, links, strict=True)):
        word, colour, thick, lines, dashed = LINES[arg.provenance]
        stopped = "✗ " if verdict.arg == n and not verdict.accept else ""
        null = ", may be NULL" if arg.nullable else ""
        what = f"{arg.type} *" if arg.type else word
        first, second, *origin = texts(node)
        assert (first.said, second.said) == (stopped + param.name, what + null)
        assert said(origin) == " ".join(arg.origin.split())
        assert len(origin) <= 3
        frames = boxes(node)
        assert len(frames) == lines  # a double line has a double frame
        for frame in frames:
            assert (token(frame.look), float(frame.look["stroke-width"])) == (colour, thick)
            assert ("stroke-dasharray" in frame.look) == dashed
        assert token(frames[0].look, "fill") == ("bad-t" if dashed else "bg")
        assert [text.said for text in texts(link)] == [word]
        *drawn, head = paths(link)
        assert len(drawn) == lines
        for line in drawn:
            assert (token(line), float(line["stroke-width"])) == (colour, thick)
            assert ("stroke-dasharray" in line) == dashed
        assert token(head, "fill") == colour
        joins(frames[0], [line["d"] for line in drawn], head["d"], boxes(wrapper)[0], width)


def joins(node: Box, lines: list[str], head: str, wrapper: Box, width: int) -> None:
    """A line begins at its argument's box, and its head touches the wrapper's."""
    tip = [float(part) for part in head[1:].split("l", maxsplit=1)[0].split(",")]
    for line in lines:
        x, y = (float(part) for part in line[1:].replace("H", "V").split("V")[0].split(","))
        end = float(line.replace("H", "V").split("V")[1])
        if width >= 760:
            assert 0 <= x - (node.x + node.width) <= 10
            assert node.y < y < node.y + node.height
            assert abs(y - tip[1]) == (3.5 if len(lines) == 2 else 0)
            assert end == tip[0] - 14
        else:
            assert 0 <= y - (node.y + node.height) <= 5
            assert node.x < x < node.x + 26
            assert abs(x - tip[0]) == (3.5 if len(lines) == 2 else 0)
            assert end == tip[1] - 14
    if width >= 760:
        assert 0 <= wrapper.x - tip[0] <= 10
        assert wrapper.y < tip[1] < wrapper.y + wrapper.height
    else:
        assert 0 <= wrapper.y - tip[1] <= 5
        assert wrapper.x < tip[0] < wrapper.x + wrapper.width


@pytest.mark.parametrize("width", [300, 1200])
@pytest.mark.parametrize("name", [name for name in READ if READ[name][2]])
def test_the_verdict_in_its_own_words(name: str, width: int) -> None:
    fn, value, verdict, _ = READ[name]
    assert verdict is not None
    picture = draw(READ[name], width)
    wrapper, badge, chip = (g for g in groups(picture, "block") if len(texts(g)[0].said) > 1)
    flags = ", ".join(sorted(fn.flags)) or "no flags"
    assert [t.said for t in texts(wrapper)] == [fn.name, flags, f"rules of {verdict.release}"]
    sure = "3" if verdict.accept else "2"
    assert (token(boxes(wrapper)[0].look), boxes(wrapper)[0].look["stroke-width"]) == (
        "ink" if verdict.accept else "line", sure,
    )  # fmt: skip
    assert said(texts(badge)) == ("✓ accepted" if verdict.accept else "✗ rejected")
    assert said(texts(chip)) == ("measured" if verdict.measured else "modelled")
    assert ("stroke-dasharray" in boxes(badge)[0].look) != verdict.accept
    assert token(boxes(badge)[0].look) == ("ink" if verdict.accept else "bad-l")
    assert token(boxes(badge)[0].look, "fill") == ("bg" if verdict.accept else "bad-t")
    assert ("stroke-dasharray" in boxes(chip)[0].look) != verdict.measured
    for each in (badge, chip):
        frame, (text,) = boxes(each)[0], texts(each)
        assert text.x == pytest.approx(frame.x + frame.width / 2, abs=0.02)
    log = [b for b in boxes(picture) if token(b.look, "fill") == "panel"
           and b.width == picture_width(picture)]  # fmt: skip
    assert len(log) == (0 if verdict.accept else 1)
    found = texts(picture)
    if not verdict.accept:
        line = verdict.message or "(the line of the log was not read)"
        assert said(within(log[0], found)) == line
        assert all(t.look["font-family"].startswith("ui-mono") for t in within(log[0], found))
    bottom = (
        log[0].y + log[0].height
        if log
        else max(b.y + b.height for b in boxes(picture) if "rx" in b.look)
    )
    effect = "" if verdict.accept else " The program is refused when it is loaded; nothing runs."
    rule = f"Decided by rule {verdict.rule}, {span(verdict.since, verdict.until)}."
    told = [f"Why: {verdict.why}.{effect}", *([] if verdict.accept else [rule]), *verdict.notes]
    assert said([t for t in found if t.y > bottom]) == " ".join(told)
    assert found[0].said in fn.prototype()
    assert ("It would return" in [t.said for t in found]) == (value is not None)
    assert "May this program call it?" in [t.said for t in found]


def picture_width(picture: ET.Element) -> float:
    return float(picture.get("width", "0")) - 4


@pytest.mark.parametrize("width", [240, 300, 760, 1200])
@pytest.mark.parametrize("name", READ)
def test_parts_stand_under_each_other_inside_the_drawing(name: str, width: int) -> None:
    picture = draw(READ[name], width)
    left, top, wide, high = (float(part) for part in picture.get("viewBox", "").split())
    assert (left, top, wide) == (-2, 0, width + 4)
    frames = [b for b in boxes(picture) if b.look.get("rx") in {"8", "13"}]
    for n, one in enumerate(frames):
        assert one.x >= 0
        assert one.x + one.width <= width
        assert one.y + one.height <= high
        for other in frames[:n]:
            apart_x = one.x >= other.x + other.width or other.x >= one.x + one.width
            apart_y = one.y >= other.y + other.height or other.y >= one.y + one.height
            if one.look["fill"].endswith("-closed)"):
                continue
            assert apart_x or apart_y, (one, other)
    last = 0.0
    for text in texts(picture):
        assert 0 < text.y <= high
        assert float(text.look["data-box"]) <= width + 2
        if text.look["x"] == "0":  # headings and paragraphs run down the left edge
            assert text.y > last + float(text.look["font-size"])
            last = text.y


def test_one_column_where_two_would_be_narrow() -> None:
    args = [Arg("trusted", "struct file")]
    fn = kfunc("bpf_get_file_vfs_ids", "6.5")
    scene: Scene = (fn, None, check_call(fn, Program("LSM"), args, "6.5"), args)
    tall = {w: float(draw(scene, w).get("height", "0")) for w in (759, 760)}
    assert tall[759] > tall[760]


@pytest.mark.parametrize("value", [1.5, "1125", b"x", [1]])
def test_a_value_no_wrapper_returns_is_refused(value: object) -> None:
    fn = kfunc("bpf_get_file_vfs_ids", "6.5")
    for form in (bench.svg, bench.html, bench.table, bench.text):
        with pytest.raises(TypeError) as caught:
            form(fn, value)  # type: ignore[operator]
        want = "want a number, a bool or its pointer"
        assert str(caught.value) == f"no wrapper returns {value!r}: {want}"


def test_arguments_come_one_for_each_parameter() -> None:
    fn, _, verdict, args = READ["two"]
    for form in (bench.svg, bench.html, bench.table, bench.text):
        with pytest.raises(ValueError, match="bpf_inode_into_vfs_ids takes 2, not 1 arguments"):
            form(fn, None, verdict, args[:1])  # type: ignore[operator]
