# SPDX-License-Identifier: BSD-3-Clause
"""
A notebook of the course as a page to read
==========================================

For whoever has no Jupyter: ``read`` takes a notebook apart and runs nothing of it, ``recorded``
runs it once where it shows more than explorers, ``html`` writes it down.  An explorer, a question
or an exercise is a *place*: a token and its first frame, which a page with Python brings to life.
"""

from tools.chapters.parts import Chapter, Code, Place, Shown, Text, chapters, read
from tools.chapters.record import recorded
from tools.chapters.written import html

__all__ = (
    "Chapter",
    "Code",
    "Place",
    "Shown",
    "Text",
    "chapters",
    "html",
    "read",
    "recorded",
)
