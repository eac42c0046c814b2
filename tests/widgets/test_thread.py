# SPDX-License-Identifier: BSD-3-Clause
"""The thread explorer as a widget: its fields are values, and what cannot be is said."""

from __future__ import annotations

import pytest
import traitlets

import kfuncviz as kv
from kfuncviz.explorers import thread as pure


def test_it_opens_with_nothing_weighed() -> None:
    assert kv.ThreadExplorer().state == pure.State()
    assert kv.ThreadExplorer("cost").topic == "cost"
    with pytest.raises(ValueError, match="'trust' is no question"):
        kv.ThreadExplorer("trust")
    one = pure.update(pure.State(), {"type": "weigh", "target": "need", "value": "much"})
    assert kv.ThreadExplorer(state=pure.to_json(one)).state == one
    assert kv.ThreadExplorer(layout={"width": "50%"}).layout.width == "50%"


def test_its_parts_are_values() -> None:
    explorer = kv.ThreadExplorer()
    with pytest.raises(traitlets.TraitError, match="opens once both sides are written"):
        explorer.opened = ["need"]
    explorer.written = {"need.for": "A.", "need.against": "B."}
    explorer.opened = ["need"]
    explorer.stances = {"need.after": "even"}
    explorer.selection = "claim tell-apart"
    explorer.weights = {"tell-apart": "much"}
    explorer.topic = "later"
    assert explorer.state == pure.State(
        topic="later", selection="claim tell-apart", opened=("need",),
        written=(("need.for", "A."), ("need.against", "B.")),
        stances=(("need.after", "even"),), weights=(("tell-apart", "much"),),
    )  # fmt: skip
    explorer.weights = {"tell-apart": None}
    explorer.selection = ""
    assert (explorer.state.weights, explorer.state.selection) == ((), "")
    with pytest.raises(traitlets.TraitError, match="'claim voice' is no choice"):
        explorer.selection = "claim voice"


def test_the_weighing_leaves_as_page_and_as_text() -> None:
    explorer = kv.ThreadExplorer()
    explorer.stances = {"cost.before": "against"}
    assert explorer.weighing_html() == pure.weighing_html(explorer.state)
    assert explorer.weighing_text() == pure.weighing_text(explorer.state)
    assert "before the map: against" in explorer.weighing_text()


def test_where_no_widget_can_be_the_thread_stands_and_no_map_that_is_not_open() -> None:
    explorer = kv.ThreadExplorer()
    data, _ = explorer._repr_mimebundle_()
    assert "Who answered whom" in data["text/html"]
    assert "In favour" not in data["text/html"]
    assert "13 mails by 5 people" in data["text/plain"]
