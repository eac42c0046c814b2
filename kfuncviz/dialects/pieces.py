# SPDX-License-Identifier: BSD-3-Clause
"""
Text that knows where it stood
==============================

A piece of a text can be cut, split and freed of its quotes, and still tells for each of its
characters where in the whole text it was.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import NamedTuple

# What parts two words of a shell, quoted or escaped or neither.
_WORD = re.compile(r"""(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+""", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)|[^\\]+", re.DOTALL)
_QUOTED = re.compile(r"""\\(.)|"((?:[^"\\]|\\.)*)"|'([^']*)'""", re.DOTALL)


class Piece(NamedTuple):
    """A text, and where each of its characters and its end were in the whole.

    ``path`` is where a value of a document stood, of which no more is known.
    """

    text: str
    at: Sequence[int]
    path: str = ""

    @classmethod
    def of(cls, text: str, path: str = "") -> Piece:
        """The whole text, or the whole value at a path of a document.

        >>> Piece.of("a b").split(" ")[1].at[0]
        2
        """
        return cls(text, range(len(text) + 1), path)

    def cut(self, start: int, end: int) -> Piece:
        """The characters from ``start`` up to, not including, ``end``, as far as there are any."""
        start = min(start, len(self.text))
        return Piece(self.text[start:end], self.at[start : end + 1], self.path)

    def found(self, pattern: str | re.Pattern[str]) -> Iterator[dict[str, Piece]]:
        """The named groups of every match that took part, a dictionary a match."""
        for match in re.finditer(pattern, self.text):
            yield self._groups(match)

    def match(self, pattern: str | re.Pattern[str]) -> dict[str, Piece] | None:
        """The named groups that took part, if the pattern matches all of the text."""
        match = re.fullmatch(pattern, self.text)
        return None if match is None else self._groups(match)

    def _groups(self, match: re.Match[str]) -> dict[str, Piece]:
        return {
            name: self.cut(*match.span(name))
            for name, text in match.groupdict().items()
            if text is not None
        }

    def split(self, pattern: str) -> list[Piece]:
        """The pieces between the matches of a pattern."""
        found, start = [], 0
        for match in re.finditer(pattern, self.text):
            found.append(self.cut(start, match.start()))
            start = match.end()
        return [*found, self.cut(start, len(self.text))]

    def lines(self, end: str = r"\n") -> list[Piece]:
        """The lines that hold something, without the blanks around it; ``end`` is a pattern."""
        return [line for line in map(Piece.strip, self.split(end)) if line.text]

    def strip(self, chars: str | None = None) -> Piece:
        """Without blanks, or the given characters, at both ends."""
        start = len(self.text) - len(self.text.lstrip(chars))
        return self.cut(start, max(start, len(self.text.rstrip(chars))))

    def words(self) -> list[Piece]:
        r"""The words that a shell would make of it, without their quotes.

        >>> [word.text for word in Piece.of("mount -o 'a b' c\\ d").words()]
        ['mount', '-o', 'a b', 'c d']
        """
        found = [self.cut(*match.span()) for match in _WORD.finditer(self.text)]
        return [word for word in map(_unquoted, found) if word.text]


def _unquoted(word: Piece) -> Piece:
    """Without quotes and backslashes; one at the end of a line takes the line's end along."""
    text, at, start = "", list(word.at[:0]), 0
    for match in _QUOTED.finditer(word.text):
        group = match.lastindex or 0
        inner = word.cut(*match.span(group))
        kept = [inner]
        if group == 2:
            kept = [inner.cut(*found.span(found.lastindex or 0))
                    for found in _ESCAPED.finditer(inner.text)]  # fmt: skip
        for piece in (word.cut(start, match.start()), *kept):
            if (piece.text, group) != ("\n", 1):
                text += piece.text
                at += piece.at[: len(piece.text)]
        start = match.end()
    rest = word.cut(start, len(word.text))
    return Piece(text + rest.text, [*at, *rest.at])


def flags(words: Iterable[Piece], names: Container[str]) -> Iterator[tuple[str, Piece]]:
    """The options among words that have one of the names, each with its value.

    ``--name=value`` and ``--name value`` are the same; an option at the end has an empty value.

    >>> words = Piece.of("x --a=1 -b 2").words()
    >>> [(name, value.text) for name, value in flags(words, ["--a", "-b"])]
    [('--a', '1'), ('-b', '2')]
    """
    rest = iter(words)
    for word in rest:
        name, equals, _ = word.text.partition("=")
        if name in names:
            end = len(word.text)
            value = word.cut(len(name) + 1, end) if equals else next(rest, word.cut(end, end))
            yield name, value
