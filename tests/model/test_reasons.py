# SPDX-License-Identifier: BSD-3-Clause
"""What a refusal says as data: where, which id, in which map, what row or capability would help."""

from __future__ import annotations

from copy import copy
from typing import Any

import pytest

from kfuncviz.model.cred import Cred, Task
from kfuncviz.model.errors import IdMapError, KernelError, MapSeen, errno
from kfuncviz.model.map_write import map_write, proc_setgroups_write
from kfuncviz.model.trace import deciding, hangs_on, recording, traced
from kfuncviz.model.uidgid import kgid_t, kuid_t
from kfuncviz.model.user_namespace import UserNamespace, create_user_ns, init_user_ns
from kfuncviz.model.write_map import write_map
from kfuncviz.scenario.replay import replay_traced

ROWS = ((0, 10000, 1000),)
UID, GID = (MapSeen("mount", "M", kind, ROWS) for kind in ("uid", "gid"))
OF_C = tuple(MapSeen("caller", "C", kind, ROWS) for kind in ("uid", "gid"))
ACL = [["user_obj", None, "rw-"], ["user", 5, "r--"], ["group_obj", None, "r--"],
       ["mask", None, "r--"], ["other", None, "---"]]  # fmt: skip
WORLD: dict[str, Any] = {
    "userns": {"M": {"uid_map": [[0, 10000, 1000]]}, "C": {"uid_map": [[0, 10000, 1000]]},
               "F": {"uid_map": [[0, 20000, 10]]}},
    "mounts": {"m": {"userns": "M"}},
    "setup": [
        {"type": "dir", "path": "d", "kuid": 5, "kgid": 5, "mode": "0700"},
        {"type": "file", "path": "d/f", "kuid": 5, "kgid": 5, "mode": "0600"},
        {"type": "dir", "path": "s", "kuid": 5, "kgid": 5, "mode": "1777"},
        {"type": "file", "path": "s/f", "kuid": 5, "kgid": 5, "mode": "0644"},
        {"type": "file", "path": "u", "kuid": 5000, "kgid": 5, "mode": "0666"},
        {"type": "file", "path": "g", "kuid": 5, "kgid": 5000, "mode": "0660"},
        {"type": "symlink", "path": "l", "target": "f"},
    ],
    "callers": {
        "nobody": {"kuid": 10009, "kgid": 10009},
        "owner": {"kuid": 10005, "kgid": 10005},
        "inside": {"kuid": 10000, "kgid": 10000, "userns": "C", "caps": "all"},
        "searching": {"kuid": 10000, "kgid": 10000, "userns": "C",
                      "caps": ["CAP_DAC_READ_SEARCH"]},
        "outside": {"kuid": 7, "kgid": 7, "caps": "all"},
    },
}  # fmt: skip


def refusal(op: dict[str, Any], **world: Any) -> KernelError:
    answer = replay_traced(WORLD | world | {"ops": [{"by": "nobody", "via": "m"} | op]})[0]
    step = deciding(list(answer.steps))
    assert step is not None, answer
    assert step.error is not None
    return step.error


