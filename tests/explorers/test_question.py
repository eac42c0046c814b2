# SPDX-License-Identifier: BSD-3-Clause
"""A question knows its right answer and nothing else."""

from __future__ import annotations

import pytest

from kfuncviz.explorers.question import Question


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
