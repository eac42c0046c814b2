# SPDX-License-Identifier: BSD-3-Clause
"""Who may open a file by its handle: each rule alone, and by release.

The recorded answers of family ``handles`` hold the same for random trees and callers.
"""

from __future__ import annotations

from typing import Any

import pytest

from kfuncviz.model.capability import CAP_FULL_SET, cap_mask
from kfuncviz.model.cred import Cred, Task
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fhandle import do_handle_open
from kfuncviz.model.fs import Inode, SuperBlock, VfsMount
from kfuncviz.model.idmap import IdMap
from kfuncviz.model.mnt_idmapping import MntIdmap
from kfuncviz.model.namei import d_instantiate
from kfuncviz.model.open import Open
from kfuncviz.model.user_namespace import UserNamespace, init_user_ns

MAP = IdMap("0 10000 10")
BOX = UserNamespace("box", init_user_ns, uid_map=MAP, gid_map=MAP)
DIR, PATH, READ = Open.DIRECTORY | Open.READ, Open.PATH, Open.READ


def tree(*ids: int, ns: UserNamespace = BOX, mode: int = 0o40700) -> tuple[VfsMount, list[Inode]]:
    """A mount of a filesystem of ``ns``, and directories in each other with these owners."""
    mnt = VfsMount(SuperBlock(ns, root_uid=10000, root_gid=10000).s_root)
    found = [mnt.mnt_root]
    for number, id in enumerate(ids):
        inode = Inode(mnt.mnt_sb, mode, id, id)
        d_instantiate(found[-1], f"d{number}", inode)
        found.append(inode)
    return mnt, found[1:]


def task(caps: Any = "all", **more: Any) -> Task:
    return Task(Cred.of(10000, 10000, user_ns=BOX, caps=cap_mask(caps)), **more)


def errno(current: Task, mnt: VfsMount, inode: Inode, flags: Open) -> str | None:
    try:
        do_handle_open(current, mnt, inode, flags)
    except KernelError as error:
        return error.name
    return None


def test_one_capability_over_the_initial_namespace_will_do() -> None:
    mnt, (directory,) = tree(10005)
    one = Task(Cred.of(5, 5, caps=cap_mask(["CAP_DAC_READ_SEARCH"])))
    assert do_handle_open(one, mnt, directory, READ).f_inode is directory
    others = Task(Cred.of(5, 5, caps=CAP_FULL_SET & ~one.cred.cap_effective))
    with pytest.raises(KernelError) as caught:
        do_handle_open(others, mnt, directory, DIR)
    assert (caught.value.name, caught.value.cap, caught.value.cap_why) == (
        *("EPERM", "CAP_DAC_READ_SEARCH"), "not held",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("caps", "flags", "ns", "err"),
    [
        ("all", DIR, BOX, None),
        (["CAP_SYS_ADMIN", "CAP_DAC_READ_SEARCH"], DIR, BOX, None),
        ("-CAP_SYS_ADMIN", DIR, BOX, "EPERM"),
        ("-CAP_DAC_READ_SEARCH", DIR, BOX, "EPERM"),
        ("all", READ, BOX, "EPERM"),
        ("all", DIR, init_user_ns, "EPERM"),
    ],
)
def test_within_a_namespace_only_directories_of_its_own_filesystem(
    caps: Any, flags: Open, ns: UserNamespace, err: str | None
) -> None:
    mnt, (directory,) = tree(10005, ns=ns)
    assert errno(task(caps), mnt, directory, flags) == err


def test_before_6_11_there_was_no_second_way() -> None:
    mnt, (directory,) = tree(10005)
    assert errno(task(kernel=(6, 10)), mnt, directory, DIR) == "EPERM"
    assert errno(task(kernel=(6, 11)), mnt, directory, DIR) is None


def test_a_file_is_stale_there_and_a_directory_with_a_stranger_above_it() -> None:
    mnt, (upper, lower) = tree(10, 10005)  # 10 has no id in the box
    file = Inode(mnt.mnt_sb, 0o100666, 10000, 10000)
    d_instantiate(mnt.mnt_root, "f", file)
    assert errno(task(), mnt, file, DIR) == "ESTALE"
    with pytest.raises(KernelError) as caught:
        do_handle_open(task(), mnt, lower, DIR)
    assert (caught.value.name, caught.value.path) == ("ESTALE", "d0/d1")
    assert errno(task(), VfsMount(lower), lower, DIR) is None
    assert errno(task(), VfsMount(upper), lower, DIR) == "ESTALE"
    assert errno(Task(), mnt, lower, DIR) is None


@pytest.mark.parametrize(
    ("kernel", "err"),
    [((6, 11), "EACCES"), ((6, 12, 47), "EACCES"), ((6, 12, 48), "ESTALE"), ((6, 15), "EACCES"),
     ((6, 16, 7), "EACCES"), ((6, 16, 8), "ESTALE"), ((6, 17), "ESTALE")],
)  # fmt: skip
def test_the_directory_itself_was_not_asked_before_6_17(kernel: Any, err: str) -> None:
    mnt, (strange,) = tree(10)
    assert errno(task(kernel=kernel), mnt, strange, DIR) == err
    with pytest.raises(KernelError) as caught:
        do_handle_open(task(), mnt, strange, DIR)
    assert caught.value.cap_why == "owner and group have no row in the caller's namespace"


def test_ids_are_asked_through_the_mount_that_is_brought() -> None:
    mnt, (directory,) = tree(10005)
    mnt.mnt_idmap = MntIdmap("m", IdMap("0 0 10"), IdMap("0 0 10"))  # shows host ids 0 to 9
    assert errno(task(), mnt, directory, DIR) == "ESTALE"
    assert errno(Task(), mnt, directory, DIR) is None


def test_what_is_opened_is_opened_as_ever() -> None:
    mnt, (directory,) = tree(10005)
    link = Inode(mnt.mnt_sb, 0o120777, 10000, 10000)
    d_instantiate(directory, "l", link)
    assert errno(Task(), mnt, link, READ) == "ELOOP"
    assert errno(Task(), mnt, link, DIR) == "ELOOP"
    assert errno(Task(), mnt, link, PATH) is None
    assert errno(Task(), mnt, link, PATH | Open.DIRECTORY) == "ENOTDIR"
    assert errno(Task(), mnt, directory, PATH | Open.DIRECTORY) is None
    assert errno(Task(), mnt, directory, Open.WRITE) == "EISDIR"
    reader = Task(Cred.of(5, 5, caps=cap_mask(["CAP_DAC_READ_SEARCH"])))
    file = Inode(mnt.mnt_sb, 0o100600, 10000, 10000)
    d_instantiate(directory, "f", file)
    assert errno(reader, mnt, file, READ) is None
    assert errno(reader, mnt, file, Open.WRITE) == "EACCES"
