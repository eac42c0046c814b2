# SPDX-License-Identifier: BSD-3-Clause
"""
What nobody should paste
========================

Lines of threads in wrong company and with wrong letters: an answer, or one clear error.
"""

from __future__ import annotations

import contextlib
import random
import re
import time
from pathlib import Path

import pytest
import yaml

from kfuncviz.diagnosis import doctor
from kfuncviz.scenario.problems import ScenarioError

THREADS = yaml.load(
    (Path(__file__).parents[1] / "data/diagnosis/threads.yaml").read_text(),
    getattr(yaml, "CSafeLoader", yaml.SafeLoader),  # noqa: S506 - both are safe
)
LINES = [line for case in THREADS for line in case["text"].splitlines()]
ASKED = [case.get("ask", "") for case in THREADS]
LETTERS = "0123456789:=- \n\0{[x\u202e@,"


@pytest.mark.parametrize("seed", range(5))
def test_any_lines_have_an_answer(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(25):
        lines = chance.sample(LINES, chance.randint(0, 4))
        if lines and seed % 2:
            letters = list(lines[0])
            for _ in range(3):
                letters[chance.randrange(len(letters))] = chance.choice(LETTERS)
            lines[0] = "".join(letters)
        try:
            told = str(doctor(["\n".join(lines)], chance.choice(ASKED)))
        except ScenarioError as error:
            told = str(error)
        assert told
        assert all(line.isprintable() for line in told.splitlines())


@pytest.mark.parametrize(
    "odd", ["\N{SUPERSCRIPT TWO}", "9" * 5000, "4294967295", "9999", "-1", "1e9", "0x10"]
)
def test_any_number_in_any_place_has_an_answer(odd: str) -> None:
    chance = random.Random(odd)
    for case in chance.sample(THREADS, 8):
        text, question = case["text"], case.get("ask", "")
        for pasted, asked in (
            (re.sub(r"\d+", odd, text), question),
            (text, re.sub(r"\d+", odd, question)),
            (re.sub(r"\d+", odd, text, count=1), question),
        ):
            with contextlib.suppress(ScenarioError):
                assert str(doctor(pasted, asked))


@pytest.mark.parametrize("line", [
    "uid={odd}(me) gid={odd}(me)", "-rw-r--r-- 1 {odd} {odd} 12 Jan 1 12:00 f", "Linux {odd}.{odd}",
    "f Access: (9999/-rw-r--r--) Uid: (0/ me) Gid: (0/ me)", "f cap_chown=ep [rootid={odd}]",
    "5.{odd}.1", "# file: f\n# owner: {odd}\n# group: {odd}\nuser:{odd}:rwx",
])  # fmt: skip
@pytest.mark.parametrize("odd", ["\N{SUPERSCRIPT TWO}", "9" * 200, "9" * 5000, "4294967295"])
def test_a_number_that_is_none_tells_nothing(line: str, odd: str) -> None:
    try:
        told = str(doctor(line.format(odd=odd) + "\n0 1 1\n"))
    except ScenarioError as error:
        told = str(error)
        assert "4294967294" in told
    assert told


def test_a_paste_that_broke_it_once_is_read() -> None:
    assert (
        doctor("newuidmap 1 0 x 1\nuid=1000(me) gid=1000(me)").findings[0].name == "cannot be read"
    )
    both = "podman run --uidmap 0:30000:7000 -v /a:/b:idmap=uids=1000-30000-7000 img\nme:975:1"
    assert doctor(both, "owned by 165535").lost
    for question in ("chown to 4294967295", "owned by 99999999999", "container uid 4294967295"):
        with pytest.raises(ScenarioError, match="is no id; the last is 4294967294"):
            doctor("0 100000 65536", question)


@pytest.mark.parametrize(
    "unit",
    ["X-mount.idmap=b:1:2:3", "podman ", "chown ", "a", "ls a", "mount ", "0 1 1 ", "{", "@"],
)
def test_a_long_line_takes_time_in_proportion(unit: str) -> None:
    """No pattern looks at a line as often as it is long: each of these takes some hundredths."""
    begun = time.process_time()
    assert str(doctor(f"ls {unit * (12_000 // len(unit))}"))
    assert time.process_time() - begun < 1
