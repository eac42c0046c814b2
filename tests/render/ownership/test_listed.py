# SPDX-License-Identifier: BSD-3-Clause
"""
Two ways in one picture, a picture with fields, and parts of the id space
=========================================================================

Each drawing as one line an element (see :func:`tests.render.drawn.blueprint`), with the parts that
carry a class or data named before what is in them.  The lines in ``read/`` were read against the
picture; ``python -m tests.render.ownership.test_listed [FOLDER]`` writes them anew, and pictures.
"""

from __future__ import annotations

import re
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from kfuncviz.model.uidgid import INVALID
from kfuncviz.render import strip, svg, text
from kfuncviz.render.kit import fit
from kfuncviz.render.kit.hatch import hatches
from kfuncviz.render.kit.tokens import DARK, LIGHT
from kfuncviz.render.ownership import levels, mail, reach, way
from kfuncviz.render.ownership.blocks import ID_END, blocks_of_lanes
from kfuncviz.render.ownership.form import HEIGHT, choose, form
from kfuncviz.render.ownership.layout import note_lines
from kfuncviz.render.ownership.picture import body
from kfuncviz.render.ownership.scale import Window
from kfuncviz.scenario.ownership.access import Access, Made
from kfuncviz.scenario.ownership.answer import Ownership
from tests.render.drawn import SVG, blueprint

from .scenes import scenes

FOLDER = Path(__file__).with_name("read")
MADE = scenes()


def wrapped(drawn: str, width: int) -> str:
    return (
        f'<svg xmlns="{SVG[1:-1]}" viewBox="-2 0 {width + 4} {HEIGHT:g}" width="{width + 4}">'
        f"{hatches('x', LIGHT)}{drawn}</svg>"
    )


def two(a: str, b: str, width: int, *, compare: bool, steps: tuple[int, int] = (9, 9)) -> str:
    """Two scenes over each other, so many hops of each drawn."""
    one, other = MADE[a], MADE[b]
    widest = max(one, other, key=lambda o: len(o.lanes))
    both = [
        levels.Level(name, o, step, levels.among(o, widest), double=not compare and o is other)
        for name, o, step in zip(("A, kept", "B, now"), (one, other), steps, strict=True)
    ]
    form = choose(widest, width)
    assert form is not None
    return wrapped("".join(levels.levels(form, both, LIGHT, "x", compare=compare)), width)


def live(o: Ownership, width: int, step: int, chosen: tuple[str, int] | None) -> str:
    form = choose(o, width)
    assert form is not None
    return wrapped("".join(body(o, form, LIGHT, "x", step, live=True, chosen=chosen)), width)


DRAWINGS: Mapping[str, Callable[[], str]] = {
    "two-compared": lambda: two("one", "lost_mount", 844, compare=True),
    "two-nested": lambda: two("nested_lost", "one", 844, compare=True, steps=(9, 1)),
    "two-kinds": lambda: two("one", "lost_caller", 700, compare=False),
    "two-same": lambda: two("create", "create", 640, compare=True, steps=(0, 1)),
    "live-five": lambda: live(MADE["five"], 844, 9, ("mount", 1)),
    "live-create": lambda: live(MADE["create"], 700, 1, ("caller", 0)),
    "live-unmade": lambda: live(MADE["unmade"], 844, 9, None),
    "trail-einval": lambda: svg(MADE["chown_einval"], 360),
    "trail-step": lambda: svg(MADE["inode"], 300, step=1),
    "strip-zoomed": lambda: strip(MADE["five"], 860, window=Window(0, 1 << 16)),
    "strip-end": lambda: strip(MADE["nested"], 859, "dark", window=Window(0xF0000000, 0xFFFFFFFF)),
}


def listed(drawing: str) -> Iterator[str]:
    """The lines of a drawing, and the parts in it by class and data."""
    tree = ET.fromstring(drawing)
    yield from blueprint(tree)
    for e in tree.iter():
        named = [f"{k}={v}" for k, v in e.attrib.items() if k in ("class", "role", "tabindex")
                 or (k.startswith(("data-", "aria-")) and k != "data-box")]  # fmt: skip
        if named:
            kind = e.tag.removeprefix(SVG)
            yield f"{kind}: {re.sub('-[0-9a-f]{12}', '-...', ' '.join(named))} {len(e)}"
    yield from (
        "".join(e.itertext()) for e in tree.iter() if e.tag in (f"{SVG}desc", f"{SVG}title")
    )


@pytest.mark.parametrize("name", DRAWINGS)
def test_the_drawing_is_the_one_read(name: str) -> None:
    assert [*listed(DRAWINGS[name]())] == (FOLDER / f"{name}.txt").read_text("utf-8").splitlines()


#: Ways told for a mail, so many columns wide.
TOLD = (("many", 72), ("nested_lost", 72), ("chown_einval", 72), ("unnamed", 48),
        ("five", 48), ("create_refused", 48), ("inode", 72))  # fmt: skip


