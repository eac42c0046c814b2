# SPDX-License-Identifier: BSD-3-Clause
"""
Run cells as IPython does: a program
====================================

Reads a JSON list of cells from standard input; writes what each showed, by type, and whether pandas
was loaded.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config


def outputs(cells: Sequence[str]) -> Iterator[list[Mapping[str, Any]]]:
    """What each cell prints and shows.  Raises what a cell raises."""
    shell = InteractiveShell.instance(config=Config(HistoryManager={"enabled": False}))
    for cell in cells:
        with capture_output() as seen:
            shell.display_trap.hook = sys.displayhook  # what a cell ends with is captured, too
            result = shell.run_cell(cell)
        result.raise_error()
        printed = [{"text/plain": seen.stdout}] if seen.stdout else []
        yield [*printed, *(output.data for output in seen.outputs)]


if __name__ == "__main__":
    shown = list(outputs(json.load(sys.stdin)))
    print(json.dumps({"outputs": shown, "pandas": "pandas" in sys.modules}))
