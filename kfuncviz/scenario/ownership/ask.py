# SPDX-License-Identifier: BSD-3-Clause
"""
Who owns it: from the model's trace to lanes, hops and the way between
======================================================================

Runs the kernel's helpers for one id (stat, the owner of something created, the argument of chown)
under a trace and lays the answers out as an :class:`~kfuncviz.scenario.ownership.answer.Ownership`.
Every number and every row is what a recorded lookup answered.  Where the kernel makes no lookup but
a reader wants the number (what the parent of a nested namespace calls an id, what the disk calls
the kernel id of an inode), the same helper is asked aside; such a call is not among the calls.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple, get_args

from kfuncviz.model.cred import Task
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fs import Inode, Path, VfsMount, is_idmapped_mnt
from kfuncviz.model.idmap import IdMap
from kfuncviz.model.mnt_idmapping import from_vfsgid, from_vfsuid, mapped_fsgid, mapped_fsuid
from kfuncviz.model.stat import vfs_statx
from kfuncviz.model.trace import Step, recording
from kfuncviz.model.uidgid import (
    INVALID,
    LAST_ID,
    IdKind,
    gid_t,
    is_id,
    kgid_t,
    kuid_t,
    uid_t,
    vfsgid_t,
    vfsuid_t,
)
from kfuncviz.model.user_namespace import (
    UserNamespace,
    from_kgid,
    from_kuid,
    init_user_ns,
    kgid_has_mapping,
    kuid_has_mapping,
    make_kgid,
    make_kuid,
    uid_m_show,
)
from kfuncviz.printable import short
from kfuncviz.scenario.machine import Machine
from kfuncviz.scenario.ownership.answer import Lane, Ownership
from kfuncviz.scenario.ownership.calls import Placed, about, calls_of, lookup, result, spelled
from kfuncviz.scenario.ownership.travel import Direction, Hop, HopKey, Row, travel


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
    ValueError
        For a kind or direction there is not, and for what is no id (a whole number from 0 to
        4294967294).
    """
    _check(kind, direction, id)
    by, via = by or machine.default_by, via or machine.default_via
    question = _Question(machine, machine.caller(by), machine.mount(via), kind)
    title = f"{by} via {via}"
    if direction == "read":
        inode = question.inode(path or ".", id)
        return question.read(inode, f"{path or '.'} seen by {title}" if id is None else title)
    return question.write(direction, id, title)


def _check(kind: str, direction: str, id: object) -> None:
    """Refuse a question that cannot be asked, saying what can."""
    for name, value, known in (
        ("kind", kind, get_args(IdKind)),
        ("direction", direction, get_args(Direction)),
    ):
        if value not in known:
            raise ValueError(f"{name} is {short(repr(value))}; want one of {', '.join(known)}")
    if id is not None and not is_id(id):
        raise ValueError(f"id is {short(repr(id))}; want a whole number from 0 to {LAST_ID}")


class _Found(NamedTuple):
    """What a lookup answered: the number on the other side, and the index of the row."""

    id: int | None
    row: int | None


_NOTHING = _Found(None, None)


def _found(step: Step | None) -> _Found:
    if step is None or step.row is None:
        return _NOTHING
    return _Found(step.result, step.args["map"].extents.index(step.row))


class _Side(NamedTuple):
    """Lanes at one side of the mount, the hops between them and the mount, and the rows used."""

    lanes: list[Lane]
    hops: list[Hop]
    rows: list[int | None]


