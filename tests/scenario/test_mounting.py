# SPDX-License-Identifier: BSD-3-Clause
"""
Operations that make mounts
===========================

What the kernel's recorded answers (``kernel-wider-mounts``) do not hold: other releases, the words
of a replay, what a document may say, and what it may cost.
"""

from __future__ import annotations

from typing import Any

import pytest

import kfuncviz as kv
from kfuncviz.scenario.checking.validate import validate
from kfuncviz.scenario.machine import Machine, replay
from kfuncviz.scenario.problems import ScenarioError
from kfuncviz.scenario.replay import replay_traced

POD = {"uid_map": [[0, 100000, 65536]]}
OTHER = {"uid_map": [[0, 200000, 10]]}
BASE: dict[str, Any] = {
    "userns": {"pod": POD, "other": OTHER},
    "fs": {"type": "ext4"},
    "setup": [{"type": "dir", "path": "d"}, {"type": "dir", "path": "t"},
              {"type": "file", "path": "d/f", "kuid": 5, "kgid": 6}],
}  # fmt: skip
CLONE = {"op": "open_tree", "path": "", "via": "plain", "flags": ["clone", "empty_path"]}
X = CLONE | {"as": "x"}


def asked(*ops: dict[str, Any], kernel: str = "7.3", **parts: Any) -> list[dict[str, Any]]:
    """What the operations give, on a kernel."""
    document = BASE | {"ops": [*ops], "settings": {"kernel": kernel}} | parts
    assert validate(document) == []
    answers: list[dict[str, Any]] = replay(document)["ops"]
    return answers


def errs(*ops: dict[str, Any], kernel: str = "7.3", **parts: Any) -> list[str | None]:
    return [answer["err"] for answer in asked(*ops, kernel=kernel, **parts)]


def attr(op: str = "mount_setattr", via: str = "x", **more: Any) -> dict[str, Any]:
    return {"op": op, "path": "", "via": via} | more


IDMAP = {"set": ["idmap"], "userns": "pod"}


# -- releases -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kernel", "cleared", "replaced"),
    [("6.14", "ENOSYS", "ENOSYS"), ("6.15", None, None), ("6.16.3", None, None),
     ("6.16.4", "EINVAL", "EPERM"), ("6.17", "EINVAL", "EPERM")],
)  # fmt: skip
def test_open_tree_attr_without_a_clone_once_changed_the_map_of_a_detached_mount(
    kernel: str, cleared: str | None, replaced: str | None
) -> None:
    here = {"flags": ["empty_path"]}
    for change, err in (
        ({"clear": ["idmap"]}, cleared),
        ({"set": ["idmap"], "userns": "other"}, replaced),
    ):
        call = attr("open_tree_attr") | here | change
        assert errs(X, attr(**IDMAP), call, kernel=kernel) == [None, None, err]


@pytest.mark.parametrize(("kernel", "err"), [("6.14", "EINVAL"), ("6.15", None)])
def test_detached_mounts_are_cloned_and_mounted_on_since_6_15(kernel: str, err: str) -> None:
    assert errs(X, CLONE | {"via": "x"}, kernel=kernel) == [None, err]
    y = CLONE | {"as": "y", "path": "t"}
    move = attr("move_mount", "y", to="d", via2="x")
    assert errs(X, y, move, kernel=kernel) == [None, None, err]


@pytest.mark.parametrize(("kernel", "err"), [("6.14", "ENOENT"), ("6.15", "ENOTDIR")])
def test_which_path_of_move_mount_is_walked_first(kernel: str, err: str) -> None:
    move = {"op": "move_mount", "path": "gone", "to": "d/f/x", "via": "plain"}
    assert errs(move, kernel=kernel) == [err]


@pytest.mark.parametrize(("kernel", "err"), [("5.13", "EINVAL"), ("5.14", None)])
def test_nosymfollow_is_an_attribute_since_5_14(kernel: str, err: str | None) -> None:
    assert errs(X, attr(set=["nosymfollow"]), kernel=kernel) == [None, err]
    assert errs(X, attr(clear=["nosymfollow"]), kernel=kernel) == [None, err]
    mounts = {"m": {"flags": ["nosymfollow"]}}
    made = replay(BASE | {"mounts": mounts, "settings": {"kernel": kernel}})["mounts"]["m"]
    assert made == (err and f"mount_setattr:{err}")


