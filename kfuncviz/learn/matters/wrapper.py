# SPDX-License-Identifier: BSD-3-Clause
"""
What a wrapper returns for an open file
=======================================

The four functions of :mod:`kfuncviz.kfuncs.wrappers`, called on a file of a scenario that was
opened through one of its mounts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Literal

from kfuncviz import kfuncs
from kfuncviz.explorers import outside
from kfuncviz.kfuncs.verifier import kfunc
from kfuncviz.learn.matters.matter import Plain, Slip
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fs import File, file_mnt_idmap
from kfuncviz.model.mnt_idmapping import nop_mnt_idmap
from kfuncviz.model.user_namespace import DEFAULT_OVERFLOW
from kfuncviz.render import bench
from kfuncviz.scenario.machine import Machine

Of = Literal["both", "uid", "gid", "u64"]
IS_IDMAPPED, IDMAP = "bpf_is_idmapped_mnt", "bpf_file_mnt_idmap"
INTO, OF_FILE = "bpf_inode_into_vfs_ids", "bpf_get_file_vfs_ids"
#: What a half holds whose id has no mapping.
NO_MAPPING = "0xffffffff"
#: What :data:`IDMAP` gives, in words; it is never NULL.
NOP, OWN = "a pointer to nop_mnt_idmap", "a pointer to the mount's own idmap"
NULL, REFUSED = "NULL", "an error"
#: The release whose prototype is drawn: the thread's.
_PROPOSED = "6.5"


@dataclass(frozen=True)
class Wrapper(Plain):
    """A call of one of the four.

    ``name`` is the wrapper, ``path`` and ``via`` the file and the mount it is opened through
    (``plain``: one without idmap).  ``idmap`` is the mount whose idmap is passed to
    ``bpf_inode_into_vfs_ids``, by default the file's own.  ``of`` says what of a 64-bit answer is
    wanted: ``both`` ids, the half of one, or the number itself, in hexadecimal.
    """

    voice: ClassVar[str] = "The model"

    document: Mapping[str, Any] = field(repr=False)
    name: str
    path: str
    via: str = "plain"
    idmap: str = ""
    of: Of = "both"

    def __post_init__(self) -> None:
        outside.known("wrapper", self.name, (IS_IDMAPPED, IDMAP, INTO, OF_FILE))
        if self.idmap and self.name != INTO:
            raise ValueError(f"{self.name} takes no idmap; {INTO} does")

    def key(self) -> str:
        """Both ids, one, the number, yes or no, or where a pointer leads; an errno where no file
        can be opened.
        """
        got = self._got
        return got.name if isinstance(got, KernelError) else self._words(got)

    def slips(self) -> Iterator[Slip]:
        """Halves exchanged, the mount left out, the wrong idmap noticed, stat's number, NULL."""
        seen = {self.key()}
        for slip in () if isinstance(self._got, KernelError) else self._every_slip():
            if slip.answer not in seen:
                seen.add(slip.answer)
                yield slip

    def told(self) -> Iterator[str]:
        """The number itself, or the rule under which there is no file."""
        got = self._got
        if isinstance(got, KernelError):
            yield f"Why: {got.rule}."
        elif isinstance(got, int) and not isinstance(got, bool):
            yield f"The number: `{_hex(got)}`, the gid in the high half, the uid in the low one."

    def drawn(self, width: int) -> str:
        """The 64 bits as two halves, or the pointer."""
        if isinstance(self._got, KernelError):
            return ""
        fn = kfunc(self.name, _PROPOSED)
        return bench.svg(fn, self._got, width=width, theme="lab", standalone=False)

    def table(self) -> list[dict[str, str]]:
        """The same as rows."""
        if isinstance(self._got, KernelError):
            return []
        return bench.table(kfunc(self.name, _PROPOSED), self._got)

    # ------------------------------------------------------------------------ the answer

    @cached_property
    def _machine(self) -> Machine:
        return Machine(self.document)

    def _file(self, via: str, path: str) -> File:
        return File(self._machine.path_at(self._machine.mount(via), path, follow=True))

    @cached_property
    def _got(self) -> bench.Returned | KernelError:
        """What is returned, or why there is no file to ask about."""
        try:
            return self._value()
        except KernelError as error:
            return error

    def _value(self) -> bench.Returned:
        file = self._file(self.via, self.path)
        if self.name == IS_IDMAPPED:
            return kfuncs.bpf_is_idmapped_mnt(file.f_path.mnt)
        if self.name == IDMAP:
            return kfuncs.bpf_file_mnt_idmap(file)
        if self.name == INTO:
            other = self._file(self.idmap, ".") if self.idmap else file
            return kfuncs.bpf_inode_into_vfs_ids(kfuncs.bpf_file_mnt_idmap(other), file.f_inode)
        return kfuncs.bpf_get_file_vfs_ids(file)

    def _words(self, value: bench.Returned) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, int):
            return self._ids(*kfuncs.split_vfs_ids(value))
        own = file_mnt_idmap(self._file(self.via, self.path)) is not nop_mnt_idmap
        return OWN if own else NOP

    def _ids(self, uid: int | None, gid: int | None) -> str:
        if self.of == "u64":
            return _hex((_raw(gid) << 32) | _raw(uid))
        halves = {"uid": _half(uid), "gid": _half(gid)}
        if self.of == "both":
            return ", ".join(f"{name} {half}" for name, half in halves.items())
        return halves[self.of]

    # ------------------------------------------------------------------------ what is not

    def _every_slip(self) -> Iterator[Slip]:
        file = self._file(self.via, self.path)
        if self.name == IDMAP:
            yield Slip(
                "NULL for no idmap", NULL, "You took a mount without rows for a missing pointer.",
                "Every mount has an idmap: one that maps nothing points to `nop_mnt_idmap`, an "
                "object that all such mounts share.",
            )  # fmt: skip
            return
        if self.name == IS_IDMAPPED:
            return
        uid, gid = kfuncs.split_vfs_ids(self._value())  # type: ignore[arg-type]
        if self.idmap:
            own = kfuncs.split_vfs_ids(kfuncs.bpf_get_file_vfs_ids(file))
            instead = (
                "An idmap and an inode are two arguments, and nothing ties one to the other: the "
                "answer is that of the idmap that was passed."
            )
            yield Slip("the wrong idmap is noticed", REFUSED,
                       "You let the wrapper notice whose idmap it is.", instead)  # fmt: skip
            yield Slip("the file's own idmap", self._ids(*own),
                       "You used the idmap of the mount the file was opened through.",
                       instead)  # fmt: skip
        yield Slip(
            "halves exchanged", self._ids(gid, uid), "You read the halves the wrong way round.",
            "It is gid << 32 | uid: the gid stands in the high half.",
        )  # fmt: skip
        inode = file.f_inode
        yield Slip(
            "the mount left out", self._ids(int(inode.i_uid), int(inode.i_gid)),
            "You gave what the disk stores.",
            "A file is asked about through the mount it was opened through.",
        )  # fmt: skip
        shown = [DEFAULT_OVERFLOW if half is None else half for half in (uid, gid)]
        yield Slip(
            "the overflow id", self._ids(*shown), "You gave what `stat` shows.",
            "`stat` has to show a number and puts 65534 where there is none; the wrapper hands out "
            "what the mount gives: 0xffffffff, no id at all.",
        )  # fmt: skip


def _raw(half: int | None) -> int:
    return 0xFFFFFFFF if half is None else half


def _half(half: int | None) -> str:
    return NO_MAPPING if half is None else str(half)


def _hex(value: int) -> str:
    """A number of 64 bits with its halves apart.

    >>> _hex(0x3e8_000003e9)
    '0x000003e8_000003e9'
    """
    return f"0x{value >> 32:08x}_{value & 0xFFFFFFFF:08x}"
