# SPDX-License-Identifier: BSD-3-Clause
"""
The command
===========

What each sub-command answers, on which stream, with which exit status: 0 answered, 1 the kernel
would refuse, 2 the input could not be used.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from kfuncviz.api import Scenario
from kfuncviz.cli import main
from kfuncviz.dialects.commands import commands
from kfuncviz.explorers.engine import exports
from kfuncviz.render import sentence
from kfuncviz.scenario.load import gallery, load
from kfuncviz.scenario.machine import Machine, replay
from kfuncviz.scenario.replay import notes

Capture = pytest.CaptureFixture[str]
STAT = {"ops": [{"op": "stat", "path": "."}]}
ANSWER = json.dumps(replay(STAT))


def run(capsys: Capture, *arguments: str) -> tuple[int, str, str]:
    """Exit status, standard output, standard error."""
    try:
        status = main(arguments)
    except SystemExit as stop:
        status = int(stop.code or 0)
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return status, out, err


@cache
def noted(name: str) -> tuple[str, ...]:
    """What is to be said besides the answer to a case of the gallery."""
    return tuple(Scenario(name).replay().notes)


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> Any:
    def feed(data: bytes) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))

    return feed


# ------------------------------------------------------------------------ replay


def test_replay_prints_one_result_a_line_and_nothing_else(
    capsys: Capture, stdin: Any, tmp_path: Path
) -> None:
    (tmp_path / "one.yaml").write_text("ops:\n  - {op: stat, path: .}\n")
    (tmp_path / "many.jsonl").write_text(
        json.dumps(STAT) + "\n" + json.dumps({"scenario": STAT, "x": 1})
    )
    stdin(json.dumps(STAT, indent=1).encode())
    status, out, err = run(
        capsys, "replay", str(tmp_path / "one.yaml"), "-", str(tmp_path / "many.jsonl")
    )
    assert (status, err) == (0, "")
    assert out.splitlines() == [ANSWER] * 4


@pytest.mark.parametrize("name", gallery())
def test_replay_prints_what_the_model_gives(capsys: Capture, name: str, tmp_path: Path) -> None:
    scenario = Scenario(name)
    scenario.save(tmp_path / "s.json")
    status, out, err = run(capsys, "replay", str(tmp_path / "s.json"))
    assert status == 0
    assert json.loads(out) == json.loads(json.dumps(replay(scenario.document)))
    said = notes(Machine(scenario.document))
    assert err.splitlines() == [f"kfuncviz: {tmp_path / 's.json'}: note: {note}" for note in said]
    refused = {str(problem) for problem in scenario.refusals}
    assert refused <= {line.split(": note: ")[1] for line in err.splitlines()}


@pytest.mark.parametrize("name", ["x.jsonl", "x.txt"])
def test_a_broken_line_does_not_hide_the_others(capsys: Capture, tmp_path: Path, name: str) -> None:
    good = json.dumps(STAT)
    lines = [
        "{broken",
        good,
        "[1]",
        "5",
        "null",
        '"x"',
        '{"opps": []}',
        "\x1b[2J",
        "ops: []",
        "",
        good,
    ]
    path = tmp_path / name
    path.write_text("\n".join(lines))
    status, out, err = run(capsys, "replay", str(path))
    assert status == 2
    assert out.splitlines() == [ANSWER] * 2
    assert [re.sub(r".*: line (\d+): .*", r"\1", line) for line in err.splitlines()] == list(
        "13456789"
    )
    assert err.splitlines()[0] == (
        f"kfuncviz: {path}: line 1: column 2: not JSON: "
        "expecting property name enclosed in double quotes"
    )
    assert all(line.isprintable() for line in err.splitlines())


def test_what_show_wrote_as_json_is_replayed_as_the_case_it_tells_of(
    capsys: Capture, tmp_path: Path
) -> None:
    written = tmp_path / "shown.json"
    assert run(capsys, "show", "jovyan", "--as", "json", "-o", str(written))[0] == 0
    assert run(capsys, "replay", str(written)) == run(capsys, "replay", "jovyan")


def test_a_wrapped_scenario_is_still_checked(capsys: Capture, stdin: Any) -> None:
    stdin(b'{"scenario": {"opps": []}, "ops": [{"err": null}]}')
    status, out, err = run(capsys, "replay", "-")
    assert (status, out) == (2, "")
    assert "line 1: opps: unknown key, did you mean 'ops'?" in err


def test_files_that_cannot_be_read_do_not_hide_the_others(capsys: Capture, tmp_path: Path) -> None:
    good = tmp_path / "good.json"
    good.write_text(json.dumps(STAT))
    (tmp_path / "empty").touch()
    names = [tmp_path, tmp_path / "none\x1b[1m\nx", tmp_path / "a\0b", tmp_path / "empty", good]
    status, out, err = run(capsys, "replay", *map(str, names))
    assert status == 2
    assert out.splitlines() == [ANSWER]
    reasons = [line.rsplit(": ", 1)[1] for line in err.splitlines()]
    assert reasons[:2] == ["Is a directory", "No such file or directory"]
    assert "null" in reasons[2]
    assert reasons[3].startswith("the document is empty")
    assert all(line.isprintable() for line in err.splitlines())


def test_standard_input_is_read_once(capsys: Capture, stdin: Any) -> None:
    stdin(json.dumps(STAT).encode())
    assert run(capsys, "replay", "", "-") == (
        2, ANSWER + "\n", "kfuncviz: '': a file has a name; - is standard input\n",
    )  # fmt: skip
    assert run(capsys, "check-map", "--as", "uid_map", "")[2].startswith("kfuncviz: '': a file has")
    stdin(json.dumps(STAT).encode())
    assert run(capsys, "replay", "-", "-") == (
        2,
        "",
        "kfuncviz: -: standard input can be read only once\n",
    )


# -------------------------------------------------------------------------- show


def test_a_line_that_is_not_utf8_has_its_place_once(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'{"ops": []}\n\n{"title": \xff}\n')
    status, _, err = run(capsys, "replay", str(path))
    assert status == 2
    assert err == f"kfuncviz: {path}: line 3: byte 11: not UTF-8; a scenario is a UTF-8 text\n"


def test_a_budget_that_ends_hides_no_other_input(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("kfuncviz.model.budget.WORK_MAX", 100)
    path = tmp_path / "x.jsonl"
    much = {"ops": [{"op": "stat", "path": "./" * 20}] * 9}
    path.write_text("\n".join(map(json.dumps, (STAT, much, STAT))))
    status, out, err = run(capsys, "replay", str(path))
    assert (status, out.splitlines()) == (2, [ANSWER] * 2)
    assert err == (
        f"kfuncviz: {path}: line 2: ops[1]: too much to ask: more than 100 components of paths "
        "and entries of ACLs to go through\n"
    )
    path.write_text(json.dumps({"focus": {"path": "./" * 200}}))
    status, out, err = run(capsys, "show", str(path))
    assert (status, out) == (2, "")
    assert "too much to ask" in err


def test_what_the_kernel_refuses_of_the_maps_is_noted_with_the_row(
    capsys: Capture, stdin: Any
) -> None:
    rows = [[0, 0, 5], [9, 9, 1], [4, 50, 1]]
    spaces = {"M": {"uid_map": rows}, "N": {"parent": "M"}, "O": {"uid_map": [[0, 0, 1]],
              "gid_map": [[1, 1, 0]]}}  # fmt: skip
    stdin(json.dumps({"userns": spaces}).encode())
    status, out, err = run(capsys, "replay", "-")
    assert status == 0
    assert json.loads(out)["userns"] == {"M": "EINVAL", "N": "EINVAL", "O": "EINVAL"}
    overlap = "id 4 of col 1 overlaps uid_map[0], which already maps 0...4; the next free id is 5"
    notes = (
        f"M.uid_map[2]: EINVAL: {overlap}",
        f"N.parent: EINVAL: M could not be made: EINVAL at userns.M.uid_map[2]: {overlap}",
        "O.gid_map[0]: EINVAL: a count of 0 maps nothing; the least is 1",
    )
    assert err.splitlines() == [f"kfuncviz: -: line 1: note: userns.{note}" for note in notes]


def test_names_without_end_are_cut(capsys: Capture, tmp_path: Path) -> None:
    huge = "n" * 100_000
    for arguments in (
        ("replay", huge), ("show", huge), ("check-map", "--as", "uid_map", huge), (huge,),
        ("show", "keep-id", "--by", huge), ("show", "keep-id", "--path", huge),
        ("show", "keep-id", "--via", huge), ("show", "keep-id", "--kind", huge), ("kfunc", huge),
        ("compare-exposures", huge), ("course", str(tmp_path / huge)), ("show", f"kfv1.{huge}"),
        ("check-map", "--as", "uid_map", "--text", "0 0 1", "--parent", huge),
    ):  # fmt: skip
        status, out, err = run(capsys, *arguments)
        assert (status, out) == (2, "")
        assert len(err.splitlines()[-1]) < 1000
    status, out, _ = run(capsys, "check-map", "--as", "uid_map", "--text", f"0 {huge} 1")
    assert (status, len(out) < 1000) == (1, True)


@pytest.mark.parametrize("name", gallery())
@pytest.mark.parametrize("form", ["text", "svg", "token"])
def test_every_gallery_scenario_is_shown(capsys: Capture, name: str, form: str) -> None:
    status, out, err = run(capsys, "show", name, "--as", form)
    assert status == 0
    assert err.splitlines() == [f"kfuncviz: note: {note}" for note in noted(name)]
    if form == "text":
        assert all(len(line) <= 72 for line in out.splitlines())
    elif form == "svg":
        assert ET.fromstring(out).tag == "{http://www.w3.org/2000/svg}svg"
    else:
        assert Scenario(out).document == Scenario(name).document


@pytest.mark.parametrize(
    ("arguments", "question"),
    [
        (["--path", "unlisted", "--by", "root", "--via", "plain"],
         {"path": "unlisted", "by": "root", "via": "plain"}),
        (["--id", "7"], {"id": 7}),
        (["--id", "0", "--kind", "gid"], {"id": 0, "kind": "gid"}),
        (["--direction", "create"], {"direction": "create"}),
        (["--id", "1", "--direction", "chown", "--kind", "gid"],
         {"id": 1, "direction": "chown", "kind": "gid"}),
        (["--kind", "gid"], {"kind": "gid"}),
    ],
)  # fmt: skip
def test_every_option_is_part_of_the_question(
    capsys: Capture, tmp_path: Path, arguments: list[str], question: dict[str, Any]
) -> None:
    """Without an id the rest is the scenario's focus; with one, only what was typed counts."""
    focus = {"path": "f", "by": "c", "via": "m", "kind": "uid"}
    document = {
        "userns": {"M": {"uid_map": [[0, 10000, 9]], "gid_map": [[0, 20000, 9]]}},
        "setup": [{"type": "file", "path": "f", "kuid": 5, "kgid": 6},
                  {"type": "file", "path": "unlisted", "kuid": 70}],
        "mounts": {"m": {"userns": "M"}}, "callers": {"c": {"kuid": 10001, "kgid": 20001}},
        "focus": focus,
    }  # fmt: skip
    path = tmp_path / "s.json"
    path.write_text(json.dumps(document))
    scenario = Scenario(document)
    asked = ({} if "id" in question else focus) | question
    for form, picture in (("text", scenario.to_text), ("svg", scenario.to_svg)):
        status, out, err = run(capsys, "show", str(path), "--as", form, *arguments)
        assert (status, err) == (0, "")
        assert out == picture(**asked).rstrip("\n") + "\n"
        assert out != picture(**focus).rstrip("\n") + "\n"
    _, dark, _ = run(capsys, "show", str(path), "--as", "svg", "--theme", "dark")
    assert dark == scenario.to_svg(theme="dark", **focus).rstrip("\n") + "\n"


