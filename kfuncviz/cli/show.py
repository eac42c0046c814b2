# SPDX-License-Identifier: BSD-3-Clause
"""
kfuncviz show and kfuncviz gallery
==================================

A scenario's question as a picture or as text for a mail, and the list of scenarios there are.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kfuncviz.cli.arguments import number
from kfuncviz.cli.input import read
from kfuncviz.cli.output import UNUSABLE, complain, complain_all, written
from kfuncviz.model.errors import KernelError
from kfuncviz.model.uidgid import LAST_ID
from kfuncviz.printable import short
from kfuncviz.scenario.checking.schema import a_path, an_entry
from kfuncviz.scenario.checking.validate import LIMITS
from kfuncviz.scenario.problems import ScenarioError
from kfuncviz.scenario.replay import notes

_FORMS = ("text", "svg", "html", "json", "token", "commands")
_WIDTHS = {"text": 72, "svg": 1200}
#: These ask the focus alone.
_WITHOUT_OP = {
    "token": "a token carries", "html": "a page carries", "commands": "the commands make",
}  # fmt: skip
_COLUMNS = number(48, 10000)
_FILES_SHOWN = 6
_QUESTION = ("path", "id", "entry", "by", "via", "kind", "direction")


def add_to(commands: Any) -> None:
    """Add both sub-commands to the command line."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "show",
        help="a scenario as text, SVG, HTML, JSON or token",
        description="Follow one id of a scenario from disk to caller, or back, and say whether "
        "this caller gets there.",
        epilog="Without options the scenario's own focus is shown. "
        "Exit status: 0 answered, 2 the scenario or the question could not be used.",
    )
    parser.add_argument("scenario", metavar="SCENARIO",
                        help="a gallery name (see kfuncviz gallery), a file, a share token, or - "
                        "for any of these, or a mail with a token in it, on standard "
                        "input")  # fmt: skip
    parser.add_argument("--as", dest="form", choices=_FORMS, default="text",
                        help="a text (the default), a picture, a page that stays interactive, "
                        "JSON, a share token, or the commands to type")  # fmt: skip
    parser.add_argument("-o", "--output", metavar="FILE", help="write it to FILE")
    parser.add_argument("--op", type=number(0, LIMITS["ops"] - 1), metavar="N",
                        help="operation N (from 0), from the state before it")  # fmt: skip
    parser.add_argument("--path", help="the file (or, to create, the directory) asked about, "
                        "relative to the mount's root")  # fmt: skip
    parser.add_argument("--id", type=number(0, LAST_ID), help="an id instead of the file's owner")
    parser.add_argument("--entry", help="instead of the owner: user:ID or group:ID of the access "
                        "list, the same after default:, or rootid of the capability")  # fmt: skip
    parser.add_argument("--by", metavar="CALLER", help="the caller who asks")
    parser.add_argument("--via", metavar="MOUNT", help="the mount it goes through")
    parser.add_argument("--kind", choices=("uid", "gid"), help="user or group")
    parser.add_argument("--direction", choices=("read", "create", "chown"),
                        help="what is shown, or stored by a new file, or by chown")  # fmt: skip
    parser.add_argument("--width",
                        help="most columns of text, 48 to 10000 (72), or pixels of SVG, 240 to "
                        "1600 (1200)")  # fmt: skip
    parser.add_argument("--theme", choices=("light", "dark"),
                        help="colours of the SVG (light)")  # fmt: skip
    parser.set_defaults(run=run_show)
    listing: argparse.ArgumentParser = commands.add_parser(
        "gallery", help="list the scenarios there are", description="List the gallery scenarios."
    )
    listing.add_argument("group", nargs="?", choices=("idmappings-rst",),
                         help="a gallery of its own: the kernel document's examples")  # fmt: skip
    listing.set_defaults(run=run_gallery)


def run_gallery(arguments: argparse.Namespace) -> int:
    """Print every name of a gallery with its title."""
    from kfuncviz.scenario.load import gallery, load

    names = gallery(arguments.group or "")
    width = max(map(len, names))
    for name in names:
        print(f"{name:{width}}  {load(name)['title']}")
    return 0


def run_show(arguments: argparse.Namespace) -> int:
    """Print one picture; 2 if the scenario or the question cannot be used."""
    source = arguments.scenario
    try:
        scenario = loaded(source)
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
        there = _files(scenario, arguments) if error.name == "ENOENT" else ""
        complain(f"{error}{there}")
        return UNUSABLE
    if not written(answer.rstrip("\n") + "\n", arguments.output):
        return UNUSABLE
    for note in notes(scenario.machine):
        complain(f"note: {note}")
    return 0


def _files(scenario: Any, arguments: argparse.Namespace) -> str:
    """What of the scenario's files there is to ask about, through the mount asked about."""
    from kfuncviz.explorers.ownership import reachable

    focus = scenario.document.get("focus") or {}
    via = arguments.via or focus.get("via") or scenario.machine.default_via
    paths = reachable(scenario.document, via)
    more = ", ..." if len(paths) > _FILES_SHOWN else ""
    return f"; there is: {', '.join(map(short, paths[:_FILES_SHOWN]))}{more}"


