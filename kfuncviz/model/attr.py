# SPDX-License-Identifier: BSD-3-Clause
"""
Changing attributes: chown, chmod, truncate, utimes
===================================================

One funnel, ``notify_change()``: it refuses ids the filesystem cannot store and inodes whose ids
could not be written back (EOVERFLOW), before the filesystem asks who the caller is (EPERM).

Mirrors ``fs/attr.c`` with tmpfs below it; semantics sections 9 and 10.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from stat import S_ISLNK, S_ISREG

from kfuncviz.model.access import MAY_WRITE
from kfuncviz.model.capability import CAP_CHOWN, CAP_FOWNER, CAP_FSETID
from kfuncviz.model.commoncap import need_killpriv
from kfuncviz.model.cred import Task, capable, ns_capable
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fs import (
    S_IALLUGO,
    S_ISGID,
    S_ISUID,
    S_IXGRP,
    Inode,
    Path,
    i_gid_into_vfsgid,
    i_uid_into_vfsuid,
)
from kfuncviz.model.inode import (
    capable_wrt_inode_uidgid,
    in_group_or_capable,
    inode_owner_or_capable,
)
from kfuncviz.model.mnt_idmapping import (
    MntIdmap,
    from_vfsgid,
    from_vfsuid,
    is_valid_mnt_idmap,
    vfsgid_has_fsmapping,
    vfsgid_in_group_p,
    vfsuid_has_fsmapping,
)
from kfuncviz.model.permission import frozen, inode_permission, mnt_want_write
from kfuncviz.model.posix_acl import posix_acl_chmod
from kfuncviz.model.reasons import (
    Reason,
    no_cap_over,
    not_in_caller,
    not_stored,
    not_through_mount,
    together,
)
from kfuncviz.model.releases import since
from kfuncviz.model.trace import traced
from kfuncviz.model.uidgid import (
    INVALID,
    IdKind,
    gid_t,
    uid_t,
    umode_t,
    vfsgid_eq,
    vfsgid_t,
    vfsgid_valid,
    vfsuid_eq,
    vfsuid_eq_kuid,
    vfsuid_t,
    vfsuid_valid,
)
from kfuncviz.model.user_namespace import UserNamespace, make_kgid, make_kuid


@dataclass(frozen=True, slots=True)
class Iattr:
    """struct iattr: what is to change.  ``None`` and ``False`` stand for an unset ATTR_* bit.

    ``force`` skips the ownership checks (ATTR_FORCE, used by truncate), ``touch`` is
    utimes(NULL), ``times_set`` an explicit time.
    """

    uid: vfsuid_t | None = None
    gid: vfsgid_t | None = None
    mode: umode_t | None = None
    size: int | None = None
    touch: bool = False
    times_set: bool = False
    kill_suid: bool = False
    kill_sgid: bool = False
    kill_priv: bool = False
    force: bool = False

    def __str__(self) -> str:
        ids = (("uid", self.uid), ("gid", self.gid))
        parts = [f"{name}=v{id}" for name, id in ids if id is not None]
        if self.mode is not None:
            parts.append(f"mode=0{self.mode & S_IALLUGO:o}")
        if self.size is not None:
            parts.append(f"size={self.size}")
        flags = ("touch", "times_set", "kill_suid", "kill_sgid", "kill_priv", "force")
        parts += [flag for flag in flags if getattr(self, flag)]
        return "{" + " ".join(parts) + "}"


@traced("10", "fs/attr.c")
def setattr_should_drop_sgid(current: Task, idmap: MntIdmap, inode: Inode) -> bool:
    """Whether setgid has to go when the owner changes or the file is written.

    Before 6.1.15 and 6.2 a setgid bit without group execute always stayed.
    """
    if not inode.i_mode & S_ISGID:
        return False
    if inode.i_mode & S_IXGRP:
        return True
    # Commit ed5a7047d201 ("attr: use consistent sgid stripping checks") (in v6.2, and in 6.1.15):
    # the rule chmod follows.  Before, setgid without group execute meant mandatory locking and
    # always stayed.
    if not current.since("setattr_should_drop_sgid"):
        return False
    return not in_group_or_capable(current, idmap, inode, i_gid_into_vfsgid(idmap, inode))


@traced("10", "fs/attr.c")
def setattr_should_drop_suidgid(current: Task, idmap: MntIdmap, inode: Inode) -> tuple[bool, bool]:
    """Whether setuid and setgid have to go when the file is written: (suid, sgid).

    Kept only for CAP_FSETID in the *initial* user namespace.
    """
    suid = inode.i_mode & S_ISUID != 0
    sgid = setattr_should_drop_sgid(current, idmap, inode)
    if (suid or sgid) and not capable(current, CAP_FSETID) and S_ISREG(inode.i_mode):
        return suid, sgid
    return False, False


@traced("9.1", "fs/attr.c")
def chown_ok(current: Task, idmap: MntIdmap, inode: Inode, ia_vfsuid: vfsuid_t) -> bool:
    """Whether the task may set this owner: its own file to itself, or CAP_CHOWN."""
    vfsuid = i_uid_into_vfsuid(idmap, inode)
    if vfsuid_eq_kuid(vfsuid, current.cred.fsuid) and vfsuid_eq(ia_vfsuid, vfsuid):
        return True
    if capable_wrt_inode_uidgid(current, idmap, inode, CAP_CHOWN):
        return True
    return not vfsuid_valid(vfsuid) and ns_capable(current, inode.i_sb.s_user_ns, CAP_CHOWN)


@traced("9.1", "fs/attr.c")
def chgrp_ok(current: Task, idmap: MntIdmap, inode: Inode, ia_vfsgid: vfsgid_t) -> bool:
    """Whether the task may set this group: its own file to a group it is in, or CAP_CHOWN."""
    vfsgid = i_gid_into_vfsgid(idmap, inode)
    owner = vfsuid_eq_kuid(i_uid_into_vfsuid(idmap, inode), current.cred.fsuid)
    if owner and (vfsgid_eq(ia_vfsgid, vfsgid) or vfsgid_in_group_p(current, ia_vfsgid)):
        return True
    if capable_wrt_inode_uidgid(current, idmap, inode, CAP_CHOWN):
        return True
    return not vfsgid_valid(vfsgid) and ns_capable(current, inode.i_sb.s_user_ns, CAP_CHOWN)


@traced("9.1", "fs/attr.c")
def setattr_prepare(current: Task, idmap: MntIdmap, inode: Inode, attr: Iattr) -> Iattr:
    """What the filesystem asks about the caller; raises EPERM, may drop setgid from the mode."""
    if attr.force:
        return attr
    # chown(2): the owner is changed by CAP_CHOWN only; the group by the owner too, to its own ones.
    if attr.uid is not None and not chown_ok(current, idmap, inode, attr.uid):
        raise KernelError(
            "EPERM",
            "only CAP_CHOWN over the inode may change its owner",
            **no_cap_over(current, idmap, inode, CAP_CHOWN),
        )
    if attr.gid is not None and not chgrp_ok(current, idmap, inode, attr.gid):
        raise KernelError(
            "EPERM",
            "only the owner, to a group it is in, or CAP_CHOWN",
            **no_cap_over(current, idmap, inode, CAP_CHOWN),
        )
    # chmod(2): for the owner; setgid is silently dropped for who is not in the group.
    if attr.mode is not None:
        if not inode_owner_or_capable(current, idmap, inode):
            raise KernelError(
                "EPERM",
                "only the owner or CAP_FOWNER may change the mode",
                **no_cap_over(current, idmap, inode, CAP_FOWNER, ("uid",)),
            )
        vfsgid = attr.gid if attr.gid is not None else i_gid_into_vfsgid(idmap, inode)
        if not in_group_or_capable(current, idmap, inode, vfsgid):
            attr = replace(attr, mode=attr.mode & ~S_ISGID)
    # utimensat(2): the time of the clock needs to be able to write, any other time ownership.
    if attr.times_set and not inode_owner_or_capable(current, idmap, inode):
        raise KernelError(
            "EPERM",
            "only the owner or CAP_FOWNER may set explicit times",
            **no_cap_over(current, idmap, inode, CAP_FOWNER, ("uid",)),
        )
    return attr


@traced("9.1", "fs/attr.c")
def setattr_copy(current: Task, idmap: MntIdmap, inode: Inode, attr: Iattr) -> None:
    """Commit: ids are mapped back to the filesystem's, setgid is judged by the *new* group."""
    fs_userns = inode.i_sb.s_user_ns
    if attr.uid is not None:
        inode.i_uid = from_vfsuid(idmap, fs_userns, attr.uid)
    if attr.gid is not None:
        inode.i_gid = from_vfsgid(idmap, fs_userns, attr.gid)
    if attr.mode is not None:
        mode = attr.mode
        if not in_group_or_capable(current, idmap, inode, i_gid_into_vfsgid(idmap, inode)):
            mode &= ~S_ISGID
        inode.i_mode = mode


