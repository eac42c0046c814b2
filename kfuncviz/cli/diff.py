# SPDX-License-Identifier: BSD-3-Clause
"""
kfuncviz diff
=============

Two cases side by side, as text: what differs in question, scenario, maps and answer.
"""

from __future__ import annotations

import argparse
from itertools import groupby
from typing import Any

from kfuncviz.cli.output import UNUSABLE, complain, complain_all
from kfuncviz.cli.show import loaded
from kfuncviz.model.errors import KernelError
from kfuncviz.scenario.problems import ScenarioError

_WIDTH = 72


def add_to(commands: Any) -> None:
    """Add the sub-command to the command line."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "diff",
        help="what differs between two cases",
        description="Ask two scenarios the question of their focus and print what differs: the "
        "question, the scenario, the maps on the way, the answer.",
        epilog="Exit status: 0 answered, 2 one of them could not be used.",
    )
    case = "a gallery name, a file, a share token, or - for one of these on standard input"
    parser.add_argument("a", metavar="A", help=case)
    parser.add_argument("b", metavar="B", help="the case it is compared with, likewise")
    parser.set_defaults(run=run_diff)


def run_diff(arguments: argparse.Namespace) -> int:
    """Print what differs; 2 if a case cannot be used."""
    sources = arguments.a, arguments.b
    if sources == ("-", "-"):
        complain("standard input can be read only once", "-")
        return UNUSABLE
    cases = []
    for letter, source in zip("AB", sources, strict=True):
        try:
            scenario = loaded(source)
            cases.append((scenario, _case(scenario)))
        except ScenarioError as error:
            complain_all(error, letter)
            return UNUSABLE
        except KernelError as error:
            complain(str(error), letter)
            return UNUSABLE
    print("\n".join(_lines(*cases)))
    return 0


def _case(scenario: Any) -> Any:
    """A scenario with its question and the answer to it."""
    from kfuncviz import render
    from kfuncviz.explorers import ownership
    from kfuncviz.scenario.ownership.difference import Case

    state = ownership.to_json(ownership.first(scenario.document))
    asked = ("path", "id", "entry", "by", "via", "kind", "direction")
    answer = scenario.who_owns(**(scenario.document.get("focus") or {}))
    return Case(
        scenario.document, {name: state[name] for name in asked}, answer, render.sentence(answer)
    )


def _lines(a: tuple[Any, Any], b: tuple[Any, Any]) -> list[str]:
    from kfuncviz.render.kit.plain import plain, wrap
    from kfuncviz.scenario.ownership.difference import differences

    lines = []
    for letter, (scenario, _) in zip("AB", (a, b), strict=True):
        title = plain(str(scenario.document.get("title") or "without a title"))
        lines += wrap(title, _WIDTH, first=f"{letter}  ", then="   ")
    found = differences(a[1], b[1])
    if not found:
        return [*lines, "", "no difference"]
    for part, of_part in groupby(found, key=lambda difference: difference.part):
        lines += ["", part]
        for difference in of_part:
            lines += wrap(plain(difference.name), _WIDTH, first="  ", then="  ")
            for letter, value in zip("AB", difference[2:], strict=True):
                lines += wrap(plain(value), _WIDTH, first=f"    {letter}  ", then="       ")
    return [*lines, "", *wrap(str(b[0].made), _WIDTH)]
