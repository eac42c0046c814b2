# SPDX-License-Identifier: BSD-3-Clause
"""
A scenario as commands
======================

What one would type in a root shell to stand in a scenario's situation and to ask its question:
unshare(1), nsenter(1), mount(8), setfacl(1), setpriv(1) and the shell's own words.

The columns are the tools' own: uid_map is written ``inside outside count``, ``X-mount.idmap`` and
``mount --map-users`` take ``disk:mount:count``, ``unshare --map-users`` takes
``inside:outside:count``.  What cannot be said in a line stands as a remark.

Mirrors user_namespaces(7), unshare(1) and mount(8) of util-linux 2.39.
"""

from __future__ import annotations

import re
import shlex
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kfuncviz.model.idmap import IdMap
from kfuncviz.model.user_namespace import UserNamespace
from kfuncviz.scenario.machine import Machine, maps_of

Document = Mapping[str, Any]

_AT = "/mnt"
_DISK = f"{_AT}/disk"
_HEAD = (
    "# In a root shell whose mounts go with it: unshare --mount bash",
    "# util-linux 2.39 or newer: an older mount(8) leaves X-mount.idmap out and says nothing.",
    "umask 0000",
)
#: Filesystems that are made in a file, and how large that is.
_IN_A_FILE = {"ext4": "64M", "xfs": "512M", "btrfs": "256M"}
_GIVES = {"uid": "chown", "gid": "chgrp"}
_MODES = {"dir": "0755", "exe": "0755"}
#: What of a mount is told by a command of its own.
_TOLD = {"userns", "subdir", "flags"}


def commands(document: Document) -> str:
    """The lines to type for a scenario and the question of its focus; remarks begin with ``#``.

    Parameters
    ----------
    document:
        A sound scenario.

    >>> s = {"userns": {"M": {"uid_map": [[1000, 1125, 1]]}}, "mounts": {"m": {"userns": "M"}}}
    >>> print(commands(s).splitlines()[-4])
    mount --bind -o 'X-mount.idmap=u:1000:1125:1 g:1000:1125:1' /mnt/disk /mnt/m
    """
    return "\n".join(_Shell(document, Machine(document)).lines()) + "\n"


