# SPDX-License-Identifier: BSD-3-Clause
"""A chapter as a page: nothing of a cell is evaluated but an explorer's own plain values."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from nbformat import v4

from kfuncviz.explorers.engine import tokens
from kfuncviz.explorers.engine.shared import shown
from kfuncviz.learn import course
from tools.chapters import Chapter, Code, Place, Shown, Text, chapters, html, read, recorded
from tools.chapters.written import RECORDED, headings

if TYPE_CHECKING:
    from collections.abc import Callable

    Writer = Callable[..., Chapter]

HEAD = "# What is asked?"


@pytest.fixture
def chapter(tmp_path: Path) -> Writer:
    """A notebook of cells, read: those that begin with ``#`` are text, the others code."""

    def made(*cells: str) -> Chapter:
        kinds: list[Any] = [
            (v4.new_markdown_cell if "#" in cell[:2] else v4.new_code_cell)(cell) for cell in cells
        ]
        path = tmp_path / "07-made.ipynb"
        nbformat.write(v4.new_notebook(cells=kinds), path)
        return read(path)

    return made


def body(chapter: Chapter) -> str:
    return html(chapter, "page-{}.html".format, 500)


def test_the_course_is_its_numbered_notebooks_and_asks_what_its_data_asks() -> None:
    paths = chapters()
    assert [path.name[:2] for path in paths] == sorted(path.name[:2] for path in paths)
    assert {course.chapter(n).notebook for n in course.numbers()} <= {path.name for path in paths}
    (path,) = (path for path in paths if path.name.startswith("01"))
    made = read(path)
    assert (made.number, made.notebook, made.pandas) == ("01", path, False)
    places = [part for part in made.parts if isinstance(part, Place)]
    for what, there in (("question", "questions"), ("exercise", "exercises")):
        asked = [tokens.decode(place.token)[1] for place in places if place.explorer == what]
        wanted = [item.name for item in getattr(course.chapter("01"), there)]
        assert [getattr(state, what) for state in asked] == wanted
    assert places[0].explorer == "ownership"


def test_a_cell_is_code_and_the_explorer_it_ends_with(chapter: Writer) -> None:
    made = chapter(
        HEAD,
        'import kfuncviz as kv\n\nkv.OwnershipExplorer("keep-id")',
        'kv.Question("01.2")',
        "two = 1\nthread = kv.ThreadExplorer('promise')\nthread",
        "kv.ExposureExplorer(predict=True)",
        "assert kv",
        "raise SystemExit",
    )
    kinds = [(type(part).__name__, getattr(part, "explorer", "")) for part in made.parts]
    assert kinds == [
        ("Text", ""), ("Place", "ownership"), ("Code", ""), ("Place", "question"),
        ("Place", "thread"), ("Code", ""), ("Place", "exposure"), ("Code", ""),
        ("Code", ""), ("Code", ""),
    ]  # fmt: skip
    states = [tokens.decode(part.token)[1] for part in made.parts if isinstance(part, Place)]
    assert states[0].scenario == "keep-id"
    assert states[1].question == "01.2"
    assert states[2].topic == "promise"
    assert states[3].predict
    cells = [part for part in made.parts if isinstance(part, Code)]
    assert [cell.makes for cell in cells] == [True, True, True, False, False]
    assert not any(cell.shows for cell in cells)


@pytest.mark.parametrize(
    "cell",
    [
        "print(1)",
        "kv.who_owns('keep-id')",
        "kv.OwnershipExplorer(document)",
        "kv.OwnershipExplorer(**parts)",
        "kv.OwnershipExplorer",
        "OwnershipExplorers('keep-id')",
        "name",
        "for n in (1, 2):\n    print(n)",
        "x = 1\nprint(x)\nkv.OwnershipExplorer('keep-id')",
    ],
)
def test_whatever_else_a_cell_shows_has_to_be_run(chapter: Writer, cell: str) -> None:
    *places, code = chapter(HEAD, cell).parts[1:]
    assert code == Code(cell, shows=True, makes="x = 1" in cell)
    assert len(places) == code.makes


def test_a_notebook_without_a_question_and_one_nobody_asks_are_refused(chapter: Writer) -> None:
    for first in ("## What?", "#", "x = 1"):
        with pytest.raises(ValueError, match=r"^07-made\.ipynb does not begin with a heading"):
            chapter(first)
    with pytest.raises(ValueError, match="question"):
        chapter(HEAD, 'kv.Question("01.99")')


