# SPDX-License-Identifier: BSD-3-Clause
"""
Replay with its trace
=====================

What every operation of a scenario gave, and which helpers were called on the way, down to the check
that decided the errno.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from stat import S_ISGID, S_ISUID
from typing import Any

from kfuncviz.model.capability import CAP_NAMES
from kfuncviz.model.filesystems import SERVED, filesystem
from kfuncviz.model.mnt_idmapping import MntIdmap, make_vfsgid, make_vfsuid
from kfuncviz.model.releases import beyond
from kfuncviz.model.trace import Step
from kfuncviz.model.uidgid import INVALID, kgid_t, kuid_t, vfsgid_into_kgid, vfsuid_into_kuid
from kfuncviz.model.user_namespace import from_kgid, from_kuid
from kfuncviz.printable import printable
from kfuncviz.scenario.credentials import CREDENTIALS
from kfuncviz.scenario.machine import Machine
from kfuncviz.scenario.problems import Problem
from kfuncviz.scenario.why import Why

#: The longest line of a trace.
_LINE_MAX = 400
_CAPS_SHOWN = 4
_SET_ID = S_ISUID | S_ISGID


@dataclass(frozen=True, repr=False)
class OpReplay:
    """One operation: as written, its result, and the steps of the call.

    ``why`` is what decided, ``None`` if the call succeeded.  ``owners`` says in words who owns what
    the call was about, as the caller sees it and on the disk; empty where nobody can see it.
    """

    op: Mapping[str, Any]
    result: Mapping[str, Any]
    steps: tuple[Step, ...]
    why: Why | None = None
    owners: str = ""

    @property
    def err(self) -> str | None:
        """The errno name, ``None`` if the call succeeded."""
        err: str | None = self.result["err"]
        return err

    def __str__(self) -> str:
        given = [f"{key}={_argument(value)}" for key, value in self.op.items()
                 if key not in ("op", "path")]  # fmt: skip
        path = [_shown(self.op["path"]) or '""'] if "path" in self.op else []
        call = " ".join([self.op["op"], *path, *given])
        if self.err is None:
            said = [text for text in (_returned(self.op, self.result), self.owners) if text]
            return f"{call} -> ok" + (f": {'; '.join(said)}" if said else "")
        if self.why is None:
            return f"{call} -> {self.err}"
        why = self.why
        if why.errno != self.err:
            return printable(f"{call} -> {self.err}: {why}", _LINE_MAX * 2)
        at = "" if why.path in (None, self.op.get("path")) else f" at {_shown(why.path)}"
        return printable(f"{call} -> {self.err}{at}: {why.words}", _LINE_MAX * 2)

    def __repr__(self) -> str:
        return f"<OpReplay {self}>"

    def trace(self) -> str:
        """All steps, one a line, indented by depth."""
        return "\n".join(printable(step.line, _LINE_MAX) for step in self.steps)


@dataclass(frozen=True, repr=False)
class Replay:
    """All of a scenario: ``result`` in the format of the kernel's answers, and every operation.

    ``notes`` says what could not be made and which map nobody wrote, one line each.
    """

    result: Mapping[str, Any]
    ops: tuple[OpReplay, ...]
    notes: tuple[str, ...]

    def __getitem__(self, number: int) -> OpReplay:
        return self.ops[number]

    def __len__(self) -> int:
        return len(self.ops)

    def __str__(self) -> str:
        notes = [f"note: {note}" for note in self.notes]
        lines = [f"{number:3} {op}" for number, op in enumerate(self.ops)]
        return "\n".join([*notes, *(lines or ["no operation was made"])])

    def __repr__(self) -> str:
        refused = sum(op.err is not None for op in self.ops)
        return f"<Replay of {len(self.ops)} operations, {refused} refused; print() lists them>"


def _shown(value: Any, most: int = 60) -> str:
    """Something a scenario holds, as one line of a replay shows it."""
    return printable(str(value), most)


def _argument(value: Any) -> str:
    """An argument of a call; a list of names as one word."""
    names = isinstance(value, list) and all(isinstance(name, str) for name in value)
    return _shown(",".join(value) if names else value)


def _returned(op: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    """What a call gave back, where the owners do not say it already."""
    ret: Any = result.get("ret")
    if op["op"] == "getacl":
        entries = (f"{tag}:{'' if id is None else _acl_id(id)}:{perm}" for tag, id, perm in ret)
        return _shown(", ".join(entries), _LINE_MAX)
    if op["op"] in ("stat", "truncate") or ret is None:
        return ""
    if op["op"] == "open_by_handle":
        return f"the open file shows {ret['uid']}:{ret['gid']} {ret['mode']} {ret['type']}"
    if op["op"] == "exec":
        return f"runs as {_status(ret)}" if ret else ""
    if op["op"] in CREDENTIALS:
        groups = ", ".join(map(str, ret["groups"])) or "none"
        return _shown(f"goes on as {_status(ret)}; further groups: {groups}", _LINE_MAX)
    if op["op"] == "getcap":
        return _capability(ret)
    if op["op"] == "statmount":
        return _mount(ret)
    if op["op"] == "mountinfo":
        return ",".join(ret) or "not listed"
    if isinstance(ret, list):
        ret = ", ".join(ret) or "nothing"
    return _shown(ret, _LINE_MAX)


def _status(status: Mapping[str, Any]) -> str:
    """The ids and capabilities a task has: the real ids, and those that are others."""
    ids = ", ".join(_four(kind, status[kind]) for kind in ("uid", "gid"))
    idle = "" if status["cap_eff"] == status["cap_prm"] else ", not all effective"
    return f"{ids} with {_names(status['cap_prm'])}{idle}"


def _four(kind: str, ids: Mapping[str, int]) -> str:
    real, effective, saved, fs = (ids[name] for name in ("real", "eff", "saved", "fs"))
    usual = {"effective": real, "saved": effective, "filesystem": effective}
    held = {"effective": effective, "saved": saved, "filesystem": fs}
    others = [f"{name} {id}" for name, id in held.items() if id != usual[name]]
    return f"{kind} {real}" + (f" ({', '.join(others)})" if others else "")


def _capability(caps: Mapping[str, Any]) -> str:
    """What getcap gave back."""
    parts = [f"version {caps['version']}"]
    if caps["inheritable"]:
        parts.append(f"inheritable {_names(caps['inheritable'])}")
    if caps["effective"]:
        parts.append("effective")
    if "rootid" in caps:
        parts.append(f"rootid {caps['rootid']}")
    return f"{_names(caps['permitted'])} ({', '.join(parts)})"


def _mount(shown: Mapping[str, Any]) -> str:
    """What statmount gave back: flags, and the rows of the maps as the caller is told them."""
    parts = [",".join(shown["flags"]) or "no flag"]
    for key in ("uid_map", "gid_map"):
        if shown[key] is not None:
            rows = ", ".join('"{} {} {}"'.format(*row) for row in shown[key]) or "no row to tell"
            parts.append(f"{key} {rows}")
    return _shown("; ".join(parts), _LINE_MAX)


def _names(mask: int) -> str:
    """The capabilities of a bit mask; of many only how many, and the number of one without name."""
    caps = [name for cap, name in enumerate(CAP_NAMES) if mask >> cap & 1]
    caps += [f"capability {cap}" for cap in range(len(CAP_NAMES), 64) if mask >> cap & 1]
    if len(caps) > _CAPS_SHOWN:
        return f"{len(caps)} capabilities"
    return ", ".join(caps) or "no capability"


def _acl_id(id: int) -> str:
    return f"{id} (nobody: no number here)" if id == INVALID else str(id)


def _owners(machine: Machine, op: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    """Owner and group of what a call was about, as its caller sees them and on the disk."""
    seen = result.get("seen")
    if not seen or "err" in seen:
        return ""
    op = machine.spelled_out(op)
    stored = _stored(machine, op, result.get("disk"))
    if stored is None:
        return ""
    idmap, kuid, kgid = stored
    ns = machine.callers[op["by"]].cred.user_ns
    fs = machine.sb.s_user_ns
    vfsuid, vfsgid = make_vfsuid(idmap, fs, kuid), make_vfsgid(idmap, fs, kgid)
    no_uid, no_gid = (
        from_kuid(ns, vfsuid_into_kuid(vfsuid)),
        from_kgid(ns, vfsgid_into_kgid(vfsgid)),
    )
    uid = _named(seen["uid"], vfsuid, no_uid)
    gid = _named(seen["gid"], vfsgid, no_gid)
    ids = ":".join("no id" if id == INVALID else str(id) for id in (kuid, kgid))
    there = "" if (uid, gid) == tuple(ids.split(":")) else f" (on disk {ids})"
    told = f"{uid}:{gid}{there} {seen['mode']} {seen['type']}"
    if op["op"] == "exec" and int(seen["mode"], 8) & _SET_ID and INVALID in (no_uid, no_gid):
        told += "; its setuid and setgid count only where owner and group both have a number"
    return told


def _stored(
    machine: Machine, op: Mapping[str, Any], disk: Mapping[str, Any] | None
) -> tuple[MntIdmap, kuid_t, kgid_t] | None:
    """The kernel ids on the disk and the map they are seen through; ``None`` if nobody can see.

    The caller, who has just seen it, walks the path where a look at the disk does not do: -1 looks
    like any 65534 to who asks by stat, and on the way there may be another mount.
    """
    mount, path = machine.looked_at(op)
    mnt = machine.mounts_of(op["by"])[mount]
    entries = machine.document.get("setup") or ()
    if machine.covered or any(-1 in (entry.get("kuid"), entry.get("kgid")) for entry in entries):
        found = machine.path_at(mnt, path or "", follow=False, walker=machine.callers[op["by"]])
        return found.mnt.mnt_idmap, found.inode.i_uid, found.inode.i_gid
    return (mnt.mnt_idmap, disk["uid"], disk["gid"]) if disk else None


def _named(shown: int, vfsid: int, id: int) -> str:
    """A number as stat shows it, and which of the three a missing one is."""
    if vfsid == INVALID:
        return f"{shown} [no id]"
    if id == INVALID:
        return f"{shown} [no name here]"
    return str(shown)


def notes(machine: Machine) -> Iterator[str]:
    """What could not be made and why, the maps nobody wrote, and what is not modelled or known."""
    if newer := beyond(machine.root.kernel):
        yield f"settings.kernel: {newer}"
    for place, why in machine.reasons.items():
        if not place.startswith("callers."):
            could = "could not be made: " if place.startswith("setup ") else ""
            yield str(Problem(why.path or place, could + why.rule, why.errno))
    for name, ns in machine.namespaces.items():
        for kind, written in (("uid", ns.uid_map), ("gid", ns.gid_map)):
            if not written:
                shown = getattr(machine.root.sysctl, f"overflow{kind}")
                yield f"userns.{name}: {kind}_map was never written: every {kind} is {shown}"
    fs_type = (machine.document.get("fs") or {}).get("type", "tmpfs")
    if not filesystem(fs_type).modelled:
        served = "; its server may refuse by rules of its own" if fs_type in SERVED else ""
        yield (
            f"fs.type: of {fs_type} only whether its mounts can be idmapped is modelled; the rest "
            f"follows the rules of the VFS{served}"
        )


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the garbage collector from looking through a growing trace again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def replay_traced(document: Mapping[str, Any]) -> Replay:
    """Replay a scenario and keep the trace of every operation.

    Raises :class:`~kfuncviz.scenario.problems.ScenarioError` where that takes more than
    :class:`~kfuncviz.model.budget.Budget` allows.

    >>> print(replay_traced({"ops": [{"op": "rmdir", "path": "gone"}]})[0])
    rmdir gone -> ENOENT: there is no 'gone' in the directory
    """
    machine = Machine(document)
    with _no_collection():
        ops = tuple(
            _operation(machine, op, result, steps, f"ops[{number}]")
            for number, (op, result, steps) in enumerate(machine.replay(trace=True))
        )
    return Replay(machine.report | {"ops": [op.result for op in ops]}, ops, tuple(notes(machine)))


def _operation(
    machine: Machine,
    op: Mapping[str, Any],
    result: Mapping[str, Any],
    steps: list[Step],
    place: str = "",
) -> OpReplay:
    why, owners = machine.why(op, result, steps, place), _owners(machine, op, result)
    return OpReplay(op, result, tuple(steps), why, owners)


def attempt(document: Mapping[str, Any], op: Mapping[str, Any], *, after: int = 0) -> OpReplay:
    """What one operation would give after the first ``after`` ones of a scenario.

    >>> attempt({"callers": {"c": {"kuid": 5}}}, {"op": "chown", "path": ".", "uid": 5}).err
    'EPERM'
    """
    machine = Machine(document)
    for earlier in (document.get("ops") or ())[:after]:
        machine.run(earlier)
    steps: list[Step] = []
    return _operation(machine, op, machine.run(op, steps), steps)
