# SPDX-License-Identifier: BSD-3-Clause
"""
kfuncviz replay
===============

One scenario, or one a line, in; one result a line out, in the format the kernel's answers are
recorded in.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kfuncviz.cli.input import Unreadable, documents_of
from kfuncviz.cli.output import UNUSABLE, complain, complain_all
from kfuncviz.nearest import meant
from kfuncviz.printable import printable
from kfuncviz.scenario.load import load, scenarios, sound
from kfuncviz.scenario.machine import Machine
from kfuncviz.scenario.problems import ScenarioError
from kfuncviz.scenario.reading.document import parse_line, parse_text
from kfuncviz.scenario.reading.token import KFV2, find, is_token
from kfuncviz.scenario.replay import notes, replay_traced

#: The most characters of a name in a heading; a share token is longer.
_NAME_MAX = 200
#: A document as it is found: its line, where it is one a line, and its bytes.
_Found = tuple[int | None, bytes]


def add_to(commands: Any) -> None:
    """Add the sub-command to the command line."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "replay",
        help="run scenarios on the model",
        description="Run scenarios on the model and print one result a line, as JSON, or one "
        "operation a line, to be read, below its scenario's name where there are several.",
        epilog="FILE holds one scenario (JSON or YAML) or one a line (JSON, always in a file named "
        '.jsonl; {"scenario": ...} lines are taken too); where there is no such file, it is a '
        "gallery name or a share token. A refused line is reported on standard "
        "error, the others still run. Exit status: 0 all were replayed, 2 an input was refused.",
    )
    parser.add_argument("files", nargs="+", metavar="FILE",
                        help="a file, - for standard input, a gallery name (see kfuncviz "
                        "gallery), or a share token")  # fmt: skip
    parser.add_argument("--as", dest="form", choices=("json", "text"), default="json",
                        help="json (the default), as the kernel's answers are recorded, or text: "
                        "who owns what afterwards, and why a call was refused")  # fmt: skip
    parser.add_argument("--why", action="store_true",
                        help="in JSON, add to each operation what decided: the check, the path, "
                        "the id and its map without a row, the capability not counted")  # fmt: skip
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Replay every document of every file; 2 if one was refused, else 0."""
    if arguments.why and arguments.form == "text":
        complain("text says why without it; leave it out, or ask for --as json", "--why")
        return UNUSABLE
    if arguments.files.count("-") > 1:
        complain("standard input can be read only once", "-")
        return UNUSABLE
    status = 0
    for name in arguments.files:
        try:
            if _is_known(name):
                status = max(status, _replay_one(arguments, name, None, _known(name)))
                continue
            found = documents_of(name)
            for (number, data), several in _looked_ahead(found, asked=arguments.form == "text"):
                status = max(status, _replay_one(arguments, name, number, data, several))
        except Unreadable as error:
            near = "" if Path(name).parent.name else meant(name, scenarios())
            complain(f"{error.reason}{near}", error.name)
            status = UNUSABLE
        except ScenarioError as error:
            complain_all(error, name)
            status = UNUSABLE
    return status


def _looked_ahead(found: Iterator[_Found], *, asked: bool) -> Iterator[tuple[_Found, bool]]:
    """Each document, and whether it is one of several where that is ``asked``.

    What cannot be read after the first does not hide the first.
    """
    first = next(found, None)
    if first is None:
        return
    try:
        second = next(found, None) if asked else None
    except (Unreadable, ScenarioError):
        yield first, True
        raise
    yield first, second is not None
    if second is not None:
        yield second, True
    yield from ((each, asked) for each in found)


def _is_known(name: str) -> bool:
    """Whether this is a share token or a gallery scenario; a file of such a name comes first."""
    token = find(name) or is_token(name)
    return bool(token) or (name in scenarios() and not Path(name).exists())


def _known(name: str) -> dict[str, Any]:
    """The document of a share token or a gallery scenario."""
    token = find(name) or name
    if token.startswith(KFV2.prefix):
        from kfuncviz.explorers.engine.tokens import resolved

        document: dict[str, Any] = resolved(token)
        return document
    return load(name)


def _told(document: dict[str, Any]) -> Any:
    """The scenario of a line that holds more; an answer of ``show`` holds it as a token."""
    token = document.get("token")
    if "lanes" in document and isinstance(token, str) and find(token):
        return _known(token)
    return document["scenario"]


def _replay_one(
    arguments: argparse.Namespace,
    name: str,
    number: int | None,
    given: bytes | dict[str, Any],
    several: bool = False,
) -> int:
    place = "" if number is None else f"line {number}"
    try:
        document: Any = given
        if isinstance(given, bytes):
            document = parse_text(given) if number is None else parse_line(given)
        if isinstance(document, dict) and "scenario" in document:
            document = _told(document)
        sound(document)
        if arguments.form == "text":
            words = replay_traced(document)
            if several or len(arguments.files) > 1:
                print(": ".join(filter(None, (printable(name, _NAME_MAX), place))))
            print(words)
            return 0
        machine = Machine(document)
        pieces = _answer(machine, why=arguments.why)
    except ScenarioError as error:
        complain_all(error, name, place)
        return UNUSABLE
    for note in notes(machine):
        complain(f"note: {note}", name, place)
    sys.stdout.writelines(pieces)
    return 0


def _answer(machine: Machine, *, why: bool) -> list[str]:
    """The pieces of the line that is printed."""
    pieces = [json.dumps(machine.report)[:-1], ', "ops": [']
    for number, (op, result, steps) in enumerate(machine.replay(trace=why)):
        if why:
            reason = machine.why(op, result, steps, f"ops[{number}]")
            result["why"] = reason and reason.as_dict()
        pieces += [", "] if number else []
        pieces.append(json.dumps(result))
    return [*pieces, "]}\n"]
