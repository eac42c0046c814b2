# SPDX-License-Identifier: BSD-3-Clause
"""Runs: the slots of a shared frame, filled, are what Python draws for that very id."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from kfuncviz.explorers import ownership
from kfuncviz.explorers.engine import moving
from kfuncviz.explorers.engine.shared import shown
from kfuncviz.explorers.ownership import State, extents, first, update
from kfuncviz.model.uidgid import LAST_ID
from kfuncviz.scenario.load import gallery
from tests.explorers.scenarios import SCENARIO

MARKS = re.compile(r'<(?:span|tspan) data-slot="[^"]*">(\d+)</(?:span|tspan)>')
MISSPELT = {"type": "typed", "target": "id", "value": "x"}
#: Names in a picture are made of all it shows.
NAMES = re.compile(r"\b(own|scale)-[0-9a-f]{12}\b")
IDS = st.one_of(
    st.integers(0, LAST_ID),
    st.integers(0, 2000),
    st.integers(65000, 170000),
    st.sampled_from((0, 1, 9, 10, 999, 1000, 1001, 65533, 65534, 65535, 99999, 100000, LAST_ID)),
)
STATES = st.builds(
    lambda name, kind, direction, off: _asked(first(name), kind, direction, off),
    st.sampled_from((*gallery(), ownership.first(SCENARIO).scenario)),
    st.sampled_from(("uid", "gid")),
    st.sampled_from(("read", "create", "chown")),
    st.lists(st.sampled_from(tuple(ownership.SWITCHES)), max_size=2, unique=True),
)


def _asked(state: State, kind: str, direction: str, moved: list[str]) -> State:
    may = [switch for switch in moved if switch not in ownership.idle(state)]
    switched = [(switch, not getattr(state, switch)) for switch in may]
    for target, value in (("kind", kind), ("direction", direction), *switched):
        state = update(state, {"type": "set", "target": target, "value": value})
    return replace(state, entry=None)


def typed(state: State, id: int) -> State:
    return update(state, {"type": "typed", "target": "id", "value": str(id)})


def bare(html: str) -> str:
    """Marked HTML without its marks, and with no name that hangs on the id."""
    html = re.sub(r' data-moving="[^"]*"', "", MARKS.sub(r"\1", html))
    return NAMES.sub(r"\1", html)


def same(state: State, id: int, other: int) -> None:
    """The frame of ``id``, filled for ``other`` of its run, is the frame of ``other``."""
    one = shown("ownership", replace(state, id=id), 960)
    plain = ownership.frame(replace(state, id=other), 960)
    assert list(one.regions) == list(plain.regions)
    for name, html in one.regions.items():
        assert bare(moving.filled(html, other)) == bare(plain.regions[name]), name
    assert moving.words(moving.filled(one.said, other)) == plain.sentence


@settings(max_examples=40)
@given(STATES, IDS, st.data())
def test_slots_filled_are_the_frame_of_that_id(state: State, id: int, data: Any) -> None:
    here = typed(state, id)
    assume(here.id == id)
    run = shown("ownership", here, 960).run
    assert run is not None
    assert run.first <= id <= run.last
    other = data.draw(st.integers(run.first, run.last))
    same(here, id, other)
    assert shown("ownership", replace(here, id=other), 960).run == run


@settings(max_examples=40)
@given(STATES, IDS, st.data())
@example(first("home-on-a-stick"), 5, None)
def test_ids_of_one_extent_have_the_same_extents(state: State, id: int, data: Any) -> None:
    here = typed(state, id)
    assume(here.id == id)
    whole, *tighter = extents(here)
    for low, high in (whole, *tighter):
        assert 0 <= whole.first <= low <= id <= high <= whole.last <= LAST_ID
    other = data.draw(st.integers(*tighter[-1])) if data else 7
    assert extents(replace(here, id=other)) == [whole, *tighter]


def test_edges_of_blocks_the_overflow_id_and_ids_of_the_scenario_stand_alone() -> None:
    state = first("container-root-filesystem")
    by_itself = {0, 65534, 65535, 65536}
    for id in (*by_itself, 7):
        (first_, last), _ = extents(replace(state, id=id))
        assert (first_ == last) == (id in by_itself), id


def test_a_run_in_the_middle_of_a_map_is_long() -> None:
    state = first("container-root-filesystem")
    (low, high), (tight_low, tight_high) = extents(replace(state, id=20000))
    assert (low, high) == (1, 65533)
    assert (tight_low, tight_high) == (10000, 65533)


def test_no_id_no_extent_and_none_where_nothing_can_be_asked() -> None:
    assert extents(first("keep-id")) == []
    lost = first({**SCENARIO, "focus": {"path": "nowhere", "id": 7, "direction": "chown"}})
    assert extents(lost) == []
    typed_wrong = update(replace(first("keep-id"), id=7), MISSPELT)
    assert (
        extents(typed_wrong)
        == extents(replace(first("keep-id"), refused=("by", "root"), id=7))
        == []
    )


def test_blocks_without_room_are_folded_alike_for_every_id_of_a_run() -> None:
    rows = [[100 * n, 100 * n, 50] for n in range(40)]
    many = first({**SCENARIO, "userns": {**SCENARIO["userns"], "M": {"uid_map": rows}}})
    for id, other in ((1010, 1040), (1060, 1090)):
        run = shown("ownership", replace(many, id=id), 960).run
        assert run is not None
        assert run.first <= other <= run.last
        same(many, id, other)


def test_a_run_ends_where_a_block_ends_on_another_kernel() -> None:
    """There the slider has another stop: 5.12 has no mount idmap, so the disk's map decides."""
    state = replace(first("home-on-a-stick"), direction="chown", path="home", fs_in_userns=True)
    for id, run in (
        (301046, (301001, 301124)),
        (365533, (301126, 365533)),
        (365536, (365536, 365536)),
    ):
        found = shown("ownership", replace(state, id=id), 960).run
        assert found is not None
        assert found[:2] == run
    same(state, 301126, 365533)
    stops = [ownership.stops(replace(state, id=id)) for id in (365534, 365536)]
    assert stops[0] != stops[1]
