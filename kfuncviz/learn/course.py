# SPDX-License-Identifier: BSD-3-Clause
"""
Course: the chapters, their questions and exercises
===================================================

Read from `data/course`, one file a chapter, each when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

import yaml

from kfuncviz.explorers import outside
from kfuncviz.learn.item import Item, item
from kfuncviz.resources import data_dir


class Chapter(NamedTuple):
    """A chapter: its number, its title, the question it answers, its minutes, and the group of
    chapters it stands in; ``notebook`` is the file that holds it.
    """

    number: str
    title: str
    asks: str
    minutes: int
    group: str
    notebook: str
    questions: tuple[Item, ...]
    exercises: tuple[Item, ...]


_PARTS = ("title", "asks", "minutes", "group", "notebook", "questions", "exercises")


@cache
def numbers() -> tuple[str, ...]:
    """The chapters that have a file.

    >>> numbers()[0]
    '00'
    """
    return tuple(sorted(path.stem for path in (data_dir() / "course").glob("[0-9][0-9].yaml")))


@cache
def groups() -> Mapping[str, str]:
    """The groups of chapters in their order, and what each is about.

    >>> groups()["At work"]
    'mounts and errors'
    """
    text = (data_dir() / "course" / "groups.yaml").read_text("utf-8")
    return MappingProxyType(yaml.safe_load(text))


@cache
def chapter(number: str) -> Chapter:
    """A chapter by its number; ValueError for one there is not, or a part of it that is wrong.

    >>> chapter("00").title
    'Start here'
    """
    outside.known("chapter", number, numbers())
    text = (data_dir() / "course" / f"{number}.yaml").read_text("utf-8")
    given = outside.mapping(f"chapter {number}", yaml.safe_load(text), _PARTS)
    items: dict[str, Any] = {
        part: _items(number, given.pop(part, None)) for part in ("questions", "exercises")
    }
    missing = [part for part in _PARTS if part not in {*given, *items}]
    if missing:
        raise ValueError(f"chapter {number} has no {', '.join(missing)}")
    return Chapter(number=number, **given, **items)


def _items(number: str, parts: Any) -> tuple[Item, ...]:
    return tuple(item(part, f"{number}.{nth}") for nth, part in enumerate(parts or (), 1))


def question(name: str) -> Item:
    """A question by its name, ``"00.1"`` for the first of chapter 00.

    ValueError says which there are where there is no such question.

    >>> question("00.1").form
    'choice'
    """
    return _named("question", name, chapter(name.partition(".")[0]).questions)


def exercise(name: str) -> Item:
    """An exercise by its name, ``"00.1"`` for the first of chapter 00."""
    return _named("exercise", name, chapter(name.partition(".")[0]).exercises)


def _named(what: str, name: str, there: tuple[Item, ...]) -> Item:
    by_name = {each.name: each for each in there}
    return by_name[outside.known(what, name, by_name)]


def questions() -> Iterator[Item]:
    """Every question of the course, in its order."""
    for number in numbers():
        yield from chapter(number).questions


def exercises() -> Iterator[Item]:
    """Every exercise of the course, in its order."""
    for number in numbers():
        yield from chapter(number).exercises
