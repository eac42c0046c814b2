# SPDX-License-Identifier: BSD-3-Clause
"""
A scenario as commands
======================

The columns as each tool wants them, and, where there is root, the commands run: what they print is
what the model says.  An older mount(8) knows no map; then a small one of ours reads the option as
mount(8) documents it and asks the kernel.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kfuncviz.dialects.commands import commands
from kfuncviz.dialects.registry import parse
from kfuncviz.scenario.load import gallery, load
from kfuncviz.scenario.machine import Machine

M = {"uid_map": [[1000, 1125, 1], [0, 5, 3]], "gid_map": [[100, 7, 1]]}


def told(**document: Any) -> list[str]:
    return commands(document).splitlines()


def test_a_mounts_columns_are_disk_mount_count() -> None:
    lines = told(userns={"M": M}, mounts={"m": {"userns": "M", "flags": ["ro"]}})
    assert lines[-4:-3] == [
        "mount --bind -o 'ro,X-mount.idmap=u:1000:1125:1 u:0:5:3 g:100:7:1' /mnt/disk /mnt/m"
    ]
    assert "# Mount m: disk:mount:count" in lines
    assert not any("unshare --user" in line for line in lines)


def test_a_namespaces_columns_are_inside_outside_count() -> None:
    caller = {"kuid": 1125, "kgid": 7, "userns": "M"}
    lines = told(userns={"M": M | {"setgroups": "deny"}}, callers={"c": caller})
    flags = "--map-users=1000:1125:1 --map-users=0:5:3 --map-groups=100:7:1"
    at = lines.index("# User namespace M: inside outside count")
    assert lines[at + 1 : at + 6] == [
        "unshare --user sleep infinity & ns_M=$!; sleep 0.2",
        "env printf 'deny\\n' > /proc/$ns_M/setgroups",
        "env printf '1000 1125 1\\n0 5 3\\n' > /proc/$ns_M/uid_map",
        "env printf '100 7 1\\n' > /proc/$ns_M/gid_map",
        f"# in one line, where /etc/subuid allows it: unshare {flags} COMMAND",
    ]
    assert lines[-2:] == [
        "nsenter --user -t $ns_M -S 1000 -G 100 stat -c '%u:%g %n' /mnt/disk",
        "# Afterwards: kill $ns_M",
    ]


def test_a_nested_namespace_is_made_and_written_from_inside_its_parent() -> None:
    lines = commands(load("keep-id")).splitlines()
    written = (
        "nsenter --user -t $ns_rootless sh -c \"env printf '0 1 1000\\n1000 0 1\\n1001 1001 64536"
    )
    assert [line.startswith(written) for line in lines].count(True) == 2
    assert (
        "nsenter --user -t $ns_rootless unshare --user sleep infinity & ns_keep_id=$!; sleep 0.2"
        in lines
    )
    assert lines.index("# User namespace rootless: inside outside count") < lines.index(
        "# User namespace keep_id: inside outside count"
    )
    rootless = {"A": {"uid_map": [[5, 5, 1]]}, "B": {"uid_map": [[5, 5, 1]], "parent": "A"}}
    lines = told(userns=rootless, callers={"c": {"kuid": 5, "kgid": 5, "userns": "B"}})
    assert "# A has no root inside, who would have to make it: no command does" in lines


def test_a_map_that_mount_cannot_be_given_comes_from_its_namespace() -> None:
    spaces = {"P": {"uid_map": [[0, 100, 9]]}, "C": {"uid_map": [[0, 1, 2]], "parent": "P"}}
    lines = told(userns=spaces, mounts={"m": {"userns": "C"}})
    assert "mount --bind -o X-mount.idmap=/proc/$ns_C/ns/user /mnt/disk /mnt/m" in lines
    assert [line.split("=")[0] for line in lines if line.endswith("sleep 0.2")] == [
        "unshare --user sleep infinity & ns_P",
        "nsenter --user -t $ns_P unshare --user sleep infinity & ns_C",
    ]
    lines = told(userns={"N": {}}, mounts={"m": {"userns": "N", "by": "c", "detached": True}})
    assert "# its uid_map is never written" in lines
    assert "# Mount m is made with by, detached: no line here does that" in lines


def test_what_lies_on_the_disk() -> None:
    acl = [["user_obj", None, 7], ["user", 986, "r--"], ["mask", None, 5], ["other", None, 0]]
    cap = {"version": 3, "permitted": 1 << 13, "effective": True, "rootid": 1000}
    lines = told(
        fs={"root": {"kuid": 3, "kgid": 4, "mode": "0700"}},
        setup=[
            {"type": "dir", "path": "d e", "kuid": 1, "kgid": 2, "default_acl": acl,
             "attrs": ["append"]},
            {"type": "file", "path": "f", "mode": "4755", "acl": acl, "cap": cap},
            {"type": "symlink", "path": "l", "target": "a b", "kuid": 1},
            {"type": "fifo", "path": "p"}, {"type": "chr", "path": "c", "rdev": [1, 3]},
            {"type": "exe", "path": "x"}, {"type": "file", "path": "n", "kuid": -1},
        ],
    )  # fmt: skip
    held = "0100000300200000000000000000000000000000e8030000"
    text = "u::rwx,u:986:r--,m::r-x,o::---"
    begin = lines.index("chown 3:4 /mnt/disk")
    assert lines[begin + 1] == "chmod 0700 /mnt/disk"
    begin = lines.index("mkdir '/mnt/disk/d e'")
    assert lines[begin - 2 : begin] == ["", "# On the disk, in the host's numbers"]
    assert lines[begin : lines.index("# root asks through plain") - 1] == [
        "mkdir '/mnt/disk/d e'", "chown 1:2 '/mnt/disk/d e'", "chmod 0755 '/mnt/disk/d e'",
        f"setfacl -d --set {text} '/mnt/disk/d e'",
        "touch /mnt/disk/f", "chown 0:0 /mnt/disk/f", "chmod 4755 /mnt/disk/f",
        f"setfacl --set {text} /mnt/disk/f",
        f"setfattr -n security.capability -v 0x{held} /mnt/disk/f",
        "ln -s 'a b' /mnt/disk/l", "chown -h 1:0 /mnt/disk/l",
        "mkfifo /mnt/disk/p", "chown 0:0 /mnt/disk/p", "chmod 0644 /mnt/disk/p",
        "mknod /mnt/disk/c c 1 3", "chown 0:0 /mnt/disk/c", "chmod 0644 /mnt/disk/c",
        "cp /bin/true /mnt/disk/x", "chown 0:0 /mnt/disk/x", "chmod 0755 /mnt/disk/x",
        "touch /mnt/disk/n", "# /mnt/disk/n is nobody's on the disk: no command writes that",
        "chmod 0644 /mnt/disk/n", "chattr +a '/mnt/disk/d e'",
    ]  # fmt: skip


def test_a_filesystem_of_its_own_kind_or_namespace() -> None:
    for kind, size in (("ext4", "64M"), ("xfs", "512M"), ("btrfs", "256M")):
        lines = told(fs={"type": kind})
        at = lines.index(f"truncate -s {size} /mnt/image")
        assert lines[at - 1 : at + 5] == [
            *("", lines[at], f"mkfs.{kind} -q /mnt/image", "mount -o loop /mnt/image /mnt/disk"),
            *("chown 0:0 /mnt/disk", "chmod 0777 /mnt/disk"),
        ]
    assert "mount -t ramfs none /mnt/disk" in told(fs={"type": "ramfs"})
    lines = commands(load("filesystem-of-a-namespace")).splitlines()
    enter = "nsenter --user --mount -t $ns_filesystem "
    assert f"{enter}mount -t tmpfs none /mnt/disk" in lines
    assert f"{enter}touch /mnt/disk/file" in lines
    assert "nsenter --mount -t $ns_filesystem chown 21000:21000 /mnt/disk/file" in lines
    assert lines[-2].startswith(
        "nsenter --user -t $ns_box --mount=/proc/$ns_filesystem/ns/mnt -S 1000"
    )


@pytest.mark.parametrize(
    ("focus", "asked"),
    [
        ({"path": "f"}, ["WHO stat -c '%u:%g %n' /mnt/m/f"]),
        ({"path": "f", "via": "plain"}, ["WHO stat -c '%u:%g %n' /mnt/disk/d/f"]),
        ({"path": "f", "id": 7, "kind": "gid"},
         ["chgrp 7 /mnt/disk/d/f", "WHO stat -c '%u:%g %n' /mnt/m/f"]),
        ({"direction": "create"}, ["WHO touch /mnt/m/new", "stat -c '%u:%g %n' /mnt/disk/d/new"]),
        ({"path": "f", "direction": "chown", "id": 7},
         ["WHO chown 7 /mnt/m/f", "stat -c '%u:%g %n' /mnt/disk/d/f"]),
        ({"path": "f", "direction": "chown", "kind": "gid"},
         ["WHO chgrp 6 /mnt/m/f", "stat -c '%u:%g %n' /mnt/disk/d/f"]),
        ({"path": "f", "entry": "user:986"}, ["WHO getfacl -n /mnt/m/f"]),
        ({"path": "f", "entry": "rootid"}, ["WHO getcap -n /mnt/m/f"]),
    ],
    ids=str,
)  # fmt: skip
def test_the_question_is_asked_as_its_caller(focus: dict[str, Any], asked: list[str]) -> None:
    if focus.get("via") == "plain":
        focus = focus | {"path": "d/f"}
    who = "setpriv --reuid 5 --regid 6 --groups 8,9"
    lines = told(
        mounts={"m": {"subdir": "d"}}, focus=focus,
        callers={"c": {"kuid": 5, "kgid": 6, "kgroups": [8, 9]}},
        setup=[{"type": "dir", "path": "d"}, {"type": "file", "path": "d/f"}],
    )  # fmt: skip
    assert "mount --bind /mnt/disk/d /mnt/m" in lines
    assert lines[-len(asked) :] == [line.replace("WHO", who) for line in asked]


def test_what_a_line_does_not_do_is_said() -> None:
    callers = {
        "a": {"kuid": 5, "kgid": 5, "userns": "U", "umask": "0022", "caps": ["CAP_CHOWN"]},
        "b": {"kuid": 1, "kgid": 1, "kgroups": [2], "userns": "U", "caps": "all"},
        "c": {"kuid": 0, "kgid": 0},
    }
    spaces = {"U": {"uid_map": [[0, 1, 3]]}}

    def asked(by: str) -> list[str]:
        lines = told(userns=spaces, callers=callers, focus={"by": by})
        return lines[lines.index(f"# {by} asks through plain") + 1 :]

    assert asked("a")[:2] == [
        "# a has an id without a number in U: no command gives that",
        "# a has besides caps CAP_CHOWN, umask, which this line does not give",
    ]
    become = "nsenter --user -t $ns_U setpriv --reuid 0 --regid 0 --groups 1"
    assert asked("b")[0] == f"{become} stat -c '%u:%g %n' /mnt/disk"
    assert asked("c")[0].startswith("setpriv --reuid 0 --regid 0 --clear-groups stat")
    assert asked("root")[0].startswith("stat ")
    assert any("asks Linux 6.1;" in line for line in told(settings={"kernel": "6.1"}))


OF_U = """\
# In a root shell whose mounts go with it: unshare --mount bash
# util-linux 2.39 or newer: an older mount(8) leaves X-mount.idmap out and says nothing.
umask 0000
mount -t tmpfs none /mnt
mkdir /mnt/disk /mnt/m