def test_a_width_is_honoured(capsys: Capture) -> None:
    for width in (48, 72, 120):
        _, out, _ = run(capsys, "show", "keep-id", "--width", str(width))
        assert width - 12 < max(map(len, out.splitlines())) <= width
    assert run(capsys, "show", "keep-id", "--width", "10000")[0] == 0
    widths = {}
    for width in (240, 1200, 1600):
        _, out, _ = run(capsys, "show", "keep-id", "--as", "svg", "--width", str(width))
        widths[width] = float(ET.fromstring(out).attrib["width"])
    assert all(width <= drawn <= width + 8 for width, drawn in widths.items())
    _, usual, _ = run(capsys, "show", "keep-id", "--as", "svg")
    assert float(ET.fromstring(usual).attrib["width"]) == widths[1200]


@pytest.mark.parametrize("quote", ["{}", "> {}\n", "  {}\r\n", "\ufeff{}"])
def test_a_token_or_a_name_is_read_from_standard_input(
    capsys: Capture, stdin: Any, quote: str
) -> None:
    expected = run(capsys, "show", "keep-id")
    for text in (Scenario("keep-id").token(), json.dumps(Scenario("keep-id").document), "keep-id"):
        if ">" in quote and not text.startswith("kfv1."):
            continue
        stdin(quote.format(text).encode())
        assert run(capsys, "show", "-") == expected


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--by", "x\x1b[1m"], r"--by: 'x\x1b[1m' is not in the scenario; there are: you, root"),
        (
            ["--via", "nope"],
            "--via: 'nope' is not in the scenario; there are: stick, unmapped, plain",
        ),
        (
            ["--path", "nope"],
            "ENOENT: there is no 'nope' in the directory; there is: home, home/letter.txt",
        ),
        (["--path", "n\x1b[1m\nope"], r"n\x1b[1m\nope"),
        (["--path", "/abs"], "--path: '/abs' is not a path relative to the mount's root"),
        (["--path", ""], "--path: '' is not a path"),
        (["--path", "../.."], "--path: '../..' is not a path that does not climb out of the mount"),
        (["--path", "\udc80"], r"--path: '\udc80' is not a path"),
        (["--path", "a" * 5000], "ENAMETOOLONG: a path has at most 4095 bytes"),
        (["--id", "-1"], "--id: '-1' is not a whole number from 0 to 4294967294"),
        (["--id", "4294967295"], "--id: '4294967295' is not a whole number from 0 to"),
        (["--id", "9" * 5000], "9...' is not a whole number from 0 to"),
        (["--id", "x"], "--id: 'x' is not a whole number"),
        *(
            (["--width", width], f"--width: {width!r} is not a whole number from 48 to 10000")
            for width in ("0", "-5", "47", "10001", "1e3", "\u0663\u0663\u0663", "1_000")
        ),
        (["--as", "svg", "--width", "1000000000"], "--width: 1000000000: a picture is 240 to 1600"),
        (["--as", "svg", "--width", "x"], "--width: x: a picture is 240 to 1600 pixels wide"),
        (["--as", "json", "--width", "72"], "--width: json has no width; leave it out"),
        (["--as", "token", "--width", "72"], "--width: token has no width; leave it out"),
        (["--theme", "dark"], "--theme: text has no colours; leave it out, or ask for --as svg"),
        (["--as", "json", "--theme", "light"], "--theme: json has no colours"),
        (["--as", "svg", "--width", "10000"], "--width: 10000: a picture is 240 to 1600 pixels"),
        (["--as", "svg", "--width", "239"], "--width: 239: a picture is 240 to 1600 pixels wide"),
        (["--as", "svg", "--width", "1601"], "--width: 1601: a picture is 240 to 1600 pixels"),
        (["--kind", "pid"], "invalid choice: 'pid'"),
        (["\x1b[31m"], r"unrecognized arguments: \x1b[31m"),
    ],
)
def test_a_question_that_cannot_be_asked(
    capsys: Capture, arguments: list[str], problem: str
) -> None:
    status, out, err = run(capsys, "show", "home-on-a-stick", *arguments)
    assert (status, out) == (2, "")
    last = err.splitlines()[-1]
    assert problem in last
    assert last.isprintable()
    assert len(last) < 450


