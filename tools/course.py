# SPDX-License-Identifier: BSD-3-Clause
"""
Solved copies of the notebooks
==============================

Run by ``make solved``.  Each chapter with every question and exercise answered (a question by its
key, an exercise by `notebooks/solutions`), executed and with its outputs, under ``build/solved``.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import yaml

from kfuncviz.learn import course
from kfuncviz.learn.item import Item
from kfuncviz.learn.judge import right_answer
from kfuncviz.resources import notebooks_dir

ROOT = Path(__file__).resolve().parent.parent
SOLVED = ROOT / "build" / "solved"
#: A question or an exercise as a notebook asks it.
ASKED = re.compile(r'kv\.(Question|Exercise)\("(\d\d\.\d+)"\)')


def solution(kind: str, item: Item) -> str:
    """One right answer: the key, or what `notebooks/solutions` has where something is built.

    Of a decision any choice will do.
    """
    if not item.built:
        return right_answer(item) or item.choices[0]
    text = (notebooks_dir() / "solutions" / f"{item.chapter}.yaml").read_text("utf-8")
    return str(yaml.safe_load(text)[f"{kind.lower()}s"][item.name])


def answered(source: str) -> str:
    """The code of a cell with what it asks answered."""

    def one(found: re.Match[str]) -> str:
        kind, name = found.groups()
        item = course.exercise(name) if kind == "Exercise" else course.question(name)
        return f"kv.{kind}({name!r}, {solution(kind, item)!r})"

    return ASKED.sub(one, source)


def run(notebook: Any, folder: Path) -> None:
    """Execute a notebook in a kernel of its own; nbclient's CellExecutionError where a cell fails.

    The client has no output widgets of its own: what it sends for them goes out on the socket it
    waits on, which can lose the notice that the kernel's reply has come.
    """
    from nbclient import NotebookClient

    where = {"metadata": {"path": str(folder)}}
    client = NotebookClient(notebook, timeout=600, kernel_name="python3", resources=where)
    client.widget_registry = {}
    client.execute()


def solve(number: str, folder: Path) -> Path:
    """Write one chapter, answered and executed, to a folder."""
    import nbformat

    name = course.chapter(number).notebook
    notebook = nbformat.read(notebooks_dir() / name, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = answered(cell.source)
    folder.mkdir(parents=True, exist_ok=True)
    run(notebook, folder)
    path = folder / name
    nbformat.write(notebook, path)
    return path


def main() -> int:
    """Solve the chapters that are named, or all."""
    for number in sys.argv[1:] or course.numbers():
        print(solve(number, SOLVED).relative_to(ROOT))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
