# SPDX-License-Identifier: BSD-3-Clause
"""
Validation: every problem at once, with its place
=================================================

Checks a document against the tables of :mod:`.schema`, then that names refer to something, that
user namespaces have no cycle of parents, and what the kernel would refuse of its maps.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kfuncviz.model.capability import CAP_NAMES, cap_mask
from kfuncviz.scenario.checking import schema, unmodelled
from kfuncviz.scenario.checking.listing import Listing, join, kind, show
from kfuncviz.scenario.machine import Machine
from kfuncviz.scenario.problems import Problem

#: How many entries each part may have; a hostile file must not take memory or time.
LIMITS = {"userns": 64, "setup": 4096, "mounts": 64, "callers": 64, "ops": 10000}
_ROWS_MAX, _GROUPS_MAX = 1000, 65536


def validate(document: Any) -> list[Problem]:
    """Every problem of a scenario, in the order of the document; empty if it is sound.

    What only the kernel would refuse is no problem of the format: see :func:`refusals`.

    >>> [str(p) for p in validate({"ops": [{"op": "stat"}, {"op": "chwon", "path": "f"}]})]
    ["ops[0]: 'path' is missing", "ops[1].op: unknown operation 'chwon', did you mean 'chown'?"]
    """
    if not isinstance(document, Mapping):
        return [Problem("", f"a scenario is an object, not {kind(document)}")]
    return _Validation(document).problems


class _Validation(Listing):
    """One pass over a document, collecting problems."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        super().__init__()
        self.document = document
        self.keys("", document, (*schema.TEXTS, *_PARTS))
        self.object("", {k: v for k, v in document.items() if k in schema.TEXTS}, schema.TEXTS)
        wanted = schema.a_label(document.get("id"))
        if wanted:
            self.say("id", f"{show(document['id'])} is not {wanted}")
        for part, check in _PARTS.items():
            value = document.get(part)
            if value is not None and part != "id" and self.sized(part, value):
                check(self, value)

    def sized(self, part: str, value: Any) -> bool:
        """Whether a part is of the right kind and not too large."""
        listed = part in ("setup", "ops")
        if not isinstance(value, list if listed else Mapping):
            wanted = "a list" if listed else "an object"
            self.say(part, f"{show(value)} is {kind(value)}, not {wanted}")
            return False
        if len(value) > LIMITS.get(part, 64):
            self.say(part, f"{len(value)} entries; {LIMITS.get(part, 64)} is the most")
            return False
        return True

    def reference(self, place: str, value: Any, part: str, *more: str) -> None:
        """Check that a name refers to an entry of ``part`` (or is one of ``more``)."""
        names = self.document.get(part)
        known = [*more, *(names if isinstance(names, Mapping) else ())]
        if not isinstance(value, str) or value not in known:
            there = ", ".join(join("", name) for name in known[:12]) or "none"
            there += ", ..." if len(known) > 12 else ""
            self.say(place, f"{show(value)} is not defined in {part!r}; defined: {there}")

    # ------------------------------------------------------------------ parts

    def userns(self, value: Mapping[str, Any]) -> None:
        for name, spec in value.items():
            place = join("userns", name)
            self.name(place, name)
            if not self.object(place, spec, schema.USERNS):
                continue
            self.keys(place, spec, ("uid_map", "gid_map", "parent", *schema.USERNS))
            if spec.get("parent") is not None:
                self.reference(join(place, "parent"), spec["parent"], "userns")
            for which in ("uid_map", "gid_map"):
                if spec.get(which) is not None:
                    self.rows(join(place, which), spec[which])
        self.cycle(value)

    def name(self, place: str, name: Any) -> None:
        wanted = schema.a_name(name)
        if wanted:
            self.say(place, f"{show(name)} is not {wanted}")

    def rows(self, place: str, rows: Any) -> None:
        if not isinstance(rows, list):
            wanted = "a list of rows [inside, outside, count]"
            self.say(place, f"{show(rows)} is {kind(rows)}, not {wanted}")
            return
        if len(rows) == 3 and all(type(n) is int for n in rows):
            self.say(place, f"{show(rows)} is one row; want a list of rows: [{show(rows)}]")
            return
        if len(rows) > _ROWS_MAX:
            self.say(place, f"{len(rows)} rows; the kernel takes 340, this format {_ROWS_MAX}")
            return
        for number, row in enumerate(rows):
            numbers = isinstance(row, list) and len(row) == 3 and all(type(n) is int for n in row)
            if not numbers or any(abs(n) >= 1 << 64 for n in row):
                wanted = "three whole numbers [inside, outside, count]"
                self.say(f"{place}[{number}]", f"{show(row)} is not {wanted}")

    def cycle(self, value: Mapping[str, Any]) -> None:
        """Note every circle of parents once, at the first of its members."""
        done: set[Any] = set()
        for name in value:
            way: list[Any] = []
            at: Any = name
            while at not in way and isinstance(value.get(at), Mapping):
                way.append(at)
                parent = value[at].get("parent")
                at = parent if isinstance(parent, str) else None
            if at in way and at not in done:
                circle = " -> ".join(join("", ns) for ns in [*way[way.index(at) :], at])
                self.say(join(join("userns", at), "parent"), f"a circle of parents: {circle}")
            done.update(way)

    def fs(self, value: Mapping[str, Any]) -> None:
        self.keys("fs", value, ("type", "userns", "root"))
        self.object("fs", value, {"type": schema.a_filesystem})
        if value.get("userns") is not None:
            self.reference("fs.userns", value["userns"], "userns")
            self.written("fs.userns", value["userns"])
            if value.get("type", "tmpfs") != "tmpfs":
                what = "only a tmpfs is modelled as mounted in a user namespace"
                self.say("fs.userns", f"{what}, not {show(value['type'])}")
        if value.get("root") is not None and self.object("fs.root", value["root"], schema.ROOT):
            self.keys("fs.root", value["root"], schema.ROOT)

    def written(self, place: str, name: Any) -> None:
        """A filesystem's namespace needs both maps, or it could own nothing."""
        spaces = self.document.get("userns")
        spec = spaces.get(name) if isinstance(spaces, Mapping) and isinstance(name, str) else None
        if isinstance(spec, Mapping):
            uid_map = spec.get("uid_map")
            if not uid_map or not spec.get("gid_map", uid_map):
                self.say(place, f"{name} has an unwritten map; a filesystem there needs both")

    def is_tmpfs(self) -> bool:
        fs = self.document.get("fs")
        return not isinstance(fs, Mapping) or fs.get("type", "tmpfs") == "tmpfs"

    def setup(self, value: list[Any]) -> None:
        for number, entry in enumerate(value):
            place = f"setup[{number}]"
            if not self.object(place, entry, schema.SETUP):
                continue
            self.keys(place, entry, (*schema.SETUP, "cap"))
            self.required(place, entry, ("type", "path"))
            for key in ("kuid", "kgid"):
                if entry.get(key) == -1 and self.is_tmpfs():
                    what = (
                        "on a tmpfs every inode has an id; a disk may hold none, fs: {type: ext4}"
                    )
                    self.say(join(place, key), what)
            if entry.get("attrs") and entry.get("type") in ("symlink", "fifo", "chr"):
                self.say(join(place, "attrs"), "only a dir, file or exe has attrs")
            if entry.get("cap") is not None:
                where = join(place, "cap")
                if self.object(where, entry["cap"], schema.CAP):
                    self.keys(where, entry["cap"], schema.CAP)

    def mounts(self, value: Mapping[str, Any]) -> None:
        for name, spec in value.items():
            place = join("mounts", name)
            self.name(place, name)
            if name == "plain":
                self.say(place, "'plain' is the mount that is always there; choose another name")
            if self.object(place, spec, schema.MOUNT):
                self.keys(place, spec, (*schema.MOUNT, "userns", "by", "parent", "via2"))
                if spec.get("userns") is not None:
                    self.reference(join(place, "userns"), spec["userns"], "userns")
                if "by" in spec:
                    self.reference(join(place, "by"), spec["by"], "callers", "root")
                self.attached(place, spec)
                self.made_before(value, name, place, spec)

    def attached(self, place: str, spec: Mapping[str, Any]) -> None:
        """Where a mount is attached: to a place of another one, beside the others, or nowhere."""
        if "to" in spec and spec.get("detached"):
            self.say(join(place, "to"), "a detached mount is attached to nothing")
        if "via2" in spec and "to" not in spec:
            self.say(join(place, "via2"), "is the mount that 'to' is on; there is no 'to'")

    def made_before(
        self, value: Mapping[str, Any], name: Any, place: str, spec: Mapping[str, Any]
    ) -> None:
        """The mounts that one is made of come before it; those with ``by`` after all others."""
        in_order = sorted(
            value, key=lambda key: isinstance(value[key], Mapping) and "by" in value[key]
        )
        before = in_order[: in_order.index(name)]
        for key in ("parent", "via2"):
            other = spec.get(key)
            if key not in spec or other == "plain" or other in before:
                continue
            if isinstance(other, str) and other in value:
                later = "mounts with 'by' are made last" if "by" in value[other] else "order counts"
                self.say(join(place, key), f"{show(other)} is not made before this one: {later}")
            else:
                self.reference(join(place, key), other, "mounts", "plain")

    def callers(self, value: Mapping[str, Any]) -> None:
        for name, spec in value.items():
            place = join("callers", name)
            self.name(place, name)
            if name == "root":
                self.say(place, "'root' is the caller that is always there; choose another name")
            if self.object(place, spec, schema.CALLER):
                self.keys(place, spec, (*schema.CALLER, "userns"))
                if spec.get("userns") is not None:
                    self.reference(join(place, "userns"), spec["userns"], "userns")
                self.ambient(place, spec)

        groups = [spec.get("kgroups") for spec in value.values() if isinstance(spec, Mapping)]
        number = sum(len(ids) for ids in groups if isinstance(ids, list))
        if number > _GROUPS_MAX:
            self.say("callers", f"{number} kgroups of all together; {_GROUPS_MAX} is the most")

    def ambient(self, place: str, spec: Mapping[str, Any]) -> None:
        """Ambient capabilities are permitted and inheritable ones, or the kernel drops them."""
        held = "all" if spec.get("kuid", 0) == 0 else "none"
        sets = [spec.get("ambient", "none"), spec.get("caps", held),
                spec.get("inheritable", "none")]  # fmt: skip
        if any(schema.capabilities(names) for names in sets):
            return
        ambient, caps, inheritable = map(cap_mask, sets)
        missing = ambient & ~(caps & inheritable)
        if missing:
            lacking = [name for cap, name in enumerate(CAP_NAMES) if missing >> cap & 1]
            more = f" and {len(lacking) - 1} more" if lacking[1:] else ""
            what = f"{lacking[0]}{more} must be in caps and inheritable too"
            self.say(join(place, "ambient"), what)

    def ops(self, value: list[Any]) -> None:
        self.made_by = _made_by(value)
        mounts = self.document.get("mounts")
        total = len(self.made_by) + (len(mounts) if isinstance(mounts, Mapping) else 0)
        if total > LIMITS["mounts"]:
            self.say(
                "ops", f"{total} mounts with those of 'mounts'; {LIMITS['mounts']} is the most"
            )
        for number, op in enumerate(value):
            place = f"ops[{number}]"
            if not self.object(place, op, {}):
                continue
            name = op.get("op")
            if "op" not in op:
                self.say(place, "'op' is missing")
                self.keys(place, op, schema.OP_KEYS)
            elif isinstance(name, str) and name in unmodelled.OPERATIONS:
                what = f"{name} is not modelled: {unmodelled.OPERATIONS[name]}"
                self.say(join(place, "op"), what)
            elif not isinstance(name, str) or name not in schema.OP_ARGUMENTS:
                what = f"unknown operation {show(name)}"
                self.stranger(join(place, "op"), what, name, schema.OP_ARGUMENTS)
            else:
                self.op(place, op, name)

    def op(self, place: str, op: Mapping[str, Any], name: str) -> None:
        arguments = schema.OP_ARGUMENTS[name]
        unknown = unmodelled.values(name, op)
        for key, known in unknown.items():
            self.say(join(place, key), f"{show(op[key])} is not modelled: {known}")
        path = schema.any_path_or_empty if name in schema.EMPTY_PATH else schema.any_path
        where = () if name in schema.WITHOUT_PATH else ("path",)
        checks = dict.fromkeys(where, path) | arguments
        self.object(place, op, {key: checks[key] for key in checks if key not in unknown})
        self.keys(place, op, ("op", "by", *arguments, *where, *(("via",) if where else ())))
        flags = op.get("flags")
        creating = isinstance(flags, list) and "O_CREAT" in flags
        if name == "open" and "mode" in op and not creating:
            self.say(join(place, "mode"), "is for what O_CREAT makes: flags has no O_CREAT")
        self.required(place, op, (*where, *schema.OP_REQUIRED.get(name, ())))
        if "by" in op:
            self.reference(join(place, "by"), op["by"], "callers", "root")
        if (
            not where
            and op.get("by", next(iter(self.document.get("callers") or {}), "root")) == "root"
        ):
            self.say(join(place, "by"), "root stays who it is; give a caller kuid 0 and all caps")
        for key in ("via", "via2"):
            if key in op and (key == "via" or key in arguments):
                self.mount(place, key, op[key])
        if "as" in op and "as" in arguments:
            self.new_mount(place, op)
        if op.get("userns") is not None and "userns" in arguments:
            self.reference(join(place, "userns"), op["userns"], "userns")
            if "idmap" not in (op.get("set") or ()):
                self.say(join(place, "userns"), "is what 'idmap' maps with: set has no idmap")

    def mount(self, place: str, key: str, name: Any) -> None:
        """Check that a mount is there by then: the scenario's, or made by an earlier call."""
        number = self.made_by.get(name) if isinstance(name, str) else None
        if number is None or name in self.mount_names():
            self.reference(join(place, key), name, "mounts", "plain")
        elif number >= int(place[4:-1]):
            self.say(join(place, key), f"{show(name)} is made only by ops[{number}]")

    def mount_names(self) -> tuple[Any, ...]:
        """The mounts that are there before the first operation."""
        mounts = self.document.get("mounts")
        return ("plain", *(mounts if isinstance(mounts, Mapping) else ()))

    def new_mount(self, place: str, op: Mapping[str, Any]) -> None:
        """Check the name that a call gives to the mount it makes."""
        name, where = op["as"], join(place, "as")
        if "clone" not in (op.get("flags") or ()):
            self.say(where, "is for the mount that is made: flags has no clone")
        if isinstance(name, str) and (
            name in self.mount_names() or f"ops[{self.made_by[name]}]" != place
        ):
            self.say(where, f"{show(name)} is the name of another mount")

    def settings(self, value: Mapping[str, Any]) -> None:
        self.keys("settings", value, schema.SETTINGS)
        self.object("settings", value, schema.SETTINGS)

    def focus(self, value: Mapping[str, Any]) -> None:
        self.keys("focus", value, schema.FOCUS)
        self.object("focus", value, schema.FOCUS)
        if "by" in value:
            self.reference("focus.by", value["by"], "callers", "root")
        if "via" in value:
            self.reference("focus.via", value["via"], "mounts", "plain")
        if "entry" in value and ("id" in value or value.get("direction", "read") != "read"):
            self.say("focus.entry", "is asked about with direction read, and without an id")


def _made_by(ops: list[Any]) -> dict[str, int]:
    """The names that operations give to mounts, each with the number of the first that does."""
    made: dict[str, int] = {}
    for number, op in enumerate(ops):
        if isinstance(op, Mapping) and isinstance(op.get("as"), str):
            made.setdefault(op["as"], number)
    return made


_PARTS: dict[str, Any] = {
    "id": None,
    "userns": _Validation.userns,
    "fs": _Validation.fs,
    "setup": _Validation.setup,
    "mounts": _Validation.mounts,
    "callers": _Validation.callers,
    "ops": _Validation.ops,
    "settings": _Validation.settings,
    "focus": _Validation.focus,
}


def refusals(document: Mapping[str, Any]) -> list[Problem]:
    """What the kernel would refuse of a sound scenario's maps: the place, the errno, the rule.

    >>> [str(p) for p in refusals({"userns": {"M": {"uid_map": [[0, 0, 9], [5, 50, 1]]}}})]
    ['userns.M.uid_map[1]: EINVAL: id 5 of col 1 overlaps uid_map[0], which already ...']
    """
    machine = Machine({"userns": document.get("userns")})
    return [refused.problem for refused in machine.refused.values()]
