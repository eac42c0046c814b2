# SPDX-License-Identifier: BSD-3-Clause
"""
Why an idmapped mount is refused
================================

From an errno of mount_setattr(2) to the conditions that give it, in the order in which the kernel
looks, as far as a release has them.  The first that holds decides: below an EINVAL nothing has been
looked at.

Mirrors ``fs/namespace.c``, as :mod:`kfuncviz.model.namespace` has it; semantics section 16.1.
"""

from __future__ import annotations

from typing import NamedTuple

from kfuncviz.model.releases import Release

_ALWAYS: Release = (0, 0)


class Condition(NamedTuple):
    """One check: its errno, what fails it, since which release and up to which it is made."""

    errno: str
    words: str
    since: Release = (5, 12)
    until: Release | None = None

    @property
    def when(self) -> str:
        """Since and up to when a condition is there, if it was not always.

        >>> Condition("EINVAL", "it", (6, 9)).when
        ' (since 6.9)'
        """
        if self.until is not None and self.until > (5, 12):
            return " (before {}.{})".format(*self.until)
        return " (since {}.{})".format(*self.since) if self.since > (5, 12) else ""


#: In the kernel's order.
CONDITIONS = (
    Condition("ENOSYS", "the kernel has no mount_setattr(2), which is of 5.12", _ALWAYS, (5, 12)),
    Condition("EINVAL", "flags or attributes that this kernel does not know"),
    Condition("EPERM", "no CAP_SYS_ADMIN over the caller's own mount namespace"),
    Condition("EBADF", "the descriptor is not open, or is O_PATH"),
    Condition("EINVAL", "the descriptor is no user namespace"),
    Condition("EPERM", "it is the initial user namespace, which maps nothing"),
    Condition("EPERM", "no CAP_SYS_ADMIN in the user namespace whose map it is", (6, 0)),
    Condition("EINVAL", "the path is not the root of its mount"),
    Condition("EINVAL", "the map has rows for uids or gids alone; both must be written", (6, 9)),
    Condition("EINVAL", "the mount is in another mount namespace"),
    Condition("EPERM", "a flag of the mount is locked, and would be gone"),
    Condition("EINVAL", "it is the user namespace that the filesystem itself belongs to"),
    Condition("EPERM", "the mount is idmapped already; open_tree_attr(2) of 6.15 may replace it "
              "on a clone"),
    Condition("EINVAL", "the type of filesystem cannot be idmapped"),
    Condition("EINVAL", "this instance of fuse or virtiofs has not asked for it", (6, 12)),
    Condition("EINVAL", "the filesystem was mounted in a user namespace", until=(5, 17)),
    Condition("EPERM", "no CAP_SYS_ADMIN in the user namespace in which the filesystem was "
              "mounted"),
    Condition("EINVAL", "the mount is, or was, attached: only a detached clone is idmapped"),
    Condition("EBUSY", "a file is open for writing through the mount"),
)  # fmt: skip


def conditions(errno: str, kernel: Release | None = None) -> list[Condition]:
    """The conditions that give an errno, in the order in which this kernel looks.

    Without a release those of every one are given.

    >>> [each.words for each in conditions("EBUSY")]
    ['a file is open for writing through the mount']
    >>> len(conditions("EPERM", (5, 15))), len(conditions("EPERM", (6, 0)))
    (5, 6)
    """
    return [
        each
        for each in CONDITIONS
        if each.errno == errno
        and (kernel is None or (each.since <= kernel and (not each.until or kernel < each.until)))
    ]