# User namespace U: inside outside count
unshare --user --mount sleep infinity & ns_U=$!; sleep 0.2
env printf '0 1000 5\\n' > /proc/$ns_U/uid_map
env printf '0 2000 5\\n' > /proc/$ns_U/gid_map
# in one line, where /etc/subuid allows it: unshare --map-users=0:1000:5 --map-groups=0:2000:5 COMMAND

# The filesystem, mounted in the user namespace U
nsenter --user --mount -t $ns_U mount -t tmpfs none /mnt/disk
nsenter --mount -t $ns_U chown 1001:2001 /mnt/disk
nsenter --mount -t $ns_U chmod 0777 /mnt/disk

nsenter --mount -t $ns_U mount --bind /mnt/disk /mnt/m

# c asks through m
nsenter --user -t $ns_U --mount=/proc/$ns_U/ns/mnt setpriv --reuid 1 --regid 1 --groups 2 touch /mnt/m/new
nsenter --mount -t $ns_U stat -c '%u:%g %n' /mnt/disk/new
# Afterwards: kill $ns_U
"""  # noqa: E501
OF_NONE = """\
# In a root shell whose mounts go with it: unshare --mount bash
# util-linux 2.39 or newer: an older mount(8) leaves X-mount.idmap out and says nothing.
umask 0000
# The scenario asks Linux 6.1; another kernel may answer otherwise.
mount -t tmpfs none /mnt
mkdir /mnt/disk

