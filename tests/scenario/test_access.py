# SPDX-License-Identifier: BSD-3-Clause
"""Whether a caller gets there is the model's real call, and asking it changes nothing."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import kfuncviz as kv
from kfuncviz import render
from kfuncviz.model import budget
from kfuncviz.scenario.machine import Machine, replay
from kfuncviz.scenario.ownership.access import access
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.ownership.ask import of_operation, ownership
from tests.generate import scenarios

TESTS = Path(__file__).resolve().parents[1]
RECORDED = [
    json.loads(line) for line in (TESTS / "data/gallery-kernel.jsonl").read_text().splitlines()
]


def documents() -> list[dict[str, Any]]:
    return [kv.Scenario.load(name).document for name in kv.gallery()] + list(scenarios(24, 31))


def asked(machine: Machine, path: str, **question: Any) -> Ownership | None:
    try:
        return ownership(machine, path, **question)
    except kv.KernelError:
        return None


def places(document: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    machine = Machine(document)
    paths = [entry["path"] for entry in document.get("setup") or ()][:2]
    for by in [*machine.callers][:2]:
        for via in [*machine.mounts][:2]:
            for path in [".", *paths]:
                yield by, via, path


def test_access_is_the_real_call_and_takes_itself_back(stride: int) -> None:
    compared: dict[tuple[str, str | None], int] = {}
    for document in documents()[::stride]:
        machine = Machine(document)
        for by, via, path in places(document):
            whole = {"by": by, "via": via}
            for question in ({}, {"direction": "create"}, {"direction": "chown", "id": 0}):
                o = asked(machine, path, **whole, **question)
                if o is None:
                    continue
                assert o.access is not None
                real = Machine(document).run(o.access.op)
                assert (o.access.err, o.access.op["by"]) == (real["err"], by)
                assert (o.access.why is None) == (o.access.err is None)
                assert o == asked(machine, path, **whole, **question), "nothing has changed"
                says_so(o)
                compared[o.direction, o.access.err] = (
                    compared.get((o.direction, o.access.err), 0) + 1
                )
                if real["err"] is None and o.direction == "create":
                    stored(machine, document, path, whole, real)
    assert {("read", "EACCES"), ("create", "EACCES"), ("create", "EOVERFLOW"), ("chown", "EPERM"),
            ("read", None), ("create", None), ("chown", None)} <= set(compared)  # fmt: skip
    assert sum(compared.values()) > 700 / stride


def says_so(o: Ownership) -> None:
    """No way of telling an owner leaves out whether this caller gets to see it."""
    assert o.access is not None
    outcome = o.access.err or "succeeds"
    assert outcome in render.sentence(o)
    assert outcome in render.text(o).partition("\n\n")[2]
    assert outcome in render.table(o)[-1]["id"]
    if o.access.err:
        assert "caller sees" not in render.sentence(o)
        assert " the disk stores" not in render.sentence(o)


def stored(
    machine: Machine, document: dict[str, Any], path: str, whole: dict[str, Any], real: Any
) -> None:
    """What is new on disk has the owner and the group the two answers say."""
    for kind in ("uid", "gid"):
        o = ownership(machine, path, **whole, kind=kind, direction="create")  # type: ignore[arg-type]
        first = o.lanes[0]
        assert real["disk"][kind] == (first.twin[1] if first.twin else first.id)
        assert o.access is not None
        assert o.access.made is not None
        assert real["disk"]["mode"] == o.access.made.mode


@pytest.mark.parametrize("recorded", RECORDED, ids=lambda each: each["scenario"]["id"])
def test_an_operation_is_answered_as_the_kernel_answered_it(recorded: dict[str, Any]) -> None:
    document = recorded["scenario"]
    answered = 0
    for number, (op, result) in enumerate(
        zip(document["ops"], recorded["result"]["ops"], strict=True)
    ):
        o = of_recorded(document, number)
        if isinstance(o, kv.KernelError):
            assert result["err"] in (o.name, "NOMOUNT", "NOCALLER")
            continue
        assert o.access is not None
        assert o.access.err == result["err"]
        machine = Machine(document)
        assert {key: o.access.op[key] for key in machine.spelled_out(op)} == machine.spelled_out(op)
        answered += 1
        if op["op"] == "stat" and result["err"] is None:
            last = o.lanes[-1]
            assert result["seen"]["uid"] == (last.shown if last.id is None else last.id)
    assert answered


def of_recorded(document: dict[str, Any], number: int) -> Ownership | kv.KernelError:
    try:
        return of_operation(document, number)
    except kv.KernelError as error:
        return error


def test_the_check_stands_at_the_directory_and_names_the_capability() -> None:
    document = {
        "userns": {"c": {"uid_map": [[0, 1000, 1], [1, 100000, 65536]]}},
        "setup": [
            {"type": "dir", "path": "p", "mode": "0700"},
            {"type": "dir", "path": "p/child", "mode": "0755"},
        ],
        "callers": {"podman": {"kuid": 1000, "kgid": 1000, "userns": "c", "caps": "all"}},
    }
    for direction in ("read", "create"):
        o = kv.who_owns(document, "p/child", direction=direction)
        assert o.access is not None
        assert o.access.why is not None
        why = o.access.why
        assert (o.access.err, why.errno, why.path) == ("EACCES", "EACCES", "p")
        assert why.cap == "CAP_DAC_OVERRIDE"
        assert "no row in the caller's namespace" in str(why.cap_why)
        assert "EACCES at p: " in render.sentence(o)
    plain = {"setup": [{"type": "file", "path": "f", "kuid": 5}], "callers": {"u": {"kuid": 5}}}
    chown = kv.who_owns(plain, "f", direction="chown", id=0)
    assert chown.access is not None
    assert (chown.err, chown.access.err) == (None, "EPERM")
    assert chown.lanes[0].id == 0, "what would be stored"


def made(o: Ownership) -> tuple[str, str, str]:
    assert o.access is not None
    assert o.access.made is not None
    return o.access.made.mode, o.access.made.umask, o.access.made.acl


def test_create_applies_setgid_default_acl_and_umask() -> None:
    o = kv.who_owns("setgid-project-directory")
    assert (o.direction, o.kind, o.inherited) == ("create", "gid", True)
    assert [lane.id for lane in o.lanes] == [2002, 65536, 65536]
    refused = kv.who_owns(
        "setgid-project-directory", "project", by="group_without_row", kind="gid",
        direction="create",
    )  # fmt: skip
    assert (refused.err, refused.inherited) == ("EOVERFLOW", False)
    acl = [["user_obj", None, "rwx"], ["user", 7, "r--"], ["group_obj", None, "r-x"],
           ["mask", None, "r-x"], ["other", None, "---"]]  # fmt: skip
    document = {
        "setup": [
            {"type": "dir", "path": "d", "kuid": 5},
            {"type": "dir", "path": "a", "kuid": 5, "default_acl": acl},
            {"type": "file", "path": "d/f", "kuid": 5},
        ],
        "callers": {"u": {"kuid": 5, "umask": "0027"}},
    }
    assert made(kv.who_owns(document, "d", direction="create")) == ("0640", "0027", "")
    assert made(kv.who_owns(document, "a", direction="create")) == (
        "0640", "0000", "user_obj::rw-,user:7:r--,group_obj::r-x,mask::r--,other::---",
    )  # fmt: skip
    of_file = kv.who_owns(document, "d/f", direction="create")
    assert of_file.title == "a file created in d by u via plain"
    assert of_file.access is not None
    assert posixpath.dirname(of_file.access.op["path"]) == "d"
    assert "mode 0640 (0666 without the umask 0027)" in render.sentence(of_file)


def test_an_entry_is_named_as_what_it_is() -> None:
    entry = kv.who_owns("acl-with-a-strange-number")
    assert [lane.id for lane in entry.lanes] == [986, None, None]
    assert entry.lanes[-1].shown == 4294967295
    assert (entry.entry, entry.kind, entry.err) == ("user:986", "uid", None)
    assert entry.access is not None
    assert entry.access.op["op"] == "getacl"
    assert render.sentence(entry).startswith("The entry user:986 is stored as uid 986 on disk.")
    wide = kv.who_owns("acl-with-a-strange-number", "secret", via="wide", entry="user:986")
    assert [lane.id for lane in wide.lanes] == [986, 986, 986]
    root = kv.who_owns("file-capabilities-lost")
    assert root.access is not None
    assert (root.entry, root.err, root.access.err) == ("rootid", "EOVERFLOW", "EOVERFLOW")
    assert "The root of the capability is stored as uid 100000" in render.sentence(root)
    with pytest.raises(kv.KernelError, match=r"ENODATA: secret has no entry group:3; .*user:986"):
        kv.who_owns("acl-with-a-strange-number", "secret", entry="group:3")
    with pytest.raises(kv.KernelError, match=r"ENODATA: \. has no entry user:3; there is: none$"):
        kv.who_owns({}, ".", entry="user:3")
    with pytest.raises(kv.KernelError, match="ENODATA: secret has no capability"):
        kv.who_owns("acl-with-a-strange-number", "secret", entry="rootid")
    for wrong in ("mask:", "user:", "user:x", "user:4294967295", 986):
        with pytest.raises(ValueError, match="want user:ID or group:ID"):
            kv.who_owns("acl-with-a-strange-number", "secret", entry=wrong)
    with pytest.raises(ValueError, match="direction read, and without an id"):
        kv.who_owns("acl-with-a-strange-number", "secret", entry="user:986", id=5)


def test_entries_read_as_getfacl_and_getcap_show_them() -> None:
    compared = 0
    for document in documents():
        machine = Machine(document)
        for entry in document.get("setup") or ():
            kinds = [("default:", "default_acl")] * (entry["type"] == "dir") + [("", "acl")]
            for prefix, key in kinds:
                for tag, id, _ in entry.get(key) or ():
                    if tag in ("user", "group"):
                        compared += shown(machine, entry["path"], f"{prefix}{tag}:{id}")
    assert compared > 20


def shown(machine: Machine, path: str, entry: str) -> int:
    o = asked(machine, path, entry=entry)
    if o is None or o.access is None or o.access.err:
        return 0
    listed = machine.run(o.access.op)["ret"]
    last = o.lanes[-1]
    number = last.shown if last.id is None else last.id
    tag = entry.removeprefix("default:").partition(":")[0]
    assert number in [id for each, id, _ in listed if each == tag]
    return 1


def test_no_operation_there_is_none() -> None:
    with pytest.raises(ValueError, match="there is no operation 9; there is: none"):
        of_operation({}, 9)
    with pytest.raises(ValueError, match="there is: 0 to 0"):
        kv.who_owns({"ops": [{"op": "stat", "path": "."}]}, op=1)


def test_an_operation_is_asked_from_the_state_before_it() -> None:
    document = {
        "setup": [{"type": "file", "path": "f", "kuid": 5}],
        "callers": {"root_here": {"kuid": 0}},
        "ops": [
            {"op": "stat", "path": "f"},
            {"op": "chown", "path": "f", "uid": 7},
            {"op": "chown", "path": "f", "gid": 8},
            {"op": "stat", "path": "f"},
            {"op": "mkdir", "path": "d/e"},
            {"op": "chown_root", "path": "f", "kuid": 9},
        ],
    }  # fmt: skip
    first, chown, group, later = (of_operation(document, n) for n in range(4))
    assert (first.lanes[0].id, later.lanes[0].id) == (5, 7)
    assert (chown.direction, chown.kind, chown.lanes[0].id) == ("chown", "uid", 7)
    assert (group.direction, group.kind, group.lanes[0].id) == ("chown", "gid", 8)
    gone = of_operation(document, 4)
    assert (gone.title, gone.instead) == ("d is not there; . seen by root_here via plain", ".")
    assert gone.access is not None
    assert (gone.access.err, gone.access.op["path"], gone.access.unseen) == ("ENOENT", "d/e", False)
    assert render.sentence(gone).startswith("The path is not there; . is stored as uid 0 on disk;")
    by_root = of_operation(document, 5)
    assert by_root.access is not None
    assert (by_root.access.op["by"], by_root.lanes[0].id) == ("root", 9)
    assert replay(document)["ops"][3]["seen"]["uid"] == 7


def test_a_caller_that_may_look_is_told_what_it_sees() -> None:
    for number, unseen in ((0, False), (2, False), (5, False)):
        answer = kv.who_owns("capability-that-does-not-count", op=number)
        assert answer.access is not None
        assert answer.access.unseen is unseen
        assert ("would see" in render.sentence(answer)) is unseen
    lost = kv.who_owns("unmapped-parent-directory")
    assert lost.access is not None
    assert lost.access.unseen
    assert "would see" in render.sentence(lost)


@pytest.mark.parametrize(
    ("op", "instead", "err"),
    [
        ({"op": "stat", "path": "d/gone/x"}, "d", "ENOENT"),
        ({"op": "open", "path": "d/f/x"}, "d/f", "ENOTDIR"),
        ({"op": "open", "path": "l"}, ".", "ENOENT"),
        ({"op": "readlink", "path": "l"}, "", None),
        ({"op": "stat", "path": "l/x"}, ".", "ENOENT"),
        ({"op": "stat", "path": "d/l/x/y"}, "d", "ENOENT"),
        ({"op": "tmpfile", "path": "gone"}, ".", "ENOENT"),
        ({"op": "stat", "path": "../gone"}, "..", "ENOENT"),
    ],
)
def test_where_the_path_is_not_there_the_directory_that_is_answers(
    op: dict[str, Any], instead: str, err: str | None
) -> None:
    setup = [{"type": "dir", "path": "d", "kuid": 7}, {"type": "file", "path": "d/f", "kuid": 8},
             {"type": "symlink", "path": "l", "target": "nowhere"},
             {"type": "symlink", "path": "d/l", "target": "nowhere"}]  # fmt: skip
    answer = of_operation({"setup": setup, "ops": [op]}, 0)
    assert answer.access is not None
    assert (answer.instead, answer.access.err) == (instead, err)
    assert answer.lanes[0].id == {"d": 7, "d/f": 8}.get(instead, 0)


ACL = [["user_obj", None, "rwx"], ["user", 5, "r--"], ["user", 6, "r--"],
       ["group_obj", None, "r--"], ["group", 7, "r--"], ["mask", None, "r--"],
       ["other", None, "---"]]  # fmt: skip


@pytest.mark.parametrize(
    ("op", "more", "entry", "kind", "id"),
    [
        ({"op": "getacl", "path": "d"}, {}, "user:5", "uid", 5),
        ({"op": "getacl", "path": "d"}, {"kind": "gid"}, "group:7", "gid", 7),
        ({"op": "getacl", "path": "d"}, {"entry": "user:6"}, "user:6", "uid", 6),
        ({"op": "getacl", "path": "d", "which": "default"}, {}, "default:user:5", "uid", 5),
        ({"op": "getacl", "path": "f"}, {}, "", "uid", 30),
        ({"op": "getcap", "path": "f"}, {}, "rootid", "uid", 9),
        ({"op": "getcap", "path": "v2"}, {}, "", "uid", 0),
        ({"op": "getcap", "path": "gone"}, {}, "", "uid", 0),
    ],
)
def test_an_operation_that_reads_an_entry_is_about_the_entry(
    op: dict[str, Any], more: dict[str, Any], entry: str, kind: str, id: int
) -> None:
    setup = [{"type": "dir", "path": "d", "acl": ACL, "default_acl": ACL},
             {"type": "file", "path": "f", "kuid": 30, "cap": {"rootid": 9}},
             {"type": "file", "path": "v2", "cap": {"version": 2}}]  # fmt: skip
    answer = of_operation({"setup": setup, "ops": [op]}, 0, **more)
    assert (answer.entry, answer.kind, answer.lanes[0].id) == (entry, kind, id)
    assert answer.access is not None
    assert answer.access.op["op"] == op["op"]


BROKEN: dict[str, Any] = {
    "settings": {"kernel": "6.1"},
    "userns": {"M": {"uid_map": [[0, 100, 10]], "gid_map": [[0, 200, 10]]},
               "N": {"uid_map": [[0, 0, 0]]}},
    "setup": [{"type": "dir", "path": "d", "kuid": 5, "kgid": 6},
              {"type": "file", "path": "d/f", "kuid": 7, "kgid": 8, "cap": {"rootid": 9}}],
    "mounts": {"m": {"userns": "M", "subdir": "d"}},
    "callers": {"c": {"kuid": 100, "userns": "M"}, "n": {"userns": "N"}},
    "ops": [{"op": "chown", "path": "f", "uid": 0}, {"op": "stat", "path": "gone"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("question", "id", "op", "unmade"),
    [
        ({"path": "f"}, 7, "stat", "mounts.m"),
        ({"path": "f", "kind": "gid"}, 8, "stat", "mounts.m"),
        ({"path": "f", "id": 3}, 3, "stat", "mounts.m"),
        ({"path": ".", "direction": "create"}, 5, "create", "mounts.m"),
        ({"path": "f", "direction": "chown", "id": 3}, 7, "chown", "mounts.m"),
        ({"path": "f", "entry": "rootid"}, 9, "stat", "mounts.m"),
        ({"path": "d", "by": "n", "via": "plain"}, 5, "stat", "callers.n"),
        ({"op": 0}, 7, "chown", "mounts.m"),
        ({"op": 1}, 5, "stat", "mounts.m"),
    ],
)
def test_a_mount_that_could_not_be_made_leaves_the_disk_to_tell_of(
    question: dict[str, Any], id: int, op: str, unmade: str
) -> None:
    answer = kv.who_owns(BROKEN, **question)
    assert [lane.id for lane in answer.lanes] == [id, None, None]
    assert {leg.fate for leg in answer.travel.legs} == {"unreached"}
    assert (answer.travel.answer, answer.travel.loss, answer.unmade) == (0, None, unmade)
    assert answer.access is not None
    assert answer.access.why is not None
    assert (answer.access.op["op"], answer.err) == (op, answer.access.err)
    told = render.sentence(answer)
    if unmade == "mounts.m":
        rows = ((0, 200, 10),) if question.get("kind") == "gid" else ((0, 100, 10),)
        assert [(hop.rows, hop.nop) for hop in answer.hops] == [(rows, False), (rows, False)]
        why = "EINVAL, tmpfs can be idmapped only since 6.3."
        assert told.endswith(f"There is no mount m to ask through: {why}")
    else:
        assert [(hop.rows, hop.nop) for hop in answer.hops] == [((), True), ((), False)]
        assert "There is no caller n to ask: EINVAL, userns N could not be made" in told
    assert str(id) in told
    assert answer.as_dict()["unmade"] == unmade


def test_a_filesystem_that_could_not_be_made_is_the_reason_for_its_mounts() -> None:
    document = {"userns": BROKEN["userns"], "fs": {"userns": "N"}, "mounts": {"m": {}}}
    for via in ("m", "plain"):
        with pytest.raises(kv.KernelError, match="could not be made: EINVAL at fs: userns N could"):
            kv.who_owns(document, via=via)


def test_create_and_chown_without_a_path_are_about_that_of_the_focus() -> None:
    setup = [{"type": "dir", "path": "d", "mode": "2777", "kgid": 9},
             {"type": "file", "path": "d/f"}]  # fmt: skip
    mounts: dict[str, Any] = {"m": {}, "other": {"subdir": "d"}}
    document = {"setup": setup, "mounts": mounts, "focus": {"path": "d/f", "via": "m"}}
    for question, path in (
        ({"direction": "create", "kind": "gid"}, "d/new"), ({"direction": "chown", "id": 5}, "d/f"),
        ({"direction": "create", "via": "other"}, "new"), ({"kind": "gid"}, "."),
    ):  # fmt: skip
        access = kv.who_owns(document, **question).access
        assert access is not None
        assert access.op["path"] == path
    assert kv.who_owns(document, direction="create", kind="gid").setgid == 9


def test_a_link_that_is_seen_may_lead_where_nobody_looks() -> None:
    setup = [{"type": "dir", "path": "p", "mode": "0700"}, {"type": "file", "path": "p/f"},
             {"type": "symlink", "path": "l", "target": "p/f"}]  # fmt: skip
    stat = {"op": "stat", "path": "l"}
    ops = [stat | {"follow": True}, stat, {"op": "open", "path": "l"}]
    document = {"setup": setup, "callers": {"u": {"kuid": 5}}, "ops": ops}
    found = [of_operation(document, number).access for number in range(3)]
    assert [each and (each.err, each.unseen) for each in found] == [
        ("EACCES", True), (None, False), ("EACCES", False),
    ]  # fmt: skip


@pytest.mark.parametrize(("kind", "id"), [("uid", 70000), ("gid", 70000)])
def test_an_id_without_a_row_creates_nothing(kind: Any, id: int) -> None:
    document = {
        "userns": {"M": {"uid_map": [[0, 100, 10]]}},
        "callers": {"c": {"kuid": 100, "kgid": 100, "userns": "M"}},
    }
    found = kv.who_owns(document, direction="create", kind=kind, id=id).access
    assert found is not None
    assert (found.err, found.rule) == (
        "EINVAL", f"{kind} 70000 is no id in the caller's user namespace",
    )  # fmt: skip


def test_what_a_call_did_is_taken_back() -> None:
    machine = Machine({"setup": [{"type": "file", "path": "f"}]})
    root = machine.sb.s_root
    inode = root.entries["f"]
    for op, about in (({"op": "setxattr", "name": "user.a"}, inode),
                      ({"op": "setacl", "entries": ACL}, inode),
                      ({"op": "mkdir", "path": "d"}, root), ({"op": "unlink"}, root)):  # fmt: skip
        asked = {"path": "f", "by": "root", "via": "plain", **op}
        assert access(machine, asked, machine.root, about).err is None
        assert (inode.i_xattrs, inode.i_acl, [*root.entries]) == ({}, None, ["f"]), op


def test_who_has_no_number_of_their_own_cannot_type_one() -> None:
    document = {
        "userns": {"n": {"uid_map": [[0, 100000, 1]]}},
        "setup": [{"type": "file", "path": "f"}],
        "callers": {"c": {"kuid": 5, "kgid": 100000, "userns": "n", "caps": "all"}},
    }
    o = ownership(Machine(document), "f", direction="chown")
    assert o.access is not None
    assert (o.access.err, o.access.rule) == (
        "EINVAL",
        "the caller's namespace has no number for its own uid",
    )


def test_a_question_that_asks_too_much_names_its_path(monkeypatch: pytest.MonkeyPatch) -> None:
    acl = [["user_obj", None, "rwx"], *(["user", n, "r--"] for n in range(50)),
           ["group_obj", None, "r--"], ["mask", None, "r--"], ["other", None, "r--"]]  # fmt: skip
    setup = [{"type": "file", "path": "f", "acl": acl}]
    machine = Machine({"setup": setup, "callers": {"c": {"kuid": 77}}})
    monkeypatch.setattr(budget, "WORK_MAX", 20)
    with pytest.raises(kv.ScenarioError) as caught:
        ownership(machine, "f", entry="user:7")
    assert [(p.place, p.text[:16]) for p in caught.value.problems] == [("f", "too much to ask:")]
