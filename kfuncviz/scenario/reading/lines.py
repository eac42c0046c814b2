# SPDX-License-Identifier: BSD-3-Clause
"""
One scenario or many
====================

A file holds one document, or one JSON object a line.  Lines are read one by one: a stream of any
length takes no more memory than its longest line, and a broken line does not hide the others.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import IO

from kfuncviz.scenario.problems import unusable
from kfuncviz.scenario.reading.document import JSON_MAX

_BOM = b"\xef\xbb\xbf"
#: So much of a line that is too long is skipped to find the next one; a line may have no end.
SKIPPED_MAX = 64 << 20


def documents(stream: IO[bytes], *, lines: bool = False) -> Iterator[tuple[int | None, bytes]]:
    r"""Split an input into documents.

    It is one a line with ``lines``, or where the first line is a JSON object of its own, or the
    last of several.  Yields the line number (``None`` for a whole document) and the bytes; of too
    large a document only so many that it is seen to be too large.  Raises
    :class:`~kfuncviz.scenario.problems.ScenarioError` at a line without an end.

    >>> [number for number, _ in documents(io.BytesIO(b'{"ops": []}\n\n{"ops": []}'))]
    [1, 3]
    """
    if lines:
        yield from _each_line(stream)
        return
    head, line = io.BytesIO(), stream.readline(JSON_MAX + 1)
    while line and not line.strip() and head.tell() <= JSON_MAX:
        head.write(line)
        line = stream.readline(JSON_MAX + 1)
    head.write(line)
    if _is_object(line):
        yield from _each_line(stream, head.getvalue())
        return
    whole = head.getvalue() + stream.read(max(0, JSON_MAX + 1 - head.tell()))
    if _ends_in_an_object(whole):
        yield from _each_line(io.BytesIO(whole))
    else:
        yield None, whole


def _each_line(stream: IO[bytes], head: bytes = b"") -> Iterator[tuple[int, bytes]]:
    number = 0
    for source in (io.BytesIO(head), stream):
        while line := source.readline(JSON_MAX + 1):
            number += 1
            if line.strip():
                yield number, line
            if len(line) > JSON_MAX and not line.endswith(b"\n"):
                _skip_line(source, number)


def _skip_line(stream: IO[bytes], number: int) -> None:
    skipped = 0
    while (chunk := stream.readline(JSON_MAX)) and not chunk.endswith(b"\n"):
        skipped += len(chunk)
        if skipped > SKIPPED_MAX:
            what = f"more than {SKIPPED_MAX} bytes; what may follow it is not read"
            raise unusable(what, f"line {number}")


def _ends_in_an_object(whole: bytes) -> bool:
    """No valid document that begins with a brace can end in a line that is an object by itself."""
    start, newline, last = whole.strip().rpartition(b"\n")
    return newline != b"" and _begins(start) and len(whole) <= JSON_MAX and _is_object(last)


def _begins(line: bytes) -> bool:
    return line.removeprefix(_BOM).lstrip().startswith(b"{")


def _is_object(line: bytes) -> bool:
    if not _begins(line) or len(line) > JSON_MAX + 1:
        return False
    try:
        return isinstance(json.loads(line.decode("utf-8-sig")), dict)
    except (ValueError, RecursionError):
        return False