@traced("9.1", "fs/attr.c")
def may_setattr(current: Task, idmap: MntIdmap, inode: Inode, attr: Iattr) -> None:
    """Immutable and append-only inodes, and utimes(NULL): owner, or may write."""
    changes = attr.mode is not None or attr.uid is not None or attr.gid is not None
    if (inode.immutable or inode.append) and (changes or attr.times_set):
        raise frozen(inode)
    if inode.immutable and attr.touch:
        raise frozen(inode)
    if attr.touch and not inode_owner_or_capable(current, idmap, inode):
        inode_permission(current, idmap, inode, MAY_WRITE)


@traced("9.1", "fs/attr.c")
def notify_change(current: Task, idmap: MntIdmap, inode: Inode, attr: Iattr) -> None:
    """Change attributes, or refuse.

    An inode with an unmapped owner or group can be changed only by a call that replaces what is
    unmapped; everything else is EOVERFLOW, even chmod and chown(-1, -1).
    """
    may_setattr(current, idmap, inode, attr)
    if attr.mode is not None and S_ISLNK(inode.i_mode):
        raise KernelError("EOPNOTSUPP", "a symlink has no mode to change", path=inode.path)
    attr = _kill(inode, attr)
    if not _storable(current, idmap, inode, attr):
        raise KernelError(
            "EOVERFLOW",
            "the filesystem cannot store the new owner or group",
            **_without_row(current, idmap, inode, attr),
        )
    if attr.uid is None and not vfsuid_valid(i_uid_into_vfsuid(idmap, inode)):
        raise KernelError(
            "EOVERFLOW",
            "the mount has no id for the owner, which is not replaced",
            **_without_row(current, idmap, inode, attr),
        )
    if attr.gid is None and not vfsgid_valid(i_gid_into_vfsgid(idmap, inode)):
        raise KernelError(
            "EOVERFLOW",
            "the mount has no id for the group, which is not replaced",
            **_without_row(current, idmap, inode, attr),
        )
    _simple_setattr(current, idmap, inode, attr)


