# SPDX-License-Identifier: BSD-3-Clause
"""
What is typed and what comes back
=================================

``answers.txt`` is a session at a terminal, as it was read and found right: after ``$`` what is
typed, after ``<`` what standard input holds, after ``!`` what stands on standard error, every other
line on standard output; at last the exit status where it is not 0.  After a change run
``python -m tests.cli.test_answers > tests/cli/answers.new``, and read what differs.
"""

from __future__ import annotations

import io
import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

import pytest

import kfuncviz as kv
from kfuncviz.cli import main

ANSWERS = Path(__file__).with_name("answers.txt")


def sessions() -> Iterator[list[str]]:
    """Each command with what comes back."""
    for block in ANSWERS.read_text("utf-8").split("\n$ ")[1:]:
        yield ("$ " + block.rstrip("\n")).split("\n")


def asked(block: list[str]) -> list[str]:
    """What is typed and what standard input holds."""
    return [line for line in block if line.startswith(("$ ", "< "))]


def session(asked: list[str]) -> list[str]:
    """The same with what comes back."""
    given = "".join(line[2:] + "\n" for line in asked[1:]).encode()
    out, err = io.StringIO(), io.StringIO()
    with (
        redirect_stdout(out),
        redirect_stderr(err),
        patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(given))),
        patch.dict(os.environ, {"COLUMNS": "100"}),
    ):
        try:
            status = main(shlex.split(asked[0])[1:])
        except SystemExit as stop:
            status = int(stop.code or 0)
    wrong = [f"! {line}" for line in err.getvalue().splitlines() if line.startswith("kfuncviz")]
    told = out.getvalue().replace(f"kfuncviz {kv.__version__};", "kfuncviz VERSION;")
    return [*asked, *told.splitlines(), *wrong, *[f"exit status {status}"] * bool(status)]


@pytest.mark.parametrize("block", [*sessions()], ids=lambda block: block[0])
def test_what_comes_back_is_what_was_read(block: list[str]) -> None:
    assert session(asked(block)) == block


if __name__ == "__main__":
    head = ANSWERS.read_text("utf-8").split("\n$ ")[0]
    print(head, *("\n".join(session(asked(block))) for block in sessions()), sep="\n\n")
