# SPDX-License-Identifier: BSD-3-Clause
"""Rules no recorded scenario reaches: sysctls of other machines, states without words, limits."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from kfuncviz.api import Scenario
from kfuncviz.model.access import MAY_EXEC, MAY_READ, MAY_WRITE
from kfuncviz.model.attr import (
    Iattr,
    chown_common,
    do_truncate,
    notify_change,
    setattr_copy,
)
from kfuncviz.model.capability import CAP_FULL_SET, cap_mask
from kfuncviz.model.commoncap import (
    EMPTY_CAPS,
    get_vfs_caps_from_disk,
    need_killpriv,
    vfs_remove_caps,
    vfs_set_caps,
)
from kfuncviz.model.cred import SECBIT_NO_SETUID_FIXUP, Cred, MntNamespace, Sysctl, Task
from kfuncviz.model.errors import KernelError
from kfuncviz.model.exec import do_execveat
from kfuncviz.model.fs import (
    MNT_NODEV,
    MNT_NOEXEC,
    MNT_NOSUID,
    MNT_READONLY,
    Inode,
    Path,
    PosixAclEntry,
    SuperBlock,
    VfsCaps,
    VfsMount,
)
from kfuncviz.model.idmap import IdMap
from kfuncviz.model.inode import vfs_prepare_mode
from kfuncviz.model.lookup import getname, lookup, may_follow_link, may_lookup, user_path_at
from kfuncviz.model.map_write import proc_setgroups_write
from kfuncviz.model.mnt_idmapping import MntIdmap, nop_mnt_idmap
from kfuncviz.model.namei import (
    d_instantiate,
    do_rmdir,
    filename_create,
    may_create,
    may_delete,
    may_o_create,
    vfs_mkdir,
    vfs_tmpfile,
)
from kfuncviz.model.namespace import OtherFd, mount_setattr, open_tree_attr
from kfuncviz.model.open import Open, do_faccessat, do_sys_open, may_open
from kfuncviz.model.permission import check_sticky, inode_permission, mnt_want_write
from kfuncviz.model.posix_acl import posix_acl_permission, posix_acl_valid, set_posix_acl
from kfuncviz.model.posix_acl_xattr import (
    vfs_get_acl,
    vfs_remove_acl,
    vfs_set_acl,
    xattr_bytes,
)
from kfuncviz.model.rename import do_renameat2, may_linkat
from kfuncviz.model.statmount import statmount_mnt_idmap
from kfuncviz.model.trace import recording
from kfuncviz.model.uidgid import gid_t, kuid_t, uid_t, vfsuid_t
from kfuncviz.model.user_namespace import UserNamespace, init_user_ns
from kfuncviz.model.xattr import (
    import_xattr_name,
    setxattr_copy,
    vfs_getxattr,
    vfs_removexattr,
    vfs_setxattr,
)

ROOT = Task()
MAPPED = MntIdmap("m", IdMap("0 10000 100"), IdMap("0 10000 100"))


def task(uid: int, gid: int = 77, caps: str = "none", **kw: Any) -> Task:
    return Task(cred=Cred.of(uid, gid, caps=cap_mask(caps)), **kw)


def inode(mode: int, uid: int = 0, gid: int = 0, sb: SuperBlock | None = None) -> Inode:
    return Inode(sb or SuperBlock(), mode, uid, gid)


def mount(sb: SuperBlock | None = None, **files: Inode) -> VfsMount:
    mnt = VfsMount((sb or SuperBlock()).s_root)
    for name, each in files.items():
        each.i_sb = mnt.mnt_sb
        d_instantiate(mnt.mnt_root, name, each)
    return mnt


def err(call: Any, *args: Any, **kw: Any) -> str | None:
    try:
        call(*args, **kw)
    except KernelError as error:
        return error.name
    return None


# -- sysctls ------------------------------------------------------------------------------------


@pytest.mark.parametrize("idmap", [nop_mnt_idmap, MAPPED], ids=["plain", "idmapped"])
def test_protected_symlinks(idmap: MntIdmap) -> None:
    """Semantics 7.5: only in a sticky directory everybody writes to; own, or the directory's."""
    shift = 0 if idmap is nop_mnt_idmap else 10000
    for on, mode, dir_uid, link_uid, fsuid in product(
        (0, 1), (0o1777, 0o777, 0o1775, 0o1755), (1, 2, 5000), (1, 2, 5000), (1, 3)
    ):
        current = task(fsuid + shift, sysctl=Sysctl(protected_symlinks=on))
        dir, link = inode(0o40000 | mode, dir_uid), inode(0o120777, link_uid)
        link_mapped = idmap is nop_mnt_idmap or link_uid < 100
        own = link_mapped and link_uid == fsuid
        the_directorys = link_mapped and link_uid == dir_uid
        refused = bool(on) and mode == 0o1777 and not own and not the_directorys
        got = err(may_follow_link, current, idmap, dir, link)
        assert got == ("EACCES" if refused else None), (on, oct(mode), dir_uid, link_uid, fsuid)


