# SPDX-License-Identifier: BSD-3-Clause
"""
Who listens to the command
==========================

Closed and broken streams, a full disk, an interrupt and a missing library, in this process; as
processes of their own in ``test_hostile.py``.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from kfuncviz.cli import main, show
from kfuncviz.cli.output import complain
from kfuncviz.model.errors import KernelError

Capture = pytest.CaptureFixture[str]
LIST = ["gallery"]


def failing(error: BaseException) -> Callable[[Any], int]:
    """A sub-command that meets this."""

    def run(_: Any) -> int:
        raise error

    return run


@pytest.fixture
def meets(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """What ``kfuncviz gallery`` meets."""
    return lambda error: monkeypatch.setattr(show, "run_gallery", failing(error))


def test_a_closed_standard_output_is_unusable(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as closed:
        closed.setattr(sys, "stdout", None)
        assert main(LIST) == 2
    assert capsys.readouterr().err == "kfuncviz: standard output is closed\n"


@pytest.mark.parametrize("full", [False, True], ids=["nobody reads", "a full disk"])
def test_an_answer_that_does_not_arrive_is_a_status(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, full: bool
) -> None:
    if full and not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    reader, writer = (-1, os.open("/dev/full", os.O_WRONLY)) if full else os.pipe()
    if not full:
        os.close(reader)
    with monkeypatch.context() as broken, os.fdopen(writer, "w") as stdout:
        broken.setattr(sys, "stdout", stdout)
        assert main(LIST) == (2 if full else 141)
        # What is left goes nowhere, so that the end of the process meets no second error.
        assert os.path.samestat(os.fstat(writer), Path(os.devnull).stat())
    told = "kfuncviz: standard output: No space left on device\n"
    assert capsys.readouterr().err == (told if full else "")


def test_an_error_without_a_number_has_its_words(
    capsys: Capture, meets: Callable[[BaseException], None]
) -> None:
    meets(OSError("it broke"))
    assert main(LIST) == 2
    assert capsys.readouterr().err == "kfuncviz: standard output: it broke\n"


def test_what_a_terminal_cannot_show_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    with monkeypatch.context() as terminal:
        terminal.setattr(sys, "stdout", narrow)
        assert main(["compare-exposures", "own-maps-6.8"]) == 0
    narrow.seek(0)
    assert r"\u2713 holds" in narrow.read()


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (KeyboardInterrupt(), 130, ""),
        (MemoryError(), 2, "kfuncviz: not enough memory for this input\n"),
    ],
)
def test_what_ends_the_command_early(
    capsys: Capture,
    meets: Callable[[BaseException], None],
    error: BaseException,
    status: int,
    told: str,
) -> None:
    meets(error)
    assert main(LIST) == status
    assert capsys.readouterr() == ("", told)


def test_a_refusal_that_nobody_answers_for_is_a_mistake_of_ours(
    meets: Callable[[BaseException], None],
) -> None:
    meets(KernelError("EPERM", "no"))
    with pytest.raises(KernelError, match="EPERM: no"):
        main(LIST)


def test_a_missing_library_is_named_with_what_brings_it(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def needs(_: Any) -> int:
        import_module("pandas")
        return 0

    monkeypatch.setitem(sys.modules, "pandas", None)
    monkeypatch.setattr(show, "run_gallery", needs)
    assert main(LIST) == 2
    told = "kfuncviz: gallery needs pandas: pip install 'kfuncviz[evidence]'\n"
    assert capsys.readouterr() == ("", told)


def test_a_closed_standard_input_cannot_be_read(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert main(["replay", "-"]) == 2
    assert capsys.readouterr() == ("", "kfuncviz: -: standard input is closed\n")


def test_a_complaint_is_one_line_with_its_places(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    complain("wrong\n" + "x" * 500, "", "a\x1b", "p" * 500)
    line = f"kfuncviz: a\\x1b: {'p' * 397}...: wrong\\n{'x' * 390}...\n"
    assert capsys.readouterr() == ("", line)
    closed = io.TextIOWrapper(io.FileIO(os.open(os.devnull, os.O_RDONLY)), write_through=True)
    for nowhere in (None, closed):
        with monkeypatch.context() as deaf:
            deaf.setattr(sys, "stderr", nowhere)
            complain("wrong")
    assert capsys.readouterr() == ("", "")
