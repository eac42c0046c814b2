# SPDX-License-Identifier: BSD-3-Clause
"""
The names users type
====================

What is written can be read again; a document may be changed and is checked anew; what cannot be
asked is refused in words; what Python hands over means what the same text in a file would.
"""

from __future__ import annotations

import copy
import enum
import json
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import kfuncviz as kv
from kfuncviz.model.errors import KernelError
from kfuncviz.model.uidgid import INVALID, LAST_ID
from kfuncviz.scenario.checking import schema
from kfuncviz.scenario.checking.validate import validate
from kfuncviz.scenario.machine import Machine
from kfuncviz.scenario.ownership.ask import ownership
from kfuncviz.scenario.problems import ScenarioError
from kfuncviz.scenario.reading.document import JSON_MAX, YAML_MAX, parse_text
from kfuncviz.scenario.reading.json_text import DEPTH_MAX
from kfuncviz.scenario.reading.values import plain
from kfuncviz.scenario.reading.written import json_of, yaml_of
from tests.chaos import Chaos

SMALL: dict[str, Any] = {
    "userns": {"M": {"uid_map": [[0, 10000, 1000]]}},
    "mounts": {"m": {"userns": "M"}},
    "setup": [{"type": "file", "path": "f", "kuid": 5}, {"type": "symlink", "path": "l",
              "target": "f"}],
    "focus": {"path": "f"},
    "ops": [{"op": "stat", "path": "f"}],
}  # fmt: skip


def problems(ask: Any, *arguments: Any, **question: Any) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        ask(*arguments, **question)
    return str(caught.value).split("\n")


# ------------------------------------------------------------------ what is written

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
LINES = st.lists(TEXT, max_size=4).map("\n".join) | st.sampled_from(
    ["yes", "0755", "1e3", "null", "~", "", " ", "- a", "a: b", "# a", "'", '"', "\\", "%", "&a",
     "*a", "!a", "|", ">", "{", "[", "\t", "\r", "\r\n", "\x85", "\u2028", "\ufeff", "a " * 90,
     "=", "<<", "2001-01-01", "1:30", "\U0001f600", "---", "...", "9" * 400]
)  # fmt: skip


@settings(max_examples=30)
@given(
    st.integers(0, 10**6), LINES, LINES, LINES, LINES | st.integers(-(1 << 64) + 1, (1 << 64) - 1),
    st.integers(0, LAST_ID),
)  # fmt: skip
def test_what_is_saved_can_be_loaded_and_is_the_same(
    tmp_path_factory: pytest.TempPathFactory, seed: int, title: str, notes: str, target: str,
    label: Any, number: int,
) -> None:  # fmt: skip
    document = Chaos(seed).scenario()
    document["fs"].pop("userns", None)
    document["ops"] = document["ops"][:9]
    document |= {
        "title": title[:200],
        "notes": notes,
        "source": target,
        "profile": notes[:200],
        "id": label,
        "focus": {"id": number, "kind": "gid"},
    }
    document["setup"].append({"type": "symlink", "path": "more", "target": target})
    document["ops"].append({"op": "setxattr", "path": "f", "name": "user.a", "value": notes})
    assert validate(document) == []
    scenario, folder = kv.Scenario(document), tmp_path_factory.mktemp("saved")
    for name in ("s.json", "s.yaml"):
        scenario.save(folder / name)
        assert kv.Scenario.load(folder / name).document == document
    assert kv.Scenario(scenario.token()).document == document


def test_the_name_of_a_file_says_how_it_is_written(tmp_path: Path) -> None:
    written = {name: json_of if name in ("s.json", "s") else yaml_of
               for name in ("s.json", "s.yaml", "s.yml", "s")}  # fmt: skip
    for name, form in written.items():
        kv.Scenario(SMALL).save(tmp_path / name)
        assert (tmp_path / name).read_text("utf-8") == form(SMALL)


@pytest.mark.parametrize("label", [1 << 64, -(1 << 64), 10**400, 10**5000], ids=range(4))
def test_a_number_that_no_file_can_hold_is_no_label(label: int) -> None:
    (problem,) = problems(kv.Scenario, {"id": label})
    assert problem.endswith("is not a text or whole number")
    assert len(problem) < 120


