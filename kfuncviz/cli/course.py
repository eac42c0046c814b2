# SPDX-License-Identifier: BSD-3-Clause
"""
kfuncviz course
===============

Write the notebooks of the course to a folder of the reader's own.
"""

from __future__ import annotations

import argparse
import shlex
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from kfuncviz.cli.output import UNUSABLE, complain
from kfuncviz.printable import printable
from kfuncviz.resources import notebooks_dir


def add_to(commands: Any) -> None:
    """Add the sub-command to the command line."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "course",
        help="write the notebooks to a folder",
        description="Write the notebooks of the course to a folder, which is made where needed.",
        epilog="A file that is there already is left as it is. Where one differs from the course's "
        "nothing is written. Exit status: 0 the folder holds the course, 2 it does not.",
    )
    parser.add_argument("folder", metavar="DIR", help="where the notebooks go")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the notebooks and say how to open them; 2 where one of them cannot be written."""
    if not arguments.folder:
        complain("the name of the folder is empty; . is the one you are in")
        return UNUSABLE
    try:
        return _write(Path(arguments.folder))
    except OSError as error:
        complain(error.strerror or str(error), error.filename or arguments.folder)
    except ValueError as error:
        complain(str(error), arguments.folder)
    return UNUSABLE


def _write(folder: Path) -> int:
    if folder.is_file():
        raise ValueError("is a file; a folder is wanted")
    folder.mkdir(parents=True, exist_ok=True)
    course = {folder / name: content for name, content in _notebooks().items()}
    missing = [path for path in course if not path.exists()]
    there = [path for path in course if path not in missing]
    differing = [path for path in there if path.read_bytes() != course[path]]
    for path in differing:
        complain("is there and differs from the course's", str(path))
    if differing:
        complain("nothing was written; name another folder, or move these files away")
        return UNUSABLE
    for path in missing:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(course[path])
    print(f"notebooks written: {len(missing)}, there already: {len(there)}")
    print(f"next: {_next(folder)}")
    return 0


def _notebooks() -> dict[Path, bytes]:
    """The course: path below the folder -> content; rooms and hidden folders are the tools' own."""
    from kfuncviz.learn.rail import ROOMS

    source = notebooks_dir()
    names = [path.relative_to(source) for path in sorted(source.rglob("*.ipynb"))]
    return {
        name: (source / name).read_bytes()
        for name in names
        if not any(part.startswith(".") or part == ROOMS for part in name.parts)
    }


def _next(folder: Path) -> str:
    start = f"jupyter lab {printable(shlex.quote(str(folder)))}"
    return start if find_spec("jupyterlab") else f"pip install 'kfuncviz[all]', then {start}"