def test_an_operation_is_shown_from_the_state_before_it(capsys: Capture) -> None:
    status, out, _ = run(capsys, "show", "chown-outside-the-map", "--op", "1", "--kind", "gid")
    assert status == 0
    assert out.startswith("chown data/file by container_root via one_owner\n")
    assert "chown to gid 33: refused with EOVERFLOW" in out
    for arguments, problem in (
        (("--op", "99"), "--op: there is no operation 99; there is: 0 to 5"),
        (("--op", "1", "--by", "root"), "--by: an operation brings its own"),
        (("--op", "-1"), "--op"),
    ):
        status, out, err = run(capsys, "show", "chown-outside-the-map", *arguments)
        assert (status, out) == (2, "")
        assert problem in err


def test_an_answer_as_json_says_both(capsys: Capture) -> None:
    _, out, _ = run(capsys, "show", "chown-outside-the-map", "--as", "json")
    answer = json.loads(out)
    asked = Scenario("chown-outside-the-map").who_owns()
    assert [lane["id"] for lane in answer["lanes"]] == [lane.id for lane in asked.lanes]
    assert [(hop["key"], hop["fate"], hop["row"]) for hop in answer["hops"]] == [
        ("mount", "lost", None), ("caller", "arrives", 0),
    ]  # fmt: skip
    assert answer["access"]["op"]["op"] == "chown"
    assert answer["access"]["err"] == answer["access"]["why"]["errno"] == "EOVERFLOW"
    assert answer["access"]["why"]["check"] == "notify_change"
    assert answer["sentence"] == sentence(asked)
    assert answer["calls"][0] == asked.calls[0].line