@dataclass
class _Shell:
    """A scenario, and the model of it that knows which number a caller has inside."""

    document: Document
    machine: Machine
    _variables: dict[str, str] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        """All lines, in the order they are typed."""
        yield from _HEAD
        if kernel := self.part("settings").get("kernel"):
            yield f"# The scenario asks Linux {kernel}; another kernel may answer otherwise."
        yield f"mount -t tmpfs none {_AT}"
        yield f"mkdir {_DISK}" + "".join(f" {_path(name)}" for name in self.part("mounts"))
        for name in self.made():
            yield from self.namespace(name)
        yield from self.filesystem()
        yield from self.setup()
        for name, spec in self.part("mounts").items():
            yield from self.mount(name, spec)
        yield from self.question()
        if self._variables:
            yield f"# Afterwards: kill {' '.join(f'${name}' for name in self._variables.values())}"

    def part(self, name: str) -> Mapping[str, Any]:
        """A part of the document, empty where it is left out."""
        return self.document.get(name) or {}

    @property
    def fs(self) -> str | None:
        """The namespace the filesystem is mounted in."""
        return self.part("fs").get("userns")

    # --------------------------------------------------------------------- namespaces

    def made(self) -> list[str]:
        """The namespaces that are needed as such, parents first."""
        by_rows = {name for name in self.part("userns") if self.rows(name) is not None}
        used = [spec.get("userns") for spec in self.part("callers").values()]
        used += [self.fs]
        used += [
            spec["userns"]
            for spec in self.part("mounts").values()
            if spec.get("userns") is not None and spec["userns"] not in by_rows
        ]
        order: list[str] = []
        for name in used:
            order += [above for above in self.line(name) if above not in order]
        return order

    def line(self, name: str | None) -> list[str]:
        """A namespace and those above it, the uppermost first."""
        if name is None:
            return []
        return [*self.line(self.part("userns")[name].get("parent")), name]

    def rows(self, name: str) -> tuple[Any, Any] | None:
        """The maps of a namespace whose rows mount(8) can be given; else ``None``."""
        spec = self.part("userns")[name]
        uid_map, gid_map = maps_of(spec)
        if spec.get("parent") is not None or not uid_map or not gid_map:
            return None
        return uid_map, gid_map

    def namespace(self, name: str) -> Iterator[str]:
        """Make a user namespace and write its maps, from the parent's side."""
        spec = self.part("userns")[name]
        parent, variable = spec.get("parent"), self.variable(name)
        new = "--user --mount" if name == self.fs else "--user"
        yield ""
        yield f"# User namespace {name}: inside outside count"
        inside = "" if parent is None else f"nsenter --user -t ${self.variable(parent)} "
        if parent is not None and not _has_root(self.machine.namespaces.get(parent)):
            yield f"# {parent} has no root inside, who would have to make it: no command does"
        yield f"{inside}unshare {new} sleep infinity & {variable}=$!; sleep 0.2"
        if spec.get("setgroups"):
            yield self.proc(inside, spec["setgroups"], f"/proc/${variable}/setgroups")
        for kind, rows in zip(("uid", "gid"), maps_of(spec), strict=True):
            if rows is None:
                yield f"# its {kind}_map is never written"
            else:
                yield self.proc(inside, _lines(rows), f"/proc/${variable}/{kind}_map")
        if (flat := self.rows(name)) is not None:
            flags = f"{_flags('--map-users', flat[0])} {_flags('--map-groups', flat[1])}"
            yield f"# in one line, where /etc/subuid allows it: unshare {flags} COMMAND"

    def proc(self, inside: str, text: str, file: str) -> str:
        """Write a text to a file of a process, as somebody in its parent namespace.

        The kernel takes a map in one write; the printf built into a shell makes one a line.
        """
        line = f"env printf '{text}\\n' > {file}"
        return f'{inside}sh -c "{line}"' if inside else line

    def variable(self, name: str) -> str:
        """The shell's variable for a namespace's process."""
        if name not in self._variables:
            plain = "ns_" + re.sub(r"\W", "_", name, flags=re.ASCII)
            while plain in self._variables.values():
                plain += "_"
            self._variables[name] = plain
        return self._variables[name]

    # ----------------------------------------------------------------------- the disk

    @property
    def there(self) -> str:
        """What stands before a command that acts on the filesystem's mounts."""
        return "" if self.fs is None else f"nsenter --mount -t ${self.variable(self.fs)} "

    def before(self, line: str) -> str:
        """The same for a command on the disk: what is made there is made by an id it can hold."""
        makes = line.startswith(("mkdir", "touch", "cp", "ln", "mkfifo"))
        return self.there.replace("--mount", "--user --mount") if makes else self.there

    def filesystem(self) -> Iterator[str]:
        """Make and mount the filesystem."""
        kind = self.part("fs").get("type") or "tmpfs"
        yield ""
        if self.fs is not None:
            yield f"# The filesystem, mounted in the user namespace {self.fs}"
            inside = f"nsenter --user --mount -t ${self.variable(self.fs)} "
            yield f"{inside}mount -t {kind} none {_DISK}"
        elif kind in _IN_A_FILE:
            image = f"{_AT}/image"
            yield f"truncate -s {_IN_A_FILE[kind]} {image}"
            yield f"mkfs.{kind} -q {image}"
            yield f"mount -o loop {image} {_DISK}"
        else:
            yield f"mount -t {kind} none {_DISK}"
        root = self.part("fs").get("root") or {}
        if self.fs is None or root:
            owner = f"{root.get('kuid', 0)}:{root.get('kgid', 0)}"
            yield f"{self.there}chown {owner} {_DISK}"
            yield f"{self.there}chmod {root.get('mode', '0777')} {_DISK}"

    def setup(self) -> Iterator[str]:
        """What lies on the disk, with the host's numbers."""
        entries = self.document.get("setup") or ()
        if entries:
            yield ""
            yield "# On the disk, in the host's numbers"
        for entry in entries:
            path = _path("disk", entry["path"])
            for line in _made(entry, path):
                yield line if line.startswith("#") else self.before(line) + line
        for entry in entries:
            for letter in (name[0] for name in entry.get("attrs") or ()):
                yield f"{self.there}chattr +{letter} {_path('disk', entry['path'])}"

    # ------------------------------------------------------------------------- mounts

    def mount(self, name: str, spec: Document) -> Iterator[str]:
        """One mount of the disk, with its map."""
        yield ""
        strange = sorted(key for key in spec if key not in _TOLD and spec[key])
        if strange:
            yield f"# Mount {name} is made with {', '.join(strange)}: no line here does that"
            return
        options = list(spec.get("flags") or ())
        userns = spec.get("userns")
        if userns is not None:
            rows = self.rows(userns)
            yield f"# Mount {name}: disk:mount:count"
            if rows is None:
                options.append(f"X-mount.idmap=/proc/${self.variable(userns)}/ns/user")
            else:
                entries = (f"{kind}:{_colons(row)}"
                           for kind, of in zip("ug", rows, strict=True) for row in of)  # fmt: skip
                options.append(f"X-mount.idmap={' '.join(entries)}")
        told = ",".join(options)
        quoted = f"'{told}'" if " " in told else told
        given = f" -o {quoted}" if told else ""
        source = _path("disk", spec.get("subdir") or "")
        yield f"{self.there}mount --bind{given} {source} {_path(name)}"

    # ----------------------------------------------------------------------- the question

    def question(self) -> Iterator[str]:
        """The focus, asked by its caller through its mount."""
        focus = self.part("focus")
        by = focus.get("by") or self.machine.default_by
        via = focus.get("via") or self.machine.default_via
        path = _path("disk" if via == "plain" else via, focus.get("path") or "")
        yield ""
        yield f"# {by} asks through {via}"
        yield from self.remarks(by)
        kind, id = focus.get("kind", "uid"), focus.get("id")
        direction = focus.get("direction")
        if direction == "create":
            yield f"{self.who(by)}touch {path}/new"
            yield f"{self.there}stat -c '%u:%g %n' {self.on_disk(via, focus)}/new"
        elif direction == "chown":
            own = self.inside(by, kind) if id is None else id
            yield f"{self.who(by)}{_GIVES[kind]} {own} {path}"
            yield f"{self.there}stat -c '%u:%g %n' {self.on_disk(via, focus)}"
        elif "entry" in focus:
            yield f"{self.who(by)}{_reading(focus['entry'])} {path}"
        else:
            if id is not None:
                on_disk = f"{self.kernel(kind, id)} {self.on_disk(via, focus)}"
                yield f"{self.there}{_GIVES[kind]} {on_disk}"
            yield f"{self.who(by)}stat -c '%u:%g %n' {path}"

    def on_disk(self, via: str, focus: Document) -> str:
        """Where on the disk the question's file lies."""
        subdir = (self.part("mounts").get(via) or {}).get("subdir") or ""
        return _path("disk", subdir, focus.get("path") or "")

    def kernel(self, kind: str, id: int) -> int:
        """The host's number for one of the filesystem's own."""
        ns = self.machine.namespaces.get(self.fs) if self.fs else None
        found = id if ns is None else _map(ns, kind).down(id)
        return id if found is None else found

    def who(self, by: str) -> str:
        """What stands before a command of a caller."""
        spec = self.part("callers").get(by)
        if spec is None:
            return self.there
        groups = ",".join(map(str, self.groups(by)))
        uid, gid = self.inside(by, "uid"), self.inside(by, "gid")
        become = f"setpriv --reuid {uid} --regid {gid} "
        become += f"--groups {groups} " if groups else "--clear-groups "
        if spec.get("userns") is None:
            return self.there + become
        mounts = f" --mount=/proc/${self.variable(self.fs)}/ns/mnt" if self.fs else ""
        enter = f"nsenter --user -t ${self.variable(spec['userns'])}{mounts} "
        return enter + (become if groups else f"-S {uid} -G {gid} ")

    def inside(self, by: str, kind: str) -> int | None:
        """A caller's own number, as the caller's namespace has it."""
        spec = self.part("callers").get(by) or {}
        return self.number(spec.get("userns"), kind, spec.get(f"k{kind}", 0))

    def groups(self, by: str) -> list[int | None]:
        """A caller's further groups, as the caller's namespace has them."""
        spec = self.part("callers").get(by) or {}
        return [self.number(spec.get("userns"), "gid", id) for id in spec.get("kgroups") or ()]

    def number(self, userns: str | None, kind: str, id: int) -> int | None:
        """What a namespace calls a kernel id."""
        ns = self.machine.namespaces.get(userns) if userns else None
        return id if ns is None else _map(ns, kind).up(id)

    def remarks(self, by: str) -> Iterator[str]:
        """What of a caller the line that follows does not do."""
        spec = self.part("callers").get(by) or {}
        numbers = [self.inside(by, "uid"), self.inside(by, "gid"), *self.groups(by)]
        if None in numbers:
            yield f"# {by} has an id without a number in {spec['userns']}: no command gives that"
        told = {"kuid", "kgid", "kgroups", "userns", "caps"}
        more = sorted(key for key in spec if key not in told and spec[key])
        usual = "all" if numbers[0] == 0 else "none"
        caps = spec.get("caps", "all" if spec.get("kuid", 0) == 0 else "none")
        if caps != usual:
            more.insert(0, f"caps {caps if isinstance(caps, str) else ','.join(caps)}")
        if more:
            yield f"# {by} has besides {', '.join(more)}, which this line does not give"


