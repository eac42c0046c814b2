# SPDX-License-Identifier: BSD-3-Clause
"""
Machine: a scenario set up on the model
=======================================

User namespaces are made and their maps written, a filesystem is filled by init root, mounts are
cloned, idmapped and attached, callers take on their credentials.  Then :meth:`Machine.run` makes
one system call after the other.  The order of steps and everything reported is that of the recorder
the kernel's answers were made with.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from stat import S_IFDIR
from typing import Any, NamedTuple

from kfuncviz.model.attr import chmod_common, chown_common
from kfuncviz.model.budget import Budget, OverBudget, charged, spend
from kfuncviz.model.capability import CAP_FULL_SET, cap_mask
from kfuncviz.model.commoncap import vfs_set_caps
from kfuncviz.model.cred import (
    SECBIT_KEEP_CAPS,
    SECBIT_NO_CAP_AMBIENT_RAISE,
    SECBIT_NO_SETUID_FIXUP,
    SECBIT_NOROOT,
    Cred,
    Sysctl,
    Task,
)
from kfuncviz.model.errors import IdMapError, KernelError
from kfuncviz.model.fs import AclType, Inode, Path, SuperBlock, VfsMount
from kfuncviz.model.idmap import map_text
from kfuncviz.model.lookup import Lookup, path_to, user_path_at
from kfuncviz.model.map_write import map_write, proc_setgroups_write
from kfuncviz.model.mount_tree import (
    attach,
    copy_mnt_ns,
    copy_tree,
    move_mount,
    open_tree,
    top_of,
    tree,
)
from kfuncviz.model.namei import d_instantiate
from kfuncviz.model.namespace import AT_EMPTY_PATH, AT_RECURSIVE, mount_setattr
from kfuncviz.model.posix_acl_xattr import vfs_set_acl
from kfuncviz.model.releases import NEWEST, release
from kfuncviz.model.stat import shown_ids
from kfuncviz.model.trace import Step, recording
from kfuncviz.model.uidgid import INVALID, gid_t, kgid_t, kuid_t, uid_t
from kfuncviz.model.user_namespace import (
    UserNamespace,
    create_user_ns,
    init_user_ns,
    make_kgid,
    make_kuid,
)
from kfuncviz.scenario.credentials import CREDENTIALS, groups, status
from kfuncviz.scenario.mounting import MOUNT_CALLS, attrs_of, mount_call
from kfuncviz.scenario.notation import Mounts, Op, mode_bits, shown
from kfuncviz.scenario.operations import (
    OPERATIONS,
    PROGRAM_SIZE,
    acl_of,
    caps_of,
    lstat,
)
from kfuncviz.scenario.problems import Problem, unusable
from kfuncviz.scenario.why import Why, of_error, why

Document = Mapping[str, Any]

#: Operations after which nothing is left at their path, those whose result is at ``to``, and of
#: these those whose ``to`` may be on another mount.
_GONE = ("unlink", "rmdir")
_AT_TO = ("link", "rename", "tmpfile", "copy_file_range", "move_mount")
_TO_VIA2 = ("link", "rename", "copy_file_range", "move_mount")
#: The secure bits of a caller, by the names of capsh(1).
SECUREBITS = {
    "noroot": SECBIT_NOROOT, "no_setuid_fixup": SECBIT_NO_SETUID_FIXUP,
    "keep_caps": SECBIT_KEEP_CAPS, "no_cap_ambient_raise": SECBIT_NO_CAP_AMBIENT_RAISE,
}  # fmt: skip
_DISK_READERS = (
    (("setacl", "getacl", "delacl"), "disk_acl", "getacl"),
    (("setcap", "getcap", "rmcap"), "disk_cap", "getcap"),
)


class Refused(NamedTuple):
    """A namespace that could not be made: which key of it is to blame, and the kernel's answer."""

    name: str
    key: str
    error: KernelError

    @property
    def problem(self) -> Problem:
        """The same with its place in the document, down to the row of a map.

        Rows are counted there from 0, the lines of a map file from 1.
        """
        error, place = self.error, f"userns.{self.name}.{self.key}"
        if isinstance(error, IdMapError) and error.line is not None:
            reason = re.sub(
                r"\bline (\d+)", lambda line: f"{self.key}[{int(line[1]) - 1}]", error.reason
            )
            return Problem(f"{place}[{error.line - 1}]", reason, error.name)
        return Problem(place, error.rule, error.name)


