# SPDX-License-Identifier: BSD-3-Clause
"""
Documents and data: what the checkout has, as pages and as files
================================================================

A document keeps its place: ``data/history/README.md`` is read at ``data/history/``, so its links to
files beside it hold.  A link to what the site has not becomes plain text.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from html import escape, unescape
from pathlib import Path
from types import MappingProxyType
from typing import Any

import mistune

from tools.page.inputs import ROOT
from tools.site.shell import page

#: For whom each document is; the rest of `docs` are files.
DOCUMENTS: Mapping[str, str] = MappingProxyType(
    {
        "docs/facilitator.md": "for whoever leads a room",
        "docs/discussion-pack.md": "for whoever answers a mail",
        "data/semantics.md": "what the model follows, rule by rule",
        "data/scenario.md": "the format of a scenario file",
        "data/history/README.md": "what is recorded of kfuncs and the idmap, and its gaps",
    }
)
_ELSEWHERE = re.compile(r"[a-z]+:", re.IGNORECASE)


def files() -> Iterator[tuple[str, str | bytes]]:
    """The address of each file, and what stands in it."""
    there = [*_under("docs"), *_under("data")]
    for path in there:
        if path.suffix == ".md":
            at = address(_name(path))
            title, body = html(path.read_text("utf-8"), _name(path))
            yield at, page(at, title, body)
        else:
            yield _name(path), path.read_bytes()
    yield "docs/index.html", page("docs/index.html", "Documents", _documents(there))
    yield "data/index.html", page("data/index.html", "Data", _data(there))


def address(name: str) -> str:
    """Where a file of the checkout is on the site.

    >>> address("data/history/README.md"), address("docs/facilitator.md"), address("docs/crib.svg")
    ('data/history/index.html', 'docs/facilitator.html', 'docs/crib.svg')
    """
    return re.sub(r"(?:README|(\w[\w-]*))\.md$", lambda f: f"{f[1] or 'index'}.html", name)


def html(markdown: str, name: str) -> tuple[str, str]:
    r"""The first heading of a document, and the document as HTML.

    ``name`` says where it stands in the checkout.

    >>> html("# A *b*\n\n[c](../data/scenario.md#d) [e](../Makefile)", "docs/x.md")
    ('A b', '<h1 id="a-b">A <em>b</em></h1>\n<p><a href="../data/scenario.html#d">c</a> e</p>\n')
    """
    write = mistune.create_markdown(escape=True, renderer=_Written(name), plugins=["table"])
    body = str(write(markdown))
    first = re.search("<h1[^>]*>(.*?)</h1>", body)
    title = unescape(re.sub("<[^>]+>", "", first[1])) if first else name
    table = '<div class="kfv-table" tabindex="0" role="group" aria-label="table"><table>'
    return title, body.replace("<table>", table).replace("</table>", "</table></div>")


class _Written(mistune.HTMLRenderer):
    """Headings with the anchors that links use, and links between pages instead of files."""

    def __init__(self, name: str) -> None:
        super().__init__(escape=True)
        self._name = name

    def heading(self, text: str, level: int, **_: Any) -> str:
        words = re.sub(r"<[^>]+>|&\w+;|[^\w\s-]", "", text).lower().split()
        return f'<h{level} id="{"-".join(words)}">{text}</h{level}>\n'

    def block_code(self, code: str, info: str | None = None) -> str:  # noqa: ARG002
        return f'<pre tabindex="0"><code>{escape(code)}</code></pre>\n'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        if _ELSEWHERE.match(url) or url.startswith("#"):
            return super().link(text, url, title)
        path, _, anchor = url.partition("#")
        there = posixpath.normpath(posixpath.join(posixpath.dirname(self._name), path))
        if not there.startswith(("docs/", "data/")):
            return text
        to = address(path) + (f"#{anchor}" if anchor else "")
        return super().link(text, to, title)


def _documents(there: list[Path]) -> str:
    listed = "".join(
        f"<li>{_linked(ROOT / name, 'docs')}: {escape(told)}</li>"
        for name, told in DOCUMENTS.items()
    )
    beside = "".join(
        f'<li><a href="{path.name}">{path.name}</a></li>'
        for path in there
        if path.parent == ROOT / "docs" and path.suffix != ".md"
    )
    return f"<h1>Documents</h1><ul>{listed}{beside}</ul>"


def _data(there: list[Path]) -> str:
    """Every file of the data by its folder."""
    folders: dict[str, list[Path]] = {}
    for path in there:
        if path.is_relative_to(ROOT / "data"):
            folders.setdefault(_name(path.parent), []).append(path)
    parts = []
    for folder, inside in sorted(folders.items()):
        listed = "".join(
            f"<li>{_linked(path, 'data')} <small>{path.stat().st_size:,} bytes</small></li>"
            for path in sorted(inside, key=lambda path: (path.suffix != ".md", path.name))
        )
        parts.append(f"<h2>{folder}</h2><ul>{listed}</ul>")
    about = (
        "<p>The files that the model, the explorers and the figures read. Where they come from and "
        "what is missing stands in the README of each folder.</p>"
    )
    return f"<h1>Data</h1>{about}{''.join(parts)}"


def _linked(path: Path, at: str) -> str:
    """A link to a file on a page of a folder, by its title where it has one."""
    to = posixpath.relpath(address(_name(path)), at)
    title = path.name
    if path.suffix == ".md":
        title, _ = html(path.read_text("utf-8"), _name(path))
    return f'<a href="{to}">{escape(title)}</a>'


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _under(folder: str) -> Iterator[Path]:
    for path in sorted((ROOT / folder).rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            yield path
