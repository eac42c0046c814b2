# SPDX-License-Identifier: BSD-3-Clause
"""How a step reads: every kind of value, indentation, and nothing a terminal could obey."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from contextlib import suppress
from inspect import signature
from threading import Thread
from types import FunctionType

import pytest

import kfuncviz.model
from kfuncviz.model import trace
from kfuncviz.model.attr import (
    Iattr,
    chmod_common,
    chown_common,
    setattr_prepare,
    setattr_should_drop_suidgid,
)
from kfuncviz.model.commoncap import get_vfs_caps_from_disk
from kfuncviz.model.cred import Task, ns_capable
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fs import Path as KernelPath
from kfuncviz.model.fs import PosixAclEntry, SuperBlock, VfsMount, has_unmapped_id
from kfuncviz.model.idmap import IdMap, map_id_down, map_id_range_up, map_id_up
from kfuncviz.model.lookup import filename_parentat, open_last_lookups, user_path_at
from kfuncviz.model.mnt_idmapping import (
    invalid_mnt_idmap,
    make_vfsgid,
    nop_mnt_idmap,
    vfsuid_has_mapping,
)
from kfuncviz.model.namei import filename_create, vfs_symlink
from kfuncviz.model.open import Open, do_sys_open
from kfuncviz.model.permission import inode_permission
from kfuncviz.model.posix_acl import posix_acl_valid
from kfuncviz.model.posix_acl_xattr import vfs_set_acl
from kfuncviz.model.stat import do_readlinkat, vfs_statx
from kfuncviz.model.trace import deciding, hangs_on, is_recording, recording, traced
from kfuncviz.model.uidgid import INVALID, kgid_t, uid_t, vfsuid_t
from kfuncviz.model.user_namespace import from_kgid_munged, init_user_ns, make_kuid

ACL = (
    PosixAclEntry("user_obj", None, 7),
    PosixAclEntry("user", 5, 4),
    PosixAclEntry("group", INVALID, 3),
)
ATTR = Iattr(uid=vfsuid_t(1), mode=0o755, size=3, touch=True, force=True)


def first_line(run: Callable[[VfsMount], object]) -> str:
    mnt = VfsMount(SuperBlock().s_root, name="m")
    with recording() as steps, suppress(KernelError):
        run(mnt)
    return steps[0].line


@pytest.mark.parametrize(
    ("run", "line"),
    [
        (lambda m: make_kuid(init_user_ns, uid_t(7)), "make_kuid(init_user_ns, u7) = k7"),
        (lambda m: make_kuid(init_user_ns, uid_t(INVALID)), "make_kuid(init_user_ns, u-1) = k-1"),
        (lambda m: from_kgid_munged(init_user_ns, kgid_t(INVALID), 9),
         "from_kgid_munged(init_user_ns, k-1) = u9"),
        (lambda m: vfsuid_has_mapping(init_user_ns, vfsuid_t(3)),
         "vfsuid_has_mapping(init_user_ns, v3) = true"),
        (lambda m: make_vfsgid(invalid_mnt_idmap, init_user_ns, kgid_t(3)),
         "make_vfsgid(invalid_mnt_idmap, init_user_ns, k3) = v-1"),
        (lambda m: map_id_range_up(IdMap("0 5 2"), 9, 3), "map_id_range_up({0:5:2}, 9, 3) = -1"),
        (lambda m: ns_capable(Task(), init_user_ns, 21),
         "ns_capable(init_user_ns, CAP_SYS_ADMIN) = true"),
        (lambda m: inode_permission(Task(), nop_mnt_idmap, m.mnt_root, 3),
         "inode_permission(nop_mnt_idmap, </ k0:k0 0777>, MAY_WRITE|MAY_EXEC)"),
        (lambda m: chmod_common(Task(), KernelPath(m, m.mnt_root), 0o40777),
         "chmod_common(<mount m> </ k0:k0 0777>, 040777)"),
        (lambda m: chown_common(Task(), KernelPath(m, m.mnt_root), uid_t(0), None),
         "chown_common(<mount m> </ k0:k0 0777>, u0, NULL)"),
        (lambda m: setattr_prepare(Task(), nop_mnt_idmap, m.mnt_root, ATTR),
         ("setattr_prepare(nop_mnt_idmap, </ k0:k0 0777>, {uid=v1 mode=0755 size=3 touch force}) = "
         "{uid=v1 mode=0755 size=3 touch force}")),
        (lambda m: setattr_should_drop_suidgid(Task(), nop_mnt_idmap, m.mnt_root),
         "setattr_should_drop_suidgid(nop_mnt_idmap, </ k0:k0 0777>) = (false, false)"),
        (lambda m: posix_acl_valid(init_user_ns, ACL),
         ("posix_acl_valid(init_user_ns, {user_obj::rwx,user:k5:r--,group:k-1:-wx}) = -EINVAL: ACL "
         "entry 'group' is not allowed after 'user'")),
        (lambda m: vfs_set_acl(Task(), nop_mnt_idmap, m.mnt_root, "default", [("user", 7, "r-x")]),
         "vfs_set_acl(nop_mnt_idmap, </ k0:k0 0777>, ACL_TYPE_DEFAULT, {user:7:r-x}) = -EINVAL"),
        (lambda m: get_vfs_caps_from_disk(Task(), nop_mnt_idmap, m.mnt_root),
         "get_vfs_caps_from_disk(nop_mnt_idmap, </ k0:k0 0777>) = NULL"),
        (lambda m: do_sys_open(Task(), m, "f", Open.WRITE | Open.CREAT | Open.EXCL, 0o640),
         "do_sys_open(<mount m>, f, WRITE|CREAT|EXCL, 0640) = <file f via m>"),
        (lambda m: do_sys_open(Task(), m, "no", Open(0)),
         "do_sys_open(<mount m>, no, 0) = -ENOENT"),
        (lambda m: do_readlinkat(KernelPath(m, m.mnt_root)),
         "do_readlinkat(<mount m> </ k0:k0 0777>) = -EINVAL: it is no symlink"),
        (lambda m: filename_parentat(Task(), m, "x/"),
         "filename_parentat(<mount m>, x/) = <mount m> </ k0:k0 0777>/x"),
        (lambda m: has_unmapped_id(nop_mnt_idmap, m.mnt_root),
         "HAS_UNMAPPED_ID(nop_mnt_idmap, </ k0:k0 0777>) = false"),
        (lambda m: open_last_lookups(Task(), m, "gone", follow=True),
         "open_last_lookups(<mount m>, gone, true) = (<mount m> </ k0:k0 0777>/gone, NULL)"),
    ],
    ids=lambda value: value.split("(")[0] if isinstance(value, str) else "",
)  # fmt: skip
def test_a_step_reads_by_what_its_values_are_declared_as(
    run: Callable[[VfsMount], object], line: str
) -> None:
    assert first_line(run) == line


def test_every_argument_and_result_is_declared() -> None:
    """What :func:`_show` goes by."""
    for module in pkgutil.iter_modules(kfuncviz.model.__path__):
        found = importlib.import_module(f"kfuncviz.model.{module.name}")
        for value in vars(found).values():
            if isinstance(value, FunctionType) and hasattr(value, "kernel"):
                declared = {*value.__annotations__} - {"return"}
                assert declared == {*signature(value).parameters}, value.__name__
                assert "return" in value.__annotations__, value.__name__


NASTY = "\x1b]0;\x07\u202e\n\u2028"


def test_a_step_is_safe_for_a_terminal() -> None:
    mnt = VfsMount(SuperBlock().s_root, name=NASTY)
    with recording() as steps:
        do_sys_open(Task(), mnt, NASTY, Open.WRITE | Open.CREAT)
        last = filename_create(Task(), mnt, "l" + NASTY)
        link = vfs_symlink(Task(), last, NASTY)
        do_readlinkat(KernelPath(mnt, link))
        with suppress(KernelError):
            user_path_at(Task(), mnt, "gone" + NASTY, follow=True)
    assert len(steps) > 8
    for step in steps:
        for text in (step.line, step.call, step.answer, repr(step)):
            assert text.isprintable(), text


def test_depth_is_indentation() -> None:
    m = VfsMount(SuperBlock().s_root, name="m")
    with recording() as steps:
        vfs_statx(Task(), KernelPath(m, m.mnt_root))
    assert [(step.depth, step.function) for step in steps][:4] == [
        (0, "vfs_statx"), (1, "generic_fillattr"), (2, "i_uid_into_vfsuid"), (3, "make_vfsuid"),
    ]  # fmt: skip
    assert steps[3].line.startswith("      make_vfsuid(")
    assert repr(steps[3]) == "<make_vfsuid(nop_mnt_idmap, init_user_ns, k0) = v0>"


def test_a_recording_inside_another_is_its_own() -> None:
    with recording() as outer:
        make_kuid(init_user_ns, uid_t(1))
        with recording() as inner:
            make_kuid(init_user_ns, uid_t(2))
        make_kuid(init_user_ns, uid_t(3))
    assert [(step.result, step.depth) for step in outer] == [(1, 0), (1, 1), (3, 0), (3, 1)]
    assert [(step.result, step.depth) for step in inner] == [(2, 0), (2, 1)]


def test_without_a_recording_nothing_is_kept() -> None:
    with recording() as steps:
        assert is_recording() is True
    assert is_recording() is False
    make_kuid(init_user_ns, uid_t(1))
    hangs_on("0123456789ab")
    assert steps == []
    assert deciding(steps) is None


def test_another_threads_answers_mark_no_step_of_ours() -> None:
    with recording() as steps:
        thread = Thread(target=hangs_on, args=("0123456789ab",))
        thread.start()
        thread.join()
        make_kuid(init_user_ns, uid_t(1))
    assert [step.commit for step in steps] == ["", ""]


def test_a_look_up_carries_the_row_that_answered() -> None:
    rows = IdMap("0 5 2\n7 70 1")
    with recording() as steps:
        map_id_down(rows, 7)
        map_id_down(rows, 9)
        map_id_up(rows, 6)
    assert [step.row for step in steps] == [rows.extents[1], None, rows.extents[0]]


@traced("1", "fs/made_up.c")
def records_inside() -> None:
    with recording():
        make_kuid(init_user_ns, uid_t(1))
    map_id_up(IdMap(), 1)


def test_after_a_recording_the_one_around_it_goes_on_as_deep_as_before() -> None:
    with recording() as steps:
        records_inside()
    assert [(step.function, step.depth) for step in steps] == [
        ("records_inside", 0), ("map_id_up", 1),
    ]  # fmt: skip
    assert not trace._open_recordings
