# SPDX-License-Identifier: BSD-3-Clause
"""
Why a call was refused, as data
===============================

:func:`why` takes the step of a refused call that decided, and what its refusal carries: the path it
stood at, the id that had no row and the map that had none for it, the row that would change it, and
the capability that did not count.  Nothing is derived here but words.  Words are made
from this (``str``), never the other way round.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from kfuncviz.model.errors import KernelError, MapSeen, Row
from kfuncviz.model.fs import Inode
from kfuncviz.model.trace import UNMEASURED, Step, deciding
from kfuncviz.printable import short

_ROWS_SHOWN = 4


@dataclass(frozen=True)
class Lacking:
    """The other id without a row: its map, whose that is, and the row that would give it one."""

    id: int
    kind: str
    map: str
    place: str
    missing_row: Row | None

    @property
    def words(self) -> str:
        """The id and the map, in words."""
        return f"{self.kind} {self.id} has none in {self.map}"


@dataclass(frozen=True)
class Why:
    """What decided that a call was refused.

    Attributes
    ----------
    check, rule, errno:
        The kernel function whose own check refused, the rule it stands for, and the errno's name.
    path:
        Where it stood: a path of the mount, or a place in the scenario (``mounts.home``) for what
        could not be made.
    id, kind, map, place, rows:
        The number that had no row; ``uid`` or ``gid``; the namespace and file of the map
        (``pod.uid_map``); whether it serves the ``mount``, the ``caller`` or the ``filesystem``;
        and its rows, columns 1 and 2 and count.  ``None`` where no map decided.
    missing_row:
        A row that would let this id through, ``None`` where none can.
    also:
        The other id that lacks a row, where owner and group both do: one row alone does not help.
    cap, cap_why:
        The capability that would have helped and why it did not count: ``not held``, ``not over
        the initial namespace``, or whose number has no row (``owner has no row in the mount``).
    section, file:
        Where to read on: of ``data/semantics.md``, and the kernel's source.
    commit, measured:
        The commit the answer hangs on (else empty), and whether a kernel was asked.
    """

    check: str
    rule: str
    errno: str
    path: str | None
    id: int | None = None
    kind: str | None = None
    map: str | None = None
    place: str | None = None
    rows: tuple[Row, ...] | None = None
    missing_row: Row | None = None
    also: Lacking | None = None
    cap: str | None = None
    cap_why: str | None = None
    section: str = ""
    file: str = ""
    commit: str = ""
    measured: bool = True

    def as_dict(self) -> dict[str, Any]:
        """The same as an object for JSON."""
        return asdict(self)

    def __str__(self) -> str:
        where = f" at {short(self.path)}" if self.path else ""
        return f"{self.errno}{where}: {self.words}"

    @property
    def words(self) -> str:
        """The rule, the capability and the row that is missing, in one sentence."""
        parts = [self.rule]
        if self.cap:
            parts.append(self.cap_words)
        if self.map is not None and self.id is not None:
            parts.append(self._map_words())
        if not self.measured:
            parts.append(UNMEASURED.strip(" ()"))
        return "; ".join(parts)

    @property
    def cap_words(self) -> str:
        """Why the capability that was asked for did not count."""
        if self.cap_why == "not held":
            return f"the caller has no {self.cap}"
        return f"{self.cap} does not count: {self.cap_why}"

    def _map_words(self) -> str:
        if not self.rows:
            return f"{self.map} was never written: no {self.kind} has a row"
        rows = ", ".join(_row(row) for row in self.rows[:_ROWS_SHOWN])
        more = ", ..." if len(self.rows) > _ROWS_SHOWN else ""
        said = f"{self.kind} {self.id} has no row in {self.map} ({rows}{more})"
        if self.also is not None:
            said += f", and {self.also.words}"
            if self.missing_row and self.also.missing_row:
                here = f"{_row(self.missing_row)} in {self.map}"
                there = f"{_row(self.also.missing_row)} in {self.also.map}"
                said += f"; it takes both rows, {here} and {there}"
        elif self.missing_row is not None:
            said += f"; the row {_row(self.missing_row)} would give it one"
        return f"{said} (the {self.place}'s map)"


def _row(row: Row) -> str:
    return '"{} {} {}"'.format(*row)


def why(steps: Sequence[Step], path: str | None, roots: Iterable[Inode]) -> Why | None:
    """What decided that the recorded call was refused, ``None`` if nothing refused.

    Parameters
    ----------
    steps:
        The trace of the call.
    path:
        The path the call was about, for checks that stood nowhere else; ``None`` if it has none.
    roots:
        The roots of the mounts it went through.

    >>> from kfuncviz.scenario.replay import replay_traced
    >>> found = replay_traced({"setup": [{"type": "dir", "path": "d", "mode": "0700"}],
    ...     "callers": {"c": {"kuid": 5}}, "ops": [{"op": "stat", "path": "d/x"}]})[0].why
    >>> found.errno, found.path, found.cap, found.cap_why
    ('EACCES', 'd', 'CAP_DAC_OVERRIDE', 'not held')
    """
    step = deciding(steps)
    if step is None or step.error is None:
        return None
    error, map, also = step.error, step.error.map, step.error.also
    return Why(
        check=step.function,
        rule=error.rule,
        errno=error.name,
        path=path and _where(roots, path, error.path),
        id=error.id,
        kind=error.kind,
        map=map and _map(map),
        place=map and map.of,
        rows=map and map.rows,
        missing_row=error.missing_row,
        also=also and Lacking(also.id, also.kind, _map(also.map), also.map.of, also.missing_row),
        cap=error.cap,
        cap_why=error.cap_why,
        section=step.section,
        file=step.file,
        commit=step.commit,
        measured=step.measured,
    )


def _map(map: MapSeen) -> str:
    return f"{map.name}.{map.kind}_map"


def _where(roots: Iterable[Inode], path: str, stood: str | None) -> str:
    """Where a check stood, as the mount shows it: by the path that was given, if that is there."""
    if stood is None:
        return path
    for root in sorted(roots, key=lambda root: len(root.path), reverse=True):
        seen = below(root, stood)
        if seen is not None and (there := _find(root, seen)) is not None:
            return path if there is _find(root, path) else seen
    return path


def below(root: Inode, path: str) -> str | None:
    """A path of the filesystem as a mount of this root has it; ``None`` where it has not.

    >>> from kfuncviz.model.fs import SuperBlock
    >>> below(SuperBlock().s_root, "d/f")
    'd/f'
    """
    top = root.path
    if path == top:
        return "."
    if top == ".":
        return path
    return path.removeprefix(f"{top}/") if path.startswith(f"{top}/") else None


def _find(root: Inode, path: str) -> Inode | None:
    """What has this name, without following symlinks; ``None`` if nothing does."""
    at: Inode | None = root
    for name in path.split("/"):
        if name not in ("", "."):
            at = at.entries.get(name) if at else None
    return at


def of_error(error: KernelError, check: str, path: str) -> Why:
    """Why something of a scenario could not be made, where no trace was kept."""
    step = error.decided_in
    return Why(
        check=step.function if step else check,
        rule=getattr(error, "reason", error.rule),
        errno=error.name,
        path=path,
        section=step.section if step else "",
        file=step.file if step else "",
        commit=step.commit if step else "",
        measured=step.measured if step else True,
    )
