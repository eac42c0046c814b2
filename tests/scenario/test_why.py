# SPDX-License-Identifier: BSD-3-Clause
"""
Why, as data
============

What decided is the step whose check refused; the row it asks for changes the answer when it is
added; and a capability is said not to count only where it is held.
"""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

import kfuncviz as kv
from kfuncviz.scenario.load import gallery, load
from kfuncviz.scenario.machine import Machine
from kfuncviz.scenario.replay import OpReplay, attempt, replay_traced
from kfuncviz.scenario.why import Why
from tests.generate import scenarios

CALLER = {"kuid": 100000, "kgid": 100000, "userns": "pod", "caps": "all"}
POD = {"userns": {"pod": {"uid_map": [[0, 100000, 10]]}}, "callers": {"c": CALLER}}


def refused(document: dict[str, Any]) -> list[OpReplay]:
    """The refused operations, each with its reason."""
    return [op for op in replay_traced(document).ops if op.err is not None]


def why_of(setup: dict[str, Any], op: dict[str, Any], **more: Any) -> Why:
    """The reason for one refused operation on one file of the pod's scenario."""
    why = attempt(POD | {"setup": [setup]} | more, op).why
    assert why is not None
    return why


def test_a_capability_that_does_not_count_names_the_id_and_the_map() -> None:
    file = {"type": "file", "path": "f", "kuid": 100001, "kgid": 7, "mode": "0600"}
    why = why_of(file, {"op": "open", "path": "f"})
    assert (why.check, why.errno, why.path) == ("acl_permission_check", "EACCES", "f")
    assert (why.cap, why.cap_why) == (
        "CAP_DAC_OVERRIDE", "group has no row in the caller's namespace",
    )  # fmt: skip
    assert (why.id, why.kind, why.map, why.place) == (7, "gid", "pod.gid_map", "caller")
    assert (why.rows, why.missing_row) == (((0, 100000, 10),), (10, 7, 1))
    assert (why.section, why.file) == ("7.1", "fs/namei.c")


def test_a_directory_on_the_way_is_named() -> None:
    setup = [{"type": "dir", "path": "a", "mode": "0755"}, {"type": "dir", "path": "a/b",
             "mode": "0700"}, {"type": "file", "path": "a/b/f"}]  # fmt: skip
    for op in ({"op": "stat", "path": "a/b/f"}, {"op": "chown", "path": "a/b/f", "uid": 0}):
        assert attempt(POD | {"setup": setup}, op).why.path == "a/b"  # type: ignore[union-attr]
    through = POD | {"setup": setup, "mounts": {"m": {"subdir": "a"}}}
    assert attempt(through, {"op": "stat", "path": "b/f"}).why.path == "b"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("path", "named"),
    [("f", "f"), ("g", "g"), ("f/", "f/"), ("l", "h"), ("gone", "gone"), ("to/g", "d/g")],
)
def test_a_file_is_named_as_the_call_names_it(path: str, named: str) -> None:
    setup = [{"type": "file", "path": "f", "kuid": 7}, {"type": "dir", "path": "d"},
             {"type": "file", "path": "d/g", "kuid": 7},
             {"type": "symlink", "path": "l", "target": "h"},
             {"type": "file", "path": "h", "kuid": 7},
             {"type": "symlink", "path": "to", "target": "d"}]  # fmt: skip
    link = {"op": "link", "path": "f", "to": "g", "by": "root", "via": "plain"}
    chmod = {"op": "chmod", "path": path, "mode": "0600"}
    why = attempt(POD | {"setup": setup, "ops": [link]}, chmod, after=1).why
    assert why is not None
    assert why.path == named


@pytest.mark.parametrize(("path", "named"), [("new", "."), ("a/new", "a"), ("b/x", "b/x")])
def test_paths_are_those_of_the_mount(path: str, named: str) -> None:
    setup = [{"type": "dir", "path": "a", "kuid": 7, "mode": "0755"},
             {"type": "dir", "path": "a/a", "kuid": 7, "mode": "0755"}]  # fmt: skip
    document = POD | {"setup": setup, "mounts": {"m": {"subdir": "a"}}}
    why = attempt(document, {"op": "create", "path": path, "via": "m"}).why
    assert why is not None
    assert why.path == named


def test_who_has_not_the_capability_is_told_so() -> None:
    file = {"type": "file", "path": "f", "kuid": 100001, "kgid": 100001, "mode": "0600"}
    plain = {"callers": {"c": {"kuid": 100002, "kgid": 100002, "userns": "pod"}}}
    why = why_of(file, {"op": "open", "path": "f"}, **plain)
    assert (why.cap, why.cap_why, why.id, why.missing_row) == (
        "CAP_DAC_OVERRIDE", "not held", None, None,
    )  # fmt: skip
    assert str(why).endswith("; the caller has no CAP_DAC_OVERRIDE")


