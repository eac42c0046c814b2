# SPDX-License-Identifier: BSD-3-Clause
"""The verifier in Jupyter: the guess, and the bench it draws."""

from __future__ import annotations

import pytest

from kfuncviz.kfuncs.verifier import ask
from kfuncviz.render import bench
from kfuncviz.widgets.verifier import GuessCall, draw

WALKED = "file->f_path.mnt of a trusted file"


@pytest.mark.parametrize(("at", "right"), [("6.17", "accepted"), ("6.18", "rejected")])
def test_nothing_of_the_answer_stands_there_before_it_is_asked_for(at: str, right: str) -> None:
    asked = ask("bpf_is_idmapped_mnt", "LSM", WALKED, at)
    guess = GuessCall("Accepted?", asked)
    assert list(guess.choice.options) == ["accepted", "rejected"]
    assert (guess.picture.value, guess.feedback.value) == ("", "")
    guess.choice.value = right
    guess.check.click()
    assert guess.right is True
    assert guess.picture.value == draw(asked, guess.companion.drawn_width)
    assert f"✓ {right}" in guess.picture.value or f"✗ {right}" in guess.picture.value
    guess.choice.value = "accepted" if right == "rejected" else "rejected"
    guess.check.click()
    assert guess.right is False


def test_the_bench_is_the_picture_with_its_table() -> None:
    asked = ask("bpf_is_idmapped_mnt", "LSM", WALKED, "6.18")
    shown = draw(asked, 500, True)
    assert shown == bench.html(asked.fn, True, asked.verdict, asked.args, width=500)


def test_keys_stay_in_the_widget() -> None:
    widget = GuessCall("?", ask("bpf_is_idmapped_mnt", "LSM", WALKED, "6.18"))
    assert "kfv-explorer" in widget._dom_classes
    assert widget.companion in widget.children
