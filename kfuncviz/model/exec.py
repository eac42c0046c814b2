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
from kfuncviz.model.cred import SECBIT_KEEP_CAPS, SECBIT_NOROOT, Cred, Task, in_group_p
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
    cred = current.cred
    permitted = cred.cap_bset & caps.permitted | cred.cap_inheritable & caps.inheritable
    if caps.effective and caps.permitted & ~permitted:
        raise KernelError(
            "EPERM",
            "neither the bounding set nor what is inheritable has a capability the file insists on",
            path=path.inode.path,
        )
    return permitted, caps.effective, True


@traced("13", "security/commoncap.c")
def cap_bprm_creds_from_file(current: Task, path: Path, new: Cred) -> Cred:
    """Ids and capability sets after execve, from setuid/setgid, file capabilities and root."""
    permitted, effective, has_fcap = get_file_caps(current, path)
    root_uid = make_kuid(new.user_ns, uid_t(0))
    # capabilities(7), root: a program run by or as uid 0 gets all of the bounding set, unless it is
    # setuid-root, has capabilities of its own and is run by somebody else, or SECBIT_NOROOT is set.
    mixed = has_fcap and new.uid != root_uid and new.euid == root_uid
    if not (mixed or new.securebits & SECBIT_NOROOT):
        if root_uid in (new.euid, new.uid):
            permitted = new.cap_bset | new.cap_inheritable
        if new.euid == root_uid:
            effective = True
    # prctl(2), PR_SET_NO_NEW_PRIVS: what the program would gain is taken back, and the effective
    # ids become the real ones.
    changed = _id_changed(current, new)
    if (changed or permitted & ~new.cap_permitted) and current.no_new_privs:
        new = replace(new, euid=new.uid, egid=new.gid)
        permitted &= new.cap_permitted
    # capabilities(7), ambient: kept by programs that have no capabilities and change no id.
    ambient = 0 if has_fcap or changed else new.cap_ambient
    permitted |= ambient
    return replace(
        new,
        suid=new.euid,
        fsuid=new.euid,
        sgid=new.egid,
        fsgid=new.egid,
        cap_permitted=permitted,
        cap_effective=permitted if effective else ambient,
        cap_ambient=ambient,
        securebits=new.securebits & ~SECBIT_KEEP_CAPS,
    )


def _id_changed(current: Task, new: Cred) -> bool:
    """Whether the program runs as somebody else: its effective ids are others."""
    # Up to 6.14, and no longer in 6.17, they were compared with the *real* ids of before; the new
    # rule was measured on 6.18.
    old = current.cred
    changed = new.euid != old.euid or not in_group_p(current, new.egid)
    unlike_real = new.euid != old.uid or new.egid != old.gid
    matters = current.no_new_privs or old.cap_ambient
    if changed != unlike_real and matters and not current.since("exec_id_changed"):
        return unlike_real
    return changed


@traced("13", "fs/exec.c")
def do_execveat(current: Task, path: Path) -> Cred:
    """execveat(2): the credentials the program runs with; EACCES, ETXTBSY or ENOEXEC if not."""
    do_open(current, path, Open.EXEC)
    if path.inode.i_writecount:
        raise KernelError("ETXTBSY", "the file is open for writing", path=path.inode.path)
    if path.inode.program < ELF_HEADERS:
        raise KernelError("ENOEXEC", "the file's content is no program")
    return cap_bprm_creds_from_file(current, path, bprm_fill_uid(current, path))
