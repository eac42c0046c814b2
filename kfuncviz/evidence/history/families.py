# SPDX-License-Identifier: BSD-3-Clause
"""
Whose kfunc is it? The file that defines it, and the family the file belongs to
===============================================================================

kfuncs of one file tend to share their fate, and some subsystems go their own way: sched_ext takes
its names back on dates it announces, and the oldest kfuncs of all are those of TCP's congestion
control. A statement about "kfuncs" mixes them; here they are told apart.
"""

from __future__ import annotations

from functools import cache

from kfuncviz.evidence.data.load import registered
from kfuncviz.evidence.history.lives import Life

SCHED_EXT, TCP, VFS = "sched_ext", "TCP congestion control", "VFS"
_FOLDERS = {SCHED_EXT: "kernel/sched/ext", TCP: "net/ipv4/tcp_", VFS: "fs/"}


def home(life: Life) -> str:
    """The file that defined a kfunc when the life began.

    >>> from kfuncviz.evidence.history.lives import every_life
    >>> next(home(life) for life in every_life() if life.kfunc == "bpf_get_file_xattr")
    'kernel/trace/bpf_trace.c'
    """
    file: str = registered()[life.born][life.kfunc]["defined_in"]
    return file


@cache
def subsystems() -> tuple[str, ...]:
    """The directories that define kfuncs: of `kernel/` the next one too, of the others the first.

    >>> subsystems()[:3], len(subsystems())
    (('arch/', 'drivers/', 'fs/'), 11)
    """
    files = {row["defined_in"] for rows in registered().values() for row in rows.values()}
    depth = {file: 2 if file.startswith("kernel/") else 1 for file in files}
    parts = {file: file.split("/")[:-1][: depth[file]] for file in files}
    return tuple(sorted({f"{'/'.join(found)}/" for found in parts.values()}))


@cache
def family(name: str) -> frozenset[str]:
    """The kfuncs that some release defines in a file of a family: sched_ext, TCP's, the VFS.

    Raises KeyError for another family.

    >>> len(family("sched_ext")), len(family("VFS"))
    (85, 15)
    """
    return frozenset(
        kfunc
        for kfuncs in registered().values()
        for kfunc, row in kfuncs.items()
        if row["defined_in"].startswith(_FOLDERS[name])
    )