@pytest.mark.parametrize(
    ("on", "mode", "uid", "caps", "answer"),
    [
        (0, 0o104600, 5, "none", None),
        (1, 0o100600, 5, "none", "EPERM"),
        (1, 0o100600, 9, "none", None),
        (1, 0o100600, 5, "all", None),
        (1, 0o100606, 5, "none", None),
        (1, 0o100602, 5, "none", "EPERM"),
        (1, 0o100604, 5, "none", "EPERM"),
        (1, 0o104606, 5, "none", "EPERM"),
        (1, 0o102606, 5, "none", None),
        (1, 0o102616, 5, "none", "EPERM"),
        (1, 0o010606, 5, "none", "EPERM"),
    ],
)
def test_protected_hardlinks(on: int, mode: int, uid: int, caps: str, answer: str | None) -> None:
    """Semantics 7.5: one's own, or a plain file without setuid and setgid one reads and writes."""
    current = task(9, caps=caps, sysctl=Sysctl(protected_hardlinks=on))
    assert err(may_linkat, current, nop_mnt_idmap, inode(mode, uid)) == answer


def test_ids_come_before_protected_hardlinks() -> None:
    off = Task(sysctl=Sysctl(protected_hardlinks=0))
    for ids in ((5000, 0), (0, 5000)):
        assert err(may_linkat, off, MAPPED, inode(0o100666, *ids)) == "EOVERFLOW"


# -- states -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "answer"),
    [(0o100777, "EROFS"), (0o40777, "EROFS"), (0o120777, "EROFS"), (0o10777, None),
     (0o20777, None), (0o60777, None), (0o140777, None)],
)  # fmt: skip
def test_a_read_only_filesystem_refuses_files_directories_and_symlinks(
    mode: int, answer: str | None
) -> None:
    """Semantics 7.3, first of the order; a fifo or a device is not the filesystem's to protect."""
    sb = SuperBlock()
    sb.rdonly = True
    there = inode(mode, sb=sb)
    there.immutable = answer == "EROFS"
    assert err(inode_permission, ROOT, nop_mnt_idmap, there, MAY_WRITE) == answer
    assert err(inode_permission, ROOT, nop_mnt_idmap, there, MAY_READ) is None


def test_order_of_refusals_to_write() -> None:
    """Semantics 7.3: read-only, immutable, unmapped, permission."""
    there = inode(0o100444, 5000)
    there.i_sb.rdonly = there.immutable = True
    nobody = task(9)

    def answer() -> str | None:
        return err(inode_permission, nobody, MAPPED, there, MAY_WRITE)

    assert answer() == "EROFS"
    there.i_sb.rdonly = False
    assert answer() == "EPERM"
    there.immutable = False
    with pytest.raises(KernelError, match="EACCES: the mount has no id for its owner or group"):
        inode_permission(nobody, MAPPED, there, MAY_WRITE)
    there.i_uid = there.i_sb.s_root.i_uid
    with pytest.raises(KernelError, match="EACCES: the mode bits for others do not grant write"):
        inode_permission(nobody, MAPPED, there, MAY_WRITE)


def test_the_filesystem_or_the_mount_can_be_read_only() -> None:
    mnt = mount()
    assert err(mnt_want_write, mnt) is None
    mnt.mnt_sb.rdonly = True
    with pytest.raises(KernelError, match="EROFS: the filesystem is read-only"):
        mnt_want_write(mnt)


def test_an_immutable_inode_keeps_mode_owner_and_times_but_not_its_size() -> None:
    for attr, answer in (
        (Iattr(mode=0o100600), "EPERM"), (Iattr(uid=vfsuid_t(1)), "EPERM"),
        (Iattr(gid=vfsuid_t(1)), "EPERM"),  # type: ignore[arg-type]
        (Iattr(times_set=True), "EPERM"), (Iattr(touch=True), "EPERM"), (Iattr(size=1), None),
    ):  # fmt: skip
        there = inode(0o100644)
        there.immutable = True
        assert err(notify_change, ROOT, nop_mnt_idmap, there, attr) == answer, str(attr)
        there.immutable = False
        assert err(notify_change, ROOT, nop_mnt_idmap, there, attr) is None, str(attr)


@pytest.mark.parametrize("flag", ["immutable", "append"])
def test_no_attribute_of_any_kind_is_written_or_removed(flag: str) -> None:
    """The owner's, whoever asks: user.*, ACLs and capabilities alike."""
    entries = [("user_obj", None, "rwx"), ("group_obj", None, "r-x"), ("other", None, "---")]
    there = inode(0o100644)
    calls: list[tuple[Any, tuple[Any, ...]]] = [
        (vfs_setxattr, ("user.a", b"")), (vfs_set_caps, (VfsCaps(2, 1, 0, True, 0),)),
        (vfs_set_acl, ("access", entries)), (vfs_removexattr, ("user.a",)), (vfs_remove_caps, ()),
        (vfs_remove_acl, ("access",)),
    ]  # fmt: skip
    for call, arguments in calls:
        setattr(there, flag, True)
        assert err(call, ROOT, nop_mnt_idmap, there, *arguments) == "EPERM", call
        setattr(there, flag, False)
        assert err(call, ROOT, nop_mnt_idmap, there, *arguments) is None, call