#: A call, and what its refusal holds; what is not named is ``None``.
REFUSED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"op": "stat", "path": "d/f"},
     {"errno": 13, "path": "d", "cap": "CAP_DAC_OVERRIDE", "cap_why": "not held"}),
    ({"op": "open", "path": "s/f", "flags": "w"},
     {"errno": 13, "path": "s/f", "cap": "CAP_DAC_OVERRIDE", "cap_why": "not held"}),
    ({"op": "open", "path": "g", "by": "outside"},
     {"errno": 13, "path": "g", "id": 5000, "kind": "gid", "map": GID,
      "missing_row": (5000, 5000, 1), "cap": "CAP_DAC_OVERRIDE",
      "cap_why": "group has no row in the mount"}),
    ({"op": "open", "path": "u", "flags": "w"},
     {"errno": 13, "path": "u", "id": 5000, "kind": "uid", "map": UID,
      "missing_row": (5000, 5000, 1)}),
    ({"op": "open", "path": "d/f", "via": "plain", "by": "inside"},
     {"errno": 13, "path": "d", "id": 5, "kind": "uid", "map": OF_C[0],
      "missing_row": (1000, 5, 1), "cap": "CAP_DAC_OVERRIDE",
      "cap_why": "owner and group have no row in the caller's namespace"}),
    ({"op": "create", "path": "new", "by": "outside"},
     {"errno": 75, "path": ".", "id": 7, "kind": "uid", "map": UID, "missing_row": (1000, 7, 1)}),
    ({"op": "mkdir", "path": "s/new", "by": "outside"},
     {"errno": 75, "path": "s", "id": 7, "kind": "uid", "map": UID, "missing_row": (1000, 7, 1)}),
    ({"op": "tmpfile", "path": "s", "by": "outside"},
     {"errno": 75, "path": "s", "id": 7, "kind": "uid", "map": UID, "missing_row": (1000, 7, 1)}),
    ({"op": "unlink", "path": "g"},
     {"errno": 75, "path": "g", "id": 5000, "kind": "gid", "map": GID,
      "missing_row": (5000, 5000, 1)}),
    ({"op": "link", "path": "u", "to": "u2"},
     {"errno": 75, "path": "u", "id": 5000, "kind": "uid", "map": UID,
      "missing_row": (5000, 5000, 1)}),
    ({"op": "unlink", "path": "s/f"},
     {"errno": 1, "path": "s/f", "cap": "CAP_FOWNER", "cap_why": "not held"}),
    ({"op": "chmod", "path": "s/f", "mode": "0600"},
     {"errno": 1, "path": "s/f", "cap": "CAP_FOWNER", "cap_why": "not held"}),
    ({"op": "chown", "path": "s/f", "uid": 10009},
     {"errno": 1, "path": "s/f", "cap": "CAP_CHOWN", "cap_why": "not held"}),
    ({"op": "chown", "path": "s/f", "uid": 5000, "gid": 10005},
     {"errno": 75, "path": "s/f", "id": 5000, "kind": "uid", "map": UID,
      "missing_row": (5000, 5000, 1)}),
    ({"op": "chown", "path": "s/f", "gid": 5000},
     {"errno": 75, "path": "s/f", "id": 5000, "kind": "gid", "map": GID,
      "missing_row": (5000, 5000, 1)}),
    ({"op": "chown", "path": "u", "gid": 10005},
     {"errno": 75, "path": "u", "id": 5000, "kind": "uid", "map": UID,
      "missing_row": (5000, 5000, 1)}),
    ({"op": "chmod", "path": "g", "mode": "0600"},
     {"errno": 75, "path": "g", "id": 5000, "kind": "gid", "map": GID,
      "missing_row": (5000, 5000, 1)}),
    ({"op": "chown", "path": "s/f", "uid": 1000, "by": "inside"},
     {"errno": 22, "path": "s/f", "id": 1000, "kind": "uid", "map": OF_C[0],
      "missing_row": (1000, 11000, 1)}),
    ({"op": "chown", "path": "s/f", "gid": 1000, "by": "inside"},
     {"errno": 22, "path": "s/f", "id": 1000, "kind": "gid", "map": OF_C[1],
      "missing_row": (1000, 11000, 1)}),
    ({"op": "mknod", "path": "s/c", "ftype": "chr", "rdev": [1, 3]},
     {"errno": 1, "path": "s/c", "cap": "CAP_MKNOD", "cap_why": "not held"}),
    ({"op": "mknod", "path": "s/c", "ftype": "chr", "rdev": [1, 3], "by": "inside"},
     {"errno": 1, "path": "s/c", "cap": "CAP_MKNOD",
      "cap_why": "not over the initial namespace"}),
    ({"op": "setxattr", "path": "u", "name": "user.a"},
     {"errno": 1, "path": "u", "id": 5000, "kind": "uid", "map": UID,
      "missing_row": (5000, 5000, 1)}),
    ({"op": "setxattr", "path": "s/f", "name": "trusted.a"},
     {"errno": 1, "path": "s/f", "cap": "CAP_SYS_ADMIN", "cap_why": "not held"}),
    ({"op": "setxattr", "path": "s/f", "name": "security.a", "by": "inside"},
     {"errno": 1, "path": "s/f", "cap": "CAP_SYS_ADMIN",
      "cap_why": "not over the initial namespace"}),
    ({"op": "setacl", "path": "s/f", "entries": ACL},
     {"errno": 1, "path": "s/f", "cap": "CAP_FOWNER", "cap_why": "not held"}),
    ({"op": "setacl", "path": "s/f", "entries": ACL, "by": "owner"},
     {"errno": 22, "path": "s/f", "id": 5, "kind": "uid", "map": UID, "missing_row": (1000, 5, 1)}),
    ({"op": "setacl", "path": "s/f", "by": "inside", "entries": [["user", 1000, "rwx"]]},
     {"errno": 22, "path": "s/f", "id": 1000, "kind": "uid", "map": OF_C[0],
      "missing_row": (1000, 11000, 1)}),
    ({"op": "setcap", "path": "s/f", "rootid": 10005},
     {"errno": 1, "path": "s/f", "cap": "CAP_SETFCAP", "cap_why": "not held"}),
    ({"op": "setcap", "path": "s/f", "rootid": 3, "by": "outside"},
     {"errno": 22, "path": "s/f", "id": 3, "kind": "uid", "map": UID, "missing_row": (1000, 3, 1)}),
    ({"op": "setcap", "path": "s/f", "rootid": 1000, "by": "inside"},
     {"errno": 22, "path": "s/f", "id": 1000, "kind": "uid", "map": OF_C[0],
      "missing_row": (1000, 11000, 1)}),
    ({"op": "stat", "path": "d/f", "via": "plain", "by": "searching"},
     {"errno": 13, "path": "d", "id": 5, "kind": "uid", "map": OF_C[0],
      "missing_row": (1000, 5, 1), "cap": "CAP_DAC_READ_SEARCH",
      "cap_why": "owner and group have no row in the caller's namespace"}),
    ({"op": "open", "path": "s/f", "flags": "x"}, {"errno": 13, "path": "s/f"}),
    ({"op": "stat", "path": "s/gone"}, {"errno": 2, "path": "s/gone"}),
    ({"op": "mkdir", "path": "s/f"}, {"errno": 17, "path": "s/f"}),
    ({"op": "rmdir", "path": "s", "by": "owner"}, {"errno": 39, "path": "s"}),
]  # fmt: skip

