# SPDX-License-Identifier: BSD-3-Clause
"""
kfuncviz show and kfuncviz gallery
==================================

A scenario's question as a picture or as text for a mail, and the list of scenarios there are.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from kfuncviz.cli.input import complain, complain_all
from kfuncviz.model.errors import KernelError
from kfuncviz.scenario.problems import ScenarioError


def add_to(commands: Any) -> None:
    """Add both sub-commands to the command line."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "show",
        help="a scenario as text or SVG",
        description="Follow one id of a scenario from disk to caller, or back.",
        epilog="SCENARIO is a gallery name (see kfuncviz gallery), a file, or a share token. Without "
        "options the scenario's own focus is shown.",
    )
    parser.add_argument("scenario", metavar="SCENARIO")
    parser.add_argument("--as", dest="form", choices=("text", "svg", "token"), default="text")
    parser.add_argument("--path", help="the file asked about")
    parser.add_argument("--id", type=int, help="an id instead of a file")
    parser.add_argument("--by", help="the caller who asks")
    parser.add_argument("--via", help="the mount it goes through")
    parser.add_argument("--kind", choices=("uid", "gid"))
    parser.add_argument("--direction", choices=("read", "create", "chown"))
    parser.add_argument("--width", type=int, help="columns of text (72) or pixels of SVG (1200)")
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    parser.set_defaults(run=run_show)
    listing: argparse.ArgumentParser = commands.add_parser(
        "gallery", help="list the scenarios there are", description="List the gallery scenarios."
    )
    listing.set_defaults(run=run_gallery)


def run_gallery(_: argparse.Namespace) -> int:
    """Print every gallery name with its title."""
    from kfuncviz.scenario.gallery import gallery, load

    names = gallery()
    width = max((len(name) for name in names), default=0)
    for name in names:
        print(f"{name:{width}}  {load(name).get('title', '')}".rstrip())
    return 0


def run_show(arguments: argparse.Namespace) -> int:
    """Print one picture; 2 if the scenario or the question cannot be used."""
    from kfuncviz.api import Scenario

    try:
        scenario = Scenario.load(arguments.scenario)
        print(_shown(scenario, arguments).rstrip("\n"))
    except ScenarioError as error:
        complain_all(error)
        return 2
    except (KernelError, ValueError) as error:
        complain(str(error))
        return 2
    for problem in scenario.refusals:
        print(f"kfuncviz: note: {problem}", file=sys.stderr)
    return 0


def _shown(scenario: Any, arguments: argparse.Namespace) -> str:
    if arguments.form == "token":
        return str(scenario.token())
    question = {
        key: value
        for key in ("path", "id", "by", "via", "kind", "direction")
        if (value := getattr(arguments, key)) is not None
    }
    if "id" not in question:
        question = (scenario.document.get("focus") or {}) | question
    if arguments.form == "svg":
        return str(scenario.to_svg(arguments.width or 1200, arguments.theme, **question))
    return str(scenario.to_text(arguments.width or 72, **question))
