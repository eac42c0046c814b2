# SPDX-License-Identifier: BSD-3-Clause
"""
The wrappers: three of the patch, one of the reply
==================================================

What "fs: Add kfuncs to handle idmapped mounts" (July 2023) offered BPF programs, and the fourth
a reply proposed instead, over the model's own mounts, files and inodes.  None of them is in any
kernel.  They return what stat cannot say: 0xffffffff in the half whose id has no mapping, where
stat shows 65534.

Mirrors the patch and the reply; their prototypes and message ids are in
:mod:`kfuncviz.kfuncs.verifier` and ``data/thread``.
"""

from __future__ import annotations

from operator import index
from typing import NamedTuple, NoReturn, TypeVar
from weakref import WeakKeyDictionary

from kfuncviz.kfuncs.known import shown
from kfuncviz.model.fs import (
    File,
    Inode,
    VfsMount,
    file_mnt_idmap,
    i_gid_into_vfsgid,
    i_uid_into_vfsuid,
    is_idmapped_mnt,
)
from kfuncviz.model.mnt_idmapping import MntIdmap
from kfuncviz.model.trace import traced
from kfuncviz.model.uidgid import INVALID

SOURCE = "the patch of July 2023; in no kernel"

_HALF = 32  # bits
T = TypeVar("T")


class MntIdmapPointer:
    """``struct mnt_idmap *`` as a wrapper hands it out: meant to be passed on.

    Opaque to C code and modules, for its definition is private to fs/mnt_idmapping.c.  A BPF
    program that has the kernel's BTF can read it, and is then bound to its layout; the model shows
    the pointer alone.  Two pointers to the same idmapping are equal, as in C.

    >>> from kfuncviz.model.fs import Path, SuperBlock
    >>> root = SuperBlock().s_root
    >>> bpf_file_mnt_idmap(File(Path(VfsMount(root), root))).uid_map
    Traceback (most recent call last):
        ...
    AttributeError: 'uid_map' is inside struct mnt_idmap, which C code and modules cannot read...
    """

    __slots__ = ("__weakref__",)

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(
            f"{name!r} is inside struct mnt_idmap, which C code and modules cannot read: its "
            f"definition is private to fs/mnt_idmapping.c; a BPF program with BTF can, and is "
            f"bound to its layout"
        )

    def __repr__(self) -> str:
        return "<struct mnt_idmap *, opaque to C code and modules>"


#: One pointer for each idmapping, so that pointers compare as in C; and what each points to.
_POINTERS: WeakKeyDictionary[MntIdmap, MntIdmapPointer] = WeakKeyDictionary()
_POINTEES: WeakKeyDictionary[MntIdmapPointer, MntIdmap] = WeakKeyDictionary()


def _pointer_to(idmap: MntIdmap) -> MntIdmapPointer:
    pointer = _POINTERS.setdefault(idmap, MntIdmapPointer())
    _POINTEES[pointer] = idmap
    return pointer


class VfsIds(NamedTuple):
    """Both halves of a result; ``None`` where the mount has no mapping."""

    uid: int | None
    gid: int | None


@traced("4", SOURCE)
def bpf_is_idmapped_mnt(mnt: VfsMount) -> bool:
    """Whether a mount translates owners.

    >>> from kfuncviz.model.fs import SuperBlock
    >>> bpf_is_idmapped_mnt(VfsMount(SuperBlock().s_root))
    False
    """
    return is_idmapped_mnt(_kernel_object(mnt, VfsMount, "struct vfsmount *"))


@traced("4", SOURCE)
def bpf_file_mnt_idmap(file: File) -> MntIdmapPointer:
    """The idmapping of the mount a file was opened through, as a pointer to pass on."""
    return _pointer_to(file_mnt_idmap(_kernel_object(file, File, "struct file *")))


@traced("6", SOURCE)
def bpf_inode_into_vfs_ids(idmap: MntIdmapPointer, inode: Inode) -> int:
    """Owner and group of an inode seen through an idmapping: ``gid << 32 | uid``.

    Nothing ties the idmapping to the inode: with the pointer of another mount the answer is another
    one, and the wrapper cannot notice.

    Raises ``TypeError`` for what is neither, and for a pointer that no wrapper returned.
    """
    pointer = _kernel_object(idmap, MntIdmapPointer, "struct mnt_idmap *")
    if pointer not in _POINTEES:
        raise TypeError("this struct mnt_idmap * came from no wrapper; ask bpf_file_mnt_idmap()")
    return _vfs_ids(_POINTEES[pointer], _kernel_object(inode, Inode, "const struct inode *"))


@traced("6", SOURCE)
def bpf_get_file_vfs_ids(file: File) -> int:
    """The reply's single function: the same 64 bits, from the file alone.

    >>> from kfuncviz.api import Scenario
    >>> f = Scenario.load("home-on-a-stick").open("home/letter.txt", via="stick")
    >>> split_vfs_ids(bpf_get_file_vfs_ids(f))
    VfsIds(uid=1125, gid=1125)
    """
    file = _kernel_object(file, File, "struct file *")
    return _vfs_ids(file_mnt_idmap(file), file.f_inode)


def _vfs_ids(idmap: MntIdmap, inode: Inode) -> int:
    return i_gid_into_vfsgid(idmap, inode) << _HALF | i_uid_into_vfsuid(idmap, inode)


def split_vfs_ids(value: int) -> VfsIds:
    """The two halves of a wrapper's 64-bit result.

    Raises ``TypeError`` for what is no number, ``ValueError`` for one that is no unsigned 64-bit.

    >>> split_vfs_ids(0xffffffff_000003e8)
    VfsIds(uid=1000, gid=None)
    """
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"want a wrapper's 64-bit result, not {shown(value)}")
    number = index(value)
    if not 0 <= number < 1 << 64:
        raise ValueError(
            f"{shown(number)} is no result of a wrapper: those are unsigned 64-bit numbers"
        )
    halves = number & INVALID, number >> _HALF
    return VfsIds(*(None if half == INVALID else half for half in halves))


def _kernel_object(value: object, kind: type[T], name: str) -> T:
    if not isinstance(value, kind):
        raise TypeError(f"want a {name} of the model, not {shown(value)}")
    return value
