# SPDX-License-Identifier: BSD-3-Clause
"""
What the command reads
======================

A file or standard input, never more of it than is of use.  Whatever cannot be read is an
:class:`Unreadable`; an error while *writing* the answer is none.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from kfuncviz.cli.output import named
from kfuncviz.scenario.reading.lines import documents

_ONE_A_LINE = (".jsonl", ".ndjson")


class Unreadable(Exception):
    """An input that cannot be read: its name and the reason."""

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        self.reason = reason


def read(name: str, most: int) -> bytes:
    """All of a file, or of standard input for ``-``; it may have ``most`` bytes."""
    try:
        with _opened(name) as stream:
            data = stream.read(most + 1)
    except (OSError, ValueError) as error:
        raise _unreadable(name, error) from None
    if len(data) > most:
        raise Unreadable(named(name), f"more than {most} bytes")
    return data


def documents_of(name: str) -> Iterator[tuple[int | None, bytes]]:
    """The documents of a file, see :func:`kfuncviz.scenario.reading.lines.documents`."""
    try:
        with _opened(name) as stream:
            yield from documents(stream, lines=name.endswith(_ONE_A_LINE))
    except (OSError, ValueError) as error:
        raise _unreadable(name, error) from None


@contextmanager
def _opened(name: str) -> Iterator[IO[bytes]]:
    if not name:
        raise OSError(0, "a file has a name; - is standard input")
    if name != "-":
        with Path(name).open("rb") as file:
            yield file
    elif sys.stdin is None:
        raise OSError(0, "standard input is closed")
    else:
        yield sys.stdin.buffer


def _unreadable(name: str, error: Exception) -> Unreadable:
    return Unreadable(named(name), getattr(error, "strerror", None) or str(error))