@pytest.mark.parametrize(
    ("kernel", "shown"),
    [("6.7", None), ("6.8", (["idmap"], None)), ("6.14", (["idmap"], None)),
     ("6.15", (["idmap"], [[0, 100000, 65536]]))],
)  # fmt: skip
def test_statmount_by_release(kernel: str, shown: Any) -> None:
    mounts = {"m": {"userns": "pod"}}
    (answer,) = asked(attr("statmount", "m"), kernel=kernel, mounts=mounts)
    if shown is None:
        assert answer["err"] == "ENOSYS"
    else:
        ret = answer["ret"]
        assert (ret["flags"], ret["uid_map"], ret["gid_map"]) == (*shown, shown[1])
    assert asked(attr("mountinfo", "m"), kernel=kernel, mounts=mounts)[0]["ret"] == [
        "rw", "relatime", "idmapped",
    ]  # fmt: skip


def test_without_userns_it_is_the_initial_namespace_as_everywhere_in_the_format() -> None:
    for given in ({}, {"userns": None}):
        assert errs(X, attr(set=["idmap"]) | given) == [None, "EPERM"]


# -- words ----------------------------------------------------------------------------------------


def test_a_replay_says_the_calls_in_words() -> None:
    document = BASE | {
        "mounts": {"m": {"userns": "pod", "flags": ["nosuid", "ro"]}},
        "callers": {"far": {"userns": "other", "kuid": 200000, "kgid": 200000}},
        "ops": [
            X | {"by": "root"},
            attr("statmount", "m", by="root"),
            attr("statmount", "m", by="far"),
            attr("statmount", "plain", by="root"),
            attr("mountinfo", "m", by="root"),
            attr("mountinfo", "x", by="root"),
            attr(**IDMAP, by="root"),
            attr("move_mount", to="t", by="root"),
            {"op": "stat", "path": "t/d/f", "via": "plain", "by": "root"},
            attr("mount_setattr", **IDMAP),
            {"op": "stat", "path": "t/d/f", "via": "plain", "by": "far"},
        ],
    }  # fmt: skip
    rows = '"0 100000 65536"'
    dir, flags = "0:0 0777 dir", "ro,nosuid,idmap"
    seen = "100000:100000 (on disk 0:0) 0777 dir"
    assert [str(op) for op in replay_traced(document).ops] == [
        f'open_tree "" via=plain flags=clone,empty_path as=x by=root -> ok: {dir}',
        f'statmount "" via=m by=root -> ok: {flags}; uid_map {rows}; gid_map {rows}; {seen}',
        ('statmount "" via=m by=far -> ok: ro,nosuid,idmap; uid_map no row to tell; gid_map no row '
        "to tell; 65534 [no name here]:65534 [no name here] (on disk 0:0) 0777 dir"),
        f'statmount "" via=plain by=root -> ok: no flag; {dir}',
        f'mountinfo "" via=m by=root -> ok: ro,nosuid,relatime,idmapped; {seen}',
        f'mountinfo "" via=x by=root -> ok: not listed; {dir}',
        f'mount_setattr "" via=x set=idmap userns=pod by=root -> ok: {seen}',
        f'move_mount "" via=x to=t by=root -> ok: {seen}',
        "stat t/d/f via=plain by=root -> ok: 100005:100006 (on disk 5:6) 0644 file",
        ('mount_setattr "" via=x set=idmap userns=pod -> EPERM: needs CAP_SYS_ADMIN over the owner '
        "of the mount namespace; the caller has no CAP_SYS_ADMIN"),
        ("stat t/d/f via=plain by=far -> ok: 65534 [no name here]:65534 [no name here] (on disk "
        "5:6) 0644 file"),
    ]  # fmt: skip


