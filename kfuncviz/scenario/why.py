# SPDX-License-Identifier: BSD-3-Clause
"""
Why a call was refused, as data
===============================

:func:`why` looks at the steps of a refused call and says what decided: the check, the path it stood
at, the id that had no row and the map that had none for it, the row that would change it, and the
capability that did not count.  Words are made from this (``str``), never the other way round.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from kfuncviz.model.capability import CAP_FOWNER, CAP_NAMES
from kfuncviz.model.cred import Task
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fs import Inode, Path, i_gid_into_vfsgid, i_uid_into_vfsuid
from kfuncviz.model.idmap import IdMap, map_id_up
from kfuncviz.model.mnt_idmapping import vfsgid_has_mapping, vfsuid_has_mapping
from kfuncviz.model.trace import Step, deciding
from kfuncviz.model.uidgid import INVALID, LAST_ID
from kfuncviz.model.user_namespace import UserNamespace, init_user_ns
from kfuncviz.printable import short

Row = tuple[int, int, int]

#: Checks that ask a capability only after the mode bits or the ACL have refused.
_BITS = ("acl_permission_check", "posix_acl_permission")
_CAPABLE = ("ns_capable", "capable", "capable_wrt_inode_uidgid", "inode_owner_or_capable")
_ROWS_SHOWN = 4


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
    path: str | None = None
    id: int | None = None
    kind: str | None = None
    map: str | None = None
    place: str | None = None
    rows: tuple[Row, ...] | None = None
    missing_row: Row | None = None
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
            parts.append(self._cap_words())
        if self.map is not None and self.id is not None:
            parts.append(self._map_words())
        if not self.measured:
            parts.append("follows the source, no such kernel was asked")
        return "; ".join(parts)

    def _cap_words(self) -> str:
        if self.cap_why == "not held":
            return f"the caller has no {self.cap}"
        return f"{self.cap} does not count: {self.cap_why}"

    def _map_words(self) -> str:
        if not self.rows:
            return f"{self.map} was never written: no {self.kind} has a row"
        rows = ", ".join(f'"{a} {b} {n}"' for a, b, n in self.rows[:_ROWS_SHOWN])
        more = ", ..." if len(self.rows) > _ROWS_SHOWN else ""
        said = f"{self.kind} {self.id} has no row in {self.map} ({rows}{more})"
        if self.missing_row is None:
            return said
        return '{}; the row "{} {} {}" would give it one'.format(said, *self.missing_row)


def why(
    steps: Sequence[Step],
    path: str | None = None,
    name: Callable[[Inode], str | None] | None = None,
) -> Why | None:
    """What decided that the recorded call was refused, ``None`` if nothing refused.

    Parameters
    ----------
    steps:
        The trace of the call.
    path:
        The path the call was about.
    name:
        Says the path of a directory, for checks that stood at one on the way.

    >>> from kfuncviz.scenario.replay import replay_traced
    >>> found = replay_traced({"setup": [{"type": "dir", "path": "d", "mode": "0700"}],
    ...     "callers": {"c": {"kuid": 5}}, "ops": [{"op": "stat", "path": "d/x"}]})[0].why
    >>> found.errno, found.path, found.cap, found.cap_why
    ('EACCES', 'd', 'CAP_DAC_OVERRIDE', 'not held')
    """
    step = deciding(list(steps))
    if step is None or step.error is None:
        return None
    index = next(number for number, each in enumerate(steps) if each is step)
    error = step.error
    found: dict[str, Any] = {}
    if error.name in ("EACCES", "EPERM"):
        found = _capability(list(_asked(steps, index)))
    if "id" not in found and error.name in ("EACCES", "EINVAL", "EOVERFLOW"):
        found |= _lookup(_scope(steps, index), _task(steps))
    stood = _inode(step)
    at = name(stood) if name is not None and stood is not None and stood.is_dir else None
    return Why(
        check=step.function,
        rule=error.rule,
        errno=error.name,
        path=at if at is not None else path,
        section=step.section,
        file=step.file,
        commit=step.commit,
        measured=step.measured,
        **found,
    )


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


def path_of(roots: Iterable[Inode]) -> Callable[[Inode], str | None]:
    """A function that names directories as seen from the roots of mounts.

    It gives ``None`` for what was removed.
    """
    tops = {id(root) for root in roots}

    def name(inode: Inode) -> str | None:
        names: list[str] = []
        while id(inode) not in tops and inode.i_parent is not inode:
            parent = inode.i_parent
            if parent.entries.get(inode.name) is not inode:
                return None
            names.append(inode.name)
            inode = parent
        return "/".join(reversed(names)) or "."

    return name


# ---------------------------------------------------------------------- capabilities


def _below(steps: Sequence[Step], index: int) -> Sequence[Step]:
    """A step and what it called."""
    end = index + 1
    while end < len(steps) and steps[end].depth > steps[index].depth:
        end += 1
    return steps[index:end]


def _caller_of(steps: Sequence[Step], index: int) -> int:
    """The step that called this one; the step itself where nobody did."""
    depth = steps[index].depth
    return next((n for n in range(index - 1, -1, -1) if steps[n].depth < depth), index)


def _asked(steps: Sequence[Step], index: int) -> Iterable[tuple[Step, Sequence[Step]]]:
    """The questions for a capability that stood behind a refusal, and what each looked at."""
    while steps[index].function in _BITS:
        above = _caller_of(steps, index)
        if above == index:
            break
        index = above
    scope = _below(steps, index)
    for number, step in enumerate(scope):
        if step.function in _CAPABLE and step.result is False:
            yield step, _below(scope, number)


def _capability(asked: list[tuple[Step, Sequence[Step]]]) -> dict[str, Any]:
    """The capability that did not count: the last one held, else the last one asked for."""
    best: dict[str, Any] = {}
    for step, below in asked:
        task: Task = step.args["current"]
        cap = step.args.get("cap", CAP_FOWNER)
        held = bool(task.cred.cap_effective >> cap & 1)
        if not held:
            if best.get("cap_why", "not held") == "not held":
                best = {"cap": CAP_NAMES[cap], "cap_why": "not held"}
            continue
        target = step.args.get("ns", init_user_ns)
        if step.function == "capable" or (
            step.function == "ns_capable" and target is not task.cred.user_ns
        ):
            if best.get("cap_why", "not held") == "not held":
                whose = "the initial namespace" if target is init_user_ns else target.name
                best = {"cap": CAP_NAMES[cap], "cap_why": f"not over {whose}"}
        elif step.function != "ns_capable":
            best = {"cap": CAP_NAMES[cap]} | _lookup(below, task)
            whose = _unmapped(step, task)
            where = {"mount": "the mount", "filesystem": "the filesystem's namespace"}.get(
                best.get("place", ""), "the caller's namespace"
            )
            have = "have" if " " in whose else "has"
            best["cap_why"] = f"{whose} {have} no row in {where}"
    return best


def _unmapped(step: Step, task: Task) -> str:
    """Which ids of the inode a capability was asked about have no row."""
    ns, idmap, inode = task.cred.user_ns, step.args["idmap"], step.args["inode"]
    owner = vfsuid_has_mapping(ns, i_uid_into_vfsuid(idmap, inode))
    group = vfsgid_has_mapping(ns, i_gid_into_vfsgid(idmap, inode))
    if step.function == "inode_owner_or_capable" or group:
        return "owner"
    return "group" if owner else "owner and group"


# ------------------------------------------------------------------------------ maps


class _Miss(NamedTuple):
    """A look-up in a map that found no row."""

    id: int
    down: bool
    kind: str
    place: str
    ns_name: str
    ns: UserNamespace | None
    map: IdMap


def _scope(steps: Sequence[Step], index: int) -> Sequence[Step]:
    """The steps in which the id of a refusal was looked up."""
    if steps[index].function == "posix_acl_valid":
        while steps[index].function != "vfs_set_acl" and _caller_of(steps, index) != index:
            index = _caller_of(steps, index)
    return _below(steps, index)


def _task(steps: Sequence[Step]) -> Task | None:
    return next((step.args["current"] for step in steps if "current" in step.args), None)


def _lookup(scope: Sequence[Step], task: Task | None) -> dict[str, Any]:
    """The look-up that found no row: the first number the caller typed, else the last one."""
    misses = [miss for number in range(len(scope)) if (miss := _miss(scope, number, task))]
    if not misses:
        return {}
    miss = next((miss for miss in misses if miss.down and miss.place == "caller"), misses[-1])
    rows = tuple((e.first, _written(miss, e.lower_first), e.count) for e in miss.map)
    row = _missing_row(miss, task)
    if row is not None:
        other = _written(miss, row[1])
        row = None if other == INVALID else (row[0], other, row[2])
    return {
        "id": miss.id,
        "kind": miss.kind,
        "map": f"{miss.ns_name}.{miss.kind}_map",
        "place": miss.place,
        "rows": rows,
        "missing_row": row,
    }


def _written(miss: _Miss, kid: int) -> int:
    """A kernel id of col 2 as it is written there: a nested namespace counts in its parent's."""
    parent = miss.ns and miss.ns.parent
    if parent is None:
        return kid
    return map_id_up(parent.uid_map if miss.kind == "uid" else parent.gid_map, kid)


