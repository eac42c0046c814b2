# SPDX-License-Identifier: BSD-3-Clause
"""Older kernels: every rule that changes a result, on both sides of its release."""

from __future__ import annotations

from typing import Any

import pytest

import kfuncviz as kv
from kfuncviz.model.capability import CAP_FULL_SET
from kfuncviz.model.cred import Cred, Task
from kfuncviz.model.errors import IdMapError, KernelError
from kfuncviz.model.filesystems import FS_ALLOW_IDMAP, fs_allow_idmap
from kfuncviz.model.fs import Path, SuperBlock, VfsMount
from kfuncviz.model.idmap import IdMap
from kfuncviz.model.map_write import map_write
from kfuncviz.model.namespace import mount_setattr, open_tree
from kfuncviz.model.releases import CHANGES, NEWEST, OLDEST, release, since
from kfuncviz.model.statmount import statmount_mnt_idmap
from kfuncviz.model.user_namespace import UserNamespace, init_user_ns

MAP = IdMap("0 10000 1000")


def space(owner: int = 0) -> UserNamespace:
    return UserNamespace("ns", init_user_ns, uid_map=MAP, gid_map=MAP, owner=owner)  # type: ignore[arg-type]


def clone(fs_type: str = "xfs", owner: UserNamespace = init_user_ns) -> VfsMount:
    sb = SuperBlock(owner, fs_type=fs_type)
    return open_tree(Path(VfsMount(sb.s_root), sb.s_root))


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
        assert since(NEWEST, name)


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


def test_setgid_without_group_execute_since_6_2() -> None:
    document = {
        "setup": [{"type": "file", "path": "f", "kuid": 5, "kgid": 6, "mode": "2766"}],
        "callers": {"c": {"kuid": 9, "kgid": 9}},
        "ops": [{"op": "truncate", "path": "f", "size": 0}],
    }
    assert first_op(document, "6.1")["disk"]["mode"] == "2766"
    assert first_op(document, "6.2")["disk"]["mode"] == "0766"


def test_tmpfile_by_an_unmapped_caller_since_6_18() -> None:
    document = {
        "userns": {"M": {"uid_map": [[0, 10000, 1000]]}},
        "mounts": {"m": {"userns": "M"}},
        "ops": [{"op": "tmpfile", "path": "."}],
    }
    assert first_op(document, "6.18")["err"] == "EOVERFLOW"
    assert first_op(document, "6.12")["err"] is None


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
    [("6.1", (6, 1)), ("v5.12", (5, 12)), ("6.18.44", (6, 18)), ((6, 2), (6, 2))],
)
def test_a_release_by_its_name(name: Any, answer: tuple[int, int]) -> None:
    assert release(name) == answer


def test_a_release_outside_says_which_way() -> None:
    for name, rule in (
        ("5.11", ("no idmapped mounts in 5.11; 5.12 is the first release with them, "
         f"{NEWEST[0]}.{NEWEST[1]} the newest modelled here")),
        ("99.0", f"99.0 is not modelled; {NEWEST[0]}.{NEWEST[1]} is the newest"),
        ("six", "'six' is not a kernel release such as '6.18'"),
    ):  # fmt: skip
        with pytest.raises(KernelError) as caught:
            release(name)
        assert caught.value.rule == rule


#: First release with FS_ALLOW_IDMAP, as mount_setattr(2) and the commits say.
ALLOWED = {
    "ext4": (5, 12), "xfs": (5, 12), "vfat": (5, 12), "msdos": (5, 12), "btrfs": (5, 15),
    "ntfs3": (5, 15), "f2fs": (5, 18), "erofs": (5, 19), "squashfs": (6, 2), "tmpfs": (6, 3),
    "ceph": (6, 7), "hugetlbfs": (6, 9), "exfat": (6, 11), "fuse": (6, 12), "virtiofs": (6, 12),
    "bcachefs": (6, 12),
}  # fmt: skip


#: Refused by the kernel of the recorded answers, but 9p and nfs, which have no such flag either.
REFUSED = (
    "9p nfs binfmt_misc bpf cgroup2 cpuset debugfs devpts devtmpfs ext2 ext3 fusectl mqueue "
    "overlay proc pstore ramfs securityfs sysfs tracefs"
)


def test_which_filesystem_can_be_idmapped_since_when() -> None:
    assert set(FS_ALLOW_IDMAP) == set(ALLOWED)
    for fs_type, (major, minor) in ALLOWED.items():
        before = (major, minor - 1) if minor else (5, 19)
        assert fs_allow_idmap(fs_type, (major, minor)), fs_type
        assert not fs_allow_idmap(fs_type, before), fs_type
    for fs_type in REFUSED.split():
        assert not fs_allow_idmap(fs_type, NEWEST), fs_type
    with pytest.raises(KernelError) as caught:
        fs_allow_idmap("zfs", NEWEST)
    assert caught.value.name == "ENXIO"
    assert caught.value.rule.endswith("with: " + ", ".join(sorted(ALLOWED)))
