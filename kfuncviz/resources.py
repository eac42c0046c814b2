# SPDX-License-Identifier: BSD-3-Clause
"""
Where the project's data lives
==============================

In an installed wheel the data sits beside the code, in `kfuncviz/data`; in a
checkout it sits at the top of the repository, in `data`. Everything that reads
a data file asks this module, so nothing else knows which of the two it is.
"""

from __future__ import annotations

from pathlib import Path


def data_dir() -> Path:
    """The directory that holds the project's data.

    >>> (data_dir() / "history" / "schema.json").is_file()
    True
    """
    package = Path(__file__).resolve().parent
    packaged = package / "data"
    return packaged if packaged.is_dir() else package.parent / "data"