def test_a_capability_over_the_initial_namespace() -> None:
    why = why_of({"type": "dir", "path": "d", "mode": "0777"}, {"op": "mknod", "path": "d/n",
                 "ftype": "chr", "rdev": [1, 3]})  # fmt: skip
    assert (why.cap, why.cap_why) == ("CAP_MKNOD", "not over the initial namespace")


def test_what_could_not_be_made_is_the_reason_for_all_that_follows() -> None:
    broken = {"userns": {"m": {"uid_map": [[0, 0, 0]]}}, "mounts": {"m": {"userns": "m"}},
              "callers": {"c": {"userns": "m"}}}  # fmt: skip
    for op, err, place in (
        ({"op": "stat", "path": ".", "by": "root"}, "NOMOUNT", "mounts.m"),
        ({"op": "stat", "path": ".", "by": "c", "via": "plain"}, "NOCALLER", "callers.c"),
    ):
        done = attempt(broken, op)
        assert done.why is not None
        assert (done.err, done.why.path) == (err, place)
        assert "a count of 0 maps nothing" in str(done)
        assert "userns.m.uid_map[0]" in str(done)
    fs = Machine(broken | {"fs": {"userns": "m"}})
    assert "a count of 0 maps nothing" in str(fs.reasons["fs"])
    rule = "a count of 0 maps nothing; the least is 1"
    assert list(replay_traced(broken).notes) == [
        f"userns.m.uid_map[0]: EINVAL: {rule}",
        f"mounts.m: ENOENT: userns m could not be made: EINVAL at userns.m.uid_map[0]: {rule}",
    ]


def test_it_is_data_for_json() -> None:
    why = why_of({"type": "file", "path": "f"}, {"op": "chmod", "path": "f", "mode": "0600"})
    assert json.loads(json.dumps(why.as_dict())) | {"rows": None, "missing_row": None} == (
        why.as_dict() | {"rows": None, "missing_row": None}
    )
    assert why.as_dict()["rows"] == ((0, 100000, 10),)


def test_an_unfinished_sequence_is_asked_after_some_operations() -> None:
    document = {"ops": [{"op": "mkdir", "path": "d"}, {"op": "rmdir", "path": "d"}]}
    stat = {"op": "stat", "path": "d"}
    assert [attempt(document, stat, after=n).err for n in range(3)] == ["ENOENT", None, "ENOENT"]


def with_row(document: dict[str, Any], why: Why) -> dict[str, Any]:
    """The scenario with the missing rows added to the maps they are missing in."""
    out = copy.deepcopy(document)
    for lacking in filter(None, (why, why.also)):
        name, which = str(lacking.map).rsplit(".", 1)
        spec = out["userns"][name]
        spec.setdefault("gid_map", copy.deepcopy(spec.get("uid_map")))
        spec[which] = [*(spec[which] or []), list(lacking.missing_row or ())]
    return out


BOTH = [
    ({"op": "open", "path": "f", "via": "plain"}, "EACCES"),
    ({"op": "chown", "path": "d", "uid": 500, "gid": 600}, "EINVAL"),
    ({"op": "create", "path": "d/new", "by": "stranger"}, "EOVERFLOW"),
    ({"op": "chmod", "path": "f", "mode": "0600", "by": "root"}, "EOVERFLOW"),
    ({"op": "chown", "path": "f", "uid": 300, "gid": 400, "by": "root"}, "EOVERFLOW"),
    ({"op": "unlink", "path": "d/f", "by": "root"}, "EOVERFLOW"),
    ({"op": "setxattr", "path": "d/f", "name": "user.a", "by": "root"}, "EPERM"),
]


@pytest.mark.parametrize(("op", "err"), BOTH, ids=[op["op"] for op, _ in BOTH])
def test_where_owner_and_group_both_lack_a_row_it_takes_both(op: dict[str, Any], err: str) -> None:
    setup = [{"type": "file", "path": "f", "kuid": 20, "kgid": 30, "mode": "0600"},
             {"type": "dir", "path": "d", "kuid": 1, "kgid": 1, "mode": "0777"},
             {"type": "file", "path": "d/f", "kuid": 20, "kgid": 30, "mode": "0666"}]  # fmt: skip
    callers = POD["callers"] | {"stranger": {"kuid": 8, "kgid": 9}}
    document = POD | {"setup": setup, "callers": callers, "mounts": {"m": {"userns": "pod"}}}
    done = attempt(document, op)
    assert done.err == err
    assert done.why is not None
    assert done.why.also is not None
    whose = "caller" if op.get("via") == "plain" or err == "EINVAL" else "mount"
    for each, which in ((done.why, "uid"), (done.why.also, "gid")):
        assert (each.kind, each.map, each.place) == (which, f"pod.{which}_map", whose)
        assert '"{} {} {}" in pod.{}_map'.format(*each.missing_row or (), which) in str(done)
    here, there = ('"{} {} {}"'.format(*each.missing_row or ()) for each in
                   (done.why, done.why.also))  # fmt: skip
    both = f"; it takes both rows, {here} in pod.uid_map and {there} in pod.gid_map ("
    assert both in done.why.words
    again = attempt(with_row(document, done.why), op)
    assert again.err is None, str(again)


