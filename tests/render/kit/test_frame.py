# SPDX-License-Identifier: BSD-3-Clause
"""Colours that can be read, and the frame every picture has."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from kfuncviz.render.kit.frame import clamp, content_id, document, style
from kfuncviz.render.kit.hatch import hatches
from kfuncviz.render.kit.tokens import DARK, LIGHT, MONO, SANS, Theme, colours, stylesheet
from tests.render.drawn import is_clean

SVG = "{http://www.w3.org/2000/svg}"
PLACES = ("fs", "mount", "mid", "caller", "bad")


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("ink", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read_on_every_ground_it_stands_on(ink: dict[str, str]) -> None:
    grounds = ("bg", "panel", *(f"{place}-t" for place in PLACES))
    for ground in grounds:
        assert contrast(ink["ink"], ink[ground]) >= 7, ground
        assert contrast(ink["muted"], ink[ground]) >= 4.5, ground
    for place in PLACES:
        assert contrast(ink[f"{place}-l"], ink["bg"]) >= 4.5, place
        assert contrast(ink[f"{place}-l"], ink["panel"]) >= 4.5, place
    assert contrast(ink["line"], ink["bg"]) >= 3
    assert 1.2 <= contrast(ink["hair"], ink["bg"]) <= 2.5


def test_both_themes_know_the_same_tokens_and_no_colour_twice() -> None:
    assert list(LIGHT) == list(DARK)
    for ink in (LIGHT, DARK):
        assert len(set(ink.values())) == len(ink)
        assert all(re.fullmatch("#[0-9A-F]{6}", colour) for colour in ink.values())
    assert luminance(LIGHT["bg"]) > luminance(DARK["bg"])


def test_the_palettes_are_those_read() -> None:
    """As they were chosen: after Okabe and Ito, each line dark or light enough for its ground."""
    order = "bg panel ink muted line hair fs-l fs-t mount-l mount-t mid-l mid-t caller-l caller-t "
    tokens = [*order.split(), "bad-l", "bad-t"]
    light = (
        "FFFFFF F6F5F2 1B1B1B 555555 767676 D6D3CC 00704F D5EFE7 8A5A00 FBEBCC 7B3F8C F0E2F4 "
        "005A8E D9EAF5 B34700 FDE8DC"
    )
    dark = (
        "111111 1C1C1C F2F2F2 BDBDBD 8C8C8C 3A3A3A 2FC49A 0B3327 E69F00 3A2A06 D59BE6 33203A "
        "56B4E9 12303F FF8A4C 42200E"
    )
    for found, wanted in ((LIGHT, light), (DARK, dark)):
        assert found == {
            t: f"#{hexa}" for t, hexa in zip(tokens, wanted.split(), strict=True)
        }  # fmt: skip


def test_the_faces_are_those_of_the_system_first() -> None:
    assert MONO == "ui-monospace,'DejaVu Sans Mono','Cascadia Mono',Menlo,Consolas,monospace"
    assert SANS == "system-ui,'DejaVu Sans',-apple-system,'Segoe UI',Roboto,sans-serif"


def test_colours_of_a_theme() -> None:
    assert colours("light") is LIGHT
    assert colours("dark") is DARK
    assert colours("lab") == {token: f"var(--kfv-{token})" for token in LIGHT}
    with pytest.raises(ValueError, match="theme is 'x', must be one of light, dark, lab"):
        colours("x")  # type: ignore[arg-type]


def blocks(css: str) -> list[tuple[str, dict[str, str]]]:
    found = re.findall(r"([^{}]*)\{([^{}]*)\}", css)
    return [(head, dict(re.findall(r"--kfv-([\w-]+):([^;]+);", body))) for head, body in found]


def test_lab_follows_the_page_and_else_the_reader() -> None:
    assert stylesheet("light", "u") == stylesheet("dark", "u") == ""
    found = blocks(stylesheet("lab", "u").replace("{#u", "#u", 1))
    heads = [head for head, _ in found]
    assert heads == [
        "#u", "@media (prefers-color-scheme:dark)#u",
        'body[data-jp-theme-light="true"] #u', 'body[data-jp-theme-light="false"] #u',
    ] or heads[0] == "#u"  # fmt: skip
    for (_, variables), palette in zip(
        [blk for blk in found if blk[1]], (LIGHT, DARK, LIGHT, DARK), strict=True
    ):
        borrowed = {"bg": "--jp-layout-color0", "ink": "--jp-content-font-color1"}
        assert variables == {
            token: f"var({borrowed[token]},{colour})" if token in borrowed else colour
            for token, colour in palette.items()
        }


def test_the_dark_variables_are_asked_for_by_preference_and_by_the_page() -> None:
    css = stylesheet("lab", "u")
    assert re.search(r"^#u\{[^}]*--kfv-bad-l:#B34700", css)
    assert re.search(r"@media \(prefers-color-scheme:dark\)\{#u\{[^}]*--kfv-bad-l:#FF8A4C", css)
    assert re.search(r'body\[data-jp-theme-light="true"\] #u\{[^}]*--kfv-bad-l:#B34700', css)
    assert re.search(r'body\[data-jp-theme-light="false"\] #u\{[^}]*--kfv-bad-l:#FF8A4C', css)


@pytest.mark.parametrize(("asked", "drawn"), [(239, 240), (240, 240), (1600, 1600), (1601, 1600)])
def test_widths_have_bounds(asked: int, drawn: int) -> None:
    assert clamp(asked) == drawn
    assert clamp(300, 760) == 760


def test_an_id_is_made_of_the_content() -> None:
    assert re.fullmatch(r"own-[0-9a-f]{12}", content_id("own", 1, "\ud800"))
    assert content_id("own", 1) != content_id("own", 2)


@pytest.mark.parametrize("theme", ["light", "lab"])
@pytest.mark.parametrize("standalone", [True, False])
def test_a_document_has_name_colours_and_ground(theme: Theme, standalone: bool) -> None:
    picture = document(
        "u", (300.0, 200.5), "<g/>", title="a<\x00", desc="b&", theme=theme, standalone=standalone
    )
    root = ET.fromstring(picture)
    is_clean(root)
    assert (root.get("id"), root.get("role")) == ("u", "img")
    assert root.get("viewBox") == "-2 0 304 200.5"
    assert (root.get("width"), root.get("height")) == ("304", "200.5")
    title, desc, *rest = root
    assert (title.tag, title.text, title.get("id")) == (f"{SVG}title", "a<\ufffd", "u-t")
    assert (desc.tag, desc.text, desc.get("id")) == (f"{SVG}desc", "b&", "u-d")
    assert root.get("aria-labelledby") == "u-t u-d"
    tags = [child.tag.removeprefix(SVG) for child in rest]
    assert tags == ["style"] * (theme == "lab") + ["rect"] * standalone + ["g"]
    if standalone:
        ground = rest[-2]
        place = [ground.get(key) for key in ("x", "y", "width", "height", "fill")]
        assert place == ["-2", "0", "304", "200.5", colours(theme)["bg"]]
    assert style("light", "u") == ""
    assert style("light", "u", "rule") == "<style>rule</style>"


def test_three_hatches_of_three_weights() -> None:
    root = ET.fromstring(hatches("u", LIGHT))
    seen = {
        pattern.get("id"): (pattern[0].get("stroke"), pattern[0].get("stroke-width"))
        for pattern in root
    }
    assert seen == {
        "u-bad": (LIGHT["bad-l"], "3"),
        "u-thin": (LIGHT["bad-l"], "1"),
        "u-idle": (LIGHT["hair"], "2"),
    }
    for pattern in root:
        assert (pattern.get("width"), pattern.get("height")) == ("8", "8")
        assert pattern.get("patternUnits") == "userSpaceOnUse"
        assert pattern.get("patternTransform") == "rotate(45)"
        assert pattern[0].get("d") == "M0,0V8", "the line goes through the whole square"
