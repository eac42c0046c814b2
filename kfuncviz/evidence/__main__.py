# SPDX-License-Identifier: BSD-3-Clause
"""
`python -m kfuncviz.evidence`: recompute the evidence, or check that it is current
==================================================================================

Validates every recorded table, then writes the derived tables (default), or with
`--check` only compares them. `--figures DIR` also draws every figure as SVG and its
table twin as CSV. Exit status 0 if all is well, 1 if something is stale or invalid,
2 if a library is missing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from kfuncviz.evidence.data.schema import validate_all
from kfuncviz.evidence.derived import derived_dir, stale, write
from kfuncviz.evidence.errors import EvidenceError
from kfuncviz.extras import MissingLibrary


def _draw(directory: Path) -> None:
    from kfuncviz.evidence.figures.style import to_svg
    from kfuncviz.evidence.questions import QUESTIONS

    directory.mkdir(parents=True, exist_ok=True)
    for name, ask in QUESTIONS.items():
        table, figure = ask()
        svg = to_svg(figure, f"{table.attrs['title']}. {table.attrs['n']}.")
        (directory / f"{name}.svg").write_text(svg, encoding="utf-8", newline="\n")
        table.to_csv(directory / f"{name}.csv", index=False, lineterminator="\n")
        print(f"drew {name}")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m kfuncviz.evidence", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, say what is stale")
    parser.add_argument("--figures", type=Path, metavar="DIR", help="also draw every figure there")
    options = parser.parse_args(argv)
    try:
        rows = validate_all()
        print(f"{len(rows)} tables, {sum(rows.values())} rows fit schema.json")
        if options.check:
            old = stale()
            print(f"stale: {', '.join(old)}" if old else "derived tables are current")
            if old:
                return 1
        else:
            print(f"wrote {len(write())} derived tables to {derived_dir()}")
        if options.figures:
            _draw(options.figures)
    except EvidenceError as error:
        print(error, file=sys.stderr)
        return 1
    except MissingLibrary as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