def test_an_entry_instead_of_the_owner(capsys: Capture) -> None:
    name = "acl-with-a-strange-number"
    _, usual, _ = run(capsys, "show", name)
    assert usual.startswith("user:986 of secret read by service via narrow\n")
    _, owner, _ = run(capsys, "show", name, "--path", "secret")
    assert owner.startswith("secret seen by service via narrow\n")
    _, op, _ = run(capsys, "show", "acl-entry-of-another-number", "--op", "0")
    assert op.startswith("user:1000 of shared read by worker via volume\n")
    _, same, _ = run(
        capsys, "show", "acl-entry-of-another-number", "--op", "0", "--entry", "user:1000"
    )
    assert same == op
    _, wide, _ = run(capsys, "show", name, "--via", "wide", "--entry", "user:986")
    assert "the caller reads the same 986" in wide
    for arguments, problem in (
        (("--entry", "mask"), "--entry: 'mask' is not user:ID or group:ID"),
        (("--entry", "user:986", "--id", "5"), "--entry: is asked about with direction read"),
        (("--entry", "group:5"), "ENODATA: secret has no entry group:5; there is: user:986"),
    ):
        status, out, err = run(capsys, "show", name, *arguments)
        assert (status, out) == (2, "")
        assert problem in err


def test_a_mount_that_the_kernel_refuses_is_in_the_scenario(
    capsys: Capture, tmp_path: Path
) -> None:
    path = tmp_path / "s.json"
    path.write_text('{"userns": {"M": {"uid_map": [[0, 0, 0]]}}, "mounts": {"m": {"userns": "M"}}}')
    status, out, err = run(capsys, "show", str(path), "--via", "m")
    assert status == 0
    told = " ".join(out.split())
    assert "Stored as uid 0 on disk. There is no mount m to ask through: ENOENT, userns M" in told
    assert "note: mounts.m: ENOENT: userns M could not be made" in err


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("home-on-a-stik", "did you mean home-on-a-stick"),
        ("kfv1.AAAA", "token: damaged: too short"),
        ("kfv2.AAAA", "token: damaged: too short"),
        ("kfv3.AAAA", "token: version 3"),
        ("/", "/: Is a directory"),
        ("", "neither a file nor"),
    ],
)
def test_a_scenario_that_cannot_be_found(capsys: Capture, source: str, problem: str) -> None:
    status, out, err = run(capsys, "show", source)
    assert (status, out) == (2, "")
    assert problem in err
    assert len(err.splitlines()) == 1


