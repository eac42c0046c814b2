# SPDX-License-Identifier: BSD-3-Clause
"""
Options of the command
======================

Numbers within bounds, and complaints about options that are safe to print.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from typing import Any, NoReturn

from kfuncviz.printable import printable, short


class Parser(argparse.ArgumentParser):
    """A parser whose messages are one plain line, whatever was typed."""

    def print_help(self, file: Any = None) -> None:
        """Print the help; unlike argparse, fail where it cannot be written."""
        print(self.format_help(), end="", file=file)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and stop with status 2."""
        super().error(printable(message, 400))


def number(low: int, high: int) -> Callable[[str], int]:
    """The type of an option that takes a whole number from ``low`` to ``high``.

    >>> number(0, 9)("12")
    Traceback (most recent call last):
        ...
    argparse.ArgumentTypeError: '12' is not a whole number from 0 to 9
    """

    def convert(text: str) -> int:
        if re.fullmatch(r"-?[0-9]{1,20}", text) and low <= int(text) <= high:
            return int(text)
        raise argparse.ArgumentTypeError(
            f"{short(text, 40)!r} is not a whole number from {low} to {high}"
        )

    return convert
