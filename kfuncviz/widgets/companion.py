# SPDX-License-Identifier: BSD-3-Clause
"""
Companion: what a stock ipywidget cannot do
===========================================

A hidden widget beside an explorer.  It reports the explorer's width, so that Python draws the form
that fits; keeps key presses from the notebook, where ``d d`` would delete the cell; and turns ``[``
and ``]`` into steps.
"""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets

_STATIC = Path(__file__).parent / "static"


class Companion(anywidget.AnyWidget):
    """``width`` is the explorer's, in CSS pixels; a message ``{"step": ±1}`` asks for a step."""

    _esm = _STATIC / "companion.js"
    _css = _STATIC / "explorer.css"
    width = traitlets.Int(960).tag(sync=True)