def test_what_a_run_shows_stands_before_its_code(chapter: Writer) -> None:
    made = chapter(
        HEAD,
        "import kfuncviz as kv\nprint('<one>')\nkv.OwnershipExplorer('keep-id')",
        "class Seen:\n    _repr_html_ = lambda self: f'<b>{two}</b>'\n\ntwo = 2",
        "kv.Question('01.2')",
        "Seen()",
        "from IPython.display import SVG, display\ndisplay(SVG('<svg/>'))\n'words'",
        "from ipywidgets import Text\nText()",
        "two",
        "list()",
        "None",
    )
    assert recorded(chapter(HEAD, "x = 1")).pandas is False
    run = recorded(made)
    assert (run.pandas, run.number, run.title) == (False, "07", "What is asked?")
    kinds = "".join(type(part).__name__[0] for part in run.parts)
    assert kinds == "TPSC" + "C" + "P" + "SC" * 5 + "C"
    assert [part.html for part in run.parts if isinstance(part, Shown)] == [
        '<pre tabindex="0">&lt;one&gt;\n</pre>', "<b>2</b>",
        '<svg/><pre tabindex="0">&#x27;words&#x27;</pre>',
        "<p>In a notebook a control stands here.</p>", '<pre tabindex="0">2</pre>',
        '<pre tabindex="0">[]</pre>',
    ]  # fmt: skip


def test_pandas_is_said_first_and_a_cell_that_fails_is_named(chapter: Writer) -> None:
    run = recorded(
        chapter(f"{HEAD}\n\nThen", "import sys; sys.modules['pandas'] = sys", "print(1)")
    )
    assert run.pandas
    said = f'</h1>\n<p class="kfv-recorded">{RECORDED}</p>\n'
    assert body(run).index(said) < body(run).index("Then")
    assert "kfv-recorded" not in body(replace(run, pandas=False))
    with pytest.raises(RuntimeError, match=r"(?s)07-made\.ipynb cannot be run:.*ZeroDivision"):
        recorded(chapter(HEAD, "print(1 / 0)"))


def test_text_has_anchors_tables_that_scroll_and_links_to_pages(chapter: Writer) -> None:
    told = (
        "# What `x` <i>is</i>?\n\n[On](08-next.ipynb), [there](09-x.ipynb#a), "
        "[out](https://example.org/?a=1&b=2), [a file](data.csv)\n\n| a | b |\n|---|---|\n| c | d |"
    )
    there = "## Row\n\n[*Row*](#Row-&-map) [b](#The-kernel's-row,-5?)"
    made = body(chapter(told, there, "## Row & <b>map</b>", "## Row map", "### Row"))
    ids = re.findall(r'<h(\d) id="([^"]+)"', made)
    assert ids == [
        ("1", "chapter-07"), ("2", "chapter-07-row"), ("2", "chapter-07-row-map"),
        ("2", "chapter-07-row-map-2"), ("3", "chapter-07-row-2"),
    ]  # fmt: skip
    assert [*headings(made)] == [
        ("chapter-07-row", "Row"), ("chapter-07-row-map", "Row &amp; map"),
        ("chapter-07-row-map-2", "Row map"),
    ]  # fmt: skip
    assert re.findall(r'href="([^"]+)"', made) == [
        "page-08.html", "page-09.html", "https://example.org/?a=1&amp;b=2", "data.csv",
        "#chapter-07-row-map", "#chapter-07-the-kernel-s-row-5",
    ]  # fmt: skip
    assert made.count('<div class="kfv-table" tabindex="0" role="group"') == 1
    assert made.count("</table></div>") == 1
    assert "What <code>x</code> <i>is</i>?</h1>" in made


@pytest.mark.parametrize("notebook", chapters(), ids=lambda notebook: notebook.name[:2])
def test_the_contents_of_a_chapter_lead_to_its_sections_in_their_order(notebook: Path) -> None:
    cells = nbformat.read(notebook, as_version=4).cells
    told = tuple(Text(cell.source) for cell in cells if cell.cell_type == "markdown")
    made = body(Chapter(notebook.name[:2], "", notebook, told))
    listed = re.search(r"(?:<p>|\n)In this chapter: (.*)</p>", made)
    assert listed is not None
    links = re.findall(r'<a href="#(.*?)">(.*?)</a>', listed[1])
    guess = f"chapter-{notebook.name[:2]}-a-guess-first"
    assert links == [(to, words) for to, words in headings(made) if to != guess]


def test_a_place_is_drawn_and_disabled_and_code_is_folded(chapter: Writer) -> None:
    made = chapter(HEAD, 'kv.Question("01.2")', "assert '<'", "kv.Drill()")
    written = body(made)
    (question, drill) = (part for part in made.parts if isinstance(part, Place))
    places = re.findall(r"<fieldset[^>]*>", written)
    assert places[0] == (
        '<fieldset class="kfv-place" disabled aria-label="question 01.2" '
        f'data-explorer="question" data-token="{question.token}">'
    )
    assert places[1] == (
        '<fieldset class="kfv-place" disabled aria-label="drill" '
        f'data-explorer="drill" data-token="{drill.token}">'
    )
    drawn = shown(*tokens.decode(question.token), 500).regions["card"]
    assert f'<div class="kfv-explorer"><div data-region="card">{drawn}</div></div>' in written
    assert written.count('<details class="kfv-code"><summary>the code</summary>') == 2
    assert "<code>assert &#x27;&lt;&#x27;</code>" in written
    assert isinstance(made.parts[0], Text)
