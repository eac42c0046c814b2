# SPDX-License-Identifier: BSD-3-Clause
"""
The parts of a chapter, read from its notebook
==============================================

Of a code cell only this is ever evaluated here: a call that makes an explorer of plain values, such
as ``kv.Question("01.2")``, if it is what the cell ends with.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

import nbformat

import kfuncviz
from kfuncviz.explorers.engine import tokens
from kfuncviz.resources import notebooks_dir

#: These say nothing in their cell that the card does not say.
ASKED = ("question", "exercise")


@dataclass(frozen=True)
class Text:
    """What a markdown cell says, as Markdown."""

    markdown: str


@dataclass(frozen=True)
class Code:
    """A code cell.

    ``makes`` says whether it ends with the explorer of the place before it, ``shows`` whether it
    may show anything else.
    """

    source: str
    shows: bool
    makes: bool = False


@dataclass(frozen=True)
class Place:
    """Where an explorer stands: its name in the registry, and the token of its first state."""

    explorer: str
    token: str


@dataclass(frozen=True)
class Shown:
    """What a cell showed when it was run, as HTML."""

    html: str


Part = Text | Code | Place | Shown


@dataclass(frozen=True)
class Chapter:
    """A chapter: its number, the question in its first heading, and its parts in their order.

    ``pandas`` says whether running it needs that library; it is known of a recorded one.
    """

    number: str
    title: str
    notebook: Path
    parts: tuple[Part, ...]
    pandas: bool = False


def chapters() -> list[Path]:
    """The notebooks of the course, in its order."""
    return sorted(notebooks_dir().glob("[0-9][0-9]-*.ipynb"))


def read(notebook: Path) -> Chapter:
    """A chapter as it stands in its notebook; nothing of it is run.

    Raises ValueError for a notebook that does not begin with a heading, or whose explorer or
    question there is not.

    >>> chapter = read(chapters()[0])
    >>> chapter.number, chapter.title
    ('00', 'Who owns this file, seen from here?')
    >>> [part.explorer for part in chapter.parts if isinstance(part, Place)][:2]
    ['ownership', 'question']
    """
    cells = nbformat.read(notebook, as_version=4).cells
    mark, _, title = (cells[0].source if cells else "").partition("\n")[0].partition(" ")
    if mark != "#" or not title:
        raise ValueError(f"{notebook.name} does not begin with a heading: # What is asked?")
    parts: list[Part] = []
    for cell in cells:
        if cell.cell_type == "markdown":
            parts.append(Text(cell.source))
        elif cell.cell_type == "code" and cell.source.strip():
            parts += _parts(cell.source)
    return Chapter(notebook.name[:2], title, notebook, tuple(parts))


def _parts(source: str) -> list[Part]:
    """A code cell, and the place of the explorer it ends with."""
    body = ast.parse(source).body
    place = _place(body)
    told = body[:-1] if place else body
    shows = any(isinstance(inner, ast.Expr) for statement in told for inner in ast.walk(statement))
    code = Code(source, shows, makes=place is not None)
    if place is None:
        return [code]
    return [place] if place.explorer in ASKED and not told else [place, code]


def _place(body: list[ast.stmt]) -> Place | None:
    """The explorer that the last statement is, made as the widget makes it."""
    from kfuncviz.widgets.explorer import Explorer

    match _value(body):
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) as call:
            pass
        case _:
            return None
    made = getattr(kfuncviz, name, None)
    if not (isinstance(made, type) and issubclass(made, Explorer)):
        return None
    try:
        given = [ast.literal_eval(value) for value in call.args]
        named = {str(word.arg): ast.literal_eval(word.value) for word in call.keywords}
    except ValueError:
        return None
    token = made(*given, **named).token
    return Place(tokens.opened(token).name, token)


def _value(body: list[ast.stmt]) -> ast.expr | None:
    """What a cell ends with; for a name, what the cell has bound to it."""
    match body[-1]:
        case ast.Expr(value=ast.Name(id=name)):
            bound = [s.value for s in body if isinstance(s, ast.Assign) and _binds(s, name)]
            return bound[-1] if bound else None
        case ast.Expr(value=value):
            return value
    return None


def _binds(statement: ast.Assign, name: str) -> bool:
    return any(isinstance(to, ast.Name) and to.id == name for to in statement.targets)
