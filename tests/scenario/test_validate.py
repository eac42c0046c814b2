# SPDX-License-Identifier: BSD-3-Clause
"""
Validation
==========

Every problem at once, each with its place and what would be right; bounded, whatever comes; and
what is sound survives every way of keeping it.
"""

from __future__ import annotations

import copy
import json
import string
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfuncviz.api import Scenario
from kfuncviz.model.filesystems import FILESYSTEMS
from kfuncviz.scenario.checking import schema, unmodelled
from kfuncviz.scenario.checking.listing import LISTED_MAX
from kfuncviz.scenario.checking.validate import LIMITS, validate
from kfuncviz.scenario.load import gallery, load
from kfuncviz.scenario.machine import replay
from kfuncviz.scenario.problems import ScenarioError
from kfuncviz.scenario.reading.document import parse_text
from tests.generate import scenarios


def problems(document: Any) -> list[str]:
    return [str(problem) for problem in validate(document)]


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ([], "a scenario is an object, not a list"),
        (
            {"ops": [{"op": "getacl", "path": "f", "buffer": 0}]},
            "ops[0].buffer: 0 is not a whole number from 1 to 1048576",
        ),
        (
            {"ops": [{"op": "chown_root", "path": "f", "kuid": 1, "kgid": -5}]},
            "ops[0].kgid: -5 is not a whole number from 0 to 4294967294",
        ),
        (None, "a scenario is an object, not null"),
        ("ops", "a scenario is an object, not a text"),
        (
            {"opps": []},
            (
                "opps: unknown key, did you mean 'ops'?; known here: callers, focus, fs, id, "
                "mounts, notes, ops, profile, settings, setup, source, title, userns"
            ),
        ),
        ({"title": 5}, "title: 5 is not a text of at most 200 characters without NUL"),
        ({"title": "a\0b"}, r"title: 'a\x00b' is not a text of at most 200 characters without NUL"),
        ({"title": "\ud800"}, r"title: '\ud800' is not a text that can be written as UTF-8"),
        ({"id": 1.5}, "id: 1.5 is not a text or whole number"),
        ({"id": True}, "id: true is not a text or whole number"),
        ({"id": "\ud800"}, r"id: '\ud800' is not a text or whole number"),
        ({"ops": {}}, "ops: {} is an object, not a list"),
        ({"userns": []}, "userns: [] is a list, not an object"),
        ({"userns": {"M": 5}}, "userns.M: 5 is a number, not an object"),
        (
            {"userns": {"a b": {}}},
            ("userns.a b: 'a b' is not a name of letters, digits, _ . - (at most 64)"),
        ),
        (
            {"userns": {"M": {"uid_map": "0 0 1"}}},
            ("userns.M.uid_map: '0 0 1' is a text, not a list of rows [inside, outside, count]"),
        ),
        (
            {"userns": {"M": {"uid_map": [[0, 0, 1], [1, 1]]}}},
            ("userns.M.uid_map[1]: [1, 1] is not three whole numbers [inside, outside, count]"),
        ),
        (
            {"userns": {"M": {"uid_map": [[0, 0, True]]}}},
            (
                "userns.M.uid_map[0]: [0, 0, True] is not "
                "three whole numbers [inside, outside, count]"
            ),
        ),
        (
            {"userns": {"M": {"uid_map": [[0, 1 << 64, 1]]}}},
            (
                "userns.M.uid_map[0]: [0, "
                "18446744073709551616, 1] is not three whole numbers [inside, outside, count]"
            ),
        ),
        (
            {"userns": {"M": {"gid_map": [[0, 0, 1]] * 1001}}},
            ("userns.M.gid_map: 1001 rows; the kernel takes 340, this format 1000"),
        ),
        (
            {"userns": {"M": {"uidmap": []}}},
            (
                "userns.M.uidmap: unknown key, did you mean 'uid_map'?; "
                "known here: gid_map, parent, setgroups, uid_map"
            ),
        ),
        (
            {"userns": {"M": {"parent": "N"}}},
            ("userns.M.parent: 'N' is not defined in 'userns'; defined: M"),
        ),
        (
            {"userns": {"M": {"parent": ["M"]}}},
            ("userns.M.parent: ['M'] is not defined in 'userns'; defined: M"),
        ),
        ({"userns": {"M": {"parent": "M"}}}, "userns.M.parent: a circle of parents: M -> M"),
        (
            {"fs": {"userns": "M"}, "userns": {"M": {}}},
            ("fs.userns: M has an unwritten map; a filesystem there needs both"),
        ),
        (
            {"fs": {"userns": "N"}, "userns": {"M": {}}},
            "fs.userns: 'N' is not defined in 'userns'; defined: M",
        ),
        (
            {"callers": {"c": {"euid": 5}}},
            (
                "callers.c.euid: is not modelled: kuid is the effective id; ruid and fsuid are "
                "those that differ"
            ),
        ),
        (
            {"callers": {"c": {"cap_bset": 5}}},
            (
                "callers.c.cap_bset: is not modelled: bounding is a caller's; settings.cap_bset is "
                "that of the initial namespace"
            ),
        ),
        ({"fs": {"type": "qnx4"}}, f"fs.type: 'qnx4' is not one of {', '.join(FILESYSTEMS)}"),
        ({"fs": {"root": 5}}, "fs.root: 5 is a number, not an object"),
        (
            {"mounts": {"plain": {}}},
            ("mounts.plain: 'plain' is the mount that is always there; choose another name"),
        ),
        (
            {"mounts": {"m": {"userns": "M"}}},
            ("mounts.m.userns: 'M' is not defined in 'userns'; defined: none"),
        ),
        (
            {"mounts": {"m": {"subdir": "../x"}}},
            ("mounts.m.subdir: '../x' is not a path that does not climb out of the mount"),
        ),
        (
            {"callers": {"root": {}}},
            ("callers.root: 'root' is the caller that is always there; choose another name"),
        ),
        (
            {"callers": {"c": {"kuid": -1}}},
            ("callers.c.kuid: -1 is not a whole number from 0 to 4294967294"),
        ),
        (
            {"callers": {"c": {"kuid": 4294967295}}},
            ("callers.c.kuid: 4294967295 is not a whole number from 0 to 4294967294"),
        ),
        (
            {"callers": {"c": {"kuid": "1000"}}},
            ("callers.c.kuid: '1000' is not a whole number from 0 to 4294967294"),
        ),
        (
            {"callers": {"c": {"caps": [["x"]]}}},
            (
                'callers.c.caps: [[\'x\']] is not "all", "none", '
                '"-CAP_CHOWN,..." (all but these) or a list of capability names'
            ),
        ),
        (
            {"callers": {"c": {"caps": ["CAP_X"]}}},
            (
                "callers.c.caps: ['CAP_X'] is not \"all\", "
                '"none", "-CAP_CHOWN,..." (all but these) or a list of capability names '
                "(unknown capability 'CAP_X')"
            ),
        ),
        ({"ops": [5]}, "ops[0]: 5 is a number, not an object"),
        (
            {"ops": [{"op": "chwon", "path": "f"}]},
            ("ops[0].op: unknown operation 'chwon', did you mean 'chown'?"),
        ),
        ({"ops": [{"op": ["chown"]}]}, "ops[0].op: unknown operation ['chown']"),
        (
            {"ops": [{"op": "stat", "path": "/etc"}]},
            (
                "ops[0].path: '/etc' is not a path relative to "
                "the mount's root, without the slash in front"
            ),
        ),
        (
            {"ops": [{"op": "stat", "path": "f", "by": "c"}]},
            ("ops[0].by: 'c' is not defined in 'callers'; defined: root"),
        ),
        (
            {"ops": [{"op": "stat", "path": "f", "via": "m"}]},
            ("ops[0].via: 'm' is not defined in 'mounts'; defined: plain"),
        ),
        (
            {"ops": [{"op": "chown", "path": "f", "uid": float("nan")}]},
            ("ops[0].uid: nan is not a whole number from -1 to 4294967295 (-1 leaves it as it is)"),
        ),
        ({"ops": [{"op": "chmod", "path": "f"}]}, "ops[0]: 'mode' is missing"),
        (
            {"ops": [{"op": "chmod", "path": "f", "mode": "0888"}]},
            ('ops[0].mode: \'0888\' is not a mode such as "0755" (at most "7777")'),
        ),
        (
            {"ops": [{"op": "mknod", "path": "f", "rdev": [1, -1]}]},
            ("ops[0].rdev: [1, -1] is not [major, minor], at most [4095, 1048575]"),
        ),
        ({"setup": [{"path": "f"}]}, "setup[0]: 'type' is missing"),
        (
            {"setup": [{"type": "dir", "path": "d", "cap": []}]},
            ("setup[0].cap: [] is a list, not an object"),
        ),
        (
            {"settings": {"kernel": 6.1}},
            (
                "settings.kernel: 6.1 is not a kernel release or version written as a text such as "
                '"6.18" or "6.12.43"'
            ),
        ),
        (
            {"settings": {"kernel": "4.19"}},
            (
                "settings.kernel: '4.19' is not a modelled release: no "
                "idmapped mounts in 4.19; 5.12 is the first release with them, 7.3 the newest "
                "modelled here"
            ),
        ),
        (
            {"focus": {"by": "nobody"}},
            ("focus.by: 'nobody' is not defined in 'callers'; defined: root"),
        ),
    ],
)
def test_a_problem_is_named_with_its_place_and_what_would_be_right(
    document: Any, problem: str
) -> None:
    assert problems(document) == [problem]


