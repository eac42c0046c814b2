# SPDX-License-Identifier: BSD-3-Clause
"""Each filter of the lives sets one argument of the question, and the picture answers it."""

from __future__ import annotations

from typing import Any

import pytest

from kfuncviz import evidence
from kfuncviz.render import lifetimes
from kfuncviz.widgets.lives import LivesPanel


def drawn(width: int = 960, **asked: Any) -> str:
    """Every life that was asked for."""
    return lifetimes.html(evidence.lives(**asked), width, limit=372)


def test_it_opens_as_chosen() -> None:
    panel = LivesPanel(file="fs/")
    assert panel.picture.value == drawn(file="fs/")
    controls, picture, companion = panel.children
    assert controls.children == tuple(panel.filters.values())
    assert (picture, companion) == (panel.picture, panel.companion)
    panel.companion.width = 700
    assert panel.picture.value == drawn(700, file="fs/")


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
    assert panel.picture.value == drawn(**asked)


def test_any_is_offered_and_means_no_filter() -> None:
    panel = LivesPanel()
    for name in ("program_type", "file"):
        assert panel.filters[name].options[0] == ("any", "")
        assert panel.filters[name].value == ""
    offered = [value for _, value in panel.filters["program_type"].options[1:]]
    assert offered == list(evidence.every_program_type())
    assert panel.picture.value == drawn()
    assert "not drawn" not in panel.picture.value
    with pytest.raises(KeyError, match="folder"):
        LivesPanel(folder="fs/")