mount -t tmpfs none /mnt/disk
chown 0:0 /mnt/disk
chmod 0777 /mnt/disk

# On the disk, in the host's numbers
ln -s nowhere /mnt/disk/l
chown -h 0:0 /mnt/disk/l

# c asks through plain
# c has besides caps CAP_CHOWN,CAP_FOWNER, which this line does not give
setpriv --reuid 7 --regid 8 --clear-groups chown 7 /mnt/disk
stat -c '%u:%g %n' /mnt/disk
"""
U = {"uid_map": [[0, 1000, 5]], "gid_map": [[0, 2000, 5]]}


def test_a_whole_script() -> None:
    of_u = {
        "userns": {"U": U}, "mounts": {"m": {}},
        "fs": {"userns": "U", "root": {"kuid": 1001, "kgid": 2001}},
        "callers": {"c": {"kuid": 1001, "kgid": 2001, "userns": "U", "kgroups": [2002]}},
        "focus": {"direction": "create", "via": "m"},
    }  # fmt: skip
    assert commands(of_u) == OF_U
    of_none = {
        "settings": {"kernel": "6.1"}, "setup": [{"type": "symlink", "path": "l"}],
        "callers": {"c": {"kuid": 7, "kgid": 8, "caps": ["CAP_CHOWN", "CAP_FOWNER"]}},
        "focus": {"direction": "chown", "by": "c"},
    }  # fmt: skip
    assert commands(of_none) == OF_NONE


@pytest.mark.parametrize(
    ("focus", "line"),
    [({"id": 2}, "chown 1002 /mnt/disk"), ({"id": 2, "kind": "gid"}, "chgrp 2002 /mnt/disk"),
     ({"id": 9}, "chown 9 /mnt/disk")],
)  # fmt: skip
def test_a_number_of_the_filesystems_own_is_written_as_the_hosts(
    focus: dict[str, Any], line: str
) -> None:
    lines = told(userns={"U": U}, fs={"userns": "U"}, focus=focus)
    assert "unshare --user --mount sleep infinity & ns_U=$!; sleep 0.2" in lines
    assert lines[-3:-1] == [
        f"nsenter --mount -t $ns_U {line}",
        "nsenter --mount -t $ns_U stat -c '%u:%g %n' /mnt/disk",
    ]


def test_names_of_namespaces_become_variables_of_their_own() -> None:
    spaces = {name: {"uid_map": [[0, n, 1]]} for n, name in enumerate(("a.b", "a-b", "a_b"))}
    callers = {f"c{n}": {"userns": name} for n, name in enumerate(spaces)}
    lines = told(userns=spaces, callers=callers)
    made = [re.findall(r"& (\w+)=", line)[0] for line in lines if line.endswith("sleep 0.2")]
    assert made == ["ns_a_b", "ns_a_b_", "ns_a_b__"]


@pytest.mark.parametrize("name", gallery())
def test_every_gallery_scenario_is_a_sound_script(name: str) -> None:
    text = commands(load(name))
    run = subprocess.run(["bash", "-n"], input=text, text=True, capture_output=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    assert text.isascii()
    assert text.endswith("\n")


# ------------------------------------------------------------------------------ run for real

MOUNT = f"""#!{sys.executable}
import os, sys
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from tests.recorder import syscalls as sys_
from tests.recorder.oracle import make_userns
words = sys.argv[1:]
option = next((word for word in words if "X-mount.idmap=" in word), None)
if option is None:
    os.execv("/bin/mount", ["mount", *words])