def _made(entry: Document, path: str) -> Iterator[str]:
    """The commands that make one entry of the disk."""
    kind = entry["type"]
    owner = f"{entry.get('kuid', 0)}:{entry.get('kgid', 0)}"
    if kind == "symlink":
        yield f"ln -s {shlex.quote(entry.get('target', 'nowhere'))} {path}"
        yield f"chown -h {owner} {path}"
        return
    major, minor = entry.get("rdev") or (0, 0)
    yield {
        "dir": f"mkdir {path}",
        "file": f"touch {path}",
        "exe": f"cp /bin/true {path}",
        "fifo": f"mkfifo {path}",
        "chr": f"mknod {path} c {major} {minor}",
    }[kind]
    if -1 in (entry.get("kuid"), entry.get("kgid")):
        yield f"# {path} is nobody's on the disk: no command writes that"
    else:
        yield f"chown {owner} {path}"
    yield f"chmod {entry.get('mode', _MODES.get(kind, '0644'))} {path}"
    for key, flag in (("acl", ""), ("default_acl", "-d ")):
        if entry.get(key):
            yield f"setfacl {flag}--set {','.join(map(_ace, entry[key]))} {path}"
    if entry.get("cap"):
        yield f"setfattr -n security.capability -v 0x{_capability(entry['cap']).hex()} {path}"