CONTAINED: dict[str, Any] = {
    "mounts": {"m": {"flags": ["noexec"]}, "b": {"to": "d", "via2": "m"}},
    "callers": {"root_of_pod": {"userns": "pod", "kuid": 100000, "kgid": 100000, "caps": "all",
                                "mount_ns": True}},
}  # fmt: skip
BY_ROOT = {"by": "root"}
Y = CLONE | {"path": "t", "as": "y"} | BY_ROOT


@pytest.mark.parametrize(
    ("ops", "rule"),
    [
        ([CLONE | {"flags": ["recursive"]}], ("EINVAL: recursive is for clones: the flags lack "
         "OPEN_TREE_CLONE")),
        ([X | BY_ROOT, CLONE | {"via": "x"}], ("EINVAL: the mount is in no mount namespace of the "
         "caller's")),
        ([CLONE | {"via": "m"}], ("EINVAL: mounts below it are locked: a copy without them would "
         "show what they hide")),
        ([attr("move_mount", "m", path="t", to="t")], ("EINVAL: the path is not the root of its "
         "mount")),
        ([attr("move_mount", "m", to="d/f")], ("EINVAL: a directory is attached to a directory, a "
         "file to a file")),
        ([attr("move_mount", "m", to="t")], ("EINVAL: the mount is locked: it hides what is below "
         "it")),
        ([X | BY_ROOT, attr("move_mount", "x", to="t") | BY_ROOT, attr("move_mount", "x", to="t")],
         "EINVAL: the mount is in no mount namespace of the caller's"),
        ([X | BY_ROOT, attr("move_mount", "plain", to="t", via2="x") | BY_ROOT], ("EINVAL: an "
         "attached mount stays in its mount namespace")),
        ([X | BY_ROOT, attr("move_mount", "x", to="t", via2="x") | BY_ROOT], ("EINVAL: the target "
         "is in the tree that is to be attached")),
        ([X | BY_ROOT, Y, attr("move_mount", "y", to="t", via2="x") | BY_ROOT,
          attr("move_mount", "y", to="d") | BY_ROOT], ("EINVAL: the mount is below a detached one: "
         "only the top is attached")),
        ([X | BY_ROOT, Y, attr("move_mount", "y", to="t", via2="x")], (
          "EINVAL: the target is in no mount namespace of the caller's")),
        ([attr("move_mount", "plain", to="t") | BY_ROOT], ("ELOOP: the target is below the mount "
         "itself")),
        ([Y, {"op": "rmdir", "path": "t", "via": "plain"} | BY_ROOT,
          attr("move_mount", "y", to="d") | BY_ROOT], "ENOENT: what the mount shows was removed"),
        ([Y, {"op": "rmdir", "path": "t", "via": "plain"} | BY_ROOT, X | BY_ROOT,
          attr("move_mount", "x", to=".", via2="y") | BY_ROOT], ("ENOENT: where it is to be "
         "attached was removed")),
        ([attr(via="m", clear=["noexec"])], "EPERM: noexec is locked in this mount namespace"),
        ([X | BY_ROOT, attr("statmount") | BY_ROOT], ("ENOENT: the mount is in no mount namespace "
         "of the caller's")),
        ([{"op": "rmdir", "path": "d", "via": "plain"}], "EBUSY: a mount is attached to it"),
        ([{"op": "open", "path": "d/e", "via": "plain", "flags": "w", "keep": True} | BY_ROOT,
          {"op": "exec", "path": "d/e", "via": "plain"} | BY_ROOT], (
          "ETXTBSY: the file is open for writing")),
    ],
)  # fmt: skip
def test_every_refusal_has_a_rule(ops: list[dict[str, Any]], rule: str) -> None:
    setup = [*BASE["setup"], {"type": "exe", "path": "d/e"}]
    done = replay_traced(BASE | CONTAINED | {"setup": setup, "ops": ops}).ops
    assert [op.err for op in done[:-1]] == [None] * (len(ops) - 1)
    assert done[-1].why is not None
    assert f"{done[-1].err}: {done[-1].why.rule}" == rule


