# SPDX-License-Identifier: BSD-3-Clause
"""
What the model says when it refuses
===================================

Every sentence that the recorded scenarios bring forth, with errno, check and section of the
semantics, stands in ``tests/data/refusals.txt`` as it was read and found right; ``#`` stands for
numbers and ``…`` for names.  ``refusals.json`` lists scenarios of the recordings that bring forth
each of them.  After a change run ``python -m tests.model.test_sentences``, and read what differs.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kfuncviz.model.errors import KernelError
from kfuncviz.model.trace import deciding
from kfuncviz.scenario.replay import OpReplay, replay_traced

Replayed = list[tuple[OpReplay, ...]]

DATA = Path(__file__).parents[1] / "data"
SENTENCES, SCENARIOS = DATA / "refusals.txt", DATA / "refusals.json"
#: Recordings in a format of their own.
OF_THEIR_OWN = {"kernel-map-writes", "kernel-open-flags", "kernel-states"}
#: What differs between two refusals of one kind, and what stands for it.
ALIKE = (
    (r"could not be made: .*", "could not be made: …"),
    (r"(?<!\w)'[^']*'(?!\w)", "'…'"),
    (r'"[^"]*"(, "[^"]*")*(, \.\.\.)?', '"…"'),
    (r"\b[A-Z][A-Z0-9]*\.(?=[ug]id_map)", "…."),
    (r"\b(userns|of|in|over) [A-Z](?!\w)", r"\1 …"),
    (r"\b(?:user|trusted)\.\w+", "…"),
    (r"\b\d[\d.]*\b", "#"),
    (r"(?:read|write|execute)(?:/(?:write|execute))*(?= to this task|;|$)", "…"),
)


def recordings() -> list[str]:
    """Those whose scenarios are in the format that everybody writes."""
    names = {path.name.partition(".")[0] for path in DATA.glob("kernel-*.jsonl.gz")}
    return sorted(names - OF_THEIR_OWN)


def lines(recording: str) -> list[str]:
    with gzip.open(DATA / f"{recording}.jsonl.gz", "rt") as file:
        return file.readlines()


def alike(words: str) -> str:
    """The same of all refusals of one kind."""
    for pattern, instead in ALIKE:
        words = re.sub(pattern, instead, words)
    return words


def sentences(ops: tuple[OpReplay, ...]) -> Iterator[str]:
    """What is said of each refused operation."""
    for op in ops:
        if op.why is not None:
            rule, *more = alike(op.why.words).split("; ")
            yield f"{op.why.errno} {op.why.check} [{op.why.section}, {op.why.file}]: {rule}"
            yield from (f"; {clause}" for clause in more)


def replayed(recorded: str) -> tuple[OpReplay, ...]:
    return replay_traced(json.loads(recorded)["scenario"]).ops


@pytest.fixture(scope="module")
def chosen() -> Replayed:
    """The scenarios that bring forth every sentence, replayed."""
    return [
        replayed(recorded[number])
        for recording, numbers in json.loads(SCENARIOS.read_text()).items()
        for recorded in [lines(recording)]
        for number in numbers
    ]


def test_every_refusal_is_worded_as_it_was_read(chosen: Replayed) -> None:
    said = {sentence for ops in chosen for sentence in sentences(ops)}
    assert sorted(said) == SENTENCES.read_text("utf-8").splitlines()


#: Refusals that are about no inode: about a name, a mount, a task, or two things at once.
OF_NO_INODE = """
EBUSY do_renameat2: '…' cannot be renamed by this name
EBUSY do_renameat2: '…' cannot be renamed to
EBUSY mount_setattr: a file is open for writing through the mount
EEXIST do_renameat2: '…' cannot be renamed to
EEXIST do_renameat2: '…' exists
EEXIST filename_create: '…' names something that exists
EINVAL __sys_setresgid: gid # is no id in the caller's user namespace
EINVAL __sys_setresuid: uid # is no id in the caller's user namespace
EINVAL can_idmap_mount: the filesystem's own user namespace cannot idmap it
EINVAL can_idmap_mount: the mount is, or was, attached: only a detached clone is idmapped
EINVAL cap_convert_nscap: the value is no struct vfs_cap_data
EINVAL cap_inode_getsecurity: the attribute is empty
EINVAL do_readlinkat: it is no symlink
EINVAL do_renameat2: a directory cannot move into itself
EINVAL do_renameat2: the target holds the source
EINVAL do_rmdir: '…' cannot be removed by this name
EINVAL get_vfs_caps_from_disk: security.capability is empty: the file is not executed
EINVAL mount_setattr: an idmapping is not cleared
EINVAL mount_setattr: the mount is in no mount namespace of the caller's
EINVAL mount_setattr: the path is not the root of its mount
EINVAL move_mount: a directory is attached to a directory, a file to a file
EINVAL move_mount: the mount is below a detached one: only the top is attached
EINVAL move_mount: the mount is in no mount namespace of the caller's
EINVAL move_mount: the mount is locked: it hides what is below it
EINVAL move_mount: the path is not the root of its mount
EINVAL move_mount: the target is in no mount namespace of the caller's
EINVAL move_mount: the target is in the tree that is to be attached
EINVAL open_tree: mounts below it are locked: a copy without them would show what they hide
EINVAL open_tree: recursive is for clones: the flags lack OPEN_TREE_CLONE
EINVAL open_tree: the mount is in no mount namespace of the caller's
EINVAL open_tree_attr: an idmapping is not cleared
EINVAL open_tree_attr: the path is not the root of its mount
EINVAL posix_acl_xattr_count: shorter than the header of an ACL
EINVAL setgroups: gid # is no id in the caller's user namespace
EINVAL vfs_getxattr: the attribute's name ends with the dot
EINVAL vfs_setxattr: the attribute's name ends with the dot
EISDIR do_unlinkat: '…' is a directory
EISDIR do_unlinkat: the path ends with a slash
EISDIR open_last_lookups: O_CREAT with a slash at the end
ELOOP move_mount: the target is below the mount itself
ENAMETOOLONG getname: a path has at most # bytes
ENODATA vfs_getxattr: an attribute is not set
ENOENT do_renameat2: the directory was removed
ENOENT do_renameat2: there is no '…' to exchange with
ENOENT filename_create: '…' ends with a slash but would be no directory
ENOENT getname: the path is empty
ENOENT move_mount: what the mount shows was removed
ENOENT move_mount: where it is to be attached was removed
ENOENT statmount: the mount is in no mount namespace of the caller's
ENOEXEC do_execveat: the file's content is no program
ENOTDIR do_renameat2: a path ends with a slash but the source is no directory
ENOTDIR do_renameat2: the path ends with a slash but is no directory
ENOTDIR do_unlinkat: the path ends with a slash
ENOTEMPTY do_renameat2: the target holds the source
ENOTEMPTY do_rmdir: '…' cannot be removed by this name
EOPNOTSUPP posix_acl_xattr_count: the value is no POSIX ACL of version #
EOPNOTSUPP vfs_getxattr: no filesystem handles attributes named '…'
EOPNOTSUPP vfs_removexattr: no filesystem handles attributes named '…'
EOPNOTSUPP vfs_setxattr: no filesystem handles attributes named '…'
EPERM __sys_setresgid: a task without the capability changes only among its own real, \
effective and saved gid
EPERM __sys_setresuid: a task without the capability changes only among its own real, \
effective and saved uid
EPERM build_mount_idmapped: needs CAP_SYS_ADMIN in other
EPERM build_mount_idmapped: needs CAP_SYS_ADMIN in …
EPERM build_mount_idmapped: the initial user namespace maps nothing
EPERM can_idmap_mount: needs CAP_SYS_ADMIN over the filesystem's user namespace
EPERM can_idmap_mount: the mount is idmapped already, and that is for good
EPERM may_decode_fh: needs CAP_DAC_READ_SEARCH over the initial namespace
EPERM may_mount: needs CAP_SYS_ADMIN over the owner of the mount namespace
EPERM mount_setattr: nodev is locked in this mount namespace
EPERM mount_setattr: noexec is locked in this mount namespace
EPERM mount_setattr: nosuid is locked in this mount namespace
EPERM mount_setattr: ro is locked in this mount namespace
EPERM setgroups: needs CAP_SETGID
EPERM setgroups: the setgroups file of … says deny
ERANGE import_xattr_name: an attribute's name has # to # bytes
EROFS mnt_want_write: the mount is read-only
EXDEV do_linkat: the two paths go through different mounts
EXDEV do_renameat2: the two paths go through different mounts
"""


def refusals(chosen: Replayed) -> Iterator[tuple[str, KernelError]]:
    """Every refusal by errno, check and rule."""
    for ops in chosen:
        for op in ops:
            step = deciding(op.steps)
            if step is not None and step.error is not None:
                rule = alike(step.error.rule).partition("; ")[0]
                rule = re.sub(r"^\S+ is not set$", "an attribute is not set", rule)
                yield f"{step.error.name} {step.function}: {rule}", step.error


def test_a_refusal_says_at_which_inode_it_stood(chosen: Replayed) -> None:
    placed: dict[bool, set[str]] = {True: set(), False: set()}
    for said, error in refusals(chosen):
        placed[error.path is not None].add(said)
        named = re.match(r"(?:there is no )?'([^/']+)'", error.rule)
        if named and error.path is not None:
            assert error.path.rpartition("/")[2] == named[1], error
    nowhere = {*OF_NO_INODE.replace("\\\n", "").strip().splitlines()}
    assert placed[False] <= nowhere
    assert not placed[True] & nowhere


def write() -> None:
    """Look for scenarios that bring forth every sentence, and write both files."""
    said = {
        (name, number): set(sentences(replayed(line)))
        for name in recordings()
        for number, line in enumerate(lines(name))
    }
    found = sorted(set().union(*said.values()))
    numbers: dict[str, list[int]] = {}
    while any(said.values()):
        name, number = max(said, key=lambda place: len(said[place]))
        numbers.setdefault(name, []).append(number)
        new = said[name, number]
        said = {place: left - new for place, left in said.items()}
    SCENARIOS.write_text(json.dumps(numbers, sort_keys=True) + "\n")
    SENTENCES.write_text("\n".join(found) + "\n", "utf-8")


if __name__ == "__main__":
    write()
