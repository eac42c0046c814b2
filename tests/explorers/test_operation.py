# SPDX-License-Identifier: BSD-3-Clause
"""The operation explorer: its decision, its changes and its grid, held against replays."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kfuncviz.api import Scenario
from kfuncviz.explorers import operation as o
from kfuncviz.explorers.engine import exports
from kfuncviz.explorers.engine.tokens import decode, encode
from kfuncviz.explorers.operation import grid
from kfuncviz.explorers.operation.arguments import OPERATIONS, made, operation_of, value_of
from kfuncviz.explorers.operation.case import _helping
from kfuncviz.explorers.operation.changes import Situation, apply, entry_of, is_dir, words
from kfuncviz.explorers.operation.decision import call_words, rail
from kfuncviz.explorers.operation.questions import CHECKS, OWN
from kfuncviz.explorers.operation.search import Tried, search
from kfuncviz.explorers.operation.state import MOST_CHANGES, document, paths, situation
from kfuncviz.model.trace import deciding
from kfuncviz.scenario.load import gallery, load
from kfuncviz.scenario.operations import OPERATIONS as MODELLED
from kfuncviz.scenario.replay import attempt, replay_traced
from tests.explorers.following import follow
from tests.render.drawn import page

#: One of everything an operation can be about, in reach of somebody and of root.
SHELF: dict[str, Any] = {
    "userns": {"M": {"uid_map": [[0, 10000, 1000]]}},
    "mounts": {"m": {"userns": "M"}, "shut": {"userns": "M", "flags": ["ro", "noexec"]}},
    "callers": {"me": {"kuid": 10005, "kgid": 10005}, "far": {"kuid": 7, "kgid": 7}},
    "setup": [
        {"type": "dir", "path": "d", "kuid": 5, "kgid": 5, "mode": "0755"},
        {"type": "file", "path": "d/f", "kuid": 5, "kgid": 5, "mode": "0640"},
        {"type": "file", "path": "d/lost", "kuid": 5000, "kgid": 5, "mode": "0666"},
        {"type": "exe", "path": "d/x", "kuid": 5, "kgid": 5},
        {"type": "dir", "path": "tmp", "kuid": 5, "kgid": 5, "mode": "1777"},
        {"type": "file", "path": "tmp/fixed", "kuid": 6, "kgid": 6, "attrs": ["immutable"]},
    ],
}


def event(kind: str, target: Any, value: Any = None) -> dict[str, Any]:
    return {"type": kind, "target": target, "value": value}


@cache
def shown(name: str) -> tuple[o.State, o.Case]:
    state = o.first(name)
    return state, o.case(state)


def calls() -> Iterator[dict[str, Any]]:
    """Every operation by everybody through everything on every file of the shelf."""
    asked = itertools.product(OPERATIONS, ("me", "far"), ("m", "shut"), paths(SHELF, "m"))
    for op, by, via, path in asked:
        here = Situation(SHELF, by, via)
        yield made(op, path, (), is_dir=is_dir(here, path)) | {"by": by, "via": via}


# ------------------------------------------------------------------------- the decision


def test_the_rail_of_every_call_ends_where_the_trace_was_decided() -> None:
    seen = set()
    for op in itertools.islice(calls(), 0, None, 3):
        replay = attempt(SHELF, op)
        found = rail(replay)
        answers = [check.answer for check in found.checks]
        assert all(check.question.endswith("?") and check.call for check in found.checks)
        if replay.err is None:
            assert set(answers) <= {"passed"}
            assert found.failed == 0
            continue
        assert answers == ["passed"] * (len(answers) - 1) + ["failed"]
        assert (found.err, found.failed) == (replay.err, len(answers))
        step, check = deciding(list(replay.steps)), found.checks[-1]
        assert step is not None
        assert replay.why is not None
        assert found.rule == replay.why.words
        lines = " ".join([check.call, *(line for _, line in check.under)])
        within = [each for each in replay.steps if f"{each.function}(" in lines]
        assert within
        seen.add(check.question)
    assert len(seen) > 15
    assert {"Can your ids be stored here?", "Has the owner a number in the mount?"} < seen


def test_a_check_is_told_with_the_file_and_the_section_of_its_helper() -> None:
    found = shown("root-gets-eoverflow")[1].rail
    assert [(c.call.partition("(")[0], c.source) for c in found.checks] == [
        ("may_lookup", "fs/namei.c, § 7.3"),
        ("mnt_want_write", "fs/namespace.c, § 7.3"),
        ("fsuidgid_has_mapping", "include/linux/fs.h, § 6"),
        ("inode_permission", "fs/namei.c, § 7.3"),
    ]
    assert [c.answer for c in found.checks] == ["passed", "passed", "failed", "not reached"]
    assert found.checks[0].call.endswith(", 2 times")
    assert found.checks[2].url.endswith("/fsuidgid_has_mapping")
    assert found.checks[2].under == ((True, "map_id_up({0:100000:1}, 0) = -1"),)
    assert "One more uid and gid row" in found.rest


def test_of_owner_and_group_the_one_that_is_asked_for_has_a_number() -> None:
    told = [(check.question, check.answer) for check in grid.opened("chgrp/gid").rail.checks]
    assert ("Has the owner a number in the mount?", "passed") in told
    assert not any("group a number" in question for question, _ in told)


def test_under_a_refusal_stands_what_it_saw_each_with_its_answer() -> None:
    op = {"op": "open", "path": "d/f", "flags": "w", "by": "far", "via": "plain"}
    check = rail(attempt(SHELF, op)).checks[-1]
    told = [(refuses, line.partition("(")[0]) for refuses, line in check.under]
    assert told[0] == (False, "HAS_UNMAPPED_ID")
    assert told[-1] == (True, "generic_permission")
    assert check.under[-1][1].endswith(" = -EACCES")


def test_what_hangs_on_the_release_names_the_commit() -> None:
    document = {"setup": [{"type": "file", "path": "f"}]}
    op = {"op": "removexattr", "path": "f", "name": "user.a", "by": "root", "via": "plain"}
    assert rail(attempt(document, op)).checks[-1].source.endswith(", commit 2daf18a7884d")


def test_who_cannot_be_asked_is_the_only_check() -> None:
    _, here = shown("filesystem-that-cannot-be-idmapped")
    (check,) = here.rail.checks
    assert (check.answer, check.call) == ("failed", "can_idmap_mount()")
    assert here.rail.err == "EINVAL"
    assert "tmpfs can be idmapped only since 6.3" in here.rail.rule


@pytest.mark.parametrize(
    ("cell", "rest"),
    [
        (
            "chmod/uid",
            ["Has the group a number in the mount?", "Are you its owner, or capable over it?"],
        ),
        ("create/you", ["May you write and search d?"]),
        ("write/other", ["May anything be written through this mount?"]),
        ("stat/own", []),
    ],
)
def test_what_was_not_reached_comes_after_in_the_same_call_that_got_further(
    cell: str, rest: list[str]
) -> None:
    found = grid.opened(cell).rail
    assert [c.question for c in found.checks if c.answer == "not reached"] == rest
    assert bool(found.rest) == bool(rest)


def test_a_success_says_what_is_there_now() -> None:
    state = o.update(o.first("keep-id"), event("set", "by", "root"))
    state = o.update(state, event("set", "op", "stat"))
    assert o.case(state).rail.rule == o.case(state).replay.owners != ""
    document = {"setup": [{"type": "file", "path": "f"}]}
    op = {"op": "write", "path": "f", "by": "root", "via": "plain"}
    done = rail(attempt(document, op))
    assert done.rule == "0:0 0644 file"
    questions = [check.question for check in done.checks]
    assert len(questions) == len(set(questions)) == 3
    op = {"op": "access", "path": "gone", "by": "root", "via": "plain"}
    assert rail(attempt(document, op)).checks[-1].question == "Does the path lead somewhere?"


def test_every_question_is_of_a_function_the_model_has(root: Path) -> None:
    traced = set()
    for file in (root / "kfuncviz/model").glob("*.py"):
        text = file.read_text("utf-8")
        traced |= {
            n or d for n, d in re.findall(r'@traced\([^)]*?(?:, "(\w+)")?\)\ndef (\w+)', text)
        }
    named = {part for name in CHECKS for part in name.split(">")} | {*OWN}
    assert {name for name in named if name not in traced} <= {
        "vfs_set_caps", "may_create", "HAS_UNMAPPED_ID",
    } | {"vfs_removexattr"}  # fmt: skip
    assert not {name for name in CHECKS if ">" not in name} & {*OWN}


# ------------------------------------------------------------- what would make it work


@pytest.mark.parametrize("name", gallery())
def test_what_is_offered_was_replayed_and_what_is_not_was_too(name: str) -> None:
    state, here = shown(name)
    assert (here.replay.err is None) <= (here.found.helps == here.found.no_help == ())
    for tried in here.found.helps:
        there = o.update(state, event("try", "changes", [list(c) for c in tried.changes]))
        document = o.scenario(there)
        assert replay_traced(load(document)).ops[0].err is None
        assert 1 <= len(tried.changes) <= 2
        for change in tried.changes if len(tried.changes) == 2 else ():
            alone = apply(here.here, change)
            assert attempt(alone.document, {**here.op, "by": alone.by, "via": alone.via}).err
    for tried in here.found.no_help:
        there = apply(here.here, *tried.changes)
        again = attempt(there.document, {**here.op, "by": there.by, "via": there.via})
        assert again.err is not None
        assert again.err in next(c.came for c in here.cards if c.title == _title(tried.changes))
    singles = [len(tried.changes) for tried in here.found.helps]
    assert singles == sorted(singles)
    assert len({tried.changes for tried in here.found.helps}) == len(here.found.helps) <= 4


#: Where every map has rows of its own for gids.
APART = Situation(
    {"userns": {"U": {"uid_map": [[0, 5, 1]], "gid_map": [[0, 5, 1]]}},
     "mounts": {"m": {"userns": "U"}}, "callers": {"c": {"userns": "U"}, "Root": {}},
     "fs": {"userns": "U"}, "setup": [{"type": "dir", "path": "Docs"}]},
    "c", "m",
)  # fmt: skip


def _title(changes: tuple[Any, ...]) -> str:
    return words(changes[0], APART).title


@pytest.mark.parametrize(
    ("by", "via", "op", "path", "change"),
    [
        ("me", "m", "chmod", "d/lost", ("owner", "d/lost", 5, 5)),
        ("me", "m", "unlink", "tmp/fixed", ("attrs", "tmp/fixed")),
        ("me", "shut", "unlink", "d/f", ("flag", "ro")),
        ("me", "shut", "exec", "d/x", ("flag", "noexec")),
        ("far", "m", "create", ".", ("ids", 10000, 10000)),
        ("far", "m", "create", ".", ("row", "mount", "uid", 1000, 7, 1)),
        ("far", "plain", "open", "d/f", ("group", 5)),
        ("far", "plain", "open", "d/f", ("mode", "d/f", "0644")),
        ("far", "plain", "open", "d/f", ("cap", "CAP_DAC_OVERRIDE")),
        ("far", "plain", "chmod", "d/f", ("cap", "CAP_FOWNER")),
        ("me", "m", "rename", "tmp/fixed", ("attrs", "tmp/fixed")),
        ("far", "plain", "unlink", "tmp/loose", ("mode", "tmp", "0777")),
        ("own", "plain", "open", "shut", ("mode", "shut", "0400")),
        ("ours", "plain", "open", "shut", ("mode", "shut", "0040")),
        ("far", "plain", "chmod", "d/f", ("by", "root")),
        ("far", "m", "create", ".", ("via", "plain")),
        ("far", "m", "create", ".", ("unmap",)),
    ],
)
def test_every_kind_of_change_is_found_where_it_is_the_cure(
    by: str, via: str, op: str, path: str, change: tuple[Any, ...]
) -> None:
    document = json.loads(json.dumps(SHELF))
    document["callers"] |= {"own": {"kuid": 5, "kgid": 9}, "ours": {"kuid": 9, "kgroups": [5]}}
    document["setup"] += [
        {"type": "file", "path": "shut", "kuid": 5, "kgid": 5, "mode": "0000"},
        {"type": "file", "path": "tmp/loose", "kuid": 6, "kgid": 6},
    ]
    if op == "rename":  # the directory is sticky, too
        document["setup"][4]["mode"] = "0777"
    here = Situation(document, by, via)
    asked = made(op, path, (), is_dir=is_dir(here, path))
    replay = attempt(document, asked | {"by": by, "via": via})
    assert replay.err is not None
    helps = [tried.changes for tried in search(here, asked, replay).helps]
    assert any(change in changes for changes in helps), helps


@pytest.mark.parametrize(
    ("change", "part", "number", "holds"),
    [
        (("ids", 8, 9), "callers", "far", {"kuid": 8, "kgid": 9}),
        (("group", 3), "callers", "far", {"kgroups": [3]}),
        (("cap", "CAP_CHOWN"), "callers", "far", {"caps": ["CAP_CHOWN"]}),
        (("owner", "d/f", 8, 9), "setup", 1, {"kuid": 8, "kgid": 9}),
        (("mode", "d/f", "0604"), "setup", 1, {"mode": "0604"}),
        (("attrs", "tmp/fixed"), "setup", 5, {"attrs": []}),
        (("flag", "ro"), "mounts", "shut", {"flags": ["noexec"]}),
        (("unmap",), "mounts", "shut", {"userns": None}),
    ],
)
def test_a_change_is_made_in_its_place_and_nowhere_else(
    change: tuple[Any, ...], part: str, number: Any, holds: dict[str, Any]
) -> None:
    changed = apply(Situation(SHELF, "far", "shut"), change)
    wanted = json.loads(json.dumps(SHELF))
    wanted[part][number] |= holds
    assert changed == Situation(wanted, "far", "shut")


def test_two_changes_are_offered_where_one_is_not_enough() -> None:
    here = grid.cell("rename/uid").here
    document = json.loads(json.dumps(here.document))
    document["setup"][0] |= {"kuid": 5000, "mode": "0755"}
    there = Situation(document, "you", "m")
    op = {"op": "unlink", "path": "d/f"}
    found = search(there, op, attempt(document, op | {"by": "you", "via": "m"}))
    pairs = [tried.changes for tried in found.helps if len(tried.changes) == 2]
    assert pairs
    for op in itertools.islice(calls(), 0, None, 23):
        here, replay = Situation(SHELF, op["by"], op["via"]), attempt(SHELF, op)
        for tried in search(here, op, replay).helps:
            for change in tried.changes if len(tried.changes) == 2 else ():
                alone = apply(here, change)
                asked = op | {"by": alone.by, "via": alone.via}
                assert attempt(alone.document, asked).err is not None, tried.changes
            assert len({change[0] for change in tried.changes} - {"cap", "row"}) == len(
                [change for change in tried.changes if change[0] not in ("cap", "row")]
            )


def test_what_does_not_help_says_why() -> None:
    cards = {card.title: card.came for card in grid.opened("create/dir").cards if not card.helps}
    assert cards["All capabilities for the caller"] == (
        "still EACCES: no capability gives an id a row"
    )
    assert cards["As the caller root"].startswith("then EOVERFLOW: ")
    eight = grid.opened("chmod/uid").cards
    assert {c.came for c in eight if c.title == "Mode 0777 for d/f"} == {
        "still EOVERFLOW: mode bits give no id a row"
    }


@pytest.mark.parametrize(
    ("change", "title", "typed"),
    [
        (("row", "mount", "uid", 1, 2, 3), "One more uid row in the mount's map", "1 2 3"),
        (("row", "caller", "gid", 1, 2, 3), "One more gid row in the caller's user namespace",
         "1 2 3"),
        (("row", "fs", "uid", 1, 2, 3), "One more uid row in the filesystem's user namespace",
         "1 2 3"),
        (("group", 5), "The caller in group 5", "kgroups: [5]"),
        (("cap", "CAP_CHOWN"), "CAP_CHOWN for the caller", "caps: [CAP_CHOWN]"),
        (("cap", "all"), "All capabilities for the caller", "caps: all"),
        (("ids", 1, 2), "Call as uid 1, gid 2", "setpriv --reuid 1 --regid 2 --clear-groups"),
        (("mode", "d", "0700"), "Mode 0700 for d", "chmod 0700 d"),
        (("mode", ".", "0700"), "Mode 0700 for the root directory", "chmod 0700 ."),
        (("owner", "d", 1, 2), "d owned by 1:2 on disk", "chown 1:2 d"),
        (("attrs", "d"), "d neither immutable nor append-only", "chattr -ia d"),
        (("flag", "ro"), "The mount without ro", "mount -o remount,rw"),
        (("flag", "noexec"), "The mount without noexec", "mount -o remount,exec"),
        (("flag", "nosymfollow"), "The mount without nosymfollow", "mount -o remount,symfollow"),
        (("unmap",), "The mount without its map", "userns: null"),
        (("via", "m"), "Through the mount m", "via: m"),
        (("by", "me"), "As the caller me", "by: me"),
    ],
)  # fmt: skip
def test_a_change_is_told_and_typed(change: tuple[Any, ...], title: str, typed: str) -> None:
    assert words(change, APART) == (title, typed)


@pytest.mark.parametrize("kind", ["uid", "gid"])
def test_where_uids_and_gids_share_a_map_one_row_is_both(kind: str) -> None:
    change = ("row", "mount", kind, 5000, 5000, 1)
    here = Situation(SHELF, "me", "m")
    assert words(change, here).title == "One more uid and gid row in the mount's map"
    assert words(("row", "caller", *change[2:]), APART).title.startswith(f"One more {kind} row")
    made = apply(here, change).document
    assert made["userns"][made["mounts"]["m"]["userns"]] == {
        "uid_map": [[0, 10000, 1000], [5000, 5000, 1]]
    }


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("cap", "CAP_CHOWN"), "CAP_CHOWN for the caller"),
        (("owner", "Docs", 1, 2), "Docs owned by 1:2 on disk"),
        (("attrs", "Docs"), "Docs neither immutable nor append-only"),
        (("mode", "Docs", "0700"), "mode 0700 for Docs"),
        (("group", 5), "the caller in group 5"),
        (("unmap",), "the mount without its map"),
        (("by", "Root"), "as the caller Root"),
    ],
)
def test_of_two_changes_the_second_stands_in_the_sentence_and_a_name_stays(
    change: tuple[Any, ...], told: str
) -> None:
    both = Tried((("via", "m"), change), attempt({}, {"op": "stat", "path": "."}))
    card = _helping(APART, both)
    assert card.title == f"Through the mount m and {told}"
    assert card.typed == f"via: m; {words(change, APART).typed}"


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (("mood", "d"), "'mood' is no kind of change, did you mean 'mode'"),
        (("mode", "d", 7), "is no change of mode; want str, str after it"),
        (("mode", "nowhere", "0755"), "nothing lies at 'nowhere'"),
        (("mode", "d", "0999"), 'mode: .*is not a mode such as "0755"'),
        (("cap", "CAP_FLY"), "cap: .*CAP_FLY"),
        (("row", "sky", "uid", 1, 1, 1), "'sky' is no place of a map"),
        (("row", "mount", "pid", 1, 1, 1), "'pid' is no kind of id"),
        (("row", "mount", "uid", 0, 7, 1), "row: EINVAL"),
        (("via", "nowhere"), "'nowhere' is no mount"),
        (("by", "nobody"), "'nobody' is no caller"),
        ((), "None is no kind of change"),
    ],
)
def test_what_is_no_change_is_refused_in_words(change: tuple[Any, ...], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        apply(Situation(SHELF, "me", "m"), change)


def test_what_is_always_there_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="the caller root is always as it is"):
        apply(Situation(SHELF, "root", "m"), ("cap", "CAP_CHOWN"))
    with pytest.raises(ValueError, match="the mount plain is always as it is"):
        apply(Situation(SHELF, "me", "plain"), ("unmap",))


def test_capabilities_and_groups_are_added_to_what_is_held() -> None:
    here = Situation(SHELF, "me", "m")
    for change in (("cap", "CAP_CHOWN"), ("cap", "CAP_FOWNER"), ("group", 4), ("group", 5)):
        here = apply(here, change)
    spec = here.document["callers"]["me"]
    assert (spec["caps"], spec["kgroups"]) == (["CAP_CHOWN", "CAP_FOWNER"], [4, 5])
    assert apply(here, ("cap", "all")).document["callers"]["me"]["caps"] == "all"
    assert SHELF["callers"]["me"] == {"kuid": 10005, "kgid": 10005}
    assert apply(here, ("mode", ".", "0700")).document["fs"]["root"] == {"mode": "0700"}
    assert entry_of(Situation({}, "root", "plain"), ".") == (".", None)


# ----------------------------------------------------------------------------- the grid


def test_every_cell_of_the_grid_is_what_a_replay_of_its_scenario_gives() -> None:
    state = replace(o.first("keep-id"), folds=("grid",))
    drawn = o.frame(state, 844).regions["folds"]
    told = dict(re.findall(r'data-key="cell-([\w/]+)"[^>]*aria-label="[^"]*: (\w+)"', drawn))
    assert len(told) == len(grid.OPERATIONS) * len(grid.STATES) == 72
    for name, said in told.items():
        cell = grid.cell(name)
        there = {**cell.here.document, "ops": [{**cell.op, "by": "you", "via": "m"}]}
        assert said == (replay_traced(load(there)).ops[0].err or "ok"), name
    assert set(told.values()) == {"ok", "EACCES", "EPERM", "EOVERFLOW"}


@pytest.mark.parametrize("width", [844, 360])
def test_a_cell_opens_its_rail_and_leads_to_it(width: int) -> None:
    state = replace(o.first("keep-id"), folds=("grid",))
    opened = o.update(state, event("cell", "chmod/uid"))
    assert o.change(state, opened) == "look"
    drawn = unescape(o.frame(opened, width).regions["folds"])
    for check in grid.opened("chmod/uid").rail.checks:
        assert check.question in drawn
    assert drawn.count("kfv-panel") == 1
    assert "Smallest change: " in drawn
    assert o.update(opened, event("cell", "chmod/uid")) == state
    row = o.update(opened, event("cell", "chmod"))
    assert row.cell == ""
    there = o.update(opened, event("open", "chmod/uid"))
    assert o.change(opened, there) == "new"
    assert o.case(there).rail.err == "EOVERFLOW"
    assert there.folds == ("grid",)
    for name in (f"{op}/{at}" for op in grid.OPERATIONS for at in grid.STATES):
        asked = o.case(o.update(opened, event("open", name)))
        assert (asked.replay.err or "") == grid.cell(name).err, name


def test_a_narrow_grid_counts_its_refusals_and_opens_row_by_row() -> None:
    state = replace(o.first("keep-id"), folds=("grid",))
    drawn = o.frame(state, 360).regions["folds"]
    counted = dict(re.findall(r'data-key="row-(\w+)"[^>]*>\w+<span>([^<]+)<', drawn))
    for operation in grid.OPERATIONS:
        refused = sum(bool(grid.cell(f"{operation}/{at}").err) for at in grid.STATES)
        assert counted[operation] == (f"{refused} of 6 refused" if refused else "all ok")
    assert "cell-" not in drawn
    row = o.frame(o.update(state, event("cell", "link")), 360).regions["folds"]
    assert len(re.findall(r'data-key="cell-link/', row)) == 6


# ------------------------------------------------------------------------- the question


@pytest.mark.parametrize("op", OPERATIONS)
def test_an_operation_is_written_down_and_read_back(op: str) -> None:
    for path, dir in (("d", True), ("d/f", False), (".", True)):
        asked = made(op, path, (), is_dir=dir)
        load({**SHELF, "ops": [asked]})
        again = operation_of(asked, "me", "m")
        assert again is not None
        assert (again["op"], again["by"], again["via"]) == (op, "me", "m")
        parent = is_dir(Situation(SHELF, "me", "m"), again["path"])
        assert made(op, again["path"], again["given"], is_dir=parent) == asked


def test_what_is_not_made_by_hand_cannot_be_asked() -> None:
    link = {"op": "link", "path": "f", "to": "g"}
    assert operation_of(link, "me", "m") is not None
    assert operation_of({**link, "via2": "plain"}, "me", "m") is None
    assert operation_of({"op": "mount_setattr", "path": "f"}, "me", "m") is None


def test_every_operation_of_the_model_on_files_can_be_asked() -> None:
    assert {*MODELLED} <= {*OPERATIONS}


def test_what_is_made_is_made_beside_a_file_and_in_a_directory() -> None:
    assert made("create", "d/f", (), is_dir=False)["path"] == "d/new"
    assert made("create", "d", [("new", "x")], is_dir=True)["path"] == "d/x"
    assert made("create", ".", (), is_dir=True)["path"] == "new"
    assert made("link", "d/f", (), is_dir=False)["to"] == "d/new"
    assert made("rename", "f", [("to", "tmp/f"), ("flags", "2")], is_dir=False) == {
        "op": "rename", "path": "f", "to": "tmp/f", "flags": 2,
    }  # fmt: skip
    assert made("open", "f", [("flags", "O_RDWR,O_CREAT")], is_dir=False)["mode"] == "0644"
    assert "mode" not in made("open", "f", (), is_dir=False)


def test_an_access_list_is_typed_as_getfacl_writes_it() -> None:
    text = "user::rwx,user:7:r--,group::r-x,mask::r-x,other::---"
    entries = value_of("setacl", "entries", text)
    assert entries[:2] == [["user_obj", None, "rwx"], ["user", 7, "r--"]]
    again = operation_of({"op": "setacl", "path": "f", "entries": entries}, "c", "m")
    assert again is not None
    assert dict(again["given"])["entries"] == text
    bits = operation_of({"op": "setacl", "path": "f", "entries": [["other", None, 5]]}, "c", "m")
    assert bits is not None
    assert dict(bits["given"]) == {"entries": "other::r-x"}


@pytest.mark.parametrize(
    ("op", "name", "text", "wrong"),
    [
        ("chmod", "mode", "999", "mode: '999' will not do; want a mode such as \"0755\""),
        ("chown", "uid", "me", "uid: 'me' will not do; want a whole number from -1"),
        ("chown", "follow", "maybe", "follow: 'maybe' will not do; want one of no, yes"),
        ("create", "new", "/abs", "new: '/abs' will not do; want a path relative"),
        ("setacl", "entries", "user:r--", "entries: 'user:r--' will not do"),
        ("stat", "mode", "0644", "'mode' is no argument of stat"),
    ],
)
def test_an_argument_that_is_none_is_refused_in_words(
    op: str, name: str, text: str, wrong: str
) -> None:
    state = o.update(o.first(SHELF), event("set", "op", op))
    with pytest.raises(ValueError, match=re.escape(wrong)):
        o.update(state, event("typed", name, text))


def test_the_controls_ask_what_they_say() -> None:
    state = o.first(SHELF)
    assert state == o.State(state.scenario, "me", "m", "d")
    for kind, target, value in (
        ("set", "by", "far"), ("set", "via", "shut"), ("set", "path", "d/f"),
        ("set", "op", "chmod"),
    ):  # fmt: skip
        state = o.update(state, event(kind, target, value))
        assert getattr(state, target) == value
    state = o.update(state, event("typed", "mode", " 0600 "))
    assert state.given == (("mode", "0600"),)
    assert o.case(state).op == {"op": "chmod", "path": "d/f", "mode": "0600"}
    assert o.update(state, event("set", "op", "chmod")) == state
    assert o.update(state, event("typed", "mode", "")).given == ()
    assert o.update(state, event("set", "op", "stat")).given == ()
    assert o.change(state, o.update(state, event("fold", "mail", True))) == "look"
    assert o.change(state, o.update(state, event("set", "op", "stat"))) == "edit"
    assert o.change(state, o.update(state, event("set", "scenario", "keep-id"))) == "new"


def test_a_file_that_the_next_mount_has_not_is_left() -> None:
    below = {**SHELF, "mounts": {"m": {}, "sub": {"subdir": "tmp"}}}
    state = o.update(o.first(below), event("set", "via", "sub"))
    assert state.path == "fixed"
    assert paths(below, "sub") == ["fixed", "."]


def test_changes_are_kept_taken_back_and_counted() -> None:
    state = o.update(o.first(SHELF), event("set", "by", "far"))
    tried = o.update(state, event("try", "changes", [["mode", "d", "0701"], ["by", "me"]]))
    assert (tried.by, tried.changes) == ("me", (("mode", "d", "0701"),))
    assert situation(tried).document["setup"][0]["mode"] == "0701"
    through = o.update(state, event("try", "changes", [["via", "shut"]]))
    assert (through.via, through.changes) == ("shut", ())
    assert o.update(tried, event("drop", "0")).changes == ()
    assert o.update(tried, event("drop", "all")).changes == ()
    assert "changed: Mode 0701 for d" in o.frame(tried).regions["call"]
    with pytest.raises(ValueError, match="'1' is no number of a change; there is: 0"):
        o.update(tried, event("drop", "1"))
    many = [["group", n] for n in range(MOST_CHANGES + 1)]
    with pytest.raises(ValueError, match="9 changes; 8 at once are the most"):
        o.update(tried, event("try", "changes", many[:MOST_CHANGES]))
    with pytest.raises(ValueError, match="changes are lists in a list"):
        o.update(tried, event("try", "changes", ["mode"]))


def test_it_opens_with_the_first_call_that_is_refused() -> None:
    assert o.first("root-gets-eoverflow").op == "create"
    state = o.first({**SHELF, "ops": [{"op": "stat", "path": "d"},
                                      {"op": "chmod", "path": "d/gone", "mode": "0600"},
                                      {"op": "mkdir", "path": "d/n", "by": "far"}]})  # fmt: skip
    assert (state.op, state.by, state.path, state.given) == ("mkdir", "far", "d", (("new", "n"),))
    focus = {**SHELF, "focus": {"path": "d/f", "by": "far", "via": "shut"}}
    assert (o.first(focus).by, o.first(focus).path) == ("far", "d/f")
    assert document("keep-id")["title"]


@pytest.mark.parametrize(
    ("part", "wrong"),
    [
        ({"by": "x"}, "'x' is no by"), ({"via": 7}, "7 is no via"), ({"op": "fly"}, "no operation"),
        ({"path": "../x"}, "path: '../x' will not do"), ({"given": [["mode"]]}, "given is a list"),
        ({"given": [["mode", "0644"]]}, "'mode' is no argument of stat"),
        ({"changes": [["mode"]]}, "is no change of mode"), ({"changes": 5}, "changes are lists"),
        ({"changes": [["group", n] for n in range(9)]}, "9 changes"),
        ({"cell": "chmod/sky"}, "'sky' is no column"), ({"cell": "fly/own"}, "'fly' is no row"),
        ({"folds": ["x"]}, "'x' is no fold"), ({"folds": 5}, "folds is a list"),
        ({"scenario": "/etc/passwd"}, "no share token"), ({"mood": 1}, "'mood' is no part"),
    ],
)  # fmt: skip
def test_a_state_somebody_wrote_is_checked_part_by_part(part: dict[str, Any], wrong: str) -> None:
    usual = o.to_json(o.first("home-on-a-stick")) | {"op": "stat", "given": []}
    with pytest.raises(ValueError, match=wrong):
        o.from_json(usual | part)


# ----------------------------------------------------------------------- in every form


@pytest.mark.parametrize("name", gallery())
def test_a_case_is_told_in_words_rows_and_72_columns(name: str) -> None:
    state, here = shown(name)
    frame = o.frame(state, 844)
    lines = frame.text.splitlines()
    assert frame.text.isascii()
    assert max(map(len, lines)) <= 72
    assert len(frame.table) == len(here.rail.checks) + len(here.cards)
    flat = " ".join(frame.text.split())
    for check in here.rail.checks:
        assert check.question in flat
    assert here.rail.err in frame.sentence
    assert decode(encode("operation", state)) == ("operation", state)
    assert o.from_json(o.to_json(state)) == state
    buttons = re.findall(r'data-key="try-\d" data-event="([^"]+)"', frame.regions["decision"])
    sent = [json.loads(unescape(each))["value"] for each in buttons]
    assert sent == [[list(c) for c in tried.changes] for tried in here.found.helps]


def test_what_would_help_stands_beside_the_rail_where_there_is_room() -> None:
    state = o.first("root-gets-eoverflow")
    beside = [
        "kfv-two-columns" in o.frame(state, width).regions["decision"] for width in (759, 760)
    ]
    assert beside == [False, True]
    grids = replace(state, folds=("grid",))
    tables = ["kfv-grid-list" in o.frame(replace(grids, cell="chmod"), w).regions["folds"]
              for w in (639, 640)]  # fmt: skip
    assert tables == [True, False]
    wide = [int(re.findall(r'<svg[^>]* width="(\d+)"', o.frame(state, w).regions["decision"])[0])
            for w in (700, 844)]  # fmt: skip
    assert wide == [700, 844 - 300 - 24]


def test_a_call_is_written_as_it_is_made() -> None:
    entries = [["user_obj", None, "rw-"], ["user", 7, "r--"]]
    op = {"op": "setacl", "path": "f", "by": "c", "via": "m", "entries": entries}
    assert call_words(op) == "setacl(f, entries=user_obj::rw-,user:7:r--)"
    op = {"op": "open", "path": "", "flags": ["O_RDWR", "O_CREAT"]}
    assert call_words(op) == 'open("", flags=O_RDWR,O_CREAT)'


def test_a_page_of_recorded_frames_answers_the_usual_calls() -> None:
    state = o.first(SHELF)
    events = o.travels(state)
    assert event("set", "op", "chmod") in events
    assert {e["value"] for e in events if e["target"] == "by"} == {"me", "far", "root"}
    recorded = exports.page("operation", state)
    assert len(recorded.encode()) < exports.PAGE_MAX
    assert "Every switch" in recorded or "answers here" in recorded
    assert o.extents(state) == o.barred(state) == []
    assert o.opened(state).folds == ("table", "mail")


def test_its_scenario_replays_what_is_shown() -> None:
    state, here = shown("root-gets-eoverflow")
    assert Scenario(encode("operation", state)).replay()[0].err == here.rail.err
    tried = o.update(state, event("try", "changes", [["row", "mount", "uid", 1, 0, 1]]))
    assert Scenario(encode("operation", tried)).replay()[0].err is None


def test_no_file_is_read_that_a_link_names(tmp_path: Path) -> None:
    there = tmp_path / "there.yaml"
    there.write_text("setup: [{type: file, path: f}]")
    state = o.first(there)
    assert state.path == "f"
    for ask in (
        lambda: o.update(o.State(), event("set", "scenario", str(there))),
        lambda: o.from_json({"scenario": str(there)}),
    ):
        with pytest.raises(ValueError, match="is no share token and no name in the gallery"):
            ask()
    assert o.update(o.State(), event("set", "scenario", state.scenario)) == state
    assert o.from_json({"scenario": state.scenario, "path": "f"}) == state


WORDS = st.text(max_size=8) | st.sampled_from(("<img onerror=1>", "\u202ea", "\x1b[2J", "\ud800"))
SENT = st.one_of(
    st.builds(event, st.just("set"), st.just("op"), st.sampled_from(tuple(OPERATIONS))),
    st.builds(event, st.just("set"), st.just("by"), st.sampled_from(("me", "far", "root"))),
    st.builds(event, st.just("set"), st.just("via"), st.sampled_from(("m", "shut", "plain"))),
    st.builds(event, st.just("set"), st.just("path"), st.sampled_from((*paths(SHELF, "m"), "no"))),
    st.builds(event, st.just("typed"), st.sampled_from(("mode", "uid", "to", "new", "flags")),
              st.sampled_from(("0600", "5", "x", "O_RDWR", ""))),
    st.builds(event, st.just("cell"), st.sampled_from(("chmod/uid", "chmod", "link/own"))),
    st.builds(event, st.just("fold"), st.sampled_from(o.FOLDS), st.booleans()),
    st.builds(event, st.just("try"), st.just("changes"),
              st.sampled_from(([["mode", "d", "0700"]], [["unmap"]], [["group", 5]]))),
    st.builds(event, st.just("drop"), st.sampled_from(("0", "all"))),
    st.builds(event, WORDS, WORDS, WORDS),
    st.builds(event, st.sampled_from(("set", "typed", "cell", "try")), WORDS, WORDS),
)  # fmt: skip


@settings(max_examples=10)
@given(st.lists(SENT, max_size=6))
def test_any_events_lead_to_tokens_that_say_what_is_shown(events: list[Any]) -> None:
    for state, whole in follow("operation", o.first(SHELF), events):
        joined = "".join(whole.values())
        assert "<img" not in joined
        assert "\u202e" not in joined
        here = o.case(state)
        assert (here.rail.err == "") == (here.replay.err is None)


@settings(max_examples=20)
@given(st.builds(event, WORDS, WORDS, WORDS) | st.sampled_from((None, 5, [], {}, {"type": []})))
def test_what_no_control_sends_is_a_value_error(sent: Any) -> None:
    with suppress(ValueError):
        o.update(o.first(SHELF), sent)


def test_hostile_words_stay_words() -> None:
    hostile = {**SHELF, "title": "<b>\u202e", "notes": "<i>\x1b",
               "setup": [{"type": "file", "path": "<script>"}]}  # fmt: skip
    state = replace(o.first(hostile), folds=o.FOLDS)
    for html in o.frame(state).regions.values():
        assert "<script" not in html
        assert "\x1b" not in html
        page(html)
