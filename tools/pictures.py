# SPDX-License-Identifier: BSD-3-Clause
"""Draw the README's pictures anew; a test compares them with what the program draws."""

from __future__ import annotations

from pathlib import Path

import kfuncviz as kv

FOLDER = Path(__file__).resolve().parent.parent / "data" / "pictures"


def main() -> None:
    """Write one picture for a light page and one for a dark one."""
    for theme in ("light", "dark"):
        svg = kv.Scenario.load("three-kinds-of-nobody").to_svg(960, theme)
        (FOLDER / f"picture-{theme}.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
