# SPDX-License-Identifier: BSD-3-Clause
"""
Inputs: what a stranger, a broken disk or a tired hand might send
=================================================================

Each kind of input is a function of a random generator and gives something that JSON can hold, so
that a fault can be written down and tried again: a document, a list of arguments, or text in which
every character stands for one byte (``latin-1``).
"""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from generate import Generator

import kfuncviz as kv
from kfuncviz.explorers.engine.registry import EXPLORERS
from kfuncviz.learn import course

#: Names and texts that a terminal, a page, a path walk or a parser could stumble over.
NASTY = (
    "", " ", "\0", "\n", "\r\n", "\x1b[31m", "\x07", "\x9b", "\u202e", "\u2028", "\u200b", "\ufeff",
    "\ud800", "\U0001f600" * 3, "e\u0301", "<script>", "</text>", "]]>", "&amp;", "'\"`", "-", "--",
    "..", ".", "/", "a/../b", "d/" * 500, "d/../" * 818, "x" * 255, "x" * 256, "x" * 5000, "null",
    "~", "yes", "0x10", "1e3", "010", "+1", "-0", "1_000", "\u0661", "NaN", "kfv1.", "*a", "&a",
    "!!python/none", "%YAML 1.", "__class__", "{0}", "%s", "$(id)", "constructor",
)  # fmt: skip
NUMBERS = (
    0, 1, -1, 2, 5, 1000, 65534, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 2, 2**32 - 1, 2**32,
    2**53, 2**63, 2**64, 10**30, -(2**31), 0.0, 0.5, 5.5, 1e300, -0.0, True, False,
)  # fmt: skip
#: Numbers that are none, or none of ours, and what else a control might be made to send.
ODD = (
    "9" * 5000,
    "9" * 400,
    "\u00b2",
    "\u0663",
    "\uff11",
    "-1",
    "08",
    "1e400",
    "4294967295",
    "9999",
)
VALUES = (None, [], {}, ["a"], [[1, 2]], [["mode", "f", "0600"]], {"a": 1}, "ops.0", "0 1 1")
#: Pieces of the syntax that a file is grown with.
PIECES = (
    *("{", "}", "[", "]", ",", ":", "- ", "\n", "\t", "  ", "#", "---\n", "...\n", "? ", "| ", ">"),
    *("&a ", "*a ", "<<: *a", '"', "'", "\\u0000", "\\ud800", "\\", "\\U00110000", "%YAML 1.2\n"),
    *("null", "true", "1e999", "-", "NaN", "0x", "9" * 400, "!!binary ", "!!set ", "!x "),
    *("\xff\xfe", "\xef\xbb\xbf", "\xc0\x80", "\x80", "\0", "\x1b[2J", "[" * 300, "{a: " * 100),
)

Chance = random.Random


@cache
def gallery() -> tuple[dict[str, Any], ...]:
    """Every gallery scenario, the good soil to begin with."""
    return tuple(kv.Scenario.load(name).document for name in kv.gallery())


def scenario(chance: Chance) -> dict[str, Any]:
    """A sound scenario: from the gallery, or a random one that reaches every operation."""
    if chance.random() < 0.5:
        return copy.deepcopy(chance.choice(gallery()))
    return random_scenario(chance)


def random_scenario(chance: Chance) -> dict[str, Any]:
    """A random scenario with several callers, mounts and nested namespaces."""
    document: dict[str, Any] = Generator(str(chance.random())).scenario("random")
    return document


def value(chance: Chance, depth: int = 0) -> Any:
    """Anything a document can hold."""
    kind = chance.randrange(10 if depth < 3 else 6)
    if kind < 3:
        return chance.choice(NASTY)
    if kind < 6:
        return chance.choice((*NUMBERS, None))
    many = chance.choice((0, 1, 2, 3, 3, 40))
    if kind < 8:
        return [value(chance, depth + 1) for _ in range(many)]
    return {chance.choice(NASTY): value(chance, depth + 1) for _ in range(many)}


def places(node: Any) -> list[tuple[Any, Any]]:
    """Every container of a document with every key or index in it."""
    items = node.items() if isinstance(node, dict) else enumerate(node)
    found: list[tuple[Any, Any]] = []
    for key, inner in items:
        found.append((node, key))
        if isinstance(inner, dict | list):
            found += places(inner)
    return found


