# SPDX-License-Identifier: BSD-3-Clause
"""
Promises: what holds whatever comes in
======================================

Never a traceback: a command ends with a status and plain lines, a call with an answer or an error
that names what is wrong.  Every printed form is safe for a terminal, every drawn one well formed.
What is written can be read again, and what is raised can be pickled.
"""

from __future__ import annotations

import contextlib
import copy
import html
import io
import json
import pickle
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import yaml

import kfuncviz as kv
from kfuncviz import dialects
from kfuncviz.cli import main
from kfuncviz.diagnosis import doctor
from kfuncviz.dialects.subid import SubidRange
from kfuncviz.explorers.engine import tokens
from kfuncviz.explorers.engine.registry import explorer
from kfuncviz.printable import printable
from kfuncviz.scenario.reading.document import JSON_MAX

#: Who runs the tool, and what they may hand out.
WHO = dialects.Options(
    own=(1000, 1000), rootless=True, owner=(5, 6),
    subuid=(SubidRange("me", 100000, 65536),), subgid=(SubidRange("me", 100000, 65536),),
)  # fmt: skip
#: The longest line of an error, and the most lines of one input's errors.
LINE, LINES = 1000, 101
#: What a call may raise: its own words, or Python's for a value of the wrong kind.
CLEAR = (kv.ScenarioError, kv.KernelError, ValueError, TypeError)


#: What Python says of a value; no person can do anything with it.
INTERNAL = re.compile(
    "Exceeds the limit|invalid literal|could not convert|to unpack|is not in list"
)


class Broken(Exception):
    """A promise that was not kept."""


def expect(kept: object, what: str) -> None:
    """Raises `Broken` unless ``kept``."""
    if not kept:
        raise Broken(what)


# ---------------------------------------------------------------------------------- printed forms


def safe(text: str, what: str, most: int = LINE) -> None:
    """Lines without anything that a terminal could obey, and none without end."""
    for line in text.split("\n"):
        expect(line.isprintable(), f"{what} prints {ascii(line)[:200]}")
        expect(len(line) <= most, f"a line of {what} has {len(line)} characters")


def shown(answer: Any, what: str) -> None:
    """Every way an answer is shown: in a terminal, at a prompt, in a page."""
    safe(str(answer), f"str({what})")
    safe(repr(answer), f"repr({what})", 20_000)
    if hasattr(answer, "_repr_html_"):
        drawn(answer._repr_html_(), f"{what} as HTML")


def drawn(markup: str, what: str) -> None:
    """Well formed, and nothing of a name has become an element."""
    try:
        tree = ET.fromstring(f"<page>{markup}</page>")  # noqa: S314 - our own
    except ET.ParseError as error:
        raise Broken(f"{what} is not well formed: {error}") from None
    names = {str(element.tag).rpartition("}")[2] for element in tree.iter()}
    expect("script" not in names, f"{what} has a script")


def clear(error: BaseException) -> None:
    """An error says something, plainly, and survives a trip to another process."""
    expect(str(error).strip(), f"{type(error).__name__} says nothing")
    safe(str(error), type(error).__name__)
    expect(str(error).count("\n") < LINES, f"{type(error).__name__} has many lines")
    if type(error).__module__.startswith("kfuncviz"):
        for again in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):  # noqa: S301
            expect(type(again) is type(error), f"a copy of {type(error).__name__} is another")
            expect(str(again) == str(error), f"a copy of {type(error).__name__} says other things")


@contextlib.contextmanager
def clearly() -> Iterator[None]:
    """Within, an error may be raised if it is a clear one."""
    try:
        yield
    except Broken:
        raise
    except CLEAR as error:
        expect(not isinstance(error, UnicodeError | RecursionError), repr(error)[:300])
        clear(error)


# ---------------------------------------------------------------------------------------- command


