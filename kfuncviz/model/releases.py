# SPDX-License-Identifier: BSD-3-Clause
"""
What differs between kernels
============================

The arithmetic has not changed since 6.0; the rules around it have.  Each row of :data:`CHANGES`
is a rule the model switches on the ``kernel`` it is asked to be, with the release and the commit
that brought it.  Only Linux 6.18 was measured; older behaviour is read from source.
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
    """One rule: since which release it holds, what it says, and the commit that brought it.

    ``commit`` has twelve digits, ``subject`` is that of the commit; both are empty where no single
    commit is known, and ``note`` says from where the rule is known then.
    """

    since: Release
    text: str
    commit: str
    subject: str
    note: str = ""

    @property
    def source(self) -> str:
        """The change as it is cited, and what else there is to say of it.

        >>> print(CHANGES["open_tree_attr"].source)
        commit c4a16820d901 ("fs: add open_tree_attr()") (in v6.15); replacing and clearing came ...
        """
        cited = f'commit {self.commit} ("{self.subject}") (in v{_dotted(self.since)})'
        return "; ".join(filter(None, (cited if self.commit else "", self.note)))


#: Commits and subjects were looked up in the logs of the kernel's own trees.
CHANGES = {
    "s_user_ns": Change(
        (5, 17),
        "filesystems mounted in a user namespace may be idmapped, but not by that very namespace",
        "bd303368b776",
        "fs: support mapped mounts of mapped filesystems",
    ),
    "userns_fd_capable": Change(
        (6, 0),
        "the caller needs CAP_SYS_ADMIN in the user namespace used",
        "bf1ac16edf67",
        "fs: require CAP_SYS_ADMIN in target namespace for idmapped mounts",
    ),
    "nop_is_identity": Change(
        (6, 0),
        "without a mount idmapping chown takes any valid id, even one foreign to the filesystem",
        "b27c82e12965",
        "attr: port attribute changes to new types",
        "that it is this commit is remembered, not re-checked",
    ),
    "setattr_should_drop_sgid": Change(
        (6, 2),
        "setgid without group execute is dropped unless the caller is in the group or has "
        "CAP_FSETID",
        "ed5a7047d201",
        "attr: use consistent sgid stripping checks",
    ),
    "unwritten_einval": Change(
        (6, 9),
        "a namespace with an unwritten map is refused",
        "dacfd001eaf2",
        "fs/mnt_idmapping.c: Return -EINVAL when no map is written",
    ),
    "sb_i_noidmap": Change(
        (6, 12),
        "a superblock can refuse idmapping (fuse)",
        "2097154a10c6",
        "namespace: introduce SB_I_NOIDMAP flag",
    ),
    "open_tree_attr": Change(
        (6, 15),
        "open_tree_attr(2) may replace or clear the idmapping of a fresh clone",
        "c4a16820d901",
        "fs: add open_tree_attr()",
        "replacing and clearing came with 2462651ffa76 in the same release",
    ),
    "statmount_idmap": Change(
        (6, 15),
        "statmount(2) reports the maps of a mount",
        "37c4a9590e1e",
        "statmount: allow to retrieve idmappings",
    ),
    "tmpfile_mapping": Change(
        (6, 18),
        "O_TMPFILE by an unmapped caller is refused",
        "",
        "",
        "measured on 6.18.44",
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
        match = re.fullmatch(r"v?([0-9]{1,3})\.([0-9]{1,3})(?:\.[0-9]{1,5})?", name)
        if match is None:
            raise KernelError("EINVAL", f"{name!r} is not a kernel release such as '6.18'")
        name = (int(match[1]), int(match[2]))
    if name < OLDEST:
        raise KernelError(
            "ENOSYS",
            f"no idmapped mounts in {_dotted(name)}; {_dotted(OLDEST)} is the first release with "
            f"them, {_dotted(NEWEST)} the newest modelled here",
        )
    if name > NEWEST:
        raise KernelError(
            "ENOSYS", f"{_dotted(name)} is not modelled; {_dotted(NEWEST)} is the newest"
        )
    return name


def _dotted(name: Release) -> str:
    return f"{name[0]}.{name[1]}"


def since(kernel: Release, rule: str) -> bool:
    """Whether this kernel follows the rule.

    >>> since((6, 8), "unwritten_einval"), since((6, 9), "unwritten_einval")
    (False, True)
    """
    return kernel >= CHANGES[rule].since
