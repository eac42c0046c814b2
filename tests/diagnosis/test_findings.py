# SPDX-License-Identifier: BSD-3-Clause
"""
What a lost id looks like
=========================

Each mistake beside the rows it is seen in, and beside rows one step away, in which it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from kfuncviz.diagnosis import doctor
from kfuncviz.diagnosis.findings import (
    Loss,
    as_intermediate,
    hole,
    not_in_mount,
    not_passed_on,
    off_by_one,
    one_kind,
    outside,
    shifted_already,
    swapped,
)
from kfuncviz.dialects.parsed import Map, Row
from kfuncviz.model.idmap import Extent
from kfuncviz.scenario.ownership.travel import HopKey

Rows = Sequence[tuple[int, int, int]]
SHIFTED = (
    "uid {} on the disk is the container's {} already, and the mount, which is to shift it again, "
    "has no row for it"
)
PASSES = "a mount's map passes on no id without a row; "
STORES = (
    "whoever writes has uid {}, which is not in column 2 of the mount's map: the disk could not "
    "hold it, root's no more than anybody's"
)


def lost(hop: HopKey, column: int, id: int, *rows: tuple[int, int, int]) -> Loss:
    return Loss("uid", hop, rows, column, id, "uid")


@pytest.mark.parametrize(
    ("mistake", "loss", "words"),
    [
        (swapped, lost("mount", 1, 1004, (0, 1000, 5)),
         'uid 1004 is in column 2 of "0 1000 5"; turned round it is "1000 0 5"'),
        (swapped, lost("mount", 1, 1000, (7, 8, 1), (0, 1000, 5)),
         'uid 1000 is in column 2 of "0 1000 5"; turned round it is "1000 0 5"'),
        (swapped, lost("mount", 2, 0, (0, 1000, 999)),
         'uid 0 is in column 1 of "0 1000 999"; turned round it is "1000 0 999"'),
        (swapped, lost("mount", 2, 0, (0, 1000, 1000)), ""),
        (swapped, lost("mount", 2, 1000, (1000, 0, 1000)),
         'uid 1000 is in column 1 of "1000 0 1000"; turned round it is "0 1000 1000"'),
        (swapped, lost("mount", 1, 1005, (0, 1000, 5)), ""),
        (swapped, lost("mount", 1, 999, (0, 1000, 5)), ""),
        (swapped, lost("caller", 1, 1000, (0, 1000, 5)), ""),
        (swapped, lost("caller", 2, 1000, (1000, 0, 1)),
         'uid 1000 is in column 1 of "1000 0 1"; turned round it is "0 1000 1"'),
        (swapped, lost("mount", 2, 7, (7, 7, 1000)), ""),
        (shifted_already, lost("mount", 1, 100999, (0, 100000, 1000)), SHIFTED.format(100999, 999)),
        (shifted_already, lost("mount", 1, 100000, (5, 100000, 1000)), SHIFTED.format(100000, 5)),
        (shifted_already, lost("mount", 1, 101000, (0, 100000, 1000)), ""),
        (shifted_already, lost("mount", 1, 99999, (0, 100000, 1000)), ""),
        (shifted_already, lost("mount", 1, 100000, (0, 100000, 999)), ""),
        (shifted_already, lost("mount", 2, 100000, (0, 100000, 1000)), ""),
        (shifted_already, lost("caller", 1, 100000, (0, 100000, 1000)), ""),
        (shifted_already, lost("mount", 1, 5, (5, 5, 1000)), ""),
        (off_by_one, lost("mount", 1, 15, (10, 0, 5)),
         "the row holds 10...14 (5 ids), and 15 is one beside it"),
        (off_by_one, lost("mount", 1, 9, (10, 0, 2)),
         "the row holds 10...11 (2 ids), and 9 is one beside it"),
        (off_by_one, lost("caller", 2, 15, (0, 20, 5), (0, 10, 5)),
         "the row holds 10...14 (5 ids), and 15 is one beside it"),
        (off_by_one, lost("mount", 1, 16, (10, 0, 5)), ""),
        (off_by_one, lost("mount", 1, 8, (10, 0, 5)), ""),
        (off_by_one, lost("mount", 1, 11, (10, 0, 1)), ""),
        (off_by_one, lost("caller", 2, 0, (0, 1, 5)), ""),
        (off_by_one, lost("caller", 1, 0, (1, 0, 5)),
         "the row holds 1...5 (5 ids), and 0 is one beside it"),
        (hole, lost("mount", 1, 7, (0, 0, 5), (10, 10, 5)),
         "no row holds 5...9 in column 1, and 7 is in it"),
        (hole, lost("mount", 2, 5, (9, 2, 1), (0, 6, 1), (3, 3, 2)),
         "no row holds 5 in column 2, and 5 is in it"),
        (hole, lost("mount", 1, 15, (0, 0, 5), (10, 10, 5)), ""),
        (hole, lost("mount", 1, 1, (2, 0, 5), (10, 10, 5)), ""),
        (hole, lost("mount", 1, 7, (0, 0, 5), (3005, 10, 5)),
         "no row holds 5...3004 in column 1, and 7 is in it"),
        (hole, lost("caller", 1, 7, (0, 0, 5), (1004, 10, 5)),
         "no row holds 5...1003 in column 1, and 7 is in it"),
        (hole, lost("caller", 1, 7, (0, 0, 5), (1005, 10, 5)), ""),
        (not_passed_on, lost("mount", 1, 7, (0, 5, 2)),
         f'{PASSES}"7 7 1" would leave uid 7 as it is'),
        (not_passed_on, lost("mount", 1, 7, (9, 9, 1), (0, 6, 2)),
         f'{PASSES}"7 7 1" would be refused, as column 2 holds 7 already'),
        (not_passed_on, lost("mount", 2, 7, (0, 5, 2)), ""),
        (not_passed_on, lost("caller", 1, 7, (0, 5, 2)), ""),
        (not_in_mount, lost("mount", 2, 7, (0, 5, 2)), STORES.format(7)),
        (not_in_mount, lost("mount", 1, 7, (0, 5, 2)), ""),
        (not_in_mount, lost("caller", 2, 7, (0, 5, 2)), ""),
        (outside, lost("caller", 1, 9, (0, 5, 2), (4, 8, 1)),
         "there is no uid 9 inside: the namespace has 0...1, 4"),
        (outside, lost("caller", 2, 9, (0, 5, 2), (4, 8, 1)),
         "the namespace has the host's 5...6, 8, and not uid 9"),
        (outside, lost("mid", 2, 9, *((n, 10 * n, 1) for n in range(5)))._replace(below="their"),
         "the namespace has their 0, 10, 20, 30 and 1 row more, and not uid 9"),
        (outside, lost("caller", 1, 9, *((20 + n, n, 1) for n in range(6))),
         "there is no uid 9 inside: the namespace has 20, 21, 22, 23 and 2 rows more"),
        (outside, lost("caller", 1, 9, *((20 + n, n, 1) for n in range(4))),
         "there is no uid 9 inside: the namespace has 20, 21, 22, 23"),
        (outside, lost("caller", 2, 9),
         "the namespace has none of the host's ids, and not uid 9"),
        (outside, lost("caller", 1, 9), "there is no uid 9 inside: the namespace has none"),
        (outside, lost("mount", 1, 9, (0, 5, 2)), ""),
        (outside, lost("fs", 1, 9, (0, 5, 2)), ""),
    ],
)  # fmt: skip
def test_a_mistake_is_seen_in_its_rows_alone(
    mistake: Callable[[Loss], str], loss: Loss, words: str
) -> None:
    assert mistake(loss) == words


def rows(*given: tuple[str, int, int, int]) -> tuple[Row, ...]:
    return tuple(Row(kind, Extent(*row)) for kind, *row in given)  # type: ignore[arg-type]


def test_rows_for_one_kind_alone_are_a_mistake_where_both_were_meant() -> None:
    uids = Map("mount", "the mount", rows(("uid", 0, 5, 1)))
    assert one_kind(uids) == (
        "the mount has rows for uids alone: since Linux 6.9 the mount is refused with EINVAL, "
        "before that every gid was 65534"
    )
    assert one_kind(Map("namespace", "the namespace", uids.rows)) == ""
    assert one_kind(Map("mount", "the mount", uids.rows, kinds=("uid",))) == ""
    assert one_kind(Map("mount", "it", rows(("uid", 0, 5, 1), ("gid", 0, 5, 1)))) == ""


def test_host_ids_are_put_as_the_engines_where_every_row_can_be() -> None:
    here = doctor("me:100000:10\nuid=1000(me) gid=1001(me)\npodman run img", "owned by 5").situation

    def put(*given: tuple[str, int, int, int]) -> tuple[Row, ...]:
        return as_intermediate(here, Map("namespace", "it", rows(*given), "intermediate"))

    assert put(("uid", 0, 100002, 3), ("gid", 5, 1001, 1)) == ()  # nothing is said of an engine
    run = "podman run --uidmap 0:1:5 img"
    here = doctor(f"me:100000:10\nuid=1000(me) gid=1001(me)\n{run}", "owned by 5").situation
    assert put(("uid", 0, 100002, 3), ("gid", 5, 1001, 1)) == rows(
        ("uid", 0, 3, 3), ("gid", 5, 0, 1)
    )
    assert put(("uid", 0, 100002, 3), ("uid", 9, 1000, 1)) == rows(
        ("uid", 0, 3, 3), ("uid", 9, 0, 1)
    )
    assert put(("uid", 0, 100008, 3)) == ()  # no row of the engine's holds all of them
    assert put(("uid", 0, 5, 1)) == ()
    host = Map("namespace", "it", rows(("uid", 0, 100002, 3)), "host")
    assert as_intermediate(here, host) == ()


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("EOVERFLOW", "EOVERFLOW",
         ("whoever creates or takes over a file has a uid or gid that the mount's map, or the "
          "filesystem's own namespace, has no row for: the disk could not hold it")),
        ("x: Invalid argument", "EINVAL",
         ("of chown and of setresuid: the number has no row in the caller's own user namespace; "
          "of a map: its rows overlap or have no end; of a mount: see the rows and the "
          "filesystem")),
        ("x: Permission denied", "EACCES",
         ("mode bits refuse it, and a capability does not count over an owner or group that has "
          "no row in the caller's user namespace")),
    ],
)  # fmt: skip
def test_an_error_without_anything_else_is_explained(text: str, name: str, words: str) -> None:
    found = doctor(f"{text}\n{text} again")
    assert [*found.findings] == [(name, words)]
    assert doctor("Device or resource busy").findings == ()


@pytest.mark.parametrize(
    ("text", "ask", "names"),
    [
        ("newgidmap: open of gid_map failed: Operation not permitted", "",
         ["newuidmap has no right"]),
        ("newuidmap: write to uid_map failed: Invalid argument\n0 5 1", "owned by 5", []),
        ("write to /proc/7/gid_map: Operation not permitted\n0 5 1", "owned by 5", ["setgroups"]),
        ("write to /proc/7/uid_map: Operation not permitted\n0 5 1", "owned by 5", []),
        ("write to /proc/7/gid_map: Invalid argument\n0 5 1", "owned by 5", []),
        ("write to /proc/7/gid_map: Operation not permitted\n0 5 1\nuid=0(root) gid=0(root)",
         "owned by 5", []),
        ("mount: Invalid argument\n0 5 1", "owned by 5", []),
        ("x: Permission denied\ny: Invalid argument\n0 5 1", "owned by 5", ["not explained"]),
        ("EINVAL\n0 5 1", "chown to 9", ["outside the range"]),
        ("EINVAL\nEPERM\n0 5 1", "chown to 9", ["outside the range"]),
        ("0 5 10\ndrwx------ 1 5 5 0 Jan 1 d", "as user 7 make a directory", ["no permission"]),
        ("0 5 10\ndrwx------ 1 5 99 0 Jan 1 d", "as user 7 make a directory",
         ["no permission", "owner outside the range"]),
    ],
)  # fmt: skip
def test_which_mistakes_are_named(text: str, ask: str, names: list[str]) -> None:
    assert [each.name for each in doctor(text, ask).findings if each.name != "remark"] == names


def test_a_lost_gid_alone_is_told_of_the_gid() -> None:
    found = doctor("X-mount.idmap=u:5:6:1 g:7:8:1", "owned by 5:9")
    assert [each.words for each in found.findings] == [
        f'{PASSES}"9 9 1" would leave gid 9 as it is'
    ]
    apart = doctor("X-mount.idmap=u:5:6:1 g:7:8:1", "owned by 1:9").findings
    assert [each.words.rpartition("leave ")[2] for each in apart] == [
        "uid 1 as it is", "gid 9 as it is",
    ]  # fmt: skip


@pytest.mark.parametrize(("mode", "helps"), [("-rw-------", ["chmod -R 0777"]), ("-rw-rw-rw-", [])])
def test_what_would_help_is_not_said_not_to(mode: str, helps: list[str]) -> None:
    """Others may write once the mode says so; a capability still does not count."""
    listed = f"{mode} 1 1000 1000 0 Jan 1 f"
    found = doctor(f"0 100000 65536\n{listed}", "can container user 7 write to the file?")
    said = [each.what for each in found.no_help]
    assert said == (["--privileged, or more capabilities"] if helps else [])
    asked = doctor(f"0 100000 65536\n{listed}")
    assert [each.what for each in asked.no_help][:1] == ["chmod -R 0777"]
    assert len(asked.no_help) == 2
