# SPDX-License-Identifier: BSD-3-Clause
"""
What differs between kernels
============================

The arithmetic has not changed since 6.0; the rules around it have.  Each row of :data:`CHANGES`
is a rule the model switches on the ``kernel`` it is asked to be, with the release that brought it
and where that is known from.  Only Linux 6.18 was measured; older behaviour is read from source.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from kfuncviz.model.errors import KernelError

Release = tuple[int, int]

#: Oldest release with idmapped mounts, and the newest one the model follows.
OLDEST: Release = (5, 12)
NEWEST: Release = (6, 18)


class Change(NamedTuple):
    """One rule: since which release it holds, what it says, and where that can be read."""

    since: Release
    text: str
    source: str


CHANGES = {
    "verify_root_map": Change((5, 12), "mapping the parent's uid 0 needs CAP_SETFCAP", "v5.12"),
    "s_user_ns": Change(
        (5, 17),
        "filesystems mounted in a user namespace may be idmapped, but not by that very namespace",
        "v5.17",
    ),
    "userns_fd_capable": Change(
        (6, 0), "the caller needs CAP_SYS_ADMIN in the user namespace used", "commit bf1ac16edf67"
    ),
    "nop_is_identity": Change(
        (6, 0),
        "without a mount idmapping chown takes any valid id, even one foreign to the filesystem",
        "v6.0; remembered, not re-checked",
    ),
    "setattr_should_drop_sgid": Change(
        (6, 2),
        "setgid without group execute is dropped unless the caller is in the group or has "
        "CAP_FSETID",
        "v6.2",
    ),
    "tmpfs_idmap": Change((6, 3), "tmpfs can be idmapped", "v6.3"),
    "own_maps": Change(
        (6, 8), "a mnt_idmap owns copies of the maps instead of a user namespace", "v6.8"
    ),
    "unwritten_einval": Change(
        (6, 9), "a namespace with an unwritten map is refused", "commit dacfd001eaf2"
    ),
    "sb_i_noidmap": Change((6, 12), "a superblock can refuse idmapping (fuse)", "v6.12"),
    "open_tree_attr": Change(
        (6, 15), "open_tree_attr(2) may replace or clear the idmapping of a fresh clone", "v6.15"
    ),
    "statmount_idmap": Change((6, 15), "statmount(2) reports the maps of a mount", "v6.15"),
    "tmpfile_mapping": Change(
        (6, 18), "O_TMPFILE by an unmapped caller is refused", "measured on 6.18.44"
    ),
}


def release(name: str | Release) -> Release:
    """``"6.18"`` as a release, checked against what the model follows.

    >>> release("6.1")
    (6, 1)
    >>> release("4.19")
    Traceback (most recent call last):
        ...
    kfuncviz.model.errors.KernelError: ENOSYS: no idmapped mounts in 4.19; 5.12 is the first \
release with them, 6.18 the newest modelled here
    """
    if isinstance(name, str):
        match = re.fullmatch(r"v?(\d{1,3})\.(\d{1,3})(?:\.\d{1,5})?", name)
        if match is None:
            raise KernelError("EINVAL", f"{name!r} is not a kernel release such as '6.18'")
        name = (int(match[1]), int(match[2]))
    if not OLDEST <= name <= NEWEST:
        raise KernelError(
            "ENOSYS",
            f"no idmapped mounts in {name[0]}.{name[1]}; 5.12 is the first release with them, "
            f"6.18 the newest modelled here"
            if name < OLDEST
            else f"{name[0]}.{name[1]} is not modelled; 6.18 is the newest",
        )
    return name


def since(kernel: Release, rule: str) -> bool:
    """Whether this kernel follows the rule.

    >>> since((6, 1), "tmpfs_idmap"), since((6, 3), "tmpfs_idmap")
    (False, True)
    """
    return kernel >= CHANGES[rule].since