def test_what_could_not_be_loaded_is_not_written(tmp_path: Path) -> None:
    scenario = kv.Scenario({"setup": [{"type": "file", "path": str(n), "content": "c" * 60000}
                                      for n in range(150)]})  # fmt: skip
    for name, words in (
        (
            "s.yaml",
            f"more than {YAML_MAX} characters of YAML, the most a scenario may have: save it as",
        ),
        ("s.json", f"more than {JSON_MAX} bytes of JSON, the most a scenario may have"),
    ):
        (problem,) = problems(scenario.save, tmp_path / name)
        assert words in problem
        assert not (tmp_path / name).exists()
    scenario.document["setup"] = [{"type": "fil", "path": "f"}]
    for form in ("s.yaml", "s.json"):
        assert problems(scenario.save, tmp_path / form)[0].startswith("setup[0].type: 'fil' is not")
    assert problems(scenario.token)[0].startswith("setup[0].type: 'fil' is not")
    assert list(tmp_path.iterdir()) == []


def test_json_that_would_be_too_long_indented_is_written_in_one_line() -> None:
    rows = {f"n{n}": {"uid_map": [[0, 0, 1]] * 1000} for n in range(64)}
    names = [{"type": "file", "path": "ü" * 100} for _ in range(4000)]
    document = {"userns": rows, "setup": names, "ops": [{"op": "stat", "path": "ü" * 250}] * 9999}
    assert len(json.dumps(document, indent=1)) > JSON_MAX
    text = json_of(document)
    assert text.count("\n") == 1
    assert len(text.encode()) <= JSON_MAX
    assert parse_text(text) == document
    assert json_of({"a": [1]}) == '{\n "a": [\n  1\n ]\n}\n'


def test_the_limits_of_a_text_are_met_exactly() -> None:
    def long(size: int) -> dict[str, str]:
        return {"notes": "n" * size}

    room = YAML_MAX - len(yaml_of(long(1000))) + 1000
    yaml_of(long(room))
    assert problems(yaml_of, long(room + 1))
    room = JSON_MAX - len(json_of(long(0))) + len(json_of(long(0))) - len('{"notes":""}\n')
    assert len(json_of(long(room))) == JSON_MAX
    assert problems(json_of, long(room + 1))


# ------------------------------------------------------------------ a document that is changed


def test_what_is_asked_is_asked_of_the_document_as_it_is_now() -> None:
    s = kv.Scenario(SMALL)
    machine = s.machine
    assert s.machine is machine
    assert s.who_owns().lanes[-1].id == 10005
    s.document["setup"][0]["kuid"] = 7
    assert s.machine is not machine
    assert s.who_owns().lanes[-1].id == 10007
    assert s.replay()[0].result["disk"]["uid"] == 7
    assert s.open("f").f_inode.i_uid == 7
    s.document["userns"]["M"]["uid_map"][0][2] = 0
    assert [problem.place for problem in s.refusals] == ["userns.M.uid_map[0]"]
    s.document["ops"].append({"op": "chwon", "path": "f"})
    for ask in (s.replay, s.who_owns, s.token, lambda: s.refusals, lambda: s.open("f")):
        assert problems(ask) == ["ops[1].op: unknown operation 'chwon', did you mean 'chown'?"]


def test_the_ids_of_an_answer_and_the_errnos_of_a_scenario_are_those_it_shows() -> None:
    lost = kv.who_owns("three-kinds-of-nobody")
    assert lost.ids == [lane.id for lane in lost.lanes] == [0, None, None]
    made = kv.Scenario("chown-outside-the-map")
    told = [op["err"] for op in made.replay().result["ops"]]
    assert kv.errnos(made) == kv.errnos("chown-outside-the-map") == kv.errnos(made.document) == told
    assert told[:3] == [None, "EOVERFLOW", "EINVAL"]
    del made.document["ops"][1]
    assert kv.errnos(made) == [None, *told[2:]]


def test_a_scenario_is_nobody_elses() -> None:
    given = copy.deepcopy(SMALL)
    first, second = kv.Scenario(given), kv.Scenario(given)
    first.document["setup"][0]["kuid"] = 9
    assert given == second.document == SMALL


