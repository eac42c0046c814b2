# SPDX-License-Identifier: BSD-3-Clause
"""Ids and maps as users hand them over, capabilities, permissions, refusals: each exactly."""

from __future__ import annotations

import copy
import errno
import pickle
import re
from typing import Any

import pytest

import kfuncviz.model.capability as capabilities
from kfuncviz.model import access
from kfuncviz.model.capability import CAP_FULL_SET, CAP_NAMES, cap_mask
from kfuncviz.model.errors import ERRNO, IdMapError, KernelError
from kfuncviz.model.idmap import Extent, IdMap, map_id_range_down, map_id_range_up, parse
from kfuncviz.model.trace import recording, traced
from kfuncviz.model.uidgid import (
    INVALID,
    INVALID_VFSGID,
    INVALID_VFSUID,
    LAST_ID,
    kuid_t,
    vfsgid_eq,
    vfsgid_into_kgid,
    vfsgid_t,
    vfsgid_valid,
    vfsuid_eq,
    vfsuid_eq_kuid,
    vfsuid_into_kuid,
    vfsuid_t,
    vfsuid_valid,
)

SMALL = IdMap("0 100000 10\n20 50 1")
LARGE = IdMap([(10 * i, 1000 - 20 * i, 3) for i in range(9)])


@pytest.mark.parametrize("idmap", [SMALL, LARGE, IdMap()], ids=["written order", "sorted", "empty"])
@pytest.mark.parametrize("look", ["down", "up"])
def test_only_an_id_can_be_looked_up(idmap: IdMap, look: str) -> None:
    ask = getattr(idmap, look)
    for wrong in (5.5, 5.0, True, False, "5", b"5", None, [5]):
        with pytest.raises(TypeError, match=rf"^an id is a whole number from 0 to {LAST_ID}, not "):
            ask(wrong)
    for outside in (-1, 1 << 32, 1 << 70):
        with pytest.raises(ValueError, match=f"not {outside}$"):
            ask(outside)
    assert ask(INVALID) is None


def test_what_is_no_id_is_shown_on_one_short_line() -> None:
    with pytest.raises(TypeError) as caught:
        SMALL.down("\x1b[31m\n" * 1000)  # type: ignore[arg-type]
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 150


def test_rows_and_maps_are_accepted_as_maps() -> None:
    for source in (
        SMALL.rows,
        tuple(SMALL.rows),
        [list(r) for r in SMALL.rows],
        SMALL,
        iter(SMALL),
    ):
        assert IdMap(source) == SMALL
    assert hash(IdMap(SMALL.rows)) == hash(SMALL)
    assert SMALL.rows != SMALL
    assert [bool(m) for m in (SMALL, IdMap())] == [True, False]
    assert len(LARGE) == 9


def test_a_map_shows_itself_short_and_whole() -> None:
    assert str(SMALL) == "{0:100000:10, 20:50:1}"
    assert str(IdMap("0 0 1\n1 2 1\n2 4 1")) == "{0:0:1, 1:2:1, 2:4:1}"
    assert str(IdMap("0 0 1\n1 2 1\n2 4 1\n3 6 1")) == "{4 extents}"
    assert eval(repr(SMALL), {"IdMap": IdMap}) == SMALL  # noqa: S307  (our own repr)


@pytest.mark.parametrize("idmap", [SMALL, LARGE], ids=["written order", "sorted"])
def test_a_range_needs_one_row_that_holds_all_of_it(idmap: IdMap) -> None:
    for first, lower, count in idmap.rows:
        for start in range(count):
            for length in range(1, count + 2):
                fits = start + length <= count
                down = map_id_range_down(idmap, first + start, length)
                up = map_id_range_up(idmap, lower + start, length)
                assert down == (lower + start if fits else INVALID)
                assert up == (first + start if fits else INVALID)
        assert map_id_range_down(idmap, first - 1, 2) == INVALID
        assert map_id_range_up(idmap, lower - 1, 2) == INVALID
        assert idmap.extent_down(first) == Extent(first, lower, count)
        assert idmap.extent_up(lower + count - 1) == Extent(first, lower, count)


def test_maps_of_the_same_rows_are_the_same_map() -> None:
    for number in (1, 5, 6, 9):
        rows = [Extent(10 * n, 1000 - 10 * n, 5) for n in range(number)]
        written = IdMap(rows)
        assert written == IdMap.of_extents(rows) == IdMap.of_extents(iter(rows))
        assert hash(written) == hash(IdMap.of_extents(rows))
        assert written != IdMap(rows[1:] or None)
        assert [written.up(1000 - 10 * n + 4) for n in range(number)] == [
            10 * n + 4 for n in range(number)
        ]


