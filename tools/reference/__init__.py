# SPDX-License-Identifier: BSD-3-Clause
"""
The library's documentation from its docstrings: ``make reference``
===================================================================

One page a module, written by pdoc, and an index of the rooms; nothing in it fetches anything.
"""

from __future__ import annotations

import inspect
import pkgutil
import re
import shutil
import warnings
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import get_type_hints

from pdoc.doc import Module, Variable
from pdoc.render import configure, env, html_index, html_module, search_index

import kfuncviz

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = Path(__file__).with_name("templates")
#: A comment that documents the name below it.
_NOTE = re.compile(r"((?:^#: .*\n)+)(\w+)\s*[:=]", re.MULTILINE)
#: A link has a name, what scrolls can be reached by keyboard, and no level of headings is left out.
_ACCESS = {
    '<a class="headerlink"': '<a class="headerlink" aria-label="link to this name"',
    "<pre>": '<pre tabindex="0">',
    "<h5>Inherited Members</h5>": "<h3>Inherited Members</h3>",
}
#: The sections of a docstring of ours, and what each lists.
_SECTION = re.compile(r"^(Parameters|Attributes|Raises)\n-+\n((?:.+\n?)+)", re.MULTILINE)
_ITEM = re.compile(r"^(\S.*?):?\n((?: {4}.+\n?)+)", re.MULTILINE)


def modules() -> list[str]:
    """The modules there are, the package first; not those that a command starts from.

    >>> modules()[0], "kfuncviz.model.idmap" in modules(), "kfuncviz.__main__" in modules()
    ('kfuncviz', True, False)
    """
    walked = pkgutil.walk_packages(kfuncviz.__path__, "kfuncviz.")
    names = [found.name for found in walked if not found.name.rpartition(".")[2].startswith("_")]
    return ["kfuncviz", *sorted(names)]


def rooms(names: Sequence[str]) -> dict[str, list[str]]:
    """The modules of each room, in the order of CONTRIBUTING.md; those of none stand first."""
    _, _, table = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("## Layers")
    order = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    found: dict[str, list[str]] = {"kfuncviz": []}
    found |= {f"kfuncviz.{room}": [] for room in order if room != "api"}
    for name in names[1:]:
        room = ".".join(name.split(".")[:2])
        if name != room:
            found[room].append(name)
        elif room not in found:
            found["kfuncviz"].append(name)
    return found


def write(out: Path, names: Sequence[str] = ()) -> None:
    """Write the pages of some modules, by default of all, into a new folder."""
    names = names or modules()
    configure(
        docformat="restructuredtext",
        show_source=False,
        template_directory=TEMPLATES,
        footer_text=f"kfuncviz {kfuncviz.__version__}",
    )
    env.filters["listed"] = listed
    env.globals |= {"rooms": rooms(names), "title_of": _title}
    pages = {name: _page(name) for name in names}
    shutil.rmtree(out, ignore_errors=True)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Error parsing type annotation ForwardRef")
        for name, page in pages.items():
            file = out / f"{name.replace('.', '/')}.html"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(_accessible(html_module(page, pages)), "utf-8")
        (out / "index.html").write_text(html_index(pages), "utf-8")
        (out / "search.js").write_text(search_index(pages), "utf-8")


def listed(docstring: str) -> str:
    r"""A docstring with its sections as lists of Markdown, and without Sphinx's tildes.

    >>> print(listed("Read.\n\nRaises\n------\nOSError\n    Where :class:`~os.Gone`\n    is.\n"))
    Read.
    <BLANKLINE>
    **Raises**
    <BLANKLINE>
    - **OSError**: Where :class:`os.Gone` is.
    <BLANKLINE>
    """

    def item(found: re.Match[str]) -> str:
        return f"- **{found[1]}**: {' '.join(found[2].split())}\n"

    def section(found: re.Match[str]) -> str:
        return f"**{found[1]}**\n\n{_ITEM.sub(item, found[2])}"

    return _SECTION.sub(section, docstring.replace(":`~", ":`"))


def _title(module: str) -> str:
    return (inspect.getdoc(import_module(module)) or "").partition("\n")[0]


def _accessible(page: str) -> str:
    for as_pdoc_has_it, as_it_should_be in _ACCESS.items():
        page = page.replace(as_pdoc_has_it, as_it_should_be)
    return page


def _page(name: str) -> Module:
    """A module as pdoc sees it, with what pdoc would not find by itself."""
    module = import_module(name)
    for lazy in getattr(module, "__all__", ()):
        vars(module).setdefault(lazy, getattr(module, lazy))
    for kind in vars(module).values():
        if inspect.isclass(kind) and hasattr(kind, "_field_defaults"):
            with suppress(NameError):  # names that only the type checker reads
                kind.__new__.__annotations__ = get_type_hints(kind)
    page = Module(module)
    for variable, note in _notes(module):
        member = page.members.get(variable)
        if isinstance(member, Variable) and not member.docstring:
            vars(member)["docstring"] = note
    return page


def _notes(module: ModuleType) -> Iterator[tuple[str, str]]:
    for comment, name in _NOTE.findall(inspect.getsource(module)):
        yield name, " ".join(line.removeprefix("#: ") for line in comment.splitlines())
