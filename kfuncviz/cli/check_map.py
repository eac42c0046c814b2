# SPDX-License-Identifier: BSD-3-Clause
"""
kfuncviz check-map
==================

What writing a text to a map file would do: the rows, or the errno and the rule broken.  What the
kernel takes and nobody may have meant is remarked.
"""

from __future__ import annotations

import argparse
from typing import Any

from kfuncviz.cli.arguments import number
from kfuncviz.cli.input import read
from kfuncviz.cli.output import REFUSED, UNUSABLE, complain
from kfuncviz.dialects.remarks import kernels_syntax, remarks, wrapped
from kfuncviz.dialects.subid import read_subids
from kfuncviz.dialects.words import ids, span
from kfuncviz.model.errors import IdMapError, KernelError
from kfuncviz.model.idmap import Extent, IdMap, parse
from kfuncviz.model.uidgid import LAST_ID
from kfuncviz.model.write_map import write_map
from kfuncviz.printable import printable, short

_MAPS, _RANGES = ("uid_map", "gid_map", "projid_map"), ("subuid", "subgid")
_READ_MAX = 1 << 20
_ROWS_SHOWN = 8


def add_to(commands: Any) -> None:
    """Add the sub-command to the command line."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "check-map",
        help="what the kernel makes of a map",
        description="Say what writing this text to a map file of a new user namespace would do.",
        epilog="Exit status: 0 accepted, 1 refused, 2 the input could not be read.",
    )
    parser.add_argument("--as", dest="kind", choices=(*_MAPS, *_RANGES), required=True,
                        help="which file the text is for")  # fmt: skip
    parser.add_argument("file", nargs="?", metavar="FILE",
                        help="where the text is, - (the default) for standard input")  # fmt: skip
    parser.add_argument("--text", help="the text itself, instead of a file")
    parser.add_argument("--parent", metavar="ROWS",
                        help='map of the parent namespace, e.g. "0 1000 1,1 100000 65536"; '
                        "by default the initial one")  # fmt: skip
    parser.add_argument("--self", dest="own", type=own_ids, metavar="UID[:GID]",
                        help="written by an unprivileged process of the namespace itself, "
                        "started by this uid and gid of the parent (one number serves both); by "
                        "default root of the parent writes")  # fmt: skip
    parser.add_argument("--deny-setgroups", action="store_true",
                        help="'deny' was written to setgroups before")  # fmt: skip
    parser.set_defaults(run=run)


def own_ids(text: str) -> tuple[int, int]:
    """The uid and gid of ``--self``; one number serves both."""
    uid, colon, gid = text.partition(":")
    convert = number(0, LAST_ID)
    return convert(uid), convert(gid if colon else uid)


def run(arguments: argparse.Namespace) -> int:
    """Check one text; 0 accepted, 1 refused, 2 unreadable."""
    fault = _contradiction(arguments)
    if fault:
        complain(fault)
        return UNUSABLE
    if arguments.text is not None:
        data = arguments.text.encode("utf-8", "surrogateescape")
    else:
        data = read("-" if arguments.file is None else arguments.file, _READ_MAX)
    if arguments.kind in _RANGES:
        return _check_subid(data)
    return _check_map(arguments, data)


def _contradiction(arguments: argparse.Namespace) -> str | None:
    if arguments.text is not None and arguments.file is not None:
        return "either --text or a FILE, not both"
    about_a_map = arguments.parent is not None or arguments.own is not None
    if arguments.kind in _RANGES and (about_a_map or arguments.deny_setgroups):
        return f"--parent, --self and --deny-setgroups mean nothing for {arguments.kind}"
    return None


def _check_map(arguments: argparse.Namespace, data: bytes) -> int:
    try:
        parent = None if arguments.parent is None else IdMap(arguments.parent.replace(",", "\n"))
    except IdMapError as error:
        complain(str(error), "--parent")
        return UNUSABLE
    try:
        ns = write_map(
            data, arguments.kind, parent=parent, own=arguments.own,
            deny_setgroups=arguments.deny_setgroups,
        )  # fmt: skip
        rows = IdMap(data)
    except KernelError as error:
        print(printable(f"refused: {error}"))
        text = data.decode("ascii", "replace")
        wanted = kernels_syntax(text, arguments.kind[0])
        if wanted and wanted != [" ".join(line.split()) for line in text.strip().splitlines()]:
            shown = ", ".join(f'"{short(row)}"' for row in wanted[:_ROWS_SHOWN])
            more = ", ..." if len(wanted) > _ROWS_SHOWN else ""
            print(f"remark: as the kernel wants it, a line each: {shown}{more}")
        if arguments.kind == "gid_map" and arguments.own and len(set(arguments.own)) == 1:
            uid = arguments.own[0]
            print(f"remark: written by gid {uid}; another gid is told as --self {uid}:GID")
        for remark in wrapped(data):
            print(f"remark: {remark}")
        return REFUSED
    print(f"accepted: {len(rows)} row{'s' if len(rows) != 1 else ''}")
    for row, flat in zip(rows, getattr(ns, arguments.kind), strict=True):
        inside, outside = span(row.first, row.count), span(row.lower_first, row.count)
        print(f"  inside {inside} = outside {outside} ({ids(row.count)}){_kernel(row, flat)}")
    for remark in (*wrapped(data), *remarks(parse(data))):
        print(f"remark: {remark}")
    return 0


def _check_subid(data: bytes) -> int:
    found = read_subids(data)
    for entry in found.ranges:
        print(f"{entry.owner}: {span(entry.start, entry.count)} ({ids(entry.count)})")
    if not found.ranges and not found.problems:
        print("no ranges: nobody is given any ids to hand out")
    for problem in found.problems:
        print(printable(f"refused: {problem}"))
    for remark in found.remarks:
        print(printable(f"remark: {remark}"))
    return REFUSED if found.problems else 0


def _kernel(row: Extent, flat: Extent) -> str:
    if row.lower_first == flat.lower_first:
        return ""
    return f" = kernel {span(flat.lower_first, flat.count)}"
