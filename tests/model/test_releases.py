# SPDX-License-Identifier: BSD-3-Clause
"""Older kernels: every rule that changes a result, on both sides of its release."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

import kfuncviz as kv
from kfuncviz.model.capability import CAP_FULL_SET
from kfuncviz.model.cred import Cred, Task
from kfuncviz.model.errors import IdMapError, KernelError
from kfuncviz.model.filesystems import FILESYSTEMS, allows_idmap, filesystem
from kfuncviz.model.fs import Path, SuperBlock, VfsMount
from kfuncviz.model.idmap import IdMap
from kfuncviz.model.lookup import user_path_at
from kfuncviz.model.map_write import map_write
from kfuncviz.model.mount_tree import attach, copy_tree, open_tree
from kfuncviz.model.namei import filename_create, vfs_mkdir
from kfuncviz.model.namespace import mount_setattr
from kfuncviz.model.releases import CHANGES, NEWEST, OLDEST, STABLE, Release, Version, release
from kfuncviz.model.statmount import statmount_mnt_idmap
from kfuncviz.model.user_namespace import UserNamespace, init_user_ns

MAP = IdMap("0 10000 1000")


def space(owner: int = 0) -> UserNamespace:
    return UserNamespace("ns", init_user_ns, uid_map=MAP, gid_map=MAP, owner=owner)  # type: ignore[arg-type]


def clone(fs_type: str = "xfs", owner: UserNamespace = init_user_ns) -> VfsMount:
    sb = SuperBlock(owner, fs_type=fs_type)
    return copy_tree(Path(VfsMount(sb.s_root), sb.s_root))


def err(mnt: VfsMount, task: Task, ns: UserNamespace | None = None) -> str | None:
    try:
        mount_setattr(task, Path(mnt, mnt.mnt_root), userns_fd=ns or space())
    except KernelError as error:
        return error.name
    return None


def first_op(document: dict[str, Any], kernel: str) -> dict[str, Any]:
    answer: dict[str, Any] = kv.Scenario(document, kernel=kernel).replay().result["ops"][0]
    return answer


def test_every_change_has_a_text_a_source_and_a_release_in_range() -> None:
    for name, change in CHANGES.items():
        assert OLDEST <= change.since <= NEWEST, name
        assert change.text
        assert change.source
        assert change.holds(NEWEST)
        assert not change.holds((5, 11))
        assert all(first[:2] < change.since for first in change.backports), name


@pytest.mark.parametrize("name", ["4.19", "7.99", "six", "", "6", "6.1.2.3"])
def test_a_release_that_is_not_modelled_is_no_guess(name: str) -> None:
    with pytest.raises(KernelError, match=r"modelled|not a kernel release|no idmapped mounts"):
        release(name)
    with pytest.raises(kv.ScenarioError, match=r"settings\.kernel"):
        kv.Scenario({}, kernel=name)


def test_filesystems_of_a_namespace_since_5_17() -> None:
    owner = UserNamespace("fs", init_user_ns, uid_map=MAP, gid_map=MAP)
    assert err(clone("xfs", owner), Task(kernel=(5, 16))) == "EINVAL"
    assert err(clone("xfs", owner), Task(kernel=(5, 17))) is None


def test_capability_over_the_namespace_used_since_6_0() -> None:
    caller = Cred.of(7, 7, caps=CAP_FULL_SET)
    far = UserNamespace("far", UserNamespace("near", init_user_ns), uid_map=MAP, gid_map=MAP)
    inside = Cred.of(7, 7, user_ns=space(), caps=CAP_FULL_SET)
    assert err(clone(), Task(cred=caller, kernel=(5, 19)), far) is None
    assert err(clone(), Task(cred=caller, kernel=(6, 0)), far) is None
    assert err(clone(), Task(cred=inside, kernel=(6, 0)), far) == "EPERM"


def test_chown_without_idmapping_since_6_0() -> None:
    document = {
        "userns": {"F": {"uid_map": [[0, 20000, 10000]]}},
        "fs": {"userns": "F"},
        "setup": [{"type": "file", "path": "f", "kuid": 20005, "kgid": 20005}],
        "ops": [{"op": "chown", "path": "f", "uid": 7, "gid": 7}],
    }
    assert first_op(document, "5.19")["err"] == "EOVERFLOW"
    new = first_op(document, "6.0")
    assert new["err"] is None
    assert new["disk"]["uid"] == 7


def test_setgid_without_group_execute_since_6_2_and_6_1_15() -> None:
    document = {
        "setup": [{"type": "file", "path": "f", "kuid": 5, "kgid": 6, "mode": "2766"}],
        "callers": {"c": {"kuid": 9, "kgid": 9}},
        "ops": [{"op": "truncate", "path": "f", "size": 0}],
    }
    kept = {kernel: first_op(document, kernel)["disk"]["mode"] == "2766" for kernel in
            ("6.0", "6.1.14", "6.1.15", "6.1.170", "6.1", "6.2")}  # fmt: skip
    assert [kernel for kernel, keeps in kept.items() if keeps] == ["6.0", "6.1.14"]


#: Asked one by one: O_TMPFILE by an unmapped caller.
REFUSE = "6.1.192 6.12.100 6.12.118 6.18.44 7.1.7 7.1.13 7.2.13 7.3.4"
ACCEPT = "6.1.170 6.12.43 6.12.96 6.16.12 6.17.13 6.18.5 6.18.15 6.19.14 7.0.13 7.1.3"


def test_tmpfile_by_an_unmapped_caller_is_a_stable_fix() -> None:
    document = {
        "userns": {"M": {"uid_map": [[0, 10000, 1000]]}},
        "fs": {"type": "ext4"},
        "mounts": {"m": {"userns": "M"}},
        "ops": [{"op": "tmpfile", "path": "."}],
    }
    rule = CHANGES["tmpfile_mapping"]
    for names, answer in ((REFUSE, "EOVERFLOW"), (ACCEPT, None)):
        for kernel in names.split():
            assert first_op(document, kernel)["err"] == answer, kernel
            assert rule.measured(release(kernel)), kernel
    assert {str(version) for version in rule.asked} == {*REFUSE.split(), *ACCEPT.split()}
    # The changelogs name the first versions of two branches; plain names mean the newest.
    for kernel, answer in (("6.1.190", None), ("6.1.191", "EOVERFLOW"), ("6.12.97", "EOVERFLOW"),
                           ("6.1", "EOVERFLOW"), ("6.12", "EOVERFLOW"), ("6.18", "EOVERFLOW"),
                           ("6.17", None), ("6.6", None)):  # fmt: skip
        assert first_op(document, kernel)["err"] == answer, kernel
    assert not rule.measured(release("6.6"))


def test_tmpfs_cannot_be_idmapped_before_6_3() -> None:
    document = {"userns": {"M": {"uid_map": [[0, 10000, 1]]}}, "mounts": {"m": {"userns": "M"}}}
    old = kv.Scenario(document, kernel="6.2").replay().result["mounts"]["m"]
    assert old == "mount_setattr:EINVAL"
    assert kv.Scenario(document, kernel="6.3").replay().result["mounts"]["m"] is None


def test_noidmap_superblocks_since_6_12() -> None:
    for kernel, answer in (((6, 11), None), ((6, 12), "EINVAL")):
        mnt = clone("exfat")
        mnt.mnt_sb.noidmap = True
        assert err(mnt, Task(kernel=kernel)) == answer


def test_statmount_reports_maps_since_6_15() -> None:
    mnt = clone()
    assert err(mnt, Task()) is None
    assert statmount_mnt_idmap(Task(kernel=(6, 15)), mnt) == ["0 10000 1000"]
    with pytest.raises(KernelError, match=r"since 6\.15"):
        statmount_mnt_idmap(Task(kernel=(6, 14)), mnt)


def test_mapping_the_parents_root_needs_setfcap() -> None:
    ns = UserNamespace("ns", init_user_ns)
    without = Task(cred=Cred.of(0, 0, caps=CAP_FULL_SET & ~(1 << 31)))
    with pytest.raises(IdMapError, match="CAP_SETFCAP"):
        map_write(without, ns, "uid_map", b"0 0 10")


@pytest.mark.parametrize(
    ("name", "answer"),
    [("6.1", (6, 1, 192)), ("v5.12", (5, 12, 19)), ("6.18.5", (6, 18, 5)), ((6, 2), (6, 2, 16)),
     ("7.3", NEWEST), ("6.12.999", (6, 12, 999)), ((6, 12, 43), (6, 12, 43))],
)  # fmt: skip
def test_a_release_by_its_name(name: Any, answer: Release) -> None:
    assert release(name) == answer
    assert isinstance(release(name), Version)


def test_every_branch_from_the_oldest_to_the_newest_is_known() -> None:
    order = sorted(STABLE)
    assert (order[0], order[-1]) == (OLDEST, NEWEST[:2])
    for before, after in pairwise(order):
        assert after in ((before[0], before[1] + 1), (before[0] + 1, 0))


def test_a_release_outside_says_which_way() -> None:
    for name, rule in (
        ("5.11", ("no idmapped mounts in 5.11; 5.12 is the first release with them, "
         "7.3 the newest modelled here")),
        ("99.0", "99.0 is not modelled; 7.3 is the newest"),
        ("six", "'six' is not a kernel release such as '6.18' or '6.12.43'"),
        ("6.1.0-28-amd64", ("'6.1.0-28-amd64' is not a kernel release such as '6.18' or '6.12.43'; "
         "'uname -r' prints a distribution's name, whose third number may be its own: ask for "
         "'6.1', or for the stable version it is made of")),
    ):  # fmt: skip
        with pytest.raises(KernelError) as caught:
            release(name)
        assert caught.value.rule == rule


def test_a_version_newer_than_any_known_is_taken_with_a_note() -> None:
    for kernel, newer in (("6.12.999", True), ("6.12.118", False), ("6.12", False)):
        notes = kv.Scenario({}, kernel=kernel).replay().notes
        said = (
            "settings.kernel: 6.12.999 is newer than 6.12.118, the newest of its branch known "
            "here, whose rules are followed"
        )
        assert list(notes) == ([said] if newer else [])


def test_a_step_says_where_no_kernel_was_asked() -> None:
    document = {
        "userns": {"M": {"uid_map": [[0, 10000, 1000]]}},
        "fs": {"type": "ext4"},
        "mounts": {"m": {"userns": "M"}},
        "ops": [{"op": "tmpfile", "path": "."}],
    }
    for kernel, measured in (("6.12.96", True), ("6.12.100", True), ("6.12.97", False),
                             ("6.18.30", False), ("6.18.44", True), ("6.6", False)):  # fmt: skip
        op = kv.Scenario(document, kernel=kernel).replay().ops[0]
        steps = [step for step in op.steps if step.commit]
        assert [step.function for step in steps] == ["vfs_tmpfile"], kernel
        assert [step.measured for step in steps] == [measured], kernel
        told = [line for line in op.trace().splitlines() if "no such kernel was asked" in line]
        assert [line.split("(")[0] for line in told] == [] if measured else ["vfs_tmpfile"], kernel


def test_user_attributes_on_tmpfs_since_6_6() -> None:
    document = {
        "setup": [{"type": "file", "path": "f", "mode": "0666"}],
        "ops": [{"op": "setxattr", "path": "f", "name": "user.a"}],
    }
    assert first_op(document, "6.5")["err"] == "EOPNOTSUPP"
    assert first_op(document, "6.6")["err"] is None
    assert first_op(document | {"fs": {"type": "ext4"}}, "6.5")["err"] is None


@pytest.mark.parametrize(
    ("op", "old", "new", "kernels"),
    [({"op": "setxattr", "path": "gone", "name": ""}, "ENOENT", "ERANGE", ("6.1", "6.12.43")),
     ({"op": "setxattr", "path": "gone", "name": "user.a", "value": "é" * 40000}, "ENOENT",
      "E2BIG", ("6.1", "6.12.43")),
     ({"op": "getxattr", "path": "gone", "name": ""}, "ENOENT", "ERANGE", ("6.12", "6.13")),
     ({"op": "setxattr", "path": "f", "name": "system.posix_acl_access", "value": ""}, "EINVAL",
      None, ("6.1", "6.2"))],
)  # fmt: skip
def test_what_is_looked_at_first(
    op: dict[str, Any], old: str, new: str | None, kernels: tuple[str, str]
) -> None:
    document = {"setup": [{"type": "file", "path": "f"}], "ops": [op]}
    assert [first_op(document, kernel)["err"] for kernel in kernels] == [old, new]


def acl(id: int) -> list[list[Any]]:
    return [["user_obj", None, "rw-"], ["user", id, "r--"], ["group_obj", None, "r--"],
            ["mask", None, "r--"], ["other", None, "---"]]  # fmt: skip


#: Setting an ACL: who and where, the entry's id, and the answers of 6.1 and of 6.2.
@pytest.mark.parametrize(
    ("by", "path", "which", "id", "old", "new"),
    [("inside", "unmapped", "access", 5000, "EPERM", "EINVAL"),
     ("stranger", "f", "access", 5000, "EINVAL", "EPERM"),
     ("owner", "f", "default", 5000, "EINVAL", "EACCES"),
     ("owner", "l", "access", 5000, "EINVAL", "EOPNOTSUPP"),
     ("owner", "f", "access", 5000, "EINVAL", "EINVAL"),
     ("stranger", "f", "access", 10007, "EPERM", "EPERM"),
     ("owner", "f", "access", 10007, None, None)],
)  # fmt: skip
def test_what_refuses_an_acl_first(
    by: str, path: str, which: str, id: int, old: str | None, new: str | None
) -> None:
    document = {
        "userns": {"M": {"uid_map": [[0, 10000, 1000]]}},
        "fs": {"type": "ext4"},
        "mounts": {"m": {"userns": "M"}},
        "setup": [
            {"type": "file", "path": "f", "kuid": 5, "kgid": 5},
            {"type": "file", "path": "unmapped", "kuid": 5000, "kgid": 5000},
            {"type": "symlink", "path": "l", "target": "f", "kuid": 5, "kgid": 5},
        ],
        "callers": {
            "owner": {"kuid": 10005, "kgid": 10005},
            "stranger": {"kuid": 10009, "kgid": 10009},
            "inside": {"kuid": 10005, "kgid": 10005, "userns": "M"},
        },
        "ops": [{"op": "setacl", "path": path, "by": by, "which": which, "entries": acl(id)}],
    }
    assert first_op(document, "6.1")["err"] == old
    assert first_op(document, "6.2")["err"] == new


def test_an_acl_read_through_a_mount_by_the_size_of_the_buffer_up_to_6_1() -> None:
    document: dict[str, Any] = {
        "userns": {"M": {"uid_map": [[0, 10000, 1000]]}},
        "fs": {"type": "ext4"},
        "mounts": {"m": {"userns": "M"}},
        "setup": [{"type": "file", "path": "f", "acl": acl(7)}],
    }

    def read(kernel: str, **buffer: int) -> Any:
        op = {"op": "getacl", "path": "f", "by": "root"} | buffer
        answer = first_op(document | {"ops": [op]}, kernel)
        return answer["err"] or answer["ret"][1][1]

    sizes = (52, 128, 132, 4096, 4100, 65536, 65540)
    assert [read("6.1.170", buffer=size) for size in sizes] == [
        10007, 7, 10007, 7, 10007, 7, 10007
    ]  # fmt: skip
    assert read("6.1.170") == read("6.2", buffer=4096) == read("5.19", buffer=4096) == 10007
    assert [read("6.1", buffer=size) for size in (43, 44)] == ["ERANGE", 10007]


def test_a_detached_mount_is_cloned_since_6_15() -> None:
    mnt = clone()
    for kernel, answer in (((6, 14), "EINVAL"), ((6, 15), None)):
        try:
            open_tree(Task(kernel=kernel), Path(mnt, mnt.mnt_root))
            said = None
        except KernelError as error:
            said = error.name
        assert said == answer


# -- filesystems --------------------------------------------------------------------------------

#: First release with FS_ALLOW_IDMAP, as mount_setattr(2), the commits and the kernels say.
ALLOWED = {
    "ext4": (5, 12), "xfs": (5, 12), "vfat": (5, 12), "msdos": (5, 12), "btrfs": (5, 15),
    "ntfs3": (5, 15), "f2fs": (5, 18), "erofs": (5, 19), "squashfs": (6, 2), "tmpfs": (6, 3),
    "ceph": (6, 7), "hugetlbfs": (6, 9), "exfat": (6, 11), "fuse": (6, 12), "virtiofs": (6, 12),
    "bcachefs": (6, 12), "overlay": (7, 3), "zfs": (5, 12),
}  # fmt: skip


#: Refused by the kernel of the recorded answers, but 9p and nfs, which have no such flag either.
REFUSED = (
    "9p nfs binfmt_misc bpf cgroup2 cpuset debugfs devpts devtmpfs ext2 ext3 fusectl mqueue "
    "proc pstore ramfs securityfs sysfs tracefs"
)


def test_which_filesystem_can_be_idmapped_since_when() -> None:
    assert set(FILESYSTEMS) == {*ALLOWED, *REFUSED.split()}
    for fs_type, (major, minor) in ALLOWED.items():
        before = (major, minor - 1) if minor else (5, 19)
        allowed, why = allows_idmap(fs_type, (major, minor))
        assert allowed, fs_type
        assert why.startswith(f"{fs_type} can be idmapped since {major}.{minor}")
        allowed, why = allows_idmap(fs_type, before)
        assert not allowed, fs_type
        assert why.startswith(f"{fs_type} can be idmapped only since {major}.{minor}")
    for fs_type in REFUSED.split():
        allowed, why = allows_idmap(fs_type, NEWEST)
        assert not allowed, fs_type
        assert why.startswith(f"{fs_type} cannot be idmapped by any kernel")
    assert filesystem("cephfs") is filesystem("ceph")
    with pytest.raises(KernelError) as caught:
        filesystem("qnx4")
    assert caught.value.name == "ENXIO"
    assert caught.value.rule.endswith("known: " + ", ".join(sorted(FILESYSTEMS)))


def test_which_answers_about_filesystems_were_measured() -> None:
    def measured(name: str, kernel: str) -> bool:
        return filesystem(name).measured(release(kernel))

    assert measured("tmpfs", "6.1")
    assert measured("tmpfs", "6.12")
    assert not measured("tmpfs", "6.5")
    assert measured("overlay", "7.2.13")
    assert measured("overlay", "7.3")
    assert not measured("f2fs", "6.18")
    assert measured("proc", "6.18.44")
    assert not measured("proc", "7.3")
    assert [fs.name for fs in FILESYSTEMS.values() if fs.modelled] == [
        "tmpfs", "ext4", "xfs", "btrfs"
    ]  # fmt: skip


def on(fs_type: str, op: dict[str, Any], kernel: str = "6.18.44") -> dict[str, Any]:
    document = {
        "fs": {"type": fs_type},
        "setup": [{"type": "file", "path": "f", "kuid": 5, "kgid": 6, "mode": "2644",
                   "acl": acl(7)}],
        "callers": {"c": {"kuid": 5, "kgid": 9}},
        "ops": [op],
    }  # fmt: skip
    return first_op(document, kernel)


def test_only_tmpfs_drops_setgid_where_an_acl_is_removed() -> None:
    left = {fs: on(fs, {"op": "delacl", "path": "f"})["disk"]["mode"]
            for fs in ("tmpfs", "ext4", "xfs", "btrfs")}  # fmt: skip
    assert left == {"tmpfs": "0640", "ext4": "2640", "xfs": "2640", "btrfs": "2640"}


def test_ext4_makes_no_unnamed_file_in_a_removed_directory() -> None:
    document = {
        "setup": [{"type": "dir", "path": "d"}],
        "mounts": {"m": {"subdir": "d", "detached": True}},
        "ops": [{"op": "rmdir", "path": "d", "by": "root", "via": "plain"},
                {"op": "tmpfile", "path": ".", "by": "root"}],
    }  # fmt: skip
    for fs_type, answer in (("tmpfs", None), ("ext4", "EPERM"), ("xfs", None), ("btrfs", None)):
        replay = kv.Scenario(document | {"fs": {"type": fs_type}}, kernel="6.18.44").replay()
        assert replay.result["ops"][1]["err"] == answer, fs_type


# -- above a mount ------------------------------------------------------------------------------

ABOVE: dict[str, Any] = {
    "setup": [{"type": "dir", "path": "d"}, {"type": "file", "path": "d/f"},
              {"type": "symlink", "path": "d/up", "target": "../plain/d/f"},
              {"type": "symlink", "path": "d/gone", "target": "../f"}],
    "mounts": {"m": {"subdir": "d"}, "x": {"subdir": "d", "detached": True}},
}  # fmt: skip


@pytest.mark.parametrize(
    ("op", "err"),
    [({"op": "stat", "path": "../plain/d/f"}, None),
     ({"op": "stat", "path": "../m_m/f"}, None),
     ({"op": "stat", "path": "../d/f"}, "ENOENT"),
     ({"op": "stat", "path": "../../mnt/plain"}, None),
     ({"op": "stat", "path": "up", "follow": True}, None),
     ({"op": "stat", "path": "gone", "follow": True}, "ENOENT"),
     ({"op": "stat", "path": "../f", "via": "x"}, None),
     ({"op": "stat", "path": "../plain/d/f", "via": "x"}, "ENOENT"),
     ({"op": "rmdir", "path": "../plain"}, "EBUSY"),
     ({"op": "rename", "path": "../m_m", "to": "../other"}, "EBUSY"),
     ({"op": "link", "path": "f", "to": "../plain/d/f2"}, "EXDEV"),
     ({"op": "rename", "path": "f", "to": "../plain/d/f2"}, "EXDEV"),
     ({"op": "tmpfile", "path": "../plain", "to": "new"}, "EXDEV"),
     ({"op": "create", "path": "../new"}, None)],
)  # fmt: skip
def test_dotdot_leaves_an_attached_mount_at_its_root(op: dict[str, Any], err: str | None) -> None:
    document = ABOVE | {"ops": [{"by": "root", "via": "m"} | op]}
    answer: dict[str, Any] = kv.Scenario(document).replay().result["ops"][0]
    assert answer["err"] == err


def test_dotdot_and_a_name_go_through_mounts_on_top_of_each_other() -> None:
    slash = VfsMount(SuperBlock().s_root, name="/")
    last = filename_create(Task(), slash, "d", directory=True)
    place = Path(slash, vfs_mkdir(Task(), last, 0o755))
    lower, upper = clone(), clone()
    attach(lower, *place)
    attach(upper, lower, lower.mnt_root)
    assert user_path_at(Task(), slash, "d", follow=False) == (upper, upper.mnt_root)
    assert user_path_at(Task(), upper, "..", follow=False) == (slash, slash.mnt_root)


def test_nothing_is_renamed_over_a_mount() -> None:
    ops = [
        {"op": "mkdir", "path": "../other"},
        {"op": "rename", "path": "../other", "to": "../m_m"},
    ]
    document = ABOVE | {"ops": [{"by": "root", "via": "m"} | op for op in ops]}
    assert [op.err for op in kv.Scenario(document).replay().ops] == [None, "EBUSY"]


@pytest.mark.parametrize("name", CHANGES)
def test_a_branch_is_as_measured_as_its_newest_version(name: str) -> None:
    change = CHANGES[name]
    for branch, patch in STABLE.items():
        assert change.measured(branch) == change.measured((*branch, patch))
