# SPDX-License-Identifier: BSD-3-Clause
"""Every notebook: committed clean, short cells, a question first, sources last, runs in time."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import NamedTuple

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat import NotebookNode, v4

HERE = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(path.name for path in HERE.glob("*.ipynb"))
#: A cell whose code would give its answer away is folded.
FOLDED = {"jupyter": {"source_hidden": True}}
LONGEST_CELL = 10
#: Of CPU, for a whole notebook; and of waiting, for a cell that does nothing.
SECONDS, HANGING = 60, 120
WORDS_A_MINUTE, MINUTES = 180, 15


def read(name: str) -> NotebookNode:
    return nbformat.read(HERE / name, as_version=4)


def code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(notebook: NotebookNode) -> str:
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def faults(notebook: NotebookNode) -> list[str]:
    """What is wrong with how a notebook was committed."""
    found = []
    if notebook.metadata != {"language_info": {"name": "python"}}:
        found.append(f"metadata holds {sorted(notebook.metadata)}, not just the language's name")
    ids = [cell.get("id", "") for cell in notebook.cells]
    if not all(ids) or len(set(ids)) < len(ids):
        found.append("a cell has no id, or two have the same")
    for cell in code(notebook):
        lines = len(cell.source.splitlines())
        if lines > LONGEST_CELL:
            found.append(f"{cell.id} has {lines} lines")
        if cell.outputs or cell.execution_count is not None:
            found.append(f"{cell.id} has outputs or a count")
    if any(cell.metadata not in ({}, FOLDED) for cell in notebook.cells):
        found.append("a cell has metadata")
    return found


def test_there_are_notebooks() -> None:
    assert {"00-start-here.ipynb", "10-the-patch.ipynb"} <= set(NOTEBOOKS)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_committed_clean(name: str) -> None:
    notebook = read(name)
    nbformat.validate(notebook)
    assert faults(notebook) == []


def test_the_check_of_cleanliness_can_fail() -> None:
    notebook = read("10-the-patch.ipynb")
    first = code(notebook)[0]
    first.outputs = [v4.new_output("stream", text="1")]
    first.source = "x = 1\n" * 11
    notebook.metadata["kernelspec"] = {"name": "python3"}
    assert len(faults(notebook)) == 3


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_opens_with_a_question_and_a_vocabulary_and_ends_with_sources(name: str) -> None:
    cells = read(name).cells
    title = cells[0].source.splitlines()[0]
    assert title.startswith("# "), title
    assert title.endswith("?"), title
    assert "\n| word | what it means |\n|---|---|\n| **" in cells[0].source
    assert cells[-1].cell_type == "markdown"
    assert cells[-1].source.lstrip("#* ").startswith("Sources")


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_has_facts_that_are_asserted(name: str) -> None:
    trees = [
        ast.parse(re.sub(r"^%.*$", "", c.source, flags=re.MULTILINE)) for c in code(read(name))
    ]
    asserts = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Assert)]
    assert len(asserts) >= 3
    assert "Facts you can rely on" in prose(read(name))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_can_be_read_in_a_quarter_of_an_hour(name: str) -> None:
    assert len(prose(read(name)).split()) < WORDS_A_MINUTE * MINUTES


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_links_work_where_the_course_travels_without_the_checkout(name: str) -> None:
    text = re.sub(r"`[^`]*`", "", prose(read(name)))
    targets = re.findall(r"\]\(([^)\s]+)", text) + re.findall(r'(?:href|src)="([^"]+)"', text)
    for target in targets:
        assert target.startswith(("https://", "#")) or target in NOTEBOOKS, target


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_no_reading_stands_open_under_a_question(name: str) -> None:
    assert "fair reading" not in prose(read(name)).lower()


class Run(NamedTuple):
    """A notebook after all its cells ran, and the CPU seconds its kernel took."""

    notebook: NotebookNode
    seconds: float


def executed(notebook: NotebookNode, folder: Path, limit: int = SECONDS) -> Run:
    """Run a notebook in a kernel that may use ``limit`` seconds of CPU, then ends itself.

    The client has no output widgets of its own: what it sends for them goes out on the socket it
    waits on, which loses the notice that the kernel's reply has come, and both wait.
    """
    first = f"import resource\nresource.setrlimit(resource.RLIMIT_CPU, ({limit}, {limit}))"
    last = "import time\nprint(time.process_time())"
    cells = [v4.new_code_cell(first), *notebook.cells, v4.new_code_cell(last)]
    timed = v4.new_notebook(cells=cells, metadata=notebook.metadata)
    where = {"metadata": {"path": str(folder)}}
    client = NotebookClient(timed, timeout=HANGING, kernel_name="python3", resources=where)
    client.widget_registry = {}
    client.execute()
    return Run(notebook, float(cells[-1].outputs[0].text))


@pytest.fixture(scope="module", params=NOTEBOOKS)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return executed(read(request.param), tmp_path_factory.mktemp("run"))


def test_runs_from_top_to_bottom_in_time_and_in_silence(run: Run) -> None:
    assert 0 < run.seconds < SECONDS
    cells = code(run.notebook)
    assert all(cell.execution_count for cell in cells)
    assert [o for cell in cells for o in cell.outputs if o.get("name") == "stderr"] == []


def test_a_notebook_that_fails_or_takes_too_long_is_noticed(tmp_path: Path) -> None:
    for source, error in (
        ("assert 1 == 2", CellExecutionError),
        ("while True: 1", DeadKernelError),
    ):
        notebook = v4.new_notebook(cells=[v4.new_code_cell(source)])
        with pytest.raises(error):
            executed(notebook, tmp_path, limit=2)


def test_no_picture_is_shown_as_its_repr(run: Run) -> None:
    """What Jupyter can only print as ``<Figure ...>`` was meant to be seen."""
    bare = [
        cell.id
        for cell in code(run.notebook)
        for output in cell.outputs
        if list(output.get("data", {})) == ["text/plain"]
        and output.data["text/plain"].startswith("<")
    ]
    assert bare == []
