# SPDX-License-Identifier: BSD-3-Clause
"""
kfuncviz show, gallery and replay: what is read, and what of it is told
=======================================================================

Which files there are to ask about, which part of the focus counts, the words under an answer, the
forms an answer and an input may have.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kfuncviz.api import Scenario
from kfuncviz.explorers import thread
from kfuncviz.explorers.engine import tokens
from kfuncviz.scenario.load import WORKED, gallery, load
from kfuncviz.scenario.reading import lines
from tests.cli.test_cli import Capture, run

FOCUS = {"path": "f", "by": "c", "via": "m", "kind": "gid"}
DOCUMENT: dict[str, Any] = {
    "userns": {"M": {"uid_map": [[0, 10000, 9]], "gid_map": [[0, 20000, 9]]}},
    "setup": [{"type": "file", "path": "f", "kuid": 5, "kgid": 6,
               "acl": [["user_obj", None, 7], ["user", 3, 7], ["group_obj", None, 7],
                       ["mask", None, 7], ["other", None, 7]]},
              {"type": "file", "path": "g", "kuid": 7, "kgid": 8}],
    "mounts": {"m": {"userns": "M"}}, "callers": {"c": {"kuid": 10001, "kgid": 20001}},
    "ops": [{"op": "chown", "path": "g", "uid": 2, "by": "c"}],
}  # fmt: skip


@pytest.fixture
def show(capsys: Capture, tmp_path: Path) -> Any:
    """Show a document; exit status, standard output, standard error."""

    def ask(document: dict[str, Any], *arguments: str) -> tuple[int, str, str]:
        file = tmp_path / "s.json"
        file.write_text(json.dumps(document))
        return run(capsys, "show", str(file), *arguments)

    return ask


@pytest.mark.parametrize("group", ["", WORKED])
def test_a_gallery_is_two_columns(capsys: Capture, group: str) -> None:
    names = gallery(group)
    longest = max(len(name) for name in names)
    told = "".join(
        f"{name}{' ' * (longest - len(name))}  {load(name)['title']}\n" for name in names
    )
    assert run(capsys, "gallery", *filter(None, [group])) == (0, told, "")


@pytest.mark.parametrize("number", [1, 6, 7])
def test_where_a_file_is_missing_the_first_six_are_named(show: Any, number: int) -> None:
    files = [{"type": "file", "path": f"f{n}"} for n in range(number)]
    files[0]["path"] = "n" * 100
    inside = [{"type": "dir", "path": "d"}, {"type": "file", "path": "d/inside"}]
    sub = {"mounts": {"a": {}, "m": {"subdir": "d"}}, "setup": [*files, *inside]}
    there = ["n" * 57 + "...", *(f"f{n}" for n in range(1, 6))]
    told = ", ".join(there[:number]) if number < 6 else ", ".join(there)
    wanted = f"ENOENT: there is no 'gone' in the directory; there is: {told}"
    status, out, err = show({"setup": files}, "--path", "gone")
    assert (status, out) == (2, "")
    assert err == f"kfuncviz: {wanted}{', ...' if number == 7 else ''}\n"
    for how in (("--via", "m"), ()):
        focus = {} if how else {"focus": {"via": "m", "path": "inside"}}
        _, _, err = show(sub | focus, "--path", "gone", *how)
        assert err.endswith("; there is: inside\n")


def test_what_leads_nowhere_else_has_no_list_of_files(show: Any) -> None:
    _, _, err = show(DOCUMENT, "--path", "f", "--entry", "user:5", "--by", "c", "--via", "m")
    assert err == "kfuncviz: ENODATA: f has no entry user:5; there is: user:3\n"


@pytest.mark.parametrize(
    ("focus", "arguments", "question"),
    [
        (FOCUS, [], FOCUS),
        (FOCUS, ["--kind", "uid"], FOCUS | {"kind": "uid"}),
        (FOCUS, ["--id", "3", "--direction", "chown"], {"id": 3, "direction": "chown"}),
        (FOCUS, ["--op", "0", "--kind", "gid"], {"op": 0, "kind": "gid"}),
        (FOCUS | {"id": 4, "direction": "chown"}, ["--entry", "user:3"],
         FOCUS | {"entry": "user:3"}),
        (FOCUS | {"id": 4, "direction": "chown"}, ["--by", "root"],
         FOCUS | {"id": 4, "direction": "chown", "by": "root"}),
        (FOCUS | {"entry": "user:3"}, ["--by", "root"], FOCUS | {"entry": "user:3", "by": "root"}),
        *((FOCUS | {"entry": "user:3"}, [f"--{key}", value], FOCUS | {key: value})
          for key, value in (("path", "g"), ("kind", "uid"), ("direction", "create"))),
        ({}, ["--path", "g"], {"path": "g"}),
    ],
)  # fmt: skip
def test_what_is_asked_of_the_focus_counts_where_it_fits(
    show: Any, focus: dict[str, Any], arguments: list[str], question: dict[str, Any]
) -> None:
    scenario = Scenario(DOCUMENT | {"focus": focus})
    status, out, _ = show(scenario.document, "--as", "json", *arguments)
    assert status == 0
    told = json.loads(out)
    answer = json.loads(json.dumps(scenario.who_owns(**question).as_dict()))
    assert {key: told[key] for key in answer} == answer
    asked = {} if "op" in question else question
    assert told["token"] == scenario.link(**asked)[1:]
    assert out.startswith('{\n "')


def test_under_an_answer_stand_title_and_notes_in_lines_that_fit(show: Any) -> None:
    words = "one two three four five six seven eight nine-ten"
    paragraphs = f"{words[:23]}\n  {words[24:]}\n\nThe end."
    _, out, _ = show({"title": "A \x1b title?", "notes": paragraphs}, "--width", "48")
    assert out.split("\n\nabout this scenario\n")[1] == (
        "  A ? title?\n  one two three four five six seven eight\n  nine-ten\n  The end.\n"
    )
    _, out, _ = show({"title": "Only this"})
    assert out.endswith("\n\nabout this scenario\n  Only this\n")


def test_all_that_is_wrong_with_a_question_is_told_one_at_a_time(show: Any) -> None:
    for arguments, told in (
        (["--by", "d"], "--by: 'd' is not in the scenario; there are: c, root"),
        (["--via", "n" * 99],
         f"--via: '{'n' * 57}...' is not in the scenario; there are: m, plain"),
        (["--op", "1"], "--op: there is no operation 1; there is: 0 to 0"),
        (["--path", "/" + "n" * 99],
         f"--path: '/{'n' * 56}...' is not a path relative to the mount's root"),
        (["--entry", "user:" + "9" * 99], f"--entry: 'user:{'9' * 52}...' is not user:ID"),
        (["--as", "svg", "--width", "1" * 99],
         f"--width: {'1' * 37}...: a picture is 240 to 1600 pixels wide"),
        (["--op", "0", "--id", "1"], "--id: an operation brings its own; leave it out with --op"),
        (["--op", "0", "--via", "m"], "--via: an operation brings its own; leave it out"),
    ):  # fmt: skip
        status, out, err = show(DOCUMENT, *arguments)
        assert (status, out) == (2, "")
        assert err.startswith(f"kfuncviz: {told}")
        assert err.count("\n") == 1
    assert show({}, "--op", "0")[2] == (
        "kfuncviz: --op: there is no operation 0; the scenario has none\n"
    )
    assert (
        show({"ops": [{"op": "stat", "path": "."}] * 2}, "--op", "1", "--entry", "rootid")[0] == 2
    )
    for fine in (["--by", "root"], ["--via", "plain"], ["--width", "48"], ["--id", "0"],
                 ["--as", "svg", "--width", "1600", "--theme", "light"]):  # fmt: skip
        assert show(DOCUMENT, *fine)[0] == 0


def test_a_name_too_long_for_a_file_is_said_once(capsys: Capture) -> None:
    status, out, err = run(capsys, "show", "x" * 300)
    assert (status, out) == (2, "")
    assert err == f"kfuncviz: {'x' * 197}...: File name too long\n"
    _, _, err = run(capsys, "show", f"kfv1.{'A' * 300}")
    assert err.startswith("kfuncviz: token: damaged")


# -------------------------------------------------------------------------- replay


@pytest.mark.parametrize(
    ("name", "status"), [("s.yaml", 0), ("s.json", 0), ("s.jsonl", 2), ("s.ndjson", 2)]
)
def test_a_file_of_lines_holds_json_alone(
    capsys: Capture, tmp_path: Path, name: str, status: int
) -> None:
    (tmp_path / name).write_text("ops: []")
    found, out, err = run(capsys, "replay", str(tmp_path / name))
    assert (found, bool(out)) == (status, status == 0)
    assert err.startswith(f"kfuncviz: {tmp_path / name}: line 1: " if status else "")


def test_a_line_without_end_is_given_up(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(lines, "JSON_MAX", 20)
    monkeypatch.setattr(lines, "SKIPPED_MAX", 40)
    file = tmp_path / "s.jsonl"
    file.write_text('{"ops": []}\n' + '"' + "x" * 200)
    status, out, err = run(capsys, "replay", str(file))
    assert (status, out.count("\n")) == (2, 1)
    broken, endless = err.splitlines()
    assert broken.startswith(f"kfuncviz: {file}: line 2: ")
    given_up = "line 2: more than 40 bytes; what may follow it is not read"
    assert endless == f"kfuncviz: {file}: {given_up}"


def test_what_a_line_holds_besides_its_scenario_is_left_alone(
    capsys: Capture, tmp_path: Path
) -> None:
    """Only what ``show`` wrote, an answer with lanes and a token, stands for the token's case."""
    own, token = {"id": "mine"}, Scenario({"id": "the token's"}).token()
    held = {
        json.dumps({"scenario": own, **more}): wanted
        for more, wanted in (
            ({}, "mine"), ({"token": token}, "mine"), ({"lanes": [], "token": 5}, "mine"),
            ({"lanes": [], "token": "none"}, "mine"),
            ({"lanes": [], "token": token}, "the token's"),
        )
    }  # fmt: skip
    file = tmp_path / "s.jsonl"
    file.write_text("\n".join(held))
    status, out, err = run(capsys, "replay", str(file))
    assert (status, err) == (0, "")
    assert [json.loads(line)["id"] for line in out.splitlines()] == [*held.values()]


def test_a_link_is_replayed_as_what_it_opens(capsys: Capture) -> None:
    for link in (Scenario("keep-id").link("https://example.org/", kind="gid"),
                 f"see {Scenario('keep-id').token()} there", "rst-formal-1"):  # fmt: skip
        name = "keep-id" if "/" in link or " " in link else link
        assert run(capsys, "replay", link) == run(capsys, "replay", name)


def test_a_damaged_token_is_no_file_that_is_missing(capsys: Capture) -> None:
    damaged = "token: damaged: too short\n"
    told = f"kfuncviz: kfv1.AAAA: {damaged}kfuncviz: kfv2.AAAA: {damaged}"
    assert run(capsys, "replay", "kfv1.AAAA", "kfv2.AAAA") == (2, "", told)
    none = tokens.encode("thread", thread.first(None))
    told = f"{none}: token: it opens the explorer 'thread', which shows no scenario"
    assert run(capsys, "replay", none) == (2, "", f"kfuncviz: {told}\n")
