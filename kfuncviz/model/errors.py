# SPDX-License-Identifier: BSD-3-Clause
"""
Refusals
========

The kernel refuses with an errno and nothing else.  :class:`KernelError` carries the errno (its
Linux number, on every platform) *and* the rule that was broken, in words.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from kfuncviz.printable import printable

if TYPE_CHECKING:
    from kfuncviz.model.trace import Step

#: Linux errno numbers (asm-generic), for the refusals the model knows.
ERRNO = {
    "EPERM": 1, "ENOENT": 2, "ENXIO": 6, "E2BIG": 7, "ENOEXEC": 8, "EBADF": 9, "EACCES": 13,
    "EBUSY": 16, "EEXIST": 17, "EXDEV": 18, "ENODEV": 19, "ENOTDIR": 20, "EISDIR": 21, "EINVAL": 22,
    "ETXTBSY": 26, "ENOSPC": 28, "ESPIPE": 29, "EROFS": 30, "ERANGE": 34, "ENAMETOOLONG": 36,
    "ENOSYS": 38, "ENOTEMPTY": 39, "ELOOP": 40, "ENODATA": 61, "EOVERFLOW": 75, "EOPNOTSUPP": 95,
    "ESTALE": 116,
}  # fmt: skip


#: The most characters of a rule: names in it may have 255 bytes, paths 4095.
_RULE_MAX = 400


#: A row of a map as it is written: col 1, col 2, count.
Row = tuple[int, int, int]


class MapSeen(NamedTuple):
    """The map that was looked into: whose it is, its name, which of the two, and its rows.

    ``of`` is ``"mount"``, ``"caller"`` (the caller's user namespace), ``"filesystem"`` (the one it
    was mounted in) or ``"parent"``.  Rows are as they were written: of a mount disk and mount
    ids, of a namespace its own and its parent's.
    """

    of: str
    name: str
    kind: str
    rows: tuple[Row, ...]


class NoRow(NamedTuple):
    """The other id of an inode or a caller, without a row too: its map, and the row it lacks."""

    id: int
    kind: str
    map: MapSeen
    missing_row: Row | None


class KernelError(OSError):
    """What a system call returns when it refuses: an errno and the rule that was broken.

    Attributes
    ----------
    name, errno:
        The errno by its name and by Linux's number.
    rule:
        The rule that was broken, on one line that is safe for a terminal.
    decided_in:
        The step of the trace whose own check refused; ``None`` where nothing was recorded, and in
        a copy (or after pickling): a trace holds the whole machine, an error travels alone.
    path:
        What it is about, from the root of the filesystem (which is ``"."``).
    id, kind:
        The id that has no row, or that was asked for, and whether it is a ``"uid"`` or a ``"gid"``.
    map, missing_row:
        The map without a row for it, and a row that would change that; ``None`` where none can.
    also:
        The other id that lacks one, of owner and group; ``None`` where one alone does.
    cap, cap_why:
        The capability that would have allowed it, and why it did not count: ``"not held"``, ``"not
        over the initial namespace"`` (or another by its name), or which of the inode's ids lacks a
        row and where: ``"owner and group have no row in the mount"``.

    >>> e = KernelError("EOVERFLOW", "the caller's fsuid has no row in the mount's map")
    >>> e.errno, e.name, e.rule
    (75, 'EOVERFLOW', "the caller's fsuid has no row in the mount's map")
    """

    def __init__(
        self,
        name: str,
        rule: str,
        *,
        path: str | None = None,
        id: int | None = None,
        kind: str | None = None,
        map: MapSeen | None = None,
        missing_row: Row | None = None,
        also: NoRow | None = None,
        cap: str | None = None,
        cap_why: str | None = None,
    ) -> None:
        self.rule = printable(rule, _RULE_MAX)
        super().__init__(ERRNO[name], self.rule)
        self.name = name
        self.path = path
        self.id = id
        self.kind = kind
        self.map = map
        self.missing_row = missing_row
        self.also = also
        self.cap = cap
        self.cap_why = cap_why
        self.decided_in: Step | None = None

    def explain(self, reason: dict[str, Any]) -> None:
        """Fill in what is known where the refusal passes by, and was not where it was raised."""
        for key, value in reason.items():
            if getattr(self, key) is None:
                setattr(self, key, value)

    def __str__(self) -> str:
        return f"{self.name}: {self.rule}"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.name, self.rule), self._data()

    def _data(self) -> dict[str, Any]:
        """What a copy takes along, besides name and rule."""
        return {key: value for key, value in vars(self).items() if key != "decided_in"}


class IdMapError(KernelError):
    """A map the kernel would not take: ``errno`` is what write(2) would return.

    ``line`` is the line of the map that is to blame, from 1, ``None`` where it is all of it;
    ``reason`` is the rule without it.

    >>> e = IdMapError("EINVAL", "a count of 0 maps nothing", line=2)
    >>> e.rule, e.line, e.reason
    ('line 2: a count of 0 maps nothing', 2, 'a count of 0 maps nothing')
    """

    def __init__(self, name: str, reason: str, line: int | None = None, **data: Any) -> None:
        super().__init__(name, reason if line is None else f"line {line}: {reason}", **data)
        self.reason = reason
        self.line = line

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.name, self.reason, self.line), self._data()


def errno(do: Callable[..., Any], *args: Any, **more: Any) -> str | None:
    """The errno that a call of the model ends with, by its name; ``None`` where it is done.

    ``args`` and ``more`` are handed to the call.  What it raises besides is raised.

    >>> from kfuncviz.model.write_map import write_map
    >>> errno(write_map, "0 1000 1", own=(1000, 1000)), errno(write_map, "0 1000 0")
    (None, 'EINVAL')
    """
    try:
        do(*args, **more)
    except KernelError as error:
        return error.name
    return None