def document(chance: Chance) -> Any:
    """A scenario with a few of its values replaced, doubled, dropped or renamed."""
    found = scenario(chance)
    for _ in range(chance.choice((0, 1, 1, 2, 5))):
        where = places(found)
        if not where:
            break
        container, key = chance.choice(where)
        match chance.randrange(6):
            case 0 | 1:
                container[key] = value(chance)
            case 2:
                del container[key]
            case 3 if isinstance(container, dict):
                name = mistyped(chance, key) if chance.random() < 0.5 else chance.choice(NASTY)
                container[name] = container.pop(key)
            case 4 if isinstance(container, list):
                container[key:key] = [copy.deepcopy(container[key])] * chance.choice((1, 2, 300))
            case _:
                other, place = chance.choice(where)
                container[key] = copy.deepcopy(other[place]) if place in keys(other) else None
    return found


def keys(container: Any) -> Any:
    """The keys of an object, the indices of a list."""
    return container if isinstance(container, dict) else range(len(container))


def mistyped(chance: Chance, name: str) -> str:
    """A name with a letter too many, too few or exchanged."""
    place = chance.randrange(len(name) + 1)
    return (
        name[:place] + chance.choice(("", "x", "_", "\u0430")) + name[place + chance.randrange(2) :]
    )


def damaged(chance: Chance, data: bytes) -> bytes:
    """Bytes with a few cut out, doubled, turned or put in between."""
    out = bytearray(data)
    for _ in range(chance.choice((0, 1, 1, 2, 3, 8))):
        begin = chance.randrange(len(out) + 1)
        end = min(len(out), begin + chance.choice((1, 1, 2, 8, 100)))
        match chance.randrange(5):
            case 0:
                del out[begin:end]
            case 1:
                out[begin:begin] = out[begin:end] * chance.choice((1, 2, 50))
            case 2 if begin < len(out):
                out[begin] ^= 1 << chance.randrange(8)
            case 3:
                out[begin:begin] = str(chance.choice(NUMBERS)).encode()
            case _:
                out[begin:begin] = chance.choice(PIECES).encode("latin-1")
    return bytes(out)


def written(chance: Chance, found: Any) -> bytes:
    """A document as JSON or YAML."""
    if chance.random() < 0.5:
        text = json.dumps(
            found, indent=chance.choice((None, 1)), ensure_ascii=chance.random() < 0.8
        )
    else:
        text = yaml.safe_dump(found, allow_unicode=True, sort_keys=False)
    return text.encode("utf-8", "surrogatepass")


# ------------------------------------------------------------------------------------------ kinds


def file(chance: Chance) -> str:
    """A JSON or YAML file that something happened to."""
    found = document(chance) if chance.random() < 0.5 else scenario(chance)
    return damaged(chance, written(chance, found)).decode("latin-1")


def lines(chance: Chance) -> str:
    """Several documents, one a line, some in the wrapping of recorded answers."""
    rows = []
    for _ in range(chance.randrange(5)):
        found = document(chance) if chance.random() < 0.7 else {"scenario": scenario(chance)}
        row = json.dumps(found).encode()
        rows.append(damaged(chance, row) if chance.random() < 0.5 else row)
    return chance.choice((b"\n", b"\r\n", b"\n\n", b"\r")).join(rows).decode("latin-1")


def token(chance: Chance) -> str:
    """A share token, quoted, cut, wrapped or damaged."""
    text = kv.Scenario(scenario(chance)).token()
    if chance.random() < 0.3:
        text = "\n> ".join(text[n : n + 70] for n in range(0, len(text), 70))
    return damaged(chance, text.encode()).decode("latin-1")


def map_text(chance: Chance) -> str:
    """A text for a map file."""
    rows = []
    for _ in range(chance.choice((0, 1, 1, 2, 3, 6, 340, 341))):
        numbers = [chance.choice(NUMBERS) for _ in range(chance.choice((3, 3, 3, 3, 2, 4)))]
        if chance.random() < 0.6:
            start = len(rows) * 1000
            numbers = [start, start + chance.choice((0, 100000)), chance.choice((1, 10, 1000))]
        rows.append(chance.choice((" ", " ", "\t", "  ")).join(map(str, numbers)))
    text = "\n".join(rows) + chance.choice(("", "\n"))
    return (damaged(chance, text.encode()) if chance.random() < 0.4 else text.encode()).decode(
        "latin-1"
    )


