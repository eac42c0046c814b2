# SPDX-License-Identifier: BSD-3-Clause
"""
Variations: the same scenario with one thing changed
====================================================

A switch changes one map and nothing else; the disk stays what it was; a map edited in one place
leaves every other user of the namespace, and every namespace below it, as it was.
"""

from __future__ import annotations

import copy
import itertools
from typing import Any

import pytest

from kfuncviz.model.errors import IdMapError
from kfuncviz.scenario.load import gallery, load
from kfuncviz.scenario.machine import Machine
from kfuncviz.scenario.variation import Place, Stack, map_rows, stack_of, vary, with_map

ROWS = [[0, 100000, 65536]]
FULL: dict[str, Any] = {
    "userns": {"M": {"uid_map": ROWS}},
    "fs": {},
    "setup": [{"type": "file", "path": "f", "kuid": 1000, "kgid": 100},
              {"type": "file", "path": "g"}],
    "mounts": {"m": {"userns": "M"}, "n": {}},
    "callers": {"c": {"kuid": 101000, "kgid": 100100, "userns": "M"}, "d": {"kuid": 5}},
}  # fmt: skip
STACKS = list(itertools.product((False, True), repeat=3))


def shown(document: dict[str, Any], path: str = "f", by: str = "c", via: str = "m") -> Any:
    machine = Machine(document)
    result = machine.run({"op": "stat", "path": path, "by": by, "via": via})
    return result["ret"]["uid"], result["ret"]["gid"]


def on_disk(document: dict[str, Any]) -> list[tuple[int | None, int | None]]:
    """What the filesystem itself has stored, in its own ids."""
    machine = Machine(document)
    ns = machine.sb.s_user_ns
    inodes = [machine.sb.s_root, *machine.sb.s_root.entries.values()]
    return [(ns.uid_map.up(inode.i_uid), ns.gid_map.up(inode.i_gid)) for inode in inodes]


def test_the_stack_is_read_from_the_document() -> None:
    assert stack_of(FULL) == Stack("c", "m", True, True, False)
    assert stack_of(FULL, "d", "n") == Stack("d", "n", False, False, False)
    assert stack_of({}) == Stack("root", "plain", False, False, False)
    assert stack_of({"fs": {"userns": "M"}}).fs_in_userns


@pytest.mark.parametrize("switches", STACKS)
@pytest.mark.parametrize("name", ["", *gallery()])
def test_a_variation_is_what_was_asked_for_and_keeps_the_disk(
    name: str, switches: tuple[bool, bool, bool]
) -> None:
    document = load(name) if name else copy.deepcopy(FULL)
    before, kept = stack_of(document), copy.deepcopy(document)
    stack = Stack(before.by, before.via, *switches)
    out = vary(document, stack)
    assert document == kept
    settable = Stack(
        before.by, before.via, switches[0] and before.via != "plain",
        switches[1] and before.by != "root", switches[2],
    )  # fmt: skip
    assert stack_of(out) == settable
    if not (before.fs_in_userns or switches[2]):
        assert on_disk(out) == on_disk(document)
    same = vary(document, before)
    assert stack_of(same) == before
    assert on_disk(same) == on_disk(document)


def test_each_switch_means_its_own_map() -> None:
    seen = {switches: shown(vary(FULL, Stack("c", "m", *switches))) for switches in STACKS}
    nobody = (65534, 65534)
    assert seen == {
        (False, False, False): (1000, 100), (True, False, False): (101000, 100100),
        (False, True, False): nobody, (True, True, False): (1000, 100),
        (False, False, True): (301000, 300100), (True, False, True): (101000, 100100),
        (False, True, True): nobody, (True, True, True): (1000, 100),
    }  # fmt: skip


