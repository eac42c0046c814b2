# SPDX-License-Identifier: BSD-3-Clause
"""Who a caller becomes, files opened by handle and files nobody owns: as a scenario says it."""

from __future__ import annotations

import json
from typing import Any

import pytest

import kfuncviz as kv
from kfuncviz.render.ownership.words import sentence
from kfuncviz.scenario.checking.validate import refusals, validate
from kfuncviz.scenario.machine import replay
from kfuncviz.scenario.replay import replay_traced

ROWS = {"uid_map": [[0, 10000, 100]]}
ROOT = {"kuid": 10000, "kgid": 10000, "userns": "box", "caps": "all"}


def boxed(*ops: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A scenario of one caller, root of the namespace ``box``."""
    return {"userns": {"box": ROWS}, "callers": {"c": ROOT}, "ops": [*ops]} | more


def lines(document: dict[str, Any]) -> list[str]:
    assert validate(document) == []
    return [str(op) for op in replay_traced(document).ops]


def problems(document: dict[str, Any]) -> list[str]:
    return [str(problem) for problem in validate(document)]


def test_a_caller_is_another_for_what_comes_after() -> None:
    document = boxed(
        {"op": "setresuid", "euid": 5},
        {"op": "create", "path": "f"},
        {"op": "setresuid", "euid": 0},
        {"op": "setgroups", "groups": [7, 3, 7]},
        {"op": "setresgid", "rgid": 3, "egid": 4},
        {"op": "create", "path": "g"},
        {"op": "setfsuid", "uid": 6},
        {"op": "setfsgid", "gid": 7},
        {"op": "create", "path": "h"},
        {"op": "setresuid", "ruid": 4294967295, "suid": 5},
    )
    assert validate(document) == []
    ops = replay(document)["ops"]
    assert [(ops[n]["disk"]["uid"], ops[n]["disk"]["gid"]) for n in (1, 5, 8)] == [
        *((10005, 10000), (10000, 10004), (10006, 10007)),
    ]
    assert ops[3]["ret"]["groups"] == [3, 7]
    assert ops[9]["ret"]["uid"] == {"real": 0, "eff": 0, "saved": 5, "fs": 0}
    assert ops[9]["ret"]["gid"] == {"real": 3, "eff": 4, "saved": 0, "fs": 7}
    assert all(not {"seen", "disk"} & op.keys() for n, op in enumerate(ops) if n not in (1, 5, 8))


def test_words_name_the_ids_that_are_others_and_what_is_idle() -> None:
    document = boxed(
        {"op": "setresuid", "euid": 5},
        {"op": "setfsuid", "uid": 6},
        {"op": "setgroups", "groups": [8]},
        {"op": "setresgid", "egid": 7, "sgid": 0},
        {"op": "setresuid", "ruid": 5, "euid": 5, "suid": 5},
    )
    assert lines(document) == [
        (
            "setresuid euid=5 -> ok: goes on as uid 0 (effective 5, saved 0), gid 0 with "
            "41 capabilities, not all effective; further groups: none"
        ),
        (
            "setfsuid uid=6 -> ok: goes on as uid 0 (effective 5, saved 0), gid 0 with "
            "41 capabilities, not all effective; further groups: none"
        ),
        "setgroups groups=[8] -> EPERM: needs CAP_SETGID; the caller has no CAP_SETGID",
        (
            "setresgid egid=7 sgid=0 -> EPERM: a task without the capability changes only among "
            "its "
            "own real, effective and saved gid; the caller has no CAP_SETGID"
        ),
        (
            "setresuid ruid=5 euid=5 suid=5 -> ok: goes on as uid 5, gid 0 with no capability; "
            "further groups: none"
        ),
    ]


def test_a_refusal_without_a_file_says_which_id_has_no_row() -> None:
    done = replay_traced(boxed({"op": "setgroups", "groups": [5, 100]}))
    why = done[0].why
    assert why is not None
    assert (why.check, why.errno, why.path, why.id, why.map, why.missing_row) == (
        *("setgroups", "EINVAL", None, 100, "box.gid_map"), (100, 10100, 1),
    )  # fmt: skip
    assert why.section == "3.1"
    assert json.dumps(why.as_dict())
    assert str(why).startswith("EINVAL: gid 100 is no id in the caller's user namespace; gid 100 ")
    steps = replay_traced(boxed({"op": "setresuid", "ruid": 1}))[0].trace().split("\n")
    assert steps[0] == "__sys_setresuid(u1, NULL, NULL) = k10000:k10000"


def test_saved_ids_are_a_callers_and_a_program_begins_with_new_ones() -> None:
    document: dict[str, Any] = {
        "setup": [{"type": "exe", "path": "e"}],
        "callers": {"c": {"kuid": 5, "kgid": 5, "suid": 8, "sgid": 9}},
        "ops": [
            {"op": "setresuid", "euid": 8},
            {"op": "setresgid", "egid": 9},
            {"op": "exec", "path": "e"},
        ],
    }
    assert validate(document) == []
    status = replay(document)["ops"][2]["ret"]
    assert status["uid"] == {"real": 5, "eff": 8, "saved": 8, "fs": 8}
    assert status["gid"] == {"real": 5, "eff": 9, "saved": 9, "fs": 9}
    assert lines(document)[2].startswith("exec e -> ok: runs as uid 5 (effective 8), gid 5 (eff")


def test_deny_is_for_ever_and_for_all_below() -> None:
    document: dict[str, Any] = {
        "userns": {
            "deny": ROWS | {"setgroups": "deny"},
            "child": {"uid_map": [[0, 1, 1]], "parent": "deny"},
            "again": {"uid_map": [[0, 1, 1]], "parent": "deny", "setgroups": "allow"},
            "allow": ROWS | {"setgroups": "allow"},
        },
        "callers": {
            "c": ROOT | {"userns": "deny"}, "d": ROOT | {"kuid": 10001, "userns": "child"},
            "e": ROOT | {"userns": "allow"},
        },
        "ops": [{"op": "setgroups", "groups": [], "by": by} for by in "cde"],
    }  # fmt: skip
    assert validate(document) == []
    assert [op["err"] for op in replay(document)["ops"]] == ["EPERM", "EPERM", None]
    (refused,) = refusals(document)
    assert str(refused) == (
        "userns.again.setgroups: EPERM: what was denied cannot be allowed again"
    )


def test_root_stays_who_it_is_and_ids_need_no_file() -> None:
    whole = {"op": "setresuid", "euid": 5}
    assert problems({"ops": [whole]}) == [
        "ops[0].by: root stays who it is; give a caller kuid 0 and all caps"
    ]
    assert problems(boxed(whole | {"by": "root"})) == problems({"ops": [whole]})
    known = "unknown key; known here: by, euid, op, ruid, suid"
    assert problems(boxed(whole | {"path": "f", "via": "plain"})) == [
        f"ops[0].path: {known}", f"ops[0].via: {known}",
    ]  # fmt: skip
    assert problems(boxed({"op": "setgroups", "groups": [-1]})) == [
        "ops[0].groups: [-1] is not a list of ids from 0 to 4294967295"
    ]
    assert problems(boxed({"op": "setfsuid"}, {"op": "setgroups", "groups": 5})) == [
        "ops[0]: 'uid' is missing",
        "ops[1].groups: 5 is not a list of ids from 0 to 4294967295",
    ]
    many = {"op": "setgroups", "groups": [1] * 65537}
    assert "is not a list of ids" in problems(boxed(many))[0]
    assert problems(boxed(many | {"groups": [1] * 65536})) == []


def test_what_groups_cost_is_charged() -> None:
    document = boxed(*[{"op": "setgroups", "groups": [5] * 60000}] * 17)
    assert validate(document) == []
    with pytest.raises(kv.ScenarioError, match=r"ops\[16\]: too much to ask"):
        replay(document)


def test_a_mount_that_could_not_be_made_does_not_keep_from_changing_ids() -> None:
    document = boxed({"op": "setresuid", "euid": 5}, mounts={"m": {"userns": "box"}})
    document["fs"] = {"userns": "box"}
    ops = replay(document)
    assert ops["mounts"] == {"m": "mount_setattr:EINVAL"}
    assert ops["ops"][0]["err"] is None


def test_names_that_look_alike_are_led_to_the_right_ones() -> None:
    assert problems({"userns": {"m": ROWS | {"setgroups": "no"}}}) == [
        "userns.m.setgroups: 'no' is not one of allow, deny"
    ]
    (locked,) = problems({"callers": {"c": {"securebits": ["noroot_locked"]}}})
    assert locked.endswith(
        "(no operation changes them, so a _locked bit has no effect: leave it out)"
    )
    (other,) = problems({"callers": {"c": {"securebits": ["no_root"]}}})
    assert other.endswith("did you mean 'noroot'?")
    assert problems({"mounts": {"m": {"nosymfollow": True}}}) == [
        "mounts.m.nosymfollow: is not modelled: write flags: [nosymfollow]"
    ]


# -- handles -----------------------------------------------------------------------------------


def handles(*ops: dict[str, Any]) -> dict[str, Any]:
    return {
        "userns": {"box": ROWS},
        "setup": [
            {"type": "dir", "path": "closed", "mode": "0700"},
            {"type": "file", "path": "closed/f", "kuid": 7, "kgid": 8, "mode": "0644"},
            {"type": "symlink", "path": "l", "target": "closed"},
        ],
        "mounts": {"m": {"userns": "box"}, "sub": {"subdir": "closed"}},
        "callers": {"c": {"kuid": 5, "kgid": 5, "caps": ["CAP_DAC_READ_SEARCH"]},
                    "d": {"kuid": 5, "kgid": 5}},
        "ops": [*ops],
    }  # fmt: skip


def test_a_handle_is_opened_through_the_mount_that_is_brought() -> None:
    by_path = {"op": "open_by_handle", "path": "closed/f"}
    document = handles(
        by_path,
        by_path | {"via2": "plain"},
        by_path | {"via": "sub", "path": "f", "via2": "m", "flags": ["O_PATH"]},
        by_path | {"via2": "plain", "flags": "w"},
        by_path | {"path": "closed/gone"},
        by_path | {"by": "d"},
        {"op": "name_to_handle", "path": "closed/f", "by": "d"},
        {"op": "name_to_handle", "path": "l", "by": "d", "follow": True},
    )
    assert lines(document) == [
        (
            "open_by_handle closed/f -> ok: the open file shows 10007:10008 0644 file; "
            "10007:10008 (on "
            "disk 7:8) 0644 file"
        ),
        (
            "open_by_handle closed/f via2=plain -> ok: the open file shows 7:8 0644 file; "
            "10007:10008 "
            "(on disk 7:8) 0644 file"
        ),
        (
            "open_by_handle f via=sub via2=m flags=O_PATH -> ok: the open file shows "
            "10007:10008 "
            "0644 file; 7:8 0644 file"
        ),
        (
            "open_by_handle closed/f via2=plain flags=w -> EACCES: the mode bits for others do not "
            "grant write; the caller has no CAP_DAC_OVERRIDE"
        ),
        "open_by_handle closed/gone -> ENOENT: there is no 'gone' in the directory",
        (
            "open_by_handle closed/f by=d -> EPERM: needs CAP_DAC_READ_SEARCH over the initial "
            "namespace; since 6.11 in one's own for a directory (O_DIRECTORY), with CAP_SYS_ADMIN "
            "over "
            "the filesystem's; the caller has no CAP_DAC_READ_SEARCH"
        ),
        (
            "name_to_handle closed/f by=d -> EACCES at closed: the mode bits for others do not "
            "grant "
            "execute; the caller has no CAP_DAC_OVERRIDE"
        ),
        "name_to_handle l by=d follow=True -> ok: 10000:10000 (on disk 0:0) 0777 symlink",
    ]


@pytest.mark.parametrize("flags", [["O_CREAT"], ["O_RDWR", "O_EXCL"]])
def test_nothing_is_created_by_a_handle(flags: list[str]) -> None:
    (problem,) = problems(handles({"op": "open_by_handle", "path": "l", "flags": flags}))
    assert problem.endswith("is not flags for what is there already: no O_CREAT, no O_EXCL")
    (problem,) = problems(handles({"op": "open_by_handle", "path": "l", "flags": ["O_NONSENSE"]}))
    assert "is not a list of O_RDONLY" in problem


def test_an_empty_path_acts_on_what_was_found_before() -> None:
    give = {"op": "fchownat", "by": "root", "via": "plain", "uid": 3, "gid": 4}
    document = handles(
        give | {"path": "l"},
        give | {"path": "l", "empty_path": True, "uid": 5},
        give | {"path": "l", "empty_path": True, "follow": True, "uid": 6},
        {"op": "stat", "path": "closed", "via": "plain"},
        give | {"path": "l", "follow": True, "gid": -1, "uid": 9},
        {"op": "stat", "path": "closed", "via": "plain"},
    )
    assert validate(document) == []
    owners = [(op["disk"]["uid"], op["disk"]["gid"]) for op in replay(document)["ops"]]
    assert owners == [(3, 4), (5, 4), (5, 4), (6, 4), (5, 4), (9, 4)]


# -- nobody's ------------------------------------------------------------------------------------


def ownerless(**fs: Any) -> dict[str, Any]:
    return {
        "fs": fs,
        "userns": {"box": ROWS},
        "setup": [
            {"type": "dir", "path": "d", "kuid": -1, "mode": "0700"},
            {"type": "file", "path": "d/f", "kgid": -1, "kuid": 7, "mode": "0666"},
            {"type": "file", "path": "g", "kuid": -1, "mode": "0666"},
        ],
        "mounts": {"m": {"userns": "box"}},
        "ops": [
            {"op": "stat", "path": "d/f", "by": "root", "via": "plain"},
            {"op": "stat", "path": "g"},
            {"op": "open", "path": "g", "flags": "w"},
            {"op": "chown", "path": "g", "uid": 10003, "gid": 10003},
            {"op": "chown", "path": "g", "uid": 10003},
            {"op": "chown", "path": "d", "uid": 3, "via": "plain"},
            {"op": "stat", "path": "d/f", "via": "plain"},
        ],
    }


def test_a_disk_may_hold_an_inode_nobody_owns() -> None:
    assert lines(ownerless(type="ext4")) == [
        (
            "stat d/f by=root via=plain -> EACCES at d: the mode bits for the group do not grant "
            "execute; "
            "CAP_DAC_OVERRIDE does not count: it has no owner"
        ),
        "stat g -> ok: 65534 [no id]:10000 (on disk no id:0) 0666 file",
        "open g flags=w -> EACCES: the mount has no id for its owner or group: no writing",
        (
            "chown g uid=10003 gid=10003 -> EPERM: only the owner, to a group it is in, or "
            "CAP_CHOWN; "
            "CAP_CHOWN does not count: it has no owner"
        ),
        "chown g uid=10003 -> ok: 10003:10000 (on disk 3:0) 0666 file",
        "chown d uid=3 via=plain -> ok: 3:0 0700 dir",
        "stat d/f via=plain -> ok: 7:65534 [no id] (on disk 7:no id) 0666 file",
    ]


def test_a_tmpfs_holds_none() -> None:
    hint = "on a tmpfs every inode has an id; a disk may hold none, fs: {type: ext4}"
    for fs in ({}, {"type": "tmpfs"}):
        assert problems(ownerless(**fs)) == [
            f"setup[0].kuid: {hint}", f"setup[1].kgid: {hint}", f"setup[2].kuid: {hint}",
        ]  # fmt: skip
    for value in (-2, "-1", -1.0):
        problem = problems({"setup": [{"type": "dir", "path": "d", "kuid": value}]})[0]
        assert problem.endswith("is not a whole number from 0 to 4294967294, or -1 for an inode "
                                "without one")  # fmt: skip


def test_the_picture_says_that_the_disk_holds_no_id() -> None:
    scenario = kv.Scenario(ownerless(type="ext4"))
    assert "Lost in the mount idmap: what the disk holds is no id." in sentence(
        kv.who_owns(scenario, "g", via="plain")
    )
    assert "no row holds uid 4294967295 in col 1" in sentence(kv.who_owns(scenario, "g", via="m"))


def test_what_root_does_by_itself_is_done_on_the_plain_mount() -> None:
    document = boxed(
        {"op": "chown_root", "path": "f", "kuid": 9},
        {"op": "chmod_root", "path": "f", "mode": "0600"},
        setup=[{"type": "file", "path": "f", "kuid": 5, "kgid": 6}],
    )
    seen = [op["seen"] for op in replay(document)["ops"]]
    assert [(s["uid"], s["gid"], s["mode"]) for s in seen] == [(9, 6, "0644"), (9, 6, "0600")]
