# SPDX-License-Identifier: BSD-3-Clause
"""Guessing a number: nothing is shown before the reader has chosen."""

from __future__ import annotations

import pytest

from kfuncviz import evidence
from kfuncviz.widgets.guess import Guess, figure_html


def guess() -> Guess:
    return Guess("How many?", ["3", "<27>"], "<27>", "Because & so.", evidence.idmap_churn())


def test_nothing_is_revealed_before_a_choice() -> None:
    asked = guess()
    assert asked.check.disabled
    assert asked.feedback.value == asked.figure.value == ""
    asked.choice.value = "3"
    assert not asked.check.disabled
    assert asked.figure.value == ""


@pytest.mark.parametrize(
    ("chosen", "said"), [("3", "Not 3: it is &lt;27&gt;."), ("<27>", "Right: &lt;27&gt;.")]
)
def test_the_answer_comes_with_its_reason_figure_and_table(chosen: str, said: str) -> None:
    asked = guess()
    asked.choice.value = chosen
    asked.check.click()
    assert asked.right == (chosen == "<27>")
    assert said in asked.feedback.value
    assert "Because &amp; so." in asked.feedback.value
    assert "data:image/svg+xml" in asked.figure.value
    assert "<th>signature</th>" in asked.figure.value


def test_a_question_without_evidence_shows_no_figure() -> None:
    asked = Guess("Bits?", ["16", "32"], "32")
    asked.choice.value = "32"
    asked.check.click()
    assert asked.right
    assert asked.figure.value == ""


def test_the_right_answer_must_be_offered() -> None:
    with pytest.raises(ValueError, match="'28' is not among the choices"):
        Guess("How many?", ["3", "27"], "28")


def test_the_alternative_text_says_title_and_n() -> None:
    answer = evidence.vfs_against_rest()
    alt = figure_html(answer).partition('alt="')[2].partition('"')[0]
    assert answer.table.attrs["title"] in alt
    assert answer.table.attrs["n"] in alt