def test_all_problems_are_reported_at_once() -> None:
    document = {
        "titel": "x",
        "userns": {"a": {"parent": "b"}, "b": {"parent": "a"}, "c": {"uid_map": 5}},
        "mounts": {"m": {"userns": "d"}},
        "ops": [{"op": "stat"}, {"opp": "stat", "path": "f"}],
    }
    places = [problem.place for problem in validate(document)]
    assert places == [
        "titel", "userns.c.uid_map", "userns.a.parent", "mounts.m.userns", "ops[0]", "ops[1]",
        "ops[1].opp",
    ]  # fmt: skip


def test_every_circle_of_parents_is_named_once() -> None:
    parents = {"a": "b", "b": "c", "c": "b", "d": "d", "e": None, "f": "e"}
    document = {"userns": {name: {"parent": parent} for name, parent in parents.items()}}
    assert problems(document) == [
        "userns.b.parent: a circle of parents: b -> c -> b",
        "userns.d.parent: a circle of parents: d -> d",
    ]


def test_a_long_chain_of_parents_is_no_circle() -> None:
    spaces = {f"n{n}": {"parent": f"n{n + 1}"} for n in range(LIMITS["userns"] - 1)}
    assert problems({"userns": spaces | {f"n{LIMITS['userns'] - 1}": {}}}) == []