def test_one_that_is_replaced_needs_no_row() -> None:
    document = POD | {"mounts": {"m": {"userns": "pod"}}}
    op = {"op": "chown", "path": "f", "uid": 100001, "by": "root"}
    setup = {"setup": [{"type": "file", "path": "f", "kuid": 20, "kgid": 30}]}
    why = attempt(document | setup, op).why
    assert why is not None
    assert (why.id, why.kind, why.also) == (30, "gid", None)
    assert why.words.endswith('; the row "30 30 1" would give it one (the mount\'s map)')


@pytest.mark.parametrize("name", gallery())
def test_the_missing_row_of_the_gallery_gives_the_id_a_row(name: str) -> None:
    document = load(name)
    for number, op in enumerate(document["ops"]):
        why = attempt(document, op, after=number).why
        if why is None or why.missing_row is None:
            continue
        after = attempt(with_row(document, why), op, after=number).why
        gone = [(each.id, each.map) for each in (why, why.also) if each]
        assert after is None or (after.id, after.map) not in gone, (number, str(after))


def test_reasons_of_random_scenarios_hold_together() -> None:
    counted = 0
    for document in scenarios(40, 7):
        machine = Machine(document)
        for op in refused(document):
            why = op.why
            assert why is not None, str(op)
            if why.map is not None:
                rows = why.rows or ()
                assert not any(a <= (why.id or 0) < a + n and b <= (why.id or 0) < b + n
                               for a, b, n in rows)  # fmt: skip
            if why.cap_why not in (None, "not held"):
                by = op.op.get("by", machine.default_by)
                assert machine.callers[by].cred.cap_effective
                counted += 1
    assert counted > 5


def test_what_set_up_could_not_make_is_said_where_it_is_missing() -> None:
    document = {
        "userns": {"F": {"uid_map": [[0, 20000, 10]]}},
        "fs": {"userns": "F"},
        "setup": [{"type": "dir", "path": "d", "kuid": 20001, "kgid": 20001},
                  {"type": "file", "path": "d/f", "kuid": 5}],
        "mounts": {"m": {"subdir": "d"}},
        "ops": [{"op": "stat", "path": "f"}, {"op": "stat", "path": "g"},
                {"op": "stat", "path": "d/f", "via": "plain"}],
    }  # fmt: skip
    why = "set-up could not make it: EOVERFLOW: the filesystem cannot store the caller's fsuid or"
    replayed = replay_traced(document)
    assert [why in str(op) for op in replayed.ops] == [True, False, True]
    assert [note.startswith("setup d/f: EOVERFLOW: could not be made: ") for note in
            replayed.notes] == [True]  # fmt: skip
    with pytest.raises(kv.KernelError, match=why):
        kv.who_owns(document, "f")
    with pytest.raises(kv.KernelError) as caught:
        kv.who_owns(document, "./g")
    assert caught.value.rule == "there is no 'g' in the directory"


def test_the_root_of_a_filesystem_that_could_not_be_set_is_noted() -> None:
    document = {
        "settings": {"kernel": "5.19"},
        "userns": {"F": {"uid_map": [[0, 20000, 10]]}},
        "fs": {"userns": "F", "root": {"kuid": 5}},
    }
    (note,) = replay_traced(document).notes
    assert note.startswith("fs.root: EOVERFLOW: the filesystem cannot store the new owner")


def test_a_program_is_told_by_what_it_runs_with() -> None:
    setup = [{"type": "exe", "path": "cap", "kuid": 100001, "kgid": 100001,
              "cap": {"permitted": 8193, "effective": False, "rootid": 100000}},
             {"type": "exe", "path": "su", "mode": "4755"},
             {"type": "exe", "path": "sg", "mode": "2755", "kuid": 100001, "kgid": 100001},
             {"type": "exe", "path": "usual"}]  # fmt: skip
    callers = {"c": CALLER | {"kuid": 100002, "kgid": 100002, "caps": "none"},
               "all": CALLER}  # fmt: skip
    ops = [{"op": "exec", "path": entry["path"], "by": "c"} for entry in setup]
    document = POD | {"setup": setup, "callers": callers, "ops": ops}
    cap, su, sg, usual = map(str, replay_traced(document).ops)
    runs = "runs as uid 2, gid 2"
    assert f"{runs} with CAP_CHOWN, CAP_NET_RAW, not all effective; 1:1" in cap
    assert f"{runs} with no capability; 65534" in su
    both = "; its setuid and setgid count only where owner and group both have a number"
    assert [told.endswith(both) for told in (cap, su, sg, usual)] == [False, True, False, False]
    assert "runs as uid 2, gid 2 (effective 1) with no capability; 1:1" in sg
    every = replay_traced(document | {"ops": [{"op": "exec", "path": "usual", "by": "all"}]})
    assert "runs as uid 0, gid 0 with 41 capabilities; 65534" in str(every)
    assert str(replay_traced(POD)) == "no operation was made"