def test_a_file_that_cannot_be_read_is_named_once(capsys: Capture, tmp_path: Path) -> None:
    status, out, err = run(capsys, "show", str(tmp_path))
    assert (status, out, err) == (2, "", f"kfuncviz: {tmp_path}: Is a directory\n")


def test_every_problem_of_a_file_is_named_with_the_file(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("titel: x\nops: 5\n")
    status, out, err = run(capsys, "show", str(path))
    assert (status, out) == (2, "")
    assert [line.split(": ")[:3] for line in err.splitlines()] == [
        ["kfuncviz", str(path), "titel"], ["kfuncviz", str(path), "ops"],
    ]  # fmt: skip


# --------------------------------------------------------------------- check-map


@pytest.mark.parametrize(
    ("command", "most"),
    [(("check-map", "--as", "uid_map"), 1 << 20), (("verify", "--kernel", "7.3"), 1 << 16)],
)
def test_a_file_is_read_to_its_limit_and_no_further(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: tuple[str, ...], most: int
) -> None:
    path = tmp_path / "long.json"
    path.write_bytes(b" " * most)
    assert "more than" not in run(capsys, *command, str(path))[2]
    path.write_bytes(b" " * (most + 1))
    assert run(capsys, *command, str(path)) == (
        2,
        "",
        f"kfuncviz: {path}: more than {most} bytes\n",
    )


@pytest.mark.parametrize(
    ("arguments", "status", "answer"),
    [
        (
            ["uid_map", "--text", "0 100000 65536"],
            0,
            ("accepted: 1 row\n  inside 0...65535 = outside 100000...165535 (65536 ids)\n"),
        ),
        (
            ["uid_map", "--text", "0 0 1\n5 5 1"],
            0,
            ("accepted: 2 rows\n  inside 0 = outside 0 (1 id)\n  inside 5 = outside 5 (1 id)\n"),
        ),
        (["uid_map", "--text", ""], 1, "line 1: blank, but every line needs three numbers"),
        (["uid_map", "--text", "0 0"], 1, "line 1: 2 of three numbers (col 1, col 2, count)"),
        (
            ["uid_map", "--text", "0 0 1\n5 x 1"],
            1,
            "line 2: field 2 is 'x', not a plain decimal number",
        ),
        (["uid_map", "--text", "0 0 9\n9 5 1"], 1, "line 2: id 5 of col 2 overlaps line 1"),
        (["gid_map", "--text", "0 0 1 7"], 1, "line 1: '7' after the third number"),
        (["uid_map", "--text", "0 1\x1b[31m 1"], 1, r"field 2 is '1\x1b[31m', not a plain"),
        (["uid_map", "--text", "0 0 1\n" * 2000], 1, "bytes; a write must stay below 4096"),
        (["uid_map", "--text", "0 0 1", "--parent", "0 5 1"], 0, "outside 0 (1 id) = kernel 5\n"),
        (
            ["projid_map", "--text", "0 0 1", "--parent", "0 5 1"],
            0,
            "outside 0 (1 id) = kernel 5\n",
        ),
        (
            ["uid_map", "--text", "0 9 1", "--parent", "0 5 1,1 100 5"],
            1,
            ("EPERM: line 1: the parent has no single row that holds 9; its rows hold 0, 1...5"),
        ),
        (["uid_map", "--text", "0 1000 1", "--self", "1000"], 0, "inside 0 = outside 1000 (1 id)"),
        (["uid_map", "--text", "0 1000 2", "--self", "1000"], 1, "EPERM: needs CAP_SETUID"),
        (["gid_map", "--text", "0 7 1", "--self", "7"], 1, "after writing 'deny' to setgroups"),
        (
            ["gid_map", "--text", "0 7 1", "--self", "7", "--deny-setgroups"],
            0,
            "inside 0 = outside 7",
        ),
        (
            ["uid_map", "--text", "0 0 1", "--parent", "0 5 1", "--self", "7"],
            1,
            ("EPERM: 7 is no id of the parent"),
        ),
        (
            ["uid_map", "--text", "4294967296 100000 1\n1 4294967297 3"],
            0,
            "remark: line 2: 4294967297 is taken as 1, for the kernel keeps 32 bits of a number",
        ),
        (
            ["uid_map", "--text", "0 0 4294967296"],
            1,
            "the least is 1\nremark: line 1: 4294967296 is taken as 0, for the kernel keeps 32",
        ),
        (
            ["gid_map", "--text", "u 0 1 1\ng 0 5 2\ng 2 9 1"],
            1,
            'remark: as the kernel wants it, a line each: "0 5 2", "2 9 1"\n',
        ),
        (
            ["uid_map", "--text", json.dumps([[n, n, 1] for n in range(9)])],
            1,
            '"6 6 1", "7 7 1", ...\n',
        ),
        (["subuid", "--text", "# nobody\n"], 0, "no ranges: nobody is given any ids"),
        (["subuid", "--text", "a:1:5"], 0, "a: 1...5 (5 ids)\n"),
        (["subgid", "--text", "a:1:1\nb:1:1"], 0, "remark: line 2: the same range as line 1 (a)"),
        (["subgid", "--text", "a:1:1\nb"], 1, "refused: line 2: 'b' has 1 of three fields"),
        (
            ["gid_map", "--text", "0 5000 1", "--self", "12166:5000", "--deny-setgroups"],
            0,
            "inside 0 = outside 5000 (1 id)\n",
        ),
        (
            ["gid_map", "--text", "0 5000 1", "--self", "12166", "--deny-setgroups"],
            1,
            "remark: written by gid 12166; another gid is told as --self 12166:GID\n",
        ),
        (
            ["uid_map", "--text", "0 5 1", "--parent", "0 5 9", "--self", "5:99"],
            1,
            "EPERM: 99 is no id of the parent",
        ),
        (
            ["subuid", "--text", "b\x1b:1:1"],
            1,
            r"line 1: the owner 'b\x1b' is not a login name or uid",
        ),
    ],
)
def test_a_map_is_accepted_or_refused(
    capsys: Capture, arguments: list[str], status: int, answer: str
) -> None:
    found, out, err = run(capsys, "check-map", "--as", *arguments)
    assert (found, err) == (status, "")
    assert answer in out
    assert all(line.isprintable() for line in out.splitlines())


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["uid_map", "--text", "0 0 1", "--parent", ""], "--parent: EINVAL: line 1: blank"),
        (
            ["uid_map", "--text", "0 0 1", "--parent", "0 0 1,x"],
            "--parent: EINVAL: line 2: field 1",
        ),
        (["uid_map", "--text", "0 0 1", "--self", "-1"], "'-1' is not a whole number from 0 to"),
        (["uid_map", "--text", "0 0 1", "--self", "4294967295"], "is not a whole number from 0 to"),
        (
            ["uid_map", "--text", "0 0 1", "--self", "root"],
            "'root' is not a whole number from 0 to",
        ),
        (["uid_map", "--text", "0 0 1", "--self", "5:"], "'' is not a whole number from 0 to"),
        (["uid_map", "--text", "0 0 1", "FILE"], "either --text or a FILE, not both"),
        (["subuid", "--text", "a:1:1", "--self", "0"], "mean nothing for subuid"),
        (["subgid", "--text", "a:1:1", "--parent", "x"], "mean nothing for subgid"),
        (["subgid", "--text", "a:1:1", "--deny-setgroups"], "mean nothing for subgid"),
        (["uidmap"], "invalid choice: 'uidmap'"),
        (["uid_map", "/"], "/: Is a directory"),
        (["uid_map", "/no/such"], "/no/such: No such file or directory"),
        (["uid_map", "a\0b"], "kfuncviz: a\\x00b: embedded null"),
    ],
)
def test_a_check_that_cannot_be_made(capsys: Capture, arguments: list[str], problem: str) -> None:
    status, out, err = run(capsys, "check-map", "--as", *arguments)
    assert (status, out) == (2, "")
    assert problem in err.splitlines()[-1]


