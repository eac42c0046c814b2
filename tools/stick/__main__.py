# SPDX-License-Identifier: BSD-3-Clause
"""
Write the stick: ``make stick``
===============================

The page and the slides are taken from ``dist``, where make puts them before; what is not there is
said, here and in the README of the stick.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Sequence
from pathlib import Path

from tools.stick.readme import readme
from tools.stick.targets import PLATFORMS, PYTHONS, Target, chosen
from tools.stick.wheels import LOCK, ROOT, Missing, bring, ours

DIST = ROOT / "dist"


def main() -> None:
    """Write the folder; the exit status is 1 where a wheel cannot be had."""
    parser = argparse.ArgumentParser(description="a folder for a stick, for a room with no network")
    parser.add_argument("out", type=Path, nargs="?", default=DIST / "stick")
    parser.add_argument(
        "--pythons", default="", help=f"by default this one, of {', '.join(PYTHONS)}"
    )
    parser.add_argument("--platforms", default="", help=f"likewise, of {', '.join(PLATFORMS)}")
    asked = parser.parse_args()
    try:
        targets = chosen(asked.pythons.split(), asked.platforms.split())
        lacks = stick(asked.out, targets)
    except (Missing, ValueError) as error:
        raise SystemExit(f"kfuncviz: {error}") from None
    size = sum(file.stat().st_size for file in asked.out.rglob("*") if file.is_file())
    without = f", without {' and '.join(lacks)}" if lacks else ""
    print(f"{asked.out}: {size / 1e6:.0f} MB{without}; for {', '.join(map(str, targets))}")


def stick(
    out: Path, targets: Sequence[Target], made: Path = DIST, lock: Path = LOCK
) -> tuple[str, ...]:
    """Write a stick for some targets, with what was made before; what stood in the folder is gone.

    Gives the names of what should lie there and was not made.
    """
    shutil.rmtree(out, ignore_errors=True)
    (out / "wheels").mkdir(parents=True)
    for target in targets:
        bring(target, out / "wheels", lock)
    ours(out / "wheels")
    (out / "notebooks").mkdir()
    for notebook in (ROOT / "notebooks").glob("*.ipynb"):
        shutil.copy(notebook, out / "notebooks")
    shutil.copy(ROOT / "docs" / "crib.svg", out)
    if (made / "slides").is_dir():
        shutil.copytree(made / "slides", out / "slides")
    if (made / "kfuncviz.html").is_file():
        shutil.copy(made / "kfuncviz.html", out)
    lacks = tuple(name for name in ("kfuncviz.html", "slides") if not (out / name).exists())
    (out / "README.txt").write_text(readme(targets, lacks), "utf-8")
    return lacks


if __name__ == "__main__":
    main()
