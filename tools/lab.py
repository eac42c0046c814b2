# SPDX-License-Identifier: BSD-3-Clause
"""
Open the course in JupyterLab
=============================

Run by ``make lab``.  The server listens on this machine alone, asks for a token, and shows
``notebooks/`` with the map of the course open: what each chapter answers, and where one stands.  A
port asked for by number is never swapped for another one.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import sys
from pathlib import Path

from kfuncviz.front import stylesheet
from kfuncviz.learn.rail import EXITS, ROOMS
from kfuncviz.learn.standing import PAGE, VARIABLE, standing, start_page

ADDRESS = "127.0.0.1"
NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
#: The start page, written anew each time, and what is known of where somebody stands.
START, STANDING = f"/lab/tree/{PAGE}", ".standing.json"
#: A folder of settings: text is shown as it is meant to look, not as it is typed.
SETTINGS = NOTEBOOKS.parent / "build" / "jupyter"
#: What opens each exit of the map.
OPENS = {"drill": "kv.Drill()", "ownership": 'kv.OwnershipExplorer("home-on-a-stick")',
         "doctor": "kv.DoctorExplorer()", "thread": "kv.ThreadExplorer()"}  # fmt: skip
VIEWERS = {
    "@jupyterlab/docmanager-extension:plugin": {"defaultViewers": {"markdown": "Markdown Preview"}}
}


def main() -> None:
    """Turn this process into the JupyterLab server."""
    parser = argparse.ArgumentParser(description="open the course in JupyterLab")
    parser.add_argument("--port", default="", help="empty: 8888, or the next free one")
    parser.add_argument("--browser", default="", help="none: only print the address")
    options = parser.parse_args()
    environment = prepared()
    line = command(options.port, options.browser)
    os.execve(sys.executable, line, environment)  # noqa: S606 - no shell is wanted


def command(port: str, browser: str) -> list[str]:
    """How the server is started: on a port, or the next free one (``""``)."""
    line = [sys.executable, "-m", "jupyterlab", "--log-level=WARN"]
    line += [f"--ServerApp.root_dir={NOTEBOOKS}", f"--LabApp.default_url={START}"]
    line += [f"--ServerApp.ip={ADDRESS}", "--LabApp.custom_css=True"]
    line.append(f"--ServerApp.tornado_settings=static_custom_path={SETTINGS / 'custom'}")
    if port:
        line += [f"--ServerApp.port={free(port)}", "--ServerApp.port_retries=0"]
    if browser == "none":
        line.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        line.append("--allow-root")
    return line


def prepared() -> dict[str, str]:
    """Write the start page and its settings; the environment that finds them and the standing."""
    path = NOTEBOOKS / STANDING
    (NOTEBOOKS / PAGE).write_text(start_page(standing(path)), encoding="utf-8")
    for name, (title, about) in EXITS.items():
        text = f"# {title}\n\n{about.capitalize()}. Run the cell below: Shift+Enter."
        write_room(NOTEBOOKS / ROOMS / f"{name}.ipynb", text, OPENS[name])
    style = SETTINGS / "custom" / "custom.css"
    style.parent.mkdir(parents=True, exist_ok=True)
    style.write_text(stylesheet("rail"), encoding="utf-8")
    overrides = SETTINGS / "labconfig" / "default_setting_overrides.json"
    overrides.parent.mkdir(parents=True, exist_ok=True)
    overrides.write_text(json.dumps(VIEWERS), encoding="utf-8")
    before = os.environ.get("JUPYTER_CONFIG_PATH")
    paths = os.pathsep.join(filter(None, (str(SETTINGS), before)))
    return {**os.environ, "JUPYTER_CONFIG_PATH": paths, VARIABLE: str(path)}


def write_room(path: Path, text: str, code: str) -> None:
    """A notebook that opens one explorer; what somebody made of it since is kept."""
    if path.exists():
        return
    path.parent.mkdir(exist_ok=True)
    none = {"execution_count": None, "outputs": []}
    cells = [
        {"cell_type": "markdown", "id": "told", "metadata": {}, "source": text},
        {"cell_type": "code", "id": "opens", "metadata": {}, **none,
         "source": f"import kfuncviz as kv\n{code}"},
    ]  # fmt: skip
    about = {"language_info": {"name": "python"}}
    notebook = {"cells": cells, "metadata": about, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(notebook, indent=1) + "\n", encoding="utf-8")


def free(text: str) -> int:
    """The port as a number; ends the program with one line where it cannot be used."""
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise SystemExit(f"kfuncviz: PORT={text} is not a port; use a number from 1 to 65535.")
    port = int(text)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError as error:
            raise SystemExit(
                f"kfuncviz: port {port} cannot be used ({error.strerror}). "
                "Choose another one with PORT=…, or leave PORT out."
            ) from None
    return port


if __name__ == "__main__":
    main()
