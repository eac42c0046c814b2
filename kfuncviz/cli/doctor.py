# SPDX-License-Identifier: BSD-3-Clause
"""
kfuncviz doctor
===============

Pieces of configuration and a question: whose the file is, what goes wrong, and what to change.
"""

from __future__ import annotations

import argparse
import json
from typing import Any

from kfuncviz.cli.arguments import Parser
from kfuncviz.cli.input import read
from kfuncviz.cli.output import REFUSED, UNUSABLE, complain_all
from kfuncviz.dialects.registry import TEXT_MAX
from kfuncviz.scenario.problems import ScenarioError


def add_to(commands: Any) -> None:
    """Add the sub-command to the command line."""
    parser: Parser = commands.add_parser(
        "doctor",
        help="whose is it, what goes wrong and what to change, from pieces of configuration",
        description="Read pieces of configuration (lines of /etc/subuid, flags of a run, options "
        "of a mount, ls -ln, stat, id, the text of an error) and say what was understood, the "
        "answer hop by hop, the likely mistake and a repair that was replayed.",
        epilog="Exit status: 0 answered and all is well, 1 something is lost or refused, 2 the "
        "input could not be used.",
    )
    parser.add_argument(
        "file", nargs="*", metavar="FILE", help="a piece, - (the default) for standard input"
    )
    parser.add_argument("--question", default="", help="what is asked, in plain words")
    parser.add_argument(
        "--read-as", default="", metavar="DIALECT", help="the dialect of a text that fits several"
    )
    parser.add_argument(
        "--as", dest="form", choices=("text", "json"), default="text", help="the form of the answer"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Answer; 0 all is well, 1 something is lost or refused, 2 unusable."""
    from kfuncviz.diagnosis import doctor

    texts = [read(name, TEXT_MAX).decode("utf-8", "replace") for name in arguments.file or ("-",)]
    try:
        found = doctor(texts, arguments.question, arguments.read_as)
    except ScenarioError as error:
        complain_all(error)
        return UNUSABLE
    print(json.dumps(found.as_dict(), indent=1) if arguments.form == "json" else found)
    if found.nothing and not found.findings and not found.conditions:
        return UNUSABLE
    return 0 if found.well else REFUSED
