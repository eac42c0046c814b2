# SPDX-License-Identifier: BSD-3-Clause
"""
Would this map be taken?
========================

A new user namespace, somebody who may or may not write its map, and one write.

Mirrors ``unshare(CLONE_NEWUSER)`` and a write(2) to ``/proc/PID/uid_map``; semantics section 2.
"""

from __future__ import annotations

from kfuncviz.model.capability import CAP_FULL_SET
from kfuncviz.model.cred import Cred, Task
from kfuncviz.model.errors import IdMapError
from kfuncviz.model.idmap import IdMap
from kfuncviz.model.map_write import MapFile, map_write, proc_setgroups_write
from kfuncviz.model.uidgid import kgid_t, kuid_t
from kfuncviz.model.user_namespace import UserNamespace, init_user_ns


def write_map(
    text: str | bytes,
    file: MapFile = "uid_map",
    *,
    parent: str | IdMap | None = None,
    own: tuple[int, int] | None = None,
    deny_setgroups: bool = False,
) -> UserNamespace:
    r"""The new user namespace one of whose map files was written.

    Parameters
    ----------
    text:
        What is written, a row a line.
    file:
        ``uid_map``, ``gid_map`` or ``projid_map``.
    parent:
        The rows of the parent's maps; by default the parent is the initial namespace.
    own:
        Written from inside by an unprivileged user, who has this uid and gid in the parent; by
        default root of the parent writes.
    deny_setgroups:
        ``deny`` was written to setgroups before.

    Raises
    ------
    KernelError
        With the errno and the rule broken: EINVAL for the rows, EPERM for who may not write them.

    >>> write_map("0 1000 1\n1 100000 65536").uid_map.down(1000)
    100999
    >>> write_map("0 1000 2", own=(1000, 1000))
    Traceback (most recent call last):
        ...
    kfuncviz.model.errors.IdMapError: EPERM: needs CAP_SETUID in init_user_ns; ...
    """
    ns, writer = _made(_parent(parent), own)
    if deny_setgroups:
        proc_setgroups_write(writer, ns, b"deny")
    map_write(writer, ns, file, text.encode() if isinstance(text, str) else text)
    return ns


def _parent(rows: str | IdMap | None) -> UserNamespace:
    if rows is None:
        return init_user_ns
    parent_map = rows if isinstance(rows, IdMap) else IdMap(rows)
    parent = UserNamespace("the parent", init_user_ns, uid_map=parent_map, gid_map=parent_map)
    parent.projid_map = parent_map
    return parent


def _made(parent: UserNamespace, own: tuple[int, int] | None) -> tuple[UserNamespace, Task]:
    """The namespace and the task that writes its map."""
    if own is None:
        owner = parent.uid_map.extents[0].lower_first
        ns = UserNamespace("the namespace", parent, owner=kuid_t(owner))
        return ns, Task(cred=Cred.of(owner, owner, user_ns=parent, caps=CAP_FULL_SET))
    kuid, kgid = parent.uid_map.down(own[0]), parent.gid_map.down(own[1])
    if kuid is None or kgid is None:
        missing = own[0] if kuid is None else own[1]
        raise IdMapError("EPERM", f"{missing} is no id of the parent: it cannot make a namespace")
    ns = UserNamespace(
        "the namespace",
        parent,
        owner=kuid_t(kuid),
        group=kgid_t(kgid),
        parent_could_setfcap=False,
    )
    return ns, Task(cred=Cred.of(kuid, kgid, user_ns=ns, caps=CAP_FULL_SET))
