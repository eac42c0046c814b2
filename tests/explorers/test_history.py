# SPDX-License-Identifier: BSD-3-Clause
"""History against the plainest one: a list of all states shown, and where in it we are."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from kfuncviz.explorers import history as h

ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("edit"), st.integers(0, 3)),
        st.tuples(st.just("look"), st.integers(0, 3)),
        st.tuples(st.sampled_from(("undo", "redo", "reset", "fork")), st.just(0)),
    ),
    max_size=40,
)


@given(ACTS)
def test_history_is_a_list_with_a_cursor(acts: list[tuple[str, int]]) -> None:
    past, shown, at = h.start(0), [0], 0
    for act, value in acts:
        past = getattr(h, act)(past, *([value] if act in ("edit", "look") else []))
        wanted = 0 if act == "reset" else value
        if act in ("edit", "reset") and wanted != shown[at]:
            shown, at = [*shown[: at + 1], wanted], at + 1
        elif act == "look":
            shown[at] = value
        elif act == "undo":
            at = max(at - 1, 0)
        elif act == "redo":
            at = min(at + 1, len(shown) - 1)
        elif act == "fork":
            shown, at = [shown[at]], 0
        assert past.now == shown[at]
        assert [*past.past, past.now, *reversed(past.future)] == shown
        assert past.first == 0


def test_the_sequences_that_the_browsers_history_follows_too() -> None:
    shared = json.loads(Path(__file__).with_name("history.json").read_text("utf-8"))
    assert shared["most"] == h.MOST
    assert {act for row in shared["sequences"] for act, *_ in row["acts"]} == {
        "edit", "look", "undo", "redo", "reset", "fork",
    }  # fmt: skip
    for row in shared["sequences"]:
        past = h.start("0")
        for act, *tokens in row["acts"]:
            past = getattr(h, act)(past, *tokens)
        shown = {"first": past.first, "now": past.now}
        shown |= {"past": [*past.past], "future": [*past.future]}
        assert shown == {name: row[name] for name in shown}, row["acts"]


def test_undo_after_n_edits_gives_the_states_back_in_order() -> None:
    past = h.start(0)
    for state in range(1, 6):
        past = h.edit(past, state)
    back = [past := h.undo(past) for _ in range(7)]
    assert [one.now for one in back] == [4, 3, 2, 1, 0, 0, 0]
    past = back[-1]
    forward = [past := h.redo(past) for _ in range(6)]
    assert [one.now for one in forward] == [1, 2, 3, 4, 5, 5]


def test_a_new_edit_clears_what_could_be_redone() -> None:
    past = h.edit(h.undo(h.edit(h.start("a"), "b")), "c")
    assert past.future == ()
    assert h.redo(past) == past
    assert h.undo(past).now == "a"


def test_an_edit_that_changes_nothing_can_still_be_redone() -> None:
    past = h.undo(h.edit(h.start("a"), "b"))
    assert h.redo(h.edit(past, "a")).now == "b"


def test_the_oldest_steps_are_forgotten() -> None:
    past = h.start(0)
    for state in range(1, h.MOST + 10):
        past = h.edit(past, state)
    assert h.MOST == 200
    assert past.past == tuple(range(9, h.MOST + 9))
    for _ in range(h.MOST + 5):
        past = h.undo(past)
    assert past.now == 9
    assert h.reset(past).now == 0


def test_a_fork_leaves_the_first_history_alone() -> None:
    past = h.edit(h.start("a"), "b")
    other = h.edit(h.fork(past), "c")
    assert h.undo(other).now == "b"
    assert h.undo(h.undo(other)).now == "b"
    assert past.now == "b"
    assert h.reset(other).now == "a"
