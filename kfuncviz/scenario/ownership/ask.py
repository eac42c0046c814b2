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

import posixpath
from bisect import bisect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, NamedTuple, get_args

from kfuncviz.model.commoncap import cap_inode_getsecurity
from kfuncviz.model.cred import Task
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fs import S_ISGID, Inode, Path, VfsMount, is_idmapped_mnt
from kfuncviz.model.idmap import IdMap
from kfuncviz.model.mnt_idmapping import (
    from_vfsgid,
    from_vfsuid,
    make_vfsgid,
    make_vfsuid,
    mapped_fsgid,
    mapped_fsuid,
)
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
from kfuncviz.printable import printable, short
from kfuncviz.scenario.checking.schema import an_entry
from kfuncviz.scenario.machine import Machine
from kfuncviz.scenario.ownership.access import Access, access
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
    entry: str | None = None,
    op: Mapping[str, Any] | None = None,
) -> Ownership:
    """Follow one id between the disk and a caller, and say whether the caller gets there.

    Who owns something is answered without asking any permission; ``access`` of the answer is the
    real call, made by this caller.

    Parameters
    ----------
    path:
        The file asked about, relative to the mount's root (by default the root).  "create" asks for
        a directory; where this is none, it is the one the file lies in.
    by, via:
        Caller and mount (by default the scenario's first).
    kind, direction:
        "uid" or "gid"; "read" (what stat shows), "create" (what is stored for something new),
        "chown" (what is stored for an id given to chown).
    id:
        An id instead of the file's owner: the filesystem's own for "read", the caller's for the
        others.
    entry:
        Instead of the owner, what else of the file holds an id: ``"user:986"`` or ``"group:7"`` of
        its access list (kernel ids), the same after ``"default:"``, or ``"rootid"`` of its
        capability.  Asked of "read" only; ``kind`` follows from it.
    op:
        The operation of the scenario that is asked about, instead of a plain stat, create or chown.

    Raises
    ------
    KernelError
        Where the path leads nowhere, the caller or mount could not be made, or there is no such
        entry (ENODATA).
    ValueError
        For a kind, direction or entry there is not, and for what is no id (a whole number from 0 to
        4294967294).
    """
    kind = _checked(kind, direction, id, entry)
    by, via = by or machine.default_by, via or machine.default_via
    question = _Question(machine, machine.caller(by), machine.mount(via), kind, by, via)
    place = path or "."
    if entry is not None:
        return question.about_entry(place, entry, op)
    if direction == "read":
        return question.about_owner(place, id, op, known=path is not None)
    if direction == "create":
        return question.about_new(place, id, op)
    return question.about_chown(place, id, op)


def answered(
    machine: Machine,
    path: str | None = None,
    *,
    by: str | None = None,
    via: str | None = None,
    kind: IdKind = "uid",
    direction: Direction = "read",
    id: int | None = None,
    entry: str | None = None,
    op: Mapping[str, Any] | None = None,
) -> Ownership:
    """The same as :func:`ownership`, also of a mount or a caller that could not be made.

    Then the answer says whose the file is on the disk, and why there is nobody to ask, or nothing
    to ask through (``unmade``).

    >>> none = {"userns": {"M": {"uid_map": [[0, 0, 0]]}}, "mounts": {"m": {"userns": "M"}}}
    >>> answer = answered(Machine(none), ".")
    >>> answer.unmade, answer.lanes[0].id, answer.err
    ('mounts.m', 0, 'ENOENT')
    """
    by, via = by or machine.default_by, via or machine.default_via
    places = (f"mounts.{via}", f"callers.{by}")
    place = next((place for place in places if place in machine.reasons), None)
    if place is None:
        return ownership(machine, path, by=by, via=via, kind=kind, direction=direction, id=id,
                         entry=entry, op=op)  # fmt: skip
    kind = _checked(kind, direction, id, entry)
    spec = (machine.document.get("mounts") or {}).get(via) or {}
    full = posixpath.join(spec.get("subdir") or "", path or ".")
    full = _there(machine, "plain", full) or full
    id = id if direction == "read" else None
    host = ownership(machine, full, by="root", via="plain", kind=kind, id=id, entry=entry)
    call = {"read": "stat"}.get(direction, direction)
    asked = {"op": call, "path": path or ".", **(op or {}), "by": by, "via": via}
    why = machine.reasons[place]
    access = Access(asked, why.errno, why, why.rule, unseen=True)
    lanes = (
        host.lanes[0],
        Lane("mount", "In the mount", f"{via} \N{MIDDLE DOT} not made", None),
        Lane("caller", "You see", f"{_space(machine, by)} \N{MIDDLE DOT} {kind}", None),
    )
    mount, caller = _rows(machine, "mounts", via, kind), _rows(machine, "callers", by, kind)
    hops = (
        Hop("mount", "mount idmap", mount or (), mount is None, "left",
            spelled("make_vfsuid", kind)),
        Hop("caller", "caller's user ns", caller or (), caller is None, "right",
            spelled("from_kuid_munged", kind)),
    )  # fmt: skip
    return Ownership(
        f"{path or '.'} asked about by {by} via {via}", kind, direction, lanes, hops,
        travel("read", hops, {}, begun=False), why.errno, host.overflow, access=access,
        entry=entry or "", unmade=place,
    )  # fmt: skip


