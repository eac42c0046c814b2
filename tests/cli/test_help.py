# SPDX-License-Identifier: BSD-3-Clause
"""
Every word of the help
======================

What each command is for, what each option takes and which columns each dialect has stands in
``tests/data/help.txt``, as it was read and found right.  After a change run
``python -m tests.cli.test_help > tests/data/help.txt``, and read what differs.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from kfuncviz.cli.command import build_parser
from kfuncviz.dialects.registry import known

HELP = Path(__file__).parents[1] / "data/help.txt"


def told(parser: argparse.ArgumentParser, purpose: str | None = None) -> Iterator[str]:
    """A command and its options in lines; the layout is argparse's and differs by release."""
    yield f"{parser.prog}: {purpose}" if purpose else parser.prog
    for words in filter(None, (parser.description, parser.epilog)):
        yield from (f"  {line}".rstrip() for line in words.splitlines())
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for line in action._choices_actions:
                yield ""
                yield from told(action.choices[line.dest], line.help)
        elif action.dest != "help":
            yield f"  {option(action)}: {action.help}"


def option(action: argparse.Action) -> str:
    """How an option is typed, and what it is if it is not."""
    names = " ".join(action.option_strings) or action.dest
    takes = action.metavar or "|".join(map(str, action.choices or ()))
    shape = {"?": "[{}]", "*": "[{} ...]", "+": "{} ..."}.get(str(action.nargs), "{}")
    wanted = f" {shape.format(takes)}" if takes else ""
    default = f" (else {action.default!r})" if action.default is not None else ""
    return f"{names}{wanted}{'!' * bool(action.required)}{default}"


def everything() -> list[str]:
    """The commands, and the dialects of convert with their columns and their source."""
    listed = [f"{name}: {each.columns}; {each.source}" for name, each in known().items()]
    return [*told(build_parser()), "", *listed]


def test_everything_that_can_be_typed_is_explained() -> None:
    assert [line for line in everything() if line.endswith(": None")] == []


def test_the_help_is_what_was_read() -> None:
    assert everything() == HELP.read_text("utf-8").splitlines()


if __name__ == "__main__":
    print("\n".join(everything()))