def test_a_filesystem_moved_there_and_back_is_as_before() -> None:
    there = vary(FULL, Stack("c", "m", True, True, True))
    assert (there["setup"][0]["kuid"], there["setup"][0]["kgid"]) == (301000, 300100)
    assert there["setup"][1]["kuid"] == there["fs"]["root"]["kuid"] == 300000
    assert on_disk(there) == on_disk(FULL)
    back = vary(there, Stack("c", "m", True, True, False))
    assert on_disk(back) == on_disk(FULL)
    assert back["setup"][0]["kuid"] == 1000
    assert back["fs"]["root"] == {"kuid": 0, "kgid": 0}


def test_an_id_that_cannot_move_stays() -> None:
    document = {"setup": [{"type": "file", "path": "f", "kuid": 70000, "kgid": 5}], "fs": {}}
    there = vary(document, Stack("root", "plain", False, False, True))
    assert (there["setup"][0]["kuid"], there["setup"][0]["kgid"]) == (70000, 300005)


@pytest.mark.parametrize(
    ("document", "name"),
    [
        ({"mounts": {"m": {}, "n": {"userns": "N"}}, "userns": {"N": {"uid_map": ROWS}}}, "N"),
        ({"mounts": {"m": {}, "n": {"userns": "N"}}, "userns": {"N": {"uid_map": [[5, 5, 1]]}}},
         "N"),
        ({"mounts": {"m": {}}}, "mount-idmap"),
        ({"mounts": {"m": {}}, "userns": {"mount-idmap": {}}}, "mount-idmap-2"),
        ({"mounts": {"m": {}}, "userns": {"mount-idmap": {}, "mount-idmap-2": {}}},
         "mount-idmap-3"),
        ({"mounts": {"m": {}, "n": {"userns": "N"}}, "userns": {"N": {"uid_map": ROWS}},
          "fs": {"userns": "N"}}, "mount-idmap"),
    ],
)  # fmt: skip
def test_a_mount_switched_on_takes_a_namespace_that_fits(
    document: dict[str, Any], name: str
) -> None:
    out = vary(document, Stack("root", "m", True, False, stack_of(document).fs_in_userns))
    assert out["mounts"]["m"]["userns"] == name
    if name.startswith("mount-idmap"):
        assert out["userns"][name] == {"uid_map": ROWS}


@pytest.mark.parametrize(
    ("rows", "name"), [(ROWS, "N"), ([[5, 5, 1]], "container"), (None, "container")]
)
def test_a_caller_switched_on_takes_the_mounts_namespace_if_it_has_a_root(
    rows: Any, name: str
) -> None:
    document = {"mounts": {"m": {"userns": "N"}}, "userns": {"N": {"uid_map": rows}},
                "callers": {"c": {}}}  # fmt: skip
    out = vary(document, Stack("c", "m", True, True, False))
    assert out["callers"]["c"]["userns"] == name
    assert out["userns"][name]["uid_map"] == ROWS


# ------------------------------------------------------------------ one map, edited


def edit(document: dict[str, Any], place: Place, text: str, kind: Any = "uid") -> dict[str, Any]:
    before = copy.deepcopy(document)
    out = with_map(document, stack_of(document), place, kind, text)
    assert document == before
    return out


def test_the_rows_of_each_place_are_those_in_force() -> None:
    document = copy.deepcopy(FULL) | {"fs": {"userns": "F"}}
    document["userns"]["F"] = {"uid_map": [[0, 5, 9]], "gid_map": [[0, 6, 9]]}
    stack = stack_of(document)
    for place, kind, rows in (
        ("mount", "uid", ROWS), ("caller", "gid", ROWS), ("fs", "uid", [[0, 5, 9]]),
        ("fs", "gid", [[0, 6, 9]]),
    ):  # fmt: skip
        assert map_rows(document, stack, place, kind) == rows  # type: ignore[arg-type]
    assert map_rows(FULL, stack_of(FULL, "d", "n"), "mount", "uid") is None
    assert map_rows(FULL, stack_of(FULL, "d", "n"), "caller", "uid") is None
    assert map_rows(FULL, stack_of(FULL), "fs", "uid") is None


