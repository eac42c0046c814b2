# SPDX-License-Identifier: BSD-3-Clause
"""
What the page is made of that is not ours: Pyodide
==================================================

The npm package that ``pyodide.json`` names, brought by ``npm`` once, into a folder that is not
committed, and held to the hash that is.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
#: Where it is kept; `make clean` empties it.
CACHE = ROOT / ".page_cache"
PATIENCE_S = 120


class Missing(Exception):
    """What is needed and cannot be had, in one line."""


class Package(NamedTuple):
    """An npm package: its name, its version and the hash of its file as npm writes it."""

    name: str
    version: str
    integrity: str

    @property
    def file(self) -> str:
        """What npm calls its file."""
        return f"{self.name}-{self.version}.tgz"


PYODIDE = Package(**json.loads((Path(__file__).with_name("pyodide.json")).read_text("utf-8")))


def pyodide(cache: Path = CACHE) -> Path:
    """The folder of the unpacked package.

    Raises :class:`Missing` where it is not in the cache and npm cannot bring it, or where it is not
    the file whose hash is written down.
    """
    folder = cache / f"{PYODIDE.name}-{PYODIDE.version}"
    if folder.is_dir():
        return folder
    cache.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as place:
        file = _brought(PYODIDE, Path(place))
        held_to(PYODIDE, file)
        with tarfile.open(file) as packed:
            packed.extractall(place, filter="data")
        (Path(place) / "package").rename(folder)
    return folder


def held_to(package: Package, file: Path) -> None:
    """Raise :class:`Missing` unless a file has the hash of a package."""
    kind, _, wanted = package.integrity.partition("-")
    digest = hashlib.new(kind, file.read_bytes()).digest()
    if base64.b64encode(digest).decode() != wanted:
        raise Missing(f"{file.name} is not the file whose {kind} is written down: it is not used")


def _brought(package: Package, place: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise Missing(
            f"{package.file} is needed, and there is no npm (it comes with node) to bring it"
        )
    command = [npm, "pack", "--silent", f"{package.name}@{package.version}"]
    try:
        subprocess.run(command, cwd=place, check=True, capture_output=True, timeout=PATIENCE_S)
    except (subprocess.SubprocessError, OSError) as error:
        told = f"exit status {error.returncode}" if hasattr(error, "returncode") else "no answer"
        raise Missing(f"npm could not bring {package.file} ({told})") from None
    return place / package.file
