# SPDX-License-Identifier: BSD-3-Clause
"""
Sound scenarios without any sense
=================================

Made of every value the schema lets through, always the same for the same seed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Mapping
from typing import Any

from kfuncviz.scenario.checking import schema
from kfuncviz.scenario.notation import OPEN_FLAGS
from kfuncviz.scenario.operations import FILE_TYPES

PATHS = [
    *re.findall(
        r"\S+", ". d f l loop e p c new d/new l/new d/.. d/../f f/x d/ f/ ./. d//d2 gone/x ü"
    ),
    *(" ", "a\nb", "x" * 255, "x" * 256, "d/" * 2040),
]
NUMBERS = [0, 1, 2, 3, -1, 7, 65534, 65535, 65536, 4294967294, 4294967295, (1 << 64) - 1]
WORDS = [
    *re.findall(
        r"\S+",
        "0 7777 0000 2755 4711 r w x rwx access default all none now set uid gid 5.12 6.1 "
        "allow deny",
    ),
    *re.findall(
        r"\S+", "-CAP_CHOWN -CAP_FSETID,CAP_FOWNER user.a user. security.capability security.x"
    ),
    *("trusted.a", "system.posix_acl_access", "nonsense", "", *FILE_TYPES, *OPEN_FLAGS),
]
LISTS: list[list[Any]] = [
    [], [0, 0], [1, 3], [4095, 1048575], ["CAP_CHOWN"], [1, 1, 2], ["append"],
    ["O_RDWR", "O_CREAT", "O_TRUNC"], ["O_NOFOLLOW"], ["nosuid"], ["noroot"],
    ["clone", "empty_path"], ["clone", "recursive", "cloexec"], ["recursive"], ["idmap"], ["ro"],
    ["idmap", "noexec"],
    [["user_obj", None, "rwx"], ["group_obj", None, "r-x"], ["other", None, "---"]],
    [["user_obj", 5, 7], ["user", 0, "rwx"], ["user", 4294967295, ""], ["mask", None, 0]],
    [["other", None, "rrr"], ["other", None, "x"], ["user", None, "r"], ["group", 3, "w-"]],
]  # fmt: skip
POOL: list[Any] = [None, True, False, *NUMBERS, *WORDS, *PATHS, *LISTS]
IDS = [0, 1, 5, 10, 1000, 65536, 4294967290, 4294967295, -1]
KINDS = {"d": "dir", "d/d2": "dir", "f": "file", "l": "symlink", "loop": "symlink", "e": "exe",
         "p": "fifo", "c": "chr", ".": "dir", "gone/x": "file"}  # fmt: skip

Checkers = Mapping[str, schema.Checker]
#: What is ambient must be in two other sets too.
CALLER = {key: check for key, check in schema.CALLER.items() if key != "ambient"}
#: Keys that name something else of the scenario.
_NAMES = ("via2", "as", "userns", "by", "parent")


class Chaos:
    """A sound scenario without any sense."""

    def __init__(self, seed: int) -> None:
        self.r = random.Random(seed)
        self.made: list[str] = []

    def some_of(
        self, table: Checkers, must: Collection[str] = (), likely: float = 0.4
    ) -> dict[str, Any]:
        """An object with some of the keys, each with any value of the pool that will do."""
        found = {}
        for key, check in table.items():
            if key in must or self.r.random() < likely:
                fitting = [value for value in POOL if check(value) is None]
                found[key] = self.r.choice(fitting)
        return found

    def rows(self) -> list[list[int]] | None:
        if self.r.random() < 0.5:
            return [[0, 0, 4294967295]]
        rows = [[self.r.choice(IDS) for _ in range(3)] for _ in range(self.r.randint(0, 6))]
        return self.r.choice([rows, rows[:1], None])

    def space(self, parents: list[str | None]) -> dict[str, Any]:
        keys = self.r.choice([("uid_map",), ("uid_map", "gid_map"), ("gid_map",), ()])
        more = self.some_of(schema.USERNS, likely=0.2)
        return {"parent": self.r.choice(parents), **{key: self.rows() for key in keys}, **more}

    def in_a_space(self, table: Checkers, likely: float = 0.4) -> dict[str, Any]:
        return self.some_of(table, likely=likely) | {"userns": self.r.choice([None, "A", "B", "C"])}

    def entry(self, path: str, kind: str) -> dict[str, Any]:
        rest = {key: check for key, check in schema.SETUP.items() if key not in ("type", "path")}
        if kind not in ("dir", "file", "exe"):
            del rest["attrs"]
        entry = self.some_of(rest) | {"type": kind, "path": path}
        for key in ("kuid", "kgid"):
            if entry.get(key) == -1 and not self.disk:
                entry[key] = 0
        return entry | ({"cap": self.some_of(schema.CAP)} if self.r.random() < 0.3 else {})

    def mount(self) -> dict[str, Any]:
        named = (*_NAMES, "to")
        own = {key: check for key, check in schema.MOUNT.items() if key not in named}
        spec = self.in_a_space(own, 0.1)
        if self.r.random() < 0.2:
            spec["by"] = self.r.choice(["root", "c1", "c2"])
        if not spec.get("detached") and self.r.random() < 0.2:
            spec["to"] = self.r.choice(PATHS)
        return spec

    def op(self) -> dict[str, Any]:
        name = self.r.choice(sorted(schema.OP_ARGUMENTS))
        arguments = schema.OP_ARGUMENTS[name]
        table = {key: check for key, check in arguments.items() if key not in _NAMES}
        op = self.some_of(table, schema.OP_REQUIRED.get(name, ()))
        if name in schema.WITHOUT_PATH:
            return op | {"op": name, "by": self.r.choice(["c1", "c2"])}
        op |= {"op": name, "path": self.r.choice(PATHS), "by": self.r.choice(["root", "c1", "c2"]),
               "via": self.r.choice(["plain", "plain", "m", "n"])}  # fmt: skip
        if name == "open" and "O_CREAT" not in op.get("flags", ""):
            op.pop("mode", None)
        if name in ("link", "rename", "move_mount", "open_by_handle") and self.r.random() < 0.3:
            op["via2"] = self.r.choice(["plain", "m", "n"])
        if "as" in arguments and "clone" in op.get("flags", ()) and len(self.made) < 8:
            op["as"] = f"x{len(self.made)}"
        if self.made and self.r.random() < 0.3:
            op["via"] = self.r.choice(self.made)
        if "as" in op:
            self.made.append(op["as"])
        if "idmap" in op.get("set", ()):
            op["userns"] = self.r.choice([None, "A", "B", "C"])
        return op

    def filesystem(self) -> dict[str, Any]:
        root = {"root": self.some_of(schema.ROOT)}
        if self.disk:
            return root | {"type": "ext4"}
        return root | {"userns": self.r.choice([None, None, "A"])}

    def scenario(self) -> dict[str, Any]:
        self.disk = self.r.random() < 0.3
        spaces: dict[str, list[str | None]] = {"A": [None], "B": [None, "A"], "C": [None, "A", "B"]}
        return {
            "userns": {name: self.space(parents) for name, parents in spaces.items()},
            "fs": self.filesystem(),
            "setup": [self.entry(path, kind) for path, kind in KINDS.items()],
            "mounts": {name: self.mount() for name in ("m", "n")},
            "callers": {name: self.in_a_space(CALLER) for name in ("c1", "c2")},
            "ops": [self.op() for _ in range(40)],
            "settings": self.some_of(schema.SETTINGS, likely=0.1),
        }  # fmt: skip
