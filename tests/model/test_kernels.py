# SPDX-License-Identifier: BSD-3-Clause
"""Other kernels and filesystems: every tenth recorded answer; tests/kernels compares them all."""

from __future__ import annotations

import pytest

from kfuncviz.model.releases import CHANGES, RECORDED
from kfuncviz.scenario.checking.validate import validate
from tests.model.test_map_writes import answer
from tests.recorded import differing, files, lines

TENTH = 10


def test_every_tenth_answer_of_every_kernel_is_the_models() -> None:
    found = [difference for path in files() for difference in differing(path, TENTH)]
    assert not found, f"{len(found)} differ:\n" + "\n".join(found[:10])


def test_the_kernels_recorded_are_those_the_table_names() -> None:
    asked = {str(version) for version in RECORDED}
    recorded = {".".join(path.name.split(".")[:3]) for path in files()}
    assert recorded == asked


def test_recorded_scenarios_are_sound() -> None:
    read = [line for path in files() for line in lines(path, 50)]
    assert [problem for line in read for problem in validate(line["scenario"])] == []


@pytest.mark.parametrize("rule", CHANGES)
def test_what_a_recorded_kernel_was_asked_counts_as_measured(rule: str) -> None:
    change = CHANGES[rule]
    assert all(change.measured(version) for version in change.asked)


def test_every_write_of_a_map_is_answered_alike_by_every_kernel() -> None:
    written = [case for path in files("map-writes") for case in lines(path)]
    wrong = [case["id"] for case in written if answer(case) != case["result"]]
    assert len(written) > 900
    assert not wrong
