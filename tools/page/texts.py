# SPDX-License-Identifier: BSD-3-Clause
"""
The course in the page
======================

Every chapter as a text to read, which leads to the one before it and to the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tools.chapters import Chapter, chapters, html, read, recorded


def course() -> list[Chapter]:
    """The chapters of the course, with what running them shows."""
    return [recorded(read(notebook)) for notebook in chapters()]


def pages(course: Sequence[Chapter]) -> dict[str, str]:
    """The body of each chapter by its number."""
    beside = zip([None, *course], course, [*course[1:], None], strict=False)
    return {
        chapter.number: f"{html(chapter, address)}\n{_turning(before, after)}"
        for before, chapter, after in beside
    }


def address(number: str) -> str:
    """Where a chapter is in the page.

    >>> address("01")
    '#chapter-01'
    """
    return f"#chapter-{number}"


def _turning(before: Chapter | None, after: Chapter | None) -> str:
    sides = [("Before", before), ("Next", after)]
    links = [
        f'<a href="{address(to.number)}">{word}: {to.number} {escape(to.title)}</a>'
        for word, to in sides
        if to
    ]
    return f'<nav aria-label="Before and next">{"".join(links)}</nav>'