class Machine:
    """The model in the state a scenario describes.

    Attributes
    ----------
    namespaces, mounts, callers:
        What could be made, by name.  ``callers`` includes ``"root"``, ``mounts`` includes
        ``"plain"`` and what operations made; see :meth:`mounts_of`.
    report:
        What happened while setting up, in the format of results (without ``ops``).
    refused:
        The namespaces that could not be made, by name, and why.
    reasons:
        Why something could not be made, by its place: ``userns.pod``, ``mounts.home``, ``fs``.
    budget:
        What is left of the work that setting up and all operations together may make.

    Raises
    ------
    ScenarioError
        Where setting up goes over the budget, with the entry at which it does.

    >>> m = Machine({"callers": {"c": {"kuid": 1000, "kgid": 1000}}})
    >>> m.run({"op": "create", "path": "f"})["disk"]["uid"]
    1000
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.budget = Budget()
        settings = dict(document.get("settings") or {})
        kernel = release(settings.pop("kernel", NEWEST))
        sysctl = Sysctl(**settings)
        caps = CAP_FULL_SET & sysctl.cap_bset
        cred = Cred.of(0, 0, caps=caps, cap_bset=sysctl.cap_bset)
        self.root = Task(cred=cred, sysctl=sysctl, kernel=kernel)
        self._above = {self.root.mnt_ns: _above(self.root)}
        self.namespaces: dict[str, UserNamespace] = {}
        self.mounts: dict[str, VfsMount] = {}
        self._own: dict[str, dict[str, VfsMount]] = {}
        self._not_made: dict[str, Why] = {}
        self._root_of: dict[str, str] = {"plain": ""}
        self.callers: dict[str, Task] = {"root": self.root}
        self.refused: dict[str, Refused] = {}
        self.reasons: dict[str, Why] = {}
        self.report: dict[str, Any] = {
            "id": document.get("id"), "setup": {}, "userns": {}, "flat": {}, "mounts": {},
            "callers": {},
        }  # fmt: skip
        self._make_namespaces(document.get("userns") or {})
        if self._make_filesystem(document.get("fs") or {}):
            for number, entry in enumerate(document.get("setup") or ()):
                with _charged_at(f"setup[{number}]", self.budget):
                    self._set_up(entry)
            for number, entry in reversed([*enumerate(document.get("setup") or ())]):
                if entry.get("attrs") or -1 in (entry.get("kuid"), entry.get("kgid")):
                    with _charged_at(f"setup[{number}]", self.budget):
                        self._finish(entry)
            mounts = (document.get("mounts") or {}).items()
            self._make_mounts((name, spec) for name, spec in mounts if "by" not in spec)
            for name, spec in (document.get("callers") or {}).items():
                with _charged_at(f"callers.{name}", self.budget):
                    self._make_caller(name, spec)
            self._make_mounts((name, spec) for name, spec in mounts if "by" in spec)
        self.default_by = next(iter(document.get("callers") or {}), "root")
        self.default_via = next(iter(document.get("mounts") or {}), "plain")

    # ------------------------------------------------------------------ setting up

    def _make_namespaces(self, specs: Document) -> None:
        todo = list(specs)
        for _ in specs:
            for name in list(todo):
                parent = specs[name].get("parent")
                if parent in todo:
                    continue
                todo.remove(name)
                flat = self.report["flat"][name] = {}
                made = self._make_namespace(name, specs[name])
                if isinstance(made, Refused):
                    self.refused[name] = made
                    at, told, _ = made.problem
                    said = replace(of_error(made.error, "map_write", at), rule=told)
                    self.reasons[f"userns.{name}"] = said
                    self.report["userns"][name] = made.error.name
                    continue
                self.namespaces[name] = made
                self.report["userns"][name] = None
                flat["uid_map"] = [list(extent) for extent in made.uid_map]
                flat["gid_map"] = [list(extent) for extent in made.gid_map]

    def _make_namespace(self, name: str, spec: Document) -> UserNamespace | Refused:
        parent_name, key = spec.get("parent"), "parent"
        if parent_name is not None and parent_name not in self.namespaces:
            parent_why = self.reasons[f"userns.{parent_name}"]
            rule = f"{parent_name} could not be made: {parent_why}"
            return Refused(name, key, KernelError("EINVAL", rule))
        parent = self.namespaces[parent_name] if parent_name is not None else init_user_ns
        try:
            creator = self.creator(parent)
            euid, egid = creator.cred.euid, creator.cred.egid
            ns = create_user_ns(name, parent, euid, egid, could_setfcap=True)
            if "setgroups" in spec:
                key = "setgroups"
                proc_setgroups_write(creator, ns, spec["setgroups"].encode())
            for key, rows in zip(("uid_map", "gid_map"), maps_of(spec), strict=True):
                if rows is not None:
                    map_write(creator, ns, key, map_text(rows))  # type: ignore[arg-type]
        except KernelError as error:
            return Refused(name, key, error)
        return ns

    def creator(self, parent: UserNamespace) -> Task:
        """Who makes a namespace in ``parent``: all capabilities there, the first ids written."""
        if parent is init_user_ns:
            return self.root
        uid_map, gid_map = maps_of(self.document["userns"][parent.name])
        uid = make_kuid(parent, uid_t(uid_map[0][0] & INVALID)) if parent.uid_map else INVALID
        gid = make_kgid(parent, gid_t(gid_map[0][0] & INVALID)) if parent.gid_map else INVALID
        return replace(self.root, cred=Cred.of(uid, gid, user_ns=parent, caps=CAP_FULL_SET))

    def _make_filesystem(self, spec: Document) -> bool:
        name = spec.get("userns")
        if name is not None and name not in self.namespaces:
            self.report["fs"] = "NOUSERNS"
            rule = f"userns {name} could not be made: {self.reasons[f'userns.{name}']}"
            self.reasons["fs"] = of_error(KernelError("EINVAL", rule), "mount", "fs")
            return False
        self.report["fs"] = None
        ns = self.namespaces[name] if name is not None else init_user_ns
        owner = self.creator(ns).cred if ns is not init_user_ns else self.root.cred
        fs_type = spec.get("type", "tmpfs")
        sb = SuperBlock(ns, fs_type=fs_type, root_uid=owner.euid, root_gid=owner.egid)
        self.sb = sb
        self.plain = self.disk = VfsMount(sb.s_root, name="plain")
        attach(self.plain, *self._beside(self.root, "plain"))
        self.mounts["plain"] = self.plain
        root = spec.get("root") or {}
        at_root = Path(self.plain, sb.s_root)
        default = None if name is not None else 0
        kuid, kgid = root.get("kuid", default), root.get("kgid", default)
        try:
            chown_common(self.root, at_root, kuid, kgid)
            chmod_common(self.root, at_root, mode_bits(root.get("mode", "0777")))
        except KernelError as error:
            self.report["setup"]["."] = error.name
            self.reasons["fs.root"] = of_error(error, "setup", "fs.root")
        return True

    def _set_up(self, entry: Document) -> None:
        """Make one entry the way the recorder does: as its owner, then chown, chmod, xattrs."""
        can = self.root.cred
        owner = Cred.of(*_first_owner(entry), caps=can.cap_effective, cap_bset=can.cap_bset)
        task = replace(self.root, cred=owner)
        try:
            make = _made_by(entry)
            OPERATIONS[make["op"]](task, self.mounts, make)
            self._dress(task, entry)
        except KernelError as error:
            self.report["setup"][entry["path"]] = error.name
            place = f"setup {entry['path']}"
            self.reasons[place] = of_error(error, "setup", place)

    def _dress(self, task: Task, entry: Document) -> None:
        """Give what was made its content, owner, mode, capabilities and ACLs, in this order."""
        path = user_path_at(task, self.plain, entry["path"], follow=False)
        kind, idmap, inode = entry["type"], self.plain.mnt_idmap, path.inode
        if kind == "exe":
            inode.program = inode.i_size = PROGRAM_SIZE
        elif kind == "file":
            inode.i_size = len(entry.get("content", "x").encode())
        kuid, kgid = _first_owner(entry)
        if (kuid, kgid) != (inode.i_uid, inode.i_gid):
            chown_common(task, path, uid_t(kuid), gid_t(kgid))
        if kind != "symlink":
            default = "0755" if kind in ("dir", "exe") else "0644"
            chmod_common(task, path, mode_bits(entry.get("mode", default)))
        if entry.get("cap"):
            vfs_set_caps(task, idmap, inode, caps_of(entry["cap"]))
        acls: tuple[tuple[str, AclType], ...] = (("acl", "access"), ("default_acl", "default"))
        for key, which in acls:
            if entry.get(key):
                vfs_set_acl(task, idmap, inode, which, acl_of(entry[key]))

    def _finish(self, entry: Document) -> None:
        """chattr(1) of an entry, after all of them were made: an immutable directory may hold some.

        Then what is to have no owner or group loses it, as if the disk said so: what a directory
        holds before the directory, which may be closed even to root afterwards.  What could not be
        made at all has said so already.
        """
        try:
            inode = user_path_at(self.root, self.plain, entry["path"], follow=False).inode
        except KernelError:
            return
        inode.immutable |= "immutable" in entry.get("attrs", ())
        inode.append |= "append" in entry.get("attrs", ())
        if entry.get("kuid") == -1:
            inode.i_uid = kuid_t(INVALID)
        if entry.get("kgid") == -1:
            inode.i_gid = kgid_t(INVALID)

    def _make_mounts(self, specs: Iterable[tuple[str, Document]]) -> None:
        for name, spec in specs:
            with _charged_at(f"mounts.{name}", self.budget):
                self._make_mount(name, spec)

    def _make_mount(self, name: str, spec: Document) -> None:
        step, at = "by", spec.get("subdir") or ""
        by, parent = spec.get("by", "root"), spec.get("parent", "plain")
        recursive = spec.get("recursive", False)
        flags = AT_EMPTY_PATH | (AT_RECURSIVE if recursive else 0)
        try:
            task = self.caller(by)
            step = "parent"
            for name_of_other in (parent, spec.get("via2", "plain")):
                self.mount(name_of_other)
            mounts = self.mounts_of(by)
            step = "open_tree"
            with recording():
                path = Lookup(mounts[parent], at, empty=True)
                root = open_tree(task, path, recursive=recursive, name=name)
            attrs, ns = attrs_of(spec.get("flags") or ()), None
            if spec.get("userns") is not None:
                step = "userns"
                ns = self.namespace(spec["userns"])
                attrs |= attrs_of(["idmap"])
            if attrs:
                step = "mount_setattr"
                with recording():
                    mount_setattr(task, root, userns_fd=ns or -1, attr_set=attrs, flags=flags)
            step = "move_mount"
            if spec.get("to") is not None:
                target = Lookup(mounts[spec.get("via2", "plain")], spec["to"], follow=False)
                with recording():
                    move_mount(task, root, target)
                self._cover()
            elif not spec.get("detached"):
                move_mount(task, root, self._beside(task, f"m_{name}"))
            self._name(name, root.mnt, parent, at)
            self.report["mounts"][name] = None
        except KernelError as error:
            self.report["mounts"][name] = f"{step}:{error.name}"
            self.reasons[f"mounts.{name}"] = of_error(error, step, f"mounts.{name}")

    def _name(self, name: str, mnt: VfsMount, parent: str, path: str) -> None:
        """Give a mount a name, and remember where its root is on the filesystem."""
        self.mounts[name] = mnt
        self._root_of[name] = _joined(self._root_of[parent], path)

    def _beside(self, task: Task, name: str) -> Path:
        """A new directory to attach a mount to, beside the others, in a tmpfs on ``/mnt``."""
        above = self._above[task.mnt_ns]
        mountpoint = Inode(above.mnt_sb, S_IFDIR | 0o777)
        d_instantiate(above.mnt_root, name, mountpoint)
        return Path(above, mountpoint)

    def _cover(self) -> None:
        """From now on look at the disk on a copy of ``plain`` that nothing is attached to."""
        if not self.covered:
            self.disk = copy_tree(Path(self.plain, self.sb.s_root))

    def mount(self, name: str) -> VfsMount:
        """A mount by name; EINVAL if there is none or it could not be made."""
        self._must_be_made("mount", name, self.mounts)
        return self.mounts[name]

    def caller(self, name: str) -> Task:
        """A caller by name; EINVAL if there is none or it could not be made."""
        self._must_be_made("caller", name, self.callers)
        return self.callers[name]

    def mounts_of(self, by: str) -> Mounts:
        """The mounts as a caller has them: in a mount namespace of its own, copies."""
        own = self._own.get(by)
        return {**self.mounts, **own} if own else self.mounts

    def _must_be_made(self, what: str, name: str, made: Mapping[str, object]) -> None:
        if name in made:
            return
        for place in (f"{what}s.{name}", "fs"):
            if place in self.reasons:
                reason = self.reasons[place]
                raise KernelError("EINVAL", f"the {what} {name!r} could not be made: {reason}")
        there = ", ".join(made)
        raise KernelError("EINVAL", f"the {what} {name!r} is not there; there is: {there}")

    @property
    def covered(self) -> bool:
        """Whether a mount was attached to a place of the filesystem, which it covers."""
        return self.disk is not self.plain

    def path_at(
        self, mnt: VfsMount, path: str, *, follow: bool, walker: Task | None = None
    ) -> Path:
        """What a path of a mount leads to, for the ``walker``; without one no permission is asked.

        The walk is charged to a budget of its own: a question may be asked any number of times.
        """
        with _charged_at(path, Budget()):
            try:
                if walker is None:
                    return path_to(mnt, path, follow=follow)
                return user_path_at(walker, mnt, path, follow=follow, empty=True)
            except KernelError as error:
                why = self._never_made(posixpath.join(mnt.mnt_root.path, path), error.name)
                if why is None:
                    raise
                raise KernelError(error.name, f"{error.rule}{why}", path=error.path) from None

    def _never_made(self, path: str, errno: str) -> str | None:
        """Why a file that is not there was not made while setting up, to follow the rule."""
        reason = self.reasons.get(f"setup {path.removeprefix('./')}")
        if errno != "ENOENT" or reason is None:
            return None
        return f"; set-up could not make it: {reason.errno}: {reason.rule}"

    def namespace(self, name: str) -> UserNamespace:
        """A user namespace by name; ENOENT if it could not be made."""
        if name not in self.namespaces:
            reason = self.reasons[f"userns.{name}"]
            raise KernelError("ENOENT", f"userns {name} could not be made: {reason}")
        return self.namespaces[name]

    def _make_caller(self, name: str, spec: Document) -> None:
        if spec.get("userns") is not None and spec["userns"] not in self.namespaces:
            self.report["callers"][name] = {"err": "NOUSERNS"}
            reason = self.reasons[f"userns.{spec['userns']}"]
            rule = f"userns {spec['userns']} could not be made: {reason}"
            error = KernelError("EINVAL", rule)
            self.reasons[f"callers.{name}"] = of_error(error, "setns", f"callers.{name}")
            return
        task = self.task(spec)
        if spec.get("mount_ns"):
            task = self._unshare(name, task)
        self.callers[name] = task
        cred = task.cred
        uid, gid = shown_ids(task, cred.euid, cred.egid)
        seen = sorted(shown_ids(task, cred.euid, kgid_t(g))[1] for g in spec.get("kgroups", ()))
        self.report["callers"][name] = {"uid": uid, "gid": gid, "groups": seen}

    def _unshare(self, name: str, task: Task) -> Task:
        """Give a caller a mount namespace of its own, which its user namespace owns."""
        above = self._above[self.root.mnt_ns]
        ns, copy = copy_mnt_ns(top_of(above), f"{name}'s mounts", task.cred.user_ns)
        copies = dict(zip(tree(top_of(above)), tree(copy), strict=True))
        self._own[name] = {
            mount: copies[mnt] for mount, mnt in self.mounts.items() if mnt in copies
        }
        self._above[ns] = copies[above]
        return replace(task, mnt_ns=ns)

    def task(self, spec: Document) -> Task:
        """The task a caller of this description is."""
        kuid, kgid = spec.get("kuid", 0), spec.get("kgid", 0)
        inside = spec.get("userns") is not None
        caps = cap_mask(spec.get("caps", "all" if kuid == 0 else "none"))
        bset = CAP_FULL_SET if inside else self.root.cred.cap_bset
        cred = Cred.of(
            kuid,
            kgid,
            groups=tuple(spec.get("kgroups", ())),
            user_ns=self.namespaces[spec["userns"]] if inside else init_user_ns,
            caps=caps & bset,
            cap_bset=bset,
        )
        if more := _more_of(spec, cred):
            cred = replace(cred, **more)
        return replace(
            self.root,
            cred=cred,
            umask=mode_bits(spec.get("umask", "0000")) & 0o777,
            no_new_privs=bool(spec.get("no_new_privs")),
        )

    # ------------------------------------------------------------------ operations

    def replay(self, *, trace: bool = False) -> Iterator[tuple[Op, dict[str, Any], list[Step]]]:
        """Every operation of the scenario, its result and, with ``trace``, the steps of the call.

        Raises :class:`~kfuncviz.scenario.problems.ScenarioError`, with the operation at which it
        is too much, where a replay would take more than :class:`~kfuncviz.model.budget.Budget`
        allows.
        """
        if self.report["fs"] is not None:
            return
        for number, op in enumerate(self.document.get("ops") or ()):
            steps: list[Step] = []
            yield op, self.run(op, steps if trace else None, f"ops[{number}]"), steps

    def run(self, op: Op, steps: list[Step] | None = None, place: str = "") -> dict[str, Any]:
        """Make one system call and look at what is there afterwards.

        Parameters
        ----------
        op:
            The call, as in a scenario's ``ops``.
        steps:
            If given, it is filled with the trace of the call (not of the look afterwards).
        place:
            What to call the operation if it goes over the budget.

        Returns ``err`` (errno name or ``None``), ``ret`` where the call gives something back,
        ``seen`` (by the same caller through the same mount) and ``disk`` (by init root).
        """
        with _charged_at(place, self.budget):
            result = self._run(op, steps)
            for key in ("ret", "disk_acl", "disk_cap"):
                if result.get(key) is not None:
                    spend(values=_size(result[key]))
        return result

    def spelled_out(self, op: Op) -> dict[str, Any]:
        """An operation with its caller and mount."""
        op = dict(op)
        if op["op"] in ("chown_root", "chmod_root"):
            op |= {"op": op["op"][:5], "by": "root", "via": "plain",
                   "uid": op.get("kuid", -1), "gid": op.get("kgid", -1)}  # fmt: skip
        op.setdefault("by", self.default_by)
        if op["op"] not in CREDENTIALS:
            op.setdefault("via", self.default_via)
        if op["op"] == "move_mount":
            op.setdefault("via2", "plain")
        return op

    def why(
        self, op: Op, result: Mapping[str, Any], steps: list[Step], place: str = ""
    ) -> Why | None:
        """What decided about an operation that was just made and refused; ``None`` if it was not.

        Ask before the next operation: a path is named as it is now.  The rows it carries are
        charged to the budget; ``place`` is what to call the operation where that is too much.
        """
        if result["err"] is None:
            return None
        op = self.spelled_out(op)
        if result["err"] == "NOCALLER":
            return self.reasons.get(f"callers.{op['by']}")
        if result["err"] == "NOMOUNT":
            vias = (op["via"], op.get("via2", op["via"]))
            missing = next(via for via in vias if via not in self.mounts)
            return self.reasons.get(f"mounts.{missing}") or self._not_made.get(missing)
        if result["err"] == "NOUSERNS":
            return self.reasons.get(f"userns.{op['userns']}")
        if op["op"] in CREDENTIALS:
            return why(steps, None, ())
        roots = [self.mounts[op[key]].mnt_root for key in ("via", "via2") if key in op]
        found = why(steps, op["path"], roots)
        if found is not None:
            top = self.mounts[op["via"]].mnt_root.path
            never = self._never_made(posixpath.join(top, found.path or ""), found.errno)
            if never is not None:
                found = replace(found, rule=found.rule + never)
        with _charged_at(place, self.budget):
            spend(values=3 * len((found and found.rows) or ()))
        return found

    def _run(self, op: Op, steps: list[Step] | None) -> dict[str, Any]:
        op = self.spelled_out(op)
        by = op["by"]
        if missing := self._missing(op):
            refused: dict[str, Any] = {"err": missing}
            if "as" in op and (reason := self.why(op, refused, [])) is not None:
                self._not_made[op["as"]] = reason
            return refused
        task, mounts = self.callers[by], self.mounts_of(by)
        if steps is None:
            result = self._call(task, mounts, op)
        else:
            with recording() as recorded:
                result = self._call(task, mounts, op)
            steps.extend(recorded)
        if op["op"] in CREDENTIALS:
            if result["err"] is None:
                task = self.callers[by]
                result["ret"] = status(task, task.cred) | {"groups": groups(task, task.cred)}
            return result
        mount, path = self.looked_at(op)
        if path is not None:
            mounts = self.mounts_of(by)
            result["seen"] = self._seen(self.callers[by], mounts[mount], path)
            self._look_at_disk(op, mount, path, result)
        return result

    def _missing(self, op: Op) -> str:
        """What an operation names and could not be made; empty if all is there."""
        via = op.get("via", "plain")
        if via not in self.mounts or op.get("via2", via) not in self.mounts:
            return "NOMOUNT"
        if op["by"] not in self.callers:
            return "NOCALLER"
        there = op.get("userns") is None or op["userns"] in self.namespaces
        return "" if there else "NOUSERNS"

    def looked_at(self, op: Op) -> tuple[str, str | None]:
        """The mount and the path looked at after an operation; no path where nothing is left."""
        if op.get("as") in self.mounts:
            return op["as"], ""
        return op.get("via2", op["via"]) if op["op"] in _TO_VIA2 else op["via"], seen_path(op)

    def _call(self, task: Task, mounts: Mounts, op: Op) -> dict[str, Any]:
        made: VfsMount | None = None
        try:
            if op["op"] in OPERATIONS:
                ret = OPERATIONS[op["op"]](task, mounts, op)
            elif op["op"] in MOUNT_CALLS:
                ret, made = mount_call(task, mounts, self.namespaces, op)
            else:
                ret, cred = None, CREDENTIALS[op["op"]](task, op)
                self.callers[op["by"]] = replace(task, cred=cred)
        except KernelError as error:
            error.with_traceback(None)  # which would keep every frame of the call alive
            if "as" in op:
                self._not_made[op["as"]] = of_error(error, op["op"], f"mounts.{op['as']}")
            return {"err": error.name}
        if made is not None and "as" in op:
            self._name(op["as"], made, op["via"], op["path"])
        if op["op"] == "move_mount":
            self._cover()
        return {"err": None} if ret is None else {"err": None, "ret": ret}

    def _seen(self, task: Task, mnt: VfsMount, path: str) -> dict[str, Any]:
        try:
            return shown(lstat(task, mnt, path))
        except KernelError as error:
            return {"err": error.name}

    def _look_at_disk(self, op: Op, mount: str, path: str, result: dict[str, Any]) -> None:
        full = _joined(self._root_of[mount], path)
        try:
            result["disk"] = shown(lstat(self.root, self.disk, full))
        except KernelError:
            result["disk"] = None
        look = {"path": full, "via": "plain", "which": op.get("which", "access")}
        for ops, key, reader in _DISK_READERS:
            if op["op"] in ops:
                answer = self._call(self.root, {"plain": self.disk}, {"op": reader} | look)
                result[key] = answer["ret"] if answer["err"] is None else answer


#: The keys of a caller that are ids of its own, and those that are sets of capabilities, with the
#: parts of :class:`~kfuncviz.model.cred.Cred` they are.
_IDS = {"ruid": "uid", "rgid": "gid", "fsuid": "fsuid", "fsgid": "fsgid", "suid": "suid",
        "sgid": "sgid"}  # fmt: skip
_SETS = {"bounding": "cap_bset", "inheritable": "cap_inheritable", "ambient": "cap_ambient"}


def _more_of(spec: Document, cred: Cred) -> dict[str, Any]:
    """What a caller says of its credentials besides the common case."""
    more: dict[str, Any] = {part: spec[key] for key, part in _IDS.items() if key in spec}
    for key, part in _SETS.items():
        if key in spec:
            more[part] = cap_mask(spec[key]) & cred.cap_bset
    if spec.get("securebits"):
        more["securebits"] = sum(SECUREBITS[name] for name in spec["securebits"])
    return more


class _charged_at(charged):  # noqa: N801  (as charged)
    """Charge what is done in a block to a budget, and name the place where it is too much."""

    __slots__ = ("_place",)

    def __init__(self, place: str, budget: Budget) -> None:
        super().__init__(budget)
        self._place = place

    def __exit__(self, *raised: object) -> None:
        super().__exit__()
        if isinstance(error := raised[1], OverBudget):
            raise unusable(f"too much to ask: {error}", self._place) from None


def _above(root: Task) -> VfsMount:
    """What the mounts of a scenario are attached to: a tmpfs on ``/mnt`` of a tree of its own."""
    slash = VfsMount(SuperBlock(root_mode=0o755).s_root, mnt_ns=root.mnt_ns, name="/")
    mountpoint = Inode(slash.mnt_sb, S_IFDIR | 0o755)
    d_instantiate(slash.mnt_root, "mnt", mountpoint)
    mnt = VfsMount(SuperBlock(root_mode=0o755).s_root, name="/mnt")
    attach(mnt, slash, mountpoint)
    return mnt


def _size(value: Any) -> int:
    """How many values an answer holds; a text that is long in JSON counts as many."""
    if isinstance(value, str):
        return 1 if len(value) < 10 else 1 + len(json.dumps(value)) // 64
    if isinstance(value, Mapping):
        value = value.values()
    elif not isinstance(value, list):
        return 1
    return 1 + sum(map(_size, value))


def _joined(directory: str, path: str) -> str:
    """A path below a directory of the filesystem, where either may be empty."""
    return posixpath.join(directory, path) if directory and path else directory or path


def maps_of(spec: Document) -> tuple[Any, Any]:
    """The uid_map and gid_map of a userns entry; uid_map alone serves both."""
    uid_map = spec.get("uid_map")
    return uid_map, spec.get("gid_map", uid_map)


def seen_path(op: Op) -> str | None:
    """Where to look after an operation, ``None`` where nothing is left to see."""
    if op["op"] in _GONE:
        return None
    path: str | None = op.get("to") if op["op"] in _AT_TO else op.get("path")
    return path


def _first_owner(entry: Document) -> tuple[kuid_t, kgid_t]:
    """Who an entry of the set-up is made by: root for one that is to have no owner."""
    return kuid_t(max(entry.get("kuid", 0), 0)), kgid_t(max(entry.get("kgid", 0), 0))


def _made_by(entry: Document) -> dict[str, Any]:
    """The system call that makes one set-up entry; its mode comes afterwards."""
    make: dict[str, Any] = {
        "dir": {"op": "mkdir"},
        "file": {"op": "create"},
        "exe": {"op": "create"},
        "symlink": {"op": "symlink", "target": entry.get("target", "nowhere")},
        "fifo": {"op": "mknod", "ftype": "fifo"},
        "chr": {"op": "mknod", "ftype": "chr", "rdev": entry.get("rdev", [0, 0])},
    }[entry["type"]]
    return make | {"via": "plain", "path": entry["path"]}


def replay(document: Document) -> dict[str, Any]:
    """Everything a scenario's operations give on the model, in the format of the kernel's answers.

    >>> r = replay({"ops": [{"op": "stat", "path": "."}]})
    >>> r["ops"][0]["seen"]
    {'uid': 0, 'gid': 0, 'mode': '0777', 'type': 'dir'}
    """
    machine = Machine(document)
    return machine.report | {"ops": [result for _, result, _ in machine.replay()]}