def test_a_filesystem_without_acls() -> None:
    sb = SuperBlock()
    sb.s_posixacl = False
    there = inode(0o100644, sb=sb)
    assert err(vfs_get_acl, ROOT, nop_mnt_idmap, there, "access") == "EOPNOTSUPP"
    entries = [("user_obj", None, "rwx"), ("group_obj", None, "r-x"), ("other", None, "---")]
    assert err(vfs_set_acl, ROOT, nop_mnt_idmap, there, "access", entries) == "EOPNOTSUPP"
    assert err(set_posix_acl, ROOT, nop_mnt_idmap, there, "access", None) == "EOPNOTSUPP"
    masked = replace(ROOT, umask=0o027)
    assert vfs_prepare_mode(masked, nop_mnt_idmap, sb.s_root, 0o666, 0o777, 0) == 0o640
    sb.s_posixacl = True
    assert vfs_prepare_mode(masked, nop_mnt_idmap, sb.s_root, 0o666, 0o777, 0) == 0o666
    assert err(vfs_set_acl, ROOT, nop_mnt_idmap, there, "access", entries) is None
    assert there.i_mode == 0o100750


def test_symlinks_have_no_acl_no_mode_and_are_not_opened() -> None:
    link = inode(0o120777)
    mnt = mount(l=link)
    assert err(vfs_get_acl, ROOT, nop_mnt_idmap, link, "access") == "EOPNOTSUPP"
    assert err(set_posix_acl, ROOT, nop_mnt_idmap, link, "access", None) == "EOPNOTSUPP"
    assert err(notify_change, ROOT, nop_mnt_idmap, link, Iattr(mode=0)) == "EOPNOTSUPP"
    assert err(may_open, ROOT, Path(mnt, link), MAY_READ, Open.READ) == "ELOOP"


@pytest.mark.parametrize("fs_userns", [init_user_ns, UserNamespace("u", init_user_ns)])
@pytest.mark.parametrize("flags", [0, MNT_NODEV])
@pytest.mark.parametrize(("kind", "device"), [(0o20000, True), (0o60000, True), (0o10000, False)])
def test_devices_are_not_opened_on_nodev_or_in_a_namespaces_filesystem(
    fs_userns: UserNamespace, flags: int, kind: int, device: bool
) -> None:
    mnt = mount(SuperBlock(fs_userns))
    mnt.mnt_flags = flags
    there = inode(kind | 0o666, sb=mnt.mnt_sb)
    refused = device and (flags or fs_userns is not init_user_ns)
    got = err(may_open, ROOT, Path(mnt, there), MAY_READ, Open.READ)
    assert got == ("EACCES" if refused else None)


def test_noexec() -> None:
    mnt = mount(f=inode(0o100755), d=inode(0o40755))
    at = Path(mnt, mnt.mnt_root.entries["f"])
    assert err(may_open, ROOT, at, MAY_EXEC, Open.EXEC) is None
    assert err(do_faccessat, ROOT, mnt, "f", MAY_EXEC, real=False) is None
    mnt.mnt_flags = MNT_NOEXEC
    assert err(may_open, ROOT, at, MAY_EXEC, Open.EXEC) == "EACCES"
    assert err(may_open, ROOT, at, MAY_READ, Open.READ) is None
    assert err(do_faccessat, ROOT, mnt, "f", MAY_EXEC, real=False) == "EACCES"
    assert err(do_faccessat, ROOT, mnt, "f", MAY_READ, real=False) is None
    assert err(do_faccessat, ROOT, mnt, "d", MAY_EXEC, real=False) is None


@pytest.mark.parametrize("mask", [8, 15, 1 << 20])
def test_access_asks_for_three_bits_only(mask: int) -> None:
    with pytest.raises(KernelError, match=f"EINVAL: mask {mask} has bits besides"):
        do_faccessat(ROOT, mount(), "gone", mask, real=False)


