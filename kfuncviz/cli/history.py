# SPDX-License-Identifier: BSD-3-Clause
"""
kfuncviz kfunc and kfuncviz compare-exposures
=============================================

The history of one kfunc, and what one real change would have cost under every way of exposing it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from kfuncviz.cli.output import UNUSABLE, complain


def add_to(commands: Any) -> None:
    """Add both sub-commands to the command line."""
    kfunc: argparse.ArgumentParser = commands.add_parser(
        "kfunc",
        help="the history of a kfunc",
        description="When a kfunc was born, what changed about it, and whether it still lives.",
    )
    kfunc.add_argument("name", metavar="NAME")
    kfunc.set_defaults(run=run_kfunc)
    compare: argparse.ArgumentParser = commands.add_parser(
        "compare-exposures",
        help="who pays when the inside changes",
        description="What a real change would have meant under every way of exposing the kernel.",
    )
    compare.add_argument("change", metavar="CHANGE")
    compare.set_defaults(run=run_compare)


def run_kfunc(arguments: argparse.Namespace) -> int:
    """Print the history; 2 for a name no release knows."""
    from kfuncviz.evidence import kfunc_history
    from kfuncviz.render.lifetimes import kfunc_text

    return _print(lambda: kfunc_text(kfunc_history(arguments.name)))


def run_compare(arguments: argparse.Namespace) -> int:
    """Print the row of the matrix; 2 for a change that is not recorded."""
    from kfuncviz.render.exposure import change_text

    return _print(lambda: change_text(arguments.change))


def _print(answer: Callable[[], str]) -> int:
    try:
        print(answer().rstrip("\n"))
    except LookupError as error:
        complain(str(error.args[0] if error.args else error))
        return UNUSABLE
    return 0