def test_up_to_five_rows_keep_their_order_and_more_are_sorted() -> None:
    rows = [(50, 5, 1), (40, 4, 1), (30, 3, 1), (20, 2, 1), (10, 1, 1)]
    assert IdMap(rows).rows == rows
    assert IdMap([*rows, (0, 0, 1)]).rows == sorted([*rows, (0, 0, 1)])


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (
            "0 0 10\n5 100 1",
            (
                "line 2: id 5 of col 1 overlaps line 1, which already maps 0...9; "
                "the next free id is 10"
            ),
        ),
        (
            "0 0 10\n100 9 1",
            (
                "line 2: id 9 of col 2 overlaps line 1, which already maps 0...9; "
                "the next free id is 10"
            ),
        ),
        (
            "7 0 1\n1 1 10",
            ("line 2: id 7 of col 1 overlaps line 1, which already maps 7; the next free id is 8"),
        ),
        (
            "0 0 10\n8 100 5",
            (
                "line 2: ids 8...9 of col 1 overlap line 1, which already maps "
                "0...9; the next free id is 10"
            ),
        ),
        (
            "10 0 10\n8 100 5",
            (
                "line 2: ids 10...12 of col 1 overlap line 1, which already maps "
                "10...19; the next free id is 20"
            ),
        ),
        (
            "0 0 4294967295\n5 5 1",
            "line 2: id 5 of col 1 overlaps line 1, which already maps 0...4294967294",
        ),
        (
            "0 0 4294967294\n5 5 1",
            (
                "line 2: id 5 of col 1 overlaps line 1, which already maps "
                "0...4294967293; the next free id is 4294967294"
            ),
        ),
        (
            "1 0 4294967295",
            (
                "line 1: inside 1 with count 4294967295 runs past 4294967294, the last "
                "id; the most from here is 4294967294"
            ),
        ),
        (
            "0 9 4294967295",
            (
                "line 1: outside 9 with count 4294967295 runs past 4294967294, the last "
                "id; the most from here is 4294967286"
            ),
        ),
        ("0 4294967295 1", "line 1: outside is 4294967295, which is never an id"),
        ("0 0 0", "line 1: a count of 0 maps nothing; the least is 1"),
        (
            "0 0 4294967296",
            "line 1: 32 bits are kept of the count: a count of 0 maps nothing; the least is 1",
        ),
        ("0 0 1\n0 0 ", "line 2: 2 of three numbers (col 1, col 2, count)"),
        ("0 0 1 2", "line 1: '2' after the third number"),
        ("0 x 1", "line 1: field 2 is 'x', not a plain decimal number"),
        ("u:0:1:2", "line 1: 'u:0:1:2': the three numbers are separated by spaces here"),
        ("0-1-2", "line 1: '0-1-2': the three numbers are separated by spaces here"),
        ("", "line 1: blank, but every line needs three numbers"),
        ("\x1b[1m 0 1", "line 1: field 1 is '\\x1b[1m', not a plain decimal number"),
    ],
)
def test_a_refused_map_names_its_line_and_what_would_be_right(text: str, rule: str) -> None:
    with pytest.raises(IdMapError) as caught:
        IdMap(text)
    assert caught.value.rule == rule
    assert caught.value.errno == errno.EINVAL


def test_most_lines_and_most_bytes() -> None:
    lines = [f"{i} {i} 1" for i in range(341)]
    assert len(parse("\n".join(lines[:340]).encode())) == 340
    assert len(parse("".join(line + "\n" for line in lines[:340]).encode())) == 340
    for end in ("", "\n"):
        with pytest.raises(IdMapError, match=r"^EINVAL: 341 lines; 340 is the most$"):
            parse(("\n".join(lines) + end).encode())
    assert parse(b"0 0 1".ljust(4095)) == (Extent(0, 0, 1),)
    with pytest.raises(IdMapError, match="4096 bytes; a write must stay below 4096"):
        parse(b"0 0 1".ljust(4096))


def test_comparisons_of_ids_seen_through_a_mount() -> None:
    five, six = vfsuid_t(5), vfsuid_t(6)
    assert [vfsuid_valid(five), vfsuid_valid(INVALID_VFSUID)] == [True, False]
    assert [vfsgid_valid(vfsgid_t(5)), vfsgid_valid(INVALID_VFSGID)] == [True, False]
    assert [vfsuid_eq(five, five), vfsuid_eq(five, six)] == [True, False]
    assert [vfsgid_eq(vfsgid_t(5), vfsgid_t(5)), vfsgid_eq(vfsgid_t(5), vfsgid_t(6))] == [
        True,
        False,
    ]
    assert not vfsuid_eq(INVALID_VFSUID, INVALID_VFSUID)
    assert not vfsgid_eq(INVALID_VFSGID, INVALID_VFSGID)
    assert [vfsuid_eq_kuid(five, kuid_t(5)), vfsuid_eq_kuid(five, kuid_t(6))] == [True, False]
    assert not vfsuid_eq_kuid(INVALID_VFSUID, kuid_t(INVALID))
    assert [vfsuid_into_kuid(five), vfsgid_into_kgid(INVALID_VFSGID)] == [5, INVALID]


