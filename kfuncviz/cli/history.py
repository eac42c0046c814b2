# SPDX-License-Identifier: BSD-3-Clause
"""
kfuncviz history and kfuncviz compare-exposures
===============================================

What is recorded under a name, and what a real change, or the recorded changes of a name, would have
cost under every way of exposing the kernel.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from kfuncviz.cli.output import UNUSABLE, complain

_KINDS = (
    "a kfunc, a function that takes the mount's map (vfs_create), a BPF helper, a member "
    "(inode.i_uid), an LSM hook, a flag, or a kfunc that was proposed"
)


def add_to(commands: Any) -> None:
    """Add the sub-commands to the command line."""
    history: argparse.ArgumentParser = commands.add_parser(
        "history",
        aliases=["kfunc"],
        help="what is recorded under a name of the kernel",
        description="When it came, what changed about it, release by release, and whether it is "
        "still there.",
        epilog="Exit status: 0 answered, 2 no table knows the name.",
    )
    history.add_argument("name", metavar="NAME", help=_KINDS)
    history.set_defaults(run=run_history)
    compare: argparse.ArgumentParser = commands.add_parser(
        "compare-exposures",
        help="who pays when the inside changes",
        description="What a real change would have meant under every way of exposing the kernel.",
        epilog="Exit status: 0 answered, 2 there is no such change, and no table knows the name.",
    )
    compare.add_argument(
        "change",
        nargs="?",
        metavar="CHANGE",
        help="one of the changes, or a name for those recorded of it; without it, they are listed",
    )
    compare.set_defaults(run=run_compare)


def run_history(arguments: argparse.Namespace) -> int:
    """Print the record of a name; 2 for one that no table knows."""
    from kfuncviz.kfuncs.contracts import changes
    from kfuncviz.render.lifetimes import history_text

    if arguments.name in changes():
        complain(f"a change, not a name: ask compare-exposures {arguments.name}", arguments.name)
        return UNUSABLE
    return _print(lambda: history_text(arguments.name))


def run_compare(arguments: argparse.Namespace) -> int:
    """Print rows of the matrix, or which there are; 2 for what is neither a change nor a name."""
    from kfuncviz.render.exposure import changes_text

    if arguments.change is None:
        return _print(changes_text)
    return _print(lambda: _costs(arguments.change))


def _costs(asked: str) -> str:
    """A change of the list, or every change recorded of a name, against every exposure."""
    from kfuncviz.evidence import UnknownName, costs
    from kfuncviz.kfuncs.contracts import change
    from kfuncviz.kfuncs.known import NotKnown
    from kfuncviz.render.exposure import event_text

    try:
        return event_text(change(asked))
    except NotKnown as refused:
        no_change = refused
    try:
        found = [*costs.listed(asked), *costs.computed(asked)]
    except UnknownName as stranger:
        near = "did you mean" in str(no_change)
        said = str(no_change if near else stranger).removesuffix(": see changes()")
        raise NotKnown(f"{said}; compare-exposures alone lists the changes") from None
    found.sort(key=lambda event: tuple(map(int, event.release.split("."))))
    if not found:
        return (
            f"{asked}: no change is recorded that anybody outside could notice. "
            f"What is recorded: kfuncviz history {asked}"
        )
    return "\n".join(event_text(event) for event in found)


def _print(answer: Callable[[], str]) -> int:
    try:
        print(answer().rstrip("\n"))
    except LookupError as error:
        complain(str(error.args[0]))
        return UNUSABLE
    return 0
