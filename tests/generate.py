# SPDX-License-Identifier: BSD-3-Clause
"""
Random scenarios that reach every operation
===========================================

``python tests/generate.py N SEED`` prints N scenarios, one a line, in the scenario format, always
the same for the same seed.  Unlike hand-written ones they nest user namespaces, break maps, mount
subdirectories, leave mounts detached, chain symlinks, exchange directories, run programs and let
several callers work in the same tree.  The kernel's answers to some of them are in
``tests/data/kernel-generated.jsonl.gz``.
"""

from __future__ import annotations

import json
import random
import sys
from typing import Any, ClassVar

TOP = 0xFFFFFFFF
PERMS = ["---", "r--", "rw-", "rwx", "r-x", "--x", "-w-"]
FILE_MODES = [
    "0644",
    "0666",
    "0600",
    "0755",
    "0777",
    "4755",
    "2755",
    "6755",
    "2745",
    "0460",
    "0006",
]
EXE_MODES = ["4755", "2755", "6755", "0755", "2745"]
DIR_MODES = ["0777", "0777", "1777", "2777", "3777", "0755", "0700", "2775", "0711", "1755"]
CAPS = ["CAP_CHOWN", "CAP_FOWNER", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FSETID",
        "CAP_SETFCAP", "CAP_MKNOD", "CAP_SYS_ADMIN"]  # fmt: skip
OPS = {
    "stat": 5, "create": 8, "mkdir": 5, "mknod": 5, "symlink": 4, "tmpfile": 4, "open": 9,
    "access": 7, "chown": 11, "chmod": 7, "truncate": 4, "utimens": 4, "link": 6, "rename": 9,
    "unlink": 4, "rmdir": 3, "readlink": 2, "readdir": 2, "setacl": 6, "getacl": 4, "delacl": 2,
    "setcap": 5, "getcap": 3, "rmcap": 2, "setxattr": 4, "getxattr": 2, "exec": 6,
}  # fmt: skip

#: Operations on no file.
WITHOUT_PATH = ("setresuid", "setresgid", "setfsuid", "setfsgid", "setgroups")

Rows = list[list[int]]


