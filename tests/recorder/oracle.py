# SPDX-License-Identifier: BSD-3-Clause
"""
The recorder: a scenario in, the running kernel's answers out
=============================================================

``python -m tests.recorder.oracle < scenarios.jsonl > recorded.jsonl`` reads one scenario a line and
writes ``{"scenario", "result"}`` a line, in the format of :func:`kfuncviz.scenario.machine.replay`.
It needs root in the initial user namespace, x86_64 and Linux 6.13 or later (setxattrat).

A scenario runs in a mount and a PID namespace of its own and ends with the latter: neither a mount
nor a process outlives it, and nothing is mounted where anybody else can see it.  The settings of
the machine are left alone: a scenario's ``settings`` are not asked for.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import socket
import stat
import struct
import sys as interpreter
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from kfuncviz.model.capability import CAP_NAMES, cap_mask
from tests.recorder import syscalls as sys
from tests.recorder.ext4 import Ext4
from tests.recorder.mounts import INITIAL, MOUNT_CALLS, make_mount
from tests.recorder.operations import acl_name, lstat, mode_of, opened, perform
from tests.recorder.syscalls import errno_name

Document = Mapping[str, Any]

TIMEOUT = 15.0
_GONE = ("unlink", "rmdir")
_AT_TO = ("link", "rename", "tmpfile", "copy_file_range", "move_mount")
_ON_VIA2 = ("link", "rename", "copy_file_range", "move_mount")
#: The longest message between the recorder and a caller.
_MESSAGE_MAX = 1 << 20


def _in_child(run: Callable[[], None]) -> int:
    """Fork, and run something in the child."""
    pid = os.fork()
    if pid == 0:
        try:
            run()
        finally:
            os._exit(0)
    return pid


# ------------------------------------------------------------------- namespaces


def _maps(spec: Document) -> tuple[Any, Any]:
    return spec.get("uid_map"), spec.get("gid_map", spec.get("uid_map"))


def make_userns(spec: Document, parent: int | None, ids: tuple[int, int] | None) -> int:
    """A descriptor of a new user namespace with these maps.

    Who makes one must be mapped in its parent, hence ``ids``, which the parent knows.
    """
    said, saying = os.pipe()
    done, finish = os.pipe()

    def creator() -> None:
        os.close(finish)
        try:
            if parent is not None:
                sys.call("setns", parent, sys.CLONE_NEWUSER)
                if ids:
                    bits = sys.SECBIT_NO_SETUID_FIXUP | sys.SECBIT_KEEP_CAPS
                    sys.prctl(sys.PR_SET_SECUREBITS, bits)
                    sys.call("setresgid", *[ids[1]] * 3)
                    sys.call("setresuid", *[ids[0]] * 3)
                sys.prctl(sys.PR_SET_DUMPABLE, 1)
            ready, tell = os.pipe()

            def member() -> None:
                sys.call("unshare", sys.CLONE_NEWUSER)
                sys.prctl(sys.PR_SET_DUMPABLE, 1)  # so that the map files belong to our uid
                os.write(tell, b"k")
                os.read(done, 1)

            pid = _in_child(member)
            os.close(tell)
            if os.read(ready, 1) != b"k":
                raise OSError(87, "unshare")
            if "setgroups" in spec:
                with open(f"/proc/{pid}/setgroups", "w") as file:
                    file.write(spec["setgroups"])
            for which, rows in zip(("uid_map", "gid_map"), _maps(spec), strict=True):
                if rows is not None:
                    text = "".join("{} {} {}\n".format(*row) for row in rows)
                    with open(f"/proc/{pid}/{which}", "wb", buffering=0) as raw:
                        raw.write(text.encode())
            os.write(saying, b"P%d" % pid)
            os.read(done, 1)
        except OSError as error:
            os.write(saying, b"E%d" % (error.errno or 0))

    pid = _in_child(creator)
    os.close(saying)
    os.close(done)
    try:
        answer = os.read(said, 64)
        if not answer.startswith(b"P"):
            raise OSError(int(answer[1:] or b"5"), "userns")
        return os.open(f"/proc/{int(answer[1:])}/ns/user", os.O_RDONLY | os.O_CLOEXEC)
    finally:
        os.close(finish)
        os.close(said)
        os.waitpid(pid, 0)


def _tmpfs(options: Mapping[str, Any]) -> int:
    context = sys.call("fsopen", "tmpfs", 1)
    for key, value in options.items():
        sys.call("fsconfig", context, sys.FSCONFIG_SET_STRING, key, str(value), 0)
    return context


def tmpfs_context(userns: int | None, ids: tuple[int, int]) -> int:
    """A tmpfs that belongs to a user namespace, and its root to these ids there."""
    options: dict[str, Any] = {"size": "64m", "mode": "0777"}
    if userns is None:
        return _tmpfs(options)
    ours, theirs = socket.socketpair()

    def member() -> None:
        try:
            sys.call("setns", userns, sys.CLONE_NEWUSER)
            sys.call("unshare", sys.CLONE_NEWNS)
            context = _tmpfs(options | {"uid": ids[0], "gid": ids[1]})
            socket.send_fds(theirs, [b"ok"], [context])
        except OSError as error:
            theirs.send(b"E%d" % (error.errno or 0))

    pid = _in_child(member)
    theirs.close()
    answer, descriptors, _, _ = socket.recv_fds(ours, 16, 1)
    ours.close()
    os.waitpid(pid, 0)
    if not descriptors:
        raise OSError(int(answer[1:] or b"5"), "fsopen")
    return descriptors[0]


# ---------------------------------------------------------------------- callers


def become(spec: Document, namespaces: Mapping[str, int]) -> None:
    """Take on a caller's credentials."""
    sys.prctl(sys.PR_SET_SECUREBITS, sys.SECBIT_NO_SETUID_FIXUP | sys.SECBIT_KEEP_CAPS)
    sys.set_groups(spec.get("kgroups", ()))
    kuid, kgid = spec.get("kuid", 0), spec.get("kgid", 0)
    sys.call("setresgid", spec.get("rgid", kgid), kgid, spec.get("sgid", kgid))
    sys.call("setresuid", spec.get("ruid", kuid), kuid, spec.get("suid", kuid))
    sys.call("setfsgid", spec.get("fsgid", kgid))
    sys.call("setfsuid", spec.get("fsuid", kuid))
    if spec.get("userns") is not None:
        sys.call("setns", namespaces[spec["userns"]], sys.CLONE_NEWUSER)
    if spec.get("mount_ns"):
        sys.call("unshare", sys.CLONE_NEWNS)
    permitted = sys.permitted_caps()
    caps = cap_mask(spec.get("caps", "all" if kuid == 0 else "none")) & permitted
    inheritable = cap_mask(spec.get("inheritable", "none")) & permitted
    ambient = cap_mask(spec.get("ambient", "none"))
    bounding = cap_mask(spec.get("bounding", "all"))
    sys.prctl(sys.PR_SET_SECUREBITS, 0)
    sys.set_caps(permitted, permitted, inheritable)
    for cap in range(len(CAP_NAMES)):
        if (ambient & inheritable & caps) >> cap & 1:
            sys.prctl(sys.PR_CAP_AMBIENT, sys.PR_CAP_AMBIENT_RAISE, cap)
        if not bounding >> cap & 1:
            sys.prctl(sys.PR_CAPBSET_DROP, cap)
    bits = {"no_setuid_fixup": 4, "noroot": 1, "keep_caps": 16, "no_cap_ambient_raise": 64}
    sys.prctl(sys.PR_SET_SECUREBITS, sum(bits[name] for name in spec.get("securebits", ())))
    sys.set_caps(caps, caps, inheritable)
    if spec.get("no_new_privs"):
        sys.prctl(sys.PR_SET_NO_NEW_PRIVS, 1)
    sys.prctl(sys.PR_SET_DUMPABLE, 1)
    os.umask(mode_of(spec.get("umask", "0000")))