# ------------------------------------------------------------------ what Python hands over


class Word(str, enum.Enum):  # noqa: UP042  (as older programs write it)
    FILE = "file"


def test_what_python_hands_over_is_read_as_from_a_file() -> None:
    idmap = kv.IdMap("0 100000 65536\n70000 5 1")
    s = kv.Scenario(types.MappingProxyType({
        "userns": {"M": {"uid_map": idmap.rows, "gid_map": tuple(idmap)}},
        "setup": ({"type": Word.FILE, "path": np.str_("f"), "kuid": np.uint32(5)},),
        "ops": [{"op": "chown", "path": "f", "uid": np.int64(7)}],
    }))  # fmt: skip
    rows = [[0, 100000, 65536], [70000, 5, 1]]
    assert s.document == {
        "userns": {"M": {"uid_map": rows, "gid_map": rows}},
        "setup": [{"type": "file", "path": "f", "kuid": 5}],
        "ops": [{"op": "chown", "path": "f", "uid": 7}],
    }
    kinds: set[type] = set()

    def walk(value: Any) -> None:
        kinds.add(type(value))
        for part in (
            (*value, *value.values())
            if isinstance(value, dict)
            else (value if isinstance(value, list) else ())
        ):
            walk(part)

    walk(s.document)
    assert kinds == {dict, list, str, int}
    assert yaml.safe_load(yaml_of(s.document)) == s.document


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({"ops": {1, 2}}, "ops: {1, 2} is a Python set, not a list"),
        ({"title": b"x"}, r"title: b'x' is not a text of at most 200 characters without NUL"),
        ({"callers": {"c": {"kuid": True}}}, "callers.c.kuid: true is not a whole number from 0"),
        ({"callers": {"c": {"kuid": 5.5}}}, "callers.c.kuid: 5.5 is not a whole number from 0"),
        ({"callers": {"c": {"caps": {"CAP_CHOWN": False}}}},
         "callers.c.caps: {'CAP_CHOWN': False} is not \"all\", \"none\", \"-CAP_CHOWN,...\" "),
        ({"callers": {"c": {"kgroups": {"5": 1}}}}, "callers.c.kgroups: {'5': 1} is not a list"),
        ({"setup": [{"type": "chr", "path": "c", "rdev": {"1": 1, "3": 3}}]},
         "setup[0].rdev: {'1': 1, '3': 3} is not [major, minor]"),
        ({"setup": [{"type": "file", "path": "c", "acl": {"user": 1}}]},
         "setup[0].acl: {'user': 1} is not a list of entries"),
        ({"setup": [{"type": "file", "path": "c", "acl": [{"user": 1, "a": 2, "b": 3}]}]},
         "setup[0].acl: [{'a': 2, 'b': 3, 'user': 1}] is not a list of entries"),
        ({"userns": {"M": {"uid_map": {"0": 1}}}}, "userns.M.uid_map: {'0': 1} is an object, not"),
        ({"userns": {"M": {"uid_map": [{"0": 1, "1": 2, "2": 3}]}}}, "userns.M.uid_map[0]: {"),
        ({"ops": [{"op": "access", "path": "f", "mask": ["r"]}]}, "ops[0].mask: ['r'] is not a"),
        ({"ops": [{"op": "access", "path": "f", "mask": {"r": 0}}]}, "ops[0].mask: {'r': 0} is"),
        ({"ops": {"op": "stat"}}, "ops: {'op': 'stat'} is an object, not a list"),
        ({"userns": [["M", {}]]}, "userns: [['M', {}]] is a list, not an object"),
        ({"mounts": {"m": []}}, "mounts.m: [] is a list, not an object"),
        ({"focus": {"id": INVALID}}, f"focus.id: {INVALID} is not a whole number from 0 to 429"),
        ({"focus": {"id": True}}, "focus.id: true is not a whole number from 0 to"),
        ({1: 2}, "1: unknown key"),
    ],
)  # fmt: skip
def test_what_is_of_the_wrong_kind_is_refused(document: Any, problem: str) -> None:
    (found,) = problems(kv.Scenario, document)
    assert found.startswith(problem)


