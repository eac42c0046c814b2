# SPDX-License-Identifier: BSD-3-Clause
"""
What of the project goes into the page
======================================

The library but for its rooms for Jupyter and the command line, its data, and PyYAML: the same files
that are installed anywhere else.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import yaml

import kfuncviz
from kfuncviz.resources import data_dir

#: These need Jupyter or a terminal.
LEFT_OUT = ("cli", "widgets")
#: These are for readers of the repository.
UNREAD = ("pictures",)


def kit() -> bytes:
    """A zip of everything that the page's Python imports or reads."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name, data in sorted(_files()):
            packed.writestr(name, data)
    return made.getvalue()


def _files() -> Iterator[tuple[str, bytes]]:
    package = Path(kfuncviz.__file__).parent
    rooms = {package / room for room in LEFT_OUT}
    for path in _under(package, {".py", ".js", ".css"}):
        if not rooms & {*path.parents} and path.name != "__main__.py":
            yield f"kfuncviz/{path.relative_to(package).as_posix()}", path.read_bytes()
    for path in _under(data_dir(), None):
        if not {data_dir() / folder for folder in UNREAD} & {*path.parents}:
            yield f"kfuncviz/data/{path.relative_to(data_dir()).as_posix()}", path.read_bytes()
    for path in _under(Path(yaml.__file__).parent, {".py"}):
        yield f"yaml/{path.name}", path.read_bytes()
    said = f"Metadata-Version: 2.1\nName: kfuncviz\nVersion: {version('kfuncviz')}\n"
    yield f"kfuncviz-{version('kfuncviz')}.dist-info/METADATA", said.encode()


def _under(folder: Path, kinds: set[str] | None) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and (kinds is None or path.suffix in kinds):
            yield path
