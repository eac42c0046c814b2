# SPDX-License-Identifier: BSD-3-Clause
"""
Make .venv from requirements.lock
=================================

Run by ``make venv`` with the Python that was chosen.  Installs the locked versions, then this
checkout in editable form, and says in one line what is missing where that cannot be done.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / ".ready"
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


def main() -> None:
    """Make or refresh ``.venv``; leave the stamp only when all of it worked."""
    STAMP.unlink(missing_ok=True)
    pip = create()
    print("installing the versions of requirements.lock into .venv (first time: some minutes)")
    install([*pip, "install", "--require-hashes", "-r", "requirements.lock"])
    install([*pip, "install", "--no-deps", "--no-build-isolation", "-e", "."])
    settings = VENV / "share/jupyter/lab/settings"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "overrides.json").write_text(json.dumps(QUIET) + "\n", encoding="utf-8")
    STAMP.write_text(f"{ROOT}\n", encoding="utf-8")


def create() -> list[str]:
    """Create ``.venv`` unless a healthy one is here; return the command that runs its pip."""
    python = VENV / "bin/python"
    with_pip = importlib.util.find_spec("ensurepip") is not None
    if not with_pip and importlib.util.find_spec("pip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        stop(
            f"{sys.executable} has neither venv nor pip. On Debian and Ubuntu: "
            f"sudo apt install python{version}-venv"
        )
    if not healthy(python):
        flags = ["--clear"] if with_pip else ["--clear", "--without-pip"]
        run([sys.executable, "-m", "venv", *flags, str(VENV)], "the virtual environment")
    if with_pip:
        return [str(python), "-m", "pip"]
    return [sys.executable, "-m", "pip", "--python", str(python)]


def healthy(python: Path) -> bool:
    """True where ``.venv`` was made for this path by the Python that runs now."""
    if not python.exists() or f"{VENV}" not in (VENV / "pyvenv.cfg").read_text(encoding="utf-8"):
        return False
    code = "import sys; print(sys.version_info[:2])"
    found = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return found.stdout.strip() == str(sys.version_info[:2])


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
            "no package index can be reached, and .venv needs one the first time. "
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
        main()
    except KeyboardInterrupt:
        stop("interrupted; run make again to go on.")
    except OSError as error:
        stop(f"{error.filename or '.venv'} cannot be used: {error.strerror}.")
