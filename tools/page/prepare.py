# SPDX-License-Identifier: BSD-3-Clause
"""
The parts of the page that Python is made of
============================================

Pyodide itself, under node, tries out which files of the standard library the kit needs and compiles
them, and the kit: a browser then has nothing to compile.  Whole and as source they would be too
large for a page, so that nothing is built without node.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tools.page.inputs import Missing
from tools.page.kit import kit

HERE = Path(__file__).parent
#: Node says what went wrong last.
TOLD = 2000


class Python(NamedTuple):
    """What a page needs to have Python: its parts by name, and the files that were left out."""

    parts: Mapping[str, bytes]
    left_out: tuple[str, ...]


def python(pyodide: Path) -> Python:
    """The parts of the package that the page's worker starts, with the kit.

    Raises :class:`~tools.page.inputs.Missing` where there is no node.
    """
    node = shutil.which("node")
    if node is None:
        raise Missing("node is needed to build the page, and it is not here")
    with tempfile.TemporaryDirectory() as place:
        work = Path(place)
        (work / "kit.zip").write_bytes(kit())
        _tried(node, pyodide, work)
        parts = {name: (work / f"{name}.pyc.zip").read_bytes() for name in ("stdlib", "kit")}
        left_out = json.loads((work / "left-out.json").read_text("utf-8"))
    lock = json.loads((pyodide / "pyodide-lock.json").read_text("utf-8")) | {"packages": {}}
    own = {"loader": "pyodide.mjs", "glue": "pyodide.asm.mjs", "wasm": "pyodide.asm.wasm"}
    read = {name: (pyodide / file).read_bytes() for name, file in own.items()}
    return Python({**read, "lock": json.dumps(lock).encode(), **parts}, tuple(left_out))


def _tried(node: str, pyodide: Path, work: Path) -> None:
    command = [node, HERE / "prepare.mjs", pyodide, work, HERE / "inside.py"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(f"the kit does not run in Pyodide:\n{run.stderr[-TOLD:]}")