@pytest.mark.parametrize(
    ("cap", "told"),
    [
        ({"rootid": 5, "permitted": 1, "effective": True},
         "CAP_CHOWN (version 3, effective, rootid 5)"),
        ({"version": 2, "inheritable": 8192}, "no capability (version 2, inheritable CAP_NET_RAW)"),
        ({"version": 2, "permitted": 31}, "5 capabilities (version 2)"),
        ({"version": 2, "permitted": 15},
         "CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER (version 2)"),
        ({"version": 2, "permitted": 1 << 63 | 1 << 41 | 1 << 40},
         "CAP_CHECKPOINT_RESTORE, capability 41, capability 63 (version 2)"),
        ({"version": 2, "permitted": 1 << 50 | 1}, "CAP_CHOWN, capability 50 (version 2)"),
    ],
)  # fmt: skip
def test_a_capability_is_told_by_name(cap: dict[str, Any], told: str) -> None:
    setup = [{"type": "file", "path": "f", "cap": cap}]
    (op,) = replay_traced({"setup": setup, "ops": [{"op": "getcap", "path": "f"}]}).ops
    assert str(op).startswith(f"getcap f -> ok: {told}; 0:0 ")


@pytest.mark.parametrize(
    ("rows", "id", "row"),
    [
        ([[0, 100000, 1000], [1000, 1000, 1], [1002, 101002, 9]], 1001, (1001, 101001, 1)),
        ([[0, 100000, 10], [20, 100010, 10]], 15, (15, 100020, 1)),
        ([[0, 100000, 10]], 70, (70, 100010, 1)),
        ([[5, 100000, 10]], 0, (0, 100010, 1)),
        ([[0, 50, 1], [9, 9, 1]], 5, (5, 51, 1)),
    ],
)
def test_a_hole_is_filled_by_what_its_neighbours_suggest(
    rows: list[list[int]], id: int, row: tuple[int, int, int]
) -> None:
    document = {
        "userns": {"pod": {"uid_map": rows}},
        "callers": {"c": {"kuid": rows[0][1], "kgid": rows[0][1], "userns": "pod"}},
    }
    why = attempt(document, {"op": "chown", "path": ".", "uid": id}).why
    assert why is not None
    assert why.missing_row == row


@pytest.mark.parametrize(("number", "more"), [(4, ""), (5, ", ...")])
def test_four_rows_of_a_map_are_shown(number: int, more: str) -> None:
    rows = [[10 * n, 1000 + 10 * n, 2] for n in range(number)]
    document = {
        "userns": {"pod": {"uid_map": rows}},
        "callers": {"c": {"kuid": 1000, "kgid": 1000, "userns": "pod"}},
    }
    why = attempt(document, {"op": "chown", "path": ".", "uid": 99}).why
    assert why is not None
    shown = '"0 1000 2", "10 1010 2", "20 1020 2", "30 1030 2"'
    assert why.words == (
        "uid 99 is no id in the caller's user namespace; uid 99 has no row in pod.uid_map "
        f'({shown}{more}); the row "99 {1010 + 10 * number - 18} 1" would give it one (the '
        "caller's map)"
    )


def test_between_two_mounts_a_place_is_told_by_the_inner_one() -> None:
    document = {
        "setup": [
            {"type": "dir", "path": "a"}, {"type": "dir", "path": "a/b"},
            {"type": "dir", "path": "a/b/c", "mode": "0700"}, {"type": "file", "path": "a/f"},
        ],
        "mounts": {"outer": {"subdir": "a"}, "inner": {"subdir": "a/b"}},
        "callers": {"u": {"kuid": 1000, "kgid": 1000}},
        "ops": [
            {"op": "rename", "via": "inner", "path": "c/x", "via2": "outer", "to": "y"},
            {"op": "rename", "via": "outer", "path": "b/c/x", "via2": "inner", "to": "y"},
        ],
    }  # fmt: skip
    whys = [op.why for op in kv.Scenario(document).replay().ops]
    assert [why and (why.errno, why.path) for why in whys] == [("EACCES", "c")] * 2