def _space(machine: Machine, by: str) -> str:
    """The name of the user namespace a caller is or would be in."""
    spec = (machine.document.get("callers") or {}).get(by) or {}
    return spec.get("userns") or ns_label(init_user_ns)


def _rows(machine: Machine, part: str, name: str, kind: IdKind) -> tuple[Row, ...] | None:
    """The rows a mount or caller has or would have; ``None`` where it has no namespace."""
    spec = (machine.document.get(part) or {}).get(name) or {}
    if spec.get("userns") is None:
        return None
    ns = machine.namespaces.get(spec["userns"])
    if ns is None:
        return ()
    return tuple((ns.uid_map if kind == "uid" else ns.gid_map).rows)


def of_operation(
    document: Mapping[str, Any],
    number: int,
    kind: IdKind | None = None,
    entry: str | None = None,
) -> Ownership:
    """What operation ``number`` of a scenario (from 0) is about, from the state before it.

    With the operation's own caller, mount and direction; ``kind`` by default is "uid", or "gid" for
    a chown that gives a group alone.  Of getacl it is ``entry``, by default the first that names
    somebody, and of getcap the capability's root.  Where the path is not there, it is the directory
    on the way to it that is.

    Raises KernelError as :func:`ownership` does, and ValueError where there is no such operation.
    """
    ops = document.get("ops") or ()
    if not 0 <= number < len(ops):
        known = f"0 to {len(ops) - 1}" if ops else "none"
        raise ValueError(f"there is no operation {number}; there is: {known}")
    machine = Machine(document)
    for earlier in ops[:number]:
        machine.run(earlier)
    op = machine.spelled_out(ops[number])
    if "path" not in op:
        raise ValueError(f"operation {number} is about no file: {op['op']}")
    path = op["path"] or "."
    if op["op"] in _CREATING and op["op"] != "tmpfile":
        path = _above(path)
    asked = {"entry": entry} if entry is not None else _asked_by(machine, op, kind)
    there = _there(machine, op["via"], path, follow=_follows(op))
    if there is None:
        return answered(machine, path, by=op["by"], via=op["via"], **asked, op=op)
    answer = answered(machine, there, by=op["by"], via=op["via"], kind=kind or "uid", op=op)
    return replace(answer, title=f"{path} is not there; {answer.title}", instead=there)


def _asked_by(machine: Machine, op: Mapping[str, Any], kind: IdKind | None) -> dict[str, Any]:
    """The question an operation asks, but for its path, caller and mount."""
    name, any_kind = op["op"], {"kind": kind or "uid"}
    if name in _CREATING:
        return any_kind | {"direction": "create"}
    given = [each for each in get_args(IdKind) if op.get(each, -1) not in (-1, INVALID)]
    if name == "chown" and (kind in given or (kind is None and given)):
        asked = kind or given[0]
        return {"kind": asked, "direction": "chown", "id": op[asked]}
    entry = _first_entry(machine, op, kind) if name in ("getacl", "getcap") else None
    return any_kind if entry is None else {"entry": entry}


def _first_entry(machine: Machine, op: Mapping[str, Any], kind: IdKind | None) -> str | None:
    """The entry an operation reads: the first with an id (of this kind), or the root of a cap."""
    try:
        inode = machine.path_at(machine.mount(op["via"]), op["path"], follow=False).inode
    except KernelError:
        return None
    if op["op"] == "getcap":
        return "rootid" if inode.i_caps and inode.i_caps.version == 3 else None
    default = op.get("which") == "default"
    acl = (inode.i_default_acl if default else inode.i_acl) or ()
    tags = {"uid": "user", "gid": "group"}
    named = (
        f"{'default:' if default else ''}{entry.tag}:{entry.id}"
        for entry in acl
        if entry.id is not None and (kind is None or entry.tag == tags[kind])
    )
    return next(named, None)