def test_access_with_the_real_ids() -> None:
    """access(2): the real ids; root's capabilities are those it is permitted, others' none."""
    mnt = mount(f=inode(0o100600, 5, 5))
    cred = Cred.of(5, 5, caps=0)
    setuid = Task(cred=replace(cred, uid=Cred.of(9, 9).uid, gid=Cred.of(9, 9).gid))
    assert err(do_faccessat, setuid, mnt, "f", MAY_READ, real=False) is None
    assert err(do_faccessat, setuid, mnt, "f", MAY_READ, real=True) == "EACCES"
    root = Cred.of(0, 0, caps=CAP_FULL_SET)
    dropped = Task(cred=replace(root, cap_effective=0))
    assert err(do_faccessat, dropped, mnt, "f", MAY_READ, real=False) == "EACCES"
    assert err(do_faccessat, dropped, mnt, "f", MAY_READ, real=True) is None
    capable = Task(cred=replace(cred, uid=Cred.of(9, 9).uid, cap_permitted=CAP_FULL_SET))
    assert err(do_faccessat, capable, mnt, "f", MAY_READ, real=True) == "EACCES"
    nothing = "access(2) gives the real uid no capabilities"
    kept = Task(cred=replace(cred, uid=kuid_t(9), securebits=SECBIT_NO_SETUID_FIXUP))
    for task, real, why in (
        (capable, True, nothing), (setuid, True, nothing), (dropped, False, "not held"),
        (kept, True, "not held"),
    ):  # fmt: skip
        shut = mount(f=inode(0o100000, 5, 5))
        with pytest.raises(KernelError) as refused:
            do_faccessat(task, shut, "f", MAY_READ, real=real)
        assert (refused.value.cap, refused.value.cap_why) == ("CAP_DAC_OVERRIDE", why)


# -- limits -------------------------------------------------------------------------------------


def test_lengths_of_paths_names_and_attributes() -> None:
    assert err(getname, "") == "ENOENT"
    assert err(getname, "a" * 4095) is None
    assert err(getname, "a" * 4096) == "ENAMETOOLONG"
    assert err(getname, "é" * 2048) == "ENAMETOOLONG"
    mnt = mount()
    assert lookup(mnt.mnt_root, "a" * 255) is None
    assert err(lookup, mnt.mnt_root, "é" * 128) == "ENAMETOOLONG"
    mnt.mnt_root.dead = True
    assert lookup(mnt.mnt_root, "a" * 256) is None
    assert [err(import_xattr_name, "a" * n) for n in (0, 1, 255, 256)] == [
        "ERANGE", None, None, "ERANGE",
    ]  # fmt: skip
    assert [err(setxattr_copy, "a", b"v" * n) for n in (0, 65536, 65537)] == [None, None, "E2BIG"]
    assert err(setxattr_copy, "", b"v" * 65537) == "ERANGE"


def test_forty_symlinks_are_followed_and_no_more() -> None:
    mnt = mount(end=inode(0o100644))
    for number in range(41):
        link = inode(0o120777, sb=mnt.mnt_sb)
        link.i_link = f"l{number - 1}" if number else "end"
        d_instantiate(mnt.mnt_root, f"l{number}", link)
    assert user_path_at(ROOT, mnt, "l39", follow=True).inode is mnt.mnt_root.entries["end"]
    with pytest.raises(KernelError, match="ELOOP: more than 40 symlinks on the way"):
        user_path_at(ROOT, mnt, "l40", follow=True)


def test_a_path_that_leads_out_is_not_modelled() -> None:
    with pytest.raises(KernelError, match="ENOENT: '/etc' leads out of the filesystem"):
        user_path_at(ROOT, mount(), "/etc", follow=True)
    mnt = VfsMount(inode(0o100644))
    assert err(user_path_at, ROOT, mnt, "f", follow=True) == "ENOTDIR"


@pytest.mark.parametrize(
    ("flags", "answer"),
    [
        (3, "EINVAL"),
        (6, "EINVAL"),
        (8, "EINVAL"),
        (1, None),
        (2, "ENOENT"),
        (4, None),
        (0, None),
    ],
)
def test_flags_of_rename(flags: int, answer: str | None) -> None:
    mnt = mount(f=inode(0o100644))
    assert err(do_renameat2, ROOT, mnt, "f", mnt, "g", flags) == answer


def test_nothing_is_made_in_a_removed_directory() -> None:
    dead = inode(0o40777)
    mnt = mount(f=inode(0o100644), d=dead)
    dead.dead = True
    assert err(may_create, ROOT, nop_mnt_idmap, dead) == "ENOENT"
    with pytest.raises(KernelError, match="ENOENT: the directory was removed"):
        do_renameat2(ROOT, mnt, "f", mnt, "d/g", 0)


# -- ids ----------------------------------------------------------------------------------------


def test_before_6_0_an_idmapped_mount_of_a_namespaces_filesystem_took_its_own_ids() -> None:
    owner = UserNamespace(
        "fs", init_user_ns, uid_map=IdMap("0 20000 100"), gid_map=IdMap("0 20000 100")
    )
    mnt = mount(SuperBlock(owner, root_uid=20000, root_gid=20000))
    mnt.mnt_idmap = MAPPED
    old = Task(kernel=(5, 19))
    assert err(chown_common, old, Path(mnt, mnt.mnt_root), uid_t(10005), gid_t(10006)) is None
    assert (mnt.mnt_root.i_uid, mnt.mnt_root.i_gid) == (20005, 20006)
    mnt.mnt_idmap = nop_mnt_idmap
    for kernel, answer in (((5, 19), "EOVERFLOW"), ((6, 0), None)):
        for ids in ((7, None), (None, 7)):
            task_then = Task(kernel=kernel)
            assert err(chown_common, task_then, Path(mnt, mnt.mnt_root), *ids) == answer  # type: ignore[arg-type]