def command(arguments: list[str], data: bytes = b"") -> tuple[int, str]:
    """Runs the command in this process; its status and its output."""
    out, err = io.StringIO(), io.StringIO()
    given = io.TextIOWrapper(io.BytesIO(data))
    kept, sys.stdin = sys.stdin, given
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                status = main(arguments)
            except SystemExit as end:
                status = end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdin = kept
    expect(status in {0, 1, 2}, f"exit status {status}")
    complaints = err.getvalue().splitlines()
    expect(len(complaints) <= LINES + 10, f"{len(complaints)} lines of complaint")
    safe(err.getvalue(), "standard error")
    expect(status != 2 or complaints or out.getvalue(), "status 2 without a word")
    return status, out.getvalue()


def replayed(text: str, suffix: str) -> None:
    """A file is replayed, or refused in plain lines."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"it{suffix}")
        path.write_bytes(text.encode("latin-1"))
        status, out = command(["replay", str(path)])
    answers = out.splitlines()
    expect(all(answer.isascii() for answer in answers), "an answer is not ASCII")
    expect(
        all(isinstance(json.loads(answer), dict) for answer in answers), "an answer is no object"
    )
    expect(status or answers or not text.strip(), "nothing was said")


def token_shown(text: str) -> None:
    """A token is shown, or refused in plain lines."""
    status, out = command(["show", "-"], text.encode("latin-1"))
    safe(out, "show")
    expect(status or out, "nothing was said")
    with clearly():
        kv.Scenario.load(text)


def map_checked(text: str) -> None:
    """A map text is taken or refused, the same by Python and by the command."""
    data = text.encode("latin-1")
    status, out = command(["check-map", "--as", "uid_map"], data)
    safe(out, "check-map")
    with clearly():
        map_ = kv.IdMap(data)
        expect(status == 0, "the command refuses what Python takes")
        expect(kv.IdMap(map_.rows).rows == map_.rows, "rows are no map")
        expect(kv.IdMap(str(map_)) == map_, "the text of a map is another map")
        for inside, outside, count in map_.rows:
            for n in {0, count // 2, count - 1}:
                expect(map_.down(inside + n) == outside + n, "down() differs from the row")
                expect(map_.up(outside + n) == inside + n, "up() differs from the row")
    for kind in ("subuid", "projid_map"):
        safe(command(["check-map", "--as", kind], data)[1], kind)


def dialects_read(text: str) -> None:
    """Every dialect reads a text or says where it cannot; what it writes loads."""
    lines = 1 + len(re.findall("[\r\n\x85\u2028\u2029]", text))  # as YAML counts them
    for name in dialects.known():
        parsed = dialects.parse(name, text, WHO)
        said = [*dialects.echo(parsed), *dialects.findings(parsed)]
        safe(printable("".join(said)), name, 10**7)
        for problem in parsed.problems:
            safe(str(problem), name)
            place = re.match(r"line (\d+) column", problem.place)
            expect(not place or int(place[1]) <= lines, f"{name} names a line there is not")
        with contextlib.suppress(dialects.Inexpressible, kv.ScenarioError):
            kv.Scenario(yaml.safe_load(dialects.convert(parsed, "scenario", WHO)))
    dialects.detect(text, WHO)


def diagnosed(paste: list[str]) -> None:
    """Any pieces of configuration have an answer, or are refused in plain lines."""
    text, question = paste
    with clearly():
        told = doctor(text, question)
        safe(str(told), "what doctor says", 10**7)
        kv.Scenario(told.situation.document)


def used(sitting: dict[str, Any]) -> None:
    """What no control sends is refused in our words; whatever was done can be drawn and kept."""
    name = sitting["name"]
    module = explorer(name)
    state = module.first(sitting["source"])
    for step in sitting["steps"]:
        frame = module.frame(state, sitting["width"])
        found = re.findall(r'data-event="([^"]*)"', "".join(frame.regions.values()))
        safe(frame.text, f"the text of {name}", 20_000)
        again = tokens.decode(tokens.encode(name, state))
        expect(again == (name, state), f"{name}: a token opens another state")
        if not found:
            return
        event = json.loads(html.unescape(found[step["control"] % len(found)]))
        try:
            state = module.update(state, event | {k: step[k] for k in step if k != "control"})
        except ValueError as error:
            expect(not INTERNAL.search(str(error)), f"{name}: {error!s:.150}")
            clear(error)


def commanded(arguments: list[str]) -> None:
    """Any arguments give an answer or a plain complaint."""
    _, out = command(arguments, b'{"ops": []}')
    safe(out, "standard output", 10**7)


# ------------------------------------------------------------------------------------------- calls


def held(document: Any) -> None:
    """A document is refused with places, or can be asked, drawn, written and read again."""
    with clearly():
        try:
            scenario = kv.Scenario(document)
        except kv.ScenarioError as error:
            expect(error.problems, "an error without a problem")
            for problem in error.problems:
                shown(problem, "a problem")
            raise
        answered(scenario)


def answered(scenario: kv.Scenario) -> None:
    """All answers of a sound scenario."""
    expect(kv.Scenario.load(scenario.token()).document == scenario.document, "the token differs")
    with tempfile.TemporaryDirectory() as folder:
        for name in ("it.yaml", "it.json"):
            scenario.save(Path(folder, name))
            again = kv.Scenario.load(Path(folder, name)).document
            expect(again == scenario.document, f"what was saved as {name} differs")
    for refusal in scenario.refusals:
        shown(refusal, "a refusal")
    with clearly():
        replay = scenario.replay()
        shown(replay, "a replay")
        for op in list(replay)[:50]:
            shown(op, "an operation")
            safe(op.trace(), "a trace")
        expect(replay.result == scenario.replay().result, "a second replay differs")
        expect(json.loads(json.dumps(replay.result)) == replay.result, "a result is not JSON")
    with clearly():
        answer = scenario.who_owns()
        shown(answer, "an answer")
        for width in (48, 72, 100):
            safe(scenario.to_text(width), f"the text of {width} columns", width)
        for width in (240, 480, 1200):
            drawn(scenario.to_svg(width), f"the picture of {width} pixels")
        for again in (pickle.loads(pickle.dumps(answer)), copy.deepcopy(answer)):  # noqa: S301
            expect(again == answer, "a copy of an answer differs")


def random_replay(document: dict[str, Any]) -> None:
    """A random scenario is sound, and told the same way with its trace and without."""
    scenario = kv.Scenario(document)
    status, out = command(["replay", "-"], json.dumps(document).encode())
    replay = scenario.replay()
    expect(status == 0, "a sound scenario is refused")
    expect(json.loads(out) == json.loads(json.dumps(replay.result)), "the trace changes the answer")
    answered(scenario)


def bounded(document: dict[str, Any]) -> None:
    """A greedy scenario is replayed or refused in a line; what it takes is looked at elsewhere."""
    text = json.dumps(document).encode()
    status, _ = command(["replay", "-"], text)
    with clearly():
        replay = kv.Scenario(document).replay()
        expect(status == 0 or len(text) > JSON_MAX, "the command refuses what Python replays")
        safe(str(replay), "a replay")


def called(what: list[Any]) -> None:
    """A call gives an answer or a clear error; numbers are whole numbers within bounds."""
    name, *given = what
    scenario = kv.Scenario("home-on-a-stick")
    calls: dict[str, Callable[..., Any]] = {
        "IdMap": kv.IdMap,
        "down": kv.IdMap("0 100000 65536").down,
        "up": kv.IdMap("0 100000 65536").up,
        "Scenario": kv.Scenario,
        "kernel": lambda kernel: kv.Scenario("home-on-a-stick", kernel=kernel),
        "open": scenario.open,
        "to_svg": scenario.to_svg,
        "who_owns": lambda question: kv.who_owns(scenario, **question),
    }
    with clearly():
        answer = calls[name](*given)
        if name in {"down", "up"}:
            number = given[0]
            expect(isinstance(number, int) and not isinstance(number, bool), f"{number!r} is an id")
            expect(answer is None or type(answer) is int, f"{name}({number!r}) is {answer!r}")
        elif name == "who_owns":
            expect(type(given[0].get("id", 0)) is int, f"id={given[0].get('id')!r} is an id")
            shown(answer, "an answer")
        elif name == "IdMap":
            shown(answer, "a map")
