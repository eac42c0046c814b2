# SPDX-License-Identifier: BSD-3-Clause
"""
Mount calls: making, changing and showing mounts
================================================

Each function runs one ``op`` of a scenario that is about a mount.  Besides what the call gives back
it returns the mount it made, which the machine gives the name ``as``.  :func:`mount_call` makes any
of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kfuncviz.model.cred import Task
from kfuncviz.model.fs import VfsMount
from kfuncviz.model.lookup import Lookup, walked
from kfuncviz.model.mount_tree import move_mount, open_tree
from kfuncviz.model.namespace import (
    AT_EMPTY_PATH,
    AT_RECURSIVE,
    MOUNT_ATTR_IDMAP,
    MOUNT_ATTR_NODEV,
    MOUNT_ATTR_NOEXEC,
    MOUNT_ATTR_NOSUID,
    MOUNT_ATTR_NOSYMFOLLOW,
    MOUNT_ATTR_RDONLY,
    mount_setattr,
    open_tree_attr,
)
from kfuncviz.model.statmount import mountinfo, statmount
from kfuncviz.model.user_namespace import UserNamespace, init_user_ns
from kfuncviz.scenario.notation import Mounts, Op

Namespaces = Mapping[str, UserNamespace]
#: What a call gave back, and the mount it made.
Outcome = tuple[Any, VfsMount | None]

#: The flags of a mount, as mount(8) calls them.
MOUNT_FLAGS = {
    "ro": MOUNT_ATTR_RDONLY, "nosuid": MOUNT_ATTR_NOSUID, "noexec": MOUNT_ATTR_NOEXEC,
    "nodev": MOUNT_ATTR_NODEV, "nosymfollow": MOUNT_ATTR_NOSYMFOLLOW,
}  # fmt: skip
#: What mount_setattr(2) sets and clears.
MOUNT_ATTRS = MOUNT_FLAGS | {"idmap": MOUNT_ATTR_IDMAP}
#: The flags of open_tree(2), by its manual's names in small letters.
OPEN_TREE_FLAGS = (
    "clone",
    "recursive",
    "empty_path",
    "symlink_nofollow",
    "no_automount",
    "cloexec",
)


def attrs_of(names: Iterable[str]) -> int:
    """The MOUNT_ATTR bits of some names.

    >>> attrs_of(["ro", "nosuid"])
    3
    """
    return sum(MOUNT_ATTRS[name] for name in names)


def _open_tree(task: Task, mounts: Mounts, op: Op) -> Outcome:
    flags = op.get("flags", ())
    made = open_tree(task, _path(mounts, op), **_tree(op))
    return None, made.mnt if "clone" in flags else None


def _open_tree_attr(task: Task, mounts: Mounts, op: Op, namespaces: Namespaces) -> Outcome:
    flags = op.get("flags", ())
    made = open_tree_attr(task, _path(mounts, op), **_tree(op), **_change(namespaces, op))
    return None, made if "clone" in flags else None


def _mount_setattr(task: Task, mounts: Mounts, op: Op, namespaces: Namespaces) -> Outcome:
    path = Lookup(mounts[op["via"]], op["path"], empty=True)
    flags = AT_EMPTY_PATH | (AT_RECURSIVE if op.get("recursive") else 0)
    mount_setattr(task, path, flags=flags, **_change(namespaces, op))
    return None, None


def _move_mount(task: Task, mounts: Mounts, op: Op) -> Outcome:
    source = Lookup(mounts[op["via"]], op["path"], follow=False, empty=True)
    target = Lookup(mounts[op["via2"]], op["to"], follow=False)
    move_mount(task, source, target)
    return None, None


def _statmount(task: Task, mounts: Mounts, op: Op) -> Outcome:
    shown = statmount(task, _found(task, mounts, op))
    maps = {"uid_map": shown.uid_map, "gid_map": shown.gid_map}
    return {"flags": list(shown.flags)} | {key: _rows(rows) for key, rows in maps.items()}, None


def _rows(rows: list[str] | None) -> list[list[int]] | None:
    return None if rows is None else [[int(number) for number in row.split()] for row in rows]


def _mountinfo(task: Task, mounts: Mounts, op: Op) -> Outcome:
    return mountinfo(task, _found(task, mounts, op)), None


def _found(task: Task, mounts: Mounts, op: Op) -> VfsMount:
    return walked(task, Lookup(mounts[op["via"]], op["path"], follow=False, empty=True)).mnt


def _path(mounts: Mounts, op: Op) -> Lookup:
    flags = op.get("flags", ())
    follow, empty = "symlink_nofollow" not in flags, "empty_path" in flags
    return Lookup(mounts[op["via"]], op["path"], follow=follow, empty=empty)


def _tree(op: Op) -> dict[str, Any]:
    flags = op.get("flags", ())
    tree = {"clone": "clone" in flags, "recursive": "recursive" in flags}
    return tree | {"name": op.get("as", "clone")}


def _change(namespaces: Namespaces, op: Op) -> dict[str, Any]:
    name = op.get("userns")
    return {
        "userns_fd": init_user_ns if name is None else namespaces[name],
        "attr_set": attrs_of(op.get("set", ())),
        "attr_clr": attrs_of(op.get("clear", ())),
    }


_CALLS: dict[str, Callable[[Task, Mounts, Op], Outcome]] = {
    "open_tree": _open_tree, "move_mount": _move_mount, "statmount": _statmount,
    "mountinfo": _mountinfo,
}  # fmt: skip
_ATTR_CALLS: dict[str, Callable[[Task, Mounts, Op, Namespaces], Outcome]] = {
    "open_tree_attr": _open_tree_attr, "mount_setattr": _mount_setattr,
}  # fmt: skip
#: The operations that are about mounts.
MOUNT_CALLS = (*_CALLS, *_ATTR_CALLS)


def mount_call(task: Task, mounts: Mounts, namespaces: Namespaces, op: Op) -> Outcome:
    """Make one of :data:`MOUNT_CALLS`: what it gives back, and the mount it made, if any."""
    if op["op"] in _CALLS:
        return _CALLS[op["op"]](task, mounts, op)
    return _ATTR_CALLS[op["op"]](task, mounts, op, namespaces)
