# SPDX-License-Identifier: BSD-3-Clause
"""
Make a virtual environment from requirements.lock
=================================================

Run by ``make venv`` with the Python that was chosen, and by ``make test-python`` with another one
and a folder for it.  Installs the locked versions, then this checkout in editable form, and says in
one line what is missing where that cannot be done.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
MADE_FROM = (LOCK, ROOT / "pyproject.toml", Path(__file__))
OLDEST, NEWEST = (3, 11), (3, 14)
#: One pip waits for the network and then keeps one core busy; several do so side by side.
PIPS = 4
# JupyterLab asks every new user whether it may fetch news; the question covers the notebook.
QUIET = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false"}}
NO_NETWORK = (
    "NewConnectionError",
    "ConnectTimeoutError",
    "Failed to establish a new connection",
    "Name or service not known",
    "Temporary failure in name resolution",
    "Network is unreachable",
    "ProxyError",
    "timed out",
)


def main(folder: str = ".venv") -> None:
    """Make or refresh a virtual environment; leave the stamp only when all of it worked."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        stop(f"needs Python 3.11 to 3.14, but {sys.executable} is {sys.version.split()[0]}.")
    venv = ROOT / folder
    stamp = venv / ".ready"
    if fresh(stamp) and healthy(venv):
        return
    stamp.unlink(missing_ok=True)
    pip = create(venv)
    print(f"installing the versions of {LOCK.name} into {folder} (first time: about a minute)")
    install_locked(pip)
    install([*pip, "install", "--no-deps", "--no-build-isolation", "-e", "."])
    settings = venv / "share/jupyter/lab/settings"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "overrides.json").write_text(json.dumps(QUIET) + "\n", encoding="utf-8")
    stamp.write_text(f"{ROOT}\n", encoding="utf-8")


def fresh(stamp: Path) -> bool:
    """True where all was installed, for this path and from the files as they are now."""
    return (
        stamp.exists()
        and stamp.read_text(encoding="utf-8") == f"{ROOT}\n"
        and all(stamp.stat().st_mtime > file.stat().st_mtime for file in MADE_FROM)
    )


def create(venv: Path) -> list[str]:
    """Create the environment unless a healthy one is there; the command that runs its pip."""
    python = venv / "bin/python"
    with_pip = importlib.util.find_spec("ensurepip") is not None
    if not with_pip and importlib.util.find_spec("pip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        stop(
            f"{sys.executable} has neither venv nor pip. On Debian and Ubuntu: "
            f"sudo apt install python{version}-venv"
        )
    if not healthy(venv):
        flags = ["--clear"] if with_pip else ["--clear", "--without-pip"]
        run([sys.executable, "-m", "venv", *flags, str(venv)], "the virtual environment")
    if with_pip:
        return [str(python), "-m", "pip"]
    return [sys.executable, "-m", "pip", "--python", str(python)]


def healthy(venv: Path) -> bool:
    """True where the environment was made for this path by the Python that runs now."""
    python = venv / "bin/python"
    if not python.exists() or f"{venv}" not in (venv / "pyvenv.cfg").read_text(encoding="utf-8"):
        return False
    code = "import sys; print(sys.version_info[:2])"
    found = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return found.stdout.strip() == str(sys.version_info[:2])


def install_locked(pip: list[str]) -> None:
    """Install the lock in parts, side by side; it is complete, so that no part needs another."""
    entries = re.split(r"\n(?=\S)", LOCK.read_text(encoding="utf-8").strip())
    command = [*pip, "install", "--no-deps", "--require-hashes", "-r"]
    with TemporaryDirectory() as folder, ThreadPoolExecutor(PIPS) as pool:
        parts = [Path(folder, f"{number}.txt") for number in range(PIPS)]
        for number, part in enumerate(parts):
            part.write_text("\n".join(entries[number::PIPS]) + "\n", encoding="utf-8")
        for _ in pool.map(install, [[*command, str(part)] for part in parts]):
            pass


def install(command: list[str]) -> None:
    """Run pip quietly, whatever the user's own settings say about where to install."""
    quiet = ["-q", "--no-input", "--disable-pip-version-check", "--retries", "2"]
    run([*command, *quiet], "the packages of requirements.lock")


def run(command: list[str], what: str) -> None:
    """Run a command; on failure print what it said and end with one line that sums it up."""
    env = os.environ | {"PIP_USER": "0"}
    done = subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode == 0:
        return
    said = done.stdout + done.stderr
    if any(sign in said for sign in NO_NETWORK):
        stop(
            "no package index can be reached, and the packages need one the first time. "
            "Connect, or point pip to a mirror or a folder of wheels (PIP_INDEX_URL, "
            "PIP_NO_INDEX with PIP_FIND_LINKS), then run make again."
        )
    print(said[-4000:], file=sys.stderr)
    stop(f"{what} could not be installed; the reason stands above.")


def stop(message: str) -> None:
    """End with a message and no traceback."""
    raise SystemExit(f"kfuncviz: {message}")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except KeyboardInterrupt:
        stop("interrupted; run make again to go on.")
    except OSError as error:
        stop(f"{error.filename or 'the virtual environment'} cannot be used: {error.strerror}.")
