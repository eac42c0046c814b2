# SPDX-License-Identifier: BSD-3-Clause
"""
Who owns it: from the model's trace to lanes and hops
=====================================================

Runs the kernel's helpers for one id (stat, the owner of something created, the argument of chown)
under a trace and lays the answers out as an :class:`~kfuncviz.scenario.ownership.answer.Ownership`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, get_args

from kfuncviz.model.cred import Task
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fs import Inode, Path, VfsMount, is_idmapped_mnt
from kfuncviz.model.idmap import IdMap
from kfuncviz.model.lookup import user_path_at
from kfuncviz.model.mnt_idmapping import from_vfsgid, from_vfsuid, mapped_fsgid, mapped_fsuid
from kfuncviz.model.stat import vfs_statx
from kfuncviz.model.trace import Step, recording
from kfuncviz.model.uidgid import INVALID, IdKind, gid_t, uid_t, vfsgid_t, vfsuid_t
from kfuncviz.model.user_namespace import (
    UserNamespace,
    init_user_ns,
    kgid_has_mapping,
    kuid_has_mapping,
    make_kgid,
    make_kuid,
    uid_m_show,
)
from kfuncviz.scenario.machine import Machine
from kfuncviz.scenario.ownership.answer import Direction, Hop, HopKey, Lane, Ownership, Row


def ownership(
    machine: Machine,
    path: str | None = None,
    *,
    by: str | None = None,
    via: str | None = None,
    kind: IdKind = "uid",
    direction: Direction = "read",
    id: int | None = None,
) -> Ownership:
    """Follow one id between the disk and a caller.

    Parameters
    ----------
    path:
        The file asked about, relative to the mount's root.  No permission is asked for.
    by, via:
        Caller and mount (by default the scenario's first).
    kind, direction:
        "uid" or "gid"; "read" (what stat shows), "create" (what is stored for something new),
        "chown" (what is stored for an id given to chown).
    id:
        An id instead of a file: the filesystem's own for "read", the caller's for the others.

    Raises
    ------
    KernelError
        Where the path leads nowhere, or the caller or mount could not be made.
    """
    _check(kind, direction, id)
    task, mnt = _who(machine, by or machine.default_by), _where(machine, via or machine.default_via)
    question = _Question(machine, task, mnt, kind)
    title = f"{by or machine.default_by} via {via or machine.default_via}"
    if direction == "read":
        inode = question.inode(path or ".", id)
        return question.read(inode, f"{path or '.'} seen by {title}" if id is None else title)
    return question.write(direction, id, title)


def _check(kind: str, direction: str, id: int | None) -> None:
    """Refuse a question that cannot be asked, saying what can."""
    for name, value, known in (
        ("kind", kind, get_args(IdKind)),
        ("direction", direction, get_args(Direction)),
    ):
        if value not in known:
            raise ValueError(f"{name} is {value!r}; want one of {', '.join(known)}")
    if id is not None and not 0 <= id < INVALID:
        raise ValueError(f"id is {id}; want a whole number from 0 to {INVALID - 1}")


def _who(machine: Machine, name: str) -> Task:
    if name not in machine.callers:
        raise KernelError("EINVAL", _missing("caller", name, machine.callers))
    return machine.callers[name]


def _where(machine: Machine, name: str) -> VfsMount:
    if name not in machine.mounts:
        raise KernelError("EINVAL", _missing("mount", name, machine.mounts))
    return machine.mounts[name]


def _missing(what: str, name: str, made: Iterable[str]) -> str:
    return f"the {what} {name!r} is not there or could not be made; there is: {', '.join(made)}"


class _Question:
    """One id question: who asks, through which mount, about uid or gid."""

    def __init__(self, machine: Machine, task: Task, mnt: VfsMount, kind: IdKind) -> None:
        self.machine = machine
        self.task = task
        self.mnt = mnt
        self.kind = kind
        self.fs_userns = mnt.mnt_sb.s_user_ns
        self.idmapped = is_idmapped_mnt(mnt)

    # ------------------------------------------------------------------ the parts

    @property
    def overflow(self) -> int:
        sysctl = self.task.sysctl
        return sysctl.overflowuid if self.kind == "uid" else sysctl.overflowgid

    def map_of(self, owner: Any) -> IdMap:
        """The uid or gid map of a namespace or mount idmapping."""
        found: IdMap = owner.uid_map if self.kind == "uid" else owner.gid_map
        return found

    def inode(self, path: str, id: int | None) -> Inode:
        if id is None:
            return user_path_at(self.machine.root, self.mnt, path, follow=False).inode
        kid = self.map_of(self.fs_userns).down(id)
        if kid is None:
            raise KernelError(
                "EOVERFLOW",
                f"{self.kind} {id} cannot be stored: {self.fs_userns.name} has no row for it",
            )
        inode = Inode(self.mnt.mnt_sb, 0o100644, kid, kid)
        inode.name = f"{self.kind} {id}"
        return inode

    def disk_side(self, kid: int | None, *, checked: bool) -> tuple[list[Lane], list[Hop]]:
        """The lanes left of the mount and the hops that lead to it.

        ``kid`` is the kernel id in the inode (``None``: there is none).  ``checked`` says that the
        filesystem's namespace is asked about it even without a mount idmapping (create).
        """
        fs, kind = self.fs_userns, f"i_{self.kind}"
        fs_map = self.map_of(fs)
        mount = self.mount_hop()
        if fs is init_user_ns:
            return [Lane("fs", "On disk", f"{self.mnt.mnt_sb} · {kind}", kid)], [mount]
        inside = None if kid is None else fs_map.up(kid)
        if self.idmapped:
            lanes = [
                Lane("fs", "In the inode", f"{kind} · kernel id", kid),
                Lane("fs", "Filesystem", f"id in {fs.name}", inside),
            ]
            hop = Hop("fs", "filesystem's user ns", tuple(fs_map.rows), False, "right", "from_kuid")
            return lanes, [hop, mount]
        if inside is None and not checked:
            return [Lane("fs", "In the inode", f"{kind} · none in {fs.name}", kid)], [mount]
        twin = None if kid is None else (kind, kid)
        lane = Lane("fs", "On disk", f"id in {fs.name}", inside, twin=twin)
        hop = Hop("fs", "filesystem's user ns", tuple(fs_map.rows), False, "left", "make_kuid",
                  note="mount not idmapped")  # fmt: skip
        return [lane], [hop]

    def mount_hop(self) -> Hop:
        rows = tuple(self.map_of(self.mnt.mnt_idmap).rows) if self.idmapped else ()
        return Hop("mount", "mount idmap", rows, not self.idmapped, "left", "make_vfsuid")

    def caller_side(self, vfsid: int | None, shown: int | None) -> tuple[list[Lane], list[Hop]]:
        """The lanes right of the mount and the hops that lead to them."""
        ns, kind = self.task.cred.user_ns, self.kind
        uid = self.inside(ns, vfsid)
        last = Lane("caller", "Caller sees", f"{ns_label(ns)} · {kind}", uid, shown)
        helper = "from_kuid_munged"
        if ns is init_user_ns:
            return [last], [Hop("caller", "caller's user ns", (), True, "right", helper)]
        rows: tuple[Row, ...] = tuple(self.map_of(ns).rows)
        if ns.parent is init_user_ns or ns.parent is None:
            return [last], [Hop("caller", "caller's user ns", rows, False, "right", helper)]
        parent = ns.parent
        mid = Lane(
            "mid", "Intermediate", f"{ns_label(parent)} · {kind}", self.inside(parent, vfsid)
        )
        written = tuple(tuple(row) for row in uid_m_show(ns, parent, kind))
        hops = [
            Hop("mid", f"user ns {parent.name}", tuple(self.map_of(parent).rows), False, "right",
                "", note="flattened"),
            Hop("caller", "caller's user ns", written, False, "right", helper),  # type: ignore[arg-type]
        ]  # fmt: skip
        return [mid, last], hops

    def inside(self, ns: UserNamespace, kid: int | None) -> int | None:
        return None if kid is None else self.map_of(ns).up(kid)

    # -------------------------------------------------------------- the questions

    def read(self, inode: Inode, title: str) -> Ownership:
        """stat: from the inode to the caller."""
        with recording() as steps:
            stat = vfs_statx(self.task, Path(self.mnt, inode))
        vfsid = self.answer(steps, "i_uid_into_vfsuid")
        kid = inode.i_uid if self.kind == "uid" else inode.i_gid
        shown = stat.uid if self.kind == "uid" else stat.gid
        left, left_hops = self.disk_side(kid, checked=False)
        seen = None if vfsid == INVALID else vfsid
        mapped = self.inside(self.task.cred.user_ns, seen)
        right, right_hops = self.caller_side(seen, None if mapped is not None else shown)
        mount = Lane("mount", "Through mount", self.mount_sub(), seen)
        lanes, hops = [*left, mount, *right], [*left_hops, *right_hops]
        hops = [self.spelled(hop) for hop in judged(lanes, hops)]
        calls = self.calls(steps, hops)
        return Ownership(
            title, self.kind, "read", tuple(lanes), tuple(hops), None, self.overflow, *calls
        )

    def write(self, direction: Direction, id: int | None, title: str) -> Ownership:
        """create and chown: from the caller to the inode."""
        ns = self.task.cred.user_ns
        own = self.task.cred.fsuid if self.kind == "uid" else self.task.cred.fsgid
        typed = self.map_of(ns).up(own) if id is None else id
        with recording() as steps:
            vfsid = int(own) if id is None else self.make_kid(ns, id)
            kid, stored = self.stored(direction, vfsid)
        checked = direction == "create"
        seen = None if vfsid == INVALID else vfsid
        left, left_hops = self.disk_side(None if kid == INVALID else kid, checked=checked)
        mount = Lane("mount", "Through mount", self.mount_sub(), seen)
        right, right_hops = self.caller_side(seen, None)
        who = {"create": "Caller creates", "chown": "Caller types"}[direction]
        twin = None if typed is not None else (f"fs{self.kind}", int(own))
        right[-1] = replace(right[-1], name=who, id=typed, twin=twin)
        lanes, hops = [*left, mount, *right], [*left_hops, *right_hops]
        if self.idmapped and self.fs_userns is not init_user_ns and seen is not None:
            lanes[1] = replace(lanes[1], id=self.map_of(self.mnt.mnt_idmap).up(seen))
        err = "EINVAL" if seen is None else None if stored else "EOVERFLOW"
        hops = [self.spelled(hop, direction) for hop in judged(lanes, hops, write=True)]
        lanes = unreached(lanes, hops)
        calls = self.calls(steps, hops)
        return Ownership(
            title, self.kind, direction, tuple(lanes), tuple(hops), err, self.overflow, *calls
        )

    def make_kid(self, ns: UserNamespace, id: int) -> int:
        return make_kuid(ns, uid_t(id)) if self.kind == "uid" else make_kgid(ns, gid_t(id))

    def stored(self, direction: Direction, vfsid: int) -> tuple[int, bool]:
        """What the filesystem would store, and whether it can."""
        if vfsid == INVALID:
            return INVALID, False
        idmap, fs = self.mnt.mnt_idmap, self.fs_userns
        if direction == "chown":
            kid = (
                from_vfsuid(idmap, fs, vfsuid_t(vfsid))
                if self.kind == "uid"
                else from_vfsgid(idmap, fs, vfsgid_t(vfsid))
            )
            return kid, kid != INVALID
        cred = replace(self.task.cred, **{f"fs{self.kind}": vfsid})  # type: ignore[arg-type]
        task = replace(self.task, cred=cred)
        if self.kind == "uid":
            kuid = mapped_fsuid(task, idmap, fs)
            return kuid, kuid != INVALID and kuid_has_mapping(fs, kuid)
        kgid = mapped_fsgid(task, idmap, fs)
        return kgid, kgid != INVALID and kgid_has_mapping(fs, kgid)

    # ----------------------------------------------------------------- the trace

    def name(self, helper: str) -> str:
        """A helper's name for the kind of id asked about."""
        return helper if self.kind == "uid" else helper.replace("uid", "gid")

    def answer(self, steps: Iterable[Step], helper: str) -> int:
        return int(next(step.result for step in steps if step.function == self.name(helper)))

    def spelled(self, hop: Hop, direction: Direction = "read") -> Hop:
        helper = _WRITE_HELPERS[direction].get(hop.key, hop.helper) if direction != "read" else (
            hop.helper
        )  # fmt: skip
        return replace(hop, helper=self.name(helper))

    def calls(
        self, steps: list[Step], hops: list[Hop]
    ) -> tuple[tuple[str, ...], tuple[int | None, ...]]:
        """The calls about this kind of id, one line each, with the hop each belongs to."""
        keys = [hop.key for hop in hops]
        lines: list[str] = []
        belongs: list[int | None] = []
        skip_below: int | None = None
        at: tuple[int, HopKey] | None = None
        for step in steps:
            if skip_below is not None and step.depth > skip_below:
                continue
            skip_below = None
            if self.is_other(step.function):
                skip_below = step.depth
                continue
            if at is not None and step.depth <= at[0]:
                at = None
            key = _CALL_HOPS.get(step.function.replace("gid", "uid"))
            if key is not None and at is None:
                at = (step.depth, key)
            lines.append(step.line)
            belongs.append(keys.index(at[1]) if at and at[1] in keys else None)
        return tuple(lines), tuple(belongs)

    def is_other(self, fn: str) -> bool:
        other = "gid" if self.kind == "uid" else "uid"
        return other in fn and self.kind not in fn

    def mount_sub(self) -> str:
        return f"{self.mnt.name} · " + (f"vfs{self.kind}" if self.idmapped else "not idmapped")


#: The hop a recorded helper belongs to (the outermost of nested ones counts).
_CALL_HOPS: dict[str, HopKey] = {
    "make_vfsuid": "mount", "i_uid_into_vfsuid": "mount", "mapped_fsuid": "mount",
    "from_vfsuid": "mount", "from_kuid_munged": "caller", "make_kuid": "caller",
    "kuid_has_mapping": "fs",
}  # fmt: skip

#: What the helper of a hop is called when an id travels towards the disk.
_WRITE_HELPERS: dict[str, dict[str, str]] = {
    "create": {"mount": "mapped_fsuid", "caller": "current_fsuid", "fs": "kuid_has_mapping"},
    "chown": {"mount": "from_vfsuid", "caller": "make_kuid", "fs": "make_kuid"},
}


def ns_label(ns: UserNamespace) -> str:
    """A namespace's name for people."""
    return "host" if ns is init_user_ns else ns.name


def judged(lanes: list[Lane], hops: list[Hop], *, write: bool = False) -> list[Hop]:
    """Mark the row each hop used, and the one hop that had none.

    The ids were found by the model; here they are only compared with the rows that are drawn.
    """
    order = range(len(hops))
    out = list(hops)
    lost = False
    for i in reversed(order) if write else order:
        here, there = (lanes[i + 1], lanes[i]) if write else (lanes[i], lanes[i + 1])
        if lost or (here.id is None and here.twin is None):
            out[i] = replace(hops[i], reached=not write)
            lost = True
        elif hops[i].nop:
            continue
        elif there.id is None and here.id is not None:
            out[i] = replace(hops[i], lost=True)
            lost = True
        else:
            out[i] = replace(hops[i], row=_row(hops[i], lanes[i].id, lanes[i + 1].id))
    return out


def _row(hop: Hop, left: int | None, right: int | None) -> int | None:
    first, second = (left, right) if hop.col1 == "left" else (right, left)
    for index, (a, b, count) in enumerate(hop.rows):
        if first is None or second is None:
            return None
        if a <= first < a + count and second - b == first - a:
            return index
    return None


def unreached(lanes: list[Lane], hops: list[Hop]) -> list[Lane]:
    """Take the ids from lanes that lie beyond a refusal on the way to the disk."""
    lost = next((i for i, hop in enumerate(hops) if hop.lost), None)
    if lost is None:
        return lanes
    return [replace(lane, id=None) if i <= lost else lane for i, lane in enumerate(lanes)]
