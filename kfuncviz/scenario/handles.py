# SPDX-License-Identifier: BSD-3-Clause
"""
Operations on file handles
==========================

``name_to_handle`` asks for a handle of a path; ``open_by_handle`` opens the file one stands for.
Where the handle came from does not matter to the kernel, so here root of the host took it, of the
mount's tree as it lies on the disk: what the caller may reach by path decides nothing.
"""

from __future__ import annotations

from typing import Any

from kfuncviz.model.cred import Task
from kfuncviz.model.fhandle import do_handle_open
from kfuncviz.model.fs import VfsMount
from kfuncviz.model.lookup import user_path_at
from kfuncviz.model.stat import vfs_statx
from kfuncviz.scenario.notation import Mounts, Op, open_flags, shown


def name_to_handle(task: Task, mounts: Mounts, op: Op) -> None:
    """name_to_handle_at(2): it takes no more than the way to the file."""
    user_path_at(task, mounts[op["via"]], op["path"], follow=op.get("follow", False))


def open_by_handle(task: Task, mounts: Mounts, op: Op) -> dict[str, Any]:
    """open_by_handle_at(2) with the mount ``via2``; gives what fstat(2) says of the file."""
    tree = VfsMount(mounts[op["via"]].mnt_root, name="disk")
    named = user_path_at(Task(kernel=task.kernel), tree, op["path"], follow=False)
    mnt = mounts[op.get("via2", op["via"])]
    file = do_handle_open(task, mnt, named.inode, open_flags(op))
    stat = vfs_statx(task, file.f_path)
    return shown(stat) | {"nlink": stat.nlink, "size": stat.size}