def _miss(scope: Sequence[Step], number: int, task: Task | None) -> _Miss | None:
    step = scope[number]
    if step.function not in ("map_id_down", "map_id_up") or step.result != INVALID:
        return None
    above = scope[_caller_of(scope, number)]
    if above is step or step.args["id"] > LAST_ID:
        return None
    kind = "gid" if "gid" in above.function else "uid"
    ns, idmap = above.args.get("ns"), above.args.get("idmap")
    down = step.function == "map_id_down"
    if idmap is not None:
        return _Miss(step.args["id"], down, kind, "mount", idmap.name, None, step.args["map"])
    if ns is None:
        return None
    place = "caller" if task is not None and ns is task.cred.user_ns else "filesystem"
    return _Miss(step.args["id"], down, kind, place, ns.name, ns, step.args["map"])


def _missing_row(miss: _Miss, task: Task | None) -> Row | None:
    """A row with the missing number and a free one next to it that the caller can use."""
    ends = [e.first + e.count if not miss.down else e.lower_first + e.count for e in miss.map]
    wanted = [miss.id]
    if miss.place == "caller" and miss.down:
        wanted = []
    elif miss.place == "mount" and miss.down and task is not None:
        wanted = list(_usable(miss, task))
    for other in (*wanted, max(ends, default=0)):
        row = (miss.id, other, 1) if miss.down else (other, miss.id, 1)
        taken = miss.map.extent_up(other) if miss.down else miss.map.extent_down(other)
        if taken is None and other <= LAST_ID:
            return row
    return None


def _usable(miss: _Miss, task: Task) -> Iterable[int]:
    """Numbers of a mount's side that mean something to the caller, the same number first."""
    ns = task.cred.user_ns
    names = ns.uid_map if miss.kind == "uid" else ns.gid_map
    own = task.cred.fsuid if miss.kind == "uid" else task.cred.fsgid
    candidates = [miss.id, own]
    for extent in names:
        candidates += [extent.lower_first]
        candidates += [e.lower_first + e.count for e in miss.map]
    return (id for id in candidates if names.extent_up(id) is not None)


def _inode(step: Step) -> Inode | None:
    """What a check was about: an inode, or the directory something is to happen in."""
    for key in ("victim", "inode", "dir", "path"):
        value = step.args.get(key)
        if isinstance(value, Inode):
            return value
        if isinstance(value, Path):
            return value.inode
    return None
