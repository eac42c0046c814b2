# SPDX-License-Identifier: BSD-3-Clause
"""The fields of the exposure explorer as values."""

from __future__ import annotations

import pytest
import traitlets

from kfuncviz import ExposureExplorer
from kfuncviz.explorers.exposure import State


def test_it_opens_as_asked() -> None:
    opened = ExposureExplorer(about="both", until="6.8", change="own-maps-6.8", exposure="kfunc")
    assert opened.state == State("both", "", "6.8", "own-maps-6.8", "kfunc")
    assert "kfunc that answers" in repr(opened)
    assert "<table" in opened.draw(width=900)


def test_what_is_set_is_what_a_control_does() -> None:
    shown = ExposureExplorer(since="6.4")
    shown.until = "6.3"
    assert (shown.since, shown.until, shown.state) == (
        "6.2",
        "6.3",
        State(since="6.2", until="6.3"),
    )
    shown.predict = True
    shown.exposure = "kfunc"
    assert shown.state == State(since="6.2", until="6.3", exposure="kfunc", predict=True)
    with pytest.raises(traitlets.TraitError, match="about: 'all' is no about"):
        shown.about = "all"
    with pytest.raises(ValueError, match=r"'perfmon-7\.3' is no change on screen"):
        ExposureExplorer(change="perfmon-7.3")