def _there(machine: Machine, via: str, path: str, *, follow: bool = False) -> str | None:
    """Where a path leads nowhere, the longest beginning of it that leads; ``None`` if it leads."""
    if via not in machine.mounts or _leads(machine, via, path, follow=follow):
        return None
    parts = path.split("/")
    ends = bisect(
        range(1, len(parts)), 0, key=lambda n: not _leads(machine, via, "/".join(parts[:n]))
    )
    return "/".join(parts[:ends]) or "."


def _leads(machine: Machine, via: str, path: str, *, follow: bool = True) -> bool:
    """Whether a path of a mount leads to something, whoever asks."""
    try:
        machine.path_at(machine.mounts[via], path, follow=follow)
    except KernelError:
        return False
    return True


def _above(path: str) -> str:
    """The directory a path leads into."""
    return posixpath.dirname(path.rstrip("/")) or "."


#: Operations that make something new.
_CREATING = ("create", "mkdir", "mknod", "symlink", "tmpfile")


def _checked(kind: IdKind, direction: Direction, id: int | None, entry: str | None) -> IdKind:
    """The kind of id asked about; ValueError for a question that cannot be asked."""
    _check(kind, direction, id)
    return kind if entry is None else _check_entry(entry, direction, id)


def _check_entry(entry: str, direction: str, id: int | None) -> IdKind:
    """Whether the entry holds a uid or a gid; ValueError for what is no entry."""
    if wanted := an_entry(entry):
        raise ValueError(f"entry is {printable(repr(entry), 60)}; want {wanted}")
    if direction != "read" or id is not None:
        raise ValueError("an entry is asked about with direction read, and without an id")
    return "gid" if "group:" in entry else "uid"


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


