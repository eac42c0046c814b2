# SPDX-License-Identifier: BSD-3-Clause
"""
The kfuncviz command
====================

``kfuncviz replay | check-map | convert | doctor | show | gallery | diff | kernels | filesystems |
history | compare-exposures | verify | course | questions | drill``.  Only the answer goes to
standard output; everything else to standard error.  Exit status 0: answered; 1: the answer is that
the kernel refuses; 2: the input could not be used.
"""

from __future__ import annotations

from collections.abc import Sequence

#: What a shell gives a program that Ctrl-C ended.
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status.

    Everything else is loaded in here, so that Ctrl-C is as quiet while it loads as later.
    """
    try:
        from kfuncviz.cli.command import run

        return run(argv)
    except KeyboardInterrupt:
        return INTERRUPTED
