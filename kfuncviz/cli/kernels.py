# SPDX-License-Identifier: BSD-3-Clause
"""
kfuncviz kernels and kfuncviz filesystems
=========================================

Which kernels a scenario may be asked of and what differs between them; which types of filesystem
can be idmapped since when.  Both say what was measured and what follows the source.
"""

from __future__ import annotations

import argparse
from typing import Any

from kfuncviz.cli.output import REFUSED, UNUSABLE, complain
from kfuncviz.model.errors import KernelError
from kfuncviz.model.filesystems import FILESYSTEMS, SERVED, Filesystem, filesystem
from kfuncviz.model.releases import (
    CHANGES,
    NEWEST,
    RECORDED,
    STABLE,
    Change,
    Version,
    beyond,
    release,
)
from kfuncviz.nearest import nearest


def add_to(commands: Any) -> None:
    """Add both sub-commands to the command line."""
    kernels: argparse.ArgumentParser = commands.add_parser(
        "kernels",
        help="the kernels a scenario can be asked of",
        description="List every release with its newest stable version known, which versions were "
        "asked, and what differs between releases.",
        epilog="settings.kernel of a scenario takes a release (6.12: its newest stable version) or "
        "a version (6.12.43).",
    )
    kernels.add_argument("kernel", nargs="?", metavar="VERSION", help="one kernel, e.g. 6.1")
    kernels.set_defaults(run=run_kernels)
    types: argparse.ArgumentParser = commands.add_parser(
        "filesystems",
        help="which filesystems can be idmapped",
        description="List the types of filesystem, since when their mounts can be idmapped, and of "
        "which more than that is modelled.",
        epilog="Exit status: 0 answered, 1 mounts of this TYPE cannot be idmapped by this kernel, "
        "2 nothing is known of the type or the kernel.",
    )
    types.add_argument("type", nargs="?", metavar="TYPE", help="one type, e.g. ext4")
    types.add_argument("--kernel", metavar="VERSION", help=f"by default {NEWEST}")
    types.set_defaults(run=run_filesystems)


def run_kernels(arguments: argparse.Namespace) -> int:
    """Print the releases and the changes between them, or what holds in one kernel."""
    if arguments.kernel is not None:
        return _one_kernel(arguments.kernel)
    print("release  newest known  asked")
    for branch, patch in STABLE.items():
        asked = ", ".join(str(kernel) for kernel in RECORDED if kernel[:2] == branch)
        newest = str(Version(*branch, patch))
        print(f"{_dotted(branch):8} {newest:13} {asked or '- (follows the source)'}")
    print(f"\nA scenario that names no kernel is asked of {NEWEST}.\n\nWhat differs:")
    for change in sorted(CHANGES.values(), key=lambda change: change.since):
        print(f"{_dotted(change.since)}: {change.text}\n    {_origin(change)}")
    return 0


def _one_kernel(text: str) -> int:
    """Print one kernel: whether it was asked, and each change that it has or lacks."""
    try:
        kernel = release(text)
    except KernelError as error:
        complain(error.rule)
        return UNUSABLE
    if newer := beyond(kernel):
        complain(f"note: {newer}", "VERSION")
    print(f"{kernel}: {'was asked' if kernel in RECORDED else 'was not asked; follows the source'}")
    for title, has in (("It has", True), ("It lacks", False)):
        print(f"\n{title}:")
        changes = sorted(CHANGES.values(), key=lambda change: change.since)
        found = [change for change in changes if change.holds(kernel) is has]
        for change in found:
            print(f"{_dotted(change.since)}: {change.text}\n    {_origin(change)}")
        if not found:
            print("nothing that is modelled")
    return 0


def _dotted(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers))


def _origin(change: Change) -> str:
    """Where a rule is known from, and how many kernels were asked."""
    number = len(change.asked)
    return f"{change.source}; asked of {number} kernel{'s' if number > 1 else ''}"


def run_filesystems(arguments: argparse.Namespace) -> int:
    """Print all types or one; 1 where mounts of the one cannot be idmapped."""
    try:
        kernel = release(arguments.kernel) if arguments.kernel is not None else NEWEST
        chosen = None if arguments.type is None else filesystem(arguments.type)
    except KernelError as error:
        complain(error.rule)
        if error.name == "ENXIO":
            kind, _, _ = arguments.type.lower().partition(".")  # fuse.sshfs is a fuse
            for near in nearest(kind, FILESYSTEMS):
                complain(f"did you mean {near}?")
        return UNUSABLE
    if chosen is not None:
        return _one(chosen, kernel)
    print(f"{'type':12} {'idmapped':11} {'in ' + str(kernel):11} modelled")
    for fs in FILESYSTEMS.values():
        since = "never" if fs.idmap is None else f"since {_dotted(fs.idmap.since)}"
        allowed = "yes" if fs.allows_idmap(kernel)[0] else "no"
        more = "its own rules too" if fs.modelled else "no more than that"
        print(f"{fs.name:12} {since:11} {allowed:11} {more}")
    return 0


def _one(fs: Filesystem, kernel: Version) -> int:
    allowed, reason = fs.allows_idmap(kernel)
    how = "a kernel was asked" if fs.measured(kernel) else "no such kernel was asked"
    if newer := beyond(kernel):
        complain(f"note: {newer}", "--kernel")
    print(f"{'yes' if allowed else 'no'}: {reason} (kernel {kernel}; {how})")
    if fs.idmap is not None:
        print(f"source: {fs.idmap.source}")
    if fs.modelled:
        print("modelled: the rules of the VFS and what this type does otherwise")
    else:
        print(f"not modelled: what {fs.name} does otherwise; a replay follows the rules of the VFS")
    if fs.name in SERVED:
        print("besides, a server keeps the files and may refuse by rules of its own")
    return 0 if allowed else REFUSED
