# SPDX-License-Identifier: BSD-3-Clause
"""What `make course-check` finds in a notebook that it executes."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

with pytest.MonkeyPatch.context() as patched:  # a tool finds its neighbours as a script does
    patched.syspath_prepend(str(Path(__file__).resolve().parents[2] / "tools"))
    import course_check as check


def test_a_cell_that_runs_once_alone_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    source = "assert 'once' not in globals()\nonce = True"
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    nbformat.write(made, tmp_path / "99-once.ipynb")
    monkeypatch.setattr(check, "notebooks_dir", lambda: tmp_path)
    assert "AssertionError" in "".join(check.executed("99-once.ipynb", tmp_path))


def test_an_answer_that_the_notebook_judges_otherwise_and_too_long_a_run_are_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# One")])
    nbformat.write(made, tmp_path / check.course.chapter("00").notebook)
    monkeypatch.setattr(check, "notebooks_dir", lambda: tmp_path)
    puts = check.items("00")
    monkeypatch.setattr(check, "items", lambda _: [puts[0], puts[-1]])
    monkeypatch.setattr(check, "solution", lambda *_: "0")
    assert list(check.executed(check.course.chapter("00").notebook, tmp_path)) == []
    assert "s of CPU, 6 answers" in capsys.readouterr().out
    monkeypatch.setattr(check, "_RIGHT", {"right": True, "wrong": None})
    monkeypatch.setattr(check, "SECONDS", 0)
    found = list(check.executed(check.course.chapter("00").notebook, tmp_path))
    assert found[0].endswith("s of CPU, every cell run twice")
    assert found[1].startswith("00: ('Question', '00.1', '1000') is False in the notebook")