def test_a_namespace_of_one_user_is_edited_where_it_stands() -> None:
    document = copy.deepcopy(FULL)
    document["callers"] = {"c": {"kuid": 5}}
    out = edit(document, "mount", "0 5 10\n20 30 2\n")
    assert out["userns"] == {"M": {"uid_map": [[0, 5, 10], [20, 30, 2]]}}
    assert out["mounts"] == document["mounts"]


@pytest.mark.parametrize(
    ("others", "place", "name"),
    [
        ({}, "mount", "mount-idmap"),
        ({"callers": {"c": {"userns": "M"}}, "mounts": {"m": {}, "n": {"userns": "M"}}}, "caller",
         "container"),
        ({"callers": {}, "fs": {"userns": "M"}}, "mount", "mount-idmap"),
        ({"callers": {}, "fs": {"userns": "M"}}, "fs", "filesystem"),
        ({"callers": {}, "userns": {"M": {"uid_map": ROWS}, "child": {"parent": "M",
          "uid_map": [[0, 60000, 10]]}}}, "mount", "mount-idmap"),
    ],
)  # fmt: skip
def test_a_namespace_of_several_users_stays_as_it_is(
    others: dict[str, Any], place: Place, name: str
) -> None:
    """Other mounts, callers, the filesystem and namespaces below keep the map they had."""
    document = copy.deepcopy(FULL) | others
    out = edit(document, place, "0 7 10")
    assert out["userns"] == document["userns"] | {name: {"uid_map": [[0, 7, 10]]}}
    holder = {"mount": out["mounts"].get("m"), "caller": out["callers"].get("c"), "fs": out["fs"]}
    assert holder[place]["userns"] == name
    assert Machine(out).report["userns"].keys() == out["userns"].keys()
    assert Machine(out).refused == {}
    for part in ("mounts", "callers"):
        for key, spec in document[part].items():
            if out[part][key] is not holder[place]:
                assert out[part][key] == spec


def test_one_kind_is_edited_and_the_other_kept() -> None:
    document = copy.deepcopy(FULL) | {"callers": {}}
    document["userns"]["M"]["gid_map"] = [[0, 9, 9]]
    assert edit(document, "mount", "0 7 1", "gid")["userns"]["M"] == {
        "uid_map": ROWS, "gid_map": [[0, 7, 1]],
    }  # fmt: skip
    assert edit(document, "mount", "0 7 1")["userns"]["M"] == {
        "uid_map": [[0, 7, 1]], "gid_map": [[0, 9, 9]],
    }  # fmt: skip
    document["userns"]["M"].pop("gid_map")
    assert edit(document, "mount", "0 7 1", "gid")["userns"]["M"] == {"uid_map": [[0, 7, 1]]}


def test_a_map_the_kernel_refuses_is_not_taken() -> None:
    with pytest.raises(IdMapError) as caught:
        edit(FULL, "mount", "0 0 5\n1 9 1")
    assert (caught.value.name, caught.value.line) == ("EINVAL", 2)
    nested = copy.deepcopy(FULL) | {"callers": {}, "mounts": {"m": {"userns": "child"}}}
    nested["userns"]["child"] = {"parent": "M", "uid_map": [[0, 0, 5]]}
    assert edit(nested, "mount", "0 1 5")["userns"]["child"]["uid_map"] == [[0, 1, 5]]
    with pytest.raises(IdMapError, match="M has no single row that holds all of") as caught:
        edit(nested, "mount", "0 65535 5")
    assert (caught.value.name, caught.value.line) == ("EPERM", 1)


def test_who_cannot_be_made_at_all_refuses_the_edit() -> None:
    document = copy.deepcopy(FULL) | {"callers": {}, "mounts": {"m": {"userns": "child"}}}
    document["userns"] = {"M": {"uid_map": [[0, 0, 0]]}, "child": {"parent": "M"}}
    with pytest.raises(IdMapError, match="EINVAL: M could not be made"):
        edit(document, "mount", "0 1 5")
