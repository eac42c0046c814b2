# SPDX-License-Identifier: BSD-3-Clause
"""
Checkout: a scratch copy of the project, and an interpreter that is already warm
================================================================================

Tests run in forked children of a process that has imported every library but nothing of the
project; so a child starts in milliseconds and imports the project from the scratch copy.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

#: What every test needs, and what only some do.
ALWAYS = ("pytest", "_pytest.doctest", "hypothesis.strategies", "coverage", "yaml")
LIBRARIES = (
    *("numpy", "pandas", "pandera.pandas", "statsmodels.api", "statsmodels.duration.api"),
    *("matplotlib.figure", "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg"),
    *("IPython.display", "ipywidgets", "anywidget", "nbformat", "packaging.requirements"),
)


def copy(root: Path, to: Path) -> None:
    """Copies what git knows or would add."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, check=True, capture_output=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        if (root / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, to / name)


def enter(where: Path, *helpers: Path) -> None:
    """Makes ``where`` the working directory and the first place to import from, here and below."""
    os.chdir(where)
    places = [str(where), *map(str, helpers)]
    sys.path[:0] = places
    os.environ["PYTHONPATH"] = os.pathsep.join(places)


def warm(names: Iterable[str]) -> None:
    """Imports those of ``names`` that are there; one thread each, since children are forked."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    os.environ["MPLBACKEND"] = "Agg"
    os.environ["HYPOTHESIS_PROFILE"] = "mutants"
    # Each file of the copy is compiled once, not once in each child.
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = (
        "1"  # none is needed, and they take half a second
    )
    for name in names:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def fork(task: Callable[[], int], log: Path) -> int:
    """Runs ``task`` in a child with its output in ``log``; the process id of the child."""
    pid = os.fork()
    if pid:
        return pid
    status = 70
    try:
        os.setpgid(0, 0)
        out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.dup2(out, 1)
        os.dup2(out, 2)
        status = task()
    except BaseException as error:  # noqa: BLE001 - whatever it was, the child ends here
        os.write(2, f"\n{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(status)


def used() -> float:
    """CPU seconds of this process and of its children that have ended."""
    own, children = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
