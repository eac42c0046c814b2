# SPDX-License-Identifier: BSD-3-Clause
"""User namespaces and mounts: nesting, what maps show to whom, capabilities, order of refusals."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kfuncviz.model.capability import CAP_CHOWN, CAP_FULL_SET, CAP_SYS_ADMIN, cap_mask
from kfuncviz.model.cred import (
    Cred,
    MntNamespace,
    Sysctl,
    Task,
    cap_capable,
    capable,
    in_group_p,
    ns_capable,
)
from kfuncviz.model.errors import IdMapError, KernelError
from kfuncviz.model.fs import (
    MNT_NODEV,
    MNT_NOEXEC,
    MNT_NOSUID,
    MNT_READONLY,
    File,
    Inode,
    Path,
    SuperBlock,
    VfsMount,
    file_mnt_idmap,
    is_idmapped_mnt,
    mnt_idmap,
)
from kfuncviz.model.idmap import IdMap
from kfuncviz.model.map_write import map_write, proc_setgroups_write
from kfuncviz.model.mnt_idmapping import (
    MntIdmap,
    invalid_mnt_idmap,
    is_valid_mnt_idmap,
    make_vfsgid,
    make_vfsuid,
    nop_mnt_idmap,
    vfsgid_has_mapping,
    vfsuid_has_fsmapping,
    vfsuid_has_mapping,
)
from kfuncviz.model.mount_tree import attach, copy_tree, move_mount
from kfuncviz.model.namespace import (
    AT_EMPTY_PATH,
    AT_NO_AUTOMOUNT,
    AT_RECURSIVE,
    AT_SYMLINK_NOFOLLOW,
    MOUNT_ATTR_ATIME,
    MOUNT_ATTR_IDMAP,
    MOUNT_ATTR_NODEV,
    MOUNT_ATTR_NODIRATIME,
    MOUNT_ATTR_NOEXEC,
    MOUNT_ATTR_NOSUID,
    MOUNT_ATTR_NOSYMFOLLOW,
    MOUNT_ATTR_RDONLY,
    MS_PRIVATE,
    MS_SHARED,
    MS_SLAVE,
    MS_UNBINDABLE,
    OtherFd,
    mount_setattr,
    open_tree_attr,
)
from kfuncviz.model.statmount import statmount_mnt_idmap
from kfuncviz.model.uidgid import INVALID, kgid_t, kuid_t, vfsgid_t, vfsuid_t
from kfuncviz.model.user_namespace import (
    UserNamespace,
    create_user_ns,
    current_in_userns,
    from_kgid_munged,
    from_kuid_munged,
    init_user_ns,
    kgid_has_mapping,
    kuid_has_mapping,
    make_kgid,
    uid_m_show,
)

ROOT = Task()


def space(
    uid: str, gid: str | None = None, parent: UserNamespace = init_user_ns, owner: int = 0
) -> UserNamespace:
    return UserNamespace(
        "ns", parent, owner=kuid_t(owner), uid_map=IdMap(uid), gid_map=IdMap(gid or uid)
    )


BOX = space("0 10000 10", "0 20000 10")


# -- user namespaces ----------------------------------------------------------------------------


def test_thirty_three_namespaces_nest_and_no_more() -> None:
    """As measured on Linux 6.18: unshare succeeds 33 times in a row, then gives ENOSPC."""
    ns = init_user_ns
    for level in range(1, 34):
        ns = create_user_ns("n", ns, kuid_t(0), kgid_t(0), could_setfcap=True)
        ns.uid_map = ns.gid_map = IdMap("0 0 1")
        assert ns.level == level
    with pytest.raises(KernelError, match=r"ENOSPC: user namespaces nest at most 33 deep"):
        create_user_ns("n", ns, kuid_t(0), kgid_t(0), could_setfcap=True)


def test_a_creator_needs_a_uid_and_a_gid_in_the_parent() -> None:
    def create(uid: int, gid: int) -> UserNamespace:
        return create_user_ns("n", BOX, kuid_t(uid), kgid_t(gid), could_setfcap=False)

    for uid, gid in ((10000, 10000), (20000, 20000)):
        with pytest.raises(KernelError, match=r"^EPERM: the creator has no uid or gid in ns$"):
            create(uid, gid)
    made = create(10009, 20009)
    assert (made.owner, made.group, made.level, made.parent) == (10009, 20009, 2, BOX)
    assert made.parent_could_setfcap is False
    assert not made.uid_map
    assert not made.gid_map


def test_setgroups_is_inherited() -> None:
    parent = UserNamespace("p", init_user_ns)
    assert UserNamespace("c", parent).setgroups_allowed
    proc_setgroups_write(ROOT, parent, b"deny")
    assert not UserNamespace("c", parent).setgroups_allowed


def shown(ns: UserNamespace, reader: UserNamespace, kind: Any = "uid") -> list[tuple[int, ...]]:
    return [tuple(row) for row in uid_m_show(ns, reader, kind)]


def test_a_map_file_shows_the_readers_ids() -> None:
    """The nested maps of the semantics, section 1.6, as the kernel showed them."""
    parent = space("0 100000 1000", "0 200000 1000")
    child = UserNamespace("child", parent)
    task = Task(cred=Cred.of(100000, 200000, user_ns=parent, caps=CAP_FULL_SET))
    map_write(task, child, "uid_map", b"5 10 20")
    map_write(task, child, "gid_map", b"5 10 20")
    sibling = space("0 300000 10")
    assert shown(child, parent) == shown(child, child) == [(5, 10, 20)]
    assert shown(child, init_user_ns) == [(5, 100010, 20)]
    assert shown(child, init_user_ns, "gid") == [(5, 200010, 20)]
    assert shown(child, sibling) == [(5, INVALID, 20)]
    assert shown(init_user_ns, init_user_ns) == [(0, 0, INVALID)]


def test_what_has_no_id_is_the_overflow_id_of_its_kind() -> None:
    assert from_kuid_munged(BOX, kuid_t(10003), 7) == from_kgid_munged(BOX, kgid_t(20003), 8) == 3
    assert from_kuid_munged(BOX, kuid_t(20003), 7) == 7
    assert from_kgid_munged(BOX, kgid_t(10003), 8) == 8
    assert from_kgid_munged(BOX, kgid_t(INVALID)) == 65534
    assert [kuid_has_mapping(BOX, kuid_t(10000)), kuid_has_mapping(BOX, kuid_t(20000))] == [
        True, False,
    ]  # fmt: skip
    assert [kgid_has_mapping(BOX, kgid_t(10000)), kgid_has_mapping(BOX, kgid_t(20000))] == [
        False, True,
    ]  # fmt: skip


def test_descent() -> None:
    child = UserNamespace("child", BOX)
    assert current_in_userns(child, BOX)
    assert current_in_userns(child, child)
    assert current_in_userns(child, init_user_ns)
    assert not current_in_userns(BOX, child)
    assert not current_in_userns(BOX, space("0 0 1"))


# -- capabilities -------------------------------------------------------------------------------


def test_a_capability_counts_in_the_own_namespace_and_below() -> None:
    child = UserNamespace("child", BOX, owner=kuid_t(10005))
    grandchild = UserNamespace("grandchild", child, owner=kuid_t(7))
    inside = Cred.of(10001, 20001, user_ns=BOX, caps=1 << CAP_CHOWN)
    for target, there in (
        (BOX, True), (child, True), (grandchild, True), (init_user_ns, False),
        (space("0 0 1"), False), (UserNamespace("other", space("0 0 1")), False),
    ):  # fmt: skip
        assert cap_capable(inside, target, CAP_CHOWN) is there, target
        assert not cap_capable(inside, target, CAP_SYS_ADMIN)
        assert ns_capable(Task(cred=inside), target, CAP_CHOWN) is there
    assert not capable(Task(cred=inside), CAP_CHOWN)
    assert capable(ROOT, CAP_CHOWN)


def test_the_owner_of_a_child_has_everything_there_and_below() -> None:
    child = UserNamespace("child", BOX, owner=kuid_t(10005))
    grandchild = UserNamespace("grandchild", child, owner=kuid_t(7))
    owner = Cred.of(10005, 20000, user_ns=BOX)
    assert [cap_capable(owner, ns, CAP_CHOWN) for ns in (child, grandchild, BOX)] == [
        True, True, False,
    ]  # fmt: skip
    assert not cap_capable(Cred.of(10006, 20000, user_ns=BOX), child, CAP_CHOWN)
    elsewhere = Cred.of(10005, 20000)
    assert not cap_capable(elsewhere, child, CAP_CHOWN)
    by_euid = replace(owner, euid=kuid_t(1))
    assert not cap_capable(by_euid, child, CAP_CHOWN)


def test_groups() -> None:
    task = Task(cred=Cred.of(1, 2, groups=(5, 6)))
    assert [in_group_p(task, g) for g in (1, 2, 5, 6, 7, INVALID)] == [
        False, True, True, True, False, False,
    ]  # fmt: skip


# -- writing maps -------------------------------------------------------------------------------


def refused(task: Task, ns: UserNamespace, file: Any, data: bytes, **kw: Any) -> str | None:
    try:
        map_write(task, ns, file, data, **kw)
    except IdMapError as error:
        return error.name
    return None


def test_a_map_is_refused_in_the_kernels_order() -> None:
    """Semantics 2.1: each call breaks a rule and all after it."""
    written = UserNamespace("w", init_user_ns)
    map_write(ROOT, written, "uid_map", b"0 0 1")
    weak = Task(cred=Cred.of(0, 0, caps=cap_mask("-CAP_SYS_ADMIN")))
    nobody = Task(cred=Cred.of(9, 9, user_ns=space("0 0 1")))
    assert refused(nobody, init_user_ns, "uid_map", b"x", pos=1, pwrite=True) == "ESPIPE"
    assert refused(nobody, init_user_ns, "uid_map", b"x", pos=1) == "EPERM"
    assert refused(nobody, written, "uid_map", b"x", pos=1) == "EPERM"
    assert refused(weak, written, "uid_map", b"x", pos=1) == "EINVAL"
    assert refused(weak, written, "uid_map", b"x") == "EPERM"
    fresh = UserNamespace("f", init_user_ns, owner=kuid_t(9))
    assert refused(weak, fresh, "uid_map", b"x") == "EPERM"
    assert refused(weak, fresh, "projid_map", b"0 5 1") is None
    assert refused(ROOT, fresh, "uid_map", b"x") == "EINVAL"
    assert refused(ROOT, fresh, "uid_map", b"0 5 1") is None


def test_both_opener_and_writer_need_the_capability() -> None:
    weak = Task(cred=Cred.of(0, 0, caps=cap_mask("-CAP_SETUID")))
    for opener, writer in ((weak, ROOT), (ROOT, weak)):
        ns = UserNamespace("ns", init_user_ns, owner=kuid_t(9))
        assert refused(writer, ns, "uid_map", b"0 5 2", opener=opener) == "EPERM"
        assert refused(writer, ns, "gid_map", b"0 5 2", opener=opener) is None
        with pytest.raises(IdMapError, match="needs CAP_SETUID in init_user_ns; without it only "
                           "one row of count 1 for one's own euid is allowed"):  # fmt: skip
            map_write(writer, ns, "uid_map", b"0 5 2", opener=opener)


def test_ones_own_single_id_needs_no_capability() -> None:
    """Semantics 2.3, rule 2."""
    task = Task(cred=Cred.of(1000, 100))

    def ns(owner: int = 1000, *, deny: bool = True) -> UserNamespace:
        made = UserNamespace("ns", init_user_ns, owner=kuid_t(owner))
        made.setgroups_allowed = not deny
        return made

    me = replace(task, cred=Cred.of(1000, 100, user_ns=init_user_ns))
    assert refused(me, ns(), "uid_map", b"0 1000 1") is None
    assert refused(me, ns(), "gid_map", b"0 100 1") is None
    assert refused(me, ns(deny=False), "gid_map", b"0 100 1") == "EPERM"
    assert refused(me, ns(), "uid_map", b"0 1001 1") == "EPERM"
    assert refused(me, ns(), "gid_map", b"0 1000 1") == "EPERM"
    assert refused(me, ns(), "uid_map", b"0 1000 2") == "EPERM"
    assert refused(me, ns(), "uid_map", b"0 1000 1\n1 1001 1") == "EPERM"
    with pytest.raises(IdMapError, match=r"needs CAP_SETGID in init_user_ns; .* egid, after"):
        map_write(me, ns(deny=False), "gid_map", b"0 100 1")


def test_mapping_the_parents_root_asks_the_creator_or_the_opener() -> None:
    able = UserNamespace("able", init_user_ns, parent_could_setfcap=True)
    unable = UserNamespace("unable", init_user_ns, parent_could_setfcap=False)
    for ns, answer in ((able, None), (unable, "EPERM")):
        inside = Task(cred=Cred.of(0, 0, user_ns=ns, caps=CAP_FULL_SET))
        assert refused(inside, ns, "uid_map", b"0 0 1") == answer
    without = Task(cred=Cred.of(0, 0, caps=cap_mask("-CAP_SETFCAP")))
    fresh = UserNamespace("fresh", init_user_ns, owner=kuid_t(1))
    assert refused(without, fresh, "gid_map", b"0 0 1") is None
    assert refused(without, fresh, "uid_map", b"1 1 1\n0 0 1") == "EPERM"
    assert refused(without, fresh, "uid_map", b"0 1 2") is None


def test_a_row_is_translated_as_a_whole_and_the_refusal_says_what_there_is() -> None:
    parent = space("0 1000 1\n10 2000 5\n20 3000 5\n30 4000 5\n40 5000 5")
    root = Task(cred=Cred.of(1000, 1000, user_ns=parent, caps=CAP_FULL_SET))
    with pytest.raises(IdMapError) as caught:
        map_write(root, UserNamespace("c", parent), "uid_map", b"0 0 1\n1 10 6")
    assert caught.value.rule == (
        "line 2: ns has no single row that holds all of 10...15; "
        "its rows hold 0, 10...14, 20...24, 30...34, ..."
    )
    four = space("0 1000 1\n10 2000 5\n20 3000 5\n30 4000 5")
    root = Task(cred=Cred.of(1000, 1000, user_ns=four, caps=CAP_FULL_SET))
    with pytest.raises(IdMapError, match=r"30\.\.\.34$"):
        map_write(root, UserNamespace("c", four), "uid_map", b"0 9 1")
    unwritten = UserNamespace("u", init_user_ns)
    root = Task(cred=Cred.of(0, 0, user_ns=unwritten, caps=CAP_FULL_SET))
    with pytest.raises(IdMapError, match=r"; its map was never written$"):
        map_write(root, UserNamespace("c", unwritten), "gid_map", b"0 9 1")


def test_projids_of_the_initial_namespace_are_anybodys() -> None:
    weak = Task(cred=Cred.of(1, 1))
    child = UserNamespace("c", init_user_ns, owner=kuid_t(9))
    assert map_write(weak, child, "projid_map", b"0 7 3") == 5
    assert child.projid_map.rows == [(0, 7, 3)]
    inside = Task(cred=Cred.of(1, 1, user_ns=child))
    grandchild = UserNamespace("g", child)
    assert refused(inside, grandchild, "projid_map", b"0 3 1") == "EPERM"
    assert refused(inside, grandchild, "projid_map", b"5 2 1") is None
    assert grandchild.projid_map.rows == [(5, 9, 1)]


def test_setgroups_in_the_kernels_order() -> None:
    def answer(data: bytes, task: Task = ROOT, **kw: Any) -> str | None:
        ns = UserNamespace("ns", init_user_ns, owner=kuid_t(1))
        try:
            proc_setgroups_write(task, ns, data, **kw)
        except KernelError as error:
            return error.name
        return None

    assert answer(b"deny", Task(cred=Cred.of(9, 9))) == "EACCES"
    assert answer(b"deny", pos=1) == "EINVAL"
    assert answer(b"deny\n\n\n") is None
    assert answer(b"deny\n\n\n\n") == "EINVAL"
    assert answer(b"deny\0xx") is None
    assert answer(b"deny\xa0\t") is None
    assert answer(b"nope") == "EINVAL"
    ns = UserNamespace("ns", init_user_ns)
    for data, allowed in ((b"allow\n", True), (b"allow\0d", True), (b"deny\n", False)):
        assert proc_setgroups_write(ROOT, ns, data) == len(data)
        assert ns.setgroups_allowed is allowed


# -- what a mount translates --------------------------------------------------------------------


def test_the_two_idmappings_that_are_none() -> None:
    real = MntIdmap("m", BOX.uid_map, BOX.gid_map)
    assert [is_valid_mnt_idmap(m) for m in (real, nop_mnt_idmap, invalid_mnt_idmap)] == [
        True, False, False,
    ]  # fmt: skip
    assert [str(m) for m in (real, nop_mnt_idmap, invalid_mnt_idmap)] == [
        "m", "nop_mnt_idmap", "invalid_mnt_idmap",
    ]  # fmt: skip
    assert make_vfsuid(real, init_user_ns, kuid_t(3)) == 10003
    assert make_vfsgid(real, init_user_ns, kgid_t(3)) == 20003
    assert make_vfsgid(real, BOX, kgid_t(20003)) == 20003
    assert make_vfsuid(real, BOX, kuid_t(3)) == INVALID
    assert make_vfsgid(real, BOX, kgid_t(3)) == INVALID
    assert not vfsuid_has_fsmapping(real, init_user_ns, vfsuid_t(3))
    assert vfsuid_has_fsmapping(real, init_user_ns, vfsuid_t(10003))
    assert [vfsuid_has_mapping(BOX, vfsuid_t(10003)), vfsuid_has_mapping(BOX, vfsuid_t(3))] == [
        True, False,
    ]  # fmt: skip
    assert [vfsgid_has_mapping(BOX, vfsgid_t(20003)), vfsgid_has_mapping(BOX, vfsgid_t(10003))] == [
        True, False,
    ]  # fmt: skip


def test_a_file_remembers_the_mount_it_was_opened_through() -> None:
    sb = SuperBlock()
    real = MntIdmap("m", BOX.uid_map, BOX.gid_map)
    plain, mapped = VfsMount(sb.s_root), VfsMount(sb.s_root, mnt_idmap=real)
    assert [is_idmapped_mnt(plain), is_idmapped_mnt(mapped)] == [False, True]
    assert [mnt_idmap(m) for m in (plain, mapped)] == [nop_mnt_idmap, real]
    assert file_mnt_idmap(File(Path(mapped, sb.s_root))) is real
    assert File(Path(mapped, sb.s_root)).f_inode is sb.s_root


def idmapped(rows: UserNamespace = BOX) -> VfsMount:
    mnt = VfsMount(SuperBlock().s_root)
    mount_setattr(ROOT, Path(mnt, mnt.mnt_root), userns_fd=rows)
    return mnt


def test_statmount_answers_in_the_callers_uids_and_gids() -> None:
    mnt = idmapped()
    caller = Task(cred=Cred.of(10000, 20000, user_ns=space("0 9000 2000", "5 20000 100")))
    assert statmount_mnt_idmap(ROOT, mnt) == ["0 10000 10"]
    assert statmount_mnt_idmap(ROOT, mnt, "gid") == ["0 20000 10"]
    assert statmount_mnt_idmap(caller, mnt) == ["0 1000 10"]
    assert statmount_mnt_idmap(caller, mnt, "gid") == ["0 5 10"]


# -- mount_setattr ------------------------------------------------------------------------------


def err(mnt: VfsMount, task: Task = ROOT, inode: Inode | None = None, **kw: Any) -> str | None:
    try:
        mount_setattr(task, Path(mnt, inode or mnt.mnt_root), **kw)
    except KernelError as error:
        return error.name
    return None


def bare(fs_type: str = "tmpfs", owner: UserNamespace = init_user_ns) -> VfsMount:
    return VfsMount(SuperBlock(owner, fs_type=fs_type).s_root)


def test_arguments_are_refused_in_the_kernels_order() -> None:
    """Semantics 16.1, steps 1 to 9: each call breaks a rule and all after it."""
    weak = Task(cred=Cred.of(0, 0, caps=cap_mask("-CAP_SYS_ADMIN")))
    mnt = bare()
    other = Inode(mnt.mnt_sb, 0o100644)
    bad = {"attr_set": 1 << 40, "nonzero_tail": True, "userns_fd": -1, "inode": other}
    assert err(mnt, weak, flags=1, size=5000, **bad) == "EINVAL"
    assert err(mnt, weak, size=5000, **bad) == "E2BIG"
    assert err(mnt, weak, size=31, **bad) == "EINVAL"
    assert err(mnt, weak, size=40, **bad) == "EPERM"
    assert err(mnt, size=40, **bad) == "E2BIG"
    bad |= {"nonzero_tail": False}
    assert err(mnt, **bad) == "EINVAL"
    assert err(mnt, attr_set=0, userns_fd=-1, inode=other) is None
    both = {"attr_set": MOUNT_ATTR_IDMAP, "attr_clr": MOUNT_ATTR_IDMAP}
    assert err(mnt, userns_fd=OtherFd("closed"), inode=other, **both) == "EINVAL"
    assert err(mnt, userns_fd=7, inode=other) == "EBADF"
    assert err(mnt, userns_fd=0x80000000, inode=other) == "EINVAL"
    assert err(mnt, userns_fd=0x7FFFFFFF, inode=other) == "EBADF"
    assert err(mnt, userns_fd=0, inode=other) == "EBADF"
    assert err(mnt, userns_fd=init_user_ns, inode=other) == "EPERM"
    assert err(mnt, userns_fd=UserNamespace("u", init_user_ns), inode=other) == "EINVAL"
    assert err(mnt, userns_fd=BOX, inode=other) == "EINVAL"
    assert err(mnt, userns_fd=BOX) is None


def test_which_flags_and_attributes_there_are() -> None:
    flags = (AT_EMPTY_PATH, AT_RECURSIVE, AT_SYMLINK_NOFOLLOW, AT_NO_AUTOMOUNT)
    assert flags == (0x1000, 0x8000, 0x100, 0x800)
    for bit in range(17):
        known = 1 << bit in flags
        assert (err(bare(), flags=1 << bit, attr_set=MOUNT_ATTR_NOSUID) is None) == known, bit
    attributes = (
        MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV, MOUNT_ATTR_NOEXEC,
        MOUNT_ATTR_NODIRATIME, MOUNT_ATTR_NOSYMFOLLOW, *(1 << b for b in (4, 5, 6)),
    )  # fmt: skip
    assert MOUNT_ATTR_ATIME == 1 << 4 | 1 << 5 | 1 << 6
    for bit in range(32):
        if 1 << bit != MOUNT_ATTR_IDMAP:
            assert (err(bare(), attr_set=1 << bit) is None) == (1 << bit in attributes), bit
    changes = (0, MS_UNBINDABLE, MS_PRIVATE, MS_SLAVE, MS_SHARED)
    assert changes[1:] == (1 << 17, 1 << 18, 1 << 19, 1 << 20)
    for change in (*changes, 1 << 16, 1 << 21, MS_SHARED | MS_SLAVE):
        answer = err(bare(), attr_set=MOUNT_ATTR_NOSUID, propagation=change)
        assert (answer is None) == (change in changes), change


def test_access_times_are_cleared_as_a_whole() -> None:
    assert err(bare(), attr_set=0, attr_clr=MOUNT_ATTR_ATIME) is None
    assert err(bare(), attr_set=0, attr_clr=MOUNT_ATTR_ATIME | MOUNT_ATTR_NOSUID) is None
    assert err(bare(), attr_set=0, attr_clr=0x10) == "EINVAL"
    assert err(bare(), attr_set=0, attr_clr=MOUNT_ATTR_NOSUID) is None


def test_attributes_become_flags_of_the_mount_and_go_again() -> None:
    flags = {
        MOUNT_ATTR_RDONLY: MNT_READONLY, MOUNT_ATTR_NOSUID: MNT_NOSUID,
        MOUNT_ATTR_NODEV: MNT_NODEV, MOUNT_ATTR_NOEXEC: MNT_NOEXEC,
    }  # fmt: skip
    assert list(flags.values()) == [64, 1, 2, 4]
    for attr, flag in flags.items():
        mnt = bare()
        mnt.mnt_flags = sum(flags.values()) - flag
        before = mnt.mnt_flags
        mount_setattr(ROOT, Path(mnt, mnt.mnt_root), attr_set=attr)
        assert mnt.mnt_flags == before | flag
        assert mnt.mnt_idmap is nop_mnt_idmap
        mount_setattr(ROOT, Path(mnt, mnt.mnt_root), attr_set=0, attr_clr=attr)
        assert mnt.mnt_flags == before
        mount_setattr(ROOT, Path(mnt, mnt.mnt_root), attr_set=attr, attr_clr=attr)
        assert mnt.mnt_flags == before | flag


def slash() -> VfsMount:
    """The root of the mount namespace of those who ask."""
    return VfsMount(SuperBlock().s_root, mnt_ns=ROOT.mnt_ns, name="/")


def test_other_attributes_change_on_an_attached_idmapped_mount() -> None:
    mnt = idmapped()
    idmap = mnt.mnt_idmap
    attach(mnt, slash(), None)
    assert err(mnt, attr_set=MOUNT_ATTR_NOSUID) is None
    assert (mnt.mnt_flags, mnt.mnt_idmap) == (MNT_NOSUID, idmap)
    assert err(mnt, userns_fd=BOX) == "EPERM"


def test_writers_are_in_the_way_of_read_only_and_of_an_idmapping() -> None:
    mnt = bare()
    mnt.writers = 1
    assert err(mnt, attr_set=MOUNT_ATTR_RDONLY) == "EBUSY"
    assert err(mnt, userns_fd=BOX) == "EBUSY"
    assert err(mnt, attr_set=MOUNT_ATTR_NOSUID) is None
    assert err(mnt, attr_set=0, attr_clr=MOUNT_ATTR_RDONLY) is None
    mnt.writers = 0
    assert err(mnt, attr_set=MOUNT_ATTR_RDONLY) is None


def test_a_mount_of_another_namespace_or_detached_after_attaching_is_out_of_reach() -> None:
    mnt = bare()
    mnt.mnt_ns = MntNamespace("other")
    assert err(mnt, attr_set=MOUNT_ATTR_NOSUID) == "EINVAL"
    gone = bare()
    attach(gone, slash(), None)
    assert gone.mnt_ns is ROOT.mnt_ns
    gone.mnt_ns = None
    assert err(gone, attr_set=MOUNT_ATTR_NOSUID) == "EINVAL"


def test_refusals_of_an_idmapping_in_the_kernels_order() -> None:
    """Semantics 16.1, step 10: each mount breaks a rule and all after it."""
    box = UserNamespace("box", init_user_ns, uid_map=BOX.uid_map, gid_map=BOX.gid_map)
    weak = Task(cred=Cred.of(0, 0, caps=CAP_FULL_SET, user_ns=box), mnt_ns=MntNamespace("b", box))
    child = space("0 10000 1", "0 20000 1", box)

    def worst(fs_type: str = "proc", owner: UserNamespace = init_user_ns) -> VfsMount:
        mnt = bare(fs_type, owner)
        mnt.mnt_sb.noidmap = True
        mnt.mnt_ns, mnt.was_attached = weak.mnt_ns, True
        mnt.writers = 1
        return mnt

    mnt = worst()
    mnt.mnt_idmap = MntIdmap("m", BOX.uid_map, BOX.gid_map)
    assert err(mnt, weak, userns_fd=child) == "EPERM"
    own = worst(owner=child)
    own.mnt_idmap = mnt.mnt_idmap
    assert err(own, weak, userns_fd=child) == "EINVAL"
    assert err(worst(), weak, userns_fd=child) == "EINVAL"
    mnt = worst("tmpfs")
    assert err(mnt, weak, userns_fd=child) == "EINVAL"
    mnt.mnt_sb.noidmap = False
    assert err(mnt, weak, userns_fd=child) == "EPERM"
    mnt = worst("tmpfs", box)
    mnt.mnt_sb.noidmap = False
    assert err(mnt, weak, userns_fd=child) == "EINVAL"
    mnt.mnt_ns, mnt.was_attached = None, False
    assert err(mnt, weak, userns_fd=child) == "EBUSY"
    mnt.writers = 0
    assert err(mnt, weak, userns_fd=child) is None


def test_recursion_reaches_all_mounts_below_and_only_then() -> None:
    def tree() -> tuple[VfsMount, VfsMount, VfsMount]:
        top, middle, bottom = bare(), bare(), bare()
        top.children, middle.children = [middle], [bottom]
        copy = copy_tree(Path(top, top.mnt_root), recursive=True, name="copy")
        (below,) = copy.children
        return copy, below, below.children[0]

    all_three = tree()
    assert err(all_three[0], userns_fd=BOX, flags=AT_EMPTY_PATH | AT_RECURSIVE) is None
    assert [is_idmapped_mnt(mnt) for mnt in all_three] == [True, True, True]
    only_top = tree()
    assert err(only_top[0], userns_fd=BOX) is None
    assert [is_idmapped_mnt(mnt) for mnt in only_top] == [True, False, False]
    busy = tree()
    busy[2].writers = 1
    assert err(busy[0], userns_fd=BOX, flags=AT_EMPTY_PATH | AT_RECURSIVE) == "EBUSY"
    assert [is_idmapped_mnt(mnt) for mnt in busy] == [False, False, False]


def test_a_clone_keeps_idmapping_and_flags_and_is_detached() -> None:
    mnt = idmapped()
    mnt.mnt_flags = MNT_NOEXEC
    attach(mnt, slash(), None)
    mnt.children = [bare()]
    clone = copy_tree(Path(mnt, mnt.mnt_root), name="c")
    assert (clone.mnt_idmap, clone.mnt_flags, clone.name) == (mnt.mnt_idmap, MNT_NOEXEC, "c")
    assert (clone.mnt_ns, clone.was_attached, clone.children) == (None, False, [])
    assert str(clone) == "<mount c>"


def test_only_a_directory_is_attached_to_a_directory() -> None:
    file, root = VfsMount(Inode(SuperBlock(), 0o100644)), slash()
    with pytest.raises(KernelError, match="EINVAL: a directory is attached to a directory"):
        move_mount(ROOT, Path(file, file.mnt_root), Path(root, root.mnt_root))


def test_open_tree_attr_leaves_the_mount_alone_unless_it_clones_none() -> None:
    mnt = bare()
    at = Path(mnt, mnt.mnt_root)
    clone = open_tree_attr(ROOT, at, userns_fd=BOX)
    assert [is_idmapped_mnt(clone), is_idmapped_mnt(mnt)] == [True, False]
    assert open_tree_attr(ROOT, at, clone=False, userns_fd=BOX) is mnt
    assert is_idmapped_mnt(mnt)
    assert clone.mnt_ns is None
    read_only = open_tree_attr(ROOT, at, attr_set=MOUNT_ATTR_RDONLY)
    assert (read_only.mnt_flags, read_only.mnt_idmap) == (MNT_READONLY, mnt.mnt_idmap)
    cleared = open_tree_attr(ROOT, at, attr_set=0, attr_clr=MOUNT_ATTR_IDMAP)
    assert cleared.mnt_idmap is nop_mnt_idmap
    with pytest.raises(KernelError, match="EINVAL: proc cannot be idmapped by any kernel"):
        open_tree_attr(ROOT, Path(m := bare("proc"), m.mnt_root), attr_set=0,
                       attr_clr=MOUNT_ATTR_IDMAP)  # fmt: skip
    with pytest.raises(KernelError, match=r"EINVAL: unknown|EINVAL: more than one"):
        open_tree_attr(ROOT, at, attr_set=1 << 40)


def test_groups_of_a_namespace_are_looked_up_in_its_gid_map() -> None:
    assert make_kgid(BOX, 3) == 20003  # type: ignore[arg-type]


# -- what holds unless said otherwise -----------------------------------------------------------


def test_the_machine_the_answers_came_from() -> None:
    sysctl = Sysctl()
    assert (sysctl.overflowuid, sysctl.overflowgid) == (65534, 65534)
    assert (sysctl.protected_hardlinks, sysctl.protected_symlinks) == (1, 0)
    assert (sysctl.protected_regular, sysctl.protected_fifos) == (0, 0)
    assert sysctl.cap_bset == cap_mask("-CAP_SYS_RESOURCE")


def test_a_task_is_init_root_unless_told_otherwise() -> None:
    cred = ROOT.cred
    assert {cred.uid, cred.gid, cred.euid, cred.egid, cred.fsuid, cred.fsgid} == {0}
    assert (cred.user_ns, cred.groups) == (init_user_ns, frozenset())
    assert cred.cap_effective == cred.cap_permitted == cred.cap_bset == CAP_FULL_SET
    assert (ROOT.umask, ROOT.no_new_privs, ROOT.mnt_ns.user_ns) == (0, False, init_user_ns)
    assert str(ROOT.mnt_ns) == "init_mnt_ns"
    assert str(Task(cred=Cred.of(7, 8))) == str(Cred.of(7, 8)) == "k7:k8"
    stranger = Cred.of(7, 8, groups=(9,), caps=5, cap_bset=6)
    assert (stranger.uid, stranger.euid, stranger.fsuid) == (7, 7, 7)
    assert (stranger.gid, stranger.egid, stranger.fsgid) == (8, 8, 8)
    assert (stranger.cap_effective, stranger.cap_permitted, stranger.cap_bset) == (5, 5, 6)
    assert stranger.groups == {9}
    assert Cred.of(7, 8).cap_effective == 0


def test_new_objects_as_the_kernel_makes_them() -> None:
    sb = SuperBlock(root_uid=5, root_gid=6, root_mode=0o750)
    assert (sb.fs_type, str(sb), sb.s_user_ns) == ("tmpfs", "tmpfs", init_user_ns)
    assert (sb.rdonly, sb.noidmap, sb.s_posixacl) == (False, False, True)
    root = sb.s_root
    assert (root.i_uid, root.i_gid, root.i_mode, root.is_dir) == (5, 6, 0o40750, True)
    assert SuperBlock().s_root.i_mode == 0o40777
    new = Inode(sb, 0o120777)
    assert (new.i_uid, new.i_gid, new.i_nlink, new.i_size, new.i_rdev) == (0, 0, 1, 0, (0, 0))
    assert (new.is_symlink, new.is_dir, new.immutable, new.dead, new.program) == (
        True, False, False, False, 0,
    )  # fmt: skip
    assert (new.i_acl, new.i_default_acl, new.i_caps, new.i_parent) == (None, None, None, new)
    assert (new.i_link, new.i_xattrs, new.entries) == ("", {}, {})
    mnt = VfsMount(root)
    assert (mnt.mnt_idmap, mnt.mnt_ns, mnt.mnt_flags, mnt.writers) == (nop_mnt_idmap, None, 0, 0)
    assert (mnt.was_attached, mnt.children, mnt.mnt_sb) == (False, [], sb)
    assert VfsMount(root, mnt_ns=ROOT.mnt_ns).was_attached
    fresh = UserNamespace("n", init_user_ns)
    assert (fresh.owner, fresh.group, fresh.level, fresh.parent_could_setfcap) == (0, 0, 1, True)
    assert (fresh.uid_map, fresh.gid_map, fresh.projid_map) == (IdMap(), IdMap(), IdMap())
    assert repr(BOX) == "UserNamespace('ns')"
    assert (
        repr(MntIdmap("m", IdMap(), IdMap("0 0 1")))
        == "MntIdmap('m', IdMap([]), IdMap([(0, 0, 1)]))"
    )
