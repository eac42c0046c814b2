# SPDX-License-Identifier: BSD-3-Clause
"""
Standing: the course as a map, and where somebody stands in it
==============================================================

Which questions and exercises were answered is written to a file only where the environment names
one (:data:`VARIABLE`, as ``make lab`` does), and read by nobody but the start page.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from kfuncviz.learn import course
from kfuncviz.resources import notebooks_dir

#: The environment variable that names the file.
VARIABLE = "KFUNCVIZ_STANDING"


def note(kind: str, name: str, right: bool) -> None:
    """Write down that a question or exercise of the course was answered, the last time counts.

    Nothing happens where no file is named, for one that is in no chapter, and where the file cannot
    be written: whoever learns is not to be stopped by it.
    """
    path = os.environ.get(VARIABLE)
    if not path or name.startswith("{"):
        return
    with suppress(OSError):
        known = {**standing(path), f"{kind} {name}": right}
        Path(path).write_text(json.dumps(known, indent=1, sort_keys=True), encoding="utf-8")


def standing(path: str | Path) -> dict[str, bool]:
    """What was answered, and whether rightly; nothing where there is no such file.

    >>> standing("nowhere.json")
    {}
    """
    try:
        held: Any = json.loads(Path(path).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(held, dict):
        return {}
    return {key: value for key, value in held.items() if type(value) is bool}


def course_map(answered: Mapping[str, bool]) -> str:
    """The chapters as a table of Markdown: what each answers, its time, and what is answered.

    >>> "[00 Start here](00-start-here.ipynb)" in course_map({})
    True
    """
    chapters = [course.chapter(number) for number in course.numbers()]
    minutes = sum(chapter.minutes for chapter in chapters)
    marks = {chapter.number: _mark(chapter, answered) for chapter in chapters}
    here = next((c for c in chapters if marks[c.number][0] != DONE), chapters[0])
    lines = [
        "# Who owns this file? The course",
        "",
        f"{len(chapters)} chapters, {minutes} minutes in all. Go on with **{_link(here)}**.",
        "",
        "| | chapter | what it answers | time | answered |",
        "|---|---|---|---|---|",
    ]
    group = ""
    for chapter in chapters:
        if chapter.group != group:
            group = chapter.group
            lines.append(f"| | **{group}** | | | |")
        sign, many = marks[chapter.number]
        if chapter is here:
            sign = HERE
        lines.append(
            f"| {sign} | {_link(chapter)} | {chapter.asks} | {chapter.minutes} min | {many} |"
        )
    lines += ["", f"{DONE} done, {HERE} here, {OPEN} open.", "", "Besides, in this folder:", ""]
    known = {chapter.notebook for chapter in chapters}
    others = sorted(path for path in notebooks_dir().glob("*.ipynb") if path.name not in known)
    return "\n".join([*lines, *(f"- [{_heading(path)}]({path.name})" for path in others), ""])


def _link(chapter: course.Chapter) -> str:
    return f"[{chapter.number} {chapter.title}]({chapter.notebook})"


def _heading(path: Path) -> str:
    """The heading of a notebook."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return "".join(cells[0]["source"]).splitlines()[0].lstrip("# ")


DONE, HERE, OPEN = "\N{CHECK MARK}", "\N{BLACK CIRCLE}", "\N{WHITE CIRCLE}"


def _mark(chapter: course.Chapter, answered: Mapping[str, bool]) -> tuple[str, str]:
    """Whether a chapter is done, and how many of its questions and exercises are answered.

    A question is done when it is answered, an exercise when it is right.
    """
    questions = [f"question {item.name}" in answered for item in chapter.questions]
    exercises = [answered.get(f"exercise {item.name}", False) for item in chapter.exercises]
    done = sum(questions) + sum(exercises)
    total = len(questions) + len(exercises)
    return DONE if done == total else OPEN, f"{done} of {total}"