class Caller:
    """A process with a caller's credentials that makes one operation after the other.

    It is sent JSON objects: an operation, a mount to make, or the name of a mount whose descriptor
    comes along; it answers each, with a descriptor where it made a mount.
    """

    def __init__(
        self, spec: Document, namespaces: Mapping[str, int], roots: Mapping[str, int]
    ) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for end in (self._socket, theirs):
            end.setsockopt(socket.SOL_SOCKET, sys.SO_SNDBUFFORCE, _MESSAGE_MAX)

        def work() -> None:
            self._socket.close()
            try:
                become(spec, namespaces)
                ids = {"uid": os.geteuid(), "gid": os.getegid()}
                me: dict[str, Any] = ids | {"groups": sorted(os.getgroups())}
            except OSError as error:
                me = {"err": errno_name(error)}
            _send(theirs, me)
            serve(theirs, dict(roots), namespaces)

        self.pid = _in_child(work)
        theirs.close()
        self.ids, _ = self._answer()

    def _answer(self) -> tuple[dict[str, Any], int | None]:
        return _receive(self._socket) or ({"err": "DIED"}, None)

    def ask(self, message: Document, *fds: int) -> tuple[dict[str, Any], int | None]:
        """Send an object, and descriptors; what is answered, and a descriptor."""
        _send(self._socket, message, *fds)
        return self._answer()


