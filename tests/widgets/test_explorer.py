# SPDX-License-Identifier: BSD-3-Clause
"""The ownership explorer in a notebook: what it opens with, and its parts as values."""

from __future__ import annotations

import pytest
import traitlets

import kfuncviz as kv
from kfuncviz.explorers import ownership as pure
from kfuncviz.widgets.ownership import OwnershipExplorer
from tests.explorers.scenarios import SCENARIO

BAD = "0 100000 65536\n5 5 1"


@pytest.fixture
def explorer() -> OwnershipExplorer:
    return OwnershipExplorer(SCENARIO)


def ids(explorer: OwnershipExplorer) -> list[int | None]:
    return [lane.id for lane in explorer.case.ownership.lanes]


def test_it_opens_with_an_answer(explorer: OwnershipExplorer) -> None:
    assert ids(explorer) == [1000, 101000, 1000]
    assert explorer.state == pure.first(SCENARIO)
    assert explorer.frame == pure.frame(explorer.state, explorer.width)


def test_what_it_can_be_opened_with() -> None:
    assert OwnershipExplorer().state == pure.first(kv.gallery()[0])
    assert OwnershipExplorer(kv.Scenario("keep-id")).case.ownership.lanes[-1].id == 1000
    assert OwnershipExplorer("keep-id").scenario == "keep-id"
    with pytest.raises(ValueError, match="keep-di"):
        OwnershipExplorer("keep-di")
    shown = OwnershipExplorer(SCENARIO)
    shown.kind = "gid"
    assert OwnershipExplorer(state=pure.to_json(shown.state)).state == shown.state
    with pytest.raises(ValueError, match="'pid' is no kind"):
        OwnershipExplorer(state={"kind": "pid"})
    assert OwnershipExplorer(SCENARIO, layout={"width": "50%"}).layout.width == "50%"


def test_its_parts_are_values(explorer: OwnershipExplorer) -> None:
    heard: list[object] = []
    explorer.observe(lambda change: heard.append(change["new"]), "mount_idmapped")
    explorer.mount_idmapped = False
    assert heard == [False]
    assert ids(explorer) == [1000, 1000, None]
    explorer.id = 7
    assert ids(explorer)[0] == 7
    explorer.maps = {"caller.uid": "0 0 100"}
    assert ids(explorer) == [7, 7, 7]
    explorer.kernel = "6.1"
    assert explorer.state.kernel == "6.1"
    with pytest.raises(traitlets.TraitError, match="EINVAL"):
        explorer.maps = {"caller.uid": BAD}
    with pytest.raises(traitlets.TraitError, match="'pid' is no kind"):
        explorer.kind = "pid"


def test_another_widget_follows(explorer: OwnershipExplorer) -> None:
    other = OwnershipExplorer(SCENARIO)
    traitlets.link((explorer, "in_container"), (other, "in_container"))
    explorer.in_container = False
    assert other.state.in_container is False


def test_where_no_widget_can_be_the_picture_stands(explorer: OwnershipExplorer) -> None:
    static = explorer.draw()
    assert static.count("<svg") == 1
    assert "col 1" in static, "the header is drawn"
    assert "you see 1000" in static
