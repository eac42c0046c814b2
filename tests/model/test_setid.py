# SPDX-License-Identifier: BSD-3-Clause
"""Changing one's ids: whose they may become, which capabilities go, and what older kernels did.

That the rules are the kernel's is held by its recorded answers (families ``ids`` and ``mixed``);
here each rule stands alone, so that a refusal's reason and a release can be asked.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kfuncviz.model.capability import CAP_FS_SET, CAP_FULL_SET, CAP_NAMES
from kfuncviz.model.cred import (
    SECBIT_KEEP_CAPS,
    SECBIT_NO_SETUID_FIXUP,
    SECBIT_NOROOT,
    Cred,
    Task,
)
from kfuncviz.model.errors import KernelError
from kfuncviz.model.idmap import IdMap
from kfuncviz.model.setid import setfsgid, setfsuid, setgroups, setresgid, setresuid
from kfuncviz.model.uidgid import gid_t, kgid_t, kuid_t, uid_t
from kfuncviz.model.user_namespace import UserNamespace, init_user_ns

MAP = IdMap("0 10000 10")
BOX = UserNamespace("box", init_user_ns, uid_map=MAP, gid_map=MAP)
ROOT = Task()
#: Real, effective and saved ids 5, 6 and 7, filesystem ids 8, and no capability.
PLAIN = Task(
    replace(
        Cred.of(5, 5), euid=kuid_t(6), suid=kuid_t(7), fsuid=kuid_t(8), egid=kgid_t(6),
        sgid=kgid_t(7), fsgid=kgid_t(8),
    )
)  # fmt: skip


def uids(cred: Cred) -> tuple[int, ...]:
    return cred.uid, cred.euid, cred.suid, cred.fsuid


def gids(cred: Cred) -> tuple[int, ...]:
    return cred.gid, cred.egid, cred.sgid, cred.fsgid


def ids(*values: int | None) -> list[Any]:
    return list(values)


def test_any_of_the_three_may_become_any_other_and_the_fourth_follows() -> None:
    for wanted, after in (
        (ids(6, 7, 5), (6, 7, 5, 7)),
        (ids(None, 5, None), (5, 5, 7, 5)),
        (ids(7, None, None), (7, 6, 7, 6)),
        (ids(None, None, 5), (5, 6, 5, 6)),
        (ids(None, 6, None), (5, 6, 7, 6)),
    ):
        assert uids(setresuid(PLAIN, *wanted)) == after
        assert gids(setresgid(PLAIN, *wanted)) == after
        assert gids(setresuid(PLAIN, *wanted)) == gids(PLAIN.cred)
        assert uids(setresgid(PLAIN, *wanted)) == uids(PLAIN.cred)


@pytest.mark.parametrize("place", range(3))
def test_another_number_takes_the_capability_each_its_own(place: int) -> None:
    wanted = ids(None, None, None)
    wanted[place] = 8  # the filesystem id is none of the three
    for call, cap in ((setresuid, "CAP_SETUID"), (setresgid, "CAP_SETGID")):
        with pytest.raises(KernelError) as caught:
            call(PLAIN, *wanted)
        assert (caught.value.name, caught.value.cap, caught.value.cap_why) == (
            *("EPERM", cap), "not held",
        )  # fmt: skip
        other = {"CAP_SETUID": "CAP_SETGID", "CAP_SETGID": "CAP_SETUID"}[cap]
        for held, works in ((cap, True), (other, False)):
            mask = 1 << CAP_NAMES.index(held)
            able = replace(PLAIN, cred=replace(PLAIN.cred, cap_effective=mask))
            if works:
                assert 8 in (*uids(call(able, *wanted))[:3], *gids(call(able, *wanted))[:3])
            else:
                with pytest.raises(KernelError, match="EPERM"):
                    call(able, *wanted)


def test_an_id_without_a_row_is_no_id_and_comes_before_the_capability() -> None:
    boxed = Task(Cred.of(10001, 10001, user_ns=BOX))
    for call, kind in ((setresuid, "uid"), (setresgid, "gid")):
        with pytest.raises(KernelError) as caught:
            call(boxed, *ids(None, None, 10))
        error = caught.value
        assert (error.name, error.kind, error.id, error.missing_row) == (
            *("EINVAL", kind, 10), (10, 10010, 1),
        )  # fmt: skip
    able = replace(boxed, cred=replace(boxed.cred, cap_effective=CAP_FULL_SET))
    assert uids(setresuid(able, *ids(1, 2, 3))) == (10001, 10002, 10003, 10002)
    assert uids(setfsuid(able, uid_t(10))) == uids(able.cred)
    assert gids(setfsgid(able, gid_t(10))) == gids(able.cred)
    with pytest.raises(KernelError, match="EINVAL"):
        setgroups(able, [gid_t(0), gid_t(10)])
    assert setgroups(able, [gid_t(9), gid_t(0)]).groups == {10009, 10000}


@pytest.mark.parametrize(
    ("kernel", "fs"),
    [((5, 15, 108), 6), ((5, 15, 109), 8), ((6, 0), 6), ((6, 1, 25), 6), ((6, 1, 26), 8),
     ((6, 2, 12), 6), ((6, 2, 13), 8), ((6, 3), 8)],
)  # fmt: skip
def test_a_call_that_changes_nothing_used_to_reset_the_filesystem_id(kernel: Any, fs: int) -> None:
    old = replace(PLAIN, kernel=kernel)
    for nothing in (ids(None, None, None), ids(5, None, 7)):
        assert uids(setresuid(old, *nothing)) == (5, 6, 7, fs)
        assert gids(setresgid(old, *nothing)) == (5, 6, 7, fs)
    assert uids(setresuid(old, *ids(None, 6, None)))[3] == 6


def test_the_filesystem_id_is_set_without_a_word() -> None:
    for own in (5, 6, 7, 8):
        assert setfsuid(PLAIN, uid_t(own)).fsuid == own
        assert setfsgid(PLAIN, gid_t(own)).fsgid == own
    assert setfsuid(PLAIN, uid_t(9)) == PLAIN.cred == setfsgid(PLAIN, gid_t(9))
    assert setfsuid(ROOT, uid_t(9)).fsuid == setfsgid(ROOT, gid_t(9)).fsgid == 9


def test_the_capabilities_over_files_follow_the_filesystem_uid() -> None:
    left = setfsuid(ROOT, uid_t(9))
    assert left.cap_effective == CAP_FULL_SET & ~CAP_FS_SET
    assert left.cap_permitted == CAP_FULL_SET
    names = {name for cap, name in enumerate(CAP_NAMES) if CAP_FS_SET >> cap & 1}
    assert names == {
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID",
        "CAP_LINUX_IMMUTABLE", "CAP_MKNOD", "CAP_MAC_OVERRIDE",
    }  # fmt: skip
    back = setfsuid(replace(ROOT, cred=left), uid_t(0))
    assert back.cap_effective == CAP_FULL_SET
    few = replace(left, cap_permitted=1 | 1 << 7, cap_effective=1 << 7)
    assert setfsuid(replace(ROOT, cred=few), uid_t(0)).cap_effective == 1 | 1 << 7
    assert setfsuid(replace(ROOT, cred=left), uid_t(8)).cap_effective == left.cap_effective
    fixed = replace(ROOT, cred=replace(ROOT.cred, securebits=SECBIT_NO_SETUID_FIXUP))
    assert setfsuid(fixed, uid_t(9)).cap_effective == CAP_FULL_SET


#: (secure bits, new uids) and what is left: permitted, effective, ambient.
LEFT = [
    (0, (9, 9, 9), (0, 0, 0)),
    (0, (9, 9, None), ("all", 0, "all")),
    (0, (None, 9, 9), ("all", 0, "all")),
    (0, (9, None, 9), ("all", "all", "all")),
    (SECBIT_NOROOT, (9, 9, 9), (0, 0, 0)),
    (SECBIT_KEEP_CAPS, (9, 9, 9), ("all", 0, 0)),
    (SECBIT_KEEP_CAPS, (9, 9, None), ("all", 0, "all")),
    (SECBIT_NO_SETUID_FIXUP, (9, 9, 9), ("all", "all", "all")),
]


@pytest.mark.parametrize(("bits", "wanted", "left"), LEFT)
def test_who_stops_being_root_loses_capabilities(bits: int, wanted: Any, left: Any) -> None:
    cred = replace(ROOT.cred, securebits=bits, cap_ambient=CAP_FULL_SET)
    after = setresuid(replace(ROOT, cred=cred), *wanted)
    sets = after.cap_permitted, after.cap_effective, after.cap_ambient
    assert sets == tuple(CAP_FULL_SET if each == "all" else each for each in left)


def test_root_is_that_of_ones_own_namespace() -> None:
    boxed = Task(Cred.of(10000, 10000, user_ns=BOX, caps=CAP_FULL_SET))
    assert setresuid(boxed, *ids(1, 1, 1)).cap_permitted == 0
    stranger = Task(Cred.of(10005, 10000, user_ns=BOX, caps=CAP_FULL_SET))
    assert setresuid(stranger, *ids(1, 1, 1)).cap_effective == CAP_FULL_SET


def test_the_effective_uid_that_becomes_root_gets_what_is_permitted() -> None:
    some = replace(Cred.of(9, 9), suid=kuid_t(0), cap_permitted=3, cap_effective=0)
    assert setresuid(Task(some), *ids(None, 0, None)).cap_effective == 3
    assert setresuid(Task(some), *ids(0, None, None)).cap_effective == 0
    assert setresuid(Task(replace(some, uid=kuid_t(0))), *ids(9, 9, 9)).cap_permitted == 0


def test_groups_are_a_set() -> None:
    assert Cred.of(1, 1, groups=(5, 4, 5)).groups == {4, 5}
    assert setgroups(ROOT, [gid_t(5), gid_t(4), gid_t(5)]).groups == {4, 5}


def test_setgroups_wants_a_capability_a_map_and_no_denial() -> None:
    denied = UserNamespace("denied", init_user_ns, uid_map=MAP, gid_map=MAP)
    denied.setgroups_allowed = False
    unwritten = UserNamespace("unwritten", init_user_ns, uid_map=MAP)
    for ns, caps, words in (
        (BOX, 0, "needs CAP_SETGID"),
        (unwritten, CAP_FULL_SET, "before the gid_map of unwritten is written"),
        (denied, CAP_FULL_SET, "the setgroups file of denied says deny"),
    ):
        with pytest.raises(KernelError, match=words) as caught:
            setgroups(Task(Cred.of(10000, 10000, user_ns=ns, caps=caps)), [])
        assert caught.value.name == "EPERM"
    assert caught.value.cap is None