@pytest.mark.parametrize(
    ("ops", "kernel", "rule"),
    [
        ([X, CLONE | {"via": "x"}], "6.14", "a detached mount is cloned only since 6.15"),
        ([X, CLONE | {"as": "y"}, attr("move_mount", "y", to="d", via2="x")], "6.14", ("to a "
         "detached mount others are attached only since 6.15")),
        ([X, attr(set=["nosymfollow"])], "5.13", ("mount_setattr(2) knows nosymfollow only since "
         "5.14")),
        ([attr("statmount", "plain")], "6.7", "statmount(2) exists since 6.8"),
        ([attr("open_tree_attr", "plain")], "6.14", "open_tree_attr(2) exists since 6.15"),
    ],
)  # fmt: skip
def test_every_refusal_of_an_older_kernel_says_since_when(
    ops: list[dict[str, Any]], kernel: str, rule: str
) -> None:
    last = replay_traced(BASE | {"ops": ops, "settings": {"kernel": kernel}}).ops[-1]
    assert last.why is not None
    assert (last.why.rule, bool(last.why.commit)) == (rule, True)


def test_what_was_not_made_is_told_to_all_who_go_through_it() -> None:
    user = {"callers": {"user": {"kuid": 5}}}
    through = {"op": "stat", "path": "d"}
    again = CLONE | {"via": "x", "as": "y"}
    done = replay_traced(BASE | user | {"ops": [X, through | {"via": "x"}, again,
                                                through | {"via": "y"}]})  # fmt: skip
    assert [op.err for op in done.ops] == ["EPERM", "NOMOUNT", "NOMOUNT", "NOMOUNT"]
    assert {op.why.check for op in done.ops if op.why} == {"may_mount"}
    assert {(op.why.path, op.why.errno) for op in done.ops[1:] if op.why} == {("mounts.x", "EPERM")}
    refused = {"bad": {"uid_map": [[0, 0, 0]]}}
    bad = {"op": "mount_setattr", "path": "", "via": "plain", "set": ["idmap"], "userns": "bad"}
    (op,) = replay_traced(BASE | {"userns": refused, "ops": [bad]}).ops
    assert (op.err, op.why and op.why.errno, op.why and op.why.path) == (
        "NOUSERNS", "EINVAL", "userns.bad.uid_map[0]",
    )  # fmt: skip


def test_the_trace_shows_the_path_as_given_and_the_steps_below() -> None:
    done = replay_traced(BASE | {"ops": [X | {"path": "d"}, attr(**IDMAP)]})
    first, second = done.ops
    assert [step.line for step in first.steps][:4] == [
        "open_tree(<mount plain> 'd', x) = <mount x> <d k0:k0 0755>",
        "  may_mount()",
        "    ns_capable(init_user_ns, CAP_SYS_ADMIN) = true",
        "  user_path_at(<mount plain>, d, true, true) = <mount plain> <d k0:k0 0755>",
    ]
    assert [step.function for step in second.steps][:3] == [
        "mount_setattr", "may_mount", "ns_capable",
    ]  # fmt: skip
    assert {"alloc_mnt_idmap", "can_idmap_mount"} <= {step.function for step in second.steps}


# -- namespaces of mounts -------------------------------------------------------------------------


def test_a_caller_with_a_mount_namespace_acts_on_its_own_copies() -> None:
    machine = Machine(BASE | {
        "mounts": {"m": {"userns": "pod", "flags": ["nodev"]}, "loose": {"detached": True}},
        "callers": {"c": {"userns": "pod", "caps": "all", "mount_ns": True}, "d": {}},
    })  # fmt: skip
    own, shared = machine.mounts_of("c"), machine.mounts_of("d")
    assert shared is machine.mounts
    assert own["loose"] is shared["loose"]
    for name in ("m", "plain"):
        assert own[name] is not shared[name]
        assert own[name].mnt_idmap is shared[name].mnt_idmap
        assert own[name].mnt_ns is machine.callers["c"].mnt_ns is not shared[name].mnt_ns
    machine.run({"op": "mount_setattr", "path": "", "via": "m", "by": "c", "set": ["noexec"]})
    shown = [machine.run({"op": "statmount", "path": "", "via": "m", "by": by})["ret"]["flags"]
             for by in ("c", "d")]  # fmt: skip
    assert shown == [["nodev", "noexec", "idmap"], ["nodev", "idmap"]]


