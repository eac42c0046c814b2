# SPDX-License-Identifier: BSD-3-Clause
"""
Where the project's data and notebooks lie
==========================================

In an installed wheel they sit beside the code, in `kfuncviz/data` and `kfuncviz/notebooks`; in a
checkout they sit at the top of the repository. Everything that reads them asks this module, so
nothing else knows which of the two it is.
"""

from __future__ import annotations

from pathlib import Path


def data_dir() -> Path:
    """The directory that holds the project's data.

    >>> (data_dir() / "history" / "schema.json").is_file()
    True
    """
    return _directory("data")


def notebooks_dir() -> Path:
    """The directory that holds the course.

    >>> (notebooks_dir() / "00-start-here.ipynb").is_file()
    True
    """
    return _directory("notebooks")


def _directory(name: str) -> Path:
    package = Path(__file__).resolve().parent
    packaged = package / name
    return packaged if packaged.is_dir() else package.parent / name
