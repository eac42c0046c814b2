# SPDX-License-Identifier: BSD-3-Clause
"""kfuncviz verify: one answer, an exit status, and one line for what cannot be used."""

from __future__ import annotations

import io
import json
import re
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from kfuncviz.cli import main
from kfuncviz.cli.verify import _FORMAT
from kfuncviz.kfuncs.verifier import KERNELS, answer
from kfuncviz.kfuncs.verifier.shipped import programs

Out = tuple[int, str, list[str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    def ask(*arguments: str) -> Out:
        status = main(["verify", *arguments])
        out, err = capsys.readouterr()
        return status, out, err.splitlines()

    return ask


@pytest.mark.parametrize("kernel", KERNELS)
def test_it_prints_what_the_kernel_said(run: Any, kernel: str) -> None:
    for one in programs()[KERNELS.index(kernel) : 31 : len(KERNELS)]:
        said = one.measured[kernel]
        status, out, err = run(str(one.case), "--kernel", kernel)
        printed = json.loads(out)
        assert list(printed)[:4] == ["accept", "line", "rule", "measured"]
        assert (printed["accept"], printed["line"]) == (said.accept, said.line)
        assert printed["measured"] is True
        assert (status, err) == (0 if said.accept else 1, [])
        assert out.count("\n") == 1


def test_by_number_by_name_and_from_a_file(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = json.dumps(programs()[11].document("6.18"))
    file = tmp_path / "p.json"
    file.write_text(text)
    wanted = json.dumps(asdict(answer("12", "6.18.15"))) + "\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    for name in ("12", "number-for-task", str(file), "-"):
        assert run(name, "--kernel", "6.18.15") == (1, wanted, [])
    yaml = tmp_path / "p.yaml"
    yaml.write_text("type: LSM\nattach: task_alloc\nsteps: [{call: bpf_task_acquire, args: [1]}]\n")
    assert run(str(yaml), "--kernel", "6.18.15")[1] == wanted


def test_in_words(run: Any) -> None:
    status, out, _ = run("number-for-task", "--kernel", "7.3.4", "--as", "text")
    assert status == 1
    assert out.splitlines() == [
        "The verifier of 7.3.4 refuses the program (measured).",
        "  R1 is scalar expected STRUCT task_struct",
        "Rule pointer, EINVAL.",
        "Why: p is a struct task_struct, the program passes a number.",
        "Basis: measured on 7.3.4.",
    ]
    words = " ".join(run("walked-mount", "--kernel", "6.18.15", "--as", "text")[1].split())
    said = answer("walked-mount", "6.18.15")
    assert len(said.marks) == 2
    assert all(f"Mark: {mark}." in words for mark in said.marks)
    status, out, _ = run("task-leak", "--kernel", "6.14", "--as", "text")
    said = answer("task-leak", "6.14")
    words = " ".join(out.split())
    assert "refuses the program (modelled)." in words
    assert f"Basis: {said.follows}. Mark: {said.marks[0]}." in words
    assert words.endswith(f"Note: {said.notes[0]}.")
    assert max(len(line) for line in out.splitlines() if not line.startswith("  ")) <= 72
    status, out, _ = run("exe-file", "--kernel", "6.12.43", "--as", "text")
    assert (status, out.splitlines()[:2]) == (0, [
        "The verifier of 6.12.43 accepts the program (measured).",
        "Why: every step passes and nothing is owed at the end.",
    ])  # fmt: skip


def test_the_list(run: Any) -> None:
    status, out, err = run("--list")
    assert (status, err) == (0, [])
    rows = [re.fullmatch(r" ?(\d+) (\S+) +(\S.*)", line) for line in out.splitlines()]
    assert [(int(m[1]), m[2], m[3]) for m in rows if m] == [
        (one.case, one.name, one.title) for one in programs()
    ]


def test_the_example_of_the_help_is_a_program(run: Any, tmp_path: Path) -> None:
    example = _FORMAT.split("example:\n")[1].split("\nExit status")[0]
    file = tmp_path / "p.json"
    file.write_text(example)
    assert [run(str(file), "--kernel", at)[0] for at in ("6.17", "6.18")] == [0, 1]
    with pytest.raises(SystemExit) as caught:
        main(["verify", "--help"])
    assert caught.value.code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "a PROGRAM is missing; kfuncviz verify --help shows what is wanted"),
        (["1"], "--kernel is missing; kfuncviz verify --help shows what is wanted"),
        (["--kernel", "6.12"], "a PROGRAM is missing"),
        (["--list", "1"], "--list stands alone"),
        (["--list", "--kernel", "6.12"], "--list stands alone"),
        (["1", "--kernel", "8.0"], "the call check is modelled for 6.4 to 7.3, not for '8.0'"),
        (["1", "--kernel", "6.1.170"], "modelled for 6.4 to 7.3, not for '6.1.170'"),
        (["1", "--kernel", "latest"], "'latest' is not a kernel release; write it like '6.12'"),
        (["99", "--kernel", "6.12"], "unknown program (1 to 32, or its name) '99'"),
        (
            ["walkd-mount", "--kernel", "6.12"],
            "No such file or directory, did you mean 'walked-mount'?",
        ),
        (["\u0663", "--kernel", "6.12"], "\u0663: No such file or directory"),
        (["no/walkd-mount", "--kernel", "6.12"], "no/walkd-mount: No such file or directory"),
        (["18", "--kernel", "6.8"], "steps[1].call: bpf_get_task_exe_file is not in 6.8"),
        (["32", "--kernel", "6.7"], "neither measured nor read; known: since 6.8"),
    ],
)
def test_what_cannot_be_used_is_one_line(run: Any, arguments: list[str], said: str) -> None:
    status, out, err = run(*arguments)
    assert (status, out, len(err)) == (2, "", 1)
    assert err[0].startswith("kfuncviz: ")
    assert said in err[0]


HOSTILE = {
    "empty": b"",
    "no object": b"[]",
    "a number": b"7",
    "deep": b"[" * 100_000,
    "long": b" " * 70_000,
    "bytes": b"\xff\xfe\x00",
    "twice": b'{"type": "LSM", "type": "XDP", "steps": []}',
    "many steps": json.dumps({"type": "LSM", "steps": [{"test": "x"}] * 300}).encode(),
    "long name": json.dumps({"type": "LSM", "steps": [{"test": "x" * 9000}]}).encode(),
    "escape": json.dumps({"type": "\x1b[31mLSM", "steps": [{"test": "x"}]}).encode(),
    "huge number": b'{"type": "LSM", "steps": [{"call": "f", "args": [' + b"9" * 5000 + b"]}]}",
    "bad key": json.dumps({"type": "LSM", "stepz": []}).encode(),
    "nan": b'{"type": NaN, "steps": [{"test": "x"}]}',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_get_plain_lines(run: Any, tmp_path: Path, name: str) -> None:
    file = tmp_path / "p.json"
    file.write_bytes(HOSTILE[name])
    status, out, err = run(str(file), "--kernel", "6.12")
    assert (status, out) == (2, "")
    assert len(err) == 1
    assert err[0].startswith(f"kfuncviz: {file}: ")
    assert err[0].isprintable()
    assert len(err[0]) < 900


def test_a_loader_without_the_capability_is_told_that_nobody_looked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (
        '{"type": "LSM", "attach": "file_open", "caps": ["CAP_BPF"], "steps": [{"current": "t"}]}'
    )
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert main(["verify", "-", "--kernel", "7.0", "--as", "text"]) == 1
    assert "(no line of a log: the verifier was not asked)\nRule loader, EPERM." in (
        capsys.readouterr().out
    )