def _storable(current: Task, idmap: MntIdmap, inode: Inode, attr: Iattr) -> bool:
    """Whether the filesystem can store the new ids."""
    fs = inode.i_sb.s_user_ns
    stored = attr.uid is None or vfsuid_has_fsmapping(idmap, fs, attr.uid)
    stored = stored and (attr.gid is None or vfsgid_has_fsmapping(idmap, fs, attr.gid))
    if not stored or is_valid_mnt_idmap(idmap) or not _foreign(fs, attr):
        return stored
    # Without a mount idmapping any id is stored as it is, even one the filesystem's namespace has
    # no name for, since commit b27c82e12965 ("attr: port attribute changes to new types") (in
    # v6.0; that it is this commit is remembered, not re-checked).  Before, that was asked too.
    return current.since("nop_is_identity")


def _without_row(current: Task, idmap: MntIdmap, inode: Inode, attr: Iattr) -> Reason:
    """Which of the new ids, and then of those that are not replaced, have no row."""
    sb = inode.i_sb
    ids: tuple[tuple[IdKind, int | None, int], ...] = (
        ("uid", attr.uid, inode.i_uid), ("gid", attr.gid, inode.i_gid),
    )  # fmt: skip
    new = [not_stored(idmap, sb, kind, id) for kind, id, _ in ids if id is not None]
    kept = [not_through_mount(current, idmap, sb, kind, old) for kind, id, old in ids if id is None]
    return {"path": inode.path} | together(*new, *kept)


def _foreign(fs: UserNamespace, attr: Iattr) -> bool:
    """Whether a new id, read as a kernel id, has no name in the filesystem's namespace."""
    uid = attr.uid is not None and fs.uid_map.extent_up(attr.uid) is None
    return uid or (attr.gid is not None and fs.gid_map.extent_up(attr.gid) is None)