class Generator:
    """One random scenario."""

    def __init__(self, seed: str) -> None:
        self.r = random.Random(seed)
        self.userns: dict[str, dict[str, Any]] = {}
        self.ids = sorted(
            self.r.sample([0, 1, 5, 7, 42, 999, 1000, 1001, 65533, 65534, 65535, 65536], 5)
        )

    # -------------------------------------------------------------- namespaces

    def rows(self, limit: Rows | None) -> Rows:
        r = self.r
        if limit is not None:
            return self.rows_within(limit)
        count = r.choice([1, 1, 1, 2, 3, 5, 6, 8])
        size = r.choice([1, 2, 10, 1000, 65536])
        rows, inside, outside = [], r.choice([0, 0, 0, 1, 1000]), r.choice([0, 1000, 10000, 100000])
        for _ in range(count):
            n = r.choice([size, size, 1, 3])
            rows.append([inside, outside, n])
            inside += n + r.choice([0, 0, 1, 5])
            outside += n + r.choice([0, 0, 2, 1000])
        if r.random() < 0.3:
            r.shuffle(rows)
        if r.random() < 0.015:
            rows.append(r.choice([[rows[0][0], 500000, 1], [7, 7, 0], [TOP, 5, 1], [5, 5, TOP]]))
        return rows

    def rows_within(self, limit: Rows) -> Rows:
        r = self.r
        rows, inside = [], r.choice([0, 0, 5, 1000])
        for first, _, n in r.sample(limit, min(len(limit), r.choice([1, 1, 2, 3]))):
            skip = r.choice([0, 0, min(1, n - 1), n // 2])
            take = r.choice([n - skip, n - skip, 1]) + (r.random() < 0.015)
            rows.append([inside, first + skip, take])
            inside += take + r.choice([0, 0, 1])
        return rows

    def namespace(self, name: str, parent: str | None) -> None:
        r = self.r
        above = self.userns[parent] if parent else None
        spec: dict[str, Any] = {"uid_map": self.rows(above and above["uid_map"])}
        if parent or r.random() < 0.5:
            spec["gid_map"] = self.rows(above and above.get("gid_map", above["uid_map"]))
        if parent:
            spec["parent"] = parent
        self.userns[name] = spec

    def down(self, name: str | None, which: str, id: int) -> int | None:
        while name is not None:
            spec = self.userns[name]
            rows = spec.get(which, spec["uid_map"])
            id = next((b + id - a for a, b, n in rows if a <= id < a + n), -1)
            if id < 0:
                return None
            name = spec.get("parent")
        return id

    def inside_id(self, name: str | None, which: str) -> int:
        """An id of a namespace, near the edge of one of its rows."""
        r = self.r
        if name is None:
            return r.choice(self.ids)
        spec = self.userns[name]
        first, _, n = r.choice(spec.get(which, spec["uid_map"]))
        return max(0, min(TOP - 1, r.choice([first, first, first + n - 1, first + n, first - 1])))

    def kernel_id(self, which: str) -> int:
        r = self.r
        name = r.choice([*self.userns, None, self.mount_ns, self.fs_ns])
        kid = self.down(name, which, self.inside_id(name, which))
        return r.choice(self.ids) if kid is None or kid >= TOP else kid

    def disk_id(self, which: str) -> int:
        """An id an inode of the filesystem may have: often one the mount maps."""
        r = self.r
        for _ in range(8):
            id = self.inside_id(self.mount_ns if r.random() < 0.7 else self.fs_ns, which)
            kid = self.down(self.fs_ns, which, id)
            if kid is not None:
                return kid
        return self.down(self.fs_ns, which, self.userns[self.fs_ns]["uid_map"][0][0]) or 0

    # ------------------------------------------------------------------ content

    def owner(self) -> dict[str, int]:
        return {"kuid": self.disk_id("uid_map"), "kgid": self.disk_id("gid_map")}

    def acl(self, id_of: Any) -> list[list[Any]]:
        r = self.r
        users = sorted({id_of("uid_map") for _ in range(r.choice([0, 1, 2]))})
        groups = sorted({id_of("gid_map") for _ in range(r.choice([0, 1]))})
        entries: list[list[Any]] = [["user_obj", None, r.choice(PERMS)]]
        entries += [["user", id, r.choice(PERMS)] for id in users]
        entries.append(["group_obj", None, r.choice(PERMS)])
        entries += [["group", id, r.choice(PERMS)] for id in groups]
        if users or groups or r.random() < 0.3:
            entries.append(["mask", None, r.choice(["rwx", "rw-", "r--"])])
        entries.append(["other", None, r.choice(PERMS)])
        if r.random() < 0.06:
            entries.pop(r.randrange(len(entries)))
        return entries

    def caps(self, id_of: Any) -> dict[str, Any]:
        r = self.r
        spec = {
            "version": r.choice([2, 3]),
            "permitted": r.choice([1 << 13, 1, 1 << 24, 1 << 40 | 1]),
            "inheritable": r.choice([0, 1 << 13]),
            "effective": r.random() < 0.5,
        }
        if spec["version"] == 3:
            spec["rootid"] = id_of("uid_map")
        return spec

    def setup(self) -> list[dict[str, Any]]:
        r = self.r
        entries: list[dict[str, Any]] = [
            *(
                {"type": "file", "path": path, "mode": r.choice(FILE_MODES)}
                for path in ("f0", "f1", "d0/f2", "d1/f3", "d0/d2/f4")
            ),
            *(
                {"type": "dir", "path": path, "mode": r.choice(DIR_MODES)}
                for path in ("d0", "d1", "d0/d2", "d3")
            ),
            {"type": "symlink", "path": "l0", "target": "f0"},
            {"type": "symlink", "path": "d1/l1", "target": "../d0"},
            {"type": "symlink", "path": "l2", "target": r.choice(["l2", "l0", "nowhere", "d0/"])},
            {"type": "fifo", "path": "p0", "mode": r.choice(FILE_MODES)},
            {"type": "chr", "path": "c0", "rdev": r.choice([[1, 3], [0, 0]]), "mode": "0666"},
            {"type": "exe", "path": "e0", "mode": r.choice(EXE_MODES)},
        ]
        for entry in entries:
            entry.update(self.owner())
            if entry["type"] in ("file", "exe") and r.random() < 0.2:
                entry["cap"] = self.caps(self.disk_id)
            if entry["type"] in ("file", "dir") and r.random() < 0.2:
                entry["acl"] = self.acl(self.disk_id)
            if entry["type"] == "dir" and r.random() < 0.25:
                entry["default_acl"] = self.acl(self.disk_id)
        return sorted(entries, key=lambda e: (e["path"].count("/"), e["type"] != "dir"))

    def caller(self) -> dict[str, Any]:
        r = self.r
        ns = r.choice([None, *self.userns])
        kuid, kgid = self.kernel_id("uid_map"), self.kernel_id("gid_map")
        if ns and r.random() < 0.7:
            kuid = min(self.down(ns, "uid_map", self.inside_id(ns, "uid_map")) or kuid, TOP - 1)
            kgid = min(self.down(ns, "gid_map", self.inside_id(ns, "gid_map")) or kgid, TOP - 1)
        caps = r.choice(["all", "none", "none", [r.choice(CAPS)], "-" + r.choice(CAPS)])
        spec = {
            "kuid": kuid, "kgid": kgid, "userns": ns, "caps": caps,
            "kgroups": [self.kernel_id("gid_map") for _ in range(r.choice([0, 1, 3]))],
            "umask": r.choice(["0000", "0022", "0077"]),
        }  # fmt: skip
        if r.random() < 0.15:
            spec.update(kuid=0, kgid=0, userns=None, caps="all")
        return spec

    # --------------------------------------------------------------- operations

    def path(self) -> str:
        r = self.r
        known = ["f0", "f1", "d0", "d0/f2", "d1", "d1/f3", "d0/d2", "d0/d2/f4", "d3", "l0", "l2",
                 "d1/l1", "d1/l1/f2", "p0", "c0", "e0", *self.made]  # fmt: skip
        path = r.choice(known)
        return path + "/" if r.random() < 0.03 else r.choice([path] * 30 + [".", "d0/..", "f0/x"])

    def fresh(self) -> str:
        self.made.append(
            self.r.choice(["", "", "d0/", "d1/", "d3/", "d1/l1/"]) + f"n{len(self.made)}"
        )
        return self.made[-1] + ("/" if self.r.random() < 0.02 else "")

    def typed_id(self, by: str) -> Any:
        ns = self.callers[by]["userns"] if by != "root" else None

        def pick(which: str) -> int:
            if self.r.random() < 0.6:
                return self.inside_id(ns, which)
            return self.r.choice([self.kernel_id(which), self.r.choice(self.ids)])

        return pick

    def op(self) -> dict[str, Any]:
        r = self.r
        kind = r.choices(list(OPS), list(OPS.values()))[0]
        by = r.choice([*self.callers] * 4 + ["root"])
        op: dict[str, Any] = {"op": kind, "by": by, "via": r.choice([*self.mounts] * 3 + ["plain"])}
        made = kind in ("create", "mkdir", "mknod", "symlink")
        op["path"] = self.fresh() if made and r.random() < 0.93 else self.path()
        op.update(getattr(self, "op_" + kind, lambda _: {})(by))
        return op

    def op_stat(self, by: str) -> dict[str, Any]:
        return {"follow": self.r.random() < 0.3}

    def op_create(self, by: str) -> dict[str, Any]:
        return {"mode": self.r.choice(["0644", "2755", "6777", "2745", "0000"])}

    def op_mkdir(self, by: str) -> dict[str, Any]:
        return {"mode": self.r.choice(["0755", "2775", "1777", "0700"])}

    def op_symlink(self, by: str) -> dict[str, Any]:
        return {"target": self.r.choice(["f0", "nowhere", "d0", "n1"])}

    def op_mknod(self, by: str) -> dict[str, Any]:
        kind = self.r.choice(["reg", "fifo", "sock", "chr", "blk"])
        rdev = self.r.choice([[0, 0], [1, 3]]) if kind in ("chr", "blk") else [0, 0]
        return {"ftype": kind, "rdev": rdev, "mode": self.r.choice(["0644", "2755", "0666"])}

    def op_tmpfile(self, by: str) -> dict[str, Any]:
        path = self.r.choice([".", "d0", "d1", "d3", "f0", "d1/l1"])
        to = {"to": self.fresh()} if self.r.random() < 0.7 else {}
        return {"path": path, "mode": self.r.choice(["0644", "2755", "4711"]), **to}

    def op_open(self, by: str) -> dict[str, Any]:
        return {"flags": self.r.choice(["r", "w", "rw", "a", "wtrunc"])}

    def op_access(self, by: str) -> dict[str, Any]:
        mask = self.r.choice(["r", "w", "x", "rw", "rwx", ""])
        return {"mask": mask, "real": self.r.random() < 0.4}

    def op_chown(self, by: str) -> dict[str, Any]:
        pick = self.typed_id(by)
        uid = self.r.choice([-1, pick("uid_map"), pick("uid_map")])
        gid = self.r.choice([-1, pick("gid_map"), pick("gid_map")])
        return {"uid": uid, "gid": gid, "follow": self.r.random() < 0.3}

    def op_chmod(self, by: str) -> dict[str, Any]:
        return {"mode": self.r.choice(["0644", "2755", "4755", "6777", "2644", "1777", "0000"])}

    def op_truncate(self, by: str) -> dict[str, Any]:
        path = self.path()
        while path.rstrip("/") in ("p0", "c0", *self.made):
            path = self.path()
        return {"path": path, "size": self.r.choice([0, 10, 5000])}

    def op_utimens(self, by: str) -> dict[str, Any]:
        return {"when": self.r.choice(["now", "set"])}

    def to_mount(self) -> dict[str, Any]:
        return {"via2": self.r.choice([*self.mounts, "plain"])} if self.r.random() < 0.1 else {}

    def op_link(self, by: str) -> dict[str, Any]:
        return {"to": self.fresh() if self.r.random() < 0.9 else self.path(), **self.to_mount()}

    def op_rename(self, by: str) -> dict[str, Any]:
        flags = self.r.choice([0, 0, 1, 2, 2])
        to = self.fresh() if self.r.random() < 0.45 else self.path()
        return {"to": to, "flags": flags, **self.to_mount()}

    def op_setacl(self, by: str) -> dict[str, Any]:
        which = self.r.choice(["access", "access", "default"])
        return {"which": which, "entries": self.acl(self.typed_id(by))}

    def op_getacl(self, by: str) -> dict[str, Any]:
        return {"which": self.r.choice(["access", "default"])}

    op_delacl = op_getacl

    def op_setcap(self, by: str) -> dict[str, Any]:
        return self.caps(self.typed_id(by))

    def op_setxattr(self, by: str) -> dict[str, Any]:
        names = ["user.a", "user.b", "trusted.a", "security.a", "other.a", "user."]
        return {"name": self.r.choice(names), "value": self.r.choice(["v", "", "long value"])}

    def op_getxattr(self, by: str) -> dict[str, Any]:
        return {"name": self.r.choice(["user.a", "user.b", "trusted.a", "security.a", "other.a"])}

    def op_exec(self, by: str) -> dict[str, Any]:
        return {"path": self.r.choice(["e0", "e0", "e0", "e0", self.path()])}

    # ---------------------------------------------------------------- the whole

    def scenario(self, id: str) -> dict[str, Any]:
        r = self.r
        self.namespace("A", None)
        if r.random() < 0.6:
            self.namespace("B", "A")
        if r.random() < 0.4:
            self.namespace("C", r.choice([None, *self.userns]))
        self.fs_ns = r.choice([None, None, None, *self.userns])
        self.mount_ns = r.choice([n for n in self.userns if n != self.fs_ns] or [None])
        self.made: list[str] = []
        root = {"mode": r.choice(DIR_MODES), **self.owner()}
        setup = self.setup()
        self.mounts: dict[str, Any] = {"m": {"userns": self.mount_ns}}
        if r.random() < 0.4:
            self.mounts["x"] = {
                "userns": r.choice([None, *self.userns]), "detached": r.random() < 0.5,
                "subdir": r.choice(["", "", "d0", "d1", "d0/d2", "f0"]),
            }  # fmt: skip
        self.callers = {f"c{i}": self.caller() for i in range(r.choice([1, 2, 3]))}
        return {
            "id": id, "userns": self.userns,
            "fs": {"type": "tmpfs", "userns": self.fs_ns, "root": root},
            "setup": setup, "mounts": self.mounts, "callers": self.callers,
            "ops": [self.op() for _ in range(r.randint(8, 20))],
        }  # fmt: skip


class Wider(Generator):
    """A random scenario of one family: what the first ones have no words for.

    Who acts is more often allowed to: what is asked about comes after the mode bits.
    """

    families = ("attrs", "content", "flags", "creds", "open", "names", "ids", "handles", "disowned",
                "mixed", "mounts", "sticky")  # fmt: skip

    def __init__(self, seed: str, family: str) -> None:
        super().__init__(seed)
        self.family = family

    def caller(self) -> dict[str, Any]:
        spec = super().caller()
        if self.r.random() < 0.5:
            spec["caps"] = "all"
        if self.family in ("ids", "mixed"):
            self.widen_caller(spec)
            for key, rows in (("suid", "uid_map"), ("sgid", "gid_map")):
                if self.r.random() < 0.3:
                    spec[key] = self.kernel_id(rows)
        return spec

    def op(self) -> dict[str, Any]:
        if self.r.random() < (0.4 if self.family in ("ids", "handles", "mixed") else 0.55):
            return super().op()
        by = self.r.choice([*self.callers] * 3 + ["root"])
        via = self.r.choice([*self.mounts] * 3 + ["plain"])
        at = {"by": by, "via": via, "path": self.path()}
        made: dict[str, Any] = getattr(self, "more_" + self.family)()
        return made if made["op"] in WITHOUT_PATH else at | made

    def more_attrs(self) -> dict[str, Any]:
        r = self.r
        kind = r.choice(["setxattr", "removexattr", "removexattr", "listxattr", "listxattr"])
        if kind == "listxattr":
            return {"op": kind}
        names = ["user.a", "user.a", "user.b", "trusted.a", "security.a", "security.capability",
                 "system.posix_acl_access", "system.posix_acl_default", "other.a", ""]  # fmt: skip
        more = {"follow": r.random() < 0.6} if kind == "setxattr" else {}
        return {"op": kind, "name": r.choice(names), **more}

    def more_content(self) -> dict[str, Any]:
        r = self.r
        kind = r.choice(["write", "fallocate", "copy_file_range", "truncate_path", "exec"])
        if kind == "write":
            return {"op": kind, "content": r.choice(["", "more", "more" * 2000])}
        if kind == "copy_file_range":
            return {"op": kind, "path": r.choice(["e0", self.path()]), "to": self.path(),
                    **self.to_mount()}  # fmt: skip
        if kind == "exec":
            return {"op": kind, "path": r.choice(["e0", self.path()])}
        return {"op": kind, "size": r.choice([1, 10, 5000, 100000])}

    def more_flags(self) -> dict[str, Any]:
        r = self.r
        via = {"via": r.choice([*self.mounts])}
        kind = r.choice(["exec", "exec", "open", "stat", "access", "create", "write"])
        if kind == "exec":
            return via | {"op": kind, "path": r.choice(["e0", "e0", "e0", "l3", self.path()])}
        if kind == "create":
            return via | {"op": kind, "path": self.fresh()}
        if kind == "access":
            return via | {"op": kind, "mask": r.choice(["w", "x", "rx"])}
        if kind == "open":
            path = r.choice(["c0", "l0", "d1/l1/f2", self.path()])
            return via | {"op": kind, "path": path, "flags": r.choice(["r", "w", "wtrunc"])}
        return via | {"op": kind} | ({"follow": True} if kind == "stat" else {})

    def more_creds(self) -> dict[str, Any]:
        r = self.r
        kind = r.choice(["exec", "exec", "exec", "access", "create", "stat", "open"])
        if kind == "exec":
            return {"op": kind, "path": r.choice(["e0", "e1", "e2", "e3"])}
        if kind == "create":
            return {"op": kind, "path": self.fresh(), "mode": r.choice(["0644", "2755"])}
        if kind == "access":
            return {"op": kind, "mask": r.choice(["r", "w", "x"]), "real": r.random() < 0.6}
        return {"op": kind}

    def more_open(self) -> dict[str, Any]:
        r = self.r
        others = ["O_CREAT", "O_CREAT", "O_EXCL", "O_TRUNC", "O_APPEND", "O_DIRECTORY",
                  "O_NOFOLLOW", "O_NOFOLLOW", "O_NOATIME", "O_PATH"]  # fmt: skip
        flags = [*{r.choice(others): 0 for _ in range(r.choice([0, 1, 1, 2, 3]))}]
        if r.random() < 0.8:
            flags.append(r.choice(["O_RDONLY", "O_WRONLY", "O_RDWR"]))
        if "O_CREAT" in flags and "O_DIRECTORY" in flags:
            flags.remove("O_DIRECTORY")
        mode = {"mode": r.choice(["0644", "2755", "6777", "0000"])} if "O_CREAT" in flags else {}
        path = {"path": self.fresh()} if mode and r.random() < 0.4 else {}
        return {"op": "open", "flags": flags} | mode | path

    def more_names(self) -> dict[str, Any]:
        r = self.r
        if r.random() < 0.5:
            return {"op": "utimens", "atime": r.choice(["now", "set", "omit"]),
                    "mtime": r.choice(["now", "set", "omit"])}  # fmt: skip
        to = self.fresh() if r.random() < 0.5 else self.path()
        return {"op": "rename", "to": to, "flags": 4, **self.to_mount()}

    def scenario(self, id: str) -> dict[str, Any]:
        document = super().scenario(id)
        widen = getattr(self, "widen_" + self.family, None)
        if widen is not None:
            widen(document)
        return document

    def widen_flags(self, document: dict[str, Any]) -> None:
        names = ["ro", "nosuid", "noexec", "nodev", "nosymfollow"]
        document["setup"].append({"type": "symlink", "path": "l3", "target": "e0"} | self.owner())
        for spec in document["mounts"].values():
            spec["flags"] = self.r.sample(names, self.r.choice([0, 1, 1, 2, 3]))

    def widen_creds(self, document: dict[str, Any]) -> None:
        r = self.r
        document["setup"] += [
            {"type": "exe", "path": "e1", "mode": "0755"} | self.owner(),
            {"type": "exe", "path": "e2", "mode": r.choice(["4755", "2755", "6755"])}
            | self.owner(),
            {"type": "exe", "path": "e3", "mode": "0755", "cap": self.caps(self.disk_id)}
            | self.owner(),
        ]
        if self.fs_ns is None:
            document["setup"][-2]["kuid"] = r.choice([0, document["setup"][-2]["kuid"]])
        for spec in document["callers"].values():
            self.widen_caller(spec)

    def widen_caller(self, spec: dict[str, Any]) -> None:
        r = self.r
        names = ["CAP_CHOWN", "CAP_FOWNER", "CAP_DAC_OVERRIDE", "CAP_SETPCAP", "CAP_NET_RAW"]
        if r.random() < 0.5:
            spec["bounding"] = r.choice(["none", "all", [r.choice(names)], "-CAP_CHOWN"])
        if r.random() < 0.5:
            spec["inheritable"] = r.choice(["all", names, r.sample(names, 2)])
            if r.random() < 0.7 and spec["caps"] in ("all", *names):
                spec["ambient"] = spec["inheritable"]
        if r.random() < 0.3:
            spec["no_new_privs"] = True
        bits = ["noroot", "no_setuid_fixup", "keep_caps", "no_cap_ambient_raise"]
        if r.random() < 0.4:
            spec["securebits"] = r.sample(bits, r.choice([1, 1, 2]))
        for key, which in (
            ("ruid", "kuid"),
            ("fsuid", "kuid"),
            ("rgid", "kgid"),
            ("fsgid", "kgid"),
        ):
            if r.random() < 0.25:
                rows = "uid_map" if which == "kuid" else "gid_map"
                spec[key] = r.choice([self.kernel_id(rows), self.disk_id(rows), 0])

    def more_ids(self) -> dict[str, Any]:
        r = self.r
        by = r.choice([*self.callers])
        kind = r.choice(["setresuid", "setresuid", "setresgid", "setfsuid", "setfsgid", "setgroups",
                         "exec", "access", "chown_root", "chmod_root"])  # fmt: skip
        if kind == "exec":
            return {"op": kind, "by": by, "path": "e0"}
        if kind == "access":
            return {"op": kind, "by": by, "mask": "r", "real": True}
        if kind == "chown_root":
            ids = {"kuid": self.disk_id("uid_map"), "kgid": self.kernel_id("gid_map")}
            return {"op": kind, **{key: ids[key] for key in r.sample([*ids], r.choice([0, 1, 2]))}}
        if kind == "chmod_root":
            return {"op": kind, "mode": r.choice(FILE_MODES)}
        rows = "gid_map" if kind.endswith(("gid", "groups")) else "uid_map"
        if kind == "setgroups":
            ids_of = [self.own_id(by, rows) for _ in range(r.choice([0, 1, 2, 3]))]
            return {"op": kind, "by": by, "groups": ids_of}
        if kind.startswith("setfs"):
            return {"op": kind, "by": by, kind[-3:]: self.own_id(by, rows)}
        keys = [prefix + kind[-3:] for prefix in "res"]
        return {"op": kind, "by": by} | {
            key: r.choice([-1, self.own_id(by, rows)]) for key in keys if r.random() < 0.75
        }

    def own_id(self, by: str, rows: str) -> int:
        """An id as a caller writes it: 0, one of its own, or another."""
        r, spec = self.r, self.callers[by]
        kid = r.choice([spec[key] for key in spec if key.endswith(rows[:3])])
        name, above = spec["userns"], []
        while name is not None:
            above.append(self.userns[name].get(rows, self.userns[name]["uid_map"]))
            name = self.userns[name].get("parent")
        for extents in reversed(above):
            kid = next((a + kid - b for a, b, n in extents if b <= kid < b + n), TOP)
        return r.choice([0, kid, kid, int(self.typed_id(by)(rows))])

    def widen_ids(self, document: dict[str, Any]) -> None:
        r = self.r
        for spec in document["userns"].values():
            if r.random() < 0.3:
                spec["setgroups"] = r.choice(["deny", "deny", "allow"])

    def more_handles(self) -> dict[str, Any]:
        r = self.r
        kind = r.choice(["open_by_handle"] * 5 + ["name_to_handle", "fchownat", "fchownat"])
        follow = {"follow": r.random() < 0.5}
        if kind == "name_to_handle":
            return {"op": kind} | follow
        if kind == "fchownat":
            return {"op": kind, "empty_path": r.random() < 0.8} | follow | {
                key: self.typed_id("root")(rows)
                for key, rows in (("uid", "uid_map"), ("gid", "gid_map"))
                if r.random() < 0.7
            }  # fmt: skip
        others = ["O_DIRECTORY", "O_PATH", "O_NOFOLLOW", "O_NOATIME", "O_TRUNC"]
        flags = [*dict.fromkeys(r.choice(others) for _ in range(r.choice([0, 1, 1, 2])))]
        flags.append(r.choice(["O_RDONLY", "O_RDONLY", "O_WRONLY", "O_RDWR"]))
        how: dict[str, Any] = {"flags": r.choice(["r", "w", flags, flags])}
        path = r.choice(["d0", "d0/d2", "d0/d2/f4", "f0", self.path()])
        while path.startswith("d0/.."):
            path = self.path()
        if r.random() < 0.5:
            how, path = {"flags": ["O_DIRECTORY"]}, r.choice(["d0", "d0/d2", "d1", "d3", path])
        via2 = {"via2": r.choice([*self.mounts, "plain"])} if r.random() < 0.6 else {}
        return {"op": kind, "path": path} | how | via2

    def widen_handles(self, document: dict[str, Any]) -> None:
        for spec in document["callers"].values():
            if self.r.random() < 0.4:
                spec["userns"], spec["caps"] = self.fs_ns, "all"

    def more_disowned(self) -> dict[str, Any]:
        return self.more_handles() if self.r.random() < 0.2 else self.more_content()

    def widen_disowned(self, document: dict[str, Any]) -> None:
        document["fs"] |= {"type": "ext4", "userns": None}
        roots = [spec.get("subdir") for spec in document["mounts"].values()]
        for entry in document["setup"]:
            for key in ("kuid", "kgid"):
                if entry["path"] not in roots and self.r.random() < 0.25:
                    entry[key] = -1

    def more_sticky(self) -> dict[str, Any]:
        r = self.r
        kind = r.choice(["open", "open", "open", "link", "stat"])
        if kind == "link":
            return {"op": kind, "to": self.fresh()}
        if kind == "stat":
            return {"op": kind, "path": r.choice(["l0", "d0/l4", "d1/l1"]), "follow": True}
        path = r.choice(["d0/f2", "d1/f3", "d0/p1", "d1/p2", "d0/l4", "d0/d2/f4", self.path()])
        more = r.choice([[], ["O_TRUNC"], ["O_EXCL"], ["O_NOFOLLOW"]])
        access = r.choice(["O_RDONLY", "O_WRONLY", "O_RDWR"])
        create = {"flags": [access, "O_CREAT", *more], "mode": "0644"}
        return {"op": kind, "path": path} | r.choice([create, create, {"flags": [access]}])

    def widen_sticky(self, document: dict[str, Any]) -> None:
        """Directories in which names stick, and the machine's fs.protected_*."""
        r = self.r
        document["setup"] += [
            {"type": "fifo", "path": "d0/p1", "mode": "0666"} | self.owner(),
            {"type": "fifo", "path": "d1/p2", "mode": "0666"} | self.owner(),
            {"type": "symlink", "path": "d0/l4", "target": "f2"} | self.owner(),
        ]
        for entry in document["setup"]:
            if entry["type"] == "dir":
                entry["mode"] = r.choice(["1777", "1777", "1775", "3777", "1730", "1755", "0777"])
            if entry["type"] == "file":
                entry["mode"] = r.choice(["0666", "0666", "4777", "0600"])
        highest = {"hardlinks": 1, "symlinks": 1, "regular": 2, "fifos": 2}
        document["settings"] = {
            f"protected_{name}": r.randint(0, most) for name, most in highest.items()
        }

    def more_mixed(self) -> dict[str, Any]:
        others = ("disowned", "mixed", "mounts", "sticky")
        kinds = [name for name in self.families if name not in others]
        made: dict[str, Any] = getattr(self, "more_" + self.r.choice(kinds))()
        return made

    def widen_mixed(self, document: dict[str, Any]) -> None:
        """What all the others widen, some of it."""
        document["setup"] += [
            {"type": "exe", "path": f"e{n}", "mode": self.r.choice(EXE_MODES)} | self.owner()
            for n in (1, 2, 3)
        ]
        for name in ("attrs", "flags", "ids", "handles"):
            if self.r.random() < 0.5:
                getattr(self, "widen_" + name)(document)
        if self.fs_ns is None and self.r.random() < 0.3:
            self.widen_disowned(document)

    def widen_attrs(self, document: dict[str, Any]) -> None:
        for entry in document["setup"]:
            if entry["type"] in ("dir", "file", "exe") and self.r.random() < 0.25:
                entry["attrs"] = self.r.choice([["immutable"], ["append"], ["immutable", "append"]])


class Mounting(Wider):
    """A random scenario that makes, changes, moves and shows mounts, as root and as others."""

    kinds: ClassVar[dict[str, int]] = {
        "open_tree": 5, "open_tree_attr": 5, "mount_setattr": 6, "move_mount": 5, "statmount": 2,
        "mountinfo": 2, "open": 2, "stat": 2, "rmdir": 1, "rename": 1,
    }  # fmt: skip
    flags = ("ro", "nosuid", "nodev", "noexec", "nosymfollow")

    def __init__(self, seed: str, family: str) -> None:
        super().__init__(seed, family)
        self.views: list[str] = []
        self.busy = ""

    def disk_id(self, which: str) -> int:
        return min(super().disk_id(which), TOP - 1)

    def caller(self) -> dict[str, Any]:
        spec = super().caller()
        if self.r.random() < 0.4:
            spec |= {"userns": self.fs_ns or self.r.choice([*self.userns]), "caps": "all"}
        return spec | ({"mount_ns": True} if self.r.random() < 0.5 else {})

    def widen_mounts(self, document: dict[str, Any]) -> None:
        """More mounts, of and on the first ones; and operations that know them."""
        r = self.r
        for name in ("a", "b", "c"):
            if r.random() < 0.6:
                document["mounts"][name] = self.mount_spec()
        root = [name for name, spec in document["mounts"].items() if "by" not in spec]
        for name, spec in document["mounts"].items():
            known = root[: root.index(name)] if "by" not in spec else root
            for key in ("parent", "via2"):
                if key in spec:
                    spec[key] = r.choice(["plain", *known])
        places: list[Any] = []
        for spec in document["mounts"].values():  # each at a place of its own, not on a root
            place = [spec.get("via2"), spec.get("to")]
            if "to" in spec and (place in places or spec["to"] in (".", "d0/..")):
                del spec["to"], spec["via2"]
            places.append(place)
        self.views = ["plain", *document["mounts"]]
        document["ops"] = [self.op() for _ in range(r.randint(10, 24))]

    def mount_spec(self) -> dict[str, Any]:
        r = self.r
        spec: dict[str, Any] = {"parent": "", "subdir": r.choice(["", "", "d0", "d1", "f0"])}
        if r.random() < 0.4:
            spec["userns"] = r.choice([*self.userns])
        if r.random() < 0.4:
            spec["flags"] = r.sample(self.flags, r.choice([1, 2]))
        if r.random() < 0.3:
            spec["by"] = r.choice([*self.callers, "root"])
        if r.random() < 0.3:
            spec["recursive"] = True
        where = r.choice(["beside", "to", "to", "detached"])
        if where == "to":
            spec |= {"to": r.choice(["d0", "d1", "d3", "d0/d2", "f1", self.path()]), "via2": ""}
        return spec | ({"detached": True} if where == "detached" else {})

    def op(self) -> dict[str, Any]:
        r = self.r
        if not self.views or r.random() < 0.4:
            return self.ordinary()
        kind = r.choices([*self.kinds], [*self.kinds.values()])[0]
        by = r.choice([*self.callers, "root", "root"])
        via = r.choice(["plain", "plain", "m", *self.views, *self.views[-2:]])
        made: dict[str, Any] = getattr(self, "mount_" + kind)()
        if "as" in made:
            self.views.append(made["as"])
        if made.get("keep"):
            self.busy = via = r.choice(self.views)
        elif kind == "mount_setattr" and self.busy and r.random() < 0.4:
            via, by = self.busy, "root"
            made = {"path": "", "set": ["ro"]}
            if r.random() < 0.5:
                made = {"path": "", "set": ["idmap"], "userns": r.choice([*self.userns])}
        return {"op": kind, "by": by, "via": via} | made

    def ordinary(self) -> dict[str, Any]:
        """What is done on mounts; of the other families too, but for handles."""
        r = self.r
        op = Generator.op(self)
        if r.random() < 0.3:
            kind = r.choice(["attrs", "content", "open", "names", "ids"])
            made: dict[str, Any] = getattr(self, "more_" + kind)()
            if made["op"] in WITHOUT_PATH:
                return made
            op = {key: op[key] for key in ("by", "via", "path")} | made
        return op | ({"via": r.choice(self.views)} if self.views else {})

    def mount_root(self, often: float = 0.8) -> str:
        r = self.r
        return r.choice(["", "", "."]) if r.random() < often else r.choice(["d0", self.path()])

    def mount_open_tree(self) -> dict[str, Any]:
        r = self.r
        path = r.choice([self.mount_root(0.6), "d0", "d1", "f0", ".."])
        likely = {"clone": 0.95, "recursive": 0.4, "empty_path": 0.95 if not path else 0.3,
                  "symlink_nofollow": 0.2, "no_automount": 0.1, "cloexec": 0.3}  # fmt: skip
        flags = [name for name, often in likely.items() if r.random() < often]
        name = {"as": f"x{len(self.views)}"} if "clone" in flags and r.random() < 0.9 else {}
        return {"path": path, "flags": flags} | name

    def mount_open_tree_attr(self) -> dict[str, Any]:
        return self.mount_open_tree() | self.attr(0.5)

    def mount_mount_setattr(self) -> dict[str, Any]:
        recursive = {"recursive": True} if self.r.random() < 0.35 else {}
        return {"path": self.mount_root(0.9)} | self.attr(0.1) | recursive

    def attr(self, clearing: float) -> dict[str, Any]:
        r = self.r
        kinds = ["idmap", "idmap", "idmap", *self.flags]
        attr = {"set": [*dict.fromkeys(r.choice(kinds) for _ in range(r.choice([0, 1, 1, 2])))]}
        if r.random() < 0.4:
            attr["clear"] = [r.choice(self.flags)]
        if r.random() < clearing:
            attr["clear"] = [*attr.get("clear", ()), "idmap"]
        if "idmap" in attr["set"] and r.random() < 0.9:
            return attr | {"userns": r.choice([*self.userns])}
        return attr

    def mount_move_mount(self) -> dict[str, Any]:
        r = self.r
        to = r.choice(["d0", "d1", "d3", "d0/d2", "f1", ".", self.path()])
        return {"path": self.mount_root(), "to": to, "via2": r.choice(self.views)}

    def mount_statmount(self) -> dict[str, Any]:
        return {"path": self.mount_root(0.6)}

    mount_mountinfo = mount_stat = mount_statmount

    def mount_open(self) -> dict[str, Any]:
        how: list[Any] = ["w", "rw", "r", ["O_RDWR", "O_CREAT"], "a"]
        by = {"by": "root"} if self.r.random() < 0.7 else {}
        path = self.r.choice(["f0", "f1", "d0/f2", self.path()])
        return by | {"path": path, "flags": self.r.choice(how), "keep": True}

    def mount_rmdir(self) -> dict[str, Any]:
        return {"path": self.r.choice(["d3", "d0/d2"])}

    def mount_rename(self) -> dict[str, Any]:
        pair = self.r.sample(["d0", "d1", "d3", "d0/d2", "f0", "f1"], 2)
        return {"path": pair[0], "to": pair[1], "flags": self.r.choice([0, 0, 2])}


def of_family(family: str, seed: int, number: int) -> dict[str, Any]:
    """One scenario of a family of :class:`Wider`."""
    kind = Mounting if family == "mounts" else Wider
    return kind(f"{family}/{seed}/{number}", family).scenario(f"{family}{seed}-{number}")


def scenarios(n: int, seed: int, family: str | None = None) -> list[dict[str, Any]]:
    """``n`` scenarios, the same for the same seed; of a family of :class:`Wider` if one is said."""
    if family is not None:
        return [of_family(family, seed, number) for number in range(n)]
    return [Generator(f"{seed}/{i}").scenario(f"g{seed}-{i}") for i in range(n)]


if __name__ == "__main__":
    for scenario in scenarios(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:4]):
        print(json.dumps(scenario))
