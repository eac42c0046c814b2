# SPDX-License-Identifier: BSD-3-Clause
"""The file that is asked about, worked back from where it was seen."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kfuncviz.diagnosis import target
from kfuncviz.diagnosis.listings import NOBODY, Shown
from kfuncviz.diagnosis.question import Question
from kfuncviz.diagnosis.target import Maps
from kfuncviz.dialects.parsed import KINDS, Map, Outside, Row, Sort
from kfuncviz.model.idmap import Extent

Rows = Sequence[tuple[int, int, int]]
READ = Question("read")


def rows(given: Rows) -> tuple[Row, ...]:
    return tuple(Row(kind, Extent(*row)) for row in given for kind in KINDS)


def a_map(sort: Sort, given: Rows, outside: Outside = "host") -> Map:
    return Map(sort, "it", rows(given), outside)


POD = a_map("namespace", [(0, 100000, 10)])
STICK = a_map("mount", [(1000, 100005, 1)])
NESTED = Maps(
    a_map("namespace", [(0, 1, 5), (5, 0, 1)], "intermediate"),
    middle=rows([(0, 1000, 1), (1, 200000, 3)]),
)


@pytest.mark.parametrize(
    ("maps", "inside", "host", "disk"),
    [
        (Maps(), 7, 7, 7),
        (Maps(POD), 7, 100007, 100007),
        (Maps(POD), 10, None, None),
        (Maps(mount=STICK), 100005, 100005, 1000),
        (Maps(mount=STICK), 7, 7, None),
        (Maps(POD, STICK), 5, 100005, 1000),
        (Maps(POD, STICK), 6, 100006, None),
        (NESTED, 0, 200000, 200000),
        (NESTED, 5, 1000, 1000),
        (NESTED, 4, None, None),
    ],
)
def test_an_id_inside_is_one_on_the_host_and_one_on_the_disk(
    maps: Maps, inside: int, host: int | None, disk: int | None
) -> None:
    assert (maps.host("uid", inside), maps.disk("uid", inside)) == (host, disk)
    if disk is not None:
        assert maps.shows("uid", disk)


@pytest.mark.parametrize(
    ("maps", "disk", "seen"),
    [
        (Maps(), 7, True), (Maps(POD), 100009, True), (Maps(POD), 100010, False),
        (Maps(POD), 99999, False), (Maps(mount=STICK), 1000, True), (Maps(mount=STICK), 7, False),
        (Maps(POD, STICK), 1000, True), (Maps(POD, STICK), 100005, False),
        (NESTED, 200002, True), (NESTED, 200003, False),
    ],
)  # fmt: skip
def test_whether_an_id_on_the_disk_is_anybody_s_inside(maps: Maps, disk: int, seen: bool) -> None:
    assert maps.shows("gid", disk) is seen


def test_what_was_seen_inside_is_worked_back_and_the_rest_left() -> None:
    acl = (("user_obj", None, "rwx"), ("user", 3, "r--"), ("group", 99, "r--"))
    inside = Shown("d/f", 5, NOBODY, 0o640, inside=True, acl=acl, cap_root=1)
    host = Shown("h", 5, 6)
    first, second = target.stored([inside, host], Maps(POD))
    assert (first.uid, first.gid, first.cap_root) == (100005, None, 100001)
    assert first.acl == (("user_obj", None, "rwx"), ("user", 100003, "r--"))
    assert second is host


@pytest.mark.parametrize(
    ("path", "through"),
    [("/mnt", True), ("/mnt/f", True), ("/mnt2/f", False), ("/srv/f", False)],
)
def test_a_file_under_the_mount_is_seen_through_it(path: str, through: bool) -> None:
    maps = Maps(mount=STICK, under="/mnt/")
    (found,) = target.stored([Shown(path, 100005, 100005)], maps)
    assert found.uid == (1000 if through else 100005)
    assert not target.through_mount(Shown(path, 1, 1, inside=True), maps)
    assert not target.through_mount(Shown(path, 1, 1), Maps(mount=STICK))
    assert not target.through_mount(Shown(path, 1, 1), Maps(under="/mnt"))


def entry(
    shown: Sequence[Shown], question: Question = READ, maps: Maps | None = None
) -> tuple[dict[str, object], list[str], list[str]]:
    assumed, needs = list[str](), list[str]()
    caller = {"kuid": 7, "kgid": 8}
    made = target.entry(shown, question, maps or Maps(), caller, assumed, needs)
    return made, assumed, needs


def test_what_is_said_of_a_file() -> None:
    listed = [Shown("f", 3, 4, 0o600)]
    assert entry(listed) == (
        {"type": "file", "path": "file", "kuid": 3, "kgid": 4, "mode": "0600"},
        ["f is 3:4 on the disk"], [],
    )  # fmt: skip
    _, assumed, needs = entry(listed, maps=Maps(POD))
    assert assumed == ["f is 3:4 on the disk"]
    assert needs[0].startswith("where the listing was made: on the host is taken")
    assert entry([Shown("f", 3, 4, inside=False)], maps=Maps(POD))[2] == []
    inside = entry([Shown("f", 3, 4, inside=True)], maps=Maps(POD))
    assert inside[0]["kuid"] == 100003
    assert inside[1] == ["f is seen in the container as 3:4, which is 100003:100004 on the disk"]
    through = entry([Shown("/m/f", 100005, 100005)], maps=Maps(mount=STICK, under="/m"))
    assert through[1] == [
        "/m/f is seen through the mount as 100005:100005, which is 1000:1000 on the disk"
    ]


def test_what_is_nobody_s_has_an_owner_without_a_row() -> None:
    nobody = [Shown("f", NOBODY, NOBODY, inside=True)]
    made, assumed, needs = entry(nobody, maps=Maps(POD))
    assert (made["kuid"], made["kgid"]) == (0, 0)
    assert "0:0 stands for it" in assumed[0]
    assert len(needs) == 1
    whole = a_map("namespace", [(0, 0, 1000)])
    assert entry(nobody, maps=Maps(whole))[0]["kuid"] == 1000


def test_what_is_taken_where_nothing_was_listed() -> None:
    made, assumed, needs = entry([])
    assert (made["kuid"], made["kgid"], "mode" in made) == (7, 8, False)
    assert assumed == ["the file is 7:8 on the disk"]
    assert len(needs) == 1
    made, assumed, needs = entry([], Question("create"))
    assert (made["type"], made["mode"], needs) == ("dir", "0777", [])
    assert assumed == ["everybody may write into the directory",
                       "the directory is 7:8 on the disk"]  # fmt: skip
    made, assumed, needs = entry([], Question("chown", (1, 1), mapping=True))
    assert (made["kuid"], assumed, needs) == (7, [], [])
    stick = Maps(mount=STICK)
    assert entry([], maps=stick)[0]["kuid"] == 1000  # the first that the mount shows
    assert entry([Shown("f", 3, 4)], Question("read", (5, 6)))[0] | {"path": ""} == {
        "type": "file", "path": "", "kuid": 5, "kgid": 6,
    }  # fmt: skip


def test_a_file_s_mode_is_not_its_directory_s() -> None:
    made, assumed, _ = entry([Shown("f", 3, 4, 0o600)], Question("create"))
    assert (made["type"], made["mode"]) == ("dir", "0755")
    assert assumed[-1] == "the directory has the owner of f and mode 0755"
    made, _, _ = entry([Shown("d", 3, 4, 0o700, directory=True)], Question("create"))
    assert (made["type"], made["mode"]) == ("dir", "0700")


def test_access_list_and_capability_go_along() -> None:
    acl = (("user_obj", None, "rwx"), ("user", 3, "r--"))
    made, _, _ = entry([Shown("f", 3, 4, 0o700, acl=acl, cap_root=5)])
    assert made["acl"] == [["user_obj", None, "rwx"], ["user", 3, "r--"]]
    assert made["cap"] == {"version": 3, "permitted": 1 << 13, "effective": True, "rootid": 5}


def test_the_deepest_file_with_directories_above_is_the_one() -> None:
    shown = [Shown("/a", 1, 1, 0o700, directory=True), Shown("/a/b/", 2, 2, None, directory=True),
             Shown("/x/y/z", 9, 9), Shown("/a/b/c", 3, 3), Shown("/a/b/n", None, None)]  # fmt: skip
    assert target.target(shown) == shown[3]
    assert [(each["path"], each["kuid"], each["mode"]) for each in target.parents(shown)] == [
        ("a", 1, "0700"), ("a/b", 2, "0755"),
    ]  # fmt: skip
    assert target.parents(shown[::-1]) == target.parents(shown)
    assert entry(shown)[0]["path"] == "a/b/file"
    assert target.target([Shown("n", NOBODY, 5)]) is None
