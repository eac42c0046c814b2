# SPDX-License-Identifier: BSD-3-Clause
"""The discussion pack: its commands answer, and what is computed in it is what comes out now."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import kfuncviz as kv
from kfuncviz.cli import main
from kfuncviz.kfuncs.thread import argument_map
from tools import pack

if TYPE_CHECKING:
    import pytest

PACK = pack.PACK.read_text("utf-8")
#: What a mail is about.
SENT = kv.Scenario("capability-that-does-not-count")


def test_the_commands_of_the_pack_answer(tmp_path: Path) -> None:
    quoted = re.sub("(?m)^", "> ", SENT.to_text())
    (tmp_path / "mail.txt").write_text(f"Hello,\n\n{quoted}\n", "utf-8")
    (tmp_path / "paste.txt").write_text("X-mount.idmap=b:0:1000:1\n", "utf-8")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    answers = {}
    for line in re.findall(r"^kfuncviz .*$", PACK, re.MULTILINE):
        done = subprocess.run(
            ["sh", "-c", line], cwd=tmp_path, env=os.environ | {"PATH": path},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        command = line.partition(" #")[0].strip()
        written = re.search(r" -o (\S+)", command)
        answers[command] = (tmp_path / written[1]).read_text("utf-8") if written else done.stdout
        assert answers[command], line
        assert done.returncode == ("doctor" in command), line  # 1: an owner is lost on the way
    assert len(answers) == 12
    assert SENT.to_text() in answers["kfuncviz show - < mail.txt"]
    (replayed,) = (answer for command, answer in answers.items() if " replay " in command)
    assert replayed.rstrip("\n") == str(SENT.replay())


def test_the_code_of_the_pack_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", PACK, re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        exec(compile(block, "discussion-pack.md", "exec"), {})  # noqa: S102
    assert "<svg" in Path("survival.svg").read_text("utf-8")
    assert len(Path("survival.csv").read_text("utf-8").splitlines()) == 63
    assert capsys.readouterr().out.rstrip("\n") in pack.claims()


def test_the_computed_parts_of_the_pack_are_as_they_come_out() -> None:
    for name, part in pack.PARTS.items():
        assert pack.placed(PACK, name, part()) == PACK, "run python tools/pack.py"
    for block in re.findall(r"```text\n(.*?)```", PACK, re.DOTALL):
        assert max(map(len, block.splitlines())) <= 72
        assert block.isascii()


def test_each_figure_stands_there_with_its_numbers_and_what_they_rest_on() -> None:
    figures = PACK.partition("(figures)")[2].partition("(end")[0]
    assert {*pack.NUMBERS} == {*kv.evidence.QUESTIONS}
    for name in kv.evidence.QUESTIONS:
        (block,) = (part for part in figures.split("\n\n") if f"kv.evidence.{name}()" in part)
        words = " ".join(block.split())
        told = pack.table(name).attrs
        assert told["title"] in words
        for key in ("n", "period", "definition", "source"):
            assert f"{key}: {' '.join(told[key].split())}" in words


def test_the_texts_of_the_cases_are_those_the_command_writes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    names, found = pack.named(PACK), pack.CASES.read_text("utf-8")
    assert pack.cases(names) == found, "run python tools/pack.py"
    assert len(names) > 15
    assert found.isascii()
    assert max(map(len, found.splitlines())) <= 72
    for name in names[::6]:
        assert main(["show", name]) == 0
        assert capsys.readouterr().out in found


def test_the_pack_has_a_claim_of_each_side_with_their_sources() -> None:
    shown = PACK.partition("(claims)")[2]
    the_map = argument_map()
    first, second = (the_map.claims[name] for name in pack.CLAIMS)
    assert (first.side, second.side) == ("for", "against")
    assert first.id in second.attacks
    for claim in (first, second):
        for fact in claim.evidence:
            assert f"  fact {fact}, " in shown