@pytest.mark.parametrize("part", sorted(LIMITS))
def test_parts_are_bounded(part: str) -> None:
    most = LIMITS[part]
    entries: Any = [{}] * (most + 1)
    if part not in ("setup", "ops"):
        entries = {f"n{number}": {} for number in range(most + 1)}
    assert problems({part: entries}) == [f"{part}: {most + 1} entries; {most} is the most"]


def test_groups_are_bounded_over_all_callers() -> None:
    callers = {f"c{number}": {"kgroups": [1] * 40_000} for number in range(2)}
    assert problems({"callers": callers}) == [
        "callers: 80000 kgroups of all together; 65536 is the most"
    ]


@pytest.mark.parametrize(
    "document",
    [
        {f"k{n}": 1 for n in range(100_000)},
        {"ops": [{f"k{n}": 1 for n in range(100_000)}]},
        {"ops": [{"op": "x"}] * 10_000},
        {"userns": {"M": {"uid_map": [[0, 0]] * 1000, "gid_map": [[0, 0]] * 1000}}},
    ],
)
def test_problems_without_end_are_counted(document: Any) -> None:
    found = problems(document)
    assert len(found) == LISTED_MAX + 1
    assert found[-1].endswith("more problems are not listed here")
    assert int(found[-1].split()[0]) > 1000
    assert sum(map(len, found)) < 40_000


@pytest.mark.parametrize(
    "name", ["\x1b[31mred\x07", "a\nkfuncviz: all is well", "\u202etxt", "\x9b1m"]
)
def test_a_problem_is_one_line_that_a_terminal_can_show(name: str) -> None:
    document = {
        name: 1, "title": name * 300, "userns": {name: {"parent": name}},
        "callers": {"c": {"caps": [name]}},
        "ops": [{"op": name}, {"op": "stat", "path": "/" + name, "via": name, name: name}],
        "settings": {"kernel": name},
    }  # fmt: skip
    found = validate(document)
    assert len(found) >= 8
    assert all(str(problem).isprintable() for problem in found)
    assert all(line.isprintable() for line in str(ScenarioError(found)).splitlines())
    assert len(str(ScenarioError(found)).splitlines()) == len(found)


def test_long_names_and_values_are_cut() -> None:
    huge = "x" * 10**6
    document = {huge: 1, "title": huge, "userns": {huge: {}}, "mounts": {"m": {"userns": huge}},
                "callers": {"c": {"caps": [huge]}}, "ops": [{"op": huge}]}  # fmt: skip
    assert all(len(problem) < 400 for problem in problems(document))


