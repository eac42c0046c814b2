# SPDX-License-Identifier: BSD-3-Clause
"""What stands around every explorer, read back."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from kfuncviz.explorers import around, ownership
from kfuncviz.explorers.engine.tokens import decode


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


def test_a_picture_can_be_saved_where_there_is_one() -> None:
    with_picture, without = around.saving("x", "by us", "<svg/>"), around.saving("x", "by us", "")
    kinds = re.compile(r'data-as="(\w+)" data-name="x\.\1" data-from="picture"')
    assert kinds.findall(with_picture) == ["svg", "png", "html"]
    assert kinds.findall(without) == ["html"]
    assert 'data-key="picture" class="kfv-saved"><svg/>' in with_picture
    assert "kfv-saved" not in without


def test_what_is_copied_is_read_back_as_it_is() -> None:
    drawn = around.copied("a<b\u202e", "mail")
    assert 'data-do="copy" data-from="mail"' in drawn
    assert '<pre data-key="mail">a&lt;b&#8238;</pre>' in drawn