def _send(to: socket.socket, message: Any, *fds: int) -> None:
    socket.send_fds(to, [json.dumps(message).encode()], fds)


def _receive(by: socket.socket) -> tuple[dict[str, Any], int | None] | None:
    data, fds, _, _ = socket.recv_fds(by, _MESSAGE_MAX, 1)
    return (json.loads(data), fds[0] if fds else None) if data else None


def serve(ours: socket.socket, roots: dict[str, int], namespaces: Mapping[str, int]) -> None:
    """Answer what is sent, as the current task, until nothing more is."""
    while (received := _receive(ours)) is not None:
        message, fd = received
        if "root" in message:
            roots[message["root"]] = fd or 0
            _send(ours, {})
        elif "make" in message:
            failed, made = make_mount(message["make"], roots, namespaces, message["at"])
            _send(ours, {"failed": failed}, *([made] if made >= 0 else []))
        else:
            answer, new = run(message, roots, namespaces)
            _send(ours, answer, *([] if new is None else [new]))


def _joined(directory: str, path: str) -> str:
    return os.path.join(directory, path) if directory and path else directory or path


def seen_path(op: Document) -> str | None:
    """Where to look after an operation."""
    if op["op"] in _GONE:
        return None
    path: str | None = op.get("to") if op["op"] in _AT_TO else op.get("path")
    return path


def _seen_mount(op: Document) -> str:
    mount: str = op.get("via2", op["via"]) if op["op"] in _ON_VIA2 else op["via"]
    return mount


def run(
    op: Document, roots: Mapping[str, int], namespaces: Mapping[str, int]
) -> tuple[dict[str, Any], int | None]:
    """Make one operation as the current task, and look at what is there afterwards.

    With it comes a descriptor of the mount the operation made.
    """
    answer: dict[str, Any] = {"err": None}
    given, made = None, None
    try:
        if op["op"] in MOUNT_CALLS:
            given, made = MOUNT_CALLS[op["op"]](op, roots, namespaces)
        else:
            given = perform(op, roots)
        if given is not None:
            answer["ret"] = given
    except OSError as error:
        answer["err"] = errno_name(error)
    if (path := seen_path(op)) is not None:
        fd = roots[_seen_mount(op)]
        if made is not None and "as" in op:
            fd, path = made, ""
        try:
            answer["seen"] = lstat(fd, path)
        except OSError as error:
            answer["seen"] = {"err": errno_name(error)}
    return answer, made


