# SPDX-License-Identifier: BSD-3-Clause
"""A question knows its right answer and nothing else."""

from __future__ import annotations

import pytest

from kfuncviz.evidence import computed
from kfuncviz.evidence.history import compare, counts
from kfuncviz.evidence.idmap import helpers
from kfuncviz.explorers.question import Question, fair_readings
from kfuncviz.kfuncs.known import NotKnown, document


def test_only_the_right_choice_is_right() -> None:
    asked = Question("?", ("0", "1000", "65534"), "1000")
    assert [asked.right(choice) for choice in asked.choices] == [False, True, False]
    assert asked.why == ""


@pytest.mark.parametrize("choices", [(), ("1", "2"), ("10",)])
def test_the_right_answer_must_be_offered(choices: tuple[str, ...]) -> None:
    with pytest.raises(
        ValueError, match="the answer '100' is not among the choices; offered: "
    ) as e:
        Question("?", choices, "100")
    assert str(e.value).endswith(", ".join(map(repr, choices)) or "none")


def test_a_choice_is_offered_once() -> None:
    with pytest.raises(ValueError, match="a choice is offered twice: '1', '2', '1'"):
        Question("?", ("1", "2", "1"), "1")


def test_a_guess_must_be_one_of_the_choices() -> None:
    with pytest.raises(ValueError, match="'3' is not among the choices: 1, 2"):
        Question("?", ("1", "2"), "1").right("3")


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
