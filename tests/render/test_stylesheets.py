# SPDX-License-Identifier: BSD-3-Clause
"""The style sheets of the HTML pictures: well-formed, and about what is on the page."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from kfuncviz.kfuncs.thread import argument_map, messages
from kfuncviz.render import exposure, thread
from kfuncviz.render.kit.tokens import LIGHT
from tests.render.drawn import page

PAGES: dict[str, Callable[[], str]] = {
    "exposure": lambda: exposure.html(theme="light"),
    "panel": lambda: exposure.panel("kfunc", "own-maps-6.8", theme="light"),
    "argument": lambda: thread.argument_html(argument_map(), theme="light"),
    "list": lambda: thread.list_html(messages(), theme="light"),
}
PROPERTIES = (
    "align-items background border border-bottom border-collapse border-color border-left "
    "border-radius border-spacing border-style border-width box-sizing caption-side color "
    "container-type content cursor display flex flex-direction flex-wrap float font "
    "font-family font-size font-style font-weight gap grid-template-columns height "
    "justify-content left "
    "line-height list-style margin margin-bottom margin-left margin-right margin-top max-"
    "width min-height outline outline-offset overflow-wrap padding padding-bottom padding-"
    "left padding-right padding-top position table-layout text-align top vertical-align "
    "white-space width "
)
WORDS = (
    "absolute anywhere auto auto-fill auto-fit block border-box bottom bold center collapse "
    "column dashed dotted double fixed flex grid inherit inline-block inline-size left min minmax "
    "max monospace none normal nowrap pointer relative repeat repeating-linear-gradient "
    "sans-serif separate solid start system-ui top ui-monospace wrap middle "
)
UNITS = re.compile(r"-?\d*\.?\d+(?:px|%|vw|fr|deg|ch|em)?(?:/\d*\.?\d+)?")
#: On the page only while a cell is open, or where the picture has no such part.
STATES = {"hover", "focus-visible", "popover-open", "is", "has", "first-child", "before"}


def rules(css: str) -> list[tuple[str, str]]:
    """Selector and declarations of each rule; what a container query wraps counts too."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    flat = re.sub(r"@container \((?:max|min)-width:\d+px\){(.*?}) *}", r"\1", css)
    assert re.sub(r"[^{}]+{[^{}]+}\s*", "", flat).strip() == ""
    return re.findall(r"([^{}]+){([^{}]+)}", flat)


@pytest.mark.parametrize("name", PAGES)
def test_a_style_sheet_speaks_of_its_own_page(name: str) -> None:
    (root,) = page(PAGES[name]())
    style = root[0].text or ""
    tags = {e.tag for e in root.iter()}
    classes = {c for e in root.iter() for c in e.get("class", "").split()}
    whole = name in ("argument", "list", "exposure")
    for selector, declarations in rules(style):
        assert selector.strip().startswith(f"#{root.get('id')}"), selector
        named = re.sub(r"#[\w-]+|\.[\w-]+|::?[\w-]+", " ", selector)
        if whole:
            assert set(re.findall(r"[a-z][\w-]*", named)) - {"thead"} <= tags, selector
            assert set(re.findall(r"\.([a-z][\w-]*)", selector)) <= classes, selector
        assert set(re.findall(r"::?([\w-]+)", selector)) <= STATES, selector
        for declaration in filter(None, map(str.strip, declarations.split(";"))):
            key, colon, value = declaration.partition(":")
            assert colon, declaration
            assert key.strip() in PROPERTIES.split() or key.startswith("--kfv-"), declaration
            assert_is_a_value(value, declaration)
    used, set_here = re.findall(r"var\((--[\w-]+)", style), re.findall(r"(--[\w-]+):", style)
    assert set(used) <= set(set_here)
    open_marks = [style.count(mark) for mark in "{}()"]
    assert open_marks[0] == open_marks[1]
    assert open_marks[2] == open_marks[3]


def assert_is_a_value(value: str, declaration: str) -> None:
    """A declaration's value is made of lengths, colours of the palette and known words."""
    value = re.sub(r"'[^']*'|\"\"|-apple-system|Menlo|Consolas|Roboto", " ", value)
    parts = re.split(r"[\s,()]+| - ", value)
    assert any(parts) or "content" in declaration or "font" in declaration, declaration
    for part in filter(None, parts):
        known = (
            part in LIGHT.values() or part in WORDS.split() or UNITS.fullmatch(part)
            or part in ("-", "var") or part.startswith("--kfv-")
        )  # fmt: skip
        assert known, (part, declaration)


def test_what_needs_a_rule_has_one() -> None:
    for name, wanted in (
        ("exposure", {"cell", "adapts", "rebuild", "edit", "breaks", "wrong", "not-there", "key",
                      "panel", "auto", "wide-form", "narrow-form"}),
        ("argument", {"claim", "for", "against", "instead", "key", "who", "event", "reading",
                      "sides"}),
    ):  # fmt: skip
        (root,) = page(PAGES[name]())
        css = root[0].text or ""
        selectors = " ".join(selector for selector, _ in rules(css))
        assert wanted <= set(re.findall(r"\.([a-z][\w-]*)", selectors))