def loaded(source: str) -> Any:
    """The scenario of a name, a file, a token, or of standard input for ``-``."""
    from kfuncviz.api import Scenario
    from kfuncviz.scenario.load import scenarios, sound
    from kfuncviz.scenario.reading.document import JSON_MAX, decoded, parse_text
    from kfuncviz.scenario.reading.token import find, is_token

    if source != "-":
        return Scenario(source)
    text = decoded(read(source, JSON_MAX))
    known = find(text) or is_token(text) or text.strip() in scenarios()
    return Scenario(text.strip() if known else sound(parse_text(text)))


def _exists(source: str) -> bool:
    try:
        return Path(source).exists()
    except OSError:  # too long for a name
        return False


def _problems(scenario: Any, arguments: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """What cannot be asked: the option and what would be right."""
    yield from _unfit_for_form(arguments)
    for option, part, always in (("by", "callers", "root"), ("via", "mounts", "plain")):
        name = getattr(arguments, option)
        there = [*(scenario.document.get(part) or ()), always]
        if name is not None and name not in there:
            names = ", ".join(there)
            yield option, f"{short(name)!r} is not in the scenario; there are: {names}"
    yield from _unfit(scenario, arguments)
    if arguments.path is not None and (wanted := a_path(arguments.path)):
        yield "path", f"{short(arguments.path)!r} is not {wanted}"


def _unfit_for_form(arguments: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """A width or colours that this form of the answer has not."""
    if arguments.theme is not None and arguments.form != "svg":
        yield "theme", f"{arguments.form} has no colours; leave it out, or ask for --as svg"
    width = arguments.width
    if width is None:
        return
    if arguments.form == "svg":
        from kfuncviz.render.kit.frame import LEAST_WIDTH, MOST_WIDTH

        try:
            number(LEAST_WIDTH, MOST_WIDTH)(width)
        except argparse.ArgumentTypeError:
            text = f"a picture is {LEAST_WIDTH} to {MOST_WIDTH} pixels wide"
            yield "width", f"{short(width, 40)}: {text}"
    elif arguments.form == "text":
        try:
            _COLUMNS(width)
        except argparse.ArgumentTypeError as error:
            yield "width", str(error)
    else:
        yield "width", f"{arguments.form} has no width; leave it out"


def _unfit(scenario: Any, arguments: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """Options that do not go together, and an operation or entry there is not."""
    if arguments.op is not None:
        own = [key for key in _QUESTION if key not in ("kind", "entry")]
        more = [key for key in own if getattr(arguments, key) is not None]
        if more:
            yield more[0], "an operation brings its own; leave it out with --op"
        if what := _WITHOUT_OP.get(arguments.form):
            yield "op", f"{what} the scenario and its focus, no operation; leave it out"
        ops = len(scenario.document.get("ops") or ())
        if arguments.op >= ops:
            there = f"there is: 0 to {ops - 1}" if ops else "the scenario has none"
            yield "op", f"there is no operation {arguments.op}; {there}"
    if arguments.entry is not None:
        if wanted := an_entry(arguments.entry):
            yield "entry", f"{short(arguments.entry)!r} is not {wanted}"
        if arguments.id is not None or arguments.direction not in (None, "read"):
            yield "entry", "is asked about with direction read, and without an id"


def _shown(scenario: Any, arguments: argparse.Namespace) -> str:
    question = _question(scenario, arguments)
    if arguments.form == "token":
        return str(scenario.link(**question)).removeprefix("#")
    if arguments.form == "html":
        return str(scenario.page(**question))
    if arguments.form == "commands":
        return str(scenario.to_commands(**question))
    if arguments.form == "json":
        from kfuncviz import render

        answer = scenario.who_owns(**question)
        asked = {} if "op" in question else question
        told = {key: scenario.document.get(key) for key in ("title", "notes")}
        made = {"token": scenario.link(**asked).removeprefix("#"), "made": scenario.made._asdict()}
        more = {"sentence": render.sentence(answer), "scenario": told} | made
        return json.dumps(answer.as_dict() | more, indent=1)
    width = int(arguments.width or _WIDTHS[arguments.form])
    if arguments.form == "svg":
        return str(scenario.to_svg(width, arguments.theme or "light", **question))
    return str(scenario.to_text(width, **question)) + _about(scenario.document, width)


def _about(document: dict[str, Any], width: int) -> str:
    """The question the scenario answers, and its notes, to stand under the answer."""
    from kfuncviz.render.kit.plain import plain, wrap

    paragraphs = [document.get("title") or "", *(document.get("notes") or "").split("\n\n")]
    lines: list[str] = []
    for paragraph in paragraphs:
        told = plain(" ".join(paragraph.split()))
        lines += wrap(told, width, first="  ", then="  ", hyphens=False)
    return "\n".join(["", "about this scenario", *lines]) if lines else ""


def _question(scenario: Any, arguments: argparse.Namespace) -> dict[str, Any]:
    """What is asked: an operation, or the scenario's focus with what was given instead."""
    given = {
        key: value for key in (*_QUESTION, "op") if (value := getattr(arguments, key)) is not None
    }
    if "op" in given or "id" in given:
        return given
    focus = scenario.document.get("focus") or {}
    if "entry" in given:
        unfit = {"id", "direction"}
    else:
        unfit = {"entry"} if given.keys() & {"path", "kind", "direction"} else set()
    return {key: value for key, value in focus.items() if key not in unfit} | given