def mails() -> list[str]:
    out = []
    for name, width in TOLD:
        out += [f"-- {name}, {width}", *text(MADE[name], width).splitlines()]
    return out


def test_the_mails_are_those_read() -> None:
    assert mails() == (FOLDER / "mails.txt").read_text("utf-8").splitlines()


#: Pictures that stand still: scene, width and step.
STILL = (("one", 844, None), ("five", 700, 1), ("lost_mount", 360, None), ("nested", 300, 1),
         ("chown_einval", 360, None), ("unmade", 360, None))  # fmt: skip


def stills() -> list[str]:
    """The parts of each by class and data: nothing in them can be pressed."""
    out = []
    for name, width, step in STILL:
        parts = [line for line in listed(svg(MADE[name], width, step=step)) if " | " not in line]
        out += [f"-- {name}, {width}, {step}", *parts]
    return out


def test_the_parts_of_a_still_picture_are_those_read() -> None:
    assert stills() == (FOLDER / "stills.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize(
    ("total", "answered", "shown"),
    [
        (12, None, [*range(12)]),
        (13, None, [0, 1, 2, None, 11, 12]),
        (13, 0, [0, 1, 2, None, 11, 12]),
        (13, 5, [0, 1, 2, 3, 4, 5, 6, 7, None, 11, 12]),
        (20, 8, [0, 1, 2, None, 6, 7, 8, 9, 10, None, 18, 19]),
        (20, 19, [0, 1, 2, None, 17, 18, 19]),
    ],
)
def test_of_many_rows_the_ends_are_told_and_those_around_the_answer(
    total: int, answered: int | None, shown: list[int | None]
) -> None:
    assert mail._shown_rows(total, answered) == shown


@pytest.mark.parametrize(
    ("asked", "made", "left"),
    [
        ({"mode": "0666"}, Made("0640", "0027", ""), "mode 0640 (0666 without the umask 0027)"),
        ({}, Made("0640", "0027", ""), "mode 0640 (without the umask 0027)"),
        ({"mode": "0640"}, Made("0640", "0000", ""), "mode 0640"),
        ({"mode": "0640"}, Made("0640", "0022", "user:7:r--"),
         "mode 0640 and the directory's default access list user:7:r--"),
    ],
)  # fmt: skip
def test_what_something_new_is_left_with(asked: dict[str, str], made: Made, left: str) -> None:
    assert reach.reason(Access({"op": "create", "path": "d/n", **asked}, made=made)) == left


@pytest.mark.parametrize("name", sorted({*MADE} - {"unnamed"}))
def test_the_blocks_of_a_lane_leave_no_id_out(name: str) -> None:
    for lane in blocks_of_lanes(MADE[name]):
        bounds = [(block.first, block.stop) for block in lane]
        assert bounds[0][0] == 0
        assert all(stop == first for (_, stop), (first, _) in pairwise(bounds))
        assert bounds[-1][1] in (INVALID, ID_END)


def test_a_note_takes_two_lines_where_its_number_has_no_room_beside_its_name() -> None:
    name, id = fit.width("i_uid", 13, mono=False), fit.width("4294967294", 13, mono=True)
    needed = 9 + name + 4 + id + 9
    for lane, lines in ((needed + 0.01, 1), (needed - 0.01, 2)):
        assert note_lines(replace(form(3, 844), lane=lane), "i_uid") == lines


def test_under_the_head_of_an_arrow_a_way_is_at_its_end() -> None:
    o = MADE["lost_mount"]
    leg, head = o.travel.hops[0], way.ARROW * way.UNDER_HEAD
    above = way.heights(o, leg)[1] - way._HALF_WORD
    for y, meets in ((above - 0.2, False), (above + 0.2, True)):
        assert way.crosses_way(o, form(3, 844), leg, "right", head, y) == meets


def test_a_picture_is_drawn_in_its_theme() -> None:
    drawn = [ET.fromstring(svg(MADE["one"], 844, theme=t)) for t in ("light", "dark")]
    assert len({picture.get("id") for picture in drawn}) == 2
    ground = [next(picture.iter(f"{SVG}rect")).get("fill") for picture in drawn]
    assert ground == [LIGHT["bg"], DARK["bg"]]


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "mails.txt").write_text("\n".join(mails()) + "\n", "utf-8")
    (FOLDER / "stills.txt").write_text("\n".join(stills()) + "\n", "utf-8")
    for name, draw in DRAWINGS.items():
        drawing = draw()
        (FOLDER / f"{name}.txt").write_text("\n".join(listed(drawing)) + "\n", "utf-8")
        Path(sys.argv[1] if len(sys.argv) > 1 else ".", f"{name}.svg").write_text(drawing, "utf-8")
