# SPDX-License-Identifier: BSD-3-Clause
"""
What a mount shows of itself: statmount and mountinfo
=====================================================

Flags, whether it is idmapped, and since 6.15 its maps, translated for whoever asks; of mounts in
the asker's mount namespace alone.

Mirrors ``statmount()`` of ``fs/namespace.c``, ``statmount_mnt_idmap()`` of ``fs/mnt_idmapping.c``
and ``show_mountinfo()`` of ``fs/proc_namespace.c``; semantics section 14.
"""

from __future__ import annotations

from typing import NamedTuple

from kfuncviz.model.cred import Task
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fs import VfsMount, is_idmapped_mnt
from kfuncviz.model.idmap import map_id_range_up
from kfuncviz.model.namespace import FLAG_NAMES
from kfuncviz.model.trace import traced
from kfuncviz.model.uidgid import INVALID, IdKind


@traced("14", "fs/mnt_idmapping.c")
def statmount_mnt_idmap(current: Task, mnt: VfsMount, kind: IdKind = "uid") -> list[str] | None:
    """What statmount(2) reports of a mount's map, as ``"first lower count"`` strings.

    The lower ids are the caller's; a row that does not fit one row of the caller's map as a whole
    is left out silently.  ``None`` for a mount that is not idmapped (the mask bit is not set).

    >>> from kfuncviz.model.fs import SuperBlock
    >>> from kfuncviz.model.idmap import IdMap
    >>> from kfuncviz.model.mnt_idmapping import MntIdmap
    >>> box = MntIdmap("box", IdMap("0 10000 5"), IdMap("0 10000 5"))
    >>> statmount_mnt_idmap(Task(), VfsMount(SuperBlock().s_root, mnt_idmap=box))
    ['0 10000 5']
    """
    # Commit 37c4a9590e1e ("statmount: allow to retrieve idmappings") (in v6.15).
    if not current.since("statmount_idmap"):
        raise KernelError("ENOSYS", "statmount(2) reports idmappings since 6.15")
    if not is_idmapped_mnt(mnt):
        return None
    ns = current.cred.user_ns
    idmap, view = (
        (mnt.mnt_idmap.uid_map, ns.uid_map)
        if kind == "uid"
        else (mnt.mnt_idmap.gid_map, ns.gid_map)
    )
    seen = []
    for extent in idmap:
        lower = map_id_range_up(view, extent.lower_first, extent.count)
        if lower != INVALID:
            seen.append(f"{extent.first} {lower} {extent.count}")
    return seen


class Statmount(NamedTuple):
    """What statmount(2) tells of a mount: its flags by name, and the rows of its maps.

    A map is ``None`` where the mount is not idmapped, or the kernel does not tell.
    """

    flags: tuple[str, ...]
    uid_map: list[str] | None
    gid_map: list[str] | None

    def __str__(self) -> str:
        rows = "" if self.uid_map is None else f" uids {self.uid_map} gids {self.gid_map}"
        return f"{{{','.join(self.flags)}{rows}}}"


@traced("14", "fs/namespace.c")
def statmount(current: Task, mnt: VfsMount) -> Statmount:
    """statmount(2) of a mount by its id; ENOSYS before 6.8, ENOENT where it is not listed.

    >>> from kfuncviz.model.fs import SuperBlock
    >>> mnt = VfsMount(SuperBlock().s_root, mnt_ns=Task().mnt_ns, mnt_flags=2)
    >>> statmount(Task(), mnt).flags
    ('nodev',)
    """
    # Commit 46eae99ef733 ("add statmount(2) syscall") (in v6.8).
    if not current.since("statmount"):
        raise KernelError("ENOSYS", "statmount(2) exists since 6.8")
    if mnt.mnt_ns is not current.mnt_ns:
        raise KernelError("ENOENT", "the mount is in no mount namespace of the caller's")
    flags = tuple(name for flag, name in FLAG_NAMES.items() if mnt.mnt_flags & flag)
    if not is_idmapped_mnt(mnt):
        return Statmount(flags, None, None)
    # Commit 37c4a9590e1e ("statmount: allow to retrieve idmappings") (in v6.15).
    if not current.since("statmount_idmap"):
        return Statmount((*flags, "idmap"), None, None)
    rows = (statmount_mnt_idmap(current, mnt, kind) for kind in ("uid", "gid"))
    return Statmount((*flags, "idmap"), *rows)


@traced("14", "fs/proc_namespace.c", "show_mountinfo")
def mountinfo(current: Task, mnt: VfsMount) -> list[str]:
    """The options of a mount in /proc/self/mountinfo; none where it is not listed.

    >>> from kfuncviz.model.fs import SuperBlock
    >>> mountinfo(Task(), VfsMount(SuperBlock().s_root, mnt_ns=Task().mnt_ns))
    ['rw', 'relatime']
    """
    if mnt.mnt_ns is not current.mnt_ns:
        return []
    flags = [name for flag, name in FLAG_NAMES.items() if mnt.mnt_flags & flag]
    options = flags if "ro" in flags else ["rw", *flags]
    options.insert(len(options) - ("nosymfollow" in flags), "relatime")
    return [*options, "idmapped"] if is_idmapped_mnt(mnt) else options
