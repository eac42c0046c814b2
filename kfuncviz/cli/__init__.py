# SPDX-License-Identifier: BSD-3-Clause
"""
The kfuncviz command
====================

``kfuncviz replay | check-map | show | gallery | kfunc | compare-exposures``.  Only the answer goes to
standard output; everything else to standard error.  Exit status 0: answered; 1: the answer is that
the kernel refuses; 2: the input could not be used.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from kfuncviz.cli import check_map, history, replay, show


class _Version(argparse.Action):
    """Look the version up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"kfuncviz {version('kfuncviz')}")
        parser.exit()


def build_parser() -> argparse.ArgumentParser:
    """The command line, with a sub-command for each question."""
    parser = argparse.ArgumentParser(
        prog="kfuncviz",
        description="Who owns this file, once user namespaces and idmapped mounts are stacked?",
        epilog="Every sub-command has a --help of its own. Exit status: 0 answered, "
        "1 the kernel would refuse, 2 the input could not be used.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and stop")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for module in (replay, check_map, show, history):
        module.add_to(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status.

    >>> main(["check-map", "--as", "uid_map", "--text", "0 100000 65536"])
    accepted: 1 row
      inside 0...65535 = outside 100000...165535 (65536 ids)
    0
    """
    arguments = build_parser().parse_args(argv)
    try:
        status: int = arguments.run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt:
        return 130
    return status
