# SPDX-License-Identifier: BSD-3-Clause
"""
What the site is made of that is not ours
=========================================

An environment that builds JupyterLite, and the wheels that its kernel loads: the packages whose
hashes are written in ``lite.lock`` and ``browser.lock``, brought once into a folder that is not
committed.  Pyodide is the page's.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tools.page.inputs import CACHE, Missing

HERE = Path(__file__).parent
#: The Python that Pyodide brings; its wheels are those of no platform.
_PURE = ("--python-version=3.14", "--implementation=py", "--abi=none", "--platform=any")
_PIP = ("-m", "pip", "-q", "--disable-pip-version-check", "--no-input", "--retries=2")
PATIENCE_S = 600
_LITE, _BROWSER = HERE / "lite.lock", HERE / "browser.lock"
#: It lies in a folder that is whole.
_MADE = "made"


def lite(cache: Path = CACHE) -> Path:
    """The folder of an environment that has ``jupyter-lite``.

    Raises :class:`Missing` where it is not in the cache and cannot be made.
    """

    def made(folder: Path) -> None:
        _run(sys.executable, "-m", "venv", folder)
        _run(_python(folder), *_PIP, "install", "--no-deps", "--require-hashes", f"-r{_LITE}")

    return _once(cache, _LITE, made)


def wheels(cache: Path = CACHE) -> Path:
    """The folder of the wheels, brought by the pip of that environment; raises as it does."""

    def made(folder: Path) -> None:
        _run(_python(lite(cache)), *_PIP, "download", "--no-deps", "--require-hashes",
             "--only-binary=:all:", *_PURE, f"-d{folder}", f"-r{_BROWSER}")  # fmt: skip

    return _once(cache, _BROWSER, made)


def there(cache: Path = CACHE) -> bool:
    """Whether both have been brought already.

    >>> there(Path("/nowhere"))
    False
    """
    return all((_folder(cache, lock) / _MADE).exists() for lock in (_LITE, _BROWSER))


def _folder(cache: Path, lock: Path) -> Path:
    """A folder of its own for what a lock file says."""
    return cache / f"{lock.stem}-{hashlib.sha256(lock.read_bytes()).hexdigest()[:12]}"


def _once(cache: Path, lock: Path, make: Callable[[Path], None]) -> Path:
    """The folder of a lock file: made where it is not whole."""
    folder = _folder(cache, lock)
    if not (folder / _MADE).exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        make(folder)
        (folder / _MADE).touch()
    return folder


def _python(environment: Path) -> Path:
    return environment / "bin/python"


def _run(*command: Path | str) -> None:
    """Run a command; :class:`Missing` with its last words where it fails."""
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE_S)
    except subprocess.CalledProcessError as error:
        said = (error.stderr.strip() or f"exit status {error.returncode}").splitlines()[-1]
        raise Missing(f"what the site is made of cannot be brought: {said}") from None
    except (subprocess.TimeoutExpired, OSError) as error:
        raise Missing(f"what the site is made of cannot be brought: {error}") from None
