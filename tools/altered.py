# SPDX-License-Identifier: BSD-3-Clause
"""
Models that are wrong in one thing
==================================

Each puts one wrong reading into the kernel model itself, for as long as ``altered(name)`` lasts.
What a chapter says its reader can rely on has to fail under each; ``BEYOND`` says which of them
cannot touch a chapter, and why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from kfuncviz.model import cred, inode, map_write, mnt_idmapping
from kfuncviz.model.cred import Cred, Sysctl
from kfuncviz.model.errors import KernelError
from kfuncviz.model.idmap import Extent, IdMap
from kfuncviz.model.user_namespace import DEFAULT_OVERFLOW

_DOWN, _UP = IdMap.extent_down, IdMap.extent_up


def _turned(lookup: Callable[..., Any]) -> Callable[..., Any]:
    def found(self: IdMap, id: int, count: int = 1) -> Extent | None:
        row = lookup(self, id, count)
        return None if row is None else Extent(row.lower_first, row.first, row.count)

    return found


def _passing(lookup: Callable[..., Any]) -> Callable[..., Any]:
    def found(self: IdMap, id: int, count: int = 1) -> Extent | None:
        return lookup(self, id, count) or Extent(id, id, count)

    return found


def _starting(self: IdMap, id: int, count: int = 1) -> Extent | None:
    row = _DOWN(self, id, count)
    return None if row is None else Extent(id, row.lower_first, count)


_INIT = KernelError.__init__
_ORDER = {"EPERM": "EACCES", "EACCES": "EOVERFLOW", "EOVERFLOW": "EINVAL", "EINVAL": "EPERM"}


def _other_errno(self: Any, name: str, *arguments: Any, **more: Any) -> None:
    _INIT(self, _ORDER.get(name, name), *arguments, **more)


_OVERFLOWS = tuple(
    99 if value == DEFAULT_OVERFLOW else value for value in Sysctl.__init__.__defaults__ or ()
)


def _held(cred: Cred, _: Any, cap: int) -> bool:
    return bool(cred.cap_effective >> cap & 1)


def _anybody(*_: Any) -> bool:
    return True


#: What each changes: where it stands, its name there, what takes its place.
ALTERED: Mapping[str, tuple[tuple[Any, str, Any], ...]] = {
    "another overflow id": ((Sysctl.__init__, "__defaults__", _OVERFLOWS),),
    "columns reversed": ((IdMap, "extent_down", _turned(_UP)),
                         (IdMap, "extent_up", _turned(_DOWN))),
    "mount gone through backwards": ((mnt_idmapping, "map_id_down", mnt_idmapping.map_id_up),
                                     (mnt_idmapping, "map_id_up", mnt_idmapping.map_id_down)),
    "errnos exchanged": ((KernelError, "__init__", _other_errno),),
    "capability always counts": ((cred, "cap_capable", _held), (map_write, "cap_capable", _held),
                                 (inode, "vfsuid_has_mapping", _anybody),
                                 (inode, "vfsgid_has_mapping", _anybody)),
    "unlisted ids pass": ((IdMap, "extent_down", _passing(_DOWN)),
                          (IdMap, "extent_up", _passing(_UP))),
    "no offset in a row": ((IdMap, "extent_down", _starting),),
}  # fmt: skip

#: What a chapter does not speak of, so that no fact of it can tell.
BEYOND: Mapping[tuple[str, str], str] = {
    ("00", "capability always counts"): "it asks who owns a file, and not what that allows",
    ("01", "capability always counts"): "it asks where a row leads, and not who may go there",
    ("02", "mount gone through backwards"): "it writes maps of user namespaces; no mount has one",
    ("09", "mount gone through backwards"): "it is about nested namespaces; no mount has a map",
}  # fmt: skip

#: Chapters whose facts are asked elsewhere, and why.
ELSEWHERE: Mapping[str, str] = {
    "11": "they are of the verifier, whose rules are no rules of ids",
    "13": "they are of documents and of what a change breaks",
    "14": "they are of releases",
    "15": "they are of mails",
}


@contextmanager
def altered(name: str) -> Iterator[None]:
    """The model with one thing wrong."""
    with ExitStack() as patches:
        for one in ALTERED[name]:
            patches.enter_context(patch.object(*one))
        yield
