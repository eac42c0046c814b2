# SPDX-License-Identifier: BSD-3-Clause
"""
Reading: numbers, rows, and what is wrong with them
===================================================

What every dialect's reader writes to.  Numbers become rows with their places; at the end each map
is shown to the kernel's own parser, whose refusals are put where the row stood.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kfuncviz.dialects.options import Options
from kfuncviz.dialects.parsed import KINDS, Granted, Map, Outside, Parsed, Place, Row, Sort
from kfuncviz.dialects.pieces import Piece
from kfuncviz.model.errors import IdMapError
from kfuncviz.model.idmap import Extent, map_text, parse
from kfuncviz.model.uidgid import INVALID, IdKind
from kfuncviz.printable import short
from kfuncviz.scenario.problems import Problem, ScenarioError
from kfuncviz.scenario.reading.document import parse_text

#: The most rows, and the most problems or remarks of one text.
ROWS_MAX, SAID_MAX = 1000, 100


@dataclass
class Building:
    """A map that is being read."""

    sort: Sort
    of: str
    outside: Outside = "host"
    kinds: tuple[IdKind, ...] = KINDS
    kernel: bool = True
    rows: list[Row] = field(default_factory=list)


class Reader:
    """The text of one dialect and what has been read of it.

    >>> reader = Reader("it", "0:5:1", Options())
    >>> reader.triple(reader.map("mount", "the mount"), KINDS, reader.whole, ("DISK", "MOUNT"))
    >>> [row.extent for row in reader.parsed().maps[0].rows]
    [Extent(first=0, lower_first=5, count=1), Extent(first=0, lower_first=5, count=1)]
    """

    def __init__(self, dialect: str, text: str, options: Options) -> None:
        self.dialect = dialect
        self.options = options
        self.whole = Piece.of(text)
        self._breaks = [match.start() for match in re.finditer("\n", text)]
        self._maps: list[Building] = []
        self.ranges: list[Granted] = []
        self.intermediate: list[Row] = []
        self.settings: list[str] = []
        self.remarks: list[str] = []
        self.problems: list[Problem] = []

    def place(self, piece: Piece) -> Place:
        """Where a piece stands in the text, or in its document."""
        if piece.path:
            return Place(path=piece.path)
        line = bisect_right(self._breaks, piece.at[0] - 1)
        start = self._breaks[line - 1] + 1 if line else 0
        return Place(line + 1, piece.at[0] - start + 1, len(piece.text))

    def problem(self, where: Piece | Place | None, text: str, errno: str | None = None) -> None:
        """Something that is wrong, and where."""
        place = "" if where is None else str(self._placed(where))
        if len(self.problems) < SAID_MAX:
            self.problems.append(Problem(place, text, errno))

    def _placed(self, where: Piece | Place) -> Place:
        return self.place(where) if isinstance(where, Piece) else where

    def remark(self, text: str, where: Piece | Place | None = None) -> None:
        """Something that stands out, and where."""
        said = text if where is None else f"{self._placed(where)}: {text}"
        if len(self.remarks) < SAID_MAX and said not in self.remarks:
            self.remarks.append(said)

    def setting(self, text: str) -> None:
        """Something that was understood and is no row."""
        if len(self.settings) < SAID_MAX and text not in self.settings:
            self.settings.append(text)

    def map(
        self,
        sort: Sort,
        of: str,
        outside: Outside = "host",
        kinds: tuple[IdKind, ...] = KINDS,
        *,
        kernel: bool = True,
    ) -> Building:
        """The map of this name, to which rows are added."""
        for building in self._maps:
            if (building.sort, building.of) == (sort, of):
                return building
        self._maps.append(Building(sort, of, outside, kinds, kernel))
        return self._maps[-1]

    def number(self, piece: Piece, name: str) -> int | None:
        """The number that a piece is, or a problem."""
        plain = re.fullmatch("[0-9]{1,10}", piece.text)
        return self.value(int(piece.text) if plain else piece.text, name, piece)

    def value(self, value: object, name: str, where: Piece | Place) -> int | None:
        """The number that a value of a document is, or a problem."""
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= INVALID:
            return value
        shown = short(value if isinstance(value, str) else str(value), 40)
        self.problem(where, f"{name} is {shown!r}, not a whole number from 0 to {INVALID}")
        return None

    def triple(
        self,
        building: Building,
        kinds: Iterable[IdKind],
        piece: Piece,
        names: tuple[str, str],
        *,
        separator: str = ":",
        swapped: bool = False,
        count: int | None = None,
    ) -> None:
        """Read ``A:B:COUNT`` and add its row; ``swapped``: what stands first is col 2."""
        pieces = piece.split(re.escape(separator) if separator.strip() else r"\s+")
        if len(pieces) != 3 and not (len(pieces) == 2 and count is not None):
            form = separator.join((*names, "COUNT" if count is None else "COUNT (COUNT may lack)"))
            self.problem(piece, f"{short(piece.text)!r} is not {form}{_meant(piece, separator)}")
            return
        numbers = [
            self.number(each, name) for each, name in zip(pieces, (*names, "COUNT"), strict=False)
        ]
        if None in numbers:
            return
        where = [*map(self.place, pieces), None][:3]
        first, second, length = [*numbers, count][:3]
        if swapped:
            first, second = second, first
            where[:2] = where[1::-1]
        self.add(building, kinds, (first, second, length), where)

    def add(
        self,
        building: Building,
        kinds: Iterable[IdKind],
        row: Sequence[Any],
        where: Sequence[Place | None] = (None, None, None),
    ) -> None:
        """Add a row for each kind; one row too many is a problem."""
        if len(building.rows) >= ROWS_MAX:
            self.problem(where[0], f"more than {ROWS_MAX} rows")
            return
        building.rows += [Row(kind, Extent(*row), tuple(where)) for kind in kinds]  # type: ignore[arg-type]

    def document(self) -> Any:
        """The text as a document of JSON or YAML; ``None`` and a problem where it is none."""
        try:
            return parse_text(self.whole.text)
        except ScenarioError as error:
            self.problems.extend(error.problems)
            return None

    def parsed(self) -> Parsed:
        """What was read, with what the kernel thinks of each map."""
        maps = [each for each in self._maps if each.rows]
        for building in maps:
            for kind in KINDS:
                self._asked(building, kind)
        return Parsed(
            self.dialect,
            tuple(Map(m.sort, m.of, tuple(m.rows), m.outside, m.kinds, m.kernel) for m in maps),
            tuple(self.ranges),
            tuple(self.intermediate),
            tuple(self.settings),
            tuple(self.remarks),
            tuple(self.problems),
        )

    def _asked(self, building: Building, kind: IdKind) -> None:
        rows = [row for row in building.rows if row.kind == kind]
        try:
            parse(map_text([row.extent for row in rows]) if rows else b"0 0 1")
        except IdMapError as error:
            row = rows[error.line - 1] if error.line else None
            where = next((place for place in row.where if place), None) if row else None
            reason = error.reason.replace(" line ", " row ")
            self.problem(where, f"{kind} map of {building.of}: {reason}", error.name)


def _meant(piece: Piece, separator: str) -> str:
    """The same three numbers with the separator of this dialect, if others stand between them."""
    match = re.fullmatch(r"(\d+)[-:,\s]+(\d+)[-:,\s]+(\d+)", piece.text, re.ASCII)
    return f"; want {separator.join(match.groups())}" if match else ""


def at(document: Any, path: str) -> Any:
    """The value at a path of keys and dots, ``None`` where the document has none there.

    >>> at({"linux": {"uidMappings": []}}, "linux.uidMappings")
    []
    """
    for key in path.split("."):
        document = document.get(key) if isinstance(document, Mapping) else None
    return document


def items(reader: Reader, value: Any, path: str) -> Iterable[tuple[str, Any]]:
    """The entries of a list with their paths; a problem where it is no list."""
    if value is None:
        return ()
    if not isinstance(value, list):
        reader.problem(Place(path=path), "is no list")
        return ()
    return [(f"{path}[{n}]", each) for n, each in enumerate(value[:ROWS_MAX])]
