# SPDX-License-Identifier: BSD-3-Clause
"""``kfuncviz course``: the notebooks arrive whole, and nothing of the reader's is ever lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from kfuncviz.cli import main

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def course(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (root / "notebooks").glob("*.ipynb")}


def run(capsys: Capture, folder: Path | str) -> tuple[int, str, list[str]]:
    """Exit status, standard output, lines of standard error."""
    status = main(["course", str(folder)])
    out, err = capsys.readouterr()
    return status, out, err.splitlines()


def content(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_course_is_written_whole_and_once(
    capsys: Capture, course: dict[str, bytes], tmp_path: Path
) -> None:
    folder = tmp_path / "new" / "my course"
    number = len(course)
    next_step = f"next: jupyter lab '{folder}'\n"
    written = f"notebooks written: {number}, there already: 0\n"
    assert run(capsys, folder) == (0, written + next_step, [])
    assert content(folder) == course
    times = [path.stat().st_mtime_ns for path in sorted(folder.iterdir())]
    (folder / "00-start-here.ipynb").unlink()
    mended = f"notebooks written: 1, there already: {number - 1}\n"
    assert run(capsys, folder) == (0, mended + next_step, [])
    assert content(folder) == course
    assert [path.stat().st_mtime_ns for path in sorted(folder.iterdir())][1:] == times[1:]


def test_what_a_reader_changed_is_kept_and_nothing_is_mixed_with_it(
    capsys: Capture, tmp_path: Path
) -> None:
    mine = {"00-start-here.ipynb": b"mine", "14-evidence.ipynb": b"", "notes.txt": b"mine too"}
    for name, text in mine.items():
        (tmp_path / name).write_bytes(text)
    assert run(capsys, tmp_path) == (
        2,
        "",
        [
            f"kfuncviz: {tmp_path}/00-start-here.ipynb: is there and differs from the course's",
            f"kfuncviz: {tmp_path}/14-evidence.ipynb: is there and differs from the course's",
            "kfuncviz: nothing was written; name another folder, or move these files away",
        ],
    )
    assert content(tmp_path) == mine


def test_a_link_that_points_nowhere_is_not_written_through(capsys: Capture, tmp_path: Path) -> None:
    folder, outside = tmp_path / "course", tmp_path / "outside"
    folder.mkdir()
    (folder / "00-start-here.ipynb").symlink_to(outside)
    status, _, err = run(capsys, folder)
    assert (status, err) == (2, [f"kfuncviz: {folder}/00-start-here.ipynb: File exists"])
    assert not outside.exists()


def test_notebooks_below_the_top_travel_and_the_tools_own_do_not(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    source, folder = tmp_path / "source", tmp_path / "course"
    own = (".ipynb_checkpoints/a.ipynb", "rooms/drill.ipynb", "notes.txt")
    travels = ("a.ipynb", "solutions/a.ipynb", "more/of/it/a.ipynb")
    for name in (*travels, *own):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(name)
    monkeypatch.setattr("kfuncviz.cli.course.notebooks_dir", lambda: source)
    assert run(capsys, folder)[0] == 0
    assert content(folder) == {name: name.encode() for name in travels}


def test_a_folder_that_is_none(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "file"
    file.write_text("mine")
    for name, said in (
        (file, f"kfuncviz: {file}: is a file; a folder is wanted"),
        (file / "below", f"kfuncviz: {file}/below: Not a directory"),
        ("", "kfuncviz: the name of the folder is empty; . is the one you are in"),
        (f"{tmp_path}/a\0b", f"kfuncviz: {tmp_path}/a\\x00b: "),
        (tmp_path / ("x" * 300), f"kfuncviz: {tmp_path}/{'x' * 300}: File name too long"),
    ):
        status, out, (line,) = run(capsys, name)
        assert (status, out) == (2, "")
        assert line == said or (line.startswith(said) and "null" in line)
    assert content(tmp_path) == {"file": b"mine"}


def test_a_notebook_that_cannot_be_read_is_a_line(capsys: Capture, tmp_path: Path) -> None:
    strange = Path("/proc/self/mem")
    if not strange.exists():
        pytest.skip(f"no {strange} here")
    (tmp_path / "00-start-here.ipynb").symlink_to(strange)
    assert run(capsys, tmp_path) == (2, "", [f"kfuncviz: {tmp_path}: Input/output error"])


def test_the_next_step_is_safe_for_a_terminal(capsys: Capture, tmp_path: Path) -> None:
    status, out, _ = run(capsys, tmp_path / "a\x1b[31mb")
    assert status == 0
    assert out.splitlines()[1] == f"next: jupyter lab '{tmp_path}/a\\x1b[31mb'"


def test_who_lacks_jupyterlab_is_told_what_brings_it(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("kfuncviz.cli.course.find_spec", lambda _: None)
    _, out, _ = run(capsys, tmp_path)
    assert out.endswith(f"\nnext: pip install 'kfuncviz[all]', then jupyter lab {tmp_path}\n")
