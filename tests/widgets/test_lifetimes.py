# SPDX-License-Identifier: BSD-3-Clause
"""The fields of the lifetimes explorer as values."""

from __future__ import annotations

import pytest
import traitlets

from kfuncviz import LifetimesExplorer
from kfuncviz.explorers.lifetimes import State


def test_it_opens_as_asked() -> None:
    opened = LifetimesExplorer(subsystem="fs/", counts=["gone"], kfunc="bpf_put_file")
    assert opened.state == State(subsystem="fs/", counts=("gone",), kfunc="bpf_put_file")
    assert "15 kfuncs" in repr(opened)
    assert opened.draw(width=900).count("<svg") == 2


def test_what_is_set_is_what_a_control_does() -> None:
    shown = LifetimesExplorer()
    shown.page = 3
    assert shown.state == State(page=3)
    shown.flag = "KF_RCU"
    assert (shown.page, shown.state) == (0, State(flag="KF_RCU"))
    shown.counts = ["narrowed", "gone"]
    assert shown.counts == ("gone", "narrowed")
    with pytest.raises(traitlets.TraitError, match="page is 99; want a whole number up to"):
        shown.page = 99
    with pytest.raises(ValueError, match="'fs' is no subsystem"):
        LifetimesExplorer(subsystem="fs")