WORDS = st.sampled_from(
    [*LIMITS, *schema.TEXTS, *schema.OP_KEYS, *schema.SETUP, *schema.CALLER, *schema.SETTINGS,
     "fs", "root", "uid_map", "gid_map", "parent", "subdir", "focus", "cap", "M"]
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON | st.dictionaries(WORDS, JSON, max_size=5))
def test_validation_of_anything_never_raises(value: Any) -> None:
    assert all(str(problem).isprintable() for problem in validate(value))


@given(st.data())
def test_a_sound_scenario_with_one_part_replaced_never_raises(data: st.DataObject) -> None:
    document = copy.deepcopy(data.draw(st.sampled_from(FEW)))
    at: Any = document
    while True:
        keys = list(at) if isinstance(at, dict) else list(range(len(at)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(at[key], (dict, list)) or not at[key] or data.draw(st.booleans()):
            break
        at = at[key]
    at[key] = data.draw(JSON)
    if not validate(document):
        replay(document)


FEW = scenarios(10, 3)


@pytest.mark.parametrize("document", scenarios(40, 12), ids=lambda document: document["id"])
def test_generated_scenarios_survive_every_way_of_keeping_them(
    document: dict[str, Any], tmp_path: Path
) -> None:
    assert problems(document) == []
    scenario = Scenario(document)
    for name in ("s.json", "s.yaml"):
        scenario.save(tmp_path / name)
        assert Scenario(tmp_path / name).document == document
    assert Scenario(scenario.token()).document == document


@pytest.mark.parametrize("name", gallery())
def test_gallery_scenarios_survive_every_way_of_keeping_them(name: str, tmp_path: Path) -> None:
    scenario = Scenario(name)
    for suffix in (".json", ".yaml", ".yml"):
        scenario.save(tmp_path / f"s{suffix}")
        assert Scenario(tmp_path / f"s{suffix}").document == scenario.document
    assert Scenario(scenario.token()).document == scenario.document


SAFE = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
NAMES = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,8}", fullmatch=True) | st.sampled_from(
    ["null", "true", "yes", "no", "0755", "1e3", "1_0", "2001-01-01", "1.5", "0x10", "0o7", "y"]
)


@given(SAFE, SAFE, st.lists(NAMES, max_size=3, unique=True))
def test_any_text_survives_yaml_json_and_a_token(
    tmp_path_factory: pytest.TempPathFactory, title: str, target: str, names: list[str]
) -> None:
    document: dict[str, Any] = {
        "title": title,
        "userns": {name: {"parent": other} for name, other in zip(names[1:], names, strict=False)},
        "setup": [{"type": "symlink", "path": "l", "target": target, "mode": "0755"}],
        "notes": target + string.whitespace + title,
    }
    document["userns"].update({name: {} for name in names[:1]})
    scenario = Scenario(document)
    folder = tmp_path_factory.mktemp("kept")
    for name in ("s.json", "s.yaml"):
        scenario.save(folder / name)
        assert Scenario(folder / name).document == document
    assert Scenario(scenario.token()).document == document


def test_a_loaded_scenario_shares_nothing_with_what_it_came_from(tmp_path: Path) -> None:
    rows = [[0, 0, 1]]
    given = MappingProxyType(
        {"userns": {"M": MappingProxyType({"uid_map": rows, "gid_map": rows})}}
    )
    scenario = Scenario(given)
    rows.append([1, 1, 1])
    assert scenario.document == {"userns": {"M": {"uid_map": [[0, 0, 1]], "gid_map": [[0, 0, 1]]}}}
    scenario.save(tmp_path / "s.yaml")
    assert "&" not in (tmp_path / "s.yaml").read_text()
    assert json.loads(json.dumps(scenario.document)) == parse_text(
        (tmp_path / "s.yaml").read_bytes()
    )


def test_a_source_that_is_not_there_says_what_is(tmp_path: Path) -> None:
    cases = {
        "home-on-a-stik": "did you mean home-on-a-stick? (kfuncviz gallery lists",
        "": "neither a file nor one of the",
        "no\x1b[1m\nsuch": r"'no\x1b[1m\nsuch' is neither",
        str(tmp_path): "Is a directory",
        "x" * 5000: "File name too long",
        "a\0b": "null",
    }
    for source, words in cases.items():
        with pytest.raises(ScenarioError) as caught:
            load(source)
        assert words in str(caught.value)
        assert str(caught.value).isprintable()
        assert len(str(caught.value)) < 250