# -------------------------------------------------------------------- a scenario


def _owner(entry: Document) -> tuple[int, int]:
    """Who an entry is given to; one that is to have no owner waits for that with root."""
    return max(entry.get("kuid", 0), 0), max(entry.get("kgid", 0), 0)


def make_entry(entry: Document, fd: int) -> None:
    """One entry of the set-up; its owner's filesystem ids are in force."""
    kind, path = entry["type"], entry["path"]
    if kind == "dir":
        os.mkdir(path, 0o700, dir_fd=fd)
    elif kind in ("file", "exe"):
        with opened(fd, path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600) as file:
            data = entry.get("content", "x").encode()
            if kind == "exe":
                with open("/bin/cat", "rb") as program:
                    data = program.read()
            while data:
                data = data[os.write(file, data) :]
    elif kind == "symlink":
        os.symlink(entry.get("target", "nowhere"), path, dir_fd=fd)
    else:
        number = os.makedev(*entry.get("rdev", [0, 0]))
        node = stat.S_IFIFO if kind == "fifo" else stat.S_IFCHR
        os.mknod(path, node | 0o600, number, dir_fd=fd)
    sys.call("fchownat", fd, path, *_owner(entry), sys.AT_SYMLINK_NOFOLLOW)
    if kind != "symlink":
        default = "0755" if kind in ("dir", "exe") else "0644"
        os.chmod(path, mode_of(entry.get("mode", default)), dir_fd=fd)
    if entry.get("cap"):
        sys.set_xattr(fd, path, "security.capability", sys.cap_bytes(entry["cap"]))
    for key, which in (("acl", "access"), ("default_acl", "default")):
        if entry.get(key):
            name = f"system.posix_acl_{which}"
            sys.set_xattr(fd, path, name, sys.acl_bytes(entry[key]))


def set_attrs(fd: int, path: str, names: list[str]) -> None:
    """Give an inode flags, as chattr(1) does."""
    with opened(fd, path, os.O_RDONLY | os.O_NOFOLLOW) as file:
        held = struct.unpack("l", fcntl.ioctl(file, sys.FS_IOC_GETFLAGS, struct.pack("l", 0)))[0]
        for name in names:
            held |= sys.INODE_FLAGS[name]
        fcntl.ioctl(file, sys.FS_IOC_SETFLAGS, struct.pack("l", held))