@pytest.mark.parametrize(("groups", "mode"), [([], "0644"), ([10007], "2644")])
def test_setgid_is_judged_by_the_group_that_is_given(groups: list[int], mode: str) -> None:
    """Up to 6.1.14 chown left setgid without group execute alone, unless setuid went.

    Then both are a change of mode, and the capability does not count over a file whose old group
    the mount has no id for.
    """
    document = {
        "userns": {"M": {"uid_map": [[0, 10000, 1000]]}},
        "fs": {"type": "ext4"},
        "mounts": {"m": {"userns": "M"}},
        "setup": [{"type": "file", "path": "f", "kuid": 5, "kgid": 5000, "mode": "6644"}],
        "callers": {"c": {"kuid": 0, "kgid": 0, "kgroups": groups, "caps": "all"}},
        "ops": [{"op": "chown", "path": "f", "gid": 10007}],
    }
    (op,) = Scenario(document, kernel="6.1.14").replay().ops
    assert (op.err, op.result["disk"]["gid"], op.result["disk"]["mode"]) == (None, 7, mode)


def test_an_owner_of_another_users_group_may_not_keep_setgid() -> None:
    there = inode(0o100644, 5, 6)
    owner = task(5, 7)
    setattr_copy(owner, nop_mnt_idmap, there, Iattr(mode=0o102755))
    assert there.i_mode == 0o100755
    setattr_copy(task(5, 6), nop_mnt_idmap, there, Iattr(mode=0o102755))
    assert there.i_mode == 0o102755


def test_truncating_takes_setuid_setgid_and_capabilities_away() -> None:
    caps = VfsCaps(2, 1, 0, True, 0)
    for mode, has_caps, by_root, after in (
        (0o106777, True, False, 0o100777), (0o104755, False, False, 0o100755),
        (0o106777, True, True, 0o106777), (0o100755, True, False, 0o100755),
        (0o102767, False, False, 0o100767),
    ):  # fmt: skip
        there = inode(mode, 5, 6)
        there.i_caps = caps if has_caps else None
        there.i_size = there.program = 9000
        do_truncate(ROOT if by_root else task(9), Path(mount(), there), 20)
        assert oct(there.i_mode) == oct(after)
        assert there.i_caps is None
        assert (there.i_size, there.program) == (20, 20)


def test_an_empty_capability_attribute_stays_and_stops_execution() -> None:
    there = inode(0o100755)
    there.i_caps = EMPTY_CAPS
    assert not need_killpriv(there)
    assert err(get_vfs_caps_from_disk, ROOT, nop_mnt_idmap, there) == "EINVAL"
    there.i_caps = None
    assert not need_killpriv(there)
    assert get_vfs_caps_from_disk(ROOT, nop_mnt_idmap, there) is None
    there.i_caps = VfsCaps(2, 1 << 60 | 3, 1 << 50 | 1, False, 0)
    assert need_killpriv(there)
    assert get_vfs_caps_from_disk(ROOT, nop_mnt_idmap, there) == VfsCaps(2, 3, 1, False, 0)


def test_sticky_directories() -> None:
    """Semantics 7.4."""
    for mode, dir_uid, uid, caps, answer in (
        (0o40777, 1, 2, "none", None), (0o41777, 1, 2, "none", "EPERM"),
        (0o41777, 9, 2, "none", None), (0o41777, 1, 9, "none", None),
        (0o41777, 1, 2, "all", None), (0o41777, 1, 2, "-CAP_FOWNER", "EPERM"),
    ):  # fmt: skip
        current = task(9, caps=caps)
        got = err(check_sticky, current, nop_mnt_idmap, inode(mode, dir_uid), inode(0o100666, uid))
        assert got == answer, (oct(mode), dir_uid, uid, caps)


def test_a_tmpfile_has_no_name_and_no_link() -> None:
    mnt = mount()
    made = vfs_tmpfile(task(5, 6), Path(mnt, mnt.mnt_root), 0o640)
    assert (made.i_uid, made.i_gid, made.i_mode, made.i_nlink) == (5, 6, 0o100640, 0)
    assert mnt.mnt_root.entries == {}


ACL = (
    PosixAclEntry("user_obj", None, 7),
    PosixAclEntry("user", 5, 6),
    PosixAclEntry("group_obj", None, 4),
    PosixAclEntry("group", 8, 3),
    PosixAclEntry("mask", None, 5),
    PosixAclEntry("other", None, 1),
)


@pytest.mark.parametrize(
    ("uid", "groups", "granted"),
    [(1, (), 7), (5, (2, 8), 4), (9, (2,), 4), (9, (8,), 1), (9, (2, 8), 5), (9, (), 1)],
    ids=["owner", "named user", "owning group", "named group", "two groups", "other"],
)
def test_who_an_acl_grants_what(uid: int, groups: tuple[int, ...], granted: int) -> None:
    """acl(5): one entry decides, cut by the mask; of several groups any one may grant it all."""
    there = inode(0o100770, 1, 2)
    current = Task(cred=Cred.of(uid, 77, groups=groups))
    for want in range(1, 8):
        one_group_grants = granted == 5 and want not in (1, 4)
        refused = bool(want & ~granted) or one_group_grants
        got = err(posix_acl_permission, current, nop_mnt_idmap, there, ACL, want)
        assert got == ("EACCES" if refused else None), want