def test_of_too_many_rows_nothing_else_is_said() -> None:
    (problem,) = validate({"userns": {"M": {"uid_map": [["x"]] * 1001}}})
    assert str(problem).endswith("1001 rows; the kernel takes 340, this format 1000")


#: What people write who know the system calls, the ids and the options of mount(8).
OPERATIONS = (
    "mmap name_to_handle_at open_by_handle_at setreuid setregid setuid setgid initgroups "
    "fanotify_mark mount fsmount umount listmount unshare chattr quotactl"
)
KEYS = {
    "callers": "cap_bset euid",
    "mounts": "ro nosuid nodev noexec nosymfollow rdonly",
    "fs": "lower upper quota ro",
    "userns": "projid_map",
    "setup": "immutable xattr",
    "settings": "lsm",
}


def test_what_people_write_is_known() -> None:
    assert set(unmodelled.OPERATIONS) == set(OPERATIONS.split())
    assert {part: set(words.split()) for part, words in KEYS.items()} == {
        part: set(words) for part, words in unmodelled.KEYS.items() if part != "ops"
    }


def test_what_is_not_modelled_is_named_and_told() -> None:
    told = (Path(__file__).resolve().parents[2] / "data/scenario.md").read_text(encoding="utf-8")
    for name, known in unmodelled.OPERATIONS.items():
        assert name not in schema.OP_ARGUMENTS
        (problem,) = validate({"ops": [{"op": name, "path": "."}]})
        assert str(problem) == f"ops[0].op: {name} is not modelled: {known}"
    for part, keys in unmodelled.KEYS.items():
        for key, known in keys.items():
            entry = {key: 1}
            listed = {"setup": [{"type": "dir", "path": "d"} | entry], "fs": entry,
                      "ops": [{"op": "mkdir", "path": "d"} | entry],
                      "settings": entry}.get(part, {"x": entry})  # fmt: skip
            (problem,) = validate({part: listed})
            assert str(problem).endswith(f".{key}: is not modelled: {known}")
    words = "mmap fanotify listmount umount propagation Quota"
    for word in (*words.split(), "project ids", "mount_setattr's own"):
        assert word in told, word


@pytest.mark.parametrize(
    ("op", "place", "known"),
    [
        ({"op": "open", "flags": "O_TMPFILE"}, "flags", "tmpfile makes such a file"),
        ({"op": "open", "flags": "O_RDWR|O_TMPFILE"}, "flags", "tmpfile makes such a file"),
        ({"op": "open", "flags": ["O_RDWR", "O_TMPFILE"]}, "flags", "tmpfile makes such a file"),
        ({"op": "utimens", "when": "omit"}, "when", "atime: omit"),
        ({"op": "chmod", "path": "", "mode": "0644"}, "path", "fchownat has empty_path"),
    ],
)
def test_a_value_that_is_not_modelled_is_named(op: Any, place: str, known: str) -> None:
    (problem,) = problems({"ops": [{"path": "f"} | op]})
    assert problem.startswith(f"ops[0].{place}: ")
    assert "is not modelled: " in problem
    assert known in problem


def test_a_row_alone_is_told_to_be_a_list_of_rows() -> None:
    assert problems({"userns": {"M": {"uid_map": [0, 100000, 65536]}}}) == [
        "userns.M.uid_map: [0, 100000, 65536] is one row; want a list of rows: [[0, 100000, 65536]]"
    ]
    assert len(problems({"userns": {"M": {"uid_map": [0, 1]}}})) == 2


def test_a_filesystem_that_is_nearly_known_is_told() -> None:
    for name, near in (("EXT4", ", did you mean 'ext4'?"), ("qnx", ""), (5, "")):
        (problem,) = problems({"fs": {"type": name}})
        assert problem.endswith(f", tracefs{near}")


def test_a_strange_value_is_no_limit_of_the_model() -> None:
    for flags in (True, 3, "4", None):
        (problem,) = problems({"ops": [{"op": "rename", "path": "f", "to": "g", "flags": flags}]})
        assert problem.endswith("is not one of 0, 1, 2, 4")


def test_a_filesystem_of_a_namespace_is_a_tmpfs() -> None:
    spaces = {"N": {"uid_map": [[0, 5, 5]]}}
    assert validate({"userns": spaces, "fs": {"type": "tmpfs", "userns": "N"}}) == []
    (problem,) = validate({"userns": spaces, "fs": {"type": "ext4", "userns": "N"}})
    assert str(problem) == (
        "fs.userns: only a tmpfs is modelled as mounted in a user namespace, not 'ext4'"
    )


