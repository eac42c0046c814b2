# SPDX-License-Identifier: BSD-3-Clause
"""
kfuncs: wrappers, verifier, contracts, thread
=============================================

What the patch of July 2023 would have given BPF programs, which of it the verifier would let them
call, what each way of exposing kernel internals promises, and who argued what.  Pure: everything
here works on the model and on small data files.

>>> from kfuncviz import kfuncs
>>> kfuncs.split_vfs_ids(0x64_000003e8)
VfsIds(uid=1000, gid=100)
>>> kfuncs.verifier.kfunc("bpf_get_file_vfs_ids", "6.5").prototype()
'u64 bpf_get_file_vfs_ids(struct file *file)'
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from kfuncviz.kfuncs.wrappers import (
    MntIdmapPointer,
    VfsIds,
    bpf_file_mnt_idmap,
    bpf_get_file_vfs_ids,
    bpf_inode_into_vfs_ids,
    bpf_is_idmapped_mnt,
    split_vfs_ids,
)

__all__ = (
    "MntIdmapPointer",
    "VfsIds",
    "bpf_file_mnt_idmap",
    "bpf_get_file_vfs_ids",
    "bpf_inode_into_vfs_ids",
    "bpf_is_idmapped_mnt",
    "split_vfs_ids",
)

_ROOMS = ("contracts", "thread", "verifier")


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return import_module(f"kfuncviz.kfuncs.{name}")
    raise AttributeError(f"module 'kfuncviz.kfuncs' has no attribute {name!r}")
