# SPDX-License-Identifier: BSD-3-Clause
"""What differs between two cases, as data and as the command prints it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from kfuncviz import render
from kfuncviz.api import Scenario
from kfuncviz.scenario.ownership.difference import Case, differences
from tests.cli.test_cli import Capture, run
from tests.explorers.scenarios import SCENARIO

FOCUS = {"path": "f", "by": "c", "via": "m", "kind": "uid"}


def case(**changed: Any) -> Case:
    scenario = Scenario({**SCENARIO, "focus": FOCUS} | changed)
    answer = scenario.who_owns()
    return Case(scenario.document, scenario.document["focus"], answer, render.sentence(answer))


def told(**changed: Any) -> dict[str, tuple[str, str]]:
    """The differences of the scenario from one with something changed, by part and name."""
    found = differences(case(), case(**changed))
    return {f"{part}: {name}": (a, b) for part, name, a, b in found}


def test_a_case_does_not_differ_from_itself_nor_in_words_about_it() -> None:
    assert told() == {}
    assert told(title="x", notes="y", source="z", profile="p") == {}


def test_the_question_and_the_answer() -> None:
    found = told(focus=FOCUS | {"kind": "gid", "direction": "create"})
    assert found["question: kind"] == ("uid", "gid")
    assert found["question: direction"] == ("-", "create")
    assert found["answer: On disk"] == ("1000", "100")
    assert found["answer: You see"] == ("1000", "-")
    assert found["answer: this caller's stat"] == ("succeeds", "-")
    assert found["answer: this caller's create"][0] == "-"
    words = found["answer: in words"]
    assert words == (
        case().sentence,
        case(focus=FOCUS | {"kind": "gid", "direction": "create"}).sentence,
    )
    assert list(found) == sorted(found, key=lambda name: "qsma".index(name[0]))


def test_an_id_that_is_lost_is_told_as_such() -> None:
    found = told(focus=FOCUS | {"path": "far"})
    assert found["answer: In the mount"] == ("101000", "no number")
    assert found["answer: You see"] == ("1000", "no number, shown as 65534")
    found = told(focus=FOCUS | {"direction": "chown", "id": 70000})
    assert found["answer: error"] == ("-", "EINVAL")


def test_maps_on_the_way() -> None:
    spaces = SCENARIO["userns"] | {"M": {"uid_map": [[0, 100000, 9], [1000, 200000, 1]]}}
    found = told(userns=spaces)
    rows = ("0 100000 65536", "0 100000 9; 1000 200000 1")
    assert found["maps: mount idmap"] == rows
    assert found["scenario: userns.M.uid_map"] == rows
    plain = told(focus=FOCUS | {"via": "bare", "by": "h"})
    assert plain["maps: mount idmap"] == ("0 100000 65536", "no map")
    unmade = told(userns={**SCENARIO["userns"], "M": {"uid_map": []}, "N": {}})
    assert unmade["maps: mount idmap"][1] == "never written"


def test_what_only_one_of_them_has_stands_in_one_line() -> None:
    setup = [*SCENARIO["setup"][1:], {"type": "file", "path": "f", "kuid": 1000, "mode": "0600"}]
    callers = SCENARIO["callers"] | {"z": {"kuid": 5, "caps": ["CAP_CHOWN"]}}
    found = told(setup=setup, callers=callers,
                 mounts={**SCENARIO["mounts"], "y": {}}, ops=[{"op": "stat", "path": "f"}],
                 settings={"kernel": "6.12"}, fs={"type": "ext4"})  # fmt: skip
    assert found["scenario: setup.f.mode"] == ("-", "0600")
    assert found["scenario: setup.f.kgid"] == ("100", "-")
    assert found["scenario: callers.z"] == ("-", 'kuid 5, caps ["CAP_CHOWN"]')
    assert found["scenario: mounts.y"] == ("-", "as usual")
    assert found["scenario: ops[0]"] == ("-", "op stat, path f")
    assert found["scenario: settings"] == ("-", "kernel 6.12")
    assert found["scenario: fs"] == ("-", "type ext4")
    assert not any(".far" in name or ".path" in name for name in found)
    acl = [["user_obj", None, "rw-"], ["other", None, "---"]]
    setup = [SCENARIO["setup"][0] | {"acl": acl}, *SCENARIO["setup"][1:]]
    assert told(setup=setup)["scenario: setup.f.acl"][1] == "user_obj - rw-; other - ---"


# ---------------------------------------------------------------------------- the command


def test_the_command_prints_both_titles_and_what_differs(capsys: Capture, tmp_path: Path) -> None:
    token = run(capsys, "show", "keep-id", "--as", "token", "--kind", "gid")[1].strip()
    status, out, err = run(capsys, "diff", "keep-id", f"see {token}")
    assert (status, err) == (0, "")
    title = "What does keep-id do, and which number does everybody else get?"
    lines = out.splitlines()
    assert lines[:6] == [f"A  {title}", f"B  {title}", "", "question", "  kind", "    A  uid"]
    assert lines[6] == "    B  gid"
    assert lines[-2:] == ["", str(Scenario("keep-id").made)]
    assert max(map(len, lines)) <= 72
    assert out.isascii()
    path = tmp_path / "own.json"
    path.write_text(json.dumps({"title": "<b>\u202e\x1b[2J", "ops": []}))
    status, out, _ = run(capsys, "diff", str(path), "keep-id")
    assert status == 0
    assert out.startswith("A  <b>")
    assert out.replace("\n", "").isprintable()
    assert "\nmaps\n" in out
    assert "\nanswer\n" in out


def test_two_that_are_the_same(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"keep-id\n")))
    status, out, _ = run(capsys, "diff", "keep-id", "-")
    assert status == 0
    assert out.splitlines()[2:] == ["", "no difference"]
    plain = run(capsys, "diff", "/dev/null", "keep-id")
    assert plain[:2] == (2, "")


@pytest.mark.parametrize(
    ("sources", "problem"),
    [
        (("keep-ip", "keep-id"), "kfuncviz: A: 'keep-ip' is neither a file nor one of"),
        (("keep-id", "kfv2.AAAA"), "kfuncviz: B: token: damaged: too short"),
        (("-", "-"), "kfuncviz: -: standard input can be read only once"),
    ],
)
def test_a_case_that_cannot_be_used_is_named(
    capsys: Capture, sources: tuple[str, str], problem: str
) -> None:
    status, out, err = run(capsys, "diff", *sources)
    assert (status, out) == (2, "")
    assert err.startswith(problem)
    assert len(err.splitlines()) == 1


def test_a_question_that_leads_nowhere_is_named(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "lost.json"
    path.write_text(json.dumps({"focus": {"path": "nowhere"}}))
    status, out, err = run(capsys, "diff", str(path), "keep-id")
    assert (status, out) == (2, "")
    assert err.startswith("kfuncviz: A: ENOENT: there is no 'nowhere'")