def test_which_orders_of_entries_are_an_acl() -> None:
    """acl(5): owner, users, group, groups, mask, others; a mask where somebody is named."""
    letters = {
        "user_obj": "U",
        "user": "u",
        "group_obj": "G",
        "group": "g",
        "mask": "m",
        "other": "o",
    }
    for length in range(7):
        for tags in product(letters, repeat=length):
            word = "".join(letters[tag] for tag in tags)
            if length > 4 and not re.fullmatch("U[uUGgmo]*o", word):
                continue
            valid = re.fullmatch("UGo|UGmo|U(u*)G(g*)mo", word) is not None
            acl = tuple(
                PosixAclEntry(tag, 5 if tag in ("user", "group") else None, 7) for tag in tags
            )
            assert (err(posix_acl_valid, init_user_ns, acl) is None) == valid, word
    assert err(posix_acl_valid, init_user_ns, (PosixAclEntry("nobody", None, 7),)) == "EINVAL"


def test_only_the_read_only_flag_of_a_mount_stops_writing() -> None:
    mnt = mount()
    mnt.mnt_flags = MNT_NODEV | MNT_NOEXEC | MNT_NOSUID
    assert err(mnt_want_write, mnt) is None
    mnt.mnt_flags = MNT_READONLY
    with pytest.raises(KernelError, match="EROFS: the mount is read-only"):
        mnt_want_write(mnt)


def test_an_acl_in_bytes() -> None:
    entries = [("user_obj", None, "rwx"), ("group", 7, "-wx"), ("other", None, "---")]
    assert xattr_bytes(entries) == bytes.fromhex(
        "0200000001000700ffffffff080003000700000020000000ffffffff"
    )


def test_a_directory_must_be_writable_and_searchable() -> None:
    """Semantics 8.1 to 8.3, asked of the directory alone."""
    victim = inode(0o100666, 9)
    for mode, answer in ((0o40777, None), (0o40776, "EACCES"), (0o40775, "EACCES")):
        mnt = mount(SuperBlock(root_uid=1, root_gid=1, root_mode=mode), f=victim)
        dir, nobody = mnt.mnt_root, task(9)
        assert err(may_create, nobody, nop_mnt_idmap, dir) == answer
        assert err(may_o_create, nobody, nop_mnt_idmap, dir) == answer
        assert err(may_delete, nobody, nop_mnt_idmap, dir, victim, False) == answer
        assert err(vfs_tmpfile, nobody, Path(mnt, dir), 0o600) == answer
        assert err(may_lookup, nobody, nop_mnt_idmap, dir) == (answer if not mode & 1 else None)


def test_what_exists_is_not_made_again() -> None:
    mnt = mount(f=inode(0o100644))
    with pytest.raises(KernelError, match=r"^EEXIST: 'f' exists$"):
        filename_create(ROOT, mnt, "f")
    with pytest.raises(KernelError, match=r"^EEXIST: 'f' exists$"):
        do_sys_open(ROOT, mnt, "f", Open.WRITE | Open.CREAT | Open.EXCL)


def test_a_new_directory_has_two_links_and_a_parent() -> None:
    mnt = mount()
    made = vfs_mkdir(ROOT, filename_create(ROOT, mnt, "d", directory=True), 0o755)
    assert (made.i_nlink, made.i_parent, made.name) == (2, mnt.mnt_root, "d")
    assert user_path_at(ROOT, mnt, "d/..", follow=True).inode is mnt.mnt_root
    assert user_path_at(ROOT, mnt, "..", follow=True).inode is mnt.mnt_root
    below = VfsMount(made)
    assert user_path_at(ROOT, below, "../..", follow=True).inode is made


@pytest.mark.parametrize(("kind", "minor", "answer"), [
    (0o20000, 3, None), (0o20000, 4, "ENXIO"), (0o60000, 3, "ENXIO"),
    *((0o20000, minor, None) for minor in (5, 7, 8, 9)),
])  # fmt: skip
def test_which_devices_every_machine_has(kind: int, minor: int, answer: str | None) -> None:
    device = inode(kind | 0o666)
    device.i_rdev = (1, minor)
    mnt = mount(dev=device)
    assert err(do_sys_open, ROOT, mnt, "dev", Open.READ) == answer
    device.i_rdev = (5, minor)
    assert err(do_sys_open, ROOT, mnt, "dev", Open.READ) == "ENXIO"


