# SPDX-License-Identifier: BSD-3-Clause
"""
Companion: what a stock ipywidget cannot do
===========================================

A hidden widget beside stock ones.  It reports the width of the box around them, so that Python
draws the form that fits, keeps key presses from the notebook, where ``d d`` would delete the cell,
and keeps the focus where it was.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import ipywidgets as w
import traitlets

from kfuncviz.front import stylesheet

_STATIC = Path(__file__).parent / "static"
#: A picture is not drawn narrower than this, even where its column is.
_NARROWEST = 286


class Companion(anywidget.AnyWidget):
    """``width`` is that of the box around it, in CSS pixels."""

    _esm = _STATIC / "companion.js"
    _css = stylesheet()
    width = traitlets.Int(960).tag(sync=True)

    @property
    def drawn_width(self) -> int:
        """The width to draw for."""
        return max(self.width, _NARROWEST)


def bar(*items: Any) -> Any:
    """Controls side by side, wrapped where they do not fit."""
    box = w.Box(items)
    box.add_class("kfv-bar")
    return box