FIELDS = ("errno", "path", "id", "kind", "map", "missing_row", "cap", "cap_why")


@pytest.mark.parametrize(
    ("op", "said"), REFUSED, ids=lambda value: f"{value.get('op', '')} {value.get('path', '')}"
)
def test_a_refusal_says_what_it_hangs_on(op: dict[str, Any], said: dict[str, Any]) -> None:
    error = refusal(op)
    assert {key: getattr(error, key) for key in FIELDS} == dict.fromkeys(FIELDS) | said
    assert {key: getattr(copy(error), key) for key in FIELDS} == (dict.fromkeys(FIELDS) | said)


def test_the_errno_of_a_call_is_its_name_and_what_is_no_refusal_is_raised() -> None:
    assert errno(write_map, "0 1000 1", own=(1000, 1000)) is None
    assert errno(write_map, "0 1000 2", own=(1000, 1000)) == "EPERM"
    with pytest.raises(TypeError, match="sum"):
        errno(sum)
    with pytest.raises(OSError, match="nothing"):
        errno(open, "nothing")


def test_a_row_that_is_missing_helps() -> None:
    """The call goes through once the missing row is there."""
    helped = 0
    for op, said in REFUSED:
        map, row = said.get("map"), said.get("missing_row")
        if map is None or said["errno"] != 75:
            continue
        rows = [*ROWS, row]
        both = {"uid_map": ROWS, "gid_map": ROWS} | {f"{map.kind}_map": rows}
        if said["id"] == 7:
            both = {"uid_map": rows, "gid_map": rows}
        document = WORLD | {"userns": WORLD["userns"] | {"M": both}}
        again = replay_traced(document | {"ops": [{"by": "nobody", "via": "m"} | op]})[0]
        assert again.err != "EOVERFLOW", op
        helped += 1
    assert helped > 6


