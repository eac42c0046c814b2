# SPDX-License-Identifier: BSD-3-Clause
"""
Why an idmapped mount is refused
================================

The list against the model: each condition alone gives its errno, and of two that hold at once the
one that stands first does, on every release that has both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import combinations

import pytest

from kfuncviz.diagnosis.conditions import CONDITIONS, Condition, conditions
from kfuncviz.model.capability import cap_mask
from kfuncviz.model.cred import Cred, MntNamespace, Task
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fs import MNT_LOCK_READONLY, MNT_READONLY, Inode, Path, SuperBlock, VfsMount
from kfuncviz.model.idmap import IdMap
from kfuncviz.model.mnt_idmapping import MntIdmap
from kfuncviz.model.namespace import (
    AT_EMPTY_PATH,
    MOUNT_ATTR_RDONLY,
    OtherFd,
    UsernsFd,
    mount_setattr,
)
from kfuncviz.model.releases import Release
from kfuncviz.model.user_namespace import UserNamespace, init_user_ns

ROWS = IdMap("0 10000 10")


def space(uid: IdMap | None = ROWS, gid: IdMap | None = ROWS) -> UserNamespace:
    return UserNamespace("ns", init_user_ns, uid_map=uid, gid_map=gid)


@dataclass
class Asked:
    """A call that succeeds, until something is changed."""

    sb: SuperBlock = field(default_factory=lambda: SuperBlock(fs_type="ext4"))
    fd: UsernsFd = field(default_factory=space)
    task: Task = field(default_factory=Task)
    flags: int = AT_EMPTY_PATH
    clear: int = 0
    mount_flags: int = 0
    mnt_ns: MntNamespace | None = None
    was_attached: bool = False
    idmapped: bool = False
    writers: int = 0
    below: bool = False

    def errno(self, kernel: Release) -> str | None:
        mnt = VfsMount(self.sb.s_root, mnt_flags=self.mount_flags, mnt_ns=self.mnt_ns)
        mnt.was_attached, mnt.writers = self.was_attached, self.writers
        if self.idmapped:
            mnt.mnt_idmap = MntIdmap("idmapped", ROWS, ROWS)
        inode = Inode(self.sb, 0o040755) if self.below else mnt.mnt_root
        try:
            mount_setattr(replace(self.task, kernel=kernel), Path(mnt, inode), userns_fd=self.fd,
                          flags=self.flags, attr_clr=self.clear)  # fmt: skip
        except KernelError as error:
            return error.name
        return None


def no_admin(asked: Asked) -> None:
    asked.task = Task(cred=Cred.of(0, 0, caps=cap_mask("-CAP_SYS_ADMIN")))


def locked(asked: Asked) -> None:
    asked.mount_flags, asked.clear = MNT_READONLY | MNT_LOCK_READONLY, MOUNT_ATTR_RDONLY


def own(asked: Asked) -> None:
    asked.sb.s_user_ns = asked.fd  # type: ignore[assignment]


def of_userns(asked: Asked) -> None:
    asked.sb.s_user_ns = space()


def elsewhere(asked: Asked) -> None:
    asked.mnt_ns, asked.was_attached = MntNamespace("other", init_user_ns), True


#: What makes a condition hold, by the beginning of its words.
BREAKS: dict[str, Callable[[Asked], None]] = {
    "flags or attributes": lambda asked: setattr(asked, "flags", AT_EMPTY_PATH | 1 << 30),
    "no CAP_SYS_ADMIN over the caller's": no_admin,
    "the descriptor is not open": lambda asked: setattr(asked, "fd", OtherFd("O_PATH")),
    "the descriptor is no user": lambda asked: setattr(asked, "fd", OtherFd("file")),
    "it is the initial": lambda asked: setattr(asked, "fd", init_user_ns),
    "the path is not": lambda asked: setattr(asked, "below", True),
    "the map has rows": lambda asked: setattr(asked, "fd", space(gid=None)),
    "the mount is in another": elsewhere,
    "a flag of the mount": locked,
    "it is the user namespace": own,
    "the mount is idmapped": lambda asked: setattr(asked, "idmapped", True),
    "the type of filesystem": lambda asked: setattr(asked, "sb", SuperBlock(fs_type="nfs")),
    "this instance": lambda asked: setattr(asked.sb, "noidmap", True),
    "the filesystem was mounted": of_userns,
    "the mount is, or was": lambda asked: [
        setattr(asked, "mnt_ns", asked.task.mnt_ns), setattr(asked, "was_attached", True),
    ],
    "a file is open": lambda asked: setattr(asked, "writers", 1),
}  # fmt: skip
#: What cannot hold at once: there is one descriptor, one filesystem, one place of the mount.
ONE_THING = [
    {BREAKS[words] for words in BREAKS if words.startswith(starts)}
    for starts in (
        ("the descriptor", "it is", "the map"),
        ("the type", "this instance", "the filesystem", "it is the user"),
        ("the mount is in", "the mount is, or was"),
    )
]
#: These need a caller in a user namespace of its own, which the model's own tests have.
ELSEWHERE = ("the kernel has no", "no CAP_SYS_ADMIN in the user namespace")
RELEASES: tuple[Release, ...] = ((5, 12), (5, 17), (6, 0), (6, 9), (6, 12), (7, 3))


def broken(condition: Condition) -> Callable[[Asked], None] | None:
    found = [each for words, each in BREAKS.items() if condition.words.startswith(words)]
    return found[0] if found else None


def test_every_condition_is_here_or_elsewhere() -> None:
    missing = [each.words for each in CONDITIONS if broken(each) is None]
    assert all(words.startswith(ELSEWHERE) for words in missing)
    assert len(missing) == 3
    assert len(CONDITIONS) == len(BREAKS) + len(missing)


@pytest.mark.parametrize("kernel", RELEASES)
def test_a_condition_alone_gives_its_errno(kernel: Release) -> None:
    assert Asked().errno(kernel) is None
    for condition in CONDITIONS:
        if change := broken(condition):
            asked = Asked()
            change(asked)
            holds = condition in conditions(condition.errno, kernel)
            assert asked.errno(kernel) == (condition.errno if holds else None), condition.words


@pytest.mark.parametrize("kernel", RELEASES)
def test_the_first_of_two_decides(kernel: Release) -> None:
    told = [each for each in CONDITIONS if each in conditions(each.errno, kernel)]
    number = 0
    for first, second in combinations([each for each in told if broken(each)], 2):
        if any({*map(broken, (first, second))} <= one_thing for one_thing in ONE_THING):
            continue
        both = Asked()
        for each in (second, first):
            broken(each)(both)  # type: ignore[misc]
        assert both.errno(kernel) == first.errno, (first.words, second.words)
        number += 1
    assert number > 60


def test_before_5_12_there_is_no_such_call() -> None:
    (only,) = conditions("ENOSYS", (5, 11))
    assert only.words == "the kernel has no mount_setattr(2), which is of 5.12"
    assert conditions("ENOSYS", (5, 12)) == []
    assert conditions("EINVAL", (5, 11)) == []
    assert len(conditions("EINVAL")) == 10


def test_the_conditions_in_words() -> None:
    assert [each.words for each in conditions("EINVAL", (5, 12))] == [
        "flags or attributes that this kernel does not know",
        "the descriptor is no user namespace",
        "the path is not the root of its mount",
        "the mount is in another mount namespace",
        "it is the user namespace that the filesystem itself belongs to",
        "the type of filesystem cannot be idmapped",
        "the filesystem was mounted in a user namespace",
        "the mount is, or was, attached: only a detached clone is idmapped",
    ]
    assert [each.words for each in conditions("EPERM", (7, 3))] == [
        "no CAP_SYS_ADMIN over the caller's own mount namespace",
        "it is the initial user namespace, which maps nothing",
        "no CAP_SYS_ADMIN in the user namespace whose map it is",
        "a flag of the mount is locked, and would be gone",
        "the mount is idmapped already; open_tree_attr(2) of 6.15 may replace it on a clone",
        "no CAP_SYS_ADMIN in the user namespace in which the filesystem was mounted",
    ]
    words = "the map has rows for uids or gids alone; both must be written"
    assert words in [each.words for each in conditions("EINVAL", (6, 9))]
    since = {each.since for each in conditions("EINVAL", (7, 3))}
    assert since == {(5, 12), (6, 9), (6, 12)}