@pytest.mark.parametrize("nnp", [False, True])
def test_no_new_privs_takes_back_what_file_capabilities_add(nnp: bool) -> None:
    """As measured on Linux 6.18: ids that differ before stay, unless capabilities were gained."""
    program = inode(0o106755, 0, 0)
    program.program = 9000
    mnt = VfsMount(program, mnt_ns=ROOT.mnt_ns)
    mixed = replace(Cred.of(1000, 1000, caps=0), euid=Cred.of(1001, 0).euid)
    current = Task(cred=mixed, no_new_privs=nnp)
    new = do_execveat(current, Path(mnt, program))
    assert (new.uid, new.euid, new.egid) == ((1000, 1001, 1000) if nnp else (1000, 0, 0))
    program.i_mode = 0o100755
    assert do_execveat(current, Path(mnt, program)).euid == 1001
    program.i_caps = VfsCaps(2, 2, 0, True, 0)
    new = do_execveat(current, Path(mnt, program))
    assert (new.euid, new.fsuid, new.cap_permitted) == ((1000, 1000, 0) if nnp else (1001, 1001, 2))


# -- attributes ---------------------------------------------------------------------------------


def test_an_attribute_is_read_as_it_was_set() -> None:
    there = inode(0o100600, 5, 5)
    owner, stranger = task(5), task(9)
    assert err(vfs_getxattr, owner, nop_mnt_idmap, there, "user.a") == "ENODATA"
    vfs_setxattr(owner, nop_mnt_idmap, there, "user.a", b"one")
    vfs_setxattr(ROOT, nop_mnt_idmap, there, "trusted.a", b"two")
    vfs_setxattr(owner, nop_mnt_idmap, there, "user.a", b"three")
    assert vfs_getxattr(owner, nop_mnt_idmap, there, "user.a") == b"three"
    assert vfs_getxattr(ROOT, nop_mnt_idmap, there, "trusted.a") == b"two"
    assert err(vfs_getxattr, owner, nop_mnt_idmap, there, "trusted.a") == "ENODATA"
    assert err(vfs_setxattr, owner, nop_mnt_idmap, there, "trusted.a", b"") == "EPERM"
    assert err(vfs_getxattr, stranger, nop_mnt_idmap, there, "user.a") == "EACCES"
    assert err(vfs_setxattr, stranger, nop_mnt_idmap, there, "user.a", b"") == "EACCES"
    assert err(vfs_setxattr, owner, nop_mnt_idmap, there, "security.a", b"") == "EPERM"
    vfs_setxattr(ROOT, nop_mnt_idmap, there, "security.a", b"four")
    assert vfs_getxattr(stranger, nop_mnt_idmap, there, "security.a") == b"four"
    with pytest.raises(KernelError, match=r"EINVAL: the attribute's name ends with the dot"):
        vfs_setxattr(ROOT, nop_mnt_idmap, there, "user.", b"")
    with pytest.raises(KernelError, match=r"EOPNOTSUPP: no filesystem handles .* named 'made\.up'"):
        vfs_getxattr(ROOT, nop_mnt_idmap, there, "made.up")


@pytest.mark.parametrize(
    ("mode", "reading", "writing"),
    [(0o100666, None, None), (0o40777, None, None), (0o41777, None, "EPERM"),
     (0o10666, "ENODATA", "EPERM"), (0o120777, "ENODATA", "EPERM"), (0o20666, "ENODATA", "EPERM")],
)  # fmt: skip
def test_which_inodes_have_user_attributes(
    mode: int, reading: str | None, writing: str | None
) -> None:
    """xattr(7): files and directories; of a sticky directory only the owner's."""
    there = inode(mode, 5, 5)
    there.i_xattrs["user.a"] = b"v"
    assert err(vfs_getxattr, task(9), nop_mnt_idmap, there, "user.a") == reading
    assert err(vfs_setxattr, task(9), nop_mnt_idmap, there, "user.a", b"") == writing
    assert err(vfs_setxattr, task(5), nop_mnt_idmap, there, "user.a", b"") == (
        None if reading is None else "EPERM"
    )


# -- what a call is shown to pass, and what a refusal says --------------------------------------


def test_truncating_asks_for_nothing_it_does_not_need() -> None:
    there = inode(0o100644)
    with recording() as steps:
        do_truncate(ROOT, Path(mount(), there), 20)
    assert [s.call.split(", ")[-1] for s in steps if s.function == "notify_change"] == [
        "{size=20})"
    ]
    there.i_caps = VfsCaps(2, 1, 0, True, 0)
    with recording() as steps:
        do_truncate(ROOT, Path(mount(), there), 20)
    assert [s.call.split(", ")[-1] for s in steps if s.function == "notify_change"] == [
        "{size=20 kill_priv force})"
    ]


def test_open_makes_a_file_of_mode_0644_unless_told_otherwise() -> None:
    mnt = mount()
    do_sys_open(ROOT, mnt, "f", Open.WRITE | Open.CREAT)
    assert mnt.mnt_root.entries["f"].i_mode == 0o100644


BOX = UserNamespace("box", init_user_ns)


def old_filesystem() -> None:
    owner = UserNamespace("fs", init_user_ns)
    mnt = VfsMount(SuperBlock(owner, fs_type="xfs").s_root)
    rows = IdMap("0 1 1")
    box = UserNamespace("box", init_user_ns, uid_map=rows, gid_map=rows)
    mount_setattr(Task(kernel=(5, 16)), Path(mnt, mnt.mnt_root), userns_fd=box)