def test_a_filesystem_of_a_namespace_that_lacks_the_id() -> None:
    error = refusal(
        {"op": "create", "path": "x", "by": "root"},
        fs={"userns": "F"}, setup=[], mounts={"m": {"userns": "M"}},
    )  # fmt: skip
    assert (error.name, error.id, error.kind) == ("EOVERFLOW", 0, "uid")
    assert error.map == UID
    error = refusal({"op": "create", "path": "x", "via": "plain"}, fs={"userns": "F"}, setup=[])
    assert error.map == MapSeen("filesystem", "F", "uid", ((0, 20000, 10),))
    assert (error.id, error.missing_row) == (10009, (10009, 10009, 1))


def test_rows_of_a_nested_namespace_are_as_they_were_written() -> None:
    nested = {"outer": {"uid_map": [[0, 10000, 1000]]},
              "inner": {"uid_map": [[5, 20, 10]], "parent": "outer"}}  # fmt: skip
    caller = {"c": {"kuid": 10020, "kgid": 10020, "userns": "inner", "caps": "all"}}
    op = {"op": "open", "path": "f", "via": "plain", "by": "c"}
    for kuid, row in ((10050, (10050, 50, 1)), (7, None)):
        file = {"type": "file", "path": "f", "kuid": kuid, "kgid": 10020, "mode": "0600"}
        error = refusal(op, userns=nested, mounts={}, callers=caller, setup=[file])
        assert error.map == MapSeen("caller", "inner", "uid", ((5, 20, 10),))
        assert (error.id, error.missing_row) == (kuid, row)


@pytest.mark.parametrize(
    ("mount", "caller", "row"),
    [
        ([[0, 10000, 1000]], [[0, 5000, 1], [1, 10000, 1]], (5000, 5000, 1)),
        ([[0, 5000, 10]], [[0, 5000, 1], [1, 10000, 1]], (5000, 10000, 1)),
        ([[0, 10000, 1]], [[0, 10000, 1], [1, 20000, 1]], (5000, 20000, 1)),
        ([[0, 10000, 1]], [[0, 10000, 1000]], (5000, 10001, 1)),
        ([[0, 10000, 1], [1, 70000, 1]], [[0, 10000, 1000]], (5000, 10001, 1)),
        ([[0, 10000, 1]], [[0, 10000, 1]], (5000, 10001, 1)),
    ],
)
def test_the_row_a_mount_lacks_is_of_use_to_the_caller(
    mount: list[list[int]], caller: list[list[int]], row: tuple[int, int, int]
) -> None:
    userns = {"M": {"uid_map": mount}, "C": {"uid_map": caller}}
    file = {"type": "file", "path": "u", "kuid": 5000, "mode": "0600"}
    inside = WORLD["callers"]["inside"]
    op = {"op": "open", "path": "u", "by": "inside"}
    error = refusal(op, userns=userns, setup=[file], callers={"inside": inside})
    assert (error.id, error.missing_row) == (5000, row)


def test_who_is_nobody_to_the_mode_bits_is_named() -> None:
    acl = {"acl": [*ACL[:1], ["user", 4000, "r--"], *ACL[2:]]}
    for setup, id, kind in (
        ({"kuid": 3000, "kgid": 4000, "mode": "0640"}, 3000, "uid"),
        ({"kuid": 5, "kgid": 4000, "mode": "0640"}, 4000, "gid"),
        ({"kuid": 5, "kgid": 4000, "mode": "0600"}, None, None),
        ({"kuid": 9, "kgid": 4000, "mode": "0040"}, None, None),
        ({"kuid": 5, "kgid": 5, "mode": "0640"} | acl, 4000, "uid"),
    ):
        file = {"type": "file", "path": "n", **setup}
        error = refusal({"op": "open", "path": "n"}, setup=[file])
        assert (error.id, error.kind, error.cap_why) == (id, kind, "not held"), setup