told = option.partition("X-mount.idmap=")[2]
source, target = words[-2:]
if told.startswith("/"):
    userns = os.open(told, os.O_RDONLY)
else:
    maps = {{"uid_map": [], "gid_map": []}}
    for entry in told.split(" "):
        kind, disk, seen, count = entry.split(":")
        maps[kind + "id_map"].append([int(disk), int(seen), int(count)])
    userns = make_userns(maps, None, None)
fd = sys_.call("open_tree", sys_.AT_FDCWD, source, sys_.OPEN_TREE_CLONE)
sys_.mount_setattr(fd, sys_.MOUNT_ATTR_IDMAP, userns)
sys_.call("move_mount", fd, "", sys_.AT_FDCWD, target, sys_.MOVE_MOUNT_F_EMPTY_PATH)
"""
RUN = (
    "home-on-a-stick", "keep-id", "container-root-filesystem", "filesystem-of-a-namespace",
    "swapped-columns",
)  # fmt: skip


@pytest.fixture
def shell(tmp_path: Path) -> Any:
    """Runs a script in mounts of its own, with a mount(8) that knows maps."""
    if os.geteuid() != 0 or not shutil.which("nsenter"):
        pytest.skip("only root makes namespaces and mounts with nsenter(1)")
    probe = subprocess.run(
        ["unshare", "--mount", "--user", "true"], check=False, capture_output=True
    )
    if probe.returncode:
        pytest.skip(f"no namespaces here: {probe.stderr.decode().strip()}")
    (tmp_path / "mount").write_text(MOUNT)
    (tmp_path / "mount").chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"

    def run(script: str) -> list[str]:
        patient = script.replace("sleep 0.2", "sleep 0.6")
        ended = f"{patient}\nkill $(jobs -p) 2>/dev/null\n"
        found = subprocess.run(
            ["unshare", "--mount", "--propagation", "private", "bash", "-c", ended], text=True,
            env=os.environ | {"PATH": path}, capture_output=True, timeout=60, check=False,
        )  # fmt: skip
        assert found.stderr == ""
        return found.stdout.splitlines()

    return run


@pytest.mark.parametrize("name", RUN)
def test_what_the_commands_print_is_what_the_model_says(name: str, shell: Any) -> None:
    document = load(name)
    focus = document["focus"]
    machine = Machine(document)
    op = {"op": "stat", "by": focus["by"], "via": focus["via"], "path": focus["path"]}
    seen = machine.run(op)["seen"]
    (line,) = shell(commands(document))
    assert line.split(" ")[0] == f"{seen['uid']}:{seen['gid']}"


@pytest.mark.parametrize("name", gallery())
def test_the_dialects_read_the_rows_back(name: str) -> None:
    document = load(name)
    spaces = document.get("userns") or {}
    for line in commands(document).splitlines():
        if "X-mount.idmap=u:" in line:
            spec = spaces[document["mounts"][line.rpartition("/")[2]]["userns"]]
            (read,) = parse("x-mount.idmap", line).maps
        elif line.startswith("# in one line"):
            (read,) = parse("unshare", line.partition("allows it: ")[2]).maps
            spec = next(s for s in spaces.values() if s["uid_map"] == rows_of(read, "uid"))
        else:
            continue
        assert rows_of(read, "uid") == spec["uid_map"]
        assert rows_of(read, "gid") == spec.get("gid_map", spec["uid_map"])


def rows_of(read: Any, kind: Any) -> list[list[int]]:
    return [[row.first, row.lower_first, row.count] for row in read.extents(kind)]
