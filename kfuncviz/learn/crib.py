# SPDX-License-Identifier: BSD-3-Clause
"""
Crib: one page to print
=======================

Rows, directions and errnos on one side of A4.  Every number and errno is asked of the model when
the page is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from kfuncviz.model.idmap import IdMap
from kfuncviz.render.kit.frame import document
from kfuncviz.render.kit.markup import label, tag
from kfuncviz.render.kit.tokens import colours
from kfuncviz.scenario.load import load
from kfuncviz.scenario.machine import replay

_WIDTH, _HEIGHT, _MARGIN = 794, 1123, 44
_INK = colours("light")
_LINE = 20.5
_ROW, _SWAPPED = "0 100000 65536", "1000 0 1"


class Table(NamedTuple):
    """One table: its title, where its columns begin (pixels), its rows, the head first."""

    title: str
    columns: Sequence[int]
    rows: Sequence[Sequence[str]]
    note: str = ""


def crib() -> str:
    """The page as an SVG document, 794 by 1123 pixels (A4), for black and white too.

    >>> "EOVERFLOW" in crib()
    True
    """
    drawn = [_text(0, 66, "Who owns this file?", 28, bold=True)]
    y = 66.0
    for table in tables():
        y += 37
        drawn.append(_text(0, y, table.title, 17, bold=True))
        for nth, row in enumerate(table.rows):
            y += _LINE if nth else _LINE + 3
            drawn += _cells(table.columns, row, y, head=nth == 0)
            if nth == 0:
                drawn.append(_rule(y + 6))
                y += 4
        if table.note:
            y += _LINE
            drawn.append(_text(0, y, table.note, 13.5, fill=_INK["muted"]))
    said = "; ".join(" | ".join(row) for table in tables() for row in table.rows)
    return document(
        "crib", (_WIDTH, _HEIGHT), "".join(drawn),
        title="Crib: rows, directions and errnos", desc=said, theme="light", standalone=True,
    )  # fmt: skip


def tables() -> list[Table]:
    """What stands on the page, from top to bottom."""
    return [
        Table("One row ties two runs of ids", (0, 240, 480), _one_row(),
              "count says how many ids: the last is first + count - 1"),
        Table("Which column is whose, and which way", (0, 170, 290, 425, 570), _directions(),
              "the kernel's own numbers are the host's: they stand in col 2, outside and mount"),
        Table("A number without a row", (0, 210, 360, 500), _without(),
              "no row, no number, for 0 too. * a mount without a map passes every number"),
        Table("What 65534 may mean", (0, 170), _nobody(),
              "an access list shows 4294967295 instead, which cannot be written back (EINVAL)"),
        Table("A file whose owner or group has no number through the mount", (0, 480), _unowned(),
              "a capability counts over a file only where both have one; for chmod the owner does"),
        Table("mount_setattr gives a map: the first no decides", (0, 590), _MOUNTING),
    ]  # fmt: skip


def _cells(
    columns: Sequence[int], row: Sequence[str], y: float, *, head: bool = False
) -> list[str]:
    ends = [*columns[1:], _WIDTH - 2 * _MARGIN]
    fill = _INK["muted" if head else "ink"]
    return [
        _text(x, y, text, 13.5 if head else 14.5, box=end - x - 8, fill=fill)
        for x, end, text in zip(columns, ends, row, strict=True)
        if text
    ]


def _text(
    x: float, y: float, text: str, size: float, *, box: float = _WIDTH - 2 * _MARGIN,
    bold: bool = False, fill: str = _INK["ink"],
) -> str:  # fmt: skip
    return label(_MARGIN + x, y, text, box, size, fill, bold=bold)


def _rule(y: float) -> str:
    return tag("line", x1=_MARGIN, y1=y, x2=_WIDTH - _MARGIN, y2=y, stroke=_INK["line"])


def _one_row() -> list[Sequence[str]]:
    row = IdMap(_ROW)
    last = row.rows[0][0] + row.rows[0][2] - 1
    pairs = [(id, row.down(id)) for id in (0, 1000, last, last + 1)]
    return [
        (f"the row {_ROW}", "col 1", "col 2"),
        *(("", str(id), "no number" if other is None else str(other)) for id, other in pairs),
    ]


def _directions() -> list[Sequence[str]]:
    shown, stored = IdMap(_SWAPPED).down(1000), IdMap(_SWAPPED).up(0)
    return [
        ("where the row stands", "col 1, col 2", "to look", "to create", "to chown"),
        (
            "/proc/PID/uid_map",
            "inside, outside",
            "col 2 to col 1",
            "is not asked",
            "col 1 to col 2",
        ),
        ("on a mount", "disk, mount", "col 1 to col 2", "col 2 to col 1", "col 2 to col 1"),
        (f"with {_SWAPPED}", "", f"1000 becomes {shown}", *[f"0 becomes {stored}"] * 2),
    ]


def _said(scenario: Mapping[str, Any], op: Mapping[str, Any]) -> str:
    """The errno of one call, or the owner it shows."""
    answer = replay(load({**scenario, "ops": [op]}))["ops"][0]
    return str(answer["err"] or answer["seen"]["uid"])


def _case(mounted: str, inside: str, fs: str = "") -> dict[str, Any]:
    """A directory of 0 (or of the filesystem's own 0), a mount and somebody in a container."""
    first = IdMap(fs).down(0) if fs else 0
    userns = {name: {"uid_map": IdMap(rows).rows} for name, rows in
              (("mounted", mounted), ("inside", inside), ("disk", fs)) if rows}  # fmt: skip
    return {
        "userns": userns,
        "fs": {"userns": "disk"} if fs else {},
        "setup": [{"type": "dir", "path": "box", "kuid": first, "kgid": first, "mode": "0777"}],
        "mounts": {"way": {"userns": "mounted"} if mounted else {}},
        "callers": {
            "somebody": {"kuid": 200000, "kgid": 200000, "userns": "inside", "caps": "all"}
        },
    }


def _without() -> list[Sequence[str]]:
    look, make = {"op": "stat", "path": "box"}, {"op": "create", "path": "box/new"}
    give = {"op": "chown", "path": "box", "uid": 5, "gid": 5}
    caller = _case("0 200000 2", "0 200000 2")
    mount = _case("1 200000 2", "0 200000 9")
    disk = _case("", "0 200000 9", "0 200000 2")
    mapped = _case("0 200000 9", "0 200000 9", "0 200000 2")
    return [
        ("missing from", "look", "create", "chown to it"),
        ("the caller's map", _said(_case("", "0 200000 2"), look), "is not asked",
         _said(caller, give)),
        ("the mount's map", _said(mount, look), _said(_case("0 300000 9", "0 200000 9"), make),
         _said(_case("0 200000 2", "0 200000 9"), give)),
        ("the filesystem's map", "cannot be stored",
         _said(_case("", "0 200000 9", "0 300000 2"), make),
         f"{_said(mapped, give)}, or {_ok(_said(disk, give))} *"),
    ]  # fmt: skip


def _ok(said: str) -> str:
    return "ok" if said.isdigit() else said


def _nobody() -> list[Sequence[str]]:
    return [
        ("which one", "why, and what it means"),
        ("no id", "the mount has no row: nobody owns it, no capability reaches it"),
        ("no name here", "only this caller's namespace has no row: others see the number"),
        ("really 65534", "somebody has this number"),
    ]


def _unowned() -> list[Sequence[str]]:
    lost = {
        "userns": {"rows": {"uid_map": [[1, 1, 1]]}},
        "setup": [
            {"type": "file", "path": "file", "mode": "0666"},
            {"type": "dir", "path": "box", "mode": "0777"},
        ],
        "mounts": {"way": {"userns": "rows"}},
        "callers": {"owner": {"kuid": 1, "kgid": 1}},
    }
    file = {"path": "file", "by": "root"}
    calls: list[tuple[str, dict[str, Any]]] = [
        ("open for writing, truncate", {"op": "open", **file, "flags": "w"}),
        ("create in such a directory", {"op": "create", "path": "box/new"}),
        ("chmod, chown of one id, link, unlink", {"op": "chmod", **file, "mode": "0600"}),
        ("setxattr, removexattr", {"op": "setxattr", **file, "name": "user.x"}),
    ]
    rows = [(name, _said(lost, call)) for name, call in calls]
    return [("what is asked, even by root of the host", "errno"), *rows]


_MOUNTING: Sequence[Sequence[str]] = (
    ("what is asked", "if not"),
    ("is it another user namespace than the host's?", "EPERM"),
    ("have you CAP_SYS_ADMIN in it? (since 6.0)", "EPERM"),
    ("is the path the root of a mount of yours, are both maps written (since 6.9)?", "EINVAL"),
    ("is it another namespace than the filesystem's own?", "EINVAL"),
    ("has the mount no map yet?", "EPERM"),
    ("can this type of filesystem be idmapped?", "EINVAL"),
    ("have you CAP_SYS_ADMIN where the filesystem was mounted?", "EPERM"),
    ("is the mount detached, and was it always?", "EINVAL"),
    ("is nobody writing through this mount?", "EBUSY"),
)
