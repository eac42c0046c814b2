# SPDX-License-Identifier: BSD-3-Clause
"""
What differs between kernels
============================

The arithmetic has not changed since 6.0; the rules around it have.  Each row of :data:`CHANGES` is
a rule the model switches on the kernel it is asked to be: the release and the commit that brought
it, the stable versions of older branches that took it over, and which kernels were asked.  What
those kernels answered is measured (and in the tests); everything else follows source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from kfuncviz.model.errors import KernelError
from kfuncviz.printable import short

#: A kernel as numbers: (6, 12) is a branch, its newest stable version; (6, 12, 43) one version.
Release = tuple[int, ...]


class Version(NamedTuple):
    """One kernel: a stable version of a branch.

    >>> str(Version(6, 12, 43)), Version(6, 12, 43) < Version(6, 12, 118)
    ('6.12.43', True)
    """

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


#: Newest stable version known of every branch; the last ones of a branch that has ended.
STABLE = {
    (5, 12): 19, (5, 13): 19, (5, 14): 21, (5, 15): 196, (5, 16): 20, (5, 17): 15, (5, 18): 19,
    (5, 19): 17, (6, 0): 19, (6, 1): 192, (6, 2): 16, (6, 3): 13, (6, 4): 16, (6, 5): 13,
    (6, 6): 117, (6, 7): 12, (6, 8): 12, (6, 9): 12, (6, 10): 14, (6, 11): 11, (6, 12): 118,
    (6, 13): 12, (6, 14): 11, (6, 15): 11, (6, 16): 12, (6, 17): 13, (6, 18): 44, (6, 19): 14,
    (7, 0): 13, (7, 1): 13, (7, 2): 13, (7, 3): 4,
}  # fmt: skip
_WANTED = "a kernel release such as '6.18' or '6.12.43'"
_NAME = re.compile(
    r"v?([0-9]{1,3})\.([0-9]{1,3})(?:\.([0-9]{1,5}))?(?P<more>[-+.~_ ].*)?", re.DOTALL
)
#: Oldest release with idmapped mounts.
OLDEST: Release = (5, 12)
#: The newest kernel that was asked, and the one a scenario means that names none.
NEWEST = Version(7, 3, 4)


def _kernels(text: str) -> tuple[Version, ...]:
    return tuple(Version(*map(int, name.split("."))) for name in text.split())


#: Kernels that answered whole scenarios, from 6.1.170 on.
RECORDED = _kernels(
    "6.1.170 6.1.192 6.12.43 6.12.118 6.16.12 6.17.13 6.18.5 6.18.15 6.18.44 6.19.14 7.0.13 7.1.13 "
    "7.2.13 7.3.4"
)
#: Those whose tmpfs can be idmapped, and those that were asked about making idmapped mounts.
_WITH_TMPFS = RECORDED[2:]
_MOUNTING = _kernels("6.1.192 6.12.118 6.16.12 6.17.13 6.18.5 6.18.44 7.2.13 7.3.4")
#: Asked about this one rule, more of them.
_TMPFILE = _kernels(
    "6.1.170 6.1.192 6.12.43 6.12.96 6.12.100 6.12.118 6.16.12 6.17.13 6.18.5 6.18.15 6.18.44 "
    "6.19.14 7.0.13 7.1.3 7.1.7 7.1.13 7.2.13 7.3.4"
)


#: The rules that were looked up in a block of :func:`consulted`; ``None`` outside of one.
_looked_up: ContextVar[set[Change] | None] = ContextVar("kfuncviz_looked_up", default=None)


@contextmanager
def consulted() -> Iterator[set[Change]]:
    """The rules looked up in this block: no other can have made a difference to it.

    A block around this one hears of them too.

    >>> with consulted() as rules:
    ...     _ = since((6, 8), "unwritten_einval")
    >>> [rule.commit for rule in rules]
    ['dacfd001eaf2']
    """
    rules: set[Change] = set()
    token = _looked_up.set(rules)
    try:
        yield rules
    finally:
        _looked_up.reset(token)
        outer = _looked_up.get()
        if outer is not None:
            outer |= rules


class Change(NamedTuple):
    """One rule: since which release it holds, what it says, and the commit that brought it.

    Attributes
    ----------
    since, text:
        The release that has it, and the rule.
    commit, subject, note:
        Twelve digits and the subject of the commit, both empty where no single commit is known;
        ``note`` says what else there is to say, or from where the rule is known then.
    backports:
        The first stable version with it, of branches older than ``since``.
    asked:
        The kernels that were asked about it, whatever they answered.
    """

    since: Release
    text: str
    commit: str
    subject: str
    note: str = ""
    backports: tuple[Version, ...] = ()
    asked: tuple[Version, ...] = ()

    @property
    def source(self) -> str:
        """The change as it is cited, and what else there is to say of it.

        >>> print(CHANGES["open_tree_attr"].source)
        commit c4a16820d901 ("fs: add open_tree_attr()") (in v6.15); replacing and clearing came ...
        """
        cited = f'commit {self.commit} ("{self.subject}") (in v{_dotted(self.since)})'
        return "; ".join(filter(None, (cited if self.commit else "", self.note)))

    def holds(self, kernel: Release) -> bool:
        """Whether a kernel follows the rule: by its branch, or by a backport to that.

        >>> sgid = CHANGES["setattr_should_drop_sgid"]
        >>> sgid.holds((6, 1, 14)), sgid.holds((6, 1, 15)), sgid.holds((6, 1)), sgid.holds((6, 0))
        (False, True, True, False)
        """
        looked_up = _looked_up.get()
        if looked_up is not None:
            looked_up.add(self)
        branch = kernel[:2]
        for first in self.backports:
            if first[:2] == branch:
                return kernel >= first if len(kernel) > 2 else STABLE.get(branch, 0) >= first.patch
        return branch >= self.since

    def measured(self, kernel: Release) -> bool:
        """Whether what this kernel does was seen: on it, or on kernels that leave no choice.

        What comes after a kernel with the rule has it, what comes before one without it has it
        not; but a rule that was taken back to older branches says nothing of a branch not asked.

        >>> rule = CHANGES["unwritten_einval"]
        >>> rule.measured((6, 1, 192)), rule.measured((6, 5)), rule.measured((6, 12))
        (True, False, True)
        """
        if len(kernel) == 2:
            kernel = (*kernel, STABLE.get(kernel, 0))
        if self.holds(kernel):
            return any(
                asked <= kernel and self.holds(asked)
                for asked in self.asked
                if asked[:2] == kernel[:2] or asked[:2] >= self.since
            )
        return any(
            asked >= kernel and not self.holds(asked)
            for asked in self.asked
            if asked[:2] == kernel[:2] or not self.backports
        )


#: Commits and subjects were looked up in the logs of the kernel's own trees.
CHANGES = {
    "nosymfollow_attr": Change(
        (5, 14),
        "mount_setattr(2) takes nosymfollow",
        "dd8b477f9a3d",
        'mount: Support "nosymfollow" in new mount api',
        asked=_kernels("6.18.44"),
    ),
    "s_user_ns": Change(
        (5, 17),
        "filesystems mounted in a user namespace may be idmapped, but not by that very namespace",
        "bd303368b776",
        "fs: support mapped mounts of mapped filesystems",
        asked=_WITH_TMPFS,
    ),
    "userns_fd_capable": Change(
        (6, 0),
        "the caller needs CAP_SYS_ADMIN in the user namespace used",
        "bf1ac16edf67",
        "fs: require CAP_SYS_ADMIN in target namespace for idmapped mounts",
        asked=_MOUNTING,
    ),
    "nop_is_identity": Change(
        (6, 0),
        "without a mount idmapping chown takes any valid id, even one foreign to the filesystem; "
        "with one, an id without a row is EOVERFLOW, before that EINVAL",
        "b27c82e12965",
        "attr: port attribute changes to new types",
        "that it is this commit is remembered, not re-checked",
        asked=RECORDED,
    ),
    "acl_fixup_by_buffer": Change(
        (6, 0),
        "an ACL is read through an idmapped mount in the mount's ids only with a buffer of 4 + 8n "
        "bytes; with any other, such as 4096, in the filesystem's (up to 6.1)",
        "0c5fd887d2bb",
        "acl: move idmapped mount fixup into vfs_{g,s}etxattr()",
        asked=RECORDED,
    ),
    "posix_acl_api": Change(
        (6, 2),
        "an ACL to be set is read first, in the caller's ids; before, the permission to write "
        "attributes came first, then the ACL, then the kind of inode",
        "318e66856dde",
        "xattr: use posix acl api",
        asked=RECORDED,
    ),
    "setattr_should_drop_sgid": Change(
        (6, 2),
        "setgid without group execute is dropped unless the caller is in the group or has "
        "CAP_FSETID",
        "ed5a7047d201",
        "attr: use consistent sgid stripping checks",
        "also in 6.1.15",
        backports=_kernels("6.1.15"),
        asked=RECORDED,
    ),
    "setres_nothing": Change(
        (6, 3),
        "setresuid(2) and setresgid(2) that change nothing leave the filesystem id alone; before, "
        "every call made it the effective one",
        "659c0ce1cb9e",
        "kernel/sys.c: fix and improve control flow in __sys_setres[ug]id()",
        "taken to stable branches in April 2023: as 5.15.109, 6.1.26 and 6.2.13, the numbers are "
        "remembered",
        backports=_kernels("5.15.109 6.1.26 6.2.13"),
        asked=_kernels("6.18.44"),
    ),
    "tmpfs_user_xattr": Change(
        (6, 6),
        "tmpfs has user.* attributes",
        "2daf18a7884d",
        "tmpfs,xattr: enable limited user extended attributes",
        asked=RECORDED,
    ),
    "statmount": Change(
        (6, 8),
        "statmount(2) shows the flags of a mount",
        "46eae99ef733",
        "add statmount(2) syscall",
        asked=_kernels("6.18.44"),
    ),
    "unwritten_einval": Change(
        (6, 9),
        "a namespace with an unwritten map is refused",
        "dacfd001eaf2",
        "fs/mnt_idmapping.c: Return -EINVAL when no map is written",
        asked=_MOUNTING,
    ),
    "setxattr_name_first": Change(
        (6, 11),
        "setxattr(2) looks at the name and the value before it walks the path",
        "",
        "",
        "after 6.1.192, not after 6.12.43: in which release between is not known",
        asked=RECORDED,
    ),
    "handles_in_userns": Change(
        (6, 11),
        "open_by_handle_at(2) opens directories for who has CAP_SYS_ADMIN over the filesystem's "
        "user namespace too, not for CAP_DAC_READ_SEARCH over the initial one alone",
        "620c266f3949",
        "fhandle: relax open_by_handle_at() permission checks",
        asked=_kernels("6.18.44"),
    ),
    "sb_i_noidmap": Change(
        (6, 12),
        "a superblock can refuse idmapping (fuse)",
        "2097154a10c6",
        "namespace: introduce SB_I_NOIDMAP flag",
        asked=_kernels("6.18.44"),
    ),
    "getxattr_name_first": Change(
        (6, 13),
        "getxattr(2) looks at the name before it walks the path",
        "0158005aaa3c",
        "replace do_getxattr() with saner helpers.",
        asked=RECORDED,
    ),
    "truncate_permission_first": Change(
        (6, 14),
        "truncate(2) asks for permission before it looks whether the mount is read-only",
        "4acf3bc76e52",
        "fsnotify: generate pre-content permission event on truncate",
        asked=_kernels("6.18.44"),
    ),
    "open_tree_detached": Change(
        (6, 15),
        "open_tree(2) clones a detached mount too",
        "c5c12f871a30",
        "fs: create detached mounts from detached mounts",
        asked=_MOUNTING,
    ),
    "open_tree_attr": Change(
        (6, 15),
        "open_tree_attr(2) may replace or clear the idmapping of a fresh clone",
        "c4a16820d901",
        "fs: add open_tree_attr()",
        "replacing and clearing came with 2462651ffa76 in the same release",
        asked=_MOUNTING,
    ),
    "move_mount_target_first": Change(
        (6, 15),
        "move_mount(2) walks the path of the target before that of the mount",
        "f9fde814de37",
        "fs: support getname_maybe_null() in move_mount()",
        asked=_kernels("6.18.44"),
    ),
    "move_mount_detached": Change(
        (6, 15),
        "move_mount(2) attaches a mount to a detached one too",
        "21107723831e",
        "fs: mount detached mounts onto detached mounts",
        asked=_kernels("6.18.44"),
    ),
    "open_tree_attr_clone": Change(
        (6, 17),
        "open_tree_attr(2) without OPEN_TREE_CLONE changes no idmapping of a detached mount",
        "9308366f0621",
        "open_tree_attr: do not allow id-mapping changes without OPEN_TREE_CLONE",
        "also in 6.16.4; known as CVE-2025-39717",
        backports=_kernels("6.16.4"),
        asked=_kernels("6.18.44"),
    ),
    "exec_id_changed": Change(
        (6, 17),
        "execve(2) compares the new effective ids with the effective ones, not with the real ones",
        "",
        "",
        "found in the source of 6.17, not in that of 6.14 and 6.12.15; 6.15 and 6.16 were not read",
        asked=_kernels("6.18.44"),
    ),
    "handle_of_unmapped": Change(
        (6, 17),
        "in a user namespace a handle of a directory whose own ids have no row there is stale; "
        "before, only the directories above it had to have them",
        "bb585591ebf0",
        "fhandle: use more consistent rules for decoding file handle from userns",
        "also in 6.12.48 and 6.16.8",
        backports=_kernels("6.12.48 6.16.8"),
        asked=_kernels("6.18.44"),
    ),
    "statmount_idmap": Change(
        (6, 15),
        "statmount(2) reports the maps of a mount",
        "37c4a9590e1e",
        "statmount: allow to retrieve idmappings",
        asked=_MOUNTING,
    ),
    "tmpfile_mapping": Change(
        (7, 2),
        "O_TMPFILE by an unmapped caller is refused",
        "539dce114465",
        "fs: refuse O_TMPFILE creation with an unmapped fsuid or fsgid",
        "also in 6.1.191 and 6.12.97; in 6.18 and 7.1 it came after 6.18.15 and 7.1.3 and was "
        "there in 6.18.44 and 7.1.7; of other branches nothing is known",
        backports=_kernels("6.1.191 6.12.97 6.18.44 7.1.7"),
        asked=_TMPFILE,
    ),
}


def release(name: str | Release) -> Version:
    """``"6.12.43"`` as a version, checked against what the model follows.

    A branch such as ``"6.12"`` means its newest stable version known.

    >>> release("6.12.43"), release("6.1")
    (Version(major=6, minor=12, patch=43), Version(major=6, minor=1, patch=192))
    >>> release("4.19")
    Traceback (most recent call last):
        ...
    kfuncviz.model.errors.KernelError: ENOSYS: no idmapped mounts in 4.19; 5.12 is the first \
