# SPDX-License-Identifier: BSD-3-Clause
"""What stands around every explorer, read back."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from kfuncviz.explorers import around, ownership
from kfuncviz.explorers.engine.tokens import decode, encode

ICON = '<svg class="kfv-icon" viewBox="0 0 20 20" aria-hidden="true"><path d="{}"/></svg>'
TOOLS = (
    '<div class="kfv-tools" role="toolbar" aria-label="history and sharing">'
    '<button type="button" data-key="undo" data-do="undo" data-hotkey="u" aria-label="Undo" '
    f'title="Undo (u)">{ICON.format("M4,8h9a4.5,4.5 0 0 1 0,9h-5M8,4l-4,4l4,4")}</button>'
    '<button type="button" data-key="redo" data-do="redo" data-hotkey="r" aria-label="Redo" '
    f'title="Redo (r)">{ICON.format("M16,8h-9a4.5,4.5 0 0 0 0,9h5M12,4l4,4l-4,4")}</button>'
    '<button type="button" data-key="reset" data-do="reset">Reset</button>'
    '<button type="button" data-key="share" data-do="copy" data-from="token" '
    'title="Copy what is shown as a line of text">Share</button></div>'
)


def test_what_stands_around_a_picture_word_by_word() -> None:
    assert around.tools() == TOOLS
    assert around.icon("down") == ICON.format("M5,8l5,5l5,-5")
    assert around.asked("Why <so>?", "Read it\u202e so.") == (
        f'<div class="kfv-title-row"><h3>Why &lt;so&gt;?</h3>{TOOLS}</div>'
        '<p class="kfv-small">Read it so.</p>'
    )
    assert around.copied("a<b\u202e", "mail") == (
        '<button type="button" data-key="copy-mail" data-do="copy" data-from="mail">Copy</button>'
        '<pre data-key="mail">a&lt;b&#8238;</pre>'
    )
    sends = "{&quot;type&quot;:&quot;fold&quot;,&quot;target&quot;:&quot;a&quot;,"
    assert around.folds({"a": ("One", lambda: "in<b>it</b>")}, ("a",)) == (
        '<div class="kfv-folds"><details data-key="fold-a-body" data-fold="a" open>'
        f'<summary data-key="fold-a" data-event="{sends}&quot;value&quot;:&quot;$checked&quot;}}">'
        'One</summary><div class="kfv-fold-body" tabindex="0" role="group" aria-label="One">'
        "in<b>it</b></div></details></div>"
    )
    kinds = (("svg", "Picture (SVG)"), ("png", "Picture (PNG)"),
             ("html", "Page that works by itself (HTML)"))  # fmt: skip
    svg, png, html = (
        f'<button type="button" data-key="save-{kind}" data-do="save" data-as="{kind}" '
        f'data-name="case.{kind}" data-from="picture" data-note="by us">{label}</button>'
        for kind, label in kinds
    )
    present = '<button type="button" data-key="present" data-do="present">Present</button>'
    saved = '<div data-key="picture" class="kfv-saved"><svg/></div>'
    assert around.saving("case", "by us", "<svg/>") == (
        f'<div class="kfv-walk">{svg}{png}{html}{present}</div>{saved}'
    )
    assert around.saving("case", "by us", "") == f'<div class="kfv-walk">{html}{present}</div>'


def test_a_token_goes_along_unseen() -> None:
    state = ownership.first("keep-id")
    dressed = around.dressed("ownership", state, {}, 960)
    assert dressed == {
        "token": '<div class="kfv-own kfv-token kfv-wide"><div hidden><span data-key="token">'
        f"{encode('ownership', state)}</span></div></div>"
    }


def test_the_tools_stand_in_their_order() -> None:
    drawn = around.tools("<button>Compare</button>")
    named = re.findall(r'data-do="(\w+)"|>(Compare)<', drawn)
    assert ["".join(pair) for pair in named] == ["undo", "redo", "reset", "Compare", "copy"]
    assert 'data-from="token"' in drawn
    labels = re.findall(r'aria-label="([^"]+)"', drawn)
    assert labels == ["history and sharing", "Undo", "Redo"]


@pytest.mark.parametrize(
    ("width", "size"), [(799, "mid"), (800, "wide"), (640, "mid"), (639, "small")]
)
def test_a_region_says_its_name_and_size_and_what_share_copies_is_shut(
    width: int, size: str
) -> None:
    state = replace(ownership.first("keep-id"), folds=("table",))
    dressed = around.dressed("ownership", state, {"a": "<b>x</b>"}, width, "own-room")
    assert dressed["a"] == f'<div class="kfv-own kfv-a kfv-{size} own-room"><b>x</b></div>'
    (token,) = re.findall(r'data-key="token">([^<]+)<', dressed["token"])
    assert decode(token) == ("ownership", replace(state, folds=()))


def test_a_fold_has_a_body_only_while_it_is_open() -> None:
    bodies = {"a": ("One", lambda: "first"), "b": ("Two", lambda: pytest.fail("it is shut"))}
    drawn = around.folds(bodies, ("a",))
    assert re.findall(r'data-fold="(\w)"( open)?>', drawn) == [("a", " open"), ("b", "")]
    assert 'role="group" aria-label="One">first</div>' in drawn


def test_folds_stay_in_their_order_whatever_is_opened_first() -> None:
    assert around.folded(("a", "b", "c"), ("c",), "a", True) == ("a", "c")
    assert around.folded(("a", "b", "c"), ("a", "c"), "c", False) == ("a",)
    with pytest.raises(ValueError, match="'d' is no fold; there is: a, b, c"):
        around.folded(("a", "b", "c"), (), "d", True)
    with pytest.raises(ValueError, match="c is true or false, not 1"):
        around.folded(("a", "b", "c"), (), "c", 1)