def _ace(entry: Sequence[Any]) -> str:
    """An entry of an access list as setfacl takes it.

    >>> _ace(["user", 986, "r--"]), _ace(["mask", None, 7])
    ('u:986:r--', 'm::rwx')
    """
    tag, id, perm = entry
    if isinstance(perm, int):
        perm = "".join(
            letter if perm & bit else "-" for letter, bit in zip("rwx", (4, 2, 1), strict=True)
        )
    return f"{tag[0]}:{'' if id is None else id}:{perm or '---'}"


def _capability(cap: Document) -> bytes:
    """A file's capability as security.capability holds it (include/uapi/linux/capability.h)."""
    version, permitted, inheritable = (
        cap.get(k, 0) for k in ("version", "permitted", "inheritable")
    )
    magic = (version << 24) | bool(cap.get("effective"))
    words = [(mask >> shift) & 0xFFFFFFFF for shift in (0, 32) for mask in (permitted, inheritable)]
    rootid = [cap.get("rootid", 0)] if version == 3 else []
    return struct.pack(f"<{5 + len(rootid)}I", magic, *words, *rootid)


def _reading(entry: str) -> str:
    return "getcap -n" if entry == "rootid" else "getfacl -n"


def _map(ns: UserNamespace, kind: str) -> IdMap:
    return ns.uid_map if kind == "uid" else ns.gid_map


def _has_root(ns: UserNamespace | None) -> bool:
    return ns is not None and None not in (ns.uid_map.down(0), ns.gid_map.down(0))


def _lines(rows: Iterable[Sequence[Any]]) -> str:
    """Rows in one text of printf(1)."""
    return "\\n".join(" ".join(map(str, row)) for row in rows)


def _colons(row: Iterable[Any]) -> str:
    return ":".join(map(str, row))


def _flags(flag: str, rows: Iterable[Sequence[Any]]) -> str:
    return " ".join(f"{flag}={_colons(row)}" for row in rows)


def _path(*parts: str) -> str:
    """A path below /mnt, quoted where the shell wants it."""
    kept = [part.strip("/") for part in parts if part.strip("/") not in ("", ".")]
    return shlex.quote("/".join([_AT, *kept]))