release with them, 7.3 the newest modelled here
    """
    if isinstance(name, str):
        match = _NAME.fullmatch(name)
        if match is None or match["more"]:
            raise KernelError("EINVAL", f"{short(repr(name))} is not {_WANTED}{_hint(match)}")
        name = tuple(int(number) for number in match.groups()[:3] if number is not None)
    branch = name[:2]
    if branch < OLDEST:
        raise KernelError(
            "ENOSYS",
            f"no idmapped mounts in {_dotted(name)}; {_dotted(OLDEST)} is the first release with "
            f"them, {_dotted(NEWEST[:2])} the newest modelled here",
        )
    if branch not in STABLE:
        newest = _dotted(NEWEST[:2])
        raise KernelError("ENOSYS", f"{_dotted(name)} is not modelled; {newest} is the newest")
    return Version(*branch, name[2] if len(name) > 2 else STABLE[branch])


def _hint(match: re.Match[str] | None) -> str:
    """What to ask for instead of a name as a running kernel gives it."""
    if match is None:
        return ""
    branch = f"{match[1]}.{match[2]}"
    return (
        f"; 'uname -r' prints a distribution's name, whose third number may be its own: ask for "
        f"'{branch}', or for the stable version it is made of"
    )


def beyond(kernel: Release) -> str:
    """What to say of a version newer than any known of its branch; empty for every other.

    >>> beyond(Version(6, 12, 999))
    '6.12.999 is newer than 6.12.118, the newest of its branch known here, whose rules are followed'
    >>> beyond(Version(6, 12, 43))
    ''
    """
    major, minor = kernel[:2]
    newest = Version(major, minor, STABLE[major, minor])
    if kernel <= newest:
        return ""
    return (
        f"{_dotted(kernel)} is newer than {newest}, the newest of its branch known here, whose "
        "rules are followed"
    )


def _dotted(name: Release) -> str:
    return ".".join(map(str, name))


def since(kernel: Release, rule: str) -> bool:
    """Whether this kernel follows the rule.

    >>> since((6, 8), "unwritten_einval"), since((6, 9), "unwritten_einval")
    (False, True)
    """
    return CHANGES[rule].holds(kernel)
