# SPDX-License-Identifier: BSD-3-Clause
"""The exposure matrix read back: each cell in its row and column, signed, explained, opened."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import replace
from itertools import chain, product
from typing import TYPE_CHECKING

import pytest

from kfuncviz.kfuncs.contracts import (
    ABOUT,
    GLYPHS,
    MEANINGS,
    Cell,
    change,
    changes,
    consequence,
    exposure,
    exposures,
)
from kfuncviz.kfuncs.known import NotKnown
from kfuncviz.render.exposure import cells, html, panel
from kfuncviz.render.exposure.bills import bill
from kfuncviz.render.exposure.style import sheet
from kfuncviz.render.kit.tokens import LIGHT, MONO, SANS, stylesheet
from tests.render.drawn import of_class, page, said

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: Each outcome's sign, word, meaning and the border that tells it without colour.
BORDERS = {
    "holds": "1px solid", "adapts": "2px solid", "rebuild": "2px solid", "edit": "2px solid",
    "partly": "3px dotted", "breaks": "3px dashed", "wrong": "4px solid", "not there": "1px dotted",
}  # fmt: skip
CAPTION = (
    "Each row is a change that happened, each column a way to expose the thing that changed: had "
    "it been exposed this way, what would have followed?"
)
SOME = ["trusted-default-7.0", "mnt-idmap-6.2", "own-maps-6.8", "vfs-mkdir-6.15"]
FEW = ["none", "kfunc", "fentry-core", "export"]


def in_groups(events: list[str]) -> dict[str, list[str]]:
    """The changes under the heading each stands under, in the order asked for."""
    named = {
        words: [e for e in events if change(e).about == about] for about, words in ABOUT.items()
    }
    return {words: found for words, found in named.items() if found}


def css_class(element: ET.Element) -> str:
    return element.get("class", "")


def is_the_cell(drawn: ET.Element, cell: Cell) -> bool:
    """Sign, word and border class of a drawn cell are those of the computed one."""
    assert said(drawn) == f"{GLYPHS[cell.outcome]} {cell.outcome}"
    assert drawn[0].get("aria-hidden") == "true"  # a reader hears the word, not the sign
    return css_class(drawn) == f"cell {cell.outcome.replace(' ', '-')}"


def explains(opened: ET.Element, cell: Cell) -> bool:
    """An opened cell says which cell it is, why, by which rule, from where, and who pays."""
    event = change(cell.change)
    assert said(opened[0]) == f"{event.release}, {event.title} × {exposure(cell.exposure).title}"
    what, why, payers, sources = opened[1:]
    assert said(what) == " ".join(event.what.split())
    assert said(why) == f"{cell.glyph} {cell.outcome}: {cell.why} (rule {cell.rule})"
    assert [(said(d[0]), said(d[1])) for d in payers] == [
        ("code in the tree", cell.payers.in_tree),
        ("programs outside", cell.payers.out_of_tree),
        ("users", cell.payers.users),
        ("maintainers", cell.payers.maintainers),
    ]
    return said(sources) == "; ".join(event.sources)


@pytest.mark.parametrize(
    ("rows", "ways"), [(None, None), (SOME, FEW), (SOME[:1], None), (None, FEW[:1]), ([], [])]
)
def test_each_cell_stands_in_its_row_and_column_and_opens_its_own_panel(
    rows: list[str] | None, ways: list[str] | None
) -> None:
    tree = page(html(rows, ways, form="wide"))
    (root,) = tree
    assert (root.get("id") or "").startswith("exp-")
    table = tree.find(".//table")
    assert table is not None
    assert tree.find(".//details") is None
    heads = table.findall("./thead/tr/th")
    asked = list(exposures()) if ways is None else ways
    assert [said(th) for th in heads] == ["change", *(exposure(way).short for way in asked)]
    assert [th.get("title") for th in heads[1:]] == [exposure(way).title for way in asked]
    assert {th.get("scope") for th in heads} == {"col"}
    events = in_groups(list(changes()) if rows is None else rows)
    bodies = table.findall("./tbody")
    for heading, body in zip(events, bodies, strict=True):
        assert [said(th) for th in body[0]] == [heading]
        assert body[0][0].attrib | {"scope": "rowgroup", "colspan": str(len(asked) + 1)} == (
            body[0][0].attrib
        )
    lines = [line for body in bodies for line in body[1:]]
    for event, line in zip(map(change, chain.from_iterable(events.values())), lines, strict=True):
        head, *found = line
        assert (said(head), head.get("scope")) == (f"{event.release} {event.title}", "row")
        assert head.get("title") == event.what
        for way, place in zip(asked, found, strict=True):
            cell = consequence(way, event.id)
            button, opened = place
            assert is_the_cell(button, cell)
            assert button.get("title") == cell.why
            assert (button.tag, button.get("type")) == ("button", "button")
            assert button.get("popovertarget") == opened.get("id")
            assert opened.get("id") == f"{root.get('id')}-{event.id}-{way}".replace(".", "_")
            assert "popover" in opened.attrib
            assert (opened.get("role"), opened.get("aria-label")) == ("dialog", said(opened[0]))
            assert explains(opened, cell)
    ids = [e.get("id") for e in tree.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    assert not any("." in ident for ident in ids if ident)  # a selector would read a class


@pytest.mark.parametrize(("rows", "ways"), [(None, None), (SOME, FEW)])
def test_the_narrow_form_holds_the_same_cells(
    rows: list[str] | None, ways: list[str] | None
) -> None:
    tree = page(html(rows, ways, form="narrow"))
    assert tree.find(".//table") is None
    folds = tree.findall(".//details")
    asked = [exposure(way) for way in (exposures() if ways is None else ways)]
    events = in_groups(list(rows or changes()))
    assert [said(h) for h in tree.findall(".//h4")] == list(events)
    for event, fold in zip(map(change, chain.from_iterable(events.values())), folds, strict=True):
        head, what, items = fold
        found = [consequence(way.id, event.id) for way in asked]
        counted = Counter(cell.outcome for cell in found)
        counts = ", ".join(f"{GLYPHS[o]} {counted[o]} {o}" for o in GLYPHS if counted[o])
        assert said(head) == f"{event.release} {event.title}{counts}"
        assert said(what) == " ".join(event.what.split())
        for way, cell, item in zip(asked, found, items, strict=True):
            assert is_the_cell(item[0], cell)
            assert said(item[1]) == f"{way.title}{cell.why}"
    (question,) = of_class(tree, "narrow-form")[0].findall("./p")
    assert said(question) == CAPTION


def test_both_forms_where_the_page_decides() -> None:
    tree = page(html(SOME, FEW))
    (root,) = tree
    assert css_class(root) == "kfv-exposure auto"
    assert [css_class(e) for e in root[1:]] == ["key", "wide-form", "narrow-form"]
    (caption,) = root[2].findall(".//caption")
    assert said(caption) == f"{CAPTION} A cell opens when pressed."
    for form in ("wide", "narrow"):
        (root,) = page(html(SOME, FEW, form=form))  # type: ignore[arg-type]
        assert [css_class(e) for e in root[1:]] == ["key", f"{form}-form"]


def test_the_key_says_what_each_sign_asks() -> None:
    (key,) = of_class(page(html(SOME, FEW)), "key")
    assert key.get("aria-label") == "key"
    assert [said(item) for item in key] == [
        f"{GLYPHS[name]} {name}{MEANINGS[name]}" for name in GLYPHS
    ]
    assert [css_class(item[0]) for item in key] == [
        f"cell {name.replace(' ', '-')}" for name in GLYPHS
    ]
    assert "".join(GLYPHS.values()) == "✓≈↻✎◐✗⚠·"
    assert len(set(GLYPHS.values())) == len(set(MEANINGS.values())) == len(GLYPHS) == 8


@pytest.mark.parametrize(("event", "way"), [*product(SOME, FEW)])
def test_a_panel_is_the_cell_asked_for(event: str, way: str) -> None:
    (root,) = page(panel(way, event, theme="light"))
    assert css_class(root) == "kfv-exposure"
    assert (root.get("id") or "").startswith("exp-")
    assert sheet("light", root.get("id", "")) == root[0].text
    assert css_class(root[1]) == "panel"
    assert explains(root[1], consequence(way, event))


def test_a_matrix_that_stands_alone_brings_colours_and_faces() -> None:
    light = "".join(f"--kfv-{token}:{colour};" for token, colour in LIGHT.items())
    faces = f"#x{{--kfv-sans:{SANS};--kfv-mono:{MONO}}}"
    assert sheet("light", "x").startswith(f"#x{{{light}}}{faces}")
    assert sheet("lab", "x").startswith(stylesheet("lab", "x") + faces)
    for theme in ("light", "lab"):
        rules = sheet(theme, "x")  # type: ignore[arg-type]
        assert ".kfv-exposure" not in rules
        assert "In the explorer" not in rules


def test_a_table_gives_way_to_folds_below_860_pixels() -> None:
    assert sheet("light", "x").endswith(
        "@container (max-width:859px){#x.auto .wide-form{display:none}}"
        "@container (min-width:860px){#x.auto .narrow-form{display:none}}"
    )


def test_every_outcome_has_a_border_of_its_own() -> None:
    rules = sheet("light", "x")
    for name, border in BORDERS.items():
        selector = ".cell" if name == "holds" else f".{name.replace(' ', '-')}"
        rule = re.search(rf"#x \{selector} {{([^}}]*)}}", rules)
        assert rule is not None
        assert f"border: {border}" in rule[1], name
    heavy = dict(re.findall(r"#x \.([\w-]+) {([^}]*font-weight: 700[^}]*)", rules))
    assert {"breaks", "wrong"} == set(heavy) & {name.replace(" ", "-") for name in BORDERS}
    assert "repeating-linear-gradient" in heavy["wrong"]


def test_two_matrices_can_live_in_one_page() -> None:
    themes = [html(SOME, FEW, theme=theme) for theme in ("lab", "light", "dark")]  # type: ignore[arg-type]
    forms = [html(SOME, FEW, form=form) for form in ("wide", "narrow")]  # type: ignore[arg-type]
    other = [html(SOME[1:], FEW), html(SOME, FEW[1:])]
    panels = [panel(way, SOME[0], theme=theme) for way in FEW for theme in ("lab", "dark")]  # type: ignore[arg-type]
    panels += [panel(FEW[0], SOME[1])]
    whole = page("".join(themes + forms + other + panels))
    ids = [e.get("id") for e in whole.iter() if e.get("id")]
    assert len(set(ids)) == len(ids)
    for root in whole:
        assert f"#{root.get('id')} " in (root[0].text or "")


def test_what_the_data_says_is_text() -> None:
    event = replace(change("own-maps-6.8"), release="<6>", title='<i>"&', what='<u>"&')
    way = replace(exposure("kfunc"), title='<s>"&')
    for drawn in (cells.wide([event], [way], "x"), cells.narrow([event], [way])):
        tree = page(drawn)
        assert not {"i", "u", "s"} & {e.tag for e in tree.iter()}
        assert '<6> <i>"&' in said(tree)
    head = page(cells.wide([event], [way], "x")).findall(".//th")
    assert [th.get("title") for th in head[1:]] == [way.title, None, event.what]
    fold = page(cells.narrow([event], [way]))
    assert way.title in said(fold)
    assert event.what in said(fold)


def test_long_names_may_break_in_the_head_of_their_column() -> None:
    drawn = html(SOME[:1], ["tracepoint", "statmount", "kfunc"], form="wide")
    heads = re.findall(r'<th scope="col" title="[^"]*">([^<]*)</th>', drawn)
    assert heads == ["trace&shy;point", "stat&shy;mount", "kfunc"]


@pytest.mark.parametrize("way", list(exposures()))
def test_a_bill_counts_the_cells_of_its_exposure(way: str) -> None:
    for events in (list(changes()), SOME, ["own-maps-6.8"]):
        found = bill(exposure(way), [change(event) for event in events])
        counted = Counter(consequence(way, event).outcome for event in events)
        noticed = sum(n for name, n in counted.items() if name in
                      ("rebuild", "edit", "partly", "breaks", "wrong"))  # fmt: skip
        assert found.exposure is exposure(way)
        assert list(found.outcomes.items()) == [(o, counted[o]) for o in GLYPHS if counted[o]]
        assert (found.changes, found.noticed) == (len(events), noticed)
        assert found.maintainers == consequence(way, events[0]).payers.maintainers
        programs = ", ".join(f"{counted[o]} {o}" for o in GLYPHS if counted[o])
        users = f"notice {noticed} of {len(events)}" if noticed else "notice nothing"
        assert (found.programs, found.users) == (
            ("cannot ask", "have to look elsewhere") if way == "none" else (programs, users)
        )


def test_bad_input_is_named() -> None:
    with pytest.raises(NotKnown, match=r"unknown change 'own-maps-6\.9'; did you mean"):
        html(["own-maps-6.9"])
    with pytest.raises(NotKnown, match="unknown exposure 'ioctl'"):
        html(exposure_ids=["ioctl"])
    with pytest.raises(NotKnown, match="unknown exposure 'ioctl'"):
        panel("ioctl", "own-maps-6.8")
    with pytest.raises(ValueError, match="form is 'long', must be one of auto, wide, narrow"):
        html(form="long")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="theme is 'sepia'"):
        html(theme="sepia")  # type: ignore[arg-type]


def show(page: Page, width: int, theme: str = "light") -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.set_content(f"<body style='margin:0'>{html(theme=theme)}")  # type: ignore[arg-type]


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 360, 520, 859, 860, 900, 1240])
def test_one_form_at_a_time_and_nothing_scrolls_sideways(render_page: Page, width: int) -> None:
    show(render_page, width)
    assert render_page.locator("table").is_visible() == (width >= 860)
    assert render_page.locator(".narrow-form").is_visible() == (width < 860)
    assert render_page.evaluate("document.documentElement.scrollWidth") <= width
    wide = render_page.evaluate(
        "[...document.querySelectorAll('.cell')].filter(c => c.offsetParent)"
        ".filter(c => c.scrollWidth > c.clientWidth + 1).map(c => c.textContent)"
    )
    assert wide == []


@pytest.mark.browser
def test_a_cell_opens_by_keyboard_and_closes(render_page: Page) -> None:
    show(render_page, 1240)
    cell = render_page.locator("button.breaks").first
    cell.focus()
    render_page.keyboard.press("Enter")
    panel = render_page.locator(f"[id='{cell.get_attribute('popovertarget')}']")
    assert panel.is_visible()
    assert "programs outside" in panel.inner_text()
    render_page.keyboard.press("Escape")
    assert not panel.is_visible()


@pytest.mark.browser
def test_holds_is_the_quietest(render_page: Page) -> None:
    show(render_page, 1240)
    border = {
        name: float(render_page.evaluate(
            f"parseFloat(getComputedStyle(document.querySelector('.key .{name}')).borderTopWidth)"
        ))
        for name in ("holds", "adapts", "edit", "breaks", "wrong")
    }  # fmt: skip
    assert border == {"holds": 1, "adapts": 2, "edit": 2, "breaks": 3, "wrong": 4}