def test_attrs_are_of_what_can_be_opened() -> None:
    entry = {"type": "file", "path": "f", "attrs": ["append", "immutable"]}
    assert problems({"setup": [entry]}) == []
    for attrs, words in (
        (["apend"], "a list of immutable, append, did you mean 'append'?"),
        (["append", "append"], "a list of immutable, append, each once"),
        ("append", "a list of immutable, append"),
        ([1], "a list of immutable, append"),
    ):
        (problem,) = problems({"setup": [entry | {"attrs": attrs}]})
        assert problem.startswith("setup[0].attrs: ")
        assert problem.endswith(words)
    assert problems({"setup": [{"type": "symlink", "path": "l", "attrs": ["append"]}]}) == [
        "setup[0].attrs: only a dir, file or exe has attrs"
    ]
    (problem,) = problems({"setup": [{"type": "file", "path": "f", "immutable": True}]})
    assert problem == "setup[0].immutable: is not modelled: write attrs: [immutable]"


def test_flags_of_a_mount_are_named() -> None:
    assert problems({"mounts": {"m": {"flags": ["ro", "nosymfollow"]}}}) == []
    (problem,) = problems({"mounts": {"m": {"flags": ["nosud"]}}})
    assert problem.startswith(
        "mounts.m.flags: ['nosud'] is not a list of ro, nosuid, noexec, nodev"
    )
    assert problem.endswith("did you mean 'nosuid'?")
    (problem,) = problems({"mounts": {"m": {"ro": True}}})
    assert problem == "mounts.m.ro: is not modelled: write flags: [ro]"


def test_what_is_ambient_is_held_and_inheritable() -> None:
    names = ["CAP_CHOWN", "CAP_FOWNER"]
    good = {"caps": names, "inheritable": "all", "ambient": names}
    assert problems({"callers": {"c": good}}) == []
    for spec, words in (
        (good | {"inheritable": ["CAP_CHOWN"]}, "CAP_FOWNER must be in caps and inheritable too"),
        (good | {"caps": "none"}, "CAP_CHOWN and 1 more must be in caps and inheritable too"),
        ({"kuid": 5, "inheritable": names, "ambient": ["CAP_FOWNER"]}, "CAP_FOWNER must be"),
        (good | {"ambient": ["CAP_CHWON"]}, "unknown capability 'CAP_CHWON'"),
    ):
        (problem,) = problems({"callers": {"c": spec}})
        assert problem.startswith("callers.c.ambient: ")
        assert words in problem
    assert problems({"callers": {"c": {"inheritable": names, "ambient": names}}}) == []
    (problem,) = problems({"callers": {"c": {"securebits": ["no_root"]}}})
    assert problem.endswith("did you mean 'noroot'?")
    (problem,) = problems({"callers": {"c": {"no_new_privs": 1}}})
    assert problem == "callers.c.no_new_privs: 1 is not true or false"


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ("O_CREAT", "is not one of r, w, rw, a, wtrunc, x, or a list of O_RDONLY, O_WRONLY"),
        (["O_CRAET"], "did you mean 'O_CREAT'?"),
        (["O_RDONLY", "O_RDWR"], "flags of one access mode: O_RDONLY, O_WRONLY or O_RDWR"),
        (["O_CREAT", "O_DIRECTORY"], "open(2) makes no directory (EINVAL since 6.4)"),
        (["O_CREAT", "O_CREAT"], "each once"),
    ],
)
def test_flags_of_open_go_together(flags: Any, words: str) -> None:
    (problem,) = problems({"ops": [{"op": "open", "path": "f", "flags": flags}]})
    assert problem.startswith("ops[0].flags: ")
    assert words in problem


def test_a_mode_is_for_what_is_created() -> None:
    op = {"op": "open", "path": "f", "mode": "0600"}
    assert problems({"ops": [op | {"flags": ["O_CREAT"]}]}) == []
    sound = ["O_PATH", "O_CREAT", "O_DIRECTORY"]
    assert problems({"ops": [op | {"flags": sound}]}) == []
    for flags in ({}, {"flags": "w"}, {"flags": ["O_WRONLY"]}):
        assert problems({"ops": [op | flags]}) == [
            "ops[0].mode: is for what O_CREAT makes: flags has no O_CREAT"
        ]