def test_a_source_of_the_wrong_kind_is_refused() -> None:
    for source, what in ((5, "a number"), (None, "null"), ([], "a list"), (b"x", "a Python bytes")):
        (problem,) = problems(kv.Scenario, source)
        assert problem == (
            f"a scenario is a gallery name, a file, a share token or an object, not {what}"
        )


def test_a_document_without_an_end_is_refused() -> None:
    round_and_round: dict[str, Any] = {}
    round_and_round["userns"] = round_and_round
    assert problems(kv.Scenario, round_and_round) == [f"nested deeper than {DEPTH_MAX}"]
    value: Any = 0
    for _ in range(DEPTH_MAX):
        value = [value]
    assert plain(value) == value
    assert problems(plain, [value]) == [f"nested deeper than {DEPTH_MAX}"]


# ------------------------------------------------------------------ what can be asked


@pytest.mark.parametrize("path", [5, "", "/f", "../f"])
def test_a_question_about_no_path_is_refused(path: Any) -> None:
    scenario = kv.Scenario({"ops": []})
    for ask in (scenario.who_owns, scenario.open):
        with pytest.raises(ScenarioError, match=f"path: {json.dumps(path)}|path: '{path}' is not"):
            ask(path)


def test_an_open_file_is_what_the_path_leads_to() -> None:
    s = kv.Scenario(SMALL)
    for path in ("f", "l", "./l"):
        file = s.open(path)
        assert (file.f_inode.name, file.f_path.mnt.name) == ("f", "m")
    assert s.open("f", via="plain").f_path.mnt.name == "plain"


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"path": "x"}, KernelError, "ENOENT: there is no 'x'"),
        ({"path": "f", "via": "nope"}, KernelError,
         "EINVAL: the mount 'nope' is not there; there is: plain, m"),
        ({"path": ""}, ScenarioError, "path: '' is not a path"),
        ({"path": None}, ScenarioError, "path: null is not a path"),
        ({"path": 5}, ScenarioError, "path: 5 is not a path"),
        ({"path": "/f"}, ScenarioError, "path: '/f' is not a path relative to the mount's root"),
        ({"path": "../f"}, ScenarioError, "path: '../f' is not a path that does not climb"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_opened_says_why(
    arguments: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error) as caught:
        kv.Scenario(SMALL).open(**arguments)
    assert str(caught.value).startswith(words)


@pytest.mark.parametrize("id", [5.5, True, -1, INVALID, "5", 1 << 70])
def test_an_id_is_one_thing_everywhere(id: Any) -> None:
    """The validator, the question and the model agree on what an id is."""
    assert schema.an_id(id) is not None
    assert validate({"focus": {"id": id}})
    for ask in (lambda: kv.who_owns(SMALL, id=id), lambda: ownership(Machine(SMALL), id=id)):
        with pytest.raises((ValueError, TypeError), match=f"whole number from 0 to {LAST_ID}"):
            ask()


@pytest.mark.parametrize("id", [0, 5, LAST_ID])
def test_every_id_that_passes_is_answered(id: int) -> None:
    assert schema.an_id(id) is None
    for direction in ("read", "create", "chown"):
        s = kv.Scenario(SMALL | {"focus": {"id": id, "direction": direction, "via": "plain"}})
        assert id in [lane.id for lane in s.who_owns().lanes]
        assert s.to_text()
        assert s.to_svg()


def test_the_format_document_says_what_an_id_is(root: Path) -> None:
    said = (root / "data" / "scenario.md").read_text("utf-8")
    assert f"Ids are whole numbers from 0 to {LAST_ID}. {INVALID} is" in said


def test_numbers_of_numpy_and_releases_are_asked_by() -> None:
    assert kv.who_owns(SMALL, id=np.int64(5)).lanes[-1].id == 10005
    assert kv.Scenario.load("keep-id", kernel="6.1").document["settings"]["kernel"] == "6.1"
    found = problems(kv.Scenario.load, "keep-id", kernel=6.1)
    assert len(found) == 1
    assert found[0].startswith("settings.kernel: 6.1 is not a kernel release")
