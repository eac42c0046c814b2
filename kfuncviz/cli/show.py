# SPDX-License-Identifier: BSD-3-Clause
"""
kfuncviz show and kfuncviz gallery
==================================

A scenario's question as a picture or as text for a mail, and the list of scenarios there are.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kfuncviz.cli.arguments import number
from kfuncviz.cli.input import read
from kfuncviz.cli.output import UNUSABLE, complain, complain_all
from kfuncviz.model.errors import KernelError
from kfuncviz.model.uidgid import LAST_ID
from kfuncviz.printable import short
from kfuncviz.scenario.checking.schema import a_path
from kfuncviz.scenario.problems import ScenarioError, unusable

_FORMS = ("text", "svg", "token")
_WIDTHS = {"text": 72, "svg": 1200}
_QUESTION = ("path", "id", "by", "via", "kind", "direction")


def add_to(commands: Any) -> None:
    """Add both sub-commands to the command line."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "show",
        help="a scenario as text or SVG",
        description="Follow one id of a scenario from disk to caller, or back.",
        epilog="SCENARIO is a gallery name (see kfuncviz gallery), a file, a share token, or - for "
        "any of these on standard input. Without options the scenario's own focus is shown. "
        "Exit status: 0 answered, 2 the scenario or the question could not be used.",
    )
    parser.add_argument("scenario", metavar="SCENARIO")
    parser.add_argument("--as", dest="form", choices=_FORMS, default="text",
                        help="a text (the default), a picture, or a share token")  # fmt: skip
    parser.add_argument("--path", help="the file asked about, relative to the mount's root")
    parser.add_argument("--id", type=number(0, LAST_ID), help="an id instead of a file")
    parser.add_argument("--by", metavar="CALLER", help="the caller who asks")
    parser.add_argument("--via", metavar="MOUNT", help="the mount it goes through")
    parser.add_argument("--kind", choices=("uid", "gid"), help="user or group")
    parser.add_argument("--direction", choices=("read", "create", "chown"),
                        help="what is shown, or stored by a new file, or by chown")  # fmt: skip
    parser.add_argument("--width", type=number(48, 10000),
                        help="most columns of text (72), or pixels of SVG (1200)")  # fmt: skip
    parser.add_argument("--theme", choices=("light", "dark"), default="light",
                        help="colours of the SVG")  # fmt: skip
    parser.set_defaults(run=run_show)
    listing: argparse.ArgumentParser = commands.add_parser(
        "gallery", help="list the scenarios there are", description="List the gallery scenarios."
    )
    listing.set_defaults(run=run_gallery)


def run_gallery(_: argparse.Namespace) -> int:
    """Print every gallery name with its title."""
    from kfuncviz.scenario.load import gallery, load

    names = gallery()
    width = max((len(name) for name in names), default=0)
    for name in names:
        print(f"{name:{width}}  {load(name).get('title', '')}".rstrip())
    return 0


def run_show(arguments: argparse.Namespace) -> int:
    """Print one picture; 2 if the scenario or the question cannot be used."""
    source = arguments.scenario
    try:
        scenario = _loaded(source)
    except ScenarioError as error:
        named = source == "-" or (_exists(source) and error.problems[0].place != source)
        complain_all(error, source if named else "")
        return UNUSABLE
    for option, text in _problems(scenario, arguments):
        complain(text, f"--{option}")
        return UNUSABLE
    try:
        answer = _shown(scenario, arguments)
    except ScenarioError as error:
        complain_all(error)
        return UNUSABLE
    except KernelError as error:
        complain(str(error))
        return UNUSABLE
    print(answer.rstrip("\n"))
    for problem in scenario.refusals:
        complain(f"note: {problem}")
    return 0


def _loaded(source: str) -> Any:
    from kfuncviz.api import Scenario
    from kfuncviz.scenario.load import gallery, load
    from kfuncviz.scenario.reading.document import JSON_MAX, decoded, parse_text
    from kfuncviz.scenario.reading.token import is_token

    if source != "-":
        return Scenario(source)
    text = decoded(read(source, JSON_MAX))
    known = is_token(text) or text.strip() in gallery()
    return Scenario(load(text.strip()) if known else _an_object(parse_text(text)))


def _an_object(document: Any) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise unusable("a scenario is an object")
    return document


def _exists(source: str) -> bool:
    try:
        return Path(source).exists()
    except (OSError, ValueError):
        return False


def _problems(scenario: Any, arguments: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """What cannot be asked: the option and what would be right."""
    if arguments.form == "svg" and arguments.width is not None:
        from kfuncviz.render.kit.frame import LEAST_WIDTH, MOST_WIDTH

        if not LEAST_WIDTH <= arguments.width <= MOST_WIDTH:
            text = f"a picture is {LEAST_WIDTH} to {MOST_WIDTH} pixels wide"
            yield "width", f"{arguments.width}: {text}"
    for option, part, always in (("by", "callers", "root"), ("via", "mounts", "plain")):
        name = getattr(arguments, option)
        there = [*(scenario.document.get(part) or ()), always]
        if name is not None and name not in there:
            names = ", ".join(there)
            yield option, f"{short(name)!r} is not in the scenario; there are: {names}"
    if arguments.path is not None and (wanted := a_path(arguments.path)):
        yield "path", f"{short(arguments.path)!r} is not {wanted}"


def _shown(scenario: Any, arguments: argparse.Namespace) -> str:
    if arguments.form == "token":
        return str(scenario.token())
    question = {key: value for key in _QUESTION if (value := getattr(arguments, key)) is not None}
    if "id" not in question:
        question = (scenario.document.get("focus") or {}) | question
    width = arguments.width or _WIDTHS[arguments.form]
    if arguments.form == "svg":
        return str(scenario.to_svg(width, arguments.theme, **question))
    return str(scenario.to_text(width, **question))