@dataclass(frozen=True)
class _Question:
    """One id question: who asks, through which mount, about uid or gid."""

    machine: Machine
    task: Task
    mnt: VfsMount
    kind: IdKind

    # ------------------------------------------------------------------ the parts

    @property
    def fs_userns(self) -> UserNamespace:
        return self.mnt.mnt_sb.s_user_ns

    @property
    def idmapped(self) -> bool:
        return is_idmapped_mnt(self.mnt)

    @property
    def overflow(self) -> int:
        sysctl = self.task.sysctl
        return sysctl.overflowuid if self.kind == "uid" else sysctl.overflowgid

    def map_of(self, owner: Any) -> IdMap:
        """The uid or gid map of a namespace or mount idmapping."""
        found: IdMap = owner.uid_map if self.kind == "uid" else owner.gid_map
        return found

    def aside(self, ns: UserNamespace, kid: int | None) -> _Found:
        """What a namespace calls a kernel id, where the kernel itself does not ask."""
        if kid is None:
            return _NOTHING
        with recording() as steps:
            if self.kind == "uid":
                from_kuid(ns, kuid_t(kid))
            else:
                from_kgid(ns, kgid_t(kid))
        return _found(steps[-1])

    def inode(self, path: str, id: int | None) -> Inode:
        if id is None:
            return self.machine.path_at(self.mnt, path, follow=False).inode
        kid = self.map_of(self.fs_userns).down(id)
        if kid is None:
            raise KernelError(
                "EOVERFLOW",
                f"{self.kind} {id} cannot be stored: {self.fs_userns.name} has no row for it",
            )
        inode = Inode(self.mnt.mnt_sb, 0o100644, kid, kid)
        inode.name = f"{self.kind} {id}"
        return inode

    # -------------------------------------------------------------- the questions

    def read(self, inode: Inode, title: str) -> Ownership:
        """stat: from the inode to the caller."""
        with recording() as steps:
            vfs_statx(self.task, Path(self.mnt, inode))
        placed = list(about(steps, self.kind))
        kid = inode.i_uid if self.kind == "uid" else inode.i_gid
        seen = result(placed, spelled("make_vfsuid", self.kind))
        inside = _found(lookup(placed, "fs")) if self.idmapped else self.aside(self.fs_userns, kid)
        disk = self.disk_side(kid, inside, _found(lookup(placed, "mount")).row, checked=False)
        number = _found(lookup(placed, "caller"))
        shown = result(placed, spelled("from_kuid_munged", self.kind))
        last = Lane("caller", "Caller sees", self.caller_sub, number.id,
                    shown if number.id is None else None)  # fmt: skip
        caller = self.caller_side(last, number.row, self.parent(seen))
        return self.answer(title, "read", disk, seen, caller, placed)

    def write(self, direction: Direction, id: int | None, title: str) -> Ownership:
        """create and chown: from the caller to the inode."""
        ns, cred = self.task.cred.user_ns, self.task.cred
        own = int(cred.fsuid if self.kind == "uid" else cred.fsgid)
        with recording() as steps:
            vfsid = own if id is None else self.make_kid(ns, id)
            kid = self.stored(direction, vfsid)
        placed = list(about(steps, self.kind))
        seen = None if vfsid == INVALID else vfsid
        mount, fs = _found(lookup(placed, "mount")), _found(lookup(placed, "fs"))
        inside = _Found(mount.id, fs.row)
        if not self.idmapped:
            inside = fs if direction == "create" else self.aside(self.fs_userns, kid)
        disk = self.disk_side(kid, inside, mount.row, checked=direction == "create")
        number = self.aside(ns, own) if id is None else (
            _Found(id, _found(lookup(placed, "caller")).row)
        )  # fmt: skip
        name = {"create": "Caller creates", "chown": "Caller types"}[direction]
        twin = None if number.id is not None else (f"fs{self.kind}", own)
        last = Lane("caller", name, self.caller_sub, number.id, twin=twin)
        parent = self.parent(seen)
        if twin and parent and parent.number.id is None:
            parent = None
        caller = self.caller_side(last, number.row, parent)
        return self.answer(title, direction, disk, seen, caller, placed)

    def make_kid(self, ns: UserNamespace, id: int) -> int:
        return make_kuid(ns, uid_t(id)) if self.kind == "uid" else make_kgid(ns, gid_t(id))

    def stored(self, direction: Direction, vfsid: int) -> int | None:
        """The kernel id the inode would hold, ``None`` where there is none."""
        idmap, fs = self.mnt.mnt_idmap, self.fs_userns
        if vfsid == INVALID:
            return None
        if direction == "chown":
            kid: int = (
                from_vfsuid(idmap, fs, vfsuid_t(vfsid))
                if self.kind == "uid"
                else from_vfsgid(idmap, fs, vfsgid_t(vfsid))
            )
            return None if kid == INVALID else kid
        cred = replace(self.task.cred, **{f"fs{self.kind}": vfsid})  # type: ignore[arg-type]
        task = replace(self.task, cred=cred)
        if self.kind == "uid":
            kid = mapped_fsuid(task, idmap, fs)
            mapped = kid != INVALID and kuid_has_mapping(fs, kuid_t(kid))
        else:
            kid = mapped_fsgid(task, idmap, fs)
            mapped = kid != INVALID and kgid_has_mapping(fs, kgid_t(kid))
        return kid if mapped else None

    # ------------------------------------------------------------ lanes and hops

    def disk_side(
        self, kid: int | None, inside: _Found, mount_row: int | None, *, checked: bool
    ) -> _Side:
        """The lanes left of the mount.

        ``kid`` is the kernel id in the inode, ``inside`` what the filesystem's user namespace calls
        it.  ``checked`` says that this namespace must have a number for it even without a mount
        idmapping (create).
        """
        fs, field = self.fs_userns, f"i_{self.kind}"
        rows = tuple(self.map_of(self.mnt.mnt_idmap).rows) if self.idmapped else ()
        mount = Hop("mount", "mount idmap", rows, not self.idmapped, "left", "make_vfsuid")
        if fs is init_user_ns:
            lane = Lane("fs", "On disk", f"{self.mnt.mnt_sb} · {field}", kid)
            return _Side([lane], [mount], [mount_row])
        name, fs_rows = "filesystem's user ns", tuple(self.map_of(fs).rows)
        number = Lane("fs", "Filesystem", f"id in {fs.name}", inside.id)
        if self.idmapped:
            lane = Lane("fs", "In the inode", f"{field} · kernel id", kid)
            hop = Hop("fs", name, fs_rows, False, "right", "from_kuid")
            return _Side([lane, number], [hop, mount], [inside.row, mount_row])
        if inside.id is None and kid is not None and not checked:
            lane = Lane("fs", "In the inode", f"{field} · none in {fs.name}", kid)
            return _Side([lane], [mount], [None])
        twin = None if kid is None else (field, kid)
        hop = Hop("fs", name, fs_rows, False, "left", "make_kuid", note="mount not idmapped")
        return _Side([replace(number, name="On disk", twin=twin)], [hop], [inside.row])

    def parent(self, kid: int | None) -> _Parent | None:
        """What the parent of a nested caller's namespace calls the id, ``None`` if not nested."""
        ns = self.task.cred.user_ns.parent
        return None if ns is None or ns is init_user_ns else _Parent(ns, self.aside(ns, kid))

    def caller_side(self, last: Lane, row: int | None, parent: _Parent | None) -> _Side:
        """The lanes right of the mount; a nested caller's parent has one of its own."""
        ns = self.task.cred.user_ns
        rows: tuple[Row, ...] = () if ns is init_user_ns else tuple(self.map_of(ns).rows)
        hop = Hop(
            "caller", "caller's user ns", rows, ns is init_user_ns, "right", "from_kuid_munged"
        )
        if parent is None:
            return _Side([last], [hop], [row])
        above, number = parent
        lane = Lane("mid", "Intermediate", f"{ns_label(above)} · {self.kind}", number.id)
        rows = tuple(self.map_of(above).rows)
        mid = Hop("mid", f"user ns {above.name}", rows, False, "right", "", note="flattened")
        written = tuple((e.first, e.lower_first, e.count) for e in uid_m_show(ns, above, self.kind))
        return _Side([lane, last], [mid, replace(hop, rows=written)], [number.row, row])

    @property
    def caller_sub(self) -> str:
        return f"{ns_label(self.task.cred.user_ns)} · {self.kind}"

    @property
    def mount_sub(self) -> str:
        return f"{self.mnt.name} · " + (f"vfs{self.kind}" if self.idmapped else "not idmapped")

    # ------------------------------------------------------------------ together

    def answer(
        self,
        title: str,
        direction: Direction,
        disk: _Side,
        seen: int | None,
        caller: _Side,
        placed: list[Placed],
    ) -> Ownership:
        """The two sides joined at the mount, and the way through them."""
        lanes = (*disk.lanes, Lane("mount", "Through mount", self.mount_sub, seen), *caller.lanes)
        hops = tuple(self.named(hop, direction) for hop in (*disk.hops, *caller.hops))
        found = enumerate((*disk.rows, *caller.rows))
        rows = {h: row for h, row in found if row is not None and not hops[h].nop}
        way = travel(direction, hops, rows, _lost(direction, lanes))
        err = None
        if direction != "read" and way.lost:
            err = "EINVAL" if seen is None else "EOVERFLOW"
        calls = calls_of(placed, hops)
        return Ownership(title, self.kind, direction, lanes, hops, way, err, self.overflow, calls)

    def named(self, hop: Hop, direction: Direction) -> Hop:
        """The hop with the helper that is asked in this direction, for this kind of id."""
        helper = _WRITE_HELPERS.get(direction, {}).get(hop.key, hop.helper)
        return replace(hop, helper=spelled(helper, self.kind))


class _Parent(NamedTuple):
    """The parent of a nested caller's namespace, and what it calls the id."""

    ns: UserNamespace
    number: _Found


#: What the helper of a hop is called when an id travels towards the disk.
_WRITE_HELPERS: dict[str, dict[HopKey, str]] = {
    "create": {"mount": "mapped_fsuid", "caller": "current_fsuid", "fs": "kuid_has_mapping"},
    "chown": {"mount": "from_vfsuid", "caller": "make_kuid", "fs": "make_kuid"},
}


def ns_label(ns: UserNamespace) -> str:
    """A namespace's name for people."""
    return "host" if ns is init_user_ns else ns.name


def _lost(direction: Direction, lanes: tuple[Lane, ...]) -> int | None:
    """The hop behind which there is no number, ``None`` if the id arrives."""
    if direction == "read":
        return next((k - 1 for k, lane in enumerate(lanes) if k and lane.id is None), None)
    return next((k for k in range(len(lanes) - 2, -1, -1) if lanes[k].id is None), None)