def test_a_map_is_read_from_a_file_and_from_standard_input(
    capsys: Capture, stdin: Any, tmp_path: Path
) -> None:
    path = tmp_path / "map"
    path.write_bytes(b"0 0 1\0 not read by the kernel")
    stdin(b"0 0 1\n")
    assert run(capsys, "check-map", "--as", "uid_map", str(path)) == run(
        capsys, "check-map", "--as", "uid_map"
    )


# ------------------------------------------------------------------------- whole


@pytest.mark.parametrize(
    "command", [[], ["replay"], ["check-map"], ["show"], ["gallery"], ["history"]]
)
def test_help_tells_the_way(capsys: Capture, command: list[str]) -> None:
    status, out, err = run(capsys, *command, "--help")
    assert (status, err) == (0, "")
    assert out.startswith(" ".join(["usage: kfuncviz", *command]))
    assert out.endswith("\n")
    assert not out.endswith("\n\n")
    if command in ([], ["replay"], ["check-map"], ["show"]):
        (said,) = re.findall(r"Exit status: (.*)", " ".join(out.split()))
        assert re.findall(r"(?:^|, )(\d) ", said) == (
            ["0", "2"] if command in (["replay"], ["show"]) else ["0", "1", "2"]
        )


def test_version(capsys: Capture) -> None:
    status, out, err = run(capsys, "--version")
    assert (status, err) == (0, "")
    assert re.fullmatch(r"kfuncviz \d+\.\d+\.\d+\n", out)


