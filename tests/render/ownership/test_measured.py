# SPDX-License-Identifier: BSD-3-Clause
"""
Measured in a browser: no text leaves its box, no plate covers a pill
=====================================================================

Every scene at sixteen widths, light and dark, with the fonts this machine really has.  Many
pictures are laid out in one page and measured by one script, so that all of it takes seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kfuncviz.render import strip, svg
from tests.render.measuring import measure

from .scenes import scenes

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from kfuncviz.render.kit.tokens import Theme

pytestmark = pytest.mark.browser

WIDTHS = (286, 300, 320, 336, 360, 412, 480, 600, 639, 640, 700, 799, 800, 844, 1000, 1240)
SCENES = scenes()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_text_leaves_its_box_and_no_plate_covers_a_pill(render_page: Page, theme: Theme) -> None:
    faults: list[str] = []
    for width in WIDTHS:
        pictures = {f"{n} {width}": svg(o, width, theme=theme) for n, o in SCENES.items()}
        faults += measure(render_page, pictures, theme == "dark")
    assert faults == []


def test_every_step_keeps_to_its_boxes(render_page: Page) -> None:
    pictures = {
        f"{name} {width} step {step}": svg(o, width, step=step)
        for name, o in SCENES.items() for width in (300, 700, 844) for step in (0, 1)
    }  # fmt: skip
    assert measure(render_page, pictures) == []


def test_the_strip_keeps_to_its_boxes(render_page: Page) -> None:
    pictures = {f"{n} {w}": strip(o, w) for n, o in SCENES.items() for w in (286, 520, 860, 1200)}
    assert measure(render_page, pictures) == []


def test_the_measuring_can_fail(render_page: Page) -> None:
    spoilt = svg(SCENES["one"], 1200).replace(">make_vfsuid<", f">{'make_vfsuid' * 9}<")
    assert any("wider than its box" in fault for fault in measure(render_page, {"x": spoilt}))


def test_lab_theme_takes_background_and_ink_from_the_page(render_page: Page) -> None:
    picture = svg(SCENES["one"], 844, theme="lab")
    variables = "--jp-layout-color0:rgb(1, 2, 3);--jp-content-font-color1:rgb(4, 5, 6)"
    seen = {}
    for light in ("true", "false"):
        render_page.set_content(f'<body data-jp-theme-light="{light}">{picture}')
        render_page.evaluate(f"document.body.style.cssText = '{variables}'")
        seen[light] = render_page.evaluate(
            "['.pill text', '.pill rect', '.block rect'].map("
            "s => getComputedStyle(document.querySelector(s)).fill)"
        )
    assert seen["true"] == ["rgb(4, 5, 6)", "rgb(1, 2, 3)", "rgb(213, 239, 231)"]
    assert seen["false"] == ["rgb(4, 5, 6)", "rgb(1, 2, 3)", "rgb(11, 51, 39)"]