Op = Mapping[str, Any]


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
    by: str
    via: str
    field: str = ""

    # ------------------------------------------------------------------ what is asked

    def about_owner(self, path: str, id: int | None, op: Op | None, *, known: bool) -> Ownership:
        """Whose a file is, and whether the caller's stat gets there."""
        of = path if id is None else f"{self.kind} {id} in {path}" if known else f"{self.kind} {id}"
        title = f"{of} seen by {self.by} via {self.via}"
        if id is not None:
            answer = self.read(self.stored_as(id), title)
        else:
            question, inode = self.found(path, follow=_follows(op))
            answer = question.read(inode, title)
        return self.with_look(answer, op, {"op": "stat", "path": path}, self.mnt.mnt_root)

    def about_new(self, path: str, id: int | None, op: Op | None) -> Ownership:
        """Whose something new in a directory is, and whether the caller may make it."""
        question, dir = self.found(path, follow=True)
        if not dir.is_dir:
            path = posixpath.dirname(path.rstrip("/")) or "."
            question, dir = self.found(path, follow=True)
        title = f"a file created in {path} by {self.by} via {self.via}"
        answer = question.write("create", id, title)
        if self.kind == "gid" and dir.i_mode & S_ISGID:
            if answer.travel.lost is None:
                answer = question.inherited(dir, answer)
            answer = replace(answer, setgid=question.aside(self.fs_userns, dir.i_gid).id)
        own = self.task if id is None else self.creating(self.make_kid(self.task.cred.user_ns, id))
        name = next(name for name in _new_names() if name not in dir.entries)
        new = name if path == "." else posixpath.join(path, name)
        asked = op or {"op": "create", "path": new, "mode": "0666"}
        if INVALID in (own.cred.fsuid, own.cred.fsgid):
            rule = f"{self.kind} {id} is no id in the caller's user namespace"
            return replace(answer, access=Access(self.named_op(asked), "EINVAL", rule=rule))
        return self.with_access(answer, asked, dir, own)

    def about_chown(self, path: str, id: int | None, op: Op | None) -> Ownership:
        """What is stored for an id given to chown, and whether the caller may give it."""
        question, inode = self.found(path, follow=_follows(op))
        answer = question.write("chown", id, f"chown {path} by {self.by} via {self.via}")
        number = answer.lanes[-1].id
        asked = op or {"op": "chown", "path": path, self.kind: number}
        if number is None and op is None:
            rule = f"the caller's namespace has no number for its own {self.kind}"
            return replace(answer, access=Access(self.named_op(asked), "EINVAL", rule=rule))
        return self.with_access(answer, asked, inode)

    def about_entry(self, path: str, entry: str, op: Op | None) -> Ownership:
        """Who an entry of an access list, or the root of a capability, is."""
        question, inode = self.found(path, follow=False)
        kid = self.kernel_id(inode, path, entry)
        rootid = entry == "rootid"
        asked: dict[str, Any] = {"op": "getcap" if rootid else "getacl", "path": path}
        if entry.startswith("default:"):
            asked["which"] = "default"
        title = f"{entry} of {path} read by {self.by} via {self.via}"
        question = replace(question, field=entry if rootid else f"ACL {entry.rpartition(':')[0]}")
        answer = replace(question.read_id(kid, title), entry=entry)
        if rootid and answer.travel.lost is not None:
            answer = question.of_a_capability(answer, inode)
        return self.with_look(answer, op, asked, inode)

    def found(self, path: str, *, follow: bool) -> tuple[_Question, Inode]:
        """What a path leads to, and the question about it: a path may leave the mount by ``..``."""
        found = self.machine.path_at(self.mnt, path, follow=follow)
        return (self if found.mnt is self.mnt else replace(self, mnt=found.mnt)), found.inode

    def kernel_id(self, inode: Inode, path: str, entry: str) -> int:
        """The kernel id an entry of a file holds; ENODATA where it has no such entry."""
        if entry == "rootid":
            caps = inode.i_caps
            if caps is None or caps.version != 3:
                raise KernelError("ENODATA", f"{path} has no capability with a rootid")
            return make_kuid(self.fs_userns, uid_t(caps.rootid))
        acl = inode.i_default_acl if entry.startswith("default:") else inode.i_acl
        tag, _, id = entry.removeprefix("default:").partition(":")
        there = [(each.tag, each.id) for each in acl or () if each.id is not None]
        if (tag, int(id)) not in there:
            names = ", ".join(f"{tag}:{id}" for tag, id in there) or "none"
            raise KernelError("ENODATA", f"{path} has no entry {entry}; there is: {names}")
        return int(id)

    def of_a_capability(self, answer: Ownership, inode: Inode) -> Ownership:
        """A rootid that has no number: reading the capability is refused, or hides it."""
        try:
            cap_inode_getsecurity(self.task, self.mnt.mnt_idmap, inode)
        except KernelError as error:
            lanes = (*answer.lanes[:-1], replace(answer.lanes[-1], shown=None))
            return replace(answer, err=error.name, lanes=lanes)
        return replace(answer, lanes=(*answer.lanes[:-1], replace(answer.lanes[-1], shown=0)))

    def inherited(self, dir: Inode, own: Ownership) -> Ownership:
        """The group of something new in a setgid directory: copied, its own only asked for."""
        group = self.read(dir, own.title)
        calls = (*(replace(call, hop=None) for call in own.calls), *group.calls)
        return replace(group, direction="create", inherited=True, calls=calls)

    def with_access(
        self, answer: Ownership, op: Op, about: Inode, task: Task | None = None
    ) -> Ownership:
        """The answer with the other one: the call, made by the caller."""
        return replace(answer, access=self.tried(op, about, task))

    def with_look(self, answer: Ownership, op: Op | None, look: Op, about: Inode) -> Ownership:
        """The answer with the call asked about, and whether the caller may look all the same."""
        seen = self.tried(look, about)
        if op is None:
            return replace(answer, access=seen)
        called = self.tried(op, about)
        if (op["op"], op["path"]) != (look["op"], look["path"]):
            called = replace(called, unseen=seen.unseen)
        return replace(answer, access=called)

    def tried(self, op: Op, about: Inode, task: Task | None = None) -> Access:
        """What comes of a call, made by the caller."""
        return access(self.machine, self.named_op(op), task or self.task, about)

    def named_op(self, op: Op) -> dict[str, Any]:
        """The operation with its caller and mount."""
        return {"by": self.by, "via": self.via, **op}

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

    def stored_as(self, id: int) -> Inode:
        """A file that the filesystem stores with this id; EOVERFLOW where it cannot."""
        kid = self.map_of(self.fs_userns).down(id)
        if kid is None:
            raise KernelError(
                "EOVERFLOW",
                f"{self.kind} {id} cannot be stored: {self.fs_userns.name} has no row for it",
            )
        inode = Inode(self.mnt.mnt_sb, 0o100644, kid, kid)
        inode.name = f"{self.kind} {id}"
        return inode

    def creating(self, kid: int) -> Task:
        """The task with another id to create with."""
        cred = replace(self.task.cred, **{f"fs{self.kind}": kid})  # type: ignore[arg-type]
        return replace(self.task, cred=cred)

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
        shown: int | None = result(placed, spelled("from_kuid_munged", self.kind))
        last = Lane("caller", "You see", self.caller_sub, number.id,
                    shown if number.id is None else None)  # fmt: skip
        caller = self.caller_side(last, number.row, self.parent(seen))
        return self.answer(title, "read", disk, seen, caller, placed)

    def read_id(self, kid: int, title: str) -> Ownership:
        """An id that is no owner's: the same way, but a missing number reads 4294967295."""
        ns, idmap, fs = self.task.cred.user_ns, self.mnt.mnt_idmap, self.fs_userns
        with recording() as steps:
            if self.kind == "uid":
                from_kuid(ns, kuid_t(make_vfsuid(idmap, fs, kuid_t(kid))))
            else:
                from_kgid(ns, kgid_t(make_vfsgid(idmap, fs, kgid_t(kid))))
        placed = list(about(steps, self.kind))
        seen = result(placed, spelled("make_vfsuid", self.kind))
        inside = _found(lookup(placed, "fs")) if self.idmapped else self.aside(fs, kid)
        disk = self.disk_side(kid, inside, _found(lookup(placed, "mount")).row, checked=False)
        number = _found(lookup(placed, "caller"))
        last = Lane("caller", "You see", self.caller_sub, number.id,
                    INVALID if number.id is None else None)  # fmt: skip
        caller = self.caller_side(last, number.row, self.parent(seen))
        hops = [*caller.hops[:-1], replace(caller.hops[-1], helper="from_kuid")]
        caller = caller._replace(hops=hops)
        return self.answer(title, "read", disk, seen, caller, placed)

    def write(self, direction: Direction, id: int | None, title: str) -> Ownership:
        """create and chown: from the caller to the inode."""
        ns, cred = self.task.cred.user_ns, self.task.cred
        own = int(cred.fsuid if self.kind == "uid" else cred.fsgid)
        with recording() as steps:
            vfsid = self.given(direction, id, own)
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
        name = {"create": "You create", "chown": "You type"}[direction]
        twin = None if number.id is not None else (f"fs{self.kind}", own)
        last = Lane("caller", name, self.caller_sub, number.id, twin=twin)
        parent = self.parent(seen)
        if twin and parent and parent.number.id is None:
            parent = None
        caller = self.caller_side(last, number.row, parent)
        return self.answer(title, direction, disk, seen, caller, placed)

    def given(self, direction: Direction, id: int | None, own: int) -> int:
        """The kernel id the call comes with; nobody can type to chown what has no number here."""
        ns = self.task.cred.user_ns
        if id is not None:
            return self.make_kid(ns, id)
        return INVALID if direction == "chown" and self.aside(ns, own).id is None else own

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
        task = self.creating(vfsid)
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
        fs, field = self.fs_userns, self.field or f"i_{self.kind}"
        rows = tuple(self.map_of(self.mnt.mnt_idmap).rows) if self.idmapped else ()
        mount = Hop("mount", "mount idmap", rows, not self.idmapped, "left", "make_vfsuid")
        if fs is init_user_ns:
            lane = Lane("fs", "On disk", f"{self.mnt.mnt_sb} · {field}", kid)
            return _Side([lane], [mount], [mount_row])
        name, fs_rows = "filesystem's user ns", tuple(self.map_of(fs).rows)
        number = Lane("fs", "On disk", f"id in {fs.name}", inside.id)
        if self.idmapped:
            lane = Lane("fs", "In the inode", f"{field} · kernel id", kid)
            hop = Hop("fs", name, fs_rows, False, "right", "from_kuid")
            return _Side([lane, number], [hop, mount], [inside.row, mount_row])
        if inside.id is None and kid is not None and not checked:
            lane = Lane("fs", "In the inode", f"{field} · none in {fs.name}", kid)
            return _Side([lane], [mount], [None])
        twin = None if kid is None else (field, kid)
        hop = Hop("fs", name, fs_rows, False, "left", "make_kuid", note="mount not idmapped")
        return _Side([replace(number, twin=twin)], [hop], [inside.row])

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
        lanes = (*disk.lanes, Lane("mount", "In the mount", self.mount_sub, seen), *caller.lanes)
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


def _follows(op: Op | None) -> bool:
    """Whether an operation is about what a symlink at the end of its path leads to."""
    return op is not None and bool(op.get("follow", op["op"] in _FOLLOWING))


#: Operations that follow a symlink, unless they say otherwise.
_FOLLOWING = ("open", "access", "chmod", "truncate", "utimens", "readdir", "exec")


def _new_names() -> Iterator[str]:
    """Names for something new, the plain one first."""
    yield "new"
    yield from (f"new-{number}" for number in count(2))


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