@pytest.mark.parametrize("arguments", [[], ["bogus"], ["replay"], ["gallery", "x"], ["--bogus"]])
def test_a_wrong_command_line(capsys: Capture, arguments: list[str]) -> None:
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, "")
    assert err.startswith("usage: kfuncviz")


def test_gallery_lists_every_scenario_with_its_title(capsys: Capture) -> None:
    status, out, err = run(capsys, "gallery")
    assert (status, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()] == gallery()
    assert all(len(line.split()) > 3 for line in out.splitlines())


def test_under_the_answer_stands_what_the_scenario_asks_and_tells(
    capsys: Capture, tmp_path: Path
) -> None:
    document = Scenario("keep-id").document
    _, out, _ = run(capsys, "show", "keep-id")
    answer, told = out.split("\nabout this scenario\n")
    assert answer.rstrip("\n") == Scenario("keep-id").to_text().rstrip("\n")
    assert told.split() == f"{document['title']} {document['notes']}".split()
    _, out, _ = run(capsys, "show", "keep-id", "--as", "json")
    assert json.loads(out)["scenario"] == {key: document[key] for key in ("title", "notes")}
    file = tmp_path / "s.yaml"
    file.write_text('{title: "a\\e[31mb", notes: "\\a bell"}')
    _, out, _ = run(capsys, "show", str(file))
    assert re.fullmatch(r"[ -~\n]*\nabout this scenario\n  a.*b\n.* bell\n", out)
    file.write_text("notes: only notes, in\\ntwo\\n\\nparagraphs")
    _, out, _ = run(capsys, "show", str(file))
    assert "\n\nabout this scenario\n  only notes" in out
    file.write_text("{}")
    assert "about this scenario" not in run(capsys, "show", str(file))[1]


