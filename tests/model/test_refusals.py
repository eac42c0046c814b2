# SPDX-License-Identifier: BSD-3-Clause
"""
Refusals that no recorded scenario reaches
==========================================

Old kernels, other machines, calls a scenario cannot make: each with its errno, where it stood and
what it says, as it was read and found right.  What recorded scenarios bring forth stands in
``tests/data/refusals.txt``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kfuncviz.model.attr import (
    Iattr,
    chmod_common,
    chown_common,
    notify_change,
    setattr_should_drop_suidgid,
)
from kfuncviz.model.budget import WORK_MAX, Budget, charged
from kfuncviz.model.capability import CAP_FULL_SET, cap_mask
from kfuncviz.model.commoncap import caps_bytes
from kfuncviz.model.cred import Cred, Task
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fhandle import do_handle_open
from kfuncviz.model.filesystems import filesystem
from kfuncviz.model.fs import (
    MNT_NODEV,
    MNT_NOEXEC,
    MNT_NOSUID,
    MNT_NOSYMFOLLOW,
    MNT_READONLY,
    Inode,
    Path,
    PosixAclEntry,
    SuperBlock,
    VfsCaps,
    VfsMount,
)
from kfuncviz.model.idmap import IdMap
from kfuncviz.model.lookup import Lookup, lookup, user_path_at
from kfuncviz.model.map_write import map_write, proc_setgroups_write
from kfuncviz.model.mnt_idmapping import MntIdmap, alloc_mnt_idmap, nop_mnt_idmap
from kfuncviz.model.mount_tree import attach, copy_tree, move_mount, open_tree, tree
from kfuncviz.model.namei import d_instantiate, may_create, vfs_tmpfile
from kfuncviz.model.namespace import (
    MOUNT_ATTR_NOSYMFOLLOW,
    can_idmap_mount,
    mount_setattr,
    open_tree_attr,
)
from kfuncviz.model.open import Open, do_faccessat, do_sys_open
from kfuncviz.model.permission import inode_permission, mnt_want_write
from kfuncviz.model.posix_acl_xattr import vfs_get_acl, vfs_set_acl
from kfuncviz.model.rename import do_renameat2
from kfuncviz.model.setid import setgroups
from kfuncviz.model.statmount import statmount
from kfuncviz.model.trace import recording
from kfuncviz.model.uidgid import gid_t, kgid_t, kuid_t, uid_t
from kfuncviz.model.user_namespace import UserNamespace, create_user_ns, init_user_ns
from kfuncviz.model.write_map import write_map
from kfuncviz.model.xattr import setxattr_copy, vfs_setxattr

ROOT = Task()
OLD = Task(kernel=(5, 13))
ROWS = IdMap("0 10000 100")
MAPPED = MntIdmap("m", ROWS, ROWS)
BOX = UserNamespace("box", init_user_ns, uid_map=ROWS, gid_map=ROWS)
HALF = UserNamespace("half", init_user_ns, uid_map=ROWS)
NEW = UserNamespace("new", init_user_ns, owner=kuid_t(9))
NOBODY = Task(cred=Cred.of(9, 9))


def file(mode: int = 0o100644, name: str = "f", fs_type: str = "tmpfs") -> Inode:
    """A file, or what else the mode says, in the root of a filesystem of its own."""
    sb = SuperBlock(fs_type=fs_type)
    inode = Inode(sb, mode, 5, 6)
    d_instantiate(sb.s_root, name, inode)
    return inode


def removed(fs_type: str = "tmpfs") -> Inode:
    inode = file(0o40777, "gone", fs_type)
    inode.dead = True
    return inode


def mount(inode: Inode | None = None, **more: Any) -> VfsMount:
    """A mount of the filesystem an inode is on."""
    return VfsMount((inode.i_sb if inode else SuperBlock()).s_root, **more)


def at(inode: Inode, **more: Any) -> Path:
    return Path(mount(inode, **more), inode)


def top(mnt: VfsMount) -> Path:
    return Path(mnt, mnt.mnt_root)


def attached() -> VfsMount:
    """A mount in the mount namespace of the callers here."""
    return mount(mnt_ns=ROOT.mnt_ns)


def a_written_map(data: bytes, **more: Any) -> Callable[[], object]:
    ns = UserNamespace("ns", init_user_ns)
    map_write(ROOT, ns, "uid_map", b"0 5 1")
    map_write(ROOT, ns, "gid_map", b"0 5 1")
    return lambda: map_write(ROOT, ns, "uid_map", data, **more)


def with_acl(buffer: int) -> Callable[[], object]:
    inode = file()
    vfs_set_acl(ROOT, nop_mnt_idmap, inode, "access", [
        ("user_obj", None, "rw-"), ("user", 7, "r--"), ("group_obj", None, "r--"),
        ("mask", None, "r--"), ("other", None, "---"),
    ])  # fmt: skip
    return lambda: vfs_get_acl(ROOT, nop_mnt_idmap, inode, "access", buffer)


def denied(then: bytes) -> Callable[[], object]:
    ns = UserNamespace("ns", init_user_ns)
    proc_setgroups_write(ROOT, ns, b"deny")
    return lambda: proc_setgroups_write(ROOT, ns, then)


def late() -> None:
    ns = UserNamespace("ns", init_user_ns)
    map_write(ROOT, ns, "gid_map", b"0 0 1")
    proc_setgroups_write(ROOT, ns, b"deny")


def deep() -> None:
    ns: Any = init_user_ns
    for _ in range(34):
        ns = create_user_ns("n", ns, kuid_t(0), kgid_t(0), could_setfcap=True)
        ns.uid_map = ns.gid_map = IdMap("0 0 1")


def renamed(old: str, new: str, flags: int = 0) -> None:
    there = file()
    d_instantiate(there.i_sb.s_root, "there", Inode(there.i_sb, 0o100644))
    do_renameat2(ROOT, mnt := mount(there), old, mnt, new, flags)


def a_link_to(target: str) -> VfsMount:
    link = file(0o120777, "l")
    link.i_link = target
    d_instantiate(link.i_sb.s_root, "f", Inode(link.i_sb, 0o100644))
    second = Inode(link.i_sb, 0o120777)
    second.i_link = "f"
    d_instantiate(link.i_sb.s_root, "k", second)
    return mount(link)


def no_idmapping() -> VfsMount:
    mnt = mount(file(fs_type="fuse"))
    mnt.mnt_sb.noidmap = True
    return mnt


def readonly(mode: int) -> Inode:
    inode = file(mode)
    inode.i_sb.rdonly = True
    return inode


def moved_elsewhere() -> None:
    """An attached mount, to one below a detached one."""
    above, detached = attached(), mount()
    mnt = mount()
    attach(mnt, above, above.mnt_root)
    move_mount(ROOT, top(mnt), top(detached))


OWN = "without it only one row of count 1 for one's own"
CALLS: list[tuple[Callable[[], object], str]] = [
    (lambda: notify_change(ROOT, nop_mnt_idmap, file(0o120777), Iattr(mode=0o120755)),
     "EOPNOTSUPP at f: a symlink has no mode to change"),
    (lambda: chown_common(Task(kernel=(5, 19)), at(file(), mnt_idmap=MAPPED), uid_t(5), gid_t(5)),
     "EINVAL at f: the mount has no row for the new owner or group"),
    (lambda: do_handle_open(ROOT, mount(f := file()), f, Open.PATH | Open.DIRECTORY),
     "ENOTDIR at f: it is no directory"),
    (lambda: filesystem("qnx4"),
     ("ENXIO: nothing is known of filesystem type 'qnx4'; known: 9p, bcachefs, binfmt_misc, bpf, "
     "btrfs, ceph, cgroup2, cpuset, debugfs, devpts, devtmpfs, erofs, exfat, ext2, ext3, ext4, "
     "f2fs, fuse, fusectl, hugetlbfs, mqueue, msdos, nfs, ntfs3, overlay, proc, pstore, ramfs, "
     "securityfs, squashfs, sysfs, tmpfs, tracefs, vfat, virtiofs, xfs, zfs")),
    (lambda: IdMap(b" " * 4096), "EINVAL: 4096 bytes; a write must stay below 4096"),
    (lambda: IdMap([(0, 0, 1), (0, 0)]), "EINVAL: row 2 is (0, 0), not three whole numbers"),
    (lambda: user_path_at(ROOT, mount(), "", follow=True), "ENOENT: the path is empty"),
    (lambda: open_tree(ROOT, Lookup(attached(), "")), "ENOENT: the path is empty"),
    (lambda: user_path_at(ROOT, a_link_to("k/"), "l", follow=True),
     "ENOTDIR at f: 'k' is no directory"),
    (lambda: user_path_at(ROOT, mount(file()), "f/x", follow=True),
     "ENOTDIR at f: 'f' is no directory"),
    (lambda: lookup(file().i_sb.s_root, "x" * 256),
     "ENAMETOOLONG at .: a name has at most 255 bytes"),
    (lambda: map_write(Task(cred=Cred.of(9, 9, caps=cap_mask("-CAP_SETUID"))), NEW, "uid_map",
                       b"0 5 2"),
     f"EPERM: needs CAP_SETUID in init_user_ns; {OWN} euid is allowed"),
    (lambda: map_write(Task(cred=Cred.of(9, 9, caps=cap_mask("-CAP_SETGID"))), NEW, "gid_map",
                       b"0 5 2"),
     (f"EPERM: needs CAP_SETGID in init_user_ns; {OWN} egid, after writing 'deny' to setgroups, "
     "is allowed")),
    (a_written_map(b"", pwrite=True), "ESPIPE: a map file is not written at an offset"),
    (lambda: map_write(ROOT, init_user_ns, "uid_map", b""),
     "EPERM: the initial user namespace's maps cannot be written"),
    (lambda: map_write(Task(cred=Cred.of(0, 0, user_ns=NEW)), BOX, "uid_map", b""),
     "EPERM: the file was opened outside of box and its parent"),
    (a_written_map(b"", pos=1), "EINVAL: a map is written from position 0"),
    (a_written_map(b""), "EPERM: the uid_map of ns was written before; once is all"),
    (lambda: map_write(Task(cred=Cred.of(7, 7)), NEW, "uid_map", b""),
     "EPERM: the opener lacks CAP_SYS_ADMIN over new"),
    (lambda: map_write(Task(cred=Cred.of(0, 0, user_ns=BOX, caps=CAP_FULL_SET)),
                       UserNamespace("child", BOX), "uid_map", b"0 0 1\n1 50 51"),
     "EPERM: line 2: box has no single row that holds all of 50...100; its rows hold 0...99"),
    (lambda: write_map("0 0 1", own=(0, 0)),
     "EPERM: maps the parent's uid 0, but the creator had no CAP_SETFCAP"),
    (lambda: map_write(Task(cred=Cred.of(9, 9, caps=cap_mask("-CAP_SETFCAP"))), NEW, "uid_map",
                       b"0 0 1"),
     "EPERM: maps the parent's uid 0 without CAP_SETFCAP in init_user_ns"),
    (lambda: write_map("0 0 1", parent="0 5 10", own=(3, 10)),
     "EPERM: 10 is no id of the parent: it cannot make a namespace"),
    (lambda: write_map("0 0 1", parent="0 5 10", own=(11, 10)),
     "EPERM: 11 is no id of the parent: it cannot make a namespace"),
    (lambda: write_map("0 20 1", parent="0 5 10"),
     "EPERM: line 1: the parent has no single row that holds 20; its rows hold 0...9"),
    (denied(b"allow"), "EPERM: what was denied cannot be allowed again"),
    (late, "EPERM: after gid_map was written it is too late to deny"),
    (deep, "ENOSPC: user namespaces nest at most 33 deep"),
    (lambda: create_user_ns("n", BOX, kuid_t(10000), kgid_t(5), could_setfcap=True),
     "EPERM: the creator has no uid or gid in box"),
    (lambda: setgroups(Task(cred=Cred.of(10000, 5, user_ns=HALF, caps=CAP_FULL_SET)), []),
     "EPERM: no group is set before the gid_map of half is written"),
    (lambda: alloc_mnt_idmap(ROOT, HALF), "EINVAL: the gid_map of half was never written"),
    (lambda: alloc_mnt_idmap(ROOT, NEW), "EINVAL: the uid_map of new was never written"),
    (lambda: open_tree(Task(kernel=(6, 14)), top(mount())),
     "EINVAL: a detached mount is cloned only since 6.15"),
    (lambda: move_mount(Task(kernel=(6, 14)), top(mount()), top(mount())),
     "EINVAL: to a detached mount others are attached only since 6.15"),
    (moved_elsewhere, "EINVAL: an attached mount stays in its mount namespace"),
    (lambda: may_create(ROOT, nop_mnt_idmap, removed()),
     "ENOENT at gone: the directory was removed"),
    (lambda: vfs_tmpfile(ROOT, at(removed("ext4")), 0o600),
     "EPERM at gone: ext4 makes no file in a directory that was removed"),
    (lambda: can_idmap_mount(ROOT, mount(file(fs_type="proc")), BOX, replacing=False),
     "EINVAL: proc cannot be idmapped by any kernel"),
    (lambda: can_idmap_mount(ROOT, no_idmapping(), BOX, replacing=False),
     "EINVAL: this instance of the filesystem does not allow idmapping"),
    (lambda: mount_setattr(OLD, top(mount()), attr_set=MOUNT_ATTR_NOSYMFOLLOW),
     "EINVAL: mount_setattr(2) knows nosymfollow only since 5.14"),
    (lambda: mount_setattr(OLD, top(mount()), attr_set=0, attr_clr=MOUNT_ATTR_NOSYMFOLLOW),
     "EINVAL: mount_setattr(2) knows nosymfollow only since 5.14"),
    (lambda: do_faccessat(ROOT, mount(), ".", 9, real=False),
     "EINVAL: mask 9 has bits besides read, write and execute"),
    (lambda: mnt_want_write(mount(readonly(0o100644))), "EROFS: the filesystem is read-only"),
    (lambda: inode_permission(ROOT, nop_mnt_idmap, readonly(0o100644), 2),
     "EROFS at f: the filesystem is read-only"),
    (lambda: vfs_set_acl(Task(kernel=(6, 1)), nop_mnt_idmap, file(), "access", b""),
     "EINVAL at f: an empty value is no ACL"),
    (lambda: vfs_set_acl(Task(kernel=(6, 1)), MAPPED, file(), "access", [("user", 5, "r--")]),
     "EINVAL at f: the filesystem cannot store the id of an entry"),
    (with_acl(43), "ERANGE at f: the buffer is too small for the ACL"),
    (lambda: renamed("f", "g", 2), "ENOENT: there is no 'g' to exchange with"),
    (lambda: renamed("f", "there", 1), "EEXIST: 'there' exists"),
    (lambda: renamed("..", "g"), "EBUSY: '..' cannot be renamed by this name"),
    (lambda: renamed("f", "."), "EBUSY: '.' cannot be renamed to"),
    (lambda: renamed("f", ".", 1), "EEXIST: '.' cannot be renamed to"),
    (lambda: renamed("f", "g", 3),
     "EINVAL: flags 3: 0, 1 (noreplace), 2 (exchange), 4 (whiteout)"),
    (lambda: statmount(Task(kernel=(6, 7)), attached()), "ENOSYS: statmount(2) exists since 6.8"),
    (lambda: setxattr_copy("user.a", b"v" * 65537), "E2BIG: an attribute has at most 65536 bytes"),
    (lambda: vfs_setxattr(Task(kernel=(6, 5)), nop_mnt_idmap, file(), "user.a", b""),
     "EOPNOTSUPP at f: tmpfs has user.* only since 6.6"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "said"), CALLS, ids=[said for _, said in CALLS])
def test_what_refuses_says_where_and_why(call: Callable[[], object], said: str) -> None:
    with pytest.raises(KernelError) as caught:
        call()
    error = caught.value
    where = f" at {error.path}" if error.path else ""
    assert f"{error.name}{where}: {error.rule}" == said


def test_a_map_is_written_for_a_namespace_below_one() -> None:
    ns = write_map("0 1 2\n9 4 1", parent="0 5 10")
    assert (ns.name, ns.owner, ns.uid_map.rows) == ("the namespace", 5, [(0, 6, 2), (9, 9, 1)])
    assert ns.parent is not None
    assert (ns.parent.name, ns.parent.uid_map.rows) == ("the parent", [(0, 5, 10)])
    assert ns.parent.uid_map == ns.parent.gid_map == ns.parent.projid_map
    own = write_map("0 3 1", parent="0 5 10", own=(3, 4))
    assert (own.name, own.owner, own.group, own.parent_could_setfcap) == (
        "the namespace", 8, 9, False,
    )  # fmt: skip
    assert write_map("0 4 1", "gid_map", own=(3, 4), deny_setgroups=True).gid_map.rows == [
        (0, 4, 1)
    ]
    with pytest.raises(KernelError, match="needs CAP_SETGID"):
        write_map("0 4 1", "gid_map", own=(3, 4))


#: An ACL as it is written, and what an inode holds of it through a mount of 0 10000 100.
WRITTEN = [("user_obj", None, "rwx"), ("user", 10007, "r--"), ("group_obj", None, "r-x"),
           ("group", 10008, "-w-"), ("mask", None, "rwx"), ("other", None, "--x")]  # fmt: skip
HELD = (
    PosixAclEntry("user_obj", None, 7), PosixAclEntry("user", 7, 4),
    PosixAclEntry("group_obj", None, 5), PosixAclEntry("group", 8, 2),
    PosixAclEntry("mask", None, 7), PosixAclEntry("other", None, 1),
)  # fmt: skip


def test_an_inode_holds_the_kernel_ids_of_an_acl() -> None:
    dir = file(0o40777, "d")
    for which in ("access", "default"):
        vfs_set_acl(ROOT, MAPPED, dir, which, WRITTEN)  # type: ignore[arg-type]
    assert dir.i_acl == dir.i_default_acl == HELD
    inside = Path(mount(dir, mnt_idmap=MAPPED), dir)
    new = vfs_tmpfile(Task(cred=Cred.of(10000, 10000, caps=CAP_FULL_SET)), inside, 0o640)
    assert new.i_acl == (
        HELD[0]._replace(perm=6), HELD[1], HELD[2], HELD[3], HELD[4]._replace(perm=4),
        HELD[5]._replace(perm=0),
    )  # fmt: skip
    assert (new.i_mode, new.i_default_acl) == (0o100640, None)
    chmod_common(ROOT, at(dir), 0o751)
    assert dir.i_acl == (*HELD[:4], HELD[4]._replace(perm=5), HELD[5])
    plain = file(name="g")
    vfs_set_acl(ROOT, nop_mnt_idmap, plain, "access", WRITTEN)
    assert plain.i_acl == tuple(entry._replace(id=entry.id and entry.id + 10000) for entry in HELD)


def test_a_tree_of_mounts_is_gone_through_parents_first_and_in_order() -> None:
    mounts = {name: mount(name=name) for name in "abcd"}
    for name, above in (("b", "a"), ("c", "a"), ("d", "b")):
        attach(mounts[name], mounts[above], mounts[above].mnt_root)
    assert [each.name for each in tree(mounts["a"])] == ["a", "b", "d", "c"]
    copy = copy_tree(top(mounts["a"]), recursive=True, name="copy")
    assert [each.name for each in tree(copy)] == ["copy", "b", "d", "c"]


def lines_of(call: Callable[[], object]) -> list[str]:
    with recording() as steps:
        call()
    return [step.line for step in steps]


def test_a_trace_tells_truths_and_flags_by_name() -> None:
    inode = file(0o106755)
    shown = "</ k0:k0 0777>"
    lines = lines_of(lambda: setattr_should_drop_suidgid(NOBODY, nop_mnt_idmap, inode))
    assert lines[0].endswith(" = (true, true)")
    renaming = lines_of(lambda: renamed("f", "there", 2))
    (line,) = (line.strip() for line in renaming if "vfs_rename" in line)
    files = "<there k5:k6 0644>", "<f k0:k0 0644>"  # by the names they have now
    assert line == (
        f"vfs_rename(<mount mnt> {shown}/f, {files[0]}, <mount mnt> {shown}/there, {files[1]}, "
        "true)"
    )
    flags = Open.PATH | Open.DIRECTORY
    opened = lines_of(lambda: do_sys_open(ROOT, mount(), ".", flags))
    assert opened[:2] == [
        "do_sys_open(<mount mnt>, ., DIRECTORY|PATH) = <file / via mnt>",
        f"  user_path_at(<mount mnt>, ., true, true) = <mount mnt> {shown}",
    ]


def work_of(call: Callable[[], object]) -> int:
    """How much a call is charged for."""
    budget = Budget()
    with charged(budget):
        call()
    return WORK_MAX - budget.work


def test_each_mount_that_is_gone_through_is_charged() -> None:
    bottom = mount(dir := file(0o40777, "d"), mnt_ns=ROOT.mnt_ns)
    place, stack = Path(bottom, dir), [bottom]
    walks = []
    for _ in range(4):
        down = work_of(lambda: user_path_at(ROOT, bottom, "d", follow=False))
        up = work_of(lambda top=stack[-1]: user_path_at(ROOT, top, "..", follow=False))
        new = mount(mnt_ns=None)
        moved = work_of(lambda new=new: move_mount(ROOT, top(new), place))
        walks.append((down, up, moved))
        stack.append(new)
    # One for the name, and one for each mount on the way; a move goes to the top, and from there
    # looks at all there is below it.
    assert walks == [(1, 1, 1), (2, 2, 3), (3, 3, 5), (4, 4, 7)]


@pytest.mark.parametrize("bit", range(16, 22))
def test_which_propagations_there_are(bit: int) -> None:
    """include/uapi/linux/mount.h: unbindable, private, slave and shared, one of them or none."""

    def asked(propagation: int) -> None:
        mount_setattr(ROOT, top(mount()), attr_set=0, propagation=propagation)

    for propagation, good in ((1 << bit, 17 <= bit <= 20), (3 << bit, False), (0, True)):
        if good:
            asked(propagation)
            continue
        with pytest.raises(KernelError, match="more than one propagation"):
            asked(propagation)


def test_capabilities_are_kept_as_the_kernels_struct() -> None:
    """struct vfs_ns_cap_data of include/uapi/linux/capability.h, little-endian."""
    of_a_namespace = VfsCaps(3, 1 << 33 | 5, 2, True, 1000)
    assert caps_bytes(of_a_namespace).hex(" ", 4) == (
        "01000003 05000000 02000000 02000000 00000000 e8030000"
    )
    plain = VfsCaps(2, 1, 1 << 40 | 1 << 31, False, 1000)
    assert caps_bytes(plain).hex(" ", 4) == "00000002 01000000 00000080 00000000 00010000"


def test_what_is_not_asked_for_stays_as_it_is() -> None:
    flags = MNT_READONLY | MNT_NOSUID | MNT_NODEV | MNT_NOEXEC | MNT_NOSYMFOLLOW
    mnt = mount(mnt_flags=flags, mnt_ns=ROOT.mnt_ns)
    made = open_tree_attr(ROOT, top(mnt), userns_fd=BOX)
    assert (made.mnt_flags, str(made.mnt_idmap), made.name) == (flags, "box", "clone")
    again = mount(mnt_flags=flags)
    mount_setattr(ROOT, top(again), userns_fd=BOX)
    assert (again.mnt_flags, str(again.mnt_idmap)) == (flags, "box")
    assert (mnt.mnt_flags, mnt.mnt_idmap) == (flags, nop_mnt_idmap)
