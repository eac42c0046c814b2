# SPDX-License-Identifier: BSD-3-Clause
"""
kfuncviz drill
==============

Questions for a seed with their choices, and the answers at the end: a sheet for a room without
screens.
"""

from __future__ import annotations

import argparse
from typing import Any

from kfuncviz.cli.arguments import number

#: The last seed and the longest drill (those of `kfuncviz.learn.drill`).
LAST_SEED, LONGEST = 999_999, 500


def add_to(commands: Any) -> None:
    """Add the sub-command to the command line."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "drill",
        help="questions to answer, harder as they go",
        description="Print questions with their choices, then the answers, each with the "
        "misreading that every other choice comes from. A seed always gives the same questions.",
    )
    parser.add_argument("--seed", type=number(0, LAST_SEED), default=1, metavar="N",
                        help="which questions (1)")  # fmt: skip
    parser.add_argument("--count", type=number(1, LONGEST), default=10, metavar="N",
                        help="how many (10)")  # fmt: skip
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the questions, then the answers."""
    from kfuncviz.learn.card import plain
    from kfuncviz.learn.deal import choices, deal
    from kfuncviz.learn.key import key
    from kfuncviz.learn.misconceptions import answers

    dealt = [deal(arguments.seed, nth) for nth in range(arguments.count)]
    for nth, item in enumerate(dealt, 1):
        print(f"{nth}. {plain(item.ask)}")
        print(f"   {'   '.join(f'( ) {each}' for each in choices(item))}")
    print("\nAnswers")
    for nth, item in enumerate(dealt, 1):
        wrong = answers(item.scenario, item.about)
        others = "; ".join(
            f"{each}: {_names(wrong, each)}" for each in dict.fromkeys(wrong.values())
        )
        print(f"{nth}. {key(item.scenario, item.about)} ({others})")
    return 0


def _names(wrong: dict[str, str], answer: str) -> str:
    return ", ".join(name for name, given in wrong.items() if given == answer)