def test_above_the_mounts_lies_a_tmpfs_of_their_own() -> None:
    paths = ("..", "../..", "../../..", "../m_m", "../plain")
    ops = [{"op": "stat", "path": path} for path in paths]
    ops += [{"op": "readdir", "path": path} for path in paths[:2]]
    document = {"setup": [{"type": "dir", "path": "d"}], "mounts": {"m": {"subdir": "d"}},
                "ops": ops}  # fmt: skip
    done = replay_traced(document)
    assert [op.steps[0].answer for op in done.ops] == [
        "<mount /mnt> </ k0:k0 0755>", "<mount /> </ k0:k0 0755>", "<mount /> </ k0:k0 0755>",
        "<mount m> <d k0:k0 0755>", "<mount plain> </ k0:k0 0777>", "<file / via /mnt>",
        "<file / via />",
    ]  # fmt: skip
    assert [op.result["ret"] for op in done.ops[5:]] == [["m_m", "plain"], ["mnt"]]


def test_the_disk_is_what_lies_below_and_not_what_is_on_top() -> None:
    y = CLONE | {"path": "d", "as": "y"}
    cover = attr("move_mount", "y", to="t")
    stat = {"op": "stat", "path": "t", "via": "plain"}
    chown = {"op": "chown", "path": "t", "uid": 7, "via": "plain"}
    before, *_, after = asked(chown, stat, y, cover, stat)
    assert before["disk"]["uid"] == 7
    assert (after["seen"]["uid"], after["disk"]["uid"]) == (0, 7)


# -- documents ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "problem"),
    [
        ({"mounts": {"a": {"by": "me"}}}, ("mounts.a.by: 'me' is not defined in 'callers'; "
         "defined: root")),
        ({"mounts": {"a": {"by": 5}}}, "mounts.a.by: 5 is not defined in 'callers'"),
        ({"mounts": {"a": {"parent": "b"}, "b": {}}}, ("mounts.a.parent: 'b' is not made before "
         "this one: order counts")),
        ({"mounts": {"a": {"parent": "a"}}}, "mounts.a.parent: 'a' is not made before"),
        ({"mounts": {"b": {"by": "root"}, "a": {"parent": "b"}}}, ("mounts.a.parent: 'b' is not "
         "made before this one: mounts with 'by' are made last")),
        ({"mounts": {"a": {"parent": "gone"}}}, ("mounts.a.parent: 'gone' is not defined in "
         "'mounts'; defined: plain, a")),
        ({"mounts": {"a": {"recursive": 1}}}, "mounts.a.recursive: 1 is not true or false"),
        ({"mounts": {"a": {"to": "t", "detached": True}}}, ("mounts.a.to: a detached mount is "
         "attached to nothing")),
        ({"mounts": {"a": {"to": "/t"}}}, "mounts.a.to: '/t' is not a path relative"),
        ({"mounts": {"a": {"via2": "plain"}}}, ("mounts.a.via2: is the mount that 'to' is on; "
         "there is no 'to'")),
        ({"mounts": {"a": {"to": "t", "via2": "b"}, "b": {}}}, "mounts.a.via2: 'b' is not made"),
        ({"callers": {"c": {"mount_ns": "own"}}}, "callers.c.mount_ns: 'own' is not true or false"),
        ({"ops": [X | {"flags": ["clone", "copy"]}]}, "ops[0].flags: ['clone', 'copy'] is not a"),
        ({"ops": [X | {"flags": []}]}, ("ops[0].as: is for the mount that is made: flags has no "
         "clone")),
        ({"ops": [X | {"as": "plain"}]}, "ops[0].as: 'plain' is the name of another mount"),
        ({"ops": [X, X]}, "ops[1].as: 'x' is the name of another mount"),
        ({"mounts": {"x": {}}, "ops": [X]}, "ops[0].as: 'x' is the name of another mount"),
        ({"ops": [attr(set=["ro"]), X]}, "ops[0].via: 'x' is made only by ops[1]"),
        ({"ops": [X | {"via": "x"}]}, "ops[0].via: 'x' is made only by ops[0]"),
        ({"ops": [attr("move_mount", "plain", to="t", via2="x"), X]}, ("ops[0].via2: 'x' is made "
         "only by ops[1]")),
        ({"ops": [attr(set=["ro"])]}, "ops[0].via: 'x' is not defined in 'mounts'; defined: plain"),
        ({"ops": [attr(via="plain", userns="pod", set=["ro"])]}, ("ops[0].userns: is what 'idmap' "
         "maps with: set has no idmap")),
        ({"ops": [attr(via="plain", userns="pot", set=["idmap"])]}, ("ops[0].userns: 'pot' is not "
         "defined in 'userns'; defined: pod, other")),
        ({"ops": [attr(via="plain", set="ro")]}, "ops[0].set: 'ro' is not a list of ro"),
        ({"ops": [attr("move_mount", "plain")]}, "ops[0]: 'to' is missing"),
        ({"ops": [attr("move_mount", "plain", to="")]}, "ops[0].to: '' is not a path"),
        ({"ops": [{"op": "open", "path": "d/f", "keep": 1}]}, ("ops[0].keep: 1 is not true or "
         "false")),
        ({"ops": [{"op": "stat", "path": "d", "via": "x"}, X]}, "ops[0].via: 'x' is made only by"),
        ({"ops": [attr("umount", "plain")]}, "ops[0].op: umount is not modelled"),
    ],
)  # fmt: skip
def test_every_error_has_its_place(part: dict[str, Any], problem: str) -> None:
    (found,) = validate(BASE | part)
    assert str(found).startswith(problem)


