# SPDX-License-Identifier: BSD-3-Clause
"""
Exhibit: a figure of the evidence on a page, in the page's colours
==================================================================

`svg` is the figure, `words` what it shows, and `table` the same in numbers.  What is shown is an
:class:`kfuncviz.evidence.Exhibit`, made by a question of :mod:`kfuncviz.evidence`.
"""

from kfuncviz.render.exhibit.picture import html, svg
from kfuncviz.render.exhibit.words import numbers, sentence

__all__ = ("html", "numbers", "sentence", "svg")
