# SPDX-License-Identifier: BSD-3-Clause
"""
kfuncviz questions
==================

Every question and exercise of the course, with the key that the model computes.
"""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kfuncviz.learn.item import Item


def add_to(commands: Any) -> None:
    """Add the sub-command to the command line."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "questions",
        help="every question of the course with its key",
        description="List every question and exercise of the course. The key is computed by the "
        "model; of an exercise it is what must come of whatever is built.",
    )
    parser.add_argument("--as", dest="form", choices=("text", "json"), default="text",
                        help="how to print them (text)")  # fmt: skip
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print all of them in the order of the course."""
    from kfuncviz.learn import course

    rows = [
        *(told("question", item) for item in course.questions()),
        *(told("exercise", item) for item in course.exercises()),
    ]
    if arguments.form == "json":
        print(json.dumps(rows, indent=1, ensure_ascii=False))
        return 0
    for row in rows:
        wants = "; ".join(want["is"] for want in row["wants"])
        key = row["key"] or wants or f"weigh: {', '.join(row['choices'])}"
        print(f"{row['name']} {row['what']}: {row['ask']} -> {key}")
    return 0


def told(what: str, item: Item) -> dict[str, Any]:
    """One of them as an object for JSON."""
    from kfuncviz.learn.card import plain
    from kfuncviz.learn.item import CHOSEN
    from kfuncviz.learn.judge import offered, right_answer, wrong_answers

    return {
        "name": item.name,
        "what": what,
        "form": item.form,
        "ask": plain(item.ask),
        "scenario": item.scenario.get("id"),
        "choices": list(offered(item)) if item.form in CHOSEN else [],
        "key": right_answer(item),
        "wants": [{"of": _of(want.about), "is": want.wanted} for want in item.wants],
        "misreadings": wrong_answers(item),
    }


def _of(about: Any) -> dict[str, Any]:
    """What is asked, but for what is as always."""
    plainly = type(about)()
    return {name: value for name, value in vars(about).items() if value != getattr(plainly, name)}
