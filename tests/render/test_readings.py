# SPDX-License-Identifier: BSD-3-Clause
"""What may be read in the evidence: more than one reading, each of numbers that the tables have."""

from __future__ import annotations

import pytest

from kfuncviz import render
from kfuncviz.evidence import computed
from kfuncviz.evidence.history import compare, counts
from kfuncviz.evidence.idmap import helpers
from kfuncviz.kfuncs.known import NotKnown, document
from kfuncviz.render import ownership
from kfuncviz.render.readings import fair_readings, readings


def test_an_answer_is_read_in_more_than_one_way() -> None:
    known = document("questions", "readings")["readings"]
    for name in known:
        fair = fair_readings(name)
        assert len(fair) >= 2
        assert all(lead.endswith(".") and text.endswith(".") for lead, text in fair.items())
    with pytest.raises(NotKnown, match="unknown readings 'names-gon'; did you mean 'names-gone'"):
        fair_readings("names-gon")


def test_what_is_read_stands_in_the_tables() -> None:
    text = {name: " ".join(fair.values()) for name, fair in document(
        "questions", "readings")["readings"].items()}  # fmt: skip
    total = counts.by_release()
    died, born = total["died"].sum(), total["born"].sum()
    assert f"{died} of {born} in {len(total)} releases" in text["names-gone"]
    assert total["died_renamed"].sum() > died / 2
    lived = computed.curves().query("event == 'gone'").set_index("age")["survival"]
    assert f"{100 * lived[8]:.0f} of 100 names" in text["names-last"]
    assert f"{100 * lived[12]:.0f} after twelve" in text["names-last"]
    gone = compare.vfs_against_rest().query("what == 'name gone'").set_index("group")
    assert gone.loc["VFS", "count"] == 0
    assert gone.loc["VFS", "n"] == 10
    assert f"({gone.loc['VFS', 'high']} %)" in text["vfs-last"]
    churn = helpers.churn().groupby("step", sort=False)["signature"].sum()
    assert churn.idxmax() == "6.3"


def test_a_reading_stands_under_the_words_it_comes_down_to() -> None:
    assert readings({"So <it> is.": "Few & old.", "Not so.": "Many."}) == (
        '<ul class="kfv-readings" aria-label="what may be read in it"><li><b>So &lt;it&gt; is.</b> '
        "Few &amp; old.</li><li><b>Not so.</b> Many.</li></ul>"
    )


def test_the_room_lends_the_verbs_of_ownership() -> None:
    assert {name: getattr(render, name) for name in render.__all__} == {
        name: getattr(ownership, name) for name in render.__all__
    }
    with pytest.raises(AttributeError, match=r"module 'kfuncviz\.render' has no attribute 'draw'"):
        render.draw  # type: ignore[attr-defined]  # noqa: B018