def test_replay_takes_what_show_takes(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = json.dumps(replay(Scenario("keep-id").document)) + "\n"
    for source in ("keep-id", Scenario("keep-id").token()):
        assert run(capsys, "replay", source)[:2] == (0, expected)
    monkeypatch.chdir(tmp_path)
    Path("keep-id").write_text('{"id": "mine"}')
    assert json.loads(run(capsys, "replay", "keep-id")[1])["id"] == "mine"
    _, _, err = run(capsys, "replay", "keep-idd", "no/keep-idd")
    assert err.splitlines() == [
        "kfuncviz: keep-idd: No such file or directory, did you mean 'keep-id'?",
        "kfuncviz: no/keep-idd: No such file or directory",
    ]
    status, out, err = run(capsys, "replay", "--as", "text", "--why", "keep-id")
    assert (status, out) == (2, "")
    assert "--why: text says why without it" in err


def test_several_replays_in_words_are_told_apart(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = {name: run(capsys, "replay", "--as", "text", name)[1] for name in ("jovyan", "keep-id")}
    assert all(text.startswith("  0 stat work") for text in alone.values())
    together = "".join(f"{name}\n{text}" for name, text in alone.items())
    assert run(capsys, "replay", "--as", "text", *alone)[:2] == (0, together)
    name = "a\x1b" + "a" * 203 + ".jsonl"
    (tmp_path / name).write_text('{}\n{"ops": [{"op": "rmdir", "path": "gone"}]}\n')
    monkeypatch.chdir(tmp_path)
    shown = f"a\\x1b{'a' * 192}..."
    assert len(shown) == 200
    assert run(capsys, "replay", "--as", "text", name)[1].splitlines() == [
        f"{shown}: line 1",
        "no operation was made",
        f"{shown}: line 2",
        "  0 rmdir gone -> ENOENT: there is no 'gone' in the directory",
    ]
    other = tmp_path / "other.jsonl"
    other.write_text("{}\n\n")
    assert run(capsys, "replay", "--as", "text", str(other))[1] == "no operation was made\n"
    other.write_text("")
    assert run(capsys, "replay", "--as", "text", str(other))[:2] == (0, "")
    other.write_text("[" * 99)
    monkeypatch.setattr("kfuncviz.scenario.reading.lines.JSON_MAX", 20)
    monkeypatch.setattr("kfuncviz.scenario.reading.lines.SKIPPED_MAX", 5)
    status, out, err = run(capsys, "replay", "--as", "text", str(other))
    first, rest = err.splitlines()
    assert (status, out, "line 1: column 22: not JSON" in first) == (2, "", True)
    assert rest.endswith("line 1: more than 5 bytes; what may follow it is not read")


def test_what_does_not_arrive_says_where_and_what_that_means(capsys: Capture) -> None:
    for name, lost, at in (
        ("file-capabilities-lost", "no name", "caller"), ("keep-id", None, None),
        ("chown-outside-the-map", "refused", "mount"), ("shifted-twice", "nowhere", "mount"),
    ):  # fmt: skip
        answer = json.loads(run(capsys, "show", name, "--as", "json")[1])
        assert (answer["lost"], answer["lost_at"]) == (lost, at)


def test_the_package_runs_as_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kfuncviz", "filesystems", "tmpfs"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.startswith("yes: tmpfs can be idmapped since 6.3")


def test_a_token_carries_the_question(capsys: Capture) -> None:
    _, token, _ = run(capsys, "show", "shifted-twice", "--as", "token", "--path", "untouched")
    asked = run(capsys, "show", "shifted-twice", "--path", "untouched")
    assert run(capsys, "show", token.strip()) == asked
    status, _, err = run(capsys, "show", "shifted-twice", "--as", "token", "--op", "1")
    assert status == 2
    assert "a token carries the scenario and its focus, no operation" in err


def test_what_set_up_could_not_make_is_noted(capsys: Capture, tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_text("setup: [{type: file, path: a/b}]\n")
    status, _, err = run(capsys, "replay", str(file))
    assert status == 0
    why = "ENOENT: could not be made: there is no 'a' in the directory"
    assert err == f"kfuncviz: {file}: note: setup a/b: {why}\n"


def test_what_the_kernel_could_read_is_not_rewritten(capsys: Capture) -> None:
    for text in ("0   0 0", "0 0 1\n0 0 1\n", "5 x 1"):
        _, out, _ = run(capsys, "check-map", "--as", "uid_map", "--text", text)
        assert out.startswith("refused: ")
        assert "remark" not in out


def test_an_answer_can_be_written_to_a_file(capsys: Capture, tmp_path: Path) -> None:
    for form in ("text", "svg", "json", "token"):
        told = run(capsys, "show", "keep-id", "--as", form)
        path = tmp_path / form
        assert run(capsys, "show", "keep-id", "--as", form, "-o", str(path)) == (0, "", told[2])
        assert path.read_text("utf-8") == told[1]
    status, out, err = run(capsys, "show", "keep-id", "-o", str(tmp_path / "none" / "x"))
    assert (status, out) == (2, "")
    assert err.endswith("x: No such file or directory\n")
    assert run(capsys, "show", "keep-id", "-o", "a\0b")[0] == 2


def test_a_page_is_the_scenarios_own(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "page", lambda _, state: f"{state.kind} {state.path}\n")
    told = run(capsys, "show", "keep-id", "--as", "html", "--kind", "gid")
    assert told[:2] == (0, "gid work/notes.md\n")
    monkeypatch.chdir(tmp_path)
    page = run(capsys, "show", "home-on-a-stick", "--as", "html", "-o", "page.html")
    assert page == (0, "", "")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
    assert (tmp_path / "page.html").read_text("utf-8") == "uid home/letter.txt\n"
    assert Scenario("keep-id").to_html(tmp_path / "other.html") == "uid work/notes.md\n"
    assert (tmp_path / "other.html").exists()
    status, _, err = run(capsys, "show", "shifted-twice", "--as", "html", "--op", "1")
    assert status == 2
    assert "a page carries the scenario and its focus, no operation" in err
    for option in ("--width=72", "--theme=dark"):
        assert run(capsys, "show", "keep-id", "--as", "html", option)[0] == 2


def test_json_says_what_made_it_and_how_to_open_it(capsys: Capture) -> None:
    answer = json.loads(run(capsys, "show", "keep-id", "--as", "json", "--kind", "gid")[1])
    assert answer["made"] == Scenario("keep-id").made._asdict()
    assert Scenario(answer["token"]).document["focus"]["kind"] == "gid"
    of_op = json.loads(run(capsys, "show", "shifted-twice", "--as", "json", "--op", "1")[1])
    assert of_op["token"] == Scenario("shifted-twice").link()[1:]


def test_a_token_is_found_in_a_mail(capsys: Capture, stdin: Any) -> None:
    asked = run(capsys, "show", "keep-id", "--kind", "gid")
    mail = "Hello,\n\n" + asked[1].replace("\n", "\n> ") + "\nYours"
    stdin(mail.encode())
    assert run(capsys, "show", "-") == asked
    assert run(capsys, "show", mail) == asked
    link = Scenario("keep-id").link("https://example.org/")
    assert run(capsys, "replay", link)[1] == run(capsys, "replay", "keep-id")[1]


def test_the_commands_ask_what_is_asked(capsys: Capture) -> None:
    usual = run(capsys, "show", "keep-id", "--as", "commands")
    assert usual[:2] == (0, Scenario("keep-id").to_commands())
    assert usual[1] == commands(load("keep-id"))
    asked = run(capsys, "show", "keep-id", "--as", "commands", "--by", "root_inside")[1]
    assert "# root_inside asks through volume" in asked.splitlines()
    status, _, err = run(capsys, "show", "keep-id", "--as", "commands", "--op", "0")
    assert status == 2
    assert "the commands make the scenario and its focus, no operation" in err