def _kill(inode: Inode, attr: Iattr) -> Iattr:
    """Turn "kill setuid/setgid/capabilities" into a new mode, where there is something to kill."""
    mode = attr.mode
    if attr.kill_suid and inode.i_mode & S_ISUID:
        mode = inode.i_mode & ~S_ISUID
    if attr.kill_sgid and inode.i_mode & S_ISGID:
        mode = (inode.i_mode if mode is None else mode) & ~S_ISGID
    kill_priv = attr.kill_priv and need_killpriv(inode)
    if mode == attr.mode and kill_priv == attr.kill_priv:
        return attr
    return replace(attr, mode=mode, kill_priv=kill_priv)


def _simple_setattr(current: Task, idmap: MntIdmap, inode: Inode, attr: Iattr) -> None:
    if inode.i_sb.type.guards_attrs and (
        inode.immutable or (inode.append and attr.mode is not None)
    ):
        raise frozen(inode)
    attr = setattr_prepare(current, idmap, inode, attr)
    if attr.kill_priv:
        inode.i_caps = None
    if attr.size is not None:
        inode.i_size = attr.size
        inode.program = min(inode.program, attr.size)
    setattr_copy(current, idmap, inode, attr)
    if attr.mode is not None:
        posix_acl_chmod(current, idmap, inode, inode.i_mode)


@traced("9.1", "fs/open.c")
def chown_common(current: Task, path: Path, user: uid_t | None, group: gid_t | None) -> None:
    """chown(2): ids are the caller's (EINVAL if it has them not) and name *mount-side* ids.

    ``None`` leaves an id as it is (the system call's -1).
    """
    mnt_want_write(path.mnt)
    idmap, inode = path.mnt.mnt_idmap, path.inode
    ns = current.cred.user_ns
    uid = None if user is None else vfsuid_t(make_kuid(ns, user))
    gid = None if group is None else vfsgid_t(make_kgid(ns, group))
    asked: tuple[tuple[IdKind, int | None, int | None], ...] = (
        ("uid", user, uid), ("gid", group, gid),
    )  # fmt: skip
    unknown = [(kind, id) for kind, id, kid in asked if id is not None and kid == INVALID]
    if unknown:
        kind, id = unknown[0]
        raise KernelError(
            "EINVAL",
            f"{kind} {id} is no id in the caller's user namespace",
            path=inode.path,
            **together(*(not_in_caller(current, *each) for each in unknown)),
        )
    # chown(2) itself looked an id up in the mount's map before commit b27c82e12965 ("attr: port
    # attribute changes to new types") (in v6.0), and one without a row was invalid.
    if is_valid_mnt_idmap(idmap) and not since(current.kernel, "nop_is_identity"):
        wanted = Iattr(uid=uid, gid=gid)
        if not _storable(current, idmap, inode, wanted) and not current.since("nop_is_identity"):
            reason = _without_row(current, idmap, inode, wanted)
            raise KernelError("EINVAL", "the mount has no row for the new owner or group", **reason)
    kill = not inode.is_dir
    kill_sgid = kill and setattr_should_drop_sgid(current, idmap, inode)
    attr = Iattr(uid=uid, gid=gid, kill_suid=kill, kill_priv=kill, kill_sgid=kill_sgid)
    notify_change(current, idmap, inode, attr)


@traced("9.1", "fs/open.c")
def chmod_common(current: Task, path: Path, mode: umode_t) -> None:
    """chmod(2)."""
    mnt_want_write(path.mnt)
    new = mode & S_IALLUGO | path.inode.i_mode & ~S_IALLUGO
    notify_change(current, path.mnt.mnt_idmap, path.inode, Iattr(mode=new))


@traced("9.1", "fs/utimes.c")
def vfs_utimes(current: Task, path: Path, *, explicit: bool) -> None:
    """utimensat(2): now (NULL) or explicit times.  The times themselves are not modelled."""
    mnt_want_write(path.mnt)
    attr = Iattr(times_set=explicit, touch=not explicit)
    notify_change(current, path.mnt.mnt_idmap, path.inode, attr)


@traced("10", "fs/open.c")
def do_truncate(current: Task, path: Path, length: int) -> None:
    """ftruncate(2) and open(O_TRUNC): drops setuid, setgid and file capabilities."""
    idmap, inode = path.mnt.mnt_idmap, path.inode
    suid, sgid = setattr_should_drop_suidgid(current, idmap, inode)
    priv = need_killpriv(inode)
    force = suid or sgid or priv
    attr = Iattr(size=length, kill_suid=suid, kill_sgid=sgid, kill_priv=priv, force=force)
    notify_change(current, idmap, inode, attr)