def bare() -> Path:
    mnt = mount()
    return Path(mnt, mnt.mnt_root)


@pytest.mark.parametrize(
    ("call", "rule"),
    [
        (old_filesystem, "filesystems of a user namespace are idmapped only since 5.17"),
        (lambda: mount_setattr(ROOT, bare(), size=4097),
         "struct mount_attr of 4097 bytes; 4096 is the most"),
        (lambda: mount_setattr(ROOT, bare(), size=31),
         "struct mount_attr of 31 bytes; 32 is least"),
        (lambda: mount_setattr(ROOT, bare(), flags=1), "unknown flags in 0x1"),
        (lambda: mount_setattr(ROOT, bare(), nonzero_tail=True),
         "bytes this kernel does not know are not zero"),
        (lambda: mount_setattr(ROOT, bare(), attr_set=1 << 40),
         "more than one propagation, or unknown attribute bits"),
        (lambda: mount_setattr(ROOT, bare(), attr_set=0, attr_clr=16),
         "the access time setting is cleared as a whole"),
        (lambda: mount_setattr(ROOT, bare(), attr_clr=1 << 20),
         "an idmapping is not cleared; open_tree_attr(2) may on a clone"),
        (lambda: mount_setattr(ROOT, bare()), "-1 can be no file descriptor"),
        (lambda: open_tree_attr(ROOT, bare()), "-1 can be no file descriptor"),
        (lambda: mount_setattr(ROOT, bare(), userns_fd=3), "descriptor 3 is not open"),
        (lambda: mount_setattr(ROOT, bare(), userns_fd=OtherFd("O_PATH")),
         "the descriptor is O_PATH"),
        (lambda: mount_setattr(ROOT, bare(), userns_fd=OtherFd("pid namespace")),
         "a pid namespace is no user namespace"),
        (lambda: mount_setattr(ROOT, bare(), userns_fd=init_user_ns),
         "the initial user namespace maps nothing"),
        (lambda: proc_setgroups_write(ROOT, UserNamespace("n", init_user_ns), b"x" * 8),
         "at most 7 bytes, from position 0"),
        (lambda: proc_setgroups_write(ROOT, UserNamespace("n", init_user_ns), b"x"),
         "neither 'allow' nor 'deny'"),
        (lambda: proc_setgroups_write(task(9), UserNamespace("n", init_user_ns), b"x"),
         "opening it for writing needs CAP_SYS_ADMIN in n"),
        (lambda: inode_permission(task(9, 5), nop_mnt_idmap, inode(0o100600, 1, 5), 4),
         "the mode bits for the group do not grant read"),
        (lambda: inode_permission(task(9), nop_mnt_idmap, inode(0o100600, 1, 5), 4),
         "the mode bits for others do not grant read"),
        (lambda: inode_permission(task(9), nop_mnt_idmap, inode(0o100000), 3),
         "the mode bits for others do not grant write/execute"),
        (lambda: inode_permission(task(9, 5), nop_mnt_idmap, inode(0o100007, 1, 5), 4),
         "the mode bits for the group do not grant read"),
        (lambda: inode_permission(task(9), nop_mnt_idmap, inode(0o100077, 9), 6),
         "the owner's mode bits do not grant read/write"),
        (lambda: filename_create(ROOT, mount(), "new/"),
         "'new/' ends with a slash but would be no directory"),
        (lambda: filename_create(ROOT, mount(), "."), "'.' names something that exists"),
        (lambda: do_rmdir(ROOT, mount(), "."), "'.' cannot be removed by this name"),
        (lambda: user_path_at(ROOT, mount(), "/x", follow=False),
         "'/x' leads out of the filesystem that is modelled"),
        (lambda: mount_setattr(
            Task(cred=Cred.of(1, 1, caps=CAP_FULL_SET, user_ns=BOX), mnt_ns=MntNamespace("b", BOX)),
            bare(), userns_fd=UserNamespace("far", init_user_ns)),
         "needs CAP_SYS_ADMIN in far"),
        (lambda: mount_setattr(task(9), bare(), userns_fd=BOX),
         "needs CAP_SYS_ADMIN over the owner of the mount namespace"),
        (lambda: do_sys_open(ROOT, mount(f=inode(0o100644)), "f", Open.CREAT | Open.EXCL),
         "'f' exists"),
        (lambda: statmount_mnt_idmap(Task(kernel=(6, 14)), bare().mnt),
         "statmount(2) reports idmappings since 6.15"),
        (lambda: open_tree_attr(Task(kernel=(6, 14)), bare()),
         "open_tree_attr(2) exists since 6.15"),
    ],
)  # fmt: skip
def test_a_refusal_says_what_is_wrong(call: Any, rule: str) -> None:
    with pytest.raises(KernelError) as caught:
        call()
    assert caught.value.rule == rule
