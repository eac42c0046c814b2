# SPDX-License-Identifier: BSD-3-Clause
"""A sample of hostile input, and that a broken promise would be seen."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

#: A few of each kind; other seeds are for ``make fuzz``.
INPUTS, SEED = 84, "a sample"


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "tools/fuzz.py", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def promises(root: Path) -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(root / "tools"))
        return importlib.import_module("fuzzing.promises")


def test_a_sample_keeps_all_promises() -> None:
    done = run("--inputs", INPUTS, "--seed", SEED)
    assert done.stdout.splitlines()[-1:] == [f"fuzz: {INPUTS} inputs faults: 0"], done.stdout
    assert done.returncode == 0


def test_a_fault_that_was_written_down_is_tried_again(tmp_path: Path) -> None:
    kept = tmp_path / "fault.json"
    kept.write_text(json.dumps({"kind": "call", "input": ["no such call"]}))
    done = run("--again", kept)
    assert re.fullmatch(r"call: KeyError at .*\nfuzz: 1 inputs faults: 1\n", done.stdout)
    assert done.returncode == 1
    kept.write_text(json.dumps({"kind": "map", "input": "0 100000 65536\n"}))
    assert run("--again", kept).stdout == "fuzz: 1 inputs faults: 0\n"


@pytest.mark.parametrize(
    ("promise", "given"),
    [
        ("safe", ("\x1b[2J", "x")),
        ("safe", ("a\u202eb", "x")),
        ("safe", ("a" * 1001, "x")),
        ("drawn", ("<svg><script/></svg>", "x")),
        ("drawn", ("<b>", "x")),
        ("clear", (ValueError(),)),
        ("clear", (ValueError("\n" * 200),)),
        ("replayed", ("", ".txt")),
        ("called", (["down", "5"],)),
    ],
)
def test_a_broken_promise_is_seen(
    promises: ModuleType, monkeypatch: pytest.MonkeyPatch, promise: str, given: tuple[Any, ...]
) -> None:
    if promise == "replayed":  # a command that says nothing
        monkeypatch.setattr(promises, "main", lambda _: 2)
    if promise == "called":  # a text that is taken for a number
        monkeypatch.setattr(promises.kv.IdMap, "down", lambda *_: 100005)
    with pytest.raises(promises.Broken):
        getattr(promises, promise)(*given)