# -- capabilities and permissions ---------------------------------------------------------------


def test_capabilities_have_the_numbers_of_their_names() -> None:
    named = {name: number for name, number in vars(capabilities).items() if name in CAP_NAMES}
    assert len(named) > 8
    assert {name: CAP_NAMES.index(name) for name in named} == named
    assert [CAP_NAMES[n] for n in (0, 21, 27, 31, 40)] == [
        "CAP_CHOWN", "CAP_SYS_ADMIN", "CAP_MKNOD", "CAP_SETFCAP", "CAP_CHECKPOINT_RESTORE",
    ]  # fmt: skip
    assert CAP_FULL_SET == 0x1FFFFFFFFFF


def test_every_capability_of_the_kernels_header() -> None:
    assert " ".join(name.removeprefix("CAP_").lower() for name in CAP_NAMES) == (
        "chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap "
        "linux_immutable net_bind_service net_broadcast net_admin net_raw ipc_lock ipc_owner "
        "sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin sys_boot sys_nice "
        "sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap "
        "mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf "
        "checkpoint_restore"
    )


def test_masks_of_capabilities() -> None:
    assert cap_mask("all") == CAP_FULL_SET
    assert cap_mask("none") == cap_mask([]) == 0
    assert cap_mask("-CAP_CHOWN,CAP_FSETID") == CAP_FULL_SET & ~0b10001
    for wrong, message in (
        ("CAP_CHOWN", "'CAP_CHOWN' is not 'all', 'none', '-CAP_...' or a list of names"),
        (["CAP_FLY"], "unknown capability 'CAP_FLY'"),
    ):
        with pytest.raises(ValueError, match=re.escape(message)):
            cap_mask(wrong)


def test_permissions_by_letter_name_and_word() -> None:
    assert [access.MAY_EXEC, access.MAY_WRITE, access.MAY_READ, access.MAY_ALL] == [1, 2, 4, 7]
    shown = [(access.perm_text(b), access.may_names(b), access.in_words(b)) for b in range(8)]
    assert shown == [
        ("---", "0", ""),
        ("--x", "MAY_EXEC", "execute"),
        ("-w-", "MAY_WRITE", "write"),
        ("-wx", "MAY_WRITE|MAY_EXEC", "write/execute"),
        ("r--", "MAY_READ", "read"),
        ("r-x", "MAY_READ|MAY_EXEC", "read/execute"),
        ("rw-", "MAY_READ|MAY_WRITE", "read/write"),
        ("rwx", "MAY_READ|MAY_WRITE|MAY_EXEC", "read/write/execute"),
    ]
    assert [access.perm_bits(text) for text, _, _ in shown] == list(range(8))


# -- refusals -----------------------------------------------------------------------------------


def test_errnos_have_linuxs_numbers() -> None:
    assert {name: getattr(errno, name) for name in ERRNO} == ERRNO


@traced("1", "fs/made_up.c")
def refuses(kind: type[KernelError]) -> None:
    raise kind("EPERM", "line 3: no")


@pytest.mark.parametrize("kind", [KernelError, IdMapError])
@pytest.mark.parametrize(
    "carried", [lambda e: pickle.loads(pickle.dumps(e)), copy.copy, copy.deepcopy],  # noqa: S301
    ids=["pickle", "copy", "deepcopy"],
)  # fmt: skip
def test_a_refusal_survives_being_carried_away(kind: type[KernelError], carried: Any) -> None:
    with recording() as steps, pytest.raises(kind) as caught:
        refuses(kind)
    assert caught.value.decided_in is steps[0]
    there = carried(caught.value)
    assert type(there) is kind
    assert (there.errno, there.name, there.rule) == (errno.EPERM, "EPERM", "line 3: no")
    assert str(there) == str(caught.value) == "EPERM: line 3: no"
    assert there.args == caught.value.args
    assert there.decided_in is None


def test_a_refusal_is_safe_for_a_terminal() -> None:
    error = KernelError("ENOENT", "no \x1b[2J\u202e\n")
    assert error.rule == error.strerror == "no \\x1b[2J\\u202e\\n"
    assert str(error) == "ENOENT: no \\x1b[2J\\u202e\\n"
