# SPDX-License-Identifier: BSD-3-Clause

"""The picture as a string: the same bytes always, well-formed, complete, and quick."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kfuncviz.render import sentence, strip, svg
from kfuncviz.render.ownership.labels import QUESTION
from kfuncviz.scenario.ownership.answer import Ownership

from .scenes import scenes
from .strategies import ownerships

SVG = "{http://www.w3.org/2000/svg}"
SCENES = scenes()
WIDTHS = (286, 330, 600, 860, 1200)


def texts(picture: str) -> list[str]:
    """What can be read in a picture, element by element."""
    root = ET.fromstring(picture)
    return [element.text or (element[0].tail or "") for element in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", SCENES)
def test_every_scene_is_well_formed_and_named(name: str, width: int) -> None:
    o = SCENES[name]
    for theme in ("light", "dark", "lab"):
        root = ET.fromstring(svg(o, width, theme=theme))
        assert root.get("role") == "img"
        parts = {child.get("id"): child.text for child in root if child.get("id")}
        title, desc = (parts[ref] for ref in (root.get("aria-labelledby") or "").split())
        assert title == o.title
        assert desc == sentence(o)


def test_bytes_do_not_depend_on_the_process() -> None:
    code = (
        f"import sys, hashlib; sys.path.insert(0, {str(Path(__file__).parents[3])!r})\n"
        "from tests.render.ownership.scenes import scenes\n"
        "from kfuncviz.render import svg\n"
        "print(hashlib.sha256(''.join(map(svg, scenes().values())).encode()).hexdigest())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(seen) == 1


def test_many_pictures_can_live_in_one_page() -> None:
    pictures = [svg(o, w, theme=t) for o in SCENES.values() for w in (320, 1200)
                for t in ("light", "dark")]  # fmt: skip
    ids = [found for picture in pictures for found in re.findall(r' id="([^"]+)"', picture)]
    assert len(ids) == len(set(ids))


def test_what_is_referred_to_exists() -> None:
    for o in SCENES.values():
        picture = svg(o, 1200)
        assert set(re.findall(r"url\(#([^)]+)\)", picture)) <= set(
            re.findall(r' id="([^"]+)"', picture)
        )


def test_three_faces_of_65534_differ_in_words_and_border() -> None:
    faces = {}
    for name in ("lost_mount", "lost_caller", "really"):
        picture = svg(SCENES[name], 1200)
        words = {t for t in texts(picture) if t in ("no id", "no name here", "really")}
        stroke = sorted(re.findall(r'class="bin"><rect[^>]*stroke-width="([\d.]+)"', picture))
        faces[name] = (words, stroke[-1])
    assert faces == {
        "lost_mount": ({"no id"}, "4"),
        "lost_caller": ({"no name here"}, "2.5"),
        "really": ({"really"}, "1.25"),
    }


def test_the_hop_that_failed_is_named() -> None:
    assert "\N{BALLOT X} no row for 70000" in texts(svg(SCENES["lost_mount"], 1200))
    assert "\N{BALLOT X} no row for 4294000123" in texts(svg(SCENES["ten_digits"], 1200))
    assert "not reached" in texts(svg(SCENES["chown_einval"], 844))


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("one", ["INVALID", "65534"]),
        ("nothing", []),
        ("shift", ["INVALID", "65534"]),
        ("create", ["EOVERFLOW"]),
        ("chown", ["EOVERFLOW", "EINVAL"]),
        ("chown_eoverflow", ["EOVERFLOW"]),
    ],
)
def test_bins_only_where_the_direction_can_reach_them(name: str, titles: list[str]) -> None:
    root = ET.fromstring(svg(SCENES[name], 1200))
    bins = [g for g in root.iter(f"{SVG}g") if g.get("class") == "bin"]
    assert [next(g.iter(f"{SVG}text")).text for g in bins] == titles


@pytest.mark.parametrize("name", ["one", "shift", "five", "nine", "create", "nested", "many"])
def test_an_id_that_arrives_stands_level(name: str) -> None:
    root = ET.fromstring(svg(SCENES[name], 1200))
    pills = [g[0] for g in root.iter(f"{SVG}g") if g.get("class") == "pill"]
    assert len(pills) == len(SCENES[name].lanes)
    assert len({rect.get("y") for rect in pills}) == 1


def test_an_id_without_a_number_in_its_own_lane_still_starts_somewhere() -> None:
    words = texts(svg(SCENES["unnamed"], 1200))
    assert {"no number", "fsuid", "7"} <= set(words)
    assert "\N{BALLOT X} no row for 7" in words


def test_column_tags_stand_where_the_columns_live() -> None:
    tags = [t for t in texts(svg(SCENES["one"], 1200)) if t.startswith("col ")]
    assert tags == ["col 1", "col 2", "col 2", "col 1"]


def test_steps_reveal_one_helper_at_a_time() -> None:
    def count(name: str, kind: str) -> list[int]:
        return [
            svg(SCENES[name], 1200, step=step).count(f'class="{kind}"') for step in (0, 1, 2, None)
        ]

    assert count("one", "pill") == [1, 2, 3, 3]
    assert count("one", "plate") == [0, 1, 2, 2]
    assert count("nested", "plate") == [0, 1, 3, 3], "the flattened hop belongs to the last lookup"
    nested = SCENES["nested"]
    bracketed = replace(nested.hops[1], helper="(flattened)")
    remark = replace(nested, hops=(nested.hops[0], bracketed, nested.hops[2]))
    assert svg(remark, step=1).count('class="plate"') == 1
    before = texts(svg(SCENES["lost_mount"], 1200, step=0))
    assert "no id" not in before, "the bins are still empty"


def test_what_does_not_fit_is_folded() -> None:
    words = texts(svg(SCENES["many"], 844))
    assert "row 171 of 340" in words
    assert "+169 blocks" in words
    root = ET.fromstring(svg(SCENES["many"], 844))
    assert len([g for g in root.iter(f"{SVG}g") if g.get("class") == "block"]) < 20


def test_340_rows_in_each_hop_are_quick() -> None:
    def cpu(width: int) -> float:
        begin = time.process_time()
        svg(SCENES["many"], width)
        return time.process_time() - begin

    slowest = max(min(cpu(width) for _ in range(3)) for width in (286, 360, 700, 1200))
    assert slowest < 0.1, "seconds of CPU for the slowest width, at its best"


def test_colours_follow_the_theme() -> None:
    o = SCENES["one"]
    assert "#00704F" in svg(o, theme="light")
    assert "#2FC49A" in svg(o, theme="dark")
    lab = svg(o, theme="lab")
    assert "var(--jp-layout-color0,#FFFFFF)" in lab
    assert 'body[data-jp-theme-light="false"]' in lab
    assert 'fill="#' not in lab


def test_a_picture_without_a_title_is_called_by_its_question() -> None:
    assert f">{QUESTION}</title>" in svg(replace(SCENES["one"], title=""))


def test_background_only_where_asked() -> None:
    o = SCENES["one"]
    assert svg(o).count("<rect") == svg(o, standalone=False).count("<rect") + 1


def test_long_names_are_cut_and_told_in_full() -> None:
    root = ET.fromstring(svg(SCENES["long_names"], 1200))
    cut = [t for t in root.iter(f"{SVG}text") if len(t) and (t[0].tail or "").endswith("…")]
    assert len(cut) >= 8
    assert all(len(t[0].text or "") > len(t[0].tail or "") for t in cut)


def test_bad_arguments_are_named() -> None:
    o = SCENES["one"]
    with pytest.raises(ValueError, match="theme is 'pink', must be one of light, dark, lab"):
        svg(o, theme="pink")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="has 3 lanes, 1 hops and 2 legs"):
        svg(replace(o, hops=o.hops[:1]))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ownerships(), st.integers(100, 2000), st.sampled_from(("light", "dark", "lab")),
       st.sampled_from((0, 1, 2, None)))  # fmt: skip
def test_any_answer_can_be_drawn(o: Ownership, width: int, theme: str, step: int | None) -> None:
    picture = svg(o, width, theme=theme, step=step)  # type: ignore[arg-type]
    assert picture == svg(o, width, theme=theme, step=step)  # type: ignore[arg-type]
    root = ET.fromstring(picture.encode())
    assert 240 <= float(root.get("width") or 0) <= 1604
    ET.fromstring(strip(o, width).encode())


def test_the_strip_tells_shares_and_keeps_small_marks_visible() -> None:
    picture = strip(SCENES["one"], 1200)
    assert texts(picture).count("65536 ids (0.0015 %)") == 3
    widths = [float(r.get("width") or 0) for r in ET.fromstring(picture).iter(f"{SVG}rect")]
    assert min(widths) == 3
    assert "all ids, no map" in strip(SCENES["nothing"], 400)
