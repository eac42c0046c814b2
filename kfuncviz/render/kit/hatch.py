# SPDX-License-Identifier: BSD-3-Clause
"""
Hatches: what is lost, without a colour
=======================================
"""

from __future__ import annotations

from collections.abc import Mapping

from kfuncviz.render.kit.markup import tag


def hatches(uid: str, ink: Mapping[str, str]) -> str:
    """The three patterns: lost, lost but known elsewhere, and not used."""
    return tag(
        "defs",
        _hatch(f"{uid}-bad", ink["bad-l"], 3)
        + _hatch(f"{uid}-thin", ink["bad-l"], 1)
        + _hatch(f"{uid}-idle", ink["hair"], 2),
    )


def _hatch(name: str, colour: str, thick: float) -> str:
    line = tag("path", d="M0,0V8", stroke=colour, stroke_width=thick)
    return tag(
        "pattern", line, id=name, width=8, height=8, patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )  # fmt: skip
