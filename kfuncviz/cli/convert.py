# SPDX-License-Identifier: BSD-3-Clause
"""
kfuncviz convert
================

Read the map of one tool, say what each column holds, and write it for another.
"""

from __future__ import annotations

import argparse
import re
from typing import Any

from kfuncviz.cli.arguments import Parser
from kfuncviz.cli.check_map import own_ids
from kfuncviz.cli.input import read
from kfuncviz.cli.output import REFUSED, UNUSABLE, complain
from kfuncviz.dialects.convert import convert
from kfuncviz.dialects.dialect import Dialect, Inexpressible
from kfuncviz.dialects.options import Options, Version
from kfuncviz.dialects.parsed import Parsed
from kfuncviz.dialects.registry import TEXT_MAX, detect, known, parse
from kfuncviz.dialects.subid import SubidRange, read_subids
from kfuncviz.dialects.words import echo, findings
from kfuncviz.printable import printable

_LINE_MAX = 380


def add_to(commands: Any) -> None:
    """Add the sub-command to the command line."""
    parser: Parser = commands.add_parser(
        "convert",
        help="a map from the syntax of one tool to another's",
        description="Read the map of one tool, say what each of its columns holds, and write it "
        "for another tool.",
        epilog="Without --to the text is only explained; without --from every dialect it could be "
        "in is. --list has them all. Exit status: 0 answered, 1 refused, with the reason, 2 the "
        "input could not be read.",
    )
    parser.add_argument(
        "--from", dest="source", metavar="DIALECT", type=_dialect, help="the dialect of the text"
    )
    parser.add_argument(
        "--to", dest="target", metavar="DIALECT", type=_dialect, help="the dialect to write"
    )
    parser.add_argument("--list", action="store_true", help="list the dialects and their columns")
    parser.add_argument(
        "file",
        nargs="?",
        metavar="FILE",
        help="where the text is, - (the default) for standard input",
    )
    parser.add_argument("--text", help="the text itself, instead of a file")
    parser.add_argument("--quiet", action="store_true", help="write what was converted, no words")
    given = parser.add_argument_group("what the text does not say")
    given.add_argument(
        "--self",
        dest="own",
        type=own_ids,
        metavar="UID[:GID]",
        help="who runs the tool (one number serves both)",
    )
    given.add_argument("--user", metavar="NAME", help="their name in /etc/subuid")
    given.add_argument(
        "--subuid",
        type=_ranges,
        metavar="FILE",
        help="what they may hand out; a FILE or lines such as me:100000:65536",
    )
    given.add_argument(
        "--subgid",
        type=_ranges,
        metavar="FILE",
        help="the same for groups, by default the ranges of --subuid",
    )
    given.add_argument(
        "--rootless",
        action="store_true",
        help="the engine runs without root: its rows count in a namespace between "
        "container and host",
    )
    given.add_argument(
        "--owner", type=own_ids, metavar="UID[:GID]", help="who owns the directory that is mounted"
    )
    given.add_argument(
        "--attached",
        action="store_true",
        help="the rows are attached to a mount: inside is disk, outside is mount",
    )
    given.add_argument(
        "--after-manual",
        action="store_true",
        help="the text was written after the words of the manual pages of "
        "util-linux 2.39 to 2.42.3, not after the program",
    )
    given.add_argument(
        "--crun",
        type=_version,
        metavar="VERSION",
        help="before 1.8.1 it read the rows of a mount the other way round",
    )
    given.add_argument("--util-linux", type=_version, metavar="VERSION", help="of mount or unshare")
    parser.set_defaults(run=run)


def _dialect(name: str) -> str:
    if name not in known():
        raise argparse.ArgumentTypeError(f"no dialect {name!r}; --list has them all")
    return name


def _version(text: str) -> Version:
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,4}){1,3}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a version such as 1.8.1")
    return tuple(map(int, text.split(".")))


def _ranges(text: str) -> tuple[SubidRange, ...]:
    """The ranges of a file, or of lines given in its place."""
    lines = text.encode("utf-8", "surrogateescape")
    data = lines if re.fullmatch(r"(?:[^:\s]+:\d+:\d+\s*)+", text) else read(text, TEXT_MAX)
    found = read_subids(data)
    if found.problems:
        raise argparse.ArgumentTypeError(found.problems[0])
    return tuple(found.ranges)


def run(arguments: argparse.Namespace) -> int:
    """Explain or convert one text; 0 answered, 1 refused, 2 unreadable."""
    if arguments.list:
        for dialect in known().values():
            print(f"{dialect.name:15} {dialect.columns}\n{'':15} {dialect.source}")
        return 0
    if arguments.text is not None and arguments.file is not None:
        complain("either --text or a FILE, not both")
        return UNUSABLE
    text = arguments.text
    if text is None:
        data = read("-" if arguments.file is None else arguments.file, TEXT_MAX)
        text = data.decode("utf-8", "replace")
    options = _options(arguments)
    if arguments.source is not None:
        return _answer(
            arguments, known()[arguments.source], parse(arguments.source, text, options), options
        )
    readings = detect(text, options)
    if len(readings) == 1:
        return _answer(arguments, *readings[0], options)
    if not readings:
        complain("the text is in no dialect that is known; name one with --from")
        return UNUSABLE
    for reading in readings:
        for line in _explained(*reading):
            print(line)
    names = ", ".join(reading.dialect.name for reading in readings)
    complain(f"the text can be meant in {len(readings)} ways; name one with --from: {names}")
    return UNUSABLE if arguments.target is not None else 0


def _options(arguments: argparse.Namespace) -> Options:
    subuid = arguments.subuid or ()
    return Options(
        own=arguments.own,
        user=arguments.user,
        subuid=subuid,
        subgid=subuid if arguments.subgid is None else arguments.subgid,
        rootless=arguments.rootless,
        owner=arguments.owner,
        attached=arguments.attached,
        manual=arguments.after_manual,
        crun=arguments.crun,
        util_linux=arguments.util_linux,
    )


def _answer(
    arguments: argparse.Namespace, dialect: Dialect, parsed: Parsed, options: Options
) -> int:
    explained = [printable(line, _LINE_MAX) for line in _explained(dialect, parsed)]
    if arguments.target is None or parsed.problems:
        for line in explained if arguments.target is None else ():
            print(line)
        for problem in parsed.problems:
            complain(f"{'refused: ' if problem.errno else ''}{problem}")
        unreadable = any(problem.errno is None for problem in parsed.problems)
        return UNUSABLE if unreadable else REFUSED if parsed.problems else 0
    for line in () if arguments.quiet else explained:
        complain(line)
    try:
        print(convert(parsed, arguments.target, options), end="")
    except Inexpressible as reason:
        complain(f"refused: {reason}")
        return REFUSED
    return 0


def _explained(dialect: Dialect, parsed: Parsed) -> list[str]:
    """A reading in words, a line each."""
    return [
        f"read as {dialect.name}: {dialect.columns}",
        *echo(parsed),
        *(f"remark: {said}" for said in findings(parsed)),
    ]