def test_a_sound_document_may_use_all_of_it() -> None:
    document = BASE | {
        "callers": {"c": {"caps": "all", "mount_ns": True}},
        "mounts": {"a": {"by": "root"}, "b": {"to": "t"}, "c": {"parent": "b", "recursive": True},
                   "e": {"by": "c", "parent": "a", "to": "d", "via2": "plain"}},
        "ops": [X, X | {"as": "y", "via": "x"}, attr(via="y", set=["ro"], clear=["nosuid"]),
                {"op": "open", "path": "d/f", "via": "y", "flags": "w", "keep": True}],
    }  # fmt: skip
    assert validate(document) == []
    made = replay(document)["mounts"]
    assert made == {"a": None, "b": None, "c": None, "e": "open_tree:EINVAL"}
    assert kv.Scenario.load(kv.Scenario(document).token()).document == document


def test_mounts_are_counted_with_those_that_operations_make() -> None:
    ops = [CLONE | {"as": f"x{number}"} for number in range(40)]
    mounts = {f"m{number}": {} for number in range(24)}
    assert validate(BASE | {"mounts": mounts, "ops": ops}) == []
    (problem,) = validate(BASE | {"mounts": mounts | {"one": {}}, "ops": ops})
    assert str(problem) == "ops: 65 mounts with those of 'mounts'; 64 is the most"


def test_trees_that_double_cost_what_they_hold() -> None:
    ops: list[dict[str, Any]] = [X]
    for number in range(24):
        name = f"y{number}"
        ops.append(CLONE | {"via": "x", "flags": ["clone", "recursive", "empty_path"], "as": name})
        ops.append(attr("move_mount", name, to="d", via2="x"))
    with pytest.raises(ScenarioError, match=r"ops\[\d+\]: too much to ask: more than 1000000"):
        kv.Scenario(BASE | {"ops": ops}).replay()


def test_who_owns_what_an_operation_is_about_can_be_asked_of_a_mount_call_too() -> None:
    who = {"kuid": 5, "caps": "all"}
    become = {"op": "setresuid", "euid": 5}
    ops = [X | {"path": "d"}, attr(**IDMAP), attr(**IDMAP), {"op": "stat", "path": "f", "via": "x"}]
    s = kv.Scenario(BASE | {"callers": {"c": who}, "ops": [*ops, become]})
    answers = [s.who_owns(op=number) for number in range(len(ops))]
    assert [answer.access and answer.access.err for answer in answers] == [
        None,
        None,
        "EPERM",
        None,
    ]
    assert answers[-1].lanes[-1].id == 100005
    with pytest.raises(ValueError, match="operation 4 is about no file: setresuid"):
        s.who_owns(op=4)
