# SPDX-License-Identifier: BSD-3-Clause
"""
kfuncviz replay
===============

One scenario, or one a line, in; one result a line out, in the format the kernel's answers are recorded
in.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from kfuncviz.cli.input import complain, complain_all, opened
from kfuncviz.scenario.document import documents, parse_text
from kfuncviz.scenario.machine import replay
from kfuncviz.scenario.problems import ScenarioError
from kfuncviz.scenario.validate import refusals, validate


def add_to(commands: Any) -> None:
    """Add the sub-command to the command line."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "replay",
        help="run scenarios on the model",
        description="Run scenarios on the model and print one result a line, as JSON.",
        epilog='FILE holds one scenario (JSON or YAML) or one a line (JSON; {"scenario": ...} lines '
        "are taken too). A refused line is reported on standard error, the others still run; exit "
        "status is then 2.",
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="a file, or - for standard input")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Replay every document of every file; 2 if one was refused, else 0."""
    status = 0
    for name in arguments.files:
        try:
            with opened(name) as stream:
                for place, text in documents(stream):
                    status = max(status, _replay_one(name, place, text))
        except OSError as error:
            complain(error.strerror or str(error), name)
            status = 2
    return status


def _replay_one(name: str, place: str, text: bytes) -> int:
    try:
        document = parse_text(text)
        if isinstance(document, dict) and "scenario" in document:
            document = document["scenario"]
        problems = validate(document)
        if problems:
            raise ScenarioError(problems)
    except ScenarioError as error:
        complain_all(error, name, place)
        return 2
    result = replay(document)
    if any(result["userns"].values()):
        for problem in refusals(document):
            complain(f"note: {problem}", name, place)
    sys.stdout.write(json.dumps(result) + "\n")
    return 0
