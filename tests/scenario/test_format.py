# SPDX-License-Identifier: BSD-3-Clause
"""
The format, key by key
======================

Which keys each part and each operation has, what each of them wants in words, and where a value
begins and ceases to be good.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

import pytest

from kfuncviz.scenario.checking import schema, unmodelled
from kfuncviz.scenario.checking.validate import validate
from kfuncviz.scenario.problems import ScenarioError
from kfuncviz.scenario.reading.document import JSON_MAX, YAML_MAX, parse_text
from kfuncviz.scenario.reading.token import decode, encode, version

#: What is wanted, and of which keys.
WANTED = {
    "true or false": (
        "stat.follow open.keep access.real chown.follow fchownat.follow fchownat.empty_path "
        "name_to_handle.follow setcap.effective setxattr.follow mount_setattr.recursive "
        "cap.effective mount.detached mount.recursive caller.no_new_privs caller.mount_ns"
    ),
    'a mode such as "0755" (at most "7777")': (
        "create.mode mkdir.mode mknod.mode tmpfile.mode open.mode chmod.mode chmod_root.mode "
        "setup.mode root.mode caller.umask"
    ),
    "a text of at most 4095 characters without NUL": "symlink.target setup.target",
    "one of reg, fifo, sock, chr, blk": "mknod.ftype",
    "[major, minor], at most [4095, 1048575]": "mknod.rdev setup.rdev",
    "a path, relative to the mount's root ('.' is the root itself)": (
        "tmpfile.to copy_file_range.to link.to rename.to move_mount.to setup.path mount.subdir "
        "mount.to focus.path"
    ),
    (
        "one of r, w, rw, a, wtrunc, x, or a list of O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_EXCL, "
        "O_TRUNC, O_APPEND, O_DIRECTORY, O_NOFOLLOW, O_NOATIME, O_PATH"
    ): "open.flags open_by_handle.flags",
    'a text such as "rw"': "access.mask",
    "a whole number from -1 to 4294967295 (-1 leaves it as it is)": (
        "chown.uid chown.gid fchownat.uid fchownat.gid setresuid.ruid setresuid.euid "
        "setresuid.suid setresgid.rgid setresgid.egid setresgid.sgid"
    ),
    "a name of letters, digits, _ . - (at most 64)": (
        "open_by_handle.via2 copy_file_range.via2 link.via2 rename.via2 open_tree.as "
        "open_tree_attr.as open_tree_attr.userns mount_setattr.userns move_mount.via2 focus.by "
        "focus.via"
    ),
    "a whole number from 0 to 67108864": "truncate.size truncate_path.size",
    "a text of at most 65536 characters without NUL": (
        "write.content setxattr.value setup.content texts.notes"
    ),
    "a whole number from 1 to 16777216": "fallocate.size",
    "one of now, set": "utimens.when",
    "one of now, set, omit": "utimens.atime utimens.mtime",
    "one of 0, 1, 2, 4": "rename.flags",
    "one of access, default": "setacl.which getacl.which delacl.which",
    'a list of entries like ["user", 1000, "rw-"] or ["mask", null, "r--"]': (
        "setacl.entries setup.acl setup.default_acl"
    ),
    "a whole number from 1 to 1048576": "getacl.buffer",
    "one of 2, 3": "setcap.version cap.version",
    "a whole number from 0 to 18446744073709551615": (
        "setcap.permitted setcap.inheritable cap.permitted cap.inheritable settings.cap_bset"
    ),
    "a whole number from 0 to 4294967295": "setcap.rootid setfsuid.uid setfsgid.gid cap.rootid",
    "a text of at most 255 characters without NUL": (
        "setxattr.name getxattr.name removexattr.name"
    ),
    "a list of clone, recursive, empty_path, symlink_nofollow, no_automount, cloexec": (
        "open_tree.flags open_tree_attr.flags"
    ),
    "a list of ro, nosuid, noexec, nodev, nosymfollow, idmap": (
        "open_tree_attr.set open_tree_attr.clear mount_setattr.set mount_setattr.clear"
    ),
    "a list of ids from 0 to 4294967295": "setgroups.groups",
    "a whole number from 0 to 4294967294": (
        "chown_root.kuid chown_root.kgid root.kuid root.kgid caller.kuid caller.kgid caller.ruid "
        "caller.rgid caller.fsuid caller.fsgid caller.suid caller.sgid focus.id"
    ),
    "one of allow, deny": "userns.setgroups",
    "one of dir, file, symlink, fifo, chr, exe": "setup.type",
    "a whole number from 0 to 4294967294, or -1 for an inode without one": "setup.kuid setup.kgid",
    "a list of immutable, append": "setup.attrs",
    "a list of ro, nosuid, noexec, nodev, nosymfollow": "mount.flags",
    "a list of kernel ids from 0 to 4294967294": "caller.kgroups",
    '"all", "none", "-CAP_CHOWN,..." (all but these) or a list of capability names': (
        "caller.caps caller.bounding caller.inheritable caller.ambient"
    ),
    "a list of noroot, no_setuid_fixup, keep_caps, no_cap_ambient_raise": "caller.securebits",
    'a kernel release or version written as a text such as "6.18" or "6.12.43"': "settings.kernel",
    "a whole number from 0 to 65535": "settings.overflowuid settings.overflowgid",
    "one of 0, 1": "settings.protected_hardlinks settings.protected_symlinks",
    "one of 0, 1, 2": "settings.protected_regular settings.protected_fifos",
    "a text of at most 200 characters without NUL": "texts.title texts.profile",
    "a text of at most 2000 characters without NUL": "texts.source",
    "one of uid, gid": "focus.kind",
    "one of read, create, chown": "focus.direction",
    "user:ID or group:ID, the same after default:, or rootid": "focus.entry",
}
WITHOUT_ARGUMENTS = "unlink rmdir readlink readdir getcap rmcap listxattr exec mountinfo statmount"
REQUIRED = {
    "chmod": "mode", "chmod_root": "mode", "fallocate": "size", "copy_file_range": "to",
    "link": "to", "rename": "to", "move_mount": "to", "setacl": "entries", "setxattr": "name",
    "getxattr": "name", "removexattr": "name", "setfsuid": "uid", "setfsgid": "gid",
    "setgroups": "groups",
}  # fmt: skip
PARTS = {
    "cap": schema.CAP, "userns": schema.USERNS, "setup": schema.SETUP, "root": schema.ROOT,
    "mount": schema.MOUNT, "caller": schema.CALLER, "settings": schema.SETTINGS,
    "focus": schema.FOCUS, "texts": schema.TEXTS,
}  # fmt: skip
CHECKERS = {
    f"{part}.{key}": checker
    for part, table in (schema.OP_ARGUMENTS | PARTS).items()
    for key, checker in table.items()
}


def problems(document: Mapping[str, Any]) -> list[str]:
    return [str(problem) for problem in validate(document)]


def test_every_key_says_what_it_wants() -> None:
    wanted = {key: words for words, keys in WANTED.items() for key in keys.split()}
    assert {key: checker({1: 2}) for key, checker in CHECKERS.items()} == wanted
    bare = {op for op, arguments in schema.OP_ARGUMENTS.items() if not arguments}
    assert bare == {*WITHOUT_ARGUMENTS.split()}


def test_what_an_operation_cannot_do_without() -> None:
    for op in schema.OP_ARGUMENTS:
        needed = [] if op in schema.WITHOUT_PATH else ["path"]
        needed += [REQUIRED[op]] if op in REQUIRED else []
        document = {"callers": {"c": {}}, "ops": [{"op": op}]}
        assert problems(document) == [f"ops[0]: {key!r} is missing" for key in needed], op
    assert {"setresuid", "setresgid", "setfsuid", "setfsgid", "setgroups"} == schema.WITHOUT_PATH
    assert {
        "stat", "open_tree", "open_tree_attr", "mount_setattr", "move_mount", "statmount",
        "mountinfo",
    } == schema.EMPTY_PATH  # fmt: skip


#: Of each kind of value the first and last that are good, and the first that are not.
EDGES: list[tuple[str, list[Any], list[Any]]] = [
    ("truncate.size", [0, 64 << 20], [-1, (64 << 20) + 1, 1.0, True]),
    ("fallocate.size", [1, 16 << 20], [0, (16 << 20) + 1]),
    ("getacl.buffer", [1, 1 << 20], [0, (1 << 20) + 1]),
    ("cap.permitted", [0, (1 << 64) - 1], [-1, 1 << 64]),
    ("chown.uid", [-1, 0xFFFFFFFF], [-2, 1 << 32]),
    ("cap.rootid", [0, 0xFFFFFFFF], [-1, 1 << 32]),
    ("caller.kuid", [0, 0xFFFFFFFE], [-1, 0xFFFFFFFF]),
    ("setup.kuid", [-1, 0, 0xFFFFFFFE], [-2, 0xFFFFFFFF, -1.0]),
    ("settings.overflowuid", [0, 65535], [-1, 65536]),
    ("create.mode", ["0", "7777", "07777", 0, 0o7777], ["10000", "", "8", 0o10000, -1, True]),
    ("rename.flags", [0, 1, 2, 4], [3, 5, False, "1"]),
    ("settings.protected_fifos", [0, 1, 2], [3, -1]),
    ("settings.protected_hardlinks", [0, 1], [2, True]),
    ("cap.version", [2, 3], [1, 4]),
    ("symlink.target", ["", "t" * 4095], ["t" * 4096, "\0", None]),
    ("setxattr.name", ["", "n" * 255], ["n" * 256]),
    ("setxattr.value", ["v" * 65536], ["v" * 65537]),
    ("texts.source", ["s" * 2000], ["s" * 2001]),
    ("texts.title", ["t" * 200], ["t" * 201]),
    ("focus.by", ["a", "_.-9", "n" * 64], ["n" * 65, "", "-a", ".a", "a b", "ä", None]),
    ("mknod.rdev", [[0, 0], [4095, 1048575]], [[4096, 0], [0, 1048576], [-1, 0], [0], [0, 0, 0]]),
    ("setacl.entries",
     [[], [["mask", None, "rwx"]], [["user", 0xFFFFFFFF, 7], ["user", 0, 0]],
      [["other", None, ""]] * 1000],
     [[["other", None, ""]] * 1001, [["user", 1 << 32, 7]], [["user", -1, 7]], [["us", 1, 7]],
      [["user", 1, 8]], [["user", 1, "s"]], [["user", 1]]]),
    ("setgroups.groups", [[], [0, 0xFFFFFFFF], [0] * 65536],
     [[-1], [1 << 32], [0] * 65537, [True], ["5"]]),
    ("caller.kgroups", [[], [0, 0xFFFFFFFE], [0] * 65536], [[0xFFFFFFFF], [0] * 65537]),
    ("access.mask", ["", "rwx", "xr"], ["rws", 4]),
    ("focus.path", [".", "a/..", "a/b/../..", "./a"], ["..", "a/../..", "/a", ""]),
    ("rename.to", ["..", "../a"], ["", "/a", "a\0b", "\ud800"]),
    ("mount.subdir", ["", None, "a"], ["..", 5]),
    ("write.content", ["", "#", "!#"], ["#!", "#!/bin/sh"]),
    ("focus.entry", ["user:0", "group:4294967294", "default:user:7", "rootid"],
     ["user:4294967295", "user:", "mask:1", "default:rootid", "user:12345678901", 5]),
    ("open.flags", ["r", "wtrunc", ["O_RDWR", "O_CREAT"], ["O_PATH", "O_CREAT", "O_DIRECTORY"]],
     ["q", ["O_RDWR", "O_WRONLY"], ["O_CREAT", "O_DIRECTORY"], [5]]),
    ("open_by_handle.flags", ["r", ["O_DIRECTORY"]], [["O_CREAT"], ["O_EXCL"]]),
    ("settings.kernel", ["6.18", "v5.12", "6.12.43"], ["5.11", "7.4", "6", 6.18, "6.18-rc1"]),
    ("setup.attrs", [[], ["append"]], [["append", "append"], ["appendd"], "append"]),
    ("caller.caps", ["all", "none", "-CAP_CHOWN", ["CAP_CHOWN"], []], ["CAP_CHOWN", "-", [5], 5]),
]  # fmt: skip


@pytest.mark.parametrize(("key", "good", "bad"), EDGES, ids=[key for key, _, _ in EDGES])
def test_where_a_value_is_good(key: str, good: list[Any], bad: list[Any]) -> None:
    check = CHECKERS[key]
    assert [value for value in good if check(value) is not None] == []
    assert [value for value in bad if check(value) is None] == []


#: What is said of a value where it is more than that it is no such value.
SAID: list[tuple[str, Any, str]] = [
    ("rename.to", "/a", "a path relative to the mount's root, without the slash in front"),
    ("focus.path", "..", "a path that does not climb out of the mount"),
    ("texts.title", "\ud800", "a text that can be written as UTF-8"),
    ("write.content", "#!/bin/sh",
     "modelled: a script would run an interpreter of the machine; want another text"),
    ("setacl.entries", [["mask", None, 7], ["us", 1, 7]],
     ('a list of entries like ["user", 1000, "rw-"] or ["mask", null, "r--"] (entry 1: unknown '
      "tag)")),
    ("setacl.entries", [["user", -1, 7]],
     ('a list of entries like ["user", 1000, "rw-"] or ["mask", null, "r--"] (entry 0: the id is '
      "not a number from 0 to 4294967295)")),
    ("setacl.entries", [["user", 1, "s"]],
     ('a list of entries like ["user", 1000, "rw-"] or ["mask", null, "r--"] (entry 0: the '
      "permissions are no text of r, w, x and -)")),
    ("setacl.entries", [5],
     'a list of entries like ["user", 1000, "rw-"] or ["mask", null, "r--"] (entry 0 is not)'),
    ("open.flags", ["O_RDWR", "O_WRONLY"],
     "flags of one access mode: O_RDONLY, O_WRONLY or O_RDWR"),
    ("open.flags", ["O_CREAT", "O_DIRECTORY"],
     "flags that go together: open(2) makes no directory (EINVAL since 6.4)"),
    ("open_by_handle.flags", ["O_EXCL"], "flags for what is there already: no O_CREAT, no O_EXCL"),
    ("setup.attrs", ["apend"], "a list of immutable, append, did you mean 'append'?"),
    ("setup.attrs", ["append"] * 2, "a list of immutable, append, each once"),
    ("caller.securebits", ["keep_caps_locked"],
     ("a list of noroot, no_setuid_fixup, keep_caps, no_cap_ambient_raise, did you mean "
      "'keep_caps'? (no operation changes them, so a _locked bit has no effect: leave it out)")),
    ("caller.caps", ["CAP_X"],
     ('"all", "none", "-CAP_CHOWN,..." (all but these) or a list of capability names (unknown '
      "capability 'CAP_X')")),
    ("settings.kernel", "5.11",
     ("a modelled release: no idmapped mounts in 5.11; 5.12 is the first release with them, 7.3 "
      "the newest modelled here")),
    ("settings.kernel", "6.18-rc1",
     ('a kernel release or version written as a text such as "6.18" or "6.12.43"; \'uname -r\' '
      "prints a distribution's name, whose third number may be its own: ask for '6.18', or for the "
      "stable version it is made of")),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value", "said"), SAID)
def test_what_is_said_of_a_value(key: str, value: Any, said: str) -> None:
    assert CHECKERS[key](value) == said


# ------------------------------------------------------------------ one problem, in full

ROWS = {"N": {"uid_map": [[0, 5, 5]]}}
CLONE = {"op": "open_tree", "path": ".", "flags": ["clone"], "as": "x"}
DOCUMENTS: list[tuple[dict[str, Any], str]] = [
    ({"setup": [{"type": "file", "path": "f", "kuid": -1}]},
     ("setup[0].kuid: on a tmpfs every inode has an id; a disk may hold none, fs: {type: ext4}")),
    ({"setup": [{"type": "file", "path": "f", "kgid": -1}], "fs": {"type": "tmpfs"}},
     ("setup[0].kgid: on a tmpfs every inode has an id; a disk may hold none, fs: {type: ext4}")),
    ({"setup": [{"type": "fifo", "path": "f", "attrs": ["append"]}]},
     "setup[0].attrs: only a dir, file or exe has attrs"),
    ({"setup": [{"type": "file", "path": "f", "colour": 1}]},
     ("setup[0].colour: unknown key; known here: acl, attrs, cap, content, default_acl, kgid, "
      "kuid, mode, path, rdev, target, type")),
    ({"setup": [{"type": "file", "path": "f", "cap": {"x": 1}}]},
     ("setup[0].cap.x: unknown key; known here: effective, inheritable, permitted, rootid, "
      "version")),
    ({"mounts": {"m": {"x": 1}}},
     ("mounts.m.x: unknown key; known here: by, detached, flags, parent, recursive, subdir, to, "
      "userns, via2")),
    ({"mounts": {"m": {"by": "c"}}}, "mounts.m.by: 'c' is not defined in 'callers'; defined: root"),
    ({"mounts": {"m": {"to": "d", "detached": True}}},
     "mounts.m.to: a detached mount is attached to nothing"),
    ({"mounts": {"m": {"via2": "plain"}}},
     "mounts.m.via2: is the mount that 'to' is on; there is no 'to'"),
    ({"mounts": {"m": {"parent": "n"}, "n": {}}},
     "mounts.m.parent: 'n' is not made before this one: order counts"),
    ({"mounts": {"n": {"by": "root"}, "m": {"parent": "n"}}},
     "mounts.m.parent: 'n' is not made before this one: mounts with 'by' are made last"),
    ({"mounts": {"m": {"parent": "o"}}},
     "mounts.m.parent: 'o' is not defined in 'mounts'; defined: plain, m"),
    ({"callers": {"c": {"x": 1}}},
     ("callers.c.x: unknown key; known here: ambient, bounding, caps, fsgid, fsuid, inheritable, "
      "kgid, kgroups, kuid, mount_ns, no_new_privs, rgid, ruid, securebits, sgid, suid, umask, "
      "userns")),
    ({"callers": {"c": {"userns": "M"}}}, ("callers.c.userns: 'M' is not defined in 'userns'; "
     "defined: none")),
    ({"callers": {"c": {"caps": "none", "ambient": ["CAP_CHOWN", "CAP_KILL", "CAP_MKNOD"]}}},
     ("callers.c.ambient: CAP_CHOWN and 2 more must be in caps and inheritable too")),
    ({"fs": {"x": 1}}, "fs.x: unknown key; known here: root, type, userns"),
    ({"fs": {"root": {"x": 1}}}, "fs.root.x: unknown key; known here: kgid, kuid, mode"),
    ({"userns": {"M": {"uid_map": [[0, 5, 5]], "gid_map": []}}, "fs": {"userns": "M"}},
     "fs.userns: M has an unwritten map; a filesystem there needs both"),
    ({"settings": {"x": 1}},
     ("settings.x: unknown key; known here: cap_bset, kernel, overflowgid, overflowuid, "
      "protected_fifos, protected_hardlinks, protected_regular, protected_symlinks")),
    ({"focus": {"x": 1}},
     "focus.x: unknown key; known here: by, direction, entry, id, kind, path, via"),
    ({"focus": {"via": "m"}}, "focus.via: 'm' is not defined in 'mounts'; defined: plain"),
    ({"focus": {"entry": "user:5", "id": 5}},
     "focus.entry: is asked about with direction read, and without an id"),
    ({"focus": {"entry": "user:5", "direction": "create"}},
     "focus.entry: is asked about with direction read, and without an id"),
    ({"ops": [{"op": "stat", "path": "f", "x": 1}]},
     "ops[0].x: unknown key; known here: by, follow, op, path, via"),
    ({"ops": [{"op": "setfsuid", "uid": 5, "path": "f"}], "callers": {"c": {}}},
     "ops[0].path: unknown key; known here: by, op, uid"),
    ({"ops": [{"op": "setfsuid", "uid": 5}]},
     "ops[0].by: root stays who it is; give a caller kuid 0 and all caps"),
    ({"ops": [{"op": "setfsuid", "uid": 5, "by": "root"}], "callers": {"c": {}}},
     "ops[0].by: root stays who it is; give a caller kuid 0 and all caps"),
    ({"ops": [{"op": "open", "path": "f", "mode": "0600"}]},
     "ops[0].mode: is for what O_CREAT makes: flags has no O_CREAT"),
    ({"ops": [{"op": "stat", "path": "f", "via": "x"}, CLONE]},
     "ops[0].via: 'x' is made only by ops[1]"),
    ({"ops": [CLONE | {"flags": []}]}, ("ops[0].as: is for the mount that is made: flags has no "
     "clone")),
    ({"ops": [CLONE | {"as": "plain"}]}, "ops[0].as: 'plain' is the name of another mount"),
    ({"ops": [CLONE, CLONE]}, "ops[1].as: 'x' is the name of another mount"),
    ({"mounts": {"x": {}}, "ops": [CLONE]}, "ops[0].as: 'x' is the name of another mount"),
    ({"userns": ROWS, "ops": [{"op": "mount_setattr", "path": ".", "userns": "N"}]},
     "ops[0].userns: is what 'idmap' maps with: set has no idmap"),
    ({"ops": [{"op": "mount_setattr", "path": ".", "userns": "N", "set": ["idmap"]}]},
     "ops[0].userns: 'N' is not defined in 'userns'; defined: none"),
    ({"ops": [{"op": "link", "path": "f", "to": "g", "via2": "m"}]},
     "ops[0].via2: 'm' is not defined in 'mounts'; defined: plain"),
    ({"userns": {f"n{n}": {} for n in range(13)} | {"m": {"parent": "z"}}},
     ("userns.m.parent: 'z' is not defined in 'userns'; defined: n0, n1, n2, n3, n4, n5, n6, n7, "
      "n8, n9, n10, n11, ...")),
    ({"userns": {"M": {"uid_map": [[0, 0, -1 << 64]]}}},
     ("userns.M.uid_map[0]: [0, 0, -18446744073709551616] is not three whole numbers [inside, "
      "outside, count]")),
]  # fmt: skip


@pytest.mark.parametrize(("document", "said"), DOCUMENTS, ids=[said for _, said in DOCUMENTS])
def test_a_problem_in_full(document: dict[str, Any], said: str) -> None:
    assert problems(document) == [said]


def test_what_is_almost_a_problem_is_none() -> None:
    twelve = {f"n{n}": {} for n in range(12)}
    for document in (
        {"userns": {"M": {"uid_map": [[0, 0, 1 - (1 << 64)], [(1 << 64) - 1, 0, 1]] * 500}}},
        {"id": (1 << 64) - 1}, {"id": 1 - (1 << 64)}, {"id": "x" * 65536},
        {"setup": [{"type": "file", "path": "f", "kuid": -1}], "fs": {"type": "ext4"}},
        {"setup": [{"type": kind, "path": "f", "attrs": ["append"]} for kind in
                   ("file", "dir", "exe")]},
        {"callers": {"c": {"kgroups": [5] * 65536}}},
        {"userns": twelve | {"z": {"parent": "n0"}}},
        {"ops": [CLONE, {"op": "stat", "path": "f", "via": "x"}]},
        {"mounts": {"n": {}, "m": {"parent": "n", "to": "d", "via2": "n"}}},
        {"mounts": {"m": {"by": "root", "parent": "n"}, "n": {}}},
        {"focus": {"entry": "user:5", "direction": "read"}},
        {"ops": [{"op": "setfsuid", "uid": 5}], "callers": {"c": {}}},
        {"ops": [{"op": "stat", "path": ""}]},
        {"userns": ROWS, "fs": {"userns": "N", "type": "tmpfs"}},
        {"userns": ROWS, "ops": [{"op": "mount_setattr", "path": ".", "userns": "N",
                                  "set": ["idmap"]}]},
    ):  # fmt: skip
        assert problems(document) == []
    (problem,) = problems({"userns": twelve | {"z": {"parent": "y"}}})
    assert problem.endswith("defined: n0, n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, ...")
    (problem,) = problems({"userns": {**dict(list(twelve.items())[:11]), "z": {"parent": "y"}}})
    assert problem.endswith("n9, n10, z")


def test_both_mounts_that_one_is_made_of_are_checked() -> None:
    assert problems({"mounts": {"m": {"to": "d", "via2": "o"}}}) == [
        "mounts.m.via2: 'o' is not defined in 'mounts'; defined: plain, m"
    ]
    assert problems({"mounts": {"m": {"parent": "plain", "to": "d", "via2": "m"}}}) == [
        "mounts.m.via2: 'm' is not made before this one: order counts"
    ]


#: What is known of what is not modelled.
UNMODELLED = """
mmap: a store through a mapping takes nothing away
name_to_handle_at: write name_to_handle
open_by_handle_at: write open_by_handle
setreuid: write setresuid
setregid: write setresgid
setuid: write setresuid
setgid: write setresgid
initgroups: write setgroups
fanotify_mark: needs capabilities of the initial namespace
mount: open_tree and move_mount make a mount; no further filesystem is mounted
fsmount: open_tree and move_mount make a mount; no further filesystem is mounted
umount: no mount is taken off again
listmount: statmount and mountinfo show one mount
unshare: mount_ns of a caller gives it a mount namespace of its own
chattr: attrs of setup makes an inode immutable or append-only
quotactl: charges go to the id on the disk, and chown moves them
callers.cap_bset: bounding is a caller's; settings.cap_bset is that of the initial namespace
callers.euid: kuid is the effective id; ruid and fsuid are those that differ
mounts.ro: write flags: [ro]
mounts.nosuid: write flags: [nosuid]
mounts.nodev: write flags: [nodev]
mounts.noexec: write flags: [noexec]
mounts.nosymfollow: write flags: [nosymfollow]
mounts.rdonly: write flags: [ro]
fs.lower: overlay is not
fs.upper: overlay is not
fs.quota: charges go to the id on the disk
fs.ro: every filesystem can be written to
userns.projid_map: project ids are not
setup.immutable: write attrs: [immutable]
setup.xattr: setxattr as an operation makes one
settings.lsm: security modules are not
ops.follow: only stat, chown, fchownat, name_to_handle and setxattr choose whether to follow a \
symlink at the end
ops.flags: AT_EMPTY_PATH is empty_path of fchownat; its like have no words here
"""


def test_what_is_known_of_what_is_not_modelled() -> None:
    known = [f"{name}: {words}" for name, words in unmodelled.OPERATIONS.items()]
    known += [f"{part}.{key}: {words}" for part, keys in unmodelled.KEYS.items()
              for key, words in keys.items()]  # fmt: skip
    assert known == UNMODELLED.strip().splitlines()
    assert unmodelled.values("open", {"flags": ["O_RDWR", "O_TMPFILE"], "path": ""}) == {
        "flags": "tmpfile makes such a file",
        "path": "an empty path; '.' is the root, and fchownat has empty_path",
    }
    assert unmodelled.values("stat", {"path": ""}) == {}
    assert unmodelled.values("open", {"flags": [["O_TMPFILE"], True], "path": "f"}) == {}


# ------------------------------------------------------------------ texts and tokens

TEXTS: list[tuple[bytes, str]] = [
    (b" ", "the document is empty; an object is wanted, of which {} is the smallest"),
    (b"title: \xe9", "line 1 byte 8: not UTF-8; a scenario is a UTF-8 text"),
    ('{"ops": []}'.encode("utf-16-be").join([b"\xfe\xff", b""]),
     "line 1 byte 1: not UTF-8; a scenario is a UTF-8 text, this looks like UTF-16"),
    (b"a\0", "line 1 column 2: not YAML: the character U+0000 has no place in it"),
    (b"a: 1\n- \x1b", "line 2 column 3: not YAML: the character U+001B has no place in it"),
    (b'{"ops": [1, 2}', "line 1 column 14: not JSON: expecting ',' delimiter"),
    (b"[" * 33, "line 1 column 33: nested deeper than 32"),
    (b"a: " + b"[" * 32, "line 1 column 35: nested deeper than 32"),
    (b"a: *x", "line 1 column 4: aliases are not allowed; write the value out"),
    (b"a: &x 1", "line 1 column 4: anchors are not allowed"),
    (b"a: !t x", "line 1 column 4: tags such as '!t' are not allowed"),
    (b"? [a]\n: 1\n", "line 1 column 3: not YAML: a key must be a text"),
    (b'a: "\\U00110000"', "line 1 column 7: not YAML: a number or an escape is out of every range"),
    (b"{a: 1, a: 2}", "line 1 column 8: the key 'a' stands twice in one object"),
    (b'{"a": {"b": [{"c": 1, "c": 2}]}}', "a.b[0].c: this key stands twice"),
    (b"x" * (JSON_MAX + 1), "more than 8388608 bytes, the most a scenario may have"),
    (b"x" * (YAML_MAX + 1),
     "262145 characters of YAML; 262144 is the most (JSON may have 8388608)"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "said"), TEXTS, ids=[said for _, said in TEXTS])
def test_what_is_said_of_a_text(data: bytes, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_text(data)
    assert str(caught.value) == said


def test_what_is_just_good_is_read() -> None:
    deep: Any = parse_text(b"[" * 32 + b"]" * 32)
    flow: Any = parse_text("a: " + "[" * 31 + "]" * 31)["a"]
    for value, depth in ((deep, 32), (flow, 31)):
        for _ in range(depth - 1):
            (value,) = value  # noqa: PLW2901
        assert value == []
    title = b'{"title": "' + b"x" * (JSON_MAX - 13) + b'"}'
    assert len(title) == JSON_MAX
    assert len(parse_text(title)["title"]) == JSON_MAX - 13
    assert len(parse_text("a: " + "x" * (YAML_MAX - 3))["a"]) == YAML_MAX - 3


TOKENS = {
    "kfv2.AAAA": "it holds what an explorer shows; kfuncviz.explore opens it",
    "kfv3.AAAA": "version 3 of the format; this program reads versions 1 and 2",
    "xfv1.AAAA": "it does not start with 'kfv1.' or 'kfv2.'",
    "kfv1.AAAA": "damaged: too short",
    "kfv1.AAAAAAAAA": "damaged: a character is missing or one too many",
    "kfv1.AA+A": "damaged: '+' at character 8",
    "kfv1." + "A" * 1048577: "1048577 characters; 1048576 is the most",
    "kfv1." + "_" * 400: "damaged: it does not unpack",
}


def test_what_is_said_of_a_token() -> None:
    for token, said in TOKENS.items():
        with pytest.raises(ScenarioError) as caught:
            decode(token)
        assert str(caught.value) == f"token: {said}"
    sound = encode({"ops": [{"op": "stat", "path": "f"}]})
    packed = urlsafe_b64decode(sound[5:] + "=" * (-len(sound[5:]) % 4))
    changed = "the checksum does not match"
    for bad, said in ((packed[:-9] + packed[-4:], "cut off"), (packed[:-1] + b"?", changed),
                      (packed[:-4] + b"?" + packed[-4:], changed)):  # fmt: skip
        with pytest.raises(ScenarioError) as caught:
            decode("kfv1." + urlsafe_b64encode(bad).decode().rstrip("="))
        assert str(caught.value) == f"token: damaged: {said}"
    assert [version(token) for token in ("kfv1.AAAA", "> kfv2.")] == [1, 2]
