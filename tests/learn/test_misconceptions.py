# SPDX-License-Identifier: BSD-3-Clause
"""Each wrong reading gives the answer its reader would give, worked out by hand."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from kfuncviz.learn.key import Asked, key
from kfuncviz.learn.misconceptions import ALL, answers, reading
from kfuncviz.scenario.load import load

NAMED = {
    "columns swapped", "unlisted ids pass", "root is never refused", "count read as last id",
    "no offset in a row", "container's view ignored", "mount ignored",
    "nested rows read as host ids", "filesystem namespace ignored", "gid through the uid rows",
    "writing in the reading direction", "capability always counts",
    "mode bits of the stored owner", "overflow id taken for a user",
}  # fmt: skip


def scene(stored: int = 1005, **more: Any) -> dict[str, Any]:
    """A file behind a mount of one row; a caller in a container of one row."""
    return load(
        {
            "userns": {
                "rows": {"uid_map": [[1000, 2000, 10]], "gid_map": [[0, 5000, 100]]},
                "box": {"uid_map": [[0, 2000, 100]]},
                "outer": {"uid_map": [[0, 100000, 65536]]},
                "inner": {"uid_map": [[0, 1000, 10]], "parent": "outer"},
                "disk": {"uid_map": [[0, 300000, 65536]]},
                **more.pop("userns", {}),
            },
            "fs": {"root": {"kuid": 1000, "kgid": 5, "mode": "0777"}},
            "setup": [
                {
                    "type": "file",
                    "path": "f",
                    "kuid": stored,
                    "kgid": more.pop("kgid", 5),
                    "mode": "0600",
                }
            ],
            "mounts": {"m": {"userns": "rows"}},
            "callers": {
                "host": {"kuid": 2003, "kgid": 5005},
                "inside": {"kuid": 2000, "kgid": 2000, "userns": "box", "caps": "all"},
                "deep": {"kuid": 101000, "kgid": 101000, "userns": "inner", "caps": "all"},
            },
            **more,
        }
    )


def reads(by: str = "host", via: str = "m", **more: Any) -> Asked:
    return Asked("f", by, via, **more)


CREATES = Asked(".", "host", "m", direction="create")
IN_A_NAMESPACE = scene(301005, kgid=300005, fs={"userns": "disk"})
#: (misconception, scenario, what is asked, the kernel's answer, the misreading's).
WORKED = [
    ("columns swapped", scene(), reads(), "2005", "65534"),
    ("columns swapped", scene(2003), reads(), "65534", "1003"),
    ("columns swapped", scene(), CREATES, "1003", "EOVERFLOW"),
    ("columns swapped", scene(2007), reads("inside", "plain"), "7", "65534"),
    ("no offset in a row", scene(), reads(), "2005", "2000"),
    ("no offset in a row", scene(), CREATES, "1003", "1000"),
    ("no offset in a row", scene(), reads("inside"), "5", "0"),
    ("count read as last id", scene(1010), reads(), "65534", "2010"),
    ("count read as last id", scene(2100), reads("inside", "plain"), "65534", "100"),
    ("unlisted ids pass", scene(7), reads(), "65534", "7"),
    ("unlisted ids pass", scene(7), reads("inside"), "65534", "7"),
    ("root is never refused", scene(0), reads(), "65534", "0"),
    ("root is never refused", scene(), Asked(".", "root", "m", direction="create"),
     "EOVERFLOW", "0"),
    ("writing in the reading direction", scene(), CREATES, "1003", "EOVERFLOW"),
    ("mount ignored", scene(), reads(), "2005", "1005"),
    ("mount ignored", scene(), CREATES, "1003", "2003"),
    ("container's view ignored", scene(), reads("inside"), "5", "2005"),
    ("nested rows read as host ids", scene(101003), reads("deep", "plain"), "3", "65534"),
    ("nested rows read as host ids", scene(1003), reads("deep", "plain"), "65534", "3"),
    ("filesystem namespace ignored", IN_A_NAMESPACE, reads(), "2005",
     "2005"),
    ("filesystem namespace ignored", IN_A_NAMESPACE, reads(via="plain"),
     "301005", "1005"),
    ("gid through the uid rows", scene(), reads(kind="gid"), "5005", "65534"),
    ("overflow id taken for a user", scene(7), reads(of="meaning"), "no id", "really 65534"),
    ("overflow id taken for a user", scene(7), reads("inside", "plain", of="meaning"),
     "no name here", "really 65534"),
    ("columns swapped", scene(), reads(of="hop"), "nowhere: it arrives", "the mount"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "document", "about", "right", "wrong"), WORKED)
def test_a_misreading_answers_as_worked_out_by_hand(
    name: str, document: dict[str, Any], about: Asked, right: str, wrong: str
) -> None:
    before = deepcopy(document)
    assert key(document, about) == right
    found = reading(ALL[name], document, about)
    assert found is not None
    assert found.answer == wrong
    assert found.document is None or found.document != before
    assert document == before
    told = answers(document, about)
    assert told.get(name) == (wrong if wrong != right else None)


@pytest.mark.parametrize(
    ("document", "about", "hop"),
    [
        (scene(), reads(of="hop"), "nowhere: it arrives"),
        (scene(7), reads(of="hop"), "the mount"),
        (scene(7), reads("inside", "plain", of="hop"), "the caller's user namespace"),
        (scene(7), reads("deep", "plain", of="hop"), "the user namespace between"),
        (scene(102000), reads("deep", "plain", of="hop"), "the caller's user namespace"),
        (IN_A_NAMESPACE, Asked(".", "host", "plain", direction="create", of="hop"),
         "the filesystem"),
    ],
)  # fmt: skip
def test_who_loses_an_id_is_said_in_words(document: Any, about: Asked, hop: str) -> None:
    assert key(document, about) == hop


def op(document: dict[str, Any], **op: Any) -> dict[str, Any]:
    return load({**document, "ops": [{"by": "host", "via": "m", "path": "f", **op}]})


ERR = Asked(result="ops.0.err")
#: The caller who is stored as owner, not the one the mount makes the owner.
STORED = scene(callers={"host": {"kuid": 1005, "kgid": 0}})
REFUSED = [
    ("mode bits of the stored owner", op(STORED, op="open", flags="r"), "EACCES", "ok"),
    ("capability always counts", op(scene(7), op="chmod", mode="0600", by="inside", via="plain"),
     "EPERM", "ok"),
    ("capability always counts", op(scene(7), op="chmod", mode="0600", by="inside"),
     "EOVERFLOW", "ok"),
    ("overflow id taken for a user", op(scene(7), op="open", flags="r"), "EACCES", "ok"),
    ("mount ignored", op(STORED, op="open", flags="r"), "EACCES", "ok"),
    ("unlisted ids pass", op(scene(7), op="chown", uid=9, by="root"), "EOVERFLOW", "ok"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "document", "right", "wrong"), REFUSED)
def test_a_misreading_expects_another_errno(
    name: str, document: dict[str, Any], right: str, wrong: str
) -> None:
    assert key(document, ERR) == right
    assert answers(document, ERR)[name] == wrong


@pytest.mark.parametrize(
    ("rows", "parent", "name", "errno"),
    [
        ([[0, 0, 5], [3, 10, 1]], None, "any rows may be written", "EINVAL"),
        ([[0, 70000, 1]], "outer", "any ids may be handed out", "EPERM"),
    ],
)
def test_who_forgets_a_rule_of_map_files_takes_any_rows(
    rows: list[list[int]], parent: str | None, name: str, errno: str
) -> None:
    document = scene(userns={"new": {"uid_map": rows, "parent": parent}})
    about = Asked(result="userns.new")
    assert key(document, about) == errno
    # Rows of a nested namespace, taken for the host's, could be written.
    assert answers(document, about).get(name) == "ok"
    assert reading(ALL[name], document, Asked(result="userns.box")) is None


def test_the_wrong_readings_there_are_and_who_cures_them() -> None:
    assert ALL.keys() >= NAMED
    assert len(ALL) == 16
    for name, each in ALL.items():
        assert each.name == name
        assert each.chapter in {"00", "01", "02", "03", "04", "06", "09"}
        assert each.told.startswith("You "), name
        assert each.told.endswith("."), name
        assert each.instead.endswith("."), name
    assert {each.chapter: each.name for each in ALL.values()}["09"] == (
        "nested rows read as host ids"
    )


@pytest.mark.parametrize("name", ALL)
def test_where_nothing_can_be_misread_a_misconception_changes_nothing(name: str) -> None:
    plain = load({"setup": [{"type": "file", "path": "f", "kuid": 7}], "ops": [
        {"op": "open", "path": "f", "by": "root", "via": "plain", "flags": "r"}]})  # fmt: skip
    assert reading(ALL[name], plain, Asked("f", "root", "plain")) is None
    assert reading(ALL[name], plain, ERR) is None


def test_a_mount_made_by_an_operation_is_nobodys_to_misread() -> None:
    document = load("mount-that-is-busy")
    about = Asked(result="ops.2.err")
    assert key(document, about) == "EBUSY"
    assert answers(document, about) == {}


def test_rows_that_the_kernel_would_not_take_are_no_answer() -> None:
    """Turned round, the inner rows hand out ids that the outer namespace does not have."""
    rows = {"inner": {"uid_map": [[70000, 1000, 10]], "parent": "outer"}}
    document = scene(101003, userns=rows)
    assert key(document, reads("deep", "plain")) == "70003"
    assert reading(ALL["columns swapped"], document, reads("deep", "plain")) is None