@cache
def texts() -> tuple[str, ...]:
    """What people wrote for their tools."""
    path = Path(__file__).resolve().parents[2] / "tests/data/dialects/texts.yaml"
    return tuple(case["text"] for case in yaml.safe_load(path.read_text("utf-8")))


def dialect_text(chance: Chance) -> str:
    """A text for a tool, damaged, or one piece of it over and over."""
    text = chance.choice(texts())
    if chance.random() < 0.2:
        start = chance.randrange(len(text) + 1)
        piece = text[start : start + chance.randrange(1, 12)] + chance.choice(("", " ", *NASTY[:9]))
        return chance.choice(("", text)) + piece * (12_000 // (len(piece) + 1))
    for _ in range(chance.randrange(1, 5)):
        at = chance.randrange(len(text) + 1)
        put = chance.choice((*NASTY, *PIECES, *map(str, NUMBERS), *":,#@+;=-'\n ", text))
        text = text[:at] + put + text[at + chance.randrange(4) :]
    return text[:60_000]


@cache
def threads() -> tuple[tuple[str, str], ...]:
    """What people pasted, and what they asked."""
    path = Path(__file__).resolve().parents[2] / "tests/data/diagnosis/threads.yaml"
    cases = yaml.safe_load(path.read_text("utf-8"))
    return tuple((case["text"], case.get("ask", "")) for case in cases)


def pasted(chance: Chance) -> list[str]:
    """Pieces of a thread, with other numbers or with lines of other threads, and a question."""
    text, question = chance.choice(threads())
    lines = text.splitlines() + chance.choice(threads())[0].splitlines()[: chance.randrange(3)]
    chance.shuffle(lines)
    odd = str(chance.choice((*ODD, *NUMBERS, *NASTY)))
    some = [re.sub(r"[0-9]+", lambda _: odd, line) if chance.random() < 0.4 else line
            for line in lines]  # fmt: skip
    return ["\n".join(some), chance.choice((question, chance.choice(threads())[1], odd))]


@cache
def sources() -> tuple[tuple[str, str | None], ...]:
    """Explorers, and what each is opened with."""
    asked = [(kind, item.name) for number in course.numbers() for kind, items in (
        ("question", course.chapter(number).questions),
        ("exercise", course.chapter(number).exercises)) for item in items]  # fmt: skip
    cases = [(name, case) for name in ("ownership", "operation") for case in kv.gallery()]
    others = [(name, None) for name in sorted(EXPLORERS.keys() - {"question", "exercise"})
              if name not in ("ownership", "operation")]  # fmt: skip
    return (*asked, *cases, *(others * 20))


def sitting(chance: Chance) -> dict[str, Any]:
    """Somebody at an explorer: which controls are used, some with what no control sends."""
    name, source = chance.choice(sources())
    steps = []
    for _ in range(chance.randrange(1, 12)):
        step: dict[str, Any] = {"control": chance.randrange(1000)}
        if chance.random() < 0.6:
            step["value"] = chance.choice((*ODD, *NUMBERS, *NASTY, *VALUES))
        if chance.random() < 0.1:
            step["target"] = chance.choice((*NASTY, "uid_map", "rows", "focus", None))
        steps.append(step)
    return {"name": name, "source": source, "width": chance.choice((240, 360, 840, 1600)),
            "steps": steps}  # fmt: skip


WORDS: tuple[Callable[[Chance], str], ...] = (
    lambda chance: chance.choice(("replay", "check-map", "convert", "doctor", "show", "gallery",
                                  "diff", "kernels", "filesystems", "history", "kfunc",
                                  "compare-exposures", "verify", "questions", "drill")),
    lambda chance: chance.choice(("--as", "--text", "--parent", "--self", "--deny-setgroups",
                                  "--path", "--id", "--by", "--via", "--kind", "--direction",
                                  "--width", "--theme", "--help", "--version", "--kernel")),
    lambda chance: chance.choice(("uid_map", "gid_map", "subuid", "svg", "text", "token", "chown",
                                  "create", "uid", "dark", "root", "plain", ".", "6.1", "7.3")),
    lambda chance: chance.choice(NASTY).replace("\0", "").encode("utf-8", "replace").decode(),
    lambda chance: str(chance.choice(NUMBERS)),
    lambda chance: chance.choice(kv.gallery()),
    lambda chance: map_text(chance).replace("\0", ""),
    lambda chance: chance.choice(("-", "/", "/no/such", "/proc/self/mem", "bpf_task_release")),
)  # fmt: skip


def command_line(chance: Chance) -> list[str]:
    """Arguments of the command, often almost right."""
    if chance.random() < 0.5:
        return [chance.choice(WORDS)(chance) for _ in range(chance.randrange(6))]
    right = chance.choice((
        ["check-map", "--as", "uid_map", "--text", map_text(chance).replace("\0", "")],
        ["show", chance.choice(kv.gallery()), "--as", chance.choice(("text", "svg", "token"))],
        ["show", chance.choice(kv.gallery()), "--path", "f", "--direction", "create"],
        ["history", "bpf_task_acquire"], ["compare-exposures"], ["gallery"],
    ))  # fmt: skip
    if right[0] in {"history", "compare-exposures"}:
        return right
    place = chance.randrange(1, len(right) + 1)
    right[place : place + chance.randrange(2)] = [chance.choice(WORDS)(chance)]
    return right


def call(chance: Chance) -> list[Any]:
    """A call of the Python names users type: which, and with what."""

    def some() -> Any:
        return value(chance)

    match chance.randrange(8):
        case 0:
            rows = [[chance.choice(NUMBERS) for _ in range(3)] for _ in range(chance.randrange(4))]
            return ["IdMap", chance.choice((rows, some()))]
        case 1:
            return ["down", chance.choice((*NUMBERS, *NASTY, None))]
        case 2:
            return ["up", chance.choice((*NUMBERS, *NASTY, None))]
        case 3:
            return ["Scenario", some()]
        case 4:
            return ["kernel", chance.choice(("6.1", "7.3", 6.1, *NASTY, None))]
        case 5:
            return ["open", chance.choice(NASTY), chance.choice((None, *NASTY))]
        case 6:
            return ["to_svg", chance.choice(NUMBERS), chance.choice(("light", "dark", *NASTY))]
    question = {"id": chance.choice(NUMBERS), "kind": some(), "direction": some(), "by": some(),
                "via": some(), "path": some(), "pth": 1}  # fmt: skip
    return ["who_owns", dict(chance.sample(list(question.items()), chance.randrange(1, 4)))]


def greedy(chance: Chance) -> dict[str, Any]:
    """A short scenario that asks for much: long walks, long answers, long lists inherited."""

    def many(most: int) -> int:
        return int(most ** chance.random())

    links, up = many(41), "d/../" * many(818)
    setup: list[dict[str, Any]] = [{"type": "dir", "path": "d"}, {"type": "file", "path": "f"}]
    for n in range(links):
        end = f"l{n + 1}" if n + 1 < links else "d"
        setup.append({"type": "symlink", "path": f"l{n}", "target": up + end})
    entries = [["user", n, "r-x"] for n in range(many(1000))]
    acl = [["user_obj", None, "rwx"], *entries, ["group_obj", None, "r-x"], ["mask", None, "rwx"],
           ["other", None, "r-x"]]  # fmt: skip
    names = [{"type": "file", "path": f"d/{n}"} for n in range(many(4000))]
    ops: list[dict[str, Any]] = [
        {"op": "stat", "path": "l0", "follow": True}, {"op": "readdir", "path": "d"},
        {"op": "setacl", "path": "d", "entries": acl, "default": True},
        {"op": "mkdir", "path": "d/x"}, {"op": "getacl", "path": "d", "default": True},
        {"op": "setxattr", "path": "f", "name": "user.a", "value": "x" * many(65000)},
        {"op": "getxattr", "path": "f", "name": "user.a"},
        {"op": "mkdir", "path": "/".join("e" * many(2000))},
    ]  # fmt: skip
    chosen = chance.sample(ops, chance.randrange(1, 4))
    return {"setup": setup + names, "ops": [dict(op) for op in chosen * many(3000)]}
