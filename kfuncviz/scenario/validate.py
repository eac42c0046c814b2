# SPDX-License-Identifier: BSD-3-Clause
"""
Validation: every fault at once, with its place
===============================================

Checks a document against the tables of :mod:`.schema`, then that names refer to something, that
user namespaces have no cycle of parents, and what the kernel would refuse of its maps.
"""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from typing import Any

from kfuncviz.model.errors import KernelError
from kfuncviz.model.idmap import map_text
from kfuncviz.model.map_write import map_write
from kfuncviz.model.user_namespace import UserNamespace, init_user_ns
from kfuncviz.scenario import schema
from kfuncviz.scenario.machine import Machine, maps_of
from kfuncviz.scenario.problems import Problem
from kfuncviz.scenario.schema import Checker

#: How many entries each part may have; a hostile file must not take memory or time.
LIMITS = {"userns": 64, "setup": 4096, "mounts": 64, "callers": 64, "ops": 10000}
_ROWS_MAX = 1000
_SHOWN_MAX = 60


def validate(document: Any) -> list[Problem]:
    """Every fault of a scenario, in the order of the document; empty if it is sound.

    What only the kernel would refuse is no fault of the format: see :func:`refusals`.

    >>> [str(p) for p in validate({"ops": [{"op": "stat"}, {"op": "chwon", "path": "f"}]})]
    ["ops[0]: 'path' is missing", "ops[1].op: unknown operation 'chwon'"]
    """
    if not isinstance(document, Mapping):
        return [Problem("", f"a scenario is an object, not {_kind(document)}")]
    return _Validation(document).problems


