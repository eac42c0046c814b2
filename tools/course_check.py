# SPDX-License-Identifier: BSD-3-Clause
"""
Does the course teach what it means to?
=======================================

Run by ``make course-check``.  Every function gives what it finds wrong, one line each:

``sat``      each misconception sits the chapter that owns it, and is exposed and told there;
``built``    every question and exercise has a right answer, and four faces;
``limits``   the notebook keeps to its form: ladder, words, lines, links, words introduced first;
``spelled``  every abbreviation is in a table of words, or spelled out where it is first used;
``linked``   every number and errno in prose comes from a scenario or a fact of the chapter;
``facts``    under each altered model the facts do not hold any more.

The tests run the same functions; the command also executes every notebook, each cell twice, and
its solved copy.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

from altered import ALTERED, BEYOND, ELSEWHERE, altered
from course import ASKED, run, solution, solve

import kfuncviz as kv
from kfuncviz.kfuncs.thread import messages
from kfuncviz.learn import course
from kfuncviz.learn.card import WEIGHED
from kfuncviz.learn.item import Item
from kfuncviz.learn.judge import build, judge, offered, wrong_answers
from kfuncviz.learn.misconceptions import ALL, answers, reading
from kfuncviz.model.errors import KernelError
from kfuncviz.model.releases import STABLE
from kfuncviz.resources import notebooks_dir
from kfuncviz.scenario.load import load

EXPOSED, TOLD, QUESTIONS, EXERCISES, WORDS, LINES, SECONDS = 3, 3, 3, 3, 1500, 40, 30
#: From this chapter on the course is about the thread: it asks for decisions, and for no exercise.
THREAD = "10"

Faults = Iterator[str]


class Put(NamedTuple):
    """A question or an exercise as a chapter puts it, with one right answer."""

    kind: str
    item: Item

    @property
    def right(self) -> str:
        """One right answer."""
        return solution(self.kind, self.item)

    @property
    def name(self) -> str:
        """Which it is."""
        return f"{self.kind} {self.item.name}"


@cache
def items(number: str) -> list[Put]:
    """The questions and exercises of a chapter."""
    chapter = course.chapter(number)
    return [
        *(Put("Question", item) for item in chapter.questions),
        *(Put("Exercise", item) for item in chapter.exercises),
    ]


# ------------------------------------------------------------------------------ the learners


def exposes(put: Put, name: str) -> bool:
    """Whether somebody with a misconception answers otherwise, or takes what is right for wrong."""
    item = put.item
    if not item.built:
        return name in wrong_answers(item)
    right = build(item, put.right)
    found = ((want, reading(ALL[name], right, want.about)) for want in item.wants)
    return any(read is not None and read.answer != want.wanted for want, read in found)


def tells(put: Put, name: str) -> bool:
    """Whether the answer of a misconception can be given, and is told by its name."""
    item = put.item
    if item.built:
        return False
    answer = answers(item.scenario, item.about)[name]
    if item.form == "choice" and answer not in offered(item):
        return False
    told = judge(item, answer).misreading
    return told is not None and told.name == name


def sat(number: str) -> Faults:
    """What the chapter owns and does not expose, or does not tell by its name, three times."""
    for name, each in ALL.items():
        if each.chapter != number:
            continue
        exposed = [put for put in items(number) if exposes(put, name)]
        if len(exposed) < EXPOSED:
            yield f"{number}: {name}: exposed by {[put.name for put in exposed]} alone"
        told = [put for put in exposed if tells(put, name)]
        if len(told) < TOLD:
            yield f"{number}: {name}: told by its name in {[put.name for put in told]} alone"


def built(number: str) -> Faults:
    """Items without a right answer, or without one of the four faces."""
    for put in items(number):
        item = put.item
        try:
            if item.form == "choice":
                offered(item)
            told = judge(item, put.right)
        except (KeyError, ValueError, KernelError) as error:
            yield f"{put.name}: {error}"
            continue
        if told.state not in ("right", "weighed"):
            yield f"{put.name}: its right answer is {told.state}: {told.refused or told.key}"
        if told.state == "right" and not wrong(put):
            yield f"{put.name}: nothing is wrong"
        if judge(item, "").state != "missing":
            yield f"{put.name}: nothing is not missing"
        if item.built and item.start and judge(item, item.start).state != "unchanged":
            yield f"{put.name}: the start is not unchanged"
        if not (item.why or item.weighs if put.kind == "Question" else item.fact):
            yield f"{put.name}: nothing is said besides right or wrong"


def wrong(put: Put) -> str:
    """A wrong answer: another choice, what is right turned round; empty where nothing is wrong."""
    lines = put.right.splitlines()
    rows = [line.split() for line in lines if line.count(" ") == 2]
    turned = "\n".join(f"{second} {first} {count}" for first, second, count in rows)
    others = [turned, "\n".join(reversed(lines)), "0 0 1", "7"]
    if put.item.form == "choice":
        others = list(offered(put.item))
    return next((each for each in others if judge(put.item, each).state == "wrong"), "")


def faces(put: Put) -> list[str]:
    """A right answer, a wrong one, none, and what stands there already."""
    return list(dict.fromkeys([put.right, wrong(put), "", put.item.start]))


# ------------------------------------------------------------------------------ the notebook


@cache
def notebook(number: str) -> Any:
    """The notebook of a chapter, each part by its names; nbformat alone takes seconds to import."""
    text = (notebooks_dir() / course.chapter(number).notebook).read_text("utf-8")
    return json.loads(text, object_hook=_part)


def _part(part: dict[str, Any]) -> SimpleNamespace:
    return SimpleNamespace(**part | {"source": "".join(part.get("source", ""))})


def code(number: str) -> list[str]:
    """The sources of its code cells."""
    return [cell.source for cell in notebook(number).cells if cell.cell_type == "code"]


def prose(number: str) -> list[str]:
    """The sources of its cells of text."""
    return [cell.source for cell in notebook(number).cells if cell.cell_type == "markdown"]


def limits(number: str) -> Faults:
    """Where a chapter does not keep to the form of all."""
    chapter, cells = course.chapter(number), code(number)
    asked = ASKED.findall("\n".join(cells))
    for kind, there in (("Question", chapter.questions), ("Exercise", chapter.exercises)):
        names = [name for what, name in asked if what == kind]
        if names != [item.name for item in there]:
            yield f"{number}: asks {names}, has {[item.name for item in there]}"
    least = 0 if number >= THREAD else EXERCISES
    if len(chapter.questions) < QUESTIONS or len(chapter.exercises) < least:
        yield f"{number}: {len(chapter.questions)} questions, {len(chapter.exercises)} exercises"
    first = next((nth for nth, source in enumerate(cells) if ASKED.search(source)), len(cells))
    if first > 1:
        yield f"{number}: {first} code cells before the first question"
    visible = sum(len(source.splitlines()) for source in cells if "assert" not in source)
    if visible > LINES:
        yield f"{number}: {visible} lines of code"
    read = re.sub(r"`[^`]*`|\([^)]*\.ipynb\)|\(#[^)]*\)|</?\w+>", "x", _text(number))
    words = len(re.findall(r"\w[\w'-]*", read))
    if words > WORDS:
        yield f"{number}: {words} words"
    head = prose(number)[0]
    title = head.splitlines()[0].lower()
    if not title.endswith(chapter.asks.lower()):
        yield f"{number}: the heading asks {title!r}, the course {chapter.asks!r}"
    if not re.search(r"\bminutes\b", head):
        yield f"{number}: says no time"
    yield from _neighbours(number, head)
    if _contents(number) not in head.splitlines():
        yield f"{number}: its contents are not {_contents(number)!r}"
    for target in re.findall(r"\]\(([^)#\s]+)", "\n".join(prose(number))):
        if not target.startswith("https://") and not (notebooks_dir() / target).is_file():
            yield f"{number}: the link to {target} leads nowhere"


def _neighbours(number: str, head: str) -> Faults:
    at = course.numbers().index(number)
    for step, name in ((-1, "Before"), (1, "Next")):
        if 0 <= at + step < len(course.numbers()):
            there = course.chapter(course.numbers()[at + step]).notebook
            if f"({there})" not in head or f"{name}: " not in head:
                yield f"{number}: no link '{name}: ' to {there}"


def _contents(number: str) -> str:
    """The line of contents; the guess comes right after it.  JupyterLab calls headings so."""
    found = re.findall(r"^## (.+)$", "\n".join(prose(number)), re.MULTILINE)
    links = (f"[{each}](#{each.replace(' ', '-')})" for each in found if each != "A guess first")
    return "In this chapter: " + " · ".join(links)


def _text(number: str) -> str:
    return "\n".join(prose(number)[:-1])


def introduced(number: str) -> set[str]:
    """The words that the table of a chapter introduces."""
    rows = re.findall(r"^\| (.+?) \|", prose(number)[0], re.MULTILINE)
    return {word.lower() for row in rows for word in re.findall(r"\*\*(.+?)\*\*", row)}


def _table(number: str) -> str:
    """The table of words, with what it says about each."""
    return "\n".join(re.findall(r"^\|.*\|$", prose(number)[0], re.MULTILINE)).lower()


def _told(number: str) -> str:
    """What the questions and exercises of a chapter say."""
    said = [(item.ask, item.why, item.fact, *item.hints.values()) for _, item in items(number)]
    return "\n".join(text for texts in said for text in texts)


def _plain(text: str) -> str:
    """A text without its code, and without where its links lead."""
    return re.sub(r"`[^`]*`|\]\([^)]*\)", "", text)


_SHORT = re.compile(r"\b[A-Z][A-Z0-9]+(?:-[A-Z]+)*\b")
#: Names, which stand for nothing longer any more, and the kernel's own for values and types.
_NAMES = {"BPF", "LXC", "LXD", "NULL", "TRACING", "UNSPEC"}


def spelled(number: str) -> Faults:
    """Abbreviations that no table up to the chapter has and that are not spelled out at first."""
    text = _plain(_text(number))
    tables = "\n".join(map(_table, course.numbers()[: course.numbers().index(number) + 1]))
    for short in dict.fromkeys(_SHORT.findall(f"{text}\n{_plain(_told(number))}")):
        if short in _NAMES or f"**{short.lower()}**" in tables:
            continue
        first = text[text.find(short) + len(short) :] if short in text else ""
        if not re.match(r"\**,? \(", first):
            yield f"{number}: {short} is not spelled out"


def early() -> Faults:
    """Words that the course uses before the table of a chapter introduces them."""
    tables = {number: introduced(number) for number in course.numbers()}
    seen = ""
    for nth, number in enumerate(course.numbers()):
        seen += _table(number)
        unlinked = re.sub(r"\[[^\]]*\]\([^)]*\)", "", _text(number))
        text = _plain(f"{unlinked}\n{_told(number)}").lower()
        for later in course.numbers()[nth + 1 :]:
            for word in sorted(tables[later]):
                used = re.search(rf"(?<![\w-]){re.escape(word)}(?:e?s)?(?![\w-])", text)
                if used and word not in seen:
                    yield f"{number}: uses {word!r}, which {later} introduces"


# ------------------------------------------------------------------------------ numbers in words

_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)*(?!\w)|\bE[A-Z]{3,}\b")
#: What is called by a number: a link, a line of a list or of a table, a column, a chapter.
_CALLED = re.compile(
    r"\[[^\]]*\]\([^)]*\)|^\| \d+ \||^\d+\. |\(\d\)|\b(?:col|column|chapter) \d+",
    re.MULTILINE | re.IGNORECASE,
)


def _numbers(text: str) -> set[str]:
    """The numbers (a mode and a release are one) and errnos of a text, without leading zeros."""
    return {found.lstrip("0") or "0" for found in _NUMBER.findall(text)}


def linked(number: str) -> Faults:
    """Numbers and errnos in words that no scenario has and no fact of the chapter asserts.

    The text of a notebook may use what any scenario of the chapter has; a question or an exercise
    its own scenario, its choices and what the model answers.
    """
    facts = _asserted(number) | (_of_thread() if number >= THREAD else set())
    known = facts.union(_opened(number), *map(_inputs, items(number)))
    for nth, text in enumerate(prose(number)[:-1]):
        yield from _strange(f"{number}: text {nth}", text, known)
    for put in items(number):
        item = put.item
        own = facts | _inputs(put) | _numbers(repr(item.choices)) | _numbers(put.right)
        said = "\n".join([item.ask, item.why, item.fact, *item.hints.values()])
        yield from _strange(put.name, said, own)


def _strange(where: str, text: str, known: set[str]) -> Faults:
    for found in sorted(_numbers(_CALLED.sub("", text)) - known):
        yield f"{where}: {found} comes from nowhere"


@cache
def _of_thread() -> frozenset[str]:
    """How mails are called and when they were written, and the releases whose history is told."""
    mails = {str(mail.n) for mail in messages()} | {mail.date[:4] for mail in messages()}
    return frozenset(mails | {".".join(map(str, release)) for release in STABLE})


def _inputs(put: Put) -> set[str]:
    """What a question or an exercise is asked about."""
    item = put.item
    asked = [want.about.id for want in item.wants] if item.built else [item.about.id]
    wanted = [want.wanted for want in item.wants]
    told = [] if item.matter is None else [item.matter, *item.matter.told()]
    return _numbers(repr([_case(item.scenario), item.start, item.steps, asked, wanted, told]))


def _opened(number: str) -> set[str]:
    """What the cases have that the cells of a chapter open."""
    cases = re.findall(r'(?:Explorer|Scenario|who_owns)\(\s*"([\w-]+)"', "\n".join(code(number)))
    return _numbers(repr([_case(load(name)) for name in cases]))


def _case(document: Mapping[str, Any]) -> dict[str, Any]:
    """A scenario without what is said about it."""
    told = ("id", "title", "notes", "source")
    return {part: value for part, value in document.items() if part not in told}


def _asserted(number: str) -> set[str]:
    """What the code of the facts says, its remarks left out; a tuple is a release as well."""
    found: set[str] = set()
    for node in ast.walk(ast.parse("\n".join(_fact_cells(number)))):
        if isinstance(node, ast.Constant):
            found |= _numbers(str(node.value))
        elif isinstance(node, ast.Tuple):
            found.add(ast.unparse(node).strip("()").replace(", ", "."))
    return found


# ------------------------------------------------------------------------------ facts


def hold(number: str, times: int = 1) -> bool:
    """Whether every fact of a chapter holds, as the model stands, each cell run so many times."""
    scope: dict[str, Any] = {"kv": kv}
    try:
        for source in [source for source in _fact_cells(number) for _ in range(times)]:
            with redirect_stdout(StringIO()):
                exec(compile(source, number, "exec"), scope)  # noqa: S102  (our own notebook)
    except Exception:  # noqa: BLE001  (a fact may fail by any error)
        return False
    return True


def _fact_cells(number: str) -> list[str]:
    """The code from the heading of the facts on."""
    cells = notebook(number).cells
    at = next(n for n, cell in enumerate(cells) if "Facts you can rely on" in cell.source)
    return [cell.source for cell in cells[at:] if cell.cell_type == "code"]


def facts(number: str) -> Faults:
    """Facts that do not hold, or hold in an altered model that they could notice."""
    if number in ELSEWHERE:
        return
    if not hold(number, times=2):
        yield f"{number}: the facts do not hold"
    for name in ALTERED:
        beyond = (number, name) in BEYOND
        if _fails(number, name) == beyond:
            yield f"{number}: its facts {'notice' if beyond else 'do not notice'}: {name}"


def _fails(number: str, name: str) -> bool:
    with altered(name):
        return not hold(number)


# ------------------------------------------------------------------------------ executed

_TIME = "import time\nprint(time.process_time())"
_ANSWERED = (
    "import kfuncviz as kv\nprint([getattr(kv, k)(name, said).right for k, name, said in {!r}])"
)
_RIGHT = {"right": True, "wrong": False}


def executed(name: str, folder: Path) -> Faults:
    """Cells that fail, each run twice; a notebook that takes too long; answers misjudged there."""
    import nbformat
    from nbclient.exceptions import CellExecutionError

    number, made = name[:2], nbformat.read(notebooks_dir() / name, as_version=4)
    puts = items(number) if number in course.numbers() else []
    asked = [(put.kind, put.item.name, answer) for put in puts for answer in faces(put)]
    twice = [cell.source for cell in made.cells if cell.cell_type == "code" for _ in range(2)]
    sources = [*twice, _TIME, _ANSWERED.format(asked)]
    made.cells = [nbformat.v4.new_code_cell(source) for source in sources]
    try:
        run(made, folder)
    except CellExecutionError as error:
        yield f"{number}: {str(error)[-300:]}"
        return
    seconds, told = (ast.literal_eval(cell.outputs[-1].text) for cell in made.cells[-2:])
    print(f"{number}: {seconds:.1f} s of CPU, {len(asked)} answers")
    if seconds > SECONDS:
        yield f"{number}: takes {seconds:.0f} s of CPU, every cell run twice"
    wanted = [_RIGHT.get(judge(put.item, answer).state) for put in puts for answer in faces(put)]
    for each, right, want in zip(asked, told, wanted, strict=True):
        if right is not want:
            yield f"{number}: {each} is {right} in the notebook, not {want}"


def solved(number: str, folder: Path) -> Faults:
    """What is not right in the solved copy of a chapter."""
    import nbformat

    copy = nbformat.read(solve(number, folder), as_version=4)
    told = repr([cell.outputs for cell in copy.cells if cell.cell_type == "code"])
    right = told.count("\N{CHECK MARK} Right") + told.count(WEIGHED)
    if right < len(items(number)):
        yield f"{number}: {right} of {len(items(number))} are right in the solved copy"


def quick(number: str) -> Faults:
    """All that runs no cell."""
    for check in (built, sat, limits, spelled, linked):
        yield from check(number)


def main() -> int:
    """Check the chapters that are named, or all, and execute every notebook of theirs."""
    there = sorted(path.name for path in notebooks_dir().glob("[0-9][0-9]-*.ipynb"))
    numbers = sys.argv[1:] or [name[:2] for name in there]
    course_ = [number for number in numbers if number in course.numbers()]
    found = [fault for number in course_ for fault in (*quick(number), *facts(number))]
    found += early()
    folder = Path(__file__).resolve().parent.parent / "build" / "solved"
    folder.mkdir(parents=True, exist_ok=True)
    for name in there:
        if name[:2] in numbers:
            found += executed(name, folder)
    found += [fault for number in course_ for fault in solved(number, folder)]
    for fault in found:
        print(fault)
    print(f"{len(numbers)} chapters, {len(found)} faults")
    return bool(found)


if __name__ == "__main__":
    raise SystemExit(main())
