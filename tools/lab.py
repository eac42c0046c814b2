# SPDX-License-Identifier: BSD-3-Clause
"""
Open the course in JupyterLab
=============================

Run by ``make lab``.  The server listens on this machine alone, asks for a token, and shows
``notebooks/`` with the first notebook open.  A port asked for by number is never swapped for
another one.
"""

from __future__ import annotations

import argparse
import os
import socket
import sys
from pathlib import Path

ADDRESS = "127.0.0.1"
NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
START = "/lab/tree/00-start-here.ipynb"


def main() -> None:
    """Turn this process into the JupyterLab server."""
    parser = argparse.ArgumentParser(description="open the course in JupyterLab")
    parser.add_argument("--port", default="", help="empty: 8888, or the next free one")
    parser.add_argument("--browser", default="", help="none: only print the address")
    options = parser.parse_args()
    command = [sys.executable, "-m", "jupyterlab", "--log-level=WARN"]
    command += [f"--ServerApp.root_dir={NOTEBOOKS}", f"--LabApp.default_url={START}"]
    command.append(f"--ServerApp.ip={ADDRESS}")
    if options.port:
        command += [f"--ServerApp.port={free(options.port)}", "--ServerApp.port_retries=0"]
    if options.browser == "none":
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    os.execv(sys.executable, command)  # noqa: S606 - no shell is wanted


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