class Recording:
    """A scenario on the running kernel; its process is the first of a PID namespace."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.namespaces: dict[str, int] = {}
        self.roots: dict[str, int] = {}
        self.trees: dict[str, int] = {}
        self.files: dict[str, int] = {}
        self.ext4: Ext4 | None = None
        #: Where each mount is attached, and where its root is on the filesystem.
        self.places: dict[str, str] = {}
        self.root_of = {"plain": ""}
        self.callers: dict[str, Caller] = {}
        self.result: dict[str, Any] = {
            "id": document.get("id"), "setup": {}, "userns": {}, "mounts": {}, "callers": {},
            "fs": None, "ops": [],
        }  # fmt: skip

    def run(self) -> dict[str, Any]:
        """Everything, in the order of the format."""
        sys.mount(None, "/", None, sys.MS_PRIVATE_REC)
        sys.mount("proc", "/proc", "proc", 0)
        sys.mount("scenario", "/mnt", "tmpfs", 0, "size=8m,mode=0755")
        os.umask(0)
        self.namespaces[INITIAL] = os.open("/proc/self/ns/user", os.O_RDONLY | os.O_CLOEXEC)
        self._make_namespaces(self.document.get("userns") or {})
        try:
            self._make_filesystem(self.document.get("fs") or {})
        except OSError as error:
            self.result["fs"] = errno_name(error)
            return self.result
        except KeyError:
            self.result["fs"] = "NOUSERNS"
            return self.result
        self._set_up(self.document.get("setup") or ())
        self.disk = self.roots["plain"]
        self._prepare_handles("plain", self.roots["plain"])
        mounts = (self.document.get("mounts") or {}).items()
        for name, spec in mounts:
            if "by" not in spec:
                self._make_mount(name, spec)
        for name, spec in (self.document.get("callers") or {}).items():
            self._make_caller(name, spec)
        for name, spec in mounts:
            if "by" in spec:
                self._make_mount(name, spec)
        for op in self.document.get("ops") or ():
            self.result["ops"].append(self._run(dict(op)))
        return self.result

    def _make_namespaces(self, specs: Document) -> None:
        todo = list(specs)
        while todo:
            name = next(name for name in todo if specs[name].get("parent") not in todo)
            todo.remove(name)
            parent = specs[name].get("parent")
            try:
                if parent is not None and parent not in self.namespaces:
                    raise OSError(22, "no parent")
                ids, above = None, None
                if parent is not None:
                    above = self.namespaces[parent]
                    uid_map, gid_map = _maps(specs[parent])
                    ids = (uid_map[0][0], gid_map[0][0]) if uid_map and gid_map else None
                self.namespaces[name] = make_userns(specs[name], above, ids)
                self.result["userns"][name] = None
            except OSError as error:
                self.result["userns"][name] = errno_name(error)

    def _make_filesystem(self, spec: Document) -> None:
        name = spec.get("userns")
        ids, userns = (0, 0), None
        if name is not None:
            uid_map, gid_map = _maps(self.document["userns"][name])
            ids, userns = (uid_map[0][0], gid_map[0][0]), self.namespaces[name]
        if spec.get("type") == "ext4":
            os.mkdir("/mnt/plain")
            self.ext4 = Ext4("/mnt/image", "/mnt/plain")
            plain = os.open("/mnt/plain", os.O_PATH | os.O_CLOEXEC)
        else:
            context = tmpfs_context(userns, ids)
            sys.call("fsconfig", context, sys.FSCONFIG_CMD_CREATE, None, None, 0)
            plain = sys.call("fsmount", context, 1, 0)
            self._attach(plain, "/mnt/plain")
        self.roots["plain"] = plain
        self.places["plain"] = "/mnt/plain"
        root, default = spec.get("root") or {}, 0 if name is None else -1
        try:
            owner = root.get("kuid", default), root.get("kgid", default)
            sys.call("fchownat", plain, ".", *owner, 0)
            os.chmod(".", mode_of(root.get("mode", "0777")), dir_fd=plain)
        except OSError as error:
            self.result["setup"]["."] = errno_name(error)

    def _attach(self, fd: int, at: str) -> None:
        os.mkdir(at)
        sys.call("move_mount", fd, "", sys.AT_FDCWD, at, sys.MOVE_MOUNT_F_EMPTY_PATH)

    def _set_up(self, entries: Any) -> None:
        """As the owner of each: in a filesystem of a user namespace root may have no id."""
        plain = self.roots["plain"]
        sys.prctl(sys.PR_SET_SECUREBITS, sys.SECBIT_NO_SETUID_FIXUP)
        for entry in entries:
            try:
                kuid, kgid = _owner(entry)
                sys.call("setfsgid", kgid)
                sys.call("setfsuid", kuid)
                make_entry(entry, plain)
            except OSError as error:
                self.result["setup"][entry["path"]] = errno_name(error)
        sys.call("setfsgid", 0)
        sys.call("setfsuid", 0)
        sys.prctl(sys.PR_SET_SECUREBITS, 0)
        for entry in entries:
            if entry.get("attrs"):
                try:
                    set_attrs(plain, entry["path"], entry["attrs"])
                except OSError as error:
                    self.result["setup"].setdefault(entry["path"], errno_name(error))
        if self.ext4 is not None and any(-1 in (e.get("kuid"), e.get("kgid")) for e in entries):
            os.close(self.roots["plain"])
            sys.unmount(self.ext4.at)
            self.ext4.disown(entries)
            self.ext4.mount()
            self.roots["plain"] = os.open(self.ext4.at, os.O_PATH | os.O_CLOEXEC)

    def _make_mount(self, name: str, spec: Document) -> None:
        by, parent = spec.get("by", "root"), spec.get("parent", "plain")
        if by != "root" and by not in self.callers:
            self.result["mounts"][name] = "by:EINVAL"
            return
        if parent not in self.roots or spec.get("via2", "plain") not in self.roots:
            self.result["mounts"][name] = "parent:EINVAL"
            return
        beside = spec.get("to") is None and not spec.get("detached")
        at = f"/mnt/m_{name}" if beside else None
        if at is not None:
            os.mkdir(at)
        if by == "root":
            prepare = partial(self._prepare_handles, name)
            failed, fd = make_mount(spec, self.roots, self.namespaces, at, prepare)
        else:
            answer, made = self.callers[by].ask({"make": spec, "at": at})
            failed, fd = answer["failed"], -1 if made is None else made
        self.result["mounts"][name] = failed or None
        if failed:
            if at is not None and not failed.startswith("move_mount"):
                os.rmdir(at)
            return
        if spec.get("to") is not None:
            self._cover()
            above = self.places.get(spec.get("via2", "plain"))
            at = above and f"{above}/{spec['to']}"  # on a detached mount it is at no place
        if at is not None and by == "root":
            self.places[name] = at
        self._name(name, fd, parent, spec.get("subdir") or "")

    def _name(self, name: str, fd: int, parent: str, path: str) -> None:
        """Give a mount a name, and every caller its descriptor."""
        self.roots[name] = fd
        self.root_of[name] = _joined(self.root_of[parent], path)
        for caller in self.callers.values():
            caller.ask({"root": name}, fd)

    def _cover(self) -> None:
        """From now on look at the disk on a mount that nothing is attached to."""
        if self.disk == self.roots["plain"]:
            flags = sys.AT_EMPTY_PATH | sys.OPEN_TREE_CLONE | os.O_CLOEXEC
            self.disk = sys.call("open_tree", self.disk, "", flags)

    def _prepare_handles(self, name: str, fd: int) -> None:
        """While the mount has no map: its tree to take handles of, and an open file to bring."""
        self.trees[name] = sys.call("open_tree", fd, "", sys.AT_EMPTY_PATH | sys.OPEN_TREE_CLONE)
        flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
        with suppress(PermissionError):  # a root without an owner may be closed to everybody
            self.files[name] = os.open(f"/proc/self/fd/{fd}", flags)

    def _with_handle(self, op: dict[str, Any]) -> None:
        op["file"], op["handle"] = self.files[op.get("via2", op["via"])], None
        try:
            op["handle"] = sys.name_to_handle(self.trees[op["via"]], op["path"], 0).hex()
        except OSError as error:
            op["errno"] = error.errno

    def _make_caller(self, name: str, spec: Document) -> None:
        if spec.get("userns") is not None and spec["userns"] not in self.namespaces:
            self.result["callers"][name] = {"err": "NOUSERNS"}
            return
        caller = Caller(spec, self.namespaces, self.roots)
        self.result["callers"][name] = caller.ids
        if "err" in caller.ids:
            return
        self.callers[name] = caller
        if spec.get("mount_ns"):
            for mount, place in self.places.items():
                own = os.open(f"/proc/{caller.pid}/root{place}", os.O_PATH | os.O_CLOEXEC)
                caller.ask({"root": mount}, own)
                os.close(own)

    def _run(self, op: dict[str, Any]) -> dict[str, Any]:
        if op["op"] in ("chown_root", "chmod_root"):
            ids = {"uid": op.get("kuid", -1), "gid": op.get("kgid", -1)}
            op |= ids | {"op": op["op"].removesuffix("_root"), "by": "root", "via": "plain"}
        op.setdefault("by", next(iter(self.document.get("callers") or {}), "root"))
        if "path" in op:
            op.setdefault("via", next(iter(self.document.get("mounts") or {}), "plain"))
        if op["op"] == "move_mount":
            op.setdefault("via2", "plain")
        if missing := self._missing(op):
            return {"err": missing}
        if op["op"] == "open_by_handle":
            self._with_handle(op)
        if op["by"] == "root":
            answer, made = run(op, self.roots, self.namespaces)
        else:
            answer, made = self.callers[op["by"]].ask(op)
        if op["op"] == "move_mount" and answer["err"] is None:
            self._cover()
        if (path := seen_path(op)) is not None:
            mount = _seen_mount(op)
            if made is not None and "as" in op:
                self._name(op["as"], made, op["via"], op["path"])
                mount, path = op["as"], ""
            self._look_at_disk(op, _joined(self.root_of[mount], path), answer)
        return answer

    def _missing(self, op: Document) -> str:
        """What an operation names and is not there; empty if all is."""
        vias = {op[key] for key in ("via", "via2") if key in op}
        if not vias <= self.roots.keys():
            return "NOMOUNT"
        if op["op"] == "open_by_handle" and not vias <= self.files.keys():
            return "NOFILE"
        if op["by"] != "root" and op["by"] not in self.callers:
            return "NOCALLER"
        there = op.get("userns") is None or op["userns"] in self.namespaces
        return "" if there else "NOUSERNS"

    def _look_at_disk(self, op: Document, path: str, answer: dict[str, Any]) -> None:
        plain = self.disk
        try:
            answer["disk"] = lstat(plain, path)
        except OSError:
            answer["disk"] = None
        readers: tuple[tuple[str, tuple[str, ...], str, Callable[[bytes], Any]], ...] = (
            ("disk_acl", ("setacl", "delacl", "getacl"), acl_name(op), sys.acl_entries),
            ("disk_cap", ("setcap", "rmcap", "getcap"), "security.capability", sys.cap_of),
        )
        for key, ops, attribute, unpack in readers:
            if op["op"] in ops:
                try:
                    answer[key] = unpack(sys.get_xattr(plain, path, attribute))
                except OSError as error:
                    answer[key] = {"err": errno_name(error)}


def record(document: Document, timeout: float = TIMEOUT) -> dict[str, Any]:
    """The kernel's answers to a scenario; ``internal`` instead where the recorder failed."""
    said, saying = os.pipe()

    def first() -> None:
        sys.prctl(sys.PR_SET_PDEATHSIG, signal.SIGKILL)
        try:
            answer = Recording(document).run()
        except Exception as error:  # noqa: BLE001  (whatever it is, it is reported)
            answer = {"id": document.get("id"), "internal": repr(error)}
        with os.fdopen(saying, "w") as file:
            json.dump(answer, file)

    def outer() -> None:
        os.close(said)
        sys.call("unshare", sys.CLONE_NEWNS | sys.CLONE_NEWPID)
        pid = _in_child(first)
        os.close(saying)
        os.waitpid(pid, 0)

    pid = _in_child(outer)
    os.close(saying)
    deadline, text = time.monotonic() + timeout, b""
    while True:
        left = max(deadline - time.monotonic(), 0)
        if not select.select([said], [], [], left)[0]:
            os.kill(pid, signal.SIGKILL)
            break
        if not (chunk := os.read(said, 1 << 16)):
            break
        text += chunk
    os.close(said)
    os.waitpid(pid, 0)
    try:
        answer: dict[str, Any] = json.loads(text)
    except ValueError:
        return {"id": document.get("id"), "internal": "no answer"}
    return answer


if __name__ == "__main__":
    for line in interpreter.stdin:
        scenario = json.loads(line)
        print(json.dumps({"scenario": scenario, "result": record(scenario)}), flush=True)