def test_capabilities_whose_root_has_no_row() -> None:
    setup = [{"type": "file", "path": "f", "cap": {"version": 3, "rootid": 5000}},
             {"type": "file", "path": "v", "cap": {"version": 3, "rootid": 7}}]  # fmt: skip
    error = refusal({"op": "getcap", "path": "f"}, setup=setup)
    assert (error.name, error.path, error.id, error.map) == ("EOVERFLOW", "f", 5000, UID)
    error = refusal({"op": "getcap", "path": "v", "via": "plain", "by": "inside"}, setup=setup)
    assert (error.name, error.id, error.map) == ("EOVERFLOW", 7, OF_C[0])
    assert error.missing_row == (1000, 7, 1)


def refused(call: Any) -> KernelError:
    with pytest.raises(KernelError) as caught:
        call()
    return caught.value


def test_maps_that_may_not_be_written_say_why() -> None:
    box = UserNamespace("box", init_user_ns, owner=kuid_t(9))
    user = Task(cred=Cred.of(7, 7))
    root = Task()
    map_write(root, box, "uid_map", b"0 100 10")
    deeper = UserNamespace("deeper", box)
    for call, data in (
        (lambda: map_write(user, UserNamespace("n", init_user_ns), "uid_map", b"0 7 2"),
         {"cap": "CAP_SYS_ADMIN", "cap_why": "not held"}),
        (lambda: map_write(user, UserNamespace("n", init_user_ns, owner=kuid_t(7)), "gid_map",
                           b"0 7 2"), {"cap": "CAP_SETGID", "cap_why": "not held"}),
        (lambda: map_write(user, UserNamespace("n", init_user_ns, owner=kuid_t(7)), "uid_map",
                           b"0 0 2"), {"cap": "CAP_SETFCAP", "cap_why": "not held"}),
        (lambda: map_write(Task(cred=Cred.of(100, 100, user_ns=box, caps=(1 << 41) - 1)), deeper,
                           "uid_map", b"0 5 9"),
         {"id": 5, "kind": "uid",
          "map": MapSeen("parent", "box", "uid", ((0, 100, 10),))}),
        (lambda: map_write(Task(cred=Cred.of(100, 100, user_ns=box, caps=(1 << 41) - 1)), deeper,
                           "projid_map", b"0 5 9"), {"id": 5}),
        (lambda: create_user_ns("n", box, kuid_t(3), kgid_t(3), could_setfcap=False),
         {"id": 3, "kind": "uid"}),
        (lambda: proc_setgroups_write(user, box, b"deny"),
         {"cap": "CAP_SYS_ADMIN", "cap_why": "not held"}),
    ):  # fmt: skip
        error = refused(call)
        assert {key: getattr(error, key) for key in FIELDS[1:]} == dict.fromkeys(FIELDS[1:]) | data
    again = copy(IdMapError("EPERM", "why", 3, id=5))
    assert (again.line, again.id, again.reason) == (3, 5, "why")


def test_what_a_check_said_itself_stands() -> None:
    error = KernelError("EPERM", "why", path="f")
    error.explain({"path": "g", "id": 5})
    assert (error.path, error.id) == ("f", 5)


def test_a_step_is_measured_only_if_all_it_hangs_on_is() -> None:
    with recording() as steps:
        hanging(False)
        hanging(True)
    assert [step.measured for step in steps] == [False, True]


@traced("1", "fs/made_up.c")
def hanging(first: bool) -> None:
    hangs_on("0123456789ab", measured=first)
    hangs_on("0123456789ab", measured=True)
