# SPDX-License-Identifier: BSD-3-Clause
"""
The command line and its exit status
====================================

Sub-commands, one a module; what can go wrong around them, each in one line.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence

from kfuncviz.cli import (
    check_map,
    convert,
    course,
    diff,
    doctor,
    drill,
    history,
    kernels,
    questions,
    replay,
    show,
    verify,
)
from kfuncviz.cli.arguments import Parser
from kfuncviz.cli.input import Unreadable
from kfuncviz.cli.output import UNUSABLE, complain, failed
from kfuncviz.extras import MissingLibrary, needed_by
from kfuncviz.model.errors import KernelError


class _Version(argparse.Action):
    """Look the version up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"kfuncviz {version('kfuncviz')}")
        parser.exit()


def build_parser() -> argparse.ArgumentParser:
    """The command line, with a sub-command for each question."""
    parser = Parser(
        prog="kfuncviz",
        description="Who owns this file, once user namespaces and idmapped mounts are stacked?",
        epilog="Every sub-command has a --help of its own. Exit status: 0 answered, 1 the kernel "
        "would refuse, 2 the input could not be used or the answer not be written.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and stop")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for module in (
        *(replay, check_map, convert, doctor, show, diff),
        *(kernels, history, verify, course, questions, drill),
    ):
        module.add_to(commands)
    return parser


def run(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status.

    >>> run(["check-map", "--as", "uid_map", "--text", "0 100000 65536"])
    accepted: 1 row
      inside 0...65535 = outside 100000...165535 (65536 ids)
    0
    """
    if sys.stdout is None:
        complain("standard output is closed")
        return UNUSABLE
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        try:
            arguments = build_parser().parse_args(argv)
            with needed_by(arguments.command):
                status: int = arguments.run(arguments)
        finally:
            sys.stdout.flush()
    except Unreadable as error:
        complain(error.reason, error.name)
        return UNUSABLE
    except MissingLibrary as error:
        complain(str(error))
        return UNUSABLE
    except KernelError:
        raise
    except OSError as error:
        return failed(error)
    except MemoryError:
        complain("not enough memory for this input")
        return UNUSABLE
    return status
