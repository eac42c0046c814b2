# SPDX-License-Identifier: BSD-3-Clause
"""Draw the crib anew; a test compares it with what the program draws."""

from __future__ import annotations

from pathlib import Path

from kfuncviz.learn.crib import crib

FILE = Path(__file__).resolve().parent.parent / "docs" / "crib.svg"


def main() -> None:
    """Write the page."""
    FILE.write_text(crib() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
