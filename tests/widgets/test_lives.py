# SPDX-License-Identifier: BSD-3-Clause
"""Each filter of the lives sets one argument of the question, and the picture answers it."""

from __future__ import annotations

from typing import Any

import pytest

from kfuncviz import evidence
from kfuncviz.render import lifetimes
from kfuncviz.widgets.lives import LivesPanel


def test_it_opens_as_chosen() -> None:
    panel = LivesPanel(file="fs/")
    assert panel.picture.value == lifetimes.html(evidence.lives(file="fs/"), 960)
    controls, picture, companion = panel.children
    assert controls.children == tuple(panel.filters.values())
    assert (picture, companion) == (panel.picture, panel.companion)
    panel.companion.width = 700
    assert panel.picture.value == lifetimes.html(evidence.lives(file="fs/"), 700)


@pytest.mark.parametrize(
    "picked",
    [
        {"program_type": "LSM"}, {"file": "mm/"}, {"text": "xattr"}, {"only": "gone"},
        {"file": "net/", "counted": "terms", "only": "changed"},
    ],
)  # fmt: skip
def test_a_filter_asks_anew(picked: dict[str, Any]) -> None:
    panel = LivesPanel(file="fs/")
    for name, value in picked.items():
        panel.filters[name].value = value
    asked = {"file": "fs/"} | picked
    assert panel.picture.value == lifetimes.html(evidence.lives(**asked), 960)


def test_any_is_offered_and_means_no_filter() -> None:
    panel = LivesPanel()
    for name in ("program_type", "file"):
        assert panel.filters[name].options[0] == ("any", "")
        assert panel.filters[name].value == ""
    offered = [value for _, value in panel.filters["program_type"].options[1:]]
    assert offered == list(evidence.every_program_type())
    assert panel.picture.value == lifetimes.html(evidence.lives(), 960)
    with pytest.raises(KeyError, match="folder"):
        LivesPanel(folder="fs/")
