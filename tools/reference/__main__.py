# SPDX-License-Identifier: BSD-3-Clause
"""Write the library's documentation: ``make reference``."""

from __future__ import annotations

import argparse
from pathlib import Path

from tools.reference import ROOT, modules, write


def main() -> None:
    """Write the pages and say where."""
    parser = argparse.ArgumentParser(description="the library's documentation, a page a module")
    parser.add_argument("out", type=Path, nargs="?", default=ROOT / "dist" / "reference")
    out: Path = parser.parse_args().out
    write(out)
    print(f"{out}: {len(modules())} modules; begin with index.html")


if __name__ == "__main__":
    main()