class _Validation:
    """One pass over a document, collecting problems."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.problems: list[Problem] = []
        self.document = document
        self.keys("", document, (*schema.TEXTS, *_PARTS))
        self.object("", {k: v for k, v in document.items() if k in schema.TEXTS}, schema.TEXTS)
        if not isinstance(document.get("id"), (str, int, type(None))):
            self.say("id", "wants a text or a number")
        for part, check in _PARTS.items():
            value = document.get(part)
            if value is not None and part != "id" and self.sized(part, value):
                check(self, value)

    def say(self, place: str, text: str, errno: str | None = None) -> None:
        self.problems.append(Problem(place, text, errno))

    def keys(self, place: str, value: Mapping[str, Any], known: Any) -> None:
        for key in value:
            if key not in known:
                names = ", ".join(sorted(known))
                self.say(_join(place, key), f"unknown key; known here: {names}")

    def object(self, place: str, value: Any, table: Mapping[str, Checker]) -> bool:
        """Check the keys of ``table`` that are there; whether it is an object at all."""
        if not isinstance(value, Mapping):
            self.say(place, f"wants an object, not {_kind(value)}")
            return False
        for key, check in table.items():
            if key in value:
                wanted = check(value[key])
                if wanted:
                    self.say(_join(place, key), f"{_show(value[key])} is not {wanted}")
        return True

    def sized(self, part: str, value: Any) -> bool:
        """Whether a part is of the right kind and not too large."""
        listed = part in ("setup", "ops")
        if not isinstance(value, list if listed else Mapping):
            kind = "a list" if listed else "an object"
            self.say(part, f"wants {kind}, not {_kind(value)}")
            return False
        if len(value) > LIMITS.get(part, 64):
            self.say(part, f"{len(value)} entries; {LIMITS.get(part, 64)} is the most")
            return False
        return True

    def required(self, place: str, value: Mapping[str, Any], keys: tuple[str, ...]) -> None:
        for key in keys:
            if key not in value:
                self.say(place, f"{key!r} is missing")

    def reference(self, place: str, value: Any, part: str, *more: str) -> None:
        """Check that a name refers to an entry of ``part`` (or is one of ``more``)."""
        names = self.document.get(part)
        known = [*more, *(names if isinstance(names, Mapping) else ())]
        if not isinstance(value, str) or value not in known:
            there = ", ".join(str(name) for name in known[:12]) or "none"
            self.say(place, f"{_show(value)} is not defined in {part!r}; defined: {there}")

    # ------------------------------------------------------------------ parts

    def userns(self, value: Mapping[str, Any]) -> None:
        for name, spec in value.items():
            place = _join("userns", name)
            self.name(place, name)
            if not self.object(place, spec, {}):
                continue
            self.keys(place, spec, ("uid_map", "gid_map", "parent"))
            if spec.get("parent") is not None:
                self.reference(_join(place, "parent"), spec["parent"], "userns")
            for which in ("uid_map", "gid_map"):
                if spec.get(which) is not None:
                    self.rows(_join(place, which), spec[which])
        if not self.problems:
            self.cycle(value)

    def name(self, place: str, name: Any) -> None:
        wanted = schema.a_name(name)
        if wanted:
            self.say(place, f"{_show(name)} is not {wanted}")

    def rows(self, place: str, rows: Any) -> None:
        if not isinstance(rows, list):
            self.say(place, f"wants a list of rows [inside, outside, count], not {_kind(rows)}")
            return
        if len(rows) > _ROWS_MAX:
            self.say(place, f"{len(rows)} rows; the kernel takes 340, this format {_ROWS_MAX}")
            return
        for number, row in enumerate(rows):
            numbers = isinstance(row, list) and len(row) == 3 and all(type(n) is int for n in row)
            if not numbers or any(abs(n) >= 1 << 64 for n in row):
                self.say(f"{place}[{number}]", f"{_show(row)} is not [inside, outside, count]")

    def cycle(self, value: Mapping[str, Any]) -> None:
        for name in value:
            seen: list[str] = []
            at: Any = name
            while at is not None and at not in seen:
                seen.append(at)
                at = value[at].get("parent")
            if at == name:
                way = " -> ".join([*seen, name])
                self.say(_join(_join("userns", name), "parent"), f"a cycle of parents: {way}")
                return

    def fs(self, value: Mapping[str, Any]) -> None:
        self.keys("fs", value, ("type", "userns", "root"))
        self.object("fs", value, {"type": schema.one_of("tmpfs")})
        if value.get("userns") is not None:
            self.reference("fs.userns", value["userns"], "userns")
            self.written("fs.userns", value["userns"])
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

    def setup(self, value: list[Any]) -> None:
        for number, entry in enumerate(value):
            place = f"setup[{number}]"
            if not self.object(place, entry, schema.SETUP):
                continue
            self.keys(place, entry, (*schema.SETUP, "cap"))
            self.required(place, entry, ("type", "path"))
            if entry.get("cap") is not None:
                where = _join(place, "cap")
                if self.object(where, entry["cap"], schema.CAP):
                    self.keys(where, entry["cap"], schema.CAP)

    def mounts(self, value: Mapping[str, Any]) -> None:
        for name, spec in value.items():
            place = _join("mounts", name)
            self.name(place, name)
            if name == "plain":
                self.say(place, "'plain' is the mount that is always there; choose another name")
            if self.object(place, spec, schema.MOUNT):
                self.keys(place, spec, (*schema.MOUNT, "userns"))
                if spec.get("userns") is not None:
                    self.reference(_join(place, "userns"), spec["userns"], "userns")

    def callers(self, value: Mapping[str, Any]) -> None:
        for name, spec in value.items():
            place = _join("callers", name)
            self.name(place, name)
            if name == "root":
                self.say(place, "'root' is the caller that is always there; choose another name")
            if self.object(place, spec, schema.CALLER):
                self.keys(place, spec, (*schema.CALLER, "userns"))
                if spec.get("userns") is not None:
                    self.reference(_join(place, "userns"), spec["userns"], "userns")

    def ops(self, value: list[Any]) -> None:
        for number, op in enumerate(value):
            place = f"ops[{number}]"
            if not self.object(place, op, {}):
                continue
            kind = op.get("op")
            if "op" not in op:
                self.say(place, "'op' is missing")
            elif not isinstance(kind, str) or kind not in schema.OP_ARGUMENTS:
                self.say(_join(place, "op"), f"unknown operation {_show(kind)}")
            else:
                self.op(place, op, kind)

    def op(self, place: str, op: Mapping[str, Any], kind: str) -> None:
        arguments = schema.OP_ARGUMENTS[kind]
        self.object(place, op, {"path": schema.a_path} | arguments)
        self.keys(place, op, ("op", "by", "via", "path", *arguments))
        self.required(place, op, ("path", *schema.OP_REQUIRED.get(kind, ())))
        if "by" in op:
            self.reference(_join(place, "by"), op["by"], "callers", "root")
        for key in ("via", "via2"):
            if key in op and (key == "via" or key in arguments):
                self.reference(_join(place, key), op[key], "mounts", "plain")

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
    ['userns.M.uid_map[1]: EINVAL: id 5 of column 1 overlaps line 1, which already maps 0...8; ...']
    """
    machine = Machine({"userns": document.get("userns")})
    problems = []
    for name, errno in machine.report["userns"].items():
        if errno is None:
            continue
        spec = machine.document["userns"][name]
        parent = spec.get("parent")
        if parent is not None and parent not in machine.namespaces:
            place, rule = "parent", f"{parent} could not be made"
        else:
            place, rule = _refused_map(machine, spec)
        problems.append(Problem(f"userns.{name}.{place}", rule, errno))
    return problems


def _refused_map(machine: Machine, spec: Mapping[str, Any]) -> tuple[str, str]:
    """Which of a namespace's maps is refused (with the row, if one is to blame), and why."""
    parent_name = spec.get("parent")
    parent = machine.namespaces[parent_name] if parent_name is not None else init_user_ns
    creator = machine.creator(parent)
    ns = UserNamespace("this namespace", parent, owner=creator.cred.euid)
    for which, rows in zip(("uid_map", "gid_map"), maps_of(spec)):
        if rows is None:
            continue
        try:
            map_write(creator, ns, which, map_text(rows))  # type: ignore[arg-type]
        except KernelError as error:
            number, _, rule = error.rule.partition(": ")
            if number.startswith("line "):
                return f"{which}[{int(number[5:]) - 1}]", rule
            return which, error.rule
    return "parent", "the creator has no id in the parent: its map was never written"


def _join(place: str, key: Any) -> str:
    return f"{place}.{key}" if place else str(key)


def _kind(value: Any) -> str:
    names = {
        dict: "an object",
        list: "a list",
        str: "a text",
        bool: "true/false",
        type(None): "null",
    }
    return names.get(type(value), "a number")


def _show(value: Any) -> str:
    text = reprlib.repr(value)
    return text if len(text) <= _SHOWN_MAX else text[: _SHOWN_MAX - 3] + "..."
