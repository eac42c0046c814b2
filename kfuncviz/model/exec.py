# SPDX-License-Identifier: BSD-3-Clause
"""
Executing: setuid, setgid, file capabilities
============================================

What ids and capabilities a process has after execve.  A setuid or setgid bit counts only if the
caller's user namespace has ids for *both* the owner and the group seen through the mount.

Mirrors ``bprm_fill_uid()`` of ``fs/exec.c``, ``mnt_may_suid()`` of ``fs/namespace.c`` and
``cap_bprm_creds_from_file()`` of ``security/commoncap.c``; semantics sections 12 and 13.
"""

from __future__ import annotations

from dataclasses import replace

from kfuncviz.model.access import MAY_EXEC
from kfuncviz.model.commoncap import get_vfs_caps_from_disk
from kfuncviz.model.cred import Cred, Task
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fs import (
    MNT_NOSUID,
    S_ISGID,
    S_ISUID,
    S_IXGRP,
    Path,
    VfsMount,
    i_gid_into_vfsgid,
    i_uid_into_vfsuid,
)
from kfuncviz.model.mnt_idmapping import vfsgid_has_mapping, vfsuid_has_mapping
from kfuncviz.model.open import Open, do_open
from kfuncviz.model.permission import inode_permission
from kfuncviz.model.trace import traced
from kfuncviz.model.uidgid import kgid_t, kuid_t, uid_t
from kfuncviz.model.user_namespace import current_in_userns, make_kuid

#: Bytes of a program that must be there for the kernel to load it at all.
ELF_HEADERS = 820


@traced("13", "fs/namespace.c")
def mnt_may_suid(current: Task, mnt: VfsMount) -> bool:
    """Whether setuid and file capabilities count on this mount for the current task.

    Not with nosuid, not on a mount of another mount namespace (a detached one included), and only
    in the filesystem's own user namespace or below.
    """
    return (
        not mnt.mnt_flags & MNT_NOSUID
        and mnt.mnt_ns is current.mnt_ns
        and current_in_userns(current.cred.user_ns, mnt.mnt_sb.s_user_ns)
    )


@traced("13", "fs/exec.c")
def bprm_fill_uid(current: Task, path: Path) -> Cred:
    """The credentials with the ids that setuid and setgid bits give."""
    # execve(2): setuid and setgid are ignored with nosuid and with no_new_privs; setgid counts only
    # where the group may execute.
    cred, inode, idmap = current.cred, path.inode, path.mnt.mnt_idmap
    if not mnt_may_suid(current, path.mnt) or current.no_new_privs:
        return cred
    if not inode.i_mode & (S_ISUID | S_ISGID):
        return cred
    vfsuid, vfsgid = i_uid_into_vfsuid(idmap, inode), i_gid_into_vfsgid(idmap, inode)
    # Asked again now that the inode is locked; do_open() asked before, so it cannot refuse here.
    inode_permission(current, idmap, inode, MAY_EXEC)
    if not (vfsuid_has_mapping(cred.user_ns, vfsuid) and vfsgid_has_mapping(cred.user_ns, vfsgid)):
        return cred
    if inode.i_mode & S_ISUID:
        cred = replace(cred, euid=kuid_t(vfsuid))
    if inode.i_mode & (S_ISGID | S_IXGRP) == S_ISGID | S_IXGRP:
        cred = replace(cred, egid=kgid_t(vfsgid))
    return cred


@traced("12", "security/commoncap.c")
def get_file_caps(current: Task, path: Path) -> tuple[int, bool, bool]:
    """What the file's capabilities give: (permitted, effective, whether there are any).

    Raises EPERM where the program could not run with all it was given.
    """
    if not mnt_may_suid(current, path.mnt):
        return 0, False, False
    caps = get_vfs_caps_from_disk(current, path.mnt.mnt_idmap, path.inode)
    if caps is None:
        return 0, False, False
    permitted = current.cred.cap_bset & caps.permitted
    if caps.effective and caps.permitted & ~permitted:
        raise KernelError("EPERM", "the bounding set lacks a capability the file insists on")
    return permitted, caps.effective, True


@traced("13", "security/commoncap.c")
def cap_bprm_creds_from_file(current: Task, path: Path, new: Cred) -> Cred:
    """Ids and capability sets after execve, from setuid/setgid, file capabilities and root."""
    old = current.cred
    permitted, effective, has_fcap = get_file_caps(current, path)
    root_uid = make_kuid(new.user_ns, uid_t(0))
    # capabilities(7), root: a program run by or as uid 0 gets all of the bounding set, unless it is
    # setuid-root, has capabilities of its own and is run by somebody else.
    if not (has_fcap and new.uid != root_uid and new.euid == root_uid):
        if root_uid in (new.euid, new.uid):
            permitted = old.cap_bset
        if new.euid == root_uid:
            effective = True
    # prctl(2), PR_SET_NO_NEW_PRIVS: what the file's capabilities would add is taken back, and the
    # effective ids become the real ones.  Different ids alone change nothing (measured on 6.18).
    if permitted & ~old.cap_permitted and current.no_new_privs:
        new = replace(new, euid=new.uid, egid=new.gid)
        permitted &= old.cap_permitted
    return replace(
        new,
        fsuid=new.euid,
        fsgid=new.egid,
        cap_permitted=permitted,
        cap_effective=permitted if effective else 0,
    )


@traced("13", "fs/exec.c")
def do_execveat(current: Task, path: Path) -> Cred:
    """execveat(2): the credentials the program runs with; EACCES or ENOEXEC if it does not run."""
    do_open(current, path, Open.EXEC)
    if path.inode.program < ELF_HEADERS:
        raise KernelError("ENOEXEC", "the file's content is no program")
    return cap_bprm_creds_from_file(current, path, bprm_fill_uid(current, path))
