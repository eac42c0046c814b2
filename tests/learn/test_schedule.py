# SPDX-License-Identifier: BSD-3-Clause
"""What comes next in a drill, from its record alone; and what is dealt for it."""

from __future__ import annotations

from itertools import pairwise

import pytest

from kfuncviz.learn.deal import KINDS, deal, kind
from kfuncviz.learn.key import key
from kfuncviz.learn.misconceptions import ALL, answers
from kfuncviz.learn.schedule import EACH, GAPS, Card, plan


def test_whoever_is_right_climbs_a_level_every_other_question() -> None:
    levels = [plan("+" * nth).level for nth in range(2 * len(KINDS) + 4)]
    assert levels == [nth // EACH for nth in range(len(levels))]
    assert plan("----").level == 0
    assert not plan("+++").cards


def test_what_was_missed_comes_back_later_each_time_until_it_is_gone() -> None:
    record, asked = "a", []
    while plan(record).cards:
        again = plan(record).again
        if again:
            assert (again, plan(record).level) == ("a", 0)
            asked.append(len(record))
        record += "+"
    assert [there - here - 1 for here, there in pairwise([0, *asked])] == list(GAPS)
    assert list(GAPS) == sorted(GAPS)
    assert plan(record).again == ""
    climbed = len(record) - 1 - len(asked)
    assert plan(record).level == climbed // EACH  # what came again did not count


def test_what_is_missed_again_starts_over_and_what_waits_longest_comes_first() -> None:
    assert plan("a++++").cards == {"a": Card(0, 2, 3 + 1 + GAPS[1])}
    assert plan("a++b").cards == {
        "a": Card(0, 1, 4 + GAPS[0]), "b": Card(0, 1, 4 + GAPS[0]),
    }  # fmt: skip
    assert plan("ba++").again == "a"
    assert plan("ba+").again == "b"
    assert plan("ba+-").cards == {  # no name: the card it was asked for
        "b": Card(0, 1, 4 + GAPS[0]), "a": Card(0, 1, 2 + GAPS[0]),
    }  # fmt: skip
    assert plan("++-").cards == {"1": Card(1, 1, 3 + GAPS[0])}


@pytest.mark.parametrize("level", range(len(KINDS)))
def test_a_question_is_dealt_that_brings_a_misreading_back(level: int) -> None:
    plain = deal(9, 5, level)
    assert plain == deal(9, 5, level) != deal(9, 6, level)
    name = next(iter(answers(plain.scenario, plain.about)))
    item = deal(9, 6, level, name)
    wrong = answers(item.scenario, item.about)
    assert next(n for n, value in wrong.items() if value == wrong[name]) == name
    assert len(set(wrong.values())) > 1
    assert key(item.scenario, item.about) not in wrong.values()
    assert kind(level) == list(KINDS)[level]


def test_the_default_is_as_hard_as_for_whoever_has_all_right() -> None:
    assert deal(4, 7) == deal(4, 7, 7 // EACH)
    assert kind(len(KINDS)) == "all together"
    assert deal(4, 30) == deal(4, 30, 99)
    lone = "nested rows read as host ids"  # no question of the first level knows it
    item = deal(4, 0, 0, lone)
    assert lone not in answers(item.scenario, item.about)
    assert lone in ALL
