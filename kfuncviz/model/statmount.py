# SPDX-License-Identifier: BSD-3-Clause
"""
statmount: which rows a mount has
=================================

Since 6.15 user space can read a mount's maps, translated for whoever asks.

Mirrors ``statmount_mnt_idmap()`` of ``fs/mnt_idmapping.c``; semantics section 14.
"""

from __future__ import annotations

from kfuncviz.model.cred import Task
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fs import VfsMount, is_idmapped_mnt
from kfuncviz.model.idmap import map_id_range_up
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
